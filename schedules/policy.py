"""The reminder policy: when the bot speaks by itself. Pure; the words of it are in docs/reminders.md."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum, StrEnum
from functools import cached_property
from typing import Any

from lang.moments import local, moment
from lang.ranges import Range
from lang.workdays import Calendar

LONGEST_CATCH_UP = timedelta(days=60)
LONG_HOLIDAY = 5
"""So many days off in a row are a holiday before which it is said what falls in it."""
HOLIDAY_AHEAD = 10
"""So many working days before it."""
CLOSING_WITHIN = 5
"""The closing of a month is said on one of so many working days of the next, the first if it can be."""


@dataclass(frozen=True)
class Policy:
    """How an office, a unit or a plan wants to be reminded; days are working days.

    `before`: so many days before its day a deadline calls; `after`: so many days after its last one an overdue one
    does, and then, where it is `weekly`, on the first working day of each week. `soon`: so many days before it stands
    under «sắp đến hạn». `at`: when the morning digest is said, which may be said until `until`. `year_question`: so
    many days before each report «cả năm» tasks are asked about; `year_result`: from this (month, day) on for their
    result. `before_hour`: so many hours before its hour a task of the same day is reminded of. `steps`: an overdue
    deadline that its unit does not answer is brought before its head so many days after it began to be owed, so many
    days later before the Văn phòng, so many later before the leader; None: that step is left out. `monday`: when the
    leaders' summary of the week is said. What others did is pushed into a chat from `opens` to `until`, at most
    `most_a_day` times; the rest waits."""

    before: tuple[int, ...] = (7, 3, 1)
    after: tuple[int, ...] = (1, 2, 3)
    weekly: bool = True
    soon: int = 3
    at: time = time(8, 0)
    until: time = time(17, 30)
    year_question: int = 5
    year_result: tuple[int, int] = (11, 20)
    before_hour: int = 2
    steps: tuple[int | None, ...] = (2, 2, 3)
    monday: time = time(7, 30)
    opens: time = time(7, 0)
    most_a_day: int = 8

    @cached_property
    def farthest(self) -> int:
        return max((*self.before, self.soon))

    def raised_after(self, step: "Step") -> int | None:
        """After how many working days without an answer this step is taken; None: never."""
        until = STEPS.index(step) + 1
        return None if self.steps[until - 1] is None else sum(days or 0 for days in self.steps[:until])

    def changed(self, said: Mapping[str, Any] | None) -> "Policy":
        """This policy with what somebody said otherwise, as it is kept: {"before": [10, 5, 2], "at": "07:30"}."""
        if not said:
            return self
        read = {name: READS[name](value) for name, value in said.items()}
        return replace(self, **read)


READS: dict[str, Any] = {
    "before": tuple,
    "after": tuple,
    "weekly": bool,
    "soon": int,
    "at": time.fromisoformat,
    "year_question": int,
    "year_result": tuple,
    "before_hour": int,
    "steps": tuple,
}
"""How each part of a policy that somebody may say otherwise is read from what is kept of it."""
USUAL = Policy()


class Step(StrEnum):
    """Before whom an overdue deadline is brought that its unit does not answer, in this order."""

    HEAD = "head"
    COORDINATOR = "coordinator"
    LEADER = "leader"


STEPS = tuple(Step)


class Part(Enum):
    """Where a deadline stands in a digest."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one deadline that the policy looks at."""

    aim: date
    last: date


def called(days: Days, day: date, calendar: Calendar, policy: Policy = USUAL) -> bool:
    """Whether a deadline gives the bot a reason to speak on the working day `day`."""
    if day in (days.aim, days.last):
        return True
    if day > days.last:
        late = calendar.between(days.last, day)
        return late in policy.after or (
            policy.weekly and late > max(policy.after, default=0) and begins_week(day, calendar)
        )
    return day < days.aim and _ahead(day, days.aim, calendar, policy) in policy.before


def raised(since: date, step: Step, day: date, calendar: Calendar, policy: Policy = USUAL) -> bool:
    """Whether this step calls on the working day `day` about a deadline that has been unanswered and overdue after
    `since`: once on its own day, then on the first working day of each week."""
    need = policy.raised_after(step)
    if need is None or day <= since:
        return False
    late = calendar.between(since, day)
    return late == need or (late > need and policy.weekly and begins_week(day, calendar))


def begins_week(day: date, calendar: Calendar) -> bool:
    """Whether this is the first working day of its week, which begins on Monday."""
    return calendar.works(day) and calendar.on_or_after(day - timedelta(days=day.weekday())) == day


def _ahead(day: date, aim: date, calendar: Calendar, policy: Policy) -> int:
    """How many working days lie after `day` up to `aim`, counted no further than anybody asks: most deadlines of a
    year are far off, and each is looked at every morning."""
    n = 0
    while day < aim and n <= policy.farthest:
        day += timedelta(days=1)
        n += calendar.works(day)
    return n


