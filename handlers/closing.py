"""Recording results: who may, whether the document's day can be right, what is kept, who is told."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from handlers import albums, contributing, reading, shown
from handlers.asked import capital
from handlers.authority import Action
from handlers.contributing import Sending
from handlers.reading import Paper
from handlers.shown import Shown
from handlers.talk import Answered, Needs, Refused, Talk, pick
from handlers.telling import tell_units
from handlers.waiting import tell_waiting
from handlers.work import elsewhere, no_such
from lang.moments import local
from lang.spoken_days import day_words_with_year
from lang.text import _, many
from schedules.tell import Ear, Kind
from schedules.views import MOST_ACTIONS, paper_words, result_words, sentence, short
from storage import deadlines, evidence
from storage.deadlines import Item
from storage.models import Deadline, EvidenceKind, Person, Plan, Question
from storage.outbox import Words

MOST_AT_ONCE = 10
LAST_YEARS = timedelta(days=60)
"""A day without a year that has not come yet may be one of last year, if that is not longer ago."""


@dataclass(frozen=True, slots=True)
class Result:
    """What is reported besides the codes. `unit`: the one it is recorded for by somebody who stands in. `settled`: the
    document's day was questioned and answered. `album`: where the files wait that were sent before."""

    paper: Paper = field(default_factory=Paper)
    nothing: bool = False
    unit: int | None = None
    settled: bool = False
    files: tuple[Shown, ...] = ()
    album: int | None = None

    def stored(self) -> dict[str, Any]:
        """As a question's subject keeps it."""
        kept = asdict(replace(self, files=()))
        kept["paper"]["day"] = self.paper.day.isoformat() if self.paper.day else None
        return kept

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Result":
        known = {key: value for key, value in stored.items() if key in ("nothing", "unit", "settled", "album")}
        day = stored["paper"]["day"]
        return cls(Paper(**stored["paper"] | {"day": date.fromisoformat(day) if day else None}), **known)


def for_unit(talk: Talk, paper: Paper) -> int | None:
    """The unit that «thay …» names, None when nothing of the kind was said. Refuses what names none."""
    if not paper.instead:
        return None
    return talk.unit(paper.instead).id


def close(talk: Talk, codes: Sequence[int], result: Result) -> Answered:
    """Record the results of these deadlines; each that cannot be recorded is answered with its reason."""
    if len(codes) > MOST_AT_ONCE:
        raise Refused(_("Xin ghi kết quả mỗi lần không quá {n} việc.", n=MOST_AT_ONCE))
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes, lock=True)
    parts = {code: part for code in codes if (part := _part(talk, found.get(code), result)) is not None}
    result = _in_own_name(talk, result)
    reasons: dict[int, str] = {}
    for code in codes:
        part = parts.get(code)
        why = contributing.why_not(talk, part) if part else why_not(talk, code, found.get(code), result)
        if why is not None:
            reasons[code] = why
    sending = [part for code, part in parts.items() if code not in reasons]
    closing = [found[code] for code in codes if code not in reasons and code not in parts]
    if not closing and sending:
        return contributing.record(talk, sending, reasons.values())
    if not closing:
        raise Refused("\n".join(reasons.values()))
    if talk.incoming.files:
        if talk.thought is None:
            raise Needs(shown.think, keeps=True)
        result = replace(result, files=talk.thought)
    new, result = result.files, replace(result, files=(*albums.waiting(talk, result.album), *result.files))
    _few_enough(talk, closing, len(result.files))
    if not result.settled and (asked := _question(talk, closing, codes, result, new)) is not None:
        return asked
    before = {item.deadline.code for item in closing if item.deadline.done_at is not None}
    for item in closing:
        _record(talk, item, result)
    lines = [_recorded(talk, item, result, before) for item in closing]
    sent = [contributing.note(talk, part) for part in sending]
    about = tuple(code for code in codes if code not in reasons)
    added = len(before) == len(closing)
    event = talk.write("supplement" if added else "done", " ".join(map(str, about)))
    albums.settle(talk, result.album, [item.deadline.code for item in closing], event)
    contributing.tell_sent(talk, sending)
    said = [f"{recorded} {how}".strip() for recorded, how in lines] if len(lines) > 1 else list(lines[0])
    said += [
        _one_of_several(talk, result),
        *sent,
        *reasons.values(),
        *tell_waiting(talk, closing),
        _("Nhầm thì trả lời: hoàn tác"),
    ]
    if result.unit is not None:
        tell_units(talk, Kind.STAND_IN, closing, lambda ear, some: _objectable(talk, ear, some, result, before))
    return Words("\n".join(line for line in said if line), actions=("hoàn tác",), about=about)


