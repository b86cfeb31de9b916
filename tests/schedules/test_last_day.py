"""Which day of a deadline counts: a table worked out by hand on the calendars of 2022 to 2024."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lang.workdays import Calendar, last_day, national

TABLE = [
    # due, strict, hour, aim, last                                       why
    ("2023-06-01", False, None, "2023-06-01", "2023-06-01"),  # a Thursday
    ("2023-03-05", False, None, "2023-03-03", "2023-03-06"),  # a Sunday: Friday before, Monday after
    ("2023-03-04", False, None, "2023-03-03", "2023-03-06"),  # a Saturday
    ("2023-12-05", True, None, "2023-12-04", "2023-12-04"),  # «trước 05/12»: Monday 04/12
    ("2023-12-04", True, None, "2023-12-01", "2023-12-01"),  # «trước thứ Hai»: the Friday before, never the Monday
    ("2023-06-12", True, None, "2023-06-09", "2023-06-09"),
    ("2023-09-05", False, None, "2023-09-05", "2023-09-05"),  # the first working day after 01/9 to 04/9
    ("2023-09-04", False, None, "2023-08-31", "2023-09-05"),  # off in lieu of Saturday 02/9
    ("2023-09-05", True, None, "2023-08-31", "2023-08-31"),  # «trước 05/9»: over the whole holiday, backward
    ("2023-01-24", False, None, "2023-01-19", "2023-01-27"),  # Tết: off from Friday 20/01 to Thursday 26/01
    ("2023-01-26", True, None, "2023-01-19", "2023-01-19"),
    ("2024-05-04", False, None, "2024-05-04", "2024-05-04"),  # a Saturday worked for Monday 29/4
    ("2024-05-05", True, None, "2024-05-04", "2024-05-04"),
    ("2024-05-05", False, None, "2024-05-04", "2024-05-06"),
    ("2024-04-29", False, None, "2024-04-26", "2024-05-02"),  # swapped: off from Saturday 27/4 to Wednesday 01/5
    ("2023-12-31", False, None, "2023-12-29", "2024-01-02"),  # a Sunday, and 01/01 is off
    ("2023-06-07", False, time(16), "2023-06-07", "2023-06-07"),
    ("2023-03-05", False, time(16), "2023-03-03", "2023-03-05"),  # with an hour it is that very day, off or not
    ("2023-03-05", True, time(16), "2023-03-03", "2023-03-05"),  # «trước 16h ngày 05/3»
]


@pytest.mark.parametrize(("due", "strict", "hour", "aim", "last"), TABLE)
def test_by_hand(due: str, strict: bool, hour: time | None, aim: str, last: str) -> None:
    days = last_day(date.fromisoformat(due), strict, hour, national())
    assert (days.aim.isoformat(), days.last.isoformat()) == (aim, last)


calendars = st.builds(
    Calendar,
    st.frozensets(st.dates(date(2023, 1, 1), date(2023, 3, 31)), max_size=30),
    st.frozensets(st.dates(date(2023, 1, 1), date(2023, 3, 31)), max_size=10),
)


@given(st.dates(date(2023, 1, 10), date(2023, 3, 20)), st.booleans(), calendars)
def test_what_holds_for_every_calendar(due: date, strict: bool, calendar: Calendar) -> None:
    days = last_day(due, strict, None, calendar)
    assert calendar.works(days.aim)
    assert calendar.works(days.last)
    if strict:
        assert days.aim == days.last < due
    else:
        assert days.aim <= due <= days.last
    between = [days.aim + timedelta(days=n) for n in range(1, (days.last - days.aim).days)]
    assert not any(calendar.works(day) for day in between), "between the two lie only days off"
    if calendar.works(due) and not strict:
        assert days.aim == days.last == due


@given(st.dates(date(2023, 1, 10), date(2023, 3, 20)), st.integers(-12, 12), calendars)
def test_counting_working_days_there_and_back(day: date, n: int, calendar: Calendar) -> None:
    there = calendar.later(day, n)
    assert n == 0 or calendar.works(there)
    if n > 0:
        assert calendar.between(day, there) == n
    if n < 0 and calendar.works(day):
        assert calendar.between(there, day) == -n
