"""`trả lại 12 vì thiếu phụ lục`: a recorded result goes back to its unit with the reason, and the day by which it is
owed again."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from handlers import asked as read
from handlers.asked import Asked, is_off, new_day, offer_working_days, replied_about, said_day
from handlers.authority import Action
from handlers.deciding import decides, others_who_decide, who_decides
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.telling import tell_units
from handlers.work import elsewhere, no_such
from lang.fold import fold
from lang.text import _
from schedules.tell import Ear, Kind
from schedules.views import due_words, item_line, item_name, numbered
from storage import deadlines, evidence
from storage.deadlines import Item
from storage.models import Question
from storage.outbox import Words

MOST_AT_ONCE = 5
OFFERED = (2, 5)
"""When the old day is past: the new days offered, in working days from today."""
KEEP = "keep"
_NO = ("thoi", "khong", "bo qua")


def run(talk: Talk) -> Answered:
    said = read.read(talk.words)
    codes = said.codes or replied_about(talk, Kind.WAITING)
    if not codes or len(codes) > MOST_AT_ONCE:
        raise NotMine(_("Xin gõ mã việc và lý do, ví dụ: trả lại 12 vì thiếu phụ lục"))
    return give_back(talk, codes, said)


def fits(name: str, words: str) -> bool:
    return read.certain(words)


def give_back(talk: Talk, codes: Sequence[int], said: Asked) -> Words:
    """Open these deadlines again. Without a reason it is asked for; without a day the old one is kept while it is not
    past, else one is asked for. Nothing is recorded before both are known."""
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes, lock=True)
    whys = [no_such(code) if code not in found else _why_not(talk, found[code]) for code in codes]
    items = [found[code] for code, why in zip(codes, whys, strict=True) if not why]
    if not items:
        raise Refused("\n".join(whys))
    kept = [item.deadline.code for item in items]
    subject: dict[str, Any] = {"codes": kept, "why": said.why, "day": said.day}
    if not said.why:
        talk.ask("return_why", subject, [])
        listed = ", ".join(map(str, kept))
        return Words(_("Xin cho biết lý do trả lại việc {codes}. Trả lời: vì …", codes=listed), about=tuple(kept))
    days: list[date | None] = [None] * len(items)
    if said.day and said.day != KEEP:
        days = [new_day(talk, said, talk.today - timedelta(days=1), item.deadline.code) for item in items]
        if days[0] is not None and is_off(talk, days[0]):
            return offer_working_days(talk, "return_day", subject, days[0], talk.today)
    elif not said.day and any(_is_past(talk, item) for item in items):
        return _ask_day(talk, items, subject)
    return _given_back(talk, items, days, said.why, [why for why in whys if why])


def _is_past(talk: Talk, item: Item) -> bool:
    last = item.deadline.last_day
    return last is not None and last < talk.today


def _ask_day(talk: Talk, items: Sequence[Item], subject: dict[str, Any]) -> Words:
    offered = [talk.calendar.later(talk.today, n) for n in OFFERED]
    choices = [(said_day(talk, day), day.isoformat()) for day in offered] + [(_("Giữ hạn cũ"), KEEP)]
    talk.ask("return_day", subject, choices)
    late = next(item for item in items if _is_past(talk, item))
    last = said_day(talk, late.deadline.last_day or talk.today)
    asked = _("Hạn cũ của việc {code} ({due}) đã qua. Hạn mới là ngày nào?", code=late.deadline.code, due=last)
    lines = numbered([label for label, _value in choices], 0)
    return Words("\n".join([asked, *lines, _("Trả lời bằng số, hoặc ghi ngày như 20/6.")]))


def _given_back(
    talk: Talk, items: Sequence[Item], days: Sequence[date | None], why: str, answers: Sequence[str]
) -> Words:
    person = talk.actor()
    lines = []
    for item, day in zip(items, days, strict=True):
        deadline = item.deadline
        shown = evidence.of(talk.session, deadline)
        talk.journal.touch(deadline, *shown)
        deadlines.reopen(deadline, talk.calendar)
        for one in shown:
            one.withdrawn = True
        deadline.returned, deadline.return_why = deadline.returned + 1, why
        if day is not None:
            deadlines.move(deadline, day, talk.calendar)
        due = due_words(deadline, talk.today)
        named = item_name(item)
        if day is not None:
            lines.append(_("Đã trả lại {name}, hạn mới {due}.", name=named, due=due))
        else:
            lines.append(_("Đã trả lại {name}, giữ hạn {due}.", name=named, due=due))
    lines.append(_("Lý do: {why}", why=why))
    codes = tuple(item.deadline.code for item in items)
    talk.write("return", " ".join(map(str, codes)))
    tell_units(talk, Kind.RETURNED, items, lambda ear, some: _returned(talk, ear, some, why, person.name))
    lines += [*answers, _("Nhầm thì trả lời: hoàn tác")]
    return Words("\n".join(lines), actions=("hoàn tác",), about=codes)


def _returned(talk: Talk, ear: Ear, items: Sequence[Item], why: str, name: str) -> Words:
    lines = [_("{to}kết quả được trả lại để bổ sung, người trả lại: anh/chị {name}", to=ear.opening, name=name)]
    lines += [item_line(item, talk.today, prefix=_("hạn ")) for item in items]
    codes = [item.deadline.code for item in items]
    said = " ".join(map(str, codes))
    lines += [_("Lý do: {why}", why=why), _("Khi xong, trả lời: xong {code}", code=said)]
    return Words(read.capital("\n".join(lines)), actions=(f"xong {said}",), about=tuple(codes))


def _why_not(talk: Talk, item: Item) -> str:
    deadline, code = item.deadline, item.deadline.code
    if deadline.unit_id not in talk.units_for(Action.SEE).units:
        return elsewhere(code)
    if not decides(talk, item):
        return _("Anh/chị chưa được trả lại việc {code}. Người trả lại được: {who}.", code=code, who=who_decides(item))
    if deadline.done_at is None:
        return _("Việc {code} chưa ghi nhận kết quả nên không có gì để trả lại.", code=code)
    if deadline.done_by == talk.actor().id:
        who = others_who_decide(talk, item)
        return _(
            "Anh/chị đã ghi kết quả việc {code} nên không tự trả lại. "
            "Ghi nhầm thì: hoàn tác. Người trả lại được: {who}.",
            code=code,
            who=who,
        )
    return ""


def answer_why(talk: Talk, question: Question, words: str) -> Answered:
    """In a group other people talk too: there it must say that it is a reason, or be said to the bot."""
    if fold(words).strip(" .") in _NO:
        return Words(_("Chưa trả lại."))
    if not talk.incoming.addressed and not read.is_reason(words):
        raise NotMine
    said = read.read(f"{question.subject['codes'][0]} {words if read.is_reason(words) else 'vì ' + words}")
    if not any(letter.isalpha() for letter in said.why):
        raise NotMine
    return give_back(talk, question.subject["codes"], Asked(day=said.day or question.subject["day"], why=said.why))


def answer_day(talk: Talk, question: Question, words: str) -> Answered:
    day = read.picked_day(question, words)
    return give_back(talk, question.subject["codes"], Asked(day=day, why=question.subject["why"]))


COMMAND = Command(
    name="trả lại",
    slash="tralai",
    says=("trả lại việc", "chưa đạt", "chưa đạt yêu cầu", "bổ sung", "yêu cầu bổ sung", "cần bổ sung", "làm lại"),
    help="",
    example="trả lại 12 vì thiếu phụ lục",
    place=7.6,
    action=Action.ACCEPT,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=fits,
)
ANSWERS = {"return_why": answer_why, "return_day": answer_day}
