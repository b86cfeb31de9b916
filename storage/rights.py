"""What a person may do today: their own roles, and those of whoever they stand in for."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Date, bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.models import Leave, Person, Role, RoleKind, UnitSet, UnitSetMember
from storage.people import mergers, with_former


@dataclass(frozen=True, slots=True)
class Right:
    """A role in force: in these units, or (None) in the whole office. `of`: whose it is, when it is not one's own.
    `block`: what the units are called together."""

    kind: RoleKind
    units: tuple[int, ...] | None
    of: int | None = None
    block: str = ""


def rights_of(session: Session, person_id: int, today: date) -> list[Right]:
    """The roles in force today, one's own first. A stand-in's own stand-in is nobody's: leave passes on once."""
    absent = list(session.exec(_absent(), params={"person": person_id, "today": today}))
    found = [_right(session, role) for role in _in_force(session, person_id, today)]
    for other in absent:
        found += [_right(session, role, of=other) for role in _in_force(session, other, today)]
    return found


def led_by(session: Session, person_id: int, today: date) -> tuple[str, tuple[int, ...] | None] | None:
    """What this person leads today, in somebody's place too: the office («», None), or blocks by their names with
    their units; None: nothing."""
    leading = [right for right in rights_of(session, person_id, today) if right.kind is RoleKind.LEADER]
    if not leading:
        return None
    if any(right.units is None for right in leading):
        return "", None
    units = tuple(dict.fromkeys(unit for right in leading for unit in right.units or ()))
    return ", ".join(dict.fromkeys(right.block for right in leading if right.block)), units


@cache
def _absent() -> SelectOfScalar[int]:
    """For whom a person stands in."""
    away = select(Leave.person_id).where(Leave.stand_in_id == bindparam("person"), col(Leave.cancelled_at).is_(None))
    today = bindparam("today", type_=Date)
    return away.where(col(Leave.since) <= today, col(Leave.until) >= today).order_by(col(Leave.id))


@cache
def _roles_of() -> SelectOfScalar[Role]:
    return select(Role).where(Role.person_id == bindparam("person")).order_by(col(Role.id))


def _in_force(session: Session, person_id: int, today: date) -> list[Role]:
    roles = session.exec(_roles_of(), params={"person": person_id})
    return [role for role in roles if (role.since or today) <= today <= (role.until or today)]


def _right(session: Session, role: Role, of: int | None = None) -> Right:
    if role.set_id is not None:
        members = select(UnitSetMember.unit_id).where(UnitSetMember.set_id == role.set_id)
        block = session.get_one(UnitSet, role.set_id).name
        return Right(role.kind, with_former(session, session.exec(members)), of, block)
    if role.unit_id is None or role.kind in (RoleKind.COORDINATOR, RoleKind.ADMIN):
        return Right(role.kind, None, of)
    return Right(role.kind, with_former(session, [role.unit_id]), of)


def holders(session: Session, office_id: int, kind: RoleKind, today: date) -> list[tuple[Person, Right]]:
    """Who has a role of this kind today, with its right. Whoever is away is not among them: their stand-in is."""
    query = select(Role, Person).join(Person, col(Person.id) == Role.person_id)
    query = query.where(Person.office_id == office_id, Role.kind == kind, col(Person.left_at).is_(None))
    query = query.where(col(Role.since).is_(None) | (col(Role.since) <= today))
    query = query.where(col(Role.until).is_(None) | (col(Role.until) >= today))
    held = list(session.exec(query.order_by(col(Role.id))))
    stand_ins, units = _stand_ins(session, office_id, today), _units_of(session, office_id)
    found: list[tuple[Person, Right]] = []
    for role, person in held:
        stand_in = stand_ins.get(person.id or 0)
        of = person.id if stand_in else None
        whole = role.set_id is None and (role.unit_id is None or kind in (RoleKind.COORDINATOR, RoleKind.ADMIN))
        found.append((stand_in or person, Right(kind, None if whole else units(role), of)))
    return found


def _units_of(session: Session, office_id: int) -> Callable[[Role], tuple[int, ...]]:
    """The units of a role, those merged into them too, by what the office has."""
    merged = mergers(session, office_id)
    members: dict[int, list[int]] = defaultdict(list)
    query = select(UnitSetMember.set_id, UnitSetMember.unit_id).join(UnitSet, col(UnitSet.id) == UnitSetMember.set_id)
    for set_id, unit in session.exec(query.where(UnitSet.office_id == office_id)):
        members[set_id].append(unit)

    def units(role: Role) -> tuple[int, ...]:
        found = list(members[role.set_id]) if role.set_id is not None else [role.unit_id or 0]
        for unit in found:
            found += [former for former in merged.get(unit, ()) if former not in found]
        return tuple(found)

    return units


def _stand_ins(session: Session, office_id: int, today: date) -> dict[int, Person]:
    """Who stands in for whom today; of two for one person the one said last."""
    query = select(Leave.person_id, Person).join(Person, col(Person.id) == Leave.stand_in_id)
    query = query.where(Person.office_id == office_id, col(Leave.cancelled_at).is_(None))
    query = query.where(col(Leave.since) <= today, col(Leave.until) >= today)
    return dict(session.exec(query.order_by(col(Leave.id))).all())


def away(session: Session, office_id: int, today: date) -> set[int]:
    """Who of an office is on leave today."""
    return set(_stand_ins(session, office_id, today))
