"""`duyệt 12`: whoever a plan names accepts a result; `duyệt 14 đến 18/6`: an extension is granted, on another day if
one is said."""

from collections.abc import Callable, Sequence
from datetime import date

from handlers import asked as read
from handlers.asked import Asked, codes_replied, is_off, new_day, offer_working_days, replied_about, said_day
from handlers.authority import Action
from handlers.deciding import (
    current_day,
    decided_words,
    decides,
    extension_line,
    moved_line,
    name_of,
    others_who_decide,
    who_decides,
)
from handlers.rows import names_plan
from handlers.talk import Answered, Command, NotMine, Refused, Talk, pick
from handlers.telling import tell_units
from handlers.work import elsewhere, no_such
from lang.text import N_, _
from schedules.tell import Ear, Kind
from schedules.views import MOST_ACTIONS, Page, due_words, item_line, item_name, sentence
from storage import approvals, deadlines
from storage.deadlines import Item
from storage.models import Question
from storage.outbox import Words

RESULT, EXTENSION = "result", "extension"
MOST_AT_ONCE = 10
ROOM = 4
"""Lines of each of the two lists of what waits."""
_ONLY = {"duyet ket qua": RESULT, "duyet gia han": EXTENSION, "dong y gia han": EXTENSION, "cho gia han": EXTENSION}


def run(talk: Talk) -> Answered:
    if (number := names_plan(talk.words)) is not None:
        raise Refused(_("Kế hoạch thì xin gõ: đồng ý KH{number}", number=number))
    said = read.read(talk.words)
    if talk.name == "cho duyet" and talk.words:
        raise NotMine
    codes = said.codes or _replied(talk)
    if not codes and (said.why or said.dated):
        raise NotMine
    if not codes:
        talk.need(Action.ACCEPT)
        return _waiting(talk)
    if said.why:
        example = f"duyệt {codes[0]}"
        raise Refused(_("Câu này chưa rõ nên chưa duyệt. Xin gõ: {example}", example=example))
    return accept(talk, codes, said, EXTENSION if said.dated else _ONLY.get(talk.name, ""))


def fits(name: str, words: str) -> bool:
    """Overheard in a group: codes and nothing else."""
    return name != "cho duyet" and read.certain(words) and not read.read(words).why


def meant(talk: Talk) -> bool:
    """Whether «đồng ý», «nhất trí» are about results and extensions, not about a plan."""
    if talk.words:
        return bool(read.read(talk.words).codes) and names_plan(talk.words) is None
    return bool(_replied(talk))


def _replied(talk: Talk) -> Sequence[int]:
    """What the message replied to is about, if something of it waits: all that it asked to be decided, else the one."""
    if codes := replied_about(talk, Kind.WAITING, Kind.EXTENSION):
        return codes
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes_replied(talk))
    waiting = [code for code, item in found.items() if item.waits or item.asked]
    return waiting if len(waiting) == 1 else ()


def accept(talk: Talk, codes: Sequence[int], said: Asked, only: str) -> Answered:
    """Accept the results, or grant the extensions, that these deadlines wait for (`only` one of the two where it is
    said); each that does not is answered with its reason."""
    if len(codes) > MOST_AT_ONCE:
        raise Refused(_("Xin duyệt mỗi lần không quá {n} việc.", n=MOST_AT_ONCE))
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes, lock=True)
    results, extensions, answers = [], [], []
    for code in codes:
        item = found.get(code)
        if item is None or (why := why_not(talk, item, only)):
            answers.append(no_such(code) if item is None else why)
        elif item.deadline.done_at and not item.waits and not only:
            answers.append(_late_extension(item))
        elif item.waits and item.asked and not only:
            if len(codes) == 1:
                return _ask_which(talk, item)
            answers.append(_both(item))
        elif item.asked and only != RESULT:
            extensions.append(item)
        else:
            results.append(item)
    if not results and not extensions:
        raise NotMine("\n".join(answers))
    days = [_day(talk, item, said) for item in extensions]
    for item, day in zip(extensions, days, strict=True):
        if is_off(talk, day):
            if len(codes) > 1:
                raise Refused(read.day_off(talk, day))
            subject = {"code": item.deadline.code}
            return offer_working_days(talk, "grant_day", subject, day, current_day(talk, item))
    return _decided(talk, results, list(zip(extensions, days, strict=True)), answers)


