"""What is on its way: what was heard and asked, what will be said and when."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.models.base import choice


class DeliveryState(StrEnum):
    WAITING = "waiting"  # owed; `try_at` says from when
    SENT = "sent"
    UNKNOWN = "unknown"  # the line broke after it left: said again once, marked
    SILENT = "silent"  # when its time came there was nothing to say
    HELD = "held"  # kept for later: said together with others in a message of its own
    FAILED = "failed"  # not said; the next digest carries what it held


class Appointment(SQLModel, table=True):
    """Lịch hẹn: when the bot next has something to do about a subject (for kind «digest» the subject is a linked group,
    for kind «morning» an office). `told_to`: up to this day such a group heard its digest or had nothing to hear.
    `set_aside`: why it could not be kept when it came due; `alarmed_at`: whoever keeps the bot was to be told of that
    then."""

    __table_args__ = (sa.UniqueConstraint("kind", "subject_id"),)
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    kind: str
    subject_id: int
    speaks_at: datetime = Field(index=True)
    told_to: date | None = None
    set_aside: str = ""
    alarmed_at: datetime | None = None


class Told(SQLModel, table=True):
    """Up to which day this chat, in which the morning of a unit without a group is heard, was told of that unit, or
    there was nothing to tell."""

    unit_id: int = Field(foreign_key="unit.id", primary_key=True, ondelete="CASCADE")
    chat_id: int = Field(foreign_key="chat.id", primary_key=True)
    day: date


class Pulse(SQLModel, table=True):
    """Nhịp: when the program last owed everything that had come due. One row, of `id` 1."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime


class Traffic(SQLModel, table=True):
    """Lượng tin: the messages of one bot in the month that begins on the day `month`, as many as it `heard` and as it
    `said`, where its messenger lets it have `most` both ways. `warned_at`: whoever keeps the bot was to be told then
    that many are used. `refused_at`: the messenger said then that there are no more, when `most` was `refused_of`."""

    channel: str = Field(primary_key=True)
    month: date = Field(primary_key=True)
    heard: int = 0
    said: int = 0
    most: int = 0
    warned_at: datetime | None = None
    refused_at: datetime | None = None
    refused_of: int = 0


class Brought(SQLModel, table=True):
    """Đã trình báo: the last day on which something was brought before somebody in this chat in a digest. `what` and
    `row`: a step («head») and the deadline that its unit did not answer; «closing», «holiday» and the office."""

    what: str = Field(primary_key=True)
    row: int = Field(primary_key=True)
    chat_id: int = Field(foreign_key="chat.id", primary_key=True)
    day: date


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
    With `file_hash` a file of the data folder goes with it, under `file_name`; `picture`: to be looked at.
    `urgent`: what it says cannot wait for a digest. `heard`: it tells this chat of a command said in another, whose
    event carries the same.
    `try_at`: from when it may be taken; taking it postpones it, so a crash leaves nothing to clean up. `attempts`: how
    often it was taken, `unsure`: how often when it may have been said already. `alarmed_at`: whoever keeps the bot was
    to be told then that it had not arrived."""

    __table_args__ = (
        sa.UniqueConstraint("chat_id", "kind", "slot"),
        sa.Index(
            "ix_delivery_owed",
            "try_at",
            "id",
            sqlite_where=sa.text("state IN ('waiting', 'unknown')"),
            postgresql_where=sa.text("state IN ('waiting', 'unknown')"),
        ),
        sa.Index(
            "ix_delivery_waits",
            "chat_id",
            "id",
            sqlite_where=sa.text("state IN ('waiting', 'unknown')"),
            postgresql_where=sa.text("state IN ('waiting', 'unknown')"),
        ),
        sa.Index(
            "ix_delivery_held",
            "chat_id",
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        ),
        sa.Index("ix_delivery_message", "chat_id", "message"),
        sa.Index("ix_delivery_settled_at", "settled_at"),
        sa.Index(
            "ix_delivery_heard",
            "heard",
            sqlite_where=sa.text("heard IS NOT NULL"),
            postgresql_where=sa.text("heard IS NOT NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(foreign_key="chat.id")
    kind: str
    slot: str
    heard: str | None = None
    text: str | None = None
    bold: list[list[int]] = Field(default_factory=list, sa_type=sa.JSON)
    actions: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    about: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    file_hash: str = ""
    file_name: str = ""
    picture: bool = False
    urgent: bool = False
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=choice(DeliveryState))
    made_at: datetime
    try_at: datetime
    attempts: int = 0
    unsure: int = 0
    in_flight: bool = False
    message: str = ""
    settled_at: datetime | None = None
    alarmed_at: datetime | None = None
    why: str = ""


class Heard(SQLModel, table=True):
    """A raw update, kept until it is answered and emptied then. `set_aside`: it could not be read. `secret`: it held
    what may not be kept, and the files that hold the rows have not been cleaned of it yet."""

    __table_args__ = (
        sa.UniqueConstraint("channel", "update"),
        sa.Index(
            "ix_heard_waiting",
            "channel",
            "id",
            sqlite_where=sa.text("answered_at IS NULL"),
            postgresql_where=sa.text("answered_at IS NULL"),
        ),
        sa.Index("ix_heard_secret", "id", sqlite_where=sa.text("secret"), postgresql_where=sa.text("secret")),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    update: str
    body: str
    received_at: datetime
    answered_at: datetime | None = None
    set_aside: str = ""
    secret: bool = False
