"""The bot here and now: no messenger in between, one line typed is one message.

`say` is the same from a program: whoever plays a dialogue speaks through it and listens at `outbox`.
"""

import asyncio
import json
import logging
import re
import sys
import threading
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import count
from typing import Any
from uuid import uuid4

from channels import (
    FILE_LIMIT,
    Address,
    File,
    Finding,
    Incoming,
    Keep,
    Raw,
    Reply,
    Sender,
    SendFailed,
    Shape,
    Unknown,
    listed,
    printed,
)
from lang.text import _

log = logging.getLogger(__name__)

MENTION = re.compile(r"(?<!\w)@nhacviec(?!\w)[,:]?[ \t]?", re.IGNORECASE)
ROOM = re.compile(r"@(\w[\w-]*)\s+(\S.*)", re.DOTALL)
AGAIN = 1.0
"""Seconds until updates that could not be kept are offered again."""

Outbox = Callable[[Address, Reply, str], None]
"""Is given what the bot says: where, what, and the id of the message. What it raises is how sending failed."""


class TerminalChannel:
    """Talk in one terminal. `read` gives the lines typed; `you` is whose they are: `xong 12` says it in private,
    `@vhtt xong 12` in the room «vhtt», `@vhtt @nhacviec xong 12` to the bot there. `write` prints a message.
    Without `read`, only `say` is heard; `outbox` is told what the bot says before it is printed."""

    name = "terminal"
    shape = Shape(buttons=False, limit=1_000_000)

    def __init__(
        self,
        read: AsyncIterator[str] | None = None,
        write: Callable[[str], object] | None = print,
        *,
        you: Sender = Sender("you", "you"),  # noqa: B008, a frozen value
        outbox: Outbox | None = None,
    ) -> None:
        self._read, self._write, self._you, self._outbox = read, write, you, outbox
        self._waiting: deque[Raw] = deque()
        self._news = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._left = False
        self._run, self._numbers = uuid4().hex[:8], count(1)

    def say(
        self,
        sender: Sender,
        address: Address,
        private: bool,
        text: str,
        files: tuple[File, ...] = (),
        reply_to: str = "",
        addressed: bool = True,
        title: str = "",
    ) -> str:
        """`sender` says `text` at `address`; the id of the message. The bot's name in it (@nhacviec) addresses the bot.
        The content of a file larger than `FILE_LIMIT` does not travel."""
        said = self._number()
        update = {
            "id": said,
            "chat": address.chat,
            "thread": address.thread,
            "private": private,
            "sender": [sender.id, sender.name],
            "text": text,
            "files": [_packed(file) for file in files],
            "reply_to": reply_to,
            "addressed": addressed,
            "title": title,
        }
        self.put(Raw(said, json.dumps(update, ensure_ascii=False)))
        return said

    async def taken(self) -> None:
        """Returns when everything said so far has been kept."""
        await self._empty.wait()

    def put(self, raw: Raw) -> None:
        """A raw update arrives."""
        self._waiting.append(raw)
        self._empty.clear()
        self._news.set()

    async def listen(self, keep: Keep) -> None:
        """Hand over what was said, one at a time. Ends when whoever types has left (Ctrl-D) and all of it is kept."""
        typing = asyncio.create_task(self._type()) if self._read else None
        try:
            while self._waiting or not self._left:
                if not self._waiting:
                    self._news.clear()
                    await self._news.wait()
                    continue
                try:
                    await keep([self._waiting[0]])
                except Exception as error:
                    log.warning("terminal: a line was not kept: %s", type(error).__name__)
                    await asyncio.sleep(AGAIN)
                else:
                    self._waiting.popleft()
                    if not self._waiting:
                        self._empty.set()
        finally:
            if typing:
                typing.cancel()

    def decode(self, body: str) -> Incoming:
        said = json.loads(body)
        text, named = MENTION.subn("", said["text"])
        return Incoming(
            channel=self.name,
            id=said["id"],
            address=Address(said["chat"], said["thread"]),
            private=said["private"],
            sender=Sender(*said["sender"]),
            text=text.strip() if named else text,
            files=tuple(_unpacked(file) for file in said["files"]),
            reply_to=said["reply_to"],
            addressed=said["private"] or said["addressed"] or bool(named) or text.startswith("/"),
            title=said["title"],
        )

    async def download(self, file: File) -> File:
        return file

    async def send(self, to: Address, reply: Reply) -> str:
        said = self._number()
        try:
            if self._outbox:
                self._outbox(to, reply, said)
            if self._write:
                room = "" if to.chat == self._you.id else f"[{to.chat}] "
                text = listed(reply.text, reply.picture or reply.file)
                self._write(room + printed(text, reply.actions))
        except SendFailed:
            raise
        except Exception as error:
            raise Unknown(type(error).__name__) from None
        return said

    async def forget(self, incoming: Incoming) -> None:
        """Nothing is kept here that could be forgotten."""

    async def check(self) -> list[Finding]:
        return [Finding(_("Cửa sổ dòng lệnh"), True, _("luôn sẵn sàng"))]

    async def close(self) -> None:
        """Nothing is held open."""

    async def _type(self) -> None:
        assert self._read
        try:
            async for line in self._read:
                room = ROOM.fullmatch(line.strip())
                if room and not MENTION.match(line.strip()):
                    self.say(self._you, Address(room[1]), False, room[2], addressed=False, title=room[1])
                elif line.strip():
                    self.say(self._you, Address(self._you.id), True, line.strip())
        finally:
            self._left = True
            self._news.set()

    def _number(self) -> str:
        """Unlike any of this or another run: what was heard is remembered for longer than we live."""
        return f"{self._run}-{next(self._numbers)}"


async def keyboard() -> AsyncIterator[str]:
    """The lines typed at this terminal, until Ctrl-D. Read in a thread that no shutdown waits for."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str]()

    def read() -> None:
        with suppress(RuntimeError):  # the loop has gone
            while line := sys.stdin.buffer.readline():
                loop.call_soon_threadsafe(lines.put_nowait, line.decode("utf-8", "replace"))
            loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    while line := await lines.get():
        yield line


def _packed(file: File) -> dict[str, Any]:
    fits = file.content is not None and max(file.size, len(file.content)) <= FILE_LIMIT
    content = b64encode(file.content).decode() if fits and file.content is not None else None
    return {"name": file.name, "size": file.size, "content": content}


def _unpacked(file: dict[str, Any]) -> File:
    content = None if file["content"] is None else b64decode(file["content"])
    return File(file["name"], file["size"], content=content)
