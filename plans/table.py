"""A grid becomes the entries of a task table: which column is which, torn rows joined, page headers dropped."""

import re
from dataclasses import dataclass, replace

from lang.fold import fold
from plans import units
from plans.pages import UNFINISHED, Grid, Row, squeeze

# In this order: the first that fits a folded header names the column (DOMAIN 12.1).
_ROLES = (
    ("no", re.compile(r"(?:stt|tt|so ?tt|so thu tu|muc|ma so|ma|no\.?|#)$")),
    ("measure", re.compile(r"(?:don vi tinh|dvt)$")),
    ("start", re.compile(r"\bbat dau\b|\bkhoi cong\b|^tu ngay\b|\bngay giao\b|\bgia han\b")),
    ("lead", re.compile(r"\bchu tri\b|\bdau moi\b")),
    ("coordinating", re.compile(r"\bphoi hop\b")),
    (
        "time",
        re.compile(
            r"\bthoi (?:gian|han|diem)\b|\btien do\b|\bhan\b(?! che| muc)|\bso ngay\b|\bmoc\b|\blo trinh\b"
            r"|\bngay (?:hoan thanh|ket thuc)\b|^(?:hoan thanh|ket thuc|den ngay)$"
        ),
    ),
    (
        "lead",
        re.compile(
            r"\b(?:don vi|co quan|bo phan|phong|nguoi|can bo|to chuc)\b.*\b(?:thuc hien|phu trach|trach nhiem)\b"
            r"|^phan cong\b|^trach nhiem\b|^don vi$|^thuc hien$|^co quan$"
        ),
    ),
    ("product", re.compile(r"\bsan pham\b|\bket qua\b|\bdau ra\b")),
    (
        "title",
        re.compile(
            r"\bnoi dung\b|\bnhiem vu\b|\bcong viec\b|\bgiai phap\b|\bhoat dong\b|\bthu tuc\b|\bviec\b|\bchi tieu\b"
            r"|^ten\b|\bdanh muc\b|\bde an\b|\bvan ban\b"
        ),
    ),
)
# Of two columns that fit one role, the later is the better where its header says so.
_BETTER = {"lead": re.compile(r"\bchu tri\b"), "time": re.compile(r"\bhan\b|\b(?:hoan thanh|ket thuc)\b|^den ngay")}
_INDEX = re.compile(r"\(?\d{1,2}\)?$")
_BULLET = re.compile(r"[-+•*–]\s")
_NUMBER_IN_TITLE = re.compile(
    r"^([IVXLC]+|[A-ZĐ]|\d+(?:\.\d+)*|[a-zđ])(?:[.)/]\s*|\s*[-–:]\s+)(?=\S)|^(\d+(?:\.\d+)+)\s+(?=\S)"
)
CELLS = ("lead", "coordinating", "product", "time")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a task table with its torn pieces joined. Cells are as written; line ends are kept in unit cells.
    `swapped`: day and month may have changed places in `time`."""

    no: str
    title: str
    lead: str = ""
    coordinating: str = ""
    product: str = ""
    time: str = ""
    measure: str = ""
    swapped: bool = False

    @property
    def bare(self) -> bool:
        return not (self.lead or self.coordinating or self.product or self.time)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each role stands. `of_targets`: the table lists quantified targets, not tasks. `in_days`: the time column
    counts days («Số ngày dự kiến»)."""

    at: dict[str, int]
    width: int
    header: tuple[tuple[str, ...], ...] = ()
    of_targets: bool = False
    in_days: bool = False

    @property
    def names_tasks(self) -> bool:
        return "title" in self.at and ("lead" in self.at or "time" in self.at)


def columns(grid: Grid) -> tuple[Columns, int] | None:
    """The columns of a task table and how many of its first rows are header; None when it is no such table."""
    for start, row in enumerate(grid.rows[:6]):
        heads = [fold(cell) for cell in row.cells]
        if sum(_role(head) is not None for head in heads) < 2:
            continue
        rows = [row]
        for below in grid.rows[start + 1 : start + 3]:
            if not _under(heads, below):
                break
            rows.append(below)
        found = _placed(rows)
        if not found.names_tasks:
            continue
        end = start + len(rows)
        if end < len(grid.rows) and _is_index(grid.rows[end]):
            end += 1
        return found, end
    return None


def _role(head: str) -> str | None:
    if not head or len(head) > 60:
        return None
    return next((role for role, pattern in _ROLES if pattern.search(head)), None)


def _under(heads: list[str], below: Row) -> bool:
    """Whether `below` is the second tier of a header."""
    cells = [fold(cell) for cell in below.cells]
    fresh = [cell for i, cell in enumerate(cells) if cell and (i >= len(heads) or cell != heads[i])]
    if not fresh or any(len(cell) > 40 for cell in fresh):
        return False
    same_or_empty = all(not cell or cell == heads[i] for i, cell in enumerate(cells[:2]) if i < len(heads))
    return same_or_empty and any(_role(cell) for cell in fresh)


def _placed(rows: list[Row]) -> Columns:
    width = max(len(row.cells) for row in rows)
    at: dict[str, int] = {}
    above = ""
    targets = in_days = False
    for i in range(width):
        tiers = [fold(row.cells[i]) if i < len(row.cells) else "" for row in rows]
        if tiers[0]:
            above = tiers[0]
        own = next((tier for tier in reversed(tiers) if tier), "")
        role = _role(own) or (_role(above) if own or len(rows) > 1 else None)
        if role is None or (role in at and not (role in _BETTER and _BETTER[role].search(own))):
            continue
        if role == "lead" and role in at:
            at["measure"] = at[role]
        at[role] = i
        targets = targets or (role == "title" and own.startswith(("chi tieu", "ten chi tieu")))
        in_days = in_days or (role == "time" and "so ngay" in own)
    header = tuple(tuple(fold(cell) for cell in row.cells) for row in rows)
    return Columns(at, width, header, targets and "time" not in at, in_days)


def _is_index(row: Row) -> bool:
    filled = [cell for cell in row.cells if cell]
    return len(filled) > 2 and all(_INDEX.match(cell) for cell in filled) and len(filled) == len(row.cells)


def entries(rows: tuple[Row, ...], where: Columns) -> list[Entry]:
    """The entries below a header; rows torn by a page end are joined to the row they continue."""
    out: list[Entry] = []
    for row in rows:
        if tuple(fold(cell) for cell in row.cells) in where.header or _is_index(row):
            continue
        entry = _entry(row, where)
        if not (entry.no or entry.title or not entry.bare):
            continue
        if out and _continues(out[-1], entry, row.broken, "no" in where.at):
            out[-1] = _joined(out[-1], entry)
        else:
            out.append(entry)
    return out


def _entry(row: Row, where: Columns) -> Entry:
    def cell(role: str) -> str:
        i = where.at.get(role, len(row.cells))
        return row.cells[i].strip() if i < len(row.cells) else ""

    no, title = squeeze(cell("no")), squeeze(cell("title"))
    if not title and len(no) > 8:
        no, title = "", no
    if not no and title:
        numbered = _NUMBER_IN_TITLE.match(title)
        if numbered:
            no, title = numbered[1] or numbered[2], title[numbered.end() :]
    product, time, measure = (squeeze(cell(role)) for role in ("product", "time", "measure"))
    lead, coordinating = cell("lead"), cell("coordinating")
    if lead and not coordinating:
        lead, coordinating = units.lead_and_others(lead)
    return Entry(no, title, lead, coordinating, product, time, measure, where.at.get("time") in row.swapped)


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
        **{role: join(getattr(last, role), getattr(entry, role)) for role in CELLS},
    )
