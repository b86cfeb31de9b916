"""The lock of a bot: of all processes on one database, the one that holds it listens and speaks.

A lock is a session with the database and lives no longer than it: a process that dies has let go at that moment, and
no clock says who holds what. PostgreSQL also ends a session from which nothing was heard for a while, as when a
process was stopped or its machine is gone. SQLite is used by the processes of one machine, whose kernel knows which
of them live: there the session is one on an empty file beside the database.
"""

import sqlite3
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy.engine import make_url

from storage.db import Database

SHORTEST, LONGEST = 2.0, 20.0
"""Seconds after which, at the soonest and at the latest, the lock of a process that went silent is another's."""
ASKED, SURE, ENDED = 0.2, 0.5, 0.7
"""Shares of those seconds: how often the lock is asked for, or whether it is held; for how long an answer is believed;
after how much silence the session is ended. Who holds it stops believing so before another can take it."""


class Lock(Protocol):
    """Not to be used by two threads at once. `lease`: after so many seconds the lock of a process that went
    silent is another's."""

    lease: float

    def take(self) -> bool:
        """Take it if it is free. False: another process holds it, or the database cannot be asked."""

    def held(self) -> bool:
        """Whether it is still held. Asking keeps it."""

    def let_go(self) -> None: ...


def lock(database: Database, name: str, lease: float) -> Lock:
    """The lock of the bot `name`, for this process."""
    lease = min(max(lease, SHORTEST), LONGEST)
    if database.is_sqlite:
        return _BesideSqlite(database, name, lease)
    return _OnPostgreSQL(database, name, lease)


class _OnPostgreSQL:
    def __init__(self, database: Database, name: str, lease: float) -> None:
        self.lease = lease
        self._url = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._key = int.from_bytes(sha256(f"nhacviec {name}".encode()).digest()[:8], "big", signed=True)
        self._session: psycopg.Connection | None = None
        self._has = False

    def take(self) -> bool:
        try:
            if self._session is None:
                self._session = self._connect()
            found = self._session.execute("SELECT pg_try_advisory_lock(%s)", [self._key]).fetchone()
            self._has = bool(found and found[0])
        except psycopg.Error:
            self.let_go()
        return self._has

    def held(self) -> bool:
        try:
            if self._session is not None:
                self._session.execute("SELECT 1")
        except psycopg.Error:
            self.let_go()
        return self._has

    def let_go(self) -> None:
        session, self._session, self._has = self._session, None, False
        if session is not None:
            with suppress(psycopg.Error):  # at once: the server notices a closed session a moment later
                session.execute("SELECT pg_advisory_unlock_all()")
            session.close()

    def _connect(self) -> psycopg.Connection:
        seconds = self.lease * SURE
        session = psycopg.connect(
            self._url,
            autocommit=True,
            application_name="nhacviec lock",
            connect_timeout=max(2, int(seconds)),
            tcp_user_timeout=int(seconds * 1000),
        )
        session.execute("SELECT set_config('idle_session_timeout', %s, false)", [str(int(self.lease * ENDED * 1000))])
        return session


class _BesideSqlite:
    def __init__(self, database: Database, name: str, lease: float) -> None:
        self.lease = lease
        file = make_url(database.url).database or ":memory:"
        self._file = file if file == ":memory:" else str(Path(file).with_name(f"{Path(file).name}.{name}.lock"))
        self._session: sqlite3.Connection | None = None

    def take(self) -> bool:
        if self._session is not None:
            return True
        session = sqlite3.connect(self._file, isolation_level=None, timeout=0, check_same_thread=False)
        try:
            session.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            session.close()
            return False
        self._session = session
        return True

    def held(self) -> bool:
        return self._session is not None

    def let_go(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
