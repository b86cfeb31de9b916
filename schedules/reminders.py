"""From appointments to the outbox: what has come due leaves a delivery there."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from lang.moments import moment
from schedules import alarm, allowance, board, closings, digest, hours, policy, reach, told, views
from schedules.groups import Groups
from schedules.matters import Matters
from schedules.mornings import Morning
from schedules.policies import calendar_of, policy_of, policy_of_chat
from schedules.policy import Policy
from schedules.tell import Ears
from storage import deadlines, outbox, people
from storage.deadlines import Item, Status
from storage.models import Appointment, Chat, Deadline, DeliveryState, Office
from storage.outbox import Words

log = logging.getLogger(__name__)

HOUR = told.HOUR
BATCH = 500
SET_ASIDE = timedelta(hours=1)
"""After which an appointment that could not be kept is looked at again."""


def expect(session: Session, chat: Chat, office: Office, now: datetime, *, back: bool = False) -> None:
    """Make the appointment of a linked group's next morning digest, or move it if it is there. What its units were not
    told elsewhere by then, the group is told. `back`: it shows what it showed before and is open to us again."""
    how = policy_of_chat(session, office, chat)
    appointment = _appointment(session, office, digest.KIND, chat.id or 0, now, how)
    yesterday = policy.office_day(appointment.speaks_at, office.zone) - timedelta(days=1)
    units = people.shown_units(session, chat.id or 0)
    known = [told.last_told(session, unit, but=None if back else chat.id) for unit in units]
    if units or appointment.told_to is None:
        appointment.told_to = min([yesterday, *(day for day in known if day is not None)])


def expect_mornings(session: Session, office: Office, now: datetime) -> None:
    """Make the appointments of an office's own mornings, where they are not there yet."""
    for kind in (told.MORNING, reach.KIND):
        _appointment(session, office, kind, office.id or 0, now, policy_of(office))
    found = _appointment(session, office, closings.MONDAY, office.id or 0, now, policy_of(office))
    found.speaks_at = _next_summary(office, now)


def _next_summary(office: Office, now: datetime) -> datetime:
    """When the leaders' summary is said next: this week's, if its day has not come."""
    how, calendar = policy_of(office), calendar_of(office)
    ahead = policy.next_week_summary(now, office.zone, calendar, how, said=False)
    if policy.begins_week(policy.office_day(ahead, office.zone), calendar):
        return ahead
    return policy.next_week_summary(now, office.zone, calendar, how, said=True)


def hurry(session: Session, office: Office, now: datetime) -> None:
    """A chat was closed to us: whoever is told in its place today is told soon, while that may be."""
    calendar, today, how = calendar_of(office), policy.office_day(now, office.zone), policy_of(office)
    if calendar.works(today) and policy.may_say_digest(today, now, office.zone, how):
        _appointment(session, office, told.MORNING, office.id or 0, now, how).speaks_at = now
        if len(people.messengers(session, office.id or 0)) > 1:
            query = select(Appointment).where(Appointment.office_id == office.id, Appointment.kind == digest.KIND)
            for one in session.exec(query.where(col(Appointment.told_to) < today)):
                one.speaks_at = now


def _appointment(session: Session, office: Office, kind: str, subject: int, now: datetime, how: Policy) -> Appointment:
    """The appointment of this kind at the next morning."""
    found = session.exec(select(Appointment).where(Appointment.kind == kind, Appointment.subject_id == subject)).first()
    at = policy.next_digest(now, office.zone, calendar_of(office), how)
    if found is None:
        found = Appointment(office_id=office.id or 0, kind=kind, subject_id=subject, speaks_at=at)
        session.add(found)
    found.speaks_at = at
    return found


def expect_hour(session: Session, deadline_id: int, office: Office, now: datetime) -> None:
    """Make or move the appointment of the reminder before the hour of a deadline that is due today; of one that is
    there no more, take it away."""
    deadline = session.get(Deadline, deadline_id)
    at = None
    if deadline is not None and deadline.due is not None:
        at = policy.hour_reminder(deadline.due, deadline.hour, now, office.zone, policy_of(office))
    found = session.exec(
        select(Appointment).where(Appointment.kind == HOUR, Appointment.subject_id == deadline_id)
    ).first()
    if found is not None and at is not None:
        found.speaks_at = at
    elif found is not None:
        session.delete(found)
    elif at is not None:
        session.add(Appointment(office_id=office.id or 0, kind=HOUR, subject_id=deadline_id, speaks_at=at))


