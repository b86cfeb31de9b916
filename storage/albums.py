"""Files that were sent at once: what becomes of one becomes of all."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.models import Album, Event

_WAITING: sa.ColumnElement[bool] = sa.literal_column("waiting")
"""As the index of the waiting ones has it."""


def find(session: Session, chat_id: int, album: str) -> Album | None:
    return session.exec(select(Album).where(Album.chat_id == chat_id, Album.album == album)).first()


def remember(session: Session, chat_id: int, album: str, person_id: int | None, now: datetime) -> Album:
    """The album of that name in a chat, known from now on."""
    found = find(session, chat_id, album)
    if found is None:
        found = Album(chat_id=chat_id, album=album, person_id=person_id, at=now)
        session.add(found)
        session.flush()
    return found


def wait(album: Album, files: Sequence[dict[str, Any]]) -> None:
    """These files too wait to hear what they are for."""
    album.files = [*album.files, *files]
    album.waiting = bool(album.files)


def settle(album: Album, codes: Sequence[int], event: Event) -> None:
    """It is known what it is for."""
    album.codes, album.event_id = list(codes), event.id
    album.files, album.waiting = [], False


def close(album: Album) -> list[str]:
    """Nothing of it is taken any more; the contents that waited."""
    let_go = [file["hash"] for file in album.files]
    album.files, album.waiting, album.closed = [], False, True
    return let_go


def of_event(session: Session, event: Event) -> list[Album]:
    """The albums whose files an event recorded."""
    return list(session.exec(select(Album).where(Album.event_id == event.id)))


def held(session: Session, hashes: Collection[str]) -> set[str]:
    """Those of these contents that wait to hear what they are for."""
    waiting = session.exec(select(Album).where(_WAITING))
    return {file["hash"] for album in waiting for file in album.files} & set(hashes)


def let_go(session: Session, before: datetime) -> list[str]:
    """Close what has waited since `before`; its contents."""
    old = session.exec(select(Album).where(_WAITING, col(Album.at) < before))
    return [hash for album in old for hash in close(album)]
