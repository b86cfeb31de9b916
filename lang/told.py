"""What somebody tells of a piece of work in their own words: that it is done, that it is not, that it waits for a
signature, or a question about it; and the words that are left once that is said.

Typed as people type: without marks, with the common short forms. A word that only its marks tell from another
(«gần», «gắn») counts when it is typed with its own marks or with none.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from lang.fold import fold
from lang.numbers import ROMAN


class Means(StrEnum):
    DONE = "done"
    NOTHING = "nothing"  # there was nothing to report
    ASKED = "asked"
    SIGNING = "signing"
    NOT_DONE = "not done"
    OTHER = "other"  # nothing of the kind is said


@dataclass(frozen=True, slots=True)
class Word:
    raw: str
    bare: str


@dataclass(frozen=True, slots=True)
class Period:
    """«quý I»: ("quarter", 1); «6 tháng»: ("months", 6); «tháng 5»: ("month", 5); «năm»: ("year", 0); «năm 2023»:
    ("of", 2023), which year it was."""

    kind: str
    n: int


@dataclass(frozen=True, slots=True)
class Left:
    """A folded word of what it is about. `loose`: it may as well be said to anybody, about nothing."""

    word: str
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """`left`: what it is about; `periods`: those named."""

    means: Means
    left: tuple[Left, ...] = ()
    periods: tuple[Period, ...] = field(default=())


_TOKEN = re.compile(r"[^\W_]+|[?%]")
_SHORT = ((re.compile(r"\bb\s?[./]\s?c(?:áo|ao)?\b"), "bc"), (re.compile(r"\bq\s?[./]\s?(?=[ivx\d])"), "quý "))
_LONG_FORMS = {
    "bc": "bao cao",
    "bcao": "bao cao",
    "kh": "ke hoach",
    "cv": "cong van",
    "ttr": "to trinh",
    "qd": "quyet dinh",
    "nq": "nghi quyet",
    "vp": "van phong",
    "vb": "van ban",
}
_NUMBERS = ROMAN | {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "sau": 6, "chin": 9}
_QUARTER = re.compile(r"q(?:uy|ui)?(\d)")
_MONTH_WORDS = ("thang", "thag", "th", "t")
_MONTHS = re.compile(r"(\d{1,2})(?:t|th|thang)")
_MONTH = re.compile(r"(?:t|th|thang)(\d{1,2})")

_PEOPLE = frozenset(("anh", "chi", "em", "co", "chu", "bac", "sep", "ong", "ba"))
_MARKERS = frozenset(("xong", "song", "xog", "roi", "rui", "r", "vua", "done"))
_VERBS = frozenset(("nop", "gui", "lam", "chuyen", "ky", "up", "xong", "phat", "ban", "hoan", "trinh", "co"))
_PAIRS = frozenset(
    (
        *("hoan thanh", "hoan tat", "phat hanh", "ban hanh", "thuc hien", "to chuc", "hom qua", "hom nay", "sang nay"),
        *("chieu qua", "chieu nay", "toi qua", "cam on", "van thu", "van phong", "van ban", "lien thong", "he thong"),
        *("ben em", "ben minh", "phong em", "phong minh", "phong chung", "dau nam", "cuoi nam", "ra roi", "ban giay"),
        *("ban cung", "ban mem", "trinh ky", "lanh dao", "thua anh", "thua chi", "bao anh", "bao chi"),
    )
)
_FINISHED = frozenset(("hoan thanh", "hoan tat", "phat hanh", "ban hanh"))
_SMALL = frozenset(
    (
        *("a", "ah", "nhe", "nha", "nhi", "oi", "da", "vang", "thua", "e", "c", "minh", "ben", "day", "nay", "luon"),
        *("het", "ca", "la", "ok", "oke", "okie", "deu", "viec", "qua", "truc", "ioffice", "io", "email", "mail"),
        *("zalo", "vt", "ve", "len", "sang", "cho", "toi", "den", "cua", "nop", "gui", "lam", "chuyen", "ky", "up"),
        *("ngay", "hqua", "rep", "duoc", "so", "va", "voi", "cac", "kem", "theo", "cung", "xong", "nhung"),
        *_PEOPLE,
        *_MARKERS,
    )
)
_NEVER = (
    *("chưa", "gần", "đang", "khoan", "nếu", "hủy", "huỷ", "nhầm", "sẽ", "mai", "nửa", "đừng", "chớ", "ngừng", "dừng"),
    *("chờ", "đợi", "thiếu", "định", "tưởng", "chắc", "hẹn", "nháp", "muộn", "không", "ko", "kg", "hông", "phải"),
    *("cần", "nhớ", "bị", "tí", "ngoái", "hãy", "khỏi", "sắp", "nhắc", "xin", "%"),
)
_MARKED_ONLY = frozenset(("chờ", "đợi", "định", "cần", "bị", "chắc", "phải", "khỏi", "nửa"))
"""Without marks these are common words of another meaning: «cho», «doi», «dinh», «can», «bi» …"""
_NEVER_TOGETHER = re.compile(
    r"\b(?:hinh nhu|tra lai|coi nhu|gan nhu|co ban (?=xong|hoan)|du thao|mot nua|tuan sau|thang sau|den dau|chac la"
    r"|cho (?:ky|lanh dao|sep|duyet|phe duyet|y kien|so lieu|trinh|xac nhan|dong dau)|nam truoc|ky truoc|bi tra"
    r"|con thieu|ti nua|lat nua|ngay mai|hoan thien|xem lai|sua lai)\b"
)
_ASKS = ("ai", "nào", "gì", "sao", "mấy", "hả", "hử", "nhỉ", "bao giờ", "bao nhiêu", "?")
_ASKS_MARKED = frozenset(("mấy", "sao"))
_SIGNING = re.compile(r"\btrinh(?: \w+){0,3} ky\b|\bcho (?:\w+ ){0,2}ky\b")
_NOTHING = re.compile(r"\bkhong (?:co )?(?:gi )?phat sinh\b")


_SAID = frozenset(fold(word) for word in (*_NEVER, *_ASKS) if word not in _MARKED_ONLY) | {"dau", "dung"}
"""What turns a sentence into something else than a result is no part of what it is about."""


def words(text: str) -> list[Word]:
    """The words of a sentence, common short forms written out."""
    text = unicodedata.normalize("NFC", text).lower()
    for pattern, instead in _SHORT:
        text = pattern.sub(instead, text)
    found: list[Word] = []
    for raw in _TOKEN.findall(text):
        bare = fold(raw)
        if bare in _LONG_FORMS:
            found += [Word(part, part) for part in _LONG_FORMS[bare].split()]
        else:
            found.append(Word(raw, bare))
    return found


def read(text: str, names: Collection[tuple[str, str]] = (), people: Collection[str] = ()) -> Told:
    """What `text` tells. `names`: pairs of words that follow each other in the names of work, which mean nothing by
    themselves; `people`: the folded last words of people's names."""
    said = words(text)
    bare = [word.bare for word in said]
    named = [
        (i > 0 and (bare[i - 1], bare[i]) in names) or (i + 1 < len(bare) and (bare[i], bare[i + 1]) in names)
        for i in range(len(bare))
    ]
    left, periods = _periods(bare)
    return Told(_means(said, named), tuple(_about(left, people)), tuple(dict.fromkeys(periods)))