def set_again(session: Session, office: Office, now: datetime) -> None:
    """The office's calendar or somebody's policy has changed: every appointment is put where it belongs now.

    Today's morning is looked at again where it is not over: whoever was told today, or had nothing to hear, is not
    spoken to twice; whose hour has just moved behind now is told at once."""
    query = select(Appointment).where(Appointment.office_id == office.id)
    calendar = calendar_of(office)
    for one in session.exec(query).all():
        if one.kind == HOUR:
            deadline = session.get(Deadline, one.subject_id)
            if deadline is not None and deadline.due is not None and deadline.hour is not None:
                at = moment(deadline.due, deadline.hour, office.zone)
                one.speaks_at = at - timedelta(hours=policy_of(office).before_hour)
        elif one.kind in (digest.KIND, told.MORNING, reach.KIND):
            chat = session.get_one(Chat, one.subject_id) if one.kind == digest.KIND else None
            how = policy_of_chat(session, office, chat) if chat else policy_of(office)
            one.speaks_at = policy.digest_today(now, office.zone, calendar, how)
        elif one.kind == closings.MONDAY:
            today = policy.office_day(now, office.zone)
            waits = policy.office_day(one.speaks_at, office.zone)
            said = waits - timedelta(days=waits.weekday()) > today
            one.speaks_at = policy.next_week_summary(now, office.zone, calendar, policy_of(office), said=said)
        elif one.kind == hours.KIND:
            hours.moves(office, one, now)


def next_moment(session: Session) -> datetime | None:
    """When the next appointment is due, that to look after what is late apart: mostly it finds nothing."""
    query = (
        select(Appointment.speaks_at)
        .where(Appointment.kind != alarm.KIND)
        .order_by(col(Appointment.speaks_at))
        .limit(1)
    )
    return session.exec(query).first()


def tick(session: Session, now: datetime) -> int:
    """Owe what has come due, up to `BATCH` appointments; how many were due. A bad one is set aside alone.

    A morning that was missed (the process was down, the day is over) is not told late: the next one carries it."""
    query = select(Appointment).where(Appointment.speaks_at <= now).order_by(col(Appointment.speaks_at)).limit(BATCH)
    due = session.exec(query.with_for_update(skip_locked=True)).all()
    _keep(Tick(session, now, due), due)
    return len(due)


def _keep(this: "Tick", due: Sequence[Appointment]) -> None:
    """Keep these appointments together; where one is bad, each by itself."""
    try:
        with this.session.begin_nested():
            for appointment in due:
                if appointment.kind not in (digest.KIND, told.MORNING):
                    this.owe_digests()  # what is said in one chat keeps its order
                _come_due(this, appointment)
            this.owe_digests()
    except DBAPIError:
        raise
    except Exception as error:
        this.forget_digests()
        if len(due) > 1:
            for appointment in due:
                _keep(this, [appointment])
        else:
            _set_aside(this, due[0], type(error).__name__)


def _set_aside(this: "Tick", appointment: Appointment, why: str) -> None:
    log.error("appointment %s is set aside: %s", appointment.id, why)
    appointment.speaks_at, appointment.set_aside = this.now + SET_ASIDE, why
    if appointment.kind in (digest.KIND, told.MORNING):
        alarm.watch(this.session, [appointment.office_id], this.now)


