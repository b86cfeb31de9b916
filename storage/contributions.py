"""Phối hợp: which units co-operate on a deadline, by when each is to send its part, and who has.

A co-operating unit owes nothing that is counted: it has no deadline of its own, only a day, and that day follows from
the lead's and from the office's `help_days` wherever it is asked for.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from lang.workdays import Calendar
from storage import deadlines
from storage.deadlines import Item, Status
from storage.models import Contribution, Deadline, Office, Task, TaskKind, UnitKind
from storage.units import Directory


@dataclass(frozen=True, slots=True)
class Share:
    """The part of one co-operating unit in a deadline of another. `sent`: what it said of having sent it."""

    item: Item
    unit_id: int
    day: date
    sent: Contribution | None = None


def day_of(deadline: Deadline, office: Office, calendar: Calendar) -> date | None:
    """The working day by which the co-operating units send their parts: so many before the lead's aim day. None where
    the office says nothing of it, or the deadline has no day that is counted back from."""
    if office.help_days is None or deadline.aim_day is None or deadline.kind is not TaskKind.DATED:
        return None
    return calendar.later(deadline.aim_day, -office.help_days)


def helpers(task: Task, deadline: Deadline, directory: Directory) -> tuple[int, ...]:
    """The units of the office that co-operate on a deadline, in chart order: those that its task names and that do not
    lead it. Outside bodies are shown with it, and owe nothing here."""
    if not task.coordinating:
        return ()
    leads = {*directory.who(task.lead).units, deadline.unit_id}
    named = directory.who(task.coordinating).units
    return tuple(unit for unit in named if unit not in leads and directory.by_id[unit].kind is not UnitKind.OUTSIDE)


def sent(session: Session, directory: Directory, found: Iterable[Deadline]) -> dict[tuple[int, int], Contribution]:
    """What was sent toward these deadlines, by deadline and unit; what a merged unit sent is of the one it is part of
    now."""
    query = select(Contribution).where(col(Contribution.deadline_id).in_([one.id or 0 for one in found]))
    rows = session.exec(query.order_by(col(Contribution.id).desc()))
    return {(row.deadline_id, directory.today(directory.by_id[row.unit_id])): row for row in rows}


def shares(
    session: Session, office: Office, directory: Directory, calendar: Calendar, items: Iterable[Item]
) -> list[Share]:
    """The parts of every co-operating unit in these deadlines: those that are to be sent by a day of their own, sent or
    not."""
    dated = [(item, day) for item in items if (day := day_of(item.deadline, office, calendar)) is not None]
    have = sent(session, directory, [item.deadline for item, _day in dated])
    return [
        Share(item, unit, day, have.get((item.deadline.id or 0, unit)))
        for item, day in dated
        for unit in helpers(item.task, item.deadline, directory)
    ]


def owed(
    session: Session,
    office: Office,
    directory: Directory,
    calendar: Calendar,
    today: date,
    units: Collection[int] | None = None,
) -> list[Share]:
    """What co-operating units have not sent yet, of these units or (None) of all, the most pressing first. It is owed
    until the lead's result is there or its last day is past; what is put off or waits for a signature wants nothing."""
    if office.help_days is None:
        return []
    items = [
        item
        for item in deadlines.open_items(session, office.id or 0)
        if item.task.coordinating and deadlines.status(item, today) is Status.RUNNING
    ]
    found = shares(session, office, directory, calendar, items)
    left = [one for one in found if one.sent is None and (units is None or one.unit_id in units)]
    return sorted(left, key=lambda one: (one.day, one.item.deadline.code))
