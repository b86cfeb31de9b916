"""What only the whole paper shows to be wrong: sums, papers cited before they were signed, periods, numbers."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date

from plans import DraftTask, Fault
from plans.outline import skipped
from plans.pages import Line, Piece, squeeze
from plans.prose import Item
from plans.sentence import meaning, times

_SUM = re.compile(
    r"\b(?:tổng (?:số|cộng)|gồm|bao gồm|có|cộng|giao|với)\s*:?\s*(?:là\s+)?(?:có\s+)?(\d{1,3})\s+"
    r"(nhiệm vụ|đầu việc|công việc|đầu mục)\b",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"\bsố\s*:?\s*(\d[\w./–\-]*)\s*,?\s*ngày\s+(?:(\d{1,2})\s*[/.]\s*(\d{1,2})\s*[/.]\s*(\d{4})"
    r"|(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4}))",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"\b(20\d\d)\s*[-–]\s*(20\d\d)\b")
_PAPER = re.compile(r"\bsố\s+\S*\d|\b(?:Nghị quyết|Đề án|Chương trình|Quyết định|Nghị định|Chiến lược|Luật)\b")
_NUMBER = re.compile(r"(?:[IVX]+|\d{1,9}(?:\.\d{1,9})*|[a-zđ])$")


def signed(issued: date | None, month: tuple[int, int] | None) -> date | None:
    """The day after which nothing the paper cites can have been signed: its own, or the last of its month."""
    if issued or not month:
        return issued
    return date(*month, monthrange(*month)[1])


def check(
    pieces: Iterable[Piece],
    prose: Iterable[Item],
    tasks: tuple[DraftTask, ...],
    counts: frozenset[int],
    title: str,
    until: date | None,
) -> Iterator[Fault]:
    """One fault of a kind; `near` holds the further places. `counts` are the numbers of tasks the paper may mean: of
    each table, of all, of its headings. `until` as `signed` gives it."""
    pieces = list(pieces)
    lines = [squeeze(piece.text) for piece in pieces if isinstance(piece, Line)]
    cells = [
        squeeze(cell) for piece in pieces if not isinstance(piece, Line) for row in piece.rows for cell in row.cells
    ]
    items = list(prose)
    yield from _sums(items, counts)
    yield from _one("cited_after_plan", _cited([*lines, *cells], until))
    yield from _periods(lines, title)
    yield from _numbers(items)
    yield from _hidden(tasks)


def _one(kind: str, found: Iterable[str]) -> Iterator[Fault]:
    words = list(dict.fromkeys(found))
    if words:
        yield Fault(kind, "", words[0], tuple(words[1:]))


def _sums(items: list[Item], counts: frozenset[int]) -> Iterator[Fault]:
    """«tổng số 10 nhiệm vụ» where the paper has another number of them."""
    for item in items:
        told = _SUM.search(item.text)
        if told and len(counts) > 1 and int(told[1]) not in counts and not re.search(r"\bnăm 20\d\d\b.*đã", item.text):
            place = item.place.rpartition(".")[0] or item.place
            yield Fault("sum_mismatch", place, squeeze(f"{told[1]} {told[2]}"), (str(max(counts)),))
            return


def _cited(texts: list[str], until: date | None) -> Iterator[str]:
    for text in texts if until else ():
        for found in _CITED.finditer(text):
            day, month, year = (int(part) for part in found.groups()[1:] if part)
            try:
                late = until is not None and date(year, month, day) > until
            except ValueError:
                late = False
            if late:
                yield squeeze(found[0])


def _periods(lines: list[str], title: str) -> Iterator[Fault]:
    """A plan «2021 - 2025» that once calls itself «2020 - 2025»: one end the same, the other not."""
    own = _PERIOD.search(title)
    if not own:
        return
    for line in lines:
        for found in _PERIOD.finditer(line):
            shares = (found[1] == own[1]) != (found[2] == own[2])
            if shares and not _PAPER.search(line[: found.start()]) and "giai đoạn" in line[: found.start()].lower():
                yield Fault("period_mismatch", "", squeeze(found[0]), (squeeze(own[0]),))
                return


def _numbers(items: list[Item]) -> Iterator[Fault]:
    """Numbers of headings and points written twice or skipped under one heading."""
    last: dict[tuple[str, ...], list[str]] = {}
    for item in items:
        own = item.labels[-1]
        if item.plain or not _NUMBER.match(own):
            continue
        style = "roman" if own[0] in "IVX" else "letter" if own.isalpha() else "number"
        before = last.setdefault((style, *item.trail), [])
        if own in before:
            yield Fault("number_repeated", item.place)
        elif before and len(gap := skipped(before[-1], own)) == 1:  # more than one is another list
            stem = item.place.removesuffix(own)
            yield Fault("number_skipped", f"{stem}{gap[0]}", near=(f"{stem}{before[-1]}", item.place))
        before.append(own)


def _hidden(tasks: tuple[DraftTask, ...]) -> Iterator[Fault]:
    """An earlier deadline inside a task's title than in its own column (DOMAIN 6.11)."""
    for task in tasks:
        if not task.due or task.phrase is None or task.doubts:
            continue
        said = [part for part in times(task.title, task.due[0].year) if part.casefold() not in task.phrase.casefold()]
        days = meaning(said, task.due[0].year).due if said else ()
        if days and min(days) < min(task.due):
            yield Fault("deadline_in_title", task.ref, "; ".join(said))