def _is(word: Word, what: str, marked_only: Collection[str]) -> bool:
    return word.raw == what or (word.raw == fold(what) and what not in marked_only)


def _means(said: Sequence[Word], named: Sequence[bool]) -> Means:
    bare = [word.bare for word in said]
    plain = " ".join("-" if skip else word for word, skip in zip(bare, named, strict=True))
    if not bare:
        return Means.OTHER
    nothing = _NOTHING.search(plain) is not None
    plain = _NOTHING.sub("-", plain)
    end = len(said)
    while end > 1 and said[end - 1].bare in _SMALL and said[end - 1].raw != "à":
        end -= 1
    last = said[end - 1]
    if last.raw == "à" or last.bare in ("chua", "khong", "ko") or (last.bare == "dau" and last.raw != "đầu"):
        return Means.ASKED
    for word, skip in zip(said, named, strict=True):
        if not skip and any(_is(word, asks, _ASKS_MARKED) for asks in _ASKS):
            return Means.ASKED
    if re.search(r"\b(?:bao gio|bao nhieu|dung khong|phai khong|duoc khong|co phai)\b", plain):
        return Means.ASKED
    issued = re.search(r"\b(?:phat hanh|ban hanh)\b", " ".join(bare)) is not None
    if _SIGNING.search(plain) and not issued:
        return Means.SIGNING
    if _NEVER_TOGETHER.search(plain):
        return Means.NOT_DONE
    for i, word in enumerate(said):
        if named[i] or not any(_is(word, never, _MARKED_ONLY) for never in _NEVER):
            continue
        if word.bare == "khong" and nothing:
            continue
        if word.bare == "sap" and i + 1 < len(said) and said[i + 1].bare == "xep":
            continue
        if word.bare == "mai" and i and said[i - 1].bare in _PEOPLE:
            continue
        return Means.NOT_DONE
    if nothing:
        return Means.NOTHING
    return Means.DONE if _marked_done(said, plain) else Means.OTHER


