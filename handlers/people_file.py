"""/nhansu: who works here. A list is sent, read, shown as what changes, and agreed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import col, select

from channels import FILE_LIMIT, Incoming
from handlers import roles_said
from handlers.authority import Action
from handlers.codes import hand_out
from handlers.plan_file import Secret
from handlers.roles import add
from handlers.roles_said import Said, Unclear, current, everybody, privately, role_words, roles_words
from handlers.talk import Answered, Command, NotMine, Refused, Talk, pick
from lang.fold import fold
from lang.text import N_, _
from plans import Roster, RosterRow, Unreadable, child, refusals
from schedules.views import Page, short
from storage import people
from storage.models import Leave, Person, Question, Role, RoleKind
from storage.outbox import Words

AGREE, DROP, KEEP = "đồng ý nhân sự", "bỏ nhân sự", "đồng ý nhân sự giữ người cũ"
_CHOICES = {AGREE: AGREE, KEEP: KEEP, DROP: DROP, "đồng ý": AGREE, "đúng": AGREE, "bỏ": DROP}
FEW_FAULTS, FEW_CHANGES, FEW_NAMES = 4, 3, 8
_OWN = (RoleKind.ADMIN,)
"""Roles that a list neither gives nor takes: whoever holds the office's key is no line of a spreadsheet."""


@dataclass
class Meant:
    """What a list says about one person: the roles it gives."""

    name: str
    roles: list[Said] = field(default_factory=list)


def think(incoming: Incoming) -> Roster | Unreadable:
    """Read the list, outside any transaction, in a process of its own."""
    file = incoming.files[0]
    try:
        if not incoming.private:
            return Roster((), ())
        if file.content is None:
            raise Unreadable("too_large", limit=str(FILE_LIMIT // 1024 // 1024))
        return child.roster(file.content, file.name)
    except Unreadable as error:
        return error


def run(talk: Talk) -> Answered:
    privately(talk)
    if talk.incoming.files:
        return _preview(talk)
    return _overview(talk, talk.words)


def _overview(talk: Talk, words: str) -> Words:
    """How many people there are; those of one unit; one person."""
    listed = [(one, roles) for one, roles in everybody(talk) if roles]
    linked = people.linked(talk.session, talk.here.id or 0)
    page = Page()
    unit = talk.directory.one(words) if words else None
    if words and unit is None:
        if not people.named(talk.session, talk.here.id or 0, words):
            raise NotMine
        person = roles_said.who(talk, words)
        page.line(f"{person.name}: {roles_words(talk, person)}.")
        page.line(_link_words(person.id in linked))
        return page.words()
    if unit is not None:
        of_unit = [one for one, roles in listed if any(role.unit_id == unit.id for role in roles)]
        page.head(_("{unit}: {n} người", unit=unit.name, n=len(of_unit)))
        for one in of_unit[:FEW_NAMES]:
            page.line(f"{one.name}: {roles_words(talk, one)}")
        if len(of_unit) > FEW_NAMES:
            page.line(_("và {n} người khác.", n=len(of_unit) - FEW_NAMES))
        return page.words()
    page.head(_("Danh sách nhân sự: {n} người", n=len(listed)))
    waiting = [one.name for one, _roles in listed if one.id not in linked]
    page.line(_("Đã kết nối {n}, chưa kết nối {rest}.", n=len(listed) - len(waiting), rest=len(waiting)))
    if waiting:
        page.line(_("Chưa kết nối: {names}. Cấp mã: mã và tên người hoặc đơn vị.", names=_some(waiting)))
    more = _("Thêm hoặc đổi: gửi tệp .xlsx, .csv (Họ và tên, Đơn vị, Vai trò) kèm lời nhắn «nhân sự».")
    page.line(more + talk.by_link())
    page.line(_("Đổi một người: vai trò Minh: đầu mối QLVH; chuyển Minh sang TCPC; thôi việc Minh."))
    return page.words()


def _link_words(linked: bool) -> str:
    return _("Đã kết nối.") if linked else _("Chưa kết nối. Cấp mã: mã và họ tên.")


def _preview(talk: Talk) -> Words:
    told = talk.thought
    if isinstance(told, Unreadable):
        raise (Secret if told.code == "classified" else Refused)(refusals.words(told))
    meant, faults = _understood(talk, told.rows)
    added, changed, left = _difference(talk, meant, {fold(row.name) for row in told.rows})
    page = Page()
    page.head(_("Danh sách nhân sự: đọc được {n} người", n=len(meant)))
    if told.dropped:
        dropped = ", ".join(f"«{short(name, 30)}»" if name else _("một cột không tên") for name in told.dropped)
        page.line(_("Không lưu các cột khác: {columns}.", columns=dropped))
    for fault in faults[:FEW_FAULTS]:
        page.line(fault)
    if len(faults) > FEW_FAULTS:
        page.line(_("và {n} dòng khác chưa rõ.", n=len(faults) - FEW_FAULTS))
    if added:
        page.line(_("Thêm {n}: {names}.", n=len(added), names=_some([one.name for one in added])))
    for person, roles in changed[:FEW_CHANGES]:
        after = ", ".join(role_words(talk, role) for role in roles)
        page.line(_("Đổi {name}: {before} → {after}.", name=person.name, before=roles_words(talk, person), after=after))
    if len(changed) > FEW_CHANGES:
        page.line(_("và {n} người khác đổi vai trò.", n=len(changed) - FEW_CHANGES))
    if left:
        page.line(_("Không còn trong danh sách {n}: {names}.", n=len(left), names=_some([one.name for one in left])))
    if not (added or changed or left):
        page.line(_("Không có gì thay đổi."))
        return page.words()
    rows = [[one.name, [[said.kind.value, said.unit, said.block] for said in one.roles]] for one in meant]
    choices = [(said, what) for said, what in _CHOICES.items() if left or what != KEEP]
    talk.ask("roster", {"rows": rows, "named": sorted({fold(row.name) for row in told.rows})}, choices)
    if faults:
        page.line(_("Dòng chưa rõ không được ghi: sửa tệp rồi gửi lại, hoặc đồng ý phần còn lại."))
    page.actions = [AGREE, KEEP, DROP] if left else [AGREE, DROP]
    return page.words()


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:FEW_NAMES])
    rest = len(names) - FEW_NAMES
    return _("{names} và {n} người khác", names=shown, n=rest) if rest > 0 else shown


