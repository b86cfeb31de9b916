"""What the database counts is what one counts by hand."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lang.ranges import Range
from storage import deadlines, tallies
from storage.db import Database
from storage.deadlines import Status
from storage.models import Deadline, Plan, PlanStatus, TaskKind
from storage.tallies import Tally
from tests.storage import rows
from tests.storage.rows import NOW

TODAY = date(2023, 6, 1)
near = st.integers(-3, 3).map(lambda n: TODAY + timedelta(days=n))
one = st.fixed_dictionaries(
    {
        "unit": st.integers(0, 2),
        "kind": st.sampled_from([TaskKind.DATED, TaskKind.REPORT, TaskKind.ALL_YEAR, TaskKind.OPEN]),
        "last": near,
        "done": st.none() | near,
        "document": st.none() | near,
        "to_confirm": st.booleans(),
        "cancelled": st.sampled_from([False, False, False, True]),
        "plan": st.sampled_from([PlanStatus.LIVE, PlanStatus.LIVE, PlanStatus.DRAFT, PlanStatus.DROPPED]),
        "watched": st.booleans(),
        "accepted": st.booleans(),
    }
)


def counted(owed: list[dict[str, Any]], unit: int) -> Tally:
    count = {"on_time": 0, "late": 0, "running": 0, "overdue": 0, "undated": 0, "to_confirm": 0, "waiting": 0}
    for it in owed:
        if it["unit"] != unit or it["cancelled"] or it["plan"] is not PlanStatus.LIVE:
            continue
        last = None if it["kind"] is TaskKind.OPEN else it["last"]
        if it["done"] is not None and it["watched"] and not it["accepted"] and not it["to_confirm"]:
            count["waiting"] += 1
        elif it["done"] is not None:
            said = it["document"] or it["done"]
            count["late" if last is not None and said > last else "on_time"] += 1
        elif it["to_confirm"]:
            count["to_confirm"] += 1
        elif it["kind"] is TaskKind.OPEN:
            count["undated"] += 1
        elif it["kind"] is not TaskKind.ALL_YEAR and last is not None and last < TODAY:
            count["overdue"] += 1
        else:
            count["running"] += 1
    return Tally(**count)


def _counted_as(item: deadlines.Item) -> str:
    """The column of a tally in which a deadline of this status stands."""
    match deadlines.status(item, TODAY):
        case Status.DONE:
            return "late" if deadlines.was_late(item.deadline) else "on_time"
        case Status.TO_JUDGE:
            return "running"
        case other:
            return other.value


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(owed=st.lists(one, max_size=14))
def test_tallies_are_what_one_counts(database: Database, owed: list[dict[str, Any]]) -> None:
    with database.begin() as session:
        office, units = rows.office(session)
        other, others = rows.office(session)
        tasks = {
            (status, watched): rows.task(session, rows.plan(session, office, status), ["Văn phòng"], [])
            for status in PlanStatus
            for watched in (True, False)
        }
        for (_status, watched), task in tasks.items():
            session.get_one(Plan, task.plan_id).accepts_since = NOW if watched else None
        stranger = rows.task(session, rows.plan(session, other), ["Văn phòng"], [])
        rows.deadline(session, other, stranger, others[0], last_day=TODAY)
        made: list[Deadline] = []
        for it in owed:
            last = None if it["kind"] is TaskKind.OPEN else it["last"]
            made.append(
                rows.deadline(
                    session,
                    office,
                    tasks[it["plan"], it["watched"]],
                    units[it["unit"]],
                    kind=it["kind"],
                    due=last,
                    aim_day=last,
                    last_day=last,
                    to_confirm=it["to_confirm"],
                    done_at=NOW if it["done"] else None,
                    done_day=it["done"],
                    document_day=it["document"] if it["done"] else None,
                    accepted_at=NOW if it["done"] and it["accepted"] else None,
                    cancelled_at=NOW if it["cancelled"] else None,
                )
            )
        shown = [unit.id or 0 for unit in units[:3]]
        found = tallies.tallies(session, office.id or 0, TODAY, shown)
        assert [found.get(unit, Tally()) for unit in shown] == [counted(owed, n) for n in range(3)]
        for it, deadline in zip(owed, made, strict=True):
            item = deadlines.by_codes(session, office.id or 0, [deadline.code]).get(deadline.code)
            if item is not None:
                assert counted([it], it["unit"]) == Tally(**{_counted_as(item): 1})
            if it["done"] is not None:
                assert deadlines.was_late(deadline) == (
                    counted([{**it, "cancelled": False, "plan": PlanStatus.LIVE, "watched": False}], it["unit"]).late
                    == 1
                )


def _falls_in(it: dict[str, Any], span: Range) -> bool:
    """Whether a deadline belongs to these days, said in other words than the database's."""
    day = it["due"]
    if it["kind"] is TaskKind.OPEN:
        return False
    if it["kind"] is TaskKind.ALL_YEAR:
        return span.since <= date(day.year, 1, 1) and date(day.year, 12, 31) <= span.until
    return span.since <= min(day, it["last"]) <= span.until