def _marked_done(said: Sequence[Word], plain: str) -> bool:
    if any(word.bare in _MARKERS for word in said) or re.search(rf"\b(?:{'|'.join(_FINISHED)})\b", plain):
        return True
    for i, word in enumerate(said):
        if word.raw == "đã":
            return True
        if word.raw == "da" and any(after.bare in _VERBS for after in said[i + 1 : i + 2]):
            return True
    return False


def periods(text: str) -> list[Period]:
    """The periods that a name or a time phrase speaks of."""
    return _periods([word.bare for word in words(text)])[1]


def bare_words(text: str) -> list[str]:
    """A name's words, folded, its periods and small words aside."""
    return [word for word in _periods([word.bare for word in words(text)])[0] if word not in ("va", "cua", "cac")]


def _periods(bare: Sequence[str]) -> tuple[list[str], list[Period]]:
    """The words without the periods they name, and these."""
    left: list[str] = []
    found: list[Period] = []
    i = 0
    while i < len(bare):
        word, after = bare[i], bare[i + 1] if i + 1 < len(bare) else ""
        number = _NUMBERS.get(after) or (int(after) if after.isdigit() and len(after) < 3 else 0)
        own = int(word) if word.isdigit() and len(word) < 3 else _NUMBERS.get(word, 0)
        taken = 2
        if word in ("quy", "qui", "q") and 1 <= number <= 4:
            found.append(Period("quarter", number))
        elif own in (3, 6, 9, 12) and after in _MONTH_WORDS:
            found.append(Period("months", own))
            if list(bare[i + 2 : i + 4]) in (["dau", "nam"], ["cuoi", "nam"]):
                taken += 1 if re.fullmatch(r"20\d\d", "".join(bare[i + 4 : i + 5])) else 2
        elif word in _MONTH_WORDS and 1 <= number <= 12 and after not in ("ba", "tu"):
            found.append(Period("month", number))
        elif word == "nam" and re.fullmatch(r"20\d\d", after):
            found += [Period("of", int(after))] + (
                [Period("year", 0)] if list(bare[max(0, i - 2) : i]) == ["bao", "cao"] else []
            )
        elif word == "nam" and (list(bare[max(0, i - 2) : i]) == ["bao", "cao"] or list(bare[i - 1 : i]) == ["ca"]):
            found.append(Period("year", 0))
            taken = 1
        elif glued := _QUARTER.fullmatch(word):
            found.append(Period("quarter", int(glued[1])))
            taken = 1
        elif (glued := _MONTHS.fullmatch(word)) and int(glued[1]) in (3, 6, 9, 12):
            found.append(Period("months", int(glued[1])))
            taken = 1
        elif (glued := _MONTH.fullmatch(word)) and 1 <= int(glued[1]) <= 12:
            found.append(Period("month", int(glued[1])))
            taken = 1
        else:
            left.append(word)
            taken = 1
        i += taken
    return left, found


def _about(bare: Sequence[str], people: Collection[str]) -> list[Left]:
    """What is said, each word with whether it may be said to anybody about nothing."""
    spoken = _NOTHING.sub(" ", " ".join(bare)).split()
    loose = [word in _SMALL or word in _SAID for word in spoken]
    for i, pair in enumerate(pairwise(spoken)):
        if " ".join(pair) in _PAIRS:
            loose[i] = loose[i + 1] = True
    for i, word in enumerate(spoken):
        if word in people and (all(loose[i + 1 :]) or spoken[i + 1 : i + 2] == ["oi"]):
            loose[i] = True
    return [Left(word, skip) for word, skip in zip(spoken, loose, strict=True)]
