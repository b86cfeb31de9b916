"""Three days down, and a clock that is put an hour forward or back: what was missed is told once, nothing twice."""

import asyncio
import re
from collections import Counter
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from benchmarks.ground import CHANNEL, ZONE, office, quiet, surround
from bot.app import App
from handlers import load
from schedules import closings
from schedules.clock import HandClock
from storage import outbox
from storage.db import Database
from storage.models import Appointment, Chat, ChatUnit, Deadline, TaskKind
from storage.outbox import Words
from tests.patience import until

OFFICES, EACH = 10, 1_000
MISSED = (date(2023, 5, 30), date(2023, 5, 31), date(2023, 6, 1))
"""Tuesday to Thursday: on each a third of the deadlines falls due."""
BEFORE, AFTER = date(2023, 5, 29), datetime(2023, 6, 2, 9, 0, tzinfo=ZONE)
MORNING = datetime(2023, 6, 2, 8, 0, tzinfo=ZONE)


def _fall_due(session: Session) -> None:
    for n, day in enumerate(MISSED):
        days = {"due": day, "aim_day": day, "last_day": day, "strict": False}
        open_ = {"kind": TaskKind.DATED, "done_at": None, "done_day": None, "to_confirm": False}
        session.execute(sa.update(Deadline).where(col(Deadline.code) % 3 == n).values(**days, **open_))
    first = datetime.combine(MISSED[0], MORNING.timetz())
    _set_mornings(session, first)


def _set_mornings(session: Session, first: datetime) -> None:
    """The appointments of every morning; the leaders' of the week was kept on Monday."""
    session.execute(sa.update(Appointment).values(speaks_at=first, told_to=BEFORE))
    week = sa.update(Appointment).where(col(Appointment.kind) == closings.MONDAY)
    session.execute(week.values(speaks_at=MORNING + timedelta(days=2, hours=23, minutes=30)))


def _owed(session: Session) -> dict[str, int]:
    """How many deadlines each group should hear of; the whole office's of all of its own."""
    units = dict(
        session.execute(sa.select(col(Deadline.unit_id), sa.func.count()).group_by(col(Deadline.unit_id))).all()
    )
    shown = session.exec(select(Chat.external, ChatUnit.unit_id).join(Chat, col(Chat.id) == ChatUnit.chat_id))
    return {external: units[unit] for external, unit in shown if unit in units}


def told_of(text: str) -> int:
    """How many deadlines a digest lists or counts."""
    listed = sum(bool(re.match(r"\d+ ", line)) for line in text.splitlines())
    more = re.search(r"^và (\d+) việc khác", text, re.MULTILINE)
    return listed + (int(more[1]) if more else 0)


async def test_three_days_down_ten_thousand_missed_one_message_to_each(database: Database) -> None:
    await asyncio.to_thread(office, database, of=EACH)
    database.run(_fall_due)
    surround(database, OFFICES - 1)
    clock = HandClock(AFTER)
    channel = quiet(clock)
    app = App(database, clock, load(), [channel])
    await app.tick()
    await app.drain(CHANNEL)
    owed = database.run(_owed)
    assert sum(owed.values()) == OFFICES * EACH
    told = Counter(attempt.to.chat for attempt in channel.log)
    assert told.most_common(1)[0][1] == 1
    offices = [attempt.text for attempt in channel.log if attempt.text.startswith("Toàn Sở")]
    assert ["Quá hạn 1000, đến hạn hôm nay 0, sắp đến hạn 0." in text for text in offices] == [True] * OFFICES
    units = [one for one in channel.log if one.to.chat.startswith("-") and not one.text.startswith("Toàn Sở")]
    assert {attempt.to.chat: told_of(attempt.text) for attempt in units} == owed
    for hours in (1, 24 + 23):  # later that day, and on Monday morning's eve, nothing of it again
        clock.move(AFTER + timedelta(hours=hours))
        await app.tick()
        await app.drain(CHANNEL)
    assert len(channel.log) == len(told)


async def test_a_clock_an_hour_forward_or_back_is_made_up_for_within_a_tick(database: Database) -> None:
    await asyncio.to_thread(office, database, of=200)
    clock = HandClock(MORNING - timedelta(minutes=40))
    with database.begin() as session:
        _set_mornings(session, MORNING)
    channel = quiet(clock)
    app = App(database, clock, load(), [channel])

    async def pass_to(moment: datetime) -> int:
        """One tick at that moment; how many messages were said by it."""
        before = len(channel.log)
        clock.move(moment)
        await app.tick()
        await app.drain(CHANNEL)
        return len(channel.log) - before

    assert await pass_to(MORNING - timedelta(minutes=35)) == 0
    assert (called := await pass_to(MORNING + timedelta(minutes=25))) > 5  # an hour forward, five to the half
    assert await pass_to(MORNING - timedelta(minutes=34)) == 0  # and back to what it is
    assert await pass_to(MORNING) == 0
    assert await pass_to(MORNING + timedelta(hours=1)) == 0
    chats = Counter(attempt.to.chat for attempt in channel.log)
    assert set(chats.values()) == {1}
    assert len(chats) == called

    def owe(session: Session) -> None:
        """At nine, before the clock goes back to eight."""
        chat = session.exec(select(Chat).where(Chat.external == "-2")).one()
        outbox.owe(session, chat.id or 0, "reply", "x", clock.now(), Words("lời"))

    stop = asyncio.Event()
    running = asyncio.create_task(App(database, clock, load(), [channel]).run(stop, every=0.05))
    try:
        database.run(owe)
        clock.move(MORNING)
        await until(lambda: channel.log[-1].text == "lời")
    finally:
        stop.set()
        await running
    assert len(channel.log) == called + 1
