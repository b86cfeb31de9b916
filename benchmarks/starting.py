"""How soon a started bot asks for its first updates, and how much memory it has once it has answered."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep

from benchmarks.dispatching import later
from benchmarks.ground import Ground, analyse, office
from benchmarks.measure import Figure
from bot import sample
from storage.db import Database
from tests.fakes.telegram import FakeTelegram

TIMES = 5
WAITING = 100_000
PATIENCE = 60
ROOT = Path(__file__).parents[1]
OURS = ("bot", "channels", "handlers", "schedules", "storage", "plans", "lang")
LIST = f"""
import json, os, sys, tempfile
before = set(sys.modules)
import bot.__main__, bot.service, channels.telegram, channels.masking, handlers
with tempfile.TemporaryDirectory() as folder:
    os.environ["DATABASE_URL"] = f"sqlite:///{{folder}}/list.db"
    bot.service.database_or_exit(bot.service.settings_or_exit())[0].close()
handlers.load()
found = [name for name in sys.modules if name not in before and name.partition('.')[0] not in {OURS!r}]
print(json.dumps([name for name in found if not name.startswith('__')]))
"""
IMPORT = """
import contextlib, importlib, json, sys
for name in json.loads(sys.argv[1]):
    with contextlib.suppress(ImportError):  # some only exist once another has made them
        importlib.import_module(name)
"""


def libraries() -> list[str]:
    """Every module that is not ours and that the running bot has imported, in that order."""
    done = subprocess.run([sys.executable, "-c", LIST], capture_output=True, text=True, check=True, cwd=ROOT)
    named = json.loads(done.stdout)
    return [str(name) for name in named]


def imported(names: list[str]) -> float:
    """Seconds that a new Python takes to import these."""
    start = perf_counter()
    subprocess.run([sys.executable, "-c", IMPORT, json.dumps(names)], check=True, cwd=ROOT)
    return perf_counter() - start


@contextmanager
def living(url: str, fake: FakeTelegram, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The bot as a process of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TELEGRAM_TOKEN": fake.token,
        "TELEGRAM_URL": fake.base_url,
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
    }
    with (folder / "bot.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def fake_telegram() -> Iterator[FakeTelegram]:
    """With everybody of the office in it."""
    fake = FakeTelegram().start()
    try:
        for member in sample.everybody():
            fake.world.person(member.name)
        yield fake
    finally:
        fake.stop()


def until(true: Callable[[], bool], folder: Path) -> None:
    patience = monotonic() + PATIENCE
    while not true():
        if monotonic() > patience:
            raise TimeoutError((folder / "bot.log").read_text("utf-8")[-2000:])
        sleep(0.001)


def ready(url: str, folder: Path) -> float:
    """Seconds from the process's start to its first request for updates."""
    with fake_telegram() as fake:
        start = perf_counter()
        with living(url, fake, folder):
            until(lambda: fake.calls["getUpdates"] > 0, folder)
            return perf_counter() - start


def start(ground: Ground) -> Iterator[Figure]:
    """#8. On SQLite, where the rows lie in the process's own file."""
    names = libraries()
    with ground.fresh_url("sqlite") as empty, ground.fresh_url("sqlite") as full:
        for url, waiting in ((empty, 0), (full, WAITING)):
            database = Database(url)
            office(database)
            later(database, waiting)
            analyse(database)
            database.close()
        bare, alone, much = [], [], []
        for _n in range(TIMES):
            bare.append(imported(names))
            alone.append(ready(empty, ground.folder))
            much.append(ready(full, ground.folder))
    least, ours, waited = median(bare), median(alone), median(much)
    detail = f"{ours:.2f} s against {least:.2f} s for {len(names)} modules"
    yield Figure("ready ÷ importing the same libraries", ours / least, "×", 1.25, detail)
    detail = f"{waited:.2f} s against {ours:.2f} s"
    yield Figure(f"ready with {WAITING:,} waiting ÷ with none", waited / ours, "×", 1.05, detail)


def memory(ground: Ground) -> Iterator[Figure]:
    """#9."""
    with ground.fresh_url("sqlite") as empty:
        database = Database(empty)
        office(database, of=1)
        database.close()
        little = resident(empty, ground.folder)
    with ground.million("sqlite") as large:
        much = resident(large.url, ground.folder)
    detail = f"{much / 1024:.1f} MB against {little / 1024:.1f} MB"
    yield Figure("resident memory with 1,000,000 rows ÷ with none", much / little, "×", 1.1, detail)


def resident(url: str, folder: Path) -> int:
    """Kilobytes of a bot that has ticked and said how things stand and what is open."""
    with fake_telegram() as fake, living(url, fake, folder) as process:
        for n, said in enumerate(("/tiendo", "/viec", "/quahan"), 1):
            fake.world.say(fake.world.person("Thu"), said)
            until(lambda n=n: len(fake.world.sent) >= n, folder)  # type: ignore[misc]
        status = Path(f"/proc/{process.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0])
