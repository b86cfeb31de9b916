"""What «giao» says: to whom, what, by when, and what stands beside it: product, co-operating units, the paper it comes
from. Words only; what they mean in an office is settled where the task is given."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from lang.dates import Meaning
from lang.deadlines import read, typed
from lang.fold import fold
from lang.workdays import Calendar, last_day

_COLON = re.compile(r"(?<!\d):|:(?!\d)")
_NUMBER = re.compile(r"(?:^|(?<=[\n;]))[ \t]*(?:\d{1,2}[.)/]|[-+•*])[ \t]+")
_VERB = re.compile(r"\s*(?:nop|xong|gui|hoan thanh)\s*")
_TO = re.compile(r"(?:(?:giao|việc|viec|cho|đơn vị|don vi|giúp|giup)\s+)+(?=\S)", re.IGNORECASE)
_BREAK = re.compile(r"[;\n]+|,(?!\d)|(?<=\D)\.(?=\s)")
_PAPER = r"(?:cv|cong van|vb|van ban|qd|quyet dinh|tb|thong bao|kh|ke hoach|nq|nghi quyet|ct|chi thi|chi dao"
_PAPER = rf"{_PAPER}|giay moi)\b"
_LABELS = (
    ("product", re.compile(r"\b(?:san pham|sp|ket qua)(?: la)?\s*:\s*")),
    ("helpers", re.compile(r"\b(?:don vi )?phoi hop(?: voi)?\s*:\s*|\bph\s*:\s*")),
    ("grounds", re.compile(rf"\b(?:theo|can cu)\s*:?\s+(?={_PAPER}|so \d|\d+/)|\bcan cu\s*:\s*")),
    ("when", re.compile(r"\b(?:thoi han|thoi gian|han chot|han|deadline)\s*:\s*")),
)
_HELPED_BY = re.compile(r"\s*(?:don vi )?phoi hop (?:(?:voi|cung) )?(?=\S)")
_WEEKDAY = r"thu (?:hai|ba|tu|nam|sau|bay|[2-7])\b|chu nhat\b"
_WEEKDAYS = rf"(?:(?:vao|tu) )?(?:(?:sang|chieu|trua) )?(?:{_WEEKDAY})(?:(?: ?, ?| va | den )(?:{_WEEKDAY}))*"
_OPENER = re.compile(
    rf"\b(?:{_WEEKDAYS}(?= (?:hang|moi|tung) tuan\b)|(?:\d|hai|ba) tuan (?:mot|1) lan"
    r"|(?:xong )?truoc|cham nhat|han(?: chot| cuoi| la)?|den het|den|trong"
    r"|(?:hang|moi|tung) (?:thang|quy|nam|tuan|ngay)|(?:luc |vao )?\d{1,2} ?(?:h|g|gio)\d{0,2})\b"
)
_SOFT = re.compile(
    r"\b(?:ngay \d|\d{1,2}[/.-]\d{1,2}|thu (?:hai|ba|tu|nam|sau|bay|[2-7])\b|chu nhat|ngay mai|mai$|hom nay|ngay kia"
    r"|(?:cuoi|dau|giua) (?:tuan|thang|quy|nam)|(?:tuan|thang|quy) (?:nay|sau|toi))"
)
_OF_TIME = re.compile(
    r"(?:hom|nay|trong|han|mai|kia|chot|cuoi|vong|nua|xong|nop|gui|hoan|thanh|bao|cao|la|vao|luc|phai|cham|nhat|truoc"
    r"|het|den|mot|lan|sang|chieu|trua|toi|ngay|tuan|sau|bay|gio|thang|nam|quy|ke|tu|khi|nhan|duoc|cua|van|ban|a|nhe)"
)
_REPEATS = re.compile(r"\b(?:hang|moi|tung|dinh ky)\b")
_TOO_OFTEN = re.compile(r"\b(?:hang|moi|tung) ngay\b|\b(?:ngay|(?:\d|hai|ba) tuan) (?:mot|1) lan\b")
_EVERY_WEEK = re.compile(r"\b(?:hang|moi|tung) tuan\b")
_GOES_ON = (
    (re.compile(rf"(?:{_WEEKDAY})\s*$"), re.compile(rf"\s*(?:{_WEEKDAY})")),
    (
        re.compile(r"\b(?:hang|moi|tung|dinh ky) (?:tuan|thang|quy|nam)\s*$"),
        re.compile(rf"\s*(?:truoc|cham nhat|vao|ngay \d|{_WEEKDAY})"),
    ),
)
"""«thứ 2, thứ 5 hàng tuần», «hàng tháng, trước ngày 20»: what a comma ends and what goes on after it."""
LONGEST_NAME = 12
"""Words in the longest name of a unit that is looked for where no colon ends it."""


@dataclass(frozen=True, slots=True)
class Order:
    """One task as it was said. `when` names the day, as typed; `hint` may (no «trước» stands before it). `superior`
    names the day that the paper of `grounds` sets."""

    who: str
    title: str
    when: str = ""
    hint: str = ""
    product: str = ""
    helpers: str = ""
    grounds: str = ""
    superior: str = ""


def lines(words: str) -> list[str]:
    """The tasks of a message that gives several, numbered or one to a line; one where it gives one."""
    numbered = _NUMBER.search(words) is not None
    found: list[str] = []
    for part in (_NUMBER if numbered else re.compile(r"\n")).split(words):
        if found and not numbered and (_label(part)[0] or not _COLON.search(part)):
            found[-1] += f"\n{part}"
        elif part.strip(" \t\n;"):
            found.append(part.strip(" \t\n;"))
    return found or [words]


def order(words: str, known: Callable[[str], bool]) -> Order | None:
    """What was said of one task; None where it does not say who is to do it. `known`: these words name a unit."""
    words = words.strip(" \t;.")
    colon = _COLON.search(words)
    said = words[: colon.start()] if colon else ""
    far = len(said.split()) > LONGEST_NAME * 4 or "\n" in said
    if colon is None or far or _labelled(words[: colon.end()]):
        split = _named_first(words, known)
    else:
        split = said, words[colon.end() :]
    if split is None:
        return None
    who, rest = split
    who = _TO.sub("", who, count=1) if _TO.match(who) else who
    return _parts(" ".join(who.split()), rest, known)


def _labelled(words: str) -> bool:
    """Whether what ends with a colon is the name of a part, and not of a unit."""
    flat = _flat(words)
    return any(match.end() >= len(flat) for _name, label in _LABELS for match in label.finditer(flat))


def _named_first(words: str, known: Callable[[str], bool]) -> tuple[str, str] | None:
    """«QLVH báo cáo lễ hội»: the longest beginning that names a unit."""
    start = named.end() if (named := _TO.match(words)) else 0
    ends = [start + match.end() for match in re.finditer(r"\S+", words[start:])][:LONGEST_NAME]
    for end in reversed(ends):
        if known(words[start:end].rstrip(",;")):
            return words[start:end].rstrip(",;"), words[end:]
    return None


def _flat(text: str) -> str:
    """Folded letter by letter, so that places in it are places in `text`."""
    return "".join((fold(letter) or " ")[:1] for letter in text)


def _parts(who: str, rest: str, known: Callable[[str], bool]) -> Order:
    found = Order(who, "")
    title: list[str] = []
    times: list[str] = []
    last = ""
    for lead, piece in _pieces(rest):
        label, said = _label(piece)
        if not label and title and (helped := _HELPED_BY.match(_flat(piece))) is not None:
            named, _when = _cut(piece[helped.end() :], _OPENER)
            label, said = ("helpers", piece[helped.end() :]) if known(named.strip()) else (label, said)
        if not label and last == "helpers" and known(said.strip()):
            found = replace(found, helpers=f"{found.helpers}, {said.strip()}")
            continue
        said, when = (("", said) if label == "when" else _cut(said, _OPENER)) if said else ("", "")
        said = said.strip(" \t,.:;-–\n")
        if when and title and _VERB.fullmatch(_flat(said)):
            said = ""
        if label == "grounds":
            found = replace(found, grounds=said, superior=when)
        elif label in ("product", "helpers"):
            found = replace(found, **{label: said})
            times += [when] if when else []
        else:
            title += [f"{lead if title else ''}{said}"] if said else []
            times += [when] if when else []
        last = label or ("" if said else last)
    if found.grounds and not found.superior and len(times) > 1 and fold(times[0]).startswith("han"):
        found = replace(found, superior=times.pop(0))
    hint = ""
    if not times and title:
        title[-1], hint = _cut(title[-1], _SOFT)
    whole = " ".join("".join(title).split()).strip(" ,.:;-–")
    return replace(found, title=whole, when=times[-1] if times else "", hint=hint)


def _pieces(text: str) -> list[tuple[str, str]]:
    """Between commas and the like, and from each label on: (what stands before it, the piece)."""
    flat = _flat(text)
    cuts = {
        (match.start(), match.end())
        for match in _BREAK.finditer(text)
        if not any(ends.search(flat[: match.start()]) and goes.match(flat, match.end()) for ends, goes in _GOES_ON)
    }
    cuts |= {(match.start(), match.start()) for _name, label in _LABELS for match in label.finditer(flat)}
    found, start, lead = [], 0, ""
    for begin, end in sorted(cuts):
        if begin < start:
            continue
        found.append((lead, text[start:begin]))
        start, lead = end, text[begin:end].replace("\n", ";") + " "
    return [(lead, piece) for lead, piece in [*found, (lead, text[start:])] if piece.strip()]


def _label(piece: str) -> tuple[str, str]:
    flat = _flat(piece)
    for name, label in _LABELS:
        if (match := label.match(flat, len(flat) - len(flat.lstrip()))) is not None:
            return name, piece[match.end() :]
    return "", piece


def _cut(said: str, opener: re.Pattern[str]) -> tuple[str, str]:
    """(what stands before, the words of time that end it), by the first place from which only time is said."""
    flat = _flat(said)
    unsure = None
    for match in opener.finditer(flat):
        tail = said[match.start() :].strip(" ,.;")
        if is_time(tail):
            if len(_due(tail)) == 1 or _REPEATS.search(fold(tail)):
                return said[: match.start()], tail
            unsure = unsure or (said[: match.start()], tail)
    return unsure or (said, "")


def is_time(words: str) -> bool:
    """Whether words say nothing but when."""
    said = read(words).structure
    timed = said.dues or said.counts or said.hour or said.weekday is not None or said.starts or said.often or said.said
    relative = re.search(r"\b(?:hom nay|mai|ngay kia|tuan|thang|quy|nam)\b", fold(words))
    if not (timed or relative) or said.strays or not re.search(r"\w", words):
        return False
    return all(_OF_TIME.fullmatch(fold(word)) for word in said.words)


def _due(words: str) -> tuple[date, ...]:
    return typed(words, datetime(2023, 1, 1)).due  # noqa: DTZ001  (any moment: how many days are meant, not which)


def names_day(words: str) -> bool:
    """Whether words say nothing but when, and that by its day: «30/6», «16h hôm nay», not «tháng 6»."""
    said = read(words).structure
    exact = said.weekday is not None or any(due.time.exact for due in said.dues)
    return is_time(words) and (exact or re.search(r"\b(?:hom nay|mai|ngay kia)\b", fold(words)) is not None)


def too_often(words: str) -> bool:
    """«mỗi ngày»: not a deadline but a routine; «2 tuần một lần»: nobody knows from which week on."""
    return _TOO_OFTEN.search(fold(words)) is not None


def weekly(words: str) -> bool:
    return _EVERY_WEEK.search(fold(words)) is not None


def coming(words: str, now: datetime, calendar: Calendar) -> Meaning:
    """When `words` fall due, counted from `now` (aware, on the office's clock). What repeats falls due on the days of
    this year whose last good moment is still to come, else on those of the next."""
    meaning = typed(words, now)
    if meaning.kind != "recurring" or meaning.doubts:
        return meaning
    left = tuple(day for day in meaning.due if _is_ahead(day, meaning, now, calendar))
    if left:
        return replace(meaning, due=left)
    return typed(words, datetime(now.year + 1, 1, 1, tzinfo=now.tzinfo))


def _is_ahead(day: date, meaning: Meaning, now: datetime, calendar: Calendar) -> bool:
    if meaning.time is not None and day == now.date():
        return meaning.time > now.time()
    return last_day(day, meaning.strict, meaning.time, calendar).last >= now.date()
