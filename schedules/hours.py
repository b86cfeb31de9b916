"""What is pushed into other chats keeps office hours, a budget, and within what its messenger allows in a month: what
may not be said now waits, and is said as one message when the office opens, with the next morning, with a digest, or
when the month turns."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlmodel import Session, col, func, select

from lang.moments import local, moment
from lang.spoken_days import day_words
from lang.text import _
from lang.workdays import Calendar
from schedules import allowance, policy, told
from schedules.allowance import Months
from schedules.policies import calendar_of, policy_of
from schedules.policy import Policy
from schedules.tell import Kind
from schedules.views import MOST_ACTIONS, MOST_LINES
from storage import outbox, traffic
from storage.models import Appointment, Chat, Delivery, DeliveryState, Office
from storage.outbox import OWED, Words

KIND = outbox.OPENING
TOGETHER = "together"
"""The kind of the one message in which that is said."""
COUNTED = (*(kind for kind in Kind if kind is not Kind.UNDONE), TOGETHER)
"""What a chat's budget for a day is spent on."""
LONGEST_KEPT = timedelta(days=14)
"""After which what did not arrive is not tried again; it may have been kept over a long holiday."""
FEW_LINES = 2
"""So many lines are said of each message where all of them do not fit."""


def waits_until(
    session: Session, office: Office, chat: Chat, kind: str, now: datetime, months: Months
) -> datetime | None:
    """When something of this kind may be pushed into this chat; None: now. That something said no longer holds is no
    more to read, but less."""
    calendar, how = calendar_of(office), policy_of(office)
    opening = _opening(now, office.zone, calendar, how)
    if (next_month := _next_month(office, months.until(chat.channel))) is not None:
        return next_month
    if opening is not None:
        return opening
    if kind == Kind.UNDONE:
        return None
    midnight = moment(policy.office_day(now, office.zone), time.min, office.zone)
    query = select(func.count()).where(Delivery.chat_id == chat.id, col(Delivery.kind).in_(COUNTED))
    query = query.where(col(Delivery.made_at) >= midnight, Delivery.state != DeliveryState.SILENT)
    query = query.where(col(Delivery.state).in_(OWED) | (col(Delivery.attempts) > 0))  # what was carried is no message
    over = session.exec(query).one() >= how.most_a_day
    return policy.next_digest(now, office.zone, calendar, how) if over else None


def _next_month(office: Office, turns: datetime | None) -> datetime | None:
    """When the office first opens after the month has turned, where it must."""
    return turns and (_opening(turns, office.zone, calendar_of(office), policy_of(office)) or turns)


def _turns(session: Session, chat_id: int, now: datetime) -> datetime | None:
    return allowance.until(session, session.get_one(Chat, chat_id).channel, now)


def is_closed(office: Office, now: datetime) -> bool:
    """Whether it is outside office hours."""
    return opening(office, now) is not None


def opening(office: Office, now: datetime) -> datetime | None:
    """When the office opens next; None while it is open."""
    return _opening(now, office.zone, calendar_of(office), policy_of(office))


def _opening(now: datetime, zone: str, calendar: Calendar, how: Policy) -> datetime | None:
    here = local(now, zone)
    today = here.date()
    if calendar.works(today) and how.opens <= here.time() <= how.until:
        return None
    first = today if here.time() < how.opens else today + timedelta(days=1)
    return moment(calendar.on_or_after(first), how.opens, zone)


def expect(session: Session, office: Office, chat_id: int, at: datetime) -> None:
    """This chat is told at that moment what waits for it, or sooner where that is arranged already."""
    found = session.exec(select(Appointment).where(Appointment.kind == KIND, Appointment.subject_id == chat_id)).first()
    if found is None:
        session.add(Appointment(office_id=office.id or 0, kind=KIND, subject_id=chat_id, speaks_at=at))
        session.flush()
    else:
        found.speaks_at = min(found.speaks_at, at)


def moves(office: Office, appointment: Appointment, now: datetime) -> None:
    """The office's calendar or hours have changed: what waits for it to open does so now, or when it opens after all.
    What is over the day's budget waits for the morning's hour as before."""
    how = policy_of(office)
    if local(appointment.speaks_at, office.zone).time() == how.opens:
        appointment.speaks_at = _opening(now, office.zone, calendar_of(office), how) or now


def opens(session: Session, office: Office, chat_id: int, now: datetime) -> datetime | None:
    """Owe a chat in one message what waits for it; when to look again where that may not be said after all."""
    later = opening(office, now) or _next_month(office, _turns(session, chat_id, now))
    if later is None and outbox.held(session, chat_id):
        outbox.owe(session, chat_id, TOGETHER, now.isoformat(), now)
    return later


def missed(session: Session, office: Office, chat_id: int, now: datetime) -> None:
    """The message did not arrive: what it was to carry is said with the next morning, unless that is too late."""
    waiting = outbox.held(session, chat_id)
    old = [one.id or 0 for one in waiting if one.made_at < now - LONGEST_KEPT]
    outbox.settle(session, old, DeliveryState.FAILED, now, "too_old")
    if len(old) < len(waiting):
        expect(session, office, chat_id, policy.next_digest(now, office.zone, calendar_of(office), policy_of(office)))


