"""What an order means in this office, and the giving of it: the tasks, their deadlines, and who is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from handlers import orders
from handlers.asked import capital, said_day
from handlers.authority import Action
from handlers.deciding import name_of
from handlers.orders import Order
from handlers.talk import Refused, Talk
from handlers.telling import tell_each, tell_units
from lang import doubts
from lang.deadlines import typed
from lang.doubts import Doubt
from lang.spoken_days import hour_words
from lang.text import _, many
from lang.workdays import last_day
from schedules import reminders
from schedules.tell import Ear, Kind
from schedules.views import due_words, item_line, short
from storage import contributions, deadlines
from storage.deadlines import Item
from storage.models import Deadline, Task, TaskKind, Unit
from storage.outbox import Words

FEW = 6
MOST_UNITS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Given:
    """An order understood. `due`: the day as written, one for each time; `every`: the words that repeat it."""

    units: tuple[int, ...]
    title: str
    due: tuple[date, ...]
    phrase: str
    strict: bool = False
    hour: time | None = None
    every: str = ""
    product: str = ""
    helpers: tuple[int, ...] = ()
    grounds: str = ""
    superior_due: date | None = None


class Unclear(Exception):
    """It is not certain which day is meant: `sentence` asks, `days` may be offered."""

    def __init__(self, sentence: str, days: Sequence[date] = (), strict: bool = False, hour: time | None = None):
        super().__init__()
        self.sentence, self.days, self.strict, self.hour = sentence, days, strict, hour


def understood(talk: Talk, order: Order) -> Given:
    """Raises `Unclear`, and `Refused` where something other than the day is missing or must not be."""
    units = units_named(talk, order.who)
    refuse_others(talk, units)
    if not order.title:
        raise Refused(_("Xin ghi rõ việc cần làm, ví dụ: giao Văn phòng: báo cáo lễ hội trước 15/6"))
    helpers = units_named(talk, order.helpers) if order.helpers else ()
    given = Given(units, capital(order.title), (), "", helpers=tuple(unit for unit in helpers if unit not in units))
    superior = _superior(talk, order.superior) if order.superior else None
    given = replace(given, product=order.product, grounds=order.grounds, superior_due=superior)
    return dated(talk, given, order.when, order.hint)


def units_named(talk: Talk, words: str) -> tuple[int, ...]:
    """The units that words name. Refuses a name that is none of the office's, and offers what is near."""
    who = talk.directory.who([words])
    if who.units and not who.strange:
        return who.units
    raise Refused(talk.no_unit(words))


def refuse_others(talk: Talk, units: Sequence[int]) -> None:
    """Refuse unless this person may give these units a task here."""
    mine = talk.units_for(Action.ASSIGN).units
    sight = talk.group_sight
    if sight is not None and not sight.whole:
        outside = [talk.directory.by_id[unit].name for unit in units if unit not in sight.units]
        if outside:
            refused = _("Trong nhóm này chỉ giao được việc của đơn vị mình, không giao cho {unit}.", unit=outside[0])
            raise Refused(refused)
    others = [talk.directory.by_id[unit].name for unit in units if unit not in mine]
    if others:
        refused = _("Anh/chị chưa được giao việc cho {unit}. Người giao được: Văn phòng, lãnh đạo.", unit=others[0])
        raise Refused(refused)


def _superior(talk: Talk, words: str) -> date:
    meaning = typed(words, talk.local)
    if meaning.doubts or len(meaning.due) != 1:
        raise Refused(_("Nhắc Việc chưa hiểu hạn của văn bản «{words}». Xin ghi như: hạn 20/6", words=short(words, 40)))
    return meaning.due[0]


