"""The outline of a task table: every row's full number, which rows are headings, what children inherit."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from plans.rows import CELLS, Entry

# The order in which Vietnamese lists are lettered; the second is that of writers who also use f, j, w, z.
VIETNAMESE = "abcdđeghiklmnopqrstuvxy"
LATIN = "abcdefghijklmnopqrstuvwxyz"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")

_ROMAN = re.compile(r"(?=[IVXLC])(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$")
_DECIMAL = re.compile(r"\d{1,9}(?:\.\d{1,9})*$")
_CODE = re.compile(r"([A-ZĐ]{1,6}[-.]?\d{1,9})((?:\.\d{1,9})*)$")
_NOTE = re.compile(r"\(?\*|ghi chú\b", re.IGNORECASE)
_ANOTHER_LIST = 5
_MIXED = re.compile(r"(\d+(?:\.\d+)*)\.?([a-zđ])$")


@dataclass(frozen=True, slots=True)
class Node:
    """A row with its place: `path` from the top («1», «1.4», «a»), `ref` as people cite it («1.4.a»); «» for a heading
    without a number, which nobody cites."""

    ref: str
    path: tuple[str, ...]
    entry: Entry
    group: bool = False


def outline(entries: list[Entry], prefix: str = "") -> list[Node]:
    """The rows with full numbers, top down. `prefix` («PL2») stands before every ref.

    Integers that start again under each Roman heading take the heading into their ref («II.3»), else they stand alone.
    In a table without any number, a row that only has a title heads the rows below it; in a numbered one it is a
    heading, or a remark, where it is no part of the row above.
    """
    paths = [_clean(entry.no) for entry in entries]
    tops = Counter(no for no in paths if no.isdigit())
    restart = any(n > 1 for n in tops.values())
    numbered = any(no and no not in "-+" for no in paths)
    apart = {i for i in range(len(entries)) if numbered and _stands_apart(entries, paths, i)}
    if restart and apart and not any(_kind(no, paths) in ("roman", "upper") for no in paths):
        for n, i in enumerate(sorted(apart)):
            paths[i] = ROMAN[n] if n < len(ROMAN) else ""
        apart = {i for i in apart if not paths[i]}
    restart = restart and any(_kind(no, paths) in ("roman", "upper") for no in paths)
    section: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    dashes: Counter[tuple[str, ...]] = Counter()
    nodes: list[Node] = []
    path: tuple[str, ...]
    for i, (entry, no) in enumerate(zip(entries, paths, strict=True)):
        if i in apart:
            nodes.append(Node("", (f"#{i}",), entry, group=True))
            continue
        kind = _kind(no, paths)
        mixed = _MIXED.match(no)
        if kind == "upper" or (kind == "roman" and not _holds_upper(section)):
            path = section = (no,)
        elif kind == "roman":
            path = section = (section[0], no)
        elif kind == "decimal":
            path = (*section, *_steps(no))
        elif kind == "code" and (code := _CODE.match(no)):
            path = (*section, *(code[1] + step for step in _steps(code[2])))
        elif mixed:
            path = (*section, *_steps(mixed[1]), mixed[2])
        elif kind == "letter":
            path = (*_letter_parent(last), no)
        else:
            heads = not numbered and not no and entry.bare
            parent = () if heads else _above(last, no, heading)
            dashes[parent] += 1
            path = (*parent, f"{'+' if no == '+' else '-'}{dashes[parent]}")
            heading = path if heads else heading
        nodes.append(Node(_ref(path, section, restart, prefix), path, entry))
        last = path
    return _grouped(nodes)


def goes_on(before: Sequence[str], after: Sequence[str], skips: int = 0) -> bool:
    """Whether the rows of a table, whose numbers are `after`, go on with the numbering of the table before it, at most
    `skips` numbers left out."""
    if not before or not after:
        return True
    first, last = _clean(after[0]), _clean(before[-1])
    if _DECIMAL.match(first):
        top = int(first.partition(".")[0])
        above = next((int(no.partition(".")[0]) for no in map(_clean, reversed(before)) if _DECIMAL.match(no)), None)
        next_one = above is None or above <= top <= above + 1 + skips
        return next_one or (top == 1 and _kind(last, [last]) in ("roman", "upper"))
    return _kind(first, [first, last]) != "dash" or _kind(last, [last]) == "dash"


def skipped(before: str, own: str) -> list[str]:
    """What is left out between two neighbouring numbers of one style: 3.2 and 3.4, II and IV, «b» and «d»; nothing
    where so many numbers are that another list begins. Of the two orders of letters the one that leaves out less."""
    stem, dot, last = own.rpartition(".")
    if dot:
        above, _, first = before.rpartition(".")
        return [f"{stem}.{one}" for one in skipped(first, last)] if above == stem else []
    if own.isdigit() and before.isdigit():
        gap = range(int(before) + 1, int(own))
        return [str(n) for n in gap] if len(gap) <= _ANOTHER_LIST else []
    orders = [ROMAN] if own in ROMAN else [tuple(VIETNAMESE), tuple(LATIN)]
    gaps = [order[order.index(before) + 1 : order.index(own)] for order in orders if {before, own} <= {*order}]
    return [*min(gaps, key=len, default=())]


def _stands_apart(entries: list[Entry], numbers: list[str], i: int) -> bool:
    """Whether a row of a numbered table only has a title, and is neither a bullet nor one of several parts of the row
    above: what a column of fields says, a heading between two rows that are whole, a remark, a sample."""
    entry = entries[i]
    if entry.heads:
        return not numbers[i]
    if not entry.bare or not _unnumbered(numbers[i]) or not (entry.title[:1].isupper() or _NOTE.match(entry.title)):
        return False
    if i == 0 or entry.title.isupper() or _NOTE.match(entry.title):
        return True
    above, more = entries[i - 1], i + 1 < len(entries) and _unnumbered(numbers[i + 1])
    return not (more or above.bare or above.title.endswith(":"))


def _unnumbered(no: str) -> bool:
    """Whether there is no number, or a word where one should stand: «(mẫu)»."""
    return not no or (len(no) > 1 and _kind(no, [no]) == "dash" and no.isalpha())


def _clean(no: str) -> str:
    return no.strip().rstrip(".)/:").lstrip("(").strip()


def _kind(no: str, all_of_them: Iterable[str]) -> str:
    if _DECIMAL.match(no):
        return "decimal"
    lettered = "A" in all_of_them and no not in ("I", "V", "X")
    if _ROMAN.match(no) and not (len(no) == 1 and lettered):
        return "roman"
    if len(no) == 1 and no.isupper():
        return "upper"
    if len(no) == 1 and no.lower() in VIETNAMESE + LATIN:
        return "letter"
    if _CODE.match(no):
        return "code"
    return "dash"


def _holds_upper(section: tuple[str, ...]) -> bool:
    return bool(section) and len(section[0]) == 1 and section[0] not in ("I", "V", "X")


def _steps(no: str) -> tuple[str, ...]:
    """«2.1.3» → («2», «2.1», «2.1.3»): every step of the path is a whole number, so that siblings compare."""
    parts = no.split(".")
    return tuple(".".join(parts[: i + 1]) for i in range(len(parts)))


def _letter_parent(last: tuple[str, ...]) -> tuple[str, ...]:
    while last and (last[-1].startswith("-") or (len(last[-1]) == 1 and last[-1].lower() in VIETNAMESE + LATIN)):
        if last[-1].isupper():
            break
        last = last[:-1]
    return last


def _above(last: tuple[str, ...], no: str, heading: tuple[str, ...]) -> tuple[str, ...]:
    """What a row without a number stands under: the number or the heading above; «+» under the «-» above it."""
    while len(last) > len(heading) and (last[-1][0] == "+" or (last[-1][0] == "-" and no != "+")):
        last = last[:-1]
    return last


def _ref(path: tuple[str, ...], section: tuple[str, ...], restart: bool, prefix: str) -> str:
    inner = path[len(section) :] if path[: len(section)] == section else path
    if not inner:
        parts = list(path)
    else:
        parts = [*(section if restart else ())]
        for step in inner:
            if parts and step.startswith(f"{parts[-1]}."):
                parts[-1] = step
            else:
                parts.append(step.lstrip("-+"))
    return ".".join([prefix, *parts] if prefix else parts)


def _whole(entry: Entry) -> bool:
    """A row that says for itself who does it and when: bullets under it are further tasks, not its parts."""
    return bool(entry.lead and entry.time)


def _grouped(nodes: list[Node]) -> list[Node]:
    """Headings marked, and what a heading states once handed down to the rows below it that leave it empty."""
    out: list[Node] = []
    for i, node in enumerate(nodes):
        below = nodes[i + 1] if i + 1 < len(nodes) else None
        parent = below is not None and len(below.path) > len(node.path) and below.path[: len(node.path)] == node.path
        top = node.path[-1][:1] in "IVXLCABCD" and node.entry.bare
        parent = parent and not (below and below.path[-1][0] == "+" and _whole(node.entry) and _whole(below.entry))
        lone = node.entry.bare and len(node.path) == 1 and any(len(other.path) > 1 for other in nodes)
        out.append(replace(node, group=node.group or parent or top or lone))
    handed: dict[tuple[str, ...], Entry] = {}
    for i, node in enumerate(out):
        above = next((handed[node.path[:n]] for n in range(len(node.path) - 1, 0, -1) if node.path[:n] in handed), None)
        if above:
            given = {role: getattr(node.entry, role) or getattr(above, role) for role in CELLS}
            told = node.entry if node.entry.time else above
            out[i] = replace(node, entry=replace(node.entry, swapped=told.swapped, lent=told.lent, **given))
        if node.group and not out[i].entry.bare:
            handed[node.path] = out[i].entry
    return out
