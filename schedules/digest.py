"""The morning digest: what one chat is told at 08:00, composed at the moment it is said.

A group hears of its units; whoever answers for units without a group, of them in private; the Văn phòng, of those that
have nobody who can be told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session, col, func, select

from lang.spoken_days import day_words
from lang.text import _, many
from lang.workdays import Calendar
from schedules import told, upward
from schedules.matters import Matter, Matters
from schedules.policy import Part
from schedules.tell import Alone, Ears
from schedules.upward import More
from schedules.views import MOST_LINES, Page, item_name, names, office_words, short, told_to
from storage import people
from storage.deadlines import Item
from storage.models import (
    Chat,
    Deadline,
    Office,
    TaskKind,
    UnitKind,
)
from storage.outbox import Words

KIND = told.KIND
FEW_REASONS = 2
FEW_DRAFTS = 2
MOST_SECTIONS = 3
"""More units than these in one message have a line each; beside those to be rung up, more than one."""


def compose(session: Session, chat: Chat, office: Office, day: date, calendar: Calendar) -> Words | None:
    """The digest of `day` for a chat; None when there is nothing to say."""
    if chat.private:
        return _private(session, chat, office, day, calendar)
    sight = told_to(session, chat)
    if sight is None:
        return None
    matter = Matters(session, office, day, calendar, sight.units).of(
        sight.units, told.of_group(session, chat.id or 0, day)
    )
    if sight.whole:
        return office_page(session, office, matter, day) if matter.dated_call else None
    shown = [unit for unit in people.units(session, office.id or 0) if unit.id in sight.units]
    by_phone: list[tuple[Alone, Matter]] = []
    more = More([])
    if any(unit.kind is UnitKind.SECRETARIAT for unit in shown):
        ears = Ears(session, office, day)
        by_phone = _heard_by(ears, chat, day, calendar)
        more = upward.heard(ears, chat, day, calendar)
    rings = [(one, other) for one, other in by_phone if calls(one, other)]
    if not matter.calls and not rings and not more:
        return None
    page = Page()
    page.head(f"{names(shown)}, {day_words(day)}")
    after = more.least + _lines_for(by_phone, more)
    _section(page, matter, day, keep=1 + after, brief=bool(after))
    _done_with(page, more, by_phone, day)
    return _done(page, by_phone, more)


def _private(session: Session, chat: Chat, office: Office, day: date, calendar: Calendar) -> Words | None:
    """One message to a person: a section for each unit that hears in private, then those to be rung up."""
    ears = Ears(session, office, day)
    found, more = _heard_by(ears, chat, day, calendar), upward.heard(ears, chat, day, calendar)
    if not more and not any(calls(one, matter) for one, matter in found):
        return None
    own = [(one, matter) for one, matter in found if not one.by_phone and matter.shows]
    by_phone = [(one, matter) for one, matter in found if one.by_phone]
    if more.alone is not None and not own and not any(_rung_about(matter) for _one, matter in by_phone):
        return replace(more.alone, tells=_units(found))
    page = Page()
    after = more.least + _lines_for(by_phone, more)
    if len(own) > (1 if after else MOST_SECTIONS):
        page.head(_("Các đơn vị, {day}", day=day_words(day)))
        _in_lines(page, own, keep=1 + after)
        own = []
    for number, (one, matter) in enumerate(own):
        page.head(one.unit.name if number else f"{one.unit.name}, {day_words(day)}")
        room = MOST_LINES - 1 - after - page.length
        share = room // (len(own) - number)
        brief = len(own) + len(by_phone) > 1 or bool(more)
        _section(page, matter, day, keep=1 + after + room - share, brief=brief)
    _done_with(page, more, by_phone, day)
    return _done(page, found, more)


def _heard_by(ears: Ears, chat: Chat, day: date, calendar: Calendar) -> list[tuple[Alone, Matter]]:
    """The units without a group whose morning is heard in this chat, each with its matters."""
    session = ears.session
    here = [one for one in ears.alone if chat.id in one.chats]
    matters = Matters(session, ears.office, day, calendar, {unit for one in here for unit in one.units})
    return [(one, matters.of(one.units, told.in_private(session, one.unit.id or 0, chat.id or 0, day))) for one in here]


def calls(one: Alone, matter: Matter) -> bool:
    """Whether a unit without a group gives a reason to speak. Nobody is rung up about what only waits to be signed."""
    return matter.calls and (not one.by_phone or _rung_about(matter))


def _rung_about(matter: Matter) -> bool:
    beside = matter.reasons or matter.helping[1] or matter.drafts or matter.holiday
    return any(matter.parts.values()) or bool(beside) or matter.year_is_shown


def _section(page: Page, matter: Matter, day: date, *, keep: int, brief: bool = False) -> None:
    """What a unit has, while `keep` lines stay free for what follows. `brief`: reasons are counted, not listed."""
    reasons = matter.reasons
    few = [] if brief else reasons[:FEW_REASONS]
    more = 0 if brief else len(reasons) - len(few)
    year_line = _year_line(matter)
    if drafts := _draft_line(matter):
        page.line(drafts)
    keep += bool(year_line) + bool(reasons) + len(few) + bool(more)
    _calls, helping_lines = matter.helping
    helping_keep = keep + (2 if helping_lines else 0)
    parts_keep = helping_keep + (2 if matter.holiday else 0)
    page.items(_("Quá hạn"), matter.parts[Part.OVERDUE], day, prefix=_("hạn "), keep=parts_keep)
    page.items(_("Đến hạn hôm nay"), matter.parts[Part.TODAY], day, keep=parts_keep)
    page.items(_("Sắp đến hạn"), matter.parts[Part.SOON], day, keep=parts_keep)
    if matter.holiday:
        page.block(matter.holiday, keep=helping_keep)
    page.items(_("Chờ ký"), matter.signing, day, keep=helping_keep)
    page.listed(_("Phối hợp"), helping_lines, keep=keep)
    if reasons:
        page.head(many("Cần nêu lý do: {n} việc", "Cần nêu lý do: {n} việc", len(reasons)))
    for reason, item in few:
        by = day_words(reason.due)
        page.line(
            _("{name}, trả lời chậm nhất {day}: lý do {code}: …", name=item_name(item), day=by, code=item.deadline.code)
        )
    if more:
        page.line(_("và {n} việc khác cần nêu lý do.", n=more))
    if year_line:
        page.line(year_line)


def _draft_line(matter: Matter) -> str:
    """What is laid before the leader today, by name while that is short."""
    few = len(matter.drafts) <= FEW_DRAFTS
    listed = [item_name(item) if few else str(item.deadline.code) for item in matter.drafts]
    return _("Trình lãnh đạo hôm nay: {items}", items=("; " if few else ", ").join(listed)) if listed else ""


def _year_line(matter: Matter) -> str:
    """The folded line about «cả năm» tasks, where it has its place."""
    if not matter.year_is_shown:
        return ""
    if matter.asks_year_result:
        return many(
            "Cả năm: xin ghi kết quả {n} việc trước 31/12: /viec",
            "Cả năm: xin ghi kết quả {n} việc trước 31/12: /viec",
            len(matter.year),
        )
    return many(
        "Cả năm: {n} việc đang làm, tiến độ thế nào: /viec",
        "Cả năm: {n} việc đang làm, tiến độ thế nào: /viec",
        len(matter.year),
    )


def _lines_for(by_phone: Sequence[tuple[Alone, Matter]], more: More) -> int:
    """How many lines are kept for the units to be rung up: half of the message at most, less beside other things."""
    n = sum(_rung_about(matter) for _one, matter in by_phone)
    return min(n + 1, MOST_LINES // (3 if more else 2)) if n else 0


def _done_with(page: Page, more: More, by_phone: Sequence[tuple[Alone, Matter]], day: date) -> None:
    """What stands after the units' own sections; whatever begins the message says the day."""
    for number, block in enumerate(more.blocks):
        after = sum(one.least for one in more.blocks[number + 1 :]) + _lines_for(by_phone, more)
        title = "" if page.length else f"{block.title}, {day_words(day)}"
        page.block(block, keep=1 + after, title=title)
    _by_phone(page, by_phone, keep=1, day=None if page.length else day)


