"""What Excel does that plain text does not: dates behind number formats, merged cells, several sheets, hidden parts."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from lang import doubts
from plans import Draft, Fault, Unreadable, faults, reader
from plans.cells import format_code, shown
from tests.plans.as_xlsx import as_xlsx, saved
from tests.plans.test_sample import TEXT

HEADER = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Kết quả", "Thời hạn hoàn thành")
WORK = "Phòng Nội vụ", "Văn phòng", "Báo cáo"


def made(build: Callable[[Workbook, Any], None]) -> bytes:
    book = Workbook()
    book.active.append(["Kế hoạch công tác năm 2026"])
    build(book, book.active)
    return saved(book)


def read(build: Callable[[Workbook, Any], None]) -> Draft:
    return reader.read(made(build), "x")


def table(sheet: Worksheet, *times: object, form: str = "General", start: int = 1) -> None:
    """A task for each of `times`, whose last cell has the number format `form`."""
    sheet.append(HEADER)
    for n, when in enumerate(times, start):
        sheet.append((n, f"Việc thứ {n} của tháng", *WORK, when))
        if not isinstance(when, str):
            sheet.cell(sheet.max_row, 6).number_format = form


def due(when: object, form: str) -> tuple[str | None, tuple[date, ...], list[str]]:
    task = read(lambda _, sheet: table(sheet, when, form=form)).tasks[0]
    return task.phrase, task.due, [doubt.code for doubt in task.doubts]


@pytest.mark.parametrize(
    ("form", "phrase", "day"),
    [
        ('"Tháng "m/yyyy', "Tháng 6/2026", date(2026, 6, 30)),
        (r"\T\h\á\n\g\ m\/yyyy", "Tháng 6/2026", date(2026, 6, 30)),
        ("mm/yyyy", "06/2026", date(2026, 6, 30)),
        ("mm/yy", "06/2026", date(2026, 6, 30)),
        ("mmm-yy", "Tháng 6/2026", date(2026, 6, 30)),
        ("[$-42A]dd/mm/yyyy;@", "01/06/2026", date(2026, 6, 1)),
        ("dd/mm/yyyy", "01/06/2026", date(2026, 6, 1)),
        ("d/m/yy", "1/6/26", date(2026, 6, 1)),
        ("mm-dd-yy", "01/06/2026", date(2026, 6, 1)),
        ("yyyy-mm-dd", "2026-06-01", date(2026, 6, 1)),
        ("d-mmm-yy", "01/06/2026", date(2026, 6, 1)),
        ('"ngày "d" tháng "m" năm "yyyy', "ngày 1 tháng 6 năm 2026", date(2026, 6, 1)),
        ("[$-F800]dddd, mmmm dd, yyyy", "01/06/2026", date(2026, 6, 1)),
        ("dddd, dd/mm/yyyy", "thứ Hai, 01/06/2026", date(2026, 6, 1)),
    ],
)
def test_a_date_is_what_its_format_shows(form: str, phrase: str, day: date) -> None:
    assert due(date(2026, 6, 1), form) == (phrase, (day,), [])


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (6, '"Tháng "0', "Tháng 6"),
        (2, '"Quý "General', "Quý 2"),
        (1.1, "0.00", "1.10"),
        (2.3000000000000003, "General", "2.3"),
        (0.9, "0%", "90%"),
        (7, "00", "07"),
        (3, '0"."', "3."),
        (1500, "#,##0", "1500"),
        (46174.708333333336, "dd/mm/yyyy h:mm", "17h00 ngày 01/06/2026"),
        (46174, "[$-409]d\\-mmm;@", "1/6"),
        (1e30, "0.00", "1e+30"),
        (-5, "dd/mm/yyyy", "-5"),
    ],
)
def test_a_number_is_what_its_format_shows(value: float, form: str, text: str) -> None:
    assert shown(value, form).text == text


def test_the_calendar_that_begins_in_1904() -> None:
    assert shown(46174 - 1462, "dd/mm/yyyy", since_1904=True).text == "01/06/2026"
    assert shown(2958465, "dd/mm/yyyy", since_1904=True).text == "2958465"  # after the year 9999


@pytest.mark.parametrize(
    ("value", "number", "text"),
    [
        (6, 0, "6"),
        (6, 1, "6"),
        (0.9, 9, "90%"),
        (12.5, 39, "12.50"),
        (1500, 42, "1500"),
        (46174, 14, "01/06/2026"),
        (46174, 17, "Tháng 6/2026"),
        (46174.708333333336, 22, "17h00 ngày 01/06/2026"),
        (0.708333333333333, 20, "17:00"),
        (1, 14, "01/01/1900"),
        (59, 14, "28/02/1900"),
        (61, 14, "01/03/1900"),
        (6, 49, "6"),
    ],
)
def test_a_format_that_a_workbook_only_numbers(value: float, number: int, text: str) -> None:
    assert shown(value, format_code(number, {})).text == text


def test_an_american_cell_asks_whether_day_and_month_changed_places() -> None:
    task = read(lambda _, sheet: table(sheet, date(2026, 12, 2), form="m/d/yyyy")).tasks[0]
    [doubt] = task.doubts
    assert (task.phrase, doubt.code) == ("12/2/2026", "day_or_month")
    assert {*doubt.dates, *doubt.suggest} == {date(2026, 2, 12), date(2026, 12, 2)}
    assert set(task.due) <= set(doubt.dates)
    assert "thứ Năm 12/2/2026 hay thứ Tư 02/12/2026" in doubts.words(doubt)


def test_an_american_cell_that_can_only_be_one_day_is_that_day() -> None:
    assert due(date(2026, 12, 25), "m/d/yyyy") == ("25/12/2026", (date(2026, 12, 25),), [])
    assert due(date(2026, 6, 6), "m/d/yyyy") == ("6/6/2026", (date(2026, 6, 6),), [])


def test_days_that_stayed_text_betray_the_ones_that_did_not() -> None:
    def codes(*times: object) -> list[list[str]]:
        tasks = read(lambda _, sheet: table(sheet, *times, form="mm-dd-yy")).tasks
        return [[doubt.code for doubt in task.doubts] for task in tasks]

    assert codes(date(2026, 12, 2), "25/02/2026") == [["day_or_month"], []]
    assert codes(date(2026, 12, 2), date(2026, 2, 25), "25/3/2026") == [[], [], []]
    assert codes(date(2026, 12, 2), "Quý II") == [[], []]


def test_what_a_group_hands_down_keeps_its_doubt() -> None:
    def build(_: Workbook, sheet: Worksheet) -> None:
        table(sheet, date(2026, 12, 2), form="m/d/yyyy")
        sheet["B3"] = "Công tác tổ chức"
        sheet.append(("1.1", "Rà soát biên chế", *WORK, None))

    [task] = read(build).tasks
    assert (task.ref, [doubt.code for doubt in task.doubts]) == ("1.1", ["day_or_month"])


def test_merged_cells() -> None:
    def build(_: Workbook, sheet: Worksheet) -> None:
        sheet.merge_cells("A1:F1")
        sheet.append(("TT", "Nhiệm vụ", "Tổ chức thực hiện", None, "Kết quả", "Thời hạn"))
        sheet.append((None, None, "Cơ quan chủ trì", "Cơ quan phối hợp", None, None))
        for place in ("A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:F3"):
            sheet.merge_cells(place)
        sheet.append(("I. Công tác tổ chức",))
        sheet.merge_cells("A4:F5")
        sheet.append(())
        sheet.append((1, "Rà soát biên chế", "Phòng Nội vụ", "Văn phòng", "Báo cáo", "Quý I"))
        sheet.append((2, "Lập đề án", None, None, "Đề án", None))
        sheet.merge_cells("C6:C7")
        sheet.merge_cells("F6:F7")

    draft = read(build)
    assert draft.groups == (("I", "Công tác tổ chức"),)
    assert [(task.ref, task.lead, task.coordinating, task.phrase) for task in draft.tasks] == [
        ("1", ("Phòng Nội vụ",), ("Văn phòng",), "Quý I"),
        ("2", ("Phòng Nội vụ",), (), "Quý I"),
    ]
    assert draft.faults == ()


def test_a_table_that_begins_anywhere_and_what_stands_around_it() -> None:
    def build(_: Workbook, sheet: Worksheet) -> None:
        sheet["C3"], sheet["G3"] = "SỞ NỘI VỤ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
        for row, cells in enumerate((HEADER, (1, "Rà soát biên chế", *WORK, "Quý I")), 6):
            for column, cell in enumerate(cells, 3):
                sheet.cell(row, column).value = cell
        sheet["D9"], sheet["G9"] = "NGƯỜI LẬP BIỂU", "GIÁM ĐỐC"
        sheet["C12"] = "Nơi nhận: các phòng"

    draft = read(build)
    assert [task.ref for task in draft.tasks] == ["1"]
    assert (draft.issuer, draft.year) == ("SỞ NỘI VỤ", 2026)
    assert draft.faults == ()


def test_several_sheets() -> None:
    def build(book: Workbook, sheet: Worksheet) -> None:
        sheet.title = "Bìa"
        table(book.create_sheet("PL 1"), "Quý I")
        table(book.create_sheet("Phụ lục II"), "Quý III", "Quý IV")
        book.create_sheet("Danh mục").append(("Phòng Nội vụ", "Văn phòng"))
        book.create_sheet("Cũ").sheet_state = "hidden"
        table(book["Cũ"], "Tháng 02/2025")
        book.create_sheet("Lựa chọn").sheet_state = "veryHidden"
        book["Lựa chọn"].append(("Cao", "Thấp"))

    draft = read(build)
    assert [(task.ref, task.phrase) for task in draft.tasks] == [
        ("PL1.1", "Quý I"),
        ("PL2.1", "Quý III"),
        ("PL2.2", "Quý IV"),
    ]
    assert draft.faults == (Fault("sheet_without_table", "", "Danh mục"), Fault("sheet_hidden", "", "Cũ"))


def test_hidden_rows_are_read_hidden_columns_are_not_and_both_are_said() -> None:
    def build(_: Workbook, sheet: Worksheet) -> None:
        sheet.title = "Kế hoạch"
        table(sheet, "Quý I", "Quý II")
        sheet.insert_cols(6)
        for row, text in enumerate(("Thời gian", "Tháng 01/2025", "Tháng 02/2025"), 2):
            sheet.cell(row, 6).value = text
        sheet.column_dimensions["F"].hidden = True
        sheet.row_dimensions[4].hidden = True

    draft = read(build)
    assert [task.phrase for task in draft.tasks] == ["Quý I", "Quý II"]
    assert [fault.kind for fault in draft.faults] == ["rows_hidden", "columns_hidden"]
    assert faults.words(draft.faults[0]) == "Trang tính «Kế hoạch» có dòng ẩn (4); các dòng đó vẫn được đọc."
    assert "(F)" in faults.words(draft.faults[1])


def test_formulas_notes_and_words_in_pieces() -> None:
    def build(_: Workbook, sheet: Worksheet) -> None:
        table(sheet, "Quý I", "Quý II")
        sheet["E4"] = "=A3+1"
        sheet["F3"].comment = Comment("Đề xuất hạn là thường xuyên", "x")

    content = made(build)
    told = reader.read(content, "x")
    assert [task.product for task in told.tasks] == ["Báo cáo", None]
    assert [(fault.kind, fault.words) for fault in told.faults] == [("formulas_empty", "E4"), ("cells_noted", "F3")]
    counted = edited(content, "xl/worksheets/sheet1.xml", "<f>A3+1</f><v></v>", "<f>A3+1</f><v>2</v>")
    assert [task.product for task in reader.read(counted, "x").tasks] == ["Báo cáo", "2"]


def edited(content: bytes, part: str, old: str, new: str) -> bytes:
    """`content` with the first `old` in `part` replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        assert old in source.read(part).decode()
        for name in source.namelist():
            text = source.read(name).decode()
            target.writestr(name, text.replace(old, new, 1) if name == part else text)
    return out.getvalue()


