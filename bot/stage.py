"""What may be moved around the local chat: who one can be, where one can speak, and the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, func, select

from bot import sample
from bot.app import App
from channels import Actor, Room, Scene
from lang.moments import local
from schedules.clock import HandClock
from storage.models import Account, Chat, ChatUnit, Delivery, DeliveryState, Person, Unit

FURTHEST = 400
"""How many appointments the clock goes past, looking for the next one at which the bot has something to say."""


class LocalStage:
    """The sample office on a clock moved by hand. Implements `channels.Stage`; `app` is set once it exists. Where the
    clock stands is written to the file `kept`, if there is one."""

    def __init__(self, clock: HandClock, channel: str, zone: str, kept: Path | None = None) -> None:
        self.clock, self.channel, self.zone, self.kept = clock, channel, zone, kept
        self.app: App | None = None
        self._offered = {member.name for member in sample.CAST}

    @contextmanager
    def everybody(self) -> Iterator[None]:
        """Inside the block one can be anybody of the office, not only the cast: so the story is told."""
        offered, self._offered = self._offered, {member.name for member in sample.everybody()}
        try:
            yield
        finally:
            self._offered = offered

    @property
    def _app(self) -> App:
        assert self.app is not None
        return self.app

    async def scene(self) -> Scene:
        return await self._app.within(self._scene)

    def _scene(self, session: Session) -> Scene:
        about = {member.name: member.about for member in sample.CAST}
        accounts = session.exec(
            select(Person, Account.external)
            .join(Account, col(Account.person_id) == Person.id)
            .where(Account.channel == self.channel)
            .order_by(col(Person.id))
        )
        actors = tuple(
            Actor(external, person.name, about.get(person.name, ""))
            for person, external in accounts
            if person.name in self._offered
        )
        units = dict(
            session.exec(select(ChatUnit.chat_id, Unit.short_name).join(Unit, col(Unit.id) == ChatUnit.unit_id)).all()
        )
        groups = session.exec(
            select(Chat).where(Chat.channel == self.channel, col(Chat.private).is_(False)).order_by(col(Chat.id))
        )
        rooms = tuple(Room(chat.external, chat.title, units.get(chat.id or 0, "")) for chat in groups)
        ahead = self._app.next_moment(session)
        return Scene(self._here(self.clock.now()), self._here(ahead) if ahead else None, actors, rooms)

    def _here(self, moment: datetime) -> datetime:
        return local(moment, self.zone)

    async def move(self, to: datetime | None = None) -> None:
        await (self._pass(to) if to is not None else self._go_on())
        if self.kept is not None:
            self.kept.write_text(self.clock.now().isoformat(), "ascii")

    async def _go_on(self) -> None:
        """To the next moment at which the bot has something to say."""
        before = await self._app.within(_said)
        for _ in range(FURTHEST):
            ahead = await self._app.within(self._app.next_moment)
            if ahead is None:
                return
            self.clock.move(max(ahead, self.clock.now()))
            await self._app.tick()
            await self._app.settle()
            if await self._app.within(_said) > before:
                return

    async def _pass(self, to: datetime) -> None:
        """Let the time until `to` pass, stopping at every moment at which the bot has something to do."""
        while True:
            ahead = await self._app.within(self._app.next_moment)
            if ahead is None or ahead > to:
                break
            self.clock.move(max(ahead, self.clock.now()))
            await self._app.tick()
            await self._app.settle()
        self.clock.move(max(to, self.clock.now()))
        await self._app.tick()
        await self._app.settle()


def _said(session: Session) -> int:
    """How many messages the bot has said."""
    return session.exec(select(func.count()).where(Delivery.state == DeliveryState.SENT)).one()
