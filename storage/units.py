"""Who a plan's words mean: «Văn phòng Sở», «Phòng KH-TC», «các phòng chuyên môn và đơn vị trực thuộc»."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein
from sqlmodel import Session, col, select

from lang.fold import fold
from lang.text import N_
from storage import people
from storage.models import Event, Unit, UnitKind, UnitSet, UnitSetMember

ROOMS = N_("Các phòng chuyên môn")
ATTACHED = N_("Các đơn vị trực thuộc")

# How a plan names several units at once, folded: the office's rooms, what is attached to it.
_SAYS_ROOMS = re.compile(
    r"^(cac |nhung )?phong( chuyen mon| quan ly| chuc nang| nghiep vu| ban)*( chuyen mon| thuoc so| cua so)*$"
)
_SAYS_ATTACHED = re.compile(r"^(cac |nhung )?don vi( su nghiep)?( cong lap)?( truc thuoc| thuoc)?( so| cua so)?$")
_OUTSIDE = re.compile(
    r"^(so|bo|ubnd|hdnd|uy ban|hoi dong|tinh|cac|nhung|to chuc|ca nhan|can bo|cong chuc|chuyen vien|lanh dao"
    r"|giam doc|ban giam doc|thu truong)\b"
)
_ABOVE = re.compile(
    r"\b(chinh phu|quoc hoi|chu tich nuoc|trung uong|toi cao|ubnd|hdnd|uy ban nhan dan|hoi dong nhan dan|tinh uy"
    r"|thanh uy|huyen uy|quan uy|thi uy|dang uy|ban chi dao|cap (?:tinh|huyen|xa))\b"
)
_SEVERAL = re.compile(r"(?:,|;|\bva\b)\s*(?:cac|nhung|don vi|co quan|phong(?!,? chong)|chuyen vien|can bo|cong chuc)\b")
_UNIT = re.compile(
    r"^(van phong|phong|thanh tra|trung tam|chi cuc|ban|bao tang|thu vien|doan|nha hat|truong|quy|to|benh vien"
    r"|cong an|vien)\b"
)


NEAR = 85
"""Likeness of two names, of 100, from which one may be the other with a slip."""
FEW_NEAR = 3
SHORTEST_PART = 5
"""Letters of a part of a name that may stand for all of it."""
LONG = 5
"""A word this long is still known with one letter wrong."""


@dataclass(frozen=True, slots=True)
class Who:
    """What words mean: ids of units in chart order, and the words that name no unit of the office."""

    units: tuple[int, ...]
    strange: tuple[str, ...]


def key(words: str) -> str:
    """Spellings of one name fold to one key: «Phòng Tổ chức – Pháp chế», «phòng tổ chức-pháp chế»; «Văn phòng Sở»."""
    folded = re.sub(r"[^a-z0-9 ]+", " ", fold(words))
    return re.sub(r"^(phong|van phong|thanh tra)(.*?) (so|tinh)$", r"\1\2", " ".join(folded.split()))


def guess_kind(name: str) -> UnitKind:
    """What a name says a unit is; the admin confirms it."""
    folded = fold(name)
    if folded.startswith("van phong"):
        return UnitKind.SECRETARIAT
    if folded.startswith("thanh tra"):
        return UnitKind.INSPECTORATE
    if folded.startswith("phong"):
        return UnitKind.DEPARTMENT
    return UnitKind.ATTACHED if _UNIT.match(folded) else UnitKind.OUTSIDE


def looks_like_unit(name: str) -> bool:
    """Whether words can name one unit of an office: not a set, not people, not another body, not several at once."""
    folded = fold(name)
    others = _OUTSIDE.match(folded) or _ABOVE.search(folded) or _SEVERAL.search(folded) or _SAYS_ROOMS.match(folded)
    return bool(_UNIT.match(folded)) and not others and len(folded) < 80


def _abbreviates(words: str, unit: Unit) -> bool:
    """«Phòng QLVH», «Phòng KH-TC»: what the unit is, then the first letters of the rest of its name."""
    kind, _space, letters = " ".join(words.split()).partition(" ")
    name = key(unit.name).split()
    if not re.fullmatch(r"[A-ZĐ][A-ZĐ&.–-]+", letters) or fold(kind) != name[0]:
        return False
    return re.sub(r"[^a-z]", "", fold(letters)) == "".join(word[0] for word in name[1:] if word != "va")


def _called(said: list[str], name: list[str], capitals: bool) -> bool:
    if not said or len(said) > len(name):
        return False
    if any(all(map(_alike, said, name[at:])) for at in range(len(name) - len(said) + 1)):
        return len("".join(said)) >= SHORTEST_PART
    rest = said[1:] if said[0] == name[0] else []
    if rest and any(all(map(_alike, rest, name[at:])) for at in range(1, len(name) - len(rest) + 1)):
        return True
    letters = rest[0] if len(rest) == 1 else said[0] if capitals and len(said) == 1 else ""
    return len(letters) > 1 and letters in "".join(word[0] for word in name[1 if rest else 0 :])


def _alike(said: str, word: str) -> bool:
    return said == word or (len(word) >= LONG and DamerauLevenshtein.distance(said, word, score_cutoff=1) <= 1)


class Directory:
    """An office's units and unit sets, loaded once to look words up. The name of a merged unit means the one it is
    part of now."""

    def __init__(self, session: Session, office_id: int) -> None:
        self._session, self._office_id = session, office_id
        self.units = people.units(session, office_id)
        self.by_id = {unit.id or 0: unit for unit in self.units}

    @cached_property
    def _names(self) -> dict[str, int]:
        """Whom each name means; folded when the first one is looked up."""
        names: dict[str, int] = {}
        for unit in sorted(self.units, key=lambda unit: unit.closed_at is not None):
            for name in (unit.name, unit.short_name, *unit.aliases):
                if name:
                    names.setdefault(key(name), self.today(unit))
        return names

    @cached_property
    def sets(self) -> dict[str, list[int]]:
        """The units of each set, by its folded name."""
        sets: dict[str, list[int]] = {}
        for name, unit_id in self._session.exec(
            select(UnitSet.name, UnitSetMember.unit_id)
            .join(UnitSetMember, col(UnitSetMember.set_id) == UnitSet.id)
            .where(UnitSet.office_id == self._office_id)
        ):
            sets.setdefault(key(name), []).append(unit_id)
        return sets

    @property
    def open(self) -> list[Unit]:
        """The units there are today; a merged one keeps what it has done, and nothing new comes to it."""
        return [unit for unit in self.units if unit.closed_at is None]

    def today(self, unit: Unit) -> int:
        """Whose the matters of a unit are since it was merged."""
        while unit.merged_into is not None:
            unit = self.by_id[unit.merged_into]
        return unit.id or 0

    def one(self, words: str) -> Unit | None:
        """The unit that goes by this name."""
        found = self._names.get(key(words))
        return self.by_id[found] if found else None

    def nearest(self, words: str) -> list[Unit]:
        """The units whose name these words may be a slip of the pen for, or the first letters of («Phòng QLVH»), the
        likeliest first; never taken for one without asking."""
        likely = process.extract(key(words), list(self._names), scorer=fuzz.ratio, score_cutoff=NEAR, limit=None)
        meant = [self._names[name] for name, _score, _n in likely]
        meant += [unit.id or 0 for unit in self.units if _abbreviates(words, unit)]
        return [self.by_id[unit] for unit in dict.fromkeys(meant)][:FEW_NEAR]

    def for_short(self, words: str) -> list[Unit]:
        """The units of today that people may call so for short: by what the unit is and a part of the rest of its name
        («phòng Du lịch», «phòng VH»), by a part of it alone («bảo tàng»), by the first letters of one («TDTT»)."""
        said = key(words).split()
        return [unit for unit in self.open if _called(said, key(unit.name).split(), words.strip().isupper())]

    def who(self, words: Iterable[str]) -> Who:
        """The units meant by the cells of a lead or senders column."""
        meant: set[int] = set()
        strange: list[str] = []
        for cell in words:
            found = self._cell(cell)
            if found is None:
                strange.append(cell)
            else:
                meant |= found
        order = [unit.id or 0 for unit in self.units if unit.id in meant]
        return Who(tuple(order), tuple(strange))

    def _cell(self, cell: str) -> set[int] | None:
        if unit := self.one(cell):
            return {unit.id or 0}
        if (found := self._set(cell)) is not None:
            return found
        parts = [part.strip(" .;") for part in re.split(r",|;|\bvà\b|\n", cell) if part.strip(" .;")]
        if len(parts) < 2:
            return None
        meant: set[int] = set()
        for part in parts:
            found = {unit.id or 0} if (unit := self.one(part)) else self._set(part)
            if found is None:
                return None
            meant |= found
        return meant

    def _set(self, words: str) -> set[int] | None:
        folded = key(words)
        if folded in self.sets:
            return set(self.sets[folded])
        if _SAYS_ROOMS.match(folded):
            return set(self.sets.get(key(ROOMS), ()))
        if _SAYS_ATTACHED.match(folded):
            return set(self.sets.get(key(ATTACHED), ()))
        return None


def name_then(session: Session, unit: Unit, at: datetime) -> str:
    """The name that a unit had at that moment, as the journal tells it."""
    undone = select(Event.takes_back).where(col(Event.takes_back).is_not(None))
    renamings = select(Event).where(Event.office_id == unit.office_id, Event.action == "rename", Event.at > at)
    for event in session.exec(renamings.where(col(Event.id).not_in(undone)).order_by(col(Event.id))):
        for table, id, before, _after in event.changes:
            if (table, id) == ("unit", unit.id):
                return str(before["name"])
    return unit.name


def create(session: Session, office_id: int, names: Sequence[tuple[str, UnitKind]]) -> list[Unit]:
    """Add units in this order after those that are there, and keep the two sets in step.

    The inspectorate is left out of «các phòng chuyên môn»: whether it is one of them is asked (`include`)."""
    have = Directory(session, office_id)
    made = [
        Unit(office_id=office_id, name=name, kind=kind, position=len(have.units) + n)
        for n, (name, kind) in enumerate(names, 1)
    ]
    session.add_all(made)
    session.flush()
    for unit in made:
        if unit.kind is UnitKind.DEPARTMENT:
            include(session, unit, ROOMS)
        elif unit.kind is UnitKind.ATTACHED:
            include(session, unit, ATTACHED)
    return made


def include(session: Session, unit: Unit, name: str) -> None:
    """Make a unit one of a named set."""
    found = session.exec(select(UnitSet).where(UnitSet.office_id == unit.office_id, UnitSet.name == name)).first()
    if found is None:
        found = UnitSet(office_id=unit.office_id, name=name)
        session.add(found)
        session.flush()
    session.merge(UnitSetMember(set_id=found.id or 0, unit_id=unit.id or 0))
