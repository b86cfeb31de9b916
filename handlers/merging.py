"""`sáp nhập QLVH vào TCPC`, `đổi tên QLVH thành …`: units change, the work goes on, the old name is still known."""

import re
from collections.abc import Callable

from sqlmodel import col, select

from handlers.authority import Action
from handlers.roles_said import OF_ONE_UNIT, blocks, end, privately, unit_named
from handlers.talk import Answered, Command, NotMine, Refused, Talk, pick
from lang.text import _
from schedules.tell import Kind
from schedules.views import numbered
from storage.models import ChatUnit, Deadline, Question, Role, Unit, UnitSetMember
from storage.outbox import Words

_INTO = re.compile(r"(.+?)\s+(?:vào|vao|với|voi)\s+(.+)", re.IGNORECASE)
_AS = re.compile(r"(.+?)\s+(?:thành|thanh|là)\s+(.+)", re.IGNORECASE)
_SHORT = re.compile(r"(.+?)\s*\(([^()]{1,20})\)\s*")
LONGEST_NAME = 120


def run(talk: Talk) -> Answered:
    renames = talk.name == "doi ten"
    said = (_AS if renames else _INTO).fullmatch(talk.words.strip(" ."))
    if said is None:
        if talk.words:
            raise NotMine
        talk.need(Action.PEOPLE)
        raise Refused(_("Xin ghi như: sáp nhập QLVH vào TCPC; đổi tên QLVH thành Phòng Văn hóa và Gia đình (VHGĐ)"))
    talk.need(Action.PEOPLE)
    privately(talk)
    if renames:
        return _rename(talk, unit_named(talk, said[1]), said[2])
    unit, into = unit_named(talk, said[1]), unit_named(talk, said[2])
    if unit.id == into.id:
        raise Refused(_("Xin ghi hai đơn vị khác nhau, không chỉ {unit}.", unit=into.name))
    talk.ask("merge", {"unit": unit.id, "into": into.id}, [(_("Sáp nhập"), True), (_("Không"), False)])
    asked = _(
        "Sáp nhập {unit} vào {into}: chuyển {counts}.", unit=unit.name, into=into.name, counts=_counts(talk, unit)()
    )
    note = _("Kết quả đã ghi vẫn mang tên cũ. Rút lại được trong 24 giờ.")
    return Words("\n".join([asked, note, *numbered([_("Sáp nhập"), _("Không")])]))


def _counts(talk: Talk, unit: Unit) -> Callable[[], str]:
    """What a unit has now, to be said later too."""
    tasks, groups = len(_open(talk, unit)), len(_chats(talk, unit))
    persons = len({role.person_id for role in _roles(talk, unit)})
    return lambda: _(
        "{tasks} việc chưa xong, {people} người, {groups} nhóm", tasks=tasks, people=persons, groups=groups
    )


def _open(talk: Talk, unit: Unit) -> list[Deadline]:
    query = select(Deadline).where(Deadline.unit_id == unit.id, col(Deadline.done_at).is_(None))
    return list(talk.session.exec(query.where(col(Deadline.cancelled_at).is_(None)).order_by(col(Deadline.id))))


def _roles(talk: Talk, unit: Unit) -> list[Role]:
    query = select(Role).where(Role.unit_id == unit.id).order_by(col(Role.id))
    return [role for role in talk.session.exec(query) if role.until is None or role.until >= talk.today]


def _chats(talk: Talk, unit: Unit) -> list[ChatUnit]:
    return list(talk.session.exec(select(ChatUnit).where(ChatUnit.unit_id == unit.id).order_by(col(ChatUnit.chat_id))))


def answer_merge(talk: Talk, question: Question, words: str) -> Answered:
    wanted = pick(question, words)
    talk.need(Action.PEOPLE)
    if not wanted:
        return Words(_("Không sáp nhập, giữ nguyên hai đơn vị."))
    units = talk.directory.by_id
    unit, into = units[question.subject["unit"]], units[question.subject["into"]]
    if unit.closed_at is not None or into.closed_at is not None:
        raise Refused(_("Một trong hai đơn vị đã sáp nhập."))
    return _merge(talk, unit, into)


