"""The bot is killed with SIGKILL again and again while a few hundred digests go out: none is lost."""

import asyncio
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest

from storage.db import Database
from storage.models import DeliveryState
from tests.crash.office import SILENT, Life, Lives, make, outcomes, settled, signalled, wait_until
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_world import Sent
from tests.year.reading import AGAIN

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a system without SIGKILL and fork")

KILLS = 50
COPIES = 25
IN_FLIGHT = 4
STEPS = ("after_take", "before_send", "after_send", "before_mark", "after_mark")


@contextmanager
def fake_telegram() -> Iterator[FakeTelegram]:
    fake = FakeTelegram().start()
    try:
        yield fake
    finally:
        fake.stop()


def digests(fake: FakeTelegram, groups: dict[int, str]) -> dict[int, list[Sent]]:
    """What each group was told that morning."""
    told: dict[int, list[Sent]] = {chat: [] for chat in groups}
    for sent in fake.world.sent:
        told[sent.chat].append(sent)
    return told


def unexplained(told: dict[int, list[Sent]], lives: list[Life]) -> list[str]:
    """The doubles that no kill accounts for: each must follow a message accepted in a life that was killed, and be
    marked; one kill accounts for as many as may be in flight."""
    wrong, doubled = [], Counter[int]()
    for chat, messages in told.items():
        for first, second in pairwise(messages):
            life = next(n for n, one in enumerate(lives) if one.first < first.seq <= one.last)
            doubled[life] += 1
            if not lives[life].killed:
                wrong.append(f"{chat}: said again though «{lives[life].how}» ended well")
            if second.seq <= lives[life].last:
                wrong.append(f"{chat}: twice in one life")
            if AGAIN not in second.text:
                wrong.append(f"{chat}: said again, not marked: {second.text}")
    wrong += [f"{n} doubles after «{lives[life].how}»" for life, n in doubled.items() if n > IN_FLIGHT]
    return wrong


def arrived(database: Database, fake: FakeTelegram, groups: dict[int, str], lives: Lives) -> int:
    """Checks that every group that is called was told, nobody else, and nothing failed; how many doubles there were."""
    told = digests(fake, groups)
    lost = [f"{groups[chat]} {chat}" for chat, messages in told.items() if not messages and groups[chat] != SILENT]
    assert lost == [], lives.log()
    assert not [chat for chat, messages in told.items() if messages and groups[chat] == SILENT]
    assert not [one.text for messages in told.values() for one in messages if "Báo cáo quý I" not in one.text]
    assert outcomes(database)[DeliveryState.FAILED] == 0
    assert unexplained(told, lives.all) == []
    return sum(len(messages) - 1 for messages in told.values() if messages)


async def test_killed_fifty_times_nothing_is_lost(database: Database, database_url: str, tmp_path: Path) -> None:
    dice = random.Random(5)
    began = monotonic()
    with fake_telegram() as fake:
        groups = await make(database, fake, COPIES)
        lives = Lives(database_url, fake, tmp_path, LEASE_SECONDS="1", ATTEMPTS=str(KILLS))
        for n in range(KILLS):
            step = STEPS[n % len(STEPS)] if n % 5 < 3 or n % 2 else ""
            failpoint = f"{step}:{dice.randint(1, 7)}" if step else "-"
            with lives.life(failpoint if step else "at a random moment", failpoint) as life:
                if not step:
                    enough = len(fake.world.sent) + dice.randint(0, 7)
                    wait_until(lambda enough=enough: len(fake.world.sent) >= enough, 20)  # type: ignore[misc]
                    await asyncio.sleep(dice.uniform(0, 0.03))
                    signalled(life, signal.SIGKILL)
        with lives.life("left alone") as life:
            done = settled(database, groups)
            signalled(life, signal.SIGTERM)
        lives.close()
        kills = sum(life.killed for life in lives.all)
        assert done, f"{outcomes(database)}\n{lives.log()}"
        doubled = arrived(database, fake, groups, lives)
        print(
            f"\n{database.engine.dialect.name}: {len(groups)} groups, {kills} kills, 0 lost, "
            f"{doubled} doubled and marked, {monotonic() - began:.0f} s"
        )
        assert kills == KILLS, lives.log()


async def test_told_to_stop_it_finishes_what_it_is_saying(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    dice = random.Random(6)
    with fake_telegram() as fake:
        groups = await make(database, fake, 12)
        lives = Lives(database_url, fake, tmp_path, LEASE_SECONDS="60")
        for _n in range(12):
            with lives.life("told to stop") as life:
                enough = len(fake.world.sent) + dice.randint(1, 9)
                wait_until(lambda enough=enough: len(fake.world.sent) >= enough, 20)  # type: ignore[misc]
                signalled(life, signal.SIGTERM)
        with lives.life("left alone") as life:
            done = settled(database, groups)
            signalled(life, signal.SIGTERM)
        lives.close()
        assert done, f"{outcomes(database)}\n{lives.log()}"
        assert [life.status for life in lives.all] == [0] * 13, lives.log()
        assert arrived(database, fake, groups, lives) == 0
        stops = sum(life.first < life.last < len(groups) - 1 for life in lives.all[:-1])
        print(f"\n{database.engine.dialect.name}: {len(groups)} groups, {stops} stops midway, 0 lost, 0 doubled")
        assert stops >= 5


async def test_a_crash_loop_does_not_repeat_itself_for_ever(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Killed each time a message is accepted and not marked: no group hears it more often than `ATTEMPTS`, and what
    was not said then is shown as failed."""
    with fake_telegram() as fake:
        groups = await make(database, fake, 1)
        lives = Lives(database_url, fake, tmp_path, LEASE_SECONDS="0.05", ATTEMPTS="2")
        for _n in range(9):
            with lives.life("after_send:1", "after_send:1") as life:
                wait_until(lambda life=life: not life.alive, 30)  # type: ignore[misc]
                signalled(life, signal.SIGTERM)
        in_the_loop = len(fake.world.sent)
        with lives.life("left alone") as life:
            done = settled(database, groups)
            signalled(life, signal.SIGTERM)
        lives.close()
        states = outcomes(database)
        assert done, f"{states}\n{lives.log()}"
        assert [life.killed for life in lives.all] == [True] * 9 + [False], lives.log()
        told = digests(fake, groups)
        assert max(len(messages) for messages in told.values()) == 2
        assert in_the_loop >= 9
        untold = sum(not messages and groups[chat] != SILENT for chat, messages in told.items())
        assert untold <= states[DeliveryState.FAILED] < len(groups) / 2
