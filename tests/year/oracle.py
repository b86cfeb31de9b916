"""What the bot ought to say by itself, worked out slowly from docs/reminders.md and the defaults of the house.

Nothing of `schedules`, `storage` or `lang` is imported: the two only agree if both read the page alike. The calendar
is read as plain JSON, working days are counted by walking, nothing is stored.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

CALENDAR = Path(__file__).parents[2] / "lang" / "calendar.json"
ONE = timedelta(days=1)
CALLS_BEFORE = (7, 3, 1)
CALLS_AFTER = (1, 2, 3)
SOON = 3
LONG = 5
OPENS, CLOSES = time(8, 0), time(17, 30)


class WorkDays:
    """Monday to Friday but for the days off, and the Saturdays that are worked instead."""

    def __init__(self, off: Iterable[date], work: Iterable[date] = ()) -> None:
        self.off, self.work = frozenset(off), frozenset(work)
        self._counted: dict[tuple[date, date], int] = {}

    @classmethod
    def from_file(cls, path: Path = CALENDAR) -> "WorkDays":
        """The facts that are certain; a day that is only expected to be off is off, a Saturday that is only expected to
        be worked is not: nothing is said on a day that may turn out to be free."""
        off: list[date] = []
        work: list[date] = []
        for year in json.loads(path.read_text(encoding="utf-8")).values():
            off += [date.fromisoformat(day) for day in year["off"] + year.get("unverified_off", [])]
            work += [date.fromisoformat(day) for day in year["work"]]
        return cls(off, work)

    def worked(self, day: date) -> bool:
        return day in self.work or (day.isoweekday() <= 5 and day not in self.off)

    def back(self, day: date) -> date:
        return day if self.worked(day) else self.back(day - ONE)

    def forth(self, day: date) -> date:
        return day if self.worked(day) else self.forth(day + ONE)

    def ahead(self, day: date, target: date) -> int:
        """Working days after `day` up to and with `target`; negative when `target` is before `day`."""
        if target < day:
            return -self.ahead(target, day)
        if (day, target) not in self._counted:
            days = (day + ONE * n for n in range(1, (target - day).days + 1))
            self._counted[day, target] = sum(map(self.worked, days))
        return self._counted[day, target]

    def before(self, day: date, n: int) -> date:
        """The working day that is `n` working days before `day`."""
        while n:
            day -= ONE
            n -= self.worked(day)
        return day


@dataclass
class Owed:
    """What one unit owes by one day, as a plain record. `kind`: dated, report, all_year, open. `done` are the stretches
    in which it was recorded as done: (from, until), `until` None while it still is. `agreed`: when its plan was."""

    code: int
    unit: str
    title: str
    kind: str
    plan: str
    agreed: datetime
    due: date | None = None
    strict: bool = False
    hour: time | None = None
    done: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def is_done(self, at: datetime) -> bool:
        return any(begin <= at and (end is None or at < end) for begin, end in self.done)


@dataclass(frozen=True)
class Group:
    """A linked group: of `units`, or (`units` empty) of the whole office."""

    name: str
    units: frozenset[str]
    linked: date


@dataclass(frozen=True)
class Sections:
    """A unit group's digest. `all_year` is the number of the folded line, 0 when it does not stand there; `holiday` is
    what falls in a long holiday."""

    overdue: frozenset[int] = frozenset()
    today: frozenset[int] = frozenset()
    soon: frozenset[int] = frozenset()
    all_year: int = 0
    holiday: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Counts:
    """The office group's digest. `reports`: (title, due, units that sent it, units that owe it)."""

    overdue: int
    today: int
    soon: int
    reports: frozenset[tuple[str, date, int, int]]