def test_rich_text_inline_text_and_readings_above_the_letters() -> None:
    content = made(lambda _, sheet: table(sheet, "Quý I"))
    rich = "<si><r><t>Việc thứ </t></r><r><rPr><b/></rPr><t>1_x000A_của tháng</t></r>"
    rich += '<rPh sb="0" eb="1"><t>đọc</t></rPh></si>'
    content = edited(content, "xl/sharedStrings.xml", f"<si><t>{referenced('Việc thứ 1 của tháng')}</t></si>", rich)
    told = re.sub(
        r"<c r=\"F3\"[^>]*><v>\d+</v></c>", '<c r="F3" t="inlineStr"><is><t>Quý IV</t></is></c>', sheet_of(content)
    )
    [task] = reader.read(edited(content, "xl/worksheets/sheet1.xml", sheet_of(content), told), "x").tasks
    assert (task.title, task.phrase) == ("Việc thứ 1 của tháng", "Quý IV")


def referenced(text: str) -> str:
    """`text` as openpyxl writes it: letters beyond ASCII by their numbers."""
    return text.encode("ascii", "xmlcharrefreplace").decode()


def sheet_of(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("where", ["header", "note", "hidden sheet", "sheet name", "cell"])
def test_a_mark_of_secrecy_anywhere(where: str) -> None:
    def build(book: Workbook, sheet: Worksheet) -> None:
        table(sheet, "Quý I")
        if where == "header":
            sheet.oddHeader.right.text = "MẬT"
            sheet.oddHeader.right.size = 14
            sheet.oddHeader.left.text = "Trang &P"
        elif where == "note":
            sheet["B3"].comment = Comment("TỐI MẬT", "x")
        elif where == "hidden sheet":
            book.create_sheet("x").append(("TUYỆT MẬT",))
            book["x"].sheet_state = "hidden"
        elif where == "sheet name":
            book.create_sheet("MẬT")
        else:
            sheet["H1"] = "Độ mật: Mật"

    with pytest.raises(Unreadable, match="classified"):
        read(build)


def test_telephone_numbers_and_addresses_are_dropped() -> None:
    def build(_: Workbook, sheet: Worksheet) -> None:
        table(sheet, "Quý I")
        sheet["E3"] = "Báo cáo gửi an.nguyen@example.vn, ĐT 0912 345 678"

    [task] = read(build).tasks
    assert task.product == "Báo cáo gửi"


def cells(n: int) -> bytes:
    """A sheet of `n` cells in a file of a few megabytes."""
    row = "".join(f'<c r="{letter}{{0}}"><v>{{0}}</v></c>' for letter in "ABCDEFGHIJ")
    rows = "".join(f'<row r="{i}">{row.format(i)}</row>' for i in range(1, n // 10 + 1))
    content = made(lambda *_: None)
    return edited(content, "xl/worksheets/sheet1.xml", "</sheetData>", rows + "</sheetData>")


def test_a_million_cells_are_refused() -> None:
    content = cells(1_200_000)
    with pytest.raises(Unreadable, match="too_many_cells"):
        reader.read(content, "x.xlsx")


def test_a_sheet_that_is_large_only_on_paper() -> None:
    def build(_: Workbook, sheet: Worksheet) -> None:
        table(sheet, "Quý I")
        sheet["XFD1048576"] = "x"

    merge = '</sheetData><mergeCells count="1"><mergeCell ref="F3:F1048576"/></mergeCells>'
    content = edited(made(build), "xl/worksheets/sheet1.xml", "</sheetData>", merge)
    assert [task.phrase for task in reader.read(content, "x").tasks] == ["Quý I"]


BROKEN = {
    "an entity that reads a file": (
        "xl/workbook.xml",
        "<workbook",
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook',
    ),
    "an entity bomb in the strings": ("xl/sharedStrings.xml", "<sst", '<!DOCTYPE d [<!ENTITY a "aa">]><sst'),
    "a torn sheet": ("xl/worksheets/sheet1.xml", "</sheetData>", ""),
}


@pytest.mark.parametrize("case", BROKEN)
def test_damaged_workbooks(case: str) -> None:
    content = made(lambda _, sheet: table(sheet, "Quý I"))
    with pytest.raises(Unreadable, match="damaged"):
        reader.read(edited(content, *BROKEN[case]), "x")


def test_a_link_out_of_the_workbook_is_not_followed() -> None:
    content = made(lambda _, sheet: table(sheet, "Quý I"))
    away = edited(content, "xl/_rels/workbook.xml.rels", "/xl/worksheets/sheet1.xml", "../../../etc/passwd")
    with pytest.raises(Unreadable, match="empty"):
        reader.read(away, "x")


def test_a_style_no_library_accepts_and_the_strict_variant_are_read() -> None:
    content = made(lambda _, sheet: table(sheet, date(2026, 6, 1), form='"Tháng "m/yyyy'))
    odd = edited(content, "xl/styles.xml", '<family val="2"', '<family val="77"')
    assert reader.read(odd, "x").tasks[0].phrase == "Tháng 6/2026"
    usual = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"):
        content = edited(content, part, usual, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    assert reader.read(content, "x").tasks[0].phrase == "Tháng 6/2026"


def test_six_hundred_rows_lose_none() -> None:
    content = made(lambda _, sheet: table(sheet, *["Quý II/2026"] * 600))
    draft = reader.read(content, "x")
    assert len(draft.tasks) == 600
    assert draft.faults == ()


@pytest.mark.parametrize("merged", [True, False])
def test_the_sample_reads_like_its_text(merged: bool) -> None:
    assert reader.read(as_xlsx(TEXT, merged), "a.bin") == reader.read(TEXT.encode(), "a.txt")


def test_a_sheet_of_sentences_after_the_tables_is_read_and_a_list_of_names_is_not() -> None:
    def build(book: Workbook, sheet: Any) -> None:
        table(sheet, "Quý II/2026")
        sheet.append(["Nơi nhận: Lưu VT"])
        aims = book.create_sheet("Chỉ tiêu")
        aims.append(["MỘT SỐ CHỈ TIÊU NĂM 2026"])
        aims.append(["1. Trên 70% cơ sở có tủ sách dùng chung."])
        names = book.create_sheet("Đơn vị")
        names.append(["PTP", "Phòng Tư pháp của huyện theo tên đầy đủ", "Tư pháp"])

    draft = read(build)
    assert [(target.op, target.value) for target in draft.targets] == [(">", 70)]
    assert [(fault.kind, fault.words) for fault in draft.faults] == [("sheet_without_table", "Đơn vị")]
