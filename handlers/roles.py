"""`vai trò Minh: trưởng phòng QLVH từ 10/6 đến 20/6`: who may do what; duty and delegation have their days."""

from collections.abc import Callable
from datetime import date

from handlers import roles_said
from handlers.authority import Action
from handlers.roles_said import OF_ONE_UNIT, Said, Unclear, current, everybody, privately, role_words, roles_words, who
from handlers.talk import Answered, Command, Refused, Talk, pick
from lang import ranges
from lang.fold import fold
from lang.ranges import NoRange
from lang.text import _
from schedules.tell import Kind
from schedules.views import numbered
from storage import people
from storage.models import Person, Question, Role, RoleKind
from storage.outbox import Words

_OVER = ("thoi", "bo", "khong con", "het", "mien", "thoi giu")
_Days = tuple[date | None, date | None]


def run(talk: Talk) -> Answered:
    privately(talk)
    if not talk.words:
        raise Refused(
            _("Xin ghi tên và vai trò, ví dụ: vai trò Minh: đầu mối QLVH; thôi giữ: vai trò Minh: thôi đầu mối")
        )
    name, rest = _name_first(talk, talk.words)
    person = who(talk, name)
    if not rest:
        return Words(f"{person.name}: {roles_words(talk, person)}.")
    for over in sorted(_OVER, key=len, reverse=True):
        if fold(rest).startswith(f"{over} "):
            return _taken(talk, person, " ".join(rest.split()[len(over.split()) :]))
    said, days = _days_last(talk, rest)
    own = {role.unit_id for role in current(talk, person) if role.kind in OF_ONE_UNIT and role.unit_id}
    lacking = roles_said.lacks_unit(said)
    if lacking and len(own) > 1:
        units = [talk.directory.by_id[unit] for unit in sorted(own)]
        subject = {"person": person.id, "said": said, "days": [day and day.isoformat() for day in days]}
        talk.ask("role_unit", subject, [(unit.name, unit.id) for unit in units])
        asked = _("Anh/chị {name} thuộc nhiều đơn vị. Vai trò này ở đơn vị nào?", name=person.name)
        return Words("\n".join([asked, *numbered(unit.name for unit in units)]))
    unit = talk.directory.by_id[own.pop()].name if lacking and own else ""
    return _given(talk, person, said, unit, days)


def answer_unit(talk: Talk, question: Question, words: str) -> Answered:
    unit = pick(question, words)
    talk.need(Action.PEOPLE)
    since, until = (date.fromisoformat(day) if day else None for day in question.subject["days"])
    person = talk.session.get_one(Person, question.subject["person"])
    return _given(talk, person, question.subject["said"], talk.directory.by_id[unit].name, (since, until))


def _name_first(talk: Talk, words: str) -> tuple[str, str]:
    """The name that words begin with, and the rest: up to the colon, else the longest name of somebody here."""
    if ":" in words:
        name, _colon, rest = words.partition(":")
        return name.strip(), rest.strip()
    said = words.split()
    for at in range(len(said), 0, -1):
        if people.named(talk.session, talk.here.id or 0, " ".join(said[:at])):
            return " ".join(said[:at]), " ".join(said[at:])
    return words, ""


def _days_last(talk: Talk, words: str) -> tuple[str, _Days]:
    """The role, and from when until when it is held; either day may be open."""
    said = words.split()
    for at in range(1, len(said)):
        head = fold(said[at])
        if head not in ("tu", "den", "trong", "ngay") or not any(letter.isdigit() for letter in " ".join(said[at:])):
            continue
        try:
            return " ".join(said[:at]).strip(" ,"), _days(talk, head, " ".join(said[at:]))
        except NoRange as none:
            if none.past:
                raise Refused(_("Những ngày này đã qua. Xin ghi cả năm nếu cần.")) from None
            raise Refused(_("Nhắc Việc chưa hiểu ngày. Xin ghi như: từ 10/6 đến 20/6")) from None
    return words, (None, None)


def _days(talk: Talk, head: str, words: str) -> _Days:
    try:
        found = ranges.read(words, talk.local)
    except NoRange:
        one = ranges.read(words.split(maxsplit=1)[1], talk.local)
        if head == "tu":
            return one.since, None
        if head == "den" and one.since == one.until:
            return None, one.until
        raise
    return found.since, found.until


