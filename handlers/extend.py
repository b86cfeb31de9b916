"""`gia hạn 14 đến 20/6 vì chờ số liệu`: a unit asks for a later day; whoever decides gets it with its buttons."""

from collections.abc import Sequence
from datetime import date

from handlers import asked as read
from handlers.asked import Asked, codes_replied, is_off, new_day, offer_working_days, said_day
from handlers.authority import Action
from handlers.deciding import current_day, extension_line, others_who_decide
from handlers.talk import Answered, Command, NotMine, Refused, Talk, pick
from handlers.telling import tell_deciders
from handlers.work import elsewhere, visible
from lang.fold import fold
from lang.text import N_, _
from schedules.tell import Ear, Kind
from schedules.views import due_words
from storage import deadlines
from storage.deadlines import Item
from storage.models import Extension, ExtensionState, Question, TaskKind
from storage.outbox import Words

MOST_AT_ONCE = 5
EXAMPLE_DAYS = 3
"""Working days after the present day that an example names."""
_NO = ("thoi", "khong", "bo qua")


def run(talk: Talk) -> Answered:
    said = read.read(talk.words, counts=True)
    replied = codes_replied(talk)
    codes = said.codes or (replied if len(replied) == 1 else ())
    if not codes:
        raise NotMine(_("Xin gõ mã việc, ngày mới và lý do, ví dụ: gia hạn 14 đến 20/6 vì chờ số liệu"))
    if len(codes) > MOST_AT_ONCE:
        raise Refused(_("Xin gia hạn mỗi lần không quá {n} việc.", n=MOST_AT_ONCE))
    items = _extendable(talk, codes)
    if not said.dated:
        raise Refused(_no_day(talk, items[0], said))
    days = [new_day(talk, said, current_day(talk, item), item.deadline.code) for item in items]
    return _with_days(talk, items, days, said.why)


def fits(name: str, words: str) -> bool:
    return read.certain(words, counts=True)


def _extendable(talk: Talk, codes: Sequence[int]) -> list[Item]:
    """Refuses all of them where one cannot be extended by this person."""
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes, lock=True)
    items = [found.get(code) or visible(talk, code) for code in codes]
    if whys := [why for item in items if (why := _why_not(talk, item))]:
        raise Refused("\n".join(whys))
    return items


def _with_days(talk: Talk, items: Sequence[Item], days: Sequence[date], why: str) -> Words:
    codes = [item.deadline.code for item in items]
    for item, day in zip(items, days, strict=True):
        if is_off(talk, day):
            if len(items) > 1:
                raise Refused(read.day_off(talk, day))
            subject = {"codes": codes, "why": why}
            return offer_working_days(talk, "extend_day", subject, day, current_day(talk, item))
    if not why:
        talk.ask("extend_why", {"codes": codes, "days": [day.isoformat() for day in days]}, [])
        asked = "; ".join(
            _(
                "{codes} đến {day}",
                codes=", ".join(str(code) for code, its in zip(codes, days, strict=True) if its == day),
                day=said_day(talk, day),
            )
            for day in dict.fromkeys(days)
        )
        return Words(_("Xin cho biết lý do gia hạn việc {asked}. Trả lời: vì …", asked=asked), about=tuple(codes))
    return _asked(talk, items, days, why)


def _asked(talk: Talk, items: Sequence[Item], days: Sequence[date], why: str) -> Words:
    person = talk.actor()
    lines, asked = [], []
    for item, day in zip(items, days, strict=True):
        deadline = item.deadline
        if item.asked is not None:  # asked again: the new day takes its place
            talk.journal.touch(item.asked)
            item.asked.state = ExtensionState.WITHDRAWN
        late = deadline.last_day is not None and talk.today > deadline.last_day
        extension = Extension(
            deadline_id=deadline.id or 0, asked_by=person.id or 0, asked_at=talk.now, day=day, why=why, late=late
        )
        talk.session.add(extension)
        talk.session.flush()
        talk.journal.made(extension)
        asked.append(Item(deadline, item.task, item.plan, extension))
        lines.append(_("Đã xin gia hạn {line}.", line=extension_line(talk, item, extension, day)))
    lines.append(_("Lý do: {why}", why=why))
    codes = [item.deadline.code for item in items]
    talk.write("extend", " ".join(map(str, codes)))
    tell_deciders(talk, Kind.EXTENSION, asked, lambda ear, some: _to_decider(talk, ear, some))
    lines.append(_("Chờ ý kiến {who}; khi chưa được duyệt, hạn giữ nguyên.", who=others_who_decide(talk, asked[0])))
    lines.append(_("Nhầm thì trả lời: hoàn tác"))
    return Words("\n".join(lines), actions=("hoàn tác",), about=tuple(codes))


