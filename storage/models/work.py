"""What is owed and what became of it."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.models.base import KEPT, choice
from storage.models.plans import TaskKind


class ExtensionState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class EvidenceKind(StrEnum):
    DOCUMENT = "document"  # an issued paper, by its number and day
    FILE = "file"
    PHOTO = "photo"


class Deadline(SQLModel, table=True):
    """Hạn: what one unit owes by one date, with the `code` people say. `aim_day` and `last_day` are written by
    `storage.deadlines.set_days` and nowhere else. Its status is derived, never stored.

    `to_confirm`: it was already past when its plan was agreed; the Văn phòng says whether it was done.
    `document_day`: the date on the issued document, by which lateness is judged where one was given.
    `cancelled_at`: it is owed no more (its row was dropped or corrected); it is kept for the story.
    `received_at`: the unit said «đã nhận». `signing_at`: it waits for a signature, nobody is blamed.
    `accepted_at`: whoever the plan names accepted the result; `returned` counts how often it went back, `return_why` is
    the last reason. `extended` counts the extensions, `first_due` is the day before the first.
    `paused_at`: it is put off until somebody says otherwise; `stopped_why`: why that, or why it was cancelled.
    `stood_in`: closed by the Văn phòng for the unit, which
    may object."""

    __table_args__ = (
        sa.UniqueConstraint("office_id", "code"),
        sa.Index(
            "ix_deadline_open",
            "office_id",
            "last_day",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        ),
        sa.Index(
            "ix_deadline_counted",  # all that `storage.tallies` counts by: the rows themselves are not looked at
            *("office_id", "unit_id", "done_at", "kind", "last_day", "document_day", "done_day"),
            *("to_confirm", "signing_at", "paused_at", "cancelled_at", "task_id"),
        ),
        KEPT,
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
    stood_in: bool = False
    received_at: datetime | None = None
    received_by: int | None = Field(default=None, foreign_key="person.id")
    signing_at: datetime | None = None
    accepted_at: datetime | None = None
    accepted_by: int | None = Field(default=None, foreign_key="person.id")
    returned: int = 0
    return_why: str = ""
    extended: int = 0
    first_due: date | None = None
    paused_at: datetime | None = None
    stopped_why: str = ""
    cancelled_at: datetime | None = None


class Evidence(SQLModel, table=True):
    """What was shown for a result: a paper («Số 45/BC-VHTT ngày 03/6»), a file or photo in the data folder by its
    content's `hash`. `preliminary`: a supplement is to follow. `withdrawn`: the result did not
    stand."""

    __table_args__ = KEPT
    id: int | None = Field(default=None, primary_key=True)
    deadline_id: int = Field(foreign_key="deadline.id", index=True)
    kind: EvidenceKind = Field(sa_type=choice(EvidenceKind))
    name: str = ""
    day: date | None = None
    hash: str = ""
    size: int = 0
    preliminary: bool = False
    withdrawn: bool = False
    at: datetime
    person_id: int = Field(foreign_key="person.id")


class Album(SQLModel, table=True):
    """Tệp gửi cùng lúc: files sent at once in a chat, `album` being what the messenger calls them. `files` are kept and
    wait to hear what they are for. Once that is known, `codes` say so, and what comes after belongs there too: its
    events are `later` than `event_id`. `closed`: nothing of it is taken any more."""

    __table_args__ = (
        sa.UniqueConstraint("chat_id", "album"),
        sa.Index(
            "ix_album_waiting",
            "at",
            sqlite_where=sa.text("waiting"),
            postgresql_where=sa.text("waiting"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(foreign_key="chat.id")
    person_id: int | None = Field(default=None, foreign_key="person.id")
    album: str
    at: datetime
    waiting: bool = False
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    codes: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    event_id: int | None = Field(default=None, foreign_key="event.id", index=True)
    later: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    closed: bool = False


class Extension(SQLModel, table=True):
    """Gia hạn: `asked_by` asks for `day` instead of the day it is due. `late`: asked when that was past. At most one of
    a deadline is undecided. `granted` may be another day than was asked for; `answer` is why it was refused."""

    __table_args__ = KEPT
    id: int | None = Field(default=None, primary_key=True)
    deadline_id: int = Field(foreign_key="deadline.id", index=True)
    asked_by: int = Field(foreign_key="person.id")
    asked_at: datetime
    day: date
    why: str = ""
    late: bool = False
    state: ExtensionState = Field(default=ExtensionState.ASKED, sa_type=choice(ExtensionState))
    granted: date | None = None
    answer: str = ""
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None


class Contribution(SQLModel, table=True):
    """Phần phối hợp: a co-operating unit says that it has sent its part toward another unit's deadline. Who co-operates
    and by when is derived (`storage.contributions`). `stood_in`: the Văn phòng said so for the unit."""

    __table_args__ = (sa.UniqueConstraint("deadline_id", "unit_id"), KEPT)
    id: int | None = Field(default=None, primary_key=True)
    deadline_id: int = Field(foreign_key="deadline.id", index=True)
    unit_id: int = Field(foreign_key="unit.id")
    at: datetime
    person_id: int = Field(foreign_key="person.id")
    stood_in: bool = False


class Explanation(SQLModel, table=True):
    """Giải trình: a leader asked why; the unit owes an answer by `due`."""

    __table_args__ = KEPT
    id: int | None = Field(default=None, primary_key=True)
    deadline_id: int = Field(foreign_key="deadline.id", index=True)
    asked_by: int = Field(foreign_key="person.id")
    asked_at: datetime
    due: date
    answer: str = ""
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    answered_at: datetime | None = None


class Event(SQLModel, table=True):
    """Nhật ký, append-only: who did what, when, where. `changes` are [table, id, before, after]; `before` None
    says the row was made. What undo reads; undoing is an event too, and names the one it takes back. `heard`: the
    message and which command in it; what other chats were told of it carries the same."""

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    at: datetime
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    chat_id: int | None = Field(default=None, foreign_key="chat.id")
    action: str
    about: str = ""
    heard: str = ""
    changes: list[Any] = Field(default_factory=list, sa_type=sa.JSON)
    takes_back: int | None = Field(default=None, foreign_key="event.id", unique=True)


class EventAbout(SQLModel, table=True):
    """Which deadline or task (`what`: its table, `row`: its id) an event is about; append-only like the event itself. A
    row taken away since is still named here."""

    what: str = Field(primary_key=True)
    row: int = Field(primary_key=True)
    event_id: int = Field(foreign_key="event.id", primary_key=True)
