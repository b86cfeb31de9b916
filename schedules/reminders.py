"""From appointments to the outbox: what has come due leaves a delivery there."""

from datetime import datetime

from sqlmodel import Session, col, select

from lang.workdays import Calendar, national
from schedules import digest, policy
from storage import outbox
from storage.models import Appointment, Chat, Office

BATCH = 500


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
    """Owe what has come due, up to `BATCH` appointments; how many were due.

    One that was missed (the process was down, the day is over) is not said late: the next digest carries it."""
    query = select(Appointment).where(Appointment.speaks_at <= now).order_by(col(Appointment.speaks_at)).limit(BATCH)
    due = session.exec(query.with_for_update(skip_locked=True)).all()
    offices: dict[int, Office] = {}
    for appointment in due:
        office = offices.setdefault(appointment.office_id, session.get_one(Office, appointment.office_id))
        calendar = calendar_of(office)
        today = policy.office_day(now, office.zone)
        chat = session.get_one(Chat, appointment.subject_id)
        if chat.active and calendar.works(today) and policy.may_say_digest(today, now, office.zone):
            outbox.owe(session, appointment.subject_id, appointment.kind, today.isoformat(), now)
        appointment.speaks_at = policy.next_digest(now, office.zone, calendar)
    return len(due)
