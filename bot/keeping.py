"""The way of files onto the shelf and off it: what somebody sends as evidence is kept before anything is recorded of
it, and goes again where nothing was; what is to be sent is read when it is sent."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from sqlmodel import Session

from bot.links import Links
from bot.trouble import aside
from channels import MEGABYTE, File, Incoming, Later, Reply, Shape
from handlers.talk import ANSWER_WITHIN
from lang.text import _, speaking
from schedules.clock import Clock
from schedules.deliveries import Ready
from storage import albums, evidence
from storage.outbox import Kept
from storage.shelf import Shelf

T = TypeVar("T")
PICTURES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
"""How a picture begins, and its type."""


class Keeper(Protocol):
    """Who has a shelf, and transactions."""

    shelf: Shelf | None
    clock: Clock

    async def within(self, work: Callable[[Session], T]) -> T: ...


@asynccontextmanager
async def keeping(keeper: Keeper, sent: Incoming | None) -> AsyncIterator[None]:
    """Keep the files of `sent` while it is decided what they are for; what nobody then shows for anything goes."""
    shelf = keeper.shelf
    kept: list[str] = []
    try:
        if shelf is not None and sent is not None:
            kept = [await aside(shelf.keep, file.content) for file in sent.files if file.content is not None]
            old = keeper.clock.now() - ANSWER_WITHIN
            kept += await keeper.within(lambda session: albums.let_go(session, old))
        yield
    finally:
        await let_go(keeper, kept)


async def let_go(keeper: Keeper, hashes: list[str]) -> None:
    """Those of these contents that nobody shows for anything go."""
    shelf = keeper.shelf
    if shelf is not None and hashes:
        held = await keeper.within(lambda session: evidence.held(session, hashes))
        for name in set(hashes) - held:
            await aside(shelf.drop, name)


async def with_file(shelf: Shelf | None, links: Links, ready: Ready, shape: Shape) -> Reply:
    """What is to be said, with its file, or a link to it where the messenger carries none; a sentence stands in place
    of one that is gone or too large for the messenger. Raises `Later` where the disk does not answer."""
    kept = ready.file
    if kept is None:
        return ready.reply
    try:
        found = await aside(lambda kept: _read(shelf, kept, shape), kept)
        if isinstance(found, File) and not shape.takes_files:
            shows = kept.picture and bool(await aside(picture_type, Path(found.path)))
            kept = replace(kept, picture=shows)
            found = replace(found, path="", url=_link(links, ready, kept))
    except OSError as error:
        raise Later(reason=type(error).__name__) from None
    if isinstance(found, File):
        return replace(ready.reply, picture=found if kept.picture else None, file=None if kept.picture else found)
    with speaking(ready.locale):
        if found is None:
            instead = _("Tệp này không còn trong kho lưu.")
        else:
            limit = shape.file_limit // MEGABYTE
            instead = _("Tệp này lớn hơn {limit} MB nên không gửi được ở đây.", limit=limit)
    return replace(ready.reply, text=f"{ready.reply.text}\n{instead}")


def picture_type(path: Path) -> str:
    """The type of what begins as a picture does that everything shows; else nothing, whatever its name."""
    with path.open("rb") as file:
        begins = file.read(16)
    return next((kind for mark, kind in PICTURES if begins.startswith(mark)), "")


def _link(links: Links, ready: Ready, kept: Kept) -> str:
    taken = ready.taken
    if not links.open or taken.office is None or not taken.about:
        return ""
    of = {"office": taken.office, "chat": taken.chat, "code": taken.about[0]}
    return links.download(kept.hash, kept.name, picture=kept.picture, **of)


def _read(shelf: Shelf | None, kept: Kept, shape: Shape) -> File | int | None:
    """The file, with its content where the channel sends it; the size of one too large, None for one that is gone."""
    found = shelf.find(kept.hash) if shelf is not None else None
    if shelf is None or found is None:
        return None
    path, size = found
    if not shape.file_limit:
        return File(kept.name, size, path=str(path))
    if size > shape.file_limit:
        return size
    content = shelf.read(kept.hash)
    return None if content is None else File(kept.name, len(content), content=content, path=str(path))
