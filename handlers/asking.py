"""How the doubts of a plan are asked about: the rows one answer may settle, the choices, and a sentence for each choice
that says what it is about."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from handlers.rows import ABOUT_UNITS, refs_words, sure_days
from handlers.talk import Talk
from lang import doubts
from lang.doubts import Doubt
from lang.fold import fold
from lang.spoken_days import day_words_with_year, short_day_with_year
from lang.text import N_, _
from schedules.views import MOST_ACTIONS, numbered, short
from storage.models import Plan, Task
from storage.outbox import Words

KEEP, NONE, YEAR, SUGGESTED, EACH, OTHER = "keep", "none", "year", "suggested", "each", "other"
NOT_OFFERED = ("no_such_day", "report_date_unclear", "not_understood", "backward")
"""What was read beside these doubts is not offered as an answer: it would lead astray."""
FEW_CHOICES = 5
FEW_ROWS = 4
LONGEST_ACTION = 64
_TOGETHER = {
    "year_mismatch": N_("KH{number} có {n} dòng ghi năm khác năm {year} của kế hoạch. Thời hạn đúng thuộc năm nào?"),
    "no_such_day": N_("KH{number} có {n} dòng nêu ngày không có trong lịch. Thời hạn đúng là?"),
    "lead_missing": N_("KH{number} có {n} dòng để trống đơn vị chủ trì. Đơn vị nào chủ trì?"),
    "time_missing": N_("KH{number} có {n} dòng để trống thời gian. Thời hạn đúng là?"),
    "which_dates": N_("KH{number} có {n} dòng chỉ nêu số lần, chưa nêu ngày. Các ngày đến hạn là?"),
    "report_date_unclear": N_("KH{number} có {n} dòng chưa nêu ngày gửi báo cáo. Gửi vào những ngày nào?"),
    "smudged": N_("KH{number} có {n} dòng có chữ bị nhoè ở cột thời gian. Đang đọc như dưới đây, đúng không?"),
    "day_or_month": N_("KH{number} có {n} ô Excel có thể đã đổi chỗ ngày và tháng. Thời hạn đúng là?"),
    "start_not_due": N_("KH{number} có {n} dòng chỉ nêu lúc bắt đầu. Hạn là ngày nào?"),
    "vague_part": N_("KH{number} có {n} dòng chưa nêu ngày cụ thể. Lấy ngày dưới đây được không?"),
}
_ANY_KIND = N_("KH{number} có {n} dòng chưa rõ thời hạn theo cùng một cách. Thời hạn đúng là?")


def kind_of(doubt: Doubt) -> str:
    """What one answer may settle: doubts of one code; of a name, that name."""
    return f"{doubt.code} {fold(doubt.args['words'])}" if doubt.code == "unit_unknown" else doubt.code


def ask(
    talk: Talk, plan: Plan, group: Sequence[tuple[Task, Doubt]], skipped: Sequence[str], apart: Sequence[str]
) -> Words:
    """Ask about the rows of `group`, in the same doubt each. `skipped` and `apart` are the kinds that were left for
    later, or are asked row by row: the answer goes on from there."""
    choices = _choices(talk, group)
    tasks = [task for task, _doubt in group]
    about = {"plan": plan.id, "tasks": [task.id for task in tasks], "kind": kind_of(group[0][1]), "heard": talk.heard}
    talk.ask("doubt", about | {"skipped": list(skipped), "apart": list(apart)}, choices)
    labels = [label for label, _value in choices]
    lines = numbered(labels, 60 if len(labels) > FEW_CHOICES else 0)
    if group[0][1].code == "unit_unknown":
        asked = [
            _asked_whom(plan, tasks, group[0][1].args["words"], [one for one, chosen in choices if chosen != OTHER])
        ]
    else:
        asked = _asked(plan, *group[0]) if len(group) == 1 else _asked_together(plan, group)
    buttons = [_typed(talk, plan, group, chosen) for _label, chosen in choices] if len(choices) <= FEW_CHOICES else []
    fitting = [button for button in buttons if button and len(button.encode()) <= LONGEST_ACTION]
    return Words("\n".join([*asked, *lines, _hint(group)]), actions=tuple(fitting[:MOST_ACTIONS]))


def _asked_whom(plan: Plan, tasks: Sequence[Task], name: str, near: Sequence[str]) -> str:
    said = {"number": plan.number, "refs": refs_words(tasks), "words": name, "near": _(" hay ").join(near)}
    if not near:
        return _("KH{number}, dòng {refs} ghi «{words}», cơ quan chưa có đơn vị tên này. Là đơn vị nào?", **said)
    return _("KH{number}, dòng {refs} ghi «{words}», có phải {near}?", **said)


def _asked(plan: Plan, task: Task, doubt: Doubt) -> list[str]:
    where = _("Dòng {ref}, KH{number}: {title}", ref=task.ref, number=plan.number, title=short(task.title))
    if doubt.code == "lead_missing":
        return [where, _("Kế hoạch để trống đơn vị chủ trì. Đơn vị nào chủ trì?")]
    if doubt.code == "time_missing":
        return [where, _("Kế hoạch để trống thời gian. Thời hạn đúng là?")]
    asked = doubts.words(doubt)
    if fold(task.phrase) not in fold(asked):
        asked = _("Kế hoạch ghi «{phrase}».", phrase=short(task.phrase, 120)) + " " + asked
    return [where, asked]


def _asked_together(plan: Plan, group: Sequence[tuple[Task, Doubt]]) -> list[str]:
    first = group[0][1]
    lines = [_(_TOGETHER.get(first.code, _ANY_KIND), number=plan.number, n=len(group), year=plan.year)]
    alike = len({doubt.suggest or doubt.dates for _task, doubt in group}) == 1
    for task, doubt in group[:FEW_ROWS]:
        wrote = short(task.title) if first.code in ("lead_missing", "time_missing") else f"«{short(task.phrase)}»"
        days = ", ".join(map(short_day_with_year, doubt.suggest or doubt.dates))
        lines.append(f"{task.ref} {wrote}" + (f" → {days}" if days and not alike else ""))
    if left := group[FEW_ROWS:]:
        lines.append(_("và {n} dòng khác: {refs}", n=len(left), refs=refs_words([task for task, _doubt in left])))
    return lines


def _hint(group: Sequence[tuple[Task, Doubt]]) -> str:
    code = group[0][1].code
    if code in ABOUT_UNITS:
        return _("Trả lời bằng số hoặc tên đơn vị; «để sau» để chuyển dòng khác.")
    if len(group) > 1 and code == "year_mismatch":
        return _("Trả lời bằng số, hoặc ghi năm (ví dụ năm 2023); «để sau» để chuyển câu khác.")
    if len(group) > 1:
        return _("Trả lời bằng số; «để sau» để chuyển câu khác.")
    return _("Trả lời bằng số, hoặc ghi ngày (ví dụ 30/6, hoặc 15/6 và 15/12); «để sau» để chuyển dòng khác.")


def _choices(talk: Talk, group: Sequence[tuple[Task, Doubt]]) -> list[tuple[str, Any]]:
    doubt = group[0][1]
    one = len(group) == 1
    each = [] if one else [(_("Từng dòng một"), EACH)]
    if doubt.code == "unit_unknown":
        near = talk.directory.nearest(doubt.args["words"])
        return [*((unit.name, unit.id) for unit in near), (_("Một đơn vị khác"), OTHER)]
    if doubt.code == "lead_missing":
        likely = talk.directory.who(cell for row, _doubt in group for cell in row.coordinating).units
        few = [talk.directory.by_id[unit] for unit in likely] if len(likely) < FEW_CHOICES else []
        units = few or (talk.directory.units if one else [])
        return [*((unit.name, unit.id) for unit in units), *each]
    choices: list[tuple[str, Any]] = []
    suggested = [its.suggest for _task, its in group]
    read = [its.dates for _task, its in group]
    if all(suggested):
        choices.append((_label(doubt, suggested), SUGGESTED))
    if doubt.code == "either" and one:
        return [*((_days([day]), [day.isoformat()]) for day in doubt.dates), (_("Chưa có hạn"), NONE)]
    if all(read) and read != suggested and doubt.code not in NOT_OFFERED:
        if doubt.code != "year_mismatch":
            choices.append((_label(doubt, read), KEEP))
        elif one:
            choices.append((_("Giữ như kế hoạch ghi: {days}", days=_days(read[0])), KEEP))
        else:
            choices.append((_("Giữ như kế hoạch ghi"), KEEP))
    if doubt.code == "time_missing":
        choices.append((_("Cả năm"), YEAR))
    choices.append((_("Chưa có hạn"), NONE))
    return choices + each


def _label(doubt: Doubt, days: Sequence[Sequence[date]]) -> str:
    years = {day.year for some in days for day in some}
    if len(set(map(tuple, days))) == 1:
        return _days(days[0])
    if doubt.code == "year_mismatch" and len(years) == 1:
        return _("Năm {year}", year=years.pop())
    return _("Ngày ghi ở từng dòng trên")


def _days(days: Sequence[date]) -> str:
    return ", ".join(map(day_words_with_year, days))


def _typed(talk: Talk, plan: Plan, group: Sequence[tuple[Task, Doubt]], chosen: Any) -> str:
    """The sentence that says an answer and what it is about, whatever else has been asked since; empty when none
    does."""
    task, doubt = group[0]
    named = f"KH{plan.number} {', '.join(task.ref for task, _doubt in group)}"
    if doubt.code == "unit_unknown":
        unit = talk.directory.by_id.get(chosen) if isinstance(chosen, int) else None
        return f"KH{plan.number} {doubt.args['words']} là {unit.called}" if unit else ""
    if isinstance(chosen, int):
        return f"{named} giao {talk.directory.by_id[chosen].called}"
    if chosen == NONE:
        return f"{named} chưa có hạn"
    if chosen == YEAR:
        return f"{named} cả năm"
    if chosen not in (SUGGESTED, KEEP) or task.hour is not None:
        return ""
    days = [its.suggest if chosen == SUGGESTED else its.dates for _task, its in group]
    if len(group) > 1:
        years = {day.year for some in days for day in some}
        return f"{named} năm {years.pop()}" if doubt.code == "year_mismatch" and len(years) == 1 else ""
    all_days = sorted({*sure_days(task, doubt), *days[0]})
    return f"{named} {'trước' if task.strict else 'đến'} {' và '.join(map(short_day_with_year, all_days))}"
