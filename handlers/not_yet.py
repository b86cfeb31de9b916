"""«chưa xong 12», «12 đang trình ký»: never closes. That it waits for a signature is kept with the deadline, and nobody
is blamed meanwhile; a unit for which somebody else recorded a result objects with the same words."""

from collections.abc import Sequence

from handlers import reading
from handlers.asked import capital
from handlers.authority import Action
from handlers.contributing import taken_back
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.telling import tell_person
from handlers.work import visible
from lang.text import N_, _
from schedules.tell import Ear, Kind
from schedules.views import sentence, short
from storage import deadlines, evidence
from storage.deadlines import Item
from storage.models import Person
from storage.outbox import Words

SIGNING = ("đang trình ký", "trình ký", "chờ ký", "chờ lãnh đạo ký", "đang chờ ký", "chờ lãnh đạo duyệt")
_SIGNING = ("trinh ky", "cho ky", "cho lanh dao")


def run(talk: Talk) -> Answered:
    said = reading.result(talk.words, talk.today)
    if len(said.codes) != 1:
        raise NotMine
    signing = any(words in talk.name for words in _SIGNING)
    if not signing and (answer := taken_back(talk, said.codes[0])) is not None:
        return answer
    return note(talk, visible(talk, said.codes[0]), signing=signing)


def note(talk: Talk, item: Item, *, signing: bool) -> Answered:
    """Keep that a deadline waits for a signature, or that it is not done."""
    deadline = item.deadline
    code = deadline.code
    own = deadline.unit_id in talk.units_for(Action.CLOSE).units
    if not own and not talk.may(Action.SETTLE):
        raise Refused(_("Anh/chị chưa được ghi chú việc {code}. Người ghi được: đầu mối đơn vị chủ trì.", code=code))
    if deadline.done_at is not None:
        if deadline.stood_in and own:
            return _object(talk, item)
        raise Refused(_("Việc {code} đã được ghi nhận kết quả. Nếu ghi nhầm, người ghi trả lời: hoàn tác", code=code))
    talk.journal.touch(deadline)
    deadline.signing_at = talk.now if signing else None
    talk.write("signing" if signing else "note", str(code))
    title = short(item.task.title)
    if signing:
        noted = _("Đã ghi chú: {code} {title} đang chờ ký.", code=code, title=title)
    else:
        noted = _("Đã ghi chú: {code} {title} chưa xong.", code=code, title=title)
    return Words(noted + "\n" + _("Khi xong, trả lời: xong {code}", code=code), about=(code,))


def _object(talk: Talk, item: Item) -> Words:
    """The unit says that what was recorded in its place is not so: it is open again, and whoever recorded it hears."""
    deadline = item.deadline
    shown = evidence.of(talk.session, deadline)
    talk.journal.touch(deadline, *shown)
    recorded_by = deadline.done_by
    deadlines.reopen(deadline, talk.calendar)
    for one in shown:
        one.withdrawn = True
    talk.write("object", str(deadline.code))
    name = talk.directory.by_id[deadline.unit_id].name
    said = {"code": deadline.code, "title": short(item.task.title), "unit": name, "name": talk.actor().name}

    def told(ear: Ear, _items: Sequence[Item]) -> Words:
        to = {"to": ear.opening}
        words = _("{to}{unit} (anh/chị {name}) báo chưa nộp {code} {title}, nên việc này mở lại.", **to, **said)
        return Words(capital(words), about=(deadline.code,))

    words = [sentence(_("Đã mở lại {code} {title}", **said))]
    recorder = talk.session.get(Person, recorded_by) if recorded_by else None
    if recorder is not None:
        words.append(_how(tell_person(talk, Kind.OBJECTION, recorder, [item], told), recorder.name))
    words.append(_("Khi xong, trả lời: xong {code}", **said))
    return Words("\n".join(words), about=(deadline.code,))


def _how(ears: Sequence[Ear], name: str) -> str:
    """How somebody was told, or that they were not."""
    if any(not ear.relayed for ear in ears):
        return _("Đã báo anh/chị {name}.", name=name)
    if ears:
        return _("Đã nhờ Văn phòng báo anh/chị {name}.", name=name)
    return _("Chưa báo được cho anh/chị {name}: chưa có hội thoại riêng.", name=name)


def fits(name: str, words: str) -> bool:
    return reading.code(words) is not None


COMMAND = Command(
    name="chưa xong",
    slash="chuaxong",
    says=("gần xong", "sắp xong", "đang làm", "chưa nộp", "chưa gửi", "chưa hoàn thành", *SIGNING),
    help=N_("ghi chú một việc còn đang làm hoặc đang trình ký"),
    example="chưa xong 12",
    place=7,
    action=Action.CLOSE,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=fits,
)
