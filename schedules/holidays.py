"""What falls in a long holiday: shown ten working days before it, while there is time to do it first."""

from collections.abc import Iterable
from datetime import date, timedelta

from lang.ranges import Range
from lang.spoken_days import day_words
from lang.text import _
from schedules.views import Block, item_line
from storage.deadlines import Item
from storage.models import Deadline, TaskKind
from storage.units import Directory


def block(items: Iterable[Item], holiday: Range, today: date, directory: Directory, *, named: bool) -> Block | None:
    """What of these is due in the holiday, in chart order and `named` by its unit where there are several; None when
    nothing is."""
    order = {unit.id: n for n, unit in enumerate(directory.units)}
    inside = [item for item in items if not item.deadline.signing_at and falls(item.deadline, holiday)]
    inside.sort(key=lambda item: (order[item.deadline.unit_id], item.deadline.due or today, item.deadline.code))
    if not inside:
        return None
    lines = []
    for item in inside:
        unit = directory.by_id[item.deadline.unit_id].called
        line = item_line(item, today)
        lines.append((f"{unit}: {line}" if named else line, item.deadline.code))
    since, until = day_words(holiday.since), day_words(holiday.until)
    return Block(_("Rơi vào kỳ nghỉ từ {since} đến {until}", since=since, until=until), lines)


def falls(deadline: Deadline, holiday: Range) -> bool:
    """Whether a dated deadline is written for a day of the holiday, of «trước 25/01» the day before."""
    if deadline.kind not in (TaskKind.DATED, TaskKind.REPORT) or deadline.due is None:
        return False
    eve = deadline.due - timedelta(days=1) if deadline.strict and deadline.hour is None else deadline.due
    return holiday.since <= deadline.due <= holiday.until or holiday.since <= eve <= holiday.until
