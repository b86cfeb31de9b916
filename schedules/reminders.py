"""From appointments to the outbox: what has come due leaves a delivery there."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from lang.moments import moment
from lang.text import speaking
from lang.workdays import Calendar, national
from schedules import digest, policy, tell, views
from storage import deadlines, outbox
from storage.deadlines import Status
from storage.models import Appointment, Chat, Deadline, Office

log = logging.getLogger(__name__)

HOUR = "hour"
"""The kind of a reminder before an hour; its subject is a deadline."""
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


def expect_hour(session: Session, deadline_id: int, office: Office, now: datetime) -> None:
    """Make or move the appointment of the reminder before the hour of a deadline that is due today; of one that is
    there no more, take it away."""
    deadline = session.get(Deadline, deadline_id)
    at = policy.hour_reminder(deadline.due, deadline.hour, now, office.zone) if deadline and deadline.due else None
    found = session.exec(
        select(Appointment).where(Appointment.kind == HOUR, Appointment.subject_id == deadline_id)
    ).first()
    if found is not None and at is not None:
        found.speaks_at = at
    elif found is not None:
        session.delete(found)
    elif at is not None:
        session.add(Appointment(office_id=office.id or 0, kind=HOUR, subject_id=deadline_id, speaks_at=at))


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
    """What an appointment is for says when the next one is; none: it is over."""
    office = session.get_one(Office, appointment.office_id)
    again = KINDS[appointment.kind](session, appointment, office, now)
    if again is None:
        session.delete(appointment)
    else:
        appointment.speaks_at = again


def _morning(session: Session, appointment: Appointment, office: Office, now: datetime) -> datetime:
    chat = session.get_one(Chat, appointment.subject_id)
    calendar = calendar_of(office)
    missed, today = (policy.office_day(moment, office.zone) for moment in (appointment.speaks_at, now))
    if chat.active:
        days = {missed, today} if calendar.works(today) and policy.may_say_digest(today, now, office.zone) else {missed}
        outbox.give_up(session, appointment.subject_id, appointment.kind, max(days).isoformat(), now, "day_over")
        for day in sorted(days):
            outbox.owe(session, appointment.subject_id, appointment.kind, day.isoformat(), now)
    return policy.next_digest(now, office.zone, calendar)


def _before_hour(session: Session, appointment: Appointment, office: Office, now: datetime) -> None:
    """The unit is told once, while there is time left and its result is not there."""
    deadline = session.get(Deadline, appointment.subject_id)
    item = deadlines.by_codes(session, office.id or 0, [deadline.code]).get(deadline.code) if deadline else None
    if item is None or item.deadline.due is None or item.deadline.hour is None:
        return
    today = policy.office_day(now, office.zone)
    left = moment(item.deadline.due, item.deadline.hour, office.zone) - now
    if deadlines.status(item, today) is not Status.RUNNING or not timedelta(0) < left <= policy.BEFORE_HOUR:
        return
    for ear in tell.Ears(session, office, today).unit(item.deadline.unit_id):
        with speaking(ear.locale):
            words = views.before_hour(item, today, ear.opening)
            outbox.owe(session, ear.chat_id, HOUR, f"{item.deadline.id}:{item.deadline.hour:%H%M}", now, words)


KINDS: dict[str, Callable[[Session, Appointment, Office, datetime], datetime | None]] = {
    digest.KIND: _morning,
    HOUR: _before_hour,
}
"""What there is to do when an appointment of each kind has come due."""
