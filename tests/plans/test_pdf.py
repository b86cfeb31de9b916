"""What a PDF does to a plan: pages end, heads run, columns are narrow; and scans, watermarks, passwords, bombs."""

import io
import json
import os
import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph

from plans import Draft, Fault, Unreadable, child, layout, ocr, reader
from tests.absent import absent
from tests.plans.as_pdf import BODY, as_pdf, as_web_page, printed
from tests.plans.test_sample import TEXT

SHORT = (
    "Kế hoạch năm 2023\n\nStt\tNội dung\tTổ chức thực hiện\t\tSản phẩm\tThời gian\n"
    "\t\tĐơn vị chủ trì\tĐơn vị phối hợp\t\t\n1\tLập danh sách\tVăn phòng\tThanh tra\tDanh sách\tQuý I\n"
)


@pytest.fixture(autouse=True)
def _no_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)


@pytest.fixture(scope="module")
def draft() -> Draft:
    return reader.read(TEXT.encode(), "a.txt")


FORMS = {
    "upright, merged cells, the header on every page": {"head": "Kế hoạch công tác năm 2023"},
    "landscape, plain cells, the header once": {"merged": False, "repeated": False, "wide": True},
}


@pytest.mark.parametrize("form", FORMS)
def test_the_sample_reads_like_its_text(form: str, draft: Draft) -> None:
    assert reader.read(as_pdf(TEXT, **FORMS[form]), "a.bin") == draft


def test_the_sample_printed_by_a_browser_which_tears_rows(draft: Draft, tmp_path: Path) -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        absent("no chromium on this machine: nothing was printed")
    page, made = tmp_path / "plan.html", tmp_path / "plan.pdf"
    page.write_text(as_web_page(TEXT), "utf-8")
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--user-data-dir={tmp_path / 'x'}",
    ]
    subprocess.run(
        [program, *flags, f"--print-to-pdf={made}", page.as_uri()], check=True, capture_output=True, timeout=60
    )
    assert reader.read(made.read_bytes(), "a.pdf") == draft


def words(*lines: str, x0: float = 10, top: float = 10) -> list[layout.Word]:
    """Lines of words six points a letter wide, fourteen apart."""
    out = []
    for n, line in enumerate(lines):
        x = x0
        for word in line.split():
            out.append(layout.Word(word, x, x + 6 * len(word), top + 14 * n, top + 14 * n + 10))
            x += 6 * len(word) + 3
    return out


@pytest.mark.parametrize(
    ("lines", "room", "text"),
    [
        (("15/9/202", "3"), 50, "15/9/2023"),
        (("10/10/20", "23"), 50, "10/10/2023"),
        (("Trước 19/5", "/2023"), 60, "Trước 19/5/2023"),
        (("Quý II/20", "23"), 55, "Quý II/2023"),
        (("Tháng 11/", "2023"), 55, "Tháng 11/2023"),
        (("Phòng A", "Phòng B"), 100, "Phòng A\nPhòng B"),
        (("Phòng Văn", "hóa thông"), 60, "Phòng Văn hóa thông"),
        (("hết 15/9", "2 lần"), 100, "hết 15/9\n2 lần"),
    ],
)
def test_lines_of_a_narrow_cell(lines: tuple[str, ...], room: float, text: str) -> None:
    widest = room + 20
    frame = [line("h", 0, widest, y) for y in (0, 60, 120)] + [line("v", 0, 120, x) for x in (0, widest)]
    page = layout.Page(words(*lines), frame, 400, 400)
    [grid], _ = layout.pieces([page])
    assert grid.rows[0].cells == (text,)  # type: ignore[union-attr]


def line(orientation: str, start: float, end: float, at: float) -> dict[str, object]:
    along, across = (("x0", "x1"), ("top", "bottom")) if orientation == "h" else (("top", "bottom"), ("x0", "x1"))
    size = "width" if orientation == "h" else "height"
    return {along[0]: start, along[1]: end, across[0]: at, across[1]: at, "orientation": orientation, size: end - start}


def test_the_two_heads_of_a_letter_are_kept_apart() -> None:
    page = layout.Page(words("SỞ NỘI VỤ") + words("CỘNG HÒA XÃ HỘI", x0=250), [], 400, 400)
    assert [piece.text for piece in layout.pieces([page])[0]] == ["SỞ NỘI VỤ", "CỘNG HÒA XÃ HỘI"]  # type: ignore[union-attr]