def _understood(talk: Talk, rows: Sequence[RosterRow]) -> tuple[list[Meant], list[str]]:
    """The people of a list, and what is wrong with its other lines."""
    meant: dict[str, tuple[int, Meant]] = {}
    faults: list[str] = []
    for row in rows:
        try:
            roles = roles_said.read(talk, row.role, row.unit)
        except Unclear as unclear:
            faults.append(_("Dòng {n}, {name}: {why}.", n=row.line, name=short(row.name, 30), why=unclear.sentence))
            continue
        first = meant.get(fold(row.name))
        if first is None:
            meant[fold(row.name)] = (row.line, Meant(row.name, list(roles)))
            continue
        faults.append(
            _(
                "Dòng {n}, {name}: trùng tên dòng {first}. Một người ở hai đơn vị thì ghi chung một dòng «QLVH; TTVH»; "
                "hai người thì ghi thêm để phân biệt.",
                n=row.line,
                name=short(row.name, 30),
                first=first[0],
            )
        )
    return [one for _line, one in meant.values()], faults


def _difference(
    talk: Talk, meant: Sequence[Meant], named: Collection[str]
) -> tuple[list[Meant], list[tuple[Person, list[Said]]], list[Person]]:
    """Who is new, who has other roles than before, whom the list does not name at all (`named`: folded, its unclear
    lines too)."""
    present = everybody(talk)
    met = {fold(one.name): (one, roles) for one, roles in present}
    known = {fold(one.name): (one, roles) for one, roles in present if any(role.kind not in _OWN for role in roles)}
    admins = {one.id for one, roles in present if any(role.kind in _OWN for role in roles)}
    added = [one for one in meant if fold(one.name) not in known and _id(met, one) not in admins]
    changed = []
    for one in meant:
        found = known.get(fold(one.name)) or met.get(fold(one.name))
        if found is None or one in added:
            continue
        person, roles = found
        if set(_lasting(talk, roles)) != {_key(said) for said in one.roles if said.kind not in _OWN}:
            changed.append((person, one.roles))
    left = [one for name, (one, _roles) in known.items() if name not in named and one.id not in admins]
    return added, changed, left


def _id(met: Mapping[str, tuple[Person, list[Role]]], one: Meant) -> int | None:
    found = met.get(fold(one.name))
    return found[0].id if found else None


