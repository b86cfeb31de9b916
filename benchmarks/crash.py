"""A process killed with SIGKILL five hundred times while two thousand digests go out, on both databases, on PostgreSQL
also with three processes side by side; told to stop; in a crash loop: `python -m benchmarks crash`."""

import argparse
import asyncio
import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import mkdtemp

from benchmarks.ground import Ground, ground
from storage.models import DeliveryState
from tests.crash.killing import Bout, Nursery
from tests.crash.office import make, outcomes
from tests.fakes.telegram import FakeTelegram

COPIES = 167
"""Groups of each of the twelve units that are called: 2,004, and the whole office's."""
ROUNDS = (("sqlite", 1), ("postgresql", 1), ("postgresql", 3))


@contextmanager
def bout(
    nursery: Nursery,
    here: Ground,
    kind: str,
    processes: int,
    copies: int,
    seed: int,
    lease: float = 1.0,
    attempts: int = 1_000,
) -> Iterator[Bout]:
    """An office of its own on a fresh database, beside a fake Telegram of its own."""
    folder = Path(mkdtemp(dir=here.folder))
    fake = FakeTelegram().start()
    try:
        with here.fresh(kind) as database:
            groups = asyncio.run(make(database, fake, copies))
            yield Bout(nursery, database, database.url, fake, groups, folder, seed, processes, lease, attempts)
    finally:
        fake.stop()


def killed(nursery: Nursery, here: Ground, kind: str, processes: int, kills: int, seed: int) -> bool:
    with bout(nursery, here, kind, processes, -(-COPIES * kills // 500), seed) as life:
        life.killed(kills)
        done = life.left_alone()
        found = life.account()
        print(f"killed, {kind}, {processes} at once: {found}", flush=True)
        return done and found.well and found.kills >= kills


def stopped(nursery: Nursery, here: Ground, kind: str, stops: int, seed: int) -> bool:
    with bout(nursery, here, kind, 1, -(-stops // 2), seed, lease=60) as life:
        life.stopped(stops)
        done = life.left_alone()
        found = life.account()
        print(f"told to stop, {kind}: {found}", flush=True)
        ended_well = all(one.status == 0 for one in life.all)
        return done and found.well and ended_well and not found.doubled


def looped(nursery: Nursery, here: Ground, kind: str, seed: int) -> bool:
    with bout(nursery, here, kind, 1, 3, seed, lease=0.05, attempts=2) as life:
        most = 4 * len(life.groups)
        deaths = life.looped("after_send:1", most)
        loudest = max(len(messages) for messages in life.told().values())
        shown = outcomes(life.database)[DeliveryState.FAILED]
        print(
            f"a crash loop, {kind}: ended by itself after {deaths} deaths, no group heard it more than {loudest} times,"
            f" {shown} shown as failed",
            flush=True,
        )
        return deaths < most and loudest <= 2


def main(words: list[str]) -> int:
    """Do it all and print what came of it; 1 if something was lost, or doubled without a reason."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=500, help="how often each time, instead of 500")
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args(words)
    logging.disable(logging.WARNING)
    well = []
    nursery = Nursery()
    with ground() as here, closing(nursery):
        for kind, processes in ROUNDS:
            well.append(killed(nursery, here, kind, processes, asked.kills, asked.seed))
        for kind in ("sqlite", "postgresql"):
            well.append(stopped(nursery, here, kind, max(4, asked.kills // 10), asked.seed))
            well.append(looped(nursery, here, kind, asked.seed))
    print("all well" if all(well) else "NOT well")
    return 0 if all(well) else 1
