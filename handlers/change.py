"""`sửa 12 hạn 20/6`, `sửa 12 tên: …`, `sửa 12 giao TCPC`: a task given by message is changed, and its unit told."""

import re
from collections.abc import Callable, Sequence
from functools import partial

from handlers import orders, reading
from handlers.asked import capital
from handlers.authority import Action
from handlers.given import Given, Unclear, dated, refuse_others, to_unit, units_named
from handlers.managed import given, put_on, tell_changed
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.telling import tell_units
from lang.text import N_, _
from schedules.tell import Kind
from schedules.views import due_words, item_name
from storage import deadlines
from storage.deadlines import Item
from storage.outbox import Words

_SAID = re.compile(r"(?:việc\s+|viec\s+|số\s+|so\s+)?(\d{1,9})[\s:,]+(\S.*)", re.IGNORECASE | re.DOTALL)
_UNIT = re.compile(
    r"(?:giao(?: cho)?|chuyển(?: cho| sang)?|chuyen(?: cho| sang)?|đơn vị|don vi)\s*:?\s+(.+)", re.I | re.S
)
_TITLE = re.compile(r"(?:tên|ten|nội dung|noi dung|việc|viec)(?:\s+(?:thành|thanh|là|la))?\s*:?\s+(.+)", re.I | re.S)
_PRODUCT = re.compile(r"(?:sản phẩm|san pham)(?:\s+(?:thành|thanh|là|la))?\s*:?\s+(.+)", re.I | re.S)
_TO = re.compile(r"(?:hạn|han)\s+(?:thành|thanh|sang|mới|moi|là|la)\s+(?=\S)", re.IGNORECASE)


def run(talk: Talk) -> Answered:
    said = _SAID.fullmatch(talk.words.strip())
    if said is None or _is_when(talk.words):
        raise NotMine(_("Xin ghi mã việc và điều cần sửa, ví dụ: sửa 12 hạn 20/6"))
    item, words = given(talk, int(said[1])), _TO.sub("", said[2].strip())
    if (unit := _UNIT.fullmatch(words)) and not talk.incoming.addressed and talk.directory.who([unit[1]]).strange:
        raise NotMine  # «sửa 2 giao diện cho dễ nhìn»
    if unit:
        return _move(talk, item, unit[1])
    if title := _TITLE.fullmatch(words):
        same = _of_task(talk, item)
        talk.journal.touch(item.task)
        item.task.title = capital(" ".join(title[1].split()).strip(" .;"))
        return _changed(talk, same, lambda one: _("Đã đổi tên: {name}.", name=item_name(one)))
    if product := _PRODUCT.fullmatch(words):
        same = _of_task(talk, item)
        talk.journal.touch(item.task)
        made = item.task.product = " ".join(product[1].split()).strip(" .;")
        return _changed(
            talk, same, lambda one: _("Đã sửa {name}, sản phẩm: {product}.", name=item_name(one), product=made)
        )
    if orders.is_time(words):
        return _put(talk, item, words)
    raise Refused(
        _(
            "Chưa hiểu cần sửa gì. Ví dụ: sửa {code} hạn 20/6; sửa {code} tên: …; sửa {code} giao Văn phòng",
            code=item.deadline.code,
        )
    )


def _is_when(words: str) -> bool:
    """«đổi hạn 12 tháng 6»: the number is no code."""
    listed = reading.codes(words)
    return not listed.codes and listed.counted is not None and orders.is_time(listed.rest)


def fits(name: str, words: str) -> bool:
    """Overheard in a group: a code, and what is to be changed said in so many words."""
    listed = reading.codes(words)
    wanted = _TO.sub("", listed.rest.strip(" :,"))
    named = any(pattern.fullmatch(wanted) and ":" in wanted for pattern in (_TITLE, _PRODUCT))
    return len(listed.codes) == 1 and (named or orders.names_day(wanted) or _UNIT.fullmatch(wanted) is not None)


