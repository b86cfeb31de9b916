"""A workbook as lines and grids: what each cell shows by its number format, merged cells, several sheets.

Read part by part, like a Word document, from a package whose sizes are judged first: formulas are never counted, links
never followed, and a style that a strict library would choke on cannot spoil a plan.
"""

import math
import posixpath
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from xml.etree.ElementTree import Element

from lang.fold import fold
from plans import Fault, Unreadable, table
from plans.cells import Shown, format_code, moment, shown
from plans.container import Package
from plans.pages import Content, Grid, Line, Piece, Row

MOST_CELLS = 300_000
MOST_SHEETS = 60
_WIDEST = 64
_SENTENCE = 6
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})$")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HEADER_PARTS = re.compile(r"&[LCR]|\n")
_HEADER_CODES = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d+|[A-Za-z])')
_VML_TEXT = re.compile(rb"""\bstring=["']([^"']*)["']""")
_ARTIST = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NUMBERED = re.compile(
    r"\(?(?:[IVXLC]+|\d+(?:\.\d+)*\.?[a-zđ]?|[A-ZĐ]{1,6}[-.]?\d+(?:\.\d+)*|[A-Za-zĐđ]|[-+*•–])[.)/:]*$"
)
_WRITTEN_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-]\d{2,4})?$")


def read(content: bytes) -> Content:
    """The sheets that hold a task table, in order, with what stands around the tables, and what was left out as faults.

    Raises Unreadable: damaged, encrypted, too_large_inside, too_many_cells, not_a_plan_format.
    """
    package = Package(content)
    book = Book(package)
    sheets = list(book.sheets())
    tables = sum(sheet.holds_table and not sheet.hidden for sheet in sheets)
    pieces: list[Piece] = []
    faults: list[Fault] = []
    stamps = book.stamps + [sheet.name for sheet in sheets]
    begun = False
    for sheet in sheets:
        begun = begun or (sheet.holds_table and not sheet.hidden)
        if not sheet.hidden and (sheet.holds_table or not begun or sheet.is_prose):
            shown = list(sheet.pieces(named=tables > 1))
            if pieces and shown and isinstance(shown[0], Line):
                shown[0] = replace(shown[0], begins=True)
            pieces += shown
            faults += sheet.faults
        else:
            stamps += [cell for row in sheet.rows for cell in row.filled]
            if sheet.rows and (sheet.holds_table or not sheet.hidden):
                faults.append(Fault("sheet_hidden" if sheet.hidden else "sheet_without_table", "", sheet.name))
    return Content(pieces, stamps, book.boxed, tuple(faults))


@dataclass
class _Line:
    """A row of a sheet with something in it: its number on the sheet, its cells, whether empty rows stand above it."""

    number: int
    shown: list[Shown]
    gap: bool = False
    swapped: set[int] = field(default_factory=set)

    @property
    def cells(self) -> list[str]:
        return [cell.text for cell in self.shown]

    @property
    def filled(self) -> list[str]:
        return [cell.text for cell in self.shown if cell.text]

    def row(self) -> Row:
        covered = (column for column, cell in enumerate(self.shown) if cell.covered)
        return Row(tuple(self.cells), swapped=frozenset(self.swapped), covered=frozenset(covered))


