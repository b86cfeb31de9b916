"""`bỏ KH3`: a draft plan is not wanted."""

from handlers import refuse
from handlers.authority import Action
from handlers.rows import names_plan, plan_named, which_plan
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.fold import fold
from lang.text import _
from schedules.views import sentence, short
from storage import plans
from storage.models import PlanStatus
from storage.outbox import Words


def run(talk: Talk) -> Answered:
    if talk.name == "khong dong y" and refuse.meant(talk):
        return refuse.run(talk)
    if talk.words and names_plan(talk.words) is None:
        raise NotMine
    talk.need(Action.AGREE_PLAN)
    if not talk.words:
        which_plan(COMMAND.name, [plan.number for plan in plans.drafts(talk.session, talk.here.id or 0)])
    plan = plan_named(talk, talk.words)
    if plan.status is not PlanStatus.DRAFT:
        raise Refused(_("KH{number} không còn chờ đồng ý, nên không bỏ được.", number=plan.number))
    talk.journal.touch(plan)
    plan.status = PlanStatus.DROPPED
    talk.write("drop", f"KH{plan.number}")
    return Words(
        sentence(_("Đã bỏ KH{number} {title}", number=plan.number, title=short(plan.title)))
        + "\n"
        + _("Nhầm thì trả lời: hoàn tác"),
        actions=("hoàn tác",),
    )


COMMAND = Command(
    name="bỏ",
    slash="bo",
    says=("không đồng ý",),
    help="",
    example="bỏ KH1",
    place=12,
    action=Action.AGREE_PLAN,
    run=run,
    anyone=True,
    fits=lambda name, words: fold(words).startswith("kh") or (name != "bo" and refuse.fits(name, words)),
)
