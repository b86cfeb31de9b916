"""How fast plans and their time phrases are read."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

from docx import Document
from openpyxl import Workbook, load_workbook

from benchmarks.ground import Ground
from benchmarks.measure import Figure, seconds, side_by_side
from lang.deadlines import read as read_phrase
from plans import child
from plans.reader import read as read_plan

ROWS = 600
PHRASES = (
    "Quý II/2023",
    "Tháng 01/2023",
    "Cả năm",
    "trước ngày 20 hàng tháng",
    "chậm nhất ngày 14 của tháng cuối quý",
    "KH quý I/2023 và báo cáo tháng 11/2023",
    "10 ngày làm việc kể từ ngày nhận được văn bản",
    "Từ ngày 05/9/2023 đến ngày 30/11/2023",
    "Theo kế hoạch được phê duyệt",
    "17h ngày 15/4/2023",
)
# What, repeated, once took sixteen times as long for four times the length.
ENDLESS = (
    *("th6", "qI ", "1,", "2023/", "1.1.", "6, ", "Quý I&II/2026 ", "Hàng tháng (trước ngày 15) ", "| "),
    *("1,1", "|", "l|", "; ", ";", "1/A-", "- ", "1"),
)
HEADS = ("TT", "Nội dung", "Đơn vị chủ trì", "Đơn vị phối hợp", "Sản phẩm", "Thời gian")
UNITS = ("Văn phòng", "Phòng Quản lý Văn hóa", "Thanh tra", "Bảo tàng tỉnh")


def cells_of(row: int) -> tuple[str, ...]:
    return (
        str(row),
        f"Việc thứ {row} của kế hoạch, có tên dài như tên các việc trong kế hoạch thật.",
        UNITS[row % len(UNITS)],
        UNITS[(row + 1) % len(UNITS)],
        "Báo cáo",
        PHRASES[row % 5],
    )


def plan(rows: int) -> bytes:
    """A plan of `rows` rows as a .docx."""
    document = Document()
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Công tác năm 2023")
    table = document.add_table(rows=rows + 1, cols=len(HEADS))
    cells = table._cells  # python-docx walks the whole table for each `cell()`
    for column, head in enumerate(HEADS):
        cells[column].text = head
    for row in range(1, rows + 1):
        for column, value in enumerate(cells_of(row)):
            cells[row * len(HEADS) + column].text = value
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def workbook(rows: int) -> bytes:
    """The same plan as an .xlsx."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["KẾ HOẠCH"])
    sheet.append(["Công tác năm 2023"])
    sheet.append(HEADS)
    for row in range(1, rows + 1):
        sheet.append(cells_of(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def floor(content: bytes) -> int:
    """python-docx opening the document and walking its cells once."""
    return sum(len(cell.text) for table in Document(BytesIO(content)).tables for cell in table._cells)


def floor_of_book(content: bytes) -> int:
    """openpyxl opening the workbook and walking its cells once."""
    sheets = load_workbook(BytesIO(content), read_only=True).worksheets
    return sum(len(str(cell)) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)


def dated(phrase: str) -> object:
    return read_phrase(phrase).meaning(2023)


def slowest_phrase() -> tuple[float, str]:
    """The phrase that takes longest of all that the tests know, and its time in seconds."""
    tables = sorted((Path(__file__).parents[1] / "tests" / "lang").glob("phrases*.tsv"))
    lines = [line for table in tables for line in table.read_text("utf-8").splitlines()[1:]]
    phrases = [line.partition("\t")[0].replace("\\n", "\n") for line in lines]
    return max((seconds(partial(dated, phrase), 5), phrase) for phrase in phrases)


def growth() -> tuple[float, str]:
    """How many times longer 2,000 characters take than 500, at the worst of `ENDLESS`."""
    found = []
    for words in ENDLESS:
        long = words * 2000
        short, whole = side_by_side(partial(dated, long[:500]), partial(dated, long[:2000]), times=15)
        found.append((whole / short, f"of «{words.strip()}» again and again: {whole * 1000:.1f} ms"))
    return max(found)


def figures(_ground: Ground) -> Iterator[Figure]:
    one = seconds(lambda: [dated(phrase) for phrase in PHRASES], 50) / len(PHRASES)
    yield Figure("a time phrase", one * 1000, " ms", 1)
    slowest, phrase = slowest_phrase()
    yield Figure("the slowest time phrase of the tests", slowest * 1000, " ms", 1, f"«{phrase[:40]} …»")
    grows, worst = growth()
    yield Figure("2,000 characters of time phrases, against 500", grows, "×", 6, worst)
    content, small = plan(ROWS), plan(1)
    least, ours = side_by_side(lambda: floor(content), lambda: read_plan(content, "lon.docx", 2023))
    detail = f"{ours:.2f} s against {least:.2f} s"
    yield Figure(f"a plan of {ROWS} rows, against python-docx walking its cells", ours / least, "×", 2, detail)
    book = workbook(ROWS)
    least, ours = side_by_side(lambda: floor_of_book(book), lambda: read_plan(book, "lon.xlsx", 2023))
    detail = f"{ours:.2f} s against {least:.2f} s"
    yield Figure(f"a workbook of {ROWS} rows, against openpyxl walking its cells", ours / least, "×", 8, detail)
    here, away, bare = side_by_side(
        lambda: read_plan(small, "nho.docx", 2023),
        lambda: child.read(small, "nho.docx", 2023),
        lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
    )
    start = away - here
    yield Figure("the start of the child process that reads", start * 1000, " ms", 400)
    # 400 ms where a bare Python starts in 23: on a machine that is busy with other things only the ratio tells.
    yield Figure("the same, against the start of a bare Python", start / bare, "×", 17, f"{bare * 1000:.0f} ms")
    whole = seconds(lambda: child.read(content, "lon.docx", 2023))
    yield Figure(f"a plan of {ROWS} rows in the child", whole, " s", 3)
