"""`hạn 12 30/6`: the Văn phòng gives a day to a deadline that has none, or a new one to a deadline that waits to be
confirmed."""

import re

from handlers import orders, reading
from handlers.authority import Action
from handlers.managed import put_on
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.work import visible
from lang import doubts
from lang.deadlines import typed
from lang.text import N_, _
from schedules.views import due_words, short
from storage.models import TaskKind
from storage.outbox import Words

_TO = re.compile(r"^[\s:,]*(?:(?:đến|den|là|la)\s+)?", re.IGNORECASE)


def run(talk: Talk) -> Answered:
    listed = reading.codes(talk.words)
    words = _TO.sub("", listed.rest)
    if len(listed.codes) != 1 or not words:  # «hạn 12 tháng 6» is a day and no code
        code = listed.counted or (*listed.codes, 12)[0]
        raise NotMine(_("Xin ghi mã việc và một ngày, ví dụ: hạn {code} 30/6", code=code))
    item = visible(talk, listed.codes[0])
    deadline = item.deadline
    if deadline.done_at is not None:
        raise Refused(_("Việc {code} đã được ghi nhận kết quả.", code=deadline.code))
    if deadline.due is not None and not deadline.to_confirm:
        due = due_words(deadline, talk.today)
        raise Refused(_("Việc {code} đã có hạn {due}, không đổi bằng lệnh này.", code=deadline.code, due=due))
    meaning = typed(words, talk.local)
    if meaning.doubts:
        raise Refused(doubts.words(meaning.doubts[0]))
    if len(meaning.due) != 1:
        raise Refused(
            _(
                "Nhắc Việc chưa hiểu ngày «{words}». Xin ghi như: hạn {code} 30/6",
                words=short(words, 40),
                code=deadline.code,
            )
        )
    talk.journal.touch(deadline)
    deadline.kind, deadline.to_confirm = TaskKind.DATED, False
    put_on(talk, deadline, meaning.due[0], meaning.strict, meaning.time)
    talk.write("day", str(deadline.code))
    due = due_words(deadline, talk.today)
    return Words(
        _("Đã đặt hạn: {code} {title}, {due}.", code=deadline.code, title=short(item.task.title), due=due),
        about=(deadline.code,),
    )


def fits(name: str, words: str) -> bool:
    """Overheard in a group: a code, and a day without any doubt."""
    listed = reading.codes(words)
    return len(listed.codes) == 1 and orders.names_day(_TO.sub("", listed.rest))


COMMAND = Command(
    name="hạn",
    slash="han",
    says=("đặt hạn",),
    help=N_("đặt hạn cho việc chưa có hạn; việc cần xác nhận thì: còn nợ 12"),
    example="hạn 12 30/6",
    place=15,
    action=Action.SETTLE,
    run=run,
    fits=fits,
)
