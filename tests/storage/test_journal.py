"""Whatever is done can be taken back, and the rows are as they were; unless somebody has built on it."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from storage import journal
from storage.db import Database
from storage.journal import BuiltUpon, Journal
from storage.models import (
    Deadline,
    Event,
    Evidence,
    EvidenceKind,
    Extension,
    Person,
    Plan,
    PlanStatus,
    Task,
    TaskKind,
)
from tests.storage import rows
from tests.storage.rows import NOW

slow = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
maybe_day = st.none() | st.dates(date(2022, 1, 1), date(2024, 12, 31))
changes = st.fixed_dictionaries(
    {},
    optional={
        "done_at": st.none() | st.integers(0, 999).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        "done_day": maybe_day,
        "due": maybe_day,
        "strict": st.booleans(),
        "hour": st.none() | st.sampled_from([time(8), time(16, 30)]),
        "document": st.sampled_from(["", "45/BC-VP", "2023-01-01"]),
        "kind": st.sampled_from(list(TaskKind)),
        "to_confirm": st.booleans(),
    },
)
steps = st.lists(st.tuples(st.sampled_from(["deadline", "task", "make", "plan"]), changes), min_size=1, max_size=5)


def whole(session: Session, office: int) -> dict[str, list[dict[str, Any]]]:
    """Every journaled row of an office."""
    session.flush()
    session.expire_all()
    return {
        table.__name__: [
            row.model_dump()
            for row in session.exec(select(table).where(table.office_id == office).order_by(table.id))  # type: ignore[attr-defined]
        ]
        for table in (Plan, Task, Deadline)
    }


class Scene:
    """An office with a plan, a task and two deadlines, and somebody who changes them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.office, self.units = rows.office(session)
        self.plan = rows.plan(session, self.office)
        self.task = rows.task(session, self.plan, ["Văn phòng"], ["2023-05-05"])
        self.deadlines = [rows.deadline(session, self.office, self.task, unit) for unit in self.units[:2]]
        person = Person(office_id=self.office.id or 0, name="Minh")
        session.add(person)
        session.flush()
        self.person = person.id or 0

    def act(self, work: Callable[[Journal], None], action: str = "done") -> Event:
        kept = Journal(self.session)
        work(kept)
        return kept.write(self.office.id or 0, NOW, self.person, None, action, "1")

    def does(self, step: tuple[str, dict[str, Any]]) -> Event:
        kind, values = step

        def work(kept: Journal) -> None:
            match kind:
                case "deadline":
                    for deadline in self.deadlines:
                        kept.touch(deadline)
                        for key, value in values.items():
                            setattr(deadline, key, value)
                case "task":
                    kept.touch(self.task)
                    self.task.due = ["2023-06-06"]
                    self.task.doubts = [{"code": "x", "args": {}, "dates": [], "suggest": []}]
                    self.task.hour, self.task.kind = time(9), TaskKind.OPEN
                case "plan":
                    kept.touch(self.plan)
                    self.plan.status, self.plan.agreed_at = PlanStatus.DROPPED, NOW
                case "make":
                    kept.made(rows.deadline(self.session, self.office, self.task, self.units[2], **values))

        return self.act(work)


@slow
@given(done=steps)
def test_taking_everything_back_leads_back(database: Database, done: list[tuple[str, dict[str, Any]]]) -> None:
    with database.begin() as session:
        scene = Scene(session)
        office = scene.office.id or 0
        states = [whole(session, office)]
        for step in done:
            scene.does(step)
            states.append(whole(session, office))
        for before in reversed(states[:-1]):
            event = journal.last_of(session, scene.person)
            assert event is not None
            journal.take_back(session, event, NOW + timedelta(hours=1), None)
            assert whole(session, office) == before
        assert journal.last_of(session, scene.person) is None


@slow
@given(first=changes.filter(bool), then=st.sampled_from(["xong", "sửa", "xoá"]))
def test_what_somebody_built_upon_stays(database: Database, first: dict[str, Any], then: str) -> None:
    with database.begin() as session:
        scene = Scene(session)
        event = scene.does(("deadline", first))
        if then == "xoá":
            session.delete(scene.deadlines[0])
        else:
            scene.deadlines[0].document = f"{then} lại"
        state = whole(session, scene.office.id or 0)
        with pytest.raises(BuiltUpon):
            journal.take_back(session, event, NOW, None)
        session.flush()
        if then == "sửa":
            kept = [row for row in whole(session, scene.office.id or 0)["Deadline"] if row["code"] == 1]
            assert kept == [row for row in state["Deadline"] if row["code"] == 1]


def test_taking_back_is_written_down_and_happens_once(database: Database) -> None:
    with database.begin() as session:
        scene = Scene(session)
        event = scene.does(("deadline", {"document": "45/BC"}))
        journal.take_back(session, event, NOW + timedelta(minutes=5), None)
        session.flush()
        undone = session.exec(select(Event).where(Event.takes_back == event.id)).one()
        assert (undone.action, undone.person_id, undone.at) == ("undo", scene.person, NOW + timedelta(minutes=5))
        assert journal.last_of(session, scene.person) is None


