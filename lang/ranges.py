"""From one day to another, as people type it: «10-14/6», «từ 10/6 đến hết 14/6», «mai», «thứ Hai đến thứ Tư»."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lang.deadlines import typed
from lang.fold import fold

RECENT = timedelta(days=90)
"""A range that ended so little ago may be meant although its year was not said: then it is asked."""
OVER_NEW_YEAR = timedelta(days=120)
"""«14-10/6» is a slip, not most of a year."""
_DAY = r"(\d{1,2})(?:\s*[/.]\s*(\d{1,2})(?:\s*[/.]\s*(\d{4}|\d{2}))?)?"
_FULL = r"(\d{1,2})\s*[/.]\s*(\d{1,2})(?:\s*[/.]\s*(\d{4}|\d{2}))?"
_TO = r"\s*(?:-|→|den het|cho den het|den|toi|het)\s*(?:ngay\s*)?"
_BOTH = re.compile(rf"(?:tu\s*)?(?:ngay\s*)?{_DAY}{_TO}{_FULL}")
_ONE = re.compile(rf"(?:trong\s*)?(?:ngay\s*)?{_FULL}")
_LISTED = re.compile(rf"(?:ngay\s*)?(\d{{1,2}})\s*(?:,|va|&)\s*{_FULL}")
_BETWEEN = re.compile(r"\s*[,;&\n]\s*|\s+va\s+|(?<=\d)\s+(?=\d{1,2}\s*/)")
_DAY_ONLY = re.compile(r"^(?:ngay\s*)?(\d{1,2})$")
_HAS_YEAR = re.compile(r"\d\s*[/.]\s*\d{1,2}\s*[/.]\s*\d{2,4}$")
_WORDS_BOTH = re.compile(r"(?:tu\s+)?(.+?)\s+(?:den het|cho den het|den|toi)\s+(.+)")


@dataclass(frozen=True, slots=True)
class Range:
    """Both days included."""

    since: date
    until: date


class NoRange(Exception):
    """These words are no days, or do not say which; `past`: they were over already; `no_such_day`: the first of them
    that no calendar has, as written («31/02»)."""

    def __init__(self, past: bool = False, no_such_day: str = "") -> None:
        super().__init__()
        self.past, self.no_such_day = past, no_such_day


def read(words: str, now: datetime) -> Range:
    """The days that `words` name, said at `now` (office-local). Without a year it is the first such range that is not
    over yet. Raises `NoRange`."""
    said = re.sub(r"^(?:trong|vao)\s+", "", fold(words).strip(" .,;"))
    if both := _BOTH.fullmatch(said):
        day, month, year, last_day, last_month, last_year = both.groups()
        return _between((day, month or last_month, year), (last_day, last_month, last_year), now.date())
    if listed := _LISTED.fullmatch(said):
        day, last_day, month, year = listed.groups()
        found = _between((day, month, year), (last_day, month, year), now.date())
        if found.until - found.since != timedelta(days=1):
            raise NoRange
        return found
    if one := _ONE.fullmatch(said):
        return _between(one.groups(), one.groups(), now.date())
    if both := _WORDS_BOTH.fullmatch(said):
        since, until = _typed(both[1], now), _typed(both[2], now)
        if since > until:
            raise NoRange
        return Range(since, until)
    day_ = _typed(said, now)
    return Range(day_, day_)


def several(words: str, now: datetime) -> list[Range]:
    """The same of days one after the other: «02/01, 05/01/2026», «14, 15/6 và 20-22/6», «30/12, 02/01/2027». A day
    takes the month, and a date the year, of the one behind it, or the year before where it would come after that one.
    Raises `NoRange`."""
    found: list[Range] = []
    month = year = ""
    for part in reversed(_BETWEEN.split(fold(words).strip(" .,;"))):
        said = _DAY_ONLY.sub(rf"\1/{month}", part.strip()) if month else part.strip()
        dated = f"{said}/{year}" if year and not _HAS_YEAR.search(said) else said
        one = read(dated, now)
        if found and dated != part.strip() and one.since > found[-1].since:
            if said != part.strip() or dated == said:
                raise NoRange
            dated = f"{said}/{int(year) - 1}"
            one = read(dated, now)
            if found[-1].since - one.since > OVER_NEW_YEAR:
                raise NoRange
        if last := re.search(_FULL + r"\s*$", dated):
            month, year = last[2], last[3] or ""
        found.append(one)
    return found[::-1]


def _typed(words: str, now: datetime) -> date:
    meaning = typed(words, now)
    if meaning.doubts or len(meaning.due) != 1 or meaning.strict or meaning.kind != "date":
        raise NoRange
    return meaning.due[0]


Parts = tuple[str | None, ...]


def _between(first: Parts, last: Parts, today: date) -> Range:
    """The range of two written days; a year said with one of them is the other's too, as far as it can be."""
    years = [_year(parts[2]) for parts in (first, last)]
    if years[1] is None and years[0] is not None:
        until = _day(last, years[0])
        until = until if until >= _day(first, years[0]) else _day(last, years[0] + 1)
    elif years[1] is not None:
        until = _day(last, years[1])
    else:
        until = _day(last, today.year)
        if until < today:
            if today - until <= RECENT:
                raise NoRange(past=True)
            until = _day(last, today.year + 1)
    since = _day(first, years[0] or until.year)
    if since > until and years[0] is None:
        since = _day(first, until.year - 1)
        if until - since > OVER_NEW_YEAR:
            raise NoRange
    if since > until:
        raise NoRange
    if until < today:
        raise NoRange(past=True)
    return Range(since, until)


def _year(written: str | None) -> int | None:
    return (int(written) if len(written) == 4 else 2000 + int(written)) if written else None


def _day(parts: Parts, year: int) -> date:
    try:
        return date(year, int(parts[1] or 0), int(parts[0] or 0))
    except ValueError:
        raise NoRange(no_such_day=f"{parts[0]}/{parts[1]}") from None
