"""Zalo pushes what people say to our web address: over real HTTP, bare and wrapped, twice, out of order, broken."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlmodel import select

from bot.app import App
from bot.server import Server
from channels.pushing import secret_of
from channels.zalo import ZaloChannel
from channels.zalo_pushed import HEADER
from handlers import load
from schedules.clock import HandClock
from storage.db import Database
from storage.models import Heard
from tests.app.test_webhook import free_port
from tests.fakes.zalo import FakeZalo
from tests.patience import until


class Here:
    """The program in webhook mode beside a fake Zalo."""

    def __init__(self, app: App, fake: FakeZalo, channel: ZaloChannel, url: str) -> None:
        self.app, self.fake, self.channel, self.url = app, fake, channel, url

    async def post(self, content: bytes, secret: str | None = None) -> int:
        headers = {HEADER: secret_of(self.fake.token) if secret is None else secret} if content else {}
        async with httpx.AsyncClient(timeout=30) as client:
            return (await client.post(self.url, content=content, headers=headers)).status_code

    async def heard(self) -> list[Heard]:
        return await self.app.within(lambda session: list(session.exec(select(Heard).order_by(Heard.id))))  # type: ignore[arg-type]

    async def answered(self, n: int) -> list[str]:
        await until(lambda: len(self.fake.world.sent) >= n)
        return [one.text for one in self.fake.world.sent]


@asynccontextmanager
async def living(database: Database, clock: HandClock, **guesses: Any) -> AsyncIterator[Here]:
    port = free_port()
    async with FakeZalo(**guesses) as fake:
        url = f"http://127.0.0.1:{port}/hook/zalo"
        channel = ZaloChannel(fake.token, fake.base_url, webhook=url)
        app = App(database, clock, load(), [channel])
        server = Server(app.take, [channel], "127.0.0.1", port)
        stop = asyncio.Event()
        serving = asyncio.create_task(server.run())
        living = asyncio.create_task(app.run(stop, every=1, reading=0.1))
        await until(lambda: fake.world.webhook == url and fake.calls["setWebhook"] > 0)
        try:
            yield Here(app, fake, channel, url)
        finally:
            stop.set()
            await living
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


@pytest.fixture(params=["sqlite"])
def databases(request: pytest.FixtureRequest) -> Any:
    """A channel never sees the database."""
    return request.getfixturevalue(f"_{request.param}")


@pytest.mark.parametrize("guesses", [{}, {"wrapped": True}, {"twice": True}, {"reorder": True}, {"verifies": False}])
async def test_what_is_pushed_is_answered_once(database: Database, clock: HandClock, guesses: dict[str, Any]) -> None:
    async with living(database, clock, **guesses) as here:
        people = [here.fake.world.person(name) for name in ("Lan", "Minh")]
        for who in people:
            here.fake.world.say(who, "/viec")
        await until(lambda: len(here.fake.pushed) == (4 if "twice" in guesses else 2))
        await here.answered(2)
        assert {one.chat for one in here.fake.world.sent} == set(people)
        assert set(here.fake.pushed) == {200}
        assert len(await here.heard()) == len(here.fake.world.sent) == 2
        assert here.fake.calls["getUpdates"] == 0


async def test_strangers_probes_and_poison(database: Database, clock: HandClock) -> None:
    async with living(database, clock) as here:
        lan = here.fake.world.person("Lan")
        event = {"event_name": "message.text.received", "message": {"message_id": "m1", "date": 1}}
        event["message"] |= {"from": {"id": lan}, "chat": {"id": lan, "chat_type": "PRIVATE"}, "text": "/viec"}  # type: ignore[operator]
        body = json.dumps(event).encode()
        assert [await here.post(body, secret) for secret in ("", "another")] == [403, 403]
        assert await here.post(b"") == 200
        assert await here.heard() == []
        poison = [b"{", b"[]", b"null", b'{"ok":true}', b'{"event_name":"x","message":{"chat":[]}}', b"\xff\x00"]
        assert [await here.post(one) for one in (*poison, *poison)] == [200] * 12
        assert [await here.post(body) for _time in range(3)] == [200] * 3
        assert len(await here.answered(1)) == 1
        heard = await here.heard()
        assert len(heard) == len(poison) + 1
        assert all(one.update.startswith("sha256:") for one in heard[:-1])
        assert heard[-1].update == f"{lan}:m1"


async def test_our_address_is_registered_again_when_it_was_taken_away_or_is_doubted(
    database: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And rarely: Zalo takes few registrations in a day."""
    monkeypatch.setattr("channels.zalo.REGISTERED_FOR", 0.01)
    monkeypatch.setattr("channels.zalo.FIRST_AGAIN", 0.0)
    async with living(database, clock) as here:
        here.fake.world.webhook = ""
        await until(lambda: here.fake.world.webhook == here.url)
        assert here.fake.registered == 2
        monkeypatch.setattr("channels.zalo.LAST_AGAIN", 1e9)
        assert await here.post(b"{}", "the secret of another token") == 403
        await until(lambda: here.fake.registered == 3)
        asked = here.fake.calls["getWebhookInfo"]
        await until(lambda: here.fake.calls["getWebhookInfo"] > asked + 5)
        assert here.fake.registered == 3


async def test_few_registrations_in_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A web address that Zalo does not take is offered some ten times in a day and not thousands."""
    now, channel = 0.0, ZaloChannel("1:secret", "http://127.0.0.1:9/bot", webhook="http://127.0.0.1:9/hook/zalo")
    calls: list[float] = []

    async def ask(method: str, *_rest: Any) -> Any:
        if method == "setWebhook":
            calls.append(now)
        return {}

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        if now > 86_400:
            raise asyncio.CancelledError

    monkeypatch.setattr(channel, "_ask", ask)
    monkeypatch.setattr("channels.zalo.monotonic", lambda: now)
    monkeypatch.setattr("channels.zalo.asyncio.sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await channel._stay_registered()
    monkeypatch.undo()
    await channel.close()
    assert 3 <= len(calls) <= 10
    assert calls[0] == 0