def dated(talk: Talk, given: Given, when: str, hint: str = "") -> Given:
    """The same with the days that `when` names; `hint` may name one. Raises `Unclear`; refuses a day that is past."""
    if not when:
        raise Unclear(_("Hạn của việc «{title}» là ngày nào?", title=short(given.title)), _hinted(talk, given, hint))
    if orders.too_often(when):
        raise Refused(
            _("Việc lặp lại hằng ngày, hay mấy tuần một lần, chưa đặt hạn được. Xin ghi theo tuần, tháng hoặc quý.")
        )
    meaning = orders.coming(when, talk.local, talk.calendar)
    if orders.weekly(when) and not meaning.due:
        raise Refused(_("Việc lặp lại hằng tuần: xin ghi thứ mấy, ví dụ: hàng tuần trước thứ Sáu"))
    if meaning.doubts and meaning.doubts[0].code != "backward_day":
        doubt = meaning.doubts[0]
        if doubt.code == "which_year" and doubt.suggest:
            raise Refused(_past(talk, doubt.suggest[0], True))
        raise Unclear(doubts.words(doubt), _offered(talk, doubt), meaning.strict, meaning.time)
    if not meaning.due:
        raise Unclear(_("Nhắc Việc chưa hiểu ngày «{words}». Hạn là ngày nào?", words=short(when, 40)))
    every = when if meaning.kind == "recurring" else ""
    return on(talk, replace(given, phrase=when, every=every), meaning.due, meaning.strict, meaning.time)


def on(talk: Talk, given: Given, due: Sequence[date], strict: bool, hour: time | None) -> Given:
    """The same, due on these days. Refuses a day that is past, and one after what the paper allows."""
    for day in due:
        last = last_day(day, strict, hour, talk.calendar).last
        if last < talk.today or (hour is not None and day == talk.today and hour <= talk.local.time()):
            raise Refused(_past(talk, last, False, hour))
        if given.superior_due is not None and last > given.superior_due:
            limit = said_day(talk, given.superior_due)
            raise Refused(_("Hạn giao sau hạn của văn bản ({day}). Xin xem lại.", day=limit))
    return replace(given, due=tuple(due), strict=strict, hour=hour)


def _past(talk: Talk, day: date, of_this_year: bool, hour: time | None = None) -> str:
    named = said_day(talk, day) if hour is None else f"{hour_words(hour)} {said_day(talk, day)}"
    said = capital(_("{day} đã qua. Xin ghi hạn từ nay trở đi.", day=named))
    if of_this_year:
        said += " " + _("Nếu là năm sau, xin ghi cả năm: {day}.", day=f"{day:%d/%m}/{day.year + 1}")
    return said


def _hinted(talk: Talk, given: Given, hint: str) -> list[date]:
    days: list[date] = [given.superior_due] if given.superior_due else []
    if hint:
        meaning = typed(hint, talk.local)
        days = [*meaning.due, *(day for doubt in meaning.doubts for day in _offered(talk, doubt)), *days]
    return [day for day in dict.fromkeys(days) if day >= talk.today]


def _offered(talk: Talk, doubt: Doubt) -> list[date]:
    days = [*doubt.dates, *doubt.suggest]
    if doubt.code == "today_or_next":
        days += [day + timedelta(days=7) for day in doubt.dates]
    return [day for day in dict.fromkeys(days) if day >= talk.today]


def give(talk: Talk, given: Sequence[Given], left: Sequence[str] = ()) -> Words:
    """Make these tasks and tell their units; the answer says `left` too."""
    made: list[Deadline] = []
    for one in given:
        made += _make(talk, one)
    codes = [deadline.code for deadline in made]
    talk.write("give", " ".join(map(str, codes)))
    for deadline in made:
        reminders.expect_hour(talk.session, deadline.id or 0, talk.here, talk.now)
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes)
    items = [found[code] for code in codes]
    tell_units(talk, Kind.GIVEN, items, lambda ear, some: to_unit(talk, ear, some))
    _tell_helpers(talk, items)
    tasks = _by_task(items)
    lines = _said(talk, tasks[0]) if len(tasks) == 1 else _list(talk, tasks)
    lines += [*_unheard(talk, items), *left]
    lines.append(_("Nhầm thì trả lời: hoàn tác"))
    return Words("\n".join(lines), actions=("hoàn tác",), about=tuple(codes))


