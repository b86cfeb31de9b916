"""«chưa xong 12», «12 đang trình ký»: never closes; kept as a note in the journal."""

from handlers import reading
from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.work import visible
from lang.text import N_, _
from schedules.views import short
from storage.outbox import Words

SIGNING = ("đang trình ký", "trình ký", "chờ ký", "chờ lãnh đạo ký", "đang chờ ký", "chờ lãnh đạo duyệt")
_SIGNING = ("trinh ky", "cho ky", "cho lanh dao")


def run(talk: Talk) -> Answered:
    said = reading.result(talk.words, talk.today)
    if len(said.codes) != 1:
        raise NotMine
    item = visible(talk, said.codes[0])
    code = item.deadline.code
    if item.deadline.unit_id not in talk.units_for(Action.CLOSE).units and not talk.may(Action.SETTLE):
        raise Refused(_("Anh/chị chưa được ghi chú việc {code}. Người ghi được: đầu mối đơn vị chủ trì.", code=code))
    signing = any(words in talk.name for words in _SIGNING)
    talk.write("signing" if signing else "note", str(code))
    title = short(item.task.title)
    if signing:
        noted = _("Đã ghi chú: {code} {title} đang chờ ký.", code=code, title=title)
    else:
        noted = _("Đã ghi chú: {code} {title} chưa xong.", code=code, title=title)
    return Words(noted + "\n" + _("Khi xong, trả lời: xong {code}", code=code), about=(code,))


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
