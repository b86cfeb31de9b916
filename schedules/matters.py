"""What units have on one morning, and whether it calls for a digest: read once, asked for many chats."""

from collections.abc import Collection
from copy import copy
from datetime import date
from functools import cached_property

from sqlmodel import Session, col, select

from lang.ranges import Range
from lang.workdays import Calendar, draft_day
from schedules import helping, holidays, policy
from schedules.policies import Policies
from schedules.policy import HOLIDAY_AHEAD, Part
from schedules.views import Block
from storage import approvals, contributions, deadlines
from storage.contributions import Share
from storage.deadlines import Item
from storage.models import Deadline, Explanation, Office, Task, TaskKind
from storage.units import Directory

MONDAY = 0
"""What waits for a signature calls nobody, but is not forgotten: it is shown once a week."""


class Matters:
    """The open matters of some units of an office (None: of all) on the morning of `day`."""

    def __init__(
        self, session: Session, office: Office, day: date, calendar: Calendar, units: Collection[int] | None = None
    ) -> None:
        self.session, self.office, self.day, self.calendar = session, office, day, calendar
        self._units = units
        self.policies = Policies(session, office)
        self.items = [
            item
            for item in deadlines.open_items(session, office.id or 0, units)
            if not item.deadline.to_confirm and not item.deadline.paused_at
        ]
        self._year_days: dict[tuple[int | None, int], set[date]] = {}

    def on(self, day: date) -> "Matters":
        """The same as they would stand on the morning of another day; what does not depend on it is read once."""
        kept = {"reasons": self.reasons, "directory": self.directory}
        other = copy(self)
        other.day = day
        for name in ("shares", "holiday"):
            other.__dict__.pop(name, None)
        other.__dict__ |= kept
        return other

    @cached_property
    def reasons(self) -> list[tuple[Explanation, Item]]:
        """Reasons that are owed, the most pressing first."""
        return approvals.reasons_owed(self.session, self.office.id or 0, self._units)

    @cached_property
    def directory(self) -> Directory:
        return Directory(self.session, self.office.id or 0)

    @cached_property
    def shares(self) -> list[Share]:
        """What these units owe toward the deadlines of others."""
        if self.office.help_days is None:
            return []
        return contributions.owed(self.session, self.office, self.directory, self.calendar, self.day, self._units)

    @cached_property
    def holiday(self) -> Range | None:
        """The long holiday that is near."""
        return policy.holiday_ahead(self.day, self.calendar)

    def year_days(self, plan_id: int | None, year: int) -> set[date]:
        """When «cả năm» tasks of a plan are asked about."""
        if (plan_id, year) not in self._year_days:
            query = select(col(Deadline.aim_day)).join(Task, col(Task.id) == Deadline.task_id)
            query = query.where(Task.plan_id == plan_id, Deadline.kind == TaskKind.REPORT)
            aims = self.session.exec(query.where(col(Deadline.cancelled_at).is_(None)).distinct())
            days = policy.year_question_days((day for day in aims if day), year, self.calendar, self.policies.office)
            self._year_days[plan_id, year] = days
        return self._year_days[plan_id, year]

    def of(self, units: Collection[int], since: date) -> "Matter":
        """Those of these units, for whoever was last told, or had nothing to hear, on the day `since`."""
        return Matter(self, units, since)


