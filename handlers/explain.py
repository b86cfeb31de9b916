"""`nêu lý do 14`: a leader asks a unit why; it owes an answer by a day of its own."""

from collections.abc import Sequence

from handlers import asked as read
from handlers import reason
from handlers.asked import codes_replied, said_day
from handlers.authority import Action
from handlers.deciding import name_of
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.telling import tell_units
from handlers.work import elsewhere, no_such
from lang.text import N_, _
from schedules.tell import Ear, Kind
from schedules.views import item_line, item_name, sentence
from storage import approvals, deadlines
from storage.deadlines import Item
from storage.models import Explanation
from storage.outbox import Words

ANSWER_IN = 2
"""Working days within which the unit owes its answer."""
MOST_AT_ONCE = 5


def run(talk: Talk) -> Answered:
    said = read.read(talk.words)
    if said.why and not talk.may(Action.EXPLAIN) and talk.may(Action.CLOSE):
        return reason.run(talk)  # «giải trình 14: …» from the unit is the answer
    codes = said.codes or codes_replied(talk)
    if not codes:
        if talk.incoming.addressed and not said.why:
            talk.need(Action.EXPLAIN)
        raise NotMine(_("Xin kèm mã việc, ví dụ: nêu lý do 14"))
    if not said.codes and len(codes) > 1:
        talk.need(Action.EXPLAIN)
        example = f"nêu lý do {codes[0]}"
        raise Refused(_("Tin này nêu nhiều việc, xin kèm mã việc, ví dụ: {example}", example=example))
    if len(codes) > MOST_AT_ONCE:
        raise Refused(_("Xin hỏi mỗi lần không quá {n} việc.", n=MOST_AT_ONCE))
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes, lock=True)
    whys = [no_such(code) if code not in found else _why_not(talk, found[code]) for code in codes]
    items = [found[code] for code, why in zip(codes, whys, strict=True) if not why]
    if not items:
        raise Refused("\n".join(whys))
    return _ask(talk, items, [why for why in whys if why])


def fits(name: str, words: str) -> bool:
    return read.certain(words)


def _ask(talk: Talk, items: Sequence[Item], answers: Sequence[str]) -> Words:
    person, due = talk.actor(), talk.calendar.later(talk.today, ANSWER_IN)
    lines = []
    for item in items:
        asked = Explanation(deadline_id=item.deadline.id or 0, asked_by=person.id or 0, asked_at=talk.now, due=due)
        talk.session.add(asked)
        talk.session.flush()
        talk.journal.made(asked)
        unit = talk.directory.by_id[item.deadline.unit_id].name
        lines.append(sentence(_("Đã đề nghị {unit} nêu lý do: {name}", unit=unit, name=item_name(item))))
    lines.append(_("Đơn vị trả lời chậm nhất {day}.", day=said_day(talk, due)))
    codes = tuple(item.deadline.code for item in items)
    talk.write("explain", " ".join(map(str, codes)))

    def told(ear: Ear, some: Sequence[Item]) -> Words:
        head = _("{to}lãnh đạo đề nghị nêu lý do, người hỏi: anh/chị {name}", to=ear.opening, name=person.name)
        said = [item_line(item, talk.today, prefix=_("hạn ")) for item in some]
        code = some[0].deadline.code
        hint = _("Xin trả lời tin này chậm nhất {day}, hoặc gõ: lý do {code}: …", day=said_day(talk, due), code=code)
        return Words(read.capital("\n".join([head, *said, hint])), about=tuple(item.deadline.code for item in some))

    tell_units(talk, Kind.WHY, items, told)
    lines += [*answers, _("Nhầm thì trả lời: hoàn tác")]
    return Words("\n".join(lines), actions=("hoàn tác",), about=codes)


def _why_not(talk: Talk, item: Item) -> str:
    deadline, code = item.deadline, item.deadline.code
    if deadline.unit_id not in talk.units_for(Action.SEE).units:
        return elsewhere(code)
    if deadline.unit_id not in talk.units_for(Action.EXPLAIN).units:
        return _("Anh/chị chưa được hỏi lý do việc {code}. Người hỏi được: lãnh đạo.", code=code)
    last = approvals.last_reason(talk.session, deadline.id or 0)
    if last is not None and last.answered_at is None:
        return _(
            "Việc {code} đã được hỏi lý do trước đó, người hỏi: anh/chị {name}. Đơn vị trả lời chậm nhất {day}.",
            code=code,
            name=name_of(talk, last.asked_by),
            day=said_day(talk, last.due),
        )
    return ""


COMMAND = Command(
    name="nêu lý do",
    slash="neulydo",
    says=("giải trình", "yêu cầu giải trình", "đề nghị giải trình", "đề nghị nêu lý do", "nêu rõ lý do", "hỏi lý do"),
    help=N_("hỏi lý do một việc, đơn vị trả lời trong hai ngày làm việc"),
    example="nêu lý do 14",
    place=7.7,
    action=Action.EXPLAIN,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=fits,
)
