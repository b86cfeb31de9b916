"""The reporting regime that a plan's prose sets: who reports to whom, for which period, by which day."""

import re
from dataclasses import replace

from lang import deadlines
from lang.deadlines import Meaning
from lang.doubts import Doubt
from plans import DraftReport
from plans.pages import squeeze
from plans.sentence import meaning as spoken
from plans.sentence import times

_PERIOD = (
    r"(?:báo cáo\s+)?(?:quý\s+(?:IV|I{1,3}|[1-4])|(?:06|6|09|9|sáu|chín)\s+tháng(?:\s+(?:đầu|cuối)\s+năm)?"
    r"|(?:cả\s+)?năm|tháng)"
)
_DAY = (
    r"(?:(?:chậm nhất|trước|đến|vào|là)\s+)*(?:ngày\s+)?(?:\d{1,2}\s*/\s*\d{1,2}(?:\s*/\s*\d{4})?(?![\d/])"
    r"|(?<=ngày )\d{1,2}\s+tháng\s+\d{1,2}(?:\s+năm\s+\d{4})?)"
)
_ON_THE_WAY = r"(?:(?:gửi|nộp|báo cáo|về)\s(?:(?!quý|tháng|năm|số liệu)[^\d.;:()])*?(?=trước|chậm|ngày))?"
_DATED = re.compile(
    rf"({_PERIOD})\s*(?:\(([^()]*(?:\d\s*/\s*\d|ngày\s+\d)[^()]*)\)|[:,\-–]?\s*{_ON_THE_WAY}({_DAY}))", re.IGNORECASE
)
# The day to which figures are counted is not the day to send them (NĐ 09/2019 Đ.8, Đ.12).
_CLOSING = re.compile(
    r"\s*\((?:kỳ |thời gian )?(?:chốt |lấy )?số liệu[^()]*\)|[,;]?\s*(?:chốt |lấy )?số liệu(?:(?!gửi|nộp)[^.;,()])*\d"
    r"(?:(?!gửi|nộp)[^.;,()])*,?",
    re.IGNORECASE,
)
_SENDS = re.compile(
    r"^(?:(?P<who>[^.;:]{3,120}?)\s+)?(?:có trách nhiệm\s+)?(?:(?:định kỳ|h[àằ]ng\s+\w+)\s+)?(?:tổng hợp,?\s+)?"
    r"(?:lập\s+|gửi\s+)?báo cáo\b",
    re.IGNORECASE,
)
_EVERY = re.compile(r"\b(?:h[àằ]ng|mỗi)\s+(?:tháng|quý|tuần|năm)\b|tháng cuối quý", re.IGNORECASE)
_REGULAR = re.compile(
    r"^(định kỳ\s+(?:hàng\s+|hằng\s+)?(?:(?:quý\s+(?:IV|I{1,3})|quý|tháng|tuần|năm|\d+\s+tháng|đột xuất)"
    r"(?:\s*\(?(?:,|và|hoặc)\s*)?\)?(?:\s+(?=quý|tháng|năm|\d|hoặc|và|\(hoặc))?(?:\(?(?:hoặc|và)\s+)?)+)",
    re.IGNORECASE,
)
_TO = re.compile(
    r"(?:gửi(?:\s+báo\s+cáo)?(?:\s+về)?|về|báo cáo)\s+"
    r"((?:Văn phòng|Phòng|Sở|UBND|Ủy ban|Ban|Bộ|Trung tâm|Cơ quan|Thanh tra)(?:\s+[\wĐ\-–]+)*?)"
    r"(?=\s+(?:để|tổng hợp|theo|trước|chậm|gồm)\b|\s*[,.;:()]|\s*$)"
)
_SENDERS = re.compile(
    r"((?:tất cả\s+)?các\s+[^.;:]*?)\s+(?:tổng hợp|gửi|báo cáo|có trách nhiệm|xây dựng|lập)\b", re.IGNORECASE
)


def read(body: str, unit: str, year: int, before: int) -> list[DraftReport]:
    """The reports that `body` says are owed, by `unit` where the sentence names nobody; they are numbered from `before`
    on."""
    if not re.search(r"báo cáo|tổng hợp", body, re.IGNORECASE):
        return []
    senders, to = _senders(body, unit), _to(body)
    out: list[DraftReport] = []
    body = _CLOSING.sub("", body)
    for found in _DATED.finditer(body):
        meaning = deadlines.read((found[2] or found[3]).strip()).meaning(year)
        if meaning.due:
            period = re.sub(r"^(?:báo cáo\s+)?(?:cả\s+)?", "", squeeze(found[1]), flags=re.IGNORECASE)
            out.append(_report(before + len(out), f"Báo cáo {period}", senders, to, squeeze(found[0]), meaning))
    for sentence in re.split(r"(?<=\.)\s+", body) if not out else ():
        regular = _REGULAR.match(re.sub(r"^.*?:\s+(?=Định kỳ)", "", sentence))
        if regular:
            phrase = squeeze(regular[1]).rstrip(" ,")
            meaning = deadlines.read(phrase).meaning(year)
            if not re.search(r"\bngày\s+\d", phrase):
                doubt = Doubt("which_dates", {"words": phrase, "year": str(year)}, suggest=meaning.due)
                meaning = replace(meaning, due=(), doubts=(doubt,))
            out.append(_report(before + len(out), "Báo cáo định kỳ", senders, to, phrase, meaning))
            continue
        sends = _SENDS.match(sentence)
        said = times(sentence, year) if sends else []
        who = (sends["who"] or unit) if sends else ""
        if said and (
            _EVERY.search(sentence) or who.lower().startswith(("các ", "thủ trưởng các ", "người đứng đầu các "))
        ):
            title = "Báo cáo định kỳ" if _EVERY.search(sentence) else "Báo cáo kết quả"
            out.append(_report(before + len(out), title, senders, to, "; ".join(said), spoken(said, year)))
    return out


def _report(n: int, title: str, senders: tuple[str, ...], to: str, phrase: str, meaning: Meaning) -> DraftReport:
    return DraftReport(
        f"R{n + 1}", title, senders, to, phrase, meaning.due, meaning.strict, meaning.time, meaning.doubts
    )


def _senders(body: str, unit: str) -> tuple[str, ...]:
    """Who reports: the heading the sentence stands under where it names a set of units, else the sentence's subject."""
    words = unit if unit.lower().startswith("các ") else ""
    if not words:
        found = _SENDERS.search(re.sub(r"^định kỳ\s+", "", body, flags=re.IGNORECASE))
        words = found[1] if found else unit
    return tuple(part.strip() for part in re.split(r",\s*|;\s*|\s+và\s+", words) if part.strip())


def _to(body: str) -> str:
    found = _TO.search(body)
    return squeeze(found[1]) if found else ""
