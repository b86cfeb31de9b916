"""What an office has decided about its days and its reminders, read from what is kept of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from sqlmodel import Session, col, select

from lang.workdays import Calendar, Counting, DayOff, national
from schedules.policy import USUAL, Policy
from storage import people
from storage.deadlines import Item
from storage.models import Chat, Office, Plan, Unit

OFF, WORKED = "off", "work"
"""What an office says of a day; «off 2026-01-10»: that one is worked instead."""


def calendar_of(office: Office) -> Calendar:
    """The office's calendar: the national one as the office corrected it, and how it counts days with it."""
    counting = tuple(sorted(office.counting.items()))
    return _calendar(tuple(sorted(office.days.items())), tuple(sorted(office.years)), counting)


@lru_cache(maxsize=256)
def _calendar(
    days: tuple[tuple[str, str], ...], years: tuple[int, ...], counting: tuple[tuple[str, Any], ...]
) -> Calendar:
    known, said = confirmed(years), dict(counting)
    if "day_off" in said:
        said["day_off"] = DayOff(said["day_off"])
    off = {date.fromisoformat(day) for day, kind in days if kind.startswith(OFF)}
    work = {date.fromisoformat(day) for day, kind in days if kind.startswith(WORKED)}
    return replace(
        known,
        off=(known.off | off) - work,
        work=(known.work | work) - off,
        expected=known.expected - off - work,
        expected_work=known.expected_work - off - work,
        counting=Counting(**said),
    )


def confirmed(years: Collection[int]) -> Calendar:
    """The national calendar, what is expected in these years being sure."""
    known = national()
    return replace(
        known,
        work=known.work | {day for day in known.expected_work if day.year in years},
        expected=frozenset(day for day in known.expected if day.year not in years),
        expected_work=frozenset(day for day in known.expected_work if day.year not in years),
        sure=frozenset(years),
    )


def policy_of(office: Office) -> Policy:
    """How an office wants to be reminded."""
    return USUAL.changed(office.policy)


class Policies:
    """How the units and plans of an office want to be reminded: read once for many deadlines. What a plan says wins
    over what a unit says, and that over the office; the hour is the unit's or the office's, for a digest is one."""

    def __init__(self, session: Session, office: Office) -> None:
        self.office, self._session, self._office_id = policy_of(office), session, office.id
        query = select(col(Unit.id), col(Unit.policy), col(Unit.merged_into)).where(Unit.office_id == office.id)
        units = session.exec(query).all()
        self._units = {unit: self.office.changed(said) for unit, said, _into in units if said}
        self._merged = {unit for unit, _said, into in units if into is not None}
        self._found: dict[tuple[int, int], Policy] = {}

    def unit(self, unit_id: int) -> Policy:
        return self._units.get(unit_id, self.office)

    def of(self, item: Item) -> Policy:
        """How a deadline calls."""
        if item.plan is None or not item.plan.policy:
            return self.unit(item.deadline.unit_id)
        key = (item.deadline.unit_id, item.plan.id or 0)
        if key not in self._found:
            self._found[key] = self.unit(item.deadline.unit_id).changed(item.plan.policy)
        return self._found[key]

    @cached_property
    def farthest(self) -> int:
        """So many working days before its day the first deadline calls or stands under «sắp đến hạn»."""
        plans = select(col(Plan.policy)).where(Plan.office_id == self._office_id)
        mine = [self.office, *self._units.values()]
        theirs = [one.changed(said) for said in self._session.exec(plans) if said for one in mine]
        return max(policy.farthest for policy in (*mine, *theirs))

    def together(self, units: Collection[int]) -> Policy:
        """How a chat that shows these units wants to be spoken to: as they all do, else as the office does. A unit that
        was merged into one of them wants nothing any more."""
        said = {self.unit(unit) for unit in units if unit not in self._merged}
        return said.pop() if len(said) == 1 else self.office


def policy_of_chat(session: Session, office: Office, chat: Chat) -> Policy:
    """When a group hears its digest."""
    if chat.whole_office or chat.private:
        return policy_of(office)
    return Policies(session, office).together(people.shown_units(session, chat.id or 0))