def may_be_read(session: Session, one: Delivery) -> bool:
    """Whether what is kept stands in a message that is on its way, or of which nobody knows whether it arrived."""
    unsure = col(Delivery.in_flight) | (Delivery.state == DeliveryState.UNKNOWN) | (col(Delivery.unsure) > 0)
    query = select(Delivery.slot).where(Delivery.chat_id == one.chat_id, Delivery.kind == TOGETHER, unsure)
    if any(one.made_at <= datetime.fromisoformat(slot) for slot in session.exec(query)):
        return True
    after = col(Delivery.settled_at).is_(None) | (col(Delivery.settled_at) >= one.made_at)
    digests = select(Delivery.id).where(Delivery.chat_id == one.chat_id, Delivery.kind == told.KIND, unsure, after)
    chat = session.get_one(Chat, one.chat_id)
    return traffic.counts(session, chat.channel) and session.exec(digests).first() is not None


def kept_back(session: Session, office: Office, delivery: int, chat_id: int, now: datetime) -> None:
    """There is no room for it this month: it waits for a digest, or for the next one."""
    traffic.keep(session, delivery)
    expect(session, office, chat_id, _next_month(office, _turns(session, chat_id, now)) or now)


def with_kept(session: Session, chat: Chat, words: Words, now: datetime) -> Words:
    """A digest and under it, where only digests are said on that messenger, what waits for the chat, as far as there
    is place."""
    waiting = outbox.held(session, chat.id or 0) if allowance.until(session, chat.channel, now) else []
    left = MOST_LINES - 1 - len(words.text.split("\n"))
    shown: list[Delivery] = []
    for one in waiting:
        left -= len((one.text or "").split("\n"))
        if left < 0:
            break
        shown.append(one)
    if not shown:
        return words
    head = _("Tin chờ")
    at = len(words.text) + 1
    text = "\n".join([words.text, head, *(one.text or "" for one in shown)])
    carries = (*words.carries, *(one.id or 0 for one in shown))
    return replace(words, text=text, bold=(*words.bold, (at, len(head))), carries=carries)


def words(session: Session, chat: Chat, office: Office, slot: str, now: datetime) -> Words | DeliveryState:
    """What waited for a chat up to the moment `slot`, in one message; silent when it was all taken back."""
    waiting = [one for one in outbox.held(session, chat.id or 0) if one.made_at <= datetime.fromisoformat(slot)]
    if not waiting:
        return DeliveryState.SILENT
    carries = tuple(one.id or 0 for one in waiting)
    if len(waiting) == 1:
        one = waiting[0]
        bold = tuple((start, length) for start, length in one.bold)
        return Words(one.text or "", bold, tuple(one.actions), tuple(one.about), carries=carries)
    head = _("Các tin đến ngoài giờ và tin chờ, {day}", day=day_words(policy.office_day(now, office.zone)))
    lines, shown = _fitting([one.text or "" for one in waiting])
    left = waiting[shown:]
    if left:
        n = len({code for one in left for code in one.about}) or len(left)
        lines.append(_("và {n} việc khác: {command}", n=n, command="/viec"))
    actions = tuple(dict.fromkeys(action for one in waiting[:shown] for action in one.actions))[:MOST_ACTIONS]
    about = tuple(dict.fromkeys(code for one in waiting for code in one.about))
    return Words("\n".join([head, *lines]), ((0, len(head)),), actions, about, carries=carries)


def in_full(texts: Sequence[str]) -> bool:
    """Whether one message has room for all of these."""
    return len(_joined([text.split("\n") for text in texts])) < MOST_LINES


def _fitting(texts: Sequence[str]) -> tuple[list[str], int]:
    """The lines of these messages under a heading, whole where they fit, else the first ones of each; of how many."""
    whole = [text.split("\n") for text in texts]
    room = MOST_LINES - 1
    if in_full(texts):
        return _joined(whole), len(whole)
    for most in (FEW_LINES, 1):
        cut = [lines[:most] for lines in whole]
        if sum(map(len, cut)) <= room:
            return [line for lines in cut for line in lines], len(cut)
    return [lines[0] for lines in whole[: room - 1]], room - 1


def _joined(messages: Sequence[Sequence[str]]) -> list[str]:
    """The lines of messages one after another; what stands around the deadlines of several is said once."""
    found: list[tuple[str, list[str], list[str]]] = []
    for head, *rest in messages:
        items = [line for line in rest if line[:1].isdigit()]
        tail = [line for line in rest if not line[:1].isdigit()]
        if found and items and (found[-1][0], found[-1][2]) == (head, tail):
            found[-1][1].extend(items)
        else:
            found.append((head, items, tail))
    return [line for head, items, tail in found for line in (head, *items, *tail)]
