"""Whatever is sent, the answer is a draft or one of the refusals."""

import io
import random
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from plans import Unreadable, child, marks, ocr, reader
from tests.plans import fuzz
from tests.plans.as_docx import as_docx
from tests.plans.as_xlsx import as_xlsx
from tests.plans.damage import marked

TABLE = "Kế hoạch năm 2023\n\nStt\tNội dung\tĐơn vị chủ trì\tThời gian\n1\tLập danh sách\tVăn phòng\tQuý I\n"
WORD, BOOK = as_docx(TABLE), as_xlsx(TABLE)
BODY, SHEET, TEXTS = "word/document.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
MARK = "<w:p><w:r><w:t>MẬT</w:t></w:r></w:p>"
INNER = "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>"


def edited(content: bytes, part: str, *changes: tuple[str, str]) -> bytes:
    """The package `content` with the first of each words in `part` replaced; a part it does not have is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in {*source.namelist(), part}:
            text = source.read(name) if name in source.namelist() else b""
            for old, new in changes if name == part else ():
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode(), 1)
            made.writestr(name, text)
    return out.getvalue()


def first_cell(inside: str) -> bytes:
    return edited(WORD, BODY, ("<w:tc>", f"<w:tc>{inside}"))


def last_cell(inside: str) -> bytes:
    return edited(WORD, BODY, ("</w:tr>", f"{inside}</w:tr>"))


def beside(reference: str, more: str = "", end: str = "") -> bytes:
    """A mark in the cell `reference` of the first row, away from the table."""
    cell = f'<c r="{reference}" t="inlineStr"><is><t>MẬT</t></is></c></row>'
    return edited(
        BOOK, SHEET, ("<sheetData>", f"{more}<sheetData>"), ("</row>", cell), ("</sheetData>", f"</sheetData>{end}")
    )


def drawn(*marks: tuple[float, float, float]) -> bytes:
    """A page of plain text with «TỐI MẬT» at each place (x, y, degrees)."""
    out = io.BytesIO()
    made = Canvas(out, pagesize=A4)
    made.setFont("Roboto", 12)
    made.drawString(60, 800, "Kế hoạch công tác năm 2023 của Văn phòng")
    for x, y, degrees in marks:
        made.saveState()
        made.translate(x, y)
        made.rotate(degrees)
        made.drawString(0, 0, "TỐI MẬT")
        made.restoreState()
    made.save()
    return out.getvalue()


HEADER = '<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{}</w:hdr>'
CHOICE = '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">{}</mc:AlternateContent>'
TABBED = "<w:p><w:r><w:t>MẬT</w:t><w:tab/><w:t>Trang 1</w:t></w:r></w:p>"
WITH_MARK: dict[str, Callable[[], bytes]] = {
    "a table in a table in a table": lambda: first_cell(INNER.format(INNER.format(MARK))),
    "a table in a frame in a cell": lambda: first_cell(
        f"<w:sdt><w:sdtContent>{INNER.format(MARK)}</w:sdtContent></w:sdt>"
    ),
    "the seventieth column": lambda: last_cell("<w:tc><w:p/></w:tc>" * 70 + f"<w:tc>{MARK}</w:tc>"),
    "under a merged cell": lambda: last_cell(f"<w:tc><w:tcPr><w:vMerge/></w:tcPr>{MARK}</w:tc>"),
    "a paragraph in a paragraph": lambda: edited(WORD, BODY, ("<w:body>", f"<w:body><w:p>{MARK}</w:p>")),
    "text that was moved away": lambda: edited(
        WORD, BODY, ("<w:body>", "<w:body><w:p><w:moveFrom><w:r><w:t>MẬT</w:t></w:r></w:moveFrom></w:p>")
    ),
    "one of two ways to draw a thing": lambda: edited(
        WORD,
        BODY,
        ("<w:body>", f"<w:body><w:p><w:r>{CHOICE.format('<mc:Choice><w:t>MẬT</w:t></mc:Choice>' * 2)}</w:r></w:p>"),
    ),
    "a header of another name": lambda: edited(WORD, "word/dau1.xml", ("", HEADER.format(MARK))),
    "a header, before a tab": lambda: edited(WORD, "word/header1.xml", ("", HEADER.format(TABBED))),
    "a far column of a sheet": lambda: beside("ZZ1"),
    "a hidden column of a sheet": lambda: beside("I1", '<cols><col min="9" max="9" hidden="1"/></cols>'),
    "under a merged cell of a sheet": lambda: beside(
        "J1", end='<mergeCells count="1"><mergeCell ref="I1:J1"/></mergeCells>'
    ),
    "three turned marks on a page": lambda: drawn((100, 100, 45), (300, 300, 45), (100, 600, 45)),
    "a turned mark and a turned heading": lambda: drawn((100, 100, 90), (300, 300, 45)),
}


@pytest.mark.parametrize("where", WITH_MARK)
def test_a_mark_of_secrecy_is_found(where: str) -> None:
    with pytest.raises(Unreadable, match="classified"):
        reader.read(WITH_MARK[where](), "x", 2023)


ODD: dict[str, Callable[[], bytes]] = {
    "a span that is no number": lambda: first_cell('<w:tcPr><w:gridSpan w:val="²"/></w:tcPr>'),
    "a shared text that is no number": lambda: edited(BOOK, SHEET, ("<v>1</v>", "<v>²</v>")),
    "a row that is no number": lambda: edited(BOOK, SHEET, ('<row r="1"', '<row r="²"')),
    "half a letter in a cell": lambda: edited(BOOK, TEXTS, ("p danh", "p_xD800__x0000_ danh")),
    "a figure of three hundred places": lambda: edited(
        edited(BOOK, "xl/styles.xml", ('<cellXfs count="1"><xf numFmtId="0"', '<cellXfs count="1"><xf numFmtId="2"')),
        SHEET,
        ("</row>", '<c r="I1" s="0"><v>1e300</v></c></row>'),
    ),
    "a number of five thousand digits": lambda: f"{TABLE}\nHai\n\n{'9' * 5000}\tLập\tVăn phòng\tQuý I\n".encode(),
}


@pytest.mark.parametrize("what", ODD)
def test_the_rest_is_read(what: str) -> None:
    content = ODD[what]()
    assert fuzz.examined(content) == "read"
    assert reader.read(content, "x", 2023).tasks[0].phrase == "Quý I"


def test_frames_thousands_deep() -> None:
    with pytest.raises(Unreadable, match="damaged"):
        reader.read(
            edited(
                WORD, BODY, ("<w:body>", "<w:body>" + "<w:sdt>" * 3000), ("</w:body>", "</w:sdt>" * 3000 + "</w:body>")
            ),
            "x",
        )


def test_more_sheets_than_anyone_reads_are_refused_and_not_cut() -> None:
    sheets = "".join(f'<sheet name="T{n}" sheetId="{n}"/>' for n in range(2, 70))
    with pytest.raises(Unreadable, match="too_many_cells"):
        reader.read(edited(BOOK, "xl/workbook.xml", ("</sheets>", f"{sheets}</sheets>")), "x", 2023)


@pytest.mark.parametrize(
    "line", ["0" * 200_000, "1." * 100_000, "a.b-" * 50_000, "*a " * 30_000, f"x{' ' * 9000}0912345678 x"]
)
def test_an_endless_line_is_read_within_the_limits_of_every_document(line: str) -> None:
    assert child.read(f"{line}\n\n{TABLE}".encode(), "x", 2023).tasks


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Liên hệ ĐT.0912345678", "Liên hệ"),
        ("Liên hệ SĐT0912345678 nhé", "Liên hệ nhé"),
        ("Liên hệ (ĐT: 0912345678/0987654321)", "Liên hệ"),
        ("Gửi về nguyenvana@\nhanoi.gov.vn", "Gửi về"),
        ("Gửi về nguyenvana@hanoi .gov.vn trước", "Gửi về trước"),
        ("Gửi về nguyenvana@hanoi. gov.vn trước", "Gửi về trước"),
        ("Gửi về a@b.vn. Phòng Nội vụ tổng hợp", "Gửi về. Phòng Nội vụ tổng hợp"),
        (
            "Họp 05-12-2023 10h, 08.2023 09.2023, 03 - 12 - 2023 15",
            "Họp 05-12-2023 10h, 08.2023 09.2023, 03 - 12 - 2023 15",
        ),
        ("Gọi 0912 - 345 - 678, (024) 3825 1234 hoặc +84 912 345 678", "Gọi hoặc"),
        ("Quyết định số 0912345678/QĐ và 1280912345678", "Quyết định số 0912345678/QĐ và 1280912345678"),
    ],
)
def test_telephone_numbers_and_addresses_as_they_are_torn(written: str, kept: str) -> None:
    assert marks.stripped(written) == kept


def test_a_telephone_number_torn_by_a_line_s_end() -> None:
    draft = reader.read(f"Kế hoạch năm 2023 của Văn phòng, ĐT 0912-\n345-678\n{TABLE}".encode(), "x", 2023)
    fuzz.sound(draft)
    assert "345" not in draft.title


@pytest.fixture(autouse=True)
def _no_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)


@pytest.fixture(scope="module")
def files() -> list[bytes]:
    made = fuzz.seeds([fuzz.short(fuzz.SAMPLE)])
    assert len(made) == 6
    return made


@pytest.mark.parametrize("seed", range(6))
def test_a_mark_put_anywhere_in_a_file(seed: int, files: list[bytes]) -> None:
    for content in files:
        told = marked(random.Random(seed), content)
        if told is None:  # a Word file's header without words
            assert content.startswith(b"PK")
            continue
        with pytest.raises(Unreadable, match="classified"):
            reader.read(told, "x", 2023)


@pytest.mark.parametrize("tens", range(6))
def test_files_with_damage(tens: int, files: list[bytes]) -> None:
    """A short run; `python -m tests.plans.fuzz` is the long one."""
    for number in range(10 * tens, 10 * tens + 10):
        came, _, trace = fuzz.one("suite", number, files)
        assert not trace, f"input {number}: {came}\n{trace}"


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]))
def test_any_bytes(content: bytes, start: bytes) -> None:
    fuzz.examined(start + content)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    fuzz.examined(text.encode("utf-8", "surrogatepass"))
