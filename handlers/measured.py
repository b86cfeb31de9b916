"""`chỉ tiêu 1.6 = 87,5%`: a reading of a target is recorded.

A target that stands in two rows of a plan is two targets: a reading is recorded for the row that was named, and the
answer offers the sentence that records it for the other. Plans repeat general words («100% các tiêu chí …») in chapters
that are measured apart, so that the same words are no proof of the same thing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.aims import Aim, aimed_words, all_aims, outcome_words, reading_words, visible, within
from handlers.authority import Action
from handlers.talk import Answered, NotMine, Refused, Talk, pick
from lang import amounts
from lang.amounts import Amount, amount_words, number_words, typed_words
from lang.fold import fold
from lang.text import _
from schedules.views import MOST_ACTIONS, short
from storage import targets
from storage.models import Question, Reading
from storage.outbox import Words

SURE = "đúng"
FULL = 100
MOST_TWINS = 2
MOST_CHOICES = 8
_SAYS = re.compile(
    r"(?:(?:[=:]|-(?= )|(?:(?:da|hien|nay|hien nay)\s+)*(?:la|dat|duoc|bang|o muc)\b)\s*)*(?P<amount>[-+]?\d.*)"
)
_POLITE = re.compile(r"(?:\s+(?:a|nhe|nha|roi|thoi))+[ .]*$")
_SURE = re.compile(r"[ ,]+dung$")


@dataclass(frozen=True, slots=True)
class Measured:
    """`sure`: the person has said «đúng» to a value that looks wrong."""

    amount: Amount
    sure: bool


def read(words: str) -> Measured | None:
    """What the words after a target's name record («= 87,5%», «là 90 %»); None when they are something else."""
    said = _SAYS.fullmatch(_POLITE.sub("", fold(words)).strip(" .,"))
    if said is None:
        return None
    bare = _SURE.sub("", said["amount"])
    amount = amounts.read(bare)
    return Measured(amount, bare != said["amount"]) if amount else None


def record(talk: Talk, found: Sequence[Aim], measured: Measured) -> Answered:
    """Record a reading of the one of `found` (all visible, of the row that was named) that this person may measure;
    which one is asked where there are several."""
    mine = within(found, talk.units_for(Action.MEASURE))
    if not mine:
        raise Refused(
            _(
                "Anh/chị chưa được ghi số đo chỉ tiêu {name}. Người ghi được: đơn vị chủ trì, Văn phòng.",
                name=found[0].name,
            )
        )
    if len(mine) == 1:
        return _record(talk, mine[0], measured)
    amount = measured.amount
    subject = {"value": amount.value, "out_of": amount.out_of, "unit": amount.unit, "sure": measured.sure}
    shown = mine[:MOST_CHOICES]
    talk.ask("measured", subject, [(aim.name, aim.target.id) for aim in shown])
    unit = shown[0].target.unit if len({aim.target.unit for aim in shown}) == 1 else amount.unit
    said, typed = amount_words(amount.value, unit), typed_words(amount.value, "%" if unit == "%" else "")
    asked = _(
        "Dòng {ref} có {n} chỉ tiêu. Số đo {amount} là của chỉ tiêu nào?", ref=rows(mine), n=len(mine), amount=said
    )
    lines = [asked]
    lines += [f"{n}. {aim.name} «{short(aim.target.text)}»" for n, aim in enumerate(shown, 1)]
    lines.append(_("Trả lời bằng số đứng đầu dòng."))
    return Words("\n".join(lines), actions=tuple(_sentence(aim, typed) for aim in shown[:MOST_ACTIONS]))


def answer(talk: Talk, question: Question, words: str) -> Answered:
    chosen = pick(question, words)
    found = [aim for aim in visible(talk) if aim.target.id == chosen]
    if not found:
        raise NotMine
    subject = question.subject
    amount = Amount(subject["value"], subject["out_of"], subject["unit"])
    return record(talk, found, Measured(amount, subject["sure"]))


def rows(aims: Sequence[Aim]) -> str:
    """«1.3.d, 1.3.đ»: the rows in which these targets stand."""
    return ", ".join(dict.fromkeys(aim.target.section for aim in aims))


def _sentence(aim: Aim, said: str) -> str:
    return f"chỉ tiêu {aim.name} = {said}"