def canvas(draw: object, **settings: object) -> bytes:
    """`SHORT` on a page, and what `draw` adds on a second."""
    out = io.BytesIO()
    made = Canvas(out, pagesize=A4, **settings)  # type: ignore[arg-type]
    made.setFont("Roboto", 12)
    draw(made)  # type: ignore[operator]
    made.showPage()
    made.save()
    return out.getvalue()


def turned(made: Canvas) -> None:
    made.drawString(60, 700, "Kế hoạch công tác năm 2023 của Văn phòng")
    made.translate(200, 300)
    made.rotate(45)
    made.drawString(0, 0, "TỐI MẬT")


def huge(made: Canvas) -> None:
    made.drawString(60, 700, "Kế hoạch công tác năm 2023 của Văn phòng")
    made.setFont("RobotoBold", 90)
    made.drawString(60, 400, "MẬT")


def small(made: Canvas) -> None:
    made.drawString(60, 800, "MẬT")
    made.drawString(400, 800, "Trang 1")


@pytest.mark.parametrize("mark", [turned, huge, small])
def test_a_mark_of_secrecy_anywhere(mark: object) -> None:
    with pytest.raises(Unreadable, match="classified"):
        reader.read(canvas(mark), "x")


def test_a_mark_at_the_head_of_every_page() -> None:
    with pytest.raises(Unreadable, match="classified"):
        reader.read(as_pdf(TEXT, head="MẬT"), "x")


def test_telephone_numbers_are_dropped() -> None:
    [task] = reader.read(as_pdf(SHORT.replace("Lập danh sách", "Lập danh sách, ĐT 0912 345 678")), "x").tasks
    assert task.title == "Lập danh sách"


def locked() -> bytes:
    return as_pdf(SHORT, encrypt=StandardEncryption("secret"))


def stream(data: bytes, head: bytes = b"/Filter /FlateDecode") -> bytes:
    return b"%%PDF-1.4\n1 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (head, len(data), data)


