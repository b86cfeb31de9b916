"""/quahan: what is overdue."""

from handlers.authority import Action
from handlers.progress import narrowed, overdue
from handlers.talk import Answered, Command, Talk
from lang.spoken_days import day_words
from lang.text import N_, _
from schedules.views import MOST_ACTIONS, Page
from storage.outbox import Words


def run(talk: Talk) -> Answered:
    sight = talk.units_for(Action.SEE)
    if talk.words:
        sight = narrowed(talk, sight, talk.words)
    items = overdue(talk, sight)
    if not items:
        return Words(_("Không có việc quá hạn tính đến {day}.", day=day_words(talk.today)))
    page = Page()
    units = dict.fromkeys(item.deadline.unit_id for item in items)
    for number, unit in enumerate(units, 1):
        of_unit = [item for item in items if item.deadline.unit_id == unit]
        page.items(
            talk.directory.by_id[unit].name, of_unit, talk.today, prefix=_("hạn "), keep=1 if number < len(units) else 0
        )
    page.rest("/tiendo")
    if not sight.whole and talk.may(Action.CLOSE):
        page.actions = [f"xong {code}" for code in page.about[:MOST_ACTIONS]]
    return page.words()


COMMAND = Command(
    name="quá hạn",
    slash="quahan",
    says=("trễ", "trễ hạn", "ai chưa nộp", "việc quá hạn"),
    help=N_("xem việc quá hạn, chưa ghi nhận kết quả"),
    example="/quahan",
    action=Action.SEE,
    run=run,
)
