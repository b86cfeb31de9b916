"""A small office for tests of the program: the sample office, a plan of a few rows agreed, on a clock moved by hand."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from bot import sample
from bot.app import App
from channels import Address, Raw
from handlers import Router, load
from lang.workdays import national
from schedules.clock import HandClock
from storage import deadlines
from storage.db import Database
from storage.models import Chat, Deadline, Delivery, Plan, PlanStatus, Task, TaskKind
from storage.units import Directory
from tests.app.messenger import Messenger

HERE = ZoneInfo(sample.ZONE)


def at(text: str) -> datetime:
    """`2023-03-01 08:00` on the office's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


class Living:
    """The program on a database, with a messenger in memory. Groups are called by the unit's short name, private chats
    by the person's account («lan»)."""

    def __init__(self, database: Database, now: str = "2023-03-01 08:00", *, router: Router | None = None) -> None:
        self.database = database
        self.clock = HandClock(at(now))
        self.router = router or load()
        self.messenger = Messenger()
        self.app = self.start()

    def start(self, **more: Any) -> App:
        """The program anew on the same database, as after a restart."""
        self.app = App(self.database, self.clock, self.router, [self.messenger], **more)
        return self.app

    async def open(self, *tasks: tuple[str, str]) -> None:
        """Make the sample office and a live plan whose rows are (unit's short name, ISO date)."""
        await self.app.within(lambda session: self._open(session, tasks))

    def _open(self, session: Session, rows: tuple[tuple[str, str], ...]) -> None:
        accounts = {member.name: account(member.name) for member in sample.everybody()}
        groups = {short: Address(short) for short in sample.rooms()}
        office = sample.make(session, self.messenger.name, accounts, groups, self.clock.now())
        plan = Plan(
            office_id=office.id or 0,
            number=1,
            title="Kế hoạch thử",
            year=2023,
            source_name="thu.txt",
            source_hash="0",
            status=PlanStatus.LIVE,
            received_at=self.clock.now(),
        )
        office.next_plan = 2
        session.add(plan)
        session.flush()
        directory = Directory(session, office.id or 0)
        names = {unit.short_name: unit.name for unit in directory.units}
        for position, (short, due) in enumerate(rows, 1):
            task = Task(
                office_id=office.id or 0,
                plan_id=plan.id,
                position=position,
                ref=f"1.{position}",
                title=f"Việc thứ {position}",
                lead=[names[short]],
                kind=TaskKind.DATED,
                due=[due],
            )
            session.add(task)
            session.flush()
            unit = directory.one(names[short])
            assert unit is not None
            deadlines.new(session, office, task, unit.id or 0, date.fromisoformat(due), national())

    async def say(self, chat: str, who: str, text: str, *, file: tuple[str, bytes] | None = None) -> list[str]:
        """`who` says something and everything that follows from it happens; what the bot said in that chat."""
        before = len(self.messenger.heard_by(chat))
        await self.hands_in(self.messenger.update(chat, who, text, file=file))
        await self.app.settle()
        return self.messenger.heard_by(chat)[before:]

    async def hands_in(self, *raws: Raw) -> None:
        await self.app.take(self.messenger.name, raws)

    async def goes_to(self, moment: str) -> None:
        """The clock shows `moment`, and what has come due by then is said."""
        await self._is(at(moment))

    async def _is(self, moment: datetime) -> None:
        self.clock.move(moment)
        await self.app.tick()
        await self.app.settle()

    async def passes(self, end: datetime) -> None:
        """The time until `end` passes; whatever comes due is done at its moment."""
        while (ahead := await self.app.within(self.app.next_moment)) is not None and ahead <= end:
            await self._is(max(ahead, self.clock.now()))
        await self._is(end)

    def deadline(self, code: int) -> Deadline:
        with self.database.begin() as session:
            return session.exec(select(Deadline).where(Deadline.code == code)).one()

    def deliveries(self, chat: str = "", kind: str = "") -> list[Delivery]:
        with self.database.begin() as session:
            query = select(Delivery).join(Chat, Chat.id == Delivery.chat_id).order_by(Delivery.id)  # type: ignore[arg-type]
            if chat:
                query = query.where(Chat.external == chat)
            if kind:
                query = query.where(Delivery.kind == kind)
            return list(session.exec(query))

    def rows(self, table: type) -> list[object]:
        with self.database.begin() as session:
            return list(session.exec(select(table)))


def account(name: str) -> str:
    """How the messenger knows somebody of the cast."""
    return name.casefold()