class Tick:
    """One tick: what it reads of an office is read once for all its chats, and the digests are owed together."""

    def __init__(self, session: Session, now: datetime, due: Sequence[Appointment]) -> None:
        self.session, self.now = session, now
        self._matters: dict[int, Matters] = {}
        self._groups: dict[int, Groups] = {}
        self._mornings: dict[int, Morning] = {}
        self._owed: dict[date, dict[int, int]] = {}
        self._seen = _named(session, due)

    def groups(self, office: Office) -> Groups:
        if office.id not in self._groups:
            self._groups[office.id or 0] = Groups(self.session, office)
        return self._groups[office.id or 0]

    def matters(self, office: Office, how: Policy | None = None) -> Matters | None:
        """The matters of this morning; None when nothing may be said now to whom is spoken to as `how` says, else as
        the office does."""
        day, calendar = policy.office_day(self.now, office.zone), calendar_of(office)
        if not calendar.works(day) or not policy.may_say_digest(day, self.now, office.zone, how or policy_of(office)):
            return None
        if office.id not in self._matters:
            self._matters[office.id or 0] = Matters(self.session, office, day, calendar)
        return self._matters[office.id or 0]

    def morning(self, office: Office, matters: Matters) -> Morning:
        """Who hears of more than a group's own units."""
        if office.id not in self._mornings:
            self._mornings[office.id or 0] = Morning(matters)
        return self._mornings[office.id or 0]

    def owe_digest(self, office: Office, chat_id: int, day: date) -> None:
        """Owe a chat the digest of `day`, with `owe_digests`."""
        self._owed.setdefault(day, {})[chat_id] = office.id or 0

    def owe_digests(self) -> None:
        """Write down who is owed a digest; of an earlier one that a chat is still owed, this one says what it held."""
        if not self._owed:
            return
        for day, chats in self._owed.items():
            slot = day.isoformat()
            outbox.give_up(self.session, chats.keys(), digest.KIND, slot, self.now, "day_over")
            outbox.owe_each(self.session, chats.keys(), digest.KIND, slot, self.now)
        alarm.watch(self.session, {office for chats in self._owed.values() for office in chats.values()}, self.now)
        self.forget_digests()

    def forget_digests(self) -> None:
        self._owed = {}

    def next_morning(self, office: Office, how: Policy | None = None) -> datetime:
        return policy.next_digest(self.now, office.zone, calendar_of(office), how or policy_of(office))


def _named(session: Session, due: Sequence[Appointment]) -> list[object]:
    """The offices and groups that these are about, read together; as long as they are held, each is at hand."""
    offices = session.exec(select(Office).where(col(Office.id).in_({one.office_id for one in due}))).all()
    groups = {one.subject_id for one in due if one.kind == digest.KIND}
    return [*offices, *session.exec(select(Chat).where(col(Chat.id).in_(groups))).all()]


def _come_due(tick: Tick, appointment: Appointment) -> None:
    """What an appointment is for says when the next one is; none: it is over."""
    office = tick.session.get_one(Office, appointment.office_id)
    again = KINDS[appointment.kind](tick, appointment, office)
    appointment.set_aside, appointment.alarmed_at = "", None
    if again is None:
        tick.session.delete(appointment)
    else:
        appointment.speaks_at = again


def _group(tick: Tick, appointment: Appointment, office: Office) -> datetime:
    """A group is owed its digest if something calls; what is owed is composed when it is said. That of the Văn phòng
    may hear of more than its own."""
    chat = tick.session.get_one(Chat, appointment.subject_id)
    how, sight = tick.groups(office).policy(chat), tick.groups(office).sight(chat) if chat.active else None
    matters = tick.matters(office, how)
    if chat.active and chat.id in tick.groups(office).quiet:
        sight, appointment.told_to = None, told.elsewhere(tick.session, chat) or appointment.told_to
    if matters is not None and sight is not None:
        matter = matters.of(sight.units, told.since(appointment, matters.day))
        morning = tick.morning(office, matters)
        more = chat.id in morning.ears.coordinators and morning.calls(chat.id or 0)
        if more or (matter.dated_call if sight.whole else matter.calls):
            tick.owe_digest(office, chat.id or 0, matters.day)
        else:
            appointment.told_to = matters.day
    return tick.next_morning(office, how)


def _morning(tick: Tick, _appointment: Appointment, office: Office) -> datetime:
    """Those who hear in private are owed a digest if something calls one of their units, or has risen to them; a group
    whose own hour is still to come is not, yet."""
    matters = tick.matters(office)
    if matters is not None:
        morning, session, day = tick.morning(office, matters), tick.session, matters.day
        told.forget(session, office, but=[one.unit.id or 0 for one in morning.ears.alone])
        for one in morning.ears.alone:
            told.moves(session, one.unit.id or 0, one.chats, day)
        for chat_id in morning.chats:
            how = tick.groups(office).policy(session.get_one(Chat, chat_id))
            if policy.may_say_digest(day, tick.now, office.zone, how) and morning.calls(chat_id):
                tick.owe_digest(office, chat_id, day)
    return tick.next_morning(office)


def _monday(tick: Tick, _appointment: Appointment, office: Office) -> datetime:
    """Each leader is owed the summary of the week on its first working day, or on another where that was missed."""
    session, now, calendar, how = tick.session, tick.now, calendar_of(office), policy_of(office)
    today = policy.office_day(now, office.zone)
    week = today - timedelta(days=today.weekday())
    may = policy.may_say_summary(week, now, office.zone, calendar, how)
    if may:
        for chat_id in Ears(session, office, today).leaders:
            outbox.owe(session, chat_id, closings.MONDAY, week.isoformat(), now)
    return policy.next_week_summary(now, office.zone, calendar, how, said=may)


