"""What must not be taken in: classified papers are refused whole; telephone numbers and e-mail addresses dropped."""

import html
import re
import unicodedata
from collections.abc import Iterable

from lang.fold import fold

# A mark stands alone (Luật Bảo vệ bí mật nhà nước; DOMAIN 9.1): on its line, in a stamp or header, or as «(Mật)».
_BRACKETED = re.compile(r"[(\[{]\s*(?:(?:tuyệt|tối)\s+)?mật\s*[)\]}]", re.IGNORECASE)
_LABELLED = re.compile(r"\bđộ\s+mật\s*[:\-–]?\s*(?:tuyệt\s+mật|tối\s+mật|mật)(?!\w)", re.IGNORECASE)
_ALONE = {"mật", "tốimật", "tuyệtmật", "độmậtmật", "độmậttốimật", "độmậttuyệtmật"}
# As a copier's letters are recognised: a sign more or less on them.
_SECRET = ("MẬT", "MÂT", "MẠT", "MAT")
_STAMPED = {
    degree + secret
    for degree in ("", "TỐI", "TÓI", "TÔI", "TỒI", "TOI", "TUYỆT", "TUYÊT", "TUYẾT", "TUYẸT", "TUYET")
    for secret in _SECRET
}
_BESIDE = re.compile(
    r"\b(?:HỎA\s*TỐC|HOẢ\s*TỐC|THƯỢNG\s*KHẨN|KHẨN|BẢN\s*SỐ|TRANG\s*(?:SỐ\s*)?\d+)\b|\d+", re.IGNORECASE
)
_SEGMENTS = re.compile(r"\t+|\s{3,}|[\r\n]+|\|")
_APART = re.compile(r"(?<=(?<![^\W_])[^\W\d_])[\s._]+(?=[^\W\d_](?![^\W_]))")
_NO_LETTER = re.compile(r"[\W_]+")
_DRESS = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_SUFFIX = re.compile(r"\.[a-zA-Z0-9]{1,5}$")
_SET_OFF = re.compile(r"[_()\[\]{}–-]")
# Beside these it is another word: «BÍ MẬT», «MẬT KHẨU», «TIEN MAT», «MAT TRAN», «NGUYEN THI MAT».
_NOT_AFTER = {"bi", "bao", "co", "tien", "be", "vang", "thi", "ra", "giap"}
_NOT_BEFORE = {"khau", "ma", "do", "ong", "tran", "bang", "nuoc", "hang", "duong", "cat", "dat"}
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
    r"\(?(?:\+?84\)?(?:[\s.\-–]?\(0\))?[\s.\-–]?|0(?:\)\s?)?)"
    r"(?:\(?2\d{1,2}\)?(?:\s?[.\-–]?\s?\d){7,8}|[35789]\d(?:\s?[.\-–]?\s?\d){7}"
    r"|[35789][\s.\-–]\d{3}(?:\s?[.\-–]?\s?\d){5})"
    r"(?!\d|/(?!\s?\(?(?:0|\+84)\d))(?![.,]\d)"
)
_CALLED = r"(?:số\s+)?điện\s+thoại(?:\s+liên\s+hệ|\s+di\s+động)?|s?đtdđ|sđt|đt|di\s+động|tel|mobile|hotline|zalo"
# After such a word any number long enough: a landline without its area, or one whose 0 a spreadsheet dropped.
_LOCAL = (
    r"(?!(?:\d\d?[\s.\-]){2}(?:19|20)\d\d(?!\d)|(?:(?:19|20)\d\d\s?[\-–]?){2}(?!\d))"
    r"\(?(?:\d[\s.\-]?\)?){6,10}\d(?![\d%]|[.,]\d|/(?!\s?\d{7})|\s*(?:đồng|đ|vnđ|triệu|nghìn)(?!\w))"
)
_LABELLED_NUMBERS = re.compile(
    rf"((?<!\w)(?:{_CALLED})\s?[.:]?\s?|\x00\s?[,;/]\s?){_LOCAL}(?:\s?[,;/]\s?{_LOCAL})*",
    re.IGNORECASE,
)
_LABEL = rf"(?:{_CALLED}|e-?mail|thư\s+điện\s+tử)"
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
    letters = ""
    for text in texts:
        bare = text.strip()
        if len(bare) == 1 and bare.isalpha():
            letters += bare
            continue
        if _marked(text) or letters in _STAMPED:
            return True
        letters = ""
    return letters in _STAMPED


def named(name: str) -> bool:
    """Whether what a file is called carries a mark of secrecy: alone, set off («KH 12 - Mật.docx»), or in capitals
    («Kế hoạch MẬT.docx», «KH_MAT»), where a name is no sentence."""
    name = unicodedata.normalize("NFC", name)
    stem = _SUFFIX.sub("", name)
    spaced = " " in stem  # else «_» and «-» only stand for spaces: «Nguyen_Van_Mật.docx»
    if classified([_NO_LETTER.sub(" ", stem), stem, *(_SET_OFF.split(stem) if spaced else ())]):
        return True
    words = ["", *_NO_LETTER.sub(" ", name).split(), ""]
    for at, word in enumerate(words):
        if word in _STAMPED and word not in ("MÂT", "MẠT"):
            before, after = fold(words[at - 1]), fold(words[at + 1])
            person = before == "van" and fold(words[at - 2]) != "cong"
            if not (person or before in _NOT_AFTER or after in _NOT_BEFORE):
                return True
    return False


def _marked(text: str) -> bool:
    if len(text) < 3:
        return False
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", _DRESS.sub(" ", html.unescape(text))))
    together = _APART.sub("", text)  # letters written apart: «( M Ậ T )», «M   Ậ   T»
    if _BRACKETED.search(together) or _LABELLED.search(text):
        return True
    return any(_stands_alone(segment) for form in {text, together} for segment in _SEGMENTS.split(form))


def _stands_alone(segment: str) -> bool:
    if len(segment) > 60:
        return False
    words = _NO_LETTER.sub(" ", _BESIDE.sub(" ", segment)).split()
    joined = "".join(words)
    return joined in _STAMPED or (joined.lower() in _ALONE and (len(words) > 1 or joined != joined.lower()))


def stripped(text: str) -> str:
    """`text` without telephone numbers and e-mail addresses, without the labels left hanging before them, and without
    letters that no database can hold."""
    text = _UNWRITABLE.sub(" ", text)
    if "@" not in text and not any(c.isdigit() for c in text):
        return text
    gone, mails = _MAIL.subn("\x00", text)
    gone, phones = _PHONE.subn("\x00", gone)
    gone, local = _LABELLED_NUMBERS.subn("\\1\x00", gone)
    if not mails + phones + local:
        return text
    for pattern, instead in _TIDY:
        gone = pattern.sub(instead, gone)
    return gone.strip()
