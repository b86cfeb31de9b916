"""The database is away for a while and comes back: what was under way is not lost, and nothing is broken by it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlmodel import Session

from bot.speaking import Speaker
from channels import Address, Later, Pace, Rate, Reply, Shape
from storage.db import Database, Unavailable
from tests.app.office import Living
from tests.app.test_sending import MINUTE, owe, state
from tests.databases import Sqlite
from tests.patience import PATIENCE, until

T = TypeVar("T")
HOUR = timedelta(hours=1)


@pytest.fixture
def database(_sqlite: Sqlite) -> Iterator[Database]:
    with _sqlite.fresh() as url:
        database = Database(url)
        yield database
        database.close()


class Away:
    """The office with a messenger that takes three messages in no time; its database can be taken away."""

    def __init__(self, database: Database) -> None:
        self.living = Living(database, "2023-03-01 07:00")
        self.living.messenger.shape = Shape(pace=Pace(overall=(Rate(3, 1e-6),)))
        self.app = self.living.start()
        self.away, self.asked = False, 0
        self._whole = self.app.within
        self.app.within = self._within  # type: ignore[method-assign]

    async def _within(self, work: Callable[[Session], T]) -> T:
        self.asked += 1
        if self.away:
            raise Unavailable
        return await self._whole(work)

    @property
    def speaker(self) -> Speaker:
        return self.app._lines["memory"].speaker

    async def goes_away_while_speaking(self, times: int) -> None:
        """Something is on its way when the database goes, and it is asked in vain so many times."""

        async def goes(to: Address, reply: Reply) -> None:
            self.away = True

        self.living.messenger.before = goes
        owe(self.living, "QLVH", "lời")
        for _time in range(times):
            with pytest.raises(Unavailable):
                await self.speaker.drain()
        self.away, self.living.messenger.before = False, None


@pytest.fixture
async def away(database: Database) -> Away:
    away = Away(database)
    await away.living.open(("QLVH", "2023-03-02"))
    return away


async def test_what_arrived_counts_once_against_the_pace_however_often_it_is_marked_in_vain(away: Away) -> None:
    await away.goes_away_while_speaking(5)
    await asyncio.wait_for(away.speaker.drain(), PATIENCE)
    assert away.speaker.saying == {}
    assert away.speaker._pacer.room() == 3
    assert state(away.living, "QLVH") == [("sent", "")]


async def test_what_arrived_is_marked_also_when_the_line_was_lost_and_gained_meanwhile(away: Away) -> None:
    await away.goes_away_while_speaking(1)
    away.speaker.hold.term, away.away = 2, True
    with pytest.raises(Unavailable):
        await away.speaker.drain()
    away.away = False
    await asyncio.wait_for(away.speaker.drain(), PATIENCE)
    assert away.speaker.saying == {}
    assert state(away.living, "QLVH") == [("sent", "")]


async def test_the_clock_is_watched_on(away: Away) -> None:
    """It was set back while the database was away: that is made up for when it is there again."""
    away.living.messenger.fails.append(Later(None, "busy"))
    owe(away.living, "QLVH", "lời")
    await away.app.settle()
    stop = asyncio.Event()
    running = asyncio.create_task(away.app.run(stop, every=0.01, ticking=False))
    asked = away.asked
    await until(lambda: away.asked > asked + 3)
    away.away = True
    away.living.clock.move(away.living.clock.now() - HOUR)
    failed = away.asked
    await until(lambda: away.asked > failed + 20)
    away.away = False
    await until(lambda: away.living.deliveries("QLVH")[0].try_at <= away.living.clock.now() + 2 * MINUTE)
    stop.set()
    await asyncio.wait_for(running, PATIENCE)
