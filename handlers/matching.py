"""Which deadline somebody means who says it in their own words: «em nộp bc q1 rồi ạ».

A deadline is taken only when every word that was said is one of its name, its periods agree, and no other fits as
well; where that is not so the ones it may be are offered, and where nothing speaks for any of them nothing is.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

from lang import told
from lang.told import Left, Means, Period

GENERIC = frozenset(
    (
        *("bao cao", "ke hoach", "cong van", "to trinh", "ho so", "cong tac", "nhiem vu", "ket qua", "noi dung"),
        *("danh sach", "van ban", "to chuc", "ban hanh", "thuc hien", "hoan thanh"),
    )
)
GENERIC_WEIGHT = 0.3
"""«báo cáo» fits half of what an office owes: such words say little."""
PERIOD_WEIGHT = 1.5
SURE = 3.0
"""So many words of a name must have been said that it is taken; a period of its own counts two."""
SURE_OVERHEARD = 4.0
MAYBE = 0.5
"""Share of what was said, by weight, from which on a deadline is offered."""
_ALSO = re.compile(r"\s+(?:và|va|với|voi|cùng|cung)\s+|[,;&+]\s*", re.IGNORECASE)
_NO_CODES = re.compile(r"[-/%.]\s*\d|\d\s*[-/%]")
_FILED_AT = frozenset(("gui", "nop", "ve", "len", "sang", "cho", "qua", "toi"))


@dataclass(frozen=True, slots=True)
class Known:
    """A deadline by what people may call it. `product` explains words, it names nothing; `open`: not yet done."""

    code: int
    title: str
    phrase: str = ""
    product: str = ""
    due: date | None = None
    open: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """`means`: what was said of it. `sure`: `codes` are meant, all of them; else they may be. `unit`: another unit was
    named than those whose deadlines were given. `strong`: it can mean nothing else, whoever it is said to. `empty`: no
    work was named at all."""

    means: Means
    codes: tuple[int, ...] = ()
    sure: bool = False
    strong: bool = False
    unit: int | None = None
    empty: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    known: Known
    words: tuple[str, ...]
    pairs: frozenset[tuple[str, str]]
    needed: frozenset[str]
    own: tuple[Period, ...]
    around: tuple[Period, ...]
    extra: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class _Fit:
    """How what was said fits one name: the weight of its words found there and of those not, and how much of the name
    was said."""

    name: _Name
    found: float
    lost: float
    telling: float
    whole: bool
    period: int

    @property
    def strength(self) -> float:
        return self.telling + GENERIC_WEIGHT * (self.found > self.telling) + 2 * (self.period == 2)

    @property
    def share(self) -> float:
        found = self.found + PERIOD_WEIGHT * (self.period == 2)
        return found / (found + self.lost) if found else 0.0


def match(
    said: str,
    known: Sequence[Known],
    *,
    units: Mapping[str, int] | None = None,
    mine: Collection[int] = (),
    people: Iterable[str] = (),
    hinted: Collection[int] = (),
) -> Match:
    """What `said` tells, and of which of the deadlines `known`.

    `units`: the office's units by every folded name; `mine` those whose deadlines `known` are. `people`: names of the
    office's people. `hinted`: codes in the message that was replied to, which settle what is else undecided."""
    names = [_name(one) for one in known]
    pairs = {pair for name in names for pair in pairwise(name.words)}
    said, unit = _without_unit(said, units or {}, pairs)
    last_names = {words[-1].bare for person in people if (words := told.words(person))}
    whole = told.read(said, pairs, last_names)
    if whole.means is Means.OTHER:
        return Match(Means.OTHER)
    if unit is not None and unit not in mine:
        return Match(whole.means, unit=unit)
    if not _NO_CODES.search(said) and (codes := _codes(whole.left, known)):
        return Match(whole.means, codes, sure=True)
    found = _choose(whole.left, whole.periods, names, hinted)
    if not found.sure and whole.means in (Means.DONE, Means.NOTHING):
        several = _several(said, pairs, last_names, names)
        found = several or found
    empty = not whole.periods and all(one.loose for one in whole.left)
    return Match(whole.means, found.codes, found.sure, found.strong, empty=empty)