def _decided(
    talk: Talk, results: Sequence[Item], extensions: Sequence[tuple[Item, date]], answers: Sequence[str]
) -> Words:
    person = talk.actor()
    lines = []
    for item in results:
        talk.journal.touch(item.deadline)
        item.deadline.accepted_at, item.deadline.accepted_by = talk.now, person.id
        lines.append(sentence(_("Đã duyệt {name}", name=item_name(item))))
    moved: dict[int, Callable[[], str]] = {}
    for item, day in extensions:
        assert item.asked is not None
        talk.journal.touch(item.deadline, item.asked)
        moved[item.deadline.code] = moved_line(talk, item, item.asked, day)
        lines.append(_("Đã duyệt gia hạn {line}.", line=moved[item.deadline.code]()))
        if day != item.asked.day:
            lines.append(_("Đơn vị xin đến {day}.", day=said_day(talk, item.asked.day)))
        deadlines.extend(item.deadline, item.asked, day, person.id, talk.now, talk.calendar)
    about = tuple(item.deadline.code for item in (*results, *(item for item, _day in extensions)))
    talk.write("accept" if results else "grant", " ".join(map(str, about)))
    tell_units(talk, Kind.ACCEPTED, results, lambda ear, items: _accepted(ear, items, person.name))
    tell_units(
        talk, Kind.DECIDED, [item for item, _day in extensions], lambda ear, items: _granted(talk, ear, items, moved)
    )
    lines += [*answers, _("Nhầm thì trả lời: hoàn tác")]
    return Words("\n".join(lines), actions=("hoàn tác",), about=about)


def _day(talk: Talk, item: Item, said: Asked) -> date:
    assert item.asked is not None
    return new_day(talk, said, current_day(talk, item), item.deadline.code) if said.dated else item.asked.day


def _accepted(ear: Ear, items: Sequence[Item], name: str) -> Words:
    lines = [_("{to}kết quả đã được duyệt, người duyệt: anh/chị {name}", to=ear.opening, name=name)]
    lines += [item_name(item) for item in items]
    return Words(read.capital("\n".join(lines)), about=tuple(item.deadline.code for item in items))


def _granted(talk: Talk, ear: Ear, items: Sequence[Item], moved: dict[int, Callable[[], str]]) -> Words:
    lines = [_("{to}gia hạn đã được duyệt, người duyệt: anh/chị {name}", to=ear.opening, name=talk.actor().name)]
    for item in items:
        assert item.asked is not None
        lines.append(moved[item.deadline.code]())
        if item.asked.granted != item.asked.day:
            lines.append(_("Đơn vị xin đến {day}.", day=said_day(talk, item.asked.day)))
    return Words(read.capital("\n".join(lines)), about=tuple(item.deadline.code for item in items))


def why_not(talk: Talk, item: Item, only: str) -> str:
    """Why this person cannot decide here what is said about a deadline, and who can; empty when nothing speaks against
    it."""
    deadline, code = item.deadline, item.deadline.code
    if deadline.unit_id not in talk.units_for(Action.SEE).units:
        return elsewhere(code)
    if not decides(talk, item):
        return _("Anh/chị chưa được duyệt việc {code}. Người duyệt được: {who}.", code=code, who=who_decides(item))
    undecided = item.asked is not None and only != RESULT
    waits = item.waits and only != EXTENSION
    if not undecided and not waits:
        return _nothing_waits(talk, item, only)
    mine = talk.actor().id
    if (waits and not undecided and deadline.done_by == mine) or (
        undecided and not waits and item.asked and item.asked.asked_by == mine
    ):
        who = others_who_decide(talk, item)
        if waits:
            return _(
                "Anh/chị đã ghi kết quả việc {code} nên không tự duyệt được. Người duyệt được: {who}.",
                code=code,
                who=who,
            )
        return _(
            "Anh/chị đã xin gia hạn việc {code} nên không tự duyệt được. Người duyệt được: {who}.", code=code, who=who
        )
    return ""