def _make(talk: Talk, one: Given) -> list[Deadline]:
    by_id = talk.directory.by_id
    task = Task(
        office_id=talk.here.id or 0,
        ref="",
        title=one.title,
        lead=[by_id[unit].name for unit in one.units],
        coordinating=[by_id[unit].name for unit in one.helpers],
        product=one.product,
        phrase=one.phrase,
        kind=TaskKind.DATED,
        due=[day.isoformat() for day in one.due],
        strict=one.strict,
        hour=one.hour,
        given_by=talk.actor().id,
        grounds=one.grounds,
        superior_due=one.superior_due,
        every=one.every,
    )
    talk.session.add(task)
    talk.session.flush()
    made = [
        deadlines.new(talk.session, talk.here, task, unit, day, talk.calendar, strict=one.strict, hour=one.hour)
        for unit in one.units
        for day in one.due
    ]
    talk.session.flush()
    talk.journal.made(task, *made)
    return made


def _by_task(items: Sequence[Item]) -> list[list[Item]]:
    found: dict[int, list[Item]] = {}
    for item in items:
        found.setdefault(item.deadline.task_id, []).append(item)
    return list(found.values())


def _said(talk: Talk, items: Sequence[Item]) -> list[str]:
    """The answer about one task."""
    task, first = items[0].task, items[0].deadline
    units = _units(talk, items)
    if len(items) == 1:
        head = _("Đã giao {unit}: {line}.", unit=units[0].name, line=item_line(items[0], talk.today))
        return [head, *details(talk, task, _helping(talk, items), giver=False)]
    days = len({item.deadline.due for item in items})
    due = due_words(first, talk.today)
    if days > 1:
        due = many("{n} hạn, hạn đầu {due}", "{n} hạn, hạn đầu {due}", days, due=due)
    lines = [_("Đã giao {n} đơn vị: {title}, {due}.", n=len(units), title=short(task.title), due=due)]
    if len(units) == 1:
        lines = [_("Đã giao {unit}: {title}, {due}.", unit=units[0].name, title=short(task.title), due=due)]
    for unit in units[:MOST_UNITS_SHOWN]:
        codes = _range([item.deadline.code for item in items if item.deadline.unit_id == unit.id])
        one = len(units) == 1
        lines.append(_("Mã: {codes}.", codes=codes) if one else _("Mã {codes}: {unit}", codes=codes, unit=unit.name))
    if len(units) > MOST_UNITS_SHOWN:
        lines.append(_("và {n} đơn vị khác.", n=len(units) - MOST_UNITS_SHOWN))
    return [*lines, *details(talk, task, _helping(talk, items), giver=False)]


def _list(talk: Talk, tasks: Sequence[Sequence[Item]]) -> list[str]:
    """The answer about several."""
    lines = [_("Đã giao {n} việc:", n=len(tasks))]
    for items in tasks[:MOST_UNITS_SHOWN]:
        units = ", ".join(unit.called for unit in _units(talk, items))
        codes, due = _range([item.deadline.code for item in items]), due_words(items[0].deadline, talk.today)
        lines.append(f"{codes} {units}: {short(items[0].task.title, 48)}, {due}")
    if len(tasks) > MOST_UNITS_SHOWN:
        lines.append(_("và {n} việc khác: {command}", n=len(tasks) - MOST_UNITS_SHOWN, command="/viec"))
    return lines


def _units(talk: Talk, items: Sequence[Item]) -> list[Unit]:
    return [talk.directory.by_id[unit] for unit in dict.fromkeys(item.deadline.unit_id for item in items)]


def _range(codes: Sequence[int]) -> str:
    whole = len(codes) > 2 and codes[-1] - codes[0] == len(codes) - 1
    return f"{codes[0]}–{codes[-1]}" if whole else ", ".join(map(str, codes))


