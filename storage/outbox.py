"""The outbox: what is owed to a chat, from being owed to its outcome.

Taking a delivery *is* postponing it by a lease and counting the attempt, committed before the request leaves: a
crash at any step leaves a row that comes due again by itself, and a crash loop runs out of attempts.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col, select

from storage.inbox import insert_new
from storage.journal import Journal
from storage.models import Chat, Delivery, DeliveryState
from storage.prepared import Prepared

OWED = tuple(
    sa.literal_column(f"'{state.value}'", sa.inspect(Delivery).columns["state"].type)
    for state in (DeliveryState.WAITING, DeliveryState.UNKNOWN)
)
"""Written into the statement: a database uses the index of the owed ones only where it sees these words there."""
OPENING = "opening"
"""The kind of the appointment at which a chat is told what is kept for it; its subject is the chat."""
SECRET = "secret"
"""The kind of a delivery whose text is forgotten when it is settled."""
NEXT_MONTH = "quota"
"""Why a delivery waits for which there is no room this month; it holds nothing up in its chat."""


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
    group that have their morning's digest in it; `brings`: what else is brought before whoever reads it, as
    (what, row); `carries`: the deliveries that were kept for it and are said with it. `instead_of`: the message whose
    place it takes; `pinned`: it is put where the chat sees it first."""

    text: str
    bold: tuple[tuple[int, int], ...] = ()
    actions: tuple[str, ...] = ()
    about: tuple[int, ...] = ()
    secret: bool = False
    file: Kept | None = None
    tells: tuple[int, ...] = ()
    brings: tuple[tuple[str, int], ...] = ()
    carries: tuple[int, ...] = ()
    instead_of: str = ""
    pinned: bool = False


def owe(
    session: Session,
    chat_id: int,
    kind: str,
    slot: str,
    now: datetime,
    words: Words | None = None,
    *,
    heard: str | None = None,
    hold: bool = False,
    urgent: bool = False,
) -> None:
    """Owe a message to a chat. The same (chat, kind, slot) again is a no-op. Without `words` it is composed when
    said. `heard`: which command it tells others of. `hold`: it is kept until something carries it; `urgent`:
    it cannot wait for a digest."""
    owed = {**_blank(), "chat_id": chat_id, "kind": kind, "slot": slot, "heard": heard, "made_at": now, "try_at": now}
    owed["urgent"] = urgent
    if words is not None:
        owed |= {"text": words.text, "bold": [list(span) for span in words.bold]}
        owed |= {"actions": list(words.actions), "about": list(words.about)}
        if words.file is not None:
            owed |= {"file_hash": words.file.hash, "file_name": words.file.name, "picture": words.file.picture}
    if hold:
        owed["state"] = DeliveryState.HELD
    insert_new(session, Delivery, [owed])


@cache
def _blank() -> dict[str, Any]:
    """What a delivery holds where nothing else is said."""
    blank = Delivery(chat_id=0, kind="", slot="", made_at=datetime.min, try_at=datetime.min)  # noqa: DTZ901
    return blank.model_dump(exclude={"id"})


def owe_each(session: Session, chats: Collection[int], kind: str, slot: str, now: datetime) -> None:
    """Owe each of these chats a message that is composed when it is said."""
    blank = _blank() | {"kind": kind, "slot": slot, "made_at": now, "try_at": now}
    insert_new(session, Delivery, [blank | {"chat_id": chat} for chat in chats])


def held(session: Session, chat_id: int) -> list[Delivery]:
    """What is kept for a chat, the oldest first."""
    query = select(Delivery).where(Delivery.chat_id == chat_id, _kept())
    return list(session.exec(query.order_by(col(Delivery.id))))


