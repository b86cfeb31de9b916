"""`lịch nhắc`: when reminders come, for the office and for whoever wants them otherwise, and the next ones."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from handlers import more, reading
from handlers.asked import capital
from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Talk, alone
from lang.fold import fold
from lang.moments import local
from lang.spoken_days import day_words
from lang.text import N_, _, many
from schedules import preview
from schedules.policies import policy_of
from schedules.policy import Policy
from schedules.views import Page
from storage.models import Plan, PlanStatus
from storage.outbox import Words

NEXT = 10
FEW_OTHERS = 5
FEW_CHATS = 3
REMINDING = ("before", "after", "weekly", "at")
"""What of a policy says when reminders come; the rest of it are conventions."""


def run(talk: Talk) -> Answered:
    words, number = reading.page(talk.words)
    if fold(words).strip(" .?"):
        raise NotMine
    page = Page()
    if number == 1:
        page.head(_("Lịch nhắc của cơ quan: {how}.", how=policy_words(policy_of(talk.here), _everything())))
        others = _others(talk, talk.units_for(Action.SEE).units)
        for line in others[:FEW_OTHERS]:
            page.line(line)
        if len(others) > FEW_OTHERS:
            page.line(_("và {n} đơn vị, kế hoạch nhắc khác.", n=len(others) - FEW_OTHERS))
    lines = next_lines(talk)
    room = page.room(keep=0)
    following = "lịch nhắc trang 2" if len(lines) > room else ""
    for line in lines[: room - bool(following)]:
        page.line(line)
    if following:
        page.line(_("Đủ mười lượt: {command}", command=following))
        page.actions = [following]
    more.keep(talk, following)
    return page.words()


def _everything() -> dict[str, Any]:
    return dict.fromkeys(REMINDING)


def _others(talk: Talk, units: Collection[int]) -> list[str]:
    """Units and plans that want it otherwise."""
    lines = [
        f"{unit.called}: {policy_words(policy_of(talk.here).changed(unit.policy), unit.policy)}."
        for unit in talk.directory.units
        if unit.policy and unit.id in units and unit.merged_into is None
    ]
    query = select(Plan).where(Plan.office_id == talk.here.id, Plan.status == PlanStatus.LIVE)
    for plan in talk.session.exec(query.order_by(col(Plan.number))):
        if plan.policy:
            how = policy_words(policy_of(talk.here).changed(plan.policy), plan.policy)
            lines.append(f"KH{plan.number}: {how}.")
    return lines


def policy_words(policy: Policy, said: Mapping[str, Any]) -> str:
    """The parts that were said of a policy: «trước hạn 7, 3, 1 ngày làm việc và đúng ngày; …; lúc 08:00»."""
    parts = []
    if "before" in said:
        parts.append(_("trước hạn {days} ngày làm việc và đúng ngày", days=", ".join(map(str, policy.before))))
    if "after" in said or "weekly" in said:
        days = ", ".join(map(str, policy.after))
        if not policy.after:
            parts.append(_("quá hạn nhắc hằng tuần") if policy.weekly else _("quá hạn không nhắc"))
        elif policy.weekly:
            parts.append(_("quá hạn ngày thứ {days}, sau đó hằng tuần", days=days))
        else:
            parts.append(_("quá hạn ngày thứ {days}, không nhắc hằng tuần", days=days))
    if "at" in said:
        parts.append(_("lúc {hour}", hour=f"{policy.at:%H:%M}"))
    return "; ".join(parts)


def next_lines(talk: Talk, about: Collection[int] = ()) -> list[str]:
    """A title and the next reminders of what may be seen here, `about` these units where any are named; those of one
    moment in a line: «Thứ Hai 05/6 08:00: QLVH 3 việc, TTr 1 việc»."""
    sight = talk.units_for(Action.SEE)
    seen = [unit for unit in about if unit in sight.units] or (None if sight.whole else sight.units)
    found = preview.upcoming(talk.session, talk.here, talk.now, NEXT, seen)
    if not found:
        return [_("Trong {n} ngày tới không có lượt nhắc nào.", n=preview.FARTHEST.days)]
    together: dict[datetime, list[str]] = {}
    for one in found:
        counted = many("{name} {n} việc", "{name} {n} việc", one.n, name=one.name)
        together.setdefault(local(one.at, talk.here.zone), []).append(counted)
    lines = [many("{n} lượt nhắc tới:", "{n} lượt nhắc tới:", len(together))]
    for at, who in together.items():
        said = ", ".join(who[:FEW_CHATS])
        if len(who) > FEW_CHATS:
            said = _("{some} và {n} nơi khác", some=said, n=len(who) - FEW_CHATS)
        lines.append(f"{capital(day_words(at.date()))} {at:%H:%M}: {said}")
    return lines


def with_next(talk: Talk, head: str, about: Collection[int]) -> Words:
    """What was decided, `about` these units or everybody, and the next reminders as they come now."""
    undo = _("Nhầm thì trả lời: hoàn tác")
    lines = next_lines(talk, about)
    return Words("\n".join([f"{head} {undo}", *lines]), actions=("hoàn tác",))


COMMAND = Command(
    name="lịch nhắc",
    slash="lichnhac",
    says=("giờ nhắc", "lịch nhắc việc", "bao giờ nhắc", "khi nào nhắc"),
    help=N_("xem khi nào nhắc và mười lượt nhắc tới"),
    example="lịch nhắc",
    place=8.8,
    action=Action.SEE,
    run=run,
    fits=alone("lịch nhắc"),
    changes=False,
)
