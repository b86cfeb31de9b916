"""The living board: one message in a group that says how it stands, kept up to date by edits that ring nobody."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from lang.moments import local
from lang.spoken_days import day_words, hour_words
from lang.text import _
from schedules.digest import office_page
from schedules.matters import Matter, Matters
from schedules.policies import calendar_of
from schedules.policy import Part, office_day
from schedules.views import Page, names, sight_of_chat
from storage import outbox, people
from storage.models import Appointment, Chat, Delivery, DeliveryState, Event, Office
from storage.outbox import OWED, Words

KIND = "board"
"""The kind of what a group's board says, and of its appointment, whose subject is the chat."""
EVERY = timedelta(minutes=1)


def put_up(session: Session, chat: Chat, now: datetime) -> None:
    """From now on the group has a board. One that was there before is said anew, so that it is seen."""
    chat.board, chat.board_message, chat.board_shows = True, "", ""
    found = _appointment(session, chat)
    if found is None:
        office = chat.office_id or 0
        session.add(Appointment(office_id=office, kind=KIND, subject_id=chat.id or 0, speaks_at=now))
    else:
        found.speaks_at = now


def take_down(session: Session, chat: Chat) -> None:
    """The board is not kept up to date any more."""
    chat.board, chat.board_message, chat.board_shows = False, "", ""
    found = _appointment(session, chat)
    if found is not None:
        session.delete(found)


def _appointment(session: Session, chat: Chat) -> Appointment | None:
    query = select(Appointment).where(Appointment.kind == KIND, Appointment.subject_id == chat.id)
    return session.exec(query).first()


def look(session: Session, chat: Chat, now: datetime) -> None:
    """Owe the board if it shows something else than it did. Between two days it is looked at only when something has
    happened in the office, and not while it is owed already: it shows what holds when it is said."""
    office = session.get_one(Office, chat.office_id)
    event = session.exec(select(func.max(col(Event.id))).where(Event.office_id == office.id)).one() or 0
    day = office_day(now, office.zone)
    if event == chat.board_event and chat.board_shows.startswith(day.isoformat()):
        return
    owed = select(Delivery.id).where(Delivery.chat_id == chat.id, Delivery.kind == KIND)
    if session.exec(owed.where(col(Delivery.state).in_(OWED))).first() is not None:
        return
    chat.board_event = event
    found = _body(session, chat, office, now)
    shows = _hash(found, now, office)
    if found is not None and shows != chat.board_shows:
        outbox.owe(session, chat.id or 0, KIND, f"{now:%Y%m%d%H%M%S}", now)


def _hash(found: Words | None, now: datetime, office: Office) -> str:
    """The day and what is shown on it."""
    text = found.text if found else ""
    return f"{office_day(now, office.zone)} {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def words(session: Session, chat: Chat, office: Office, _slot: str, now: datetime) -> Words | DeliveryState:
    """The board as things stand now."""
    found = _body(session, chat, office, now)
    if found is None or not chat.board:
        return DeliveryState.SILENT
    chat.board_shows = _hash(found, now, office)
    at = local(now, office.zone)
    said = _("Cập nhật lúc {hour} {day}", hour=hour_words(at.time()), day=day_words(at.date()))
    return replace(found, text=f"{found.text}\n{said}", instead_of=chat.board_message, pinned=True)


def shown(chat: Chat, message: str) -> None:
    """It stands in this message."""
    if chat.board:
        chat.board_message = message


def _body(session: Session, chat: Chat, office: Office, now: datetime) -> Words | None:
    """What the board shows, but for the moment; None in a group that is not linked."""
    sight = sight_of_chat(session, chat)
    if sight is None:
        return None
    day = office_day(now, office.zone)
    matter = Matters(session, office, day, calendar_of(office), sight.units).of(sight.units, day)
    if sight.whole:
        return office_page(session, office, matter, day)
    shown_units = [unit for unit in people.units(session, office.id or 0) if unit.id in sight.units]
    page = Page()
    page.head(_("Bảng việc {units}", units=names(shown_units)))
    _parts(page, matter, now, office)
    page.actions = [f"xong {code}" for code in page.about]
    return page.words()


def _parts(page: Page, matter: Matter, now: datetime, office: Office) -> None:
    day = office_day(now, office.zone)
    page.items(_("Quá hạn"), matter.parts[Part.OVERDUE], day, prefix=_("hạn "), keep=2)
    page.items(_("Đến hạn hôm nay"), matter.parts[Part.TODAY], day, keep=2)
    page.items(_("Sắp đến hạn"), matter.parts[Part.SOON], day, keep=2)
    page.items(_("Chờ ký"), matter.signing, day, keep=2)
    if page.length == 1:
        page.line(_("Không có việc quá hạn hay sắp đến hạn."))
    page.rest()
