"""What somebody sends as evidence goes onto the shelf before anything is recorded of it, and off again where nothing
was."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from sqlmodel import Session

from bot.trouble import aside
from channels import Incoming
from storage import evidence
from storage.shelf import Shelf

T = TypeVar("T")


class Keeper(Protocol):
    """Who has a shelf, and transactions."""

    shelf: Shelf | None

    async def within(self, work: Callable[[Session], T]) -> T: ...


@asynccontextmanager
async def keeping(keeper: Keeper, sent: Incoming | None) -> AsyncIterator[None]:
    """Keep the files of `sent` while it is decided what they are for; what nobody then shows for anything goes."""
    shelf = keeper.shelf
    kept: list[str] = []
    try:
        if shelf is not None and sent is not None:
            kept = [await aside(shelf.keep, file.content) for file in sent.files if file.content is not None]
        yield
    finally:
        if shelf is not None and kept:
            held = await keeper.within(lambda session: evidence.held(session, kept))
            for name in set(kept) - held:
                await aside(shelf.drop, name)
