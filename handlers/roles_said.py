"""Roles and people as offices say them: «phó trưởng phòng QLVH», «phó giám đốc phụ trách khối Văn hóa», «chị Lan»."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from handlers.asked import capital
from handlers.talk import Refused, Talk
from lang.fold import fold
from lang.spoken_days import day_words
from lang.text import N_, _
from schedules.views import short
from storage import people, units
from storage.models import Person, Role, RoleKind, Unit, UnitKind, UnitSet

_DEPUTY = "deputy"
_PHRASES: dict[str, tuple[str, ...]] = {
    RoleKind.HEAD: (
        "trưởng phòng", "phó trưởng phòng", "phó phòng", "phụ trách phòng", "quyền trưởng phòng", "trưởng đơn vị",
        "phó trưởng đơn vị", "phó đơn vị", "thủ trưởng đơn vị", "lãnh đạo đơn vị", "lãnh đạo phòng", "trưởng ban",
        "phó trưởng ban", "trưởng đoàn", "phó trưởng đoàn", "chi cục trưởng", "phó chi cục trưởng", "chánh văn phòng",
        "phó chánh văn phòng", "chánh thanh tra", "phó chánh thanh tra", "giám đốc trung tâm", "phó giám đốc trung tâm",
        "giám đốc bảo tàng", "phó giám đốc bảo tàng", "giám đốc thư viện", "phó giám đốc thư viện",
    ),
    RoleKind.FOCAL: ("đầu mối", "cán bộ đầu mối", "công chức đầu mối", "chuyên viên đầu mối", "viên chức đầu mối"),
    RoleKind.STAFF: (
        "chuyên viên", "chuyên viên chính", "chuyên viên cao cấp", "nhân viên", "cán sự", "cán bộ", "công chức",
        "viên chức", "kế toán", "kế toán trưởng", "văn thư", "thanh tra viên",
    ),
    RoleKind.COORDINATOR: (
        "văn phòng", "chuyên viên văn phòng", "tổng hợp", "chuyên viên tổng hợp", "văn phòng theo dõi chung",
    ),
    RoleKind.LEADER: ("lãnh đạo", "lãnh đạo sở", "lãnh đạo cơ quan", "giám đốc", "giám đốc sở", "thủ trưởng cơ quan"),
    _DEPUTY: (
        "phó giám đốc", "phó giám đốc sở", "phó giám đốc phụ trách", "phó giám đốc phụ trách khối",
        "phó giám đốc sở phụ trách khối", "lãnh đạo phụ trách", "lãnh đạo phụ trách khối", "lãnh đạo khối",
        "lãnh đạo sở phụ trách khối", "phụ trách khối",
    ),
    RoleKind.ADMIN: ("quản trị", "quản trị viên", "quản trị hệ thống"),
}  # fmt: skip
_BY_LENGTH = sorted(
    ((fold(phrase).split(), kind) for kind, phrases in _PHRASES.items() for phrase in phrases),
    key=lambda one: -len(one[0]),
)
_OF_ITSELF = {
    UnitKind.SECRETARIAT: re.compile(r"(?:pho )?chanh van phong\b"),
    UnitKind.INSPECTORATE: re.compile(r"(?:pho )?chanh thanh tra\b"),
}
_WHOLE = re.compile(r"(?:ban )?(?:giam doc|lanh dao)(?: so| co quan)?|so|co quan|toan (?:so|co quan)|")
_AND = re.compile(r"\s*(?:[;,+/\n]|\b(?:kiêm|kiem|và|va)\b)\s*")
_TITLE = re.compile(r"^(?:anh/chị|anh|chị|chi|ông|ong|bà|ba|cô|chú|đồng chí|dong chi|đ/c|d/c)\s+", re.IGNORECASE)
NAMES = {
    RoleKind.STAFF: N_("chuyên viên"),
    RoleKind.FOCAL: N_("đầu mối"),
    RoleKind.HEAD: N_("lãnh đạo đơn vị"),
    RoleKind.COORDINATOR: N_("Văn phòng theo dõi chung"),
    RoleKind.LEADER: N_("lãnh đạo cơ quan"),
    RoleKind.ADMIN: N_("quản trị"),
}
OF_ONE_UNIT = (RoleKind.STAFF, RoleKind.FOCAL, RoleKind.HEAD)


class Unclear(Exception):
    """What was said is no role: `sentence` says why, without a capital and a full stop."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Said:
    """A role as it was said: in a unit, in a block of units, or with neither in the whole office."""

    kind: RoleKind
    unit: int | None = None
    block: int | None = None


