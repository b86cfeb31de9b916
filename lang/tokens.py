"""The words of a time phrase, cut apart: numbers, written dates and hours whole, everything else word by word."""

import re
import unicodedata
from dataclasses import dataclass

from lang.fold import DASHES, fold

# «Số 30/2020/NĐ-CP», «12/KH-UBND», «57-NQ/TW», «91/2025/QH15»: a paper's number is never a time.
_KINDS = "qd|kh|nq|nd|tt|ttr|tb|ct|cv|hd|bc|cd|ctr|da|qc|gm|ubnd|hdnd|qh1[0-9]"
_PAPER_TORN = re.compile(rf"(?<!\w)\d+[a-z]?(?: ?/ ?\d{{4}})? ?[/-] ?(?:{_KINDS})(?: ?[/-] ?[a-z]\w*)*(?!\w)")
_PAPER = re.compile(r"(?<!\w)\d+[a-zđ]?(?:/\d{4})?[/-][A-ZĐ](?:[A-ZĐ]|[a-z]{1,2}[A-ZĐ-])\w*(?:[/-]\w+)*")
# Scanners read 1 as l or |, and 0 as O: «l5/6», «O6/2023», «2O23». Only beside a digit, or before «/» and a digit.
_SMUDGED = re.compile(r"(?<![a-z0-9])(?:(?=[ol|]*+\d)(?=\d*[ol|])[ol|\d]+(?![a-z])|[l|](?= ?/ ?\d))")
_QUARTERS = re.compile(r"(?<![a-z])(?:quy|qui) [ivl1|]+(?:(?: ?[-–—,;&] ?| va | den )[ivl1|]+)*(?![a-z0-9])")
_SMUDGED_ROMAN = re.compile(r"(?<![a-z0-9|])(?=1*[ivl|])[ivl1|]+(?![a-z0-9|])")
_DASHES = str.maketrans(dict.fromkeys(DASHES, "-"))
_DIGITS = str.maketrans("ol|", "011")
_ROMAN = str.maketrans("l1|", "iii")

_TOKEN = re.compile(
    r"""
    (?P<quantity>\d+(?:[.,]\d+){0,5}(?:/\d{1,2}(?:,\d+)?)?\ ?(?:%|(?:diem|trieu|ty\ dong|nguoi|ho\ so)(?![a-z])))
  | (?P<part>\d+(?:/\d+\ ?ngay|[.,]\d+\ ?(?:ngay|gio))(?![a-z])(?!\ \d))
  | (?P<iso>(?:19|20|21)\d\d\ ?(?P<i>[-/.])\ ?\d{1,2}\ ?(?P=i)\ ?\d{1,2}(?![\d/]))
  | (?P<dmy>\d{1,2}\ ?(?P<s>[./-])\ ?\d{1,2}\ ?(?P=s){1,2}\ ?(?:\d{4}|\d{2})(?![\d/]))
  | (?P<dm_y>\d{1,2}/\d{1,2}-(?:19|20|21)\d\d(?!\d))
  | (?P<my>\d{1,2}\ ?(?:/{1,2}|[.-])\ ?(?:19|20|21)\d\d(?!\d))
  | (?P<dm>\d{1,2}\ ?/\ ?\d{1,2}(?!\d)(?!\ ?/\ ?\d))
  | (?P<dot>\d{1,2}\.\d{1,2}(?![.\d]))
  | (?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?!\d))
  | (?P<hour>\d{1,2}\ ?(?:gio|g|h)(?:\ ?\d{2}(?!\ ?[/.\d])(?!\ ?(?:thang|hang))(?:\ ?phut|\ ?p(?![a-z]))?)?(?![a-z]))
  | (?P<year>(?:19|20|21)\d\d(?!\d))
  | (?P<number>\d+)
  | (?P<quarter>q\.?\ ?(?=[1-4](?!\d)|[iv]{1,3}(?![a-z]))|(?:quy|qui)(?=[iv]{1,3}(?![a-z])))
  | (?P<month>th?\.?(?=\d{1,2}(?!\d))|thg\.?\ ?(?=\d)|(?<=\d)t(?![a-z\d]))
  | (?P<word>[^\W\d_]+)
  | (?P<mark>\.{2,}|[^\s\w]|_+)
    """,
    re.VERBOSE,
)
_FIRST_BULLET = re.compile(r"(?:^|[:(])\s*[-–—+*•]")
_BULLET = re.compile(r"(?<=[^\s;,.])[ \t;,.]*[\r\n]\s*[-–—+*•]\s*")
_NUMBERS = re.compile(r"\d+")
_SHORT_WORDS = {"quarter": "quy", "month": "thang"}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind`: word, mark, number, year, my, dm, dmy, dot («20.7»), hour, short («T6», «Q2»), skip.

    A `skip` is the number of a paper or a quantity. `text` is folded, `raw` as written in small letters; `values`
    are the numbers inside, a `dmy` always as day, month, four-digit year. `glued`: nothing stands between it and the
    token before.
    """

    kind: str
    text: str
    raw: str
    values: tuple[int, ...]
    at: int
    glued: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """The tokens of `text` (one line, NFC); `smudged`: some letters had to be taken for digits."""

    text: str
    tokens: tuple[Token, ...]
    smudged: bool


def cut(phrase: str) -> Cut:
    """Cut `phrase` into tokens. Every character but the spaces belongs to one of them."""
    text = " ".join(_listed(unicodedata.normalize("NFC", phrase)).split())
    folded = fold(text)
    if len(folded) != len(text):
        text = folded
    papers = [found.span() for found in (*_PAPER.finditer(text.translate(_DASHES)), *_PAPER_TORN.finditer(folded))]
    for start, end in papers:
        folded = folded[:start] + "_" * (end - start) + folded[end:]
    clean = _SMUDGED.sub(lambda found: found[0].translate(_DIGITS), folded)
    clean = _QUARTERS.sub(lambda found: _SMUDGED_ROMAN.sub(lambda one: one[0].translate(_ROMAN), found[0]), clean)
    tokens: list[Token] = []
    end = -1
    lowered = text.lower()
    if len(lowered) != len(clean):
        lowered = clean
    for found in _TOKEN.finditer(clean):
        kind = str(found.lastgroup)
        token = _token(kind, found[0], lowered[found.start() : found.end()], found.start(), found.start() == end)
        end = found.end()
        tokens.append(token)
    return Cut(text, tuple(tokens), clean != folded)


def _listed(phrase: str) -> str:
    """A bulleted cell as one line: «- Quý I⏎- Quý III» is a list of two, not a range."""
    return _BULLET.sub("; ", phrase) if _FIRST_BULLET.search(phrase) else phrase


def _token(kind: str, text: str, raw: str, at: int, glued: bool) -> Token:
    if kind in ("word", "mark"):
        return Token("skip" if text[0] == "_" else kind, text, raw, (), at, glued)
    if kind in _SHORT_WORDS:
        return Token("short", _SHORT_WORDS[kind], raw, (), at, glued)
    if kind in ("quantity", "part"):
        return Token("skip", text, raw, (), at, glued)
    values = tuple(int(digits[:9]) for digits in _NUMBERS.findall(text))
    if kind == "iso":
        values = values[::-1]
    if kind == "dmy" and values[2] < 100:
        values = (values[0], values[1], 2000 + values[2])
    if kind == "clock" and not any(values):  # midnight: how a spreadsheet writes a day without an hour
        return Token("mark", "~", raw, (), at, glued)
    if kind == "clock":
        values = values[:2]
    return Token({"iso": "dmy", "dm_y": "dmy", "clock": "hour"}.get(kind, kind), text, raw, values, at, glued)
