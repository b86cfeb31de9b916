"""`chuyển Minh sang TCPC`, `thôi việc Minh`: a person goes, the work stays with its unit."""

import re
from datetime import date, timedelta

from handlers import roles_said
from handlers.authority import Action
from handlers.people_file import leave
from handlers.roles import add, keep_an_admin, listed, tell_new
from handlers.roles_said import OF_ONE_UNIT, Said, Unclear, as_typed, current, everybody, privately, unit_named, who
from handlers.talk import Answered, Command, NotMine, Refused, Talk, pick
from lang import ranges
from lang.fold import fold
from lang.ranges import NoRange
from lang.text import _
from schedules.views import numbered
from storage import people
from storage.models import Person, Question, RoleKind, Unit
from storage.outbox import Words

_QUITS = ("thoi viec", "nghi viec", "nghi huu", "chuyen cong tac")
_MOVE = re.compile(
    r"(?P<who>.+?)(?: (?:tu|khoi) (?P<out>.+?))? (?:sang|ve|den|qua|vao) (?P<into>.+?)"
    r"(?:,? lam (?P<role>.+?))?(?:,? (?:tu|ke tu) (?:ngay )?(?P<since>\S*\d\S*|mai|hom nay))?[ .]*$"
)


def run(talk: Talk) -> Answered:
    if talk.name in _QUITS:
        return _quits(talk)
    said = _MOVE.match(fold(talk.words))
    if said is None or not (talk.office and people.named(talk.session, talk.office.id or 0, said["who"])):
        raise NotMine
    talk.need(Action.PEOPLE)
    privately(talk)
    person, into = who(talk, said["who"]), unit_named(talk, as_typed(talk.words, said["into"]))
    since = _since(talk, said["since"])
    own = list(dict.fromkeys(role.unit_id for role in current(talk, person) if role.kind in OF_ONE_UNIT))
    if said["out"]:
        out = unit_named(talk, said["out"])
        if out.id not in own:
            raise Refused(_("{name} không thuộc {unit}.", name=person.name, unit=out.name))
        own = [out.id]
    role = said["role"] or ""
    if len(own) > 1:
        units = [talk.directory.by_id[unit] for unit in own if unit]
        subject = {"person": person.id, "into": into.id, "role": role, "since": since and since.isoformat()}
        talk.ask("move_from", subject, [(unit.name, unit.id) for unit in units])
        asked = _("Anh/chị {name} thuộc nhiều đơn vị. Chuyển đi từ đơn vị nào?", name=person.name)
        return Words("\n".join([asked, *numbered(unit.name for unit in units)]))
    return _move(talk, person, talk.directory.by_id[own[0]] if own and own[0] else None, into, role, since)


def answer_from(talk: Talk, question: Question, words: str) -> Answered:
    out = pick(question, words)
    talk.need(Action.PEOPLE)
    subject = question.subject
    since = date.fromisoformat(subject["since"]) if subject["since"] else None
    units = talk.directory.by_id
    person = talk.session.get_one(Person, subject["person"])
    return _move(talk, person, units[out], units[subject["into"]], subject["role"], since)


def _since(talk: Talk, words: str | None) -> date | None:
    """The first day in the new unit; None: today."""
    if not words:
        return None
    try:
        day = ranges.read(words, talk.local).since
    except NoRange:
        raise Refused(_("Nhắc Việc chưa hiểu ngày. Xin ghi như: từ 01/7")) from None
    return day if day > talk.today else None


def _move(talk: Talk, person: Person, out: Unit | None, into: Unit, role: str, since: date | None) -> Words:
    if out is not None and out.id == into.id:
        raise Refused(_("{name} đang ở {unit}.", name=person.name, unit=into.name))
    try:
        new = roles_said.read(talk, role, into.name) if role else (Said(RoleKind.STAFF, into.id),)
    except Unclear as unclear:
        raise Refused(roles_said.sentence(unclear.sentence)) from None
    old = [
        one for one in current(talk, person) if out is not None and one.unit_id == out.id and one.kind in OF_ONE_UNIT
    ]
    left = {one.kind for one in old}
    roles_said.end(talk, *old, after=since - timedelta(days=1) if since else None)
    made = [add(talk, person, said, since) for said in new]
    talk.write("transfer", f"{person.name} → {into.name}")
    tell_new(talk, person, made)
    head = _("Đã chuyển {name}: {roles}.", name=person.name, roles=listed(talk, made))
    lines = [head, *_missing(talk, out, left), _("Việc của đơn vị cũ ở lại đơn vị đó.")]
    lines.append(_("Nhầm thì trả lời trong 24 giờ: hoàn tác"))
    return Words("\n".join(lines), actions=("hoàn tác",))


def _missing(talk: Talk, unit: Unit | None, left: set[RoleKind]) -> list[str]:
    """What a unit lacks once somebody has gone."""
    if unit is None:
        return []
    kept = {
        role.kind
        for _person, roles in everybody(talk)
        for role in roles
        if role.unit_id == unit.id and role.until is None
    }
    lines = []
    if RoleKind.FOCAL in left - kept:
        lines.append(_("{unit} nay chưa có đầu mối.", unit=unit.name))
    if RoleKind.HEAD in left - kept:
        lines.append(_("{unit} nay chưa có lãnh đạo đơn vị.", unit=unit.name))
    return lines


def _quits(talk: Talk) -> Words:
    if not talk.words or not (talk.office and people.named(talk.session, talk.office.id or 0, talk.words)):
        raise NotMine
    talk.need(Action.PEOPLE)
    privately(talk)
    person = who(talk, talk.words)
    held = current(talk, person)
    if any(role.kind is RoleKind.ADMIN for role in held):
        keep_an_admin(talk, held)
    left = {role.kind for role in held}
    units = {role.unit_id for role in held if role.kind in OF_ONE_UNIT and role.unit_id}
    leave(talk, person)
    talk.write("quit", person.name)
    lines = [_("Đã ghi {name} thôi làm việc tại cơ quan: không còn quyền, mã hết hiệu lực.", name=person.name)]
    for unit in sorted(units):
        lines += _missing(talk, talk.directory.by_id[unit], left)
    lines.append(_("Nhầm thì trả lời trong 24 giờ: hoàn tác"))
    return Words("\n".join(lines), actions=("hoàn tác",))


COMMAND = Command(
    name="chuyển",
    slash="chuyen",
    says=("điều chuyển", "điều động", "thôi việc", "nghỉ việc", "nghỉ hưu", "chuyển công tác"),
    help="",
    example="chuyển Minh sang TCPC",
    place=24,
    action=Action.PEOPLE,
    run=run,
    anyone=True,
)
ANSWERS = {"move_from": answer_from}
