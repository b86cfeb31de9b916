"""The journal: every change written down as an Event, and taken back from there.

`Journal` watches the rows a command touches and writes one Event with each row's columns before and after; undoing
checks that nobody has built on the change since, and puts the columns back.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any, get_args, get_type_hints

import sqlalchemy as sa
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from storage.models import (
    Chat,
    ChatUnit,
    Contribution,
    Deadline,
    Event,
    EventAbout,
    Evidence,
    Explanation,
    Extension,
    Leave,
    Office,
    Person,
    Plan,
    Reading,
    Role,
    Task,
    Unit,
    UnitSet,
    UnitSetMember,
)

JOURNALED: dict[str, type[SQLModel]] = {
    "plan": Plan,
    "task": Task,
    "deadline": Deadline,
    "evidence": Evidence,
    "contribution": Contribution,
    "extension": Extension,
    "explanation": Explanation,
    "reading": Reading,
    "office": Office,
    "unit": Unit,
    "person": Person,
    "role": Role,
    "leave": Leave,
    "unitset": UnitSet,
    "unitsetmember": UnitSetMember,
    "chat": Chat,
    "chatunit": ChatUnit,
}


DERIVED = {"deadline": ("aim_day", "last_day")}
"""Columns that follow from others and from the office's calendar: they are written down for the story, and nobody has
built on a row because they moved. Whoever takes an event back counts them again."""


class BuiltUpon(Exception):
    """Something changed after the event: it can no longer be taken back."""


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _table(row: SQLModel) -> str:
    return str(inspect(type(row)).local_table.name)


def _key(row: SQLModel) -> Any:
    """A row's id; of a table without one the list of what makes it unique."""
    key = inspect(row).identity or inspect(type(row)).primary_key_from_instance(row)
    return key[0] if len(key) == 1 else list(key)


def columns(row: SQLModel) -> dict[str, Any]:
    """A row's columns as plain JSON values."""
    return {key: _plain(getattr(row, key)) for key in inspect(type(row)).columns.keys()}  # noqa: SIM118


