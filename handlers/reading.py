"""What people's words hold besides a command's name: codes, a plan's row, an issued document; and whether anything in
them speaks against taking them at their word. Nothing is recorded on words that were only half understood."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from handlers.talk import Refused
from lang.fold import fold
from lang.text import _

_CODE = r"(?:(?:các|cac|việc|viec|mã|ma|số|so|code)\s+)*(?P<first>\d{1,9})"
_MORE = r"(?:(?:việc|viec|mã|ma)\s+)*\d{1,9}"
_CODES = re.compile(rf"\s*{_CODE}(?:(?:\s*(?:[,;&+]|\bvà\b|\bva\b)\s*|\s+){_MORE})*(?![\w%/]|[-.]\d)", re.IGNORECASE)
_REF = re.compile(r"\s*(?:(?:việc|viec|mục|muc|dòng|dong)\s+)*(\d{1,3}(?:\.(?:\d{1,3}|[a-zđ]))+)(?!\w)", re.IGNORECASE)
_PAGE = re.compile(r"\s*\btrang (\d{1,3})[\s.]*$", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"(?:(?<!\w)(?:văn bản|van ban|vb|công văn|cong van|cv|báo cáo|bao cao|bc|tờ trình|to trinh|kế hoạch|ke hoach)\s+)?"
    r"(?:(?<!\w)(?:số|so|sô)\s*:?\s*)?(?<![\w/])(\d+[a-zA-Z]?(?:/\d{4})?/[^\W\d_][\w&-]*(?:\.\w+)*)"
    r"(?:\s*,?\s*(?:đề\s+)?(?:ngày|ngay)\s+(\d{1,2}\s+(?:tháng|thang)\s+\d{1,2}(?:\s+(?:năm|nam)\s+\d{4})?|\d[\d/.-]*))?",
    re.IGNORECASE,
)
_PARTS = {"so bo": "preliminary", "bo sung": "supplement"}
_PART = re.compile(
    r"(?<!\w)\(?(?:bản |ban |báo cáo |bao cao |bc )?(sơ bộ|so bo|bổ sung|bo sung)\)?(?!\w)", re.IGNORECASE
)
_INSTEAD = re.compile(r"(?<!\w)(?:ghi |làm |lam )?thay (?:cho |mặt |mat )?([^,;:()]+)", re.IGNORECASE)
_NOTHING = re.compile(r"\bkhong (?:co )?(?:gi )?phat sinh(?: gi)?\b")
_ASKED = re.compile(
    r"\?|\bchua\s*$|\bchua (?:a|nhi|vay|the|anh|chi|em)\b|\b(?:bao gio|khi nao|the nao|lam sao)\b|\bdau\s*$"
)
_NOT_DONE = re.compile(
    r"\b(?:chua|khong|gan|sap|dang|khoan|neu|huy|nham|se|mai|nua|ngung|trinh ky|tam dung|dung lai)\b"
    r"|\bcho (?:ky|lanh dao|sep|duyet|phe duyet|y kien|so lieu|trinh|xac nhan|ban hanh|dong dau)\b"
)
_FILLER = re.compile(
    r"a|ah|nhe|nha|nhi|roi|oi|da|vang|thua|bao|cao|anh|chi|em|chu|bac|co|sep|ok|oke|day|viec|nay|la|do|xong|het|luon"
    r"|hoan|thanh|nop|gui|cam|on|ca"
)
_AMOUNT = re.compile(
    r"gio|phut|giay|ngay|tuan|thang|nam|quy|lan|nguoi|dong|trieu|ty|phan|k|km|m|don|cuoi|dau|hom|buoi|dot|tiet"
)
_THING = re.compile(r"viec|ban|bo|cai|trang|muc|bao cao|van ban|ke hoach|cong van|ho so|nhiem vu")
_THING_FIRST = re.compile(
    rf"(?:{_THING.pattern}|buc|cuoc|khoan|ghe|suat|phong|xe|chiec|dong chi|noi dung|y kien|cau hoi|bai|hang muc|can bo"
    r"|slide)\b"
)
_MARKED_THING = re.compile(r"\s+(?:ảnh|tấm|vé)\b", re.IGNORECASE)
"""Without their marks these are other words."""
_DAY = re.compile(r"ngay (?:\d|mai|kia)|hom nay|(?:cuoi|dau) (?:tuan|thang|quy|nam)")
"""What begins like an amount and is a day."""

LONG = 200
"""More words than this behind a code are a story, which nobody has read."""


@dataclass(frozen=True, slots=True)
class Said:
    """What words after «xong» say. At most one of `codes` and `ref` is filled.

    `against` is why they cannot be taken at their word: «asked» (a question), «not done», «unclear»; empty when nothing
    speaks against it. `plain`: besides codes and document there is nothing but politeness."""

    codes: tuple[int, ...] = ()
    ref: str = ""
    paper: "Paper" = field(default_factory=lambda: Paper())
    nothing: bool = False
    against: str = ""
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Paper:
    """What is said of the issued document: its number, its day, whether that came without a year; `part` is
    "preliminary" («sơ bộ») or "supplement" («bổ sung»). `instead` are the words after «thay»: for which unit it is
    said."""

    number: str = ""
    day: date | None = None
    yearless: bool = False
    part: str = ""
    instead: str = ""


def clean(text: str) -> str:
    """Words as they were meant to be typed: one Unicode form, no invisible characters, only ordinary spaces."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return re.sub(r"[^\S\n]+", " ", text).strip()


