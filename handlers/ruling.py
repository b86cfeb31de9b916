"""What the office decides about its days: written down, what moved by it said, the units told, and it put back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlmodel import Session, col, select

from handlers import more
from handlers.authority import Action
from handlers.talk import Talk
from lang.spoken_days import day_words, day_words_with_year
from lang.text import _, many
from schedules import reminders
from schedules.tell import Ear, Kind
from schedules.views import MOST_LINES, short
from storage import deadlines
from storage.models import Deadline, Event, Task, TaskKind, UnitKind
from storage.outbox import Words

ACTIONS = ("day_off", "day_worked", "swap", "sure", "convention")
"""What is written into the journal about the office's days."""
SHORT_TITLE = 40
AGAIN = "hạn đổi"
"""The command that shows once more what moved."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What one unit owes by days that are others now; the old ones as (`aim_day`, `last_day`) and the new ones."""

    deadline: Deadline
    task: Task
    old: tuple[date, date]
    new: tuple[date, date]


def decide(
    talk: Talk,
    action: str,
    about: str,
    change: Callable[[], None],
    said: Callable[[], str],
    *,
    counts: bool = True,
) -> Words:
    """Let `change` change the office's row: every open deadline is counted again, appointments move, the units hear
    what moved of theirs. `said` words the decision; not `counts`: it is about no day of a deadline."""
    talk.journal.touch(talk.here)
    change()
    talk.forget_rules()
    deadlines.count_again(talk.session, talk.here.id or 0, talk.calendar, talk.journal)
    event = talk.write(action, about)
    reminders.set_again(talk.session, talk.here, talk.now)
    moved = shifts(talk.session, event)
    _tell_units(talk, moved, said)
    seen = talk.units_for(Action.SEE).units
    return page(talk, said(), [one for one in moved if one.deadline.unit_id in seen], undo=True, counts=counts)


def put_back(talk: Talk, event: Event) -> int:
    """An event was taken back: what it touched is counted by the office's days as they are now, and after a decision
    about them everything is; how many deadlines that moved."""
    talk.forget_rules()
    if event.action not in ACTIONS:
        for table, id, _before, _after in event.changes:
            row = talk.session.get(Deadline, id) if table == "deadline" else None
            if row is not None and row.done_at is None:
                deadlines.set_days(row, talk.calendar)
        return 0
    moved = {
        one.deadline.id: one.deadline for one in deadlines.count_again(talk.session, talk.here.id or 0, talk.calendar)
    }
    for table, id, before, after in event.changes:
        row = talk.session.get(Deadline, id) if table == "deadline" and before and after else None
        if row is not None and (row.aim_day, row.last_day) != (_day(after, "aim_day"), _day(after, "last_day")):
            moved[id] = row
    reminders.set_again(talk.session, talk.here, talk.now)
    return sum(_is_said(deadline) for deadline in moved.values())


def shifts(session: Session, event: Event) -> list[Shift]:
    """What a decision moved, as it wrote it down, the nearest first; «cả năm» tasks have no day that anybody sees."""
    rows = {id: (before, after) for table, id, before, after in event.changes if table == "deadline"}
    query = select(Deadline, Task).join(Task, col(Task.id) == Deadline.task_id).where(col(Deadline.id).in_(list(rows)))
    found = [
        Shift(deadline, task, *((_day(row, "aim_day"), _day(row, "last_day")) for row in rows[deadline.id]))
        for deadline, task in session.exec(query)
        if _is_said(deadline)
    ]
    return sorted(found, key=lambda one: (one.new, one.deadline.code))


def _day(row: dict[str, str], name: str) -> date:
    return date.fromisoformat(row[name])


def _is_said(deadline: Deadline) -> bool:
    return deadline.kind in (TaskKind.DATED, TaskKind.REPORT) and deadline.cancelled_at is None


def page(
    talk: Talk, head: str, moved: list[Shift], *, number: int = 1, undo: bool = False, counts: bool = True
) -> Words:
    """The decision and what moved by it, a page at a time."""
    lines = list(_lines(moved, talk.today))
    room = MOST_LINES - 3 - undo
    skipped = (number - 1) * room
    shown, left = lines[skipped : skipped + room], len(lines) - skipped - room
    text = [head]
    if moved:
        text.append(many("{n} hạn đổi ngày:", "{n} hạn đổi ngày:", len(moved)))
    elif counts:
        text.append(_("Không hạn nào đổi ngày."))
    text += shown
    following = f"{AGAIN} trang {number + 1}" if left > 0 else ""
    actions = ["hoàn tác"] if undo else []
    if following:
        text.append(_("và {n} dòng khác, xem thêm: {command}", n=left, command=following))
        actions.append(following)
    more.keep(talk, following)
    if undo:
        text.append(_("Nhầm thì trả lời: hoàn tác"))
    return Words("\n".join(text), actions=tuple(actions))


def _lines(moved: Iterable[Shift], today: date) -> Iterable[str]:
    """A line for each; what several units owe by one day is one line: «Báo cáo quý I (12 đơn vị): … → …»."""
    together: dict[tuple[int, date | None], list[Shift]] = {}
    for one in moved:
        together.setdefault((one.deadline.task_id, one.deadline.due), []).append(one)
    for same in together.values():
        one = same[0]
        title = short(one.task.title, SHORT_TITLE)
        name = f"{one.deadline.code} {title}"
        if len(same) > 1:
            name = _("{title} ({n} đơn vị)", title=title, n=len(same))
        yield f"{name}: {_days(one.old, today)} → {_days(one.new, today)}"


def _days(days: tuple[date, date], today: date) -> str:
    aim, last = (day_words(day) if day.year == today.year else day_words_with_year(day) for day in days)
    return last if days[0] == days[1] else _("nên xong {aim}, chậm nhất {last}", aim=aim, last=last)


def _tell_units(talk: Talk, moved: list[Shift], said: Callable[[], str]) -> None:
    """Each unit hears of its own; the Văn phòng, asked to pass it on, of all such units at once."""
    here: dict[tuple[int, bool], list[tuple[Ear, int]]] = {}
    for unit_id in dict.fromkeys(one.deadline.unit_id for one in moved):
        unit = talk.directory.by_id[unit_id]
        if unit.kind is UnitKind.OUTSIDE:
            continue
        for ear in talk.ears.unit(talk.directory.today(unit)):
            if ear.chat_id != talk.chat.id:
                here.setdefault((ear.chat_id, ear.relayed), []).append((ear, unit_id))
    for (chat_id, relayed), heard in here.items():
        units = {unit for _ear, unit in heard}
        names = tuple(dict.fromkeys(name for ear, _unit in heard for name in ear.names))
        ear = Ear(chat_id, heard[0][0].locale, names, relayed)
        theirs = [one for one in moved if one.deadline.unit_id in units]
        talk.tell(chat_id, Kind.MOVED, partial(_told, talk, ear, theirs, said))


def _told(talk: Talk, ear: Ear, moved: list[Shift], said: Callable[[], str]) -> Words:
    lines = list(_lines(moved, talk.today))
    room = MOST_LINES - 3
    text = [f"{ear.opening}{said()}", many("{n} hạn đổi ngày:", "{n} hạn đổi ngày:", len(moved)), *lines[:room]]
    if len(lines) > room:
        text.append(_("và {n} việc khác: {command}", n=len(lines) - room, command="/viec"))
    return Words("\n".join(text), about=tuple(one.deadline.code for one in moved))