class Journal:
    """What one command changes. `touch` a row before changing it, `made` one after adding it, `gone` takes one away;
    `write` at the end."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._before: list[tuple[SQLModel, dict[str, Any] | None]] = []
        self._gone: list[list[Any]] = []

    def touch(self, *rows: SQLModel) -> None:
        """What these rows hold now is what they go back to; one that was touched or made before keeps that state."""
        self._before += [(row, columns(row)) for row in rows if not self._knows(row)]

    def made(self, *rows: SQLModel) -> None:
        self._before += [(row, None) for row in rows if not self._knows(row)]

    def gone(self, *rows: SQLModel) -> None:
        """Take these rows away; taking the event back puts them there again."""
        for row in rows:
            self._gone.append([_table(row), _key(row), columns(row), None])
            self.session.delete(row)
        self.session.flush()

    def _knows(self, row: SQLModel) -> bool:
        return any(known is row for known, _before in self._before)

    def write(
        self,
        office_id: int,
        at: datetime,
        person: int | None,
        chat: int | None,
        action: str,
        about: str,
        takes_back: int | None = None,
        heard: str = "",
    ) -> Event:
        self.session.flush()
        changes = [[_table(row), _key(row), before, columns(row)] for row, before in self._before]
        event = Event(
            office_id=office_id,
            at=at,
            person_id=person,
            chat_id=chat,
            action=action,
            about=about,
            heard=heard,
            changes=[*self._gone, *changes],
        )
        event.takes_back = takes_back
        self.session.add(event)
        self.session.flush()
        subjects = sorted(_subjects(event.changes))
        self.session.add_all(EventAbout(what=what, row=row, event_id=event.id or 0) for what, row in subjects)
        self.session.flush()
        return event


def _subjects(changes: Iterable[Sequence[Any]]) -> set[tuple[str, int]]:
    """The deadlines and the tasks that changes are about: their own rows, and the rows that stand beside a deadline."""
    found: set[tuple[str, int]] = set()
    for table, id, before, after in changes:
        if table in ("deadline", "task"):
            found.add((table, id))
        elif deadline := (after or before).get("deadline_id"):
            found.add(("deadline", deadline))
    return found


def last_of(
    session: Session, person_id: int, *, but: Sequence[str] = (), at: datetime | None = None, about: str = ""
) -> Event | None:
    """The last thing this person did that was not taken back, acts of the kinds `but` aside; `at` that moment, `about`
    that."""
    taken_back = select(Event.takes_back).where(col(Event.takes_back).is_not(None))
    query = (
        select(Event)
        .where(Event.person_id == person_id, col(Event.takes_back).is_(None), col(Event.id).not_in(taken_back))
        .where(col(Event.action).not_in(but))
    )
    if at is not None:
        query = query.where(Event.at == at)
    if about:
        query = query.where(Event.about == about)
    return session.exec(query.order_by(col(Event.id).desc()).limit(1)).first()


def story(session: Session, deadline: Deadline) -> list[Event]:
    """Every event that touched a deadline, its task, or what stands beside it, and what took one of these back; the
    oldest first."""
    own = sa.and_(col(EventAbout.what) == "deadline", col(EventAbout.row) == deadline.id)
    tasks = sa.and_(col(EventAbout.what) == "task", col(EventAbout.row) == deadline.task_id)
    touched = select(EventAbout.event_id).where(sa.or_(own, tasks))
    undone = select(Event.id).where(col(Event.takes_back).in_(touched))
    query = select(Event).where(col(Event.id).in_(sa.union(touched, undone)))
    return list(session.exec(query.order_by(col(Event.id))))


def take_back(session: Session, event: Event, at: datetime, chat: int | None, *, beside: bool = False) -> None:
    """Put back what `event` changed, as an event of its own. Raises `BuiltUpon` when a row has changed since; with
    `beside` what else was changed in a row stays, and only its own columns must be as it left them."""
    undo = Journal(session)
    for table, id, before, after in reversed(event.changes):
        kind = JOURNALED[table]
        row = session.get(kind, tuple(id) if isinstance(id, list) else id)
        if before and after and before != after and _own(table, before) == _own(table, after):
            if row is not None:
                undo.touch(row)
                for key in DERIVED.get(table, ()):
                    setattr(row, key, _typed(kind, key, before[key]))
            continue
        if after is None:
            if row is not None:
                raise BuiltUpon
            again = kind(**{key: _typed(kind, key, value) for key, value in before.items()})
            session.add(again)
            session.flush()
            undo.made(again)
            continue
        if row is None or not _stands(table, columns(row), before, after, beside):
            raise BuiltUpon
        if before is None:
            try:
                with session.begin_nested():
                    undo.gone(row)
            except IntegrityError:  # something that was made since hangs on it: an extension, a result's evidence
                raise BuiltUpon from None
            continue
        undo.touch(row)
        for key, value in before.items():
            if not beside or value != after[key]:
                setattr(row, key, _typed(kind, key, value))
    undo.write(event.office_id, at, event.person_id, chat, "undo", event.about, takes_back=event.id)


def _stands(
    table: str, now: dict[str, Any], before: dict[str, Any] | None, after: dict[str, Any], beside: bool
) -> bool:
    now, after = _own(table, now), _own(table, after)
    if not beside or before is None:
        return now == after
    return all(now[key] == after[key] for key in after if before[key] != after[key])


def _own(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row's columns without those that are derived."""
    return {key: value for key, value in row.items() if key not in DERIVED.get(table, ())}


def _typed(table: type[SQLModel], key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    hint = _hints(table)[key]
    for kind in (datetime, date, time):
        if kind is hint or kind in get_args(hint):
            return kind.fromisoformat(value)
    return value


@cache
def _hints(table: type[SQLModel]) -> dict[str, Any]:
    return get_type_hints(table)
