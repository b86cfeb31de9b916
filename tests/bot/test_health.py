"""The sign of life: a real watcher is asked for after good ticks, and only then."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.app import App
from bot.health import Health
from bot.settings import BadSettings, load
from schedules import reminders
from storage import outbox, pulse
from storage.db import Database
from storage.models import Chat
from storage.outbox import Words
from tests.app.office import Living
from tests.patience import until

SECRET = "5f1c0c2e-hoa-mai"


class Watcher:
    """An HTTP server on 127.0.0.1. `answers` with this status; None: never."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: int | None = 200
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/ping/{SECRET}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(head.splitlines()[0])
        if self.answers is None:
            await reader.read()
        else:
            writer.write(f"HTTP/1.1 {self.answers} X\r\ncontent-length: 2\r\nconnection: close\r\n\r\nOK".encode())
            await writer.drain()
        writer.close()


@pytest.fixture
async def watcher() -> AsyncIterator[Watcher]:
    watcher = Watcher()
    await watcher.start()
    yield watcher
    await watcher.stop()


@pytest.fixture
async def living(database: Database, watcher: Watcher) -> AsyncIterator[Living]:
    living = Living(database, "2023-03-01 07:00")
    await living.open(("QLVH", "2023-03-02"))
    health = Health(watcher.url)
    living.app = App(database, living.clock, living.router, [living.messenger], health=health)
    yield living
    await health.close()


async def later(living: Living, **more: float) -> None:
    """The clock goes on, and it ticks."""
    living.clock.move(living.clock.now() + timedelta(**more))
    await living.app._tick_or_say_why()


async def test_asked_after_good_ticks_once_a_minute(living: Living, watcher: Watcher) -> None:
    await later(living)
    await until(lambda: len(watcher.asked) == 1)
    assert watcher.asked == [f"GET /ping/{SECRET} HTTP/1.1"]
    for _tick in range(11):
        await later(living, seconds=5)
    await later(living, seconds=5)
    await until(lambda: len(watcher.asked) == 2)
    await later(living, minutes=-30)
    await until(lambda: len(watcher.asked) == 3)


async def test_a_tick_that_fails_is_no_sign_of_life(
    living: Living, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(reminders, "tick", broken)
        await later(living, minutes=1)
        await later(living, minutes=1)
        assert watcher.asked == []
        assert await living.app.within(pulse.last) is None
    await later(living, minutes=1)
    await until(lambda: len(watcher.asked) == 1)
    assert await living.app.within(pulse.last) == living.clock.now()


async def test_nor_is_one_while_what_is_due_is_not_being_said(living: Living, watcher: Watcher) -> None:
    """Nothing is drained here: somebody's message stays where it is."""
    with living.database.begin() as session:
        chat = session.exec(select(Chat).where(Chat.external == "QLVH")).one()
        outbox.owe(session, chat.id or 0, "plan", "x", living.clock.now(), Words("lời"))
    await later(living, minutes=14)
    await until(lambda: len(watcher.asked) == 1)
    await later(living, minutes=2)
    await later(living, minutes=2)
    assert await living.app.within(pulse.last) == living.clock.now(), "the clock runs"
    await living.app.settle()
    await later(living, minutes=2)
    await until(lambda: len(watcher.asked) == 2)


@pytest.mark.parametrize("answers", [503, None])
async def test_a_watcher_that_fails_delays_nothing_and_is_logged_once_without_its_address(
    living: Living,
    watcher: Watcher,
    answers: int | None,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.health.TIMEOUT", 0.2)
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    watcher.answers = answers
    for n in range(3):
        await later(living, minutes=1)
        await until(lambda n=n: len(watcher.asked) == n + 1)  # type: ignore[misc]
        await until(lambda: living.app._health._asking is not None and living.app._health._asking.done())
    told = [record.getMessage() for record in caplog.records if record.name == "bot.health"]
    assert len(told) == 1
    assert told[0].endswith("HTTP 503" if answers else "ReadTimeout")
    assert SECRET not in caplog.text
    watcher.answers = 200
    await later(living, minutes=1)
    await until(lambda: len(watcher.asked) == 4)


async def test_nobody_at_the_other_end(living: Living, watcher: Watcher, caplog: pytest.LogCaptureFixture) -> None:
    await watcher.stop()
    await later(living, minutes=1)
    await until(lambda: "ConnectError" in caplog.text)
    assert SECRET not in caplog.text


def test_the_address_is_a_secret_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTHCHECK_URL", f"https://hc-ping.com/{SECRET}")
    assert SECRET not in repr(load())
    assert load().healthcheck_url.get_secret_value() == f"https://hc-ping.com/{SECRET}"
    monkeypatch.setenv("HEALTHCHECK_URL", f"hc-ping.com/{SECRET}")
    with pytest.raises(BadSettings, match="HEALTHCHECK_URL: cần để trống, hoặc một địa chỉ") as wrong:
        load()
    assert SECRET not in str(wrong.value)
