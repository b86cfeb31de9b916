"""Thinking about a message before it is decided: its files are fetched, its document is read, and whoever waits
for that is told so."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.trouble import aside
from channels import FILE_LIMIT, Channel, Incoming, SendFailed
from handlers.talk import Needs, Refused
from lang.text import _

THINKING = 2
"""Documents that may be read at once: each takes a process and much memory."""
LONG_DOCUMENT = 300 * 1024
"""Bytes of a document from which on it is said at once that reading it takes a while."""
STILL_READING = (10.0, 60.0)
"""Seconds of reading after which that is said of any document, and after which it is said again."""

AskPatience = Callable[[Channel, int, Incoming, bool], Awaitable[None]]


class Thinking:
    """What is being thought about: `tasks`, to be given up when the program stops."""

    def __init__(self, ask_patience: AskPatience) -> None:
        self.tasks: set[asyncio.Task[Any]] = set()
        self._ask = ask_patience
        self._desks = asyncio.Semaphore(THINKING)

    async def about(self, channel: Channel, heard: int, incoming: Incoming, needs: Needs) -> tuple[Incoming, Any]:
        """The message with its files, and what the command thinks of it. Given up when the program stops: the message
        is answered after the next start."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        is_long = any(LONG_DOCUMENT < file.size <= FILE_LIMIT for file in incoming.files)
        if is_long:
            await self._ask(channel, heard, incoming, False)
        asking = asyncio.create_task(self._still_reading(channel, heard, incoming, was_said=is_long))
        try:
            async with self._desks:
                whole = await _downloaded(channel, incoming)
                return whole, await aside(needs.think, whole)
        finally:
            self.tasks.discard(task)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _still_reading(self, channel: Channel, heard: int, incoming: Incoming, *, was_said: bool) -> None:
        """Say how it goes while a document is being read, or waits to be."""
        waited = 0.0
        for again, seconds in enumerate(STILL_READING):
            await asyncio.sleep(seconds - waited)
            waited = seconds
            if again or not was_said:
                await self._ask(channel, heard, incoming, bool(again))


async def _downloaded(channel: Channel, incoming: Incoming) -> Incoming:
    try:
        files = [await channel.download(file) if file.content is None else file for file in incoming.files]
    except SendFailed:
        raise Refused(_("Chưa tải được tệp vừa gửi. Xin gửi lại sau ít phút.")) from None
    return replace(incoming, files=tuple(files))
