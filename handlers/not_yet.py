"""«chưa xong 12», «12 đang trình ký»: never closes; kept as a note in the journal."""

import re

from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Talk
from handlers.work import visible
from lang.text import N_, _
from schedules.views import short
from storage.outbox import Words


def run(talk: Talk) -> Answered:
    code = re.match(r"\d+", talk.words)
    if code is None:
        raise NotMine
    item = visible(talk, int(code[0]))
    talk.write("note", code[0])
    return Words(
        _(
            "Đã ghi chú: {code} {title} chưa xong. Khi xong, trả lời: xong {code}",
            code=item.deadline.code,
            title=short(item.task.title),
        ),
        about=(item.deadline.code,),
    )


COMMAND = Command(
    name="chưa xong",
    slash="chuaxong",
    says=(
        "gần xong",
        "sắp xong",
        "đang làm",
        "đang trình ký",
        "trình ký",
        "chờ ký",
        "chờ lãnh đạo ký",
        "chưa nộp",
        "chưa gửi",
    ),
    help=N_("ghi chú một việc còn đang làm hoặc đang trình ký"),
    example="chưa xong 12",
    action=Action.SEE,
    run=run,
    takes_codes=True,
    fits=lambda words: words[:1].isdigit(),
)
