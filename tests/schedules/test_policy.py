"""When the bot speaks by itself: tables worked out by hand from docs/reminders.md, and what must hold for all days."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lang.workdays import Calendar, last_day, national
from schedules import policy
from schedules.policy import Days, Part

HERE = "Asia/Ho_Chi_Minh"
HCM = ZoneInfo(HERE)


def on(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HCM)


@pytest.mark.parametrize(
    ("due", "called"),
    [
        # Thursday 01/6/2023; the seven working days before it: 31, 30, 29, 26, 25, 24, 23 May
        ("2023-06-01", ["05-23", "05-29", "05-31", "06-01", "06-02", "06-05", "06-06"]),
        # Sunday 05/3/2023: aim Friday 03/3, last Monday 06/3
        ("2023-03-05", ["02-22", "02-28", "03-02", "03-03", "03-06", "03-07", "03-08"]),
        # Tuesday 05/9/2023, after 01/9 to 04/9: 31, 30, 29, 28, 25, 24, 23 August
        ("2023-09-05", ["08-23", "08-29", "08-31", "09-05", "09-06", "09-07", "09-08"]),
    ],
)
def test_the_days_on_which_a_deadline_calls(due: str, called: list[str]) -> None:
    calendar = national()
    counted = last_day(on(due), False, None, calendar)
    days = Days(counted.aim, counted.last)
    all_days = (on(due) + timedelta(days=n) for n in range(-20, 20))
    found = [day for day in all_days if calendar.works(day) and policy.called(days, day, calendar)]
    assert [f"{day:%m-%d}" for day in found][: len(called)] == called


@pytest.mark.parametrize(
    ("today", "since", "part"),
    [
        # aim Friday 03/3, last Monday 06/3
        ("2023-02-21", "2023-02-20", None),  # 8 ahead
        ("2023-02-22", "2023-02-21", Part.SOON),  # 7
        ("2023-02-23", "2023-02-22", None),  # 6, and it was said
        ("2023-02-23", "2023-02-21", Part.SOON),  # 6, and what was called at 7 was not said
        ("2023-02-27", "2023-02-24", None),  # 4
        ("2023-02-28", "2023-02-27", Part.SOON),  # 3
        ("2023-03-01", "2023-02-28", Part.SOON),  # 2: not called, but soon
        ("2023-03-02", "2023-03-01", Part.SOON),
        ("2023-03-03", "2023-03-02", Part.TODAY),
        ("2023-03-06", "2023-03-03", Part.TODAY),  # the last good day
        ("2023-03-07", "2023-03-06", Part.OVERDUE),
        ("2023-06-07", "2023-06-06", Part.OVERDUE),
    ],
)
def test_where_a_deadline_stands(today: str, since: str, part: Part | None) -> None:
    days = Days(on("2023-03-03"), on("2023-03-06"))
    assert policy.part(days, on(today), on(since), national()) is part


@pytest.mark.parametrize(
    ("after", "next_one"),
    [
        ("2023-03-01 07:59", "2023-03-01 08:00"),
        ("2023-03-01 08:00", "2023-03-02 08:00"),  # that one is being said
        ("2023-03-01 08:01", "2023-03-02 08:00"),
        ("2023-03-03 09:00", "2023-03-06 08:00"),  # Friday → Monday
        ("2023-01-19 12:00", "2023-01-27 08:00"),  # over Tết
        ("2024-05-03 12:00", "2024-05-04 08:00"),  # a worked Saturday
        ("2024-05-04 12:00", "2024-05-06 08:00"),
        ("2023-03-02 00:30", "2023-03-02 08:00"),  # in UTC it is still the day before
        ("2023-12-29 09:00", "2024-01-02 08:00"),
    ],
)
def test_the_next_digest(after: str, next_one: str) -> None:
    assert policy.next_digest(at(after), HERE, national()) == at(next_one)


@pytest.mark.parametrize(
    ("now", "may"),
    [
        ("2023-03-01 07:59", False),
        ("2023-03-01 08:00", True),
        ("2023-03-01 17:30", True),
        ("2023-03-01 17:31", False),
        ("2023-03-02 08:00", False),
        ("2023-02-28 10:00", False),
    ],
)
def test_a_digest_belongs_to_its_day(now: str, may: bool) -> None:
    assert policy.may_say_digest(on("2023-03-01"), at(now), HERE) is may


def test_when_tasks_of_all_year_are_asked_about() -> None:
    """The sample plan's reports, 05/3, 05/6, 05/9 and 05/12/2023: aims 03/3, 05/6, 05/9, 05/12. Five working days
    before each: 24/2, 29/5, 25/8, 28/11. And Monday 20/11."""
    aims = [on("2023-03-03"), on("2023-06-05"), on("2023-09-05"), on("2023-12-05")]
    asked = policy.year_question_days(aims, 2023, national())
    assert sorted(f"{day:%d/%m}" for day in asked) == sorted(["24/02", "29/05", "25/08", "28/11", "20/11"])


def test_without_reports_it_is_the_ends_of_the_quarters() -> None:
    """31/3 (Friday), 30/6 (Friday), 29/9 (Friday, 30/9 is off), 29/12 (Friday): five working days before each."""
    asked = policy.year_question_days([], 2023, national())
    assert sorted(f"{day:%d/%m}" for day in asked) == sorted(["24/03", "23/06", "22/09", "22/12", "20/11"])


calendars = st.builds(
    Calendar,
    st.frozensets(st.dates(date(2023, 1, 1), date(2023, 4, 30)), max_size=40),
    st.frozensets(st.dates(date(2023, 1, 1), date(2023, 4, 30)), max_size=10),
)
days = st.dates(date(2023, 1, 20), date(2023, 3, 31))


moments = st.builds(datetime.combine, st.dates(date(2023, 1, 1), date(2023, 4, 10)), st.times(), st.just(HCM))


@given(calendars, moments)
def test_no_digest_on_a_day_off(calendar: Calendar, after: datetime) -> None:
    found = policy.next_digest(after, HERE, calendar).astimezone(HCM)
    assert found > after
    assert calendar.works(found.date())
    assert found.time() == time(8)
    skipped = (after.date() + timedelta(days=n) for n in range(1, (found.date() - after.date()).days))
    assert not any(calendar.works(day) for day in skipped)


@given(calendars, days, st.sets(days, max_size=12), days)
def test_no_call_is_lost_between_two_digests(
    calendar: Calendar, due: date, said_on: set[date], last_morning: date
) -> None:
    """However the digests fall: whatever was called on some morning stands in the first digest said on or after it,
    unless the deadline has moved on to another part, where it stands too."""
    counted = last_day(due, False, None, calendar)
    owed = Days(counted.aim, counted.last)
    mornings = [due + timedelta(days=n) for n in range(-20, 10)]
    mornings = [day for day in mornings if calendar.works(day)]
    said = sorted({day for day in mornings if day in said_on} | {mornings[-1]})
    for morning in mornings:
        if not policy.called(owed, morning, calendar):
            continue
        digest = next(day for day in said if day >= morning)
        before = max((day for day in said if day < morning), default=mornings[0] - timedelta(days=1))
        assert policy.part(owed, digest, before, calendar) is not None


@given(calendars, days, days)
def test_mornings_are_the_working_days_since(calendar: Calendar, since: date, today: date) -> None:
    found = policy.mornings(since, today, calendar)
    expected, day = [], since + timedelta(days=1)
    while day <= today:
        if calendar.works(day):
            expected.append(day)
        day += timedelta(days=1)
    if (today - since) <= policy.LONGEST_CATCH_UP:
        assert found == expected


@given(calendars, days, days)
def test_parts_follow_one_another(calendar: Calendar, due: date, today: date) -> None:
    """As days pass a deadline goes from nothing to soon, today, overdue, and never back, but for the seven-day call."""
    counted = last_day(due, False, None, calendar)
    owed = Days(counted.aim, counted.last)
    part = policy.part(owed, today, today - timedelta(days=1), calendar)
    assert (part is Part.OVERDUE) == (today > owed.last)
    assert (part is Part.TODAY) == (owed.aim <= today <= owed.last)
    if part is Part.SOON:
        assert 0 < calendar.between(today, owed.aim) <= 7
