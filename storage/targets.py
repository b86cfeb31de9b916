"""Targets of plans and what was measured of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Protocol

from sqlmodel import Session, col, select

from lang.fold import fold
from storage.models import Plan, PlanStatus, Reading, Target, Task

POINTS = "diem"
"""The unit of a score, folded. A score's `value_max` is the most there is: «7/8,5 điểm»."""


class Drafted(Protocol):
    """A target as a document states it; the fields are those of the table."""

    @property
    def section(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def op(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def value_max(self) -> float | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def by(self) -> date | None: ...
    @property
    def lead(self) -> str: ...


class Outcome(Enum):
    """How a reading stands to its target. Derived, never stored."""

    NONE = auto()  # nothing was measured yet
    MET = auto()
    SHORT = auto()
    ABOVE = auto()  # more than an exact figure or a range asks: whether that is good, people say


@dataclass(frozen=True, slots=True)
class Followed:
    """A target of a live plan with the row it was read from (None: the plan's text) and its readings, newest first."""

    target: Target
    plan: Plan
    task: Task | None
    readings: tuple[Reading, ...]

    @property
    def lead(self) -> list[str]:
        """Who leads it, in the plan's words: whoever leads its row, so that a correction of the row holds for it."""
        if self.task is not None:
            return self.task.lead
        return [self.target.lead] if self.target.lead else []

    @property
    def outcome(self) -> Outcome:
        return outcome(self.target, self.readings[0].value) if self.readings else Outcome.NONE


def store(session: Session, plan: Plan, drafts: Iterable[Drafted]) -> None:
    """Keep the targets of a plan that was just read, in its order."""
    session.add_all(
        Target(
            office_id=plan.office_id,
            plan_id=plan.id or 0,
            position=position,
            section=draft.section,
            text=draft.text,
            op=draft.op,
            value=draft.value,
            value_max=draft.value_max,
            unit=draft.unit,
            by=draft.by,
            lead=draft.lead,
        )
        for position, draft in enumerate(drafts)
    )
    session.flush()


def live(session: Session, office_id: int) -> list[Followed]:
    """Every target of the office's live plans, in the order of the plans."""
    query = select(Target, Plan).join(Plan, col(Plan.id) == Target.plan_id)
    query = query.where(Plan.office_id == office_id, Plan.status == PlanStatus.LIVE)
    found = list(session.exec(query.order_by(col(Plan.number), col(Target.position))))
    rows: dict[tuple[int, str], Task] = {}
    for task in session.exec(select(Task).where(col(Task.plan_id).in_({plan.id for _target, plan in found}))):
        rows.setdefault((task.plan_id or 0, task.ref), task)
    earlier = _earlier(session, found)
    ids = [id for target, _plan in found for id in (target.id or 0, *earlier[target.id or 0])]
    readings: dict[int, list[Reading]] = {}
    for reading in session.exec(select(Reading).where(col(Reading.target_id).in_(ids))):
        readings.setdefault(reading.target_id, []).append(reading)
    followed = []
    for target, plan in found:
        mine = [one for id in (target.id or 0, *earlier[target.id or 0]) for one in readings.get(id, ())]
        row = rows.get((plan.id or 0, target.section))
        # A number of the plan's text may be that of a row which says something else.
        if row is not None and fold(target.text) not in fold(row.title):
            row = None
        newest = tuple(sorted(mine, key=lambda one: (one.at, one.id or 0), reverse=True))
        followed.append(Followed(target, plan, row, newest))
    return followed


def _earlier(session: Session, found: list[tuple[Target, Plan]]) -> dict[int, list[int]]:
    """The same targets in the versions that a plan took the place of: what was measured then still counts."""
    of_plan: dict[int, list[Target]] = {}
    replaced: dict[int, list[int]] = {}
    for _target, plan in found:
        if plan.id in replaced:
            continue
        chain: list[int] = []
        before = plan.replaces
        while before is not None and before not in chain:
            chain.append(before)
            of_plan[before] = list(session.exec(select(Target).where(Target.plan_id == before)))
            before = session.get_one(Plan, before).replaces
        replaced[plan.id or 0] = chain
    earlier: dict[int, list[int]] = {}
    for target, plan in found:
        same = [
            old
            for before in replaced[plan.id or 0]
            for old in of_plan[before]
            if fold(old.text) == fold(target.text) and old.unit == target.unit
        ]
        there = [old for old in same if old.section == target.section]
        moved = same if len({old.section for old in same}) == 1 else []
        earlier[target.id or 0] = [old.id or 0 for old in there or moved]
    return earlier


def outcome(target: Target, value: float) -> Outcome:
    """Whether `value` meets a target that has a figure."""
    aimed = target.value or 0.0
    if target.op == "<=" or (target.op == "=" and _goes_down(target)):
        return Outcome.MET if value <= aimed else Outcome.SHORT
    if value < aimed or (target.op == ">" and value == aimed):
        return Outcome.SHORT
    top = target.value_max if target.op == "range" else aimed
    exact = target.op == "range" or (target.op == "=" and not is_score(target))
    return Outcome.ABOVE if exact and top is not None and value > top else Outcome.MET


def _goes_down(target: Target) -> bool:
    """«giảm còn 5%», «kéo giảm xuống 3»: less is better; and nobody asks for more than «không có»."""
    return target.value == 0 or re.search(r"\b(?:con|xuong)(?: con)? \d", fold(target.text)) is not None


def is_score(target: Target) -> bool:
    return fold(target.unit) == POINTS
