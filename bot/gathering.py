"""What is sent at once and arrives in parts becomes one message again, as far as its parts are here."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from channels import Address, Incoming

Key = tuple[Address, str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """An update by its id in the inbox, and what it says."""

    heard: int
    incoming: Incoming


@dataclass(frozen=True, slots=True)
class Message:
    """What is answered at once: the update that it is answered by, those answered with it, and what each one said."""

    heard: int
    incoming: Incoming
    others: tuple[int, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass
class Gathered:
    """The parts of an album that have come so far; whoever waits for its turn answers them all."""

    parts: list[Part]
    task: "asyncio.Task[None] | None" = None
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, part: Part) -> None:
        self.parts.append(part)
        self.came.set()

    async def complete(self, quiet: float) -> None:
        """Return when no part has come for `quiet` seconds."""
        while True:
            self.came.clear()
            try:
                await asyncio.wait_for(self.came.wait(), quiet)
            except TimeoutError:
                return


def key(incoming: Incoming) -> Key | None:
    """What the parts of one album have in common; None for what is whole."""
    return (incoming.address, incoming.sender.id, incoming.album) if incoming.album else None


def messages(parts: Sequence[Part]) -> list[Message]:
    """The parts of an album as messages: the wordless ones go with the first that has words, each other one that has
    words of its own is a message of its own."""
    parts = sorted(parts, key=lambda part: part.heard)
    spoken = [part for part in parts if part.incoming.text.strip()]
    apart = [part for part in spoken[1:] if part.incoming.text != spoken[0].incoming.text]
    together = [part for part in parts if part not in apart]
    first = spoken[0] if spoken else together[0]
    files = tuple(file for part in together for file in part.incoming.files)
    addressed = any(part.incoming.addressed for part in together)
    reply_to = next((part.incoming.reply_to for part in together if part.incoming.reply_to), "")
    whole = replace(first.incoming, files=files, addressed=addressed, reply_to=reply_to)
    others = tuple(part.heard for part in together if part is not first)
    return [Message(first.heard, whole, others, tuple(together)), *(alone(part) for part in apart)]


def alone(part: Part) -> Message:
    return Message(part.heard, part.incoming, (), (part,))
