"""Somebody sets the machine's clock an hour forward or back: everything goes on within one tick."""

import asyncio
from datetime import datetime, timedelta, tzinfo

import pytest

from channels import Later, Unknown
from storage.db import Database
from tests.app.office import Living, at
from tests.app.test_sending import owe
from tests.patience import PATIENCE, until

HOUR = timedelta(hours=1)
EVERY = 0.05


@pytest.fixture
async def living(database: Database) -> Living:
    living = Living(database, "2023-03-01 05:00")
    await living.open(("QLVH", "2023-03-02"), ("TV", "2023-03-03"))
    return living


class Wall:
    """The machine's clock as APScheduler reads it: real time, set wrong by `by`."""

    by = timedelta(0)

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        wall = self

        class Set(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + wall.by  # noqa: TID251

        for module in ("schedulers.base", "triggers.interval", "job"):
            monkeypatch.setattr(f"apscheduler.{module}.datetime", Set, raising=False)


@pytest.mark.parametrize("by", [HOUR, -HOUR], ids=["forward", "back"])
async def test_it_ticks_and_speaks_as_before(living: Living, by: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits to be tried again waits no longer than it would have."""
    wall, stop = Wall(monkeypatch), asyncio.Event()
    running = asyncio.create_task(living.app.run(stop, every=EVERY))
    living.messenger.fails.append(Later(60, "busy"))
    owe(living, "QLVH", "một", "hai")
    await until(lambda: living.deliveries("QLVH")[0].why == "busy")
    wall.by += by
    living.clock.move(living.clock.now() + by)
    owe(living, "TV", "lời")
    await until(lambda: living.messenger.heard_by("TV") == ["lời"])
    if by > timedelta(0):
        await until(lambda: living.messenger.heard_by("QLVH") == ["một", "hai"])
    else:
        await until(lambda: living.deliveries("QLVH")[0].try_at <= living.clock.now() + timedelta(minutes=1))
        assert living.messenger.heard_by("QLVH") == []
    ticks = 0
    whole = living.app.tick

    async def counted() -> None:
        nonlocal ticks
        ticks += 1
        await whole()

    monkeypatch.setattr(living.app, "tick", counted)
    await until(lambda: ticks > 2)
    living.clock.move(living.clock.now() + timedelta(minutes=2))
    await until(lambda: living.messenger.heard_by("QLVH") == ["một", "hai"])
    stop.set()
    await asyncio.wait_for(running, PATIENCE)
    assert len(living.messenger.said) == 3


async def test_what_was_owed_by_the_old_clock_is_said_at_the_next_start(living: Living) -> None:
    living.messenger.fails.append(Unknown("cut"))
    owe(living, "QLVH", "một")
    await living.app.settle()
    owe(living, "QLVH", "hai")
    owe(living, "TV", "lời")
    living.clock.move(at("2023-03-01 04:00"))
    living.start()
    await living.app.settle()
    assert living.messenger.said == [("QLVH", "hai"), ("TV", "lời")]
    await living.goes_to("2023-03-01 04:02")
    assert living.messenger.said[-1] == ("QLVH", "(gửi lại)\nmột")


async def test_the_pace_is_kept_by_a_clock_that_nobody_sets(living: Living) -> None:
    """A pause that the messenger asked for ends when it ends, wherever the wall clock stands."""
    living.messenger.fails.append(Later(0.3, "flood", all_wait=True))
    owe(living, "QLVH", "một")
    await living.app.settle()
    began = asyncio.get_running_loop().time()
    living.clock.move(living.clock.now() + HOUR)
    await living.app.settle()
    assert asyncio.get_running_loop().time() - began >= 0.2
    assert living.messenger.said == [("QLVH", "một")]
    living.messenger.fails.append(Later(0.3, "flood", all_wait=True))
    owe(living, "TV", "hai")
    await living.app.settle()
    living.clock.move(living.clock.now() - HOUR)
    owe(living, "BT", "ba")
    await living.app.settle()
    assert ("BT", "ba") in living.messenger.said
