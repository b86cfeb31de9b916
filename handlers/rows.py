"""The rows of a plan as people speak of them: «1.2, 1.3 đến 31/1/2023», «4.1.b giao Văn phòng», «bỏ 7.4»,
«1.2 năm 2023». What one message says is done to all the rows it names or to none."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from handlers.orders import is_time
from handlers.talk import NotMine, Refused, Talk
from lang import doubts
from lang.deadlines import read
from lang.doubts import Doubt
from lang.fold import fold
from lang.spoken_days import day_words_with_year
from lang.text import _, many
from plans import Fault
from schedules.views import few, short
from storage import plans
from storage.models import Deadline, Plan, PlanStatus, Task, TaskKind

FEW_REFS = 6
FEW_DAYS = 4
ABOUT_UNITS = ("lead_missing", "unit_unknown")
"""Doubts that no day settles."""
_PLAN = re.compile(r"(?:kh|ke hoach) ?(?:so )?(\d{1,6})")
_TOKEN = re.compile(r"[,;]|[^\s,;]+")
_REF = re.compile(r"(?!\d{4}$)(?:[a-z]{1,2}\d+|\d+|[ivxlc]+)(?:\.\w+)*")
_VERBS = ("den", "han", "truoc", "ngay", "giao", "chu", "nam", "ca", "chua", "khong", "giu", "cham")
_LEAD = re.compile(r"(?:giao|chủ trì|chu tri)\s+(?:cho\s+)?(.+)", re.IGNORECASE | re.DOTALL)
_DAY = re.compile(r"(?:đến|den|hạn|han|trước|truoc|ngày|ngay)\s.+|.*\d.*", re.IGNORECASE | re.DOTALL)
_LEADING = re.compile(r"^(?:giao|đến|den|hạn|han)\s+", re.IGNORECASE)
_MANY = re.compile(r"\s*(?:,|;|\bvà\b|\bva\b)\s*")
_ENDING = re.compile(r"[\s,;]*(?:\b(?:và|va)\b)?[\s,;]*$", re.IGNORECASE)
_YEAR = re.compile(r"(?:tat ca )?(?:nam )?(\d{4})")
_YEARS_CODES = ("year_mismatch", "which_year")


def names_plan(words: str) -> int | None:
    """The 3 of «KH3», «kế hoạch 3»."""
    named = _PLAN.fullmatch(fold(words).strip(" .,"))
    return int(named[1]) if named else None


def plan_named(talk: Talk, words: str) -> Plan:
    """The plan people call «KH3». Raises `NotMine` when the words name none."""
    named = names_plan(words)
    if named is None:
        raise NotMine
    plan = plans.by_number(talk.session, talk.here.id or 0, named)
    if plan is None:
        raise Refused(_("Không có kế hoạch KH{number}.", number=named))
    return plan


def which_plan(verb: str, numbers: Sequence[int]) -> NoReturn:
    """«đồng ý», «hỏi» alone: the plans it can be about are named, none is taken for granted."""
    if not numbers:
        raise NotMine
    offered = ", ".join(f"{verb} KH{number}" for number in numbers)
    raise Refused(_("Xin kèm số kế hoạch: {offered}", offered=offered))


def only_in_private(talk: Talk) -> None:
    """Refuse to show a whole plan in a group: it holds the matters of other units."""
    if not talk.chat.private:
        raise Refused(_("Kế hoạch chỉ xem và sửa trong hội thoại riêng với Nhắc Việc."))


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of some rows. `refs` as typed, none: of all that are in doubt; `words` without them."""

    refs: tuple[str, ...]
    words: str
    drop: bool = False


