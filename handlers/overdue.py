"""/quahan: what is overdue."""

from handlers.authority import Action
from handlers.progress import narrowed, overdue, whose
from handlers.talk import Answered, Command, Talk, alone
from lang.spoken_days import day_words
from lang.text import N_, _, many
from schedules.views import MOST_ACTIONS, Page, item_line, short
from storage import approvals
from storage.deadlines import Item
from storage.outbox import Words

ROOM = 10
"""Lines of a list, its head and its end aside."""
SHORT = 32


def run(talk: Talk) -> Answered:
    sight = talk.units_for(Action.SEE)
    if talk.words:
        sight = narrowed(talk, sight, talk.words)
    items = overdue(talk, sight)
    waiting = len(approvals.results(talk.session, talk.here.id or 0, sight.units))
    wait = " " + many("{n} việc chờ duyệt.", "{n} việc chờ duyệt.", waiting) if waiting else ""
    if not items:
        none = _("{whose}: không có việc quá hạn đến {day}.", whose=whose(talk, sight), day=day_words(talk.today))
        return Words(none + wait)
    page = Page()
    head = _("{whose}, quá hạn đến {day}", whose=whose(talk, sight), day=day_words(talk.today))
    page.head(f"{head}.{wait}" if wait else head)
    by_unit: dict[int, list[Item]] = {}
    for item in items:
        by_unit.setdefault(item.deadline.unit_id, []).append(item)
    if len(by_unit) > 1:
        _by_unit(talk, page, by_unit)
        return page.words()
    for item in items[:ROOM]:
        page.line(item_line(item, talk.today, prefix=_("hạn ")))
        page.about.append(item.deadline.code)
    if len(items) > ROOM:
        page.line(_("và {n} việc khác: {command}", n=len(items) - ROOM, command="/viec"))
    if not sight.whole and talk.may(Action.CLOSE):
        page.actions = [f"xong {code}" for code in page.about[:MOST_ACTIONS]]
    return page.words()


def _by_unit(talk: Talk, page: Page, by_unit: dict[int, list[Item]]) -> None:
    """One line for each unit: how many, and the oldest with its code."""
    shown = list(by_unit.items())[:ROOM]
    for unit, items in shown:
        oldest = min(items, key=lambda item: item.deadline.last_day or talk.today)
        name = talk.directory.by_id[unit].name
        title = short(oldest.task.title, SHORT)
        line = _("{unit}: {code} {title}", unit=name, code=oldest.deadline.code, title=title)
        page.line(_("{line}, và {n} việc khác", line=line, n=len(items) - 1) if len(items) > 1 else line)
        page.about.append(oldest.deadline.code)
    if len(by_unit) > ROOM:
        page.line(_("và {n} đơn vị khác.", n=len(by_unit) - ROOM))
    example = talk.directory.by_id[shown[0][0]]
    page.line(_("Xem một đơn vị: /quahan {unit}", unit=example.called))


COMMAND = Command(
    name="quá hạn",
    slash="quahan",
    says=("trễ", "trễ hạn", "ai chưa nộp", "việc quá hạn"),
    help=N_("xem việc quá hạn"),
    example="/quahan",
    place=3,
    action=Action.SEE,
    run=run,
    fits=alone("quá hạn", "việc quá hạn", "ai chưa nộp"),
    changes=False,
)
