"""From the structure of a phrase and the year of its plan to dates, and to the doubts that stay."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from datetime import time as Hour
from functools import cache
from itertools import pairwise

from lang.doubts import Doubt
from lang.phrases import END, HALVES, QUARTER_ENDS, Due, Structure, Time
from lang.suspicions import suspicions
from lang.workdays import national

DAY = timedelta(days=1)
FAR = 30  # years after the plan's own: national aims reach 2050, later is a slip of the pen
FAR_DAY = 8  # no plan names a day so long before
ONGOING = frozenset({"ongoing", "onward"})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a time phrase means in one year.

    `kind`: date, window, recurring, all_year, ongoing, event, relative, unknown. `due` are the dates as written, in
    order (for a period its last day); `strict`: «trước», so that the day before each is the last good one. `start`
    and `time` only if written. `doubts` must be settled by a person before their `dates` are relied on. `left` are
    the words that say nothing of time.
    """

    kind: str
    due: tuple[date, ...] = ()
    start: date | None = None
    strict: bool = False
    time: Hour | None = None
    doubts: tuple[Doubt, ...] = ()
    left: str = ""


def reckon(day: date, n: int, unit: str, working: bool = False) -> list[date]:
    """The day `n` units after `day`, which itself is not counted (Điều 147 BLDS 2015); none when it cannot be told."""
    if not 0 < abs(n) <= 3660 or not 1900 < day.year < 2200:
        return []
    if unit == "day":
        return [national().later(day, n) if working else day + n * DAY]
    if unit == "week":
        return [day + 7 * n * DAY]
    months = n * {"month": 1, "quarter": 3, "year": 12}.get(unit, 0)
    if not months:
        return []
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return [date(year, month + 1, min(day.day, last_of(year, month + 1)))]


@cache
def _known_years() -> frozenset[int]:
    return frozenset(day.year for day in national().off)


def last_of(year: int, month: int) -> int:
    return monthrange(year, month)[1]


