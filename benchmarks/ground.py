"""What the benchmarks stand on: databases of both kinds, and an office as large as it gets, with others around it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zoneinfo import ZoneInfo

import httpx
import sqlalchemy as sa
from sqlmodel import SQLModel, col

from bot import sample
from bot.app import App
from channels import Address, File, Sender
from handlers import load
from schedules.clock import HandClock
from storage.db import Database
from storage.models import Appointment, Deadline
from tests.databases import PostgreSQL, Sqlite
from tests.year.faulty import FaultyChannel, Weather

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BEGAN = datetime(2023, 1, 9, 9, 0, tzinfo=ZONE)
NOW = datetime(2023, 6, 1, 9, 0, tzinfo=ZONE)
FAR = datetime(2100, 1, 1, tzinfo=ZONE)
CHANNEL = "telegram"
DEADLINES = 2_000
"""What one office has: two full years of a department with thirteen units."""
KINDS = ("sqlite", "postgresql")


class Ground:
    """Databases in a folder of their own; PostgreSQL is started when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._postgresql: PostgreSQL | None = None
        self._sqlite: Sqlite | None = None
        self._millions: dict[str, str] = {}
        self._kept = ExitStack()

    @contextmanager
    def fresh(self, kind: str) -> Iterator[Database]:
        """A migrated database of this kind without rows."""
        with self.fresh_url(kind) as url:
            database = Database(url)
            try:
                yield database
            finally:
                database.close()

    @contextmanager
    def fresh_url(self, kind: str) -> Iterator[str]:
        if kind == "sqlite":
            self._sqlite = self._sqlite or Sqlite(self.folder)
            with self._sqlite.fresh() as url:
                yield url
        else:
            self._postgresql = self._postgresql or PostgreSQL()
            with self._postgresql.fresh() as url:
                yield url

    @contextmanager
    def million(self, kind: str) -> Iterator[Database]:
        """A database with an office among so many others that there are a million deadlines; made once."""
        if kind not in self._millions:
            url = self._kept.enter_context(self.fresh_url(kind))
            database = Database(url)
            office(database)
            surround(database, 1_000_000 // DEADLINES - 1)
            with database.begin() as session:  # what is looked at is not a morning
                session.execute(sa.update(Appointment).values(speaks_at=FAR))
            database.close()
            self._millions[kind] = url
        database = Database(self._millions[kind])
        try:
            yield database
        finally:
            database.close()

    def close(self) -> None:
        self._kept.close()
        if self._postgresql is not None:
            self._postgresql.stop()


@contextmanager
def ground() -> Iterator[Ground]:
    with TemporaryDirectory() as folder:
        here = Ground(Path(folder))
        try:
            yield here
        finally:
            here.close()


@contextmanager
def telegram(**limits: float) -> Iterator["Telegram"]:
    """The tests' fake Telegram in a process of its own."""
    command = [sys.executable, "-m", "tests.fakes.telegram"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    try:
        assert process.stdout is not None
        fake = Telegram(**json.loads(process.stdout.readline()))
        if limits:
            fake.does("limits", **limits)
        yield fake
    finally:
        process.kill()
        process.wait()


class Telegram:
    """The fake as seen from another process."""

    def __init__(self, base_url: str, token: str, control: str) -> None:
        self.base_url, self.token, self._control = base_url, token, control
        self._client = httpx.Client(timeout=60)

    def does(self, what: str, **given: object) -> object:
        for _attempt in range(100):
            try:
                return self._client.post(f"{self._control}/{what}", json=given).raise_for_status().json()
            except httpx.ConnectError:
                continue
        raise TimeoutError("the fake Telegram did not start")

    def groups(self, n: int) -> list[str]:
        return [str(self.does("group", title=f"Nhóm {k}")) for k in range(n)]


def account(name: str) -> str:
    """How Telegram calls one of the cast."""
    return str(5_300_000_001 + [member.name for member in sample.everybody()].index(name))


def quiet(clock: HandClock) -> FaultyChannel:
    """A channel that takes everything in and says nothing wrong."""
    return FaultyChannel(CHANNEL, clock, ZONE, 0, Weather(0, 0, 0, 0))


def office(database: Database, *, of: int = DEADLINES) -> None:
    """The sample office, its plan agreed, everybody known in private and every group linked; then as many deadlines as
    an office has, four of five of the past ones done."""
    clock = HandClock(BEGAN)
    channel = quiet(clock)
    app = App(database, clock, load(), [channel])
    accounts = {member.name: account(member.name) for member in sample.everybody()}
    groups = {short: Address(f"-{n}") for n, short in enumerate(sample.rooms(), 1)}
    private = {name: Address(account) for name, account in accounts.items()}
    content, lan = sample.plan(), account("Lan")

    async def agree() -> None:
        await app.within(lambda session: sample.make(session, CHANNEL, accounts, groups, clock.now(), private) and None)
        for text, files in (("", (File(sample.PLAN, len(content), content=content),)), ("đồng ý KH1", ())):
            await app.take(CHANNEL, [channel.hear(lan, Sender(lan, "Lan"), text, private=True, files=files)])
            await app.settle()

    asyncio.run(agree())
    with database.begin() as session:
        connection = session.connection()
        have = connection.scalar(sa.text("SELECT count(*) FROM deadline")) or 1
        copies = -(-of // have) - 1
        _copy(connection, ("task", "deadline"), copies, {"deadline": {"code": have}})
        connection.execute(sa.text(f"DELETE FROM deadline WHERE code > {of}"))
        connection.execute(sa.text(f"UPDATE office SET next_code = {of + 1}"))
        past = sa.and_(col(Deadline.last_day) < NOW.date(), col(Deadline.code) % 5 > 0)
        connection.execute(sa.update(Deadline).where(past).values(done_at=NOW, done_day=Deadline.last_day, done_by=1))
    analyse(database)


def surround(database: Database, offices: int) -> None:
    """Beside the first office so many others like it."""
    tables = ("office", "unit", "unitset", "unitsetmember", "person", "account", "role", "chat", "chatunit")
    with database.begin() as session:
        connection = session.connection()
        if not database.is_sqlite:  # what points to what is right, and is not looked up for every row
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        _copy(connection, (*tables, "plan", "task", "deadline", "appointment"), offices, {})
    analyse(database)


@dataclass
class Spent:
    """Statements handed to the driver, and the seconds it took for them."""

    statements: int = 0
    seconds: float = 0.0

    def of(self, times: int, taken: float) -> str:
        """What a profile of so many runs that took so long (seconds each) shows."""
        inside = self.seconds / times
        return f"{self.statements / times:.1f} statements, {inside / taken:.0%} of the time in the driver"


@contextmanager
def spent(database: Database) -> Iterator[Spent]:
    """What the block spends in the driver."""
    found, began = Spent(), [0.0]

    def before(*_given: object) -> None:
        began[0] = perf_counter()

    def after(*_given: object) -> None:
        found.statements += 1
        found.seconds += perf_counter() - began[0]

    sa.event.listen(database.engine, "before_cursor_execute", before)
    sa.event.listen(database.engine, "after_cursor_execute", after)
    try:
        yield found
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", before)
        sa.event.remove(database.engine, "after_cursor_execute", after)


def analyse(database: Database) -> None:
    """Let the database look at what it holds, as one that has been at work for a while has."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")


def _copy(connection: sa.Connection, tables: tuple[str, ...], copies: int, steps: dict[str, dict[str, int]]) -> None:
    """Copy all rows of `tables` so many times. What points to a copied row points to its copy; `steps` are columns
    that count on in each copy; what a messenger calls things gets the copy's number."""
    if copies < 1:
        return
    shifts = {table: connection.scalar(sa.text(f"SELECT max(id) FROM {table}")) for table in tables if _has_id(table)}
    for table in tables:
        names, values = [], []
        for column in SQLModel.metadata.tables[table].columns:
            target = next((key.column.table.name for key in column.foreign_keys), table if column.name == "id" else "")
            if table == "appointment" and column.name == "subject_id":
                shift = f"CASE kind WHEN 'digest' THEN {shifts['chat']} ELSE {shifts['office']} END"
            else:
                shift = str(shifts.get(target) or steps.get(table, {}).get(column.name) or "")
            value = f"{table}.{column.name}"
            if column.name == "external":
                value = f"{value} || '_' || n.i"
            names.append(f'"{column.name}"')
            values.append(f"{value} + n.i * ({shift})" if shift else value)
        numbers = (
            f"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {copies}) SELECT i FROM n)"
        )
        connection.execute(
            sa.text(f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table}, {numbers} AS n")
        )
        if _has_id(table) and connection.dialect.name == "postgresql":
            connection.execute(
                sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            )


@cache
def _has_id(table: str) -> bool:
    return "id" in SQLModel.metadata.tables[table].columns
