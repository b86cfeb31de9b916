"""`còn nợ 12`: the Văn phòng says that a deadline which was past when its plan came is still owed."""

from handlers import reading
from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.work import visible
from lang.text import _
from schedules.views import due_words, short
from storage.outbox import Words


def run(talk: Talk) -> Answered:
    code = reading.code(talk.words)
    if code is None:
        raise NotMine
    item = visible(talk, code)
    deadline = item.deadline
    if not deadline.to_confirm or deadline.done_at is not None:
        raise Refused(_("Việc {code} không chờ xác nhận.", code=deadline.code))
    talk.journal.touch(deadline)
    deadline.to_confirm = False
    talk.write("owed", str(code))
    return Words(
        _(
            "Đã xác nhận còn nợ: {code} {title}, hạn {due}.",
            code=deadline.code,
            title=short(item.task.title),
            due=due_words(deadline, talk.today),
        ),
        about=(deadline.code,),
    )


COMMAND = Command(
    name="còn nợ",
    slash="conno",
    says=(),
    help="",
    example="còn nợ 12",
    place=16,
    action=Action.SETTLE,
    run=run,
    takes_codes=True,
    fits=lambda name, words: reading.code(words) is not None,
)
