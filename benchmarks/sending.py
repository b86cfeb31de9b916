"""How fast the outbox is emptied into a local fake Telegram: with the limits off against a bare loop over
`Bot.send_message`, with the limits on against the least time that they leave."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from time import perf_counter

import sqlalchemy as sa
from sqlmodel import col
from telegram import Bot
from telegram.request import HTTPXRequest

from benchmarks.ground import CHANNEL, KINDS, Ground, Telegram, analyse, telegram
from benchmarks.measure import Figure
from bot.app import App
from channels.telegram import TelegramChannel
from handlers import load
from schedules.clock import SystemClock
from schedules.deliveries import Outgoing
from storage import outbox, people
from storage.db import Database
from storage.models import Chat, Delivery, DeliveryState
from storage.outbox import Words

IN_FLIGHT = Outgoing().in_flight
DRAINED = 10_000
CHATS = 250
PACED, GROUPS = 1_000, 200
LIMIT = 30
"""Messages a second that Telegram takes from one bot."""
TEXT = "Phòng Quản lý Văn hóa, thứ Năm 01/6\nĐến hạn hôm nay\n12 Báo cáo rà soát thủ tục hành chính, thứ Năm 01/6"
ORDERS = ("sorted by group", "round robin", "shuffled")


def drained(ground: Ground) -> Iterator[Figure]:
    """#1."""
    for kind in KINDS:
        with ground.fresh(kind) as database, telegram() as fake:
            groups = fake.groups(CHATS)
            owe(database, [groups[n % CHATS] for n in range(DRAINED)], SystemClock().now())
            before = asyncio.run(bare(fake, groups, DRAINED // 2))
            ours = asyncio.run(drain(database, fake, limits=False))
            floor = before + asyncio.run(bare(fake, groups, DRAINED // 2))
            all_said(database, DRAINED)
            detail = f"{DRAINED / ours:.0f}/s against {DRAINED / floor:.0f}/s, {IN_FLIGHT} at once"
            what = f"drain {DRAINED:,} due, limits off ÷ bare Bot.send_message loop, {kind}"
            yield Figure(what, floor / ours, "×", 0.9, detail, at_least=True)


def paced(ground: Ground) -> Iterator[Figure]:
    """#2. On SQLite: what is measured is the waiting."""
    least = (PACED - 1) / LIMIT
    for order in ORDERS:
        with ground.fresh("sqlite") as database, telegram(overall=LIMIT, chat=1, group=20) as fake:
            owe(database, ordered(fake.groups(GROUPS), order), SystemClock().now())
            ours = asyncio.run(drain(database, fake, limits=True))
            all_said(database, PACED)
            refused = fake.does("refused")
            detail = f"{ours:.1f} s against {least:.1f} s"
            yield Figure(f"{PACED:,} to {GROUPS} groups under the limits, {order}", ours / least, "×", 1.05, detail)
            yield Figure(f"the same, refused by Telegram, {order}", float(str(refused)), "", 0)


def ordered(groups: Sequence[str], order: str) -> list[str]:
    chats = [group for group in groups for _n in range(PACED // GROUPS)]
    if order == "round robin":
        return list(groups) * (PACED // GROUPS)
    if order == "shuffled":
        random.Random(2).shuffle(chats)
    return chats


def owe(database: Database, chats: Sequence[str], now: datetime) -> None:
    """A message each to these, in this order, due `now`."""
    with database.begin() as session:
        rows: dict[str, Chat] = {}
        for n, external in enumerate(chats):
            if external not in rows:
                rows[external] = people.chat_at(session, CHANNEL, external, "", private=False, title="")
            outbox.owe(session, rows[external].id or 0, "reply", str(n), now, Words(TEXT, ((0, 21),)))
    analyse(database)


async def drain(database: Database, fake: Telegram, *, limits: bool) -> float:
    """Seconds until everything is said."""
    channel = TelegramChannel(fake.token, fake.base_url)
    app = App(database, SystemClock(), load(), [channel], outgoing=Outgoing(paced=limits))
    start = perf_counter()
    while waiting(database):
        await app.drain(CHANNEL)
        await asyncio.sleep(0.001)
    taken = perf_counter() - start
    await channel.close()
    return taken


def waiting(database: Database) -> bool:
    with database.begin() as session:
        owed = sa.select(sa.literal(1)).where(col(Delivery.state).in_(outbox.OWED)).limit(1)
        return session.scalar(owed) is not None


async def bare(fake: Telegram, groups: Sequence[str], times: int) -> float:
    """Seconds that the library takes to send as much, as many at once."""
    bot = Bot(fake.token, base_url=fake.base_url, request=HTTPXRequest(8))
    numbers = iter(range(times))

    async def one() -> None:
        for n in numbers:
            await bot.send_message(groups[n % len(groups)], TEXT)

    start = perf_counter()
    await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))
    taken = perf_counter() - start
    await bot.shutdown()
    return taken


def all_said(database: Database, times: int) -> None:
    with database.begin() as session:
        sent = sa.select(sa.func.count()).where(col(Delivery.state) == DeliveryState.SENT)
        if session.scalar(sent) != times:
            raise AssertionError(f"{session.scalar(sent)} of {times} said")
