"""`tạm dừng 12`: a deadline is put off until somebody says otherwise: not reminded of, not overdue."""

from handlers.authority import Action
from handlers.managed import Sentence, managed, overheard, stop
from handlers.talk import Answered, Command, Refused, Talk
from lang.text import N_, _
from schedules.views import item_name
from storage.deadlines import Item


def run(talk: Talk) -> Answered:
    def act(item: Item, why: str) -> Sentence:
        if item.deadline.paused_at is not None:
            raise Refused(_("Việc {code} đang tạm dừng.", code=item.deadline.code))
        item.deadline.paused_at, item.deadline.stopped_why = talk.now, why
        if why:
            return lambda: _("Đã tạm dừng {name}, lý do: {why}.", name=item_name(item), why=why)
        return lambda: _("Đã tạm dừng {name}.", name=item_name(item))

    return stop(talk, "pause", COMMAND.name, COMMAND.example, managed, act)


COMMAND = Command(
    name="tạm dừng",
    slash="tamdung",
    says=("tạm dừng việc", "dừng việc", "hoãn việc"),
    help=N_("tạm dừng một việc, không nhắc nữa; làm tiếp thì: tiếp tục 12"),
    example="tạm dừng 12",
    place=8.4,
    action=Action.ASSIGN,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=overheard,
)
