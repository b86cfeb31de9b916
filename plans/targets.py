"""Quantified targets in a sentence: «tối thiểu 90%», «từ 95% trở lên», «35-40%»."""

import re
from datetime import date

from lang.fold import fold
from plans import DraftTarget
from plans.pages import squeeze
from plans.table import Entry

_N = r"\d+(?:[.,]\d+)?"
_PERCENT = re.compile(rf"(?<![\d/.,])({_N})\s*(?:%\s*)?(?:[-–]|đến)\s*({_N})\s*%|(?<![\d/.,])({_N})\s*%")
_CLAUSES = re.compile(
    rf";\s*|(?<=[^.\d][.!?])\s+(?=[A-ZĐÀ-Ỹ0-9])|,\s+(?=(?:(?:tối thiểu|ít nhất|trên|đạt)\s+)?{_N}\s*%)"
    r"|,\s+(?=tỷ lệ\s|tỉ lệ\s)"
)
_AT_LEAST = re.compile(r"(?:tối thiểu|ít nhất|không thấp hơn|không dưới|≥|>=)(?:\s+(?:là|đạt|từ))?\s*$", re.IGNORECASE)
_MORE = re.compile(r"(?:trên|hơn|vượt|>)\s*$", re.IGNORECASE)
_AT_MOST = re.compile(r"(?:không quá|không vượt quá|tối đa|dưới|≤|<=|<)\s*$", re.IGNORECASE)
_AND_UP = re.compile(r"^\s*(?:\w+\s+){0,6}?trở lên", re.IGNORECASE)
_FIGURE = re.compile(rf"(?<![\d/.,])({_N})(?![\d/.,]*\d)")
_RANGE = re.compile(rf"(?<![\d/.,])({_N})\s*%?\s*[-–]\s*({_N})")
_SIGNS = {"≥": ">=", ">=": ">=", ">": ">", "≤": "<=", "<=": "<=", "<": "<=", "trên": ">", "ít nhất": ">="}
_BY = re.compile(r"đến (?:hết )?năm (20\d\d)", re.IGNORECASE)
# What was measured in a past period, and shares that a law sets, are no targets (DOMAIN 12.10).
_PAST = re.compile(
    r"\bdo (?:trong )?năm 20\d\d|, bằng \d|điểm tự |so với năm 20\d\d \(|\bđiểm không đạt\b", re.IGNORECASE
)


def read(sentence: str, section: str, by: date | None = None, lead: str = "") -> list[DraftTarget]:
    """The targets stated in `sentence`, one for each clause that carries a share. `section` says where it stands."""
    if "%" not in sentence:
        return []
    out: list[DraftTarget] = []
    for clause in _CLAUSES.split(squeeze(sentence)):
        found = _PERCENT.search(clause)
        if not found or _PAST.search(clause):
            continue
        before, after = clause[: found.start()], clause[found.end() :]
        low, high = number(found[1] or found[3]), number(found[2]) if found[2] else None
        out.append(DraftTarget(section, clause.strip(), _op(before, after, high), low, "%", high, by, lead))
    return out


def of_row(section: str, entry: Entry, heading: str) -> DraftTarget:
    """A row of a table of targets: its figure stands in the result column, its measure beside it («≥ 80 | %»)."""
    words = entry.product
    by = _BY.search(heading)
    found = _RANGE.search(words) or _FIGURE.search(words)
    op, value, high = "qualitative", None, None
    if found and found.start() < 6:
        value, high = number(found[1]), number(found[2]) if found.re is _RANGE else None
        op = "range" if high is not None else _SIGNS.get(words[: found.start()].strip(), "=")
    return DraftTarget(
        section,
        entry.title,
        op,
        value,
        entry.measure or ("%" if "%" in words else ""),
        high,
        date(int(by[1]), 12, 31) if by else None,
        squeeze(entry.lead),
    )


def number(words: str) -> float:
    """«97,5» and «97.5» alike: shares are written with a decimal comma or point and no thousands."""
    return float(words.replace(",", "."))


def _op(before: str, after: str, high: float | None) -> str:
    if _AT_LEAST.search(before) or _AND_UP.search(after):
        return ">="
    if high is not None:
        return "range"
    if _MORE.search(before):
        return ">"
    return "<=" if _AT_MOST.search(before) else "="


def same_key(target: DraftTarget) -> str:
    """What two wordings of one target have in common: from its figure on, without marks or punctuation."""
    found = _PERCENT.search(target.text)
    return re.sub(r"[^\w%]+", " ", fold(target.text[found.start() :] if found else target.text)).strip()
