"""The puppet of the local web chat: people press and type over real HTTP, as their browser would."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx

from channels import FILE_LIMIT, Actor, Address, Channel, File, Never, Raw, Room, Scene, Sender, SendFailed
from channels.web import WebChannel
from tests.channels.puppets import Heard

HANOI = timezone(timedelta(hours=7))


class FakeStage:
    """A cast, rooms and a clock in memory; `moved` are the moments the clock was sent to."""

    def __init__(self, now: datetime = datetime(2023, 6, 1, 8, 0, tzinfo=HANOI)) -> None:
        self.shown = Scene(now, now + timedelta(days=1))
        self.moved: list[datetime | None] = []

    async def scene(self) -> Scene:
        return self.shown

    async def move(self, to: datetime | None = None) -> None:
        self.moved.append(to)
        there = to or self.shown.next
        assert there is not None
        self.shown = replace(self.shown, now=there, next=there + timedelta(days=1))

    def cast(self, *actors: Actor) -> None:
        self.shown = replace(self.shown, actors=(*self.shown.actors, *actors))

    def rooms(self, *rooms: Room) -> None:
        self.shown = replace(self.shown, rooms=(*self.shown.rooms, *rooms))


class WebPuppet:
    channel: Channel
    overhears, must_call, quotes, titled = True, False, True, True
    failures: Mapping[str, type[SendFailed]] = {"no such chat": Never}

    def __init__(self, transcript: Path | None = None) -> None:
        self.stage = FakeStage()
        self.web = WebChannel(self.stage, transcript)
        self.channel = self.web

    async def start(self) -> None:
        origin = self.web.url.rstrip("/")
        self._browser = httpx.AsyncClient(base_url=origin, headers={"Origin": origin}, trust_env=False)

    async def stop(self) -> None:
        await self._browser.aclose()

    async def person(self, name: str) -> Sender:
        id = name.casefold()
        if id not in {actor.id for actor in self.stage.shown.actors}:
            self.stage.cast(Actor(id, name, "Chuyên viên"))
        return Sender(id, name)

    async def private(self, who: Sender) -> Address:
        return Address(f"me:{who.id}")

    async def room(self, title: str) -> Address:
        id = f"room:{title}"
        if id not in {room.id for room in self.stage.shown.rooms}:
            self.stage.rooms(Room(id, title))
        return Address(id)

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
        said = f"@nhacviec {text}" if mention else text
        await self._post(who, said, room.chat if room else None, reply_to, files=[_packed(file) for file in files])

    async def press(self, who: Sender, on: Heard, sentence: str) -> None:
        assert sentence in on.actions
        room = None if on.address.chat.startswith("me:") else on.address.chat
        await self._post(who, sentence, room, on.id, pressed=True)

    async def garble(self) -> None:
        await self.heard()  # answered only while the channel listens, and so has somebody who keeps
        assert self.web._keep is not None
        await self.web._keep([Raw("garbled", "{")])

    async def fail(self, how: str, *, file: bool = False) -> Address:
        assert how in self.failures
        return Address("room:nowhere")

    async def heard(self) -> list[Heard]:
        state = (await self._browser.get("/state")).raise_for_status().json()
        return [replace(_heard(line), content=await self._saved(line)) for line in state["lines"] if not line["who"]]

    async def _saved(self, line: dict[str, Any]) -> bytes | None:
        """What one gets who follows the link to a message's file."""
        if not line["files"]:
            return None
        return (await self._browser.get(f"/file/{line['id']}")).raise_for_status().content

    async def _post(self, who: Sender, text: str, room: str | None, reply_to: str, **more: Any) -> None:
        said = {"actor": who.id, "text": text, "room": room, "reply_to": reply_to, **more}
        (await self._browser.post("/say", json=said)).raise_for_status()


def _packed(file: File) -> dict[str, Any]:
    """As the page sends it: a file over the limit goes by name and size only."""
    content = None if file.content is None or file.size > FILE_LIMIT else b64encode(file.content).decode()
    return {"name": file.name, "size": file.size, "content": content}


def _heard(line: dict[str, Any]) -> Heard:
    bold = tuple(line["text"][start : start + length] for start, length in line["bold"])
    file = line["files"][0][0] if line["files"] else ""
    return Heard(Address(line["chat"]), line["text"], tuple(line["actions"]), bold, line["id"], file)