def orders(words: str, known: Container[str]) -> list[Order]:
    """A message taken apart: «1.2, 1.3 đến 31/1; 4.1.b giao Văn phòng, bỏ 7.4». `known` are the plan's refs, folded."""
    text = words.replace("\n", ";")
    tokens = list(_TOKEN.finditer(text))
    bare = [fold(token[0]).strip(".:()") for token in tokens]
    found: list[Order] = []
    refs: list[str] = []
    start = end = -1
    drop = False
    fresh = True

    def finish() -> None:
        if refs or start >= 0:
            body = _ENDING.sub("", text[start:end]) if start >= 0 else ""
            found.append(Order(tuple(refs), body.strip(" :."), drop))

    def names_row(n: int) -> bool:
        return n < len(bare) and (bare[n] in known or (start < 0 and bool(_REF.fullmatch(bare[n]))))

    def begins(n: int) -> bool:
        """Whether after a first wish another one begins at token `n`."""
        after = n + 1
        while after < len(bare) and (bare[after] in known or bare[after] in (",", "va")):
            after += 1
        return bare[n] in known and after < len(bare) and bare[after] in _VERBS

    for n, token in enumerate(tokens):
        if bare[n] in ("", ",", ";", "va"):
            fresh = True
            continue
        if fresh and _PLAN.fullmatch(bare[n]):
            continue
        if fresh and bare[n] == "dong" and (names_row(n + 1) or begins(n + 1) if n + 1 < len(bare) else False):
            continue
        dropping = (
            fresh and bare[n] == "bo" and n + 1 < len(bare) and (bare[n + 1] == "dong" or _REF.match(bare[n + 1]))
        )
        if dropping or (fresh and start >= 0 and begins(n)):
            finish()
            refs, start, drop = [], -1, bool(dropping)
            if dropping:
                continue
        if start < 0 and (fresh or not refs) and names_row(n):
            refs.append(token[0].strip(".:()"))
            fresh = False
            continue
        start = token.start() if start < 0 else start
        end = token.end()
        fresh = False
    finish()
    return found


def find(talk: Talk, plan: Plan, refs: Sequence[str]) -> list[Task]:
    """The rows of these numbers. Refuses a number that the plan has not."""
    rows = {fold(task.ref): task for task in reversed(plans.tasks(talk.session, plan))}
    for ref in refs:
        if fold(ref) not in rows:
            raise Refused(_("KH{number} không có dòng {ref}.", number=plan.number, ref=ref))
    return [rows[fold(ref)] for ref in refs]


def year_said(words: str) -> int | None:
    """The 2023 of «năm 2023», «2023»."""
    said = _YEAR.fullmatch(fold(words).strip(" ."))
    return int(said[1]) if said else None


def without_verb(words: str) -> str:
    """«30/6» of «đến 30/6», «Văn phòng» of «giao Văn phòng»."""
    return _LEADING.sub("", words)


def carry_out(talk: Talk, plan: Plan, order: Order) -> tuple[str, list[Task]]:
    """Do what is wanted of rows: what was understood, in words, and the rows. Refuses what says nothing sure."""
    said = fold(order.words).strip(" .")
    year = year_said(said)
    tasks = find(talk, plan, order.refs)
    if not tasks and year:
        tasks = [
            task for task in plans.tasks(talk.session, plan) if any(one["code"] in _YEARS_CODES for one in task.doubts)
        ]
        if not tasks:
            raise Refused(_("KH{number} không còn dòng nào cần hỏi về năm.", number=plan.number))
    if not tasks:
        raise NotMine
    talk.journal.touch(*tasks)
    before = [(list(task.due), task.kind, list(task.lead), task.strict, task.left_out) for task in tasks]
    asked = [list(task.doubts) for task in tasks]
    unit = _LEAD.fullmatch(order.words)
    for task in tasks:
        if order.drop and not said:
            task.left_out = True
        elif unit:
            hand_over(task, _lead_named(talk, unit[1]))
        elif said == "ca nam":
            forget_time(task)
            put_all_year(task, plan)
        elif said in ("chua co han", "khong co han", "khong han"):
            forget_time(task)
            put_off(task)
        elif year:
            doubt = next((doubt for doubt in map(value, task.doubts) if doubt.code in _YEARS_CODES), Doubt(""))
            if not doubt.code and task.due and all(day.startswith(f"{year}-") for day in task.due):
                continue
            put_on(task, [*sure_days(task, doubt), *in_year(doubt, year)])
            forget_time(task)
        elif _DAY.fullmatch(order.words):
            days = days_said(task, plan, without_verb(order.words))
            forget_time(task)
            put_on(task, days)
        else:
            raise Refused(
                _(
                    "Chưa hiểu cần sửa gì. Ví dụ: KH{number} {ref} đến 30/6, "
                    "KH{number} {ref} giao Văn phòng, KH{number} bỏ {ref}.",
                    number=plan.number,
                    ref=task.ref,
                )
            )
    if asked == [task.doubts for task in tasks] and before == [
        (list(task.due), task.kind, list(task.lead), task.strict, task.left_out) for task in tasks
    ]:
        raise Refused(already(tasks))
    follow(talk, plan, tasks)
    if order.drop:
        titles = "; ".join(short(task.title) for task in tasks[:2]) + ("…" if len(tasks) > 2 else "")
        refs = refs_words(tasks)
        return _("Đã bỏ dòng {ref} khỏi KH{number}: {title}.", ref=refs, number=plan.number, title=titles), tasks
    return (recorded_leads(tasks) if unit else recorded(tasks)), tasks


