"""From the outbox to a channel: a delivery is taken and worded, and afterwards its outcome is written down."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from channels import Later, Moved, Never, Reply, SendFailed, Unknown
from lang.text import SOURCE, _, speaking
from schedules import digest, policy, reminders, told
from schedules.policies import calendar_of, policy_of_chat
from storage import outbox, people
from storage.models import Chat, Delivery, DeliveryState, Office
from storage.outbox import Kept, Words

log = logging.getLogger(__name__)

LONGEST_OWED = timedelta(days=3)
"""After which an answer is no longer one."""


def _digest(session: Session, chat: Chat, office: Office, slot: str, now: datetime) -> Words | DeliveryState:
    day = date.fromisoformat(slot)
    if not policy.may_say_digest(day, now, office.zone, policy_of_chat(session, office, chat)):
        return DeliveryState.FAILED
    return digest.compose(session, chat, office, day, calendar_of(office)) or DeliveryState.SILENT


Compose = Callable[[Session, Chat, Office, str, datetime], Words | DeliveryState]
COMPOSERS: dict[str, Compose] = {digest.KIND: _digest, reminders.HOUR: reminders.hour_words}
"""How each kind of delivery that is worded when it is said gets its words for its slot: silent, when there is nothing
left to say; failed, when its time is over."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How the outbox is emptied. `lease`: for how long a taken delivery is left alone; `attempts`: how often at most
    one is tried whose fate is not known, as when the process dies each time."""

    lease: timedelta = timedelta(minutes=2)
    attempts: int = 8


@dataclass(frozen=True, slots=True)
class Ready:
    """A taken delivery, worded in `locale`; `file` is read when it is sent."""

    delivery: int
    chat: int
    external: str
    thread: str
    reply: Reply
    locale: str
    file: Kept | None = None
    tells: tuple[int, ...] = ()


def take(session: Session, channel: str, now: datetime, how: Outgoing, busy: set[int]) -> Ready | bool:
    """Take the next delivery of a channel and word it. True: one was settled with nothing to say; False: none waits.

    What is said again after a crash or an unknown outcome is marked «(gửi lại)»."""
    taken = outbox.take(session, channel, now, how.lease, busy)
    if taken is None:
        return False
    delivery, chat = taken
    if why := _given_up(delivery, now, how):
        outbox.settle(session, delivery, DeliveryState.FAILED, now, why=why)
        return True
    office = session.get(Office, chat.office_id) if chat.office_id else None
    locale = chat.locale or (office.locale if office else SOURCE)
    with speaking(locale):
        try:
            with session.begin_nested():
                words = _words(session, delivery, chat, office, now)
        except DBAPIError:
            raise
        except Exception as error:  # it would come due again for ever, and with it nothing else would be said
            log.error("delivery %s cannot be worded: %s", delivery.id, type(error).__name__)
            outbox.settle(session, delivery, DeliveryState.FAILED, now, why=type(error).__name__)
            return True
        if isinstance(words, DeliveryState):
            if words is DeliveryState.SILENT:
                _told(session, delivery, chat, ())
            outbox.settle(session, delivery, words, now, why="nothing" if words is DeliveryState.SILENT else "day_over")
            return True
        if delivery.in_flight or delivery.state is DeliveryState.UNKNOWN:
            words = _again(words)
    delivery.in_flight, delivery.about = True, list(words.about)
    reply = Reply(words.text, words.bold, words.actions)
    return Ready(delivery.id or 0, chat.id or 0, chat.external, chat.thread, reply, locale, words.file, words.tells)


def _given_up(delivery: Delivery, now: datetime, how: Outgoing) -> str:
    """Why a delivery is not tried any more, or nothing. Tries that surely did not arrive do not count: a messenger
    may be away all day. A digest has its own end, its day."""
    if delivery.unsure >= how.attempts:
        return "attempts"
    return "too_old" if delivery.text is not None and now - delivery.made_at > LONGEST_OWED else ""


def _words(
    session: Session, delivery: Delivery, chat: Chat, office: Office | None, now: datetime
) -> Words | DeliveryState:
    if delivery.text is not None:
        bold = tuple((start, length) for start, length in delivery.bold)
        kept = Kept(delivery.file_hash, delivery.file_name, delivery.picture) if delivery.file_hash else None
        return Words(delivery.text, bold, tuple(delivery.actions), tuple(delivery.about), file=kept)
    if office is None:
        return DeliveryState.SILENT
    return COMPOSERS[delivery.kind](session, chat, office, delivery.slot, now)


def _again(words: Words) -> Words:
    mark = _("(gửi lại)") + "\n"
    bold = tuple((start + len(mark), length) for start, length in words.bold)
    return replace(words, text=mark + words.text, bold=bold)


def said(session: Session, ready: Ready, now: datetime, message: str) -> None:
    """It was said; so the chat is open to us, if it was not before."""
    delivery = session.get_one(Delivery, ready.delivery)
    outbox.settle(session, delivery, DeliveryState.SENT, now, message=message)
    chat = session.get_one(Chat, ready.chat)
    is_back = not chat.active and not chat.private and chat.office_id is not None
    outbox.switch_on(session, chat, now)
    if is_back:
        reminders.expect(session, chat, session.get_one(Office, chat.office_id), now, back=True)
    _told(session, delivery, chat, ready.tells)


def _told(session: Session, delivery: Delivery, chat: Chat, units: tuple[int, ...]) -> None:
    if delivery.kind == digest.KIND:
        told.heard(session, chat, date.fromisoformat(delivery.slot), units)


def failed(session: Session, ready: Ready, now: datetime, error: SendFailed, how: Outgoing) -> None:
    """It was not, or may not have been: put back, given up, said elsewhere, or remembered as unknown."""
    delivery = session.get_one(Delivery, ready.delivery)
    chat = session.get_one(Chat, ready.chat)
    match error:
        case Later(after, reason):
            outbox.put_back(session, delivery, now, after, reason)
        case Moved(to):
            people.move_chat(session, chat, to, now)
            outbox.put_back(session, delivery, now, 0, "moved")
        case Never(reason, chat_gone):
            outbox.settle(session, delivery, DeliveryState.FAILED, now, why=reason)
            if chat_gone:
                outbox.switch_off(session, chat, now, reason)
                if delivery.kind == digest.KIND and chat.office_id is not None:
                    reminders.hurry(session, session.get_one(Office, chat.office_id), now)
        case _ if delivery.state is DeliveryState.UNKNOWN:
            outbox.settle(session, delivery, DeliveryState.FAILED, now, why=_reason(error))
        case _:
            delivery.state, delivery.in_flight, delivery.why = DeliveryState.UNKNOWN, False, _reason(error)
            delivery.try_at = now + how.lease


def _reason(error: SendFailed) -> str:
    return error.reason if isinstance(error, Unknown) else type(error).__name__
