"""Passing on what was done to whoever it concerns; where they hear it is settled in `schedules.tell`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from handlers.talk import Talk
from lang.text import speaking
from schedules import tell
from schedules.tell import Ear, Kind
from storage.deadlines import Item
from storage.models import Person
from storage.outbox import Words

Say = Callable[[Ear, Sequence[Item]], Words]
"""A message about some deadlines, for one ear."""


def tell_units(talk: Talk, kind: Kind, items: Iterable[Item], say: Say) -> None:
    """Tell the units of these deadlines, each of its own. In the group where it was done it is not repeated."""
    units: dict[int, list[Ear]] = {}
    told: dict[Ear, list[Item]] = {}
    for item in items:
        unit = item.deadline.unit_id
        if unit not in units:
            units[unit] = tell.unit(talk.session, talk.here, unit, talk.today)
        for ear in units[unit]:
            if ear.chat_id != talk.chat.id:
                told.setdefault(ear, []).append(item)
    _say(talk, kind, told, say)


def tell_deciders(talk: Talk, kind: Kind, items: Iterable[Item], say: Say) -> None:
    """Tell whoever decides about these deadlines, but not this person."""
    told: dict[Ear, list[Item]] = {}
    for item in items:
        people = tell.deciders(talk.session, talk.here, item, talk.today, but=talk.actor().id)
        for ear in tell.persons(talk.session, talk.here, people):
            told.setdefault(ear, []).append(item)
    _say(talk, kind, told, say)


def tell_person(talk: Talk, kind: Kind, person: Person, items: Sequence[Item], say: Say) -> None:
    ears = tell.persons(talk.session, talk.here, [person])
    _say(talk, kind, {ear: list(items) for ear in ears}, say)


def tell_unit(talk: Talk, unit: int, words: Words) -> None:
    """Tell a unit what was recorded in its place."""
    for ear in tell.unit(talk.session, talk.here, unit, talk.today):
        if ear.chat_id != talk.chat.id:
            text = f"{ear.opening}{words.text}" if ear.relayed else words.text
            talk.tell(ear.chat_id, Kind.STAND_IN, replace(words, text=text))


def _say(talk: Talk, kind: Kind, told: dict[Ear, list[Item]], say: Say) -> None:
    for ear, items in told.items():
        with speaking(ear.locale):
            talk.tell(ear.chat_id, kind, say(ear, items))
