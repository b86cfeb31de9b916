"""Telling others costs a few questions to the database however many are told, and nobody is forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from schedules.tell import Kind
from storage.models import Account, Chat, ChatUnit, Delivery, Office, Person, Role, RoleKind, UnitKind
from storage.units import create
from tests.handlers.conftest import Conversation


@contextmanager
def asking(office: Conversation) -> Iterator[list[str]]:
    """The questions put to the database meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    engine = office.session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)


def communes(office: Conversation, n: int, *, groups: bool) -> None:
    """As many more units, each with a focal officer; with a group each, or none."""
    of = office.session.exec(select(Office)).one()
    units = create(office.session, of.id or 0, [(f"Xã {nth}", UnitKind.ATTACHED) for nth in range(n)])
    for unit in units:
        person = Person(office_id=of.id or 0, name=f"Cán bộ {unit.name}")
        chat = Chat(office_id=of.id, channel="terminal", external=unit.name, private=not groups)
        office.session.add_all([person, chat])
        office.session.flush()
        office.session.add(Account(person_id=person.id or 0, channel="terminal", external=person.name))
        office.session.add(Role(person_id=person.id or 0, kind=RoleKind.FOCAL, unit_id=unit.id))
        if groups:
            office.session.add(ChatUnit(chat_id=chat.id or 0, unit_id=unit.id or 0))
        else:
            chat.person_id = person.id
    office.session.flush()


def told(office: Conversation, kind: Kind) -> set[str]:
    query = select(Chat.external).join(Delivery, col(Delivery.chat_id) == Chat.id).where(Delivery.kind == kind)
    return set(office.session.exec(query))


def test_a_task_for_many_units_is_told_at_the_same_cost_for_each(office: Conversation) -> None:
    with asking(office) as few:
        office.say("Lan", "giao các đơn vị trực thuộc: rà soát quy chế trước 15/6")
    assert told(office, Kind.GIVEN) == {"TTVH", "BT", "TV", "HLTT", "CMN"}
    communes(office, 60, groups=True)
    with asking(office) as many:
        office.say("Lan", "giao các đơn vị trực thuộc: rà soát nội quy trước 15/6")
    assert {f"Xã {nth}" for nth in range(60)} < told(office, Kind.GIVEN)
    assert len(many) - len(few) <= 2 * 60


def test_units_without_a_group_are_told_at_the_same_cost_for_each(office: Conversation) -> None:
    communes(office, 40, groups=False)
    with asking(office) as many:
        office.say("Lan", "giao các đơn vị trực thuộc: rà soát nội quy trước 15/6")
    assert {f"Xã {nth}" for nth in range(40)} < told(office, Kind.GIVEN)
    assert sum("FROM role" in one or "FROM leave" in one for one in many) <= 12
    assert sum("FROM chat" in one for one in many) <= 10


def test_the_list_of_people_asks_for_all_roles_at_once(office: Conversation) -> None:
    with asking(office) as before:
        office.say("Lan", "nhân sự")
        office.say("Lan", "mất kết nối")
    communes(office, 40, groups=False)
    with asking(office) as after:
        office.say("Lan", "nhân sự")
        office.say("Lan", "mất kết nối")
    assert len(after) - len(before) <= 5
