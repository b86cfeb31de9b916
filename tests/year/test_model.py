"""Random offices against the slow plain oracle: tasks given and closed, days off, conventions, restarts, days on which
the program did not run, a clock set back. Whatever happens, each group hears what the page says, once a day."""

import asyncio
import tempfile
from collections.abc import Coroutine
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import select

from bot import sample
from storage.db import Database
from storage.migrate import upgrade
from storage.models import Deadline
from tests.app.office import HERE, Living
from tests.year.oracle import CLOSES, OPENS, Group, Oracle, Owed, Sections, WorkDays
from tests.year.reading import differs, is_digest, read

FIRST = datetime(2023, 6, 5, 7, 0, tzinfo=HERE)
LAST = date(2023, 8, 14)
TITLES = sample.rooms()
UNITS = ("QLVH", "TTr", "TV")
DAY_OFF = {"around": "như luật", "before": "làm trước", "after": "dời sau"}
UNDO = "hoàn tác"


class Office(RuleBasedStateMachine):
    """One office from June to August 2023; days off are added in the middle of a week, so that no long holiday comes
    about."""

    @initialize(
        tasks=st.lists(st.tuples(st.sampled_from(UNITS), st.integers(0, 12), st.booleans()), min_size=3, max_size=6)
    )
    def begins(self, tasks: list[tuple[str, int, bool]]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.database = Database(f"sqlite:///{Path(self._folder.name) / 'model.db'}")
        upgrade(self.database)
        self.living = Living(self.database, f"{FIRST:%Y-%m-%d %H:%M}")
        self.runs(self.living.open())
        self.oracle = Oracle(WorkDays.from_file(), [])
        self.groups = {short: Group(TITLES[short], frozenset({TITLES[short]}), FIRST.date()) for short in UNITS}
        self.settled: dict[str, date | None] = dict.fromkeys(UNITS)
        self.heard = dict.fromkeys(UNITS, 0)
        self.now = FIRST
        self.number = 0
        for unit, ahead, strict in tasks:
            self.is_given_a_task(unit, ahead, strict)

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.close()
            self.database.close()
            self._folder.cleanup()

    def runs(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(what)

    def says(self, chat: str, who: str, words: str) -> str:
        return "\n".join(self.runs(self.living.say(chat, who, words)))

    # What people do

    @rule(unit=st.sampled_from(UNITS), ahead=st.integers(0, 9), strict=st.booleans())
    def is_given_a_task(self, unit: str, ahead: int, strict: bool) -> None:
        due = self.now.date() + timedelta(days=ahead + strict)
        if self.oracle.last(Owed(0, unit, "", "dated", "", self.now, due, strict)) < self.now.date():
            return  # nobody is given what is over
        self.number += 1
        title = f"Báo cáo thử {self.number}"
        before = "trước ngày " if strict else ""
        answer = self.says("lan", "lan", f"giao {unit}: {title}, hạn {before}{due:%d/%m/%Y}")
        rows = self._deadlines()
        known = {owed.code for owed in self.oracle.owed}
        new = [code for code in rows if code not in known]
        assert len(new) == 1, answer
        row = rows[new[0]]
        assert (row.due, row.strict) == (due, strict), answer
        owed = Owed(new[0], TITLES[unit], title, "dated", "", self.now, due, strict)
        self.oracle.owed.append(owed)

    @precondition(lambda self: any(not one.is_done(self.now) for one in self.oracle.owed))
    @rule(which=st.randoms(use_true_random=False), undone=st.booleans())
    def is_done(self, which: Any, undone: bool) -> None:
        """Said in the unit's group; every other time taken back."""
        one = which.choice([owed for owed in self.oracle.owed if not owed.is_done(self.now)])
        short = next(short for short in UNITS if TITLES[short] == one.unit)
        who = f"{short.casefold()}1"
        assert "Đã ghi nhận" in self.says(short, who, f"/xong {one.code}")
        if undone:
            assert "Đã hoàn tác" in self.says(short, who, UNDO)
        else:
            one.done.append((self.now, None))

    @rule(ahead=st.integers(1, 20), undone=st.booleans())
    def a_day_is_off(self, ahead: int, undone: bool) -> None:
        day = self.now.date() + timedelta(days=ahead)
        if day.isoweekday() != 3 or not self.oracle.days.worked(day):
            return
        assert "nghỉ" in self.says("lan", "lan", f"lịch nghỉ {day:%d/%m/%Y}")
        if undone:
            assert "Đã hoàn tác" in self.says("lan", "lan", UNDO)
        else:
            self._calendar(off=self.oracle.days.off | {day})

    @rule(ahead=st.integers(1, 20))
    def a_saturday_is_worked(self, ahead: int) -> None:
        day = self.now.date() + timedelta(days=ahead)
        if day.isoweekday() != 6 or self.oracle.days.worked(day):
            return
        self.says("lan", "lan", f"lịch làm {day:%d/%m/%Y}")
        self._calendar(work=self.oracle.days.work | {day})

    @rule(how=st.sampled_from(sorted(DAY_OFF)))
    def days_off_mean_something_else(self, how: str) -> None:
        self.says("lan", "lan", f"quy ước ngày nghỉ: {DAY_OFF[how]}")
        self.oracle.day_off = how

    @rule(unit=st.sampled_from(UNITS), before=st.sets(st.integers(1, 12), min_size=1, max_size=4))
    def a_unit_is_reminded_otherwise(self, unit: str, before: set[int]) -> None:
        days = sorted(before, reverse=True)
        answer = self.says("lan", "lan", f"nhắc {unit} trước {', '.join(map(str, days))} ngày")
        assert TITLES[unit] in answer, answer
        self.oracle.before[TITLES[unit]] = tuple(days)

    # What time does

    @precondition(lambda self: self.now.date() < LAST)
    @rule(days=st.integers(3, 12))
    def days_pass(self, days: int) -> None:
        for _day in range(days):
            self._goes_to(datetime.combine(self.now.date() + timedelta(days=1), OPENS, HERE))

    @precondition(lambda self: self.now.date() < LAST)
    @rule()
    def a_day_passes(self) -> None:
        self._goes_to(datetime.combine(self.now.date() + timedelta(days=1), OPENS, HERE))

    @precondition(lambda self: self.now.date() < LAST)
    @rule(days=st.integers(1, 12), hour=st.integers(0, 23), minute=st.sampled_from([0, 1, 29, 59]))
    def it_did_not_run(self, days: int, hour: int, minute: int) -> None:
        self.living.start()
        self._goes_to(datetime.combine(self.now.date() + timedelta(days=days), time(hour, minute), HERE))

    @rule(minutes=st.sampled_from([1, 61, 600]))
    def later_that_day(self, minutes: int) -> None:
        self._goes_to(min(self.now + timedelta(minutes=minutes), datetime.combine(self.now.date(), time(23, 59), HERE)))

    @rule(minutes=st.sampled_from([5, 61]))
    def the_clock_is_set_back(self, minutes: int) -> None:
        back = self.now - timedelta(minutes=minutes)
        if back.date() == self.now.date() and back > FIRST:
            self._goes_to(back)

    @rule()
    def it_starts_again(self) -> None:
        self.living.start()

    # What must hold

    @invariant()
    def every_day_is_counted_by_the_calendar_of_today(self) -> None:
        if not hasattr(self, "oracle"):
            return
        for code, row in self._deadlines().items():
            owed = next(one for one in self.oracle.owed if one.code == code)
            assert (row.aim_day, row.last_day) == (self.oracle.aim(owed), self.oracle.last(owed)), code

    def _goes_to(self, moment: datetime) -> None:
        """The clock shows `moment`, what is due then is said, and it is what the oracle expects."""
        self.now = moment
        self.runs(self.living.goes_to(f"{moment:%Y-%m-%d %H:%M}"))
        for short, group in self.groups.items():
            texts = [text for text in self.living.messenger.heard_by(short) if is_digest(text)]
            new, self.heard[short] = texts[self.heard[short] :], len(texts)
            want = self._expected(short, group)
            assert len(new) == (want is not None), f"{short} {moment}: {new} where {want} was to be said"
            if want is not None:
                seen = read(new[0])
                wrong = differs(seen, want, self.oracle)
                assert not wrong, f"{short} {moment}: {wrong}\n{new[0]}"
                assert seen.day == moment.date()

    def _expected(self, short: str, group: Group) -> Sections | None:
        """What the group is to be told now; None where nothing, or nothing any more today."""
        day = self.now.date()
        if not self.oracle.days.worked(day) or not OPENS <= self.now.time() <= CLOSES:
            return None
        settled = self.settled[short]
        if settled is not None and settled >= day:
            return None
        want = self.oracle.expected(group, self.now, settled)
        assert not want or isinstance(want, Sections)
        self.settled[short] = day
        return want

    def _calendar(self, off: frozenset[date] | None = None, work: frozenset[date] | None = None) -> None:
        days = self.oracle.days
        self.oracle.days = WorkDays(days.off if off is None else off, days.work if work is None else work)

    def _deadlines(self) -> dict[int, Deadline]:
        with self.database.begin() as session:
            return {one.code: one for one in session.exec(select(Deadline))}


TestOffice = Office.TestCase
# A failure is shown as it was found: making it shorter would live through months again and again.
TestOffice.settings = settings(max_examples=10, stateful_step_count=20, deadline=None, phases=[Phase.generate])
