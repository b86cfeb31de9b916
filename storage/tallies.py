"""How units stand, counted by the database: only what is shown is loaded, and statements are built once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from lang.ranges import Range
from storage.deadlines import IN_FORCE, Item, falls_in, items_of, waiting
from storage.models import Deadline, Plan, Task, TaskKind, Unit
from storage.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Tally:
    """How one unit stands: results on time, late; still open: in time, overdue; without a day; waiting to be
    confirmed; results waiting to be accepted."""

    on_time: int = 0
    late: int = 0
    running: int = 0
    overdue: int = 0
    undated: int = 0
    to_confirm: int = 0
    waiting: int = 0

    @property
    def done(self) -> int:
        return self.on_time + self.late


Statement = sa.Select[*tuple[Any, ...]]
OFFICE, TODAY = sa.bindparam("office", type_=sa.Integer), sa.bindparam("today", type_=sa.Date)
UNITS = sa.bindparam("units", expanding=True, type_=sa.Integer)
OUT_OF_FORCE = sa.bindparam("out_of_force", expanding=True, type_=sa.Integer)


def tallies(
    session: Session, office_id: int, today: date, unit_ids: Collection[int], span: Range | None = None
) -> dict[int, Tally]:
    """How each of these units stands today, counted by the database: with what is due in these days, or ever."""
    watched, given = _plans(session, office_id)
    if span is None and not given:
        rows = (_WATCHED if watched else _UNWATCHED).run(session, {"office": office_id, "today": today})
    else:
        statement = _tallies(watched, bool(given))
        statement = statement if span is None else statement.where(falls_in(span))
        rows = [tuple(row) for row in session.execute(statement, {"office": office_id, "today": today} | given)]
    return {unit: Tally(*counts) for unit, *counts in rows if unit in unit_ids}


def overdue(
    session: Session, office_id: int, today: date, unit_ids: Collection[int], span: Range | None = None, most: int = 0
) -> tuple[list[Item], int]:
    """What of these units is overdue today, in chart order of the units, oldest first; of more than `most` (0: any
    number) those; and how many there are."""
    _watched, given = _plans(session, office_id)
    statement = _overdue(bool(given), most)
    if span is not None:
        statement = statement.where(falls_in(span))
    found = session.execute(statement, {"office": office_id, "today": today, "units": list(unit_ids)} | given).all()
    return _loaded(session, office_id, [id for id, _all in found]), found[0][1] if found else 0


def running(
    session: Session,
    office_id: int,
    today: date,
    unit_ids: Collection[int],
    span: Range | None = None,
    *,
    until: date | None = None,
    most: int = 0,
) -> list[Item]:
    """What of these units is still in time, «cả năm» aside, by last day and code: to be worked toward up to `until`, or
    ever; of more than `most` (0: any number) those."""
    _watched, given = _plans(session, office_id)
    statement = _running(bool(given))
    if span is not None:
        statement = statement.where(falls_in(span))
    if until is not None:
        statement = statement.where(col(Deadline.aim_day) <= until)
    statement = statement.limit(most) if most else statement
    rows = session.execute(statement, {"office": office_id, "today": today, "units": list(unit_ids)} | given)
    return _loaded(session, office_id, [id for (id,) in rows])


def open_count(session: Session, office_id: int, unit_ids: Collection[int], span: Range | None = None) -> int:
    """How much of these units is not done."""
    _watched, given = _plans(session, office_id)
    statement = _open_count(bool(given))
    if span is not None:
        statement = statement.where(falls_in(span))
    return int(session.execute(statement, {"office": office_id, "units": list(unit_ids)} | given).scalar_one())


def _plans(session: Session, office_id: int) -> tuple[bool, dict[str, list[int]]]:
    """Whether somebody looks at the results of one of the office's plans; which plans do not count, if any. Asked
    first, so that no deadline's task and plan have to be looked up where it does not matter."""
    plans = _PLANS.run(session, {"office": office_id})
    out = [id for id, status, _since in plans if status not in IN_FORCE]
    return any(since is not None for _id, _status, since in plans), {"out_of_force": out} if out else {}


def _plans_of(_sqlite: bool) -> Statement:
    plan = col(Plan.id), col(Plan.status), col(Plan.accepts_since)
    return sa.select(*plan).where(col(Plan.office_id) == OFFICE)


