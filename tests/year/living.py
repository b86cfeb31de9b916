"""A year of the sample office, lived in some seconds: people who report by message, a messenger that fails."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot import sample
from bot.app import App
from channels import Address, File, Sender, Shape
from handlers import load
from schedules.clock import HandClock
from storage.db import Database
from storage.models import Deadline, Plan, Task, Unit
from tests.year.faulty import Attempt, Fate, FaultyChannel, Weather, outages
from tests.year.oracle import Group, Oracle, Owed, WorkDays
from tests.year.reading import is_digest

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TICKS = [time(8, 0), time(12, 0), time(17, 45)]
TICKS_OFF = [time(8, 0)]
TICKS_SOMETIMES = [time(0, 5), time(7, 59), time(8, 3), time(8, 10), time(9, 0)]
PLAN_COMES = datetime(2023, 1, 6, 9, 30, tzinfo=ZONE)
LAN = Sender("lan", "Lan")


@dataclass
class Year:
    """One office's 2023 on a messenger of that `shape`. `moments` are the ticks; `owed` what its plan says, kept with
    who reported what when."""

    database: Database
    seed: int
    weather: Weather = field(default_factory=Weather)
    talkative: bool = True
    shape: Shape = field(default_factory=Shape)
    moments: list[datetime] = field(default_factory=list)
    owed: dict[int, Owed] = field(default_factory=dict)
    refs: dict[int, str] = field(default_factory=dict)
    messages: int = 0

    def __post_init__(self) -> None:
        self.days = WorkDays.from_file()
        self.random = random.Random(self.seed)
        self.clock = HandClock(datetime(2023, 1, 1, 0, 1, tzinfo=ZONE))
        self.channel = FaultyChannel("memory", self.clock, ZONE, self.seed, Weather(0, 0, 0, 0), self.shape)
        self.app = App(self.database, self.clock, load(), [self.channel])
        self.out = set(outages(self.seed, 2023))
        names = sample.rooms()
        self.chats = {title: f"g{n}" for n, title in enumerate(names.values())}
        self.groups = {
            self.chats[title]: Group(
                title, frozenset() if short == sample.WHOLE else frozenset({title}), date(2023, 1, 1)
            )
            for short, title in names.items()
        }

    async def live(self, until: date = date(2023, 12, 31)) -> None:
        """From the first of January to `until`."""
        addresses = {short: Address(self.chats[title]) for short, title in sample.rooms().items()}
        accounts = {member.name: member.name.casefold() for member in sample.everybody()}
        await self.app.within(lambda session: sample.make(session, "memory", accounts, addresses, self.clock.now()))
        day = date(2023, 1, 1)
        while day <= until:
            if day in self.out:
                self.app = App(self.database, self.clock, load(), [self.channel])
            else:
                await self._day(day)
            day += timedelta(days=1)

    async def _day(self, day: date) -> None:
        often = TICKS if self.days.worked(day) else TICKS_OFF
        waiting = {datetime.combine(day, at, ZONE) for at in [*often, self.random.choice(TICKS_SOMETIMES)]}
        speeches = dict(self._speeches(day))
        waiting |= speeches.keys()
        if day == PLAN_COMES.date():
            waiting.add(PLAN_COMES)
        tries: Counter[str] = Counter()
        while waiting:
            at = min(waiting)
            waiting.discard(at)
            begun = len(self.channel.log)
            self.clock.move(at)
            self.moments.append(at)
            if at == PLAN_COMES:
                await self._plan()
            if at in speeches:
                await self._report(at, *speeches[at])
            await self.app.tick()
            await self.app.settle()
            attempts = self.channel.log[begun:]
            tries.update(attempt.to.chat for attempt in attempts)
            for attempt in attempts:
                waiting |= {again for again in retries(attempt, tries[attempt.to.chat]) if again.date() == day}

    def _speeches(self, day: date) -> Iterator[tuple[datetime, tuple[str, int, str]]]:
        """Who says what on `day`: (moment, (unit, code, words)). Things get done around their day."""
        if not self.talkative or not self.days.worked(day):
            return
        oracle = self.oracle()
        at = datetime.combine(day, time(9, 17), ZONE)
        for owed in self.owed.values():
            if owed.kind == "open" or owed.due is None or owed.is_done(at):
                continue
            near = owed.kind == "all_year" or oracle.days.ahead(day, owed.due) <= 4
            chance = {"all_year": 0.01}.get(owed.kind, 0.22) if near else 0.003
            if self.random.random() < chance:
                yield at, (owed.unit, owed.code, self.random.choice(["/xong {}", "xong {}", "Xong {}", "đã nộp {}"]))
                at += timedelta(minutes=self.random.randint(3, 11))
                if self.random.random() < 0.12:
                    yield at, (owed.unit, owed.code, "hoàn tác")
                    at += timedelta(minutes=3)

    async def say(self, chat: str, who: Sender, words: str, files: tuple[File, ...] = ()) -> None:
        self.messages += 1
        raw = self.channel.hear(chat, who, words, private=chat == who.id, files=files)
        await self.app.take("memory", [raw])
        await self.app.settle()

    def busy(self, day: date, until: time) -> None:
        """The messenger puts everything back on `day` until that hour."""
        self.channel.busy[day] = until

    async def _plan(self) -> None:
        """Lan sends the plan and agrees to it; from then on the messenger fails."""
        content = sample.plan()
        await self.say("lan", LAN, "", (File(sample.PLAN, len(content), content=content),))
        await self.say("lan", LAN, "đồng ý KH1")
        await self.app.within(self._read_facts)
        self.channel.weather = self.weather

    async def _report(self, at: datetime, unit: str, code: int, words: str) -> None:
        await self.say(self.chats[unit], Sender(f"{unit} 1", "Đầu mối"), words.format(code))
        owed = self.owed[code]
        if words == "hoàn tác":
            begun, _ = owed.done.pop()
            owed.done.append((begun, at))
        else:
            owed.done.append((at, None))
        now_done = await self.app.within(lambda session: _is_done(session, code))
        assert now_done == owed.is_done(at), f"{words.format(code)} in {unit}: done is {now_done}; {self.answer(unit)}"

    def answer(self, unit: str) -> str:
        return next((a.text for a in reversed(self.channel.log) if a.to.chat == self.chats[unit]), "")

    def _read_facts(self, session: Session) -> None:
        rows = session.exec(
            select(Deadline, Task, Unit, Plan)
            .join(Task, col(Task.id) == Deadline.task_id)
            .join(Unit, col(Unit.id) == Deadline.unit_id)
            .join(Plan, col(Plan.id) == Task.plan_id)
        )
        for deadline, task, unit, plan in rows:
            self.refs[deadline.code] = task.ref
            self.owed[deadline.code] = Owed(
                code=deadline.code,
                unit=unit.name,
                title=task.title,
                kind=deadline.kind.value,
                plan=f"KH{plan.number}",
                agreed=PLAN_COMES,
                due=deadline.due or (date(plan.year, 12, 31) if deadline.kind == "all_year" else None),
                strict=deadline.strict,
                hour=deadline.hour,
            )

    def oracle(self) -> Oracle:
        return Oracle(self.days, list(self.owed.values()))

    def digests(self, chat: str) -> list[Attempt]:
        return [a for a in self.channel.log if a.to.chat == chat and is_digest(a.text)]


def _is_done(session: Session, code: int) -> bool:
    return session.exec(select(Deadline.done_at).where(Deadline.code == code)).one() is not None


def retries(attempt: Attempt, tries: int) -> set[datetime]:
    """The moments at which something that did not surely arrive may be tried again, after so many tries in its chat."""
    if attempt.fate in (Fate.SAID, Fate.NEVER):
        return set()
    if attempt.after is not None:
        return {attempt.at + timedelta(seconds=attempt.after)}
    return {attempt.at + timedelta(minutes=min(60, 2**n)) for n in {1, max(1, tries - 1), tries}}
