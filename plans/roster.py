"""A list of people: who works in which unit as what. Whatever else the file holds is left out here and named."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

from lang.fold import fold
from plans import Roster, RosterRow, Unreadable, container, marks, text

MOST_PEOPLE = 3000
HEADER_WITHIN = 25
"""The header stands among so many first rows; above it are titles."""

_UNIT = re.compile(r"(?:ten )?(?:don vi|phong|bo phan|co quan)\b")
_ROLE = re.compile(r"(?:vai tro|chuc vu|chuc danh|nhiem vu)\b")
_NAME = re.compile(
    r"(?:ho(?: va)? ten|ten|ten can bo|(?:can bo|cong chuc|vien chuc|nhan su))(?: \(.*\)|,.*| can bo.*| cong chuc.*)?$"
)
_FAMILY = re.compile(r"ho(?: (?:va )?(?:ten )?(?:dem|lot)| va chu lot)?$")
_NUMBER = re.compile(r"(?:s ?tt|tt|so tt|so thu tu|no\.?|#)$")
_COUNTED = re.compile(r"(?:[IVXLC]+|\d+|[A-Z])[.)]?$")
_COUNT = re.compile(r"(?:[IVXLC]+|\d+(?:\.\d+)*|[A-Z])[.)]\s+")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class _Columns:
    name: int
    family: int | None
    units: tuple[int, ...]
    roles: tuple[int, ...]
    dropped: tuple[str, ...]


def read(content: bytes, name: str) -> Roster:
    """The people in an .xlsx or .csv. `name` is what the file was called, only looked at for a mark of secrecy.

    Raises Unreadable: not_a_roster, too_many_people, classified, and what opening the file may raise."""
    match container.kind(content):
        case "xlsx":
            sheets, stamps = _workbook(content)
        case "text":
            sheets, stamps = [_csv(text.decoded(content))], []
        case _:
            raise Unreadable("not_a_roster")
    cells = [cell for sheet in sheets for _line, row in sheet for cell in row]
    if marks.named(name) or marks.classified([*cells, *stamps]):
        raise Unreadable("classified")
    found: list[RosterRow] = []
    dropped: dict[str, None] = {}
    for sheet in sheets:
        told = _header(sheet)
        if told is not None:
            below, columns = told
            found += _people(sheet[below:], columns)
            dropped |= dict.fromkeys(columns.dropped)
    if not found:
        raise Unreadable("not_a_roster")
    if len(found) > MOST_PEOPLE:
        raise Unreadable("too_many_people", limit=str(MOST_PEOPLE))
    return Roster(tuple(found), tuple(dropped))


Sheet = list[tuple[int, list[str]]]
"""Rows with their numbers."""


def _workbook(content: bytes) -> tuple[list[Sheet], list[str]]:
    """The sheets that are not hidden, and what stands elsewhere, to be looked through for marks."""
    from plans.xlsx import Book

    book = Book(container.Package(content))
    every = list(book.sheets())
    aside = book.stamps + [sheet.name for sheet in every]
    aside += [cell for sheet in every if sheet.hidden for line in sheet.rows for cell in line.filled]
    return [[(line.number, line.cells) for line in sheet.rows] for sheet in every if not sheet.hidden], aside


def _csv(written: str) -> Sheet:
    first = [line for line in written.splitlines() if line.strip()][:HEADER_WITHIN]
    comma = max("\t;,", key=lambda mark: sum(line.count(mark) for line in first))
    try:
        rows = list(csv.reader(StringIO(written), delimiter=comma))
    except csv.Error:
        raise Unreadable("damaged") from None
    return [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, 1) if any(map(str.strip, row))]


def _header(sheet: Sheet) -> tuple[int, _Columns] | None:
    """Where the people begin, and which columns say what; None for a sheet that is no list of people."""
    for at, (_line, row) in enumerate(sheet[:HEADER_WITHIN]):
        folded = [fold(cell).strip(" :*") for cell in row]
        units = tuple(column for column, cell in enumerate(folded) if _UNIT.match(cell))
        roles = tuple(column for column, cell in enumerate(folded) if _ROLE.match(cell))
        names = [column for column, cell in enumerate(folded) if column not in units and _NAME.match(cell)]
        if not names or not (units or roles):
            continue
        family = next((column for column, cell in enumerate(folded) if _FAMILY.fullmatch(cell)), None)
        # «Vai trò» is meant for us; «Chức vụ» speaks where it is silent.
        roles = tuple(sorted(roles, key=lambda column: not folded[column].startswith("vai tro")))
        used = {names[0], family, *units, *roles}
        width = max(len(cells) for _line, cells in sheet[at:])
        joined = _goes_on(sheet[at + 1 :], row, names[0], used)
        dropped = [
            marks.stripped(row[column]) if column < len(row) and row[column] else ""
            for column in range(width)
            if column not in used | joined and not (column < len(row) and _NUMBER.match(folded[column]))
            if any(column < len(cells) and cells[column] for _line, cells in sheet[at + 1 :])
        ]
        if joined:
            return at + 1, _Columns(min(joined), names[0], units, roles, tuple(dropped))
        return at + 1, _Columns(names[0], family, units, roles, tuple(dropped))
    return None


def _goes_on(rows: Sheet, header: list[str], name: int, used: set[int | None]) -> set[int]:
    """The column after the name's, where one heading stands over both: «Nguyễn Văn | Minh»."""
    after = name + 1
    if after in used or (after < len(header) and header[after]):
        return set()
    cells = [row[after] for _line, row in rows if after < len(row) and row[after]]
    alone = all(cell.replace(" ", "").isalpha() for cell in cells)
    return {after} if cells and alone and len(cells) * 2 > len(rows) else set()


def _people(rows: Sheet, columns: _Columns) -> Iterable[RosterRow]:
    heading = ""
    for line, row in rows:

        def cell(column: int | None, row: list[str] = row) -> str:
            told = " ".join(marks.stripped(row[column]).split()) if column is not None and column < len(row) else ""
            return told if "(" in told else told.rstrip(" )")

        unit = next((told for column in columns.units if (told := cell(column))), "")
        role = next((told for column in columns.roles if (told := cell(column))), "")
        name = f"{cell(columns.family)} {cell(columns.name)}".strip()
        words = list(dict.fromkeys(told for told in row if told and not _COUNTED.fullmatch(told)))
        counted = any(cell.rstrip(".)").isdigit() for cell in row)
        if len(words) == 1 and not counted:
            heading = _COUNT.sub("", " ".join(words[0].split()))
        elif name and _LETTERS.search(name) and (unit or role or heading or counted):
            yield RosterRow(line, name, unit or heading, role)
