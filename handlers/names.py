"""Names in a plan's unit columns that the office does not know: «Phòng Qản lý Văn hóa», «Phòng QLVH». Which unit is
meant is asked, the likeliest offered; what nobody knows is proposed as a unit when the plan is agreed."""

import re
from collections.abc import Sequence

from handlers.rows import follow, plain, refs_words
from handlers.talk import Refused, Talk
from lang.doubts import Doubt
from lang.fold import fold
from lang.text import _
from plans import Fault
from storage import plans, units
from storage.models import Plan, Task, Unit

ALIAS = re.compile(
    r"(?:ghi\s+)?[«\"“]?(?P<name>[^«»\"“”]+?)[»\"”]?\s+(?:là|la)\s+(?P<unit>.+)", re.IGNORECASE | re.DOTALL
)


def unknown(talk: Talk, plan: Plan) -> dict[str, list[Task]]:
    """Names that look like units of the office and are not known yet, each with its rows."""
    named: dict[str, tuple[str, list[Task]]] = {}
    for task in plans.tasks(talk.session, plan):
        for cell in (*task.lead, *task.coordinating):
            name = " ".join(cell.split()).strip(" .;,")
            known = talk.directory.one(name) is not None or talk.directory.who([name]).units
            if units.looks_like_unit(name) and not known:
                rows = named.setdefault(units.key(name), (name[:1].upper() + name[1:], []))[1]
                if task not in rows:
                    rows.append(task)
    return dict(named.values())


def doubt(talk: Talk, plan: Plan) -> dict[str, list[Task]]:
    """Put a doubt on every row with a name near that of a unit; all the unknown names."""
    found = unknown(talk, plan)
    for name, tasks in found.items():
        if talk.directory.nearest(name):
            for task in tasks:
                task.doubts = [*task.doubts, plain(Doubt("unit_unknown", {"words": name}))]
    return found


def doubted(talk: Talk, plan: Plan) -> list[str]:
    """The names about which it is still open which unit they mean."""
    tasks = plans.tasks(talk.session, plan)
    return list(dict.fromkeys(one["args"]["words"] for task in tasks for one in task.doubts if _is_name(one)))


def rows_with(talk: Talk, plan: Plan, name: str) -> list[Task]:
    """The rows in which it is open whom `name` means."""
    return [
        task
        for task in plans.tasks(talk.session, plan)
        if any(_is_name(one) and fold(one["args"]["words"]) == fold(name) for one in task.doubts)
    ]


def means(talk: Talk, plan: Plan, name: str, unit: Unit | None) -> str:
    """From now on `name` means `unit`; without one it is none of those the office has. What was understood, in
    words."""
    tasks = rows_with(talk, plan, name)
    talk.journal.touch(*tasks)
    for task in tasks:
        task.doubts = [one for one in task.doubts if not (_is_name(one) and fold(one["args"]["words"]) == fold(name))]
    if unit is None:
        return _("Đã ghi: «{name}» là đơn vị khác, sẽ hỏi khi đồng ý KH{number}.", name=name, number=plan.number)
    talk.journal.touch(unit)
    unit.aliases = [*unit.aliases, name]
    talk.forget_units()
    follow(talk, plan, tasks)
    return _("Đã ghi: «{name}» là {unit}.", name=name, unit=unit.name)


def ownerless(talk: Talk, plan: Plan) -> list[Task]:
    """The rows that no unit of the office owes."""
    return [task for task in plans.tasks(talk.session, plan) if not plans.owed_by(task, talk.directory)]


def said(talk: Talk, plan: Plan, words: str) -> str | None:
    """«Phòng QLVH là Phòng Quản lý Văn hóa», typed about a name in the plan; None when the words are no such thing."""
    told = ALIAS.fullmatch(words.strip(" ."))
    if told is None or not any(units.key(told["name"]) == units.key(name) for name in _names(talk, plan)):
        return None
    unit = talk.unit(told["unit"].strip(' .«»"'))
    if talk.directory.one(told["name"]) is unit:
        raise Refused(_("Đã ghi trước đó: «{name}» là {unit}.", name=told["name"], unit=unit.name))
    return means(talk, plan, told["name"].strip(), unit)


def _names(talk: Talk, plan: Plan) -> Sequence[str]:
    return [cell for task in plans.tasks(talk.session, plan) for cell in (*task.lead, *task.coordinating)]


def _is_name(stored: dict[str, object]) -> bool:
    return stored["code"] == "unit_unknown"


def faults(talk: Talk, found: dict[str, list[Task]]) -> list[Fault]:
    """The unknown names as the proof-reader's findings: those that may be a slip, then the others."""
    listed = [
        Fault("unit_unknown", refs_words(tasks), name, tuple(unit.name for unit in talk.directory.nearest(name)))
        for name, tasks in found.items()
    ]
    return sorted(listed, key=lambda fault: not fault.near)
