"""What must not be taken in: classified papers are refused whole; telephone numbers and e-mail addresses dropped."""

import re
import unicodedata
from collections.abc import Iterable

# A mark stands alone (Luật Bảo vệ bí mật nhà nước; DOMAIN 9.1): on its line, in a stamp or header, or as «(Mật)».
_BRACKETED = re.compile(r"[(\[{]\s*(?:(?:tuyệt|tối)\s+)?mật\s*[)\]}]", re.IGNORECASE)
_LABELLED = re.compile(r"\bđộ\s+mật\s*[:\-–]?\s*(?:tuyệt\s+mật|tối\s+mật|mật)(?!\w)", re.IGNORECASE)
_ALONE = {"mật", "tốimật", "tuyệtmật", "độmậtmật", "độmậttốimật", "độmậttuyệtmật"}
_STAMPED = {"MẬT", "MÂT", "MẠT", "MAT", "TỐIMẬT", "TÓIMẬT", "TOIMAT", "TÔIMÂT", "TUYỆTMẬT", "TUYÊTMÂT", "TUYETMAT"}
_BESIDE = re.compile(r"HỎA\s*TỐC|HOẢ\s*TỐC|THƯỢNG\s*KHẨN|KHẨN|BẢN\s*SỐ|\d+", re.IGNORECASE)
_SEGMENTS = re.compile(r"\t+|\s{3,}|[\r\n]+|\|")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")

# A narrow column may tear an address at its «@» or before a dot.
_MAIL = re.compile(
    r"(?<![\w.+\-])[\w.+\-]++\s?@\s?(?:[\w\-]+(?:\s?\.[\w\-]+)+|[\w\-]+\.\s(?:com|gov|edu|org|net|vn)(?:\.vn)?\b)"
    r"(?:\.\s(?:gov|edu|com|vn)(?:\.vn)?\b)?"
)
# Vietnamese numbers (quy hoạch kho số viễn thông): mobile 0[35789] + 8 digits, landline 02 + 9, or +84 for the first 0.
_PHONE = re.compile(
    r"(?<![\d+])(?<!(?<!\d\d\d)/)(?<!\d[.,])(?!(?:\d\d?\s?[\s.\-]\s?){1,2}(?:19|20)\d\d(?![.\-]?\d))"
    r"\(?(?:\+?84[\s.\-]?|0)\)?"
    r"(?:\(?2\d{1,2}\)?(?:\s?[.\-–]?\s?\d){7,8}|[35789]\d(?:\s?[.\-–]?\s?\d){7})(?!\d|/(?!\s?\(?(?:0|\+84)\d))(?![.,]\d)"
)
_LABEL = (
    r"(?:(?:số\s+)?điện\s+thoại(?:\s+liên\s+hệ|\s+di\s+động)?|s?đtdđ|sđt|đt|di\s+động|tel|mobile|hotline|zalo|e-?mail"
    r"|thư\s+điện\s+tử)"
)
_LABELLED_GAP = re.compile(rf"(?<!\w){_LABEL}\s*+[.:]?\s*+\x00", re.IGNORECASE)
_TIDY = (
    (re.compile(r"\x00(?:\s*+[,;/\-–]?\s*+\x00)+"), "\x00"),
    (_LABELLED_GAP, "\x00"),
    (re.compile(r"\(\s*\x00\s*\)"), ""),
    (re.compile(r"\(\s*\x00\s*[,;]?\s*"), "("),
    (re.compile(r"(?<!\s)\s*+[,;:\-–]?\s*+\x00(?=\s*(?:[,;.)]|$))", re.MULTILINE), ""),
    (re.compile(r"(?<![ \t])[ \t]*+\x00[ \t]*"), " "),
)


def classified(texts: Iterable[str]) -> bool:
    """Whether any of the lines, cells, headers or stamps carries a mark of secrecy.

    «bí mật nhà nước», «mật khẩu», «không bao gồm nội dung mật» inside a sentence are no mark.
    """
    return any(_marked(text) for text in texts)


def _marked(text: str) -> bool:
    if len(text) < 3:
        return False
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    if _BRACKETED.search(_closed(text)) or _LABELLED.search(text):
        return True
    return any(_stands_alone(segment) for segment in _SEGMENTS.split(text))


def _closed(text: str) -> str:
    """Letters written apart inside brackets are put together: «( M Ậ T )» → «(MẬT)»."""
    return re.sub(r"[(\[{][^)\]}]{3,24}[)\]}]", lambda found: _together(found[0]), text)


def _together(text: str) -> str:
    return re.sub(r"(?<=\b\w)[\s.]+(?=\w\b)", "", text)


def _stands_alone(segment: str) -> bool:
    if len(segment) > 60:
        return False
    words = re.sub(r"[^\w]+", " ", segment).split()
    joined = "".join(words)
    if joined.lower() in _ALONE and (len(words) > 1 or joined != joined.lower()):
        return True
    return "".join(re.sub(r"[^\w]+", " ", _BESIDE.sub(" ", segment)).split()) in _STAMPED


def stripped(text: str) -> str:
    """`text` without telephone numbers and e-mail addresses, without the labels left hanging before them, and without
    letters that no database can hold."""
    text = _UNWRITABLE.sub(" ", text)
    if "@" not in text and not any(c.isdigit() for c in text):
        return text
    gone, mails = _MAIL.subn("\x00", text)
    gone, phones = _PHONE.subn("\x00", gone)
    if not mails + phones:
        return text
    for pattern, instead in _TIDY:
        gone = pattern.sub(instead, gone)
    return gone.strip()
