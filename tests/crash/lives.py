"""A process that brings the bot to life again and again, so that a test can kill it fifty times in a minute.

Run as `python -m tests.crash.lives MOMENT`: everything is imported once; for each line read (a failpoint, or «-» for
none) a new process is forked that runs the bot as `nhacviec run` does, on a clock that began at MOMENT when this one
started. Printed: the new process's id, and when it has ended, how (as `os.waitpid` tells it).
"""

import ctypes
import importlib
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from time import monotonic

import handlers
from bot import service
from channels import telegram
from schedules.clock import SystemClock

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """So that an aborted test leaves no bot behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def live(failpoint: str) -> None:
    die_with_parent()
    os.environ["FAILPOINT"] = failpoint
    log = os.open("bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 1
    try:
        service.run(service.settings_or_exit())
        code = 0
    finally:
        os._exit(code)


def main() -> None:
    die_with_parent()
    began, at_first = datetime.fromisoformat(sys.argv[1]).astimezone(UTC), monotonic()

    def now(self: SystemClock) -> datetime:
        return began + timedelta(seconds=monotonic() - at_first)

    SystemClock.now = now  # type: ignore[method-assign]
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            live(line.strip().strip("-"))
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    for module in ("alembic.command", "alembic.autogenerate"):
        importlib.import_module(module)
    handlers.load()
    telegram.trusted()
    main()