def _several(said: str, pairs: set[tuple[str, str]], people: set[str], names: Sequence[_Name]) -> Match | None:
    """«báo cáo quý I và báo cáo 6 tháng»: each part is one."""
    parts = [told.read(part, pairs, people) for part in _ALSO.split(said)]
    parts = [part for part in parts if part.periods or not all(one.loose for one in part.left)]
    if len(parts) < 2:
        return None
    matches = [_choose(part.left, part.periods, names, ()) for part in parts]
    if not all(one.sure for one in matches):
        return None
    codes = tuple(dict.fromkeys(code for one in matches for code in one.codes))
    return Match(Means.DONE, codes, sure=True, strong=all(one.strong for one in matches))


def _codes(left: Sequence[Left], known: Sequence[Known]) -> tuple[int, ...]:
    """«em xong 202 rồi ạ»: nothing is said but codes."""
    numbers = [one.word for one in left if not one.loose and one.word != "ma"]
    codes = {one.code for one in known}
    if not numbers or not all(number.isdigit() and len(number) < 8 and int(number) in codes for number in numbers):
        return ()
    return tuple(dict.fromkeys(map(int, numbers)))


def _choose(left: Sequence[Left], periods: Sequence[Period], names: Sequence[_Name], hinted: Collection[int]) -> Match:
    fits = [_fit(left, periods, name) for name in names]
    likely = [fit for fit in fits if fit is not None and fit.share >= MAYBE and (fit.found or fit.period == 2)]
    likely = [fit for fit in likely if fit.name.known.open or fit.whole or fit.strength >= SURE]
    if not likely:
        return Match(Means.DONE)
    best = max(map(_rank, likely))
    top = [fit for fit in likely if _rank(fit) == best]
    if len(top) > 1 and any(fit.name.known.open for fit in top):
        top = [fit for fit in top if fit.name.known.open]
    if len(top) > 1 and len(told_of := [fit for fit in top if fit.name.known.code in hinted]) == 1:
        top = told_of
    first = top[0]
    complete = not first.lost
    if len(top) == 1 and complete and (first.strength >= SURE or (first.whole and first.telling + first.period)):
        return Match(Means.DONE, (first.name.known.code,), True, first.strength >= SURE_OVERHEARD or first.whole)
    shown = sorted(
        (fit for fit in likely if fit.name.known.open), key=lambda fit: (*(-n for n in _rank(fit)), _day(fit))
    )
    strong = complete and first.telling >= SURE and len(top) > 1
    return Match(Means.DONE, tuple(fit.name.known.code for fit in shown), False, strong)


def _rank(fit: _Fit) -> tuple[float, ...]:
    """The nearer name first: all of it said, its own period named, less of what was said left over."""
    return (round(fit.share, 3), fit.period, float(fit.whole), round(fit.telling, 3))


def _day(fit: _Fit) -> date:
    return fit.name.known.due or date.max


def _name(known: Known) -> _Name:
    words = told.bare_words(known.title)
    needed = frozenset(left.word for left in told.read(known.title).left if not left.loose)
    return _Name(
        known,
        tuple(words),
        frozenset(pairwise(words)),
        needed,
        tuple(told.periods(known.title)),
        tuple(told.periods(known.phrase)),
        frozenset(told.bare_words(known.product)),
    )


def _fit(left: Sequence[Left], periods: Sequence[Period], name: _Name) -> _Fit | None:
    agreed = _agrees(periods, name)
    if agreed is None:
        return None
    said = [one.word for one in left]
    together = list(pairwise(said))
    found = lost = telling = 0.0
    matched = _explained(said, name.words)
    for n, one in enumerate(left):
        around = together[max(0, n - 1) : n + 1]
        if one.loose and not any(pair in name.pairs for pair in around):
            continue
        generic = any(" ".join(pair) in GENERIC for pair in around)
        if n in matched:
            covers = matched[n]
            generic = generic and covers == 1
            found += GENERIC_WEIGHT if generic else covers
            telling += 0 if generic else covers
        elif one.word not in name.extra:
            lost += GENERIC_WEIGHT if generic else 1
    whole = (agreed != 0 or not name.own) and not lost and name.needed <= set(said)
    return _Fit(name, found, lost, telling, whole, agreed)