def _counting(statement: Statement, out_of_force: bool) -> Statement:
    """Only the deadlines of the office that count, as in `items_of`."""
    statement = statement.where(col(Deadline.office_id) == OFFICE, col(Deadline.cancelled_at).is_(None))
    if out_of_force:
        theirs = sa.select(col(Task.id)).where(col(Task.plan_id).in_(OUT_OF_FORCE))
        statement = statement.where(col(Deadline.task_id).not_in(theirs))
    return statement


@cache
def _tallies(watched: bool, out_of_force: bool) -> Statement:
    done = col(Deadline.done_at).is_not(None)
    waits = waiting() if watched else sa.false()
    late = sa.func.coalesce(col(Deadline.document_day), col(Deadline.done_day)) > col(Deadline.last_day)
    settled = sa.and_(~done, ~col(Deadline.to_confirm))
    kind = col(Deadline.kind)
    dated = sa.and_(settled, sa.or_(kind == TaskKind.DATED, kind == TaskKind.REPORT))
    put_aside = sa.or_(col(Deadline.signing_at).is_not(None), col(Deadline.paused_at).is_not(None))
    overdue = sa.and_(dated, col(Deadline.last_day) < TODAY, ~put_aside)
    is_late = sa.and_(done, col(Deadline.last_day).is_not(None), late)
    undated = sa.and_(settled, col(Deadline.kind) == TaskKind.OPEN)

    def count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(condition)

    statement = sa.select(
        col(Deadline.unit_id),
        count(sa.and_(done, ~waits, sa.not_(is_late))),
        count(sa.and_(is_late, ~waits)),
        count(sa.and_(settled, ~overdue, ~undated)),
        count(overdue),
        count(undated),
        count(sa.and_(~done, col(Deadline.to_confirm))),
        count(waits) if watched else sa.literal(0),
    ).select_from(Deadline)
    if watched:
        statement = statement.join(Task, col(Task.id) == Deadline.task_id)
        statement = statement.outerjoin(Plan, col(Plan.id) == Task.plan_id)
    return _counting(statement, out_of_force).group_by(col(Deadline.unit_id))


_PLANS = Prepared(_plans_of)
_WATCHED = Prepared(lambda _sqlite: _tallies(True, False))
_UNWATCHED = Prepared(lambda _sqlite: _tallies(False, False))


def _in_play() -> sa.ColumnElement[bool]:
    """A deadline with a day that `deadlines.status` calls neither done nor put aside, «cả năm» aside."""
    return sa.and_(
        col(Deadline.done_at).is_(None),
        ~col(Deadline.to_confirm),
        col(Deadline.paused_at).is_(None),
        col(Deadline.signing_at).is_(None),
        col(Deadline.due).is_not(None),
        col(Deadline.kind) != TaskKind.ALL_YEAR,
        col(Deadline.unit_id).in_(UNITS),
    )


@cache
def _overdue(out_of_force: bool, most: int) -> Statement:
    statement = sa.select(col(Deadline.id), sa.func.count().over()).join(Unit, col(Unit.id) == Deadline.unit_id)
    statement = _counting(statement, out_of_force).where(_in_play(), col(Deadline.last_day) < TODAY)
    statement = statement.order_by(col(Unit.position), col(Unit.id), col(Deadline.last_day), col(Deadline.code))
    return statement.limit(most) if most else statement


@cache
def _running(out_of_force: bool) -> Statement:
    statement = _counting(sa.select(col(Deadline.id)), out_of_force)
    statement = statement.where(_in_play(), col(Deadline.last_day) >= TODAY)
    return statement.order_by(col(Deadline.last_day), col(Deadline.code))


@cache
def _open_count(out_of_force: bool) -> Statement:
    statement = _counting(sa.select(sa.func.count()).select_from(Deadline), out_of_force)
    return statement.where(col(Deadline.done_at).is_(None), col(Deadline.unit_id).in_(UNITS))


@cache
def _items() -> Statement:
    chosen = sa.bindparam("chosen", expanding=True, type_=sa.Integer)
    return items_of(OFFICE).where(col(Deadline.id).in_(chosen))


def _loaded(session: Session, office_id: int, ids: list[int]) -> list[Item]:
    """These deadlines, in this order."""
    if not ids:
        return []
    items = {row[0].id: Item(*row) for row in session.execute(_items(), {"office": office_id, "chosen": ids})}
    return [items[id] for id in ids]