def _part(talk: Talk, item: Item | None, result: Result) -> Sending | None:
    """The part of a co-operating unit that is meant, rather than the deadline itself."""
    return contributing.meant(talk, item, result.unit, mine=item is not None and mine(talk, item.deadline))


def _in_own_name(talk: Talk, result: Result) -> Result:
    """«thay …» of one's own unit only says which unit is meant."""
    own = result.unit in talk.units_for(Action.CLOSE).units
    return replace(result, unit=None) if own and not talk.may(Action.STAND_IN) else result


def _objectable(talk: Talk, ear: Ear, items: Sequence[Item], result: Result, before: Collection[int]) -> Words:
    """What the unit hears that was recorded in its place, and how it objects."""
    said = {"to": ear.opening, "name": talk.actor().name}
    text = [capital(_("{to}anh/chị {name} (Văn phòng) ghi kết quả thay đơn vị:", **said))]
    text += [line for item in items for line in _recorded(talk, item, result, before) if line]
    codes = tuple(item.deadline.code for item in items)
    objections = tuple(f"chưa nộp {code}" for code in codes[:MOST_ACTIONS])
    text.append(_("Nếu chưa đúng, trả lời: {sentence}", sentence=objections[0]))
    return Words("\n".join(text), actions=() if ear.relayed else objections, about=codes)


def _record(talk: Talk, item: Item, result: Result) -> None:
    """Close one deadline, or add to what it was closed with."""
    deadline, paper = item.deadline, result.paper
    for file in result.files:
        shown.show(talk, deadline, EvidenceKind(file.kind), name=file.name, hash=file.hash, size=file.size)
    if paper.number:
        preliminary = paper.part == "preliminary"
        shown.show(talk, deadline, EvidenceKind.DOCUMENT, name=paper.number, day=paper.day, preliminary=preliminary)
    if deadline.done_at is not None:
        return
    talk.journal.touch(deadline)
    deadline.done_at, deadline.done_by = talk.now, talk.actor().id
    deadline.done_day = None if deadline.to_confirm else talk.today
    deadline.document, deadline.document_day, deadline.nothing_to_report = paper.number, paper.day, result.nothing
    deadline.stood_in, deadline.signing_at = result.unit is not None, None


def _recorded(talk: Talk, item: Item, result: Result, before: Collection[int]) -> tuple[str, str]:
    """The two lines that say what was recorded, or added to what was recorded `before`."""
    deadline, paper, title = item.deadline, result.paper, short(item.task.title)
    if deadline.code in before:
        lines = [_capital(paper_words(paper.number, paper.day, talk.today)), _kept_words(result)]
        return sentence(_("Đã bổ sung cho {code} {title}", code=deadline.code, title=title)), _joined(lines)
    lines = [_capital(result_words(deadline, talk.today)), _kept_words(result)]
    if paper.part == "preliminary":
        lines.append(_("Bản sơ bộ. Khi có bản bổ sung: xong {code} bổ sung số …", code=deadline.code))
    return sentence(_("Đã ghi nhận {code} {title}", code=deadline.code, title=title)), _joined(lines)


def _one_of_several(talk: Talk, result: Result) -> str:
    """In a group the others of an album may be hidden from the bot."""
    if talk.chat.private or not talk.incoming.album or len(result.files) > 1:
        return ""
    return _("Tệp khác gửi cùng lúc nếu chưa tới thì trả lời tin này kèm tệp.")


def _kept_words(result: Result) -> str:
    n = len(result.files)
    return many("Đã lưu {n} tệp kèm theo.", "Đã lưu {n} tệp kèm theo.", n) if n else ""


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if line)


def _few_enough(talk: Talk, items: Sequence[Item], more: int) -> None:
    for item in items:
        if len(evidence.files(talk.session, item.deadline)) + more > shown.MOST_FILES:
            said = {"code": item.deadline.code, "n": shown.MOST_FILES}
            raise Refused(_("Việc {code} đã có đủ {n} tệp, nên tệp này chưa được lưu.", **said))


def _capital(words: str) -> str:
    return f"{capital(words)}." if words else ""


