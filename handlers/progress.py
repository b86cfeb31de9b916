"""/tiendo: how far each unit has come; what is overdue, by unit, in neutral words."""

from collections.abc import Sequence

from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk, alone
from lang.spoken_days import day_words
from lang.text import N_, _, many
from schedules.views import Page, Sight, item_line, names, office_words
from storage import deadlines
from storage.deadlines import Item, Tally
from storage.models import TaskKind, Unit, UnitKind

FEW_OVERDUE = 3
PER_LINE = 3
MOST_UNIT_LINES = 14


def run(talk: Talk) -> Answered:
    sight = talk.units_for(Action.SEE)
    if talk.words:
        sight = narrowed(talk, sight, talk.words)
    shown = [talk.directory.by_id[unit] for unit in sight.units]
    inside = [unit for unit in shown if unit.kind is not UnitKind.OUTSIDE]
    if not inside:
        raise Refused(_("Anh/chị chưa thuộc đơn vị nào. Xin liên hệ Văn phòng để được thêm."))
    tallies = deadlines.tallies(talk.session, talk.here.id or 0, talk.today, [unit.id or 0 for unit in inside])
    inside = [unit for unit in inside if unit.closed_at is None or unit.id in tallies]
    page = Page()
    page.head(f"{whose(talk, sight)}, {day_words(talk.today)}")
    if not tallies:
        page.line(_("Chưa có việc nào. Gửi tệp kế hoạch (.docx) để bắt đầu."))
        return page.words()
    page.line(_total(list(tallies.values())))
    late = overdue(talk, sight)
    if late:
        page.head(_("Quá hạn, chưa ghi nhận kết quả"))
        for item in late[:FEW_OVERDUE]:
            page.line(_named(talk, item, len(inside) > 1))
            page.about.append(item.deadline.code)
        if len(late) > FEW_OVERDUE:
            page.line(_("và {n} việc khác: {command}", n=len(late) - FEW_OVERDUE, command="/quahan"))
    if len(inside) > 1:
        _by_unit(page, inside, tallies)
    page.actions = ["/quahan", "/viec"] if late else ["/viec"]
    return page.words()


def narrowed(talk: Talk, sight: Sight, words: str) -> Sight:
    """`sight` narrowed to the unit that `words` name; refuses a unit that may not be seen here."""
    unit = talk.directory.one(words)
    if unit is None:
        raise NotMine
    if unit.id not in sight.units:
        raise Refused(
            _("Ở đây chỉ xem được việc của đơn vị mình. Việc của {unit} xem trong nhóm của đơn vị đó.", unit=unit.name)
        )
    return Sight((unit.id,), False)


def whose(talk: Talk, sight: Sight) -> str:
    """At the head of a page: whose matters it shows."""
    return office_words(talk.here) if sight.whole else names(talk.directory.by_id[unit] for unit in sight.units)


def overdue(talk: Talk, sight: Sight) -> list[Item]:
    """What is overdue today, in chart order of the units, oldest first."""
    order = {unit: n for n, unit in enumerate(sight.units)}
    items = [
        item
        for item in deadlines.open_items(talk.session, talk.here.id or 0, sight.units)
        if item.deadline.kind in (TaskKind.DATED, TaskKind.REPORT) and not item.deadline.to_confirm
        if item.deadline.last_day is not None and item.deadline.last_day < talk.today
        if not item.deadline.signing_at and not item.deadline.paused_at
    ]
    return sorted(items, key=lambda item: order[item.deadline.unit_id])


def _named(talk: Talk, item: Item, with_unit: bool) -> str:
    line = item_line(item, talk.today, prefix=_("hạn "))
    unit = talk.directory.by_id[item.deadline.unit_id]
    return f"{unit.called}: {line}" if with_unit else line


def _total(tallies: Sequence[Tally]) -> str:
    on_time, late = sum(tally.on_time for tally in tallies), sum(tally.late for tally in tallies)
    running, late_open = sum(tally.running for tally in tallies), sum(tally.overdue for tally in tallies)
    text = _(
        "Hoàn thành {done} (đúng hạn {on_time}, sau hạn {late}), đang làm {running}, quá hạn {overdue}.",
        done=on_time + late,
        on_time=on_time,
        late=late,
        running=running,
        overdue=late_open,
    )
    undated, to_confirm = sum(tally.undated for tally in tallies), sum(tally.to_confirm for tally in tallies)
    if undated:
        text += " " + many("{n} việc chưa có hạn.", "{n} việc chưa có hạn.", undated)
    if waiting := sum(tally.waiting for tally in tallies):
        text += " " + many("{n} việc chờ duyệt.", "{n} việc chờ duyệt.", waiting)
    if to_confirm:
        text += " " + many("{n} việc cần xác nhận.", "{n} việc cần xác nhận.", to_confirm)
    return text


def _by_unit(page: Page, units: Sequence[Unit], tallies: dict[int, Tally]) -> None:
    page.head(_("Từng đơn vị: đúng hạn/sau hạn/đang làm/quá hạn"))
    cells = []
    for unit in units:
        tally = tallies.get(unit.id or 0, Tally())
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
    help=N_("xem tiến độ"),
    example="/tiendo",
    place=2,
    action=Action.SEE,
    run=run,
    fits=alone("tiến độ"),
    changes=False,
)
