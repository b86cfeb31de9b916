"""`hoàn tác`: takes back the last thing this person did, until somebody has built on it."""

from handlers.authority import Action
from handlers.talk import Answered, Command, Refused, Talk
from lang.text import N_, _
from storage import journal
from storage.journal import BuiltUpon
from storage.outbox import Words

WORDS = {
    "done": N_("ghi kết quả việc {about}"),
    "agree": N_("đồng ý {about}"),
    "drop": N_("bỏ {about}"),
    "doubt": N_("trả lời cho {about}"),
    "day": N_("đặt hạn việc {about}"),
    "owed": N_("xác nhận còn nợ việc {about}"),
}


def run(talk: Talk) -> Answered:
    event = journal.last_of(talk.session, talk.person.id or 0) if talk.person else None
    if event is None or event.action not in WORDS or event.office_id != talk.here.id:
        raise Refused(_("Không có gì để hoàn tác."))
    if event.chat_id != talk.chat.id and not talk.chat.private:
        raise Refused(_("Việc gần nhất của anh/chị được ghi ở nơi khác. Xin hoàn tác tại đó."))
    try:
        journal.take_back(talk.session, event, talk.now, talk.chat.id)
    except BuiltUpon:
        raise Refused(_("Không hoàn tác được vì sau đó đã có thay đổi khác.")) from None
    return Words(_("Đã hoàn tác: {what}.", what=_(WORDS[event.action], about=event.about)))


COMMAND = Command(
    name="hoàn tác",
    slash="hoantac",
    says=("nhầm", "nhầm rồi", "rút lại"),
    help=N_("rút lại điều vừa ghi"),
    example="hoàn tác",
    action=Action.TALK,
    run=run,
)
