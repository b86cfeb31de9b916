"""The tables. One word, one meaning: docs/words.md says what each is in the office's own language.

Moments are aware and kept in UTC (SQLModel's `datetime` column refuses naive ones). A messenger's ids are text,
because Zalo's are and Telegram's do not fit every database's integer.
"""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


def choice(kind: type[StrEnum]) -> Any:
    """A column of `kind`'s values, checked by the program and kept as text, so that a new member needs no new type."""
    return sa.Enum(kind, native_enum=False, values_callable=lambda members: [m.value for m in members], length=20)


class UnitKind(StrEnum):
    SECRETARIAT = "secretariat"  # Văn phòng: keeps the plans, owes the synthesis, does not report to itself
    INSPECTORATE = "inspectorate"  # Thanh tra: whether it is one of «các phòng chuyên môn» is asked
    DEPARTMENT = "department"  # phòng chuyên môn
    ATTACHED = "attached"  # đơn vị trực thuộc
    OUTSIDE = "outside"  # another Sở, a ministry, a group of people: shown, never nudged


class RoleKind(StrEnum):
    STAFF = "staff"
    FOCAL = "focal"
    HEAD = "head"
    COORDINATOR = "coordinator"
    LEADER = "leader"
    ADMIN = "admin"


class PlanStatus(StrEnum):
    DRAFT = "draft"
    LIVE = "live"
    DROPPED = "dropped"
    SUPERSEDED = "superseded"  # a newer version of it was agreed


class TaskKind(StrEnum):
    DATED = "dated"  # it has days
    REPORT = "report"  # a periodic report, owed by every unit of a set on each day
    ALL_YEAR = "all_year"  # «cả năm»: asked about, never red
    OPEN = "open"  # no day: ongoing, waits for an event, or its doubt is not settled


class DeliveryState(StrEnum):
    WAITING = "waiting"  # owed; `try_at` says from when
    SENT = "sent"
    UNKNOWN = "unknown"  # the line broke after it left: said again once, marked
    SILENT = "silent"  # when its time came there was nothing to say
    FAILED = "failed"  # not said; the next digest carries what it held


class Office(SQLModel, table=True):
    """Cơ quan: the tenant."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    short_name: str = ""
    zone: str = "Asia/Ho_Chi_Minh"
    locale: str = "vi"
    claim_hash: str | None = None
    next_code: int = 1
    next_plan: int = 1


class Unit(SQLModel, table=True):
    """Đơn vị, in the order of the organisation chart."""

    __table_args__ = (sa.UniqueConstraint("office_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    name: str
    short_name: str = ""
    aliases: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    kind: UnitKind = Field(sa_type=choice(UnitKind))
    position: int


class UnitSet(SQLModel, table=True):
    """Nhóm đơn vị: words a plan uses for several units at once («các phòng chuyên môn»), defined once by the office."""

    __table_args__ = (sa.UniqueConstraint("office_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    name: str


class UnitSetMember(SQLModel, table=True):
    set_id: int = Field(foreign_key="unitset.id", primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)


class Person(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    name: str


class Account(SQLModel, table=True):
    """How one messenger knows a person."""

    __table_args__ = (sa.UniqueConstraint("channel", "external"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    channel: str
    external: str


class Role(SQLModel, table=True):
    """What a person may do, in one unit or (`unit_id` None) in the whole office."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    kind: RoleKind = Field(sa_type=choice(RoleKind))


class Chat(SQLModel, table=True):
    """A conversation of a messenger. `whole_office`, or its `ChatUnit` rows, say whose matters it may see; with
    neither it is not linked. `active` False: the messenger does not let us speak there, `inactive_why` says why."""

    __table_args__ = (sa.UniqueConstraint("channel", "external", "thread"),)
    id: int | None = Field(default=None, primary_key=True)
    office_id: int | None = Field(default=None, foreign_key="office.id", index=True)
    channel: str
    external: str
    thread: str = ""
    private: bool
    title: str = ""
    locale: str | None = None
    whole_office: bool = False
    active: bool = True
    inactive_why: str = ""


class ChatUnit(SQLModel, table=True):
    chat_id: int = Field(foreign_key="chat.id", primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)


class Plan(SQLModel, table=True):
    """Kế hoạch; `number` is what people say («KH3»). `faults` is what the proof-reader found, as (kind, no, words);
    `groups` are its headings, as (no, title). `replaces` is the live plan of which this is a newer version."""

    __table_args__ = (sa.UniqueConstraint("office_id", "number"),)
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


