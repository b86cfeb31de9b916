"""What follows «tiến độ», «quá hạn», «việc»: whose matters, of which days, which page, in any order; and at the head of
a page the same, said in full."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from handlers import more
from handlers.authority import Action
from handlers.roles_said import bare_block, blocks
from handlers.talk import NotMine, Refused, Talk, alone
from lang import spans
from lang.fold import fold
from lang.ranges import NoRange, Range
from lang.text import _
from schedules.views import MOST_ACTIONS, Page, Sight, names, office_words, short
from storage.models import Unit
from storage.people import with_former
from storage.units import Directory

LONGEST_SPAN = 10
"""Words in the longest period that is looked for."""
MOST_WORDS = 24
_PAGE = re.compile(r"(?:^|\s+)trang\s+(\d{1,3})$", re.IGNORECASE)
_TAIL = frozenset(("a", "nhe", "nha", "nao", "gi", "khong", "voi", "di", "the", "vay"))
_JOINT = frozenset(("cua", "o", "tai", "ben", "cho", "trong", "thuoc"))
_ALL = re.compile(
    r"(?:cua )?(?:toi|em|minh|chung toi|chung em|(?:phong|don vi|ben|khoi)(?: (?:toi|em|minh|ta|nay))?)"
    r"|(?:toan|ca) (?:so|co quan|don vi)|tat ca(?: cac)?(?: don vi| cac don vi)?|cac don vi|"
)
One = TypeVar("One")
_ANY_MOMENT = datetime(2023, 1, 1)  # noqa: DTZ001  (whether a period is named, not which)


@dataclass(frozen=True, slots=True)
class Meant:
    """Units that words name: how they are called, and how they are typed."""

    ids: tuple[int, ...]
    name: str
    typed: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: of these units, due in these days (None: in any), from this page on."""

    sight: Sight
    whose: str
    span: Range | None
    page: int
    _typed: str

    def head(self, talk: Talk, else_: str) -> str:
        """«Phòng Quản lý Văn hóa, quý II (01/4 - 30/6)»; without a period, `else_` after the name."""
        said = spans.words(self.span, talk.today) if self.span else else_
        return f"{self.whose}, {said}"

    def again(self, talk: Talk, command: str, page: int = 1) -> str:
        """The sentence that asks `command` for the same: «/viec QLVH tháng 6 trang 2»."""
        span = spans.sentence(self.span, talk.today) if self.span else ""
        turned = f"trang {page}" if page > 1 else ""
        return " ".join(part for part in (command, self._typed, span, turned) if part)

    def every(self, talk: Talk, command: str) -> str:
        """The sentence that asks `command` for the same units, of whatever days."""
        return replace(self, span=None).again(talk, command)

    def part(self, rows: Sequence[One], size: int, command: str) -> Sequence[One]:
        """The part of the list that is on the page asked for, `size` rows long. Refuses a page after the last."""
        start = (self.page - 1) * size
        if start and start >= len(rows):
            raise Refused(_("Không có trang {n}. Gõ {command} để xem từ đầu.", n=self.page, command=command))
        return rows[start : start + size]

    def go_on(self, talk: Talk, page: Page, command: str, left: int) -> str:
        """The sentence that goes on with the list where some is `left`: it becomes the last button of `page`, and
        «xem thêm» finds it."""
        following = self.again(talk, command, self.page + 1) if left else ""
        page.actions = [*page.actions[: MOST_ACTIONS - bool(following)], *([following] if following else [])]
        more.keep(talk, following)
        return following


def read(talk: Talk, slash: str, words: str) -> Asked:
    """What is asked for by `words`, said after /`slash`. Refuses units that may not be seen here; raises `NotMine` for
    words that are neither units nor days, with what would be understood."""
    sight = talk.units_for(Action.SEE)
    turned = _PAGE.search(words)
    page = max(1, int(turned[1])) if turned else 1
    said = _bare(words[: turned.start()] if turned else words)
    for rest, span in _splits(said, talk.local):
        if _ALL.fullmatch(fold(rest)):
            return Asked(sight, whose(talk, sight), span, page, "")
        if meant := _meant(talk, rest, sight):
            return Asked(_within(sight, meant), meant.name, span, page, meant.typed)
    raise _strange(talk, slash, said, sight)


def narrowed(talk: Talk, sight: Sight, words: str) -> Sight:
    """`sight` narrowed to the units that `words` name; refuses those that may not be seen here."""
    meant = _meant(talk, words, sight)
    if meant is None:
        raise NotMine
    return _within(sight, meant)


def overheard(*commands: str) -> Callable[[str, str], bool]:
    """`fits` for one of these names with nothing after it, or only a period of more than a day."""
    bare = alone(*commands)

    def fits(name: str, words: str) -> bool:
        if bare(name, words):
            return True
        span = _span(_bare(words), _ANY_MOMENT)
        return bare(name, "") and span is not None and span.since < span.until

    return fits


