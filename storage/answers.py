"""Whether an overdue deadline was answered by its unit, and since when it is not any more."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.models import Event, EventAbout, Explanation, ExtensionState

REOPENS = ("owed", "day", "refuse", "return", "resume", "object", "note", "change", "undo")
"""Acts after which a deadline may be open that was not before, or due on another day."""
_OPEN = ("done_at", "signing_at", "paused_at", "to_confirm", "due")
_DECIDED = (ExtensionState.REFUSED, ExtensionState.WITHDRAWN)


def reopened(session: Session, deadlines: Collection[int]) -> dict[int, datetime]:
    """When each of these deadlines, all of them open now, was last opened again: given back, its extension refused, put
    off no more, owed after all. One that was never anything else is missing."""
    query = select(EventAbout.row, Event).join(Event, col(Event.id) == EventAbout.event_id)
    query = query.where(EventAbout.what == "deadline", col(EventAbout.row).in_(deadlines))
    found: dict[int, datetime] = {}
    for deadline, event in session.exec(query.where(col(Event.action).in_(REOPENS))) if deadlines else ():
        if any(_opens(deadline, *change) for change in event.changes):
            found[deadline] = max(event.at, found.get(deadline, event.at))
    return found


Columns = Mapping[str, Any] | None


def _opens(deadline: int, table: str, id: Any, before: Columns, after: Columns) -> bool:
    if table == "deadline" and id == deadline:
        return before is None or after is None or any(before[key] != after[key] for key in _OPEN)
    if table == "extension" and after is not None:
        return bool(after["deadline_id"] == deadline and after["state"] in _DECIDED)
    return table == "extension" and before is not None and bool(before["deadline_id"] == deadline)


def reasons(session: Session, deadlines: Collection[int]) -> dict[int, datetime]:
    """When a reason was given last for each of these deadlines; one without a reason is missing."""
    query = select(Explanation.deadline_id, Explanation.answered_at).where(
        col(Explanation.deadline_id).in_(deadlines), col(Explanation.answered_at).is_not(None)
    )
    found: dict[int, datetime] = {}
    for deadline, at in session.exec(query) if deadlines else ():
        if at is not None:
            found[deadline] = max(at, found.get(deadline, at))
    return found