def why_not(talk: Talk, code: int, item: Item | None, result: Result) -> str | None:
    """Why a result of this deadline cannot be recorded by this person here; None when it can."""
    if item is None:
        return no_such(code)
    deadline = item.deadline
    unit = talk.directory.by_id[deadline.unit_id]
    if result.unit is not None:
        if deadline.unit_id not in talk.units_for(Action.SEE).units:
            return elsewhere(code)
        if result.unit != deadline.unit_id:
            return _("Việc {code} thuộc {unit}, nên chưa ghi nhận.", code=code, unit=unit.name)
        if deadline.unit_id not in talk.units_for(Action.STAND_IN).units:
            return _("Anh/chị chưa được ghi kết quả thay đơn vị. Người ghi được: Văn phòng.")
    elif not mine(talk, deadline):
        if deadline.unit_id in talk.units_for(Action.STAND_IN).units:
            said = {"code": code, "unit": unit.name, "short": unit.called}
            return _("Anh/chị chưa được ghi kết quả việc {code} của {unit}. Ghi thay: xong {code} thay {short}", **said)
        return _("Anh/chị chưa được ghi kết quả việc {code}. Người ghi được: đầu mối đơn vị chủ trì.", code=code)
    if deadline.done_at is None or talk.incoming.files or result.album:
        return None
    if result.paper.part == "supplement":
        return (
            None
            if result.paper.number
            else _("Xin kèm số văn bản bổ sung, ví dụ: xong {code} bổ sung số 50/BC-VP ngày 10/6", code=code)
        )
    who = talk.session.get(Person, deadline.done_by) if deadline.done_by else None
    return _(
        "Việc {code} đã được ghi nhận trước đó, người ghi: anh/chị {name}.", code=code, name=who.name if who else ""
    )


def mine(talk: Talk, deadline: Deadline) -> bool:
    """Whether this person may record its result in their own name."""
    own = deadline.unit_id in talk.units_for(Action.CLOSE).units
    return own or (deadline.to_confirm and talk.may(Action.SETTLE))


def _question(
    talk: Talk, items: Sequence[Item], codes: Sequence[int], result: Result, sent: Sequence[Shown]
) -> Words | None:
    """A day on the document that is not here yet, or from before the work was set, is asked about first."""
    paper = result.paper
    if paper.day is None:
        return None
    before = [
        (plan, began) for item in items if (plan := _plan(talk, item)) and (began := _began(talk, plan)) > paper.day
    ]
    if paper.day <= talk.today and not before:
        return None
    offered = [talk.today] if paper.day > talk.today else [paper.day]
    for year in {talk.today.year, talk.today.year - 1}:
        other = _in_year(paper.day, year)
        fits = other and other != paper.day and talk.today - LAST_YEARS <= other <= talk.today
        if other and fits and (paper.yearless or before):
            offered.append(other)
    choices = [(day_words_with_year(day), day.isoformat()) for day in offered]
    choices.append((_("Chưa rõ ngày, ghi nhận không kèm ngày"), ""))
    if result.files:
        result = replace(result, album=albums.keep(talk, sent, result.album))
    talk.ask("paper_day", {"codes": list(codes), "result": result.stored()}, choices)
    if paper.day > talk.today:
        head = _("Ngày {day} của văn bản chưa tới. Ngày đúng là?", day=day_words_with_year(paper.day))
    else:
        plan, began = before[0]
        asked = {"day": day_words_with_year(paper.day), "number": plan.number, "began": day_words_with_year(began)}
        head = _("Ngày {day} của văn bản có trước KH{number} ({began}). Ngày đúng là?", **asked)
    lines = [f"{n}. {label}" for n, (label, _value) in enumerate(choices, 1)]
    lines.append(_("Trả lời bằng số, hoặc gõ ngày đúng, ví dụ: {day}", day=f"{talk.today:%d/%m/%Y}"))
    return Words("\n".join([head, *lines]), about=tuple(codes))


def answer_day(talk: Talk, question: Question, words: str) -> Answered:
    subject = question.subject
    result = Result.of(subject["result"])
    if any(mark in words for mark in "/-.") and words.strip(" .")[:1].isdigit():
        day, yearless = reading.day_of(words, talk.today)
        return close(talk, subject["codes"], replace(result, paper=replace(result.paper, day=day, yearless=yearless)))
    value = pick(question, words)
    day_said = date.fromisoformat(value) if value else None
    return close(talk, subject["codes"], replace(result, paper=replace(result.paper, day=day_said), settled=True))


def _plan(talk: Talk, item: Item) -> Plan | None:
    return talk.session.get(Plan, item.task.plan_id) if item.task.plan_id else None


def _began(talk: Talk, plan: Plan) -> date:
    """The day from which what a plan asks for can have been done: its own, else the one on which it was agreed."""
    return plan.issued or local(plan.agreed_at or plan.received_at, talk.here.zone).date()


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None


ANSWERS = {"paper_day": answer_day}