def _to_decider(talk: Talk, ear: Ear, items: Sequence[Item]) -> Words:
    units = list(dict.fromkeys(talk.directory.by_id[item.deadline.unit_id].name for item in items))
    lines = [_("{to}{unit} xin gia hạn", to=ear.opening, unit=", ".join(units))]
    lines += [extension_line(talk, item, item.asked, item.asked.day) for item in items if item.asked]
    whys = dict.fromkeys(item.asked.why for item in items if item.asked)
    lines.append(_("Lý do: {why}", why="; ".join(whys)))
    codes = [item.deadline.code for item in items]
    said = " ".join(map(str, codes))
    lines.append(_("Trả lời: duyệt {code} / không duyệt {code}", code=said))
    actions = () if ear.relayed else (f"duyệt {said}", f"không duyệt {said}")
    return Words(read.capital("\n".join(lines)), actions=actions, about=tuple(codes))


def _why_not(talk: Talk, item: Item) -> str:
    deadline, code = item.deadline, item.deadline.code
    if deadline.unit_id not in talk.units_for(Action.SEE).units:
        return elsewhere(code)
    if deadline.unit_id not in talk.units_for(Action.EXTEND).units:
        return _(
            "Anh/chị chưa được xin gia hạn việc {code}. Người xin được: đầu mối, trưởng đơn vị chủ trì.", code=code
        )
    if deadline.done_at is not None:
        return _("Việc {code} đã ghi nhận kết quả nên không cần gia hạn.", code=code)
    if deadline.to_confirm:
        return _("Việc {code} đang chờ Văn phòng xác nhận nên chưa gia hạn được.", code=code)
    if deadline.due is None:
        return _("Việc {code} chưa có hạn nên không cần gia hạn. Người đặt hạn được: Văn phòng.", code=code)
    if deadline.kind is TaskKind.ALL_YEAR:
        return _("Việc {code} làm cả năm nên không gia hạn.", code=code)
    return ""


def _no_day(talk: Talk, item: Item, said: Asked) -> str:
    deadline = item.deadline
    start = max(deadline.last_day or talk.today, talk.today)
    example = talk.calendar.later(start, EXAMPLE_DAYS)
    return _(
        "Xin ghi ngày mới, hạn hiện tại là {due}. Ví dụ: gia hạn {code} đến {day} vì {why}",
        due=due_words(deadline, talk.today),
        code=deadline.code,
        day=f"{example:%d/%m}",
        why=said.why or "…",
    )


def answer_day(talk: Talk, question: Question, words: str) -> Answered:
    day = date.fromisoformat(pick(question, words))
    return _again(talk, question, [day], question.subject["why"])


def answer_why(talk: Talk, question: Question, words: str) -> Answered:
    """In a group other people talk too: there it must say that it is a reason, or be said to the bot."""
    if fold(words).strip(" .") in _NO:
        return Words(_("Chưa xin gia hạn."))
    if not talk.incoming.addressed and not read.is_reason(words):
        raise NotMine
    why = read.reason_of(words)
    if not any(letter.isalpha() for letter in why):
        raise NotMine
    days = [date.fromisoformat(day) for day in question.subject["days"]]
    return _again(talk, question, days, why)


def _again(talk: Talk, question: Question, days: Sequence[date], why: str) -> Words:
    return _with_days(talk, _extendable(talk, question.subject["codes"]), days, why)


COMMAND = Command(
    name="gia hạn",
    slash="giahan",
    says=(
        "xin gia hạn",
        "đề nghị gia hạn",
        "lùi hạn",
        "xin lùi hạn",
        "xin lùi",
        "xin thêm",
        "nộp muộn",
        "xin nộp muộn",
        "gia hạn việc",
        "xin gia hạn việc",
    ),
    help=N_("xin lùi hạn một việc"),
    example="gia hạn 14 đến 20/6 vì chờ số liệu",
    place=7.1,
    action=Action.EXTEND,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=fits,
)
ANSWERS = {"extend_day": answer_day, "extend_why": answer_why}
