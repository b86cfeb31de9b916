"""The database: where a transaction begins and ends, on SQLite or PostgreSQL."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlmodel import Session

WAL_TRIES, WAL_PAUSE = 100, 0.05
"""How often, and after how many seconds, a new SQLite file is asked again to keep a write-ahead log."""
SQLITE_WAIT = 30_000
"""Milliseconds a writer waits for another before it gives up."""
TRIES = 3
T = TypeVar("T")


class Unavailable(Exception):
    """The database does not take work now: it is not there, or too many were at it at once."""


def normal_url(url: str) -> str:
    """`url` with the driver we use: people write `postgresql://…`."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


class Database:
    """One database. `begin` is the only place where a transaction starts and ends; nothing else commits.

    The work is synchronous and runs in `threads`: one thread for SQLite, which has one writer, a few for PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.url = normal_url(url)
        self.engine = _engine(self.url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self.threads = ThreadPoolExecutor(1 if self.is_sqlite else 4, thread_name_prefix="database")

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back when the block raises."""
        with Session(self.engine, expire_on_commit=False, autoflush=True) as session, session.begin():
            yield session

    def run(self, work: Callable[[Session], T]) -> T:
        """`work` in one transaction; begun anew when another one crossed it (both made the same row, each waited for
        the other) or the line broke. So `work` may be called several times, and counts once. Raises `Unavailable`."""
        for last in (*[False] * (TRIES - 1), True):
            try:
                with self.begin() as session:
                    return work(session)
            except IntegrityError:
                if last:
                    raise
            except (OperationalError, InterfaceError) as error:
                if last:
                    raise Unavailable from error
        raise AssertionError

    def scrub(self) -> None:
        """Let nothing of what was emptied stay behind in the files that hold the rows. PostgreSQL's write-ahead log
        keeps it until it is recycled; a messenger's update names a document and does not contain it. Raises
        `Unavailable` when somebody reads the whole time."""
        if self.is_sqlite:
            bare = self.engine.raw_connection()  # without the BEGIN of ours, in which nothing can be checkpointed
            try:
                busy, _pages, _moved = bare.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                bare.close()
            if busy:
                raise Unavailable("the write-ahead log is being read")
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM FULL heard")  # a plain one leaves the bytes in the page

    def close(self) -> None:
        self.threads.shutdown(wait=True)
        self.engine.dispose()


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_size=5, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    settings = {"check_same_thread": False, "timeout": SQLITE_WAIT / 1000}
    engine = sa.create_engine(url, isolation_level=None, connect_args=settings, hide_parameters=True)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    # The driver's own BEGIN is deferred: two readers that both go on to write would lose each other's work.
    sa.event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    bare: Any = connection.connection.dbapi_connection
    try:
        bare.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={SQLITE_WAIT}")
    _write_ahead(connection)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:
    """Put the file into WAL mode. SQLite does not wait for another process that does so to a new file just now."""
    for attempt in range(WAL_TRIES):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if attempt == WAL_TRIES - 1:
                raise
            sleep(WAL_PAUSE)