def _given(talk: Talk, person: Person, words: str, unit: str, days: _Days) -> Words:
    try:
        roles = roles_said.read(talk, words, unit)
    except Unclear as unclear:
        raise Refused(roles_said.sentence(unclear.sentence)) from None
    lasting = [role for role in current(talk, person) if role.until is None]
    new = [said for said in roles if not any(_is(role, said) for role in lasting)]
    if not new:
        raise Refused(_("{name} đã giữ vai trò này: {roles}.", name=person.name, roles=roles_words(talk, person)))
    made = [add(talk, person, said, *days) for said in new]
    talk.write("role", person.name)
    tell_new(talk, person, made)
    head = _("Đã ghi {name}: {roles}.", name=person.name, roles=listed(talk, made))
    return Words("\n".join([head, _now(talk, person), _("Nhầm thì trả lời: hoàn tác")]), actions=("hoàn tác",))


def add(talk: Talk, person: Person, said: Said, since: date | None = None, until: date | None = None) -> Role:
    """Give a person a role."""
    role = Role(
        person_id=person.id or 0, kind=said.kind, unit_id=said.unit, set_id=said.block, since=since, until=until
    )
    talk.session.add(role)
    talk.session.flush()
    talk.journal.made(role)
    return role


def _taken(talk: Talk, person: Person, words: str) -> Words:
    held = current(talk, person)
    named = {role.unit_id for role in held if role.unit_id}
    found: list[Role] = []
    try:
        unit = "; ".join(talk.directory.by_id[one].name for one in sorted(named))
        for said in roles_said.read(talk, words, unit):
            found += [role for role in held if _is(role, said) and role not in found]
    except Unclear as unclear:
        raise Refused(roles_said.sentence(unclear.sentence)) from None
    if not found:
        raise Refused(
            _("{name} không giữ vai trò này. Hiện có: {roles}.", name=person.name, roles=roles_words(talk, person))
        )
    keep_an_admin(talk, found)
    head = _("Đã ghi {name} thôi: {roles}.", name=person.name, roles=listed(talk, found))
    _tell(talk, person, lambda: _("Anh/chị thôi vai trò: {roles}.", roles=listed(talk, found)))
    roles_said.end(talk, *found)
    talk.write("role", person.name)
    return Words("\n".join([head, _now(talk, person), _("Nhầm thì trả lời: hoàn tác")]), actions=("hoàn tác",))


def _is(role: Role, said: Said) -> bool:
    if role.kind is not said.kind or role.set_id != said.block:
        return False
    return role.kind not in OF_ONE_UNIT or role.unit_id == said.unit


def keep_an_admin(talk: Talk, ending: list[Role]) -> None:
    """Refuse to leave the office without anybody who could give roles."""
    ids = {role.id for role in ending}
    for _person, roles in everybody(talk):
        for role in roles:
            if role.kind is RoleKind.ADMIN and role.until is None and role.id not in ids:
                return
    raise Refused(_("Cơ quan cần ít nhất một quản trị. Xin thêm người khác trước: vai trò Lan: quản trị"))


def _now(talk: Talk, person: Person) -> str:
    return _("Hiện nay: {roles}.", roles=roles_words(talk, person))


def listed(talk: Talk, roles: list[Role]) -> str:
    return ", ".join(role_words(talk, role) for role in roles)


def tell_new(talk: Talk, person: Person, made: list[Role]) -> None:
    """Tell a person of roles that somebody else gave."""
    _tell(talk, person, lambda: _("Vai trò mới của anh/chị: {roles}.", roles=listed(talk, made)))


def _tell(talk: Talk, person: Person, told: Callable[[], str]) -> None:
    if person.id != (talk.person.id if talk.person else None):
        talk.tell_person(person.id or 0, Kind.ROLE, lambda: Words(told()))


COMMAND = Command(
    name="vai trò",
    slash="vaitro",
    says=("phân quyền", "giao quyền"),
    help="",
    example="vai trò Minh: đầu mối QLVH",
    place=22,
    action=Action.PEOPLE,
    run=run,
)
ANSWERS = {"role_unit": answer_unit}
