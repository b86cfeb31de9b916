"""The journal: every change written down as an Event, and taken back from there.

`Journal` watches the rows a command touches and writes one Event with each row's columns before and after; undoing
checks that nobody has built on the change since, and puts the columns back.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, get_args, get_type_hints

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, col, select

from storage.models import (
    Deadline,
    Event,
    Evidence,
    Explanation,
    Extension,
    Leave,
    Person,
    Plan,
    Reading,
    Role,
    Task,
    Unit,
)

JOURNALED: dict[str, type[SQLModel]] = {
    "plan": Plan,
    "task": Task,
    "deadline": Deadline,
    "evidence": Evidence,
    "extension": Extension,
    "explanation": Explanation,
    "reading": Reading,
    "unit": Unit,
    "person": Person,
    "role": Role,
    "leave": Leave,
}


class BuiltUpon(Exception):
    """Something changed after the event: it can no longer be taken back."""


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def columns(row: SQLModel) -> dict[str, Any]:
    """A row's columns as plain JSON values."""
    return {key: _plain(getattr(row, key)) for key in inspect(type(row)).columns.keys()}  # noqa: SIM118


class Journal:
    """What one command changes. `touch` a row before changing it, `made` one after adding it; `write` at the end."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._before: list[tuple[SQLModel, dict[str, Any] | None]] = []

    def touch(self, *rows: SQLModel) -> None:
        """What these rows hold now is what they go back to; one that was touched or made before keeps that state."""
        self._before += [(row, columns(row)) for row in rows if not self._knows(row)]

    def made(self, *rows: SQLModel) -> None:
        self._before += [(row, None) for row in rows if not self._knows(row)]

    def _knows(self, row: SQLModel) -> bool:
        return any(known is row for known, _before in self._before)

    def write(
        self, office_id: int, at: datetime, person: int | None, chat: int | None, action: str, about: str
    ) -> Event:
        self.session.flush()
        changes = [[type(row).__tablename__, row.id, before, columns(row)] for row, before in self._before]  # type: ignore[attr-defined]
        event = Event(
            office_id=office_id, at=at, person_id=person, chat_id=chat, action=action, about=about, changes=changes
        )
        self.session.add(event)
        self.session.flush()
        return event


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


def take_back(session: Session, event: Event, at: datetime, chat: int | None) -> None:
    """Put back what `event` changed, as an event of its own. Raises `BuiltUpon` when a row has changed since."""
    undo = Journal(session)
    for table, id, before, after in reversed(event.changes):
        row = session.get(JOURNALED[table], id)
        if row is None or columns(row) != after:
            raise BuiltUpon
        if before is None:
            session.delete(row)
            session.flush()
            continue
        undo.touch(row)
        for key, value in before.items():
            setattr(row, key, _typed(type(row), key, value))
    undo.write(event.office_id, at, event.person_id, chat, "undo", event.about).takes_back = event.id


def _typed(table: type[SQLModel], key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    hint = get_type_hints(table)[key]
    for kind in (datetime, date, time):
        if kind is hint or kind in get_args(hint):
            return kind.fromisoformat(value)
    return value
