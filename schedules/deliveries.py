"""From the outbox to a channel: a delivery is taken and worded, and afterwards its outcome is written down."""

import logging
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from channels import Address, File, Later, Moved, Never, Reply, SendFailed, Shape, Unknown, Why, messages
from lang.text import SOURCE, _, speaking
from schedules import alarm, allowance, board, brought, closings, digest, hours, policy, reminders, told
from schedules.pace import Pacer
from schedules.policies import calendar_of, policy_of, policy_of_chat
from storage import outbox, people, traffic
from storage.models import Chat, DeliveryState, Office
from storage.outbox import Kept, Taken, Words

log = logging.getLogger(__name__)

LONGEST_OWED = timedelta(days=3)
"""After which an answer is no longer one."""
A_MOMENT = 1.0
"""Seconds after which what is too long for the room that is left is looked at again."""
NOT_YET = 10.0
"""Seconds after which it is asked again whether there is something to say."""
_SOME_FILE = File("", 0)


def _digest(session: Session, chat: Chat, office: Office, slot: str, now: datetime) -> Words | DeliveryState:
    day = date.fromisoformat(slot)
    if not policy.still_said(day, now, office.zone, policy_of_chat(session, office, chat)):
        return DeliveryState.FAILED
    words = digest.compose(session, chat, office, day, calendar_of(office))
    return hours.with_kept(session, chat, words, now) if words else DeliveryState.SILENT


def _monday(session: Session, chat: Chat, office: Office, slot: str, now: datetime) -> Words | DeliveryState:
    week, calendar = date.fromisoformat(slot), calendar_of(office)
    if not policy.may_say_summary(week, now, office.zone, calendar, policy_of(office)):
        return DeliveryState.FAILED
    return closings.monday(session, chat, office, now) or DeliveryState.SILENT


Compose = Callable[[Session, Chat, Office, str, datetime], Words | DeliveryState]
COMPOSERS: dict[str, Compose] = {
    digest.KIND: _digest,
    closings.MONDAY: _monday,
    hours.TOGETHER: hours.words,
    reminders.HOUR: reminders.hour_words,
    alarm.KIND: alarm.words,
    board.KIND: board.words,
}
"""How each kind of delivery that is worded when it is said gets its words for its slot: silent, when there is nothing
left to say; failed, when its time is over; waiting, when it is not known yet."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How the outbox is emptied. `lease`: for how long a taken delivery is left alone; `attempts`: how often at most
    one is tried whose fate is not known, as when the process dies each time; `in_flight`: messages a channel may have
    on their way, each a possible double when the process is killed; `paced`: a messenger's limits are kept."""

    lease: timedelta = timedelta(minutes=2)
    attempts: int = 8
    in_flight: int = 4
    paced: bool = True