class Task(SQLModel, table=True):
    """Nhiệm vụ: a row of a plan. `lead` and `coordinating` are the words as written; `phrase` too. `due` are ISO dates.
    `doubts` are unsettled ones, as {code, args, dates, suggest}. For a report `lead` are those who owe it.
    `left_out`: somebody said that this row is no task."""

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

    id: int | None = Field(default=None, primary_key=True)
    target_id: int = Field(foreign_key="target.id", index=True)
    value: float
    at: datetime
    person_id: int = Field(foreign_key="person.id")


class Deadline(SQLModel, table=True):
    """Hạn: what one unit owes by one date, with the `code` people say. `aim_day` and `last_day` are written by
    `storage.deadlines.set_days` and nowhere else. Its status is derived, never stored.

    `to_confirm`: it was already past when its plan was agreed; the Văn phòng says whether it was done.
    `document_day`: the date on the issued document, by which lateness is judged where one was given.
    `cancelled_at`: it is owed no more (its row was dropped or corrected); it is kept for the story."""

    __table_args__ = (
        sa.UniqueConstraint("office_id", "code"),
        sa.Index(
            "ix_deadline_open",
            "office_id",
            "last_day",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    task_id: int = Field(foreign_key="task.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    code: int
    kind: TaskKind = Field(sa_type=choice(TaskKind))
    due: date | None = None
    strict: bool = False
    hour: time | None = None
    aim_day: date | None = None
    last_day: date | None = None
    to_confirm: bool = False
    done_at: datetime | None = None
    done_day: date | None = None
    done_by: int | None = Field(default=None, foreign_key="person.id")
    document: str = ""
    document_day: date | None = None
    nothing_to_report: bool = False
    cancelled_at: datetime | None = None


class Event(SQLModel, table=True):
    """Nhật ký, append-only: who did what, when, where. `changes` are [table, id, before, after]; `before` None
    says the row was made. What undo reads; undoing is an event too, and names the one it takes back."""

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    chat_id: int | None = Field(default=None, foreign_key="chat.id")
    action: str
    about: str = ""
    changes: list[Any] = Field(default_factory=list, sa_type=sa.JSON)
    takes_back: int | None = Field(default=None, foreign_key="event.id", unique=True)


class Appointment(SQLModel, table=True):
    """Lịch hẹn: when the bot next has something to do about a subject (for kind «digest» the subject is a chat)."""

    __table_args__ = (sa.UniqueConstraint("kind", "subject_id"),)
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    kind: str
    subject_id: int
    speaks_at: datetime = Field(index=True)


class Question(SQLModel, table=True):
    """Câu hỏi: what the bot asked and may still be answered. `person_id` None: whoever in that chat may answer.
    `subject` is what it is about, for the handler that asked; `choices` are (words, value)."""

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(foreign_key="chat.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    kind: str
    subject: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    choices: list[list[Any]] = Field(default_factory=list, sa_type=sa.JSON)
    asked_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None


class Delivery(SQLModel, table=True):
    """Lượt nhắc: a message owed to a chat. `text` None: composed when it is said. `about` are the codes it names.
    `try_at`: from when it may be taken; taking it postpones it, so a crash leaves nothing to clean up."""

    __table_args__ = (
        sa.UniqueConstraint("chat_id", "kind", "slot"),
        sa.Index(
            "ix_delivery_owed",
            "try_at",
            "id",
            sqlite_where=sa.text("state IN ('waiting', 'unknown')"),
            postgresql_where=sa.text("state IN ('waiting', 'unknown')"),
        ),
        sa.Index("ix_delivery_message", "chat_id", "message"),
    )
    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(foreign_key="chat.id")
    kind: str
    slot: str
    text: str | None = None
    bold: list[list[int]] = Field(default_factory=list, sa_type=sa.JSON)
    actions: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    about: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=choice(DeliveryState))
    made_at: datetime
    try_at: datetime
    attempts: int = 0
    in_flight: bool = False
    message: str = ""
    settled_at: datetime | None = None
    why: str = ""


class Heard(SQLModel, table=True):
    """A raw update, kept until it is answered and emptied then. `set_aside`: it could not be read."""

    __table_args__ = (
        sa.UniqueConstraint("channel", "update"),
        sa.Index(
            "ix_heard_waiting",
            "channel",
            "id",
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    update: str
    body: str
    received_at: datetime
    answered_at: datetime | None = None
    set_aside: str = ""
