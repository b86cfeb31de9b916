"""How many messages a bot had in a month, both ways, where its messenger counts them; and what waits for the next."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage import outbox
from storage.models import Delivery, DeliveryState, Traffic


def count(session: Session, channel: str, month: date, most: int, heard: int = 0, said: int = 0) -> Traffic:
    """Count messages on `channel`, of which there may be `most` in a month; the month with them."""
    given = {"channel": channel, "month": month, "most": most, "heard": heard, "said": said}
    session.execute(_count(session.get_bind().dialect.name), given)
    return session.get_one(Traffic, (channel, month), populate_existing=True)


@cache
def _count(dialect: str) -> sa.Insert:
    table: Any = sa.inspect(Traffic).local_table
    write = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    new = write.excluded
    sums = {"heard": table.c.heard + new.heard, "said": table.c.said + new.said, "most": new.most}
    return write.on_conflict_do_update(index_elements=["channel", "month"], set_=sums)


def of(session: Session, channel: str, month: date) -> Traffic | None:
    """That month; None: nothing was counted yet."""
    return session.get(Traffic, (channel, month))


def counts(session: Session, channel: str) -> bool:
    """Whether messages were ever counted there."""
    return session.exec(select(Traffic).where(Traffic.channel == channel)).first() is not None


def all_of(session: Session, month: date) -> Sequence[Traffic]:
    """That month on every messenger that counts."""
    query = select(Traffic).where(Traffic.month == month, Traffic.most > 0)
    return session.exec(query.order_by(Traffic.channel)).all()


def on_their_way(session: Session, channel: str, now: datetime) -> int:
    """How many deliveries of `channel` are being said, or were when a process died."""
    query = select(sa.func.count()).where(outbox.on_channel(channel), col(Delivery.state).in_(outbox.OWED))
    return session.exec(query.where(col(Delivery.in_flight).is_(True), Delivery.try_at > now)).one()


def release(session: Session, channel: str, now: datetime) -> None:
    """What waited for the next month is tried now: there is room again."""
    query = sa.update(Delivery).where(
        outbox.on_channel(channel), col(Delivery.state).in_(outbox.OWED), col(Delivery.why) == outbox.NEXT_MONTH
    )
    query = query.where(col(Delivery.in_flight).is_(False), col(Delivery.try_at) > now).values(try_at=now)
    session.execute(query.execution_options(synchronize_session=False))


def keep(session: Session, delivery: int) -> None:
    """It may not be said this month: it is kept until something carries it."""
    query = sa.update(Delivery).where(col(Delivery.id) == delivery)
    query = query.values(state=DeliveryState.HELD, in_flight=False, why="")
    session.execute(query.execution_options(synchronize_session=False))
