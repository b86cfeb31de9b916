"""/viec: what there is to do; `việc 12`: one deadline, with the line of the plan it comes from."""

import re

from handlers.authority import Action
from handlers.progress import narrowed
from handlers.talk import Answered, Command, Refused, Talk
from lang.spoken_days import day_words, day_words_with_year
from lang.text import N_, _
from schedules import policy
from schedules.policy import Part
from schedules.views import Page, due_words, names, office_words, plan_line, short
from storage import deadlines
from storage.deadlines import Item
from storage.models import Plan, TaskKind
from storage.outbox import Words


def run(talk: Talk) -> Answered:
    words = re.sub(r"^(số|so)?\s*", "", talk.words)
    if words.isdecimal():
        return one(talk, int(words))
    sight = talk.units_for(Action.SEE)
    if words:
        sight = narrowed(talk, sight, words)
    items = deadlines.open_items(talk.session, talk.here.id or 0, sight.units)
    shown = [talk.directory.by_id[unit] for unit in sight.units]
    page = Page()
    page.head(f"{office_words(talk.here) if sight.whole else names(shown)}, {day_words(talk.today)}")
    if not items:
        page.line(_("Không còn việc nào chưa ghi nhận kết quả."))
        return page.words()
    live = [item for item in items if not item.deadline.to_confirm]
    dated = [item for item in live if item.deadline.kind in (TaskKind.DATED, TaskKind.REPORT)]
    parts: dict[Part | None, list[Item]] = {}
    for item in dated:
        assert item.deadline.aim_day is not None and item.deadline.last_day is not None  # noqa: PT018
        days = policy.Days(item.deadline.aim_day, item.deadline.last_day)
        parts.setdefault(policy.part(days, talk.today, talk.today, talk.calendar), []).append(item)
    page.items(
        _("Cần xác nhận (hạn đã qua khi nhận kế hoạch)"), [i for i in items if i.deadline.to_confirm], talk.today
    )
    page.items(_("Quá hạn"), parts.get(Part.OVERDUE, []), talk.today, prefix=_("hạn "))
    page.items(_("Đến hạn hôm nay"), parts.get(Part.TODAY, []), talk.today)
    page.items(_("Sắp đến hạn"), parts.get(Part.SOON, []), talk.today)
    page.items(_("Tiếp theo"), parts.get(None, []), talk.today)
    page.items(_("Cả năm"), [i for i in live if i.deadline.kind is TaskKind.ALL_YEAR], talk.today)
    page.items(_("Chưa có hạn"), [i for i in live if i.deadline.kind is TaskKind.OPEN], talk.today)
    page.rest("/tiendo" if sight.whole else _("việc + mã"))
    if not sight.whole and talk.may(Action.CLOSE):
        page.actions = [f"xong {code}" for code in page.about]
    return page.words()


def one(talk: Talk, code: int) -> Words:
    """Everything about one deadline, for those who may see it."""
    item = visible(talk, code)
    deadline, task = item.deadline, item.task
    unit = talk.directory.by_id[deadline.unit_id]
    page = Page()
    page.head(f"{code} {short(task.title, 300)}")
    page.line(_("Đơn vị: {unit}. Hạn: {due}.", unit=unit.name, due=due_words(deadline, talk.today)))
    if task.coordinating:
        page.line(_("Phối hợp: {units}.", units="; ".join(task.coordinating)))
    if task.product:
        page.line(_("Sản phẩm: {product}.", product=short(task.product)))
    page.line(state_words(talk, item))
    plan = talk.session.get(Plan, task.plan_id) if task.plan_id else None
    if plan is not None:
        page.line(_("Căn cứ: {line}.", line=plan_line(task, f"KH{plan.number} {plan.title}")))
    page.about = [code]
    if deadline.done_at is None and deadline.unit_id in talk.units_for(Action.CLOSE).units:
        page.actions = [f"xong {code}"]
    return page.words()


def visible(talk: Talk, code: int) -> Item:
    """The deadline of this code, if it may be seen here. Refuses otherwise."""
    item = deadlines.by_codes(talk.session, talk.here.id or 0, [code]).get(code)
    if item is None:
        raise Refused(no_such(code))
    if item.deadline.unit_id not in talk.units_for(Action.SEE).units:
        raise Refused(_("Việc {code} thuộc đơn vị khác, xem trong nhóm của đơn vị đó.", code=code))
    return item


def no_such(code: int) -> str:
    return _("Không có việc {code}. Xem mã việc: /viec", code=code)


def state_words(talk: Talk, item: Item) -> str:
    """How a deadline stands, in neutral words."""
    deadline = item.deadline
    if deadline.done_at is not None:
        how = _("sau hạn") if deadlines.was_late(deadline) else _("đúng hạn")
        day = deadline.document_day or deadline.done_day
        document = _("số {number}, ", number=deadline.document) if deadline.document else ""
        day_said = day_words_with_year(day) if day else ""
        return _("Đã ghi nhận kết quả: {document}{day}, {how}.", document=document, day=day_said, how=how)
    if deadline.to_confirm:
        return _("Cần Văn phòng xác nhận: hạn đã qua khi nhận kế hoạch.")
    if deadline.kind is TaskKind.ALL_YEAR and deadline.due is not None and talk.today > deadline.due:
        return _("Chờ đánh giá.")
    overdue = (
        deadline.last_day is not None and deadline.last_day < talk.today and deadline.kind is not TaskKind.ALL_YEAR
    )
    return _("Quá hạn, chưa ghi nhận kết quả.") if overdue else _("Chưa ghi nhận kết quả.")


COMMAND = Command(
    name="việc",
    slash="viec",
    says=(
        "còn việc gì",
        "còn việc gì tuần này",
        "việc tuần này",
        "tuần này",
        "còn việc gì không",
        "danh sách việc",
        "xong chưa",
        "căn cứ",
        "nguồn",
    ),
    help=N_("xem việc chưa xong; việc 12: một việc và căn cứ của nó"),
    example="/viec",
    action=Action.SEE,
    run=run,
    takes_codes=True,
)
