"""Who is told what, and where: settled here and nowhere else.

A unit hears in its own groups; one without a group, through its focal officers and head in private. A person hears in
private. Where the bot knows no such conversation, the Văn phòng's group is asked to pass it on. The whole-office group
is told nothing of this: names are not pushed there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from sqlmodel import Session, col, select

from lang.text import _, speaking
from schedules.policy import Step
from storage import people
from storage.deadlines import Item
from storage.models import Acceptance, Chat, Office, Person, RoleKind, Unit, UnitKind
from storage.rights import Right, away, holders


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
    MOVED = "moved"  # the days of the reader's deadlines, by a decision of the office on its calendar
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


@dataclass(frozen=True, slots=True)
class Alone:
    """A unit without a group of its own, and where its morning is heard: by those who answer for it, else by the Văn
    phòng, which is asked to ring them up (`by_phone`). `units`: with those that were merged into it."""

    unit: Unit
    units: tuple[int, ...]
    chats: tuple[int, ...]
    by_phone: bool = False


class Ears:
    """Where an office's units and people are told something today: looked up once for one message, however many are
    told."""

    def __init__(self, session: Session, office: Office, today: date) -> None:
        self.session, self.office, self.today = session, office, today
        self._holders: dict[RoleKind, list[tuple[Person, Right]]] = {}

    @cached_property
    def _groups(self) -> dict[int, list[Chat]]:
        return people.groups_by_unit(self.session, self.office.id or 0)

    @cached_property
    def _private(self) -> dict[int, Chat]:
        return people.private_chats(self.session, self.office.id or 0)

    @cached_property
    def _secretariat(self) -> list[Chat]:
        query = select(Unit).where(Unit.office_id == self.office.id, Unit.kind == UnitKind.SECRETARIAT)
        units = self.session.exec(query.order_by(col(Unit.position)))
        return [chat for one in units for chat in self._groups.get(one.id or 0, ())]

    def _who(self, kind: RoleKind) -> list[tuple[Person, Right]]:
        if kind not in self._holders:
            self._holders[kind] = holders(self.session, self.office.id or 0, kind, self.today)
        return self._holders[kind]

    def unit(self, unit_id: int) -> list[Ear]:
        """Where a unit is told something."""
        if groups := self._groups.get(unit_id):
            return [_ear(self.office, chat) for chat in groups]
        members = [
            person
            for kind in (RoleKind.FOCAL, RoleKind.HEAD)
            for person, right in self._who(kind)
            if right.units is not None and unit_id in right.units
        ]
        chats = [(person, self._private.get(person.id or 0)) for person in members]
        ears = [_ear(self.office, chat, person.name) for person, chat in chats if chat is not None]
        if not ears:
            name = self.session.get_one(Unit, unit_id).name
            ears = [_ear(self.office, chat, name, relayed=True) for chat in self._secretariat]
        return _together(ears)

    @cached_property
    def alone(self) -> list[Alone]:
        """The units without a group of their own, in chart order. Their focal officers answer for them, else their
        heads; in the place of whoever is away, the stand-in."""
        units = [unit for unit in people.units(self.session, self.office.id or 0) if unit.closed_at is None]
        units = [unit for unit in units if unit.kind is not UnitKind.OUTSIDE and not self._groups.get(unit.id or 0)]
        if not units:
            return []
        focals, heads = self._reached(RoleKind.FOCAL), self._heads
        by_phone = self.coordinators
        found = []
        for unit in units:
            own = focals.get(unit.id) or heads.get(unit.id)
            units_too = people.with_former(self.session, [unit.id or 0])
            found.append(Alone(unit, units_too, tuple(dict.fromkeys(own or by_phone)), by_phone=not own))
        return found

    @cached_property
    def coordinators(self) -> list[int]:
        """In which chats the Văn phòng is told what it is to see to: in private, else in its own group."""
        return self._reached(RoleKind.COORDINATOR).get(None) or [chat.id or 0 for chat in self._secretariat]

    def above(self, unit_id: int, step: Step) -> list[int]:
        """In which chats a unit's matters are brought before those above it: its head in private, the Văn phòng, the
        deputy director of its block in private, else the leaders."""
        if step is Step.COORDINATOR:
            return self.coordinators
        if step is Step.HEAD:
            return self._heads.get(unit_id, [])
        return self._leaders.get(unit_id) or self._leaders.get(None, [])

    def under(self, chat_id: int) -> set[int] | None:
        """The units of which something may be brought before whoever reads this chat; None: all of the office."""
        if chat_id in self.coordinators or chat_id in self._leaders.get(None, []):
            return None
        over = (*self._heads.items(), *self._leaders.items())
        return {unit for unit, chats in over if unit is not None and chat_id in chats}

    @property
    def leaders(self) -> list[int]:
        """The private chats of those who lead the office or a block of it today."""
        return list(dict.fromkeys(chat for chats in self._leaders.values() for chat in chats))

    @cached_property
    def _heads(self) -> dict[int | None, list[int]]:
        return self._reached(RoleKind.HEAD)

    @cached_property
    def _leaders(self) -> dict[int | None, list[int]]:
        return self._reached(RoleKind.LEADER)

    def _reached(self, kind: RoleKind) -> dict[int | None, list[int]]:
        """In which private chats who has such a role today, and is here, hears: by unit, the office as None."""
        absent = away(self.session, self.office.id or 0, self.today)
        found: dict[int | None, list[int]] = {}
        for person, right in self._who(kind):
            chat = self._private.get(person.id or 0)
            if chat is not None and person.id not in absent and person.left_at is None:
                for unit_id in (None,) if right.units is None else right.units:
                    found.setdefault(unit_id, []).append(chat.id or 0)
        return found

    def persons(self, whom: Iterable[Person]) -> list[Ear]:
        """Where these people are told something."""
        ears: list[Ear] = []
        for person in whom:
            chat = self._private.get(person.id or 0)
            if chat is not None:
                ears.append(_ear(self.office, chat, person.name))
                continue
            for group in self._secretariat:
                with speaking(group.locale or self.office.locale):
                    named = _("anh/chị {name}", name=person.name)
                ears.append(_ear(self.office, group, named, relayed=True))
        return _together(ears)

    def deciders(self, item: Item, but: int | None = None) -> list[Person]:
        """Who is told that something about a deadline waits for their word: the Văn phòng, or where its plan says so
        the deputy director of that unit's block, else the leaders of the whole office. `but` asked, and decides
        nothing here: where nobody else is left the leaders are told."""
        unit, leaders = item.deadline.unit_id, self._who(RoleKind.LEADER)
        deputies = [person for person, right in leaders if right.units is not None and unit in right.units]
        whole = [person for person, right in leaders if right.units is None]
        by_leader = item.plan is not None and item.plan.accepted_by is Acceptance.LEADER
        first = [] if by_leader else [person for person, _right in self._who(RoleKind.COORDINATOR)]
        for group in (first, deputies, whole):
            found = {person.id: person for person in group if person.id != but}
            if found:
                return list(found.values())
        return []


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
