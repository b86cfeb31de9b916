"""`KH3`, `KH3 1.2 đến 31/1/2023`, `KH3 4.1.b giao Văn phòng, bỏ 7.4`: a plan seen by its headings, its rows seen and
corrected."""

import re
from collections.abc import Sequence

from handlers import acceptance, names, reading
from handlers.authority import Action
from handlers.doubts import change, corrected, open_tasks
from handlers.rows import ABOUT_UNITS, days_words, find, kept, only_in_private, orders, plan_named
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.fold import fold
from lang.text import N_, _, many
from plans import Fault, faults
from schedules.views import Page, short
from storage import plans
from storage.models import Plan, PlanStatus, Question, Task
from storage.outbox import Words

PER_PAGE = 9
FAULTS_PER_PAGE = 5
_PLAN = re.compile(r"(\d{1,6})(?!\S)[\s:,]*(.*)", re.DOTALL)
_REVIEW = ("can xem lai", "cho can xem lai", "loi", "xem lai")
_OWNERLESS = ("chua giao", "chua co don vi")
_WITHOUT_DAY = ("event_needed", "base_needed", "dates_unknown", "time_unclear", "report_date_unclear")
_ABOUT_TIME = ("year_mismatch", "no_such_day", "time_missing", "smudged", "day_or_month", *_WITHOUT_DAY)


def run(talk: Talk) -> Answered:
    said = _PLAN.fullmatch(talk.words.strip())
    if said is None:
        raise NotMine
    if (by := acceptance.chosen(said[2])) is not None:
        return acceptance.choose(talk, plan_named(talk, f"KH{said[1]}"), by)
    only_in_private(talk)
    plan = plan_named(talk, f"KH{said[1]}")
    words, number = reading.page(said[2])
    if fold(words) in _REVIEW:
        return _review(talk, plan, number)
    if fold(words) in _OWNERLESS:
        return _ownerless(talk, plan, number)
    if not words:
        return _outline(talk, plan, "", number)
    if (done := change(talk, plan, words)) is not None:
        return corrected(talk, plan, done)
    return _shown(talk, plan, words, number)


def _shown(talk: Talk, plan: Plan, words: str, number: int) -> Words:
    """One row, or the rows under a heading."""
    rows = plans.tasks(talk.session, plan)
    wanted = orders(words, {fold(task.ref) for task in rows})
    if len(wanted) != 1 or len(wanted[0].refs) != 1 or wanted[0].words:
        raise Refused(
            _(
                "Chưa hiểu cần sửa gì. Ví dụ: KH{number} {ref} đến 30/6, "
                "KH{number} {ref} giao Văn phòng, KH{number} bỏ {ref}.",
                number=plan.number,
                ref=rows[0].ref if rows else "1.1",
            )
        )
    ref = wanted[0].refs[0]
    if all(fold(task.ref) != fold(ref) for task in rows) and any(_under(task.ref, ref) for task in rows):
        return _outline(talk, plan, ref, number)
    return _row(plan, find(talk, plan, [ref])[0])


def _under(ref: str, group: str) -> bool:
    return fold(ref).startswith(fold(group).rstrip(".") + ".")


def _outline(talk: Talk, plan: Plan, group: str, number: int) -> Words:
    """The plan by its headings, or the rows under one of them."""
    rows = plans.tasks(talk.session, plan)
    titles = {group[0]: group[1] for group in plan.groups}
    inside = [task for task in rows if _under(task.ref, group)] if group else rows
    tops = [no for no in titles if "." not in no] if not group else []
    lines = []
    for no in tops:
        count = sum(_under(task.ref, no) or task.ref == no for task in rows)
        lines.append(f"{no} {short(titles[no])}: " + many("{n} việc", "{n} việc", count))
    rest = [task for task in inside if not any(_under(task.ref, no) or task.ref == no for no in tops)]
    lines += [f"{task.ref} {short(task.title)}: {days_words(task)}" for task in rest]
    example = _("Xem một phần: KH{number} {no}", number=plan.number, no=tops[0]) if tops else ""
    head = f"KH{plan.number} {group} {short(titles.get(group, plan.title))}".replace("  ", " ")
    return _paged(talk, plan, head, lines, number, f"KH{plan.number} {group}".strip(), example)


def _paged(
    talk: Talk,
    plan: Plan,
    head: str,
    lines: Sequence[str],
    number: int,
    command: str,
    example: str,
    most: int = PER_PAGE,
) -> Words:
    """The `number`th part of `lines`; `command` asks for the whole."""
    shown = lines[(number - 1) * most : number * most]
    if not shown and number > 1:
        raise Refused(_("Không có trang {n}. Gõ {command} để xem từ đầu.", n=number, command=command))
    page = Page()
    page.head(head)
    for line in shown:
        page.line(line)
    left = len(lines) - number * most
    if left > 0:
        following = f"{command} trang {number + 1}"
        page.line(_("và {n} dòng khác: {command}", n=left, command=following))
        page.actions = [following]
    elif example:
        page.line(example)
    if waiting := open_tasks(talk.session, plan):
        page.line(_("Còn {n} dòng cần hỏi: hỏi KH{number}", n=len(waiting), number=plan.number))
    if plan.status is PlanStatus.DRAFT:
        page.actions += [f"đồng ý KH{plan.number}", f"bỏ KH{plan.number}"]
    return page.words()


