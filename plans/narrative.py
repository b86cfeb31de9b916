"""The prose of a plan: who is told to do what under «Tổ chức thực hiện», and the reporting regime."""

import re
from dataclasses import dataclass

from lang import deadlines
from lang.deadlines import Meaning
from lang.fold import fold
from plans import DraftReport, DraftTask, units
from plans.pages import Line, Piece, squeeze

_ROMAN_HEADING = re.compile(r"^([IVX]+)\s*[.\-–)]\s*(\S.*)$")
_NUMBERED = re.compile(r"^(\d+(?:\.\d+)*)\s*[.)]?\s+(\S.*)$")
_BULLET = re.compile(r"^[-+*•–]\s*")
_ASSIGNS = re.compile(r"\bto chuc thuc hien\b|\bphan cong\b|\btrach nhiem\b")
_CLOSING = re.compile(
    r"^(?:tren day la|noi nhan|yeu cau cac|ke hoach nay|can cu ke hoach nay, yeu cau|trong qua trinh)\b"
)
_SIGNED = re.compile(r"^(?:noi nhan|tm\.|kt\.|tl\.|giam doc$|chu tich$)")

_PERIOD = (
    r"(?:báo cáo\s+)?(?:quý\s+(?:IV|I{1,3}|[1-4])|(?:06|6|09|9|sáu|chín)\s+tháng(?:\s+(?:đầu|cuối)\s+năm)?"
    r"|(?:cả\s+)?năm|tháng)"
)
_DAY = r"(?:(?:chậm nhất|trước|đến|vào)\s+)*(?:ngày\s+)?\d{1,2}\s*/\s*\d{1,2}(?:\s*/\s*\d{4})?"
_DATED = re.compile(rf"({_PERIOD})\s*(?:\(([^()]*\d[^()]*)\)|[:\-–]?\s*({_DAY}))", re.IGNORECASE)
_REGULAR = re.compile(
    r"^(định kỳ[^,.;]*?(?:,[^,.;]*?\b(?:tháng|quý|năm)\b[^,.;]*?)*(?:\([^)]*\))?)\s*(?:,|các\b|báo cáo\b)", re.I
)
_TO = re.compile(
    r"(?:gửi(?:\s+báo\s+cáo)?(?:\s+về)?|về|báo cáo)\s+"
    r"((?:Văn phòng|Phòng|Sở|UBND|Ủy ban|Ban|Bộ|Trung tâm|Cơ quan|Thanh tra)(?:\s+[\wĐ\-–]+)*?)"
    r"(?=\s+(?:để|tổng hợp|theo|trước|chậm|gồm)\b|\s*[,.;:()]|\s*$)"
)
_BEGINS_WITH_REGULAR = re.compile(r"^định kỳ\s+", re.IGNORECASE)
_SENDERS = re.compile(
    r"((?:tất cả\s+)?các\s+[^.;:]*?)\s+(?:tổng hợp|gửi|báo cáo|có trách nhiệm|xây dựng|lập)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Prose:
    tasks: tuple[DraftTask, ...]
    reports: tuple[DraftReport, ...]


def read(pieces: list[Piece], year: int) -> Prose:
    """The assignments and the reports told in sentences. Dates without a year fall in `year`."""
    tasks: list[DraftTask] = []
    reports: list[DraftReport] = []
    section, assigns, number, unit = "", False, "", ""
    bodies: list[tuple[str, str, str, str]] = []
    for piece in pieces:
        if not isinstance(piece, Line):
            continue
        text = squeeze(piece.text)
        if _SIGNED.match(fold(text)):
            break
        roman, numbered = _ROMAN_HEADING.match(text), _NUMBERED.match(text)
        if roman:
            section, assigns, number, unit = roman[1], bool(_ASSIGNS.search(fold(roman[2]))), "", ""
            continue
        heading = _heading(numbered[2]) if numbered else None
        if numbered and heading is not None:
            number, unit = numbered[1], heading
            continue
        if text.endswith("./."):
            break
        if _CLOSING.match(fold(text)):
            continue
        body = _BULLET.sub("", numbered[2] if numbered else text)
        reports += _reports(body, unit if assigns else "", year, len(reports))
        if assigns and unit and not _is_report(body):
            bodies.append((section, number, unit, body))
    for i, (section, number, unit, body) in enumerate(bodies):
        siblings = [other for other in bodies if other[:3] == (section, number, unit)]
        place = f"{section}.{number}" if section else number
        ref = place if len(siblings) == 1 else f"{place}.{1 + [other is bodies[i] for other in siblings].index(True)}"
        tasks.append(DraftTask(ref, body, lead=units.names(unit, lead=True)[0], section=place))
    return Prose(tuple(tasks), tuple(reports))


def _heading(text: str) -> str | None:
    """The unit that a numbered heading names; «» for a heading that names none; None when the line is no heading."""
    bare = text.strip(" .:*")
    bare = re.sub(r"^Trách nhiệm (?:của )?(?:các )?(?=\w)|^Giao\s+", "", bare)
    if len(bare) > 140 or re.search(r"[.;]\s", bare):
        return None
    if units.reads_as_unit(bare) or (units.is_unit(bare) and len(bare.split()) < 12 and not text.endswith(".")):
        return bare
    return "" if text.endswith(":") or len(bare.split()) < 6 else None


def _is_report(body: str) -> bool:
    return bool(_DATED.search(body) and "báo cáo" in body.lower()) or bool(
        _BEGINS_WITH_REGULAR.match(body) and "báo cáo" in body.lower()
    )


def _reports(body: str, unit: str, year: int, before: int) -> list[DraftReport]:
    if "báo cáo" not in body.lower():
        return []
    senders, to = _senders(body, unit), _to(body)
    out: list[DraftReport] = []
    for found in _DATED.finditer(body):
        meaning = deadlines.read((found[2] or found[3]).strip()).meaning(year)
        if meaning.due:
            period = re.sub(r"^báo cáo\s+", "", squeeze(found[1]), flags=re.IGNORECASE)
            out.append(_report(before + len(out), f"Báo cáo {period}", senders, to, squeeze(found[0]), meaning))
    regular = _REGULAR.match(body)
    if not out and regular and re.search(r"\b(?:tháng|quý|năm)\b", regular[1]):
        phrase = squeeze(regular[1])
        out.append(_report(before, "Báo cáo định kỳ", senders, to, phrase, deadlines.read(phrase).meaning(year)))
    return out


def _report(n: int, title: str, senders: tuple[str, ...], to: str, phrase: str, meaning: Meaning) -> DraftReport:
    return DraftReport(
        f"R{n + 1}", title, senders, to, phrase, meaning.due, meaning.strict, meaning.time, meaning.doubts
    )


def _senders(body: str, unit: str) -> tuple[str, ...]:
    """Who reports: the heading the sentence stands under where it names a set of units, else the sentence's subject."""
    words = unit if unit.lower().startswith("các ") else ""
    if not words:
        found = _SENDERS.search(_BEGINS_WITH_REGULAR.sub("", body))
        words = found[1] if found else unit
    return tuple(part.strip() for part in re.split(r",\s*|;\s*|\s+và\s+", words) if part.strip())


def _to(body: str) -> str:
    found = _TO.search(body)
    return squeeze(found[1]) if found else ""
