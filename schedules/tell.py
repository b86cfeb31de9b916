"""Who is told what, and where: settled here and nowhere else.

A unit hears in its own groups; one without a group, through its focal officers and head in private. A person hears in
private. Where the bot knows no such conversation, the Văn phòng's group is asked to pass it on. The whole-office group
is told nothing of this: names are not pushed there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlmodel import Session, col, select

from lang.text import _, speaking
from storage import people
from storage.deadlines import Item
from storage.models import Acceptance, Chat, Office, Person, RoleKind, Unit, UnitKind
from storage.rights import holders


class Kind(StrEnum):
    """What a message to another chat is about."""

    PLAN = "plan"  # a unit's part of a plan that has come into force, or no longer is
    WAITING = "waiting"  # results that the reader may accept
    ACCEPTED = "accepted"
    RETURNED = "returned"
    EXTENSION = "extension"  # a later day is asked for, and the reader may grant it
    DECIDED = "decided"  # what became of it
    WHY = "why"  # a leader asks a unit why
    REASON = "reason"  # the unit's answer
    STAND_IN = "stand_in"  # a result was recorded in the unit's place
    OBJECTION = "objection"  # the unit says that it was not so
    GIVEN = "given"  # a task given by message
    HELPING = "helping"  # another unit's task in which the reader's co-operates
    SENT = "sent"  # a co-operating unit has sent its part, or has not after all
    CHANGED = "changed"  # it was changed, put off, cancelled
    UNITS = "units"  # a unit was merged or has a new name
    ROLE = "role"  # the reader's own roles, leave, account
    UNDONE = "undone"  # something said by one of these no longer holds


GIVES_WORK = frozenset({Kind.PLAN, Kind.RETURNED, Kind.GIVEN})
"""After these «đã nhận» says that the unit has taken note."""


@dataclass(frozen=True, slots=True)
class Ear:
    """Where something is heard. `names`: who is addressed there; `relayed`: the Văn phòng is asked to pass it on."""

    chat_id: int
    locale: str
    names: tuple[str, ...] = ()
    relayed: bool = False

    @property
    def opening(self) -> str:
        """What stands before a sentence said there."""
        named = ", ".join(self.names)
        if self.relayed:
            return _("Nhờ Văn phòng báo {names}: ", names=named)
        return _("Anh/chị {names}, ", names=named) if self.names else ""


def unit(session: Session, office: Office, unit_id: int, today: date) -> list[Ear]:
    """Where a unit is told something."""
    groups = _groups_of(session, office, unit_id)
    if groups:
        return [_ear(office, chat) for chat in groups]
    known = session.get_one(Unit, unit_id)
    members = [
        person
        for kind in (RoleKind.FOCAL, RoleKind.HEAD)
        for person, right in holders(session, office.id or 0, kind, today)
        if right.units is not None and unit_id in right.units
    ]
    chats = [(person, people.private_chat(session, person.id or 0)) for person in members]
    ears = [_ear(office, chat, person.name) for person, chat in chats if chat is not None]
    if not ears:
        ears = [_ear(office, chat, known.name, relayed=True) for chat in _secretariat(session, office)]
    return _together(ears)


def persons(session: Session, office: Office, whom: Iterable[Person]) -> list[Ear]:
    """Where these people are told something."""
    ears: list[Ear] = []
    for person in whom:
        chat = people.private_chat(session, person.id or 0)
        if chat is not None:
            ears.append(_ear(office, chat, person.name))
        else:
            for group in _secretariat(session, office):
                with speaking(group.locale or office.locale):
                    named = _("anh/chị {name}", name=person.name)
                ears.append(_ear(office, group, named, relayed=True))
    return _together(ears)


def deciders(session: Session, office: Office, item: Item, today: date, but: int | None = None) -> list[Person]:
    """Who is told that something about a deadline waits for their word: the Văn phòng, or where its plan says so the
    deputy director of that unit's block, else the leaders of the whole office. `but` asked, and decides nothing here:
    where nobody else is left the leaders are told."""
    leaders = holders(session, office.id or 0, RoleKind.LEADER, today)
    deputies = [person for person, right in leaders if right.units is not None and item.deadline.unit_id in right.units]
    whole = [person for person, right in leaders if right.units is None]
    by_leader = item.plan is not None and item.plan.accepted_by is Acceptance.LEADER
    first = [person for person, _right in holders(session, office.id or 0, RoleKind.COORDINATOR, today)]
    for group in ([] if by_leader else [first]) + [deputies, whole]:
        found = {person.id: person for person in group if person.id != but}
        if found:
            return list(found.values())
    return []


def _groups_of(session: Session, office: Office, unit_id: int) -> list[Chat]:
    linked = people.groups(session, office.id or 0)
    return [chat for chat in linked if not chat.whole_office and unit_id in people.shown_units(session, chat.id or 0)]


def _secretariat(session: Session, office: Office) -> list[Chat]:
    query = select(Unit).where(Unit.office_id == office.id, Unit.kind == UnitKind.SECRETARIAT)
    units = session.exec(query.order_by(col(Unit.position)))
    return [chat for one in units for chat in _groups_of(session, office, one.id or 0)]


def _ear(office: Office, chat: Chat, *names: str, relayed: bool = False) -> Ear:
    return Ear(chat.id or 0, chat.locale or office.locale, names, relayed)


def _together(ears: Sequence[Ear]) -> list[Ear]:
    """One message to a chat, whoever is addressed in it."""
    found: dict[tuple[int, bool], list[Ear]] = {}
    for ear in ears:
        found.setdefault((ear.chat_id, ear.relayed), []).append(ear)
    return [
        replace(same[0], names=tuple(dict.fromkeys(name for ear in same for name in ear.names)))
        for same in found.values()
    ]