def _lead_named(talk: Talk, words: str) -> list[str]:
    found = talk.directory.who([words.strip(" .")])
    if not found.units:
        raise Refused(talk.no_unit(words))
    return [talk.directory.by_id[unit].name for unit in found.units]


def follow(talk: Talk, plan: Plan, tasks: Sequence[Task]) -> None:
    """If their plan is live, the deadlines of changed rows follow."""
    if plan.status is not PlanStatus.LIVE:
        return
    for task in tasks:
        if task.left_out:
            cancel(talk, task)
        else:
            fan_out(talk, task, plans.deadlines_of(talk.session, task))


def fan_out(talk: Talk, task: Task, before: Sequence[Deadline] = ()) -> list[Deadline]:
    """Bring a live task's deadlines in line with it, `before` being those it had; written into the journal."""
    return plans.fan_out(talk.session, talk.here, task, talk.directory, talk.calendar, talk.now, talk.journal, before)


def cancel(talk: Talk, task: Task) -> None:
    """Nothing of a row is owed any more; its results stay."""
    for deadline in plans.deadlines_of(talk.session, task):
        if deadline.done_at is None and deadline.cancelled_at is None:
            talk.journal.touch(deadline)
            deadline.cancelled_at = talk.now


def value(stored: dict[str, Any]) -> Doubt:
    """A row's doubt as it is kept, read back."""

    def days(key: str) -> tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in stored[key])

    return Doubt(stored["code"], stored["args"], days("dates"), days("suggest"))


def plain(doubt: Doubt) -> dict[str, object]:
    """A doubt as it is kept with its row."""
    return {
        "code": doubt.code,
        "args": doubt.args,
        "dates": [day.isoformat() for day in doubt.dates],
        "suggest": [day.isoformat() for day in doubt.suggest],
    }


def kept(stored: Sequence[str]) -> Fault:
    """A finding of the proof-reader as it is kept with its plan, read back."""
    kind, no, words, *near = stored
    return Fault(kind, no, words, tuple(near))


def forget_time(task: Task) -> None:
    """Nothing about when a row is due is in doubt any more."""
    task.doubts = [doubt for doubt in task.doubts if doubt["code"] in ABOUT_UNITS]


def sure_days(task: Task, doubt: Doubt) -> list[date]:
    """The days of a row that `doubt` leaves untouched."""
    return sorted(set(map(date.fromisoformat, task.due)) - set(doubt.dates))


def put_on(task: Task, days: Sequence[date]) -> None:
    task.due = [day.isoformat() for day in sorted(set(days))]
    task.kind = TaskKind.REPORT if task.kind is TaskKind.REPORT else TaskKind.DATED


def put_off(task: Task) -> None:
    task.due, task.kind = [], TaskKind.OPEN


def put_all_year(task: Task, plan: Plan) -> None:
    task.due, task.kind = [date(plan.year, 12, 31).isoformat()], TaskKind.ALL_YEAR


def hand_over(task: Task, names: Sequence[str]) -> None:
    task.lead = list(names)
    task.doubts = [doubt for doubt in task.doubts if doubt["code"] != "lead_missing"]


def in_year(doubt: Doubt, year: int) -> list[date]:
    """«năm 2023» settles in which year the day is, when that was asked."""
    for days in (doubt.suggest, doubt.dates):
        if doubt.code in _YEARS_CODES and days and all(day.year == year for day in days):
            return list(days)
    raise Refused(_("Xin ghi rõ ngày, ví dụ 30/6/{year}, hoặc «để sau».", year=year))


def says_days(words: str) -> bool:
    """Whether words say nothing but when: «15/6 và 15/12», not «họp 15/6»."""
    return all(is_time(part) for part in _MANY.split(words))