def test_everybody_takes_back_their_own(database: Database) -> None:
    with database.begin() as session:
        scene = Scene(session)
        mine = scene.does(("deadline", {"document": "45/BC"}))
        other = Person(office_id=scene.office.id or 0, name="Hùng")
        session.add(other)
        session.flush()
        scene.person, me = other.id or 0, scene.person
        theirs = scene.does(("task", {}))
        assert journal.last_of(session, me) == mine
        assert journal.last_of(session, other.id or 0) == theirs
        journal.take_back(session, mine, NOW, None)
        session.flush()
        assert scene.task.kind is TaskKind.OPEN, "what Hùng did is still done"


def test_a_row_changed_twice_in_one_act_goes_back_to_its_beginning(database: Database) -> None:
    with database.begin() as session:
        scene = Scene(session)
        before = whole(session, scene.office.id or 0)

        def work(kept: Journal) -> None:
            (deadline, _other) = scene.deadlines
            kept.touch(deadline)
            deadline.document = "một"
            kept.touch(deadline)
            deadline.document = "hai"

        event = scene.act(work)
        journal.take_back(session, event, NOW, None)
        assert whole(session, scene.office.id or 0) == before


def test_what_was_made_and_changed_in_one_act_is_gone(database: Database) -> None:
    with database.begin() as session:
        scene = Scene(session)
        before = whole(session, scene.office.id or 0)

        def work(kept: Journal) -> None:
            made = rows.deadline(session, scene.office, scene.task, scene.units[3])
            kept.made(made)
            kept.touch(made)
            made.document = "hai"

        journal.take_back(session, scene.act(work), NOW, None)
        assert whole(session, scene.office.id or 0) == before


def test_what_something_hangs_on_stays(database: Database) -> None:
    """An extension was asked for a deadline: the deadline itself has not changed, but it cannot be taken back."""
    with database.begin() as session:
        scene = Scene(session)
        made: list[Deadline] = []

        def work(kept: Journal) -> None:
            made.append(rows.deadline(session, scene.office, scene.task, scene.units[3]))
            kept.made(*made)

        event = scene.act(work)
        asked = Extension(deadline_id=made[0].id or 0, asked_by=scene.person, asked_at=NOW, day=date(2023, 6, 20))
        session.add(asked)
        state = whole(session, scene.office.id or 0)
        with pytest.raises(BuiltUpon):
            journal.take_back(session, event, NOW, None)
        assert whole(session, scene.office.id or 0) == state
        session.delete(asked)
        session.flush()
        journal.take_back(session, event, NOW, None)
        assert len(whole(session, scene.office.id or 0)["Deadline"]) == len(state["Deadline"]) - 1


def test_the_story_of_a_deadline_is_everything_that_touched_it(database: Database) -> None:
    with database.begin() as session:
        scene = Scene(session)
        mine, other = scene.deadlines
        shown = Evidence(deadline_id=mine.id or 0, kind=EvidenceKind.FILE, at=NOW, person_id=scene.person)
        session.add(shown)
        session.flush()
        scene.act(lambda kept: kept.touch(other), "theirs")
        scene.act(lambda kept: kept.touch(mine), "mine")
        scene.act(lambda kept: kept.touch(scene.task), "task")
        scene.act(lambda kept: kept.touch(scene.plan), "plan")
        beside = scene.act(lambda kept: kept.made(shown), "beside")
        journal.take_back(session, beside, NOW, None)
        scene.act(lambda kept: kept.touch(mine, other), "both")
        assert [event.action for event in journal.story(session, mine)] == ["mine", "task", "beside", "undo", "both"]
        assert [event.action for event in journal.story(session, other)] == ["theirs", "task", "both"]


def test_the_story_is_found_by_an_index(database: Database) -> None:
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if "eventabout" in statement and statement.startswith("SELECT"):
            how = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
            plans.extend(str(row[-1]) for row in cursor.execute(f"{how} {statement}", parameters).fetchall())

    with database.begin() as session:
        scene = Scene(session)
        if not database.is_sqlite:  # of an empty table it would rather read all
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        sa.event.listen(database.engine, "before_cursor_execute", explain)
        journal.story(session, scene.deadlines[0])
        sa.event.remove(database.engine, "before_cursor_execute", explain)
    assert any("pk_eventabout" in plan or "sqlite_autoindex_eventabout" in plan for plan in plans), plans
    assert not any(plan.lstrip(" ->").startswith(("Seq Scan", "SCAN event")) for plan in plans), plans


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)  # a sequence never goes back
@pytest.mark.parametrize("table", sorted(set(journal.JOURNALED) - {"unitsetmember", "chatunit"}))
def test_an_id_taken_back_is_not_given_out_again(database: Database, table: str) -> None:
    """What hangs on a row by its id alone (an appointment, a slot, a story) would else be somebody else's."""
    with database.begin() as session:
        made = session.execute(
            sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
        ).scalar_one()
    assert "AUTOINCREMENT" in made


def test_the_story_of_a_deadline_is_not_that_of_one_taken_back(database: Database) -> None:
    with database.begin() as session:
        scene = Scene(session)
        writes = Journal(session)
        gone = rows.deadline(session, scene.office, scene.task, scene.units[2])
        writes.made(gone)
        event = writes.write(scene.office.id or 0, NOW, None, None, "give", str(gone.code))
        old = gone.id
        journal.take_back(session, event, NOW, None)
        made = rows.deadline(session, scene.office, scene.task, scene.units[3])
        assert made.id != old
        assert journal.story(session, made) == []