class Resolver:
    """One structure in one year."""

    def __init__(self, said: Structure, year: int, words: str) -> None:
        self.said = said
        self.year = min(max(year, 1900), 2199)  # no plan is of another; so the dates beside it always exist
        self.words = words
        self.doubts: dict[str, tuple[list[date], list[date]]] = {}

    def doubt(self, code: str, dates: list[date], suggest: list[date] | None = None) -> None:
        kept = self.doubts.setdefault(code, ([], []))
        kept[0].extend(dates)
        kept[1].extend(suggest or [])

    def year_of(self, time: Time) -> int:
        return (time.year if time.year is not None else self.year) + time.shift

    def dates(self, time: Time, year: int) -> list[date]:
        """The days `time` falls due in `year`; a day that its month has not is a doubt, in a rule the month's last."""
        found: list[date] = []
        for month in time.months:
            if not (1 <= month <= 12 and 1 <= year <= 9998):
                self.doubt("no_such_day", [])
                continue
            last = last_of(year, month)
            if time.unit == "workday":
                day = self._workday(year, month, time.day)
                if day is not None:
                    found.append(day)
                continue
            possible = 1 <= time.day <= (31 if time.repeats else last) or time.day == END
            if not possible:
                self.doubt("no_such_day", [], [date(year, month, last)] if 1 <= time.day <= 31 else [])
                continue
            found.append(date(year, month, last if time.day == END else min(time.day, last)))
        return found

    def _workday(self, year: int, month: int, n: int) -> date | None:
        calendar = national()
        if n == END:
            day = calendar.on_or_before(date(year, month, last_of(year, month)))
        else:
            day = calendar.later(date(year, month, 1) - DAY, max(1, min(n, 31)))
            if day.month != month:
                self.doubt("no_such_day", [])
                return None
        if year not in _known_years():
            self.doubt("holidays_unknown", [day])
        return day

    def begin(self, time: Time, year: int) -> date | None:
        """The first day of what `time` names."""
        if not time.months or not 1 <= year <= 9998:
            return None
        month = time.since or time.months[0]
        if not 1 <= month <= 12:
            return None
        day = time.day if time.exact and time.day <= last_of(year, month) and time.day >= 1 else 1
        return date(year, month, day)

    # the whole

    def meaning(self) -> Meaning:
        said = self.said
        due: list[date] = []
        strict = False
        for one in said.dues:
            days = self._due(one)
            strict = strict or (one.strict and bool(one.time.exact))
            due += days
        due += self._counted(bool(due))
        days = sorted(set(due))
        start = self._start(days)
        if "onward" in said.said and days:
            if not any(d.time.exact for d in said.dues):
                days = []
                self.doubts.clear()
            else:
                self.doubt("also_ongoing", days)
        kind = self._kind(days)
        self._alternatives()
        if "year_mismatch" in self.doubts:
            self.doubt("year_mismatch", days)
        if days and (said.said & {"school", "lunar"} or "lunar" in self.doubts):
            days = self._of_the_calendar(days)
            kind = kind if days else "unknown"
        if kind in ("ongoing", "event") or not days:
            days, kind = self._without(days, kind)
        elif "ongoing" in said.said and all(d.time.unit == "year" for d in said.dues):
            self.doubt("ongoing_year", [], days)  # «Thường xuyên trong năm»
            days, kind = [], "ongoing"
        elif "ongoing" in said.said and not any(d.time.exact for d in said.dues):
            self.doubt("also_ongoing", days)
        self._general(days)
        hour = None
        if said.hour and days and said.hour.hour < 24 and said.hour.minute < 60:
            hour = Hour(said.hour.hour, said.hour.minute)
        elif said.hour and days and (said.hour.hour, said.hour.minute) != (24, 0):
            self.doubt("no_such_hour", days)
        return Meaning(kind, tuple(days), start, strict, hour, self._sealed(days), " ".join(said.words + said.strays))

    def _due(self, one: Due) -> list[date]:
        written = one.time
        year = self.year_of(written)
        if one.strict and not written.exact and not written.recurring:
            return self._before_period(written, year)
        if not written.months and written.unit != "year":
            self.doubt("which_month", [])
            return []
        days = self.dates(written, year)
        for code in written.doubts:
            suggest = self.dates(written, year + 1) if code == "which_year" and not written.shift else []
            if code == "which_year" and written.shift:
                suggest = self.dates(written, year - written.shift)
            self.doubt(code, days, suggest)
        if "half_or_length" in written.doubts:
            self.doubt("half_or_length", days, [date(year, 12, 31)])
        self._check_year(written, days)
        if one.start:
            for code in one.start.doubts:
                self.doubt(code, days)
        if one.start and one.start.months:
            begun = self.begin(one.start, self.year_of(one.start))
            if begun and days and begun > days[0] and not written.recurring:
                self.doubt("backward", days)
        return days

    def _of_the_calendar(self, days: list[date]) -> list[date]:
        """Not what the moon or a school year dates: «10/3 âm lịch», «năm học 2025 - 2026»."""
        if "lunar" in self.said.said or "lunar" in self.doubts:
            return []
        named = [due for due in self.said.dues if due.time.unit != "year"]
        return [day for day in days if any(day.month in due.time.months for due in named)]

    def _before_period(self, written: Time, year: int) -> list[date]:
        """«trước tháng 3/2027»: its eve, 28/02/2027; asked, as some mean «before it is over»."""
        first = self.begin(written, year)
        if first is None or first.year < 2:
            self.doubt("no_such_day", [])
            return []
        eve = first - DAY
        self.doubt("before_period", [eve], self.dates(written, year))
        return [eve]

    def _check_year(self, written: Time, days: list[date]) -> None:
        far = FAR_DAY if written.exact else FAR
        if written.year is not None and not self.year <= written.year <= self.year + far:
            self.doubt("year_mismatch", days, self.dates(replace(written, year=self.year, shift=0), self.year))

    def _counted(self, dated: bool) -> list[date]:
        """Dates reckoned from a date or from the end of a period that the calendar knows."""
        found: list[date] = []
        for count, base in self.said.counted:
            for day in self.dates(base, self.year_of(base)):
                found += reckon(day, -count.n if count.ahead else count.n, count.unit, count.working)
        for count in self.said.counts:
            if not count.since or dated or count.working or count.unit not in ("day", "month"):
                continue
            months = {"month": tuple(range(1, 13)), "quarter": QUARTER_ENDS, "year": (12,)}[count.since]
            if count.unit == "day" and 0 < count.n <= 366:
                found += [date(self.year, m, last_of(self.year, m)) + count.n * DAY for m in months]
        if found and any(count.since == "year" for count in self.said.counts):
            self.doubt("which_year", found)
        return found

    def _start(self, days: list[date]) -> date | None:
        starts = [d.start for d in self.said.dues if d.start] + list(self.said.starts)
        if starts:
            return self.begin(starts[0], self.year_of(starts[0]))
        periods = [d.time for d in self.said.dues if not d.time.exact and not d.time.recurring and d.opener != "to"]
        if len(periods) == 1 and days and not self.said.recurring:
            return self.begin(periods[0], self.year_of(periods[0]))
        return None

    def _kind(self, days: list[date]) -> str:
        said = self.said
        if said.recurring and (days or said.often or said.said & {"weekly", "daily", "periodic"}):
            return "recurring"
        if any(count.since for count in said.counts) and days:
            return "recurring"
        dues = said.dues
        if days:
            if said.counted and not dues:
                return "date"
            if any(d.time.exact or (d.opener == "to" and not d.start) for d in dues):
                return "window" if any(d.start for d in dues) else "date"
            if all(d.time.unit == "year" and not d.start for d in dues):
                return "all_year"
            return "window" if len(days) == 1 else "date"
        if said.counts or "same_day" in said.said:
            return "relative"
        if said.weekday is not None:
            return "recurring"
        if said.said & ONGOING:
            return "ongoing"
        if said.starts:
            return "ongoing"
        if "pointer" in said.said:
            return "unknown"
        if "event" in said.said or "meeting" in said.said:
            return "event"
        return "unknown"

    def _without(self, days: list[date], kind: str) -> tuple[list[date], str]:
        """What has no due date: only starts, only how often, nothing at all."""
        said = self.said
        if said.starts and not days and kind in ("ongoing", "window"):
            exact = [t for t in said.starts if t.exact]
            if exact and "onward" not in said.said and "ongoing" not in said.said:
                begun = [day for t in exact for day in self.dates(t, self.year_of(t))]
                self.doubt("start_not_due", begun)
                for t in exact:
                    self._check_year(t, begun)
                return sorted(set(begun)), "date" if begun else "unknown"
            for t in said.starts:
                if t.year is not None and t.year < self.year and not said.said & ONGOING:
                    self.doubt("year_mismatch", [], [date(self.year, 12, 31)])
            if not said.said & ONGOING:
                self.doubt("no_end", [], [date(self.year, 12, 31)])
        if kind == "recurring":
            self.doubt("which_dates", [], self._suggested())
        elif kind == "unknown" and not said.said & {"pointer", "vague"} and not self.doubts and not said.doubts:
            self.doubt("not_understood", [])
        return days, kind

    def _suggested(self) -> list[date]:
        if not self.said.often:
            return []
        often = self.said.often[0]
        months: tuple[int, ...] = ()
        if often.unit == "year" and often.every == 1:
            months = {2: HALVES, 3: (4, 8, 12), 4: QUARTER_ENDS}.get(often.n, ())
        elif often.unit == "month" and often.every == 3:
            months = QUARTER_ENDS
        return [date(self.year, m, last_of(self.year, m)) for m in months]

    def _alternatives(self) -> None:
        dues = self.said.dues
        for before, here in pairwise(dues):
            if here.joint == "or":
                self.doubt("either", self.dates(before.time, self.year_of(before.time)))
                self.doubt("either", self.dates(here.time, self.year_of(here.time)))

    def _general(self, days: list[date]) -> None:
        """Doubts about the phrase as a whole."""
        said = self.said
        for code in said.doubts:
            self.doubt(code, days)
        if said.strays and (days or any(c.isdigit() for stray in said.strays for c in stray)):
            self.doubt("not_understood", days)
        if said.said & {"school", "lunar"}:
            self.doubt("lunar" if "lunar" in said.said else "term", days)
        if "except" in said.said and len(days) > 1:
            self.doubt("exception", days)
        if days and any(often.n > 1 and len(days) not in (often.n, often.n * often.a_year) for often in said.often):
            self.doubt("which_dates", days)
        if said.limit is not None:
            self.doubt("which_months", days)
        for code in suspicions(said):
            self.doubt(code, days)
        if said.weekday is not None and any(d.time.exact and not d.time.recurring for d in said.dues):
            wrong = [day for day in days if day.weekday() != said.weekday]
            if wrong:
                self.doubt("weekday_mismatch", wrong)

    def _sealed(self, days: list[date]) -> tuple[Doubt, ...]:
        left = " ".join(self.said.strays) or " ".join(self.said.words)
        args = {"words": self.words, "year": str(self.year), "left": left}
        return tuple(  # one date in doubt leaves all of its phrase unsettled
            Doubt(code, args, tuple(days) if dates else (), tuple(dict.fromkeys(suggest)))
            for code, (dates, suggest) in self.doubts.items()
        )


def resolve(said: Structure, year: int, words: str) -> Meaning:
    """The meaning of `said`, written as `words` in a plan of `year`."""
    return Resolver(said, year, words).meaning()
