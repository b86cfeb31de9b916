"""A plan's text made into a PDF as Word prints one: pages with running heads, rows torn where a page ends."""

import io
from typing import Any
from xml.sax.saxutils import escape

from font_roboto import Roboto, RobotoBold
from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

pdfmetrics.registerFont(TTFont("Roboto", Roboto))
pdfmetrics.registerFont(TTFont("RobotoBold", RobotoBold))
BODY = ParagraphStyle("body", fontName="Roboto", fontSize=12, leading=16, alignment=TA_JUSTIFY, firstLineIndent=24)
CENTRED = ParagraphStyle("centred", BODY, fontName="RobotoBold", alignment=TA_CENTER, firstLineIndent=0)
CELL = ParagraphStyle("cell", fontName="Roboto", fontSize=11, leading=14)
BOLD = ParagraphStyle("bold", CELL, fontName="RobotoBold")


def as_pdf(text: str, merged: bool = True, repeated: bool = True, wide: bool = False, **more: Any) -> bytes:
    """`text` with its tab-separated table drawn with lines. `merged`: the two-tier header and the group rows are merged
    cells; `repeated`: the header stands on every page; `wide`: landscape. `more` goes to `printed`."""
    rows: list[list[str]] = []
    story: list[Flowable] = []
    size = landscape(A4) if wide else A4
    for line in [*text.splitlines(), "\n"]:
        if "\t" in line:
            _append(rows, line.split("\t"))
        elif line.strip() or line == "\n":
            if rows:
                story += [_table(rows, size[0] - 40 * mm, merged, repeated), Spacer(0, 12)]
                rows = []
            if line.strip():
                story.append(Paragraph(escape(line), CENTRED if line.isupper() else BODY))
                story.append(Spacer(0, 6))
    return printed(story, size, **more)


def printed(story: list[Flowable], size: tuple[float, float] = A4, head: str = "", **canvas: Any) -> bytes:
    """`story` on pages of `size` with `head` above and the page's number below. `canvas`: reportlab's own settings."""
    out = io.BytesIO()

    def dress(page: Canvas, _: object) -> None:
        page.setFont("Roboto", 10)
        page.drawCentredString(size[0] / 2, size[1] - 12 * mm, head)
        page.drawCentredString(size[0] / 2, 10 * mm, str(page.getPageNumber()))

    margins = {f"{side}Margin": 20 * mm for side in ("left", "right", "top", "bottom")}
    document = SimpleDocTemplate(out, pagesize=size, **margins, **canvas)
    document.build(story, onFirstPage=dress, onLaterPages=dress)
    return out.getvalue()


def _table(rows: list[list[str]], width: float, merged: bool, repeated: bool) -> Table:
    shares = (6, 34, 17, 17, 13, 13)
    style: list[tuple[Any, ...]] = [("GRID", (0, 0), (-1, -1), 0.5, black), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    for r, row in enumerate(rows if merged else []):
        for c, text in enumerate(row):
            if r == 0 and text and not rows[1][c]:
                style.append(("SPAN", (c, 0), (c, 1)))
            elif r == 0 and not text:
                style.append(("SPAN", (c - 1, 0), (c, 0)))
        if r > 1 and row[0] and row[1] and not any(row[2:]):
            style.append(("SPAN", (1, r), (-1, r)))
    cells = [[Paragraph(escape(text), BOLD if r < 2 else CELL) for text in row] for r, row in enumerate(rows)]
    widths = [width * share / sum(shares) for share in shares]
    return Table(cells, widths, repeatRows=2 if repeated else 0, splitInRow=1, style=style)


def as_web_page(text: str) -> str:
    """`text` as a page that a browser prints, tearing rows wherever a sheet of paper ends."""
    out = [
        "<meta charset=utf-8><style>@page { size: 148mm 210mm; margin: 10mm } body { font: 10pt 'Liberation Serif' }"
        "table { border-collapse: collapse } td, th { border: 1px solid; padding: 3pt; vertical-align: top }"
        "p { text-align: justify; text-indent: 1cm }</style>"
    ]
    rows: list[list[str]] = []
    for line in [*text.splitlines(), "\n"]:
        if "\t" in line:
            _append(rows, line.split("\t"))
        elif line.strip() or line == "\n":
            if rows:
                out.append(_web_table(rows))
                rows = []
            out.append(f"<p>{escape(line)}</p>")
    return "\n".join(out)


def _append(rows: list[list[str]], cells: list[str]) -> None:
    """A row of the text, or the rest of the row before it."""
    if len(rows) > 2 and not cells[0]:
        rows[-1] = [f"{one} {two}".strip() for one, two in zip(rows[-1], cells, strict=True)]
    else:
        rows.append(cells)


def _web_table(rows: list[list[str]]) -> str:
    top, under = rows[:2]
    spans = ["colspan" if text else "rowspan" for text in under]
    first = "".join(f"<th {span}=2>{escape(text)}" for text, span in zip(top, spans, strict=True) if text)
    second = "".join(f"<th>{escape(text)}" for text in under if text)
    body = "".join(
        f"<tr><td>{row[0]}<td colspan=5>{escape(row[1])}"
        if row[0] and not any(row[2:])
        else "<tr>" + "".join(f"<td>{escape(text)}" for text in row)
        for row in rows[2:]
    )
    return f"<table><thead><tr>{first}<tr>{second}</thead>{body}</table>"
