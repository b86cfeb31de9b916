"""Plain text, pasted text and Markdown as lines and grids."""

import re
import unicodedata

from plans import Unreadable
from plans.pages import Grid, Line, Piece, Row

_PAGE_NUMBER = re.compile(r"^\W*(?:trang\s+)?\d{1,3}(?:\s*/\s*\d{1,3})?\W*$", re.IGNORECASE)
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+")
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3})(?=\S)(.{1,1000}?)(?<=\S)\1")
_TAG = re.compile(r"</?(?:sub|sup|b|i|u|strong|em|span|p|div|center)\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BAR = re.compile(r"(?<!\\)\|")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


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

    for raw in text.splitlines():
        bare = raw.strip()
        if not bare or (rows and _PAGE_NUMBER.match(bare) and "\t" not in raw and "|" not in raw):
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


def _plain(text: str) -> str:
    """`text` without Markdown's and HTML's dress."""
    text = _BREAK.sub("\n", text).replace("\\|", "|").replace("&nbsp;", " ")
    text = _TAG.sub("", text)
    for _ in range(3):
        text, n = _EMPHASIS.subn(r"\2", text)
        if not n:
            break
    return text.strip()
