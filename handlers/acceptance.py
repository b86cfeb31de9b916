"""`ai duyệt KH1`: who looks at a plan's results before they count; «KH1 do lãnh đạo duyệt» chooses."""

import re

from handlers.authority import Action
from handlers.rows import plan_named
from handlers.talk import Answered, Command, Refused, Talk
from handlers.telling import tell_deciders
from handlers.waiting import to_decider
from lang.fold import fold
from lang.text import N_, _
from schedules.tell import Kind
from schedules.views import short
from storage import approvals
from storage.models import Acceptance, Plan, PlanStatus
from storage.outbox import Words

SAYS = {
    Acceptance.COORDINATOR: "do Văn phòng duyệt",
    Acceptance.LEADER: "do lãnh đạo duyệt",
    Acceptance.NONE: "không cần duyệt",
}
_CHOICES = (
    (re.compile(r"(?:ket qua )?(?:do|de|giao|can) (?:van phong|vp)(?: so)? duyet"), Acceptance.COORDINATOR),
    (re.compile(r"(?:ket qua )?(?:do|de|giao|can) (?:lanh dao|giam doc)(?: so)? duyet"), Acceptance.LEADER),
    (re.compile(r"(?:ket qua )?khong (?:can|phai) duyet"), Acceptance.NONE),
)


def run(talk: Talk) -> Answered:
    plan = plan_named(talk, talk.words)
    actions = [f"KH{plan.number} {words}" for kind, words in SAYS.items() if kind is not plan.accepted_by]
    lines = [_now(plan), _("Chọn khác: {choices}", choices=" / ".join(actions))]
    return Words("\n".join(lines), actions=tuple(actions))


def chosen(words: str) -> Acceptance | None:
    """What words after «KH1» choose; None when they are about something else."""
    said = fold(words).strip(" .")
    return next((kind for pattern, kind in _CHOICES if pattern.fullmatch(said)), None)


def choose(talk: Talk, plan: Plan, by: Acceptance) -> Words:
    """From now on results of this plan wait for `by`; those recorded before stand. Where somebody else is to look at
    them, those that wait go on waiting, and the other is told of them."""
    if not talk.may(Action.AGREE_PLAN):
        raise Refused(_("Chỉ quản trị được chọn ai duyệt kết quả của kế hoạch."))
    if plan.status not in (PlanStatus.DRAFT, PlanStatus.LIVE):
        raise Refused(_("KH{number} không còn dùng.", number=plan.number))
    if plan.accepted_by is by:
        raise Refused(_now(plan))
    units = [unit.id or 0 for unit in talk.directory.units]
    waiting = [item for item in approvals.results(talk.session, plan.office_id, units) if item.plan is plan]
    talk.journal.touch(plan)
    plan.accepted_by = by
    plan.accepts_since = None if by is Acceptance.NONE else plan.accepts_since or talk.now
    talk.write("acceptance", f"KH{plan.number}")
    lines = [_now(plan)]
    if waiting and by is Acceptance.NONE:
        lines.append(_("{n} kết quả đang chờ duyệt nay tính là hoàn thành.", n=len(waiting)))
    elif waiting:
        lines.append(_("{n} kết quả đang chờ duyệt được chuyển theo.", n=len(waiting)))
        tell_deciders(talk, Kind.WAITING, waiting, lambda ear, items: to_decider(talk, ear, items))
    lines.append(_("Nhầm thì trả lời: hoàn tác"))
    return Words("\n".join(lines), actions=("hoàn tác",))


def _now(plan: Plan) -> str:
    title = short(plan.title)
    if plan.accepted_by is Acceptance.COORDINATOR:
        return _("Kết quả của KH{number} {title} do Văn phòng duyệt.", number=plan.number, title=title)
    if plan.accepted_by is Acceptance.LEADER:
        return _("Kết quả của KH{number} {title} do lãnh đạo duyệt.", number=plan.number, title=title)
    return _("Kết quả của KH{number} {title} không cần duyệt.", number=plan.number, title=title)


COMMAND = Command(
    name="ai duyệt",
    slash="aiduyet",
    says=("người duyệt",),
    help=N_("xem và chọn ai duyệt kết quả của kế hoạch"),
    example="ai duyệt KH1",
    place=14.5,
    action=Action.AGREE_PLAN,
    run=run,
    fits=lambda name, words: fold(words).startswith("kh"),
)
