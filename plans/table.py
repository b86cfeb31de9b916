"""Which column of a grid is which: by what its header says, else by what its cells hold."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from lang import deadlines
from lang.fold import fold
from plans import units
from plans.pages import Grid, Row, squeeze

# In this order: the first that fits a folded header names the column (DOMAIN 12.1).
_ROLES = (
    ("no", re.compile(r"(?:stt|tt|so ?tt|so thu tu|muc|ma so|ma|no\.?|#)$")),
    ("measure", re.compile(r"(?:don vi tinh|dvt)$")),
    ("aside", re.compile(r"\bghi chu\b|\bkinh phi\b|\bdia diem\b|\bngay (?:ban hanh|ky)\b|\bcan cu\b|\bso hieu\b")),
    ("aside", re.compile(r"\bngay giao\b|\bgia han\b|\blanh dao\b")),
    ("start", re.compile(r"\bbat dau\b|\bkhoi cong\b|^tu (?:ngay|thang|quy)\b")),
    ("lead", re.compile(r"\bchu tri\b|\bdau moi\b")),
    (
        "coordinating",
        re.compile(r"\bphoi hop\b|^thanh phan\b|\bcung (?:lam|thuc hien)\b|\btham (?:gia|du)\b|\bho tro\b"),
    ),
    ("day", re.compile(r"(?:thu|ngay|thu ?[,/-]? ?ngay(?: ?thang)?|ngay ?[,/-]? ?(?:thang|thu))$")),
    (
        "time",
        re.compile(
            r"\bthoi (?:gian|han|diem)\b|\btien do\b|\bhan\b(?! che| muc)|\bso ngay\b|\bmoc\b|\blo trinh\b"
            r"|\bngay (?:hoan thanh|ket thuc)\b|^(?:hoan thanh|ket thuc|gio|buoi|thang|quy)$|^xong\b"
            r"|^den (?:ngay|thang|quy)\b"
            r"|\bluc nao\b|\bkhi nao\b"
        ),
    ),
    (
        "lead",
        re.compile(
            r"\b(?:don vi|co quan|bo phan|phong|khoa|ban|nguoi|can bo|to chuc)\b"
            r".*\b(?:thuc hien|phu trach|trach nhiem|theo doi|tham muu)\b"
            r"|^phan cong\b|^trach nhiem\b|^don vi$|^thuc hien$|^co quan$|^ai lam$|^nguoi lam$"
        ),
    ),
    ("product", re.compile(r"\bsan pham\b|\bket qua\b|\bdau ra\b|^hinh thuc(?: van ban)?$")),
    ("field", re.compile(r"^(?:nhom|linh vuc|mang|khoi)\b")),
    (
        "title",
        re.compile(
            r"\bnoi dung\b|\bnhiem vu\b|\bcong viec\b|\bgiai phap\b|\bhoat dong\b|\bthu tuc\b|\bviec\b|\bchi tieu\b"
            r"|^ten\b|\bdanh muc\b|\bde an\b|\bvan ban\b|^(?:cac )?(?:chi so|tieu chi)\b"
        ),
    ),
)
# Of two columns that fit one role, the later is the better where its header says so.
_BETTER = {
    "lead": re.compile(r"\bchu tri\b"),
    "time": re.compile(r"\bhan\b|\b(?:hoan thanh|ket thuc)\b|^den (?:ngay|thang|quy)"),
    "product": re.compile(r"\bsan pham\b|\bket qua\b|\bdau ra\b"),
}
_INDEX = re.compile(r"\(?\d{1,2}\)?$")
_OF_TARGETS = re.compile(r"^(?:ten |cac )?(?:chi tieu|chi so|tieu chi)\b")
# In a table of targets: columns that tell what is to be reached, and those that tell what was.
_AIMED = re.compile(r"\bke hoach\b|\bmuc tieu\b|\bphan dau\b|\bchi tieu\b|\bden nam\b|^nam 20\d\d$|^20\d\d$|\bgiao\b")
_REACHED = re.compile(r"\bthuc hien\b|\bket qua\b|\buoc\b|\bhien trang\b|\bda dat\b|\bnam truoc\b")
_YEAR = re.compile(r"\b20\d\d\b")
_MARK = re.compile(r"(?:x|v|✓|✔|√|●|•|\+|ct|ph|c|p|o|0|chu tri|phoi hop|phoi|tham gia)\.?$")
_PERIOD = re.compile(r"(?:quy|thang|tuan|dot|nam)\s*(?:[ivx]+|\d+)(?:\s*/\s*\d{2,4})?$")
_NUMERAL = re.compile(r"(?:[IVX]+|\d{1,2})$")
_TIMED = re.compile(r"(?:thang|quy|tuan)\b")
_OF_PERIOD = re.compile(r"\b(thang|quy)$")
# «Nhiệm vụ 3», where a small table is drawn for each task.
_LABEL_NUMBER = re.compile(r"(.*\D)\s+(\d{1,3})$")
_LONGEST = 12
_SEEN = 30


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each role stands. `of_targets`: the table lists quantified targets, not tasks; its figures, in the column
    of the products, are for the year `by`. `in_days`: the time column counts days («Số ngày dự kiến»). `of_periods`:
    roles whose cells may be bare numbers of what the header names («Từ tháng | Đến tháng»), with its word. `marks`:
    columns that stand each for one unit, with the unit's name; `periods`: those that stand each for a month or a
    quarter, with its name."""

    at: dict[str, int]
    width: int
    header: tuple[tuple[str, ...], ...] = ()
    of_targets: bool = False
    in_days: bool = False
    by: int | None = None
    marks: tuple[tuple[int, str], ...] = ()
    periods: tuple[tuple[int, str], ...] = ()
    of_periods: tuple[tuple[str, str], ...] = ()

    @property
    def names_tasks(self) -> bool:
        told = "lead" in self.at or "time" in self.at or (self.of_targets and "product" in self.at)
        return "title" in self.at and (told or bool(self.marks or self.periods))


