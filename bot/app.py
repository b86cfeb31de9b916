"""The whole life of the program on one page: take, hear, tick, drain, run.

A message is thought about (slow, no database), decided (fast, one transaction), then spoken (slow, no database).
What happens because time passes goes the same way.
"""

import asyncio
import contextlib
import logging
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlmodel import Session

from bot.hearing import decide, excuse
from channels import Address, Channel, Incoming, Raw, SendFailed
from handlers import Needs, Router
from handlers.plan_file import Secret
from handlers.talk import Refused
from lang.text import _
from schedules import deliveries, reminders
from schedules.clock import Clock
from schedules.deliveries import Outgoing, Ready
from schedules.timetable import timetable
from storage import inbox, outbox
from storage.db import Database

T = TypeVar("T")
log = logging.getLogger(__name__)

IN_FLIGHT = 4
"""Messages a channel may have in flight: each is a possible double when the process is killed."""
PATIENCE = 1.5
"""Seconds for which a message in flight is waited for when the program stops."""


@dataclass
class _Line:
    """One channel at work: what it has heard, what it is saying, and for whom."""

    channel: Channel
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    seen: int = 0
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    hearing: set[asyncio.Task[None]] = field(default_factory=set)
    turns: dict[Address, asyncio.Lock] = field(default_factory=dict)
    busy: set[int] = field(default_factory=set)


