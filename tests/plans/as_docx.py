"""A plan's text made into a Word document with the merged cells that Word makes: an independent reading of tabs."""

from io import BytesIO

from docx import Document
from docx.table import Table


def as_docx(text: str, merged: bool = True) -> bytes:
    """`text` with its tab-separated table as a Word table. `merged`: the two-tier header, group rows and runs of equal
    leads are merged cells."""
    document = Document()
    rows: list[list[str]] = []
    for line in [*text.splitlines(), "\n"]:
        if "\t" in line:
            rows.append(line.split("\t"))
        elif line.strip() or line == "\n":
            if rows:
                _table(document.add_table(len(rows), max(map(len, rows))), rows, merged)
                rows = []
            if line.strip():
                document.add_paragraph(line)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _table(table: Table, rows: list[list[str]], merged: bool) -> None:
    width = len(table.columns)
    grid = [[table.cell(r, c) for c in range(width)] for r in range(len(rows))]
    hidden: set[tuple[int, int]] = set()
    if merged:
        for r, row in enumerate(rows):
            if r == 0:
                hidden |= _header(grid, rows)
            elif r > 1 and row[0] and row[1] and not any(row[2:]):
                grid[r][1].merge(grid[r][width - 1])
                hidden |= {(r, c) for c in range(2, width)}
            elif r > 1 and row[2] and row[2] == rows[r - 1][2]:
                grid[r - 1][2].merge(grid[r][2])
                hidden.add((r, 2))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if (r, c) not in hidden:
                grid[r][c].text = text


def _header(grid: list[list[object]], rows: list[list[str]]) -> set[tuple[int, int]]:
    hidden: set[tuple[int, int]] = set()
    top, under = rows[0], rows[1]
    for c, text in enumerate(top):
        if text and not under[c]:
            grid[0][c].merge(grid[1][c])  # type: ignore[attr-defined]
            hidden.add((1, c))
        elif not text:
            grid[0][c - 1].merge(grid[0][c])  # type: ignore[attr-defined]
            hidden.add((0, c))
    return hidden
