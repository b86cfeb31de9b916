"""Plans: a draft becomes live deadlines."""

from datetime import date

from sqlmodel import Session, col, select

from lang.workdays import Calendar
from storage import deadlines
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
    return list(session.exec(select(Task).where(Task.plan_id == plan.id).order_by(col(Task.position))))


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


def fan_out(
    session: Session, office: Office, task: Task, directory: Directory, calendar: Calendar, today: date
) -> list[Deadline]:
    """Make a live task's deadlines: one per unit that owes it and date; one without a day where none is sure.

    A day that is already past waits to be confirmed. Deadlines made before for a doubtful row take the first day."""
    doubtful = unsettled(task)
    days: list[date | None] = [day for day in map(date.fromisoformat, task.due) if day not in doubtful]
    waiting: dict[int, Deadline] = {}
    for old in session.exec(select(Deadline).where(Deadline.task_id == task.id)):
        if old.due is not None or old.done_at is not None:
            waiting.pop(old.unit_id, None)
            continue
        waiting[old.unit_id] = old
    made: list[Deadline] = []
    for unit in owed_by(task, directory):
        for day in days or [None]:
            old_one = waiting.pop(unit, None)
            if old_one is None:
                made.append(
                    deadlines.new(session, office, task, unit, day, calendar, strict=task.strict, hour=task.hour)
                )
                deadline = made[-1]
            else:
                deadline = old_one
                deadline.due, deadline.strict, deadline.hour = day, task.strict, task.hour
                deadline.kind = task.kind if day is not None else TaskKind.OPEN
                deadlines.set_days(deadline, calendar)
            late = deadline.last_day is not None and deadline.last_day < today
            deadline.to_confirm = late and deadline.kind is not TaskKind.ALL_YEAR
    session.flush()
    return made


def deadlines_of(session: Session, task: Task) -> list[Deadline]:
    return list(session.exec(select(Deadline).where(Deadline.task_id == task.id)))
