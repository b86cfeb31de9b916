"""Passing on what was done to whoever it concerns; where they hear it is settled in `schedules.tell`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from handlers.talk import Talk
from schedules.tell import Ear, Kind
from storage.deadlines import Item
from storage.models import Deadline, Person
from storage.outbox import Words

Say = Callable[[Ear, Sequence[Item]], Words]
"""A message about some deadlines, for one ear, in the language being spoken there."""


def tell_units(talk: Talk, kind: Kind, items: Iterable[Item], say: Say, *, relay: Say | None = None) -> None:
    """Tell the units of these deadlines, each of its own. In the group where it was done it is not repeated. With
    `relay` whoever is to pass it on to several units is told of all of them in one message."""
    tell_each(talk, kind, ((item.deadline.unit_id, item) for item in items), say, relay=relay)


def tell_each(talk: Talk, kind: Kind, whom: Iterable[tuple[int, Item]], say: Say, *, relay: Say | None = None) -> None:
    """The same for each unit with what it is to hear of."""
    units: dict[int, list[Ear]] = {}
    told: dict[Ear, list[Item]] = {}
    for unit, item in whom:
        if unit not in units:
            units[unit] = talk.ears.unit(unit)
        for ear in units[unit]:
            if ear.chat_id != talk.chat.id:
                told.setdefault(replace(ear, names=()) if relay and ear.relayed else ear, []).append(item)
    if relay is not None:
        _say(talk, kind, {ear: some for ear, some in told.items() if ear.relayed}, relay)
        told = {ear: some for ear, some in told.items() if not ear.relayed}
    _say(talk, kind, told, say)


def tell_deciders(talk: Talk, kind: Kind, items: Iterable[Item], say: Say) -> None:
    """Tell whoever decides about these deadlines, but not this person."""
    told: dict[Ear, list[Item]] = {}
    for item in items:
        for ear in talk.ears.persons(talk.ears.deciders(item, but=talk.actor().id)):
            told.setdefault(ear, []).append(item)
    _say(talk, kind, told, say)


def tell_person(talk: Talk, kind: Kind, person: Person, items: Sequence[Item], say: Say) -> list[Ear]:
    """Tell a person; where it was said."""
    ears = talk.ears.persons([person])
    _say(talk, kind, {ear: list(items) for ear in ears}, say)
    return ears


def _say(talk: Talk, kind: Kind, told: dict[Ear, list[Item]], say: Say) -> None:
    for ear, items in told.items():
        at_once = kind in (Kind.GIVEN, Kind.CHANGED) and any(_is_now(talk, item.deadline) for item in items)
        talk.tell(ear.chat_id, kind, partial(say, ear, items), at_once=at_once)


def _is_now(talk: Talk, deadline: Deadline) -> bool:
    """Whether it is to be done today, or before a day to come in front of which no working day is left."""
    if deadline.due is None or deadline.last_day is None or deadline.due < talk.today:
        return False
    return deadline.due == talk.today or deadline.last_day <= talk.today
