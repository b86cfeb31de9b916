"""The reminder policy: when the bot speaks by itself. Pure; the words of it are in docs/reminders.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

from lang.moments import local, moment
from lang.workdays import Calendar

DIGEST_HOUR = time(8, 0)
DIGEST_ENDS = time(17, 30)
OFFSETS = (7, 3, 1)
SOON = 3
FARTHEST = max(*OFFSETS, SOON)
YEAR_QUESTION = 5
YEAR_RESULT_FROM = (11, 20)
BEFORE_HOUR = timedelta(hours=2)
LONGEST_CATCH_UP = timedelta(days=60)


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


def called(days: Days, day: date, calendar: Calendar) -> bool:
    """Whether a deadline gives the bot a reason to speak on the working day `day`."""
    if day > days.last or day in (days.aim, days.last):
        return True
    return day < days.aim and _ahead(day, days.aim, calendar) in OFFSETS


def _ahead(day: date, aim: date, calendar: Calendar) -> int:
    """How many working days lie after `day` up to `aim`, counted no further than anybody asks: most deadlines of a
    year are far off, and each is looked at every morning."""
    n = 0
    while day < aim and n <= FARTHEST:
        day += timedelta(days=1)
        n += calendar.works(day)
    return n


def part(days: Days, today: date, since: date, calendar: Calendar) -> Part | None:
    """Where a deadline stands in the digest of `today`, the last one before it having been that of `since`."""
    if today > days.last:
        return Part.OVERDUE
    if today >= days.aim:
        return Part.TODAY
    ahead = _ahead(today, days.aim, calendar)
    missed = any(called(days, day, calendar) for day in mornings(since, today, calendar))
    return Part.SOON if ahead <= SOON or ahead in OFFSETS or missed else None


def mornings(since: date, today: date, calendar: Calendar) -> list[date]:
    """The working days after `since` up to and including `today`: whose calls the digest of `today` carries."""
    start = max(since, today - LONGEST_CATCH_UP)
    days = (start + timedelta(days=n) for n in range(1, (today - start).days + 1))
    return [day for day in days if calendar.works(day)]


def year_question_days(report_aims: Iterable[date], year: int, calendar: Calendar) -> set[date]:
    """When «cả năm» tasks of a plan are asked about: 5 working days before each report date (else each quarter's end),
    and the first working day from 20/11."""
    ends = (date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31))
    aims = set(report_aims) or {calendar.on_or_before(end) for end in ends}
    return {calendar.later(aim, -YEAR_QUESTION) for aim in aims} | {year_result_day(year, calendar)}


def year_result_day(year: int, calendar: Calendar) -> date:
    """From this day on the result of «cả năm» tasks is asked for."""
    return calendar.on_or_after(date(year, *YEAR_RESULT_FROM))


def next_digest(after: datetime, zone: str, calendar: Calendar) -> datetime:
    """The moment of the first morning digest later than `after`."""
    here = local(after, zone)
    day = calendar.on_or_after(here.date())
    at = moment(day, DIGEST_HOUR, zone)
    return at if at > after else moment(calendar.later(day, 1), DIGEST_HOUR, zone)


def may_say_digest(slot: date, now: datetime, zone: str) -> bool:
    """Whether the digest of the day `slot` may still be said: on its own day, until the office closes."""
    here = local(now, zone)
    return here.date() == slot and DIGEST_HOUR <= here.time() <= DIGEST_ENDS


def hour_reminder(due: date, hour: time | None, now: datetime, zone: str) -> datetime | None:
    """When the reminder before the hour of a deadline is said: of one that is due today, while that is still to come.
    What is due on another day stands in that day's digest."""
    if hour is None or due != office_day(now, zone):
        return None
    at = moment(due, hour, zone) - BEFORE_HOUR
    return at if at > now else None


def office_day(now: datetime, zone: str) -> date:
    """What day it is in the office."""
    return local(now, zone).date()
