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
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from secrets import token_bytes
from typing import TypeVar

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlmodel import Session

from bot.gathering import Gathered, Key, Message, Part, alone, key, messages
from bot.health import Health
from bot.hearing import ask_patience, decide, excuse, storable
from bot.holding import Hold
from bot.keeping import keeping, let_go
from bot.links import Links
from bot.speaking import Speaker
from bot.thinking import Thinking
from bot.trouble import cancelled, told
from channels import Address, Channel, Incoming, Raw
from handlers import Router
from handlers.plan_file import Secret
from handlers.talk import Apart, Needs, Refused
from schedules import allowance, reminders
from schedules.clock import Clock
from schedules.deliveries import Outgoing
from schedules.timetable import start_over, timetable
from storage import inbox, outbox
from storage.db import Database, Unavailable
from storage.locks import Lock
from storage.shelf import Shelf

T = TypeVar("T")
log = logging.getLogger(__name__)

IN_HAND = 200
"""Messages of a channel that may wait for their chat's turn in memory; the rest waits in the inbox."""
GATHERING = 1.0
"""Seconds without another part of an album after which it is taken to be all here."""
PATIENCE = 1.5
"""Seconds for which a message in flight is waited for when the program stops."""
A_SECOND = timedelta(seconds=1)
"""A clock that goes back by less is only set right."""


@dataclass
class _Line:
    """One channel at work: whether this process serves it, the messages in hand by their id in the inbox, and who says
    what is owed."""

    channel: Channel
    hold: Hold
    speaker: Speaker
    came: asyncio.Event = field(default_factory=asyncio.Event)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    hearing: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    turns: dict[Address, asyncio.Lock] = field(default_factory=dict)
    albums: dict[Key, Gathered] = field(default_factory=dict)

    def wake(self) -> None:
        self.came.set()
        self.speaker.owes.set()