def _row(plan: Plan, task: Task) -> Words:
    page = Page()
    page.head(f"KH{plan.number} {task.ref} {short(task.title, 300)}")
    page.line(_("Chủ trì: {units}.", units="; ".join(task.lead) or _("để trống")))
    if task.coordinating:
        page.line(_("Phối hợp: {units}.", units="; ".join(task.coordinating)))
    page.line(_("Thời gian ghi: {phrase}. Hạn: {due}.", phrase=task.phrase or _("để trống"), due=days_words(task)))
    return page.words()


def _ownerless(talk: Talk, plan: Plan, number: int) -> Words:
    """The rows that no unit of the office owes, with whom the plan names."""
    nobody = _("để trống")
    lines = [
        f"{task.ref} {short(task.title)}: {short('; '.join(task.lead)) or nobody}"
        for task in names.ownerless(talk, plan)
    ]
    head = _("KH{number}, dòng chưa giao cho đơn vị nào", number=plan.number)
    ref = lines[0].split()[0] if lines else ""
    example = _("Giao một dòng: KH{number} {ref} giao Văn phòng", number=plan.number, ref=ref) if lines else ""
    return _paged(talk, plan, head, lines or [_("Không còn dòng nào.")], number, f"KH{plan.number} chưa giao", example)


def _review(talk: Talk, plan: Plan, number: int) -> Words:
    """What the proof-reader found and is not settled yet, each with the words as written and what settles it."""
    rows = {task.ref: task for task in reversed(plans.tasks(talk.session, plan))}
    found = [kept(stored) for stored in plan.faults]
    lines = [_with_remedy(plan, fault, rows) for fault in found if not _settled(fault, rows, plan)]
    head = _("KH{number}, những điểm cần xem lại", number=plan.number)
    command = f"KH{plan.number} cần xem lại"
    return _paged(talk, plan, head, lines or [_("Không còn điểm nào.")], number, command, "", FAULTS_PER_PAGE)


def _settled(fault: Fault, rows: dict[str, Task], plan: Plan) -> bool:
    first = fault.no.split(",")[0].rstrip("…")
    task = rows.get(first)
    codes = [doubt["code"] for doubt in task.doubts] if task else []
    if fault.kind == "unit_unknown":
        return plan.status is not PlanStatus.DRAFT or (bool(fault.near) and "unit_unknown" not in codes)
    if fault.kind == "lead_missing":
        return task is None or bool(task.lead)
    if fault.kind in _WITHOUT_DAY:
        return task is None or (bool(task.due) and not set(codes) - set(ABOUT_UNITS))
    if fault.kind in _ABOUT_TIME:
        return task is None or not set(codes) - set(ABOUT_UNITS)
    return False


def _with_remedy(plan: Plan, fault: Fault, rows: dict[str, Task]) -> str:
    said = faults.words(fault)
    task = rows.get(fault.no)
    if task is None:
        return said
    row = f"KH{plan.number} {task.ref}"
    if fault.kind == "year_mismatch":
        return f"{said} ({row} năm {plan.year})"
    if fault.kind in ("lead_missing", "lead_not_unit", "columns_shifted"):
        return f"{said} ({row} giao …)"
    if fault.kind == "same_row":
        return f"{said} (KH{plan.number} bỏ {task.ref})"
    return f"{said} ({row} đến …)" if fault.kind in (*_ABOUT_TIME, "due_before_signing", "deadline_in_title") else said


def answer_plan(talk: Talk, question: Question, words: str) -> Answered:
    """A correction without the plan's number, while the plan that was sent last has no other question open."""
    plan = talk.session.get_one(Plan, question.subject["plan"])
    talk.need(Action.SETTLE)
    done = change(talk, plan, words, short_form=True)
    if done is None:
        raise NotMine
    talk.ask("plan", question.subject, [])
    return corrected(talk, plan, done)


COMMAND = Command(
    name="KH",
    whole=True,
    slash="kh",
    says=(),
    help=N_("xem kế hoạch KH1; sửa một dòng: KH1 1.2 đến 30/6, KH1 1.2 giao Văn phòng, KH1 bỏ 1.2"),
    example="KH1",
    place=14,
    action=Action.SETTLE,
    run=run,
    takes_codes=True,
    fits=lambda name, words: False,
)
ANSWERS = {"plan": answer_plan}
