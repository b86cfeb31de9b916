"""What the top of a document says about it: title, issuer, number, signing date, year."""

import re
from dataclasses import dataclass
from datetime import date

from lang.fold import fold
from plans.pages import UNFINISHED, Grid, Line, Piece, squeeze
from plans.table import columns

_TYPES = (
    "ke hoach|chuong trinh(?: cong tac| hanh dong)?|quyet dinh|nghi quyet|chi thi|thong bao(?: ket luan)?|de an"
    "|phuong an|danh muc|phu luc|huong dan|quy che|lich cong tac|cong van|du an"
)
_TYPE = re.compile(rf"(?:{_TYPES})$")
_TYPE_FIRST = re.compile(rf"(?:{_TYPES})\b")
_NUMBER = re.compile(r"\bSố\s*:?\s*(\d+[a-zđ]?)?\s*([/-]\s?[A-ZĐ0-9][\w/–\-.]*)")
_BARE_NUMBER = re.compile(r"(?<![\w/])(\d+)(/(?:\d{4}/)?[A-ZĐ]{2,}-[\w–\-]+)")
_LONG_DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
_SHORT_DATE = re.compile(r"ngày\s+(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.IGNORECASE)
_BLANK_DATE = re.compile(r"ngày\s*[.…_ ]*\s*tháng\s*(\d{0,2})[.…_ ]*\s*năm\s+(\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"(?<!đến )(?<!tháng \d )(?<!tháng \d\d )\bnăm\s+(20\d\d)\b", re.IGNORECASE)
_ISSUER = re.compile(
    r".*\bcủa\s+((?:Sở|UBND|Ủy ban|Uỷ ban|Bộ|Ban|Phòng|Trung tâm|Văn phòng|Chi cục|Cục|Trường|Bảo tàng|Thư viện)"
    r"\s.+?)\s*$"
)
_HEADER_NAME = re.compile(r"^(?:so|ubnd|uy ban|bo|ban|phong|trung tam|van phong|chi cuc|cuc|truong|hdnd|chinh phu)\b")
_STOP = re.compile(r"^(?:căn cứ|thực hiện|kính gửi|nơi nhận)\b|^[IVX]+[.\-)]\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """`number` starts with «/» where the document leaves it blank. `year` is None when nothing near the title tells
    it; `month` is the year and month of signing where the day is left blank.

    `official`: it has the title or the number of an official document, unlike an article about one.
    """

    title: str
    issuer: str
    number: str
    issued: date | None
    year: int | None
    official: bool
    month: tuple[int, int] | None = None


def head(pieces: list[Piece]) -> Head:
    lines = _top(pieces)
    title, at = _title(lines)
    number, numbered = _number(lines, at)
    issued, partial_year, month = _issued(lines, at, numbered)
    years = [int(year) for year in _YEAR.findall(title)]
    signed = issued.year if issued else partial_year
    year: int | None = None
    if len(set(years)) == 1:
        year = years[0]
    elif signed:
        year = signed if signed in years or not years else max(years)
    return Head(title, _issuer(title, lines), number, issued, year, bool(number) or at >= 0, month)


def _top(pieces: list[Piece]) -> list[str]:
    lines: list[str] = []
    for piece in pieces[:40]:
        if isinstance(piece, Grid):
            if columns(piece):
                break
            lines += [part for row in piece.rows for cell in row.cells for part in cell.split("\n") if part.strip()]
        elif isinstance(piece, Line):
            if re.match(r"^[IVX]+[.\-]\s", piece.text) and lines:
                break
            lines += piece.text.split("\n")
    return [line.strip() for line in lines if line.strip()]


def _title(lines: list[str]) -> tuple[str, int]:
    """The title and the place of its first line; -1 when no line names a kind of document."""
    for i, line in enumerate(lines):
        folded = fold(line).strip(" .*:")
        if _TYPE.match(folded):
            return squeeze(f"{line.strip(' .*:').capitalize()} {_subject(lines[i + 1 : i + 5])}"), i
        if _TYPE_FIRST.match(folded) and line[:6].isupper() and len(line) > 12:
            return squeeze(line), i
    for i, line in enumerate(lines[:15]):
        plainly = _TYPE_FIRST.match(fold(line)) and line[:1].isupper() and not line.endswith((".", ";", ","))
        if line.startswith("V/v") or (plainly and len(line) < 250):
            return squeeze(line), i
    return (squeeze(lines[0])[:200] if lines else ""), -1


def _subject(lines: list[str]) -> str:
    """What a document is about: the line below its kind, and the lines it runs on over."""
    out: list[str] = []
    for line in lines:
        runs_on = not out or line[:1].islower() or UNFINISHED.search(out[-1])
        if _STOP.match(line) or not runs_on:
            break
        out.append(line)
    return " ".join(out)


def _number(lines: list[str], at: int) -> tuple[str, int]:
    for i, line in enumerate(lines):
        if _STOP.match(line):
            break
        found = _NUMBER.search(line)
        if found:
            return f"{found[1] or ''}{found[2].replace(' ', '')}".rstrip(".-/"), i
    if at >= 0:
        found = _BARE_NUMBER.search(lines[at][:60])
        if found:
            return f"{found[1]}{found[2]}", at
    return "", -1


def _issued(lines: list[str], at: int, numbered: int) -> tuple[date | None, int | None, tuple[int, int] | None]:
    """The signing date; the year where only the year is filled in, and year and month where both are."""
    for i, line in enumerate(lines):
        if _STOP.match(line):
            break
        if i > at >= 0 and i != numbered and not re.search(r",\s*ngày", line):
            continue
        place = re.search(r"(?:^|,)\s*ngày", line, re.IGNORECASE)
        if not place and i != numbered:
            continue
        found = _LONG_DATE.search(line) or (_SHORT_DATE.search(line[:80]) if i == numbered else None)
        if found:
            day, month, year = (int(part) for part in found.groups())
            try:
                return date(year, month, day), year, None
            except ValueError:
                return None, year, None
        blank = _BLANK_DATE.search(line)
        if blank and len(line) < 120:
            month = int(blank[1] or 0)
            return None, int(blank[2]), (int(blank[2]), month) if 0 < month < 13 and int(blank[2]) else None
    return None, None, None


def _issuer(title: str, lines: list[str]) -> str:
    found = _ISSUER.match(title)
    if found:
        return re.sub(r"\s+năm\s+\d{4}.*$", "", found[1])
    above = [line for line in lines[:6] if line.isupper() and _HEADER_NAME.match(fold(line))]
    return above[-1] if above else ""
