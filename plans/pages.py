"""What a document is made of once its file format is forgotten: lines and grids, in reading order."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from plans import Fault


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph. `begins`: another sheet begins with it."""

    text: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; a merged cell's text stands in its first column, and in every row it runs down through.

    `broken`: a page ended just above it. `swapped`: the columns in whose dates day and month may have changed places.
    `smudged`: the columns with a figure that was recognised with little certainty.
    `covered`: the columns that a merged cell on their left reaches over; None where the source tells nothing of merging
    and an empty cell may be either.
    """

    cells: tuple[str, ...]
    broken: bool = False
    swapped: frozenset[int] = frozenset()
    smudged: frozenset[int] = frozenset()
    covered: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    rows: tuple[Row, ...]


Piece = Line | Grid


@dataclass(frozen=True, slots=True)
class Content:
    """`pieces` as they are read; `stamps`: lines of headers, footers, text boxes, watermarks, which are only looked at
    for a mark of secrecy. `boxed`: there was text in boxes, and it was left out. `faults`: what else was left out, or
    read with less certainty."""

    pieces: list[Piece]
    stamps: list[str] = field(default_factory=list)
    boxed: bool = False
    faults: tuple[Fault, ...] = ()


CAPITAL = "[A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]"
UNFINISHED = re.compile(r"(?:[,\-–(]|\b(?:và|của|các|theo|cho|về|với|tại|từ|đến|để|trong|được))$")
# Before a figure on the next line: «đạt trên» | «75%.».
_BEFORE_FIGURE = re.compile(r"\b(?:trên|dưới|đạt|khoảng|tối thiểu|ít nhất|không quá|là|bằng|ngày|tháng|quý|năm|tỷ lệ)$")
_FIGURE = re.compile(r"\d[\d.,/]*\s*%|\d+/\d|\d+\s+(?!\d)\w")
_PAGE_NUMBER = re.compile(r"\W*(?:trang\s+)?\d{1,3}(?:\s*/\s*\d{1,3})?[^\w%]*$", re.IGNORECASE)
_WORD = re.compile(r"\w")
_ENDED = re.compile(r"[.;:!?…/”\"]\s*$")
_MARKER = re.compile(r"^(?:[-+*•–]|\(?\w{1,3}[.)/]|\d+(?:\.\d+)*[.)]?)(?:\s|$)")


def is_page_number(text: str) -> bool:
    """«12», «- 3 -», «Trang 2/14»; «75%.» is a figure."""
    return bool(_PAGE_NUMBER.match(text))


def squeeze(text: str) -> str:
    return " ".join(text.split())


def changed(pieces: Iterable[Piece], change: Callable[[str], str]) -> list[Piece]:
    """The same pieces with `change` made to every line and every cell."""
    out: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Line):
            out.append(replace(piece, text=change(piece.text)))
        else:
            out.append(Grid(tuple(replace(row, cells=tuple(change(cell) for cell in row.cells)) for row in piece.rows)))
    return out


def mended(pieces: Iterable[Piece]) -> list[Piece]:
    """Sentences that a page end or a hard line end has cut in two are put together again; numbers of pages
    and drawn rules are gone."""
    out: list[Piece] = []
    for piece in pieces:
        last = out[-1] if out else None
        if isinstance(piece, Line) and (is_page_number(piece.text) or not _WORD.search(piece.text)):
            continue
        if isinstance(piece, Line) and isinstance(last, Line) and _runs_on(last.text, piece.text):
            out[-1] = replace(last, text=f"{last.text} {piece.text}")
        else:
            out.append(piece)
    return out


def _runs_on(last: str, text: str) -> bool:
    last = last[-200:]
    if _BEFORE_FIGURE.search(last) and _FIGURE.match(text):
        return True
    return (text[:1].islower() or bool(UNFINISHED.search(last))) and not _MARKER.match(text) and not _ENDED.search(last)
