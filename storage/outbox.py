"""The outbox: what is owed to a chat, from being owed to its outcome.

Taking a delivery *is* postponing it by a lease and counting the attempt, committed before the request leaves: a
crash at any step leaves a row that comes due again by itself, and a crash loop runs out of attempts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.inbox import insert_new
from storage.journal import Journal
from storage.models import Chat, Delivery, DeliveryState

OWED = tuple(
    sa.literal(state, sa.inspect(Delivery).columns["state"].type, literal_execute=True)
    for state in (DeliveryState.WAITING, DeliveryState.UNKNOWN)
)
"""Written into the statement: a database uses the index of the owed ones only where it sees these words there."""
SECRET = "secret"
"""The kind of a delivery whose text is forgotten when it is settled."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on the shelf by its content's hash, to be shown under its sender's `name`; `picture`: to be looked at."""

    hash: str
    name: str
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A message ready to be said: text, bold spans, actions, the deadline codes it names, the file that goes with it.
    `secret`: it holds a one-time code, and its text is not kept once its fate is settled. `tells`: the units without a
    group that have their morning's digest in it."""

    text: str
    bold: tuple[tuple[int, int], ...] = ()
    actions: tuple[str, ...] = ()
    about: tuple[int, ...] = ()
    secret: bool = False
    file: Kept | None = None
    tells: tuple[int, ...] = ()


def owe(
    session: Session,
    chat_id: int,
    kind: str,
    slot: str,
    now: datetime,
    words: Words | None = None,
    *,
    heard: str | None = None,
) -> None:
    """Owe a message to a chat. The same (chat, kind, slot) again is a no-op. Without `words` it is composed when
    said. `heard`: which command it tells others of."""
    owed = Delivery(chat_id=chat_id, kind=kind, slot=slot, heard=heard, made_at=now, try_at=now)
    if words is not None:
        owed.text, owed.bold = words.text, [list(span) for span in words.bold]
        owed.actions, owed.about = list(words.actions), list(words.about)
        if words.file is not None:
            owed.file_hash, owed.file_name, owed.picture = words.file.hash, words.file.name, words.file.picture
    insert_new(session, Delivery, [owed.model_dump(exclude={"id"})])


def take(
    session: Session, channel: str, now: datetime, lease: timedelta, busy: Iterable[int]
) -> tuple[Delivery, Chat] | None:
    """The delivery that may be said on `channel` since longest, postponed by `lease`; None when there is none.

    Within a chat what waits is said in order; `busy` chats have a message in flight already.
    """
    found = session.execute(
        select(Delivery, Chat)
        .join(Chat, col(Chat.id) == Delivery.chat_id)
        .where(_on(channel), col(Delivery.state).in_(OWED), Delivery.try_at <= now)
        .where(col(Delivery.chat_id).not_in(list(busy)), ~_waits_behind())
        .order_by(col(Delivery.try_at), col(Delivery.id))
        .limit(1)
        .with_for_update(of=Delivery, skip_locked=True)
    ).first()
    if found is None:
        return None
    delivery, chat = found
    delivery.attempts += 1
    delivery.unsure += delivery.in_flight or delivery.state is DeliveryState.UNKNOWN
    delivery.try_at = now + lease
    return delivery, chat


@cache
def _waits_behind() -> sa.ColumnElement[bool]:
    """Whether something older waits in the same chat. One of unknown outcome holds nothing up."""
    before = sa.orm.aliased(Delivery)
    return (
        sa.exists()
        .where(before.chat_id == Delivery.chat_id, before.id < Delivery.id)  # type: ignore[operator,arg-type]
        .where(before.state.in_(OWED), before.state == DeliveryState.WAITING)  # type: ignore[attr-defined,arg-type]
    )