def columns(grid: Grid) -> tuple[Columns, int] | None:
    """The columns of a task table and how many of its first rows are header; None when it is no such table."""
    for start, row in enumerate(grid.rows[:6]):
        if not may_head(row):
            continue
        heads = [fold(cell) for cell in row.cells]
        rows = [row]
        for below in grid.rows[start + 1 : start + 3]:
            if not _under(heads, below):
                break
            rows.append(below)
        end = start + len(rows)
        found = _placed(rows, grid.rows[end : end + _SEEN])
        if not found.names_tasks:
            continue
        if end < len(grid.rows) and is_index(grid.rows[end]):
            end += 1
        return found, end
    return None


def may_head(row: Row) -> bool:
    """Whether a header may begin with `row`: at least two of its cells are called as columns are."""
    return sum(_role(fold(cell)) is not None for cell in row.cells) > 1


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
    under_units = all(units.reads_as_unit(cell) for cell in below.cells if cell and fold(cell) in fresh)
    under_periods = any(_TIMED.match(head) for head in heads) and all(_NUMERAL.match(cell.upper()) for cell in fresh)
    return same_or_empty and (under_units or under_periods or any(_role(cell) for cell in fresh))


def _placed(rows: list[Row], body: tuple[Row, ...]) -> Columns:
    width = max(len(row.cells) for row in rows)
    at: dict[str, int] = {}
    own: list[str] = []
    above = ""
    titles: list[int] = []
    in_days = False
    marked = _marks(rows, body, width)
    periods = tuple((i, name) for i, name in marked if _PERIOD.match(fold(name)))
    marks = tuple(one for one in marked if one not in periods)
    for i in range(width):
        tiers = [fold(row.cells[i]) if i < len(row.cells) else "" for row in rows]
        if tiers[0]:
            above = tiers[0]
        own.append(next((tier for tier in reversed(tiers) if tier), ""))
        role = _role(own[i]) or (_role(above) if own[i] or len(rows) > 1 else None)
        if role in ("title", "field") and i not in dict(marked):
            titles.append(i)
            continue
        taken = role in at and not (role in _BETTER and _BETTER[role].search(own[i]))
        if role is None or taken or i in dict(marked):
            continue
        if role == "lead" and role in at:
            at["measure"] = at[role]
        at[role] = i
        in_days = in_days or (role == "time" and "so ngay" in own[i])
    if "day" in at and "time" not in at:
        at["time"] = at.pop("day")
    at |= _titled(titles, own, body)
    targets = "title" in at and bool(_OF_TARGETS.match(own[at["title"]]))
    by = None
    if targets and "time" not in at:
        by = _figures(at, own)
    else:
        _by_content(at, own, body, dict(marked))
    header = tuple(tuple(fold(cell) for cell in row.cells) for row in rows)
    return Columns(at, width, header, targets and "time" not in at, in_days, by, marks, periods, _named(at, own))


def _named(at: dict[str, int], own: list[str]) -> tuple[tuple[str, str], ...]:
    words = [(role, _OF_PERIOD.search(own[at[role]])) for role in ("start", "time") if role in at]
    return tuple((role, "Tháng" if found[1] == "thang" else "Quý") for role, found in words if found)


