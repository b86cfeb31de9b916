"""The oracle on days worked out by hand from the page it was written from."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from tests.year.oracle import Counts, Group, Oracle, Owed, Sections, WorkDays

ICT = timezone(timedelta(hours=7))
DAYS = WorkDays.from_file()
JANUARY = datetime(2023, 1, 10, 9, 0, tzinfo=ICT)
EIGHT = datetime(2023, 1, 1, 8, 0, tzinfo=ICT)


def owed(due: date | None, code: int = 1, unit: str = "A", kind: str = "dated", **more: object) -> Owed:
    facts = {"title": "Báo cáo", "plan": "KH1", "agreed": JANUARY} | more
    return Owed(code=code, unit=unit, kind=kind, due=due, **facts)  # type: ignore[arg-type]


def days_heard(oracle: Oracle, group: Group, last: date, missed: frozenset[date] = frozenset()) -> list[str]:
    heard = oracle.mornings(group, date(2023, 1, 11), last, EIGHT, missed)
    return [f"{day:%d/%m}" for day, said in heard if said]


A = Group("nhóm A", frozenset({"A"}), date(2023, 1, 1))
OFFICE = Group("toàn Sở", frozenset(), date(2023, 1, 1))


def test_the_calendar_of_2023() -> None:
    tet = [date(2023, 1, d) for d in range(20, 30) if not DAYS.worked(date(2023, 1, d))]
    assert [d.day for d in tet] == [20, 21, 22, 23, 24, 25, 26, 28, 29]
    assert not DAYS.worked(date(2023, 9, 4))
    assert DAYS.worked(date(2023, 9, 5))
    assert DAYS.worked(date(2024, 5, 4)), "a Saturday worked in exchange"
    assert DAYS.ahead(date(2023, 1, 19), date(2023, 1, 27)) == 1
    assert DAYS.before(date(2023, 1, 30), 2) == date(2023, 1, 19)


@pytest.mark.parametrize(
    ("due", "strict", "hour", "aim", "last"),
    [
        (date(2023, 6, 5), False, None, date(2023, 6, 5), date(2023, 6, 5)),
        (date(2023, 3, 5), False, None, date(2023, 3, 3), date(2023, 3, 6)),
        (date(2023, 12, 5), True, None, date(2023, 12, 4), date(2023, 12, 4)),
        (date(2023, 9, 5), True, None, date(2023, 8, 31), date(2023, 8, 31)),
        (date(2023, 6, 4), False, time(16), date(2023, 6, 2), date(2023, 6, 4)),
        (date(2023, 1, 22), False, None, date(2023, 1, 19), date(2023, 1, 27)),
    ],
)
def test_the_days_that_count(due: date, strict: bool, hour: time | None, aim: date, last: date) -> None:
    one = owed(due, strict=strict, hour=hour)
    oracle = Oracle(DAYS, [one])
    assert (oracle.aim(one), oracle.last(one)) == (aim, last)


def test_the_fifth_of_march_a_sunday() -> None:
    """7, 3 and 1 working days before Friday 03/3, Friday itself, Monday 06/3, and every working day after."""
    oracle = Oracle(DAYS, [owed(date(2023, 3, 5))])
    assert days_heard(oracle, A, date(2023, 3, 9)) == [
        "22/02", "28/02", "02/03", "03/03", "06/03", "07/03", "08/03", "09/03",
    ]  # fmt: skip
    said = dict(oracle.mornings(A, date(2023, 3, 1), date(2023, 3, 8), EIGHT))
    assert said[date(2023, 3, 2)] == Sections(soon=frozenset({1}))
    assert said[date(2023, 3, 3)] == Sections(today=frozenset({1}))
    assert said[date(2023, 3, 6)] == Sections(today=frozenset({1}))
    assert said[date(2023, 3, 7)] == Sections(overdue=frozenset({1}))


def test_the_fifth_of_september_after_the_holiday() -> None:
    oracle = Oracle(DAYS, [owed(date(2023, 9, 5))])
    assert days_heard(oracle, A, date(2023, 9, 6)) == ["23/08", "29/08", "31/08", "05/09", "06/09"]


def test_before_the_fifth_of_december() -> None:
    """Due Monday 04/12 at the latest, overdue on Tuesday 05/12."""
    oracle = Oracle(DAYS, [owed(date(2023, 12, 5), strict=True)])
    assert days_heard(oracle, A, date(2023, 12, 5)) == ["23/11", "29/11", "01/12", "04/12", "05/12"]
    assert oracle.expected(A, datetime(2023, 12, 5, 8, tzinfo=ICT), date(2023, 12, 4)) == Sections(
        overdue=frozenset({1})
    )


def test_tet_is_stepped_over() -> None:
    """Due Monday 30/01: one working day before is Friday 27/01, three before is Wednesday 18/01, seven before 12/01."""
    oracle = Oracle(DAYS, [owed(date(2023, 1, 30))])
    assert days_heard(oracle, A, date(2023, 1, 31)) == ["12/01", "18/01", "27/01", "30/01", "31/01"]


def test_the_first_of_june_as_printed() -> None:
    """The morning of the pages: 12 overdue since 30/5, 14 due 05/6, two working days ahead; the office's counts."""
    sent = datetime(2023, 5, 31, 10, tzinfo=ICT)
    mine = [owed(date(2023, 5, 30), 12, title="Rà soát"), owed(date(2023, 6, 5), 14, kind="report")]
    others = [owed(date(2023, 6, 5), 20 + n, f"U{n}", "report", done=[(sent, None)]) for n in range(8)]
    late = [owed(date(2023, 6, 5), 40 + n, f"V{n}", "report") for n in range(3)]
    oracle = Oracle(DAYS, mine + others + late)
    at = datetime(2023, 6, 1, 8, tzinfo=ICT)
    assert oracle.expected(A, at, date(2023, 5, 31)) == Sections(overdue=frozenset({12}), soon=frozenset({14}))
    report = frozenset({("Báo cáo", date(2023, 6, 5), 8, 12)})
    assert oracle.expected(OFFICE, at, date(2023, 5, 31)) == Counts(1, 0, 4, report)
    friday = datetime(2023, 6, 2, 8, tzinfo=ICT)
    assert oracle.expected(OFFICE, friday, date(2023, 6, 1)) == Counts(1, 0, 4, report)


