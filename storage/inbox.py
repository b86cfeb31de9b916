"""The inbox: every raw update is stored before it is confirmed, answered once, and emptied then."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage.models import Heard
from storage.prepared import Prepared


def insert_new(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> int:
    """Insert `rows`, leaving out those whose unique key is there already; how many were new."""
    if not rows:
        return 0
    write = _insert_new(session.get_bind().dialect.name, sa.inspect(table).local_table)
    result: Any = session.execute(write, rows)
    return int(result.rowcount)


@cache
def _insert_new(dialect: str, table: sa.Table) -> sa.Insert:
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return build(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def keep(session: Session, channel: str, updates: Sequence[tuple[str, str]], now: datetime) -> int:
    """Store (id, body) pairs; one that was stored before is left as it is. How many were new.

    Never fails for what is written in them: an update that cannot be kept can never be confirmed either."""
    rows = [
        Heard(channel=channel, update=_text(id), body=_text(body), received_at=now).model_dump(exclude={"id"})
        for id, body in updates
    ]
    return insert_new(session, Heard, rows)


def _text(words: str) -> str:
    """Without NUL, which PostgreSQL refuses, and halves of characters, which no encoding takes."""
    return words.replace("\0", "").encode("utf-8", "replace").decode()


def waiting(session: Session, channel: str, in_hand: Collection[int], most: int = 200) -> list[tuple[int, str]]:
    """Updates not answered yet and not `in_hand`, in the order they came: (id, body).

    Not «those after the last one»: of two kept at once, the one with the lower id may become visible later."""
    rows = session.exec(
        select(Heard.id, Heard.body)
        .where(Heard.channel == channel, col(Heard.answered_at).is_(None), col(Heard.id).not_in(list(in_hand)))
        .order_by(col(Heard.id))
        .limit(most)
    )
    return [(id, body) for id, body in rows if id is not None]


def answer(session: Session, heard_id: int, now: datetime, set_aside: str = "", *, secret: bool = False) -> bool:
    """Mark an update as answered and empty it. False when it already was: then nothing else may be done about it."""
    return bool(_ANSWER.run(session, {"which": heard_id, "now": now, "why": set_aside, "hidden": secret}))


def _answer(_sqlite: bool) -> sa.UpdateBase:
    heard: Any = sa.inspect(Heard).local_table
    return (
        sa.update(heard)
        .where(heard.c.id == sa.bindparam("which"), heard.c.answered_at.is_(None))
        .values(answered_at=sa.bindparam("now"), body="")
        .values(set_aside=sa.bindparam("why"), secret=sa.bindparam("hidden"))
        .returning(heard.c.id)
    )


_ANSWER = Prepared(_answer)


def secrets(session: Session) -> list[int]:
    """Updates that held what may not be kept and of which something may be left in the files."""
    return [id for id in session.exec(select(Heard.id).where(sa.text("heard.secret"))) if id is not None]


def scrubbed(session: Session, heard_ids: Collection[int]) -> None:
    """Nothing is left of these in the files."""
    session.execute(sa.update(Heard).where(col(Heard.id).in_(list(heard_ids))).values(secret=False))
