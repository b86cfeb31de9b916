"""What a process must know of the outbox when it takes a channel over from another, or the clock is set back."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.models import Chat, Delivery, DeliveryState
from storage.outbox import OWED, on_channel

_of: Any = sa.inspect(Delivery).local_table
_chat: Any = sa.inspect(Chat).local_table


def last_minute(
    session: Session, channel: str, now: datetime, lease: timedelta
) -> tuple[list[tuple[int, bool, datetime]], int]:
    """What was said on `channel` in the last minute, or may have been, as (chat, whether private, when); and how much
    of it was on its way when a process died."""
    of, chat, minute = _of.c, _chat.c, timedelta(minutes=1)
    of_chats = sa.select(chat.id, chat.private).join(_of, of.chat_id == chat.id)
    of_chats = of_chats.where(chat.channel == channel)
    said = of_chats.add_columns(of.settled_at).where(of.settled_at.between(now - minute, now))
    said = said.where(of.state == DeliveryState.SENT).order_by(of.settled_at)
    unsure = of_chats.where(of.state.in_(OWED), of.try_at.between(now - minute, now + lease), of.in_flight)
    lately = [(id, private, at) for id, private, at in session.execute(said)]
    on_way = [(id, private, now) for id, private in session.execute(unsure)]
    return lately + on_way, len(on_way)


def newest(session: Session) -> datetime | None:
    """When the last delivery was owed; later than now where the clock was set back since."""
    return session.exec(select(Delivery.made_at).order_by(col(Delivery.id).desc()).limit(1)).first()


def turn_back(session: Session, channel: str, now: datetime, by: timedelta) -> None:
    """What is owed by a clock that was set back by so much (less than nothing) is owed by the new one."""
    of = _of.c
    ahead = sa.or_(of.try_at > now, of.made_at > now)
    query = select(Delivery.id, Delivery.try_at, Delivery.made_at).where(on_channel(channel), of.state.in_(OWED), ahead)
    rows = [
        {"delivery": id, "try": max(now, try_at + by), "made": min(now, made_at)}
        for id, try_at, made_at in session.exec(query)
    ]
    changes = {
        "try_at": sa.bindparam("try", type_=of.try_at.type),
        "made_at": sa.bindparam("made", type_=of.made_at.type),
    }
    if rows:
        change = sa.update(_of).where(of.id == sa.bindparam("delivery")).values(**changes)
        session.connection().execute(change, rows)