def _by_phone(page: Page, found: Sequence[tuple[Alone, Matter]], *, keep: int, day: date | None = None) -> None:
    listed = [(one, matter) for one, matter in found if _rung_about(matter)]
    if listed:
        page.head(_("Nhờ gọi điện, {day}", day=day_words(day)) if day else _("Nhờ gọi điện"))
    _in_lines(page, listed, keep=keep)


def _in_lines(page: Page, found: Sequence[tuple[Alone, Matter]], *, keep: int) -> None:
    """A line for each unit: how many are overdue, due today, due soon, and the oldest."""
    for one, matter in found:
        if page.room(keep) < 1:
            page.leave_out(sum(map(len, matter.parts.values())))
            continue
        page.line(f"{one.unit.name}: {', '.join(_counted(matter))}")


def _counted(matter: Matter) -> list[str]:
    overdue, today, soon = (len(matter.parts[part]) for part in (Part.OVERDUE, Part.TODAY, Part.SOON))
    said = [_("quá hạn {n}", n=overdue)] if overdue else []
    said += [_("đến hạn hôm nay {n}", n=today)] if today else []
    said += [_("sắp đến hạn {n}", n=soon)] if soon else []
    oldest = next((items[0].deadline.code for items in matter.parts.values() if items), None)
    said += [_("lâu nhất là việc {code}", code=oldest)] if oldest else []
    said += [_("cần nêu lý do {n}", n=len(matter.reasons))] if matter.reasons else []
    said += [_("trình lãnh đạo hôm nay {n}", n=len(matter.drafts))] if matter.drafts else []
    said += [_("phối hợp {n}", n=len(matter.helping[1]))] if matter.helping[1] else []
    said += [_("rơi vào kỳ nghỉ {n}", n=len(matter.holiday.lines))] if matter.holiday else []
    said += [_("chờ ký {n}", n=len(matter.signing))] if matter.signing else []
    return said + ([_("cả năm {n}", n=len(matter.year))] if matter.year_is_shown else [])


