"""The bot is killed again and again while the digests of a morning go out; afterwards it is counted what was lost and
what was said twice, and whether a kill accounts for it."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from queue import Queue
from time import monotonic, sleep

from storage.db import Database
from storage.models import DeliveryState
from tests.crash.office import MORNING, SILENT, Fake, Groups, outcomes, over, settled
from tests.fakes.telegram_world import Sent
from tests.fakes.zalo_world import Sent as ZaloSent
from tests.year.reading import AGAIN

Said = Sent | ZaloSent
STEPS = ("after_take", "before_send", "after_send", "before_mark", "after_mark")
IN_FLIGHT = 4
FARTHEST = 6
"""Messages after which a life is ended at the latest."""
STUCK = 15.0
"""Seconds without a message after which a process is killed, whatever was planned for it."""


@dataclass
class Life:
    """One process of the bot: how it was to end, and how it did (as `os.waitpid` tells it)."""

    name: str
    how: str
    pid: int
    status: int | None = None

    @property
    def killed(self) -> bool:
        return self.status is not None and os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGKILL

    def signalled(self, number: int) -> None:
        """Send a signal to a process that may have ended by itself."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Nursery:
    """Starts processes of the bot, as many as wanted; see `tests.crash.lives`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.lives"],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            cwd="/",
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._begun: Queue[int] = Queue()
        self.ended: dict[int, int] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def begin(self, **how: object) -> int:
        """The id of the new process."""
        assert self._process.stdin is not None
        print(json.dumps(how), file=self._process.stdin, flush=True)
        return self._begun.get(timeout=60)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            pid, _space, status = line.partition(" ")
            if status:
                self.ended[int(pid)] = int(status)
            else:
                self._begun.put(int(pid))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


class Slot:
    """A place for one process after the other, on a database and a fake messenger."""

    _names = count(1)

    def __init__(self, nursery: Nursery, fake: Fake, folder: Path, began: float, settings: dict[str, str]):
        self._nursery, self._fake, self._folder, self._began = nursery, fake, folder, began
        self._settings = {f"{fake.name.upper()}_TOKEN": fake.token, "TICK_SECONDS": "0.3", **settings}
        self.now: Life | None = None

    def begin(self, how: str, failpoint: str = "") -> Life:
        """Start a process; the one before must be over."""
        name = str(next(self._names))
        own = {"FAILPOINT": failpoint, f"{self._fake.name.upper()}_URL": self._fake.base_url_of(name)}
        pid = self._nursery.begin(
            environment=self._settings | own, folder=str(self._folder), moment=MORNING.isoformat(), seconds=self._began
        )
        self.now = Life(name, how, pid)
        return self.now

    def over(self, wait: float = 0) -> bool:
        """Whether the process has ended, waiting so many seconds at most."""
        assert self.now is not None
        patience = monotonic() + wait
        while self.now.status is None:
            self.now.status = self._nursery.ended.get(self.now.pid)
            if monotonic() >= patience:
                break
            sleep(0.002)
        return self.now.status is not None

    def log(self) -> str:
        return (self._folder / "bot.log").read_text("utf-8")[-4000:]


@dataclass
class Account:
    """What came of it. `doubled` counts by the life that said it first; `wrong` is what nothing accounts for."""

    groups: int
    kills: int = 0
    stops: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0

    @property
    def well(self) -> bool:
        return not self.lost and not self.wrong

    def __str__(self) -> str:
        at_most = max(self.doubled.values(), default=0)
        lines = [
            f"{self.groups:,} deliveries, {self.kills} kills, {self.stops} stops: {len(self.lost)} lost, "
            f"{self.doubled.total()} doubled and marked (at most {at_most} by one kill), "
            f"{len(self.wrong)} unexplained, {self.seconds:.0f} s"
        ]
        return "\n".join([*lines, *(f"  lost: {one}" for one in self.lost), *(f"  {one}" for one in self.wrong)])


@dataclass
class Bout:
    """One database, one fake messenger, a morning's `groups`, and so many processes side by side."""

    nursery: Nursery
    database: Database
    url: str
    fake: Fake
    groups: Groups
    folder: Path
    seed: int
    processes: int = 1
    lease: float = 1.0
    attempts: int = 1_000

    def __post_init__(self) -> None:
        settings = {"LEASE_SECONDS": str(self.lease), "ATTEMPTS": str(self.attempts), "DATABASE_URL": self.url}
        began = monotonic()
        self.slots = [Slot(self.nursery, self.fake, self.folder, began, settings) for _n in range(self.processes)]
        self.all: list[Life] = []
        self._dice, self._began = random.Random(self.seed), began

    def killed(self, kills: int) -> None:
        """Kill one process after the other, at named steps and at random moments, that many in all."""
        planned: dict[str, Callable[[], bool]] = {}
        moved, seen, ended = monotonic(), 0, 0
        while ended < kills:
            for slot in self.slots:
                if slot.now is None or slot.now.status is not None:
                    self._next(slot, planned)
                elif slot.over():
                    ended += slot.now.killed
                    moved = monotonic()
                elif planned[slot.now.name]() or monotonic() > moved + STUCK:
                    slot.now.signalled(signal.SIGKILL)
            if seen != (seen := len(self.fake.world.sent)):
                moved = monotonic()
            sleep(0.001)
        for slot in self.slots:
            if slot.now is not None and not slot.over():
                slot.now.signalled(signal.SIGKILL)
                slot.over(STUCK)

    def _next(self, slot: Slot, planned: dict[str, Callable[[], bool]]) -> None:
        n = len(self.all)
        if n % 2 == 0 or n % 3 == 0:  # two of three
            failpoint = f"{STEPS[n % len(STEPS)]}:{self._dice.randint(1, FARTHEST)}"
            life = slot.begin(failpoint, failpoint)
            planned[life.name] = lambda: False
        else:
            life = slot.begin("at a random moment")
            enough, pause = len(self.fake.world.sent) + self._dice.randint(0, FARTHEST), self._dice.uniform(0, 0.03)
            planned[life.name] = self._after(enough, pause)
        self.all.append(life)

    def _after(self, enough: int, pause: float) -> Callable[[], bool]:
        """True so many seconds after so many messages were accepted."""
        reached: list[float] = []

        def now() -> bool:
            if not reached and len(self.fake.world.sent) >= enough:
                reached.append(monotonic())
            return bool(reached) and monotonic() >= reached[0] + pause

        return now

    def stopped(self, stops: int) -> None:
        """Tell one process after the other to stop, each after some messages."""
        slot = self.slots[0]
        for _n in range(stops):
            life = slot.begin("told to stop")
            self.all.append(life)
            enough, patience = len(self.fake.world.sent) + self._dice.randint(1, 9), monotonic() + STUCK
            while len(self.fake.world.sent) < enough and monotonic() < patience:
                sleep(0.002)
            life.signalled(signal.SIGTERM)
            slot.over(STUCK)

    def looped(self, failpoint: str, most: int) -> int:
        """Begin again whenever `failpoint` kills it, until one lives on with nothing left to say; how many died."""
        slot = self.slots[0]
        for deaths in range(most):
            life = slot.begin(failpoint, failpoint)
            self.all.append(life)
            while not slot.over(0.2):
                if over(outcomes(self.database), self.groups):
                    life.signalled(signal.SIGTERM)
                    slot.over(STUCK)
                    return deaths
        return most

    def left_alone(self) -> bool:
        """One process lives until every digest has its outcome. False: it never has."""
        life = self.slots[0].begin("left alone")
        self.all.append(life)
        done = settled(self.database, self.groups)
        life.signalled(signal.SIGTERM)
        self.slots[0].over(STUCK)
        return done

    def told(self) -> dict[int | str, list[Said]]:
        """What each group was told."""
        told: dict[int | str, list[Said]] = {chat: [] for chat in self.groups}
        for sent in self.fake.world.sent:
            told[sent.chat].append(sent)
        return told

    def account(self) -> Account:
        """Every double must follow a message that was accepted from a process which was killed then, and be marked; one
        kill accounts for one in a chat, and for as many as may be in flight."""
        lives = {life.name: life for life in self.all}
        found = Account(sum(title != SILENT for title in self.groups.values()), seconds=monotonic() - self._began)
        found.kills = sum(life.killed for life in self.all)
        found.stops = sum(life.how == "told to stop" and life.status == 0 for life in self.all)
        for chat, messages in self.told().items():
            if not messages and self.groups[chat] != SILENT:
                found.lost.append(f"{self.groups[chat]} {chat}")
            if messages and self.groups[chat] == SILENT:
                found.wrong.append(f"{chat}: nothing calls it")
            found.wrong += [f"{chat}: {one.text}" for one in messages if "Báo cáo quý I" not in one.text]
            found.wrong += list(self._unexplained(chat, messages, lives))
            found.doubled.update(first.by for first, _second in pairwise(messages))
        found.wrong += [f"{n} doubles after «{lives[by].how}»" for by, n in found.doubled.items() if n > IN_FLIGHT]
        failed = outcomes(self.database)[DeliveryState.FAILED]
        found.wrong += [f"{failed} given up"] if failed else []
        return found

    def _unexplained(self, chat: int | str, messages: list[Said], lives: dict[str, Life]) -> Iterable[str]:
        for first, second in pairwise(messages):
            if not lives[first.by].killed:
                yield f"{chat}: said again though «{lives[first.by].how}» ended well"
            if AGAIN not in second.text:
                yield f"{chat}: said again, not marked: {second.text}"
        if len({one.by for one in messages}) < len(messages):
            yield f"{chat}: twice by one process"
