"""Questions about deadlines, and the one function that writes their days."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from lang.ranges import Range
from lang.workdays import Calendar, last_day
from storage.journal import Journal
from storage.models import Deadline, Extension, ExtensionState, Office, Plan, PlanStatus, Task, TaskKind


@dataclass(frozen=True, slots=True)
class Item:
    """A deadline with its task and plan, as every list, digest and answer needs it. `asked`: the extension that nobody
    has decided yet."""

    deadline: Deadline
    task: Task
    plan: Plan | None = None
    asked: Extension | None = None

    @property
    def waits(self) -> bool:
        """Chờ duyệt: whoever looks at the results of its plan has not accepted this one yet. What the Văn phòng
        confirmed of a plan that came late needs no second word."""
        since = self.plan.accepts_since if self.plan else None
        done, accepted = self.deadline.done_at, self.deadline.accepted_at
        return since is not None and done is not None and done >= since and not (accepted or self.deadline.to_confirm)


class Status(Enum):
    """Tình trạng: how a deadline stands on a day."""

    CANCELLED = "cancelled"
    WAITING = "waiting"  # chờ duyệt
    DONE = "done"
    TO_CONFIRM = "to_confirm"
    PAUSED = "paused"
    UNDATED = "undated"
    TO_JUDGE = "to_judge"  # «cả năm», its year is over
    SIGNING = "signing"  # chờ ký: nobody is blamed
    OVERDUE = "overdue"
    RUNNING = "running"


def status(item: Item, today: date) -> Status:
    """How a deadline stands today: derived here and nowhere else. Whether a result came late: `was_late`."""
    deadline = item.deadline
    if deadline.cancelled_at is not None:
        return Status.CANCELLED
    if deadline.done_at is not None:
        return Status.WAITING if item.waits else Status.DONE
    if deadline.to_confirm:
        return Status.TO_CONFIRM
    if deadline.paused_at is not None:
        return Status.PAUSED
    if deadline.signing_at is not None:
        return Status.SIGNING
    if deadline.due is None or deadline.last_day is None:
        return Status.UNDATED
    past = deadline.last_day < today
    if deadline.kind is TaskKind.ALL_YEAR:
        return Status.TO_JUDGE if past else Status.RUNNING
    return Status.OVERDUE if past else Status.RUNNING


def set_days(deadline: Deadline, calendar: Calendar) -> None:
    """Write `aim_day` and `last_day`: called whenever the due day, the policy or the calendar changes; nothing else
    does."""
    if deadline.due is None:
        deadline.aim_day = deadline.last_day = None
        return
    days = last_day(deadline.due, deadline.strict, deadline.hour, calendar)
    deadline.aim_day, deadline.last_day = days.aim, days.last


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline whose days are others now, and what they were."""

    deadline: Deadline
    aim: date
    last: date


def count_again(session: Session, office_id: int, calendar: Calendar, journal: Journal | None = None) -> list[Moved]:
    """Write the days of everything in an office that has no result yet, after its calendar or how it counts days has
    changed; what moved, the nearest first. A recorded result was judged by the days of its time and keeps them."""
    query = select(Deadline).where(Deadline.office_id == office_id, col(Deadline.done_at).is_(None))
    moved = []
    for deadline in session.exec(query.where(col(Deadline.due).is_not(None))):
        aim, last = deadline.aim_day, deadline.last_day
        if deadline.due is None or aim is None or last is None:
            continue
        days = last_day(deadline.due, deadline.strict, deadline.hour, calendar)
        if (days.aim, days.last) != (aim, last):
            if journal is not None:
                journal.touch(deadline)
            set_days(deadline, calendar)
            moved.append(Moved(deadline, aim, last))
    session.flush()
    return sorted(moved, key=lambda one: (one.deadline.last_day or date.max, one.deadline.code))


def move(deadline: Deadline, due: date, calendar: Calendar) -> None:
    """Put a deadline on another day, that day itself being the last good one (or the working day after it)."""
    deadline.due, deadline.strict, deadline.hour = due, False, None
    set_days(deadline, calendar)


def extend(
    deadline: Deadline, extension: Extension, day: date, by: int | None, now: datetime, calendar: Calendar
) -> None:
    """Grant an extension until `day`: the deadline moves there; its first day and the count are kept."""
    extension.state, extension.granted, extension.decided_by, extension.decided_at = (
        ExtensionState.GRANTED,
        day,
        by,
        now,
    )
    deadline.first_due = deadline.first_due or deadline.due
    deadline.extended += 1
    move(deadline, day, calendar)


def reopen(deadline: Deadline, calendar: Calendar) -> None:
    """Its result does not stand: it is owed again, by its days as they are counted now."""
    set_days(deadline, calendar)
    deadline.done_at = deadline.done_day = deadline.done_by = deadline.document_day = None
    deadline.accepted_at = deadline.accepted_by = deadline.signing_at = None
    deadline.document, deadline.nothing_to_report, deadline.stood_in = "", False, False


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


