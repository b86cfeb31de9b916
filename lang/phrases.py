"""What the words of a time phrase are made of: written times, and the small words between them."""

from dataclasses import dataclass

END = -1  # as a day: the last one of the month; no number that is written can be it
EVERY_MONTH = tuple(range(1, 13))
QUARTER_ENDS = (3, 6, 9, 12)
QUARTER_STARTS = (1, 4, 7, 10)
HALVES = (6, 12)


@dataclass(frozen=True, slots=True)
class Time:
    """One time as written, without a clock: it falls due on `day` of each of `months`.

    «Quý II/2023» is the END of month 6 of 2023, begun in month 4; «ngày 20 hàng tháng» is day 20 of every month;
    «ngày 20» alone has no months, «hàng tháng» alone no day of its own. `unit` is what was named: day, workday (`day`
    counts working days, END is the last), week, month, quarter, half, months (the first so many), year.
    `year` None is the plan's; `shift` moves it («năm sau»: 1). `bare` names a kind of report rather than a time
    («báo cáo quý», «năm»). `limit` narrows what recurs («trong các tháng cuối năm»). `doubts` are codes.
    """

    unit: str
    day: int = END
    months: tuple[int, ...] = ()
    since: int = 0
    year: int | None = None
    shift: int = 0
    recurring: bool = False
    bare: bool = False
    limit: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """A day was named, not only the period that ends with it."""
        return self.unit in ("day", "workday")

    @property
    def repeats(self) -> bool:
        """It falls due again and again, not once."""
        return self.recurring or len(self.months) > 1


@dataclass(frozen=True, slots=True)
class Count:
    """«10 ngày làm việc kể từ …»: `n` of `unit` after `base` (before it when `ahead`); no base: none was written."""

    n: int
    unit: str
    working: bool = False
    base: str = ""
    ahead: bool = False
    since: str = ""  # the end of a period it counts from, when the calendar knows it: month, quarter, year
    open: bool = False  # the words after it are a date that it counts from


@dataclass(frozen=True, slots=True)
class Times:
    """«02 đợt trong năm», «3 tháng một lần»: how often, not when; `n` times in every `every` `unit`s."""

    n: int
    unit: str
    every: int = 1

    @property
    def a_year(self) -> int:
        """How many of its units a year has, as far as days are given for each."""
        return {"month": 12, "quarter": 4}.get(self.unit, 1)


@dataclass(frozen=True, slots=True)
class Weekday:
    day: int  # Monday 0


@dataclass(frozen=True, slots=True)
class Hour:
    hour: int
    minute: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A small word; `kind` is a key of `lang.small_words.MARKS`, or `word` (harmless), `paper` (a document's number) or
    `stray` (may speak of time, and was not understood)."""

    kind: str
    text: str = ""


Item = Time | Count | Times | Weekday | Hour | Mark


@dataclass(frozen=True, slots=True)
class Due:
    """A due time, from `start` if a range was written; `strict`: «trước»; `joint` ties it to the one before."""

    time: Time
    start: Time | None = None
    strict: bool = False
    joint: str = ""
    opener: str = ""
    inside: bool = False  # in brackets
    apart: bool = False  # words stand between it and the last comma: a clause of its own
    named: bool = False  # after what it belongs to: «Kế hoạch năm 2027»


@dataclass(frozen=True, slots=True)
class Structure:
    """What a phrase says. `said` are the kinds of small words in it; `doubts` are codes seen without dates."""

    dues: tuple[Due, ...] = ()
    starts: tuple[Time, ...] = ()
    counts: tuple[Count, ...] = ()
    counted: tuple[tuple[Count, Time], ...] = ()  # «15 ngày kể từ ngày 01/6/2025»
    often: tuple[Times, ...] = ()
    hour: Hour | None = None
    weekday: int | None = None
    said: frozenset[str] = frozenset()
    limit: Time | None = None
    doubts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()

    @property
    def recurring(self) -> bool:
        return bool(self.often or self.said & {"weekly", "daily", "periodic"} or any(d.time.repeats for d in self.dues))
