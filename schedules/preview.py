"""The digests to come, as they would be said if nothing else happened: when, to whom, of how many tasks."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, select

from lang.moments import moment
from schedules import digest, policy, told, upward
from schedules.matters import Matter, Matters
from schedules.policies import calendar_of, policy_of_chat
from schedules.policy import Step
from schedules.raising import Raised, Rising
from schedules.tell import Alone, Ears
from schedules.views import office_words, told_to
from storage import people
from storage.models import Appointment, Chat, Office, Person

FARTHEST = timedelta(days=60)
"""So far ahead is looked: who hears of nothing until then is not previewed."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A digest at `at`, with `n` tasks in it, to the chat called `name`."""

    at: datetime
    name: str
    n: int


@dataclass
class _Listener:
    """Who is told, and up to which day they were; `alone`: units without a group, heard in private."""

    name: str
    units: tuple[int, ...]
    at: time
    since: date
    whole: bool = False
    alone: Alone | None = None

    def calls(self, matter: Matter) -> bool:
        if self.alone is not None:
            return digest.calls(self.alone, matter)
        return matter.dated_call if self.whole else matter.calls


def upcoming(
    session: Session, office: Office, now: datetime, most: int, units: Collection[int] | None = None
) -> list[Reminder]:
    """The digests of the next `most` moments; of chats that show one of these units, or (None) of all."""
    calendar, today = calendar_of(office), policy.office_day(now, office.zone)
    ears = Ears(session, office, today)
    listeners = [one for one in _listeners(ears) if units is None or (not one.whole and set(one.units) & set(units))]
    matters = Matters(session, office, today, calendar)
    above = _Above(ears, units)
    found: dict[tuple[datetime, str], int] = {}
    day, last = today, today + FARTHEST
    while day <= last and len({at for at, _name in found}) < most:
        if calendar.works(day) and (day != today or policy.still_said(day, now, office.zone, matters.policies.office)):
            then = matters.on(day)
            for one in listeners:
                matter = then.of(one.units, one.since)
                one.since = max(one.since, day)
                if one.calls(matter):
                    at = max(moment(day, one.at, office.zone), now)
                    found[at, one.name] = found.get((at, one.name), 0) + _shown(matter)
            for (hour, name), n in above.on(then).items() if day != today or _morning_comes(ears) else ():
                at = max(moment(day, hour, office.zone), now)
                found[at, name] = found.get((at, name), 0) + n
        day += timedelta(days=1)
    moments = sorted({at for at, _name in found})[:most]
    return [Reminder(at, name, n) for then in moments for (at, name), n in found.items() if at == then]


class _Above:
    """Who hears of more than their own units, day by day, each thing once. `units`: only of these, and only their
    heads."""

    def __init__(self, ears: Ears, units: Collection[int] | None) -> None:
        self._ears, self._units = ears, units
        self._heard: date | None = None
        self._said: set[tuple[int, str]] = set()

    def on(self, then: Matters) -> dict[tuple[time, str], int]:
        """Of how many tasks each hears on that morning, by the hour and what they are called."""
        found: Counter[int] = Counter()
        for chat, raised in Rising(then, self._ears, self._heard).chats.items():
            found[chat] += sum(self._is_shown(one) for one in raised)
        shown = upward.for_secretariat(then, self._ears, self._ears.coordinators) if self._units is None else {}
        for chat, sections in shown.items():
            new = [block for _what, block, _action in sections if (chat, block.title) not in self._said]
            self._said |= {(chat, block.title) for block in new}
            found[chat] += sum(len(block.lines) if block.counted else 1 for block in new)
        self._heard = then.day
        return {self._who(chat): n for chat, n in found.items() if n}

    def _is_shown(self, one: Raised) -> bool:
        return self._units is None or (one.item.deadline.unit_id in self._units and one.steps == (Step.HEAD,))

    def _who(self, chat_id: int) -> tuple[time, str]:
        session, office = self._ears.session, self._ears.office
        chat = session.get_one(Chat, chat_id)
        return policy_of_chat(session, office, chat).at, _called(session, chat)


def _morning_comes(ears: Ears) -> bool:
    """Whether what is heard in private today is still to be owed."""
    query = select(Appointment.speaks_at).where(Appointment.kind == told.MORNING)
    at = ears.session.exec(query.where(Appointment.subject_id == ears.office.id)).first()
    return at is not None and policy.office_day(at, ears.office.zone) <= ears.today


def _shown(matter: Matter) -> int:
    dated = sum(map(len, matter.parts.values())) + len(matter.helping[1])
    return dated or len(matter.signing) + len(matter.reasons) or len(matter.year)


def _called(session: Session, chat: Chat) -> str:
    """A person's name; what a group's units are called."""
    person = session.get(Person, chat.person_id) if chat.person_id else None
    if person is not None:
        return person.name
    shown = people.shown_units(session, chat.id or 0)
    units = [unit for unit in people.units(session, chat.office_id or 0) if unit.id in shown]
    return ", ".join(unit.called for unit in units if unit.merged_into is None)


def _listeners(ears: Ears) -> list[_Listener]:
    """Groups in the order in which they were linked, then those who hear in private."""
    session, office, today = ears.session, ears.office, ears.today
    query = select(Chat, Appointment).join(Appointment, Appointment.subject_id == Chat.id)  # type: ignore[arg-type]
    query = query.where(Appointment.kind == digest.KIND, Appointment.office_id == office.id).order_by(Chat.id)  # type: ignore[arg-type]
    found = []
    for chat, _appointment in session.exec(query):
        sight = told_to(session, chat) if chat.active else None
        if sight is not None:
            name = office_words(office) if sight.whole else _called(session, chat)
            at, since = policy_of_chat(session, office, chat).at, told.of_group(session, chat.id or 0, today)
            found.append(_Listener(name, sight.units, at, since, sight.whole))
    for one in ears.alone:
        if one.chats:
            chat = session.get_one(Chat, one.chats[0])
            since = told.in_private(session, one.unit.id or 0, one.chats[0], today)
            at = policy_of_chat(session, office, chat).at
            found.append(_Listener(one.unit.called, one.units, at, since, alone=one))
    return found