def not_understood(words: str) -> str:
    return _(
        "Nhắc Việc chưa hiểu «{words}». Xin trả lời bằng số, ghi ngày như 30/6, hoặc «để sau».", words=short(words, 40)
    )


def days_said(task: Task, plan: Plan, words: str) -> list[date]:
    """The days that somebody typed for a row, with their hour and strictness. Refuses what says no day for sure."""
    days: list[date] = []
    for part in _MANY.split(words):
        meaning = read(part).meaning(plan.year)
        if meaning.doubts and meaning.doubts[0].code != "not_understood":
            raise Refused(doubts.words(meaning.doubts[0]))
        if meaning.doubts or not meaning.due or not is_time(part):
            raise Refused(not_understood(part))
        days += meaning.due
        task.strict, task.hour = meaning.strict, meaning.time
    return days


def refs_words(tasks: Sequence[Task]) -> str:
    """«1.2, 1.3, 7.1»; many are cut."""
    return few([task.ref for task in tasks], FEW_REFS)


def about(plan: Plan, tasks: Sequence[Task]) -> str:
    """«dòng 1.2, 1.3, KH1»: how the journal calls what was done to rows."""
    return f"dòng {refs_words(tasks)}, KH{plan.number}"


def recorded(tasks: Sequence[Task]) -> str:
    """What is written down now about the time of these rows, rows of the same time in one line."""
    same: dict[str, list[Task]] = {}
    for task in tasks:
        same.setdefault(f"{task.kind} {task.due} {task.strict}", []).append(task)
    lines = [_time_recorded(rows) for rows in list(same.values())[:FEW_REFS]]
    if left := sum(map(len, list(same.values())[FEW_REFS:])):
        lines.append(many("và {n} dòng khác.", "và {n} dòng khác.", left))
    return "\n".join(lines)


def _time_recorded(tasks: Sequence[Task]) -> str:
    refs, first = refs_words(tasks), tasks[0]
    if first.kind is TaskKind.ALL_YEAR:
        return _("Đã ghi: dòng {ref} làm cả năm {year}.", ref=refs, year=first.due[0][:4])
    if not any(plans.wanted(first)):
        return _("Đã ghi: dòng {ref} chưa có hạn.", ref=refs)
    return _("Đã ghi: dòng {ref}, hạn {days}.", ref=refs, days=_days_of(first))


def recorded_leads(tasks: Sequence[Task]) -> str:
    """Who leads these rows now."""
    return _("Đã ghi: dòng {ref} do {unit} chủ trì.", ref=refs_words(tasks), unit="; ".join(tasks[0].lead))


def already(tasks: Sequence[Task]) -> str:
    """What was recorded about a row before, told to somebody who answers once more."""
    task = tasks[0]
    if task.left_out:
        return _("Dòng {ref} đã được bỏ trước đó.", ref=refs_words(tasks))
    if len(tasks) > 1:
        return _("Dòng {ref} đã được ghi trước đó.", ref=refs_words(tasks))
    said = {"ref": task.ref, "lead": "; ".join(task.lead) or _("để trống"), "due": _days_of(task)}
    if task.kind is TaskKind.ALL_YEAR or not any(plans.wanted(task)):
        return _("Dòng {ref} đã ghi trước đó: {lead} chủ trì, {due}.", **said)
    return _("Dòng {ref} đã ghi trước đó: {lead} chủ trì, hạn {due}.", **said)


def _days_of(task: Task) -> str:
    days = [day for day in plans.wanted(task) if day is not None]
    if task.kind is TaskKind.ALL_YEAR or not 0 < len(days) <= FEW_DAYS:
        return days_words(task)
    said = ", ".join(day_words_with_year(day) for day in days)
    return _("trước {day}", day=said) if task.strict else said


def days_words(task: Task) -> str:
    """When a plan's row is due, as the plan has it: «trước thứ Ba 05/12/2023», «cả năm», «chưa có hạn»."""
    if task.kind is TaskKind.ALL_YEAR:
        return _("cả năm")
    days = [day_words_with_year(day) for day in plans.wanted(task) if day is not None]
    if not days:
        return _("chưa có hạn")
    said = days[0] if len(days) == 1 else _("{first} và {n} hạn khác", first=days[0], n=len(days) - 1)
    return _("trước {day}", day=said) if task.strict else said
