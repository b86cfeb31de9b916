"""Who a plan's words mean, however they are spelt."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import units
from storage.db import Database
from storage.models import Unit, UnitKind
from storage.units import Directory, guess_kind, key, looks_like_unit
from tests.storage import rows


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Phòng Tổ chức - Pháp chế", "Phòng Tổ chức – Pháp chế"),
        ("Phòng Tổ chức - Pháp chế", "phòng tổ chức-pháp chế"),
        ("Phòng Tổ chức - Pháp chế", "PHÒNG TỔ CHỨC  —  PHÁP CHẾ"),
        ("Phòng Tổ chức - Pháp chế", unicodedata.normalize("NFD", "Phòng Tổ chức - Pháp chế")),
        ("Phòng Tổ chức - Pháp chế", "Phong To chuc Phap che"),
        ("Văn phòng", "Văn phòng Sở"),
        ("Văn phòng", "Văn phòng Sở."),
        ("Thanh tra", "Thanh tra Sở"),
        ("Thanh tra tỉnh", "Thanh tra"),
        ("Phòng Quản lý Văn hóa", "Phòng Quản lý Văn hoá"),
        ("Phòng Kế hoạch, Tài chính", "Phòng Kế hoạch - Tài chính"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Phòng Quản lý Văn hóa", "Phòng Quản lý Du lịch"),
        ("Trung tâm Văn hóa tỉnh", "Trung tâm Văn hóa"),  # another body may go by the shorter name
        ("Văn phòng", "Phòng"),
    ],
)
def test_names_of_two(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(words: str) -> None:
    assert key(key(words)) == key(words)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Văn phòng", UnitKind.SECRETARIAT),
        ("Văn phòng Sở", UnitKind.SECRETARIAT),
        ("Thanh tra Sở", UnitKind.INSPECTORATE),
        ("Phòng Kế hoạch - Tài chính", UnitKind.DEPARTMENT),
        ("Trung tâm Văn hóa tỉnh", UnitKind.ATTACHED),
        ("Bảo tàng tỉnh", UnitKind.ATTACHED),
        ("Sở Nội vụ", UnitKind.OUTSIDE),
        ("UBND tỉnh", UnitKind.OUTSIDE),
    ],
)
def test_what_a_name_says(name: str, kind: UnitKind) -> None:
    assert guess_kind(name) is kind


@pytest.mark.parametrize(
    "name",
    [
        "Văn phòng",
        "Thanh tra Sở",
        "Phòng Kế hoạch – Tài chính",
        "Trung tâm Lưu trữ",
        "Thư viện tỉnh",
        "Ban Quản lý dự án",
        "Ban Chỉ huy cứu nạn và phòng, chống thiên tai",
    ],
)
def test_units(name: str) -> None:
    assert looks_like_unit(name)


@pytest.mark.parametrize(
    "name",
    [
        "Các phòng chuyên môn",
        "các phòng, đơn vị trực thuộc Sở",
        "Phòng chuyên môn",
        "Sở Nội vụ",
        "UBND các huyện",
        "Ban Giám đốc",
        "Giám đốc Sở",
        "Cán bộ được cử tham gia",
        "Toàn thể công chức",
        "Văn phòng Chính phủ",
        "Văn phòng Uỷ ban nhân dân tỉnh",
        "Ban Tuyên giáo Tỉnh ủy",
        "Viện kiểm sát nhân dân tối cao",
        "Phòng quản lý và Chuyên viên IT",
        "Phòng chuyên môn, đơn vị và Phòng VHTT cấp huyện",
        "",
        "Phòng " + "rất dài " * 20,
    ],
)
def test_not_units(name: str) -> None:
    assert not looks_like_unit(name)


@pytest.fixture
def directory(database: Database) -> Directory:
    """Văn phòng, Thanh tra, two rooms (one short «KHTC», «Phòng KH-TC»), an attached unit and an outside body; other
    offices beside it."""
    with database.begin() as session:
        rows.office(session)
        office, made = rows.office(session)
        room = made[3]
        room.short_name, room.aliases = "KHTC", ["Phòng KH-TC", "tài vụ"]
        made[0].short_name = "VP"
        session.add(Unit(office_id=office.id or 0, name="Phòng Kế hoạch, Đầu tư", kind=UnitKind.DEPARTMENT, position=9))
        session.flush()
        return Directory(session, office.id or 0)


def named(directory: Directory, *words: str) -> tuple[list[str], list[str]]:
    who = directory.who(words)
    return [directory.by_id[unit].name for unit in who.units], list(who.strange)


@pytest.mark.parametrize(
    "words",
    [
        "Phòng Kế hoạch - Tài chính",
        "Phòng Kế hoạch – Tài chính",
        "KHTC",
        "khtc",
        "Phòng KH-TC",
        "phòng kh tc",
        "Tài vụ",
    ],
)
def test_a_unit_by_any_of_its_names(directory: Directory, words: str) -> None:
    assert named(directory, words) == (["Phòng Kế hoạch - Tài chính"], [])


@pytest.mark.parametrize("words", ["Văn phòng", "Văn phòng Sở", "VP", "văn phòng sở", "VĂN PHÒNG SỞ"])
def test_the_secretariat(directory: Directory, words: str) -> None:
    assert named(directory, words) == (["Văn phòng"], [])


def test_a_name_with_a_comma_is_one_name(directory: Directory) -> None:
    assert named(directory, "Phòng Kế hoạch, Đầu tư") == (["Phòng Kế hoạch, Đầu tư"], [])


ROOMS, ATTACHED = ["Phòng Nội dung", "Phòng Kế hoạch - Tài chính"], ["Trung tâm Lưu trữ"]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Các phòng chuyên môn", ROOMS),
        ("các phòng chuyên môn thuộc Sở", ROOMS),
        ("Các đơn vị trực thuộc", ATTACHED),
        ("đơn vị sự nghiệp trực thuộc", ATTACHED),
        ("Các phòng chuyên môn và đơn vị trực thuộc", ROOMS + ATTACHED),
        ("Các phòng chuyên môn, đơn vị trực thuộc Sở", ROOMS + ATTACHED),
        ("Các phòng chuyên môn, các đơn vị trực thuộc", ROOMS + ATTACHED),
        ("Văn phòng; các phòng chuyên môn", ["Văn phòng", *ROOMS]),
        ("Văn phòng, Thanh tra", ["Văn phòng", "Thanh tra"]),
        ("Trung tâm Lưu trữ và Văn phòng Sở", ["Văn phòng", "Trung tâm Lưu trữ"]),  # in chart order
    ],
)
def test_several_at_once(directory: Directory, words: str, meant: list[str]) -> None:
    assert named(directory, words) == (meant, [])


@pytest.mark.parametrize(
    "words", ["Sở Nội vụ", "Phòng Lạ", "Văn phòng, Phòng Lạ", "Các cơ quan", "", "và", "chuyên viên"]
)
def test_words_that_name_nobody_here_are_given_back(directory: Directory, words: str) -> None:
    """A cell is understood as a whole or not at all: half of it would be a guess."""
    assert named(directory, words) == ([], [words])


def test_nobody_is_named_twice(directory: Directory) -> None:
    assert named(directory, "Văn phòng", "VP", "Văn phòng, Thanh tra")[0] == ["Văn phòng", "Thanh tra"]


def test_the_inspectorate_is_a_room_when_the_office_says_so(database: Database) -> None:
    with database.begin() as session:
        office, made = rows.office(session)
        units.include(session, made[1], units.ROOMS)
        units.include(session, made[1], units.ROOMS)
        assert named(Directory(session, office.id or 0), "các phòng chuyên môn")[0] == ["Thanh tra", *ROOMS]


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("Phòng Ké hoạch - Tài chính", "Phòng Kế hoạch - Tài chính"),
        ("Phòng Kế hoạhc Tài chính", "Phòng Kế hoạch - Tài chính"),
        ("Phòng KHTC", "Phòng Kế hoạch - Tài chính"),
        ("Phòng KH&TC", "Phòng Kế hoạch - Tài chính"),
        ("Phòng TC", None),
        ("Phòng VH và TT", None),
        ("Ban KHTC", None),
        ("", None),
    ],
)
def test_whom_a_strange_name_may_mean(directory: Directory, words: str, unit: str | None) -> None:
    assert [near.name for near in directory.nearest(words)] == ([unit] if unit else [])


def test_units_are_added_after_those_that_are_there(database: Database) -> None:
    with database.begin() as session:
        office, _made = rows.office(session)
        units.create(session, office.id or 0, [("Phòng Mới", UnitKind.DEPARTMENT)])
        directory = Directory(session, office.id or 0)
        assert directory.units[-1].name == "Phòng Mới"
        assert named(directory, "các phòng chuyên môn")[0] == [*ROOMS, "Phòng Mới"]
