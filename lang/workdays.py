"""The office calendar: which days are worked, and which day of a deadline counts."""

import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from lang import public_days

DAY = timedelta(days=1)
SATURDAY = 5


class DayOff(StrEnum):
    """What a deadline that falls on a day off means."""

    AROUND = "around"  # work toward the working day before, late after the next one (Điều 148 khoản 5 BLDS 2015)
    BEFORE = "before"  # late after the working day before
    AFTER = "after"  # work toward the next working day


@dataclass(frozen=True, slots=True)
class Counting:
    """How an office counts the days of a deadline. `eve`: «trước 05/12» means 04/12 at the latest, else 05/12.
    `draft`: so many working days before its day a draft is laid before the leader; None: that has no day of its own.
    `confirms_late`: what is past when its plan is agreed waits until somebody confirms it, else it is overdue at once.
    """

    day_off: DayOff = DayOff.AROUND
    eve: bool = True
    draft: int | None = None
    confirms_late: bool = True


@dataclass(frozen=True, slots=True)
class Calendar:
    """Monday to Friday are worked, but for the days `off`; so are the swapped Saturdays in `work`.

    `expected` are days off that nobody has confirmed yet («dự kiến»): they count as off, and are said so;
    `expected_work`, Saturdays that will be worked in exchange, do not count until they are confirmed. From the year
    `beyond` on (None: never) the days off are those that the law lets expect (`lang.public_days`), all of them expected
    but in the years of `sure`. `counting`: how the office counts with them.
    """

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    expected: frozenset[date] = frozenset()
    counting: Counting = Counting()
    expected_work: frozenset[date] = frozenset()
    beyond: int | None = None
    sure: frozenset[int] = frozenset()

    def works(self, day: date) -> bool:
        if day in self.work:
            return True
        return day.weekday() < SATURDAY and day not in self.off and not self._by_law(day)

    def _by_law(self, day: date) -> bool:
        return self.beyond is not None and day.year >= self.beyond and day in public_days.of(day.year)

    def expects(self, day: date) -> bool:
        """Whether a day off is not confirmed yet."""
        if day in self.expected:
            return True
        return self._by_law(day) and day not in self.off | self.work and day.year not in self.sure

    def on_or_after(self, day: date) -> date:
        while not self.works(day):
            day += DAY
        return day

    def on_or_before(self, day: date) -> date:
        while not self.works(day):
            day -= DAY
        return day

    def later(self, day: date, n: int) -> date:
        """The `n`-th working day after `day`; `n` may be negative. The day itself is not counted (Điều 147 BLDS
        2015)."""
        step = DAY if n > 0 else -DAY
        for _ in range(abs(n)):
            day += step
            while not self.works(day):
                day += step
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` is earlier."""
        return _worked_until(self, end) - _worked_until(self, start)


def _worked_until(calendar: Calendar, day: date) -> int:
    """How many days were worked up to and including `day`, since the calendar's first Monday (date 1)."""
    goes_on = calendar.beyond is not None and day.year >= calendar.beyond
    off, extra = _exceptions(calendar, day.year if goes_on else 0)
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * SATURDAY + min(rest, SATURDAY) - bisect_right(off, day) + bisect_right(extra, day)


@cache
def _exceptions(calendar: Calendar, year: int) -> tuple[list[date], list[date]]:
    """In order: the days from Monday to Friday that are not worked, the Saturdays and Sundays that are; of a calendar
    that goes on by law, with the years until `year`."""
    by_law = [day for one in range(calendar.beyond or year + 1, year + 1) for day in public_days.of(one)]
    off = sorted(day for day in {*calendar.off, *by_law} - calendar.work if day.weekday() < SATURDAY)
    return off, sorted(day for day in calendar.work if day.weekday() >= SATURDAY)


@dataclass(frozen=True, slots=True)
class Days:
    """Which days of a deadline count.

    `aim` is the working day to work toward (reminders count back from it), `last` the last good day (overdue
    begins after it). Between them lie only days off.
    """

    aim: date
    last: date


def last_day(due: date, strict: bool, hour: time | None, calendar: Calendar) -> Days:
    """The days that count for a deadline written as `due`. THE rule: nothing else decides when a deadline is late.

    * a deadline with an hour is literal, day off or not;
    * «trước ngày X» (`strict`): the day before X is the last good one; if that is off, the working day before it,
    never X. An office may count X itself as good;
    * due on a day off: work toward the working day before, late only after the next one (Điều 148 khoản 5 BLDS 2015).
    An office may decide for either day alone.
    """
    if hour is not None:
        return Days(calendar.on_or_before(due), due)
    counting = calendar.counting
    if strict and counting.eve:
        eve = calendar.on_or_before(due - DAY)
        return Days(eve, eve)
    before, after = calendar.on_or_before(due), calendar.on_or_after(due)
    aim = after if counting.day_off is DayOff.AFTER else before
    return Days(aim, before if counting.day_off is DayOff.BEFORE else after)


def _days(texts: Iterable[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)


def draft_day(aim: date, calendar: Calendar) -> date | None:
    """When the draft of what is due on the working day `aim` is laid before the leader, where the office has such a
    day."""
    draft = calendar.counting.draft
    return None if draft is None else calendar.later(aim, -draft)


@cache
def national() -> Calendar:
    """The public holidays and swapped Saturdays known for 2021 to 2027 (`lang/calendar.json`; DOMAIN: Điều 112 BLLĐ
    2019), and after that what the law lets expect."""
    years = json.loads(files("lang").joinpath("calendar.json").read_text("utf-8"))

    def gather(key: str) -> frozenset[date]:
        return _days(day for year in years.values() for day in year.get(key, []))

    expected = gather("unverified_off")
    return Calendar(
        gather("off") | expected,
        gather("work"),
        expected,
        expected_work=gather("unverified_work"),
        beyond=max(map(int, years)) + 1,
    )