@dataclass
class _Sheet:
    name: str
    hidden: bool
    rows: list[_Line]
    faults: list[Fault] = field(default_factory=list)
    tables: list[tuple[int, table.Columns]] = field(default_factory=list)

    def __post_init__(self) -> None:
        _trimmed(self.rows)
        _doubted(self.rows)
        header: tuple[tuple[str, ...], ...] = ()
        skip = 0
        for i, line in enumerate(self.rows):
            if i < skip or len(line.filled) < 2 or not table.may_head(line.row()):
                continue
            found = table.columns(Grid(tuple(below.row() for below in self.rows[i : i + 4])))
            if found and found[0].header[0] == tuple(fold(cell) for cell in line.cells):
                skip = i + len(found[0].header)
                if found[0].header != header:
                    header = found[0].header
                    self.tables.append((i, found[0]))

    @property
    def holds_table(self) -> bool:
        return bool(self.tables)

    @property
    def is_prose(self) -> bool:
        """Sentences one below the other, numbered or not, and nothing beside them: a page of text, no list of names."""
        beside = [line for line in self.rows if len(line.filled) > 1 + bool(_NUMBERED.match(line.filled[0]))]
        return not beside and any(len(line.filled[-1].split()) >= _SENTENCE for line in self.rows)

    def pieces(self, named: bool) -> Iterator[Piece]:
        """The lines and tables of the sheet. `named`: a sheet called «Phụ lục 2» says so above its tables."""
        at = 0
        for n, (start, where) in enumerate(self.tables):
            yield from _lines(self.rows[at:start])
            if named and n == 0 and (told := re.match(r"(?:phụ lục|PL)\s*(?:số\s*)?([IVX]+|\d+)\b", self.name, re.I)):
                yield Line(f"Phụ lục {told[1]}")
            limit = self.tables[n + 1][0] if n + 1 < len(self.tables) else len(self.rows)
            at = start + _length(self.rows[start:limit], where)
            yield Grid(tuple(line.row() for line in self.rows[start:at]))
        yield from _lines(self.rows[at:])


def _length(rows: list[_Line], where: table.Columns) -> int:
    """How many of `rows` belong to the table that begins with them; signatures and notes under a table do not."""
    no, title = where.at.get("no"), where.at["title"]
    others = [column for role, column in where.at.items() if role not in ("no", "title")]
    header = min(len(where.header), len(rows))
    whole = [i for i, line in enumerate(rows) if no is not None and _NUMBERED.match(line.cells[no]) and line.filled[1:]]
    if not whole:
        no = None
        whole = [i for i, line in enumerate(rows) if line.cells[title] and any(line.cells[at] for at in others)]
    last = max(header, whole[-1] + 1 if whole else 0)
    while last < len(rows) and not rows[last].gap:
        line = rows[last]
        if not any(line.cells[column] for column in (title, *others)) or (no is not None and line.cells[no]):
            break
        last += 1
    return last


def _lines(rows: list[_Line]) -> Iterator[Line]:
    """Rows outside the tables as paragraphs: a number belongs to the words after it, other cells stand alone."""
    for line in rows:
        filled = line.filled
        if len(filled) > 1 and _NUMBERED.match(filled[0]):
            filled = [f"{filled[0]} {filled[1]}", *filled[2:]]
        for cell in dict.fromkeys(filled):
            for part in cell.split("\n"):
                if part.strip():
                    yield Line(part.strip())


def _trimmed(rows: list[_Line]) -> None:
    """Columns that are empty from top to bottom are dropped, and all rows made equally wide."""
    used = sorted({column for line in rows for column, cell in enumerate(line.shown) if cell.text})
    for line in rows:
        wide = [*line.shown, *[Shown("")] * _WIDEST]
        line.shown = [wide[column] for column in used]


def _doubted(rows: list[_Line]) -> None:
    """Days typed in the Vietnamese manner into a computer set to the American one become other days where they can
    (02/12) and stay text where they cannot (25/12): both in one column betray it (DOMAIN 12.5)."""
    for column in range(len(rows[0].shown) if rows else 0):
        cells = [line.shown[column] for line in rows]
        texts = [_WRITTEN_DAY.match(cell.text) for cell in cells if not cell.day]
        betrayed = any(day and int(day[1]) > 12 >= int(day[2]) for day in texts)
        late = any(cell.day and cell.day.day > 12 for cell in cells)
        for line in rows:
            order = line.shown[column].order
            if order == "us" or (order == "local" and betrayed and not late):
                line.swapped.add(column)