dated = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([TaskKind.DATED, TaskKind.REPORT, TaskKind.ALL_YEAR, TaskKind.OPEN]),
        "due": st.dates(date(2022, 11, 1), date(2024, 2, 1)),
        "moved": st.integers(-3, 3),
        "done": st.booleans(),
    }
)
spans = st.sampled_from(
    [
        Range(date(2023, 1, 1), date(2023, 12, 31)),
        Range(date(2023, 4, 1), date(2023, 6, 30)),
        Range(date(2022, 7, 1), date(2023, 12, 31)),
        Range(date(2023, 12, 31), date(2024, 1, 1)),
        Range(date(2023, 6, 1), date(2023, 6, 1)),
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(owed=st.lists(dated, max_size=20), span=spans)
def test_of_some_days_only(database: Database, owed: list[dict[str, Any]], span: Range) -> None:
    with database.begin() as session:
        office, units = rows.office(session)
        task = rows.task(session, rows.plan(session, office), ["Văn phòng"], [])
        wanted: list[int] = []
        expected = {"on_time": 0, "late": 0, "running": 0, "overdue": 0}
        for it in owed:
            all_year = it["kind"] is TaskKind.ALL_YEAR
            due = (
                None
                if it["kind"] is TaskKind.OPEN
                else it["due"].replace(**({"month": 12, "day": 31} if all_year else {}))
            )
            it["due"], it["last"] = due, due and due + timedelta(days=it["moved"])
            done = {"done_at": NOW, "done_day": due or TODAY} if it["done"] else {}
            deadline = rows.deadline(
                session, office, task, units[0], kind=it["kind"], due=due, aim_day=due, last_day=it["last"], **done
            )
            if not _falls_in(it, span):
                continue
            if it["done"]:
                expected["late" if due > it["last"] else "on_time"] += 1
                continue
            wanted.append(deadline.code)
            expected["overdue" if it["last"] < TODAY and not all_year else "running"] += 1
        unit = units[0].id or 0
        found = tallies.tallies(session, office.id or 0, TODAY, [unit], span)
        assert found.get(unit, Tally()) == Tally(**expected)
        listed = deadlines.open_items(session, office.id or 0, [unit], span)
        assert sorted(item.deadline.code for item in listed) == sorted(wanted)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(owed=st.lists(one, max_size=14), put_aside=st.sets(st.integers(0, 13)), most=st.integers(0, 4))
def test_what_is_loaded_is_what_one_finds_among_all(
    database: Database, owed: list[dict[str, Any]], put_aside: set[int], most: int
) -> None:
    """Overdue and still in time: as `status` says of each deadline, in the order of the chart or of the days."""
    with database.begin() as session:
        office, units = rows.office(session)
        tasks = {
            status: rows.task(session, rows.plan(session, office, status), ["Văn phòng"], []) for status in PlanStatus
        }
        for n, it in enumerate(owed):
            last = None if it["kind"] is TaskKind.OPEN else it["last"]
            days = {"due": last, "aim_day": last, "last_day": last}
            more = {"paused_at": NOW if n in put_aside and n % 2 else None}
            more |= {"signing_at": NOW if n in put_aside and not n % 2 else None}
            done = {"done_at": NOW if it["done"] else None, "cancelled_at": NOW if it["cancelled"] else None}
            kind = {"kind": it["kind"], "to_confirm": it["to_confirm"]}
            rows.deadline(session, office, tasks[it["plan"]], units[it["unit"]], **kind, **days, **done, **more)
        shown = [unit.id or 0 for unit in units[:2]]
        everything = deadlines.open_items(session, office.id or 0, shown)
        late = [item for item in everything if deadlines.status(item, TODAY) is Status.OVERDUE]
        late.sort(key=lambda item: shown.index(item.deadline.unit_id))
        found, count = tallies.overdue(session, office.id or 0, TODAY, shown, None, most)
        assert count == len(late)
        assert _codes(found) == _codes(late[: most or None])
        running = [item for item in everything if deadlines.status(item, TODAY) is Status.RUNNING]
        running = [item for item in running if item.deadline.kind is not TaskKind.ALL_YEAR]
        assert _codes(tallies.running(session, office.id or 0, TODAY, shown, most=most)) == _codes(
            running[: most or None]
        )
        until = TODAY + timedelta(days=1)
        near = [item for item in running if item.deadline.aim_day and item.deadline.aim_day <= until]
        assert _codes(tallies.running(session, office.id or 0, TODAY, shown, until=until)) == _codes(near)
        assert tallies.open_count(session, office.id or 0, shown) == len(everything)
        session.rollback()


def _codes(items: list[deadlines.Item]) -> list[int]:
    return [item.deadline.code for item in items]
