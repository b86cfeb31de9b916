"""The rows of a task table as entries: torn rows joined, page headers dropped, days that stand over their rows put to
their times, marks in a unit's column turned into its name."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from lang import deadlines
from lang.fold import fold
from plans import units
from plans.pages import UNFINISHED, Row, squeeze
from plans.table import Columns, is_index

_BULLET = re.compile(r"([-+•*–])\s+(?=\S)")
_NUMBER_IN_TITLE = re.compile(
    r"^([IVXLC]+|[A-ZĐ]|\d+(?:\.\d+)*|[a-zđ])(?:[.)/]\s*|\s*[-–:]\s+)(?=\S)|^(\d+(?:\.\d+)+)\s+(?=\S)"
)
# A row or a cell that names the day of the rows below it: «Thứ Hai, 02/6», «Chủ nhật (ngày 08/6)».
_DAY = re.compile(r"^(?:thứ\s*(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s*nhật|t[2-7]|cn)\b[^|]{0,30}$", re.IGNORECASE)
_DATED = re.compile(r"\d\s*/\s*\d|\b(?:tháng|quý|năm)\b", re.IGNORECASE)
_SINCE = re.compile(r"(?:kể\s+)?từ\b|bắt đầu\b", re.IGNORECASE)
# «nt», «-nt-», «như trên», «//»: what stands in the row above.
_DITTO = re.compile(r"[\W_]*(?:nt|nhu tren)[\W_]*$|[\s\-–.]*(?:\"|''|″|”|“|//)[\s\-–.]*$")
_BARE = re.compile(r"(?:\d{1,2}|[IVX]+)$")
_A_DAY = re.compile(r"(?:ngày\s+)?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?", re.IGNORECASE)
# A time that a day stands over, «8h00», «14 giờ 30», «Sáng»; and one that alone in a row heads a part of the day.
_OF_DAY = re.compile(r"\b(?:sáng|trưa|chiều|tối|cả ngày|\d{1,2}\s*(?:h|g|giờ|:)\s*(?:\d{2})?)(?!\w)", re.IGNORECASE)
_PART_OF_DAY = re.compile(r"(?:buổi\s+)?(?:sáng|trưa|chiều|tối)\W*$", re.IGNORECASE)
# A heading that is the time of the rows below it: «THÁNG 3/2024», «Quý II», «6 tháng cuối năm».
_OF_PERIOD = re.compile(
    r"(?:(?:tháng|quý)\s+(?:\d{1,2}|[IVX]+)|0?[69]\s+tháng\s+(?:đầu|cuối)\s+năm)(?:\s*[/-]\s*\d{4}|\s+năm\s+\d{4})?\s*:?$",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(?:tong(?: cong| so)?|cong)\W*$")
_HELPS = ("ph", "p", "phoi hop", "phoi", "o", "0", "tham gia")
CELLS = ("lead", "coordinating", "product", "time")
_ANY_YEAR = 2024


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a task table with its torn pieces joined. Cells are as written; line ends are kept in unit cells.
    `no` is «-» or «+» for a row that begins with a bullet. `swapped`: day and month may have changed places in its
    time. `runs`: neighbouring months or quarters are marked, each a deadline or one stretch of time. `lent`: its time
    stands in a row above it. `heads`: it is no row of its own but what a column of fields says of the rows below."""

    no: str
    title: str
    lead: str = ""
    coordinating: str = ""
    product: str = ""
    time: str = ""
    measure: str = ""
    swapped: bool = False
    runs: bool = False
    lent: bool = False
    heads: bool = False

    @property
    def bare(self) -> bool:
        return not (self.lead or self.coordinating or self.product or self.time)