class Book:
    """The parts of a workbook that its sheets need: shared strings, number formats, links between parts."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._main = package.main()
        self._root = package.xml(self._main)
        links = self._links(self._main)
        self._targets = {identity: target for identity, _, target in links}
        properties = self._root.find("{*}workbookPr")
        self._since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self._strings = [
            _text(item) for _, kind, name in links if kind == "sharedStrings" for item in package.xml(name)
        ]
        self._codes = [code for _, kind, name in links if kind == "styles" for code in _codes(package.xml(name))]
        self.stamps = package.properties()
        self.boxed = False

    def sheets(self) -> Iterator[_Sheet]:
        listed = self._root.findall("{*}sheets/{*}sheet")
        if len(listed) > MOST_SHEETS:
            raise Unreadable("too_many_cells")
        parts = [(sheet, self._targets.get(_identity(sheet), "")) for sheet in listed]
        counted = 0
        for _, name in parts:
            for _found in _CELL.finditer(self._package.raw(name) if name else b""):
                counted += 1
                if counted > MOST_CELLS:
                    raise Unreadable("too_many_cells")
        for sheet, name in parts:
            if name:
                hidden = sheet.get("state", "visible") != "visible"
                yield self._sheet(unicodedata.normalize("NFC", sheet.get("name", "")), hidden, name)

    def _sheet(self, name: str, hidden: bool, part: str) -> _Sheet:
        root = self._package.xml(part)
        noted = self._look_aside(root, part)
        away = {
            column
            for columns in root.findall("{*}cols/{*}col")
            if columns.get("hidden") in ("1", "true")
            for column in range(_whole(columns.get("min")) - 1, min(_whole(columns.get("max")), _WIDEST))
        }
        grid: dict[int, dict[int, Shown]] = {}
        told_anywhere: set[str] = set()
        hidden_rows: list[int] = []
        unread: list[str] = []
        number = 0
        for row in root.findall("{*}sheetData/{*}row"):
            number = _whole(row.get("r")) or number + 1
            cells = grid.setdefault(number, {})
            column = -1
            for cell in row.findall("{*}c"):
                found = _REFERENCE.match(cell.get("r", ""))
                column = _column(found[1]) if found else column + 1
                told = self._shown(cell)
                told_anywhere.add(told.text)
                if column < _WIDEST:
                    if told.text:
                        cells[column] = told
                    elif cell.find("{*}f") is not None:
                        unread.append(f"{_letter(column)}{number}")
            if row.get("hidden") in ("1", "true") and cells:
                hidden_rows.append(number)
        lost = sorted(_letter(column) for column in away if any(column in cells for cells in grid.values()))
        _merge(grid, [str(merge.get("ref", "")) for merge in root.findall("{*}mergeCells/{*}mergeCell")])
        lines: list[_Line] = []
        for number, cells in sorted(grid.items()):
            kept = {column: told for column, told in cells.items() if column not in away}
            if any(told.text for told in kept.values()):
                told_row = [kept.get(column, Shown("")) for column in range(max(kept) + 1)]
                lines.append(_Line(number, told_row, not lines or number - lines[-1].number > 1))
        # What is hidden, far away or under a merged cell is not read; a mark of secrecy there counts.
        self.stamps += sorted(told_anywhere.difference(told.text for line in lines for told in line.shown))
        sheet = _Sheet(name, hidden, lines)
        for kind, places in (
            ("rows_hidden", [str(number) for number in hidden_rows]),
            ("columns_hidden", lost),
            ("formulas_empty", unread),
            ("cells_noted", noted),
        ):
            if places:
                shown_places = ", ".join(places[:12]) + (" …" if len(places) > 12 else "")
                sheet.faults.append(Fault(kind, "", shown_places, (name,)))
        return sheet

    def _shown(self, cell: Element) -> Shown:
        kind, value = cell.get("t", "n"), cell.findtext("{*}v", "")
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return Shown(_text(inline) if inline is not None else "")
        if kind == "s":
            at = _whole(value)
            return Shown(self._strings[at] if value.isdecimal() and at < len(self._strings) else "")
        if kind in ("str", "e") or not value.strip():
            return Shown(_clean(value))
        if kind == "b":
            return Shown("")
        style = _whole(cell.get("s"))
        code = self._codes[style] if style < len(self._codes) else "General"
        with suppress(ValueError, ArithmeticError):
            if kind == "d":
                return moment(datetime.fromisoformat(value.strip().rstrip("Z")), code)
            figure = float(value)
            if math.isfinite(figure):
                return shown(figure, code, self._since_1904)
        return Shown(_clean(value))

    def _look_aside(self, root: Element, part: str) -> list[str]:
        """What stands on a sheet but in no cell: headers and footers, notes, shapes; only looked at for a mark. Returns
        the cells with notes."""
        noted: set[str] = set()
        for place in root.findall("{*}headerFooter/*"):
            self.stamps += [_HEADER_CODES.sub("", words) for words in _HEADER_PARTS.split(place.text or "")]
        for _, kind, name in self._links(part):
            if kind in ("comments", "threadedComment"):
                notes = self._package.xml(name)
                self.stamps += [_text(note) for note in notes.iter() if _named(note, "text")]
                noted |= {note.get("ref", "") for note in notes.iter() if _named(note, "comment")}
            elif kind == "drawing":
                paragraphs = self._package.xml(name).iter(f"{_ARTIST}p")
                words = ["".join(run.text or "" for run in paragraph.iter(f"{_ARTIST}t")) for paragraph in paragraphs]
                self.boxed = self.boxed or any(words)
                self.stamps += words
            elif kind.startswith("vmlDrawing"):
                found = _VML_TEXT.findall(self._package.raw(name))
                self.stamps += [words.decode("utf-8", "replace") for words in found]
        return sorted(noted)

    def _links(self, part: str) -> list[tuple[str, str, str]]:
        """(id, kind, part) of what `part` points to inside the package."""
        folder, _, file = part.rpartition("/")
        name = f"{folder}/_rels/{file}.rels".lstrip("/")
        out = []
        for link in self._package.xml(name) if name in self._package.names else ():
            target = posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
            if target in self._package.names:
                out.append((link.get("Id", ""), link.get("Type", "").rpartition("/")[2], target))
        return out


def _merge(grid: dict[int, dict[int, Shown]], ranges: list[str]) -> None:
    """A merged cell's text goes to its first column, in every row it covers; a row that is nothing but the lower part
    of cells above it is no row."""
    numbers = sorted(grid)
    added: dict[int, set[int]] = {}
    cells = 0
    for first, _, last in (reference.partition(":") for reference in ranges):
        one, two = _REFERENCE.match(first), _REFERENCE.match(last)
        if not one or not two:
            continue
        left, right = _column(one[1]), min(_column(two[1]), _WIDEST - 1)
        top = int(one[2])
        covered = numbers[bisect_left(numbers, top) : bisect_right(numbers, int(two[2]))]
        cells += len(covered) * max(right - left, 1)
        if cells > MOST_CELLS:
            raise Unreadable("too_many_cells")
        told = grid.get(top, {}).get(left, Shown(""))
        for number in covered:
            if number == top or told.text:
                row = grid[number]
                for column in [column for column in row if left <= column <= right]:
                    del row[column]
                row[left] = told
                row |= dict.fromkeys(range(left + 1, right + 1), Shown("", covered=True))
                if number > top:
                    added.setdefault(number, set()).add(left)
    for number, columns in added.items():
        if not any(told.text for column, told in grid[number].items() if column not in columns):
            grid[number] = {}


def _codes(styles: Element) -> list[str]:
    """The number format of each cell style, by the style's place."""
    custom = {
        _whole(form.get("numFmtId")): form.get("formatCode", "") for form in styles.findall("{*}numFmts/{*}numFmt")
    }
    return [format_code(_whole(style.get("numFmtId")), custom) for style in styles.findall("{*}cellXfs/{*}xf")]


def _text(item: Element) -> str:
    """The words of a string item; readings printed above the letters (rPh) are no part of it."""
    aside = {id(inner) for ruby in item.iter() if _named(ruby, "rPh") for inner in ruby.iter()}
    return _clean("".join(t.text or "" for t in item.iter() if _named(t, "t", "text") and id(t) not in aside))


def _clean(text: str) -> str:
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).strip()


def _named(element: Element, *names: str) -> bool:
    return element.tag.rpartition("}")[2] in names


def _identity(sheet: Element) -> str:
    return next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")


def _whole(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 8 else 0


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _letter(column: int) -> str:
    return (chr(ord("A") + column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)
