"""`kết nối thêm`: a code with which people link their own account on another messenger, without asking anybody."""

from datetime import timedelta

from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.text import N_, _
from storage import codes
from storage.outbox import Words

GOOD_FOR = timedelta(minutes=15)


def run(talk: Talk) -> Answered:
    if talk.words:
        raise NotMine
    talk.here  # noqa: B018  (a stranger is told how to be added)
    if not talk.chat.private:
        raise Refused(_("Mã này chỉ đưa trong hội thoại riêng. Xin nhắn riêng cho Nhắc Việc: kết nối thêm"))
    code = codes.invite(talk.session, talk.here, talk.now, person=talk.actor().id, good_for=GOOD_FOR)
    talk.write("code", talk.actor().name)
    text = _(
        "{name}: {code}\n"
        "Mã của riêng anh/chị, dùng một lần, trong {minutes} phút.\n"
        "Ở ứng dụng muốn thêm (Telegram hay Zalo), nhắn riêng cho Nhắc Việc: /start và mã.\n"
        "Ai dùng mã này sẽ được coi là anh/chị, xin không chuyển cho người khác.",
        name=talk.actor().name,
        code=code,
        minutes=int(GOOD_FOR / timedelta(minutes=1)),
    )
    return Words(text, secret=True)


COMMAND = Command(
    name="kết nối thêm",
    slash="ketnoithem",
    says=("thêm tài khoản", "mã của tôi", "mã cho tôi", "mã kết nối thêm"),
    help=N_("dùng cả Telegram và Zalo; chọn nơi nhận tin: nhắn ở đây"),
    example="kết nối thêm",
    place=17.2,
    action=Action.TALK,
    run=run,
    anyone=True,
)