@dataclass
class Oracle:
    """Everything that is known: the calendar and what is owed. Moments are aware and in the office's own zone.

    What an office may have decided: `before`, the days before its own at which a unit's deadlines call; `day_off`, what
    one on a day off means (around, before, after); `eve`, that «trước» excludes the day itself."""

    days: WorkDays
    owed: list[Owed]
    before: dict[str, tuple[int, ...]] = field(default_factory=dict)
    day_off: str = "around"
    eve: bool = True

    def aim(self, owed: Owed) -> date:
        assert owed.due
        if owed.strict and self.eve and not owed.hour:
            return self.days.back(owed.due - ONE)
        if self.day_off == "after" and not owed.hour:
            return self.days.forth(owed.due)
        return self.days.back(owed.due)

    def last(self, owed: Owed) -> date:
        assert owed.due
        if owed.hour:
            return owed.due
        if (owed.strict and self.eve) or self.day_off == "before":
            return self.aim(owed)
        return self.days.forth(owed.due)

    def calls_before(self, owed: Owed) -> tuple[int, ...]:
        return self.before.get(owed.unit, CALLS_BEFORE)

    def is_soon(self, owed: Owed, day: date) -> bool:
        ahead = self.days.ahead(day, self.aim(owed))
        return ahead <= SOON or ahead in self.calls_before(owed)

    def is_dated(self, owed: Owed, at: datetime) -> bool:
        """It has a day, its plan is agreed, and it does not wait to be confirmed."""
        return (
            owed.kind in ("dated", "report")
            and owed.due is not None
            and owed.agreed <= at
            and self.last(owed) >= owed.agreed.date()
        )

    def calls_on(self, owed: Owed, day: date) -> bool:
        """Whether a dated deadline that is not done calls its group on `day`."""
        if not self.days.worked(day):
            return False
        aim, last = self.aim(owed), self.last(owed)
        if day in (aim, last):
            return True
        if day > last:
            monday = day - ONE * (day.isoweekday() - 1)
            first_of_week = not any(self.days.worked(monday + ONE * n) for n in range((day - monday).days))
            return self.days.ahead(last, day) in CALLS_AFTER or first_of_week
        return day < aim and self.days.ahead(day, aim) in self.calls_before(owed)

    def year_calls(self, plan: str) -> set[date]:
        """The days on which the folded line of «cả năm» calls, and until the year's end stays, for one plan."""
        year = self.plan_year(plan)
        ends = {o.due: self.aim(o) for o in self.owed if o.plan == plan and o.kind == "report" and o.due}
        aims = set(ends.values()) or {
            self.days.back(date(year, month, day)) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
        }
        return {self.days.before(aim, 5) for aim in aims} | {self.asks_from(year)}

    def asks_from(self, year: int) -> date:
        return self.days.forth(date(year, 11, 20))

    def plan_year(self, plan: str) -> int:
        return next(o.due.year for o in self.owed if o.plan == plan and o.kind == "all_year" and o.due)

    def expected(self, group: Group, at: datetime, settled: date | None) -> Sections | Counts | None:
        """What `group` hears if its digest is composed at `at`; None for silence. `settled`: the last day before
        on which its digest was said or it had nothing to hear."""
        day = at.date()
        if not self.days.worked(day):
            return None
        since = group.linked if settled is None else max(settled + ONE, group.linked)
        window = [since + ONE * n for n in range((day - since).days + 1)]
        mine = [o for o in self.owed if not group.units or o.unit in group.units]
        open_ = [o for o in mine if self.is_dated(o, at) and not o.is_done(at)]
        called = {o.code for o in open_ if any(self.calls_on(o, on) for on in window)}
        overdue = frozenset(o.code for o in open_ if self.last(o) < day)
        today = frozenset(o.code for o in open_ if self.aim(o) <= day <= self.last(o))
        soon = frozenset(o.code for o in open_ if self.aim(o) > day and (o.code in called or self.is_soon(o, day)))
        if not group.units:
            return self._counts(mine, at, overdue, today, soon) if called else None
        off = next((off for on in window if (off := self.holiday_shown(on)) and off[0] > day), None)
        holiday = frozenset(o.code for o in open_ if off and self._falls(o, *off))
        year_line = self._year_line(mine, at, window, bool(called or holiday))
        return Sections(overdue, today, soon, year_line, holiday) if called or year_line or holiday else None

    def holiday_shown(self, day: date) -> tuple[date, date] | None:
        """The first and last day of the five or more days off in a row before which `day` is the tenth working day."""
        if not self.days.worked(day):
            return None
        first, left = day, 9
        while left:
            first += ONE
            left -= self.days.worked(first)
        first = last = first + ONE
        while not self.days.worked(last):
            last += ONE
        return (first, last - ONE) if (last - first).days >= LONG else None

    def _falls(self, owed: Owed, first: date, last: date) -> bool:
        assert owed.due
        days = [owed.due, owed.due - ONE] if owed.strict and not owed.hour else [owed.due]
        return any(first <= day <= last for day in days)

    def _year_line(self, mine: list[Owed], at: datetime, window: list[date], said_anyway: bool) -> int:
        here = [o for o in mine if o.kind == "all_year" and o.agreed <= at and not o.is_done(at)]
        standing = 0
        for plan in {o.plan for o in here}:
            year = self.plan_year(plan)
            if at.date() > date(year, 12, 31):
                continue
            called = self.year_calls(plan) & {on for on in window if self.days.worked(on)}
            if called or (said_anyway and at.date() >= self.asks_from(year)):
                standing += sum(o.plan == plan for o in here)
        return standing

    def _counts(
        self,
        everyone: list[Owed],
        at: datetime,
        overdue: frozenset[int],
        today: frozenset[int],
        soon: frozenset[int],
    ) -> Counts:
        """The reports that somebody still owes, overdue, today or soon, as on the page's morning of 01/6."""
        reports = set()
        for one in everyone:
            if one.kind != "report" or one.due is None or one.code not in overdue | today | soon:
                continue
            same = [o for o in everyone if (o.kind, o.plan, o.title, o.due) == ("report", one.plan, one.title, one.due)]
            reports.add((one.title, one.due, sum(o.is_done(at) for o in same), len(same)))
        return Counts(len(overdue), len(today), len(soon), frozenset(reports))

    def mornings(
        self, group: Group, first: date, last: date, opens: datetime, missed: frozenset[date] = frozenset()
    ) -> Iterator[tuple[date, Sections | Counts | None]]:
        """Every day from `first` to `last` and what is heard on it at the hour of `opens`, when nothing could be said
        on the days `missed` and nothing else failed."""
        settled: date | None = None
        for day in (first + ONE * n for n in range((last - first).days + 1)):
            if day in missed or not self.days.worked(day):
                yield day, None
                continue
            at = opens.replace(year=day.year, month=day.month, day=day.day)
            yield day, self.expected(group, at, settled)
            settled = day
