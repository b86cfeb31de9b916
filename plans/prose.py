"""The outline of a document's prose: I. → 1. → 1.1. → a) → «-» → «+», and what each section is about."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import zip_longest

from lang.fold import fold
from plans.pages import Line, Piece, squeeze

_LABELS = (
    (0, re.compile(r"^([A-EĐ])\s*[.)–-]\s+(?=\S)")),
    (1, re.compile(r"^([IVX]+)\s*[.)–-]\s*(?=\S)")),
    (1, re.compile(r"^Điều\s+(\d+)\s*[.:]\s*(?=\S)")),
    (2, re.compile(r"^(\d+(?:\.\d+)*)\s*[.)–-]?\s+(?=\S)")),
    (6, re.compile(r"^([a-zđ])\s*[.)]\s+(?=\S)")),
    (7, re.compile(r"^[-–•*](?!\s*\+)\s*(?=\S)")),
    (8, re.compile(r"^(?:-\s*)?\+\s*(?=\S)")),
)
_PLAIN = 9
_SIGN = {1: "#", 8: "+"}
_END = re.compile(r"^(?:noi nhan|tm\.|kt\.|tl\.|giam doc$|chu tich$)")
# A paper that issues another ends, and the other begins with its own name.
_PAPER = re.compile(
    r"(?:ke hoach|chuong trinh|de an|phuong an|quy che)(?: hanh dong| cong tac| trien khai| thuc hien)?$"
)
_CLOSING = re.compile(r"^(?:tren day la|yeu cau cac|ke hoach nay|trong qua trinh)\b")
_LAST_WORD = re.compile(r"\bbao cao\b.*\d")
# What a heading says its section holds; the first that fits.
_KINDS = (
    ("results", re.compile(r"(?:diem tu cham|ket qua|tinh hinh|danh gia)\b")),
    ("duties", re.compile(r"(?:to chuc thuc hien|phan cong|trach nhiem)\b")),
    ("schedule", re.compile(r"(?:thoi gian|tien do|cac moc|moc thoi gian)\b")),
    ("aside", re.compile(r"(?:nguon )?kinh phi\b|(?:dia diem|hinh thuc|thanh phan|che do thong tin|can cu)\b")),
    ("tasks", re.compile(r"(?:.*\bnhiem vu\b|(?:cac )?(?:noi dung|hoat dong|cong viec)\b|.*\blo trinh\b)")),
    ("means", re.compile(r".*\bgiai phap\b")),
    ("goals", re.compile(r"(?:cac )?(?:muc tieu|chi tieu|muc dich|yeu cau|quan diem)\b")),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A heading, a bullet or a paragraph. `labels` from the top («III», «2», «-1»; «#1» for a heading in
    capitals without a number, which nobody cites); `trail` the texts of what it stands under; `leaf`: nothing stands
    under it; `place`: how people cite it, «III.2.1», «1.2.b.3»."""

    labels: tuple[str, ...]
    text: str
    trail: tuple[str, ...]
    leaf: bool = True
    plain: bool = False
    place: str = ""


def kind_under(trail: tuple[str, ...]) -> str:
    """What the nearest telling heading of `trail` says this is part of; «» when none tells."""
    return next((kind for above in reversed(trail) if (kind := section_kind(above))), "")


def _place(labels: tuple[str, ...], whole: bool) -> str:
    """A number of two steps needs no section before it, unless an earlier section has the same (`whole`)."""
    steps = [label.lstrip("-+") for label in labels if label[0] != "#"]
    if whole:
        return ".".join(step for step, below in zip_longest(steps, steps[1:], fillvalue="") if not _steps(step, below))
    inner = max((i for i, step in enumerate(steps) if re.fullmatch(r"\d+\.[\d.]+", step)), default=0)
    return ".".join(steps[inner:]) or labels[-1].lstrip("#")


def _steps(step: str, below: str) -> bool:
    """Whether the number `below` repeats `step`: «1» above «1.2»."""
    return below.startswith(f"{step}.")


def section_kind(heading: str) -> str:
    words = fold(heading[:160])
    return next((kind for kind, pattern in _KINDS if pattern.match(words)), "")


def items(pieces: list[Piece]) -> list[Item]:
    """The prose of a document in order, up to its closing formula; and that of the plan which it issues."""
    out: list[Item] = []
    stack: list[tuple[int, str, str]] = []
    counts: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
    ended = False
    for piece in pieces:
        if not isinstance(piece, Line):
            continue
        text = squeeze(piece.text)
        words = fold(text)
        if piece.begins or (ended and _PAPER.match(words) and text.isupper()):
            ended, stack = False, []
        if ended or _END.match(words) or (text.endswith("./.") and not _LAST_WORD.search(words)):
            ended = True
            continue
        ended = text.endswith("./.")
        if _CLOSING.match(words) or (text.startswith("(") and text.endswith((")", ")."))):
            continue
        rank, label, body = _label(text)
        stack = [step for step in stack if step[0] < rank]
        above = tuple(step[1] for step in stack)
        trail = tuple(step[2] for step in stack)
        if not label:
            counts[above, trail] += 1
            label = f"{_SIGN.get(rank, '-')}{counts[above, trail]}"
        out.append(Item((*above, label), body, trail, plain=rank == _PLAIN))
        if rank != _PLAIN:
            stack.append((rank, label, body))
            inner = _label(body)
            if inner[0] == 7 and rank < 7:
                out[-1] = replace(out[-1], text=inner[2])
    again = _numbered_again(out)
    return [
        replace(
            item,
            leaf=not (after and _stands_under(after, item)),
            place=_place(item.labels, item.labels[:1] in again),
        )
        for item, after in zip_longest(out, out[1:])
    ]


def _numbered_again(found: list[Item]) -> set[tuple[str, ...]]:
    """The sections that have a number of two steps, «1.1», which an earlier section has too."""
    first: dict[str, tuple[str, ...]] = {}
    again: set[tuple[str, ...]] = set()
    for item in found:
        if (
            re.fullmatch(r"\d+\.[\d.]+", item.labels[-1])
            and first.setdefault(item.labels[-1], item.labels[:1]) != item.labels[:1]
        ):
            again.add(item.labels[:1])
    return again


def _stands_under(after: Item, item: Item) -> bool:
    """A paragraph below a whole sentence goes on from it; below a heading it belongs to it."""
    whole = after.plain and item.text.endswith(".") and len(item.text.split()) > 7
    return after.labels[: len(item.labels)] == item.labels and not whole


def _label(text: str) -> tuple[int, str, str]:
    for rank, pattern in _LABELS:
        found = pattern.match(text)
        if found:
            label = found[1] if pattern.groups else ""
            return rank + label.count(".") if rank == 2 else rank, label, text[found.end() :]
    if text.isupper() and 2 < len(text.split()) < 25:
        return 1, "", text
    return _PLAIN, "", text
