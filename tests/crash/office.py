"""The morning that the bot is killed on: a few hundred groups, all of which are owed a digest at 08:00."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from bot import sample
from bot.app import App
from channels import Address, File, Sender
from handlers import load
from schedules import reminders
from schedules.clock import HandClock
from storage import people
from storage.db import Database
from storage.models import Delivery, DeliveryState, Office, Unit
from tests.fakes.telegram import FakeTelegram
from tests.year.faulty import FaultyChannel, Weather

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2023, 2, 22, 8, 0, tzinfo=ZONE)
"""Seven working days before the first report, which the twelve units owe: each of their groups is called, and the
office's; the Văn phòng owes none and has nothing to hear."""
SILENT = "Văn phòng"
OWED = {DeliveryState.WAITING, DeliveryState.UNKNOWN}
QUIET = 60
"""Seconds without any progress after which a test stops waiting."""


async def make(database: Database, fake: FakeTelegram, copies: int) -> dict[int, str]:
    """The sample office with its plan agreed, each unit with `copies` groups; which chat of `fake` is whose group."""
    clock = HandClock(datetime(2023, 1, 9, 9, 0, tzinfo=ZONE))
    channel = FaultyChannel("telegram", clock, ZONE, 0, Weather(0, 0, 0, 0))
    app = App(database, clock, load(), [channel])
    titles = sample.rooms()
    chats = {short: fake.world.group(title) for short, title in titles.items()}
    addresses = {short: Address(str(chat)) for short, chat in chats.items()}
    accounts = {member.name: member.name.casefold() for member in sample.everybody()}
    groups = {chat: titles[short] for short, chat in chats.items()}

    def make_office(session: Session) -> None:
        office = sample.make(session, "telegram", accounts, addresses, clock.now())
        for _copy in range(copies - 1):
            groups.update(_more(session, office, fake, clock.now()))

    await app.within(make_office)
    content = sample.plan()
    for text, files in (("", (File(sample.PLAN, len(content), content=content),)), ("đồng ý KH1", ())):
        await app.take("telegram", [channel.hear("lan", Sender("lan", "Lan"), text, private=True, files=files)])
        await app.settle()
    return groups


def _more(session: Session, office: Office, fake: FakeTelegram, now: datetime) -> Iterator[tuple[int, str]]:
    """One more group for each unit."""
    for unit in session.exec(select(Unit).where(Unit.office_id == office.id).order_by(col(Unit.position))).all():
        if unit.name not in sample.rooms().values() or unit.name == SILENT:
            continue
        chat = fake.world.group(unit.name)
        row = people.chat_at(session, "telegram", str(chat), "", private=False, title=unit.name)
        people.link(session, row, office.id or 0, [unit.id or 0], whole_office=False)
        reminders.expect(session, row, office, now)
        yield chat, unit.name


@dataclass
class Life:
    """One process of the bot: how it was to end, how it did, and what Telegram had taken in before and after."""

    how: str
    pid: int
    first: int
    last: int = 0
    status: int | None = None

    @property
    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    @property
    def killed(self) -> bool:
        return self.status is not None and os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGKILL


class Lives:
    """Starts the bot on a database and a fake Telegram, as often as wanted, one at a time."""

    def __init__(self, database_url: str, fake: FakeTelegram, folder: Path, **settings: str) -> None:
        self.fake, self.folder = fake, folder
        self.all: list[Life] = []
        environment = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TELEGRAM_TOKEN": fake.token,
            "TELEGRAM_URL": fake.base_url,
            "DATABASE_URL": database_url,
            "TICK_SECONDS": "0.3",
            **settings,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.lives", MORNING.isoformat()],
            cwd=folder,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    @contextmanager
    def life(self, how: str, failpoint: str = "-") -> Iterator[Life]:
        """A process from its start to its end; what the block does is done while it lives."""
        assert self._process.stdin is not None
        print(failpoint, file=self._process.stdin, flush=True)
        life = Life(how, int(self._line()), len(self.fake.world.sent))
        self.all.append(life)
        try:
            yield life
        finally:
            life.status = int(self._line())
            life.last = self._quiet()

    def _quiet(self) -> int:
        """How many messages were accepted, once what a dead process had sent has been taken in too."""
        before = -1
        while before != (before := len(self.fake.world.sent)):
            sleep(0.05)
        return before

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def log(self) -> str:
        return (self.folder / "bot.log").read_text("utf-8")[-4000:]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def signalled(life: Life, number: int) -> None:
    """Send a signal to a process that may have ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(life.pid, number)


def wait_until(what: Callable[[], bool], seconds: float) -> bool:
    patience = monotonic() + seconds
    while not what():
        if monotonic() > patience:
            return False
        sleep(0.002)
    return True


def settled(database: Database, groups: dict[int, str]) -> bool:
    """Wait until the digest of every group that is called has its outcome. False: nothing moved for a minute.

    On SQLite whoever looks holds up whoever writes, so it is looked now and then."""
    called = sum(title != SILENT for title in groups.values())
    before, patience = Counter[DeliveryState](), monotonic() + QUIET
    while True:
        states = outcomes(database)
        if states.total() >= called and not OWED & states.keys():
            return True
        if states != before:
            before, patience = states, monotonic() + QUIET
        elif monotonic() > patience:
            return False
        sleep(0.1)


def outcomes(database: Database) -> Counter[DeliveryState]:
    """What became of the digests of that morning."""
    with database.begin() as session:
        query = select(Delivery.state, func.count()).where(Delivery.kind == "digest")
        rows = session.exec(query.where(Delivery.slot == MORNING.date().isoformat()).group_by(col(Delivery.state)))
        return Counter(dict(rows.all()))