def _nothing_waits(talk: Talk, item: Item, only: str) -> str:
    deadline, code = item.deadline, item.deadline.code
    decided = approvals.last_decided(talk.session, deadline.id or 0)
    if deadline.accepted_at is not None and only != EXTENSION:
        name = name_of(talk, deadline.accepted_by)
        return _("Việc {code} đã được duyệt trước đó, người duyệt: anh/chị {name}.", code=code, name=name)
    if decided is not None and only != RESULT and deadline.done_at is None:
        how = decided_words(talk, decided)
        return _("Gia hạn việc {code} {how}.", code=code, how=how)
    if only == EXTENSION:
        return _("Việc {code} không có đề nghị gia hạn nào đang chờ.", code=code)
    if deadline.done_at is None:
        return _(
            "Việc {code} chưa ghi nhận kết quả nên chưa duyệt được. Người ghi được: đầu mối đơn vị chủ trì.", code=code
        )
    return _("Kết quả việc {code} đã được ghi nhận và không cần duyệt.", code=code)


def _late_extension(item: Item) -> str:
    """Its result is there, so nothing waits; who means the extension that was asked for before must say so."""
    code = item.deadline.code
    return _("Việc {code} đã ghi nhận kết quả. Vẫn duyệt gia hạn thì gõ: duyệt gia hạn {code}", code=code)


def _ask_which(talk: Talk, item: Item) -> Words:
    code = item.deadline.code
    choices = [(_("Duyệt kết quả"), RESULT), (_("Duyệt gia hạn"), EXTENSION)]
    talk.ask("accept", {"code": code}, choices)
    asked = item.asked
    lines = [
        _("Việc {code} có hai điều chờ duyệt:", code=code),
        _("1. Kết quả đã ghi: {line}", line=item_line(item, talk.today, prefix=_("hạn "))),
        _("2. Gia hạn: {line}", line=extension_line(talk, item, asked, asked.day) if asked else ""),
        _("Trả lời bằng số đứng đầu dòng."),
    ]
    return Words("\n".join(lines), actions=(f"duyệt kết quả {code}", f"duyệt gia hạn {code}"), about=(code,))


def _both(item: Item) -> str:
    return _(
        "Việc {code} vừa có kết quả vừa xin gia hạn, xin gõ: duyệt kết quả {code} hoặc duyệt gia hạn {code}",
        code=item.deadline.code,
    )


def answer_which(talk: Talk, question: Question, words: str) -> Answered:
    only = pick(question, words)
    return accept(talk, [question.subject["code"]], Asked(), only)


def answer_day(talk: Talk, question: Question, words: str) -> Answered:
    chosen = date.fromisoformat(pick(question, words))
    said = Asked(day=f"{chosen:%d/%m/%Y}")
    return accept(talk, [question.subject["code"]], said, EXTENSION)


def _waiting(talk: Talk) -> Words:
    """What waits for this person's word."""
    units = talk.units_for(Action.ACCEPT).units
    office = talk.here.id or 0
    results = [item for item in approvals.results(talk.session, office, units) if decides(talk, item)]
    asked = [item for item in approvals.asked(talk.session, office, units) if decides(talk, item)]
    if not results and not asked:
        return Words(_("Không có kết quả hay gia hạn nào chờ duyệt."))
    page = Page()
    for title, listed in ((_("Kết quả chờ duyệt"), results), (_("Gia hạn chờ ý kiến"), asked)):
        if not listed:
            continue
        page.head(title)
        for item in listed[:ROOM]:
            unit = talk.directory.by_id[item.deadline.unit_id]
            line = _("{name}, hạn {due}", name=item_name(item), due=due_words(item.deadline, talk.today))
            if item.asked and listed is asked:
                line = extension_line(talk, item, item.asked, item.asked.day)
            page.line(f"{unit.called}: {line}")
            page.about.append(item.deadline.code)
        if len(listed) > ROOM:
            page.line(_("và {n} việc khác.", n=len(listed) - ROOM))
    page.line(_("Trả lời: duyệt {code}", code=page.about[0]))
    page.actions = [f"duyệt {code}" for code in dict.fromkeys(page.about)][:MOST_ACTIONS]
    return page.words()


COMMAND = Command(
    name="duyệt",
    slash="duyet",
    says=(
        "duyệt việc",
        "duyệt kết quả",
        "duyệt gia hạn",
        "đồng ý gia hạn",
        "cho gia hạn",
        "chấp nhận",
        "chấp thuận",
        "chờ duyệt",
    ),
    help=N_("duyệt kết quả hoặc gia hạn; không thì: trả lại 12 vì …, không duyệt 12"),
    example="duyệt 12",
    place=7.4,
    action=Action.ACCEPT,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=fits,
)
ANSWERS = {"accept": answer_which, "grant_day": answer_day}
