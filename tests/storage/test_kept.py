"""The journal is only ever written on: no event is changed or taken away, by whatever road."""

import ast
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from lang.moments import moment
from storage.db import Database
from storage.models import Event, EventAbout, Office

ROOT = Path(__file__).parents[2]


@pytest.fixture
def written(database: Database) -> int:
    with database.begin() as session:
        office = Office(name="Sở")
        session.add(office)
        session.flush()
        at = moment(date(2023, 6, 1), time(8), "Asia/Ho_Chi_Minh")
        event = Event(office_id=office.id or 0, at=at, action="done", about="12")
        session.add(event)
        session.flush()
        session.add(EventAbout(what="deadline", row=7, event_id=event.id or 0))
        return event.id or 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET about = '13'",
        "UPDATE event SET takes_back = id",
        "DELETE FROM event",
        "DELETE FROM event WHERE id = 1",
        "UPDATE eventabout SET row = 8",
        "DELETE FROM eventabout",
    ],
)
def test_no_statement_changes_an_event(database: Database, written: int, statement: str) -> None:
    with pytest.raises(DatabaseError), database.begin() as session:
        session.execute(sa.text(statement))
    with database.begin() as session:
        assert session.get_one(Event, written).about == "12"
        assert session.get(EventAbout, ("deadline", 7, written)) is not None


def _rename(session: Session, event: int) -> None:
    session.get_one(Event, event).about = "13"


def _delete(session: Session, event: int) -> None:
    session.delete(session.get_one(Event, event))


@pytest.mark.parametrize("act", [_rename, _delete])
def test_no_object_changes_an_event(database: Database, written: int, act: Callable[[Session, int], None]) -> None:
    with pytest.raises(DatabaseError), database.begin() as session:
        act(session, written)
    with database.begin() as session:
        assert session.get_one(Event, written).about == "12"


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)  # SQLite has no TRUNCATE
@pytest.mark.parametrize("table", ["event", "eventabout"])
def test_a_table_cannot_be_emptied_at_once(database: Database, written: int, table: str) -> None:
    with pytest.raises(DatabaseError), database.begin() as session:
        session.execute(sa.text(f"TRUNCATE {table} CASCADE"))
    with database.begin() as session:
        assert session.get_one(Event, written).about == "12"


def test_no_code_tries() -> None:
    """Beside what the database forbids: no statement of ours names the journal's table to change it."""
    packages = ("bot", "channels", "handlers", "schedules", "storage", "plans", "lang")
    for path in (file for package in packages for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                given = [argument.id for argument in node.args if isinstance(argument, ast.Name)]
                assert not (name in ("update", "delete") and {"Event", "EventAbout"} & set(given)), path


def test_new_ones_are_still_written(database: Database, written: int) -> None:
    def add(session: Session) -> int:
        first = session.get_one(Event, written)
        undo = Event(office_id=first.office_id, at=first.at, action="undo", about="12", takes_back=first.id)
        session.add(undo)
        session.flush()
        return undo.id or 0

    assert database.run(add) > written
