"""The messenger fails in every way it can, three times in ten, over real HTTP: nothing is lost."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from time import monotonic

import pytest
from sqlmodel import Session, col, select

from bot.app import App
from channels import Channel
from channels.telegram import TelegramChannel
from channels.zalo import ZaloChannel
from handlers import load
from schedules.deliveries import Outgoing
from storage import outbox
from storage.db import Database
from storage.models import Chat, Delivery, DeliveryState
from storage.outbox import Words
from tests.crash.office import MORNING, OWED, SILENT, Fake, make
from tests.fakes.telegram import FakeTelegram, Kind
from tests.fakes.zalo import FakeZalo
from tests.fakes.zalo import Kind as ZaloKind
from tests.patience import until
from tests.year.reading import AGAIN

FAULTS: dict[Kind, float] = {
    "too_many": 0.02,
    "error_before": 0.04,
    "error_after": 0.04,
    "hang_before": 0.02,
    "hang_after": 0.02,
    "close_before": 0.03,
    "close_after": 0.03,
    "reset_before": 0.03,
    "reset_after": 0.03,
    "half_after": 0.02,
    "garbage_after": 0.02,
}
ZALO_FAULTS: dict[ZaloKind, float] = {
    "too_many": 0.02,
    "bad_gateway": 0.04,
    "gateway_after": 0.04,
    "internal_after": 0.02,
    "timeout_after": 0.02,
    "hang_after": 0.02,
    "close_before": 0.03,
    "close_after": 0.03,
    "reset_before": 0.02,
    "reset_after": 0.02,
    "half_after": 0.02,
    "garbage_after": 0.02,
}
MESSAGES = 6
"""To each group, one after the other."""
BEFORE = MORNING - timedelta(minutes=30)
HOW = Outgoing(lease=timedelta(seconds=1), attempts=8, paced=False)
TIMEOUT = 0.5


class Running:
    """A clock that runs, from a moment of one's own."""

    def __init__(self, began: datetime) -> None:
        self._began, self._at_first = began, monotonic()

    def now(self) -> datetime:
        return self._began + timedelta(seconds=monotonic() - self._at_first)


@asynccontextmanager
async def living(database: Database, fake: Fake, began: datetime) -> AsyncIterator[None]:
    """The bot at work from that moment on."""
    kind: type[TelegramChannel] | type[ZaloChannel] = TelegramChannel if fake.name == "telegram" else ZaloChannel
    channel: Channel = kind(fake.token, fake.base_url, poll_timeout=1, timeout=TIMEOUT)
    app = App(database, Running(began), load(), [channel], outgoing=HOW)
    stop = asyncio.Event()
    running = asyncio.create_task(app.run(stop, every=0.3))
    try:
        yield
    finally:
        stop.set()
        await running


async def settled(database: Database, kind: str, at_least: int) -> list[Delivery]:
    """What there is of that kind, once nothing of it is owed any more."""
    found: list[Delivery] = []

    def is_settled() -> bool:
        with database.begin() as session:
            found[:] = session.exec(select(Delivery).where(Delivery.kind == kind)).all()
        return len(found) >= at_least and not any(one.state in OWED for one in found)

    await until(slowly(is_settled))
    return found


def slowly(ask: Callable[[], bool]) -> Callable[[], bool]:
    """`ask` a few times a second: whoever looks at SQLite holds up whoever writes."""
    next_look = [0.0]

    def asked() -> bool:
        if monotonic() < next_look[0]:
            return False
        next_look[0] = monotonic() + 0.3
        return ask()

    return asked


def first_said(fake: Fake, chat: int | str) -> list[int]:
    """The numbers of the messages to a group in the order in which they were first heard as themselves, not «again»."""
    texts = [one.text for one in fake.world.sent if one.chat == chat and AGAIN not in one.text]
    return [int(text.removeprefix("Tin số ")) for text in texts]


@pytest.fixture
async def fake(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Fake]:
    """A messenger; one database is enough for each."""
    monkeypatch.setattr("channels.zalo_failures.A_MINUTE", 1.0)
    made: Fake = FakeTelegram() if request.param == "telegram" else FakeZalo()
    async with made:
        yield made


