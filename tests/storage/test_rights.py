"""Roles have dates, blocks of units, and pass to a stand-in for as long as leave lasts."""

from datetime import UTC, date, datetime

from sqlmodel import Session

from storage.db import Database
from storage.models import Leave, Person, Role, RoleKind, UnitSet, UnitSetMember
from storage.rights import Right, rights_of
from tests.storage import rows

MONDAY, TUESDAY, FRIDAY, NEXT_MONDAY = date(2023, 6, 12), date(2023, 6, 13), date(2023, 6, 16), date(2023, 6, 19)


def person(session: Session, office_id: int, name: str, *roles: Role) -> int:
    made = Person(office_id=office_id, name=name)
    session.add(made)
    session.flush()
    for role in roles:
        role.person_id = made.id or 0
        session.add(role)
    session.flush()
    return made.id or 0


def test_a_role_counts_from_its_first_day_to_its_last(database: Database) -> None:
    with database.begin() as session:
        office, units = rows.office(session)
        unit = units[2].id
        duty = Role(person_id=0, unit_id=unit, kind=RoleKind.HEAD, since=TUESDAY, until=FRIDAY)
        hung = person(session, office.id or 0, "Hùng", duty)
        found = [rights_of(session, hung, day) for day in (MONDAY, TUESDAY, FRIDAY, NEXT_MONDAY)]
        head = [Right(RoleKind.HEAD, (unit or 0,))]
        assert found == [[], head, head, []]


def test_a_leader_of_a_block_leads_its_units_and_no_more(database: Database) -> None:
    with database.begin() as session:
        office, units = rows.office(session)
        block = UnitSet(office_id=office.id or 0, name="Khối Văn hóa")
        session.add(block)
        session.flush()
        for unit in units[2:4]:
            session.add(UnitSetMember(set_id=block.id or 0, unit_id=unit.id or 0))
        thu = person(session, office.id or 0, "Thu", Role(person_id=0, set_id=block.id, kind=RoleKind.LEADER))
        assert rights_of(session, thu, MONDAY) == [
            Right(RoleKind.LEADER, tuple(unit.id or 0 for unit in units[2:4]), block="Khối Văn hóa")
        ]


def test_a_coordinator_of_a_unit_is_the_whole_offices(database: Database) -> None:
    with database.begin() as session:
        office, units = rows.office(session)
        lan = person(session, office.id or 0, "Lan", Role(person_id=0, unit_id=units[0].id, kind=RoleKind.COORDINATOR))
        assert rights_of(session, lan, MONDAY) == [Right(RoleKind.COORDINATOR, None)]


def test_a_stand_in_has_the_absent_ones_rights_while_leave_lasts_and_passes_none_on(database: Database) -> None:
    with database.begin() as session:
        office, units = rows.office(session)
        unit = units[2].id
        minh = person(session, office.id or 0, "Minh", Role(person_id=0, unit_id=unit, kind=RoleKind.FOCAL))
        lan, hung = (person(session, office.id or 0, name) for name in ("Lan", "Hùng"))
        session.add(Leave(person_id=minh, stand_in_id=lan, since=TUESDAY, until=FRIDAY))
        session.add(Leave(person_id=lan, stand_in_id=hung, since=TUESDAY, until=FRIDAY))
        cancelled = datetime(2023, 6, 12, tzinfo=UTC)
        session.add(Leave(person_id=minh, stand_in_id=hung, since=TUESDAY, until=FRIDAY, cancelled_at=cancelled))
        session.flush()
        focal = [Right(RoleKind.FOCAL, (unit or 0,), minh)]
        assert [rights_of(session, lan, day) for day in (MONDAY, TUESDAY, FRIDAY, NEXT_MONDAY)] == [
            [],
            focal,
            focal,
            [],
        ]
        assert rights_of(session, hung, TUESDAY) == []
        assert rights_of(session, minh, TUESDAY) == [Right(RoleKind.FOCAL, (unit or 0,))]
