"""What was brought before whom in a digest, and when last: so that it is said once, and not lost where it was not."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlmodel import Session, col, select

from storage.models import Brought

Key = tuple[str, int]
"""What it is, and the row that it is about."""


class Known:
    """What was brought of some rows, read once for many chats on the morning of `day`."""

    def __init__(self, session: Session, whats: Collection[str], rows: Collection[int], day: date) -> None:
        self._day = day
        self._own: dict[tuple[Key, int], date] = {}
        self._before: dict[Key, date] = {}
        query = select(Brought).where(col(Brought.what).in_(whats), col(Brought.row).in_(rows))
        for one in session.exec(query) if rows else ():
            key = (one.what, one.row)
            self._own[key, one.chat_id] = one.day
            if one.day < day:
                self._before[key] = max(one.day, self._before.get(key, one.day))

    def last(self, what: str, row: int, chat_id: int) -> date | None:
        """When this was brought here last; a chat that never heard of it goes on where others stood before today."""
        return self._own.get(((what, row), chat_id)) or self._before.get((what, row))


def heard(session: Session, chat_id: int, day: date, keys: Iterable[Key]) -> None:
    """The digest of `day` in which these were brought was heard in this chat."""
    for what, row in keys:
        found = session.get(Brought, (what, row, chat_id))
        if found is None:
            session.add(Brought(what=what, row=row, chat_id=chat_id, day=day))
        else:
            found.day = max(found.day, day)
