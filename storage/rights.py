"""What a person may do today: their own roles, and those of whoever they stand in for."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from storage.models import Leave, Person, Role, RoleKind, UnitSetMember
from storage.people import with_former


@dataclass(frozen=True, slots=True)
class Right:
    """A role in force: in these units, or (None) in the whole office. `of`: whose it is, when it is not one's own."""

    kind: RoleKind
    units: tuple[int, ...] | None
    of: int | None = None


def rights_of(session: Session, person_id: int, today: date) -> list[Right]:
    """The roles in force today, one's own first. A stand-in's own stand-in is nobody's: leave passes on once."""
    away = select(Leave).where(
        Leave.stand_in_id == person_id,
        col(Leave.since) <= today,
        col(Leave.until) >= today,
        col(Leave.cancelled_at).is_(None),
    )
    absent = [leave.person_id for leave in session.exec(away.order_by(col(Leave.id)))]
    found = [_right(session, role) for role in _in_force(session, person_id, today)]
    for other in absent:
        found += [_right(session, role, of=other) for role in _in_force(session, other, today)]
    return found


def _in_force(session: Session, person_id: int, today: date) -> list[Role]:
    roles = session.exec(select(Role).where(Role.person_id == person_id).order_by(col(Role.id)))
    return [role for role in roles if (role.since or today) <= today <= (role.until or today)]


def _right(session: Session, role: Role, of: int | None = None) -> Right:
    if role.set_id is not None:
        members = select(UnitSetMember.unit_id).where(UnitSetMember.set_id == role.set_id)
        return Right(role.kind, with_former(session, session.exec(members)), of)
    if role.unit_id is None or role.kind in (RoleKind.COORDINATOR, RoleKind.ADMIN):
        return Right(role.kind, None, of)
    return Right(role.kind, with_former(session, [role.unit_id]), of)


def holders(session: Session, office_id: int, kind: RoleKind, today: date) -> list[tuple[Person, Right]]:
    """Who has a role of this kind today, with its right. Whoever is away is not among them: their stand-in is."""
    query = select(Role, Person).join(Person, col(Person.id) == Role.person_id)
    query = query.where(Person.office_id == office_id, Role.kind == kind, col(Person.left_at).is_(None))
    found: list[tuple[Person, Right]] = []
    for role, person in session.exec(query.order_by(col(Role.id))):
        if not (role.since or today) <= today <= (role.until or today):
            continue
        stand_in = _stand_in(session, person.id or 0, today)
        found.append((stand_in or person, _right(session, role, of=person.id if stand_in else None)))
    return found


def _stand_in(session: Session, person_id: int, today: date) -> Person | None:
    query = select(Person).join(Leave, col(Leave.stand_in_id) == Person.id).where(Leave.person_id == person_id)
    query = query.where(col(Leave.since) <= today, col(Leave.until) >= today, col(Leave.cancelled_at).is_(None))
    return session.exec(query.order_by(col(Leave.id).desc())).first()
