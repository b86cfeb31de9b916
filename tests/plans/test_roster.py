"""Lists of people as offices keep them: what is taken, what is left out, what is refused."""

import io

import pytest
from openpyxl import Workbook

from plans import RosterRow, Unreadable, child, roster


def xlsx(*rows: tuple[object, ...], merged: str = "") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_with_titles_above_and_other_columns() -> None:
    content = xlsx(
        ("SỞ VĂN HÓA",),
        (),
        ("STT", "Họ và tên", "Ngày sinh", "Số điện thoại", "Phòng", "Chức vụ"),
        (1, "Nguyễn Thị Mai", "02/9/1990", "0912345678", "Phòng Quản lý Văn hóa", "Chuyên viên"),
        (2, "Trần Văn Sơn (0987654321)", "", "", "VP", "Chánh Văn phòng, đầu mối"),
    )
    found = roster.read(content, "ds.xlsx")
    assert found.rows == (
        RosterRow(4, "Nguyễn Thị Mai", "Phòng Quản lý Văn hóa", "Chuyên viên"),
        RosterRow(5, "Trần Văn Sơn", "VP", "Chánh Văn phòng, đầu mối"),
    )
    assert found.dropped == ("Ngày sinh", "Số điện thoại")


def test_nothing_of_the_other_columns_comes_out_of_the_child() -> None:
    content = xlsx(("Tên", "Đơn vị", "Vai trò", "Email"), ("Mai", "QLVH", "đầu mối", "mai@example.vn"))
    found = child.roster(content, "ds.xlsx")
    assert "example" not in repr(found)
    assert found.dropped == ("Email",)


def test_units_as_headings_between_the_people() -> None:
    content = xlsx(
        ("TT", "Họ tên", "Chức danh"),
        ("I", "Phòng Quản lý Văn hóa", None),
        (1, "Lê Hùng", "Trưởng phòng"),
        (2, "Lê Mai", None),
        ("II", "Thư viện tỉnh", None),
        (3, "Lê Liên", "Giám đốc"),
    )
    assert roster.read(content, "ds.xlsx").rows == (
        RosterRow(3, "Lê Hùng", "Phòng Quản lý Văn hóa", "Trưởng phòng"),
        RosterRow(4, "Lê Mai", "Phòng Quản lý Văn hóa", ""),
        RosterRow(6, "Lê Liên", "Thư viện tỉnh", "Giám đốc"),
    )


def test_a_name_in_two_columns() -> None:
    content = xlsx(
        ("Họ và tên", None, "Đơn vị", "Vai trò"),
        ("Nguyễn Thị", "Mai", "QLVH", "chuyên viên"),
        ("Trần Văn", "Sơn", "TTVH", "đầu mối"),
        merged="A1:B1",
    )
    assert [row.name for row in roster.read(content, "x.xlsx").rows] == ["Nguyễn Thị Mai", "Trần Văn Sơn"]
    content = xlsx(("Họ đệm", "Tên", "Đơn vị", "Vai trò"), ("Nguyễn Thị", "Mai", "QLVH", "chuyên viên"))
    assert [row.name for row in roster.read(content, "x.xlsx").rows] == ["Nguyễn Thị Mai"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv(mark: str, encoding: str) -> None:
    lines = ["Tên|Đơn vị|Vai trò|Điện thoại", '"Nguyễn Mai"|QLVH|Chuyên viên|0912345678', "|||", "Sơn|TTVH|đầu mối|"]
    content = "\r\n".join(lines).replace("|", mark).encode(encoding)
    assert roster.read(content, "ds.csv").rows == (
        RosterRow(2, "Nguyễn Mai", "QLVH", "Chuyên viên"),
        RosterRow(4, "Sơn", "TTVH", "đầu mối"),
    )


def test_role_speaks_before_position() -> None:
    content = "Tên,Đơn vị,Chức vụ,Vai trò\nMai,QLVH,Chuyên viên,đầu mối\nSơn,QLVH,Chuyên viên,\n".encode()
    assert [row.role for row in roster.read(content, "x.csv").rows] == ["đầu mối", "Chuyên viên"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("một,hai\nba,bốn\n".encode(), "not_a_roster"),
        (b"%PDF-1.4", "not_a_roster"),
        (b"", "empty"),
        ("MẬT\nTên,Đơn vị,Vai trò\nMai,QLVH,đầu mối\n".encode(), "classified"),
        (b"PK\x03\x04 broken", "damaged"),
        (("Tên,Đơn vị,Vai trò\n" + "Mai,QLVH,đầu mối\n" * 3001).encode(), "too_many_people"),
    ],
)
def test_what_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        child.roster(content, "ds.csv")
    assert refused.value.code == code