def _on(channel: str) -> sa.ColumnElement[bool]:
    """Whether a delivery's chat is on this channel, asked so that the few owed ones are looked at and not every
    message that a chat was ever sent."""
    return (col(Delivery.chat_id) + 0).in_(select(Chat.id).where(Chat.channel == channel))


def next_try(session: Session, channel: str) -> datetime | None:
    """When the next owed delivery of `channel` may be tried."""
    return session.exec(
        select(sa.func.min(Delivery.try_at)).where(_on(channel), col(Delivery.state).in_(OWED), ~_waits_behind())
    ).one()


def settle(
    session: Session, delivery: Delivery, state: DeliveryState, now: datetime, *, message: str = "", why: str = ""
) -> None:
    """The end of a delivery."""
    delivery.state, delivery.in_flight, delivery.settled_at = state, False, now
    delivery.message, delivery.why = message, why
    if delivery.kind == SECRET:
        delivery.text = ""


def told(session: Session, heard: str) -> list[Delivery]:
    """What other chats were told of a command, in the order of the telling."""
    if not heard:
        return []
    return list(session.exec(select(Delivery).where(Delivery.heard == heard).order_by(col(Delivery.id))))


def put_back(session: Session, delivery: Delivery, now: datetime, after: float | None, why: str) -> None:
    """It surely did not arrive: try again after `after` seconds, else after 2, 4, 8 … minutes, at most an hour."""
    wait = timedelta(minutes=min(2 ** min(delivery.attempts, 6), 60)) if after is None else timedelta(seconds=after)
    delivery.in_flight, delivery.try_at, delivery.why = False, now + wait, why


def give_up(session: Session, chat_id: int, kind: str, before: str, now: datetime, why: str) -> None:
    """What of this kind a chat is still owed for slots `before` that one is not said any more."""
    session.execute(
        sa.update(Delivery)
        .where(col(Delivery.chat_id) == chat_id, col(Delivery.kind) == kind, col(Delivery.slot) < before)
        .where(col(Delivery.state).in_(OWED))
        .values(_failed(now, why))
    )


def _failed(now: datetime, why: str) -> dict[str, object]:
    text = sa.case((col(Delivery.kind) == SECRET, ""), else_=col(Delivery.text))
    return {"state": DeliveryState.FAILED, "settled_at": now, "in_flight": False, "why": why, "text": text}


def hand_over(session: Session, chat_id: int, to: int) -> None:
    """What one chat is owed is owed to another, which is the same chat under its new address."""
    there = sa.orm.aliased(Delivery)
    known = (
        sa.exists()
        .where(there.chat_id == to, there.kind == Delivery.kind)  # type: ignore[arg-type]
        .where(there.slot == Delivery.slot)  # type: ignore[arg-type]
    )
    session.execute(
        sa.update(Delivery)
        .where(col(Delivery.chat_id) == chat_id, col(Delivery.state).in_(OWED), ~known)
        .values(chat_id=to)
        .execution_options(synchronize_session=False)
    )


def switch_on(session: Session, chat: Chat, now: datetime, by: int | None = None) -> None:
    """A chat is open to us (again). `by`: the person who saw to it."""
    if chat.active:
        return
    journal = Journal(session)
    journal.touch(chat)
    chat.active, chat.inactive_why = True, ""
    if chat.office_id is not None:
        journal.write(chat.office_id, now, by, chat.id, "chat_on", "")


def switch_off(session: Session, chat: Chat, now: datetime, why: str, by: int | None = None) -> None:
    """A chat is closed to us: nothing more is sent there; what it was owed is shown as failed."""
    journal = Journal(session)
    journal.touch(chat)
    changes = chat.active
    chat.active, chat.inactive_why = False, why
    if changes and chat.office_id is not None:
        journal.write(chat.office_id, now, by, chat.id, "chat_off", why)
    session.execute(
        sa.update(Delivery)
        .where(col(Delivery.chat_id) == chat.id, col(Delivery.state).in_(OWED))
        .values(_failed(now, why))
    )
