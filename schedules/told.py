"""Up to which day whom was told: where the next digest begins, so that nothing of a morning that was missed is lost."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.models import Appointment, Chat, ChatUnit, Office, Told, Unit

KIND = "digest"
"""The kind of a digest, and of a group's appointment with it."""
MORNING = "morning"
"""The kind of an office's morning, on which those are told whose units have no group; its subject is the office."""
HOUR = "hour"
"""The kind of a reminder before an hour, and of the appointment for it; its subject is a deadline."""
ALARM = "late"
"""The kind of what admins are told of digests that have not arrived, and of the appointment to look after them, whose
subject is the office."""
_DAY = timedelta(days=1)


def alarm_slot(at: datetime) -> str:
    """The slot of what admins are told at that moment."""
    return at.astimezone(UTC).isoformat()


def of_group(session: Session, chat_id: int, day: date) -> date:
    """The day of the last digest that this group heard, or that had nothing to say."""
    query = select(Appointment).where(Appointment.kind == KIND, Appointment.subject_id == chat_id)
    return since(session.exec(query).first(), day)


def since(appointment: Appointment | None, day: date) -> date:
    """The same by the group's appointment with its digest."""
    return (appointment.told_to if appointment is not None else None) or day - _DAY


def in_private(session: Session, unit_id: int, chat_id: int, day: date) -> date:
    """The day to which this chat was told of a unit without a group; a chat that hears of it for the first time begins
    where the unit was told last."""
    found = session.get(Told, (unit_id, chat_id))
    return found.day if found else last_told(session, unit_id) or day - _DAY


def last_told(session: Session, unit_id: int, but: int | None = None) -> date | None:
    """The last day on which a unit was told, or had nothing to hear, wherever that was, chat `but` apart; None: never
    yet."""
    groups = select(col(Appointment.told_to)).join(ChatUnit, col(ChatUnit.chat_id) == Appointment.subject_id)
    groups = groups.where(Appointment.kind == KIND, col(ChatUnit.unit_id) == unit_id, col(ChatUnit.chat_id) != but)
    alone = select(col(Told.day)).where(Told.unit_id == unit_id)
    return max((day for day in [*session.exec(groups), *session.exec(alone)] if day is not None), default=None)


def elsewhere(session: Session, chat: Chat) -> date | None:
    """Up to which day what this group shows was told in others, as far as all of it was; None: not yet."""
    if chat.whole_office:
        groups = select(col(Appointment.told_to)).join(Chat, col(Chat.id) == Appointment.subject_id)
        groups = groups.where(Appointment.kind == KIND, Chat.office_id == chat.office_id, Chat.id != chat.id)
        days = [day for day in session.exec(groups.where(col(Chat.whole_office).is_(True))) if day is not None]
        return max(days, default=None)
    units = session.exec(select(ChatUnit.unit_id).where(ChatUnit.chat_id == chat.id)).all()
    known = [last_told(session, unit, but=chat.id) for unit in units]
    return min((day for day in known if day is not None), default=None)


def heard(session: Session, chat: Chat, day: date, units: Sequence[int]) -> None:
    """The digest of `day` was heard in this chat, or nothing was left to say when its time came; `units`: those
    without a group of which it told."""
    if not chat.private:
        query = select(Appointment).where(Appointment.kind == KIND, Appointment.subject_id == chat.id)
        if (found := session.exec(query).first()) is not None:
            found.told_to = day
    for unit in units:
        alone(session, unit, chat.id or 0, day)


def alone(session: Session, unit_id: int, chat_id: int, day: date) -> None:
    """This chat has heard of a unit without a group on the morning of `day`, or there was nothing to hear."""
    found = session.get(Told, (unit_id, chat_id))
    if found is None:
        session.add(Told(unit_id=unit_id, chat_id=chat_id, day=day))
    else:
        found.day = max(found.day, day)


def moves(session: Session, unit_id: int, chats: Sequence[int], day: date) -> None:
    """A unit without a group is heard in these chats from now on; with nobody to hear it, it stays where it was."""
    for chat in chats:
        alone(session, unit_id, chat, in_private(session, unit_id, chat, day))
    session.flush()
    if chats:
        others = (col(Told.unit_id) == unit_id, col(Told.chat_id).not_in(chats))
        session.execute(sa.delete(Told).where(*others))


def forget(session: Session, office: Office, but: Sequence[int]) -> None:
    """All units but these have a group again, which is told from now on."""
    mine = sa.select(col(Unit.id)).where(col(Unit.office_id) == office.id, col(Unit.id).not_in(but))
    session.execute(sa.delete(Told).where(col(Told.unit_id).in_(mine)))
