"""Changing a task after it was given: who may, and who is told."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from functools import partial

from handlers import asked as read
from handlers.asked import capital
from handlers.authority import Action
from handlers.talk import Refused, Talk
from handlers.telling import tell_units
from handlers.work import elsewhere, no_such
from lang.text import _, many
from schedules import reminders
from schedules.tell import Ear, Kind
from storage import deadlines
from storage.deadlines import Item
from storage.models import Deadline, RoleKind
from storage.outbox import Words

MOST_AT_ONCE, FEW = 10, 6
Sentence = Callable[[], str]
"""A sentence, said in the language of whoever hears it."""
_AND_LATER = re.compile(
    r"\s*(?:,|và|va)?\s+(?:cả\s+|ca\s+|tất cả\s+|tat ca\s+)?(?:các|cac|những|nhung)\s+(?:lần|lan|kỳ|ky)\s+"
    r"(?:sau|tới|toi|tiếp theo|tiep theo|còn lại|con lai)(?!\w)",
    re.IGNORECASE,
)
"""«huỷ 105 và các lần sau»: of what repeats."""
_OVER = (RoleKind.COORDINATOR, RoleKind.LEADER)


def managed(talk: Talk, code: int) -> Item:
    """The deadline of this code, if this person may put it off here: the Văn phòng and the leaders any, others what
    they gave themselves. Refuses else."""
    item = deadlines.by_codes(talk.session, talk.here.id or 0, [code], lock=True).get(code)
    if item is None:
        raise Refused(no_such(code))
    unit = item.deadline.unit_id
    if unit not in talk.units_for(Action.SEE).units:
        raise Refused(elsewhere(code))
    over = any(right.kind in _OVER and (right.units is None or unit in right.units) for right in talk.rights)
    theirs = item.task.given_by is not None and talk.person is not None and item.task.given_by == talk.person.id
    if unit not in talk.units_for(Action.ASSIGN).units or not (over or theirs):
        raise Refused(
            _("Anh/chị chưa được thay đổi việc {code}. Người làm được: người giao, Văn phòng, lãnh đạo.", code=code)
        )
    if item.deadline.done_at is not None:
        raise Refused(_("Việc {code} đã được ghi nhận kết quả.", code=code))
    return item


def given(talk: Talk, code: int) -> Item:
    """The same of a task given by message only; a plan's rows are changed in the plan."""
    item = managed(talk, code)
    if item.plan is not None:
        where = {"code": code, "number": item.plan.number, "ref": item.task.ref}
        raise Refused(_("Việc {code} thuộc KH{number}. Xin sửa ở kế hoạch: KH{number} {ref}", **where))
    return item


def stop(
    talk: Talk,
    action: str,
    name: str,
    example: str,
    take: Callable[[Talk, int], Item],
    act: Callable[[Item, str], Sentence],
) -> Words:
    """Do `act` to each deadline named, with the reason said; it answers with a sentence about one, which its unit is
    told too. Each that cannot be is answered with why not. Refuses where no code is said, or what looks like one may
    count something («huỷ 2 vé máy bay»)."""
    and_later = _AND_LATER.search(talk.words) is not None
    said = read.read(_AND_LATER.sub(" ", talk.words))
    if not said.codes:
        raise Refused(_("Xin kèm mã việc, ví dụ: {example}. Xem mã việc: /viec", example=example))
    if said.loose:
        named = " ".join(map(str, said.codes))
        sure = f"{name} {named} vì {said.why}"
        raise Refused(
            _("Câu này chưa rõ nên chưa thay đổi gì. Nếu nói việc {codes}, xin gõ: {sure}", codes=named, sure=sure)
        )
    if len(said.codes) > MOST_AT_ONCE:
        raise Refused(_("Xin ghi mỗi lần không quá {n} việc.", n=MOST_AT_ONCE))
    done: list[tuple[Item, Sentence]] = []
    left: list[str] = []
    more: dict[int, list[int]] = {}
    for code in said.codes:
        try:
            item = take(talk, code)
            talk.journal.touch(item.deadline)
            sentence = act(item, said.why)
            more[code] = _later(talk, item, said.why, act) if and_later else []
            done.append((item, partial(_with_later, sentence, more[code])))
        except Refused as refused:
            left.append(refused.sentence)
    if not done:
        raise Refused("\n".join(left))
    codes = [item.deadline.code for item, _sentence in done]
    talk.write(action, " ".join(map(str, [*codes, *(one for later in more.values() for one in later)])))
    tell_changed(talk, [item for item, _sentence in done], [sentence for _item, sentence in done], more)
    lines = [*(sentence() for _item, sentence in done), *left, _("Nhầm thì trả lời: hoàn tác")]
    return Words("\n".join(lines), actions=("hoàn tác",), about=tuple(codes))


def overheard(_name: str, words: str) -> bool:
    """Whether `stop` is meant, said in a group to nobody: codes, and nothing but a reason after them."""
    words = _AND_LATER.sub(" ", words)
    return read.certain(words) and not read.read(words).dated


def _later(talk: Talk, item: Item, why: str, act: Callable[[Item, str], Sentence]) -> list[int]:
    """Do the same to what the unit owes of the same task on later days; the codes of what could be."""
    first = item.deadline.due
    codes = []
    for one in deadlines.open_items(talk.session, talk.here.id or 0, [item.deadline.unit_id]):
        day = one.deadline.due
        if one.deadline.task_id != item.deadline.task_id or not first or not day or day <= first:
            continue
        talk.journal.touch(one.deadline)
        try:
            act(one, why)
        except Refused:  # it stands so already
            continue
        codes.append(one.deadline.code)
    return codes


def _with_later(sentence: Sentence, codes: Sequence[int]) -> str:
    if not codes:
        return sentence()
    listed = {"first": codes[0], "last": codes[-1]}
    also = many("Cùng {n} lần sau (mã {first}–{last}).", "Cùng {n} lần sau (mã {first}–{last}).", len(codes), **listed)
    return f"{sentence()} {also}"


def put_on(talk: Talk, deadline: Deadline, day: date, strict: bool, hour: time | None) -> None:
    """Put a deadline on another day, and its reminder before the hour with it."""
    talk.journal.touch(deadline)
    deadline.due, deadline.strict, deadline.hour = day, strict, hour
    deadlines.set_days(deadline, talk.calendar)
    reminders.expect_hour(talk.session, deadline.id or 0, talk.here, talk.now)


def tell_changed(
    talk: Talk, items: Sequence[Item], sentences: Sequence[Sentence], more: Mapping[int, Sequence[int]] | None = None
) -> None:
    """Tell the units of these deadlines what was changed, a sentence about each; `more`: the other codes that it speaks
    of too."""
    words = dict(zip([item.deadline.code for item in items], sentences, strict=True))

    def told(ear: Ear, some: Sequence[Item]) -> Words:
        lines = [words[item.deadline.code]() for item in some[:FEW]]
        if len(some) > FEW:
            lines.append(_("và {n} việc khác: {command}", n=len(some) - FEW, command="/viec"))
        lines[0] = f"{ear.opening}{lines[0][:1].lower()}{lines[0][1:]}" if ear.opening else lines[0]
        lines.append(_("Người thay đổi: anh/chị {name}.", name=talk.actor().name))
        codes = [item.deadline.code for item in some]
        others = [one for code in codes for one in (more or {}).get(code, ())]
        return Words(capital("\n".join(lines)), about=(*codes, *others))

    tell_units(talk, Kind.CHANGED, items, told)
