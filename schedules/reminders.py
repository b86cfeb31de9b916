"""From appointments to the outbox: what has come due leaves a delivery there."""

import logging
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from lang.workdays import Calendar, national
from schedules import digest, policy
from storage import outbox
from storage.models import Appointment, Chat, Office

log = logging.getLogger(__name__)

BATCH = 500
SET_ASIDE = timedelta(hours=1)
"""After which an appointment that could not be kept is looked at again."""


def calendar_of(_office: Office) -> Calendar:
    """The office's calendar: the national one."""
    return national()


def expect(session: Session, chat: Chat, office: Office, now: datetime) -> None:
    """Make the appointment of a linked group's next morning digest, or move it if it is there."""
    found = session.exec(
        select(Appointment).where(Appointment.kind == digest.KIND, Appointment.subject_id == chat.id)
    ).first()
    at = policy.next_digest(now, office.zone, calendar_of(office))
    if found is None:
        session.add(Appointment(office_id=office.id or 0, kind=digest.KIND, subject_id=chat.id or 0, speaks_at=at))
    else:
        found.speaks_at = at


def next_moment(session: Session) -> datetime | None:
    """When the next appointment is due."""
    query = select(Appointment.speaks_at).order_by(col(Appointment.speaks_at)).limit(1)
    return session.exec(query).first()


def tick(session: Session, now: datetime) -> int:
    """Owe what has come due, up to `BATCH` appointments; how many were due. A bad one is set aside alone.

    One that was missed (the process was down, the day is over) is not said late: it is owed, fails at once, and the
    next digest carries it."""
    query = select(Appointment).where(Appointment.speaks_at <= now).order_by(col(Appointment.speaks_at)).limit(BATCH)
    due = session.exec(query.with_for_update(skip_locked=True)).all()
    for appointment in due:
        try:
            with session.begin_nested():
                _come_due(session, appointment, now)
        except DBAPIError:
            raise
        except Exception as error:
            log.error("appointment %s is set aside: %s", appointment.id, type(error).__name__)
            appointment.speaks_at = now + SET_ASIDE
    return len(due)


def _come_due(session: Session, appointment: Appointment, now: datetime) -> None:
    office = session.get_one(Office, appointment.office_id)
    chat = session.get_one(Chat, appointment.subject_id)
    calendar = calendar_of(office)
    missed, today = (policy.office_day(moment, office.zone) for moment in (appointment.speaks_at, now))
    appointment.speaks_at = policy.next_digest(now, office.zone, calendar)
    if not chat.active:
        return
    days = {missed, today} if calendar.works(today) and policy.may_say_digest(today, now, office.zone) else {missed}
    outbox.give_up(session, appointment.subject_id, appointment.kind, max(days).isoformat(), now, "day_over")
    for day in sorted(days):
        outbox.owe(session, appointment.subject_id, appointment.kind, day.isoformat(), now)
