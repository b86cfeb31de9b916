"""`đã nhận 12`, or «đã rõ», «vâng» as a reply to what gave the work: a unit says that it knows."""

from collections.abc import Sequence

from handlers import reading
from handlers.asked import all_replied_to, lately_said
from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.work import elsewhere, no_such
from lang.text import N_, _, many
from schedules.tell import GIVES_WORK, Kind
from schedules.views import item_name, sentence
from storage import deadlines
from storage.deadlines import Item
from storage.outbox import Words

FEW = 3
WEAK = frozenset({"da ro", "vang", "ro roi", "da vang", "da nam"})
"""Names that say it only in reply."""


def run(talk: Talk) -> Answered:
    said = reading.result(talk.words, talk.today)
    if said.against or said.ref or (talk.name in WEAK and said.codes) or not said.plain:
        raise NotMine
    items, answers = _named(talk, said.codes) if said.codes else (_replied(talk), [])
    if not items and not answers:
        raise NotMine
    news = [item for item in items if item.deadline.received_at is None]
    if not news:
        raise Refused("\n".join(answers) or _("Đã ghi nhận trước đó."))
    person = talk.actor()
    for item in news:
        talk.journal.touch(item.deadline)
        item.deadline.received_at, item.deadline.received_by = talk.now, person.id
    codes = tuple(item.deadline.code for item in news)
    talk.write("receive", " ".join(map(str, codes)))
    if len(news) <= FEW:
        lines = [sentence(_("Đã ghi: đã nhận {name}", name=item_name(item))) for item in news]
    else:
        lines = [many("Đã ghi: đã nhận {n} việc.", "Đã ghi: đã nhận {n} việc.", len(news))]
    return Words("\n".join([*lines, *answers]), about=codes[:FEW])


def fits(name: str, words: str) -> bool:
    """Overheard in a group: only with codes."""
    return name not in WEAK and reading.code(words) is not None


def _named(talk: Talk, codes: Sequence[int]) -> tuple[list[Item], list[str]]:
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes, lock=True)
    whys = [no_such(code) if code not in found else _why_not(talk, found[code]) for code in codes]
    return [found[code] for code, why in zip(codes, whys, strict=True) if not why], [why for why in whys if why]


def _replied(talk: Talk) -> list[Item]:
    """What the message replied to gave this unit: of a plan, its whole part, however few of it were named. Where a
    reply does not say what it answers, it answers what was given here last."""
    said = all_replied_to(talk) if talk.incoming.quotes else lately_said(talk, GIVES_WORK)
    gave = [one for one in said if one.kind in GIVES_WORK]
    if not gave:
        return []
    codes = [code for one in gave for code in one.about]
    named = deadlines.by_codes(talk.session, talk.here.id or 0, codes, lock=True)
    items = [item for item in named.values() if not _why_not(talk, item)]
    if items and all(one.kind == Kind.PLAN for one in gave):
        plans = {item.task.plan_id for item in items}
        mine = talk.units_for(Action.CLOSE).units
        items = [
            one for one in deadlines.open_items(talk.session, talk.here.id or 0, mine) if one.task.plan_id in plans
        ]
    return items


def _why_not(talk: Talk, item: Item) -> str:
    code = item.deadline.code
    if item.deadline.unit_id not in talk.units_for(Action.SEE).units:
        return elsewhere(code)
    if item.deadline.unit_id not in talk.units_for(Action.CLOSE).units:
        return _("Anh/chị chưa được nhận việc {code}. Người nhận được: đơn vị chủ trì.", code=code)
    if item.deadline.received_at is not None:
        return _("Việc {code} đã được nhận trước đó.", code=code)
    return ""


COMMAND = Command(
    name="đã nhận",
    slash="danhan",
    says=("đã nhận việc", "đã tiếp nhận", "nhận việc", "đã rõ", "vâng", "dạ vâng", "rõ rồi", "đã nắm"),
    help=N_("báo đã nhận việc; hoặc trả lời tin giao việc: đã nhận"),
    example="đã nhận 12",
    place=7.2,
    action=Action.CLOSE,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=fits,
)
