"""The morning digest: what one chat is told at 08:00, composed at the moment it is said.

A group hears of its units; whoever answers for units without a group, of them in private; the Văn phòng, of those that
have nobody who can be told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session, col, select

from lang.spoken_days import day_words
from lang.text import _, many
from lang.workdays import Calendar
from schedules import told
from schedules.matters import Matter, Matters
from schedules.policy import Part
from schedules.tell import Alone, Ears
from schedules.views import MOST_LINES, Page, item_name, names, office_words, short, sight_of_chat
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
    sight = sight_of_chat(session, chat)
    if sight is None:
        return None
    matter = Matters(session, office, day, calendar, sight.units).of(
        sight.units, told.of_group(session, chat.id or 0, day)
    )
    if sight.whole:
        return _office_page(session, office, matter, day) if matter.dated_call else None
    shown = [unit for unit in people.units(session, office.id or 0) if unit.id in sight.units]
    by_phone: list[tuple[Alone, Matter]] = []
    if any(unit.kind is UnitKind.SECRETARIAT for unit in shown):
        by_phone = _heard_by(session, chat, office, day, calendar)
    rings = [(one, other) for one, other in by_phone if calls(one, other)]
    if not matter.calls and not rings:
        return None
    page = Page()
    page.head(f"{names(shown)}, {day_words(day)}")
    _section(page, matter, day, keep=1 + _lines_for(by_phone), brief=bool(_lines_for(by_phone)))
    _by_phone(page, by_phone, keep=1)
    return _done(page, by_phone)


def _private(session: Session, chat: Chat, office: Office, day: date, calendar: Calendar) -> Words | None:
    """One message to a person: a section for each unit that hears in private, then those to be rung up."""
    found = _heard_by(session, chat, office, day, calendar)
    if not any(calls(one, matter) for one, matter in found):
        return None
    own = [(one, matter) for one, matter in found if not one.by_phone and matter.shows]
    by_phone = [(one, matter) for one, matter in found if one.by_phone]
    page = Page()
    if len(own) > (1 if _lines_for(by_phone) else MOST_SECTIONS):
        page.head(_("Các đơn vị, {day}", day=day_words(day)))
        _in_lines(page, own, keep=1 + _lines_for(by_phone))
        own = []
    for number, (one, matter) in enumerate(own):
        page.head(one.unit.name if number else f"{one.unit.name}, {day_words(day)}")
        after = MOST_LINES - 1 - _lines_for(by_phone) - page.length
        share = after // (len(own) - number)
        _section(page, matter, day, keep=1 + _lines_for(by_phone) + after - share, brief=len(own) + len(by_phone) > 1)
    _by_phone(page, by_phone, keep=1, day=None if page.length else day)
    return _done(page, found)


def _heard_by(
    session: Session, chat: Chat, office: Office, day: date, calendar: Calendar
) -> list[tuple[Alone, Matter]]:
    """The units without a group whose morning is heard in this chat, each with its matters."""
    here = [one for one in Ears(session, office, day).alone() if chat.id in one.chats]
    matters = Matters(session, office, day, calendar, {unit for one in here for unit in one.units})
    return [(one, matters.of(one.units, told.in_private(session, one.unit.id or 0, chat.id or 0, day))) for one in here]


def calls(one: Alone, matter: Matter) -> bool:
    """Whether a unit without a group gives a reason to speak. Nobody is rung up about what only waits to be signed."""
    return matter.calls and (not one.by_phone or _rung_about(matter))


def _rung_about(matter: Matter) -> bool:
    return (
        any(matter.parts.values()) or bool(matter.reasons or matter.helping[1] or matter.drafts) or matter.year_is_shown
    )


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
    parts_keep = keep + (2 if helping_lines else 0)
    page.items(_("Quá hạn"), matter.parts[Part.OVERDUE], day, prefix=_("hạn "), keep=parts_keep)
    page.items(_("Đến hạn hôm nay"), matter.parts[Part.TODAY], day, keep=parts_keep)
    page.items(_("Sắp đến hạn"), matter.parts[Part.SOON], day, keep=parts_keep)
    page.items(_("Chờ ký"), matter.signing, day, keep=parts_keep)
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


def _lines_for(by_phone: Sequence[tuple[Alone, Matter]]) -> int:
    """How many lines are kept for the units to be rung up: half of the message at most."""
    n = sum(_rung_about(matter) for _one, matter in by_phone)
    return min(n + 1, MOST_LINES // 2) if n else 0


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
    said += [_("chờ ký {n}", n=len(matter.signing))] if matter.signing else []
    return said + ([_("cả năm {n}", n=len(matter.year))] if matter.year_is_shown else [])


def _done(page: Page, heard: Sequence[tuple[Alone, Matter]]) -> Words:
    page.rest()
    page.actions = [f"xong {code}" for code in page.about]
    return replace(page.words(), tells=tuple(one.unit.id or 0 for one, _matter in heard))


def _office_page(session: Session, office: Office, matter: Matter, day: date) -> Words:
    """Counts only: nobody is named in the whole-office group by what is pushed there."""
    parts = matter.parts
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