class App:
    """The program. `failpoint` («after_take:3») kills the process the third time it comes to that step."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        router: Router,
        channels: Iterable[Channel],
        *,
        outgoing: Outgoing | None = None,
        failpoint: str = "",
    ) -> None:
        self.database, self.clock, self.router = database, clock, router
        self.outgoing = outgoing or Outgoing()
        self._lines = {channel.name: _Line(channel) for channel in channels}
        self._fail_at, _colon, nth = failpoint.partition(":")
        self._stopping = False
        self._fail_on, self._passed = int(nth or 0), Counter[str]()

    async def within(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction, in the database's own thread."""

        def run() -> T:
            with self.database.begin() as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(self.database.threads, run)

    def step(self, name: str) -> None:
        """A named step of the outbox's road; the failpoint kills the process here, as a power cut would."""
        self._passed[name] += 1
        if name == self._fail_at and self._passed[name] == self._fail_on:
            os.kill(os.getpid(), signal.SIGKILL)

    # take

    async def take(self, name: str, raws: Sequence[Raw]) -> None:
        """Store raw updates; when this returns they are safe, and the channel may confirm them."""
        now = self.clock.now()
        await self.within(lambda session: inbox.keep(session, name, [(raw.id, raw.body) for raw in raws], now))
        self._lines[name].wake.set()

    # hear

    async def _read_inbox(self, line: _Line) -> None:
        """Hand every stored update that is not answered yet to its chat's turn; chats go in parallel."""
        name = line.channel.name
        async with line.reading:
            while waiting := await self.within(lambda session: inbox.waiting(session, name, line.seen)):
                for heard, body in waiting:
                    line.seen = heard
                    incoming = await self._decode(line, heard, body)
                    if incoming is not None:
                        task = asyncio.create_task(self._turn(line, heard, incoming))
                        line.hearing.add(task)
                        task.add_done_callback(line.hearing.discard)

    async def _decode(self, line: _Line, heard: int, body: str) -> Incoming | None:
        why = ""
        try:
            incoming = line.channel.decode(body)
            if incoming is not None:
                return incoming
        except Exception as error:  # an update nobody foresaw is set aside; the rest go on
            why = type(error).__name__
            log.error("update %s of %s cannot be read: %s", heard, line.channel.name, why)
        now = self.clock.now()
        await self.within(lambda session: inbox.answer(session, heard, now, why))
        return None

    async def _turn(self, line: _Line, heard: int, incoming: Incoming) -> None:
        lock = line.turns.setdefault(incoming.address, asyncio.Lock())
        async with lock:
            try:
                await self.hear(line.channel, heard, incoming)
            except Exception:
                log.exception("message %s of %s was not answered", heard, line.channel.name)
                now = self.clock.now()
                await self.within(lambda session: excuse(session, heard, incoming, now, None))
        line.wake.set()

    async def hear(self, channel: Channel, heard: int, incoming: Incoming) -> None:
        """Answer one message: what is slow first, then everything in one transaction."""
        now = self.clock.now()
        try:
            try:
                await self.within(lambda session: decide(session, self.router, heard, incoming, now, None))
            except Needs as needs:
                whole = await self._downloaded(channel, incoming)
                thought: Any = await asyncio.to_thread(needs.think, whole)
                await self.within(lambda session: decide(session, self.router, heard, whole, now, thought))
        except Refused as refused:
            sentence, secret = refused.sentence, isinstance(refused, Secret)
            await self.within(lambda session: excuse(session, heard, incoming, now, sentence))
            if secret:
                await channel.forget(incoming)
                await asyncio.get_running_loop().run_in_executor(self.database.threads, self.database.scrub)

    async def _downloaded(self, channel: Channel, incoming: Incoming) -> Incoming:
        try:
            files = [await channel.download(file) if file.content is None else file for file in incoming.files]
        except SendFailed:
            raise Refused(_("Chưa tải được tệp vừa gửi. Xin gửi lại sau ít phút.")) from None
        return replace(incoming, files=tuple(files))

    # tick

    async def tick(self) -> None:
        """Owe everything that has come due."""
        while await self.within(lambda session: reminders.tick(session, self.clock.now())) == reminders.BATCH:
            pass
        for line in self._lines.values():
            line.wake.set()

    # drain

    async def drain(self, name: str) -> None:
        """Say what is owed on a channel, one message in flight per chat and `IN_FLIGHT` in all, until nothing waits."""
        line = self._lines[name]
        async with asyncio.TaskGroup() as group:
            for _nth in range(IN_FLIGHT):
                group.create_task(self._say_all(line))

    async def _say_all(self, line: _Line) -> None:
        while not self._stopping:
            taken = await self.within(
                lambda session: deliveries.take(session, line.channel.name, self.clock.now(), self.outgoing, line.busy)
            )
            if isinstance(taken, Ready):
                await self._say(line, taken)
            elif not taken:
                return

    async def _say(self, line: _Line, ready: Ready) -> None:
        self.step("after_take")
        line.busy.add(ready.chat)
        try:
            self.step("before_send")
            message = await line.channel.send(Address(ready.external, ready.thread), ready.reply)
            self.step("after_send")
            self.step("before_mark")
            await self.within(lambda session: deliveries.said(session, ready, self.clock.now(), message))
            self.step("after_mark")
        except SendFailed as error:
            failure = error
            log.warning("delivery %s on %s: %s", ready.delivery, line.channel.name, type(failure).__name__)
            await self.within(
                lambda session: deliveries.failed(session, ready, self.clock.now(), failure, self.outgoing)
            )
        finally:
            line.busy.discard(ready.chat)

    # run

    async def settle(self) -> None:
        """Return when everything heard is answered and everything that can be said now is said."""
        lines = list(self._lines.values())
        while True:
            for line in lines:
                await self._read_inbox(line)
                await asyncio.gather(*line.hearing)
                await self.drain(line.channel.name)
            if not any(line.hearing or line.busy for line in lines):
                return
            await asyncio.sleep(0)

    async def _work(self, line: _Line, idle: float) -> None:
        """Answer and speak as it comes, until told to stop; look again every `idle` seconds for what was put back."""
        while not self._stopping:
            line.wake.clear()
            await self._read_inbox(line)
            await self.drain(line.channel.name)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(line.wake.wait(), idle)
        await asyncio.gather(*line.hearing)

    async def run(self, stop: asyncio.Event, *, every: float, ticking: bool = True) -> None:
        """Live until `stop`, or until a channel has nobody to listen to: listen, answer, tick, speak.

        What is being said then is finished before it returns, for `PATIENCE` seconds at most."""
        listening, working = [], []
        for name, line in self._lines.items():
            listening.append(asyncio.create_task(line.channel.listen(partial(self.take, name))))
            working.append(asyncio.create_task(self._work(line, every)))
        scheduler = timetable(self.tick, every)
        if ticking:
            await self.tick()
            scheduler.start()
        stopping = asyncio.create_task(stop.wait())
        done, _rest = await asyncio.wait([*listening, *working, stopping], return_when=asyncio.FIRST_COMPLETED)
        if ticking:
            scheduler.shutdown(wait=False)
        self._stopping = True
        for task in (*listening, stopping):
            task.cancel()
        for line in self._lines.values():
            line.wake.set()
        await asyncio.wait(working, timeout=PATIENCE)
        for task in working:
            task.cancel()
        await asyncio.gather(*listening, *working, stopping, return_exceptions=True)
        for line in self._lines.values():
            await line.channel.close()
        for task in done - {stopping}:
            task.result()

    def next_moment(self, session: Session) -> datetime | None:
        """When the bot next has something to do by itself: an appointment, or a delivery put back."""
        moments = [reminders.next_moment(session)]
        moments += [outbox.next_try(session, name) for name in self._lines]
        return min((moment for moment in moments if moment is not None), default=None)
