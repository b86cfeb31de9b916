"""What somebody's morning digest holds besides the units that they answer for: what has risen to them, and for the
Văn phòng the closing of a month and what falls in a long holiday."""

from collections.abc import Collection, Mapping, Sequence
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
    for what, block, action in for_secretariat(matters, ears, [chat.id or 0]).get(chat.id or 0, ()):
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
    return {*Rising(matters, ears).chats, *for_secretariat(matters, ears, ears.coordinators)}


def for_secretariat(matters: Matters, ears: Ears, chats: Collection[int]) -> dict[int, list[tuple[str, Block, str]]]:
    """What the Văn phòng is shown today, in which of these chats: what it is, its section, what may be asked about
    it."""
    office, day, calendar = matters.office, matters.day, matters.calendar
    here = [chat for chat in ears.coordinators if chat in chats]
    known = brought.Known(matters.session, (CLOSING, HOLIDAY), [office.id or 0] if here else (), day)

    def new_in(what: str, since: date) -> list[int]:
        last = {chat: known.last(what, office.id or 0, chat) for chat in here}
        return [chat for chat, on in last.items() if on is None or on < since or on == day]

    found: dict[int, list[tuple[str, Block, str]]] = {}

    def show(new: Collection[int], what: str, block: Block | None, action: str) -> None:
        if block is not None:
            for chat in new:
                found.setdefault(chat, []).append((what, block, action))

    closed = policy.closing(day, calendar)
    if closed is not None and (new := new_in(CLOSING, day.replace(day=1))):
        show(new, CLOSING, closings.block(matters, closed), closings.more(closed))
    holiday = policy.holiday_ahead(day, calendar)
    if holiday is not None and (new := new_in(HOLIDAY, calendar.later(holiday.since, -policy.HOLIDAY_AHEAD))):
        show(new, HOLIDAY, holidays.block(matters.items, holiday, day, matters.directory, named=True), "")
    return found
