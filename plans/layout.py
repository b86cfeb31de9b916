"""Words at places and drawn lines become lines and grids: what a PDF and a scan have in common."""

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from pdfplumber import table as ruling

from lang.fold import fold
from plans import table
from plans.pages import Grid, Line, Piece, Row, is_page_number

_MARKER = re.compile(r"(?:[-+*•–]|\(?[a-zđ]\)|\(?\d+(?:\.\d+)*[.)]|[IVX]+\.)(?:\s|$)")
# What a narrow column tears apart: «15/9/202» over «3», «19/5» over «/2023», «12/KH-» over «SNV».
_TORN = re.compile(
    r"\d/\x00\d|\d\x00/\d|/\w*-\x00\w"
    r"|(?:\d|[IVX])[/.-](?:[12]\x00\d{3}|(?:19|20)\x00\d{2}|(?:19|20)\d\x00\d)(?!\d)"
)
# Below it Tesseract takes «5» for «6» and «II» for «I1» often enough to ask.
_SURE = 80.0
_FIGURE = re.compile(r"\d|^\W*[IVXl|]+\b")
_SNAP = 3.0
_LOWEST = 8.0
_EDGE_OF_PAGE = 0.12


@dataclass(frozen=True, slots=True)
class Word:
    """Places are points from the left and the top of the page. `sure`: of a recognised word, how sure, in percent."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    sure: float = 100

    @property
    def size(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Page:
    """`edges`: drawn lines as pdfplumber describes them (x0, x1, top, bottom, orientation «h» or «v»)."""

    words: list[Word]
    edges: list[dict[str, Any]]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Strip:
    """Words side by side on one line; `page` is where; `broad`: nothing else stands beside them."""

    words: list[Word]
    page: int = 0
    broad: bool = True

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return self.words[-1].x1

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def size(self) -> float:
        return statistics.median(word.size for word in self.words)

    def full(self, after: "_Strip", right: float) -> bool:
        """Whether the first word of `after` had no room left on this line."""
        first = after.words[0]
        return self.x1 + 0.55 * self.size + first.x1 - first.x0 > right


@dataclass
class _Cell:
    x0: float
    right: float
    strips: list[_Strip]


@dataclass
class _Table:
    """The rows of a drawn table on one page: for each the cells by their left edges; a merged cell stands in every row
    that it covers."""

    top: float
    left: list[float]
    rows: list[dict[float, _Cell]] = field(default_factory=list)


def pieces(pages: list[Page]) -> tuple[list[Piece], list[str]]:
    """The lines and tables of `pages` in reading order, and apart from them the running heads and page numbers.

    A table that goes on overleaf is one table; a row torn by the page's end is one row.
    """
    read = [_parted(page, number) for number, page in enumerate(pages)]
    heads = _running([strips for _, strips in read], pages)
    out: list[Piece] = []
    stream: list[_Strip] = []
    open_table: list[_Table] = []

    def flush() -> None:
        out.extend(_paragraphs(stream, _margins(stream)))
        stream.clear()
        if open_table:
            out.append(_grid(open_table))
            open_table.clear()

    for tables, strips in read:
        items: list[_Table | _Strip] = [*tables, *(strip for strip in strips if id(strip) not in heads)]
        for n, item in enumerate(sorted(items, key=lambda item: item.top)):
            if isinstance(item, _Table):
                if not (open_table and n == 0 and _same_columns(open_table[-1], item)):
                    flush()
                open_table.append(item)
            else:
                if open_table:
                    flush()
                stream.append(item)
    flush()
    return out, [strip.text for _, strips in read for strip in strips if id(strip) in heads]


def _parted(page: Page, number: int) -> tuple[list[_Table], list[_Strip]]:
    tables = []
    words = page.words
    for cells in drawn(page.edges):
        box = (min(c[0] for c in cells), min(c[1] for c in cells), max(c[2] for c in cells), max(c[3] for c in cells))
        inside = [word for word in words if within(word, box)]
        if len(cells) < 2 or not inside:
            continue
        words = [word for word in words if not within(word, box)]
        tables.append(_laid_out(cells, inside, number))
    return tables, list(_strips(words, number, apart=True))


def within(word: Word, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= (word.x0 + word.x1) / 2 <= box[2] and box[1] <= (word.top + word.bottom) / 2 <= box[3]


def drawn(edges: list[dict[str, Any]]) -> list[list[tuple[float, float, float, float]]]:
    """The cells (x0, top, x1, bottom) of every table whose lines are drawn."""
    edges = ruling.merge_edges(edges, _SNAP, _SNAP, _SNAP, _SNAP)
    edges = [edge for edge in edges if max(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) > 2 * _SNAP]
    edges += _ends(edges)
    cells = ruling.intersections_to_cells(ruling.edges_to_intersections(edges, _SNAP, _SNAP))
    return [list(found) for found in ruling.cells_to_tables(cells)]


def _ends(edges: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Where a page's end cuts a row open, its upright lines stop in the air: the line that is missing there."""
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    level = [edge for edge in edges if edge["orientation"] == "h"]
    for side in ("top", "bottom"):
        for place in {round(edge[side]) for edge in upright}:
            here = [edge for edge in upright if abs(edge[side] - place) <= _SNAP]
            x0, x1 = min(edge["x0"] for edge in here), max(edge["x1"] for edge in here)
            closed = any(abs(edge["top"] - place) < _LOWEST and edge["x0"] < x1 and edge["x1"] > x0 for edge in level)
            if len(here) > 2 and not closed:
                yield {"x0": x0, "x1": x1, "top": place, "bottom": place, "orientation": "h", "width": x1 - x0}


