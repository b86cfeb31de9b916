"""`hỏi KH3`: goes through what could not be read for sure in a plan: one question for each kind of doubt, or row by row
where that is wanted."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from handlers import names, rows
from handlers.asked import replied_to
from handlers.asking import EACH, KEEP, NONE, OTHER, SUGGESTED, YEAR, ask, kind_of
from handlers.authority import Action
from handlers.rows import names_plan, plan_named, refs_words, value, which_plan
from handlers.talk import Answered, Command, NotMine, Refused, Talk, open_questions
from lang.doubts import Doubt
from lang.fold import fold
from lang.text import N_, _
from schedules.views import short
from storage import plans
from storage.models import Delivery, DeliveryState, Event, Heard, Plan, PlanStatus, Question, Task
from storage.outbox import Words

_LATER = ("de sau", "bo qua", "sau", "chua biet")
_YES = ("dung", "phai", "dung roi", "vang")
_EACH = ("tung dong", "tung dong mot", "hoi tung dong")


def open_tasks(session: Session, plan: Plan) -> list[Task]:
    """The rows of a plan with a doubt that a person can settle, in order."""
    return [task for task in plans.tasks(session, plan) if task.doubts]


def run(talk: Talk) -> Answered:
    if not talk.words:
        waiting = [plan for plan in plans.agreeable(talk.session, talk.here.id or 0) if open_tasks(talk.session, plan)]
        if not waiting:
            raise Refused(_("Không có kế hoạch nào còn dòng cần hỏi."))
        which_plan(COMMAND.name, [plan.number for plan in waiting])
    plan = plan_named(talk, talk.words)
    return ask_next(talk, plan) or Words(_("KH{number} không còn dòng nào cần hỏi.", number=plan.number))


def ask_next(
    talk: Talk, plan: Plan, skipped: Sequence[str] = (), apart: Sequence[str] = (), first: str = ""
) -> Words | None:
    """Ask about the first doubt that is not of the kinds `skipped`, one of the kind `first` before others, with all the
    rows that the same answer may settle; row by row for the kinds `apart`. None when there is none."""
    waiting = [(task, value(stored)) for task in open_tasks(talk.session, plan) for stored in task.doubts]
    for task, doubt in sorted(waiting, key=lambda one: kind_of(one[1]) != first):
        kind = kind_of(doubt)
        alone = kind in apart
        if kind in skipped or f"{kind} {task.id}" in skipped:
            continue
        group = [(other, its) for other, its in waiting if kind_of(its) == kind and (other is task or not alone)]
        group = list({other.id: (other, its) for other, its in reversed(group)}.values())[::-1]
        return ask(talk, plan, group, skipped, apart)
    return None


def ask_again(talk: Talk, event: Event) -> Words | None:
    """The question whose answer `event` was, once that is taken back."""
    undone = [talk.session.get_one(Task, id) for table, id, _before, _after in event.changes if table == "task"]
    for task in undone:
        if task.doubts:
            mine = kind_of(value(task.doubts[0]))
            plan = talk.session.get_one(Plan, task.plan_id)
            return ask_next(talk, plan, apart=[mine] if len(undone) == 1 else [], first=mine)
    return None


def answer_doubt(talk: Talk, question: Question, words: str) -> Answered:
    question = _replied_to(talk, question)
    plan = talk.session.get_one(Plan, question.subject["plan"])
    kind, skipped, apart = (question.subject[key] for key in ("kind", "skipped", "apart"))
    asked = [talk.session.get_one(Task, id) for id in question.subject["tasks"]]
    group = _asked_about(talk, question)
    said = fold(words).strip(" .")
    if (told := change(talk, plan, words, short_form=True)) is not None:
        return _after_correction(talk, plan, question, told)
    chosen = EACH if said in _EACH and len(group) > 1 else _chosen(question, rows.without_verb(words))
    if said not in _LATER and chosen != EACH and (missing := _no_answer(talk, kind, chosen)):
        raise NotMine(missing)
    talk.need(Action.SETTLE)
    if not group:
        return _and_next(rows.already(asked), ask_next(talk, plan, skipped, apart))
    _was_said(talk, question, words, asked)
    alone = f"{kind} {asked[0].id}" if kind in apart else kind
    if said in _LATER:
        following = ask_next(talk, plan, [*skipped, alone], apart)
        return following or Words(_("Đã để lại. Xem lại bằng: hỏi KH{number}", number=plan.number))
    if chosen == EACH:
        return ask_next(talk, plan, skipped, [*apart, kind])
    talk.journal.touch(*(task for task, _doubt in group))
    told = _settle(talk, plan, group, chosen)
    tasks = [task for task, _doubt in group]
    rows.follow(talk, plan, tasks)
    talk.write("doubt", rows.about(plan, tasks))
    return _and_next(told, ask_next(talk, plan, skipped, apart))


def _and_next(told: str, following: Words | None) -> Answered:
    return [Words(told), following] if following else Words(told)


def _says_what(order: rows.Order, known: set[str] | None) -> bool:
    if not order.refs:
        return known is None and rows.year_said(order.words) is not None
    return bool(order.words or order.drop) and (known is None or {fold(ref) for ref in order.refs} <= known)


def change(talk: Talk, plan: Plan, words: str, *, short_form: bool = False) -> str | None:
    """Correct rows as `words` say («1.2 đến 31/1/2023; bỏ 7.4»), or whom a name means; what was done, None when they
    say no such thing; in `short_form`, typed without the plan's number, rows are named that it has. Refuses all when
    one of them cannot be done."""
    known = {fold(task.ref) for task in plans.tasks(talk.session, plan)}
    named = names.said(talk, plan, words)
    wanted = [] if named else rows.orders(words, known)
    if not named and not all(_says_what(order, known if short_form else None) for order in wanted):
        return None
    talk.need(Action.SETTLE)
    if plan.status not in (PlanStatus.DRAFT, PlanStatus.LIVE):
        raise Refused(_("KH{number} không còn dùng, nên không sửa được.", number=plan.number))
    done = [rows.carry_out(talk, plan, order) for order in wanted]
    tasks = list({task.id: task for _said, changed in done for task in changed}.values())
    talk.write("correct", rows.about(plan, tasks) if tasks else f"KH{plan.number}")
    return named or "\n".join(said for said, _tasks in done) or None


def corrected(talk: Talk, plan: Plan, told: str) -> Answered:
    """What was corrected; and the next question where the one that was open is settled by it."""
    for question in open_questions(talk.session, talk.chat, talk.actor().id, talk.now):
        if question.kind == "doubt" and question.subject["plan"] == plan.id:
            return _after_correction(talk, plan, question, told)
    return _undoable(told)


def _after_correction(talk: Talk, plan: Plan, question: Question, told: str) -> Answered:
    if _asked_about(talk, question):
        talk.ask("doubt", question.subject, [(label, chosen) for label, chosen in question.choices])
        return _undoable(told)
    following = ask_next(talk, plan, question.subject["skipped"], question.subject["apart"])
    return [_undoable(told), following] if following else _undoable(told)


def _undoable(told: str) -> Words:
    return Words(f"{told}\n" + _("Nhầm thì trả lời: hoàn tác"), actions=("hoàn tác",))


def _asked_about(talk: Talk, question: Question) -> list[tuple[Task, Doubt]]:
    """The rows a question is about that are still in doubt."""
    tasks = [talk.session.get_one(Task, id) for id in question.subject["tasks"]]
    return [
        (task, doubt)
        for task in tasks
        if not task.left_out
        for doubt in map(value, task.doubts)
        if kind_of(doubt) == question.subject["kind"]
    ]


def _replied_to(talk: Talk, question: Question) -> Question:
    """The question that the message replies to, even if others were asked since; else the one that is open."""
    replied = replied_to(talk)
    if replied is None:
        return question
    asked = select(Question).where(Question.chat_id == question.chat_id, Question.kind == "doubt")
    asked = asked.where(Question.person_id == question.person_id, Question.asked_at == replied.made_at)
    heard = replied.slot.partition(":")[0]
    then = talk.session.exec(asked.order_by(col(Question.id).desc()))
    return next((one for one in then if str(one.subject["heard"]) == heard), question)


def _was_said(talk: Talk, question: Question, words: str, asked: Sequence[Task]) -> None:
    """Refuse an answer typed before its question was to be seen: it was meant for the one before."""
    slot = f"{question.subject['heard']}:"
    query = select(Delivery).where(Delivery.chat_id == question.chat_id, Delivery.kind == "reply")
    said = talk.session.exec(query.where(col(Delivery.slot).startswith(slot)).order_by(col(Delivery.id).desc())).first()
    typed = talk.session.get_one(Heard, talk.heard).received_at
    if said is None or said.state is DeliveryState.UNKNOWN:
        return
    if said.state is DeliveryState.WAITING or (said.settled_at is not None and typed < said.settled_at):
        raise Refused(
            _(
                "«{words}» đến trước câu hỏi về dòng {refs} nên chưa ghi cho dòng đó. Xin trả lời lại.",
                words=short(words, 40),
                refs=refs_words(asked),
            )
        )


def _chosen(question: Question, words: str) -> Any:
    said = fold(words).strip(" .)")
    for number, (label, chosen) in enumerate(question.choices, 1):
        if said in (str(number), fold(label).strip(" .")):
            return chosen
    if said in _YES and question.subject["kind"].startswith("unit_unknown") and len(question.choices) == 2:
        return question.choices[0][1]
    if said.isdecimal() and len(said) < 4:
        raise NotMine(_("Không có lựa chọn {words}. Xin trả lời bằng số trong danh sách, hoặc ghi ngày.", words=said))
    return words


def _no_answer(talk: Talk, kind: str, chosen: Any) -> str:
    """Why what was said answers no doubt of this kind; empty when it does."""
    if not isinstance(chosen, str) or chosen in (KEEP, NONE, YEAR, SUGGESTED, OTHER):
        return ""
    if kind.split()[0] in rows.ABOUT_UNITS:
        if talk.directory.one(chosen) is not None:
            return ""
        return _("Không có đơn vị «{words}». Xin trả lời bằng số hoặc tên đơn vị.", words=short(chosen, 40))
    return "" if rows.year_said(chosen) is not None or rows.says_days(chosen) else rows.not_understood(chosen)


def _settle(talk: Talk, plan: Plan, group: Sequence[tuple[Task, Doubt]], chosen: Any) -> str:
    """Apply an answer to doubtful rows; what was understood, in words. Refuses an answer that says nothing sure."""
    tasks, first = [task for task, _doubt in group], group[0][1]
    if first.code in rows.ABOUT_UNITS:
        unit = talk.directory.by_id.get(chosen) if isinstance(chosen, int) else talk.directory.one(chosen)
        if first.code == "unit_unknown":
            return names.means(talk, plan, first.args["words"], unit)
        for task in tasks if unit else ():
            rows.hand_over(task, [unit.name] if unit else [])
        return rows.recorded_leads(tasks)
    if _is_day(chosen) and len({fold(task.phrase) for task in tasks}) > 1:
        example = f"KH{plan.number} {tasks[0].ref} đến 30/6/{plan.year}"
        raise Refused(
            _(
                "Các dòng này ghi thời gian khác nhau. Xin trả lời bằng số, «từng dòng», "
                "hoặc ghi kèm số dòng: {example}",
                example=example,
            )
        )
    for task, doubt in group:
        sure = rows.sure_days(task, doubt)
        task.doubts = [stored for stored in task.doubts if kind_of(value(stored)) != kind_of(doubt)]
        if chosen == NONE:
            rows.put_off(task)
        elif chosen == YEAR:
            rows.put_all_year(task, plan)
        else:
            days = _answered_days(task, plan, doubt, chosen)
            rows.put_on(task, [*sure, *days])
            task.doubts = [stored for stored in task.doubts if set(value(stored).suggest) != set(days)]
        if chosen in (NONE, YEAR) or _is_day(chosen):
            rows.forget_time(task)
    return rows.recorded(tasks)


def _is_day(chosen: Any) -> bool:
    return isinstance(chosen, str) and chosen not in (KEEP, NONE, YEAR, SUGGESTED) and rows.year_said(chosen) is None


def _answered_days(task: Task, plan: Plan, doubt: Doubt, chosen: Any) -> Sequence[date]:
    if chosen == SUGGESTED:
        return doubt.suggest
    if chosen == KEEP:
        return doubt.dates
    if isinstance(chosen, list):
        return [date.fromisoformat(day) for day in chosen]
    if (year := rows.year_said(chosen)) is not None:
        return rows.in_year(doubt, year)
    return rows.days_said(task, plan, chosen)


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
