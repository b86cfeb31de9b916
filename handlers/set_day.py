"""`hạn 12 30/6`: the Văn phòng gives a day to a deadline that has none, or a new one to a deadline that waits to be
confirmed."""

import re

from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.work import visible
from lang import doubts
from lang.deadlines import typed
from lang.text import N_, _
from schedules.views import due_words, short
from storage import deadlines
from storage.models import TaskKind
from storage.outbox import Words


def run(talk: Talk) -> Answered:
    said = re.match(
        r"(?:việc\s+|viec\s+)?(\d{1,9})\s+(?:(?:đến|den|là|la)\s+)?(.+)$", talk.words, re.IGNORECASE | re.DOTALL
    )
    if said is None:
        raise NotMine
    item = visible(talk, int(said[1]))
    deadline = item.deadline
    if deadline.done_at is not None:
        raise Refused(_("Việc {code} đã được ghi nhận kết quả.", code=deadline.code))
    if deadline.due is not None and not deadline.to_confirm:
        due = due_words(deadline, talk.today)
        raise Refused(_("Việc {code} đã có hạn {due}, không đổi bằng lệnh này.", code=deadline.code, due=due))
    meaning = typed(said[2], talk.local)
    if meaning.doubts:
        raise Refused(doubts.words(meaning.doubts[0]))
    if len(meaning.due) != 1:
        raise Refused(
            _(
                "Nhắc Việc chưa hiểu ngày «{words}». Xin ghi như: hạn {code} 30/6",
                words=short(said[2], 40),
                code=said[1],
            )
        )
    talk.journal.touch(deadline)
    deadline.due, deadline.strict, deadline.hour = meaning.due[0], meaning.strict, meaning.time
    deadline.kind, deadline.to_confirm = TaskKind.DATED, False
    deadlines.set_days(deadline, talk.calendar)
    talk.write("day", said[1])
    due = due_words(deadline, talk.today)
    return Words(
        _("Đã đặt hạn: {code} {title}, {due}.", code=deadline.code, title=short(item.task.title), due=due),
        about=(deadline.code,),
    )


COMMAND = Command(
    name="hạn",
    slash="han",
    says=("đặt hạn",),
    help=N_("đặt hạn cho việc chưa có hạn; việc cần xác nhận thì: còn nợ 12"),
    example="hạn 12 30/6",
    place=15,
    action=Action.SETTLE,
    run=run,
    fits=lambda name, words: bool(re.match(r"\d+\s+\S", words)),
)
