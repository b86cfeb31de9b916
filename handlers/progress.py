"""/tiendo: how far each unit has come; what is overdue, by unit, in neutral words."""

from collections.abc import Sequence

from handlers import more, narrowing
from handlers.authority import Action
from handlers.narrowing import Asked
from handlers.talk import Answered, Command, Refused, Talk
from lang.spoken_days import day_words
from lang.text import N_, _, many
from schedules import policy
from schedules.policy import Part
from schedules.views import Page, item_line
from storage import tallies
from storage.deadlines import Item
from storage.models import Unit, UnitKind
from storage.tallies import Tally

FEW_OVERDUE = 3
FEW_NEXT = 3
FEW_UNITS = 2
"""Of so many units what comes next is shown item by item; of more, how each stands."""
PER_LINE = 3
MOST_UNIT_LINES = 14


def run(talk: Talk) -> Answered:
    asked = narrowing.read(talk, "tiendo", talk.words)
    shown = [talk.directory.by_id[unit] for unit in asked.sight.units]
    inside = [unit for unit in shown if unit.kind is not UnitKind.OUTSIDE]
    if not inside:
        raise Refused(_("Anh/chị chưa thuộc đơn vị nào. Xin liên hệ Văn phòng để được thêm."))
    office, ids = talk.here.id or 0, [unit.id or 0 for unit in inside]
    counts = tallies.tallies(talk.session, office, talk.today, ids, asked.span)
    empty = asked.span is None  # whether a unit with nothing is shown
    inside = [unit for unit in inside if unit.id in counts or (empty and unit.closed_at is None)]
    page = Page()
    page.head(asked.head(talk, day_words(talk.today)))
    if not counts:
        page.line(_none(talk, asked))
        return page.words()
    page.line(_total(list(counts.values())))
    first, late = tallies.overdue(talk.session, office, talk.today, asked.sight.units, asked.span, FEW_OVERDUE)
    if late:
        page.head(_("Quá hạn, chưa ghi nhận kết quả"))
        for item in first:
            page.line(named_line(talk, item, len(inside) > 1, _("hạn ")))
            page.about.append(item.deadline.code)
        if late > FEW_OVERDUE:
            command = asked.again(talk, "/quahan")
            page.line(_("và {n} việc khác: {command}", n=late - FEW_OVERDUE, command=command))
    following = asked.again(talk, "/viec")
    left = 0
    if talk.chat.private and len(inside) <= FEW_UNITS:
        left = _next(talk, asked, page, late, len(inside) > 1)
    if len(inside) > 1:
        _by_unit(page, inside, counts)
    if left:
        page.line(_("Xem thêm: {command}", command=following))
    page.actions = [asked.again(talk, "/quahan"), following] if late else [following]
    more.keep(talk, following)
    return page.words()


def _none(talk: Talk, asked: Asked) -> str:
    if asked.span is not None:
        return _("Không có việc nào có hạn trong thời gian này.")
    return _("Chưa có việc nào. Gửi tệp kế hoạch (.docx) để bắt đầu.") + talk.by_link()


def overdue(talk: Talk, asked: Asked) -> list[Item]:
    """What is overdue today, in chart order of the units, oldest first."""
    return tallies.overdue(talk.session, talk.here.id or 0, talk.today, asked.sight.units, asked.span)[0]


