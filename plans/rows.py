"""The rows of a task table as entries: torn rows joined, page headers dropped, days that stand over their rows put to
their times, marks in a unit's column turned into its name."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

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
# «nt», «-nt-», «như trên», «//»: what stands in the row above.
_DITTO = re.compile(r"[\W_]*(?:nt|nhu tren)[\W_]*$|[\s\-–.]*(?:\"|''|″|”|“|//)[\s\-–.]*$")
_TOTAL = re.compile(r"(?:tong(?: cong| so)?|cong)\W*$")
_HELPS = ("ph", "p", "phoi hop", "phoi", "o", "0", "tham gia")
CELLS = ("lead", "coordinating", "product", "time")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a task table with its torn pieces joined. Cells are as written; line ends are kept in unit cells.
    `no` is «-» or «+» for a row that begins with a bullet. `swapped`: day and month may have changed places in its
    time. `runs`: neighbouring months or quarters are marked, each a deadline or one stretch of time."""

    no: str
    title: str
    lead: str = ""
    coordinating: str = ""
    product: str = ""
    time: str = ""
    measure: str = ""
    swapped: bool = False
    runs: bool = False

    @property
    def bare(self) -> bool:
        return not (self.lead or self.coordinating or self.product or self.time)


def entries(rows: tuple[Row, ...], where: Columns) -> list[Entry]:
    """The entries below a header; rows torn by a page end are joined to the row they continue."""
    out: list[Entry] = []
    day = ""
    for row in rows:
        if tuple(fold(cell) for cell in row.cells) in where.header or is_index(row):
            continue
        filled = {cell.strip() for cell in row.cells if cell.strip()}
        if len(filled) == 1 and _DAY.match(next(iter(filled))):
            day = squeeze(filled.pop())
            continue
        entry = _entry(row, where)
        if not (entry.no or entry.title or not entry.bare) or _TOTAL.match(fold(entry.title)):
            continue
        day = squeeze(_cell(row, where, "day")) or day
        if out and _continues(out[-1], entry, row.broken, "no" in where.at):
            out[-1] = _joined(out[-1], entry)
            continue
        if day and not _DATED.search(entry.time):
            entry = replace(entry, time=f"{entry.time} {day}".strip())
        out.append(entry)
    return _spelt_out(out)


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
    lead, coordinating = _cell(row, where, "lead"), _cell(row, where, "coordinating")
    if where.marks:
        lead, coordinating = _marked(row, where)
    elif lead and not coordinating:
        lead, coordinating = units.lead_and_others(lead)
    marked = _periods(row, where)
    time = ", ".join([*([time] if time else []), *(name for _, name in marked)])
    runs = any(after[0] - before[0] == 1 for before, after in pairwise(marked))
    return Entry(no, title, lead, coordinating, product, time, measure, where.at.get("time") in row.swapped, runs)


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
    return False


def _joined(last: Entry, entry: Entry) -> Entry:
    def join(one: str, two: str) -> str:
        return f"{one} {two}".strip()

    return replace(
        last,
        title=join(last.title, entry.title),
        swapped=last.swapped or entry.swapped,
        runs=last.runs or entry.runs,
        **{role: join(getattr(last, role), getattr(entry, role)) for role in CELLS},
    )