def flaky(fake: Fake, seed: int, times: float) -> None:
    """From now on it fails so many times as often as usual."""
    faults = FAULTS if fake.name == "telegram" else ZALO_FAULTS
    fake.flaky(seed, {kind: times * chance for kind, chance in faults.items()})  # type: ignore[misc]


@pytest.mark.parametrize(("databases", "fake"), [("sqlite", "telegram"), ("postgresql", "zalo")], indirect=True)
async def test_at_three_in_ten_nothing_is_lost_and_nobody_starves(database: Database, fake: Fake) -> None:
    groups = await make(database, fake, 2)

    def owe(session: Session) -> None:
        chats = session.exec(select(Chat).where(col(Chat.private).is_(False)).order_by(col(Chat.id))).all()
        for n in range(MESSAGES):
            for chat in chats:
                outbox.owe(session, chat.id or 0, "reply", f"{n}", BEFORE, Words(f"Tin số {n}"))

    database.run(owe)
    flaky(fake, 11, 1)
    async with living(database, fake, BEFORE):
        replies = await settled(database, "reply", len(groups) * MESSAGES)
    with database.begin() as session:
        addresses = {chat.id: chat.external for chat in session.exec(select(Chat)) if not chat.private}
    said = [one for one in replies if one.chat_id in addresses]
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for one in fake.world.sent:
        heard[str(one.chat)][one.text.removeprefix(AGAIN).strip()] += 1
    lost = [
        one for one in said if one.state is DeliveryState.SENT and not heard[addresses[one.chat_id]][one.text or ""]
    ]
    assert lost == []
    assert {one.state for one in said} <= {DeliveryState.SENT, DeliveryState.FAILED}
    assert all(one.why for one in said if one.state is DeliveryState.FAILED)
    given_up = sum(one.state is DeliveryState.FAILED for one in said)
    doubled = sum(n - 1 for texts in heard.values() for n in texts.values())
    print(
        f"\n{database.engine.dialect.name}: {len(said)} messages, {fake.calls['sendMessage']} attempts, "
        f"{given_up} shown as failed, {doubled} heard again"
    )
    assert given_up < len(said) / 5
    for chat in groups:
        in_order = first_said(fake, chat)
        assert in_order == sorted(in_order), chat
        assert max(Counter(one.text for one in fake.world.sent if one.chat == chat).values()) == 1, chat
    assert {one.chat for one in fake.world.sent[: len(fake.world.sent) * 9 // 10]} == set(groups)


@pytest.mark.parametrize(("databases", "fake"), [("sqlite", "zalo"), ("postgresql", "telegram")], indirect=True)
async def test_what_was_given_up_stands_in_the_next_digest(database: Database, fake: Fake) -> None:
    """A morning on which much fails, and a calm one: each group that is called has heard it by then."""
    groups = await make(database, fake, 3)
    called = {chat for chat, title in groups.items() if title != SILENT}
    flaky(fake, 12, 2)
    async with living(database, fake, MORNING):
        said = await settled(database, "digest", len(called))
    given_up = {one.chat_id for one in said if one.state is DeliveryState.FAILED}
    on_time = len({one.chat for one in fake.world.sent})
    flaky(fake, 12, 0)
    first = len(fake.world.sent)
    async with living(database, fake, MORNING + timedelta(days=1)):
        await settled(database, "digest", len(called) + len(given_up))
    with database.begin() as session:
        owed = {chat.external for chat in session.exec(select(Chat)) if chat.id in given_up}
    print(f"\n{database.engine.dialect.name}: {len(given_up)} of {len(called)} given up, {on_time} heard on time")
    assert given_up
    assert {one.chat for one in fake.world.sent} == called
    carried = {str(one.chat): one.text for one in fake.world.sent[first:] if str(one.chat) in owed}
    assert carried.keys() == owed
    assert [text for text in carried.values() if "Báo cáo quý I" not in text] == []
