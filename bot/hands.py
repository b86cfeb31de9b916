"""People's hands on one messenger, for the dialogue player; these are those at a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from channels import Address, Channel, File, Reply, Sender
from channels.terminal import TerminalChannel


class Heard(Protocol):
    """One message of the bot as a person sees it."""

    @property
    def address(self) -> Address: ...
    @property
    def text(self) -> str: ...
    @property
    def actions(self) -> tuple[str, ...]: ...
    @property
    def file(self) -> str: ...
    @property
    def id(self) -> str: ...


class Hands(Protocol):
    """The people's hands on one messenger. `taken` returns when everything they did has reached the bot. `must_call`:
    in a group it hears only what calls it by name, commands too; `quotes`: it learns what a reply answers."""

    channel: Channel
    must_call: bool
    quotes: bool

    async def person(self, name: str) -> Sender: ...
    async def private(self, who: Sender) -> Address: ...
    async def room(self, title: str) -> Address: ...
    async def say(
        self, who: Sender, text: str, room: Address | None, *, files: tuple[File, ...], reply_to: str, mention: bool
    ) -> None: ...
    async def press(self, who: Sender, on: Heard, sentence: str) -> None: ...
    async def heard(self) -> Sequence[Heard]: ...
    async def taken(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Line:
    address: Address
    text: str
    actions: tuple[str, ...]
    id: str
    file: str


class TerminalHands:
    """People at one terminal."""

    must_call, quotes = False, True

    def __init__(self) -> None:
        self._heard: list[_Line] = []
        self._terminal = TerminalChannel(write=None, outbox=self._hear)
        self.channel: Channel = self._terminal

    def _hear(self, to: Address, reply: Reply, said: str) -> None:
        file = reply.picture or reply.file
        self._heard.append(_Line(to, reply.text, reply.actions, said, file.name if file else ""))

    async def person(self, name: str) -> Sender:
        return Sender(name.casefold(), name)

    async def private(self, who: Sender) -> Address:
        return Address(who.id)

    async def room(self, title: str) -> Address:
        return Address(f"room {title}")

    async def say(
        self, who: Sender, text: str, room: Address | None, *, files: tuple[File, ...], reply_to: str, mention: bool
    ) -> None:
        words = f"@nhacviec {text}" if mention else text
        title = room.chat.removeprefix("room ") if room else ""
        self._terminal.say(who, room or Address(who.id), room is None, words, files, reply_to, bool(reply_to), title)

    async def press(self, who: Sender, on: Heard, sentence: str) -> None:
        room = None if on.address.chat == who.id else on.address
        await self.say(who, sentence, room, files=(), reply_to=on.id, mention=False)

    async def heard(self) -> Sequence[Heard]:
        return self._heard

    async def taken(self) -> None:
        await self._terminal.taken()
