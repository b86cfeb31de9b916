"""The pulse: when the program last owed everything that had come due, for whoever asks whether it lives."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.inbox import insert_new
from storage.models import Pulse

_ONE = 1


def beat(session: Session, now: datetime) -> None:
    """The program lives now."""
    insert_new(session, Pulse, [{"id": _ONE, "at": now}])
    session.execute(sa.update(Pulse).where(col(Pulse.id) == _ONE).values(at=now))


def last(session: Session) -> datetime | None:
    """When it last did; None: never yet."""
    return session.exec(select(Pulse.at).where(Pulse.id == _ONE)).first()