def _laid_out(cells: list[tuple[float, float, float, float]], words: list[Word], number: int) -> _Table:
    tops = sorted({top for _, top, _, _ in cells})
    made = _Table(tops[0], sorted({x0 for x0, *_ in cells}), [{} for _ in tops])
    for x0, top, x1, bottom in cells:
        inside = [word for word in words if within(word, (x0, top, x1, bottom))]
        cell = _Cell(x0, x1 - _padding(inside, x0), list(_strips(inside, number)))
        for row, place in zip(made.rows, tops, strict=True):
            if top <= place < bottom - _SNAP:
                row[x0] = cell
    return made


def _padding(words: list[Word], x0: float) -> float:
    return min(12.0, max(0.0, min((word.x0 for word in words), default=x0) - x0))


def _strips(words: list[Word], number: int, apart: bool = False) -> Iterator[_Strip]:
    """Words put on lines. `apart`: what stands side by side with a wide gap between are two (the heads of a letter)."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.top + word.bottom) / 2):
        middle = (word.top + word.bottom) / 2
        last = lines[-1][-1] if lines else None
        if last and abs(middle - (last.top + last.bottom) / 2) <= 0.4 * max(word.size, last.size):
            lines[-1].append(word)
        else:
            lines.append([word])
    for line in lines:
        line.sort(key=lambda word: word.x0)
        parts = [[line[0]]]
        for before, word in pairwise(line):
            if apart and word.x0 - before.x1 > 2 * word.size:
                parts.append([word])
            else:
                parts[-1].append(word)
        yield from (_Strip(part, number, len(parts) == 1) for part in parts)


def _running(strips: list[list[_Strip]], pages: list[Page]) -> set[int]:
    """Heads and feet: a page's number, or what stands at the same end of at least two pages."""
    seen: Counter[tuple[str, bool]] = Counter()
    at: list[tuple[_Strip, tuple[str, bool]]] = []
    for found, page in zip(strips, pages, strict=True):
        for strip in found:
            upper = strip.top < page.height * _EDGE_OF_PAGE
            if upper or strip.top > page.height * (1 - _EDGE_OF_PAGE):
                key = re.sub(r"\d+", "#", strip.text), upper
                at.append((strip, key))
        seen.update({key for strip, key in at if strip.page == (found[0].page if found else -1)})
    return {id(strip) for strip, key in at if seen[key] > 1 or is_page_number(strip.text)}


def _margins(strips: list[_Strip]) -> dict[int, float]:
    """Where the lines of each page end: where most of them do, else where the longest does."""
    ends: dict[int, list[float]] = {}
    for strip in strips:
        ends.setdefault(strip.page, []).append(strip.x1)
    common = Counter(round(x1) for found in ends.values() for x1 in found).most_common(1)
    return {page: max(common[0][0], max(found)) if common[0][1] < 4 else common[0][0] for page, found in ends.items()}


def _paragraphs(strips: list[_Strip], right: dict[int, float]) -> Iterator[Line]:
    text = ""
    first = last = None
    for strip in strips:
        if last is not None and first is not None and _goes_on(first, last, strip, right[last.page]):
            text = _glued(text, strip.text)
        else:
            if text:
                yield Line(text)
            text, first = strip.text, strip
        last = strip
    if text:
        yield Line(text)


