"""One-time codes: for a person's account, for a group, for an office that nobody has claimed. Only hashes are kept."""

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.models import Guesses, Invite, Office

ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
"""No two of these are taken for each other, on paper or over the telephone."""
LENGTH = 10
GOOD_FOR = timedelta(days=14)
MOST_WRONG = 5
PAUSE = timedelta(minutes=15)
_SHAPE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def fresh() -> str:
    """A new code as it is printed: «K7MXQ-3FHTW»."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def spelled(words: str) -> str | None:
    """The code that words are, in small letters or with spaces too; None when they cannot be one."""
    letters = re.sub(r"[\s\-–—.]", "", words).upper()
    return letters if _SHAPE.fullmatch(letters) else None


def digest(code: str) -> str:
    return hashlib.sha256((spelled(code) or "").encode()).hexdigest()


def invite(
    session: Session,
    office: Office,
    now: datetime,
    *,
    person: int | None = None,
    unit: int | None = None,
    good_for: timedelta = GOOD_FOR,
) -> str:
    """A new code for a person, or for a group (of a unit, or of the whole office), that may be used for so long. One
    not used yet is void."""
    for old in waiting(session, office.id or 0, now):
        if (old.person_id, old.unit_id) == (person, unit):
            old.void_at = now
    code = fresh()
    session.add(
        Invite(
            office_id=office.id or 0,
            person_id=person,
            unit_id=unit,
            hash=digest(code),
            made_at=now,
            expires_at=now + good_for,
        )
    )
    session.flush()
    return code


def waiting(session: Session, office_id: int, now: datetime) -> list[Invite]:
    """Codes that may still be used, the oldest first."""
    query = select(Invite).where(Invite.office_id == office_id, col(Invite.used_at).is_(None))
    query = query.where(col(Invite.void_at).is_(None), Invite.expires_at > now)
    return list(session.exec(query.order_by(col(Invite.id))))


def used(session: Session, office_id: int, people: Collection[int], at: datetime) -> list[int]:
    """Who of these has used a code, or used one handed out at that moment."""
    query = _handed_out(office_id, people, at).where(col(Invite.used_at).is_not(None))
    return sorted({one.person_id for one in session.exec(query) if one.person_id is not None})


def withdraw(session: Session, office_id: int, people: Collection[int], at: datetime, now: datetime) -> int:
    """Codes of these people are as if never made, others handed out at that moment are void; how many could have been
    used."""
    invites = list(session.exec(_handed_out(office_id, people, at)))
    good = [one for one in invites if one.void_at is None and one.expires_at > now]
    for one in invites:
        if one.person_id in people:
            session.delete(one)
        elif one.void_at is None:
            one.void_at = now
    session.flush()
    return len(good)


def _handed_out(office_id: int, people: Collection[int], at: datetime) -> SelectOfScalar[Invite]:
    then = (col(Invite.made_at) == at) & col(Invite.person_id).is_not(None)
    return select(Invite).where(Invite.office_id == office_id, then | col(Invite.person_id).in_(people))


def found(session: Session, code: str) -> Invite | None:
    """The invitation with this code, used or not; nobody else uses it meanwhile."""
    return session.exec(select(Invite).where(Invite.hash == digest(code)).with_for_update()).first()


def paused(session: Session, channel: str, external: str, now: datetime) -> bool:
    """Whether this account has guessed wrong so often that it is not heard now."""
    guesses = _guesses(session, channel, external)
    return guesses is not None and guesses.paused_until is not None and guesses.paused_until > now


def wrong(session: Session, channel: str, external: str, now: datetime) -> bool:
    """Count a wrong code; True where it was one too many."""
    guesses = _guesses(session, channel, external)
    if guesses is None:
        guesses = Guesses(channel=channel, external=external)
        session.add(guesses)
    guesses.wrong += 1
    if guesses.wrong < MOST_WRONG:
        return False
    guesses.wrong, guesses.paused_until = 0, now + PAUSE
    return True


def right(session: Session, channel: str, external: str) -> None:
    """The account said a right code: earlier slips are forgotten."""
    if (guesses := _guesses(session, channel, external)) is not None:
        session.delete(guesses)


def _guesses(session: Session, channel: str, external: str) -> Guesses | None:
    return session.exec(select(Guesses).where(Guesses.channel == channel, Guesses.external == external)).first()
