"""How targets are named, found in what people say, and worded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.authority import Action
from handlers.talk import Talk
from lang.amounts import amount_words, number_words, with_unit
from lang.fold import fold
from lang.moments import local
from lang.spoken_days import short_day, short_day_with_year
from lang.text import _
from schedules.views import Sight, short
from storage import targets
from storage.models import Reading, Target
from storage.targets import Followed, Outcome

SHORT = 40
"""Letters of a target's text in a list: what is aimed at stands beside it."""
_ROW = r"(?:(?:dòng|dong|mục|muc)\s+)?"
_NAMED = re.compile(
    rf"{_ROW}(?:(?:kh|kế hoạch|ke hoach)\s*(?P<plan>\d{{1,6}})\s*,?\s+)?{_ROW}"
    r"(?P<section>[^\W_]+(?:\.[^\W_]+)*)(?:\s*\((?P<nth>\d{1,2})\))?(?=[\s=:;,.?]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Aim:
    """A target as people call it: the number of its row; «2.2.i (2)» where a row has several; «KH2 2.2.i» where another
    live plan has a target in a row of that number."""

    followed: Followed
    units: tuple[int, ...]
    name: str
    nth: int

    @property
    def target(self) -> Target:
        return self.followed.target


def all_aims(talk: Talk) -> list[Aim]:
    """Every target of the office's live plans, in order."""
    followed = targets.live(talk.session, talk.here.id or 0)
    plans_with: dict[str, set[int]] = {}
    in_row: dict[tuple[int, str], list[int]] = {}
    for one in followed:
        section, plan = one.target.section.casefold(), one.plan.number
        plans_with.setdefault(section, set()).add(plan)
        in_row.setdefault((plan, section), []).append(one.target.id or 0)
    aims = []
    for one in followed:
        section = one.target.section.casefold()
        row = in_row[one.plan.number, section]
        nth = row.index(one.target.id or 0) + 1
        name = f"KH{one.plan.number} " if len(plans_with[section]) > 1 else ""
        name += one.target.section + (f" ({nth})" if len(row) > 1 else "")
        aims.append(Aim(one, talk.directory.who(one.lead).units, name, nth))
    return aims


def within(aims: Sequence[Aim], sight: Sight) -> list[Aim]:
    """The targets led by units of `sight`; those that no unit of the office leads belong to the office as a whole."""
    return [aim for aim in aims if sight.whole or set(aim.units) & set(sight.units)]


def visible(talk: Talk) -> list[Aim]:
    """The targets that may be seen here."""
    return within(all_aims(talk), talk.units_for(Action.SEE))


def named(talk: Talk, aims: Sequence[Aim], words: str) -> tuple[list[Aim], str, str] | None:
    """The targets that `words` begin with, their name as typed, and the words after it; None when they name no row.

    Typed without marks, d may be đ: then both are meant."""
    said = _NAMED.match(words)
    if said is None:
        return None
    section = said["section"].casefold()
    has_marks = fold(talk.incoming.text) != " ".join(talk.incoming.text.lower().split())
    sections = {section} if has_marks else {section, section.replace("d", "đ")}
    found = [
        aim
        for aim in aims
        if aim.target.section.casefold() in sections
        and (said["plan"] is None or int(said["plan"]) == aim.followed.plan.number)
        and (said["nth"] is None or int(said["nth"]) == aim.nth)
    ]
    return found, said[0].strip(), words[said.end() :].strip(" .")


def aimed_words(target: Target) -> str:
    """What is aimed at: «từ 91% trở lên», «trên 80%», «bằng 100%», «35-40%», «7/8,5 điểm»."""
    if target.value is None:
        return _("không ghi con số")
    number = number_words(target.value)
    if target.value_max is not None and targets.is_score(target) and target.op != "range":
        number = f"{number}/{number_words(target.value_max)}"
        if target.op == "=":
            return with_unit(number, target.unit)
    elif target.value_max is not None:
        number = f"{number}-{number_words(target.value_max)}"
    amount = with_unit(number, target.unit)
    if target.op == ">=":
        return _("từ {amount} trở lên", amount=amount)
    if target.op == ">":
        return _("trên {amount}", amount=amount)
    if target.op == "<=":
        return _("không quá {amount}", amount=amount)
    return amount if target.op == "range" else _("bằng {amount}", amount=amount)


def outcome_words(outcome: Outcome) -> str:
    return {
        Outcome.NONE: lambda: _("chưa có số đo"),
        Outcome.MET: lambda: _("đạt"),
        Outcome.SHORT: lambda: _("chưa đạt"),
        Outcome.ABOVE: lambda: _("cao hơn mức ghi"),
    }[outcome]()


def reading_words(talk: Talk, target: Target, reading: Reading) -> str:
    """«87,5% ngày 05/6»."""
    day = local(reading.at, talk.here.zone).date()
    said = short_day(day) if day.year == talk.today.year else short_day_with_year(day)
    return _("{amount} ngày {day}", amount=amount_words(reading.value, target.unit), day=said)


def aim_line(talk: Talk, aim: Aim, *, with_unit: bool) -> str:
    """«1.6 «Số hóa hiện vật…»: từ 40% trở lên; 35% ngày 01/6, chưa đạt»; `with_unit`: whose it is stands before it."""
    target, outcome = aim.target, aim.followed.outcome
    stands = outcome_words(outcome)
    if aim.followed.readings:
        stands = f"{reading_words(talk, target, aim.followed.readings[0])}, {stands}"
    line = f"{aim.name} «{short(target.text, SHORT)}»: {aimed_words(target)}; {stands}"
    unit = talk.directory.by_id[aim.units[0]] if with_unit and len(aim.units) == 1 else None
    return f"{unit.called}: {line}" if unit else line
