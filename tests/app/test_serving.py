"""Several processes on one database: one of them serves the bot, and another when that one is gone."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from bot.app import App
from channels import Address, Keep, Reply
from storage.db import Database
from storage.locks import Lock, lock
from tests.app.messenger import Messenger
from tests.app.office import Living
from tests.app.test_sending import owe
from tests.patience import PATIENCE, until

GROUPS = ("QLVH", "TV", "BT", "VP", "TTVH", "KHTC")


class Watched(Messenger):
    """Counts who listens."""

    listening = 0

    async def listen(self, keep: Keep) -> None:
        self.listening += 1
        try:
            await super().listen(keep)
        finally:
            self.listening -= 1


@pytest.fixture
async def living(database: Database) -> Living:
    living = Living(database, "2023-03-01 07:00")
    await living.open(("QLVH", "2023-03-02"), ("TV", "2023-03-03"))
    return living


class Process:
    """One more program on the same database, with its own connections."""

    def __init__(self, living: Living, lease: float = 60) -> None:
        self.messenger = Watched()
        self.database = Database(living.database.url)
        self.locks: list[Lock] = []
        self.app = App(self.database, living.clock, living.router, [self.messenger], locks=partial(self._lock, lease))
        self.stop = asyncio.Event()
        self.running = asyncio.create_task(self.app.run(self.stop, every=0.05))

    def _lock(self, lease: float, name: str) -> Lock:
        self.locks.append(lock(self.database, name, lease))
        return self.locks[-1]

    @property
    def serves(self) -> bool:
        return self.messenger.listening == 1

    async def end(self) -> None:
        self.stop.set()
        await asyncio.wait_for(self.running, PATIENCE)
        self.database.close()


@asynccontextmanager
async def processes(living: Living, number: int, lease: float = 60) -> AsyncIterator[list[Process]]:
    started = [Process(living, lease) for _nth in range(number)]
    try:
        yield started
    finally:
        for one in started:
            if not one.running.done():
                await one.end()


async def test_three_processes_say_each_thing_once_and_one_listens(living: Living) -> None:
    async with processes(living, 3, lease=0.5) as started:
        await until(lambda: any(one.serves for one in started))
        for chat in GROUPS:
            owe(living, chat, "một", "hai")
        said = lambda: [line for one in started for line in one.messenger.said]  # noqa: E731
        await until(lambda: len(said()) >= 12)
        await asyncio.sleep(0.2)
        assert sum(one.serves for one in started) == 1
        assert Counter(said()) == Counter({(chat, text): 1 for chat in GROUPS for text in ("một", "hai")})
        assert [len(one.messenger.said) for one in started if one.serves] == [12]


async def test_who_serves_lets_go_when_told_to_stop(living: Living) -> None:
    async with processes(living, 2) as started:
        await until(lambda: any(one.serves for one in started))
        first, second = sorted(started, key=lambda one: not one.serves)
        second.locks[0].lease = 0.1
        await first.end()
        await until(lambda: second.serves)
        owe(living, "QLVH", "lời")
        await until(lambda: second.messenger.said != [])
        second.messenger.arrives(second.messenger.update("TV", "minh", "/viec"))
        await until(lambda: second.messenger.heard_by("TV") != [])


async def test_who_loses_the_lock_stops_before_another_begins(living: Living) -> None:
    """The lock's session ends: nothing more is taken in or said; what was on its way is marked all the same."""
    go_on = asyncio.Event()

    async def slow(to: Address, reply: Reply) -> None:
        await go_on.wait()

    async with processes(living, 1, lease=0.5) as (first,):
        first.messenger.before = slow
        owe(living, "QLVH", "một", "hai")
        await until(lambda: first.messenger.attempts != [])
        other = lock(living.database, "memory", 60)
        first.locks[0].let_go()
        await until(other.take)
        await until(lambda: not first.serves)
        go_on.set()
        await until(lambda: [one.state.value for one in living.deliveries("QLVH")] == ["sent", "waiting"])
        await asyncio.sleep(0.2)
        assert first.messenger.attempts == [("QLVH", "một")]
        first.messenger.arrives(first.messenger.update("TV", "minh", "/viec"))
        other.let_go()
        await until(lambda: first.messenger.heard_by("QLVH") == ["một", "hai"])
        await until(lambda: len(first.messenger.heard_by("TV")) == 1)


async def test_what_was_taken_when_the_lock_was_lost_is_not_said(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a sleep of the machine between taking and sending."""
    async with processes(living, 1) as (first,):
        await until(lambda: first.serves)
        hold = first.app._lines["memory"].hold

        def asleep(name: str) -> None:
            if name == "before_send":
                hold._sure_until = 0.0

        monkeypatch.setattr(first.app, "step", asleep)
        owe(living, "QLVH", "lời")
        await until(lambda: [one.why for one in living.deliveries("QLVH")] == ["not ours"])
        assert first.messenger.attempts == []
        (delivery,) = living.deliveries("QLVH")
        assert (delivery.state.value, delivery.try_at) == ("waiting", living.clock.now())
