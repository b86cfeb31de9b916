"""The lock of a bot: one process has it, and when that one is gone, another."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from storage.db import Database
from storage.locks import Lock, lock
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, time
from storage.db import Database
from storage.locks import lock
held = lock(Database(sys.argv[1]), "telegram", 60)
print(held.take(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def locks(database: Database) -> Iterator[tuple[Lock, Lock, Lock]]:
    """Three processes' locks: two of one bot, one of another."""
    others = lock(database, "zalo", 60)
    made = lock(database, "telegram", 60), lock(database, "telegram", 60), others
    yield made
    for one in made:
        one.let_go()


def until_taken(one: Lock) -> None:
    give_up = time.monotonic() + PATIENCE
    while not one.take():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_one_has_it_until_it_lets_go(locks: tuple[Lock, Lock, Lock]) -> None:
    first, second, other_bot = locks
    assert not first.held()
    assert first.take()
    assert (first.held(), second.take(), second.held()) == (True, False, False)
    assert other_bot.take()
    first.let_go()
    assert not first.held()
    assert second.take()
    assert (second.held(), first.take()) == (True, False)


@contextmanager
def holder(url: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the lock."""
    started = subprocess.Popen([sys.executable, "-c", HOLDER, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "True\n"
    try:
        yield started
    finally:
        started.kill()
        started.wait(PATIENCE)
        started.stdout.close()


def test_a_process_that_is_killed_has_let_go(locks: tuple[Lock, Lock, Lock], database_url: str) -> None:
    first, _second, _other_bot = locks
    with holder(database_url) as other:
        assert not first.take()
        other.kill()
        until_taken(first)


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_process_that_is_frozen_loses_it(locks: tuple[Lock, Lock, Lock], database: Database) -> None:
    """On SQLite the kernel keeps the lock of a process that is alive. Here its session is ended when nothing was heard
    from it for some time."""
    hasty, (first, *_rest) = lock(database, "telegram", 1), locks
    assert hasty.take()
    assert not first.take()
    until_taken(first)
    assert not hasty.held()
    assert not hasty.take()


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_session_that_the_server_ends_is_a_lock_that_is_lost(
    locks: tuple[Lock, Lock, Lock], database: Database
) -> None:
    first, second, _other_bot = locks
    assert first.take()
    url = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    assert not first.held()
    until_taken(second)
    assert not first.take()


def test_a_database_that_is_away_gives_no_lock() -> None:
    away = lock(Database("postgresql://nobody@127.0.0.1:9/away"), "telegram", 2)
    assert not away.take()
    assert not away.held()
