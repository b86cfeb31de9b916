"""`giao QLVH: báo cáo lễ hội trước thứ sáu`: a task outside any plan; several of them, one to a line, are shown first
and given on «đồng ý giao»."""

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, time
from typing import Any

from handlers import orders
from handlers.asked import said_day
from handlers.authority import Action
from handlers.given import Given, Unclear, give, on, understood
from handlers.orders import Order
from handlers.talk import Answered, Command, NotMine, Refused, Talk, pick
from lang.fold import fold
from lang.text import N_, _, many
from schedules.views import due_words, numbered, short
from storage import deadlines
from storage.models import Deadline, Question, TaskKind
from storage.outbox import Words

MOST_AT_ONCE = 10
AGREED = "đồng ý giao"
_YES = (AGREED, "đồng ý", "giao", "đúng", "ok")
_NO = ("thoi", "khong giao", "khong")
_FIX = re.compile(r"(?:dòng |dong )?(\d{1,2})\s*[.):]?\s+(\S.*)", re.DOTALL | re.IGNORECASE)


def run(talk: Talk) -> Answered:
    if not talk.words or _known(talk, talk.words):  # «giao Bảo tàng tỉnh» answers the question who leads a row
        raise NotMine(_incomplete())
    said = orders.lines(talk.words)
    if len(said) > MOST_AT_ONCE:
        raise Refused(_("Xin giao mỗi lần không quá {n} việc.", n=MOST_AT_ONCE))
    found = [_order(talk, line) for line in said]
    if not talk.incoming.addressed and any(one is None or not _known(talk, one.who) for one in found):
        raise NotMine
    talk.need(Action.ASSIGN)
    if len(found) > 1:
        return _preview(talk, [one or Order("", line) for one, line in zip(found, said, strict=True)])
    if found[0] is None:
        raise Refused(_incomplete())
    return _one(talk, found[0])


def _incomplete() -> str:
    return _("Xin ghi đơn vị, việc và hạn, ví dụ: giao Văn phòng: báo cáo lễ hội trước 15/6")


def fits(name: str, words: str) -> bool:
    """Overheard in a group: who, a colon, what."""
    return re.match(r"[^:]{2,120}:\s*\S", words) is not None


def _known(talk: Talk, words: str) -> bool:
    return bool(words) and not talk.directory.who([words]).strange


def _order(talk: Talk, line: str) -> Order | None:
    return orders.order(line, lambda words: _known(talk, words))


def _one(talk: Talk, order: Order) -> Words:
    try:
        return give(talk, [understood(talk, order)])
    except Unclear as unclear:
        choices = [(said_day(talk, day), day.isoformat()) for day in unclear.days]
        hour = unclear.hour.isoformat() if unclear.hour else None
        talk.ask("order", {"order": asdict(order), "strict": unclear.strict, "hour": hour}, choices)
        lines = [unclear.sentence, *numbered([label for label, _iso in choices], 0)]
        lines.append(
            _("Trả lời bằng số, hoặc ghi ngày như: trước 15/6") if choices else _("Xin ghi ngày như: trước 15/6")
        )
        return Words("\n".join(lines))


def answer_order(talk: Talk, question: Question, words: str) -> Answered:
    """The day of a task that was given without one."""
    if fold(words) in _NO:
        return Words(_("Đã bỏ, chưa giao việc nào."))
    order = Order(**question.subject["order"])
    try:
        day = date.fromisoformat(pick(question, words))
    except NotMine:
        if not orders.is_time(words):
            raise
        talk.need(Action.ASSIGN)
        return _one(talk, replace(order, when=words))
    talk.need(Action.ASSIGN)
    hour = time.fromisoformat(question.subject["hour"]) if question.subject["hour"] else None
    when = replace(order, when=f"{day:%d/%m/%Y}")
    return give(talk, [on(talk, understood(talk, when), [day], question.subject["strict"], hour)])