def _record(talk: Talk, aim: Aim, measured: Measured) -> Words:
    target, value = aim.target, measured.amount.value
    _refuse_impossible(talk, aim, measured.amount)
    typed = typed_words(value, "%" if target.unit == "%" else "")
    if target.unit == "%" and value > max(FULL, target.value or 0) and not measured.sure:
        sure = f"{_sentence(aim, typed)} {SURE}"
        return Words(
            _(
                "{amount} lớn hơn 100% nên chưa ghi; nếu đúng như vậy, xin gõ: {sentence}",
                amount=amount_words(value, target.unit),
                sentence=sure,
            ),
            actions=(sure,),
        )
    reading = Reading(target_id=target.id or 0, value=value, at=talk.now, person_id=talk.actor().id or 0)
    talk.session.add(reading)
    talk.session.flush()
    talk.journal.made(reading)
    talk.write("measure", aim.name)
    lines = [
        _(
            "Đã ghi nhận chỉ tiêu {name}: {amount}, {outcome} (mức cần đạt: {aimed}).",
            name=aim.name,
            amount=amount_words(value, target.unit),
            outcome=outcome_words(targets.outcome(target, value)),
            aimed=aimed_words(target),
        ),
        f"«{short(target.text)}»",
    ]
    if aim.followed.readings:
        lines.append(_("Số đo trước: {reading}.", reading=reading_words(talk, target, aim.followed.readings[0])))
    actions = ["hoàn tác"]
    for twin in _twins(talk, aim, value):
        actions.append(_sentence(twin, typed))
        lines.append(
            _("Dòng {ref} ghi cùng lời; nếu cùng số đo: {sentence}", ref=twin.target.section, sentence=actions[-1])
        )
    lines.append(_("Nhầm thì trả lời: hoàn tác"))
    return Words("\n".join(lines), actions=tuple(actions))


def unclear(aim: Aim) -> NotMine:
    """There is a number in what was said, but what it says is not sure."""
    name, example = aim.name, typed_words(aim.target.value or 0, aim.target.unit)
    return NotMine(
        _("Chưa rõ số đo nên chưa ghi nhận, xin gõ như: chỉ tiêu {name} = {example}", name=name, example=example)
    )


def _refuse_impossible(talk: Talk, aim: Aim, amount: Amount) -> None:
    target = aim.target
    if target.value is None:
        raise Refused(_("Chỉ tiêu {name} không ghi con số nên chưa theo dõi bằng số đo được.", name=aim.name))
    if amount.value < 0:
        raise Refused(_("Số đo không thể nhỏ hơn 0, xin xem lại."))
    is_score = targets.is_score(target)
    if not set(_parts(amount.unit)) <= set(_parts(target.unit)) or (amount.out_of is not None and not is_score):
        raise unclear(aim)
    most = target.value_max if is_score and target.op != "range" else None
    if most is not None and amount.out_of not in (None, most):
        raise Refused(_("Kế hoạch ghi thang điểm {most}, xin xem lại số đo.", most=number_words(most)))
    most = amount.out_of if most is None else most
    if most is not None and amount.value > most:
        raise Refused(_("Số đo lớn hơn điểm tối đa {most}, xin xem lại.", most=number_words(most)))


def _parts(unit: str) -> list[str]:
    return re.findall(r"[a-z]+|%", fold(unit))


def _twins(talk: Talk, aim: Aim, value: float) -> list[Aim]:
    """Targets of the same plan in other rows that ask the same in the same words, and do not have this reading yet."""
    one = aim.target
    figures = (one.op, one.value, one.value_max, one.unit)
    found = []
    for twin in within(within(all_aims(talk), talk.units_for(Action.SEE)), talk.units_for(Action.MEASURE)):
        other, readings = twin.target, twin.followed.readings
        if (other.plan_id, other.op, other.value, other.value_max, other.unit) != (one.plan_id, *figures):
            continue
        mine, theirs = _words(one.text), _words(other.text)
        same = mine.endswith(theirs) or theirs.endswith(mine)
        if same and other.section != one.section and not (readings and readings[0].value == value):
            found.append(twin)
    return found[:MOST_TWINS]


def _words(text: str) -> str:
    return re.sub(r"[^\w%]+", " ", fold(text)).strip()


ANSWERS = {"measured": answer}
