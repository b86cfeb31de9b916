"""What the database counts is what one counts by hand."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import deadlines
from storage.db import Database
from storage.deadlines import Status, Tally
from storage.models import Deadline, Plan, PlanStatus, TaskKind
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
        found = deadlines.tallies(session, office.id or 0, TODAY, shown)
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
