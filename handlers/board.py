"""`bảng`: a message in this group that is kept up to date; `bỏ bảng`: no longer."""

from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.fold import fold
from lang.text import N_, _
from schedules import board
from storage.outbox import Words

AWAY = ("bỏ bảng", "gỡ bảng", "thôi bảng")
_AWAY_TOO = ("bo", "go", "thoi")
_AWAY = tuple(fold(name) for name in AWAY)


def run(talk: Talk) -> Answered:
    away = talk.name in _AWAY or fold(talk.words) in _AWAY_TOO
    if talk.words and fold(talk.words) not in _AWAY_TOO:
        raise NotMine
    talk.need(Action.BOARD)
    if talk.incoming.private:
        raise Refused(_("Bảng đặt trong nhóm. Xin gõ /bang trong nhóm của đơn vị."))
    if away:
        if not talk.chat.board:
            raise Refused(_("Nhóm này không có bảng."))
        board.take_down(talk.session, talk.chat)
        return Words(_("Bảng không cập nhật nữa. Tin đã ghim thì xin bỏ ghim. Đặt lại: /bang"))
    if not talk.incoming.edits:
        raise Refused(_("Ở đây chưa đặt được bảng. Bản tin sáng vẫn gửi như thường."))
    board.put_up(talk.session, talk.chat, talk.now)
    return Words(
        _(
            "Bảng việc của nhóm được cập nhật khi có thay đổi và ghim ở đầu nhóm. Chưa thấy ghim thì cho Nhắc Việc "
            "quyền ghim tin rồi gõ lại /bang. Bỏ bảng: /bang bỏ"
        )
    )


COMMAND = Command(
    name="bảng",
    slash="bang",
    says=(*AWAY, "bảng việc", "đặt bảng"),
    help=N_("đặt bảng việc của nhóm, tự cập nhật; bỏ: /bang bỏ"),
    example="/bang",
    place=18.6,
    action=Action.BOARD,
    run=run,
    fits=lambda name, words: (name in _AWAY and not words) or fold(words) in _AWAY_TOO,
)