REFUSED = {
    "a password": ("encrypted", locked),
    "half a file": ("damaged", lambda: as_pdf(SHORT)[:4000]),
    "only its first line": ("damaged", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "a bomb": ("too_large_inside", lambda: stream(zlib.compress(bytes(100_000_000)))),
    "a bomb in a bomb": (
        "too_large_inside",
        lambda: stream(zlib.compress(zlib.compress(bytes(100_000_000))), b"/Filter [/FlateDecode /FlateDecode]"),
    ),
    "too many pages": (
        "too_many_pages",
        lambda: printed([part for n in range(81) for part in (Paragraph(str(n), BODY), PageBreak())]),
    ),
    "an empty page": ("empty", lambda: canvas(lambda _: None)),
    "a scan": ("scanned", lambda: scan(as_pdf(SHORT))),
}


def test_a_figure_at_the_top_of_a_page_is_no_page_number() -> None:
    above = ("KẾ HOẠCH", "Phát triển thư viện năm 2023", "I. MỤC TIÊU", "- Tỷ lệ xã có tủ sách đạt trên")
    story = [*(Paragraph(text, BODY) for text in above), PageBreak(), Paragraph("75%.", BODY)]
    draft = reader.read(printed([*story, Paragraph("- 100% huyện có thư viện.", BODY)]), "x")
    assert [(target.op, target.value) for target in draft.targets] == [(">", 75), ("=", 100)]


def scan(content: bytes, dots: int = 110) -> bytes:
    """`content` as a copier gives it back: a picture of every page."""
    document = pypdfium2.PdfDocument(content)
    pictures = [page.render(scale=dots / 72, grayscale=True).to_pil() for page in document]
    out = io.BytesIO()
    pictures[0].save(out, "PDF", resolution=dots, save_all=True, append_images=pictures[1:])
    return out.getvalue()


@pytest.mark.parametrize("case", REFUSED)
def test_each_has_its_own_code(case: str) -> None:
    code, made = REFUSED[case]
    content = made()
    with pytest.raises(Unreadable) as refused:
        reader.read(content, "x")
    assert refused.value.code == code


def test_a_bomb_that_only_opens_for_its_owner_s_password_is_no_password() -> None:
    content = as_pdf(SHORT, encrypt=StandardEncryption("", ownerPassword="secret", canPrint=0))
    assert [task.ref for task in reader.read(content, "x").tasks] == ["1"]


def test_some_pages_are_pictures() -> None:
    both = pypdfium2.PdfDocument.new()
    both.import_pages(pypdfium2.PdfDocument(as_pdf(SHORT)))
    both.import_pages(pypdfium2.PdfDocument(scan(as_pdf(SHORT))))
    out = io.BytesIO()
    both.save(out)
    told = reader.read(out.getvalue(), "x")
    assert len(told.tasks) == 1
    assert told.faults == (Fault("pages_scanned", "", "2"),)


FAKE = """#!/usr/bin/env python3
import io, json, pathlib, sys
here = pathlib.Path(__file__).parent
if "--list-langs" in sys.argv:
    print("List of available languages (2):\\nosd\\nvie")
    raise SystemExit
assert sys.argv[1:5] == ["stdin", "stdout", "-l", "vie"], sys.argv
picture = sys.stdin.buffer.read()
assert picture.startswith(b"\\x89PNG")
wide = int.from_bytes(picture[16:20], "big")
pages = json.loads((here / "pages.json").read_text("utf-8"))
(here / "pages.json").write_text(json.dumps(pages[1:]))
print("left", "top", "width", "height", "conf", "text", sep="\\t")
for text, *box in pages[0]["words"]:
    sure = 60 if text in pages[0]["hard"] else 90
    print(*(round(side * wide / pages[0]["width"]) for side in box), sure, text, sep="\\t")
"""


@pytest.fixture
def scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Draft]:
    """The draft of a PDF's scan. A program that stands in for Tesseract knows the words of each page, and is little
    sure of those that are `hard`; the lines are found in the picture."""

    def made(source: bytes, hard: tuple[str, ...] = ()) -> Draft:
        _stand_in(source, hard, tmp_path)
        monkeypatch.undo()
        ocr.available.cache_clear()
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return child.read(scan(source), "scan.pdf")

    return made


def _stand_in(source: bytes, hard: tuple[str, ...], tmp_path: Path) -> None:
    with pdfplumber.open(io.BytesIO(source)) as document:
        pages = [
            {
                "width": float(page.width),
                "hard": hard,
                "words": [
                    (word["text"], word["x0"], word["top"], word["x1"] - word["x0"], word["bottom"] - word["top"])
                    for word in page.extract_words()
                ],
            }
            for page in document.pages
        ]
    (tmp_path / "pages.json").write_text(json.dumps(pages), "utf-8")
    (tmp_path / "tesseract").write_text(FAKE, "utf-8")
    (tmp_path / "tesseract").chmod(0o755)


def test_a_scan_is_recognised_where_tesseract_is(draft: Draft, scanned: Callable[..., Draft]) -> None:
    told = scanned(as_pdf(TEXT))
    assert (told.faults[-1].kind, told.faults[-1].words[:4]) == ("pages_recognised", "1, 2")
    assert told.tasks == draft.tasks
    assert told.reports == draft.reports


def test_a_time_that_was_hard_to_recognise_is_asked_about(scanned: Callable[..., Draft]) -> None:
    rows = "1\tLập danh sách\tVăn phòng\t\t3 bản\tQuý I\n2\tTrao giải\tVăn phòng\t\t3 giải\t15/9/2023\n"
    source = as_pdf(SHORT.partition("1\tLập")[0] + rows, wide=True)
    told = scanned(source, hard=("15/9/2023", "3", "1"))
    assert [[str(day) for day in task.due] for task in told.tasks] == [["2023-03-31"], ["2023-09-15"]]
    assert [[doubt.code for doubt in task.doubts] for task in told.tasks] == [[], ["smudged"]]


def test_tesseract_without_its_vietnamese_model_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    (tmp_path / "tesseract").write_text("#!/bin/sh\necho eng\n", "utf-8")
    (tmp_path / "tesseract").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    ocr.available.cache_clear()
    assert not ocr.available()
    ocr.available.cache_clear()
