"""The morning digest: what one group is told at 08:00, composed at the moment it is said."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from lang.spoken_days import day_words
from lang.text import _, many
from lang.workdays import Calendar
from schedules import helping, policy
from schedules.policy import Part
from schedules.views import Page, Sight, item_name, names, office_words, short, sight_of_chat
from storage import approvals, deadlines, people
from storage.deadlines import Item
from storage.models import Chat, Deadline, Delivery, DeliveryState, Explanation, Office, Task, TaskKind
from storage.outbox import Words

KIND = "digest"
MONDAY = 0
"""What waits for a signature calls nobody, but is not forgotten: it is shown once a week."""
FEW_REASONS = 2


def compose(session: Session, chat: Chat, office: Office, day: date, calendar: Calendar) -> Words | None:
    """The digest of `day` for a group; None when there is nothing to say."""
    sight = sight_of_chat(session, chat)
    if sight is None:
        return None
    since = _last_said(session, chat, day)
    items = [
        item
        for item in deadlines.open_items(session, office.id or 0, sight.units)
        if not item.deadline.to_confirm and not item.deadline.paused_at
    ]
    signing = [item for item in items if item.deadline.signing_at]
    items = [item for item in items if not item.deadline.signing_at]
    dated = [item for item in items if item.deadline.kind in (TaskKind.DATED, TaskKind.REPORT)]
    mornings = policy.mornings(since, day, calendar)
    reasons = [] if sight.whole else approvals.reasons_owed(session, office.id or 0, sight.units)
    weekly = bool(signing) and any(morning.weekday() == MONDAY for morning in mornings)
    helping_calls, helping_lines = helping.called(session, office, sight, day, since, calendar)
    is_called = (
        weekly
        or helping_calls
        or any(reason.due <= day for reason, _item in reasons)
        or any(policy.called(_days(item.deadline), morning, calendar) for item in dated for morning in mornings)
    )
    if sight.whole:
        return _office_page(session, office, dated, day, since, calendar) if is_called else None
    year = _year_line(session, items, day, mornings, calendar)
    if not is_called and not (year and year[0]):
        return None
    return _unit_page(
        session, office, sight, dated, day, since, calendar, year[1] if year else "", signing, reasons, helping_lines
    )


def _days(deadline: Deadline) -> policy.Days:
    assert deadline.aim_day is not None and deadline.last_day is not None  # noqa: PT018
    return policy.Days(deadline.aim_day, deadline.last_day)


def _last_said(session: Session, chat: Chat, day: date) -> date:
    """The day of the last digest that this group heard, or that had nothing to say; for a new group the day before its
    first one, which may have failed."""
    slots = select(func.max(Delivery.slot), func.min(Delivery.slot)).where(
        Delivery.chat_id == chat.id, Delivery.kind == KIND, Delivery.slot < day.isoformat()
    )
    heard = col(Delivery.state).in_((DeliveryState.SENT, DeliveryState.SILENT))
    last, _first = session.exec(slots.where(heard)).one()
    if last:
        return date.fromisoformat(last)
    _last, first = session.exec(slots).one()
    return (date.fromisoformat(first) if first else day) - timedelta(days=1)


def _sorted_out(items: Sequence[Item], day: date, since: date, calendar: Calendar) -> dict[Part, list[Item]]:
    parts: dict[Part, list[Item]] = {part: [] for part in Part}
    for item in items:
        part = policy.part(_days(item.deadline), day, since, calendar)
        if part is not None:
            parts[part].append(item)
    return parts


def _unit_page(
    session: Session,
    office: Office,
    sight: Sight,
    items: Sequence[Item],
    day: date,
    since: date,
    calendar: Calendar,
    year_line: str,
    signing: Sequence[Item],
    reasons: Sequence[tuple[Explanation, Item]],
    helping_lines: Sequence[tuple[str, int]],
) -> Words:
    parts = _sorted_out(items, day, since, calendar)
    shown = [unit for unit in people.units(session, office.id or 0) if unit.id in sight.units]
    page = Page()
    page.head(f"{names(shown)}, {day_words(day)}")
    keep = (2 if year_line else 1) + (1 + min(len(reasons), FEW_REASONS + 1) if reasons else 0)
    parts_keep = keep + (2 if helping_lines else 0)
    page.items(_("Quá hạn"), parts[Part.OVERDUE], day, prefix=_("hạn "), keep=parts_keep)
    page.items(_("Đến hạn hôm nay"), parts[Part.TODAY], day, keep=parts_keep)
    page.items(_("Sắp đến hạn"), parts[Part.SOON], day, keep=parts_keep)
    page.items(_("Chờ ký"), signing, day, keep=parts_keep)
    page.listed(_("Phối hợp"), helping_lines, keep=keep)
    if reasons:
        page.head(many("Cần nêu lý do: {n} việc", "Cần nêu lý do: {n} việc", len(reasons)))
    for reason, item in reasons[:FEW_REASONS]:
        by = day_words(reason.due)
        page.line(
            _("{name}, trả lời chậm nhất {day}: lý do {code}: …", name=item_name(item), day=by, code=item.deadline.code)
        )
    if len(reasons) > FEW_REASONS:
        page.line(_("và {n} việc khác cần nêu lý do.", n=len(reasons) - FEW_REASONS))
    if year_line:
        page.line(year_line)
    page.rest()
    page.actions = [f"xong {code}" for code in page.about]
    return page.words()


def _year_line(
    session: Session, items: Sequence[Item], day: date, mornings: Sequence[date], calendar: Calendar
) -> tuple[bool, str] | None:
    """The folded line about «cả năm» tasks: whether it calls the group today, and its words. None when it has no
    place."""
    tasks = [item for item in items if item.deadline.kind is TaskKind.ALL_YEAR and item.deadline.due is not None]
    tasks = [item for item in tasks if item.deadline.due is not None and item.deadline.due >= day]
    if not tasks:
        return None
    asks_result = any(
        item.deadline.due and day >= policy.year_result_day(item.deadline.due.year, calendar) for item in tasks
    )
    calls = False
    for plan_id, year in {(item.task.plan_id, item.deadline.due.year) for item in tasks if item.deadline.due}:
        days = policy.year_question_days(_report_aims(session, plan_id), year, calendar)
        calls = calls or not days.isdisjoint(mornings)
    if asks_result:
        text = many(
            "Cả năm: xin ghi kết quả {n} việc trước 31/12: /viec",
            "Cả năm: xin ghi kết quả {n} việc trước 31/12: /viec",
            len(tasks),
        )
        return calls, text
    text = many(
        "Cả năm: {n} việc đang làm, tiến độ thế nào: /viec",
        "Cả năm: {n} việc đang làm, tiến độ thế nào: /viec",
        len(tasks),
    )
    return (True, text) if calls else None


def _report_aims(session: Session, plan_id: int | None) -> set[date]:
    query = select(col(Deadline.aim_day)).join(Task, col(Task.id) == Deadline.task_id)
    query = query.where(Task.plan_id == plan_id, Deadline.kind == TaskKind.REPORT)
    query = query.where(col(Deadline.cancelled_at).is_(None)).distinct()
    return {day for day in session.exec(query) if day is not None}


def _office_page(
    session: Session, office: Office, items: Sequence[Item], day: date, since: date, calendar: Calendar
) -> Words:
    """Counts only: nobody is named in the whole-office group by what is pushed there."""
    parts = _sorted_out(items, day, since, calendar)
    page = Page()
    page.head(f"{office_words(office)}, {day_words(day)}")
    reports: dict[tuple[int, date | None], Item] = {}
    for part in Part:
        for item in parts[part]:
            if item.deadline.kind is TaskKind.REPORT:
                reports.setdefault((item.deadline.task_id, item.deadline.due), item)
    for (task_id, due), item in reports.items():
        rows = session.exec(
            select(col(Deadline.done_at).is_not(None))
            .where(Deadline.task_id == task_id, Deadline.due == due)
            .where(col(Deadline.cancelled_at).is_(None))
        ).all()
        page.line(
            _(
                "{title} ({day}): đã nhận {got} trong {all} đơn vị.",
                title=short(item.task.title),
                day=day_words(due) if due else "",
                got=sum(rows),
                all=len(rows),
            )
        )
    page.line(
        _(
            "Quá hạn {overdue}, đến hạn hôm nay {today}, sắp đến hạn {soon}.",
            overdue=len(parts[Part.OVERDUE]),
            today=len(parts[Part.TODAY]),
            soon=len(parts[Part.SOON]),
        )
    )
    page.actions = ["/tiendo"]
    return page.words()