def details(talk: Talk, task: Task, helping: str, *, giver: bool = True) -> list[str]:
    """What else is to be known of a given task, for whoever does it; `helping` says who co-operates."""
    lines = []
    if task.every:
        lines.append(_("Lặp lại: {every}, đến hết năm {year}.", every=task.every, year=max(task.due)[:4]))
    if task.product:
        lines.append(_("Sản phẩm: {product}.", product=short(task.product)))
    if helping:
        lines.append(helping)
    if task.grounds and task.superior_due:
        due = said_day(talk, task.superior_due)
        lines.append(_("Căn cứ: {paper}, hạn của văn bản {day}.", paper=short(task.grounds), day=due))
    elif task.grounds:
        lines.append(_("Căn cứ: {paper}.", paper=short(task.grounds)))
    if giver and task.given_by:
        lines.append(_("Người giao: anh/chị {name}.", name=name_of(talk, task.given_by)))
    return lines


def _helping(talk: Talk, items: Sequence[Item]) -> str:
    """Who co-operates; by which day, where there is one day for all."""
    units = "; ".join(items[0].task.coordinating)
    day = contributions.day_of(items[0].deadline, talk.here, talk.calendar)
    if units and day is not None and len({item.deadline.due for item in items}) == 1:
        return _("Phối hợp: {units}, gửi chậm nhất {day}.", units=units, day=said_day(talk, day))
    return _("Phối hợp: {units}.", units=units) if units else ""


def to_unit(talk: Talk, ear: Ear, items: Sequence[Item]) -> Words:
    """What a unit hears of what it was given; a co-operating unit hears it too."""
    units = ", ".join(unit.name for unit in _units(talk, items))
    head = _("{to}việc mới giao {unit}", to=ear.opening, unit=units)
    lines = [item_line(item, talk.today, prefix=_("hạn ")) for item in items[:FEW]]
    if len(items) > FEW:
        lines.append(_("và {n} việc khác: {command}", n=len(items) - FEW, command="/viec"))
    if len(_by_task(items)) == 1:
        lines += details(talk, items[0].task, _helping(talk, items))
    else:
        lines.append(_("Người giao: anh/chị {name}.", name=name_of(talk, items[0].task.given_by)))
    codes = tuple(item.deadline.code for item in items)
    lines.append(_("Xin trả lời tin này: đã nhận"))
    named = " ".join(map(str, codes[:FEW]))
    actions = () if ear.relayed or len(codes) > FEW else (f"đã nhận {named}",)
    return Words(capital("\n".join([head, *lines])), actions=actions, about=codes)


def _tell_helpers(talk: Talk, items: Sequence[Item]) -> None:
    """Tell the co-operating units with whom they are to work, and on what."""
    first = [same[0] for same in _by_task(items)]
    whom = [(unit, item) for item in first for unit in talk.directory.who(item.task.coordinating).units]
    tell_each(talk, Kind.HELPING, whom, lambda ear, some: _to_helper(talk, ear, some))


def _to_helper(talk: Talk, ear: Ear, items: Sequence[Item]) -> Words:
    lines = [_("{to}việc mới cần phối hợp", to=ear.opening)]
    for item in items[:FEW]:
        lead = ", ".join(item.task.lead)
        line = _("{line}, chủ trì: {unit}", line=item_line(item, talk.today, prefix=_("hạn ")), unit=lead)
        day = contributions.day_of(item.deadline, talk.here, talk.calendar)
        lines.append(_("{line}, gửi chậm nhất {day}", line=line, day=said_day(talk, day)) if day else line)
    lines.append(_("Người giao: anh/chị {name}.", name=name_of(talk, items[0].task.given_by)))
    return Words(capital("\n".join(lines)), about=tuple(item.deadline.code for item in items))


def _unheard(talk: Talk, items: Sequence[Item]) -> list[str]:
    """Of the units without a group: how they hear of it."""
    lines = []
    for unit in _units(talk, items):
        ears = talk.ears.unit(unit.id or 0)
        if not ears:
            lines.append(_("{unit} chưa có nhóm, xin báo trực tiếp.", unit=unit.name))
        elif any(ear.relayed for ear in ears):
            lines.append(_("{unit} chưa có nhóm, đã nhờ Văn phòng báo.", unit=unit.name))
    return lines