def whose(talk: Talk, sight: Sight) -> str:
    """At the head of a page: whose matters it shows."""
    return office_words(talk.here) if sight.whole else names(talk.directory.by_id[unit] for unit in sight.units)


def one_unit(talk: Talk, sight: Sight) -> bool:
    """Whether all of it is one unit's today, with what that unit was before."""
    return len([unit for unit in sight.units if talk.directory.by_id[unit].closed_at is None]) < 2


def _bare(words: str) -> str:
    """Without the small words around what is asked."""
    parts = words.strip(" \t\n.,;:?!").split()
    while parts and fold(parts[-1]).strip(".,?!") in _TAIL:
        parts.pop()
    while parts and fold(parts[0]) in _JOINT:
        parts.pop(0)
    return " ".join(parts).strip(" .,;:?!")


def _span(words: str, now: datetime) -> Range | None:
    try:
        return spans.read(words, now)
    except NoRange:
        return None


def _splits(words: str, now: datetime) -> Iterator[tuple[str, Range | None]]:
    """Every way in which `words` are a period and, before or after it, something else; the longest period first, none
    at all last."""
    parts = words.split()
    if len(parts) <= MOST_WORDS:
        for length in range(min(len(parts), LONGEST_SPAN), 0, -1):
            ends = (parts[:-length], parts[-length:]), (parts[length:], parts[:length])
            for rest, time in ends if length < len(parts) else ends[:1]:
                if (span := _span(" ".join(time), now)) is not None:
                    yield _bare(" ".join(rest)), span
    yield words, None


def _meant(talk: Talk, words: str, sight: Sight) -> Meant | None:
    return (_exactly(talk, words) or _for_short(talk, words, sight)) if words else None


def _within(sight: Sight, meant: Meant) -> Sight:
    if not set(meant.ids) <= set(sight.units):
        raise Refused(
            _(
                "Ở đây chỉ xem được việc của đơn vị mình. Việc của {unit} xem trong nhóm của đơn vị đó.",
                unit=meant.name,
            )
        )
    return Sight(tuple(unit for unit in sight.units if unit in meant.ids), False)


def _exactly(talk: Talk, words: str) -> Meant | None:
    """The units that go by this name: one, several with «và», a block of them."""
    directory = talk.directory
    if unit := directory.one(words) or directory.one(f"Phòng {words}"):
        return _one(talk, unit)
    if block := _block(talk, words):
        return block
    told = directory.who([words])
    if told.strange or not told.units:
        return None
    units = [directory.by_id[unit] for unit in told.units]
    return Meant(told.units, words[:1].upper() + words[1:] if len(units) > 2 else names(units), words)


def _one(talk: Talk, unit: Unit) -> Meant:
    return Meant(with_former(talk.session, [unit.id or 0]), unit.name, unit.called)


def _block(talk: Talk, words: str) -> Meant | None:
    if not fold(words).startswith("khoi "):
        return None
    for block in blocks(talk.session, talk.here.id or 0):
        ids = talk.directory.who([block.name]).units
        if ids and bare_block(block.name) == bare_block(words):
            return Meant(with_former(talk.session, ids), block.name, block.name[:1].lower() + block.name[1:])
    return None


def _for_short(talk: Talk, words: str, sight: Sight) -> Meant | None:
    """The one unit that may be meant by a short form or a slip of the pen."""
    near = _near(talk.directory, words)
    mine = [unit for unit in near if unit.id in sight.units]
    found = mine or (near if fold(words).split()[0] == "phong" else [])
    return _one(talk, found[0]) if len(found) == 1 else None


def _near(directory: Directory, words: str) -> list[Unit]:
    return directory.for_short(words) or [unit for unit in directory.nearest(words) if unit.closed_at is None]


def _strange(talk: Talk, slash: str, words: str, sight: Sight) -> NotMine:
    """What is said of words that name neither units nor days, to whoever addressed the bot with them."""
    for rest, span in _splits(words, talk.local):
        near = [unit for unit in _near(talk.directory, rest) if unit.id in sight.units]
        if near:
            ways = [Asked(sight, "", span, 1, _one(talk, unit).typed) for unit in near[:MOST_ACTIONS]]
            text = _("Chưa rõ «{words}» là đơn vị nào. Gần nhất: {units}.", words=short(rest, 40), units=names(near))
            return NotMine(text, tuple(way.again(talk, f"/{slash}") for way in ways))
    unknown = next(_splits(words, talk.local))[0] or words
    text = _(
        "Chưa rõ «{words}» là đơn vị hay thời gian nào. Thử: {examples}.",
        words=short(unknown, 40),
        examples=", ".join(f"/{slash} {example}" for example in _examples(talk, sight)),
    )
    return NotMine(text)


def _examples(talk: Talk, sight: Sight) -> Sequence[str]:
    units = [talk.directory.by_id[unit] for unit in sight.units if talk.directory.by_id[unit].closed_at is None]
    unit = units[0].called if units and not one_unit(talk, sight) else ""
    return (*((unit,) if unit else ()), "tháng 6", "quý II")
