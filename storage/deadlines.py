"""Questions about deadlines, and the one function that writes their days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time

import sqlalchemy as sa
from sqlmodel import Session, col

from lang.workdays import Calendar, last_day
from storage.models import Deadline, Office, Plan, PlanStatus, Task, TaskKind


@dataclass(frozen=True, slots=True)
class Item:
    """A deadline with its task, as every list, digest and answer needs it."""

    deadline: Deadline
    task: Task


def set_days(deadline: Deadline, calendar: Calendar) -> None:
    """Write `aim_day` and `last_day`: called whenever the due day, the policy or the calendar changes; nothing else
    does."""
    if deadline.due is None:
        deadline.aim_day = deadline.last_day = None
        return
    days = last_day(deadline.due, deadline.strict, deadline.hour, calendar)
    deadline.aim_day, deadline.last_day = days.aim, days.last


def new(
    session: Session,
    office: Office,
    task: Task,
    unit_id: int,
    due: date | None,
    calendar: Calendar,
    *,
    strict: bool = False,
    hour: time | None = None,
) -> Deadline:
    """A new deadline with the office's next code."""
    kind = task.kind if due is not None else TaskKind.OPEN
    deadline = Deadline(
        office_id=task.office_id, task_id=task.id or 0, unit_id=unit_id, code=office.next_code, kind=kind, due=due
    )
    deadline.strict, deadline.hour = strict, hour
    set_days(deadline, calendar)
    office.next_code += 1
    session.add(deadline)
    return deadline


IN_FORCE = (PlanStatus.LIVE, PlanStatus.SUPERSEDED)
"""Plans whose deadlines count: what a new version did not take over of the superseded one is done or cancelled."""


def _items(office_id: int) -> sa.Select[Deadline, Task]:
    return (
        sa.select(Deadline, Task)
        .join(Task, col(Task.id) == Deadline.task_id)
        .outerjoin(Plan, col(Plan.id) == Task.plan_id)
        .where(col(Deadline.office_id) == office_id, col(Deadline.cancelled_at).is_(None))
        .where(sa.or_(col(Task.plan_id).is_(None), col(Plan.status).in_(IN_FORCE)))
    )


def by_codes(session: Session, office_id: int, codes: Collection[int], *, lock: bool = False) -> dict[int, Item]:
    """Deadlines by the codes people said; those that do not exist are missing. `lock`: nobody else changes them
    meanwhile."""
    query = _items(office_id).where(col(Deadline.code).in_(codes))
    if lock:
        query = query.with_for_update(of=Deadline).execution_options(populate_existing=True)
    return {deadline.code: Item(deadline, task) for deadline, task in session.execute(query)}


def by_ref(session: Session, office_id: int, ref: str, unit_ids: Collection[int]) -> list[Item]:
    """Open deadlines of a plan's row («2.1.a») among these units."""
    query = (
        _items(office_id)
        .where(col(Task.ref) == ref, col(Deadline.unit_id).in_(unit_ids), col(Deadline.done_at).is_(None))
        .order_by(col(Deadline.due), col(Deadline.code))
    )
    return [Item(*row) for row in session.execute(query)]


def open_items(session: Session, office_id: int, unit_ids: Collection[int] | None = None) -> list[Item]:
    """What is not done, by last day and code; of these units, or (None) of the whole office."""
    query = _items(office_id).where(col(Deadline.done_at).is_(None))
    if unit_ids is not None:
        query = query.where(col(Deadline.unit_id).in_(unit_ids))
    nulls_last = sa.case((col(Deadline.last_day).is_(None), 1), else_=0)
    return [
        Item(*row) for row in session.execute(query.order_by(nulls_last, col(Deadline.last_day), col(Deadline.code)))
    ]


def reported(session: Session, office_id: int, unit_ids: Collection[int], since: date) -> list[Item]:
    """What these units have reported that was due from `since` on."""
    query = _items(office_id).where(
        col(Deadline.done_at).is_not(None), col(Deadline.unit_id).in_(unit_ids), col(Deadline.due) >= since
    )
    return [Item(*row) for row in session.execute(query.order_by(col(Deadline.due), col(Deadline.code)))]


@dataclass(frozen=True, slots=True)
class Tally:
    """How one unit stands: results on time, late; still open: in time, overdue; without a day; waiting to be
    confirmed."""

    on_time: int = 0
    late: int = 0
    running: int = 0
    overdue: int = 0
    undated: int = 0
    to_confirm: int = 0

    @property
    def done(self) -> int:
        return self.on_time + self.late


def tallies(session: Session, office_id: int, today: date, unit_ids: Sequence[int]) -> dict[int, Tally]:
    """How each of these units stands today, counted by the database."""
    done = col(Deadline.done_at).is_not(None)
    late = sa.func.coalesce(col(Deadline.document_day), col(Deadline.done_day)) > col(Deadline.last_day)
    settled = sa.and_(~done, ~col(Deadline.to_confirm))
    dated = sa.and_(settled, col(Deadline.kind).in_((TaskKind.DATED, TaskKind.REPORT)))
    overdue = sa.and_(dated, col(Deadline.last_day) < today, col(Deadline.signing_at).is_(None))

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    is_late = sa.and_(done, col(Deadline.last_day).is_not(None), late)
    undated = sa.and_(settled, col(Deadline.kind) == TaskKind.OPEN)
    rows = session.execute(
        sa.select(
            col(Deadline.unit_id),
            count(sa.and_(done, sa.not_(is_late))),
            count(is_late),
            count(sa.and_(settled, ~overdue, ~undated)),
            count(overdue),
            count(undated),
            count(sa.and_(~done, col(Deadline.to_confirm))),
        )
        .select_from(Deadline)
        .join(Task, col(Task.id) == Deadline.task_id)
        .outerjoin(Plan, col(Plan.id) == Task.plan_id)
        .where(col(Deadline.office_id) == office_id, col(Deadline.unit_id).in_(unit_ids))
        .where(col(Deadline.cancelled_at).is_(None))
        .where(sa.or_(col(Task.plan_id).is_(None), col(Plan.status).in_(IN_FORCE)))
        .group_by(col(Deadline.unit_id))
    )
    return {unit: Tally(*counts) for unit, *counts in rows}


def was_late(deadline: Deadline) -> bool:
    """Whether a recorded result came late: judged by the issued document's day where one was given, else by when it
    was said."""
    day = deadline.document_day or deadline.done_day
    return day is not None and deadline.last_day is not None and day > deadline.last_day