@dataclass(frozen=True, slots=True)
class Listed:
    """The codes that words begin with, and the rest of the words, as typed. `counted`: a number after them that counts
    something («3 tuần», «2 cuộc họp»); the rest begins with it."""

    codes: tuple[int, ...]
    rest: str
    counted: int | None = None


def codes(words: str) -> Listed:
    """«12, 13 và việc 14 vì …»: 12, 13 and 14. Of «14 3 ngày» 14 alone, of «3 ngày nữa» none."""
    listed = _CODES.match(words)
    if listed is None:
        return Listed((), words)
    numbers = list(re.finditer(r"\d+", listed[0]))
    rest = words[listed.end() :]
    counted = None
    if re.match(r"\s+\w", rest) and (_MARKED_THING.match(rest) or _counts_first(fold(rest))):
        last = numbers.pop()
        counted, rest = int(last[0]), words[last.start() :]
    return Listed(tuple(dict.fromkeys(int(number[0]) for number in numbers)), rest, counted)


def first(words: str) -> tuple[str, str]:
    """The codes or the plan's row that words begin with, as one types them, and the rest; «» where there are none."""
    if row := _REF.match(words):
        return row[1], words[row.end() :].lstrip(" ,")
    listed = codes(words)
    return " ".join(map(str, listed.codes)), listed.rest.lstrip(" ,")


def page(words: str) -> tuple[str, int]:
    """«QLVH trang 2»: the words before, and the number of the page; 1 where none is named."""
    turned = _PAGE.search(words)
    return (words[: turned.start()], max(1, int(turned[1]))) if turned else (words, 1)


def code(words: str) -> int | None:
    """The one code that words are: «12», «việc 12», «số 12.»; None when they are something else."""
    listed = codes(words)
    return listed.codes[0] if len(listed.codes) == 1 and not listed.rest.strip(" .!,") else None


def paper(words: str, today: date) -> tuple[Paper, str]:
    """What words say of a document, and the words without that. Refuses a day that does not exist."""
    number, day, yearless = "", None, False
    if found := _DOCUMENT.search(words):
        number = found[1].rstrip(".,")
        if found[2]:
            day, yearless = day_of(found[2].strip(" ./-"), today)
        words = f"{words[: found.start()]} , {words[found.end() :]}"
    part = instead = ""
    if said := _PART.search(words):
        part = _PARTS[fold(said[1])]
        words = f"{words[: said.start()]} {words[said.end() :]}"
    if said := _INSTEAD.search(words):
        instead = said[1].strip(" .")
        words = f"{words[: said.start()]} {words[said.end() :]}"
    return Paper(number, day, yearless, part, instead), words


def result(words: str, today: date) -> Said:
    """Read what stands around «xong». Refuses a day on a document that does not exist."""
    about, words = paper(words, today)
    ref = ""
    if row := _REF.match(words):
        ref, words = row[1].lower(), words[row.end() :]
    waits = "chờ" in words.casefold()
    rest = fold(words).strip(" ,.:()")
    nothing = _NOTHING.search(rest) is not None
    rest = _NOTHING.sub(" ", rest).strip()
    listed = Listed((), rest) if ref else codes(rest)
    named, rest = listed.codes, listed.rest
    if listed.counted is not None:
        named, rest = (*named, listed.counted), rest.lstrip("0123456789")
    left = re.findall(r"[a-z]+|\d+", rest)
    against = ""
    if _ASKED.search(rest.strip(" .!")):
        against = "asked"
    elif waits or _NOT_DONE.search(rest):
        against = "not done"
    elif len(rest) > LONG or any(word.isdigit() for word in left) or "%" in rest or _counts(left):
        against = "unclear"
    return Said(named, ref, about, nothing, against, all(map(_FILLER.fullmatch, left)))


def _counts(left: list[str]) -> bool:
    """«xong 3 tuần», «xong 3 báo cáo nhé»: the number was no code but an amount of something."""
    if not left:
        return False
    things = " ".join(word for word in left if word in ("bao", "cao", "viec") or not _FILLER.fullmatch(word))
    return left[0] == "viec" or _AMOUNT.fullmatch(left[0]) is not None or _THING.fullmatch(things) is not None


def _counts_first(rest: str) -> bool:
    """Whether the folded words after a number say what it counts."""
    left = re.findall(r"[a-z]+|\d+", rest)
    return _DAY.match(" ".join(left)) is None and (_counts(left) or _THING_FIRST.match(rest.strip()) is not None)


def day_of(words: str, today: date) -> tuple[date, bool]:
    """The day on an issued document, and whether its year was left out: then it is one of this year."""
    numbers = [int(number) for number in re.findall(r"\d+", words)]
    if len(numbers) not in (2, 3):
        raise Refused(
            _("Nhắc Việc chưa đọc được ngày «{words}» của văn bản. Xin ghi như: ngày 03/6/2023.", words=words)
        )
    year = numbers[2] if len(numbers) == 3 else today.year
    try:
        return date(year + 2000 if year < 100 else year, numbers[1], numbers[0]), len(numbers) == 2
    except ValueError:
        raise Refused(_("Không có ngày {words}. Xin xem lại ngày của văn bản.", words=words)) from None
