"""Summaries: a week's for the leaders, a month's and a quarter's for the Văn phòng."""

from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from lang.moments import local, moment
from lang.ranges import Range
from lang.spoken_days import day_words
from lang.text import _
from schedules.matters import Matters
from schedules.views import Block, office_words
from storage import approvals, deadlines, people, tallies
from storage.models import Chat, Deadline, Office, Person, TaskKind, UnitKind
from storage.outbox import Words
from storage.rights import led_by
from storage.tallies import Tally

MONDAY = "monday"
"""The kind of a leader's summary of the week, its slot the Monday of that week; and of an office's appointment."""
PER_LINE = 3
MOST_LINES = 5


def block(matters: Matters, span: Range) -> Block | None:
    """How each unit ended a month or a quarter, in chart order; None when nothing was due in it."""
    session, office = matters.session, matters.office
    units = [unit for unit in matters.directory.units if unit.kind is not UnitKind.OUTSIDE]
    ids = [unit.id or 0 for unit in units]
    counts = tallies.tallies(session, office.id or 0, matters.day, ids, span)
    first, after = (moment(day, time.min, office.zone) for day in (span.since, span.until + timedelta(days=1)))
    extended = approvals.granted(session, office.id or 0, first, after)
    shown = [unit for unit in units if unit.id in counts or unit.id in extended]
    if not shown:
        return None
    rows = [
        (unit.called, tally.on_time, tally.late, tally.overdue, extended.get(unit.id or 0, 0))
        for unit in shown
        for tally in (counts.get(unit.id or 0, Tally()),)
    ]
    totals = [sum(row[n] for row in rows) for n in (1, 2, 3, 4)]  # type: ignore[misc]
    said = dict(zip(("on_time", "late", "overdue", "extended"), totals, strict=True))
    lines = [_("Đúng hạn {on_time}, sau hạn {late}, quá hạn {overdue}, gia hạn {extended}.", **said)]
    cells = [f"{name} {on_time}/{late}/{overdue}/{more}" for name, on_time, late, overdue, more in rows]
    per_line = PER_LINE if all(unit.short_name for unit in shown) else 1
    cells = cells[: per_line * MOST_LINES]
    lines += [_("Từng đơn vị: đúng hạn/sau hạn/quá hạn/gia hạn")]
    lines += [" · ".join(cells[start : start + per_line]) for start in range(0, len(cells), per_line)]
    title = _("Kết thúc {period}", period=_period(span))
    return Block(
        title, [(line, None) for line in lines], (_("Xem thêm: {command}", command=more(span)),), counted=False
    )


def more(span: Range) -> str:
    """What shows it unit by unit."""
    return f"/tiendo {_typed(span)}"


def _typed(span: Range) -> str:
    if span.since.month == span.until.month:
        return f"tháng {span.until.month}/{span.until.year}"
    return f"quý {_ROMAN[span.until.month // 3 - 1]}/{span.until.year}"


_ROMAN = ("I", "II", "III", "IV")


def _period(span: Range) -> str:
    year = span.until.year
    if span.since.month == span.until.month:
        return _("tháng {month}/{year}", month=span.until.month, year=year)
    return _("quý {quarter}/{year}", quarter=_ROMAN[span.until.month // 3 - 1], year=year)


def monday(session: Session, chat: Chat, office: Office, now: datetime) -> Words | None:
    """The week's summary for whoever leads here today, as things stand now; None when nothing is open."""
    here = local(now, office.zone)
    today = here.date()
    person = session.get(Person, chat.person_id) if chat.person_id else None
    led = led_by(session, person.id or 0, today) if person else None
    if person is None or led is None:
        return None
    name, units = led
    inside = [
        unit.id or 0
        for unit in people.units(session, office.id or 0)
        if unit.kind is not UnitKind.OUTSIDE and (units is None or unit.id in units)
    ]
    counts = tallies.tallies(session, office.id or 0, today, inside).values()
    running, overdue = sum(one.running for one in counts), sum(one.overdue for one in counts)
    asked = len(approvals.asked(session, office.id or 0, inside))
    results = sum(one.waiting for one in counts)
    if not (running or overdue or asked or results):
        return None
    lines = [
        _(
            "Kính gửi anh/chị {name}. {block}, {hour} {day}",
            name=person.name,
            block=name or office_words(office),
            hour=f"{here:%H:%M}",
            day=day_words(today),
        ),
        _(
            "Hoàn thành {done}, đang làm {running}, quá hạn {overdue}",
            done=_two(sum(one.done for one in counts)),
            running=_two(running),
            overdue=_two(overdue),
        ),
    ]
    waits = [_("{n} gia hạn", n=_two(asked))] if asked else []
    waits += [_("{n} kết quả", n=_two(results))] if results else []
    if waits:
        lines.append(_("Chờ ý kiến: {what}", what=", ".join(waits)))
    items = deadlines.open_items(session, office.id or 0, inside)
    lines.append(_("Đến hạn tuần này: {n}", n=_two(sum(_this_week(one.deadline, today) for one in items))))
    unreceived = any(one.deadline.received_at is None and not one.deadline.to_confirm for one in items)
    actions = ("/tiendo", "ai chưa nhận") if unreceived else ("/tiendo",)
    return Words("\n".join(lines), ((0, len(lines[0])),), actions)


def _two(n: int) -> str:
    """As offices write counts: «03»."""
    return f"{n:02}"


def _this_week(deadline: Deadline, today: date) -> bool:
    """Whether it is still to be done, by the end of this week."""
    if deadline.kind not in (TaskKind.DATED, TaskKind.REPORT) or deadline.last_day is None or deadline.aim_day is None:
        return False
    if deadline.to_confirm or deadline.paused_at is not None or deadline.signing_at is not None:
        return False
    sunday = today + timedelta(days=6 - today.weekday())
    return deadline.last_day >= today and deadline.aim_day <= sunday
