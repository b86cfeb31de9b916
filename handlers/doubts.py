"""`hỏi KH3`: goes through the lines of a plan that could not be read for sure, one question at a time."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, NoReturn

from sqlmodel import Session

from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang import doubts
from lang.deadlines import read
from lang.doubts import Doubt
from lang.fold import fold
from lang.spoken_days import day_words_with_year
from lang.text import N_, _
from schedules.views import numbered, short
from storage import plans
from storage.models import Deadline, Event, Plan, PlanStatus, Question, Task, TaskKind
from storage.outbox import Words

KEEP, NONE, YEAR = "keep", "none", "year"
FEW_CHOICES = 5
_PLAN = re.compile(r"(?:kh|ke hoach) ?(?:so )?(\d{1,6})")
_YEAR = re.compile(r"(?:nam )?(\d{4})")
_LEADING = re.compile(r"^(?:giao|đến|den|hạn|han)\s+", re.IGNORECASE)
_MANY = re.compile(r"\s*(?:,|;|\bvà\b|\bva\b)\s*")


def plan_named(talk: Talk, words: str) -> Plan:
    """The plan people call «KH3». Raises `NotMine` when the words name none."""
    named = names_plan(words)
    if named is None:
        raise NotMine
    plan = plans.by_number(talk.session, talk.here.id or 0, named)
    if plan is None:
        raise Refused(_("Không có kế hoạch KH{number}.", number=named))
    return plan


def only_in_private(talk: Talk) -> None:
    """Refuse to show a whole plan in a group: it holds the matters of other units."""
    if not talk.chat.private:
        raise Refused(_("Kế hoạch chỉ xem và sửa trong hội thoại riêng với Nhắc Việc."))


def names_plan(words: str) -> int | None:
    """The 3 of «KH3», «kế hoạch 3»."""
    named = _PLAN.fullmatch(fold(words).strip(" .,"))
    return int(named[1]) if named else None


def which_plan(talk: Talk, verb: str, numbers: Sequence[int]) -> NoReturn:
    """«đồng ý», «hỏi» alone: the plans it can be about are named, none is taken for granted."""
    if not numbers:
        raise NotMine
    offered = ", ".join(f"{verb} KH{number}" for number in numbers)
    raise Refused(_("Xin kèm số kế hoạch: {offered}", offered=offered))


def open_tasks(session: Session, plan: Plan) -> list[Task]:
    """The lines of a plan with a doubt that a person can settle, in order."""
    return [task for task in plans.tasks(session, plan) if task.doubts]


def run(talk: Talk) -> Answered:
    if not talk.words:
        waiting = [plan for plan in plans.agreeable(talk.session, talk.here.id or 0) if open_tasks(talk.session, plan)]
        if not waiting:
            raise Refused(_("Không có kế hoạch nào còn dòng cần hỏi."))
        which_plan(talk, COMMAND.name, [plan.number for plan in waiting])
    plan = plan_named(talk, talk.words)
    return ask_next(talk, plan) or Words(_("KH{number} không còn dòng nào cần hỏi.", number=plan.number))


def ask_next(talk: Talk, plan: Plan, after: int = -1) -> Words | None:
    """Ask about the first doubtful line after position `after`; None when there is none."""
    waiting = [task for task in open_tasks(talk.session, plan) if task.position > after]
    if not waiting:
        return None
    task, doubt = waiting[0], _value(waiting[0].doubts[0])
    choices = _choices(talk, task, doubt)
    talk.ask("doubt", {"plan": plan.id, "task": task.id}, choices)
    labels = [label for label, _value in choices]
    lines = numbered(labels, 60 if len(labels) > FEW_CHOICES else 0)
    return Words("\n".join([_asked(plan, task, doubt), *lines, _hint(doubt)]))


def ask_again(talk: Talk, event: Event) -> Words | None:
    """The question whose answer `event` was, once that is taken back."""
    for table, task_id, _before, _after in event.changes:
        if table == "task":
            task = talk.session.get_one(Task, task_id)
            plan = talk.session.get_one(Plan, task.plan_id)
            return ask_next(talk, plan, task.position - 1)
    return None


def _value(stored: dict[str, Any]) -> Doubt:
    def days(key: str) -> tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in stored[key])

    return Doubt(stored["code"], stored["args"], days("dates"), days("suggest"))


def _asked(plan: Plan, task: Task, doubt: Doubt) -> str:
    where = _("Dòng {ref}, KH{number}: {title}", ref=task.ref, number=plan.number, title=short(task.title))
    if doubt.code == "lead_missing":
        return where + "\n" + _("Kế hoạch để trống đơn vị chủ trì. Đơn vị nào chủ trì?")
    if doubt.code == "time_missing":
        return where + "\n" + _("Kế hoạch để trống thời gian. Thời hạn đúng là?")
    asked = doubts.words(doubt)
    if fold(task.phrase) not in fold(asked):
        asked = _("Kế hoạch ghi «{phrase}».", phrase=short(task.phrase, 120)) + " " + asked
    return f"{where}\n{asked}"


def _hint(doubt: Doubt) -> str:
    if doubt.code == "lead_missing":
        return _("Trả lời bằng số hoặc tên đơn vị; «để sau» để chuyển dòng khác.")
    return _("Trả lời bằng số, hoặc ghi ngày (ví dụ 30/6, hoặc 15/6 và 15/12); «để sau» để chuyển dòng khác.")


def _choices(talk: Talk, task: Task, doubt: Doubt) -> list[tuple[str, Any]]:
    if doubt.code == "lead_missing":
        likely = talk.directory.who(task.coordinating).units
        units = [talk.directory.by_id[unit] for unit in likely] or talk.directory.units
        return [(unit.name, unit.id) for unit in units]
    choices: list[tuple[str, Any]] = []
    if doubt.suggest:
        words = ", ".join(day_words_with_year(day) for day in doubt.suggest)
        choices.append((words, [day.isoformat() for day in doubt.suggest]))
    if doubt.code == "day_or_month" and doubt.dates:
        words = ", ".join(day_words_with_year(day) for day in doubt.dates)
        choices.append((words, [day.isoformat() for day in doubt.dates]))
    if doubt.code == "year_mismatch" and doubt.dates:
        words = ", ".join(day_words_with_year(day) for day in doubt.dates)
        choices.append((_("Giữ như kế hoạch ghi: {days}", days=words), KEEP))
    if doubt.code == "time_missing":
        choices.append((_("Cả năm"), YEAR))
    choices.append((_("Chưa có hạn"), NONE))
    return choices


def answer_doubt(talk: Talk, question: Question, words: str) -> Answered:
    task = talk.session.get_one(Task, question.subject["task"])
    plan = talk.session.get_one(Plan, question.subject["plan"])
    if not task.doubts:
        raise NotMine
    talk.need(Action.SETTLE)
    doubt = _value(task.doubts[0])
    if fold(words).strip(" .") in ("de sau", "bo qua", "sau", "chua biet"):
        following = ask_next(talk, plan, task.position)
        return following or Words(_("Đã để lại. Xem lại bằng: hỏi KH{number}", number=plan.number))
    talk.journal.touch(task)
    said = _settle(talk, task, plan, doubt, _chosen(question, _LEADING.sub("", words)))
    task.doubts = task.doubts[1:]
    if plan.status is PlanStatus.LIVE:
        fan_out(talk, task, plans.deadlines_of(talk.session, task))
    talk.write("doubt", _("dòng {ref}, KH{number}", ref=task.ref, number=plan.number))
    following = ask_next(talk, plan, task.position if task.doubts == [] else task.position - 1)
    return [Words(said), following] if following else Words(said)


def fan_out(talk: Talk, task: Task, before: Sequence[Deadline] = ()) -> list[Deadline]:
    """Bring a live task's deadlines in line with it, `before` being those it had; written into the journal."""
    return plans.fan_out(talk.session, talk.here, task, talk.directory, talk.calendar, talk.now, talk.journal, before)


