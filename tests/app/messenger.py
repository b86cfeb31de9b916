"""A messenger in memory for tests of the program: what people say goes in, what the bot says is written down, and a
test says what goes wrong."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import count

from channels import Address, File, Finding, Incoming, Keep, Raw, Reply, Sender, Shape

Hook = Callable[[Address, Reply], Awaitable[None]]


class Messenger:
    """Keeps the channel contract. `fails` is what the next sendings raise, one each; `before` is awaited in every
    sending before anything is said; `said` is (chat, text) in order; `attempts` counts those that failed too. `calls`:
    how it must be called in a group."""

    shape = Shape()

    def __init__(self, name: str = "memory") -> None:
        self.name = name
        self.fails: deque[Exception | None] = deque()
        self.before: Hook | None = None
        self.said: list[tuple[str, str]] = []
        self.attempts: list[tuple[str, str]] = []
        self.contents: dict[str, bytes] = {}
        self.forgotten: list[str] = []
        self.in_flight: dict[str, int] = {}
        self.most_in_flight: dict[str, int] = {"": 0}
        self.closed, self.calls = False, ""
        self._coming: asyncio.Queue[Raw] = asyncio.Queue()
        self._updates, self._messages = count(1), count(1)

    async def listen(self, keep: Keep) -> None:
        while True:
            await keep([await self._coming.get()])

    def arrives(self, raw: Raw) -> None:
        self._coming.put_nowait(raw)

    def update(
        self, chat: str, who: str, text: str, *, file: tuple[str, bytes] | None = None, **more: str | bool
    ) -> Raw:
        """`who` says `text` in `chat` (in private where the chat is called like the person); a file's content stays
        with the messenger until it is downloaded, unless its name begins with «+»."""
        number = f"u{next(self._updates)}"
        body = {"id": number, "chat": chat, "who": who, "text": text, "file": None} | more
        if file is not None:
            name, content = file
            self.contents[number] = content
            inline = content.decode("latin-1") if name.startswith("+") else None
            body["file"] = [name.removeprefix("+"), len(content), number, inline]
        return Raw(number, json.dumps(body))

    def decode(self, body: str) -> Incoming | None:
        told = json.loads(body)
        if told["text"] == "(nothing to us)":
            return None
        file = told["file"]
        return Incoming(
            channel=self.name,
            id=told["id"],
            address=Address(told["chat"]),
            private=told["chat"] == told["who"],
            sender=Sender(told["who"], told.get("name", told["who"].title())),
            text=told["text"],
            files=()
            if file is None
            else (File(file[0], file[1], file[2], file[3].encode("latin-1") if file[3] else None),),
            reply_to=told.get("reply_to", ""),
            title=told.get("title", ""),
            event=told.get("event", "said"),
            moved_to=told.get("moved_to", ""),
            album=told.get("album", ""),
            call="" if told["chat"] == told["who"] else self.calls,
        )

    async def download(self, file: File) -> File:
        return File(file.name, file.size, file.handle, self.contents[file.handle])

    async def send(self, to: Address, reply: Reply) -> str:
        self.in_flight[to.chat] = self.in_flight.get(to.chat, 0) + 1
        self.most_in_flight[to.chat] = max(self.most_in_flight.get(to.chat, 0), self.in_flight[to.chat])
        self.most_in_flight[""] = max(self.most_in_flight[""], sum(self.in_flight.values()))
        try:
            self.attempts.append((to.chat, reply.text))
            if self.before is not None:
                await self.before(to, reply)
            if self.fails and (failure := self.fails.popleft()) is not None:
                raise failure
            self.said.append((to.chat, reply.text))
            return f"m{next(self._messages)}"
        finally:
            self.in_flight[to.chat] -= 1

    async def forget(self, incoming: Incoming) -> None:
        self.forgotten.append(incoming.id)

    async def check(self) -> list[Finding]:
        return []

    async def close(self) -> None:
        self.closed = True

    def heard_by(self, chat: str) -> list[str]:
        """What the bot said in a chat."""
        return [text for where, text in self.said if where == chat]
