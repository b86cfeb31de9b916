"""Holds what was said against what ought to have been said, attempt by attempt, by the page's rules for faults."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.year.faulty import Attempt, Fate
from tests.year.oracle import CLOSES, OPENS, Counts, Group, Oracle, Sections
from tests.year.reading import Read

RESEND = timedelta(minutes=2)
LONGEST = timedelta(minutes=60)


@dataclass
class Figures:
    """What a year came to. `explained` are doubles that an `Unknown` accounts for."""

    mornings: int = 0
    said: int = 0
    silent: int = 0
    put_back: int = 0
    doubled: int = 0
    carried: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class _Morning:
    """How one group's digest of one day stands: whether it is still owed, from when, and what happened to it.
    Between `due` and `late` it may be tried again: the page does not say whether the tries that are counted for 2, 4,
    8 … minutes include those that were not put back."""

    due: datetime
    late: datetime
    owed: bool = True
    settled: bool = False
    laters: int = 0
    unknowns: int = 0
    heard: int = 0


Matches = Callable[[Read, Sections | Counts], str]
"""Compares a digest as read with what is expected of it: what differs in words, or nothing."""


@dataclass
class Judge:
    """`moments` are those at which the process was awake and ticked; `read` takes a text apart."""

    oracle: Oracle
    read: Callable[[str], Read]
    matches: Matches
    figures: Figures = field(default_factory=Figures)

    def group(self, group: Group, attempts: Iterable[Attempt], moments: list[datetime]) -> None:
        """Goes through the year of one group. `attempts` are its digests, in order."""
        by_moment: dict[datetime, list[Attempt]] = {}
        for attempt in attempts:
            by_moment.setdefault(attempt.at, []).append(attempt)
        settled: date | None = None
        days: dict[date, list[datetime]] = {}
        for moment in moments:
            days.setdefault(moment.date(), []).append(moment)
        for at in by_moment.keys() - set(moments):
            self._wrong(group, at, "said while nothing ran")
        for day, ticks in sorted(days.items()):
            opens = datetime.combine(day, OPENS, ticks[0].tzinfo)
            morning = _Morning(opens, opens)
            for tick in ticks:
                self._tick(group, tick, by_moment.get(tick, []), morning, settled)
            self.figures.doubled += max(0, morning.heard - 1)
            if morning.settled:
                settled = day
            elif any(OPENS <= tick.time() < CLOSES for tick in ticks) and self.oracle.days.worked(day):
                self.figures.carried += 1

    def _tick(self, group: Group, at: datetime, tries: list[Attempt], morning: _Morning, settled: date | None) -> None:
        if not self.oracle.days.worked(at.date()) or not OPENS <= at.time() < CLOSES:
            if tries:
                self._wrong(group, at, f"said outside its hours: {tries[0].text!r}")
            return
        if not morning.owed or at < morning.due:
            if tries:
                self._wrong(group, at, f"said too early or once too often: {tries[0].text!r}")
            return
        if at < morning.late and not tries:
            return
        want = self.oracle.expected(group, at, settled)
        if want is None:
            if tries:
                self._wrong(group, at, f"nothing to say, and yet: {tries[0].text!r}")
            morning.owed, morning.settled = False, True
            self.figures.silent += 1
            return
        self.figures.mornings += morning.laters == morning.unknowns == 0
        if len(tries) != 1:
            self._wrong(group, at, f"{len(tries)} attempts where {want} was to be said")
            morning.owed = False
            return
        self._compare(group, at, tries[0], morning, want)
        self._outcome(tries[0], morning)

    def _compare(self, group: Group, at: datetime, tried: Attempt, morning: _Morning, want: Sections | Counts) -> None:
        read = self.read(tried.text)
        differs = self.matches(read, want)
        if read.day != at.date():
            differs += f" it is headed {read.day}"
        if read.again != bool(morning.unknowns):
            differs += f" marked as said again: {read.again}"
        if differs:
            self._wrong(group, at, f"{differs}\n{tried.text}")

    def _outcome(self, tried: Attempt, morning: _Morning) -> None:
        morning.heard += tried.fate.heard
        if tried.fate is Fate.SAID:
            morning.owed, morning.settled = False, True
            self.figures.said += 1
        elif tried.fate is Fate.LATER:
            morning.laters += 1
            self.figures.put_back += 1
            named = None if tried.after is None else timedelta(seconds=tried.after)
            morning.due = tried.at + (named or _wait(morning.laters))
            morning.late = tried.at + (named or _wait(morning.laters + morning.unknowns))
        elif tried.fate is Fate.NEVER or morning.unknowns:
            morning.owed = False
        else:
            morning.unknowns += 1
            morning.due = morning.late = tried.at + RESEND

    def _wrong(self, group: Group, at: datetime, what: str) -> None:
        self.figures.wrong.append(f"{group.name}, {at:%a %d/%m %H:%M}: {what}")


def _wait(nth: int) -> timedelta:
    return min(LONGEST, timedelta(minutes=2**nth))
