"""The days that a deadline's rows carry, for every day of seven years and for any calendar, by the oracle."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lang.workdays import Calendar, national
from storage.deadlines import set_days
from storage.models import Deadline, TaskKind
from tests.year.oracle import Oracle, Owed, WorkDays

FIRST = date(2021, 1, 4)
DAYS = [FIRST + timedelta(days=n) for n in range(365 * 7 - 20)]
near = st.integers(0, 59).map(lambda n: date(2023, 1, 1) + timedelta(days=n))


def agree(due: date, strict: bool, hour: time | None, calendar: Calendar, oracle: Oracle) -> None:
    row = Deadline(office_id=1, task_id=1, unit_id=1, code=1, kind=TaskKind.DATED, due=due, strict=strict, hour=hour)
    set_days(row, calendar)
    owed = Owed(1, "A", "", "dated", "KH1", datetime(2021, 1, 1, tzinfo=UTC), due, strict, hour)
    assert (row.aim_day, row.last_day) == (oracle.aim(owed), oracle.last(owed)), (due, strict, hour)


def test_every_day_of_seven_years() -> None:
    calendar, oracle = national(), Oracle(WorkDays.from_file(), [])
    for due in DAYS:
        assert calendar.works(due) == oracle.days.worked(due), due
        for strict, hour in ((False, None), (True, None), (False, time(16))):
            agree(due, strict, hour, calendar, oracle)


@given(off=st.frozensets(near), saturdays=st.frozensets(near), due=near, strict=st.booleans(), hour=st.booleans())
def test_any_calendar(off: frozenset[date], saturdays: frozenset[date], due: date, strict: bool, hour: bool) -> None:
    work = frozenset(day for day in saturdays if day.isoweekday() == 6)
    days = Oracle(WorkDays(off, work), [])
    agree(due, strict, time(16) if hour else None, Calendar(off, work), days)


@given(off=st.frozensets(near), start=near, end=near)
def test_working_days_are_counted_alike(off: frozenset[date], start: date, end: date) -> None:
    start, end = min(start, end), max(start, end)
    assert Calendar(off).between(start, end) == WorkDays(off).ahead(start, end)
