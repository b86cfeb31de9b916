"""The digests to come, as they would be said if nothing else happened: when, to whom, of how many tasks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, select

from lang.moments import moment
from schedules import digest, policy, told
from schedules.matters import Matter, Matters
from schedules.policies import calendar_of, policy_of, policy_of_chat
from schedules.tell import Alone, Ears
from schedules.views import office_words, told_to
from storage import people
from storage.models import Appointment, Chat, Office

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
    listeners = [
        one
        for one in _listeners(session, office, today)
        if units is None or (not one.whole and set(one.units) & set(units))
    ]
    matters = Matters(session, office, today, calendar)
    found: list[Reminder] = []
    day, last = today, today + FARTHEST
    while listeners and day <= last and len({one.at for one in found}) < most:
        if calendar.works(day) and (day != today or policy.still_said(day, now, office.zone, matters.policies.office)):
            then = matters.on(day)
            for one in listeners:
                matter = then.of(one.units, one.since)
                one.since = max(one.since, day)
                if one.calls(matter):
                    at = max(moment(day, one.at, office.zone), now)
                    found.append(Reminder(at, one.name, _shown(matter)))
        day += timedelta(days=1)
    moments = sorted({one.at for one in found})[:most]
    return [one for at in moments for one in found if one.at == at]


def _shown(matter: Matter) -> int:
    dated = sum(map(len, matter.parts.values())) + len(matter.helping[1])
    return dated or len(matter.signing) + len(matter.reasons) or len(matter.year)


def _listeners(session: Session, office: Office, today: date) -> list[_Listener]:
    """Groups in the order in which they were linked, then those who hear in private."""
    query = select(Chat, Appointment).join(Appointment, Appointment.subject_id == Chat.id)  # type: ignore[arg-type]
    query = query.where(Appointment.kind == digest.KIND, Appointment.office_id == office.id).order_by(Chat.id)  # type: ignore[arg-type]
    units = {unit.id: unit for unit in people.units(session, office.id or 0)}
    found = []
    for chat, _appointment in session.exec(query):
        sight = told_to(session, chat) if chat.active else None
        if sight is not None:
            shown = [units[one] for one in sight.units if one in units and units[one].merged_into is None]
            name = office_words(office) if sight.whole else ", ".join(unit.called for unit in shown)
            at, since = policy_of_chat(session, office, chat).at, told.of_group(session, chat.id or 0, today)
            found.append(_Listener(name, sight.units, at, since, sight.whole))
    for one in Ears(session, office, today).alone():
        since = told.in_private(session, one.unit.id or 0, one.chats[0], today) if one.chats else today
        if one.chats:
            found.append(_Listener(one.unit.called, one.units, policy_of(office).at, since, alone=one))
    return found
