"""`KH3`, `KH3 1.2 đến 31/1/2023`, `KH3 4.1.b giao Văn phòng`, `KH3 bỏ 7.4`: a plan seen by its headings, a row seen and
corrected."""

import re
from collections.abc import Callable
from functools import partial

from handlers.authority import Action
from handlers.compare import cancel, days_words
from handlers.doubts import days_said, fan_out, only_in_private, open_tasks, plan_named
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.fold import fold
from lang.text import N_, _, many
from schedules.views import Page, short
from storage import plans
from storage.models import Plan, PlanStatus, Task, TaskKind
from storage.outbox import Words

MOST_LINES = 24
_REF = r"[0-9IVXLC][\w.]*"
_ROW = re.compile(rf"(\d+)(?:\s+(?:(bỏ|bo)\s+)?(?:dòng\s+|dong\s+)?({_REF})(?:\s+(.+))?)?", re.IGNORECASE | re.DOTALL)
_LEAD = re.compile(r"(?:giao|chủ trì|chu tri)\s+(?:cho\s+)?(.+)", re.IGNORECASE | re.DOTALL)
_DAY = re.compile(r"(?:đến|den|hạn|han|trước|truoc|ngày|ngay)\s.+|.*\d.*|cả năm|ca nam", re.IGNORECASE | re.DOTALL)


def run(talk: Talk) -> Answered:
    said = _ROW.fullmatch(talk.words.strip())
    if said is None:
        raise NotMine
    only_in_private(talk)
    plan = plan_named(talk, f"KH{said[1]}")
    if said[3] is None:
        return _outline(talk, plan, "")
    rows = plans.tasks(talk.session, plan)
    task = next((task for task in rows if fold(task.ref) == fold(said[3])), None)
    if task is None:
        if not said[2] and not said[4] and any(_under(one.ref, said[3]) for one in rows):
            return _outline(talk, plan, said[3])
        raise Refused(_("KH{number} không có dòng {ref}.", number=plan.number, ref=said[3]))
    if said[2]:
        return _change(talk, plan, task, _leave_out)
    if not said[4]:
        return _row(talk, plan, task)
    words = said[4].strip()
    if lead := _LEAD.fullmatch(words):
        return _change(talk, plan, task, partial(_hand_over, words=lead[1]))
    if _DAY.fullmatch(words):
        return _change(talk, plan, task, partial(_put_on, words=words))
    raise Refused(
        _(
            "Chưa hiểu cần sửa gì. Ví dụ: KH{number} {ref} đến 30/6, "
            "KH{number} {ref} giao Văn phòng, KH{number} bỏ {ref}.",
            number=plan.number,
            ref=task.ref,
        )
    )


def _under(ref: str, group: str) -> bool:
    return fold(ref).startswith(fold(group).rstrip(".") + ".")


def _outline(talk: Talk, plan: Plan, group: str) -> Words:
    """The plan by its headings, or the rows under one of them."""
    rows = plans.tasks(talk.session, plan)
    titles = {group[0]: group[1] for group in plan.groups}
    page = Page(most=MOST_LINES)
    page.head(f"KH{plan.number} {group} {short(titles.get(group, plan.title))}".replace("  ", " "))
    inside = [task for task in rows if _under(task.ref, group)] if group else rows
    tops = [no for no in titles if "." not in no] if not group else []
    for no in tops:
        count = sum(_under(task.ref, no) or task.ref == no for task in rows)
        page.line(f"{no} {short(titles[no])}: " + many("{n} việc", "{n} việc", count))
    rest = [task for task in inside if not any(_under(task.ref, no) or task.ref == no for no in tops)]
    for task in rest[: MOST_LINES - 4 - len(tops)]:
        page.line(f"{task.ref} {short(task.title)}: {days_words(task)}")
    if left := len(rest[MOST_LINES - 4 - len(tops) :]):
        page.line(many("và {n} dòng khác.", "và {n} dòng khác.", left))
    if tops:
        page.line(_("Xem một phần: KH{number} {no}", number=plan.number, no=tops[0]))
    if waiting := open_tasks(talk.session, plan):
        page.line(_("Còn {n} dòng cần hỏi: hỏi KH{number}", n=len(waiting), number=plan.number))
    if plan.status is PlanStatus.DRAFT:
        page.actions = [f"đồng ý KH{plan.number}", f"bỏ KH{plan.number}"]
    return page.words()


def _row(talk: Talk, plan: Plan, task: Task) -> Words:
    page = Page()
    page.head(f"KH{plan.number} {task.ref} {short(task.title, 300)}")
    page.line(_("Chủ trì: {units}.", units="; ".join(task.lead) or _("để trống")))
    if task.coordinating:
        page.line(_("Phối hợp: {units}.", units="; ".join(task.coordinating)))
    page.line(_("Thời gian ghi: {phrase}. Hạn: {due}.", phrase=task.phrase or _("để trống"), due=days_words(task)))
    return page.words()


def _change(talk: Talk, plan: Plan, task: Task, change: Callable[[Talk, Plan, Task], str]) -> Words:
    """Make one change to a row; if its plan is live, its deadlines follow."""
    talk.need(Action.SETTLE)
    if plan.status not in (PlanStatus.DRAFT, PlanStatus.LIVE):
        raise Refused(_("KH{number} không còn dùng, nên không sửa được.", number=plan.number))
    talk.journal.touch(task)
    said = change(talk, plan, task)
    if plan.status is PlanStatus.LIVE and task.left_out:
        cancel(talk, task)
    elif plan.status is PlanStatus.LIVE:
        fan_out(talk, task, plans.deadlines_of(talk.session, task))
    talk.write("correct", _("dòng {ref}, KH{number}", ref=task.ref, number=plan.number))
    return Words(f"{said}\n" + _("Nhầm thì trả lời: hoàn tác"), actions=("hoàn tác",))


def _leave_out(talk: Talk, plan: Plan, task: Task) -> str:
    task.left_out = True
    return _("Đã bỏ dòng {ref} khỏi KH{number}: {title}.", ref=task.ref, number=plan.number, title=short(task.title))


def _hand_over(talk: Talk, plan: Plan, task: Task, words: str) -> str:
    found = talk.directory.who([words.strip(" .")])
    if not found.units:
        raise Refused(_("Không có đơn vị «{words}» trong danh sách của cơ quan.", words=short(words, 40)))
    task.lead = [talk.directory.by_id[unit].name for unit in found.units]
    task.doubts = [doubt for doubt in task.doubts if doubt["code"] != "lead_missing"]
    return _("Đã ghi: dòng {ref} do {unit} chủ trì.", ref=task.ref, unit="; ".join(task.lead))


def _put_on(talk: Talk, plan: Plan, task: Task, words: str) -> str:
    task.doubts = [doubt for doubt in task.doubts if doubt["code"] == "lead_missing"]
    if fold(words) == "ca nam":
        task.due, task.kind = [f"{plan.year}-12-31"], TaskKind.ALL_YEAR
        return _("Đã ghi: dòng {ref} làm cả năm {year}.", ref=task.ref, year=plan.year)
    days = days_said(task, plan, re.sub(r"^(?:đến|den|hạn|han)\s+", "", words, flags=re.IGNORECASE))
    task.due = [day.isoformat() for day in sorted(set(days))]
    task.kind = TaskKind.REPORT if task.kind is TaskKind.REPORT else TaskKind.DATED
    return _("Đã ghi: dòng {ref}, hạn {days}.", ref=task.ref, days=days_words(task))


COMMAND = Command(
    name="KH",
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
