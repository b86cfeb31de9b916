"""Where something is heard, as the roles of an office stand."""

from datetime import date

import pytest
from sqlmodel import select

from schedules.policy import Step
from schedules.tell import Ears
from storage import people
from storage.db import Database
from storage.models import Chat, Office, Person, Role, RoleKind, UnitSet
from tests.app.office import Living

TODAY = date(2023, 3, 1)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_whoever_leads_a_block_without_units_leads_nothing(database: Database) -> None:
    living = Living(database)
    await living.open()
    await living.say("hùng", "hùng", "/start")
    with database.begin() as session:
        office, deputy = (
            session.exec(select(Office)).one(),
            session.exec(select(Person).where(Person.name == "Hùng")).one(),
        )
        for role in session.exec(select(Role).where(Role.person_id == deputy.id)):
            session.delete(role)
        block = UnitSet(office_id=office.id or 0, name="Khối Văn hóa")
        session.add(block)
        session.flush()
        session.add(Role(person_id=deputy.id or 0, kind=RoleKind.LEADER, set_id=block.id))
        session.flush()
        ears, hùng = Ears(session, office, TODAY), session.exec(select(Chat).where(Chat.external == "hùng")).one()
        assert ears.leaders == []
        assert ears.under(hùng.id or 0) == set()
        assert all(ears.above(unit.id or 0, Step.LEADER) == [] for unit in people.units(session, office.id or 0))
