"""How fast the outbox is emptied where sending takes no time, against procrastinate on the same PostgreSQL."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from benchmarks.ground import CHANNEL, NOW, Ground, analyse, quiet
from benchmarks.measure import Figure, NotInstalled
from benchmarks.sending import IN_FLIGHT, all_said, owe
from bot.app import App
from handlers import load
from schedules.clock import HandClock
from storage.db import Database

SENDS, BEHIND, LATER = 10_000, 300, 100_000
CHATS = 500
COMMAND = "uv run --group benchmark python -m benchmarks --only 3"


def dispatched(ground: Ground) -> Iterator[Figure]:
    """#3."""
    try:
        import procrastinate  # noqa: F401
    except ImportError:
        raise NotInstalled(f"procrastinate is not installed; it comes with: {COMMAND}") from None
    for times, waiting, target in ((SENDS, 0, 6.0), (BEHIND, LATER, 50.0)):
        with ground.fresh("postgresql") as database:
            ours = asyncio.run(drain(database, times, waiting))
            all_said(database, times)
            theirs = asyncio.run(work(database, times, waiting))
        detail = f"{times / ours:.0f}/s against {times / theirs:.0f}/s, {IN_FLIGHT} at once"
        behind = f" behind {waiting:,} for later" if waiting else ""
        what = f"dispatch {times:,} no-op sends{behind} ÷ procrastinate"
        yield Figure(what, theirs / ours, "×", target, detail, at_least=True)


async def drain(database: Database, times: int, waiting: int) -> float:
    """Seconds that we take."""
    owe(database, [str(-1 - n % CHATS) for n in range(times)], NOW)
    later(database, waiting)
    analyse(database)
    clock = HandClock(NOW)
    app = App(database, clock, load(), [quiet(clock)])
    start = perf_counter()
    await app.drain(CHANNEL)
    return perf_counter() - start


def later(database: Database, times: int) -> None:
    """Beside these so many that come due tomorrow, in groups of their own."""
    if not times:
        return
    with database.begin() as session:
        connection = session.connection()
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :times)"
        connection.execute(
            sa.text(
                "INSERT INTO chat (channel, external, thread, private, title, whole_office, active, inactive_why, "
                "board, board_message, board_shows, board_event) "
                f"{numbers} SELECT '{CHANNEL}', 'l' || i, '', :no, '', :no, :yes, '', :no, '', '', 0 FROM n"
            ),
            {"times": min(times, 10_000), "no": False, "yes": True},
        )
        connection.execute(
            sa.text(
                "INSERT INTO delivery (chat_id, kind, slot, text, bold, actions, about, file_hash, file_name, picture,"
                " state, made_at, try_at, attempts, unsure, in_flight, message, why)"
                f" {numbers} SELECT c.id, 'reply', 'l' || i, 'x', '[]', '[]', '[]', '', '', :no, 'waiting', :now,"
                " :then, 0, 0, :no, '', '' FROM n JOIN chat c ON c.external = 'l' || (1 + i % 10000)"
            ).bindparams(
                sa.bindparam("now", NOW, sa.DateTime(timezone=True)),
                sa.bindparam("then", NOW + timedelta(days=1), sa.DateTime(timezone=True)),
            ),
            {"times": times, "no": False},
        )


async def work(database: Database, times: int, waiting: int) -> float:
    """Seconds that procrastinate takes."""
    from procrastinate import App as Procrastinate
    from procrastinate import PsycopgConnector

    url = make_url(database.url)
    connector = PsycopgConnector(conninfo=f"host={url.query['host']} user=postgres dbname={url.database}")
    app = Procrastinate(connector=connector)

    @app.task(name="send")
    async def send(n: int) -> None: ...

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        for first in range(0, times, 1000):
            batch: list[dict[str, Any]] = [{"n": n} for n in range(first, min(first + 1000, times))]
            await send.batch_defer_async(*batch)
        with database.begin() as session:
            session.execute(
                sa.text(
                    "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at)"
                    " SELECT 'default', 'send', '{\"n\": 1}', 'todo', now() + interval '1 day'"
                    " FROM generate_series(1, :waiting)"
                ),
                {"waiting": waiting},
            )
        analyse(database)
        start = perf_counter()
        await app.run_worker_async(
            wait=False, concurrency=IN_FLIGHT, install_signal_handlers=False, listen_notify=False
        )
        taken = perf_counter() - start
        with database.begin() as session:
            done = session.scalar(sa.text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'"))
    if done != times:
        raise AssertionError(f"procrastinate did {done} of {times}")
    return taken
