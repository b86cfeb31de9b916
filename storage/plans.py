"""Plans: a draft becomes live deadlines."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from lang.moments import local
from lang.workdays import Calendar
from storage import deadlines
from storage.journal import Journal
from storage.models import Deadline, Office, Plan, PlanStatus, Task, TaskKind, UnitKind
from storage.units import Directory


def by_number(session: Session, office_id: int, number: int) -> Plan | None:
    return session.exec(select(Plan).where(Plan.office_id == office_id, Plan.number == number)).first()


def by_hash(session: Session, office_id: int, source_hash: str) -> Plan | None:
    """The newest plan that was read from this very document."""
    query = select(Plan).where(Plan.office_id == office_id, Plan.source_hash == source_hash)
    return session.exec(query.order_by(col(Plan.number).desc())).first()


def drafts(session: Session, office_id: int) -> list[Plan]:
    """Plans waiting to be agreed, newest first."""
    query = select(Plan).where(Plan.office_id == office_id, Plan.status == PlanStatus.DRAFT)
    return list(session.exec(query.order_by(col(Plan.number).desc())))


def agreeable(session: Session, office_id: int) -> list[Plan]:
    """Plans that are not dropped, newest first."""
    query = select(Plan).where(Plan.office_id == office_id, Plan.status != PlanStatus.DROPPED)
    return list(session.exec(query.order_by(col(Plan.number).desc())))


def tasks(session: Session, plan: Plan) -> list[Task]:
    """The rows of a plan in order, without those left out."""
    query = select(Task).where(Task.plan_id == plan.id, col(Task.left_out).is_(False))
    return list(session.exec(query.order_by(col(Task.position))))


def live_tasks(session: Session, office_id: int) -> list[Task]:
    """Every row of the office's live plans, in order."""
    query = select(Task).join(Plan, col(Plan.id) == Task.plan_id)
    query = query.where(Plan.office_id == office_id, Plan.status == PlanStatus.LIVE)
    return list(session.exec(query.order_by(col(Task.plan_id), col(Task.position))))


def unsettled(task: Task) -> set[date]:
    """The dates of a task that some open doubt leaves unsure; they never become deadlines."""
    return {date.fromisoformat(day) for doubt in task.doubts for day in doubt["dates"]}


def owed_by(task: Task, directory: Directory) -> tuple[int, ...]:
    """The units that owe a task: its lead units; for a report every sender but the Văn phòng, which owes the synthesis.

    Outside bodies owe nothing here."""
    found = directory.who(task.lead).units
    kinds = {unit: directory.by_id[unit].kind for unit in found}
    left_out = {UnitKind.OUTSIDE, UnitKind.SECRETARIAT} if task.kind is TaskKind.REPORT else {UnitKind.OUTSIDE}
    return tuple(unit for unit in found if kinds[unit] not in left_out)


def wanted(task: Task) -> list[date | None]:
    """The days on which a task is owed: those that no doubt leaves unsure; without any, once without a day."""
    doubtful = unsettled(task)
    return [day for day in map(date.fromisoformat, task.due) if day not in doubtful] or [None]


def fan_out(
    session: Session,
    office: Office,
    task: Task,
    directory: Directory,
    calendar: Calendar,
    now: datetime,
    journal: Journal,
    before: Sequence[Deadline] = (),
) -> list[Deadline]:
    """Bring a live task's deadlines in line with it: one per unit that owes it and day. The new ones.

    `before` are the deadlines it had, or that an earlier version of its row had: they keep their code and their result.
    A deadline on the same day stays; then a result stands for the next day wanted, then an open one moves there; what
    is left open is cancelled. A new day that is already past waits to be confirmed."""
    today = local(now, office.zone).date()
    made: list[Deadline] = []
    journal.touch(*before)
    for deadline in before:
        deadline.task_id = task.id or 0
    left = {deadline.id: deadline for deadline in before if deadline.cancelled_at is None}
    for unit in owed_by(task, directory):
        days = wanted(task)
        have = sorted((one for one in left.values() if one.unit_id == unit), key=_in_order)
        for same in [one for one in have if one.due in days]:
            days.remove(same.due)
            have.remove(same)
            del left[same.id]
        for day, old in zip(days, have, strict=False):
            del left[old.id]
            if old.done_at is None:
                _put_on(old, task, day, calendar, today)
        for day in days[len(have) :]:
            new = deadlines.new(session, office, task, unit, day, calendar, strict=task.strict, hour=task.hour)
            _put_on(new, task, day, calendar, today)
            made.append(new)
    for old in left.values():
        if old.done_at is None:
            old.cancelled_at = now
    session.flush()
    journal.made(*made)
    return made


def _in_order(deadline: Deadline) -> tuple[bool, date, int]:
    return (deadline.done_at is None, deadline.due or date.max, deadline.code)


def _put_on(deadline: Deadline, task: Task, day: date | None, calendar: Calendar, today: date) -> None:
    deadline.due, deadline.strict, deadline.hour = day, task.strict, task.hour
    deadline.kind = task.kind if day is not None else TaskKind.OPEN
    deadlines.set_days(deadline, calendar)
    late = deadline.last_day is not None and deadline.last_day < today
    confirms = calendar.counting.confirms_late and deadline.kind is not TaskKind.ALL_YEAR
    deadline.to_confirm = late and confirms


def deadlines_of(session: Session, task: Task) -> list[Deadline]:
    return list(session.exec(select(Deadline).where(Deadline.task_id == task.id)))
