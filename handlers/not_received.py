"""`ai chưa nhận`: the quiet list, for leaders alone, of units that have not said that they know of their work."""

from handlers import reading
from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.work import visible
from lang.text import N_, _, many
from schedules.views import Page, item_line, item_name, names, sentence
from storage import deadlines
from storage.deadlines import Item
from storage.models import Unit
from storage.outbox import Words

ROOM = 8


def run(talk: Talk) -> Answered:
    code = reading.code(talk.words)
    if talk.words and code is None:
        raise NotMine
    if not talk.chat.private:
        raise Refused(_("Danh sách này chỉ xem trong hội thoại riêng với Nhắc Việc."))
    units = talk.units_for(Action.WATCH).units
    items = [
        item
        for item in deadlines.open_items(talk.session, talk.here.id or 0, units)
        if item.deadline.received_at is None and not item.deadline.to_confirm
    ]
    if code is not None:
        return _of_one(talk, visible(talk, code), items)
    if not items:
        return Words(_("Các đơn vị đã nhận hết việc đang mở."))
    by_unit: dict[int, list[Item]] = {}
    for item in items:
        by_unit.setdefault(item.deadline.unit_id, []).append(item)
    page = Page()
    page.head(_("Đơn vị chưa báo đã nhận việc"))
    shown = [unit for unit in talk.directory.units if unit.id in by_unit]
    for unit in shown[:ROOM]:
        own = by_unit[unit.id or 0]
        count = many("{n} việc", "{n} việc", len(own))
        page.line(_("{unit}: {count}, gần nhất {code}", unit=unit.name, count=count, code=own[0].deadline.code))
        page.about.append(own[0].deadline.code)
    if len(shown) > ROOM:
        page.line(_("và {n} đơn vị khác.", n=len(shown) - ROOM))
    page.line(_("Xem một việc: ai chưa nhận {code}", code=page.about[0]))
    return page.words()


def _of_one(talk: Talk, item: Item, items: list[Item]) -> Words:
    """Who of those that owe the same task by the same day has not received it."""
    same = [
        one.deadline.unit_id for one in items if one.task.id == item.task.id and one.deadline.due == item.deadline.due
    ]
    shown: list[Unit] = [unit for unit in talk.directory.units if unit.id in same]
    if not shown:
        return Words(sentence(_("Không còn đơn vị nào chưa nhận: {name}", name=item_name(item))))
    head = item_line(item, talk.today, prefix=_("hạn "))
    return Words(f"{head}\n" + _("Chưa báo đã nhận: {units}.", units=names(shown)))


COMMAND = Command(
    name="ai chưa nhận",
    slash="aichuanhan",
    says=("đơn vị nào chưa nhận", "chưa nhận", "ai chưa nhận việc"),
    help=N_("xem đơn vị nào chưa báo đã nhận việc"),
    example="ai chưa nhận",
    place=7.8,
    action=Action.WATCH,
    run=run,
    takes_codes=True,
    fits=lambda name, words: name == "ai chua nhan",
    changes=False,
)
