"""`lý do 14: chờ số liệu`, or a reply to the question: a unit answers a leader who asked why."""

from collections.abc import Sequence

from handlers import asked as read
from handlers.asked import replied_about, said_day
from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.telling import tell_person
from handlers.work import elsewhere, no_such
from lang.text import _
from schedules.tell import Ear, Kind
from schedules.views import item_line, item_name, sentence
from storage import approvals, deadlines
from storage.deadlines import Item
from storage.models import Explanation, Person
from storage.outbox import Words


def run(talk: Talk) -> Answered:
    said = read.read(talk.words)
    if not said.codes:
        return reply(talk, talk.words)
    if len(said.codes) > 1:
        raise Refused(_("Xin nêu lý do từng việc, ví dụ: lý do {code}: …", code=said.codes[0]))
    return _answer(talk, said.codes[0], said.why)


def fits(name: str, words: str) -> bool:
    """Overheard in a group: a code and a reason that says it is one."""
    said = read.read(words)
    return read.certain(words) and len(said.codes) == 1 and bool(said.why)


def reply(talk: Talk, words: str) -> Answered:
    """The answer to the message that asked, in whatever words."""
    codes = [code for code in replied_about(talk, Kind.WHY) if _open(talk, code)]
    why = read.reason_of(words)
    if not codes or not any(letter.isalpha() for letter in why):
        raise NotMine
    if len(codes) > 1:
        example = f"lý do {codes[0]}: {why}"
        raise Refused(_("Tin này hỏi nhiều việc, xin kèm mã việc, ví dụ: {example}", example=example))
    return _answer(talk, codes[0], why)


def _open(talk: Talk, code: int) -> Explanation | None:
    item = deadlines.by_codes(talk.session, talk.here.id or 0, [code]).get(code)
    last = approvals.last_reason(talk.session, item.deadline.id or 0) if item else None
    return last if last is not None and last.answered_at is None else None


def _answer(talk: Talk, code: int, why: str) -> Words:
    item = deadlines.by_codes(talk.session, talk.here.id or 0, [code], lock=True).get(code)
    if item is None:
        raise Refused(no_such(code))
    deadline = item.deadline
    if deadline.unit_id not in talk.units_for(Action.SEE).units:
        raise Refused(elsewhere(code))
    if deadline.unit_id not in talk.units_for(Action.CLOSE).units:
        raise Refused(_("Anh/chị chưa được nêu lý do việc {code}. Người nêu được: đơn vị chủ trì.", code=code))
    asked = approvals.last_reason(talk.session, deadline.id or 0)
    if asked is None:
        raise Refused(_("Việc {code} chưa có ai hỏi lý do. Muốn lùi hạn thì gõ: gia hạn {code} đến … vì …", code=code))
    if asked.answered_at is not None:
        raise Refused(_("Việc {code} đã nêu lý do: {why}. Sửa thì hoàn tác trước.", code=code, why=asked.answer))
    if not why:
        raise Refused(_("Xin ghi lý do, ví dụ: lý do {code}: chờ số liệu của đơn vị khác", code=code))
    person = talk.actor()
    talk.journal.touch(asked)
    asked.answer, asked.answered_by, asked.answered_at = why, person.id, talk.now
    talk.write("reason", str(code))
    asker = talk.session.get_one(Person, asked.asked_by)
    unit = talk.directory.by_id[deadline.unit_id].name

    def told(ear: Ear, items: Sequence[Item]) -> Words:
        head = _("{to}{unit} nêu lý do", to=ear.opening, unit=unit)
        lines = [head, *(item_line(one, talk.today, prefix=_("hạn ")) for one in items)]
        lines.append(_("Lý do: {why}", why=why))
        return Words(read.capital("\n".join(lines)), about=(code,))

    tell_person(talk, Kind.REASON, asker, [item], told)
    lines = [
        sentence(_("Đã ghi lý do và báo anh/chị {who}: {name}", name=item_name(item), who=asker.name)),
        _("Lý do: {why}", why=why),
    ]
    if talk.today > asked.due:
        lines.append(_("Trả lời sau hạn {day}.", day=said_day(talk, asked.due)))
    lines.append(_("Nhầm thì trả lời: hoàn tác"))
    return Words("\n".join(lines), actions=("hoàn tác",), about=(code,))


COMMAND = Command(
    name="lý do",
    slash="lydo",
    says=("nguyên nhân", "lí do", "lý do việc"),
    help="",
    example="lý do 14: chờ số liệu",
    place=7.3,
    action=Action.CLOSE,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=fits,
)
REPLIES = {Kind.WHY: reply}