def entries(rows: tuple[Row, ...], where: Columns) -> list[Entry]:
    """The entries below a header; rows torn by a page end are joined to the row they continue."""
    out: list[Entry] = []
    day = period = field = ""
    broken = False
    for row in rows:
        broken = broken or row.broken
        if tuple(fold(cell) for cell in row.cells) in where.header or is_index(row):
            continue
        filled = {cell.strip() for cell in row.cells if cell.strip()}
        if len(filled) == 1 and _DAY.match(next(iter(filled))):
            day = squeeze(filled.pop())
            continue
        above, field = field, squeeze(_cell(row, where, "field")) or field
        entry = _entry(row, where)
        if field != above and (not broken or entry.no):
            out.append(_field(field))
        if not (entry.no or entry.title or not entry.bare) or _TOTAL.match(fold(entry.title)):
            continue
        own = squeeze(_cell(row, where, "day"))
        torn, broken = broken, False
        of_period = entry.bare and bool(_OF_PERIOD.match(entry.title))
        if out and not of_period and _continues(out[-1], entry, torn, "no" in where.at):
            out[-1] = _joined(out[-1], entry)
            continue
        if entry.bare and not own and entry.no not in ("-", "+"):
            period = entry.title if of_period else ""
            day = day if _PART_OF_DAY.match(entry.title) else ""
            if of_period and not entry.no:
                continue
        day = own or day
        within = not entry.time or (_OF_DAY.search(entry.time) and not _DATED.search(entry.time))
        if day and within and (own or not entry.bare):
            entry = replace(entry, time=f"{entry.time} {day}".strip())
        if period and not (entry.time or entry.bare):
            entry = replace(entry, time=period)
        out.append(entry)
    spelt = _spelt_out(out)
    return _filled(spelt, where) if all(row.covered is None for row in rows) else spelt


def _field(words: str) -> Entry:
    numbered = _NUMBER_IN_TITLE.match(words)
    if not numbered:
        return Entry("", words, heads=True)
    return Entry(numbered[1] or numbered[2], words[numbered.end() :], heads=True)


def _filled(found: list[Entry], where: Columns) -> list[Entry]:
    """The same entries, with what a column before the titles says once for a block of rows written into each of them,
    as cells that were merged come out of a source that does not tell of merging. A column that writes the same twice in
    a row does not; what is empty in it is missing."""
    out = found
    for role in CELLS:
        cells = [getattr(entry, role) for entry in found if not entry.bare]
        before = where.at.get(role, where.width) < where.at["title"]
        if not before or any(one and one == two for one, two in pairwise(cells)):
            continue
        also = ("coordinating",) if role == "lead" and "coordinating" not in where.at else ()
        block: dict[str, str] = {}
        for i, entry in enumerate(out):
            if getattr(entry, role) or (entry.bare and (entry.heads or entry.no[:1].isupper())):
                block = {name: getattr(entry, name) for name in (role, *also)}
            elif not entry.bare:
                lent = entry.lent or (role == "time" and bool(block.get(role)))
                out[i] = replace(entry, swapped=entry.swapped, runs=entry.runs, lent=lent, heads=entry.heads, **block)
    return out


def _spelt_out(found: list[Entry]) -> list[Entry]:
    """The same entries, with what a cell only repeats from the row above written into it."""
    out: list[Entry] = []
    above = dict.fromkeys(CELLS, "")
    for entry in found:
        cells = {role: getattr(entry, role) for role in CELLS}
        above |= {role: cell for role, cell in cells.items() if cell and not _DITTO.match(fold(cell))}
        lead, coordinating, product, time = (above[role] if cells[role] else "" for role in CELLS)
        out.append(replace(entry, lead=lead, coordinating=coordinating, product=product, time=time))
    return out


def _cell(row: Row, where: Columns, role: str) -> str:
    i = where.at.get(role, len(row.cells))
    return row.cells[i].strip() if i < len(row.cells) else ""