def read(talk: Talk, words: str, unit: str = "") -> tuple[Said, ...]:
    """The roles that `words` name, `unit` being the words of a column beside them. Raises `Unclear`."""
    if not fold(words):
        raise Unclear(_("chưa ghi vai trò"))
    parts = [part for part in _AND.split(words) if part]
    several = all(_phrase(part) for part in parts) and "«" not in words and '"' not in words
    found: list[Said] = []
    for part in parts if several else [words]:
        found += [said for said in _one(talk, part, unit) if said not in found]
    return tuple(found)


def lacks_unit(words: str) -> bool:
    """Whether a role of one unit is said and nothing behind it."""
    told = _phrase(words)
    return told is not None and told[0] in OF_ONE_UNIT and not told[1]


def as_typed(words: str, folded: str) -> str:
    """The part of `words` that folds to `folded`."""
    said = words.split()
    length = len(folded.split())
    parts = (" ".join(said[at : at + length]).strip(" ,;.:") for at in range(len(said) - length + 1))
    return next((part for part in parts if fold(part) == folded), folded)


def _phrase(words: str) -> tuple[str, str] | None:
    """The kind of role that words begin with, and what follows."""
    folded = fold(words).split()
    for phrase, kind in _BY_LENGTH:
        if folded[: len(phrase)] == phrase:
            return kind, " ".join(words.split()[len(phrase) :]).strip(" .:")
    return None


def _one(talk: Talk, words: str, cell: str) -> Iterator[Said]:
    told = _phrase(words)
    if told is None:
        raise Unclear(_("chưa rõ vai trò «{words}»", words=short(words, 30)))
    kind, rest = told
    named = _units(talk, rest) if rest else []
    beside = [] if named or _WHOLE.fullmatch(fold(cell)) else _units(talk, cell)
    if kind == _DEPUTY:
        yield _deputy(talk, rest, named or beside)
        return
    if kind == RoleKind.LEADER:
        if not (named or beside):
            if not _WHOLE.fullmatch(fold(rest)):
                yield Said(RoleKind.LEADER, block=block(talk, rest))
                return
            if fold(cell) and not _WHOLE.fullmatch(fold(cell)):
                raise Unclear(_strange(talk, cell))
            yield Said(RoleKind.LEADER)
            return
        kind = RoleKind.HEAD  # «lãnh đạo phòng QLVH», «giám đốc Trung tâm»
    if kind in (RoleKind.ADMIN, RoleKind.COORDINATOR):
        yield Said(RoleKind(kind))
        return
    own = [
        unit
        for unit_kind, pattern in _OF_ITSELF.items()
        if pattern.match(fold(words))
        for unit in talk.directory.units
        if unit.kind is unit_kind
    ]
    found = named or own or beside
    if not found:
        raise Unclear(_strange(talk, cell or rest))
    for unit in found:
        yield Said(RoleKind(kind), unit.id)


def _deputy(talk: Talk, rest: str, found: Sequence[Unit]) -> Said:
    if found and found[0].kind is UnitKind.ATTACHED:
        return Said(RoleKind.HEAD, found[0].id)
    if not rest:
        raise Unclear(_("phó giám đốc xin ghi khối phụ trách: phó giám đốc phụ trách khối Văn hóa"))
    return Said(RoleKind.LEADER, block=block(talk, rest))


def block(talk: Talk, words: str) -> int:
    """The block of units of that name. Raises `Unclear`."""
    said = bare_block(words)
    for one in blocks(talk.session, talk.here.id or 0):
        if bare_block(one.name) == said:
            return one.id or 0
    raise Unclear(_("chưa có khối «{words}»; đặt khối bằng câu: khối Văn hóa = QLVH, TTVH", words=short(words, 30)))


def bare_block(name: str) -> str:
    """A block's name as it is compared: without «khối» and quotes."""
    return units.key(re.sub(r"^khoi\s+", "", units.key(name)))


def blocks(session: Session, office_id: int) -> list[UnitSet]:
    """The office's blocks; the two sets that plans speak of are none."""
    query = select(UnitSet).where(
        UnitSet.office_id == office_id, col(UnitSet.name).not_in((units.ROOMS, units.ATTACHED))
    )
    return list(session.exec(query.order_by(col(UnitSet.id))))


def _units(talk: Talk, words: str) -> list[Unit]:
    """The units that words name: «QLVH; TTVH», «Quản lý Văn hóa» behind «Trưởng phòng»."""
    words = re.sub(r"^(?:của|cua|tại|tai|thuộc|thuoc)\s+", "", words, flags=re.IGNORECASE)
    for name in (words, f"Phòng {words}"):
        if unit := talk.directory.one(name):
            return [unit]
    parts = [part.strip() for part in re.split(r"[;,\n]|\s+và\s+", words) if part.strip()]
    found = [talk.directory.one(part) for part in parts]
    return [unit for unit in found if unit] if len(parts) > 1 and all(found) else []