def _merge(talk: Talk, unit: Unit, into: Unit) -> Words:
    """Everything open, the people and the groups of a unit are another's from now on, in one event."""
    counts = _counts(talk, unit)
    told = dict.fromkeys(row.chat_id for one in (unit, into) for row in _chats(talk, one))
    talk.journal.touch(unit)
    unit.merged_into, unit.closed_at = into.id, talk.now
    twice = _move_deadlines(talk, unit, into)
    _move_roles(talk, unit, into)
    _move_chats(talk, unit, into)
    members = list(talk.session.exec(select(UnitSetMember).where(UnitSetMember.unit_id == unit.id)))
    shrunk = [one.name for one in blocks(talk.session, unit.office_id) if one.id in {row.set_id for row in members}]
    talk.journal.gone(*members)
    talk.write("merge", f"{unit.name} → {into.name}")
    talk.forget_units()

    def said() -> Words:
        names = {"unit": unit.name, "into": into.name}
        head = _("Từ hôm nay {unit} sáp nhập vào {into}: chuyển {counts}.", **names, counts=counts())
        return Words(head + "\n" + _("Mã việc không đổi; tên cũ vẫn dùng được."), actions=("/viec",))

    for chat in told:
        talk.tell(chat, Kind.UNITS, said)
    lines = [said().text]
    if twice:
        lines.append(_("{n} việc hai đơn vị cùng phải làm nay là một.", n=twice))
    lines += [_("{block} không còn {unit}, xin xem lại: {block} = …", block=name, unit=unit.name) for name in shrunk]
    lines.append(_("Nhầm thì trả lời trong 24 giờ: hoàn tác"))
    return Words("\n".join(lines), actions=("hoàn tác",))


def _move_deadlines(talk: Talk, unit: Unit, into: Unit) -> int:
    """Hand over what is open; what the other unit owes as well (a report of both) is owed once. How many were."""
    owed = {(one.task_id, one.due) for one in _open(talk, into)}
    twice = 0
    for deadline in _open(talk, unit):
        talk.journal.touch(deadline)
        if (deadline.task_id, deadline.due) in owed:
            deadline.cancelled_at = talk.now
            twice += 1
        else:
            deadline.unit_id = into.id or 0
    return twice


def _move_roles(talk: Talk, unit: Unit, into: Unit) -> None:
    held = {(role.person_id, role.kind) for role in _roles(talk, into)}
    for role in _roles(talk, unit):
        if role.kind in OF_ONE_UNIT and (role.person_id, role.kind) in held:
            end(talk, role)
            continue
        talk.journal.touch(role)
        role.unit_id = into.id


def _move_chats(talk: Talk, unit: Unit, into: Unit) -> None:
    there = {row.chat_id for row in _chats(talk, into)}
    rows = _chats(talk, unit)
    chats = [row.chat_id for row in rows]
    talk.journal.gone(*rows)
    for chat in chats:
        if chat not in there:
            row = ChatUnit(chat_id=chat, unit_id=into.id or 0)
            talk.session.add(row)
            talk.session.flush()
            talk.journal.made(row)


def _rename(talk: Talk, unit: Unit, words: str) -> Words:
    name, short_name = words.strip(' .«»"'), unit.short_name
    if with_short := _SHORT.fullmatch(name):
        name, short_name = with_short[1], with_short[2].strip()
    name = name[:1].upper() + name[1:]
    if len(name) > LONGEST_NAME:
        raise Refused(_("Tên đơn vị dài quá {n} chữ.", n=LONGEST_NAME))
    for one in (name, short_name):
        other = talk.directory.one(one) if one else None
        if other is not None and other.id != unit.id:
            raise Refused(_("Đã có đơn vị «{name}». Nhập hai đơn vị: sáp nhập A vào B", name=other.name))
    if any(one.name == name and one.id != unit.id for one in talk.directory.units):
        raise Refused(_("Một đơn vị trước đây mang tên «{name}». Xin chọn tên khác.", name=name))
    if (name, short_name) == (unit.name, unit.short_name):
        raise Refused(_("Đơn vị đang mang tên này."))
    old = unit.name
    talk.journal.touch(unit)
    gone = [one for one in (unit.name, unit.short_name) if one and one not in (name, short_name)]
    unit.aliases = [*unit.aliases, *(one for one in gone if one not in unit.aliases)]
    unit.name, unit.short_name = name, short_name
    talk.write("rename", f"{old} → {name}")
    talk.forget_units()

    def said() -> Words:
        head = _("Từ hôm nay {old} đổi tên thành {new}.", old=old, new=f"{name} ({short_name})" if short_name else name)
        return Words(head + "\n" + _("Việc và mã việc không đổi; tên cũ vẫn dùng được."))

    for row in _chats(talk, unit):
        talk.tell(row.chat_id, Kind.UNITS, said)
    back = _("Nhầm thì trả lời trong 24 giờ: hoàn tác")
    return Words("\n".join([said().text, back]), actions=("hoàn tác",))


COMMAND = Command(
    name="sáp nhập",
    slash="sapnhap",
    says=("sát nhập", "nhập đơn vị", "đổi tên"),
    help="",
    example="sáp nhập QLVH vào TCPC",
    place=25,
    action=Action.PEOPLE,
    run=run,
    anyone=True,
)
ANSWERS = {"merge": answer_merge}