class Matter:
    """What one reader is told of: the matters of `units`, after the day `since`."""

    def __init__(self, matters: Matters, units: Collection[int], since: date) -> None:
        self.units, self.since = frozenset(units), since
        self._all, self._day, self._calendar = matters, matters.day, matters.calendar
        self._mine = [item for item in matters.items if item.deadline.unit_id in self.units]
        self.mornings = policy.mornings(since, matters.day, matters.calendar)

    @cached_property
    def signing(self) -> list[Item]:
        return [item for item in self._mine if item.deadline.signing_at]

    @cached_property
    def dated(self) -> list[Item]:
        kinds = (TaskKind.DATED, TaskKind.REPORT)
        return [item for item in self._mine if item.deadline.kind in kinds and not item.deadline.signing_at]

    @cached_property
    def drafts(self) -> list[Item]:
        """What is to be laid before the leader today, or was on a morning that was missed and is not due yet."""
        if self._calendar.counting.draft is None:
            return []
        mornings = set(self.mornings)
        found = [item for item in self.dated if draft_day(days_of(item.deadline).aim, self._calendar) in mornings]
        return [item for item in found if days_of(item.deadline).aim >= self._day]

    @cached_property
    def reasons(self) -> list[tuple[Explanation, Item]]:
        return [(reason, item) for reason, item in self._all.reasons if item.deadline.unit_id in self.units]

    @cached_property
    def year(self) -> list[Item]:
        """«Cả năm» tasks whose year is not over."""
        tasks = [
            item for item in self._mine if item.deadline.kind is TaskKind.ALL_YEAR and not item.deadline.signing_at
        ]
        return [item for item in tasks if item.deadline.due is not None and item.deadline.due >= self._day]

    @property
    def asks_year_result(self) -> bool:
        """Whether the result of the year's tasks is asked for, not only how they go."""
        years = {item.deadline.due.year for item in self.year if item.deadline.due}
        return any(
            self._day >= policy.year_result_day(year, self._calendar, self._all.policies.office) for year in years
        )

    @cached_property
    def year_calls(self) -> bool:
        asked = {(item.task.plan_id, item.deadline.due.year) for item in self.year if item.deadline.due}
        return any(not self._all.year_days(*one).isdisjoint(self.mornings) for one in asked)

    @cached_property
    def dated_call(self) -> bool:
        """Whether a deadline calls, or once a week what waits for a signature: so also for the office as a whole."""
        weekly = bool(self.signing) and any(morning.weekday() == MONDAY for morning in self.mornings)
        return weekly or any(
            policy.called(days_of(item.deadline), morning, self._calendar, self._all.policies.of(item))
            for item in self.dated
            for morning in self.mornings
        )

    @cached_property
    def calls(self) -> bool:
        """Whether there is a reason to speak to the units themselves."""
        owed = bool(self.mornings) and any(reason.due <= self._day for reason, _item in self.reasons)
        beside = self.helping[0] or self.year_calls or self.drafts or self.holiday
        return self.dated_call or owed or bool(beside)

    @cached_property
    def parts(self) -> dict[Part, list[Item]]:
        """The deadlines that are shown, where each stands."""
        found: dict[Part, list[Item]] = {part: [] for part in Part}
        for item in self.dated:
            part = policy.part(
                days_of(item.deadline), self._day, self.since, self._calendar, self._all.policies.of(item)
            )
            if part is not None:
                found[part].append(item)
        return found

    @cached_property
    def holiday(self) -> Block | None:
        """What falls in a long holiday: on the morning ten working days before it."""
        ahead = self._all.holiday
        if ahead is None or self._calendar.later(ahead.since, -HOLIDAY_AHEAD) not in self.mornings:
            return None
        return holidays.block(self._mine, ahead, self._day, self._all.directory, named=False)

    @cached_property
    def helping(self) -> tuple[bool, list[tuple[str, int]]]:
        """Whether what the units owe toward the deadlines of others calls, and its lines with their codes."""
        shares = [share for share in self._all.shares if share.unit_id in self.units]
        if not shares:
            return False, []
        return helping.called(
            shares, self._all.directory.by_id, self._day, self.since, self._calendar, self._all.policies
        )

    @property
    def shows(self) -> bool:
        """Whether something of it is shown in a digest that is said, whoever called it."""
        listed = self.signing or self.reasons or self.helping[1] or self.drafts or self.holiday
        return any(self.parts.values()) or bool(listed) or self.year_is_shown

    @property
    def year_is_shown(self) -> bool:
        return bool(self.year) and (self.year_calls or self.asks_year_result)


def days_of(deadline: Deadline) -> policy.Days:
    """The days of a dated deadline that the policy looks at."""
    assert deadline.aim_day is not None and deadline.last_day is not None  # noqa: PT018
    return policy.Days(deadline.aim_day, deadline.last_day)