def _done(page: Page, heard: Sequence[tuple[Alone, Matter]], more: More) -> Words:
    page.rest()
    answers = [more.actions.get(code, f"xong {code}") for code in page.about]
    page.actions = [*filter(None, answers), *more.last_actions]
    return replace(page.words(), tells=_units(heard), brings=more.brings)


def _units(heard: Sequence[tuple[Alone, Matter]]) -> tuple[int, ...]:
    return tuple(one.unit.id or 0 for one, _matter in heard)


def office_page(session: Session, office: Office, matter: Matter, day: date) -> Words:
    """Counts only: nobody is named in the whole-office group by what is pushed there."""
    parts = matter.parts
    page = Page()
    page.head(f"{office_words(office)}, {day_words(day)}")
    reports: dict[tuple[int, date | None], Item] = {}
    for part in Part:
        for item in parts[part]:
            if item.deadline.kind is TaskKind.REPORT:
                reports.setdefault((item.deadline.task_id, item.deadline.first_due or item.deadline.due), item)
    asked_for = func.coalesce(Deadline.first_due, Deadline.due)  # who was given more time owes the same report
    for (task_id, due), item in reports.items():
        rows = session.exec(
            select(col(Deadline.done_at).is_not(None))
            .where(Deadline.task_id == task_id, asked_for == due)
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