def _kept() -> sa.ColumnElement[bool]:
    return col(Delivery.state) == sa.literal(
        DeliveryState.HELD, sa.inspect(Delivery).columns["state"].type, literal_execute=True
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that was taken, with its chat; the words of both tables. `unsure` counts this time too, where it may
    have been said before; `was_unknown`: it was not known what became of it."""

    delivery: int
    chat: int
    kind: str
    slot: str
    text: str | None
    bold: list[list[int]]
    actions: list[str]
    about: list[int]
    file_hash: str
    file_name: str
    picture: bool
    urgent: bool
    made_at: datetime
    attempts: int
    unsure: int
    was_unknown: bool
    external: str
    thread: str
    private: bool
    active: bool
    locale: str | None
    office: int | None


def take(
    session: Session, channel: str, now: datetime, lease: timedelta, busy: Collection[int] = (), most: int = 1
) -> list[Taken]:
    """The deliveries that may be said on `channel` since longest, postponed by `lease`; at most one of each chat.

    Within a chat what waits is said in order, what waits for the next month apart; nothing may be said now in `busy`
    ones.
    """
    asked = {"channel": channel, "now": now, "busy": list(busy), "most": most, "until": now + lease}
    if not _is_sqlite(session):
        return [Taken(*row) for row in sorted(_TAKE.run(session, asked), key=itemgetter(0))]
    found = sorted(_DUE.run(session, asked), key=itemgetter(0))
    if found:
        _POSTPONE.run(session, asked | {"ids": [row[0] for row in found]})
    return [Taken(*row) for row in found]


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _due(is_sqlite: bool) -> sa.Select[Any]:
    """What `take` looks for: the columns of a `Taken`, in its order."""
    of, chat = _table(Delivery).c, _table(Chat).c
    own = [of[name] for name in ("kind", "slot", "text", "bold", "actions", "about", "file_hash", "file_name")]
    now = sa.bindparam("now", type_=of.try_at.type)
    here = sa.select(chat.channel).where(chat.id == of.chat_id).scalar_subquery() == sa.bindparam("channel")
    first = (
        sa.select(of.id, of.chat_id, *own, of.picture, of.urgent, of.made_at, (of.attempts + 1).label("tries"))
        .add_columns(
            (of.unsure + _unsure()).label("not_sure"), (of.state == DeliveryState.UNKNOWN).label("was_unknown")
        )
        .where(here, of.state.in_(OWED), of.try_at <= now, ~_waits_behind(now))
        .where(~_among(of.chat_id, "busy", is_sqlite))
        .order_by(of.try_at, of.id)
        .limit(sa.bindparam("most"))
        .with_for_update(of=_table(Delivery), skip_locked=True)
    ).subquery("first")
    there = (chat.external, chat.thread, chat.private, chat.active, chat.locale, chat.office_id)
    return sa.select(*first.c, *there).join(_table(Chat), chat.id == first.c.chat_id)


def _postpone(is_sqlite: bool) -> sa.Update:
    """Taking, in one statement for all that are taken."""
    return _taking().where(_among(_table(Delivery).c.id, "ids", is_sqlite))


def _take(is_sqlite: bool) -> sa.UpdateBase:
    """Looking and taking in one statement, where a database can do that."""
    due = _due(is_sqlite).cte("due")
    return _taking().where(_table(Delivery).c.id == due.c.id).returning(*due.c)


def _taking() -> sa.Update:
    of = _table(Delivery).c
    changes = {"attempts": of.attempts + 1, "unsure": of.unsure + _unsure(), "in_flight": True}
    return sa.update(_table(Delivery)).values(**changes, try_at=sa.bindparam("until", type_=of.try_at.type))


def _among(column: sa.ColumnElement[int], name: str, is_sqlite: bool) -> sa.ColumnElement[bool]:
    """Whether it is one of the numbers given as `name`, in words that do not change with how many they are."""
    if is_sqlite:
        given = sa.func.json_each(sa.bindparam(name, type_=sa.JSON)).table_valued("value")
        return column.in_(sa.select(given.c.value))
    return column == sa.func.any(sa.bindparam(name, type_=ARRAY(sa.Integer)))


def _unsure() -> sa.ColumnElement[int]:
    """1 for what may have been said already: it was on its way when the process died, or its fate is unknown."""
    of = _table(Delivery).c
    return sa.case((sa.or_(of.in_flight, of.state == DeliveryState.UNKNOWN), 1), else_=0)


def _table(of: type[Any]) -> sa.Table:
    return of.__table__  # type: ignore[no-any-return]


def _waits_behind(now: sa.ColumnElement[datetime] | None = None) -> sa.ColumnElement[bool]:
    """Whether something older waits in the same chat. One of unknown outcome holds nothing up, unless it is due by
    `now` itself."""
    of, before = _table(Delivery).c, _table(Delivery).alias().c
    older = sa.select(sa.func.min(before.id)).where(before.chat_id == of.chat_id, before.id < of.id)
    older = older.where(before.state.in_(OWED))
    waits = sa.and_(before.state == DeliveryState.WAITING, before.why != NEXT_MONTH)
    # one look at the index for each: PostgreSQL turns an EXISTS into a join over all while it knows no numbers
    return older.where(waits if now is None else sa.or_(waits, before.try_at <= now)).scalar_subquery().is_not(None)


def on_channel(channel: str) -> sa.ColumnElement[bool]:
    """Whether a delivery's chat is on this channel, asked so that the few owed ones are looked at and not every
    message that a chat was ever sent."""
    return (col(Delivery.chat_id) + 0).in_(select(Chat.id).where(Chat.channel == channel))


def next_try(session: Session, channel: str) -> datetime | None:
    """When the next owed delivery of `channel` may be tried."""
    return session.exec(
        select(sa.func.min(Delivery.try_at)).where(on_channel(channel), col(Delivery.state).in_(OWED), ~_waits_behind())
    ).one()


def sent(session: Session, messages: Sequence[tuple[int, str]], now: datetime) -> None:
    """These deliveries, each with the messenger's id of what it became, were said."""
    if messages and _is_sqlite(session):
        _SENT.run_many(session, [{"delivery": one, "said_as": message, "now": now} for one, message in messages])
    elif messages:
        deliveries, said_as = zip(*messages, strict=True)
        _SENT.run(session, {"delivery": list(deliveries), "said_as": list(said_as), "now": now})


def _sent(is_sqlite: bool) -> sa.Update:
    which, words = sa.bindparam("delivery", type_=sa.Integer), sa.bindparam("said_as", type_=sa.String)
    if not is_sqlite:
        many = (sa.bindparam(one.key, type_=ARRAY(one.type)) for one in (which, words))
        given = sa.func.unnest(*many).table_valued("delivery", "said_as").render_derived("given").c
        return _being_sent(given.delivery, given.said_as)
    return _being_sent(which, words)


def _being_sent(which: sa.ColumnElement[Any], said_as: sa.ColumnElement[Any]) -> sa.Update:
    of = _table(Delivery).c
    now = sa.bindparam("now", type_=of.settled_at.type)
    changes = _settled(DeliveryState.SENT, now, "") | {"message": said_as}
    return sa.update(_table(Delivery)).where(of.id == which).values(changes)


_DUE, _POSTPONE, _TAKE, _SENT = Prepared(_due), Prepared(_postpone), Prepared(_take), Prepared(_sent)


def settle(session: Session, deliveries: Collection[int], state: DeliveryState, now: datetime, why: str) -> None:
    """The end of deliveries that were not said."""
    query = sa.update(Delivery).where(col(Delivery.id).in_(deliveries)).values(_settled(state, now, why))
    session.execute(query.execution_options(synchronize_session=False))


def compose(session: Session, about: Sequence[tuple[int, Sequence[int]]]) -> None:
    """The codes that deliveries name which got their words when they were taken."""
    if about:
        of = _table(Delivery).c
        query = sa.update(_table(Delivery)).where(of.id == sa.bindparam("delivery")).values(about=sa.bindparam("codes"))
        session.connection().execute(query, [{"delivery": one, "codes": list(codes)} for one, codes in about])


def put_back(session: Session, delivery: int, attempts: int, now: datetime, after: float | None, why: str) -> None:
    """It surely did not arrive: try again after `after` seconds, else after 2, 4, 8 … minutes, at most an hour. One of
    unknown outcome was tried in doubt no more often for it."""
    of = _table(Delivery).c
    unsure = sa.case((of.state == DeliveryState.UNKNOWN, of.unsure - 1), else_=of.unsure)
    wait = timedelta(minutes=min(2 ** min(attempts, 6), 60)) if after is None else timedelta(seconds=after)
    _change(session, delivery, in_flight=False, unsure=unsure, try_at=now + wait, why=why)


def unknown(session: Session, delivery: int, now: datetime, lease: timedelta, why: str) -> None:
    """It may have been said: it comes due once more after `lease`."""
    _change(session, delivery, state=DeliveryState.UNKNOWN, in_flight=False, try_at=now + lease, why=why)


def _change(session: Session, delivery: int, **changes: object) -> None:
    query = sa.update(Delivery).where(col(Delivery.id) == delivery).values(**changes)
    session.execute(query.execution_options(synchronize_session=False))


def told(session: Session, heard: str) -> list[Delivery]:
    """What other chats were told of a command, in the order of the telling."""
    if not heard:
        return []
    return list(session.exec(select(Delivery).where(Delivery.heard == heard).order_by(col(Delivery.id))))


def give_up(session: Session, chats: Collection[int], kind: str, before: str, now: datetime, why: str) -> None:
    """What of this kind these chats are still owed for slots `before` that one is not said any more."""
    session.execute(
        sa.update(Delivery)
        .where(col(Delivery.chat_id).in_(chats), col(Delivery.kind) == kind, col(Delivery.slot) < before)
        .where(col(Delivery.state).in_(OWED))
        .values(_settled(DeliveryState.FAILED, now, why))
    )


def _settled(state: DeliveryState, now: object, why: str) -> dict[str, object]:
    text = sa.case((col(Delivery.kind) == SECRET, ""), else_=col(Delivery.text))
    return {"state": state, "settled_at": now, "in_flight": False, "why": why, "text": text}


def hand_over(session: Session, chat_id: int, to: int) -> None:
    """What one chat is owed, or is kept for it, is another's, which is the same chat under its new address."""
    there = sa.orm.aliased(Delivery)
    known = (
        sa.exists()
        .where(there.chat_id == to, there.kind == Delivery.kind)  # type: ignore[arg-type]
        .where(there.slot == Delivery.slot)  # type: ignore[arg-type]
    )
    session.execute(
        sa.update(Delivery)
        .where(col(Delivery.chat_id) == chat_id, sa.or_(col(Delivery.state).in_(OWED), _kept()), ~known)
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
        .where(col(Delivery.chat_id) == chat.id, sa.or_(col(Delivery.state).in_(OWED), _kept()))
        .values(_settled(DeliveryState.FAILED, now, why))
    )