def _goes_on(first: _Strip, last: _Strip, after: _Strip, right: float) -> bool:
    """Whether `after` is the next line of the paragraph that begins with `first`."""
    if not (last.broad and after.broad) or not last.full(after, right):
        return False
    if last.text.endswith((".", ";", ":")) and (_MARKER.match(after.text) or after.text.isupper()):
        return False
    if after.page == last.page and after.top - last.top > 2.2 * last.size:
        return False
    centred = abs((last.x0 + last.x1) - (after.x0 + after.x1)) < 8
    hanging = last is first and _MARKER.match(first.text) and not _MARKER.match(after.text)
    return centred or bool(hanging) or after.x0 <= last.x0 + 0.7 * last.size


def _torn_word(one: str, two: str) -> bool:
    """Whether a line's end stands inside a day, a year or a document's number."""
    return bool(_TORN.search(f"{one[-24:]}\x00{two[:24]}"))


def _glued(one: str, two: str) -> str:
    return (f"{one}{two}" if _torn_word(one, two) else f"{one} {two}").strip()


def _written(strips: Iterable[_Strip], right: float) -> str:
    """A cell's text: a line that was only too long goes on, one that the writer ended is ended."""
    text = ""
    last: _Strip | None = None
    for strip in strips:
        if last is None:
            text = strip.text
        elif last.full(strip, right) or _torn_word(last.text, strip.text):
            text = _glued(text, strip.text)
        else:
            text = f"{text}\n{strip.text}"
        last = strip
    return unicodedata.normalize("NFC", text)


def _same_columns(one: _Table, two: _Table) -> bool:
    near = sum(any(abs(x - other) <= 2 * _SNAP for other in one.left) for x in two.left)
    return near == len(two.left) or near == len(one.left)


def _grid(tables: list[_Table]) -> Grid:
    """The tables of successive pages as one, with the header that pages repeat said once and torn rows mended."""
    left: list[float] = []
    for x in sorted(x for found in tables for x in found.left):
        if not left or x - left[-1] > 2 * _SNAP:
            left.append(x)
    rows: list[tuple[list[_Cell | None], bool]] = []
    header: list[tuple[str, ...]] = []
    where: table.Columns | None = None
    for n, found in enumerate(tables):
        fresh = [_columned(row, left) for row in found.rows]
        if n and header:
            repeated = 0
            while repeated < len(fresh) and _folded(fresh[repeated]) in header:
                repeated += 1
            fresh = fresh[repeated:]
        if rows and fresh and where and _torn(rows[-1][0], fresh[0], where):
            rows[-1] = (_mended(rows[-1][0], fresh.pop(0)), rows[-1][1])
        rows += [(row, n > 0 and i == 0) for i, row in enumerate(fresh)]
        if n == 0 and (told := table.columns(Grid(tuple(Row(_texts(row)) for row, _ in rows[:9])))):
            where = told[0]
            header = [_folded(row) for row, _ in rows[: told[1]]]
    return Grid(tuple(Row(_texts(row), broken, smudged=_smudged(row)) for row, broken in rows))


def _columned(row: dict[float, _Cell], left: list[float]) -> list[_Cell | None]:
    out: list[_Cell | None] = [None] * len(left)
    for x0, cell in row.items():
        out[min(range(len(left)), key=lambda i: abs(left[i] - x0))] = cell
    return out


def _texts(row: list[_Cell | None]) -> tuple[str, ...]:
    return tuple(_written(cell.strips, cell.right) if cell else "" for cell in row)


def _smudged(row: list[_Cell | None]) -> frozenset[int]:
    def unsure(cell: _Cell) -> bool:
        words = (word for strip in cell.strips for word in strip.words)
        return any(word.sure < _SURE and _FIGURE.search(word.text) for word in words)

    return frozenset(column for column, cell in enumerate(row) if cell and unsure(cell))


def _folded(row: list[_Cell | None]) -> tuple[str, ...]:
    return tuple(fold(text) for text in _texts(row))


def _torn(above: list[_Cell | None], below: list[_Cell | None], where: table.Columns) -> bool:
    """Whether `below`, the first row of a page, is the rest of the row above it: it has no number of its own, and in
    most of its cells the first word had no room left on the last line above."""
    no = where.at.get("no")
    number = below[no] if no is not None else None
    if no is None or (number and number.strips):
        return False
    verdicts = [
        bool(over and over.strips) and over.strips[-1].full(under.strips[0], over.right)
        for over, under in zip(above, below, strict=True)
        if under and under.strips and over
    ]
    return bool(verdicts) and 2 * sum(verdicts) > len(verdicts)


def _mended(above: list[_Cell | None], below: list[_Cell | None]) -> list[_Cell | None]:
    return [
        replace(over, strips=[*over.strips, *under.strips]) if over and under else over or under
        for over, under in zip(above, below, strict=True)
    ]