def upright(grid: Grid) -> Grid:
    """`grid`, or where its first column says what its rows are («Nhiệm vụ | …», «Chủ trì | …», «Thời hạn | …») the same
    turned, so that each further column is a row; a number in the label of the task is the row's."""
    labels = [squeeze(row.cells[0]) if row.cells else "" for row in grid.rows]
    numbered = [_LABEL_NUMBER.match(label) for label in labels]
    labels = [found[1] if found else label for found, label in zip(numbered, labels, strict=True)]
    told = [role for label in labels if (role := _role(fold(label)))]
    roles = {*told}
    whole = 3 * len(told) >= 2 * len(labels) and len(roles) > 2 and "title" in roles and roles & {"lead", "time"}
    if not whole or len(labels) > _LONGEST:
        return grid
    width = max(len(row.cells) for row in grid.rows)
    number = next((found[2] for found in numbered if found and _role(fold(found[1])) == "title"), "")
    header = (*(["TT"] if number else []), *labels)
    turned = [[row.cells[i] if i < len(row.cells) else "" for row in grid.rows] for i in range(1, width)]
    body = [Row((*([number] if number else []), *cells)) for cells in turned if any(cells)]
    return Grid((Row(header), *body)) if body else grid


def _titled(titles: list[int], own: list[str], body: tuple[Row, ...]) -> dict[str, int]:
    """Of the columns that may name the tasks the first, unless it names what many rows have in common (cells merged or
    written once) and another says something else in every row; then the first is the field they belong to."""
    plain = [i for i in titles if _role(own[i]) != "field"] or titles
    if not plain:
        return {}
    said = {i: len(set(_column(body, i))) for i in titles}
    telling = [i for i in plain if said[i] > 2 * said[plain[0]] and not _in_figures(body, i)]
    title = telling[0] if telling else plain[0]
    field = next((i for i in titles if i < title and 2 * said[i] < said[title]), None)
    return {"title": title} | ({"field": field} if field is not None else {})


def _in_figures(body: tuple[Row, ...], i: int) -> bool:
    held = _column(body, i)
    return 2 * sum(any(c.isdigit() for c in cell) and len(cell) < 12 for cell in held) > len(held)


def _figures(at: dict[str, int], own: list[str]) -> int | None:
    """The column of a target's figure: of those that tell what is aimed at, the last year's."""
    free = [i for i in range(len(own)) if i not in (at.get("no"), at.get("title"), at.get("measure"), at.get("lead"))]
    if "measure" not in at and own[at.get("lead", 0)] == "don vi":
        at["measure"] = at.pop("lead")
        free = [i for i in free if i != at["measure"]]
    aimed = [i for i in free if _AIMED.search(own[i]) and not _REACHED.search(own[i])]
    if not aimed:
        return None
    at["product"] = max(aimed, key=lambda i: int(year[0]) if (year := _YEAR.search(own[i])) else 0)
    told = _YEAR.search(own[at["product"]])
    return int(told[0]) if told else None


def _marks(rows: list[Row], body: tuple[Row, ...], width: int) -> tuple[tuple[int, str], ...]:
    """Columns under a unit's name whose cells hold nothing but «x» and the like; one alone tells nothing."""
    found: list[tuple[int, str]] = []
    for i in range(width):
        name = next((squeeze(row.cells[i]) for row in reversed(rows) if i < len(row.cells) and row.cells[i]), "")
        above = next((cell for cell in reversed(rows[0].cells[: i + 1]) if cell), "")
        name = f"{squeeze(above).split()[0]} {name}" if _NUMERAL.match(name) and _TIMED.match(fold(above)) else name
        held = [fold(cell) for cell in _column(body, i)]
        if name and not _role(fold(name)) and all(_MARK.match(cell) for cell in held):
            found.append((i, name))
    filled = any(cell for i, _ in found for cell in _column(body, i))
    return tuple(found) if len(found) > 1 and filled else ()


def _column(body: tuple[Row, ...], i: int) -> list[str]:
    return [row.cells[i].strip() for row in body if i < len(row.cells) and row.cells[i].strip()]


def _by_content(at: dict[str, int], own: list[str], body: tuple[Row, ...], marks: dict[int, str]) -> None:
    """Time and lead columns under headers that nobody foresaw: most of what stands in them is times, or units."""
    wanted: list[tuple[str, Callable[[str], bool]]] = []
    if "time" not in at:
        wanted.append(("time", _is_time))
    if "lead" not in at and not marks:
        wanted.append(("lead", units.reads_as_unit))
    for role, fits in wanted:
        for i, head in enumerate(own):
            held = _column(body, i)
            if i in at.values() or _role(head) or len(held) < 2 or i in marks:
                continue
            if sum(fits(cell) for cell in held) * 3 >= len(held) * 2:
                at[role] = i
                break


def _is_time(cell: str) -> bool:
    if len(cell) > 60 or not re.search(r"\d|\b(?:quý|tháng|năm|tuần|xuyên)\b", cell) or cell.isdigit():
        return False
    return deadlines.read(cell).meaning(2024).kind in ("date", "window", "recurring", "all_year", "ongoing")


def is_index(row: Row) -> bool:
    """Whether a row only numbers the columns: (1) (2) (3)."""
    filled = [cell for cell in row.cells if cell]
    return len(filled) > 2 and all(_INDEX.match(cell) for cell in filled) and len(filled) == len(row.cells)
