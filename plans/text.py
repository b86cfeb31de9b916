"""Plain text, pasted text and Markdown as lines and grids."""

import re
import unicodedata
from itertools import takewhile

from lang.fold import fold
from plans import Unreadable
from plans.pages import UNFINISHED, Grid, Line, Piece, Row, is_page_number

_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+")
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3})(?=\S)(.+?)(?<=\S)\1")
_MOST_SIGNS = 400
_TAG = re.compile(r"</?(?:sub|sup|b|i|u|strong|em|span|font|p|div|center)\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BAR = re.compile(r"(?<!\\)\|")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# The first cell of a row in a tab table whose rows are numbered, and of its header.
_NUMBERED = re.compile(r"\(?(?:[IVXLC]+|(?:[A-ZĐ]{1,6}[-.]?)?\d+(?:\.\d+)*|[A-Za-zĐđ]|[-+*•–])[.)/]*$")
_POINT = re.compile(r"\w{1,3}[.)]\s")
_HEADED = re.compile(r"(?:stt|tt|so ?tt|so thu tu|ma|ma so|no\.?|#)$")
_MOST_TORN = 8


def decoded(content: bytes) -> str:
    """The text in `content`: UTF-8, UTF-16 with or without its mark, else windows-1258; composed (NFC).

    Raises Unreadable(not_a_plan_format) for bytes that are no text.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", "replace")
    elif b"\0" in content[:4000]:
        text = _wide(content)
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1258", "replace")
    if len(_CONTROL.findall(text[:20000])) * 50 > len(text[:20000]):
        raise Unreadable("not_a_plan_format")
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", text))


def _wide(content: bytes) -> str:
    sample = content[:4000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 8 < len(sample):
        raise Unreadable("not_a_plan_format")
    return content.decode("utf-16-be" if even > odd else "utf-16-le", "replace")


def pieces(text: str) -> list[Piece]:
    """The lines and tables of `text`; a blank line or a page number inside a table ends a page, not the table."""
    out: list[Piece] = []
    rows: list[Row] = []
    gap = False

    def close() -> None:
        if len(rows) > 1 or (rows and sum(map(bool, rows[0].cells)) > 1):
            out.append(Grid(tuple(rows)))
        else:
            out.extend(Line(cell) for row in rows for cell in row.cells if cell)
        rows.clear()

    for raw in _whole_rows(text.splitlines()):
        bare = raw.strip()
        if not bare or (rows and is_page_number(bare) and "\t" not in raw and "|" not in raw):
            gap = True
            continue
        if _RULE.match(bare) and "|" in bare:
            if len(rows) > 1:
                header = rows.pop()
                close()
                rows.append(header)
        elif bare.startswith("|") and len(_BAR.findall(bare)) > 1:
            cells = _BAR.split(bare.removesuffix("|"))[1:]
            rows.append(Row(tuple(_plain(cell) for cell in cells), gap and bool(rows)))
        elif "\t" in raw and (rows or "\t" in bare):
            rows.append(Row(tuple(_plain(cell) for cell in raw.rstrip("\r\n").split("\t")), gap and bool(rows)))
        else:
            close()
            plain = _plain(_HEADING.sub("", raw).lstrip("> "))
            if plain:
                out.append(Line(plain))
        gap = False
    close()
    return out


def _whole_rows(lines: list[str]) -> list[str]:
    """The same lines, where those that line ends inside cells have made of one row of a tab table are one again: a row
    begins with its number, and has as many cells as the header."""
    out: list[str] = []
    width = 0
    i = 0
    while i < len(lines):
        cells = lines[i].split("\t")
        if len(cells) > 1 and _HEADED.match(fold(cells[0]).strip()):
            ahead = (line.split("\t") for line in lines[i + 1 : i + _MOST_TORN])
            width = next((len(row) for row in ahead if len(row) > 1 and _NUMBERED.match(row[0].strip())), 0)
            width = max(width, len(cells))
        elif not (len(cells) > 1 and _NUMBERED.match(cells[0].strip())):
            out.append(lines[i])
            i += 1
            continue
        torn = _torn(lines[i : i + _MOST_TORN], width)
        out.append("\t".join(_unquoted(cell) for cell in "\n".join(lines[i : i + torn]).split("\t")))
        i += torn
    return out


def _torn(lines: list[str], width: int) -> int:
    """How many of `lines`, from the first on, are one row of `width` cells; 1 where that does not come out even."""
    cells = len(lines[0].split("\t"))
    n = 1
    for line in takewhile(_is_rest, lines[1:]) if cells <= width else ():
        more = line.count("\t")
        cell = "\n".join(lines[:n]).rpartition("\t")[2]
        quoted = cell.startswith('"') and cell.count('"') % 2 == 1
        runs_on = quoted or line[:1].islower() or UNFINISHED.search(lines[n - 1].rstrip())
        if cells + more > width or (cells == width and (not runs_on or _POINT.match(line))):
            break
        cells, n = cells + more, n + 1
    return n if cells == width else 1


def _is_rest(line: str) -> bool:
    first = line.partition("\t")[0].strip()
    return bool(first) and not _NUMBERED.match(first) and not (is_page_number(line) or _BAR.search(line))


def _unquoted(cell: str) -> str:
    """A cell without the quotation marks that a spreadsheet puts around a cell with line ends when it is copied."""
    quoted = "\n" in cell and len(cell) > 1 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if quoted else cell


def _plain(text: str) -> str:
    """`text` without Markdown's and HTML's dress."""
    text = _BREAK.sub("\n", text).replace("\\|", "|").replace("&nbsp;", " ")
    text = _TAG.sub("", text)
    # Each unpaired sign is looked for up to the line's end: more of them than people write are left as they are.
    for _ in range(3 if text.count("*") + text.count("_") < _MOST_SIGNS else 0):
        text, n = _EMPHASIS.subn(r"\2", text)
        if not n:
            break
    return text.strip()
