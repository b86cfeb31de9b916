"""Questions about what was shown for results."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from storage import albums
from storage.models import Deadline, Evidence, EvidenceKind


def of(session: Session, deadline: Deadline) -> list[Evidence]:
    """What is shown for a deadline, in the order in which it came."""
    query = select(Evidence).where(Evidence.deadline_id == deadline.id, col(Evidence.withdrawn).is_(False))
    return list(session.exec(query.order_by(col(Evidence.id))))


def files(session: Session, deadline: Deadline) -> list[Evidence]:
    """The files and photos shown for a deadline."""
    return [shown for shown in of(session, deadline) if shown.kind is not EvidenceKind.DOCUMENT]


def distinct(session: Session, deadline: Deadline) -> list[Evidence]:
    """The files and photos shown for a deadline, one that was sent twice once."""
    return list({shown.hash: shown for shown in reversed(files(session, deadline))}.values())[::-1]


def held(session: Session, hashes: Collection[str]) -> set[str]:
    """Those of these contents that somebody has shown for something, or that wait to hear for what."""
    shown = set(session.exec(select(Evidence.hash).where(col(Evidence.hash).in_(hashes))))
    return shown | albums.held(session, hashes)
