"""The puppet of Zalo: people write to our own Zalo over HTTP, and call the bot by its name in groups."""

import asyncio
from collections.abc import Mapping
from contextvars import ContextVar
from secrets import token_hex
from typing import Any

from channels import Address, Channel, File, Keep, Later, Never, Reply, Sender, SendFailed, Unknown, uploads
from channels.zalo import ZaloChannel
from tests.channels.puppets import Buttoned, Heard
from tests.fakes.zalo import FakeZalo, Kind
from tests.patience import until


class Handed(ZaloChannel):
    """What the upload page is handed comes the same way as what Zalo says; here without the page. `said`: the ids of
    the messages that became of each reply."""

    keep: Keep | None = None

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.said: list[tuple[list[str], Reply]] = []
        self._ids: ContextVar[list[str]] = ContextVar("ids")

    async def listen(self, keep: Keep) -> None:
        self.keep = keep
        await super().listen(keep)

    async def send(self, to: Address, reply: Reply) -> str:
        ids: list[str] = []
        token = self._ids.set(ids)
        try:
            return await super().send(to, reply)
        finally:
            self._ids.reset(token)
            if ids:
                self.said.append((ids, reply))

    async def _send(self, method: str, asked: Mapping[str, Any]) -> str:
        id = await super()._send(method, asked)
        self._ids.get().append(id)
        return id


class ZaloPuppet:
    """People on Zalo. These are also hands for the dialogue player (`bot.hands.Hands`), between `start` and `stop`."""

    overhears, must_call, quotes, titled = False, True, False, False
    failures: Mapping[str, type[SendFailed]] = {
        "quota": Later,
        "busy": Later,
        "too_many": Later,
        "unauthorized": Later,
        "bad_request": Never,
        "not_found": Never,
        "too_long": Never,
        "no such chat": Never,
        "removed": Never,
        "blocked": Never,
        "internal": Unknown,
        "internal_after": Unknown,
        "timeout_after": Unknown,
        "bad_gateway": Unknown,
        "gateway_after": Unknown,
        "hang_after": Unknown,
        "close_before": Unknown,
        "close_after": Unknown,
        "reset_before": Unknown,
        "reset_after": Unknown,
        "half_after": Unknown,
        "garbage_after": Unknown,
    }
    codes: Mapping[str, tuple[int, str]] = {
        "quota": (429, "Quota exceeded"),
        "busy": (429, "Too many requests"),
        "unauthorized": (401, "Unauthorized"),
        "bad_request": (400, "Bad request: something is wrong with it"),
        "not_found": (404, "Not Found"),
        "too_long": (400, "Bad request: The text is too long"),
        "internal": (403, "Internal server error"),
    }

    def __init__(self) -> None:
        self.fake = FakeZalo(queues=True)
        self.zalo = Handed(self.fake.token, self.fake.base_url, poll_timeout=5, timeout=1.0)
        self.channel: Channel = self.zalo
        self._rooms: dict[str, str] = {}

    async def start(self) -> None:
        await asyncio.to_thread(self.fake.start)

    async def stop(self) -> None:
        await asyncio.to_thread(self.fake.stop)

    async def person(self, name: str) -> Sender:
        return Sender(self.fake.world.person(name), name)

    async def private(self, who: Sender) -> Address:
        return Address(who.id)

    async def room(self, title: str) -> Address:
        if title not in self._rooms:
            self._rooms[title] = self.fake.world.group()
        return Address(self._rooms[title])

    async def say(
        self,
        who: Sender,
        text: str,
        room: Address | None = None,
        *,
        files: tuple[File, ...] = (),
        reply_to: str = "",
        mention: bool = False,
    ) -> None:
        """A file cannot be sent: it is handed over as at the upload page."""
        if files:
            raw = uploads.raw(token_hex(8), room or Address(who.id), room is None, who, text, files)
            await until(lambda: self.zalo.keep is not None)
            assert self.zalo.keep is not None
            await self.zalo.keep([raw])
            return
        self.fake.world.say(who.id, text, room.chat if room else "", mention=mention, replies=bool(reply_to))

    async def press(self, who: Sender, on: Buttoned, sentence: str) -> None:
        """Where there are no buttons the sentence is typed, as it is printed."""
        room = on.address if on.address.chat != who.id else None
        await self.say(who, sentence, room, mention=room is not None)

    async def garble(self) -> None:
        self.fake.world.garble()

    async def fail(self, how: str, *, file: bool = False) -> Address:
        who = self.fake.world.person("Thu")
        if how == "no such chat":
            return Address("zgr-00000000000000000000")
        if how == "removed":
            room = await self.room("Phòng Kế hoạch")
            self.fake.world.remove(room.chat)
            return room
        if how == "blocked":
            self.fake.world.block(who)
        elif how in self.codes:
            code, description = self.codes[how]
            self.fake.fail("code", code=code, description=description)
        else:
            kind: Kind = how  # type: ignore[assignment]
            self.fake.fail(kind)
        return Address(who)

    async def heard(self) -> list[Heard]:
        return [
            Heard(Address(one.chat), one.text, bold=one.bold, id=one.message_id, file=one.photo)
            for one in self.fake.world.sent
        ]

    async def taken(self) -> None:
        """Wait until the bot has kept everything that it was told."""
        await until(lambda: self.fake.at_rest)
