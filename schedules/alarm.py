"""A morning digest that has not arrived a quarter of an hour after its time: whoever keeps the bot is told, once for a
chat and a day, elsewhere than where it went wrong if there is such a place."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from lang.moments import local
from lang.spoken_days import day_words
from lang.text import _
from schedules import policy, told
from schedules.policies import policy_of
from schedules.state import LATE, Late, State
from schedules.views import MOST_LINES, Page
from storage import outbox
from storage.inbox import insert_new
from storage.models import Appointment, Chat, Delivery, DeliveryState, Office, RoleKind
from storage.outbox import OWED, Words
from storage.rights import holders

KIND = told.ALARM
MOST = MOST_LINES - 3
"""Lines about what is late, between the head and the end."""
A_MINUTE, PATIENCE = timedelta(minutes=1), timedelta(minutes=5)
"""What is being tried just now is looked at again after a minute, but not for longer than that."""


def watch(session: Session, offices: Collection[int], now: datetime) -> None:
    """Digests of these offices are owed: they are looked after in a quarter of an hour, unless that is arranged
    already."""
    rows = [Appointment(office_id=office, kind=KIND, subject_id=office, speaks_at=now + LATE) for office in offices]
    insert_new(session, Appointment, [row.model_dump(exclude={"id"}) for row in rows])


def look(session: Session, office: Office, now: datetime) -> datetime | None:
    """Tell whoever keeps the bot of today's digests that are late and were not told of; when to look again.

    Each is told of once, whether that arrives or not: a message that fails is no reason for another one."""
    day = policy.office_day(now, office.zone)
    if not _may_be_said(office, day, now):
        return None
    open_ = [one for one in _not_arrived(session, office, day) if one.delivery.alarmed_at is None]
    late = [one for one in open_ if one.delivery.made_at <= now - LATE]
    if any(_is_tried(one, now) and one.delivery.made_at > now - LATE - PATIENCE for one in late):
        return now + A_MINUTE
    ears: dict[int, None] = {}
    for one in late:
        one.delivery.alarmed_at = now
        ears |= dict.fromkeys(chat.id or 0 for chat in _ears(session, office, day, one.chat))
    for aside in State(session, office, now).aside:
        if aside.alarmed_at is None or policy.office_day(aside.alarmed_at, office.zone) < day:
            aside.alarmed_at = now
            ears |= dict.fromkeys(chat.id or 0 for chat in _ears(session, office, day, None))
    for ear in ears:
        outbox.owe(session, ear, KIND, told.alarm_slot(now), now)
    return min((one.delivery.made_at + LATE for one in open_ if one not in late), default=None)


def words(session: Session, chat: Chat, office: Office, slot: str, now: datetime) -> Words | DeliveryState:
    """What an admin is told of the digests that were late at the moment `slot`, as things stand now: silent, when they
    have arrived since; not yet, while one of them is on its way."""
    moment = datetime.fromisoformat(slot)
    day = policy.office_day(moment, office.zone)
    if not _may_be_said(office, day, now):
        return DeliveryState.FAILED
    late = [one for one in _not_arrived(session, office, day) if one.delivery.alarmed_at == moment]
    late = [one for one in late if chat.id in (ear.id for ear in _ears(session, office, day, one.chat))]
    state = State(session, office, now)
    aside = [one for one in state.aside if one.alarmed_at == moment]
    if not late and not aside:
        return DeliveryState.SILENT
    if any(one.delivery.in_flight for one in late):
        return DeliveryState.WAITING
    page = Page()
    page.head(_("Bản tin sáng chưa đến, {day}", day=day_words(day)))
    lines = state.late_lines([one for one in late if one.chat.active])
    lines += state.closed_lines([one.chat for one in late if not one.chat.active])
    lines += state.aside_lines(aside)
    for line in lines[:MOST]:
        page.line(line)
    if len(lines) > MOST:
        page.line(_("và {n} nơi khác.", n=len(lines) - MOST))
    page.line(_("Xem tất cả: /tinhtrang"))
    page.actions = ["/tinhtrang"]
    return page.words()


def _is_tried(late: Late, now: datetime) -> bool:
    """Whether it is being said just now, or is about to be."""
    return not late.failed and (late.delivery.in_flight or late.delivery.try_at <= now)


def _may_be_said(office: Office, day: date, now: datetime) -> bool:
    """Whether the office is still at work on that day."""
    here = local(now, office.zone)
    return here.date() == day and here.time() <= policy_of(office).until


def _not_arrived(session: Session, office: Office, day: date) -> list[Late]:
    query = select(Delivery, Chat).join(Chat, col(Chat.id) == Delivery.chat_id).where(Chat.office_id == office.id)
    query = query.where(Delivery.kind == told.KIND, Delivery.slot == day.isoformat())
    query = query.where(col(Delivery.state).in_((*OWED, DeliveryState.FAILED))).order_by(col(Chat.id))
    return [Late(delivery, chat) for delivery, chat in session.exec(query)]


def _ears(session: Session, office: Office, day: date, chat: Chat | None) -> list[Chat]:
    """Where each admin is told that something did not arrive in `chat`: on another messenger than that one, if there
    is a conversation on one, and never in that chat; None: it never left."""
    found: dict[int | None, Chat] = {}
    for person, _right in holders(session, office.id or 0, RoleKind.ADMIN, day):
        query = select(Chat).where(Chat.person_id == person.id, col(Chat.private).is_(True), col(Chat.active).is_(True))
        ears = [ear for ear in session.exec(query.order_by(col(Chat.id).desc())) if chat is None or ear.id != chat.id]
        best = next((ear for ear in ears if chat and ear.channel != chat.channel), ears[0] if ears else None)
        if best is not None:
            found[best.id] = best
    return list(found.values())
