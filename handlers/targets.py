"""/chitieu: the targets of live plans and how they stand; `chỉ tiêu 1.6`: one of them; `chỉ tiêu 1.6 = 87,5%` records a
reading of it (handlers/measured.py)."""

import re
from collections import Counter
from collections.abc import Sequence

from handlers import measured, more, reading
from handlers.aims import (
    Aim,
    aim_line,
    aimed_words,
    all_aims,
    named,
    outcome_words,
    reading_words,
    within,
)
from handlers.authority import Action
from handlers.narrowing import narrowed, whose
from handlers.talk import Answered, Command, Refused, Talk, alone
from lang.amounts import typed_words
from lang.fold import fold
from lang.spoken_days import day_words, day_words_with_year
from lang.text import N_, _
from schedules.views import MOST_ACTIONS, Page, names, plan_line, short
from storage import targets
from storage.models import Person
from storage.outbox import Words
from storage.targets import Outcome

PER_PAGE = 9
FEW_READINGS = 5
_ROW_SAID = re.compile(
    r"(?:dong |muc )?(?:kh ?\d+ )?(?=\S*\d)[a-z0-9]+(?:\.[a-z0-9]+)*(?: ?\(\d+\))?(?P<rest>[ =:].*)?"
)
_ASKED = re.compile(r"\?|\b(?:chua|khong|bao nhieu)[ .]*(?:a|nhi|vay|the)?$")
_LISTS = ("các chỉ tiêu", "danh sách chỉ tiêu")
_overheard = alone("chỉ tiêu", *_LISTS)


def fits(name: str, words: str) -> bool:
    """Overheard in a group: the list, one target by its row, a reading of one."""
    if _overheard(name, words):
        return True
    said = _ROW_SAID.fullmatch(fold(words).strip(" .?"))
    return said is not None and (not said["rest"] or measured.read(said["rest"]) is not None)


def run(talk: Talk) -> Answered:
    found = named(talk, all_aims(talk), talk.words)
    words, number = reading.page(talk.words)
    if words != talk.words or found is None:
        return _list(talk, words, number)
    aims, name, rest = found
    if not aims and (not talk.incoming.addressed or not re.search(r"\d", name)):
        return _list(talk, talk.words, 1)
    if not aims:
        raise Refused(_("Không có chỉ tiêu {name}. Xem các chỉ tiêu: /chitieu", name=name))
    seen = within(aims, talk.units_for(Action.SEE))
    if not any(aim.units for aim in aims) and not seen:
        raise Refused(_("Chỉ tiêu {name} chưa rõ đơn vị chủ trì, do Văn phòng theo dõi.", name=name))
    if not seen:
        raise Refused(_("Chỉ tiêu {name} thuộc đơn vị khác, xem trong nhóm của đơn vị đó.", name=name))
    asks = _ASKED.search(fold(rest)) is not None
    said = None if asks else measured.read(rest)
    if said is not None:
        return measured.record(talk, seen, said)
    if re.search(r"\d", rest) and not asks:
        raise measured.unclear(seen[0])
    return _one(talk, seen[0]) if len(seen) == 1 else _several(talk, seen)


def _list(talk: Talk, words: str, number: int) -> Words:
    """The `number`th part of the list, of the unit that `words` name if there are any."""
    sight = talk.units_for(Action.SEE)
    if words:
        sight = narrowed(talk, sight, words)
    aims = within(all_aims(talk), sight)
    shown = aims[(number - 1) * PER_PAGE : number * PER_PAGE]
    if not aims:
        return Words(_("{whose}: kế hoạch đang có hiệu lực không có chỉ tiêu.", whose=whose(talk, sight)))
    if not shown:
        raise Refused(_("Không có trang {n}. Gõ /chitieu để xem từ đầu.", n=number))
    page = Page()
    page.head(f"{whose(talk, sight)}, {day_words(talk.today)}")
    page.line(_counts(aims))
    for aim in shown:
        page.line(aim_line(talk, aim, with_unit=sight.whole))
    after = len(aims) - number * PER_PAGE
    if after > 0:
        following = " ".join(f"chỉ tiêu {words} trang {number + 1}".split())
        page.line(_("và {n} chỉ tiêu khác: {command}", n=after, command=following))
        page.actions = [following]
    more.keep(talk, page.actions[0] if page.actions else "")
    return page.words()


def _counts(aims: Sequence[Aim]) -> str:
    """«4 chỉ tiêu: 1 đạt, 1 chưa đạt, 2 chưa có số đo.»"""
    count = Counter(aim.followed.outcome for aim in aims)
    order = (Outcome.MET, Outcome.SHORT, Outcome.ABOVE, Outcome.NONE)
    parts = ", ".join(f"{count[outcome]} {outcome_words(outcome)}" for outcome in order if count[outcome])
    return _("{n} chỉ tiêu: {parts}.", n=len(aims), parts=parts)


def _several(talk: Talk, aims: Sequence[Aim]) -> Words:
    page = Page()
    page.head(_("Dòng {ref} có {n} chỉ tiêu", ref=measured.rows(aims), n=len(aims)))
    for aim in aims[: PER_PAGE + 1]:
        page.line(aim_line(talk, aim, with_unit=False))
    page.actions = [f"chỉ tiêu {aim.name}" for aim in aims[:MOST_ACTIONS]]
    return page.words()


def _one(talk: Talk, aim: Aim) -> Words:
    """A target with its readings and the line of the plan."""
    target, readings = aim.target, aim.followed.readings
    page = Page()
    page.head(f"{aim.name} «{short(target.text, 300)}»")
    units = names(talk.directory.by_id[unit] for unit in aim.units)
    page.line(_("Đơn vị: {unit}.", unit=units or "; ".join(aim.followed.lead) or _("chưa rõ")))
    aimed = aimed_words(target)
    if target.by is None:
        page.line(_("Mức cần đạt: {aimed}.", aimed=aimed))
    else:
        page.line(_("Mức cần đạt: {aimed}, đến {day}.", aimed=aimed, day=day_words_with_year(target.by)))
    if not readings:
        page.line(_("Chưa có số đo."))
    for taken in readings[:FEW_READINGS]:
        by = talk.session.get_one(Person, taken.person_id).name
        how = outcome_words(targets.outcome(target, taken.value))
        said = reading_words(talk, target, taken)
        page.line(_("{reading}, {outcome}, người ghi: anh/chị {name}", reading=said, outcome=how, name=by))
    if len(readings) > FEW_READINGS:
        page.line(_("và {n} số đo trước đó.", n=len(readings) - FEW_READINGS))
    page.line(_("Căn cứ: {line}.", line=_line(aim)))
    if target.value is not None and within([aim], talk.units_for(Action.MEASURE)):
        example = typed_words(target.value, target.unit)
        page.line(_("Ghi số đo: /chitieu {name} = {example}", name=aim.name, example=example))
    return page.words()


def _line(aim: Aim) -> str:
    """Where a target comes from: the line of the plan's table, or the place in its text."""
    plan = aim.followed.plan
    if aim.followed.task is not None:
        return plan_line(aim.followed.task, plan)
    return _(
        "KH{number} {title}, mục {section}", number=plan.number, title=short(plan.title), section=aim.target.section
    )


COMMAND = Command(
    name="chỉ tiêu",
    slash="chitieu",
    says=_LISTS,
    help=N_("xem chỉ tiêu; ghi số đo thì: chỉ tiêu 1.6 = 87,5%"),
    example="/chitieu",
    place=4,
    action=Action.SEE,
    run=run,
    fits=fits,
)
