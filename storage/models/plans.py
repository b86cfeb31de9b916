"""What an office has set itself: plans, their tasks, their targets."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.models.base import KEPT, choice


class PlanStatus(StrEnum):
    DRAFT = "draft"
    LIVE = "live"
    DROPPED = "dropped"
    SUPERSEDED = "superseded"  # a newer version of it was agreed


class Acceptance(StrEnum):
    """Who looks at a result before it counts as done."""

    NONE = "none"
    COORDINATOR = "coordinator"
    LEADER = "leader"


class TaskKind(StrEnum):
    DATED = "dated"  # it has days
    REPORT = "report"  # a periodic report, owed by every unit of a set on each day
    ALL_YEAR = "all_year"  # «cả năm»: asked about, never red
    OPEN = "open"  # no day: ongoing, waits for an event, or its doubt is not settled


class Plan(SQLModel, table=True):
    """Kế hoạch; `number` is what people say («KH3»). `faults` is what the proof-reader found, as (kind, no, words);
    `groups` are its headings, as (no, title). `replaces` is the live plan of which this is a newer version.
    `accepted_by` looks at every result recorded since `accepts_since` before it counts as done. `policy`: how its
    deadlines call otherwise than those of the unit and the office."""

    __table_args__ = (sa.UniqueConstraint("office_id", "number"), KEPT)
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    number: int
    title: str
    document_number: str = ""
    issued: date | None = None
    year: int
    source_name: str
    source_hash: str
    status: PlanStatus = Field(default=PlanStatus.DRAFT, sa_type=choice(PlanStatus))
    faults: list[list[str]] = Field(default_factory=list, sa_type=sa.JSON)
    groups: list[list[str]] = Field(default_factory=list, sa_type=sa.JSON)
    received_at: datetime
    agreed_at: datetime | None = None
    replaces: int | None = Field(default=None, foreign_key="plan.id")
    accepted_by: Acceptance = Field(default=Acceptance.NONE, sa_type=choice(Acceptance))
    accepts_since: datetime | None = None
    policy: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class Task(SQLModel, table=True):
    """Nhiệm vụ: a row of a plan, or (`plan_id` None) what somebody gave a unit by message. `lead`, `coordinating` are
    the words as written; `phrase` too. `due` are ISO dates. `doubts` are unsettled ones, as {code, args, dates,
    suggest}. For a report `lead` are those who owe it. `left_out`: somebody said that this row is no task.

    By message: `given_by` gave it, `grounds` is the paper it comes from, `superior_due` the day that paper's sender
    set, `every` the words that repeat it («hàng tháng trước ngày 20»).
    """

    __table_args__ = KEPT
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id", index=True)
    position: int = 0
    ref: str
    section: str = ""
    title: str
    lead: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    coordinating: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    product: str = ""
    phrase: str = ""
    kind: TaskKind = Field(sa_type=choice(TaskKind))
    due: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    strict: bool = False
    hour: time | None = None
    doubts: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    left_out: bool = False
    given_by: int | None = Field(default=None, foreign_key="person.id")
    grounds: str = ""
    superior_due: date | None = None
    every: str = ""


class Target(SQLModel, table=True):
    """Chỉ tiêu: a quantified target of a plan («tối thiểu 90%», «7/8,5 điểm»). `op`: >=, >, =, <=, range,
    qualitative."""

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    position: int
    section: str
    text: str
    op: str
    value: float | None = None
    value_max: float | None = None
    unit: str = "%"
    by: date | None = None
    lead: str = ""


class Reading(SQLModel, table=True):
    """Số đo: a measured value of a target, who said it and when."""

    __table_args__ = KEPT
    id: int | None = Field(default=None, primary_key=True)
    target_id: int = Field(foreign_key="target.id", index=True)
    value: float
    at: datetime
    person_id: int = Field(foreign_key="person.id")