def items_of(office_id: int | sa.BindParameter[int]) -> sa.Select[Deadline, Task, Plan, Extension]:
    """Every deadline of an office that counts, for `Item(*row)`."""
    undecided = sa.and_(col(Extension.deadline_id) == Deadline.id, col(Extension.state) == ExtensionState.ASKED)
    return (
        sa.select(Deadline, Task, Plan, Extension)
        .join(Task, col(Task.id) == Deadline.task_id)
        .outerjoin(Plan, col(Plan.id) == Task.plan_id)
        .outerjoin(Extension, undecided)
        .where(col(Deadline.office_id) == office_id, col(Deadline.cancelled_at).is_(None))
        .where(sa.or_(col(Task.plan_id).is_(None), col(Plan.status).in_(IN_FORCE)))
    )


def by_codes(session: Session, office_id: int, codes: Collection[int], *, lock: bool = False) -> dict[int, Item]:
    """Deadlines by the codes people said; those that do not exist are missing. `lock`: nobody else changes them
    meanwhile."""
    query = items_of(office_id).where(col(Deadline.code).in_(codes))
    if lock:
        mine = sa.select(col(Deadline.id)).where(col(Deadline.office_id) == office_id, col(Deadline.code).in_(codes))
        session.execute(mine.order_by(col(Deadline.id)).with_for_update()).all()
        query = query.execution_options(populate_existing=True)  # what somebody else wrote while this one waited
    return {row[0].code: Item(*row) for row in session.execute(query)}


def of_task(session: Session, task: Task) -> list[Item]:
    """What a task asks of every unit, cancelled ones aside."""
    query = items_of(task.office_id).where(col(Deadline.task_id) == task.id)
    return [Item(*row) for row in session.execute(query.order_by(col(Deadline.code)))]


def by_ref(session: Session, office_id: int, ref: str, unit_ids: Collection[int]) -> list[Item]:
    """Open deadlines of a plan's row («2.1.a») among these units."""
    query = (
        items_of(office_id)
        .where(col(Task.ref) == ref, col(Deadline.unit_id).in_(unit_ids), col(Deadline.done_at).is_(None))
        .order_by(col(Deadline.due), col(Deadline.code))
    )
    return [Item(*row) for row in session.execute(query)]


def falls_in(span: Range) -> sa.ColumnElement[bool]:
    """Whether a deadline belongs to these days: by the day written, with «trước» by the one before; a day off moves
    nothing, so that what is due in «quý I» stays there. «Cả năm» belongs to the year, and to nothing shorter."""
    day = sa.case((col(Deadline.last_day) < col(Deadline.due), col(Deadline.last_day)), else_=col(Deadline.due))
    all_year = col(Deadline.kind) == TaskKind.ALL_YEAR
    first = span.since.year + (span.since > date(span.since.year, 1, 1))
    last = span.until.year - (span.until < date(span.until.year, 12, 31))
    whole = col(Deadline.due).between(date(first, 1, 1), date(last, 12, 31)) if first <= last else sa.false()
    return sa.or_(sa.and_(~all_year, day.between(span.since, span.until)), sa.and_(all_year, whole))


def open_items(
    session: Session, office_id: int, unit_ids: Collection[int] | None = None, span: Range | None = None
) -> list[Item]:
    """What is not done, by last day and code; of these units, or (None) of the whole office; of these days, or all."""
    query = items_of(office_id).where(col(Deadline.done_at).is_(None))
    if span is not None:
        query = query.where(falls_in(span))
    if unit_ids is not None:
        query = query.where(col(Deadline.unit_id).in_(unit_ids))
    nulls_last = sa.case((col(Deadline.last_day).is_(None), 1), else_=0)
    return [
        Item(*row) for row in session.execute(query.order_by(nulls_last, col(Deadline.last_day), col(Deadline.code)))
    ]


def reported(session: Session, office_id: int, unit_ids: Collection[int], since: date) -> list[Item]:
    """What these units have reported that was due from `since` on."""
    query = items_of(office_id).where(
        col(Deadline.done_at).is_not(None), col(Deadline.unit_id).in_(unit_ids), col(Deadline.due) >= since
    )
    return [Item(*row) for row in session.execute(query.order_by(col(Deadline.due), col(Deadline.code)))]


def waiting() -> sa.ColumnElement[bool]:
    """`Item.waits`, as the database says it."""
    return sa.and_(
        col(Plan.accepts_since).is_not(None),
        col(Deadline.done_at).is_not(None),
        col(Deadline.done_at) >= col(Plan.accepts_since),
        col(Deadline.accepted_at).is_(None),
        ~col(Deadline.to_confirm),
    )


def was_late(deadline: Deadline) -> bool:
    """Whether a recorded result came late: judged by the issued document's day where one was given, else by when it
    was said."""
    day = deadline.document_day or deadline.done_day
    return day is not None and deadline.last_day is not None and day > deadline.last_day
