"""/viec: what there is to do; `việc 12`: one deadline, with the line of the plan it comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handlers import narrowing, reading
from handlers.authority import Action
from handlers.contributing import helping_words, page_for_helper, parts_owed
from handlers.given import details
from handlers.narrowing import Asked, one_unit
from handlers.progress import FEW_UNITS, named_line, overdue, with_unit
from handlers.standing import more_lines
from handlers.talk import Answered, Command, Refused, Talk
from lang.moments import local
from lang.spoken_days import day_words
from lang.text import N_, _, many
from lang.workdays import draft_day
from schedules import policy
from schedules.policy import Part
from schedules.views import Page, due_words, item_name, paper_words, plan_line, result_words, short
from storage import approvals, deadlines, evidence, units
from storage.deadlines import Item, Status, status
from storage.models import EvidenceKind, Plan, Task, TaskKind, Unit
from storage.outbox import Words

_ABOUT_ONE = ("can cu", "nguon")
_THIS_WEEK = "tuan nay"
_LISTS = ("còn việc gì", "còn việc gì không", "danh sách việc")
_overheard = narrowing.overheard("việc", *_LISTS)
FEW_FILES = 4
ROOM = 10
"""Lines of a page, its head and its end aside; what stands below the list takes from them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: one deadline, or (`code` 0) what several units owe by one day."""

    text: str
    n: int
    code: int
    waits: bool = False


def fits(name: str, words: str) -> bool:
    """Overheard in a group: a list asked for in so many words, or one deadline by its code."""
    return _overheard(name, words) or (name != _THIS_WEEK and reading.code(words) is not None)


def run(talk: Talk) -> Answered:
    code = reading.code(talk.words)
    if code is not None:
        return one(talk, code)
    if talk.name in _ABOUT_ONE:
        raise Refused(_("Xin kèm mã việc, ví dụ: căn cứ 12. Xem mã việc: /viec"))
    words = f"tuần này {talk.words}".strip() if talk.name == _THIS_WEEK else talk.words
    asked = narrowing.read(talk, "viec", words)
    items = deadlines.open_items(talk.session, talk.here.id or 0, asked.sight.units, asked.span)
    items += approvals.results(talk.session, talk.here.id or 0, asked.sight.units, asked.span)
    page = Page()
    page.head(asked.head(talk, day_words(talk.today)))
    if not items:
        page.line(_none(asked))
    parts = 0 if asked.sight.whole else parts_owed(talk, asked.sight.units)
    _rows(talk, asked, page, _pages(talk, asked, items, ROOM - (asked.span is not None) - bool(parts)))
    if parts and asked.page == 1:
        page.line(
            many("Phối hợp: {n} phần chưa gửi, xem: phối hợp", "Phối hợp: {n} phần chưa gửi, xem: phối hợp", parts)
        )
    if asked.span is not None and asked.page == 1 and talk.today <= asked.span.until:
        late = len(overdue(talk, replace(asked, span=None))) - len(overdue(talk, asked))
        if late:
            page.line(_("Ngoài ra có {n} việc quá hạn: {command}", n=late, command=asked.every(talk, "/quahan")))
    return page.words()


def _none(asked: Asked) -> str:
    if asked.span is not None:
        return _("Không còn việc nào chưa ghi nhận kết quả trong thời gian này.")
    return _("Không còn việc nào chưa ghi nhận kết quả.")


def _rows(talk: Talk, asked: Asked, page: Page, pages: Sequence[Sequence[Row | str]]) -> None:
    """Write the page asked for of these, and how to go on."""
    shown = next(iter(asked.part(pages, 1, "/viec")), ())
    for row in shown:
        if isinstance(row, str):
            page.head(row)
        else:
            page.line(row.text)
    rows = [row for row in shown if isinstance(row, Row)]
    page.about = [row.code for row in rows if row.code]
    if set(asked.sight.units) <= set(talk.units_for(Action.CLOSE).units):
        page.actions = [f"xong {row.code}" for row in rows if row.code and not row.waits]
    left = sum(row.n for later in pages[asked.page :] for row in later if isinstance(row, Row))
    following = asked.go_on(talk, page, "/viec", left)
    if left and asked.sight.whole:
        unit = talk.directory.by_id[asked.sight.units[0]]
        example = f"/viec {unit.called}"
        page.line(
            _("và {n} việc khác: {command}; xem một đơn vị: {example}", n=left, command=following, example=example)
        )
    elif left:
        page.line(_("và {n} việc khác: {command}", n=left, command=following))


def _pages(talk: Talk, asked: Asked, items: Sequence[Item], room: int) -> list[list[Row | str]]:
    """The list cut into pages of `room` lines: the title of a section stands over its rows on every page."""
    pages: list[list[Row | str]] = []
    for title, prefix, listed in _sections(talk, items):
        for number, row in enumerate(_lines(talk, asked, listed, prefix)):
            new = number == 0
            if not pages or len(pages[-1]) + 1 + new > room:
                pages.append([])
                new = True
            pages[-1] += [title, row] if new else [row]
    if len(pages) > 1 and len(pages[-1]) == 2 and pages[-1][0] in pages[-2]:
        pages[-2].append(pages.pop()[1])  # it takes the line that would have said that one is left
    return pages


def _lines(talk: Talk, asked: Asked, items: Sequence[Item], prefix: str) -> Iterator[Row]:
    """A line for each; where many units are shown, what several of them owe by one day is one line."""
    together: dict[tuple[int, date | None, int], list[Item]] = {}
    fold_up = asked.sight.whole or len(asked.sight.units) > FEW_UNITS
    for item in items:
        alone = 0 if fold_up else item.deadline.code
        together.setdefault((item.deadline.task_id, item.deadline.due, alone), []).append(item)
    several = not one_unit(talk, asked.sight)
    for same in together.values():
        item = same[0]
        due, code = item.deadline.due, item.deadline.code
        said = due is None or item.deadline.kind is TaskKind.ALL_YEAR  # by the title of its section
        if len(same) > 1:
            owed = _("{title} ({n} đơn vị)", title=short(item.task.title), n=len(same))
            yield Row(owed if said else f"{owed}, {prefix}{due_words(item.deadline, talk.today)}", len(same), 0)
        elif said:
            yield Row(with_unit(talk, item, item_name(item), several), 1, code, item.waits)
        else:
            yield Row(named_line(talk, item, several, prefix), 1, code, item.waits)


def _sections(talk: Talk, items: Sequence[Item]) -> list[tuple[str, str, list[Item]]]:
    """Open deadlines by how they stand: (title, what stands before the day, deadlines)."""
    paused = [item for item in items if item.deadline.paused_at and not item.deadline.to_confirm]
    signing = [item for item in items if item.deadline.signing_at and not item.deadline.to_confirm]
    signing = [item for item in signing if item not in paused]
    waiting = [item for item in items if item.waits]
    put_aside = {item.deadline.code for item in (*paused, *signing, *waiting)}
    live = [item for item in items if not item.deadline.to_confirm and item.deadline.code not in put_aside]
    all_year = [item for item in live if item.deadline.kind is TaskKind.ALL_YEAR]
    parts: dict[Part | None, list[Item]] = {}
    for item in live:
        deadline = item.deadline
        if deadline.kind in (TaskKind.DATED, TaskKind.REPORT) and deadline.aim_day and deadline.last_day:
            days = policy.Days(deadline.aim_day, deadline.last_day)
            part = policy.part(days, talk.today, talk.today, talk.calendar, talk.policies.of(item))
            parts.setdefault(part, []).append(item)
    return [
        (_("Cần xác nhận (hạn đã qua khi nhận kế hoạch)"), "", [item for item in items if item.deadline.to_confirm]),
        (_("Chờ duyệt"), _("hạn "), waiting),
        (_("Quá hạn"), _("hạn "), parts.get(Part.OVERDUE, [])),
        (_("Chờ ký"), "", signing),
        (_("Đến hạn hôm nay"), "", parts.get(Part.TODAY, [])),
        (_("Sắp đến hạn"), "", parts.get(Part.SOON, [])),
        (_("Tiếp theo"), "", parts.get(None, [])),
        (_("Cả năm"), "", [item for item in all_year if item.deadline.due and item.deadline.due >= talk.today]),
        (_("Chờ đánh giá"), "", [item for item in all_year if item.deadline.due and item.deadline.due < talk.today]),
        (_("Tạm dừng"), _("hạn "), paused),
        (_("Chưa có hạn"), "", [item for item in live if item.deadline.kind is TaskKind.OPEN]),
    ]


def one(talk: Talk, code: int) -> Words:
    """Everything about one deadline, for those who may see it."""
    found = deadlines.by_codes(talk.session, talk.here.id or 0, [code]).get(code)
    others = found is not None and found.deadline.unit_id not in talk.units_for(Action.SEE).units
    if found is not None and others and (words := page_for_helper(talk, found)) is not None:
        return words
    item = visible(talk, code)
    deadline, task = item.deadline, item.task
    unit = talk.directory.by_id[deadline.unit_id]
    page = Page()
    page.head(f"{code} {short(task.title, 300)}")
    page.line(_("Đơn vị: {unit}. Hạn: {due}.", unit=_unit_words(talk, item, unit), due=due_words(deadline, talk.today)))
    if draft := _draft_words(talk, item):
        page.line(draft)
    helping = helping_words(talk, item)
    for line in details(talk, task, helping) if task.given_by is not None else _of_plan(task, helping):
        page.line(line)
    page.line(state_words(talk, item))
    for line in (*_shown(talk, item), *more_lines(talk, item)):
        page.line(line)
    plan = talk.session.get(Plan, task.plan_id) if task.plan_id else None
    if plan is not None:
        page.line(_("Căn cứ: {line}.", line=plan_line(task, plan)))
    page.about = [code]
    if deadline.done_at is None and deadline.unit_id in talk.units_for(Action.CLOSE).units:
        page.actions = [f"xong {code}"]
    if evidence.files(talk.session, deadline):
        page.actions.append(f"minh chứng {code}")
    return page.words()


def _draft_words(talk: Talk, item: Item) -> str:
    """By when the draft is laid before the leader, while that is still to be done."""
    aim, dated = item.deadline.aim_day, item.deadline.kind in (TaskKind.DATED, TaskKind.REPORT)
    if aim is None or not dated or status(item, talk.today) not in (Status.RUNNING, Status.OVERDUE):
        return ""
    day = draft_day(aim, talk.calendar)
    return _("Trình lãnh đạo: chậm nhất {day}.", day=day_words(day)) if day else ""


def _shown(talk: Talk, item: Item) -> list[str]:
    """What was shown for a result, besides the document that it is judged by."""
    papers = [one for one in evidence.of(talk.session, item.deadline) if one.kind is EvidenceKind.DOCUMENT]
    lines = []
    for one in papers if len(papers) > 1 or any(one.preliminary for one in papers) else ():
        words = paper_words(one.name, one.day, talk.today)
        lines.append(_("Bản sơ bộ: {paper}.", paper=words) if one.preliminary else _("Văn bản: {paper}.", paper=words))
    if papers and papers[-1].preliminary:
        lines.append(_("Còn chờ bản bổ sung."))
    if kept := evidence.distinct(talk.session, item.deadline):
        names = ", ".join(short(one.name, 40) for one in kept[:FEW_FILES])
        if len(kept) > FEW_FILES:
            names += ", …"
        said = {"n": len(kept), "names": names, "code": item.deadline.code}
        lines.append(_("Tệp kèm theo ({n}): {names}. Xem tệp: minh chứng {code}", **said))
    return lines


def _of_plan(task: Task, helping: str) -> list[str]:
    lines = [helping] if helping else []
    if task.product and task.kind is TaskKind.REPORT:
        lines.append(_("Nơi nhận: {receiver}.", receiver=short(task.product)))
    elif task.product:
        lines.append(_("Sản phẩm: {product}.", product=short(task.product)))
    return lines


def _unit_words(talk: Talk, item: Item, unit: Unit) -> str:
    """Whose a deadline is; a result keeps the name under which it was recorded."""
    done = item.deadline.done_at
    name = units.name_then(talk.session, unit, done) if done else unit.name
    now = talk.directory.one(unit.name) or unit
    return name if name == now.name else _("{old} (nay là {new})", old=name, new=now.name)


def visible(talk: Talk, code: int) -> Item:
    """The deadline of this code, if it may be seen here. Refuses otherwise."""
    item = deadlines.by_codes(talk.session, talk.here.id or 0, [code]).get(code)
    if item is None:
        raise Refused(no_such(code))
    if item.deadline.unit_id not in talk.units_for(Action.SEE).units:
        raise Refused(elsewhere(code))
    return item


def elsewhere(code: int) -> str:
    return _("Việc {code} thuộc đơn vị khác, xem trong nhóm của đơn vị đó.", code=code)


def no_such(code: int) -> str:
    return _("Không có việc {code}. Xem mã việc: /viec", code=code)


def state_words(talk: Talk, item: Item) -> str:
    """How a deadline stands, in neutral words."""
    how = result_words(item.deadline, talk.today)
    match status(item, talk.today):
        case Status.WAITING:
            return _("Đã ghi nhận kết quả, chờ duyệt: {how}.", how=how) if how else _("Đã ghi nhận kết quả, chờ duyệt.")
        case Status.DONE:
            return _("Đã ghi nhận kết quả: {how}.", how=how) if how else _("Đã ghi nhận kết quả.")
        case Status.TO_CONFIRM:
            return _("Cần Văn phòng xác nhận: hạn đã qua khi nhận kế hoạch.")
        case Status.PAUSED:
            why = item.deadline.stopped_why
            return _("Tạm dừng, lý do: {why}.", why=why) if why else _("Tạm dừng.")
        case Status.SIGNING:
            since = day_words(local(item.deadline.signing_at or talk.now, talk.here.zone).date())
            return _("Đang chờ ký từ {day}, chưa ghi nhận kết quả.", day=since)
        case Status.TO_JUDGE:
            return _("Chờ đánh giá.")
        case Status.OVERDUE:
            return _("Quá hạn, chưa ghi nhận kết quả.")
    return _("Chưa ghi nhận kết quả.")


COMMAND = Command(
    name="việc",
    slash="viec",
    says=(*_LISTS, _THIS_WEEK, "xong chưa", "căn cứ", "nguồn"),
    help=N_("xem việc chưa xong; việc 12: xem một việc và căn cứ"),
    example="/viec",
    place=1,
    action=Action.SEE,
    run=run,
    takes_codes=True,
    fits=fits,
    changes=False,
)
