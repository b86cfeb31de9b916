"""The sample office with its plan agreed, prepared once for each database; every test speaks in it and leaves it as it
was."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, time, timedelta
from itertools import count
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot import sample
from bot.app import App
from bot.hearing import decide, excuse
from channels import Address, File, Incoming, Sender
from channels.terminal import TerminalChannel
from handlers import load
from handlers.talk import Needs, Refused
from lang.moments import moment
from schedules.clock import HandClock
from storage.db import Database
from storage.models import Chat, Deadline, Delivery, DeliveryState, Heard
from tests.databases import PostgreSQL, Sqlite

AGREED = moment(date(2023, 1, 9), time(8, 30), sample.ZONE)
ROUTER = load()


class Conversation:
    """What people say in the office, inside one transaction that nobody commits. `now` may be moved."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.now = moment(date(2023, 6, 1), time(9, 0), sample.ZONE)
        self._numbers = count(1)

    def say(
        self,
        who: str,
        text: str,
        room: str = "",
        *,
        addressed: bool = True,
        reply_to: str = "",
        files: tuple[File, ...] = (),
    ) -> list[str]:
        """What the bot answers when `who` says `text` in `room`, or in private."""
        return [delivery.text or "" for delivery in self.answers(who, text, room, addressed, reply_to, files)]

    def answers(
        self,
        who: str,
        text: str,
        room: str = "",
        addressed: bool = True,
        reply_to: str = "",
        files: tuple[File, ...] = (),
    ) -> Sequence[Delivery]:
        number = next(self._numbers)
        heard = Heard(channel="terminal", update=f"u{number}", body="", received_at=self.now)
        self.session.add(heard)
        self.session.flush()
        account = who.casefold()
        incoming = Incoming(
            channel="terminal",
            id=f"u{number}",
            address=Address(room or account),
            private=not room,
            sender=Sender(account, who),
            text=text,
            files=files,
            reply_to=reply_to,
            addressed=addressed or not room,
            title=room,
        )
        try:
            with self.session.begin_nested():
                self._decide(heard.id or 0, incoming)
        except Refused as refused:
            excuse(self.session, heard.id or 0, incoming, self.now, refused.sentence)
        self.session.expire_all()
        query = select(Delivery).where(col(Delivery.slot).startswith(f"{heard.id}:")).order_by(col(Delivery.id))
        said = self.session.exec(query).all()
        for delivery in said:
            delivery.state, delivery.message = DeliveryState.SENT, f"m{delivery.id}"
        self.session.flush()
        return said

    def _decide(self, heard: int, incoming: Incoming) -> None:
        try:
            decide(self.session, ROUTER, heard, incoming, self.now, None)
        except Needs as needs:
            decide_again: Any = needs.think(incoming)
            self.session.execute(Heard.__table__.update().where(Heard.id == heard).values(answered_at=None))  # type: ignore[attr-defined]
            decide(self.session, ROUTER, heard, incoming, self.now, decide_again)

    def done(self) -> set[int]:
        """The codes of everything that is recorded as done."""
        return set(self.session.exec(select(Deadline.code).where(col(Deadline.done_at).is_not(None))))

    def deadline(self, code: int) -> Deadline:
        return self.session.exec(select(Deadline).where(Deadline.code == code)).one()

    def question_from(self, who: str, room: str = "") -> str:
        """The id of the bot's last message in that chat."""
        chat = self.session.exec(select(Chat).where(Chat.external == (room or who.casefold()))).one()
        query = select(Delivery.message).where(Delivery.chat_id == chat.id).order_by(col(Delivery.id).desc())
        return self.session.exec(query).first() or ""

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


async def _prepare(database: Database) -> None:
    clock = HandClock(AGREED)
    channel = TerminalChannel(write=None)
    app = App(database, clock, ROUTER, [channel])
    accounts = {member.name: member.name.casefold() for member in sample.everybody()}
    groups = {short: Address(short) for short in sample.rooms()}
    await app.within(lambda session: sample.make(session, channel.name, accounts, groups, clock.now()))
    listening = asyncio.create_task(channel.listen(lambda raws: app.take(channel.name, raws)))
    lan = Sender("lan", "Lan")
    for text, files in (("", (File(sample.PLAN, len(sample.plan()), content=sample.plan()),)), ("đồng ý KH1", ())):
        channel.say(lan, Address("lan"), True, text, files)
        await channel.taken()
        await app.settle()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


@contextmanager
def _prepared(databases: Sqlite | PostgreSQL) -> Iterator[Database]:
    with databases.fresh() as url:
        database = Database(url)
        asyncio.run(_prepare(database))
        yield database
        database.close()


@pytest.fixture(scope="session")
def _office_sqlite(_sqlite: Sqlite) -> Iterator[Database]:
    with _prepared(_sqlite) as database:
        yield database


@pytest.fixture(scope="session")
def _office_postgresql(_postgresql: PostgreSQL) -> Iterator[Database]:
    with _prepared(_postgresql) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest) -> Iterator[Conversation]:
    """The office on the morning of 1 June 2023."""
    database: Database = request.getfixturevalue(f"_office_{request.param}")
    with Session(database.engine, expire_on_commit=False) as session:
        yield Conversation(session)
        session.rollback()