def _chosen(question: Question, words: str) -> Any:
    said = fold(words).strip(" .)")
    for number, (label, value) in enumerate(question.choices, 1):
        if said in (str(number), fold(label).strip(" .")):
            return value
    if said.isdecimal() and len(said) < 4:
        raise Refused(_("Không có lựa chọn {words}. Xin trả lời bằng số trong danh sách, hoặc ghi ngày.", words=said))
    return words


def _settle(talk: Talk, task: Task, plan: Plan, doubt: Doubt, chosen: Any) -> str:
    """Apply an answer to a doubtful line; what was understood, in words. Refuses an answer that says nothing sure."""
    if doubt.code == "lead_missing":
        unit = talk.directory.by_id.get(chosen) if isinstance(chosen, int) else talk.directory.one(chosen)
        if unit is None:
            raise Refused(_("Không có đơn vị «{words}». Xin trả lời bằng số hoặc tên đơn vị.", words=short(chosen, 40)))
        task.lead = [unit.name]
        return _("Đã ghi: dòng {ref} do {unit} chủ trì.", ref=task.ref, unit=unit.name)
    if chosen == NONE:
        task.due, task.kind = [], TaskKind.OPEN
        return _("Đã ghi: dòng {ref} chưa có hạn.", ref=task.ref)
    if chosen == YEAR:
        task.due, task.kind = [date(plan.year, 12, 31).isoformat()], TaskKind.ALL_YEAR
        return _("Đã ghi: dòng {ref} làm cả năm {year}.", ref=task.ref, year=plan.year)
    if isinstance(chosen, str) and (year := _YEAR.fullmatch(fold(chosen).strip(" ."))):
        days = _in_year(doubt, int(year[1]))
    elif chosen == KEEP:
        days = list(doubt.dates)
    elif isinstance(chosen, list):
        days = [date.fromisoformat(day) for day in chosen]
    else:
        days = days_said(task, plan, chosen)
    sure = set(map(date.fromisoformat, task.due)) - set(doubt.dates)
    task.due = [day.isoformat() for day in sorted(sure | set(days))]
    task.kind = TaskKind.REPORT if task.kind is TaskKind.REPORT else TaskKind.DATED
    return _("Đã ghi: dòng {ref}, hạn {days}.", ref=task.ref, days=", ".join(day_words_with_year(day) for day in days))


