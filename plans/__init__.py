"""A document becomes a draft plan. Pure: bytes and a year in, drafts and doubts out; no clock, no database."""

from dataclasses import dataclass, field
from datetime import date, time

from lang.doubts import Doubt


class Unreadable(Exception):
    """The document cannot be taken. `code` is one of the sentences in `plans.refusals`; `args` fill it.

    Codes: empty, too_large, too_large_inside, too_many_cells, too_many_pages, old_word, old_excel, encrypted, damaged,
    not_a_plan_format, scanned, no_table, took_too_long, classified, year_unknown; of a list of people not_a_roster,
    too_many_people."""

    def __init__(self, code: str, **args: str) -> None:
        super().__init__(code)
        self.code, self.args_ = code, args


@dataclass(frozen=True, slots=True)
class DraftTask:
    """A row of a plan. `ref` is its full number («2.1.a»); `phrase` the time as written, None for an empty cell;
    `due` the dates read literally, not moved off days off. `kind`: date, window, recurring, all_year, ongoing, event,
    relative, unknown. `section` says where it stands («II, 2.1»)."""

    ref: str
    title: str
    lead: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    product: str | None = None
    phrase: str | None = None
    kind: str = "unknown"
    due: tuple[date, ...] = ()
    start: date | None = None
    strict: bool = False
    hour: time | None = None
    doubts: tuple[Doubt, ...] = ()
    section: str = ""


@dataclass(frozen=True, slots=True)
class DraftReport:
    """One periodic report: every unit meant by the words in `senders` owes it to `to` on each day of `due`."""

    ref: str
    title: str
    senders: tuple[str, ...]
    to: str
    phrase: str
    due: tuple[date, ...]
    strict: bool = False
    hour: time | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftTarget:
    """A quantified target. `op`: >=, >, =, <=, range, qualitative."""

    section: str
    text: str
    op: str
    value: float | None
    unit: str = "%"
    value_max: float | None = None
    by: date | None = None
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What the proof-reader found. `kind` as in the plans' schema (year_mismatch, number_skipped, lead_missing …), `no`
    the row it stands at, `words` the words at fault, `near` the other rows concerned (beside a skipped number)."""

    kind: str
    no: str
    words: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a document says."""

    title: str
    issuer: str
    number: str
    issued: date | None
    year: int
    is_plan: bool = True
    groups: tuple[tuple[str, str], ...] = ()
    tasks: tuple[DraftTask, ...] = ()
    narrative: tuple[DraftTask, ...] = ()
    reports: tuple[DraftReport, ...] = ()
    targets: tuple[DraftTarget, ...] = ()
    faults: tuple[Fault, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of a list of people, words as they were written: `line` as the sheet counts, `unit` of the line or of
    the heading above it."""

    line: int
    name: str
    unit: str
    role: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of a list, and the headings of the columns that were not taken, «» for one without."""

    rows: tuple[RosterRow, ...]
    dropped: tuple[str, ...]
