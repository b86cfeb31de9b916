"""Messengers push what people say to our web address: over real HTTP, with strangers, twice, too much, broken."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx
import pytest
from sqlmodel import select

from bot.app import App
from bot.server import AT_ONCE, BODY_LIMIT, Server
from channels.pushing import secret_of
from channels.telegram import TelegramChannel
from handlers import load
from schedules.clock import HandClock
from storage.db import Database, Unavailable
from storage.models import Heard
from tests.fakes.telegram import FakeTelegram
from tests.patience import PATIENCE, until

SECRET = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Here:
    """The program in webhook mode beside a fake Telegram."""

    app: App
    fake: FakeTelegram
    url: str
    server: Server

    async def push(self, again: int = 1) -> list[int]:
        """Push what waits as Telegram does: in order, each until it is answered 200, which confirms it; the statuses.
        `again`: so many times each, as after an answer that was lost."""
        world, statuses = self.fake.world, []
        async with httpx.AsyncClient(timeout=30, headers={SECRET: world.webhook_secret}) as client:
            for update in world.waiting():
                for _nth in range(again):
                    statuses.append((await client.post(world.webhook, json=update)).status_code)
                if statuses[-1] == 200:
                    world.confirm(update["update_id"] + 1, ())
        return statuses

    async def post(self, content: bytes | str, secret: str | None = None) -> int:
        headers = {SECRET: secret_of(self.fake.token) if secret is None else secret}
        async with httpx.AsyncClient(timeout=30) as client:
            return (await client.post(self.url, content=content, headers=headers)).status_code

    async def heard(self) -> list[Heard]:
        return await self.app.within(lambda session: list(session.exec(select(Heard).order_by(Heard.id))))  # type: ignore[arg-type]

    async def said(self, n: int) -> list[str]:
        await until(lambda: len(self.fake.world.sent) >= n)
        return [one.text for one in self.fake.world.sent]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@asynccontextmanager
async def living(database: Database, clock: HandClock) -> AsyncIterator[Here]:
    port = free_port()
    async with FakeTelegram() as fake:
        url = f"http://127.0.0.1:{port}/hook/telegram"
        channel = TelegramChannel(fake.token, fake.base_url, webhook=url)
        app = App(database, clock, load(), [channel])
        server = Server(app.take, [channel], "127.0.0.1", port)
        stop = asyncio.Event()
        tasks = [asyncio.create_task(app.run(stop, every=1, reading=0.1)), asyncio.create_task(server.run())]
        await until(lambda: fake.world.webhook == url)
        try:
            yield Here(app, fake, url, server)
        finally:
            stop.set()
            tasks[1].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def here(database: Database, clock: HandClock) -> AsyncIterator[Here]:
    async with living(database, clock) as found:
        yield found


async def test_what_is_pushed_is_answered_and_nothing_is_polled(here: Here) -> None:
    here.fake.world.say(here.fake.world.person("Lan"), "xin chào")
    assert await here.push() == [200]
    assert len(await here.said(1)) == 1
    assert here.fake.calls["getUpdates"] == 0
    assert here.fake.world.waiting() == []


async def test_pushed_again_it_is_answered_once(here: Here) -> None:
    lan = here.fake.world.person("Lan")
    here.fake.world.say(lan, "xin chào")
    assert await here.push(again=3) == [200, 200, 200]
    here.fake.world.say(lan, "/trogiup")
    await here.push()
    assert len(await here.said(2)) == 2
    assert len(await here.heard()) == 2


@pytest.mark.parametrize("secret", ["", "wrong", "\u00e9"])
async def test_what_does_not_carry_the_secret_is_not_taken_in(here: Here, secret: str) -> None:
    update = {"update_id": 1, "message": {"message_id": 1}}
    headers = httpx.Headers([(SECRET.encode(), secret.encode("latin-1"))])
    async with httpx.AsyncClient() as client:
        answer = await client.post(here.url, json=update, headers=headers)
    assert answer.status_code == 403
    assert answer.content == b""
    assert await here.heard() == []


async def test_an_update_that_nobody_can_read_is_set_aside_and_the_rest_goes_on(here: Here) -> None:
    for poison in (
        b"",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b'{"update_id": "x"}',
        b"{" * 2000,
        b'{"update_id": 7, "message": 3}',
    ):
        assert await here.post(poison) == 200, poison
        assert await here.post(poison) == 200, poison
    here.fake.world.say(here.fake.world.person("Lan"), "xin chào")
    await here.push()
    assert len(await here.said(1)) == 1
    kept = await here.heard()
    assert len(kept) == 7
    assert all(one.answered_at for one in kept)
    assert [bool(one.set_aside) for one in kept] == [True, True, False, False, True, True, False], (
        "an empty one is none"
    )


async def test_a_body_without_end_is_refused(here: Here) -> None:
    assert await here.post(b"x" * (BODY_LIMIT + 1)) == 413
    assert await here.heard() == []


async def test_a_stranger_is_turned_away_before_the_body_and_takes_nobodys_place(here: Here) -> None:
    port = int(here.url.split(":")[2].partition("/")[0])

    async def begins(secret: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reading, writing = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST /hook/telegram HTTP/1.1\r\nHost: here\r\nContent-Length: 99\r\n{SECRET}: {secret}\r\n\r\n{{"
        writing.write(head.encode())
        return reading, writing

    async def status(reading: asyncio.StreamReader) -> bytes:
        return (await asyncio.wait_for(reading.readline(), PATIENCE)).split()[1]

    for _n in range(AT_ONCE + 1):
        reading, writing = await begins("wrong")
        assert await status(reading) == b"403"
        writing.close()
    stalling = [await begins(secret_of(here.fake.token)) for _n in range(AT_ONCE)]
    await until(lambda: here.server._under_way == AT_ONCE)
    assert await here.post(b"{}") == 503
    for _reading, writing in stalling:
        writing.close()
    await until(lambda: here.server._under_way == 0)
    assert await here.post(b"{}") == 200


async def test_what_cannot_be_stored_is_not_confirmed(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """The messenger keeps it and sends it again."""
    here.fake.world.say(here.fake.world.person("Lan"), "xin chào")
    with monkeypatch.context() as broken:

        def run(work: object) -> None:
            raise Unavailable

        broken.setattr(here.app.database, "run", run)
        assert await here.push() == [503]
    assert len(here.fake.world.waiting()) == 1
    assert await here.push() == [200]
    assert len(await here.said(1)) == 1


async def test_a_flood_is_stored_or_refused_and_never_lost(here: Here) -> None:
    """Far more at once than is served: whoever is told 200 is answered, whoever is told 503 comes again."""
    lan = here.fake.world.person("Lan")
    chat, sender = {"id": lan, "type": "private"}, {"id": lan, "first_name": "Lan"}
    updates = [
        {"update_id": n, "message": {"message_id": n, "date": n, "chat": chat, "from": sender, "new_chat_title": "?"}}
        for n in range(1, 201)
    ]
    limits = httpx.Limits(max_connections=4 * AT_ONCE)
    statuses: dict[int, int] = {}
    async with httpx.AsyncClient(timeout=60, limits=limits, headers={SECRET: secret_of(here.fake.token)}) as client:

        async def push(update: dict[str, object]) -> None:
            while True:
                with suppress(httpx.TransportError):  # a line closed just then; it may have been stored
                    status = (await client.post(here.url, content=json.dumps(update))).status_code
                    statuses[status] = statuses.get(status, 0) + 1
                    if status == 200:
                        return
                await asyncio.sleep(0.1)

        await asyncio.gather(*map(push, updates))
    assert set(statuses) <= {200, 503}
    assert statuses[200] == 200
    assert {one.update for one in await here.heard()} == {str(n) for n in range(1, 201)}


async def test_a_button_that_is_pressed_stops_its_clock(here: Here) -> None:
    press = {"id": "7", "from": {"id": 5, "is_bot": False, "first_name": "Lan"}, "data": "/viec"}
    assert await here.post(json.dumps({"update_id": 7, "callback_query": press})) == 200
    await until(lambda: here.fake.calls["answerCallbackQuery"] == 1)


async def test_another_process_may_take_it_in(here: Here) -> None:
    """Behind a balancer each process stores what it is pushed; the one that serves the bot answers."""
    port = free_port()
    channel = TelegramChannel(here.fake.token, here.fake.base_url, webhook=here.url)
    other = App(here.app.database, here.app.clock, load(), [channel])
    serving = asyncio.create_task(Server(other.take, [channel], "127.0.0.1", port).run())
    here.fake.world.webhook = f"http://127.0.0.1:{port}/hook/telegram"
    here.fake.world.say(here.fake.world.person("Lan"), "xin chào")
    assert await here.push() == [200]
    assert len(await here.said(1)) == 1
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await channel.close()


async def test_nothing_else_is_served(here: Here) -> None:
    root = here.url.removesuffix("/hook/telegram")
    async with httpx.AsyncClient() as client:
        found = {
            path: (await client.get(root + path)).status_code for path in ("/", "/hook/telegram", "/hook/zzz", "/alive")
        }
        found["POST"] = (await client.post(root + "/hook/zzz")).status_code
    assert found == {"/": 404, "/hook/telegram": 405, "/hook/zzz": 405, "/alive": 200, "POST": 404}
