"""A process that brings the bot to life again and again, so that a test can kill it hundreds of times.

Run as `python -m tests.crash.lives`: everything is imported once; for each line read (JSON: `environment`, `folder`,
and the `moment` at which the bot's clock stood when the machine's monotonic one stood at `seconds`) a new process is
forked that runs the bot as `nhacviec run` does. Printed: its id, and when it has ended, its id and how (as `os.waitpid`
tells it).
"""

import ctypes
import json
import os
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from time import monotonic

import handlers
from bot import service
from channels import telegram, zalo
from schedules.clock import SystemClock
from storage.db import Database
from storage.migrate import upgrade

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """So that an aborted test leaves no bot behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def live(environment: dict[str, str], folder: str, moment: str, seconds: float) -> None:
    die_with_parent()
    os.environ.update(environment)
    os.chdir(folder)
    log = os.open("bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    began = datetime.fromisoformat(moment).astimezone(UTC)

    def now(self: SystemClock) -> datetime:
        return began + timedelta(seconds=monotonic() - seconds)

    SystemClock.now = now  # type: ignore[method-assign]
    code = 1
    try:
        service.run(service.settings_or_exit())
        code = 0
    finally:
        os._exit(code)


def wait_for(child: int) -> None:
    _pid, status = os.waitpid(child, 0)
    os.write(1, f"{child} {status}\n".encode())


def warm_up() -> None:
    """Import and read what every life would."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/warm.db")
        upgrade(database)
        database.close()
    handlers.load()
    telegram.TelegramChannel("7300000001:AAWarmWarmWarmWarmWarmWarmWarmWarmWarm")
    zalo.ZaloChannel("7300000001:WarmWarmWarmWarmWarmWarmWarmWarmWarm")


def main() -> None:
    die_with_parent()
    warm_up()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            live(**json.loads(line))
        os.write(1, f"{child}\n".encode())
        threading.Thread(target=wait_for, args=[child], daemon=True).start()


if __name__ == "__main__":
    main()