def _preview(talk: Talk, said: Sequence[Order]) -> Words:
    """What several tasks were understood as; nothing is given yet."""
    lines, clear = [], 0
    for number, order in enumerate(said, 1):
        found = _understood(talk, order)
        if isinstance(found, str):
            lines.append(f"{number}. {order.who}: {short(order.title, 32)} ({found})")
            continue
        clear += 1
        units = ", ".join(unit.called for unit in (talk.directory.by_id[unit] for unit in found.units))
        lines.append(f"{number}. {units}: {short(found.title, 48)}, {_due(talk, found)}")
    talk.ask("orders", {"orders": [asdict(order) for order in said]}, [(yes, True) for yes in _YES if clear])
    head = _("Sẽ giao {clear} trong {all} việc:", clear=clear, all=len(said))
    hint = _("Trả lời: đồng ý giao. Sửa một dòng: 2 trước 15/6. Không giao: thôi")
    return Words("\n".join([head, *lines, hint]), actions=(AGREED,) if clear else ())


def _understood(talk: Talk, order: Order) -> Given | str:
    """What an order means, or why it cannot be given."""
    if not order.who:
        return _("chưa rõ đơn vị")
    try:
        return understood(talk, order)
    except Unclear as unclear:
        return _("chưa rõ hạn") if not order.when else unclear.sentence
    except Refused as refused:
        return refused.sentence.split(". ")[0].rstrip(".")


def _due(talk: Talk, given: Given) -> str:
    first = Deadline(
        office_id=0, task_id=0, unit_id=0, code=0, kind=TaskKind.DATED, due=given.due[0], strict=given.strict
    )
    first.hour = given.hour
    deadlines.set_days(first, talk.calendar)
    said = due_words(first, talk.today)
    return (
        many("{n} hạn, hạn đầu {due}", "{n} hạn, hạn đầu {due}", len(given.due), due=said)
        if len(given.due) > 1
        else said
    )


def answer_orders(talk: Talk, question: Question, words: str) -> Answered:
    """«đồng ý giao», «2 trước 15/6», «thôi»."""
    said = fold(words).strip(" .")
    if said in map(fold, _YES):
        return _give_all(talk, question)
    if said in _NO:
        return Words(_("Đã bỏ, chưa giao việc nào."))
    fixed = _FIX.fullmatch(words.strip())
    before: list[dict[str, Any]] = question.subject["orders"]
    if fixed is None or not 1 <= int(fixed[1]) <= len(before):
        raise NotMine
    talk.need(Action.ASSIGN)
    now = [Order(**one) for one in before]
    place = int(fixed[1]) - 1
    if orders.is_time(fixed[2]):
        now[place] = replace(now[place], when=fixed[2])
    elif (again := _order(talk, fixed[2])) is not None:
        now[place] = again
    else:
        raise NotMine
    return _preview(talk, now)


def _give_all(talk: Talk, question: Question) -> Words:
    talk.need(Action.ASSIGN)
    said = [Order(**one) for one in question.subject["orders"]]
    found = [_understood(talk, order) for order in said]
    given = [one for one in found if isinstance(one, Given)]
    left = [
        _("Chưa giao {unit}: {title} ({why})", unit=order.who, title=short(order.title, 32), why=why)
        for order, why in zip(said, found, strict=True)
        if isinstance(why, str)
    ]
    if not given:
        raise Refused("\n".join(left))
    return give(talk, given, left)


COMMAND = Command(
    name="giao",
    slash="giao",
    says=("giao việc", "giao nhiệm vụ", "giao cho"),
    help=N_("giao việc ngoài kế hoạch; nhiều việc thì mỗi việc một dòng"),
    example="giao Văn phòng báo cáo lễ hội trước 15/6",
    place=8.1,
    action=Action.ASSIGN,
    run=run,
    anyone=True,
    fits=fits,
)
ANSWERS = {"order": answer_order, "orders": answer_orders}
