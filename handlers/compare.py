"""`so sánh KH2`: what a new version of a plan adds, drops, moves, rewords; and how it takes over once it is agreed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.authority import Action
from handlers.rows import cancel, days_words, fan_out, only_in_private, plan_named
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.text import _
from schedules.views import Page, few, short
from storage import plans, versions
from storage.models import Deadline, Plan, PlanStatus, Task
from storage.versions import Difference, Pair

MOST_LINES = 24
FEW_REFS = 6


def run(talk: Talk) -> Answered:
    if not talk.words:
        raise NotMine
    only_in_private(talk)
    plan = plan_named(talk, talk.words)
    old = talk.session.get(Plan, plan.replaces) if plan.replaces else None
    if old is None:
        raise Refused(_("KH{number} không phải bản mới của kế hoạch nào.", number=plan.number))
    page = Page(most=MOST_LINES)
    page.head(_("KH{new} so với KH{old}", new=plan.number, old=old.number))
    lines = list(_told(difference(talk, plan, old)))
    for line in lines[: MOST_LINES - 2]:
        page.line(line)
    if len(lines) > MOST_LINES - 2:
        page.line(_("và {n} thay đổi khác.", n=len(lines) - MOST_LINES + 2))
    if not lines:
        page.line(_("Không có thay đổi."))
    if plan.status is PlanStatus.DRAFT:
        page.actions = [f"đồng ý KH{plan.number}", f"bỏ KH{plan.number}"]
    return page.words()


def difference(talk: Talk, plan: Plan, old: Plan) -> Difference:
    return versions.compare(plans.tasks(talk.session, old), plans.tasks(talk.session, plan))


def summary(found: Difference, old: Plan) -> str:
    """One line: how many rows are added, dropped, moved, handed over, reworded, and which."""
    parts = [
        (_("thêm"), [task.ref for task in found.added]),
        (_("bỏ"), [task.ref for task in found.dropped]),
        (_("đổi hạn"), [pair.new.ref for pair in found.pairs if pair.moved]),
        (_("đổi đơn vị"), [pair.new.ref for pair in found.pairs if pair.handed_over]),
        (_("sửa lời"), [pair.new.ref for pair in found.pairs if pair.reworded]),
    ]
    said = [f"{what} {len(refs)} ({few(refs, FEW_REFS)})" for what, refs in parts if refs]
    return _("Bản mới của KH{old}: {changes}.", old=old.number, changes="; ".join(said) or _("không đổi dòng nào"))


def _told(found: Difference) -> Iterator[str]:
    for task in found.added:
        yield _("Thêm {ref} {title} ({lead})", ref=task.ref, title=short(task.title), lead=_lead(task))
    for task in found.dropped:
        yield _("Bỏ {ref} {title} ({lead})", ref=task.ref, title=short(task.title), lead=_lead(task))
    for pair in found.changed:
        yield f"{pair.new.ref} {short(pair.new.title)}: {'; '.join(_changes(pair))}"


def _changes(pair: Pair) -> Iterator[str]:
    if pair.moved:
        yield _("hạn {old} → {new}", old=days_words(pair.old), new=days_words(pair.new))
    if pair.handed_over:
        yield _("chủ trì {old} → {new}", old=_lead(pair.old), new=_lead(pair.new))
    if pair.reworded:
        yield _("trước ghi «{title}»", title=short(pair.old.title))


def _lead(task: Task) -> str:
    return "; ".join(task.lead) or _("chưa có đơn vị")


def keep_answers(talk: Talk, plan: Plan, old: Plan) -> None:
    """What was answered about a row of the old version need not be asked again about the same words of the new one."""
    for pair in difference(talk, plan, old).pairs:
        if pair.new.doubts and not pair.old.doubts and pair.old.phrase == pair.new.phrase:
            pair.new.due, pair.new.kind, pair.new.doubts = pair.old.due, pair.old.kind, []
            pair.new.strict, pair.new.hour = pair.old.strict, pair.old.hour
            pair.new.lead = pair.new.lead or pair.old.lead


@dataclass(frozen=True, slots=True)
class Effect:
    """What agreeing a plan did: deadlines that are new, open ones that have another day, ones that are cancelled."""

    made: Sequence[Deadline]
    moved: Sequence[Deadline] = ()
    cancelled: Sequence[Deadline] = ()

    @property
    def all(self) -> list[Deadline]:
        return [*self.made, *self.moved, *self.cancelled]


def take_over(talk: Talk, plan: Plan, old: Plan) -> Effect:
    """The new version takes the place of the old one: rows that go on keep their codes and results, what is owed no
    more is cancelled."""
    found = difference(talk, plan, old)
    talk.journal.touch(old)
    old.status = PlanStatus.SUPERSEDED
    made: list[Deadline] = []
    before = {
        task.id: plans.deadlines_of(talk.session, task)
        for task in [*(pair.old for pair in found.pairs), *found.dropped]
    }
    was_open = [one for rows in before.values() for one in rows if one.done_at is None and one.cancelled_at is None]
    was_due = {one.id: one.due for one in was_open}
    for pair in found.pairs:
        if pair.moved or pair.handed_over:
            made += fan_out(talk, pair.new, before[pair.old.id])
            continue
        talk.journal.touch(*before[pair.old.id])
        for deadline in before[pair.old.id]:
            deadline.task_id = pair.new.id or 0
    for task in found.added:
        made += fan_out(talk, task)
    for task in found.dropped:
        cancel(talk, task)
    cancelled = [one for one in was_open if one.cancelled_at is not None]
    moved = [one for one in was_open if one.cancelled_at is None and one.due != was_due[one.id]]
    return Effect(made, moved, cancelled)


COMMAND = Command(
    name="so sánh",
    slash="sosanh",
    says=("khác gì",),
    help="",
    example="so sánh KH2",
    place=13,
    action=Action.SEND_PLAN,
    run=run,
    fits=lambda name, words: False,
)