def _lasting(talk: Talk, roles: Sequence[Role]) -> Iterator[tuple[RoleKind, int | None, int | None]]:
    """The roles that a list speaks of: those without dates. Duty and delegation are said in the chat."""
    for role in roles:
        if role.kind not in _OWN and role.until is None and (role.since is None or role.since <= talk.today):
            unit = role.unit_id if role.kind in roles_said.OF_ONE_UNIT else None
            yield role.kind, unit, role.set_id


def _key(said: Said) -> tuple[RoleKind, int | None, int | None]:
    return said.kind, said.unit, said.block


def _dropped(question: Question) -> Words:
    question.subject = {}
    return Words(_("Đã bỏ danh sách nhân sự vừa gửi, không ghi gì."))


def _agreed(talk: Talk, question: Question, *, keep: bool) -> Sequence[Words]:
    """Write the list down. `keep`: whom it does not name stays."""
    meant = [
        Meant(name, [Said(RoleKind(kind), unit, block) for kind, unit, block in roles])
        for name, roles in question.subject["rows"]
    ]
    named = set(question.subject["named"])
    question.subject = {}
    added, changed, left = _difference(talk, meant, named)
    if keep:
        left = []
    made = [_add(talk, one) for one in added]
    for person, roles in changed:
        _change(talk, person, roles)
    for person in left:
        leave(talk, person)
    talk.write("roster", f"{len(meant)} người")
    page = Page()
    page.line(
        _(
            "Đã ghi danh sách nhân sự: thêm {added}, đổi {changed}, thôi {left}.",
            added=len(added),
            changed=len(changed),
            left=len(left),
        )
    )
    page.line(_("Nhầm thì trả lời trong 24 giờ: hoàn tác"))
    page.actions = ["hoàn tác"]
    return [page.words(), *hand_out(talk, made)]


def _add(talk: Talk, one: Meant) -> Person:
    """A new person; somebody who was heard in a group under that very name is that one."""
    person = next(
        (
            known
            for known in people.named(talk.session, talk.here.id or 0, one.name)
            if fold(known.name) == fold(one.name) and not current(talk, known)
        ),
        None,
    )
    if person is None:
        person = Person(office_id=talk.here.id or 0, name=one.name)
        talk.session.add(person)
        talk.session.flush()
        talk.journal.made(person)
    for said in one.roles:
        if said.kind not in _OWN:
            add(talk, person, said)
    return person


def _change(talk: Talk, person: Person, roles: Sequence[Said]) -> None:
    wanted = [said for said in roles if said.kind not in _OWN]
    keys = {_key(said) for said in wanted}
    for role in current(talk, person):
        unit = role.unit_id if role.kind in roles_said.OF_ONE_UNIT else None
        if role.kind not in _OWN and role.until is None and (role.kind, unit, role.set_id) not in keys:
            roles_said.end(talk, role)
    have = set(_lasting(talk, current(talk, person)))
    for said in wanted:
        if _key(said) not in have:
            add(talk, person, said)


def leave(talk: Talk, person: Person) -> None:
    """A person works here no more: what was done stays in that name, the rights end, the codes are void."""
    talk.journal.touch(person)
    person.left_at = talk.now
    roles_said.end(talk, *current(talk, person))
    either = (col(Leave.person_id) == person.id) | (col(Leave.stand_in_id) == person.id)
    for one in talk.session.exec(select(Leave).where(either, Leave.until >= talk.today)):
        if one.cancelled_at is None:
            talk.journal.touch(one)
            one.cancelled_at = talk.now


def answer_roster(talk: Talk, question: Question, words: str) -> Answered:
    """«đồng ý», «bỏ» and what stands on the buttons; its choices have no numbers."""
    if words.strip(" .)").isdecimal():
        raise NotMine
    chosen = pick(question, words)
    talk.need(Action.PEOPLE)
    return _dropped(question) if chosen == DROP else _agreed(talk, question, keep=chosen == KEEP)


COMMAND = Command(
    name="nhân sự",
    slash="nhansu",
    says=("danh sách nhân sự",),
    help=N_("danh sách nhân sự, gửi kèm tệp .xlsx, .csv; vai trò Minh: đầu mối QLVH; mã Minh"),
    example="/nhansu",
    place=20,
    action=Action.PEOPLE,
    run=run,
    think=think,
)
ANSWERS = {"roster": answer_roster}