def _in_year(doubt: Doubt, year: int) -> list[date]:
    """«năm 2023» settles in which year the day is, when that was asked."""
    for days in (doubt.suggest, doubt.dates):
        if doubt.code in ("year_mismatch", "which_year") and days and all(day.year == year for day in days):
            return list(days)
    raise Refused(_("Xin ghi rõ ngày, ví dụ 30/6/{year}, hoặc «để sau».", year=year))


def days_said(task: Task, plan: Plan, words: str) -> list[date]:
    """The days that somebody typed for a row, with their hour and strictness. Refuses what says no day for sure."""
    days: list[date] = []
    for part in _MANY.split(words):
        meaning = read(part).meaning(plan.year)
        if meaning.doubts and meaning.doubts[0].code != "not_understood":
            raise Refused(doubts.words(meaning.doubts[0]))
        if meaning.doubts or not meaning.due:
            said = short(part, 40)
            raise Refused(
                _("Nhắc Việc chưa hiểu «{words}». Xin trả lời bằng số, ghi ngày như 30/6, hoặc «để sau».", words=said)
            )
        days += meaning.due
        task.strict, task.hour = meaning.strict, meaning.time
    return days


COMMAND = Command(
    name="hỏi",
    slash="hoi",
    says=("câu hỏi", "dòng chưa rõ"),
    help=N_("trả lời về những dòng kế hoạch chưa rõ"),
    example="hỏi KH1",
    place=10,
    action=Action.SETTLE,
    run=run,
    fits=lambda name, words: names_plan(words) is not None,
)
ANSWERS = {"doubt": answer_doubt}
