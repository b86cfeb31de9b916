"""The bot is killed with SIGKILL again and again while a few hundred digests go out: none is lost. A sample of what
`python -m benchmarks crash` does five hundred times."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from storage.db import Database
from storage.models import DeliveryState
from tests.crash.killing import Bout, Nursery
from tests.crash.office import SILENT, Fake, make, outcomes
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo import FakeZalo

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a system without SIGKILL and fork")

KILLS, STOPS = 10, 3
COPIES = 5


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@asynccontextmanager
async def bout(
    nursery: Nursery,
    database: Database,
    folder: Path,
    copies: int,
    seed: int,
    kind: type[Fake] = FakeTelegram,
    **more: Any,
) -> AsyncIterator[Bout]:
    fake = kind().start()
    try:
        groups = await make(database, fake, copies)
        url = database.engine.url.render_as_string(hide_password=False)
        yield Bout(nursery, database, url, fake, groups, folder, seed, **more)
    finally:
        fake.stop()


async def test_killed_again_and_again_nothing_is_lost(nursery: Nursery, database: Database, tmp_path: Path) -> None:
    processes = 1 if database.is_sqlite else 3
    async with bout(nursery, database, tmp_path, COPIES, 5, processes=processes) as life:
        life.killed(KILLS)
        assert life.left_alone(), f"{outcomes(database)}\n{life.slots[0].log()}"
        found = life.account()
        print(f"\n{database.engine.dialect.name}, {processes} at once: {found}")
        assert found.well, f"{found}\n{life.slots[0].log()}"
        assert found.kills >= KILLS


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_killed_on_zalo_nothing_is_lost(nursery: Nursery, database: Database, tmp_path: Path) -> None:
    """Fewer of everything: what differs is the messenger."""
    async with bout(nursery, database, tmp_path, 3, 8, FakeZalo) as life:
        life.killed(KILLS // 2)
        assert life.left_alone(), f"{outcomes(database)}\n{life.slots[0].log()}"
        found = life.account()
        print(f"\nZalo: {found}")
        assert found.well, f"{found}\n{life.slots[0].log()}"
        assert found.kills >= KILLS // 2


async def test_told_to_stop_it_finishes_what_it_is_saying(nursery: Nursery, database: Database, tmp_path: Path) -> None:
    async with bout(nursery, database, tmp_path, COPIES, 6, lease=60) as life:
        life.stopped(STOPS)
        assert life.left_alone(), f"{outcomes(database)}\n{life.slots[0].log()}"
        found = life.account()
        print(f"\n{database.engine.dialect.name}: {found}")
        assert [one.status for one in life.all] == [0] * (STOPS + 1), life.slots[0].log()
        assert found.well, f"{found}\n{life.slots[0].log()}"
        assert found.doubled.total() == 0


async def test_a_crash_loop_ends_by_itself(nursery: Nursery, database: Database, tmp_path: Path) -> None:
    """Killed each time a message is accepted and not marked: no group hears it more often than `ATTEMPTS`, and what
    was not said then is shown as failed."""
    async with bout(nursery, database, tmp_path, 1, 7, lease=0.05, attempts=2) as life:
        deaths = life.looped("after_send:1", 3 * len(life.groups))
        told = life.told()
        assert 6 <= deaths < 3 * len(life.groups), life.slots[0].log()
        assert max(len(messages) for messages in told.values()) == 2
        untold = sum(not messages and life.groups[chat] != SILENT for chat, messages in told.items())
        assert untold <= outcomes(database)[DeliveryState.FAILED]