def _strange(talk: Talk, words: str) -> str:
    if not words:
        return _("chưa ghi đơn vị")
    near = ", ".join(unit.name for unit in talk.directory.nearest(words))
    strange = _("không có đơn vị «{words}»", words=short(words, 40))
    return _("{strange}; gần nhất: {near}", strange=strange, near=near) if near else strange


def privately(talk: Talk) -> None:
    """Refuse to speak of people and their rights in a group."""
    if not talk.chat.private:
        raise Refused(_("Danh sách nhân sự chỉ xem và sửa trong hội thoại riêng với Nhắc Việc."))


def unit_named(talk: Talk, words: str) -> Unit:
    """The unit of that name. Refuses with the nearest ones."""
    found = _units(talk, words)
    if len(found) != 1:
        raise Refused(talk.no_unit(words))
    return found[0]


def sentence(words: str) -> str:
    """Words as a sentence: a capital and a full stop."""
    return f"{capital(words)}."


def who(talk: Talk, words: str) -> Person:
    """The person of that name, or given name; «Minh QLVH» tells two apart. Refuses for nobody and for several."""
    bare = _TITLE.sub("", " ".join(words.split())).strip(" .,:")
    found = people.named(talk.session, talk.here.id or 0, bare)
    if not found:
        found = _with_unit(talk, bare)
    if not found:
        raise Refused(_("Danh sách nhân sự không có «{name}».", name=short(bare, 40)))
    if len(found) > 1:
        listed = "; ".join(f"{one.name} ({roles_words(talk, one)})" for one in found[:5])
        raise Refused(
            _(
                "Có {n} người tên {name}: {people}. Xin ghi đủ họ tên, hoặc tên và đơn vị.",
                n=len(found),
                name=bare,
                people=listed,
            )
        )
    return found[0]


def _with_unit(talk: Talk, words: str) -> list[Person]:
    said = words.replace("(", " ").replace(")", " ").split()
    for at in range(len(said) - 1, 0, -1):
        unit = talk.directory.one(" ".join(said[at:]).strip("- "))
        if unit is not None:
            named = people.named(talk.session, talk.here.id or 0, " ".join(said[:at]).strip("- "))
            return [one for one in named if any(role.unit_id == unit.id for role in current(talk, one))]
    return []


def current(talk: Talk, person: Person) -> list[Role]:
    """A person's roles that are not over yet."""
    query = select(Role).where(Role.person_id == person.id).order_by(col(Role.id))
    return [role for role in talk.session.exec(query) if role.until is None or role.until >= talk.today]


def everybody(talk: Talk) -> list[tuple[Person, list[Role]]]:
    """Who works here, each with the roles that are not over yet."""
    office = talk.here.id or 0
    held = people.roles_today(talk.session, office, talk.today)
    return [(person, held[person.id or 0]) for person in people.at_work(talk.session, office)]


def end(talk: Talk, *roles: Role, after: date | None = None) -> None:
    """These roles are over, their last day being `after`, else yesterday; what was done in them stays."""
    for role in roles:
        talk.journal.touch(role)
        role.until = after or talk.today - timedelta(days=1)


def role_words(talk: Talk, role: Role | Said) -> str:
    """«đầu mối Phòng Quản lý Văn hóa», «lãnh đạo phụ trách Khối Văn hóa»."""
    if isinstance(role, Said):
        role = Role(person_id=0, kind=role.kind, unit_id=role.unit, set_id=role.block)
    if role.set_id is not None:
        words = _("lãnh đạo phụ trách {block}", block=talk.session.get_one(UnitSet, role.set_id).name)
    elif role.kind in OF_ONE_UNIT and role.unit_id is not None:
        name = talk.directory.by_id[role.unit_id].name
        words = _("lãnh đạo {unit}", unit=name) if role.kind is RoleKind.HEAD else f"{_(NAMES[role.kind])} {name}"
    else:
        words = _(NAMES[role.kind])
    if role.since is not None and role.since > talk.today:
        words = _("{words} từ {day}", words=words, day=day_words(role.since))
    return _("{words} đến hết {day}", words=words, day=day_words(role.until)) if role.until is not None else words


def roles_words(talk: Talk, person: Person) -> str:
    """All of a person's roles in one line."""
    return ", ".join(role_words(talk, role) for role in current(talk, person)) or _("chưa có vai trò")
