"""A Word document as lines and grids: merged cells as Word makes them, its own numbering, text boxes left out.

Read with the standard library's parser, part by part, from a package whose sizes and document types are judged first.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from plans import Unreadable
from plans.container import Package
from plans.outline import LATIN
from plans.pages import Content, Grid, Line, Piece, Row

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _TBL, _TR, _TC, _T = (f"{_W}{name}" for name in ("p", "tbl", "tr", "tc", "t"))
_VAL = f"{_W}val"
_TEXTBOX = f"{_W}txbxContent"
# Deleted text, pictures, text boxes and old field codes are not what the reader of the page reads.
_SKIPPED = {
    f"{_W}{name}"
    for name in ("del", "moveFrom", "pict", "object", "drawing", "instrText", "pPr", "rPr", "tblPr", "fldData")
} | {_TEXTBOX, "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"}
_CHOICES = {f"{{http://schemas.openxmlformats.org/markup-compatibility/2006}}{name}" for name in ("Choice", "Fallback")}
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PARAGRAPHS = {_P, f"{_DRAWN}p"} | _CHOICES
_SIGNS = {
    **dict.fromkeys((f"{_W}tab", f"{_W}ptab"), "\t"),
    **dict.fromkeys((f"{_W}br", f"{_W}cr", f"{_DRAWN}br"), "\n"),
    f"{_W}noBreakHyphen": "-",
}
_LETTERS = {_T, f"{_DRAWN}t", *_SIGNS}
# A part that may hold text, in whatever alphabet. The others (styles are the largest of a plan) are worth no tree.
_TELLS = re.compile(rb"[<:](?:t|textpath)[\s/>]|<!DOCTYPE|\0")
_WIDEST = 64


def read(content: bytes) -> Content:
    """Raises Unreadable: damaged, encrypted, too_large_inside, not_a_plan_format."""
    package = Package(content)
    main = package.main()
    root = package.xml(main)
    numbering = _Numbering(package, main)
    body = root.find(f"{_W}body")
    try:
        pieces = list(_pieces(body, numbering)) if body is not None else []
    except RecursionError:
        raise Unreadable("damaged") from None
    boxed = any(line for box in root.iter(_TEXTBOX) for line in _lines(box))
    # A mark counts wherever it stands: in what is left out above, and in parts of whatever name.
    stamps = [*package.properties(), *_lines(root), *_watermarks(root)]
    for name in package.beside(main, ""):
        if name != main and "/glossary/" not in name and _TELLS.search(package.raw(name)):
            part = package.xml(name)
            stamps += [*_lines(part), *_watermarks(part)]
    return Content(pieces, stamps, boxed)


def _lines(element: Element) -> Iterator[str]:
    """Whatever text stands under `element`, shown or not: paragraphs, and each of the ways a thing may be drawn."""
    for inner in element.iter():
        if inner.tag in _PARAGRAPHS:
            text = "".join(_SIGNS.get(part.tag, part.text or "") for part in inner.iter() if part.tag in _LETTERS)
            if text.strip():
                yield text


def _watermarks(element: Element) -> list[str]:
    return [path.get("string", "") for path in element.iter("{urn:schemas-microsoft-com:vml}textpath")]


def _pieces(parent: Element, numbering: "_Numbering") -> Iterator[Piece]:
    for child in parent:
        if child.tag == _P:
            text = numbering.label(child) + _text(child)
            if text.strip():
                yield Line(text.strip())
        elif child.tag == _TBL:
            inner: list[Element] = []
            yield _grid(child, numbering, inner)
            for table in inner:
                yield _grid(table, numbering, [])
        elif child.tag not in _SKIPPED:
            yield from _pieces(child, numbering)


def _text(element: Element) -> str:
    parts: list[str] = []
    _gather(element, parts)
    return unicodedata.normalize("NFC", "".join(parts))


def _gather(element: Element, parts: list[str]) -> None:
    for child in element:
        if child.tag == _T:
            parts.append(child.text or "")
        elif child.tag in _SIGNS:
            parts.append(_SIGNS[child.tag])
        elif child.tag not in _SKIPPED and child.tag not in (_P, _TBL):
            _gather(child, parts)


def _grid(table: Element, numbering: "_Numbering", inner: list[Element]) -> Grid:
    """The cells of `table` laid out; a cell merged downward repeats its text in every row it covers."""
    rows: list[Row] = []
    running: dict[int, str] = {}
    for line in _rows(table):
        cells: list[str] = []
        covered: set[int] = set()
        before = _property(line, "trPr", "gridBefore")
        cells += [""] * min(_number(before, 0), _WIDEST)
        for cell in _cells(line):
            span = max(1, min(_number(_property(cell, "tcPr", "gridSpan"), 1), _WIDEST))
            merge = _property(cell, "tcPr", "vMerge")
            at = len(cells)
            if merge is not None and merge.get(_VAL, "continue") == "continue":
                text = running.get(at, "")
            else:
                text = _cell(cell, numbering)
                running.pop(at, None)
                if merge is not None:
                    running[at] = text
            cells += [text, *[""] * (span - 1)]
            covered.update(range(at + 1, len(cells)))
            inner += cell.findall(_TBL)
        rows.append(Row(tuple(cells[:_WIDEST]), covered=frozenset(covered)))
    return Grid(tuple(rows))


def _property(element: Element, group: str, name: str) -> Element | None:
    properties = element.find(f"{_W}{group}")  # in two steps, as a path is found twenty times slower
    return properties.find(f"{_W}{name}") if properties is not None else None


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == _TR:
            yield child
        elif child.tag not in (_TBL, *_SKIPPED):
            yield from _rows(child)


def _cells(row: Element) -> Iterator[Element]:
    for child in row:
        if child.tag == _TC:
            yield child
        elif child.tag not in (_TBL, *_SKIPPED):
            yield from _cells(child)


def _cell(cell: Element, numbering: "_Numbering") -> str:
    lines = (numbering.label(paragraph) + _text(paragraph) for paragraph in _paragraphs(cell))
    return "\n".join(line.strip() for line in lines if line.strip())


def _paragraphs(parent: Element) -> Iterator[Element]:
    for child in parent:
        if child.tag == _P:
            yield child
        elif child.tag not in (_TBL, *_SKIPPED):
            yield from _paragraphs(child)


def _number(element: Element | None, default: int) -> int:
    value = element.get(_VAL, "") if element is not None else ""
    return int(value) if value.isdecimal() and len(value) < 7 else default


@dataclass
class _Level:
    form: str = "decimal"
    pattern: str = "%1."
    start: int = 1


@dataclass
class _Numbering:
    """The numbers that Word writes by itself, counted again in reading order."""

    package: Package
    main: str
    levels: dict[tuple[str, int], _Level] = field(default_factory=dict)
    of_styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[str, list[int]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.package.beside(self.main, "numbering."):
            root = self.package.xml(name)
            for num in root.findall(f"{_W}num"):
                abstract = num.find(f"{_W}abstractNumId")
                self.lists[num.get(f"{_W}numId", "")] = abstract.get(_VAL, "") if abstract is not None else ""
            for abstract in root.findall(f"{_W}abstractNum"):
                for level in abstract.findall(f"{_W}lvl"):
                    self._define(abstract.get(f"{_W}abstractNumId", ""), level)
        for name in self.package.beside(self.main, "styles."):
            for style in self.package.xml(name).findall(f"{_W}style"):
                found = self._reference(style.find(f"{_W}pPr"))
                if found:
                    self.of_styles[style.get(f"{_W}styleId", "")] = found

    def _define(self, abstract: str, level: Element) -> None:
        form, pattern = level.find(f"{_W}numFmt"), level.find(f"{_W}lvlText")
        self.levels[abstract, _level(level.get(f"{_W}ilvl", "0"))] = _Level(
            form.get(_VAL, "decimal") if form is not None else "decimal",
            pattern.get(_VAL, "") if pattern is not None else "",
            _number(level.find(f"{_W}start"), 1),
        )

    def _reference(self, properties: Element | None) -> tuple[str, int] | None:
        numbered = properties.find(f"{_W}numPr/{_W}numId") if properties is not None else None
        if properties is None or numbered is None:
            return None
        level = properties.find(f"{_W}numPr/{_W}ilvl")
        return numbered.get(_VAL, ""), _level(level.get(_VAL, "0") if level is not None else "0")

    def label(self, paragraph: Element) -> str:
        """The number of `paragraph` with a space after it («1.1. »); «» when Word writes none."""
        properties = paragraph.find(f"{_W}pPr")
        found = self._reference(properties)
        if found is None and properties is not None:
            style = properties.find(f"{_W}pStyle")
            found = self.of_styles.get(style.get(_VAL, "")) if style is not None else None
        if found is None or found[0] == "0":
            return ""
        abstract, depth = self.lists.get(found[0], ""), found[1]
        level = self.levels.get((abstract, depth))
        if level is None or level.form in ("none", "bullet"):
            return "- " if level is not None and level.form == "bullet" else ""
        counts = self.counts.setdefault(abstract, [])
        while len(counts) <= depth:
            counts.append(self.levels.get((abstract, len(counts)), _Level()).start - (len(counts) == depth))
        counts[depth] += 1
        del counts[depth + 1 :]

        def written(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            form = self.levels.get((abstract, at), _Level()).form
            return _written(counts[at], form) if at < len(counts) else ""

        return re.sub(r"%([1-9])", written, level.pattern) + " "


def _level(value: str) -> int:
    return min(int(value), 8) if value.isdecimal() and len(value) < 7 else 0


def _written(n: int, form: str) -> str:
    if form.endswith("Letter"):
        letter = LATIN[(n - 1) % 26]
        return letter.upper() if form.startswith("upper") else letter
    if form.endswith("Roman"):
        roman = _roman(n)
        return roman if form.startswith("upper") else roman.lower()
    return f"{n:02d}" if form == "decimalZero" else str(n)


def _roman(n: int) -> str:
    out = ""
    for value, digits in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while n >= value and len(out) < 12:
            out, n = out + digits, n - value
    return out