def test_a_missed_morning_is_carried_to_the_next() -> None:
    """The third working day before 05/3 is missed; on the second, which calls nobody by itself, one message says it."""
    oracle = Oracle(DAYS, [owed(date(2023, 3, 5))])
    missed = frozenset({date(2023, 2, 28)})
    assert days_heard(oracle, A, date(2023, 3, 3), missed) == ["22/02", "01/03", "02/03", "03/03"]
    week = frozenset(date(2023, 2, 20) + timedelta(days=n) for n in range(5))
    heard = dict(oracle.mornings(A, date(2023, 2, 17), date(2023, 2, 27), EIGHT, week))
    assert heard[date(2023, 2, 27)] == Sections(soon=frozenset({1})), "called at seven, said at four"
    assert sum(said is not None for said in heard.values()) == 1


def test_done_is_silent_and_undone_speaks_again() -> None:
    one = owed(date(2023, 6, 5))
    one.done = [(datetime(2023, 6, 1, 9, tzinfo=ICT), datetime(2023, 6, 6, 15, tzinfo=ICT))]
    assert days_heard(Oracle(DAYS, [one]), A, date(2023, 6, 7)) == ["25/05", "31/05", "07/06"]


def test_a_plan_agreed_late_does_not_open_red() -> None:
    agreed = datetime(2023, 3, 7, 9, tzinfo=ICT)
    oracle = Oracle(DAYS, [owed(date(2023, 3, 5), 1, agreed=agreed), owed(date(2023, 3, 7), 2, agreed=agreed)])
    assert days_heard(oracle, A, date(2023, 3, 9)) == ["08/03", "09/03"]
    assert oracle.expected(A, datetime(2023, 3, 8, 8, tzinfo=ICT), date(2023, 3, 7)) == Sections(overdue=frozenset({2}))


def test_a_group_linked_today_starts_with_today() -> None:
    oracle = Oracle(DAYS, [owed(date(2023, 3, 3))])
    late = Group("nhóm A", frozenset({"A"}), date(2023, 3, 1))
    assert oracle.expected(late, datetime(2023, 3, 1, 8, tzinfo=ICT), None) is None
    assert oracle.expected(A, datetime(2023, 3, 1, 8, tzinfo=ICT), None) == Sections(soon=frozenset({1}))


def test_the_whole_year_is_folded_and_never_red() -> None:
    """Report dates 05/3, 05/6, 05/9, «trước 05/12» call on 24/02, 29/5, 25/8, 27/11; the result from 20/11."""
    done = [(JANUARY, None)]
    dates = [(date(2023, 3, 5), False), (date(2023, 6, 5), False), (date(2023, 9, 5), False), (date(2023, 12, 5), True)]
    reports = [owed(due, 10 + n, "A", "report", strict=s, done=list(done)) for n, (due, s) in enumerate(dates)]
    years = [owed(date(2023, 12, 31), 30 + n, "A", "all_year") for n in range(3)]
    later = owed(date(2023, 12, 14), 50)
    oracle = Oracle(DAYS, [*reports, *years, later])
    said = {f"{d:%d/%m}": s for d, s in oracle.mornings(A, date(2023, 1, 11), date(2024, 1, 5), EIGHT) if s}
    assert {day for day, s in said.items() if isinstance(s, Sections) and s == Sections(all_year=3)} == {
        "24/02", "29/05", "25/08", "20/11", "27/11",
    }  # fmt: skip
    assert said["05/12"] == Sections(soon=frozenset({50}), all_year=3), "it stands in all that is said till 31/12"
    assert said["25/12"] == Sections(overdue=frozenset({50}), all_year=3), "once a week, when it begins"
    assert "29/12" not in said
    assert said["02/01"] == Sections(overdue=frozenset({50}))
    assert not days_heard(oracle, OFFICE, date(2023, 11, 30)), "it calls the unit's group only"


def test_without_reports_the_quarters_end() -> None:
    oracle = Oracle(DAYS, [owed(date(2023, 12, 31), 1, kind="all_year")])
    assert days_heard(oracle, A, date(2023, 12, 31)) == ["24/03", "23/06", "22/09", "20/11", "22/12"]


def test_a_day_off_is_silent_and_no_day_never_calls() -> None:
    oracle = Oracle(DAYS, [owed(date(2023, 3, 1)), owed(None, 2, kind="open")])
    assert oracle.expected(A, datetime(2023, 3, 4, 8, tzinfo=ICT), None) is None
    assert oracle.expected(A, datetime(2023, 3, 6, 8, tzinfo=ICT), None) == Sections(overdue=frozenset({1}))
    assert not owed(None).is_done(datetime(2023, 3, 6, tzinfo=UTC))
