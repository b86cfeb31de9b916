"""/quahan: what is overdue."""

from collections.abc import Sequence

from handlers import more, narrowing
from handlers.authority import Action
from handlers.narrowing import Asked, one_unit
from handlers.progress import FEW_UNITS, named_line, overdue
from handlers.talk import Answered, Command, Talk
from lang.spoken_days import day_words
from lang.text import N_, _, many
from schedules.views import Page, short
from storage import approvals
from storage.deadlines import Item
from storage.outbox import Words

ROOM = 10
"""Lines of a list, its head and its end aside."""
SHORT = 32


def run(talk: Talk) -> Answered:
    asked = narrowing.read(talk, "quahan", talk.words)
    items = overdue(talk, asked)
    waiting = len(approvals.results(talk.session, talk.here.id or 0, asked.sight.units, asked.span))
    wait = " " + many("{n} việc chờ duyệt.", "{n} việc chờ duyệt.", waiting) if waiting else ""
    today = day_words(talk.today)
    whose = asked.head(talk, "") if asked.span else asked.whose
    if not items:
        more.keep(talk, "")
        return Words(_("{whose}: không có việc quá hạn đến {day}.", whose=whose, day=today) + wait)
    page = Page()
    head = _("{whose}, quá hạn đến {day}", whose=whose, day=today)
    page.head(f"{head}.{wait}" if wait else head)
    by_unit: dict[int, list[Item]] = {}
    for item in items:
        by_unit.setdefault(item.deadline.unit_id, []).append(item)
    if len(by_unit) > FEW_UNITS:
        _by_unit(talk, asked, page, by_unit)
    else:
        _by_item(talk, asked, page, items)
    return page.words()


def _by_item(talk: Talk, asked: Asked, page: Page, items: Sequence[Item]) -> None:
    for item in asked.part(items, ROOM, "/quahan"):
        page.line(named_line(talk, item, not one_unit(talk, asked.sight), _("hạn ")))
        page.about.append(item.deadline.code)
    if set(asked.sight.units) <= set(talk.units_for(Action.CLOSE).units):
        page.actions = [f"xong {code}" for code in page.about]
    left = max(0, len(items) - asked.page * ROOM)
    following = asked.go_on(talk, page, "/quahan", left)
    if left:
        page.line(_("và {n} việc khác: {command}", n=left, command=following))


def _by_unit(talk: Talk, asked: Asked, page: Page, by_unit: dict[int, list[Item]]) -> None:
    """One line for each unit: how many, and the oldest with its code."""
    units = list(by_unit)
    for unit in asked.part(units, ROOM, "/quahan"):
        items = by_unit[unit]
        oldest = min(items, key=lambda item: item.deadline.last_day or talk.today)
        name = talk.directory.by_id[unit].name
        title = short(oldest.task.title, SHORT)
        line = _("{unit}: {code} {title}", unit=name, code=oldest.deadline.code, title=title)
        page.line(_("{line}, và {n} việc khác", line=line, n=len(items) - 1) if len(items) > 1 else line)
        page.about.append(oldest.deadline.code)
    left = max(0, len(units) - asked.page * ROOM)
    following = asked.go_on(talk, page, "/quahan", left)
    if left:
        page.line(_("và {n} đơn vị khác: {command}", n=left, command=following))
    if asked.page == 1:
        example = talk.directory.by_id[units[0]]
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
    fits=narrowing.overheard("quá hạn", "việc quá hạn", "ai chưa nộp"),
    changes=False,
)