def _next(talk: Talk, asked: Asked, page: Page, late: int, several: bool) -> int:
    """Write the few that come next; how many are left that are neither these nor the `late` ones."""
    whose = talk.session, talk.here.id or 0, talk.today, asked.sight.units, asked.span
    until = talk.calendar.later(talk.today, talk.policies.farthest + 1)
    soon: list[Item] = []
    for most in (4 * FEW_NEXT, 0):  # the first few are nearly always among the first
        near = tallies.running(*whose, until=until, most=most)
        soon = [item for item in near if _is_soon(talk, item)][:FEW_NEXT]
        if len(soon) == FEW_NEXT or len(near) < most:
            break
    later: list[Item] = []
    if not several and len(soon) < FEW_NEXT:
        coming = tallies.running(*whose, most=2 * FEW_NEXT)
        later = [item for item in coming if item not in soon][: FEW_NEXT - len(soon)]
    for title, listed in ((_("Sắp đến hạn"), soon), (_("Tiếp theo"), later)):
        if listed:
            page.head(title)
        for item in listed:
            page.line(named_line(talk, item, several))
            page.about.append(item.deadline.code)
    open_ = tallies.open_count(talk.session, talk.here.id or 0, asked.sight.units, asked.span)
    return open_ - len(soon) - len(later) - late


def _is_soon(talk: Talk, item: Item) -> bool:
    """Whether it is due today or soon."""
    deadline = item.deadline
    if deadline.aim_day is None or deadline.last_day is None:
        return False
    days = policy.Days(deadline.aim_day, deadline.last_day)
    return policy.part(days, talk.today, talk.today, talk.calendar, talk.policies.of(item)) in (Part.TODAY, Part.SOON)


def named_line(talk: Talk, item: Item, several: bool, prefix: str = "") -> str:
    """A line of a list, with whose it is where the list is of several units."""
    return with_unit(talk, item, item_line(item, talk.today, prefix=prefix), several)


def with_unit(talk: Talk, item: Item, line: str, several: bool) -> str:
    unit = talk.directory.by_id[item.deadline.unit_id]
    return f"{unit.called}: {line}" if several else line


def _total(counts: Sequence[Tally]) -> str:
    on_time, late = sum(tally.on_time for tally in counts), sum(tally.late for tally in counts)
    running, late_open = sum(tally.running for tally in counts), sum(tally.overdue for tally in counts)
    text = _(
        "Hoàn thành {done} (đúng hạn {on_time}, sau hạn {late}), đang làm {running}, quá hạn {overdue}.",
        done=on_time + late,
        on_time=on_time,
        late=late,
        running=running,
        overdue=late_open,
    )
    undated, to_confirm = sum(tally.undated for tally in counts), sum(tally.to_confirm for tally in counts)
    if undated:
        text += " " + many("{n} việc chưa có hạn.", "{n} việc chưa có hạn.", undated)
    if waiting := sum(tally.waiting for tally in counts):
        text += " " + many("{n} việc chờ duyệt.", "{n} việc chờ duyệt.", waiting)
    if to_confirm:
        text += " " + many("{n} việc cần xác nhận.", "{n} việc cần xác nhận.", to_confirm)
    return text


def _by_unit(page: Page, units: Sequence[Unit], counts: dict[int, Tally]) -> None:
    page.head(_("Từng đơn vị: đúng hạn/sau hạn/đang làm/quá hạn"))
    cells = []
    for unit in units:
        tally = counts.get(unit.id or 0, Tally())
        cells.append(f"{unit.called} {tally.on_time}/{tally.late}/{tally.running}/{tally.overdue}")
    per_line = PER_LINE if all(unit.short_name for unit in units) else 1
    shown = cells[: per_line * MOST_UNIT_LINES]
    for start in range(0, len(shown), per_line):
        page.line(" · ".join(shown[start : start + per_line]))
    if len(cells) > len(shown):
        page.line(_("và {n} đơn vị khác; xem một đơn vị: tiến độ và tên đơn vị", n=len(cells) - len(shown)))


COMMAND = Command(
    name="tiến độ",
    slash="tiendo",
    says=("tình hình", "tiến độ thế nào", "tình hình thế nào"),
    help=N_("xem tiến độ; của một đơn vị, một thời gian: /tiendo QLVH quý II"),
    example="/tiendo",
    place=2,
    action=Action.SEE,
    run=run,
    fits=narrowing.overheard("tiến độ"),
    changes=False,
)
