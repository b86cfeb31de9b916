"""How fast plans and their time phrases are read."""

from collections.abc import Iterator
from io import BytesIO

from docx import Document

from benchmarks.measure import Figure, seconds
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
HEADS = ("TT", "Nội dung", "Đơn vị chủ trì", "Đơn vị phối hợp", "Sản phẩm", "Thời gian")
UNITS = ("Văn phòng", "Phòng Quản lý Văn hóa", "Thanh tra", "Bảo tàng tỉnh")


def large_plan() -> bytes:
    """A plan of `ROWS` rows as a .docx."""
    document = Document()
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Công tác năm 2023")
    table = document.add_table(rows=ROWS + 1, cols=len(HEADS))
    cells = table._cells  # python-docx walks the whole table for each `cell()`
    for column, head in enumerate(HEADS):
        cells[column].text = head
    for row in range(1, ROWS + 1):
        values = (
            str(row),
            f"Việc thứ {row} của kế hoạch, có tên dài như tên các việc trong kế hoạch thật.",
            UNITS[row % len(UNITS)],
            UNITS[(row + 1) % len(UNITS)],
            "Báo cáo",
            PHRASES[row % 5],
        )
        for column, value in enumerate(values):
            cells[row * len(HEADS) + column].text = value
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def floor(content: bytes) -> int:
    """python-docx opening the document and walking its cells once."""
    return sum(len(cell.text) for table in Document(BytesIO(content)).tables for cell in table._cells)


def figures() -> Iterator[Figure]:
    one = seconds(lambda: [read_phrase(phrase).meaning(2023) for phrase in PHRASES], 50) / len(PHRASES)
    yield Figure("a time phrase", one * 1000, " ms", 1)
    content = large_plan()
    least, ours = seconds(lambda: floor(content)), seconds(lambda: read_plan(content, "lon.docx", 2023))
    apart = seconds(lambda: child.read(content, "lon.docx", 2023)) - ours
    detail = f"{ours:.2f} s against {least:.2f} s"
    yield Figure(f"a plan of {ROWS} rows, against python-docx walking its cells", ours / least, "×", 2, detail)
    yield Figure("the child process that reads it, on top", apart * 1000, " ms", 400)
    yield Figure(f"a plan of {ROWS} rows in the child", ours + apart, " s", 3)
