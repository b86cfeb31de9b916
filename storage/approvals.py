"""What waits for somebody's word: results to be accepted, extensions asked for, reasons asked for."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, func, select

from lang.ranges import Range
from storage.deadlines import Item, falls_in, items_of, waiting
from storage.models import Deadline, Explanation, Extension, ExtensionState


def results(session: Session, office_id: int, unit_ids: Collection[int], span: Range | None = None) -> list[Item]:
    """Results of these units that wait to be accepted, the oldest first; of what was due in these days, or ever."""
    query = items_of(office_id).where(waiting(), col(Deadline.unit_id).in_(unit_ids))
    if span is not None:
        query = query.where(falls_in(span))
    return [Item(*row) for row in session.execute(query.order_by(col(Deadline.done_at), col(Deadline.code)))]


def asked(session: Session, office_id: int, unit_ids: Collection[int]) -> list[Item]:
    """Open deadlines of these units with an extension that nobody has decided, the oldest request first."""
    query = items_of(office_id).where(col(Extension.id).is_not(None), col(Deadline.unit_id).in_(unit_ids))
    query = query.where(col(Deadline.done_at).is_(None))
    return [Item(*row) for row in session.execute(query.order_by(col(Extension.id)))]


def granted(session: Session, office_id: int, first: datetime, after: datetime) -> dict[int, int]:
    """How many extensions each unit was granted from the moment `first` to before `after`."""
    query = (
        select(Deadline.unit_id, func.count())
        .join(Extension, col(Extension.deadline_id) == Deadline.id)
        .where(Deadline.office_id == office_id, Extension.state == ExtensionState.GRANTED)
        .where(col(Extension.decided_at) >= first, col(Extension.decided_at) < after)
        .group_by(col(Deadline.unit_id))
    )
    return dict(session.exec(query).all())


def last_decided(session: Session, deadline_id: int) -> Extension | None:
    """The extension of a deadline that was granted or refused last."""
    decided = (ExtensionState.GRANTED, ExtensionState.REFUSED)
    query = select(Extension).where(Extension.deadline_id == deadline_id, col(Extension.state).in_(decided))
    return session.exec(query.order_by(col(Extension.decided_at).desc(), col(Extension.id).desc())).first()


def last_reason(session: Session, deadline_id: int) -> Explanation | None:
    """The reason asked for last about a deadline, answered or not."""
    query = select(Explanation).where(Explanation.deadline_id == deadline_id)
    return session.exec(query.order_by(col(Explanation.id).desc())).first()


def reasons_owed(session: Session, office_id: int, unit_ids: Collection[int] | None) -> list[tuple[Explanation, Item]]:
    """Reasons that these units, or (None) any, still owe, the most pressing first."""
    query = (
        items_of(office_id)
        .add_columns(Explanation)
        .join(Explanation, col(Explanation.deadline_id) == Deadline.id)
        .where(col(Explanation.answered_at).is_(None))
        .order_by(col(Explanation.due), col(Explanation.id))
    )
    if unit_ids is not None:
        query = query.where(col(Deadline.unit_id).in_(unit_ids))
    return [(reason, Item(*row)) for *row, reason in session.execute(query)]
