"""Whose the work is: offices, their units, people, and the chats they speak in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.models.base import KEPT, choice


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


class Office(SQLModel, table=True):
    """Cơ quan: the tenant. `help_days`: so many working days before the lead is to be done co-operating units send
    their part; None: they have no day of their own.

    What the office said otherwise than everybody: `days` of its calendar, by ISO day «off» or «work» and the day it was
    swapped for, if any («off 2026-01-10»), `years` whose expected days it has confirmed; `counting`, how it counts days
    (`lang.workdays.Counting`), `policy`, how it is reminded (`schedules.policy.Policy`)."""

    __table_args__ = KEPT
    id: int | None = Field(default=None, primary_key=True)
    name: str
    short_name: str = ""
    zone: str = "Asia/Ho_Chi_Minh"
    locale: str = "vi"
    claim_hash: str | None = None
    next_code: int = 1
    next_plan: int = 1
    help_days: int | None = None
    days: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    years: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    counting: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    policy: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class Unit(SQLModel, table=True):
    """Đơn vị, in the order of the organisation chart. A name it had is an alias; the journal says until when.
    `merged_into`: it is no more, its matters are that unit's since `closed_at`. `policy`: how it wants to be reminded
    otherwise than its office."""

    __table_args__ = (sa.UniqueConstraint("office_id", "name"), KEPT)
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    name: str
    short_name: str = ""
    aliases: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    kind: UnitKind = Field(sa_type=choice(UnitKind))
    position: int
    merged_into: int | None = Field(default=None, foreign_key="unit.id")
    closed_at: datetime | None = None
    policy: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)

    @property
    def called(self) -> str:
        """Its name as short as it may be typed."""
        return self.short_name or self.name


class UnitSet(SQLModel, table=True):
    """Nhóm đơn vị: words a plan uses for several units at once («các phòng chuyên môn»), defined once by the office."""

    __table_args__ = (sa.UniqueConstraint("office_id", "name"), KEPT)
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    name: str


class UnitSetMember(SQLModel, table=True):
    set_id: int = Field(foreign_key="unitset.id", primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)


class Person(SQLModel, table=True):
    """Người. `left_at`: works here no more; what was done stays in that name."""

    __table_args__ = KEPT
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    name: str
    left_at: datetime | None = None


class Account(SQLModel, table=True):
    """How one messenger knows a person."""

    __table_args__ = (sa.UniqueConstraint("channel", "external"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    channel: str
    external: str


class Role(SQLModel, table=True):
    """What a person may do: in one unit, in the units of a set (a deputy director's khối), or with neither in the whole
    office; from `since` to `until`, both included, where they are given (duty, delegation)."""

    __table_args__ = KEPT
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    set_id: int | None = Field(default=None, foreign_key="unitset.id")
    kind: RoleKind = Field(sa_type=choice(RoleKind))
    since: date | None = None
    until: date | None = None


class Leave(SQLModel, table=True):
    """Nghỉ phép: from `since` to `until`, both included, `stand_in_id` has this person's roles and reminders too."""

    __table_args__ = KEPT
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    stand_in_id: int = Field(foreign_key="person.id", index=True)
    since: date
    until: date
    cancelled_at: datetime | None = None


class Invite(SQLModel, table=True):
    """A one-time code that links an account with a person, or (with no person) a group with a unit, with neither a
    group with the whole office. Only its hash is kept. `void_at`: another took its place."""

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    hash: str = Field(unique=True)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    void_at: datetime | None = None


class Guesses(SQLModel, table=True):
    """Wrong codes from one account of a messenger since its last right one; no more are heard before `paused_until`."""

    __table_args__ = (sa.UniqueConstraint("channel", "external"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    external: str
    wrong: int = 0
    paused_until: datetime | None = None


class Chat(SQLModel, table=True):
    """A conversation of a messenger. `whole_office`, or its `ChatUnit` rows, say whose matters it may see; with
    neither it is not linked. `person_id`: who speaks here with the bot in private, so that what is theirs alone can be
    said here. `active` False: the messenger does not let us speak there, `inactive_why` says why. `chosen`: of the
    places on several messengers where this person, or these units, could be told something they want this one.

    `board`: a message there is kept up to date; `board_message` is the messenger's id of it, `board_shows` a hash of
    what it shows and `board_event` the office's last event that it knows."""

    __table_args__ = (sa.UniqueConstraint("channel", "external", "thread"), KEPT)
    id: int | None = Field(default=None, primary_key=True)
    office_id: int | None = Field(default=None, foreign_key="office.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    channel: str
    external: str
    thread: str = ""
    private: bool
    title: str = ""
    locale: str | None = None
    whole_office: bool = False
    chosen: bool = False
    active: bool = True
    inactive_why: str = ""
    board: bool = False
    board_message: str = ""
    board_shows: str = ""
    board_event: int = 0


class ChatUnit(SQLModel, table=True):
    chat_id: int = Field(foreign_key="chat.id", primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