def _agrees(periods: Sequence[Period], name: _Name) -> int | None:
    """Whether the periods that were said are this deadline's: 2 by its own name, 1 by its phrase or day, 0 none was
    said; None: they are another's."""
    level = 0
    due = name.known.due
    for period in periods:
        if period.kind == "of":
            years = [own.n for own in (*name.own, *name.around) if own.kind == "of"]
            if period.n not in years and (due is None or period.n != due.year):
                return None
            continue
        if period in name.own:
            level = max(level, 2)
        elif any(own.kind != "of" for own in name.own):
            return None
        elif period in name.around or (due is not None and _falls_in(due, period)):
            level = max(level, 1)
        else:
            return None
    return level


def _falls_in(due: date, period: Period) -> bool:
    match period.kind:
        case "month":
            return due.month == period.n
        case "quarter":
            return (due.month + 2) // 3 == period.n
    return False


def _explained(left: Sequence[str], words: Sequence[str]) -> dict[int, int]:
    """Which of the words said are words of a name: place → how many words of it, several where these are its
    initials. «tthc» for «thủ tục hành chính», or the other way round; a slip of one letter in a long word."""
    known = set(words)
    matched = {n: 1 for n, word in enumerate(left) if word in known}
    for n, word in enumerate(left):
        if n in matched:
            continue
        if covered := _initials(word, words):
            matched[n] = covered
        elif any(_slip(word, one) for one in known):
            matched[n] = 1
    for short in known:
        if len(short) > 2 and not set(short) & set("aeiouy"):
            for start in range(len(left) - len(short) + 1):
                if all(left[start + k][:1] == letter for k, letter in enumerate(short)):
                    matched |= dict.fromkeys(range(start, start + len(short)), 1)
    return matched


def _initials(word: str, words: Sequence[str]) -> int:
    if len(word) < 2 or not word.isalpha():
        return 0
    for start in range(len(words) - len(word) + 1):
        if all(words[start + k].startswith(letter) for k, letter in enumerate(word)):
            return len(word)
    return 0


def _slip(said: str, word: str) -> bool:
    if not said.isalpha() or min(len(said), len(word)) < 3:
        return False
    if len(said) == 3 and len(word) == 3:
        return said != word and sorted(said) == sorted(word) and said[0] == word[0]
    near = min(len(said), len(word)) > 3 and said[0] == word[0]
    return near and DamerauLevenshtein.distance(said, word, score_cutoff=1) <= 1


def _without_unit(said: str, units: Mapping[str, int], pairs: set[tuple[str, str]]) -> tuple[str, int | None]:
    """What was said without the unit it names, and which that is. Whom a paper was sent to is no part of it, nor is a
    unit that the work itself is named by."""
    words = told.words(said)
    bare = [word.bare for word in words]
    for length in range(min(8, len(bare)), 0, -1):
        for start in range(len(bare) - length + 1):
            span = bare[start : start + length]
            unit = units.get(" ".join(span))
            if unit is None or any(pair in pairs for pair in pairwise(span)):
                continue
            before = bare[start - 1] if start else ""
            kept = [*bare[:start], *bare[start + length :]]
            while before in ("phong", "vp", "ben") and kept[start - 1 : start] == [before]:
                del kept[start - 1]
                start -= 1
                before = bare[start - 1] if start else ""
            raw = [word.raw for word in words]
            rest = " ".join([*raw[:start], *raw[len(raw) - (len(kept) - start) :]]) if kept else ""
            filed = not _FILED_AT.isdisjoint(bare[max(0, start - 3) : start])
            return rest, None if filed else unit
    return said, None
