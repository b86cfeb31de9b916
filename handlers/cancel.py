"""`huỷ 12 vì …`: a task given by message is owed no more; its unit is told why."""

from handlers.authority import Action
from handlers.managed import Sentence, given, overheard, stop
from handlers.talk import Answered, Command, Refused, Talk
from lang.text import N_, _
from schedules.views import item_name
from storage.deadlines import Item


def run(talk: Talk) -> Answered:
    def act(item: Item, why: str) -> Sentence:
        if not why:
            raise Refused(_("Xin ghi lý do, ví dụ: huỷ {code} vì đã có văn bản thay thế", code=item.deadline.code))
        item.deadline.cancelled_at, item.deadline.stopped_why = talk.now, why
        return lambda: _("Đã huỷ {name}, lý do: {why}.", name=item_name(item), why=why)

    return stop(talk, "cancel", COMMAND.name, COMMAND.example, given, act)


COMMAND = Command(
    name="huỷ",
    slash="huy",
    says=("huỷ việc", "huỷ bỏ", "thôi không làm"),
    help=N_("huỷ một việc đã giao, kèm lý do; việc lặp lại thì: huỷ 12 và các lần sau vì …"),
    example="huỷ 12 vì đã có văn bản thay thế",
    place=8.3,
    action=Action.ASSIGN,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=overheard,
)
