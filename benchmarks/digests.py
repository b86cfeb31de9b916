"""How fast a morning is made ready: the digests of 20,000 groups, against inserting their rows and nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from benchmarks.ground import KINDS, ZONE, Ground, office, spent, surround
from benchmarks.measure import Figure, milliseconds
from schedules import reminders
from storage.db import Database
from storage.models import Appointment, Deadline, Delivery

DIGESTS = 20_000
MORNING = datetime(2023, 6, 1, 8, 0, tzinfo=ZONE)
PATIENCE = 20
"""Seconds after which what was made so far is compared."""
GROUPS = 13
"""Of an office, those that are called that morning: one a unit."""
ROW = """INSERT INTO delivery (chat_id, kind, slot, bold, actions, about, file_hash, file_name, picture, state, made_at,
try_at, attempts, unsure, in_flight, message, why)
VALUES (?, 'digest', '2023-06-02', '[]', '[]', '[]', '', '', ?, 'waiting', ?, ?, 0, 0, ?, '', '')"""


def materialised(ground: Ground) -> Iterator[Figure]:
    """#6."""
    for kind in KINDS:
        with ground.fresh(kind) as database:
            office(database, of=200)
            with database.begin() as session:  # each unit has something that calls this morning
                session.execute(
                    sa.update(Deadline).where(col(Deadline.done_at).is_(None)).values(aim_day=MORNING.date())
                )
                session.execute(
                    sa.update(Deadline).where(col(Deadline.done_at).is_(None)).values(last_day=MORNING.date())
                )
            surround(database, -(-DIGESTS // GROUPS) - 1)
            with database.begin() as session:
                digests = sa.update(Appointment).where(col(Appointment.kind) == "digest")
                session.execute(digests.values(speaks_at=MORNING))
                session.execute(sa.delete(Appointment).where(col(Appointment.kind) != "digest"))
            first = inserted(database)
            start = perf_counter()
            with spent(database) as driver:
                while database.run(lambda session: reminders.tick(session, MORNING)) == reminders.BATCH:
                    if perf_counter() > start + PATIENCE:
                        break
            ours = perf_counter() - start
            made = owed(database)
            floor = (first + inserted(database)) / 2 * made / DIGESTS
            what = f"materialise {DIGESTS:,} digests ÷ raw inserts of the same rows, {kind}"
            detail = milliseconds(ours, floor) + ("" if made >= DIGESTS else f", stopped after {made:,}")
            detail += f"; each {driver.of(made, ours / made)}"
            yield Figure(what, ours / floor, "×", 4, detail)


def owed(database: Database) -> int:
    with database.begin() as session:
        return session.scalar(sa.select(sa.func.count()).where(col(Delivery.slot) == MORNING.date().isoformat())) or 0


def inserted(database: Database) -> float:
    """Seconds that the driver takes for as many rows, in one transaction."""
    connection = database.engine.raw_connection()
    driver: Any = connection.driver_connection
    cursor = driver.cursor()
    moment: Any = MORNING.astimezone(UTC)
    if database.is_sqlite:
        moment = moment.replace(tzinfo=None).isoformat(" ")
    with database.begin() as session:
        chats = list(session.scalars(sa.text("SELECT id FROM chat WHERE NOT private ORDER BY id")))[:DIGESTS]
    rows = [(chat, False, moment, moment, False) for chat in chats]
    start = perf_counter()
    if database.is_sqlite:
        cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany(ROW, rows)
    else:
        cursor.executemany(ROW.replace("?", "%s"), rows)
    driver.commit()
    taken = perf_counter() - start
    cursor.execute("DELETE FROM delivery WHERE slot = '2023-06-02'")
    driver.commit()
    connection.close()
    return taken / len(rows) * DIGESTS
