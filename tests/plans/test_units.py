"""Where one unit's name ends and the next begins."""

import pytest

from plans import units

ONE = [
    "Sở Văn hóa, Thể thao và Du lịch",
    "Phòng Kế hoạch, Tài chính",
    "Phòng VH và TT",
    "Các phòng, ban và đơn vị",
    "Các phòng chuyên môn, đơn vị trực thuộc",
    "Các sở, ban, ngành",
    "Các bộ, ngành, địa phương liên quan",
    "Bộ, ngành, địa phương có liên quan",
    "Phòng Tổ chức - Pháp chế",
    "Bộ Lao động - Thương binh và Xã hội",
    "Trung tâm Huấn luyện và Thi đấu thể thao",
    "Ủy ban nhân dân các huyện, thị xã, thành phố",
    "Tổ chức, công dân",
]
SEVERAL = {
    "Phòng Nội vụ; Thanh tra": ["Phòng Nội vụ", "Thanh tra"],
    "Phòng Nội vụ, Thanh tra, Văn phòng": ["Phòng Nội vụ", "Thanh tra", "Văn phòng"],
    "Phòng Nội vụ, Các phòng chuyên môn và đơn vị trực thuộc": [
        "Phòng Nội vụ",
        "Các phòng chuyên môn và đơn vị trực thuộc",
    ],
    "Sở Nội vụ, các sở, ban, ngành": ["Sở Nội vụ", "các sở, ban, ngành"],
    "Văn phòng Sở, Sở Văn hóa, Thể thao và Du lịch": ["Văn phòng Sở", "Sở Văn hóa, Thể thao và Du lịch"],
    "Văn phòng\nThanh tra": ["Văn phòng", "Thanh tra"],
    "- Văn phòng\n- Phòng Nội vụ": ["Văn phòng", "Phòng Nội vụ"],
    "Trung tâm Huấn luyện và\nThi đấu thể thao": ["Trung tâm Huấn luyện và Thi đấu thể thao"],
    "Văn phòng Sở; Trung tâm Huấn luyện và\nthi đấu": ["Văn phòng Sở", "Trung tâm Huấn luyện và thi đấu"],
    "Văn phòng;\nphòng chuyên môn": ["Văn phòng", "phòng chuyên môn"],
    "Văn phòng Các phòng chuyên môn": ["Văn phòng", "Các phòng chuyên môn"],
    "Công an tỉnh (Phòng PA03, Phòng PC06), Sở Nội vụ": ["Công an tỉnh (Phòng PA03, Phòng PC06)", "Sở Nội vụ"],
    "": [],
}


@pytest.mark.parametrize("name", ONE)
def test_one_name_stays_whole(name: str) -> None:
    assert units.names(name) == ((name,), "")
    assert units.names(name, lead=True)[0] == (name,)


@pytest.mark.parametrize("cell", SEVERAL)
def test_several_names(cell: str) -> None:
    assert list(units.names(cell)[0]) == SEVERAL[cell]


def test_two_leads_joined_by_and() -> None:
    assert units.names("Văn phòng và Thanh tra", lead=True)[0] == ("Văn phòng", "Thanh tra")
    assert units.names("Văn phòng và Thanh tra")[0] == ("Văn phòng và Thanh tra",)


def test_a_name_written_twice_is_kept_once_and_told() -> None:
    assert units.names("Thanh tra; Văn phòng; THANH TRA", lead=True) == (("Thanh tra", "Văn phòng"), "THANH TRA")


@pytest.mark.parametrize("name", ["Văn phòng", "các phòng quản lý", "Đơn vị trực thuộc", "UBND cấp xã", "Tổ giúp việc"])
def test_units(name: str) -> None:
    assert units.is_unit(name)


@pytest.mark.parametrize("name", ["Cán bộ đầu mối một cửa", "Tổ chức, công dân", "Người lao động", "Chuyên viên CNTT"])
def test_no_units(name: str) -> None:
    assert not units.is_unit(name)


@pytest.mark.parametrize(
    "words", ["Báo cáo", "Hội nghị", "Ban hành quyết định", "Tổ chức hội thi", "Kế hoạch", "Bộ tiêu chí"]
)
def test_products_do_not_read_as_units(words: str) -> None:
    assert not units.reads_as_unit(words)


@pytest.mark.parametrize("words", ["Các phòng", "Sở Nội vụ", "các cơ quan", "Văn phòng Sở"])
def test_units_in_the_wrong_column_do(words: str) -> None:
    assert units.reads_as_unit(words)


def test_an_office_s_own_word_behind_a_unit_s_name() -> None:
    assert units.same_unit("Văn phòng", "Văn phòng Sở")
    assert not units.same_unit("Văn phòng", "Thanh tra Sở")
