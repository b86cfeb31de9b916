"""A puppet moves people's hands on one channel: the channel suite and the dialogue player speak through it.

Whoever writes a channel writes its puppet beside it; the suite then asks that channel what it asks every other.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from channels import Address, Channel, File, Later, Moved, Never, Raw, Reply, Sender, SendFailed, Unknown
from channels.telegram import TelegramChannel
from channels.terminal import TerminalChannel
from tests.fakes.telegram import FakeTelegram, Kind
from tests.patience import until


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the bot as a person sees it there: `text` with whatever the channel prints of the actions, the
    sentences on its buttons, the words in bold, the id that a reply to it carries, the file with it as far as it can be
    had there."""

    address: Address
    text: str
    actions: tuple[str, ...] = ()
    bold: tuple[str, ...] = ()
    id: str = ""
    file: str = ""
    content: bytes | None = None


class Buttoned(Protocol):
    """A message with buttons, as far as pressing one needs to know it."""

    @property
    def address(self) -> Address: ...

    @property
    def id(self) -> str: ...


class Puppet(Protocol):
    """People and rooms of one messenger. What is said reaches `channel.listen`, if it reaches the bot there."""

    channel: Channel
    overhears: bool
    """Does plain talk in a room reach the bot (as not addressed)? Not on Telegram, where privacy mode is on."""
    must_call: bool
    """Must the bot be called by name in a room, even for a command?"""
    quotes: bool
    """Does a reply tell what it answers?"""
    titled: bool
    """Does a room tell its title?"""
    failures: Mapping[str, type[SendFailed]]
    """Every way in which sending can fail here, by the name that `fail` takes, and what `send` must raise for it."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def person(self, name: str) -> Sender:
        """Somebody of that name who has opened a private conversation with the bot; the same one each time."""

    async def private(self, who: Sender) -> Address:
        """Where the bot answers `who` alone."""

    async def room(self, title: str) -> Address:
        """A group of that title with the bot in it; the same one each time."""

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
        """`who` says `text` in `room`, or in private; with `mention` the bot is called by name in it. Files come with
        their content. `reply_to` is the id of a message of the bot."""

    async def press(self, who: Sender, on: Heard, sentence: str) -> None:
        """`who` presses the button `sentence` under the message `on`; types it, where the channel has no buttons."""

    async def garble(self) -> None:
        """An update arrives that `decode` cannot read."""

    async def fail(self, how: str, *, file: bool = False) -> Address:
        """Arrange that the next `send` to the returned address fails in the way `how` of `failures`; of a `file`."""

    async def heard(self) -> list[Heard]:
        """Everything the bot has said so far, in order."""


class TelegramPuppet:
    """People on Telegram: our own Bot API over HTTP, privacy mode on, every room a supergroup. These are also hands for
    the dialogue player (`bot.hands.Hands`), between `start` and `stop`."""

    overhears, must_call, quotes, titled = False, False, True, True
    failures: Mapping[str, type[SendFailed]] = {
        "too_many": Later,
        "unauthorized": Later,
        "not_found": Later,
        "bad_request": Never,
        "forbidden": Never,
        "too_large": Never,
        "blocked": Never,
        "kicked": Never,
        "no such chat": Never,
        "lost topic": Never,
        "closed topic": Never,
        "no account": Never,
        "no group": Never,
        "muted": Never,
        "migrated": Moved,
        "error_before": Unknown,
        "error_after": Unknown,
        "hang_after": Unknown,
        "close_before": Unknown,
        "close_after": Unknown,
        "reset_before": Unknown,
        "reset_after": Unknown,
        "half_after": Unknown,
        "garbage_after": Unknown,
    }

    def __init__(self) -> None:
        self.fake = FakeTelegram()
        self.channel: Channel = TelegramChannel(self.fake.token, self.fake.base_url, poll_timeout=5, timeout=1.0)
        self._rooms: dict[str, int] = {}

    async def start(self) -> None:
        await asyncio.to_thread(self.fake.start)

    async def stop(self) -> None:
        await asyncio.to_thread(self.fake.stop)

    async def person(self, name: str) -> Sender:
        return Sender(str(self.fake.world.person(name)), name)

    async def private(self, who: Sender) -> Address:
        return Address(who.id)

    async def room(self, title: str) -> Address:
        if title not in self._rooms:
            self._rooms[title] = self.fake.world.group(title, supergroup=True)
        return Address(str(self._rooms[title]))

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
        chat, answered = int(room.chat if room else who.id), int(reply_to) if reply_to else None
        words = f"@{self.fake.world.me['username']} {text}" if mention else text
        if len(files) > 1:
            sent = [(file.name, file.content or b"") for file in files]
            self.fake.world.send_album(int(who.id), sent, chat, caption=words, reply_to=answered)
            return
        for file in files:
            content = file.content or b""
            self.fake.world.send_file(int(who.id), file.name, content, chat, caption=words, reply_to=answered)
        if not files:
            thread = int(room.thread) if room and room.thread else None
            self.fake.world.say(int(who.id), words, chat, thread=thread, reply_to=answered)

    async def press(self, who: Sender, on: Buttoned, sentence: str) -> None:
        self.fake.world.press(int(who.id), int(on.id), sentence, int(on.address.chat))

    async def garble(self) -> None:
        self.fake.world.garble()

    async def fail(self, how: str, *, file: bool = False) -> Address:
        world, who = self.fake.world, self.fake.world.person("Thu")
        if how == "blocked":
            world.kick(who, who)
        elif how == "no such chat":
            return Address("-1009999999999")
        elif how == "no account":
            world.delete(who)
        elif how in ("kicked", "muted", "no group", "migrated", "lost topic", "closed topic"):
            room = await self.room("Phòng Kế hoạch")
            if how == "kicked":
                world.kick(int(room.chat), who)
            elif how == "muted":
                world.mute(int(room.chat))
            elif how == "no group":
                world.delete(int(room.chat))
            elif how == "migrated":
                room = Address(str(world.group("Phòng Di sản")))
                world.migrate(int(room.chat), who)
            else:
                room = Address(room.chat, str(world.topic(int(room.chat), "Phòng Di sản")))
                if how == "lost topic":
                    world.lose_topic(int(room.chat), int(room.thread))
                else:
                    world.close_topic(int(room.chat), int(room.thread), who, told=False)
            return room
        else:
            kind: Kind = how  # type: ignore[assignment]
            self.fake.fail(kind, method="sendDocument" if file else "sendMessage")
        return Address(str(who))

    async def heard(self) -> list[Heard]:
        return [
            Heard(
                Address(str(one.chat), str(one.thread or "")),
                one.text,
                one.buttons,
                one.bold,
                str(one.message_id),
                one.file,
                self.fake.world.received.get(one.seq),
            )
            for one in self.fake.world.sent
        ]

    async def taken(self) -> None:
        """Wait until the bot has confirmed everything that it was told."""
        await until(lambda: not self.fake.world.waiting())


class TerminalPuppet:
    """People at one terminal, speaking through its programmatic face."""

    overhears, must_call, quotes, titled = True, False, True, True
    failures: Mapping[str, type[SendFailed]] = {"nobody listens": Unknown, "not now": Later}

    def __init__(self) -> None:
        self._printed: list[str] = []
        self._heard: list[tuple[Address, Reply, str]] = []
        self._failing: dict[Address, Exception] = {}
        self._terminal = TerminalChannel(write=self._printed.append, outbox=self._outbox)
        self.channel: Channel = self._terminal

    def _outbox(self, to: Address, reply: Reply, said: str) -> None:
        if to in self._failing:
            raise self._failing[to]
        self._heard.append((to, reply, said))

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def person(self, name: str) -> Sender:
        return Sender(name.casefold(), name)

    async def private(self, who: Sender) -> Address:
        return Address(who.id)

    async def room(self, title: str) -> Address:
        return Address(f"room {title}")

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
        words = f"@nhacviec {text}" if mention else text
        title = room.chat.removeprefix("room ") if room else ""
        self._terminal.say(who, room or Address(who.id), not room, words, files, reply_to, bool(reply_to), title)

    async def press(self, who: Sender, on: Heard, sentence: str) -> None:
        room = None if on.address.chat == who.id else on.address
        assert sentence in on.text
        await self.say(who, sentence, room, reply_to=on.id)

    async def garble(self) -> None:
        self._terminal.put(Raw("garbled", "{}"))

    async def fail(self, how: str, *, file: bool = False) -> Address:
        errors: dict[str, Exception] = {"nobody listens": BrokenPipeError("/dev/tty"), "not now": Later(5.0)}
        self._failing[Address(how)] = errors[how]
        return Address(how)

    async def heard(self) -> list[Heard]:
        """What was printed, without the name of the room before it."""
        return [
            Heard(
                to,
                shown.removeprefix(f"[{to.chat}] "),
                bold=tuple(reply.text[start : start + length] for start, length in reply.bold),
                id=said,
            )
            for (to, reply, said), shown in zip(self._heard, self._printed, strict=True)
        ]