class App:
    """The program. `locks`: the lock of a channel by its name, where other processes may serve the same database: who
    holds it listens, answers and speaks there. `links`: how files come and go where a messenger carries none;
    `failpoint` («after_take:3») kills the process the third time it comes to that step."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        router: Router,
        channels: Iterable[Channel],
        *,
        outgoing: Outgoing | None = None,
        shelf: Shelf | None = None,
        gathering: float = GATHERING,
        locks: Callable[[str], Lock] | None = None,
        health: Health | None = None,
        links: Links | None = None,
        failpoint: str = "",
    ) -> None:
        self.database, self.clock, self.router = database, clock, router
        self.outgoing = outgoing or Outgoing()
        self.links = links or Links(token_bytes(), "", clock)
        self.shelf, self.gathering, self._health = shelf, gathering, health or Health()
        holds = [(one, Hold(one.name, locks(one.name) if locks else None)) for one in channels]
        self._lines = {one.name: _Line(one, hold, Speaker(self, one, hold)) for one, hold in holds}
        self._fail_at, _colon, nth = failpoint.partition(":")
        self._stopping = False
        self._ticking = asyncio.Lock()
        self._thinking = Thinking(self._ask_patience)
        self._fail_on, self._passed = int(nth or 0), Counter[str]()

    async def within(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction, in the database's own thread."""
        return await asyncio.get_running_loop().run_in_executor(self.database.threads, self.database.run, work)

    def step(self, name: str) -> None:
        """A named step of the outbox's road; the failpoint kills the process here, as a power cut would."""
        self._passed[name] += 1
        if name == self._fail_at and self._passed[name] == self._fail_on:
            os.kill(os.getpid(), signal.SIGKILL)

    # take

    async def take(self, name: str, raws: Sequence[Raw]) -> None:
        """Store raw updates; when this returns they are safe, and the channel may confirm them."""
        now, line = self.clock.now(), self._lines[name]
        most = line.channel.shape.monthly

        def store(session: Session) -> None:
            new = inbox.keep(session, name, [(raw.id, raw.body) for raw in raws], now)
            if most:
                allowance.count(session, name, most, now, heard=new)

        await self.within(store)
        line.came.set()

    # hear

    async def _read_inbox(self, line: _Line) -> None:
        """Hand stored updates that are not answered yet to their chats' turns; chats go in parallel."""
        async with line.reading:
            while line.hold.sure and not self._stopping and (room := IN_HAND - len(line.hearing)) > 0:
                waiting = await self.within(partial(self._waiting, line, room))
                if not waiting:
                    return
                for heard, body in waiting:
                    incoming = await self._decode(line, heard, body)
                    if incoming is not None:
                        task = self._in_turn(line, Part(heard, incoming))
                        line.hearing[heard] = task
                        task.add_done_callback(partial(self._was_heard, line, heard))

    def _in_turn(self, line: _Line, part: Part) -> asyncio.Task[None]:
        """The task that will answer this message: the one that waits for the rest of its album, or its own."""
        album = key(part.incoming)
        gathered = line.albums.get(album) if album else None
        if gathered is not None and gathered.task is not None:
            gathered.add(part)
            return gathered.task
        gathered = Gathered([part])
        gathered.task = asyncio.create_task(self._turn(line, gathered, album))
        if album:
            line.albums[album] = gathered
        return gathered.task

    def _was_heard(self, line: _Line, heard: int, _task: asyncio.Task[None]) -> None:
        del line.hearing[heard]

    def _waiting(self, line: _Line, most: int, session: Session) -> list[tuple[int, str]]:
        return inbox.waiting(session, line.channel.name, tuple(line.hearing), most)

    async def _decode(self, line: _Line, heard: int, body: str) -> Incoming | None:
        why = ""
        try:
            incoming = line.channel.decode(body)
            if incoming is not None:
                return storable(incoming)
        except Exception as error:  # an update nobody foresaw is set aside; the rest go on
            why = type(error).__name__
            log.error("update %s of %s cannot be read: %s", heard, line.channel.name, why)
        await self._set_aside(heard, why)
        return None

    async def _set_aside(self, heard: int, why: str) -> None:
        await self.within(lambda session: inbox.answer(session, heard, self.clock.now(), why))

    async def _turn(self, line: _Line, gathered: Gathered, album: Key | None) -> None:
        """Answer one message, or the parts of an album that have come, when its chat's turn has come."""
        try:
            async with line.turns.setdefault(gathered.parts[0].incoming.address, asyncio.Lock()):
                if album:
                    await gathered.complete(self.gathering)
                    del line.albums[album]
                for message in messages(gathered.parts):
                    if line.hold.sure and not self._stopping:
                        await self._answer(line.channel, message)
        finally:
            if album and line.albums.get(album) is gathered:
                del line.albums[album]
        line.came.set()
        for one in self._lines.values():  # what is heard on one is told on others too
            one.speaker.owes.set()

    async def _answer(self, channel: Channel, message: Message) -> None:
        """Answer one message: with an apology if need be, at the least it is set aside. Only what the database itself
        refuses now stays in the inbox, for later."""
        heard, name = message.heard, channel.name
        try:
            try:
                await self.hear(channel, message)
            except Unavailable:
                raise
            except Exception as error:
                log.error("message %s of %s was not answered: %s", heard, name, told(error))
                await self._excuse(message, None)
        except Unavailable as error:
            log.error("message %s of %s waits for the database: %s", heard, name, told(error))
        except Exception as error:
            log.error("message %s of %s was set aside: %s", heard, name, told(error))
            for one in (heard, *message.others):
                await self._set_aside(one, type(error).__name__)

    async def hear(self, channel: Channel, message: Message) -> None:
        """Answer one message: what is slow first, then everything in one transaction."""
        now, heard, incoming = self.clock.now(), message.heard, message.incoming
        rest = message.others, None if channel.shape.takes_files else self.links
        try:
            try:
                await self.within(lambda session: decide(session, self.router, heard, incoming, now, None, *rest))
            except Needs as needs:
                whole, thought = await self._thinking.about(channel, heard, incoming, needs)
                async with keeping(self, whole if needs.keeps else None):
                    await self.within(lambda session: decide(session, self.router, heard, whole, now, thought, *rest))
        except Apart:
            for part in message.parts:
                await self._answer(channel, alone(replace(part, incoming=replace(part.incoming, album=""))))
        except Refused as refused:
            secret = isinstance(refused, Secret)
            await self._excuse(message, refused.sentence, secret=secret)
            if secret:
                for part in message.parts:
                    await channel.forget(part.incoming)
                await self.scrub()

    async def _excuse(self, message: Message, sentence: str | None, *, secret: bool = False) -> None:
        now, heard, incoming, others = self.clock.now(), message.heard, message.incoming, message.others
        freed = await self.within(
            lambda session: excuse(session, heard, incoming, now, sentence, others, secret=secret)
        )
        await let_go(self, freed)

    async def scrub(self) -> None:
        """Clean the database's files of what may not be kept; what was left when the program died too."""
        found = await self.within(inbox.secrets)
        if found:
            await asyncio.get_running_loop().run_in_executor(self.database.threads, self.database.scrub)
            await self.within(lambda session: inbox.scrubbed(session, found))

    async def _ask_patience(self, channel: Channel, heard: int, incoming: Incoming, again: bool) -> None:
        now = self.clock.now()
        await self.within(lambda session: ask_patience(session, heard, incoming, now, again=again))
        self._lines[channel.name].speaker.owes.set()

    # tick

    async def tick(self) -> None:
        """Owe everything that has come due."""
        while await self.within(lambda session: reminders.tick(session, self.clock.now())) == reminders.BATCH:
            pass
        await self._health.ticked(self, self._lines)
        for line in self._lines.values():
            line.speaker.owes.set()

    # drain

    async def drain(self, name: str) -> None:
        """Say what is owed on a channel until nothing waits that may be said."""
        await self._lines[name].speaker.drain()

    # run

    async def settle(self) -> None:
        """Return when everything heard is answered and everything that can be said now is said."""
        lines = list(self._lines.values())
        while True:
            for line in lines:
                await self._read_inbox(line)
                while line.hearing:
                    await asyncio.wait(line.hearing.values())
                    await self._read_inbox(line)
            for line in lines:
                await self.drain(line.channel.name)
            if not any(line.hearing or line.speaker.saying for line in lines):
                return

    async def _answering(self, line: _Line, idle: float) -> None:
        await self._again_and_again(line.came, idle, partial(self._read_inbox, line))
        while line.hearing:
            await asyncio.wait(line.hearing.values())

    async def _again_and_again(self, woken: asyncio.Event, idle: float, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` whenever `woken` and every `idle` seconds, until told to stop. What goes wrong is tried again."""
        while not self._stopping:
            woken.clear()
            try:
                await work()
            except Exception as error:
                log.error("tried again in %g s: %s", idle, told(error))
                await asyncio.sleep(idle)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), idle)

    async def _serve(self, line: _Line) -> None:
        """Listen whenever this process holds the line. Ends as the channel's `listen` does."""
        while True:
            await line.hold.gained()
            line.wake()
            listening = asyncio.create_task(line.channel.listen(partial(self.take, line.channel.name)))
            losing = asyncio.create_task(line.hold.lost())
            try:
                await asyncio.wait([listening, losing], return_when=asyncio.FIRST_COMPLETED)
            finally:
                await cancelled(*(task for task in (listening, losing) if not task.done()))
            if not listening.cancelled():
                return listening.result()

    async def _watch_the_clock(self, every: float, scheduler: AsyncIOScheduler) -> None:
        """When somebody sets the clock back, what was to be done by then is not put off until it is that late again."""
        before = self.clock.now()
        while True:
            await asyncio.sleep(every)
            now = self.clock.now()
            if now < before - A_SECOND:
                try:
                    for line in self._lines.values():
                        await line.speaker.turn_back(now - before)
                except Exception as error:
                    log.error("the clock was set back, tried again in %g s: %s", every, told(error))
                    continue
                start_over(scheduler, every)
                log.warning("the clock was set back by %s", before - now)
            before = now

    async def _tick_or_say_why(self) -> None:
        async with self._ticking:
            try:
                if not self._stopping:
                    await self.tick()
            except Exception as error:
                log.error("the tick went wrong: %s", told(error))

    async def run(
        self, stop: asyncio.Event, *, every: float, reading: float | None = None, ticking: bool = True
    ) -> None:
        """Live until `stop`, or until a channel has nobody to listen to: listen, answer, tick, speak.

        Every `reading` seconds it is looked whether another process has taken something in. What is being said at the
        end is finished before it returns, for `PATIENCE` seconds at most; what is being thought about is left in the
        inbox. Raises what a channel's `listen` raised."""
        await self.scrub()
        listening, working = [], []
        for line in self._lines.values():
            listening.append(asyncio.create_task(self._serve(line)))
            working.append(asyncio.create_task(self._answering(line, reading or every)))
            working.append(asyncio.create_task(line.speaker.speak(every)))
        scheduler = timetable(self._tick_or_say_why, every)
        if ticking:
            await self._tick_or_say_why()
            scheduler.start()
        watching = asyncio.create_task(self._watch_the_clock(every, scheduler))
        stopping = asyncio.create_task(stop.wait())
        done, _rest = await asyncio.wait([*listening, stopping], return_when=asyncio.FIRST_COMPLETED)
        if stopping not in done and all(task.exception() is None for task in done):
            last = asyncio.create_task(self.settle())
            await asyncio.wait([last, stopping], return_when=asyncio.FIRST_COMPLETED)
            last.cancel()
        self._stopping = True
        if ticking:
            scheduler.pause()
            async with self._ticking:  # a shutdown would cancel the tick that is going on
                scheduler.shutdown(wait=False)
        for task in (*listening, watching, stopping, *self._thinking.tasks):
            task.cancel()
        for line in self._lines.values():
            line.wake()
            line.speaker.stop()
        await asyncio.wait(working, timeout=PATIENCE)
        unfinished = [
            task for line in self._lines.values() for task in (*line.hearing.values(), *line.speaker.saying.values())
        ]
        await cancelled(*working, *unfinished, *listening, watching, stopping)
        await self._health.close()
        for line in self._lines.values():
            await line.channel.close()
            await line.hold.let_go()
        for task in done - {stopping}:
            task.result()

    def next_moment(self, session: Session) -> datetime | None:
        """When the bot next has something to do by itself: an appointment, or a delivery put back."""
        moments = [reminders.next_moment(session), *(outbox.next_try(session, name) for name in self._lines)]
        return min((moment for moment in moments if moment is not None), default=None)