@dataclass(frozen=True, slots=True)
class Ready:
    """A taken delivery, worded in `locale`, and how many `messages` it becomes; `file` is read when it is sent."""

    taken: Taken
    reply: Reply
    locale: str
    messages: int = 1
    file: Kept | None = None
    tells: tuple[int, ...] = ()
    brings: tuple[tuple[str, int], ...] = ()
    carries: tuple[int, ...] = ()

    @property
    def chat(self) -> int:
        return self.taken.chat

    @property
    def to(self) -> Address:
        return Address(self.taken.external, self.taken.thread)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery: the messenger's id of the message, or the failure; `at` by the pacer's clock."""

    ready: Ready
    at: float
    message: str = ""
    failure: SendFailed | None = None


class Desk:
    """The outbox of one channel inside one transaction: outcomes are written down, and what may be said is taken and
    worded."""

    def __init__(self, session: Session, channel: str, shape: Shape, now: datetime, how: Outgoing) -> None:
        self.session, self.channel, self.shape, self.now, self.how = session, channel, shape, now, how
        self._offices: dict[int, Office | None] = {}

    def take(
        self, busy: AbstractSet[int], lately: AbstractSet[int], most: int, pacer: Pacer
    ) -> tuple[list[Ready], bool]:
        """Take up to `most` deliveries, not of `busy` chats and last of those that heard something `lately`, and word
        them. Whether there may be more to take: some
        had nothing to say, or are not to be tried any more.

        What is said again after a crash or an unknown outcome is marked «(gửi lại)»."""
        session, now = self.session, self.now
        taken: list[Taken] = []
        for others in (busy | lately, busy) if lately else (busy,):
            if len(taken) < most:
                shut = others | {one.chat for one in taken}
                taken += outbox.take(session, self.channel, now, self.how.lease, shut, most - len(taken))
        found: list[Ready] = []
        left = min(most, pacer.room())
        allowed = allowance.room(session, self.channel, now) if self.shape.monthly and taken else None
        if allowed is not None:
            allowed = allowed.after(traffic.on_their_way(session, self.channel, now) - len(taken))
        for one in taken:
            ready = self._ready(one)
            if ready is None:
                continue
            if allowed is not None and not allowed.allows(allowance.what(one.kind, urgent=one.urgent), ready.messages):
                self._no_room(one)
                continue
            wait = pacer.wait(one.chat, ready.messages) if ready.messages > 1 else 0.0
            if wait or (ready.messages > left and found):
                outbox.put_back(session, one.delivery, one.attempts, now, max(wait, A_MOMENT), "pace")
                continue
            found.append(ready)
            left -= ready.messages
            allowed = allowed and allowed.after(ready.messages)
        outbox.compose(session, [(r.taken.delivery, r.taken.about) for r in found if r.taken.text is None])
        return found, len(found) < len(taken)

    def _ready(self, one: Taken) -> Ready | None:
        """A taken delivery in words; None when it is settled instead."""
        session, now = self.session, self.now
        if why := self._given_up(one):
            self._settle(one, DeliveryState.FAILED, why)
            return None
        office = self._office(one.office)
        locale = one.locale or (office.locale if office else SOURCE)
        with speaking(locale):
            try:
                words = self._words(one, office)
            except DBAPIError:
                raise
            except Exception as error:  # it would come due again for ever, and with it nothing else would be said
                log.error("delivery %s cannot be worded: %s", one.delivery, type(error).__name__)
                self._settle(one, DeliveryState.FAILED, type(error).__name__)
                return None
            if words is DeliveryState.WAITING:
                outbox.put_back(session, one.delivery, one.attempts, now, NOT_YET, "")
                return None
            if isinstance(words, DeliveryState):
                if words is DeliveryState.SILENT:
                    _told(session, one, session.get_one(Chat, one.chat), ())
                why = "nothing" if words is DeliveryState.SILENT else "day_over"
                self._settle(one, words, why)
                return None
            if one.unsure and not words.instead_of:
                words = _again(words)
            reply = Reply(
                words.text,
                words.bold,
                words.actions,
                instead_of=words.instead_of,
                pinned=words.pinned,
                in_group=not one.private,
            )
            in_parts = messages(replace(reply, file=_SOME_FILE) if words.file else reply, self.shape)
        one = replace(one, about=list(words.about)) if one.text is None else one
        return Ready(one, reply, locale, in_parts, words.file, words.tells, words.brings, words.carries)

    def _no_room(self, one: Taken) -> None:
        """It is not said this month: what is pushed is kept for a digest, all else waits until it may be said."""
        session, now, office = self.session, self.now, self._office(one.office)
        pushed = one.text is not None and not one.unsure and one.kind not in (*allowance.ANSWERS, digest.KIND)
        if office is not None and pushed:
            hours.kept_back(session, office, one.delivery, one.chat, now)
        else:
            after = (allowance.try_again(session, self.channel, now) - now).total_seconds()
            outbox.put_back(session, one.delivery, one.attempts, now, after, outbox.NEXT_MONTH)

    def _given_up(self, one: Taken) -> str:
        """Why a delivery is not tried any more, or nothing. Tries that surely did not arrive do not count: a messenger
        may be away all day. A digest has its own end, its day."""
        if one.unsure >= self.how.attempts:
            return "attempts"
        return "too_old" if one.text is not None and self.now - one.made_at > LONGEST_OWED else ""

    def _words(self, one: Taken, office: Office | None) -> Words | DeliveryState:
        if one.text is not None:
            bold = tuple((start, length) for start, length in one.bold)
            kept = Kept(one.file_hash, one.file_name, one.picture) if one.file_hash else None
            return Words(one.text, bold, tuple(one.actions), tuple(one.about), file=kept)
        if office is None:
            return DeliveryState.SILENT
        with self.session.begin_nested():
            chat = self.session.get_one(Chat, one.chat)
            return COMPOSERS[one.kind](self.session, chat, office, one.slot, self.now)

    def _office(self, office: int | None) -> Office | None:
        if office is None:
            return None
        if office not in self._offices:
            self._offices[office] = self.session.get(Office, office)
        return self._offices[office]

    def mark(self, outcomes: Sequence[Outcome]) -> None:
        """Write down what became of deliveries."""
        said = [(one.ready.taken.delivery, one.message) for one in outcomes if one.failure is None]
        said += [
            (one, message.message) for message in outcomes for one in message.ready.carries if message.failure is None
        ]
        outbox.sent(self.session, said, self.now)
        if self.shape.monthly and outcomes:
            n = sum(one.ready.messages for one in outcomes if isinstance(one.failure, Unknown | None))
            allowance.count(self.session, self.channel, self.shape.monthly, self.now, said=n)
        for one in outcomes:
            if one.failure is not None:
                self._failed(one.ready.taken, one.failure)
            elif not one.ready.taken.active or one.ready.taken.kind == digest.KIND:
                self._heard(one.ready)
            if one.failure is None and one.ready.taken.kind == board.KIND:
                board.shown(self.session.get_one(Chat, one.ready.chat), one.message)
        self.session.flush()

    def _heard(self, ready: Ready) -> None:
        """It was said; so the chat is open to us, if it was not before."""
        session, chat = self.session, self.session.get_one(Chat, ready.chat)
        is_back = not chat.active and not chat.private and chat.office_id is not None
        outbox.switch_on(session, chat, self.now)
        if is_back:
            reminders.expect(session, chat, session.get_one(Office, chat.office_id), self.now, back=True)
        _told(session, ready.taken, chat, ready.tells)
        if ready.brings:
            brought.heard(session, ready.chat, date.fromisoformat(ready.taken.slot), ready.brings)

    def _settle(self, one: Taken, state: DeliveryState, why: str) -> None:
        """It is not said any more. What a message that failed was to carry is carried by the next."""
        outbox.settle(self.session, [one.delivery], state, self.now, why)
        carried = state is DeliveryState.FAILED and one.kind == hours.TOGETHER
        office = self._office(one.office) if carried else None
        if office is not None:
            hours.missed(self.session, office, one.chat, self.now)

    def _failed(self, one: Taken, error: SendFailed) -> None:
        """It was not said, or may not have been: put back, given up, said elsewhere, or remembered as unknown."""
        session, now = self.session, self.now
        match error:
            case Later(_, reason) if Why.of(reason) is Why.QUOTA:
                allowance.refused(session, self.channel, self.shape.monthly, now)
                self._no_room(one)
            case Later(after, reason):
                outbox.put_back(session, one.delivery, one.attempts, now, after, reason)
            case Moved(to):
                people.move_chat(session, session.get_one(Chat, one.chat), to, now)
                outbox.put_back(session, one.delivery, one.attempts, now, 0, "moved")
            case Never(reason, chat_gone):
                self._settle(one, DeliveryState.FAILED, reason)
                if chat_gone:
                    chat = session.get_one(Chat, one.chat)
                    outbox.switch_off(session, chat, now, reason)
                    if one.kind == digest.KIND and chat.office_id is not None:
                        reminders.hurry(session, session.get_one(Office, chat.office_id), now)
            case _ if one.was_unknown:
                self._settle(one, DeliveryState.FAILED, _reason(error))
            case _:
                outbox.unknown(session, one.delivery, now, self.how.lease, _reason(error))


def _again(words: Words) -> Words:
    mark = _("(gửi lại)") + "\n"
    bold = tuple((start + len(mark), length) for start, length in words.bold)
    return replace(words, text=mark + words.text, bold=bold)


def _told(session: Session, one: Taken, chat: Chat, units: tuple[int, ...]) -> None:
    if one.kind == digest.KIND:
        told.heard(session, chat, date.fromisoformat(one.slot), units)


def _reason(error: SendFailed) -> str:
    return error.reason if isinstance(error, Unknown) else type(error).__name__
