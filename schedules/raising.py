"""What a unit does not answer rises: an overdue deadline is brought before its head, then the Văn phòng, then the
leader, as lines of their own morning's digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lang.moments import local
from lang.text import _
from schedules import brought, policy
from schedules.matters import Matters
from schedules.policy import STEPS, Step
from schedules.tell import Ears
from schedules.views import Block, due_words, few, item_line, item_name, marks_of, sentence
from storage import answers
from storage.deadlines import Item, Status, status
from storage.models import TaskKind, UnitKind
from storage.outbox import Words

LONGEST_ACTION = 64
"""Bytes of a sentence on a button."""
FEW_UNITS = 6


@dataclass(frozen=True, slots=True)
class Raised:
    """An overdue deadline, and for which steps it is brought before this reader. `passed_by`: its head was to
    be told, and nobody heads it who could be."""

    item: Item
    steps: tuple[Step, ...]
    passed_by: bool

    @property
    def keys(self) -> tuple[brought.Key, ...]:
        return tuple((step.value, self.item.deadline.id or 0) for step in self.steps)


class Rising:
    """What calls those above the units of these matters on their morning. `heard`: so far nothing was missed."""

    def __init__(self, matters: Matters, ears: Ears, heard: date | None = None) -> None:
        self._all, self._ears, self._day = matters, ears, matters.day
        self._heard = heard or date.min

    @cached_property
    def _unanswered(self) -> list[tuple[Item, date]]:
        """What is overdue and was not answered, with the day after which that began."""
        session, zone = self._all.session, self._all.office.zone
        outside = {unit.id for unit in self._all.directory.units if unit.kind is UnitKind.OUTSIDE}
        late = [
            item
            for item in self._all.items
            if item.deadline.kind in (TaskKind.DATED, TaskKind.REPORT)
            and item.asked is None
            and item.deadline.unit_id not in outside
            and status(item, self._day) is Status.OVERDUE
        ]
        ids = [item.deadline.id or 0 for item in late]
        reopened, reasons = answers.reopened(session, ids), answers.reasons(session, ids)
        found = []
        for item in late:
            last, id = item.deadline.last_day, item.deadline.id or 0
            assert last is not None
            again, why = reopened.get(id), reasons.get(id)
            answered = why is not None and local(why, zone).date() > last and (again is None or why >= again)
            if not answered:
                found.append((item, last if again is None else max(last, local(again, zone).date())))
        return found

    @cached_property
    def _known(self) -> brought.Known:
        ids = [item.deadline.id or 0 for item, _since in self._unanswered]
        return brought.Known(self._all.session, STEPS, ids, self._day)

    @cached_property
    def chats(self) -> dict[int, list[Raised]]:
        """What is brought before whom today, by chat, each deadline once."""
        own = {(unit, chat) for one in self._ears.alone if not one.by_phone for unit in one.units for chat in one.chats}
        found: dict[int, list[Raised]] = {}
        for item, since in self._unanswered:
            unit, how = item.deadline.unit_id, self._all.policies.of(item)
            steps: dict[int, list[Step]] = {}
            for step in STEPS:
                for chat in self._ears.above(unit, step):
                    told = self._known.last(step, item.deadline.id or 0, chat)
                    if (unit, chat) not in own and self._calls(step, since, told, how):
                        steps.setdefault(chat, []).append(step)
            for chat, taken in steps.items():
                passed_by = how.raised_after(Step.HEAD) is not None and not self._ears.above(unit, Step.HEAD)
                found.setdefault(chat, []).append(Raised(item, tuple(taken), passed_by))
        return found

    def _calls(self, step: Step, since: date, told: date | None, how: policy.Policy) -> bool:
        """Whether a step calls today, or did on a morning after it was `told` last."""
        need = how.raised_after(step)
        if need is None or self._all.calendar.between(since, self._day) < need:
            return False
        mornings = policy.mornings(max(since, told or since, self._heard), self._day, self._all.calendar)
        return any(policy.raised(since, step, morning, self._all.calendar, how) for morning in mornings)

    def block(self, raised: Sequence[Raised]) -> Block:
        """The section of a digest about these."""
        lines = [(self._line(one), one.item.deadline.code) for one in raised]
        passed_by = [one.item.deadline.unit_id for one in raised if one.passed_by and one.steps != (Step.HEAD,)]
        units = [self._all.directory.by_id[unit].called for unit in dict.fromkeys(passed_by)]
        named = _("Chưa báo được trưởng đơn vị: {units}", units=few(units, FEW_UNITS))
        after = [sentence(named)] if units else []
        return Block(_("Chưa ghi nhận kết quả"), lines, (*after, self._hint(raised[0])))

    def _line(self, one: Raised) -> str:
        line = item_line(one.item, self._day, prefix=_("hạn "))
        if one.steps == (Step.HEAD,):
            return line
        return f"{self._all.directory.by_id[one.item.deadline.unit_id].called}: {line}"

    def _hint(self, one: Raised) -> str:
        code = one.item.deadline.code
        if one.steps[-1] is Step.LEADER:
            return _("Hỏi lý do: {sentence}", sentence=f"nêu lý do {code}")
        unit = self._all.directory.by_id[one.item.deadline.unit_id].called
        said = f"xong {code} thay {unit}" if one.steps[-1] is Step.COORDINATOR else f"xong {code}"
        return _("Nếu đã nộp: {sentence} kèm số văn bản.", sentence=said)

    def action(self, one: Raised) -> str:
        """What whoever reads it may answer."""
        code, unit = one.item.deadline.code, self._all.directory.by_id[one.item.deadline.unit_id]
        match one.steps[-1]:
            case Step.LEADER:
                return f"nêu lý do {code}"
            case Step.COORDINATOR:
                said = f"xong {code} thay {unit.called}"
                return said if len(said.encode()) <= LONGEST_ACTION else f"việc {code}"
            case _:
                return f"xong {code}"

    def alone(self, one: Raised, name: str) -> Words:
        """The whole message, where there is nothing else to be said to this reader."""
        deadline = one.item.deadline
        said = _("hạn {due}, chưa ghi nhận kết quả", due=due_words(deadline, self._day))
        told = [said, *marks_of(one.item)]
        first = item_name(one.item)
        if one.steps != (Step.HEAD,):
            told += [_("chưa báo được trưởng đơn vị")] if one.passed_by else []
            first = f"{self._all.directory.by_id[deadline.unit_id].name}\n{first}"
        to = _("Anh/chị {names}, ", names=name) if name else ""
        text = "\n".join([f"{to}{first}", "; ".join(told) + ".", self._hint(one)])
        return Words(text, (), (self.action(one),), (deadline.code,), brings=one.keys)