def _opens(tick: Tick, appointment: Appointment, office: Office) -> datetime | None:
    """A chat is owed in one message what waited for it."""
    return hours.opens(tick.session, office, appointment.subject_id, tick.now)


def _broken(tick: Tick, _appointment: Appointment, office: Office) -> datetime:
    """The admins are told what is out of reach since they were told last."""
    if tick.matters(office) is not None:
        reach.tell_admins(tick.session, office, policy.office_day(tick.now, office.zone), tick.now)
    return tick.next_morning(office)


def _late(tick: Tick, _appointment: Appointment, office: Office) -> datetime | None:
    """The admins are told of digests that have not arrived."""
    return alarm.look(tick.session, office, tick.now)


def _much_used(tick: Tick, _appointment: Appointment, office: Office) -> datetime | None:
    """The admins are told that most of a month's messages are used, within office hours."""
    opens = hours.opening(office, tick.now)
    if opens is None:
        allowance.tell(tick.session, office, tick.now)
    return opens


def _before_hour(tick: Tick, appointment: Appointment, office: Office) -> datetime | None:
    """The unit is told once, while there is time left and its result is not there; where the office's clock was moved
    there may be more time left than was thought."""
    session, now = tick.session, tick.now
    before = timedelta(hours=policy_of(office).before_hour)
    item = _runs(session, office, appointment.subject_id, now)
    left = _left(item, office, now) if item is not None else timedelta(0)
    if left > before:
        return now + left - before
    if item is not None and left > timedelta(0):
        for ear in Ears(session, office, policy.office_day(now, office.zone)).unit(item.deadline.unit_id):
            outbox.owe(session, ear.chat_id, HOUR, _hour_slot(item), now)
    return None


def hour_words(session: Session, chat: Chat, office: Office, slot: str, now: datetime) -> Words | DeliveryState:
    """The reminder before the hour of a deadline, as things stand now: silent when its result has come or its hour was
    moved, failed when the hour is over."""
    item = _runs(session, office, int(slot.partition(":")[0]), now)
    if item is None or _hour_slot(item) != slot:
        return DeliveryState.SILENT
    if _left(item, office, now) <= timedelta(0):
        return DeliveryState.FAILED
    today = policy.office_day(now, office.zone)
    ears = [ear for ear in Ears(session, office, today).unit(item.deadline.unit_id) if ear.chat_id == chat.id]
    return views.before_hour(item, today, ears[0].opening) if ears else DeliveryState.SILENT


def _runs(session: Session, office: Office, deadline_id: int, now: datetime) -> Item | None:
    """A deadline with an hour whose result is still awaited."""
    deadline = session.get(Deadline, deadline_id)
    item = deadlines.by_codes(session, office.id or 0, [deadline.code]).get(deadline.code) if deadline else None
    if item is None or item.deadline.due is None or item.deadline.hour is None:
        return None
    is_open = deadlines.status(item, policy.office_day(now, office.zone)) in (Status.RUNNING, Status.OVERDUE)
    return item if is_open else None


def _hour_slot(item: Item) -> str:
    return f"{item.deadline.id}:{item.deadline.due}:{item.deadline.hour:%H%M}"


def _left(item: Item, office: Office, now: datetime) -> timedelta:
    assert item.deadline.due is not None and item.deadline.hour is not None  # noqa: PT018
    return moment(item.deadline.due, item.deadline.hour, office.zone) - now


def _board(tick: Tick, appointment: Appointment, _office: Office) -> datetime | None:
    """A board is looked at every minute; what it shows is said anew when it has changed."""
    chat = tick.session.get_one(Chat, appointment.subject_id)
    if not chat.board:
        return None
    if chat.active:
        board.look(tick.session, chat, tick.now)
    return tick.now + board.EVERY


KINDS: dict[str, Callable[[Tick, Appointment, Office], datetime | None]] = {
    digest.KIND: _group,
    told.MORNING: _morning,
    reach.KIND: _broken,
    HOUR: _before_hour,
    alarm.KIND: _late,
    closings.MONDAY: _monday,
    hours.KIND: _opens,
    board.KIND: _board,
    allowance.KIND: _much_used,
}
"""What there is to do when an appointment of each kind has come due."""
