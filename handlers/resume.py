"""`tiếp tục 12`: what was put off is owed again."""

from functools import partial

from handlers.authority import Action
from handlers.managed import Sentence, managed, overheard, stop
from handlers.talk import Answered, Command, Refused, Talk
from lang.text import _
from schedules.views import due_words, item_name
from storage.deadlines import Item


def run(talk: Talk) -> Answered:
    def act(item: Item, _why: str) -> Sentence:
        if item.deadline.paused_at is None:
            raise Refused(_("Việc {code} không tạm dừng.", code=item.deadline.code))
        item.deadline.paused_at, item.deadline.stopped_why = None, ""
        day = partial(due_words, item.deadline, talk.today)
        return lambda: _("Tiếp tục {name}, hạn {due}.", name=item_name(item), due=day())

    return stop(talk, "resume", COMMAND.name, COMMAND.example, managed, act)


COMMAND = Command(
    name="tiếp tục",
    slash="tieptuc",
    says=("tiếp tục việc", "làm tiếp"),
    help="",
    example="tiếp tục 12",
    place=8.5,
    action=Action.ASSIGN,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=overheard,
)
