"""What somebody's morning digest holds besides the units that they answer for: what has risen to them, and for the
Văn phòng the closing of a month and what falls in a long holiday."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lang.workdays import Calendar
from schedules import brought, closings, holidays, policy
from schedules.matters import Matters
from schedules.raising import Rising
from schedules.tell import Ears
from schedules.views import Block
from storage.models import Chat, Person
from storage.outbox import Words

CLOSING, HOLIDAY = "closing", "holiday"


@dataclass(frozen=True, slots=True)
class More:
    """Its sections, in order. `actions`: what may be answered to the codes in them; `last_actions`: what to the
    sections as a whole. `alone`: the message where it is about one thing and nothing else is to be said."""

    blocks: Sequence[Block]
    actions: Mapping[int, str] = field(default_factory=dict)
    last_actions: tuple[str, ...] = ()
    brings: tuple[brought.Key, ...] = ()
    alone: Words | None = None

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @property
    def least(self) -> int:
        """How many lines are kept for it."""
        return sum(block.least for block in self.blocks)


def heard(ears: Ears, chat: Chat, day: date, calendar: Calendar) -> More:
    """What is brought before whoever reads this chat on the morning of `day`."""
    matters = Matters(ears.session, ears.office, day, calendar, ears.under(chat.id or 0))
    rising = Rising(matters, ears)
    raised = rising.chats.get(chat.id or 0, [])
    blocks, last_actions = [rising.block(raised)] if raised else [], []
    brings = [key for one in raised for key in one.keys]
    for what, block, action in for_secretariat(matters, ears, chat.id or 0):
        blocks.append(block)
        last_actions += [action] if action else []
        brings.append((what, ears.office.id or 0))
    alone = None
    if len(raised) == len(blocks) == 1:
        person = ears.session.get(Person, chat.person_id) if chat.person_id else None
        alone = rising.alone(raised[0], person.name if person and chat.private else "")
    actions = {code: "" for block in blocks for _line, code in block.lines if code}
    actions |= {one.item.deadline.code: rising.action(one) for one in raised}
    return More(blocks, actions, tuple(last_actions), tuple(brings), alone)


def chats(matters: Matters, ears: Ears) -> set[int]:
    """Who is owed a digest this morning because of these things."""
    found = set(Rising(matters, ears).chats)
    return found | {chat for chat in ears.coordinators if for_secretariat(matters, ears, chat)}


def for_secretariat(matters: Matters, ears: Ears, chat_id: int) -> list[tuple[str, Block, str]]:
    """What the Văn phòng is shown in this chat today: what it is, its section, what may be asked about it."""
    if chat_id not in ears.coordinators:
        return []
    office, day, calendar = matters.office, matters.day, matters.calendar
    known = brought.Known(matters.session, (CLOSING, HOLIDAY), [office.id or 0], day)

    def is_new(what: str, since: date) -> bool:
        last = known.last(what, office.id or 0, chat_id)
        return last is None or last < since or last == day

    found = []
    closed = policy.closing(day, calendar)
    if closed is not None and is_new(CLOSING, day.replace(day=1)):
        block = closings.block(matters, closed)
        if block is not None:
            found.append((CLOSING, block, closings.more(closed)))
    holiday = policy.holiday_ahead(day, calendar)
    if holiday is not None and is_new(HOLIDAY, calendar.later(holiday.since, -policy.HOLIDAY_AHEAD)):
        block = holidays.block(matters.items, holiday, day, matters.directory, named=True)
        if block is not None:
            found.append((HOLIDAY, block, ""))
    return found
