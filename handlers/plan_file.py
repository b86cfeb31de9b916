"""A plan's document is sent: it is read, kept as a draft, and what is doubtful is said."""

import hashlib
import re

from channels import FILE_LIMIT, Incoming
from handlers import names, send_file
from handlers.authority import Action
from handlers.compare import difference, keep_answers, summary
from handlers.doubts import ask_next, open_tasks
from handlers.rows import kept, plain
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.doubts import Doubt
from lang.text import N_, _, many
from plans import Draft, DraftReport, DraftTask, Fault, Unreadable, child, faults, refusals
from schedules.views import Page, few, short
from storage import plans, targets, versions
from storage.models import Plan, PlanStatus, Task, TaskKind

FEW_FAULTS = 6
FEW_NUMBERS = 12
_YEAR = re.compile(r"\b(20\d\d)\b")


class Secret(Refused):
    """A document with a classification mark: nothing of it may be kept."""


def think(incoming: Incoming) -> Draft | Unreadable:
    """Read the document, outside any transaction, in a process of its own."""
    file = incoming.files[0]
    year = _YEAR.search(incoming.text)
    try:
        if file.content is None:
            raise Unreadable("too_large", limit=str(FILE_LIMIT // 1024 // 1024))
        return child.read(file.content, file.name, int(year[1]) if year else None)
    except Unreadable as error:
        return error


def run(talk: Talk) -> Answered:
    if not talk.incoming.files and talk.words:
        raise NotMine
    if not talk.incoming.files:
        if (link := send_file.offer(talk, COMMAND.name)) is not None:
            return link
        raise Refused(_("Xin gửi tệp kế hoạch (.docx) kèm theo, hoặc dán bảng kế hoạch vào tệp .txt rồi gửi."))
    draft = talk.thought
    if isinstance(draft, Unreadable):
        raise (Secret if draft.code == "classified" else Refused)(refusals.words(draft))
    if not draft.is_plan:
        raise Refused(
            _("Tệp này không phải kế hoạch (không có bảng phân công việc). Xin gửi tệp kế hoạch của cơ quan.")
        )
    _refuse_again(talk)
    plan = _store(talk, draft)
    page = Page()
    page.head(f"KH{plan.number} {short(draft.title)}")
    page.line(_counts(draft))
    if draft.narrative:
        refs = few([task.ref for task in draft.narrative], FEW_NUMBERS)
        page.line(
            _(
                "Ngoài bảng, phần lời văn còn nêu {n} việc không đưa vào danh sách: {refs}.",
                n=len(draft.narrative),
                refs=refs,
            )
        )
    if (old := talk.session.get(Plan, plan.replaces) if plan.replaces else None) is not None:
        page.line(summary(difference(talk, plan, old), old))
    doubtful = _doubtful(plan)
    for line in doubtful[:FEW_FAULTS]:
        page.line(line)
    if (left := len(doubtful) - FEW_FAULTS) > 0:
        page.line(_("và {n} điểm khác: KH{number} cần xem lại", n=left, number=plan.number))
    waiting = open_tasks(talk.session, plan)
    if waiting:
        page.line(_("Còn {n} dòng cần hỏi, hỏi lần lượt ở tin sau; có thể đồng ý trước.", n=len(waiting)))
    page.actions = [f"đồng ý KH{plan.number}", f"bỏ KH{plan.number}"]
    if old is not None:
        page.actions.append(f"so sánh KH{plan.number}")
    question = ask_next(talk, plan)
    if question is None:
        talk.ask("plan", {"plan": plan.id}, [])
    return [page.words(), question] if question else page.words()


def _refuse_again(talk: Talk) -> None:
    """The same document a second time would owe everything twice."""
    known = plans.by_hash(talk.session, talk.here.id or 0, _hash(talk))
    if known is None or known.status is PlanStatus.DROPPED:
        return
    if known.status is PlanStatus.LIVE:
        raise Refused(_("Tệp này đã gửi trước đó và đang có hiệu lực: KH{number}.", number=known.number))
    raise Refused(
        _(
            "Tệp này đã gửi trước đó: KH{number}, đang chờ đồng ý. Trả lời: đồng ý KH{number} / bỏ KH{number}",
            number=known.number,
        )
    )


def _hash(talk: Talk) -> str:
    return hashlib.sha256(talk.incoming.files[0].content or b"").hexdigest()


def _counts(draft: Draft) -> str:
    tasks = many("{n} nhiệm vụ", "{n} nhiệm vụ", len(draft.tasks))
    reports = many("{n} kỳ báo cáo", "{n} kỳ báo cáo", len(draft.reports))
    dated = sum(1 for task in draft.tasks if _kind(task) is TaskKind.DATED)
    year = sum(1 for task in draft.tasks if _kind(task) is TaskKind.ALL_YEAR)
    return _(
        "Đã đọc {tasks}, {reports}: {dated} việc có hạn, {year} việc cả năm, {open} việc chưa có hạn.",
        tasks=tasks,
        reports=reports,
        dated=dated,
        year=year,
        open=len(draft.tasks) - dated - year,
    )


def _doubtful(plan: Plan) -> list[str]:
    """The proof-reader's findings, one line a kind: «Năm khác năm kế hoạch: 1.2, 7.1»; what concerns the whole
    document, or a name that may be a slip, in its own words."""
    found = [kept(stored) for stored in plan.faults]
    by_kind: dict[str, list[str]] = {}
    strange = sum(fault.kind == "unit_unknown" and not fault.near for fault in found)
    for fault in found:
        if fault.no and fault.kind != "unit_unknown":
            by_kind.setdefault(fault.kind, []).append(fault.no)
    own = [faults.words(fault) for fault in found if _in_own_words(fault)]
    whole = [faults.words(fault) for fault in found if not fault.no]
    if strange:
        whole.append(_("{n} tên đơn vị chưa có trong danh sách của cơ quan, hỏi khi đồng ý.", n=strange))
    return [*own, *(f"{faults.title(kind)}: {few(numbers, FEW_NUMBERS)}." for kind, numbers in by_kind.items()), *whole]


def _in_own_words(fault: Fault) -> bool:
    return fault.kind == "unit_unknown" and bool(fault.near)


def _kind(task: DraftTask | DraftReport) -> TaskKind:
    doubtful = {day for doubt in task.doubts for day in doubt.dates}
    if not set(task.due) - doubtful:
        return TaskKind.OPEN
    if isinstance(task, DraftReport):
        return TaskKind.REPORT
    return TaskKind.ALL_YEAR if task.kind == "all_year" else TaskKind.DATED


def _store(talk: Talk, draft: Draft) -> Plan:
    office = talk.here
    file = talk.incoming.files[0]
    plan = Plan(
        office_id=office.id or 0,
        number=office.next_plan,
        title=draft.title,
        document_number=draft.number,
        issued=draft.issued,
        year=draft.year,
        source_name=file.name,
        source_hash=_hash(talk),
        faults=[_plain(fault) for fault in draft.faults],
        groups=[[no, title] for no, title in draft.groups],
        received_at=talk.now,
    )
    office.next_plan += 1
    talk.session.add(plan)
    talk.session.flush()
    missing = {(fault.kind, fault.no) for fault in draft.faults}
    tasks = [_task(plan, task, missing) for task in draft.tasks] + [
        _report(plan, report, missing) for report in draft.reports
    ]
    for position, task in enumerate(tasks):
        task.position = position
    talk.session.add_all(tasks)
    talk.session.flush()
    targets.store(talk.session, plan, draft.targets)
    if (old := versions.earlier(talk.session, plan)) is not None:
        plan.replaces = old.id
        keep_answers(talk, plan, old)
    unknown = names.doubt(talk, plan)
    plan.faults = [*plan.faults, *(_plain(fault) for fault in names.faults(talk, unknown))]
    talk.write("plan", f"KH{plan.number}")
    return plan


def _plain(fault: Fault) -> list[str]:
    return [fault.kind, fault.no, fault.words, *fault.near]


def _doubts(draft: DraftTask | DraftReport, missing: set[tuple[str, str]]) -> list[dict[str, object]]:
    doubts = [plain(doubt) for doubt in draft.doubts]
    for fault in ("time_missing", "lead_missing"):
        if (fault, draft.ref) in missing and all(doubt["code"] != fault for doubt in doubts):
            doubts.append(plain(Doubt(fault)))
    return doubts


def _task(plan: Plan, draft: DraftTask, missing: set[tuple[str, str]]) -> Task:
    return Task(
        office_id=plan.office_id,
        plan_id=plan.id,
        ref=draft.ref,
        section=draft.section,
        title=draft.title,
        lead=list(draft.lead),
        coordinating=list(draft.coordinating),
        product=draft.product or "",
        phrase=draft.phrase or "",
        kind=_kind(draft),
        due=[day.isoformat() for day in draft.due],
        strict=draft.strict,
        hour=draft.hour,
        doubts=_doubts(draft, missing),
    )


def _report(plan: Plan, draft: DraftReport, missing: set[tuple[str, str]]) -> Task:
    return Task(
        office_id=plan.office_id,
        plan_id=plan.id,
        ref=draft.ref,
        title=draft.title,
        lead=list(draft.senders),
        product=draft.to,
        phrase=draft.phrase,
        kind=_kind(draft),
        due=[day.isoformat() for day in draft.due],
        strict=draft.strict,
        hour=draft.hour,
        doubts=_doubts(draft, missing),
    )


COMMAND = Command(
    name="gửi kế hoạch",
    slash="kehoach",
    says=("kế hoạch",),
    help=N_("gửi tệp kế hoạch (.docx, .txt) kèm lệnh này"),
    example="/kehoach",
    place=9,
    action=Action.SEND_PLAN,
    run=run,
    think=think,
    takes_files=True,
)