def _put(talk: Talk, item: Item, words: str) -> Words:
    """On another day."""
    deadline, task = item.deadline, item.task
    try:
        now = dated(talk, Given((), task.title, (), "", superior_due=task.superior_due), words)
    except Unclear as unclear:
        raise Refused(unclear.sentence) from None
    if len(now.due) != 1:
        raise Refused(_("Xin ghi một ngày, ví dụ: sửa {code} hạn 20/6", code=deadline.code))
    put_on(talk, deadline, now.due[0], now.strict, now.hour)

    def said(one: Item) -> str:
        return _("Đã đổi hạn {name}: {due}.", name=item_name(one), due=due_words(deadline, talk.today))

    return _changed(talk, [item], said)


def _move(talk: Talk, item: Item, words: str) -> Words:
    """To another unit, which is told of it as of a new task."""
    deadline, task = item.deadline, item.task
    units = units_named(talk, words)
    if len(units) != 1:
        raise Refused(_("Xin ghi một đơn vị, ví dụ: sửa {code} giao Văn phòng", code=deadline.code))
    refuse_others(talk, units)
    old, new = talk.directory.by_id[deadline.unit_id], talk.directory.by_id[units[0]]
    if old.id == new.id:
        raise Refused(_("Việc {code} đang do {unit} thực hiện.", code=deadline.code, unit=new.name))
    names = {"name": item_name(item), "old": old.name, "new": new.name}
    tell_changed(talk, [item], [lambda: _("Đã chuyển {name} từ {old} sang {new}.", **names)])
    talk.journal.touch(deadline, task)
    deadline.unit_id, deadline.received_at, deadline.received_by = new.id or 0, None, None
    task.lead = [new.name if name == old.name else name for name in task.lead]
    tell_units(talk, Kind.GIVEN, [item], lambda ear, some: to_unit(talk, ear, some))
    return _written(talk, [item], [_("Đã chuyển {name} từ {old} sang {new}.", **names)])


def _of_task(talk: Talk, item: Item) -> list[Item]:
    """The deadlines of its task, itself first: a name and a product are the same for all of them. Refuses unless this
    person may give all their units work."""
    same = deadlines.of_task(talk.session, item.task)
    units = talk.units_for(Action.ASSIGN).units
    others = [talk.directory.by_id[one.deadline.unit_id].name for one in same if one.deadline.unit_id not in units]
    if others:
        said = {"code": item.deadline.code, "unit": others[0]}
        if not talk.chat.private:
            raise Refused(_("Việc {code} giao chung với {unit}. Xin sửa trong hội thoại riêng với Nhắc Việc.", **said))
        raise Refused(_("Việc {code} giao chung với {unit}. Người sửa được: Văn phòng, lãnh đạo.", **said))
    return [item, *(one for one in same if one.deadline.id != item.deadline.id)]


def _changed(talk: Talk, items: Sequence[Item], said: Callable[[Item], str]) -> Words:
    tell_changed(talk, items, [partial(said, item) for item in items])
    lines = [said(items[0])]
    if others := {item.deadline.unit_id for item in items[1:]} - {items[0].deadline.unit_id}:
        lines.append(_("Việc này giao chung, {n} đơn vị khác cũng được báo.", n=len(others)))
    return _written(talk, items, lines)


def _written(talk: Talk, items: Sequence[Item], lines: Sequence[str]) -> Words:
    codes = tuple(item.deadline.code for item in items)
    talk.write("change", " ".join(map(str, codes)))
    return Words("\n".join([*lines, _("Nhầm thì trả lời: hoàn tác")]), actions=("hoàn tác",), about=codes)


COMMAND = Command(
    name="sửa",
    slash="sua",
    says=("sửa việc", "chỉnh sửa", "đổi hạn"),
    help=N_("sửa một việc đã giao: hạn, tên: …, sản phẩm: …, giao …"),
    example="sửa 12 hạn 20/6",
    place=8.2,
    action=Action.ASSIGN,
    run=run,
    anyone=True,
    fits=fits,
)