def part(days: Days, today: date, since: date, calendar: Calendar, policy: Policy = USUAL) -> Part | None:
    """Where a deadline stands in the digest of `today`, the last one before it having been that of `since`."""
    if today > days.last:
        return Part.OVERDUE
    if today >= days.aim:
        return Part.TODAY
    ahead = _ahead(today, days.aim, calendar, policy)
    missed = any(called(days, day, calendar, policy) for day in mornings(since, today, calendar))
    return Part.SOON if ahead <= policy.soon or ahead in policy.before or missed else None


def mornings(since: date, today: date, calendar: Calendar) -> list[date]:
    """The working days after `since` up to and including `today`: whose calls the digest of `today` carries."""
    start = max(since, today - LONGEST_CATCH_UP)
    days = (start + timedelta(days=n) for n in range(1, (today - start).days + 1))
    return [day for day in days if calendar.works(day)]


def year_question_days(report_aims: Iterable[date], year: int, calendar: Calendar, policy: Policy = USUAL) -> set[date]:
    """When «cả năm» tasks of a plan are asked about: some working days before each report date (else each quarter's
    end), and the first working day from which their result is asked for."""
    ends = (date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31))
    aims = set(report_aims) or {calendar.on_or_before(end) for end in ends}
    return {calendar.later(aim, -policy.year_question) for aim in aims} | {year_result_day(year, calendar, policy)}


def year_result_day(year: int, calendar: Calendar, policy: Policy = USUAL) -> date:
    """From this day on the result of «cả năm» tasks is asked for."""
    return calendar.on_or_after(date(year, *policy.year_result))


def closing(day: date, calendar: Calendar) -> Range | None:
    """The month that is closed on the working day `day`, the quarter where it ended with it: on the first working day
    of the next month, or where that was missed on one of the few after it."""
    first = day.replace(day=1)
    begins = calendar.on_or_after(first)
    if not calendar.works(day) or day < begins or calendar.between(begins, day) >= CLOSING_WITHIN:
        return None
    last = first - timedelta(days=1)
    months = 3 if last.month % 3 == 0 else 1
    return Range(date(last.year, last.month - months + 1, 1), last)


def holiday_ahead(day: date, calendar: Calendar) -> Range | None:
    """The long holiday that begins within `HOLIDAY_AHEAD` working days after the working day `day`, that day being one
    of them."""
    ahead, left = day, HOLIDAY_AHEAD
    while left:
        ahead += timedelta(days=1)
        if calendar.works(ahead):
            left -= 1
            continue
        first = ahead
        while not calendar.works(ahead + timedelta(days=1)):
            ahead += timedelta(days=1)
        if (ahead - first).days + 1 >= LONG_HOLIDAY:
            return Range(first, ahead)
    return None


def next_digest(after: datetime, zone: str, calendar: Calendar, policy: Policy = USUAL) -> datetime:
    """The moment of the first morning digest later than `after`."""
    here = local(after, zone)
    day = calendar.on_or_after(here.date())
    at = moment(day, policy.at, zone)
    return at if at > after else moment(calendar.later(day, 1), policy.at, zone)


def next_week_summary(
    after: datetime, zone: str, calendar: Calendar, policy: Policy = USUAL, *, said: bool
) -> datetime:
    """The moment of the first leaders' summary later than `after`: on the first working day of the next week, or where
    this week's was not `said` on the next working day at all."""
    today = local(after, zone).date()
    day = calendar.on_or_after(today + timedelta(days=7 - today.weekday()) if said else today)
    at = moment(day, policy.monday, zone)
    return at if at > after else moment(calendar.later(day, 1), policy.monday, zone)


def may_say_summary(week: date, now: datetime, zone: str, calendar: Calendar, policy: Policy = USUAL) -> bool:
    """Whether the summary of the week of that Monday may still be said: on a working day of it, until the office
    closes."""
    here = local(now, zone)
    same = here.date() - timedelta(days=here.weekday()) == week
    return same and calendar.works(here.date()) and policy.monday <= here.time() <= policy.until


def digest_today(now: datetime, zone: str, calendar: Calendar, policy: Policy = USUAL) -> datetime:
    """The moment of today's digest, past or to come; the next one's where today is not worked."""
    here = local(now, zone)
    day = calendar.on_or_after(here.date())
    return moment(day, policy.at, zone)


def may_say_digest(slot: date, now: datetime, zone: str, policy: Policy = USUAL) -> bool:
    """Whether the digest of the day `slot` may begin to be said: on its own day, from its hour until the office
    closes."""
    return still_said(slot, now, zone, policy) and policy.at <= local(now, zone).time()


def still_said(slot: date, now: datetime, zone: str, policy: Policy = USUAL) -> bool:
    """Whether the digest of the day `slot`, once owed, may still be said: its hour may have been moved since."""
    here = local(now, zone)
    return here.date() == slot and here.time() <= policy.until


def hour_reminder(due: date, hour: time | None, now: datetime, zone: str, policy: Policy = USUAL) -> datetime | None:
    """When the reminder before the hour of a deadline is said: of one that is due today, while that is still to come.
    What is due on another day stands in that day's digest."""
    if hour is None or due != office_day(now, zone):
        return None
    at = moment(due, hour, zone) - timedelta(hours=policy.before_hour)
    return at if at > now else None


def office_day(now: datetime, zone: str) -> date:
    """What day it is in the office."""
    return local(now, zone).date()
