"""Speaking: what a channel owes is taken, said and marked, as fast as its messenger allows."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Protocol, TypeVar

from sqlmodel import Session

from bot.holding import Hold
from bot.keeping import with_file
from bot.links import Links
from bot.trouble import told
from channels import Channel, Later, Pace, SendFailed, Unknown, Why
from lang.text import speaking
from schedules import allowance
from schedules.clock import Clock
from schedules.deliveries import Desk, Outcome, Outgoing, Ready
from schedules.pace import Pacer
from storage import outbox, takeover
from storage.db import Unavailable
from storage.shelf import Shelf

T = TypeVar("T")
log = logging.getLogger(__name__)


class House(Protocol):
    """Who has transactions, a clock, a shelf and links to it, and steps at which a test may kill the process."""

    clock: Clock
    shelf: Shelf | None
    links: Links
    outgoing: Outgoing

    async def within(self, work: Callable[[Session], T]) -> T: ...

    def step(self, name: str) -> None: ...


class Speaker:
    """Empties one channel's outbox. At most `Outgoing.in_flight` messages are on their way, one of each chat: what has
    arrived counts until that is committed. The answers that come while one commit is under way are marked by the next,
    which also takes what may be said after them. `owes` wakes whoever waits for work."""

    def __init__(self, house: House, channel: Channel, hold: Hold) -> None:
        self.house, self.channel, self.hold, self.how = house, channel, hold, house.outgoing
        self.owes = asyncio.Event()
        self.saying: dict[int, asyncio.Task[None]] = {}
        self._outcomes: list[Outcome] = []
        self._turn = asyncio.Lock()
        self._pacer = Pacer(channel.shape.pace if self.how.paced else Pace(), monotonic)
        self._stopping = False
        self._term = 0
        self._most = self.how.in_flight

    async def drain(self) -> None:
        """Say what is owed, and wait for the pace, until nothing is left that may be said."""
        while True:
            more = await self._go_on()
            if not self.saying and (more is None or not await self.house.within(self._is_due)):
                return
            await self._wait(more)

    async def speak(self, idle: float) -> None:
        """Say what is owed, for ever, until told to `stop`: what is on its way then is waited for and marked. What goes
        wrong is tried again after `idle` seconds."""
        while self.saying or not self._stopping:
            try:
                more = await self._go_on()
            except Exception as error:
                log.error("tried again in %g s: %s", idle, told(error))
                await asyncio.sleep(idle)
                continue
            await self._wait(idle if more is None else min(more, idle))

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping = True
        self.owes.set()

    async def _wait(self, seconds: float | None) -> None:
        """Return when something has arrived or is owed anew, or after so many seconds."""
        if seconds != 0.0 and (self.saying or not self._stopping):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.owes.wait(), seconds)

    async def _go_on(self) -> float | None:
        """Mark what has arrived, take what may be said now and begin to say it. Seconds after which more of what waits
        may be said, 0: at once; None where only an answer, or somebody who owes something, is waited for."""
        async with self._turn:
            self.owes.clear()
            await self._take_over()
            outcomes, self._outcomes = self._outcomes, []
            most = min(self._free + len(outcomes), self._pacer.room()) if self._may_speak else 0
            if not outcomes and most <= 0:
                return self._pacer.opens()
            busy = self.saying.keys() - {one.ready.chat for one in outcomes} | self._pacer.full()
            work = partial(self._at_the_desk, outcomes, busy, self._pacer.lately(), most)
            try:
                taken, more = await self.house.within(work)
            except Exception:
                await self._mark_each(outcomes)
                raise
            self._were_marked(outcomes)
            for ready in taken:
                self._begin(ready)
            return 0.0 if more or self._outcomes else self._pacer.opens()

    @property
    def _may_speak(self) -> bool:
        return self.hold.sure and not self._stopping

    async def _take_over(self) -> None:
        """Know what another process has just said, and what it meant to say before the clock was set back. Where one
        has just died, this may be what kills: it goes on with one message, then as many as arrived."""
        if not self.hold.sure or self._term == self.hold.term:
            return
        now, name = self.house.clock.now(), self.channel.name
        (lately, on_way), newest = await self.house.within(
            lambda session: (takeover.last_minute(session, name, now, self.how.lease), takeover.newest(session))
        )
        for chat, private, at in lately:
            self._pacer.begin(chat, 1, private=private)
            self._pacer.end(chat, 1, monotonic() - (now - at).total_seconds())
        most = self.channel.shape.monthly
        await self.house.within(lambda session: allowance.begin(session, name, most, now))
        if on_way:
            self._most = 1
        self._term = self.hold.term
        if newest is not None and newest > now:
            await self.turn_back(now - newest)

    async def turn_back(self, by: timedelta) -> None:
        """The clock was set back by so much (less than nothing): what was to be said by the old time is said as soon by
        the new one."""
        if self.hold.sure:
            now, name = self.house.clock.now(), self.channel.name
            await self.house.within(lambda session: takeover.turn_back(session, name, now, by))
            self.owes.set()

    @property
    def _free(self) -> int:
        return self._most - len(self.saying)

    def _at_the_desk(
        self,
        outcomes: Sequence[Outcome],
        busy: AbstractSet[int],
        lately: AbstractSet[int],
        most: int,
        session: Session,
    ) -> tuple[list[Ready], bool]:
        desk = self._desk(session)
        desk.mark(outcomes)
        return desk.take(busy, lately, most, self._pacer) if most > 0 else ([], False)

    def _desk(self, session: Session) -> Desk:
        return Desk(session, self.channel.name, self.channel.shape, self.house.clock.now(), self.how)

    def _is_due(self, session: Session) -> bool:
        at = outbox.next_try(session, self.channel.name)
        return at is not None and at <= self.house.clock.now()

    async def _mark_each(self, outcomes: Sequence[Outcome]) -> None:
        """Mark these one by one, as they could not be marked together with what was to be done next. What the database
        does not take now is marked later; what it never will comes due again when its lease is over."""
        for one in outcomes:
            try:
                await self.house.within(lambda session, one=one: self._desk(session).mark([one]))  # type: ignore[misc]
            except Unavailable:
                self._outcomes.append(one)
                continue
            except Exception as error:
                log.error("%s was not marked: %s", self._named(one.ready), told(error))
            self._were_marked([one])

    def _were_marked(self, outcomes: Sequence[Outcome]) -> None:
        for one in outcomes:
            self.saying.pop(one.ready.chat, None)
            self.house.step("after_mark")

    def _begin(self, ready: Ready) -> None:
        self._pacer.begin(ready.chat, ready.messages, private=ready.taken.private)
        self.saying[ready.chat] = task = asyncio.create_task(self._say(ready))
        task.add_done_callback(partial(self._was_given_up, ready))

    async def _say(self, ready: Ready) -> None:
        self.house.step("after_take")
        message, failure = "", None
        try:
            self.house.step("before_send")
            reply = await with_file(self.house.shelf, self.house.links, ready, self.channel.shape)
            if not self.hold.sure:
                raise Later(0.0, "not ours")
            with speaking(ready.locale):
                message = await self.channel.send(ready.to, reply)
            self.house.step("after_send")
        except SendFailed as error:
            failure = error
        except Exception as error:  # not what a channel may raise: whether it was said, nobody knows
            log.error("%s: %s", self._named(ready), told(error))
            failure = Unknown(type(error).__name__)
        if failure is not None:
            log.warning("%s: %s", self._named(ready), type(failure).__name__)
        self.house.step("before_mark")
        self._arrived(Outcome(ready, monotonic(), message, failure))

    def _was_given_up(self, ready: Ready, task: asyncio.Task[None]) -> None:
        """One that was cancelled has no outcome: it comes due again when its lease is over."""
        if task.cancelled():
            self.saying.pop(ready.chat, None)
            self._pacer.end(ready.chat, ready.messages, monotonic())
            self.owes.set()

    def _arrived(self, one: Outcome) -> None:
        """It counts against the pace from now on, once: marked it may be in vain, and again."""
        self._pacer.end(one.ready.chat, one.ready.messages, one.at)
        self._most = min(self._most + 1, self.how.in_flight)
        if isinstance(one.failure, Later) and one.failure.all_wait and Why.of(one.failure.reason) is not Why.QUOTA:
            self._pacer.pause(one.failure.after or 0.0)  # the desk knows how long a month is
        self._outcomes.append(one)
        self.owes.set()

    def _named(self, ready: Ready) -> str:
        return f"delivery {ready.taken.delivery} on {self.channel.name}"