def _entry(row: Row, where: Columns) -> Entry:
    no, title = squeeze(_cell(row, where, "no")), squeeze(_cell(row, where, "title"))
    if not title and len(no) > 8:
        no, title = "", no
    if not no and title:
        numbered, bullet = _NUMBER_IN_TITLE.match(title), _BULLET.match(title)
        if numbered:
            no, title = numbered[1] or numbered[2], title[numbered.end() :]
        elif bullet and "no" not in where.at:
            no, title = "+" if bullet[1] == "+" else "-", title[bullet.end() :]
    product, time, measure = (squeeze(_cell(row, where, role)) for role in ("product", "time", "measure"))
    begins = squeeze(_cell(row, where, "start"))
    for role, word in where.of_periods:
        time = f"{word} {time}" if role == "time" and _BARE.match(time) else time
        begins = f"{word} {begins}" if role == "start" and _BARE.match(begins) else begins
    if begins and time:
        time = time if fold(time) == fold(begins) else f"{begins} - {time}"
    elif begins and where.at.get("time") in (row.covered or ()):
        time = begins
    elif begins and not _A_DAY.fullmatch(begins):
        time = f"từ {begins}" if _ends(begins) and not _SINCE.match(begins) else begins
    lead, coordinating = _cell(row, where, "lead"), _cell(row, where, "coordinating")
    if where.marks:
        lead, coordinating = _marked(row, where)
    elif lead and not coordinating:
        lead, coordinating = units.lead_and_others(lead)
    marked = _periods(row, where)
    time = ", ".join([*([time] if time else []), *(name for _, name in marked)])
    runs = any(after[0] - before[0] == 1 for before, after in pairwise(marked))
    return Entry(no, title, lead, coordinating, product, time, measure, where.at.get("time") in row.swapped, runs)


def _ends(begins: str) -> bool:
    """Whether what a task begins with would be read as the day it is due: «Tháng 4», not «Thường xuyên»."""
    return deadlines.read(begins).meaning(_ANY_YEAR).kind in ("date", "window")


def _marked(row: Row, where: Columns) -> tuple[str, str]:
    """Who leads and who helps, where each unit has a column of its own with «x» or «CT», «PH» in it."""
    lead: list[str] = []
    helping: list[str] = []
    for i, name in where.marks:
        mark = fold(row.cells[i]).strip(" .") if i < len(row.cells) else ""
        if mark:
            (helping if mark in _HELPS else lead).append(name)
    return "; ".join(lead), "; ".join(helping)


def _periods(row: Row, where: Columns) -> list[tuple[int, str]]:
    """The months or quarters marked in a row, where each has a column of its own."""
    return [(i, name) for i, name in where.periods if i < len(row.cells) and row.cells[i].strip(" -–")]


def _continues(last: Entry, entry: Entry, broken: bool, numbered: bool) -> bool:
    if entry.no:
        return False
    if not entry.title or entry.title[:1].islower() or UNFINISHED.search(last.title):
        return True
    if entry.bare and numbered:
        return bool(_BULLET.match(entry.title)) or (broken and not last.title.endswith((".", ":", ";")))
    return numbered and broken and _fits(last, entry)


def _fits(last: Entry, entry: Entry) -> bool:
    """Whether a row without a number at the top of a page is the rest of the row above: one of its cells begins in the
    middle of a sentence or a time, or goes on with one that stopped there."""
    if entry.title[0] in "([" or last.title.count("(") > last.title.count(")"):
        return True
    cells = [(getattr(last, role), getattr(entry, role)) for role in CELLS]
    return any(two and (two[0].islower() or (one and UNFINISHED.search(one))) for one, two in cells) or bool(
        last.time and entry.time and not _tells(entry.time) and _tells(f"{last.time} {entry.time}")
    )


def _tells(time: str) -> bool:
    return deadlines.read(time).meaning(_ANY_YEAR).kind != "unknown"


def _joined(last: Entry, entry: Entry) -> Entry:
    def join(one: str, two: str) -> str:
        return one if fold(one) == fold(two) else f"{one} {two}".strip()

    return replace(
        last,
        title=join(last.title, entry.title),
        swapped=last.swapped or entry.swapped,
        runs=last.runs or entry.runs,
        lent=last.lent,
        heads=last.heads,
        **{role: join(getattr(last, role), getattr(entry, role)) for role in CELLS},
    )
