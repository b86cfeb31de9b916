"""The reporting regime that a plan's prose sets: who reports to whom, for which period, by which day."""

import re
from dataclasses import dataclass, replace

from lang import deadlines
from lang.deadlines import Meaning
from lang.doubts import Doubt
from plans import DraftReport, units, verbs
from plans.pages import squeeze
from plans.sentence import meaning as spoken
from plans.sentence import times

_PERIOD = (
    r"(?:báo cáo\s+)?(?:quý\s+(?:IV|I{1,3}|[1-4])|(?:06|6|09|9|sáu|chín)\s+tháng(?:\s+(?:đầu|cuối)\s+năm)?"
    r"|(?:cả\s+)?năm(?:\s+20\d\d(?=\s*(?:\(|[:,]?\s*(?:trước|chậm|ngày)\b)))?|tháng)"
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
    r"^(?:(?P<who>[^.;:]{3,120}?)\s+)??(?:có trách nhiệm\s+)?(?:(?:định kỳ|h[àằ]ng\s+\w+)\s+)?(?:tổng hợp,?\s+)?"
    r"(?:lập\s+|gửi\s+)?báo cáo\b",
    re.IGNORECASE,
)
_EVERY = re.compile(r"\b(?:h[àằ]ng|mỗi)\s+(?:tháng|quý|tuần|năm)\b|tháng cuối quý", re.IGNORECASE)
_AGAIN = re.compile(r"\b(?:h[àằ]ng|mỗi)\s+$", re.IGNORECASE)
_REGULAR = re.compile(
    r"^(định kỳ\s+(?:hàng\s+|hằng\s+)?(?:(?:quý\s+(?:IV|I{1,3})|quý|tháng|tuần|năm|\d+\s+tháng|đột xuất)"
    r"(?:\s*\(?(?:,|và|hoặc)\s*)?\)?(?:\s+(?=quý|tháng|năm|\d|hoặc|và|\(hoặc))?(?:\(?(?:hoặc|và)\s+)?)+)",
    re.IGNORECASE,
)
# «Định kỳ hằng tháng (trước ngày 25)»: the day stands apart from the month.
_ON_DAY = re.compile(
    r"định kỳ\s+(h[àằ]ng\s+tháng)\s*[,(]?\s*((?:(?:chậm nhất|trước|vào)\s+(?:là\s+)?)?ngày\s+\d{1,2})"
    r"(?![\d/]|\s*/|\s+tháng)\)?",
    re.IGNORECASE,
)
_MANY = re.compile(r"(?:(?:thủ trưởng|người đứng đầu|lãnh đạo|UBND|ủy ban nhân dân|trưởng)\s+)?các\s", re.IGNORECASE)
# What stands before the sentence: «Chế độ báo cáo: …», «Ghi chú: …»; and the days that it begins with.
_LABEL = re.compile(r"^[^:.;\d]{3,40}:\s+(?=[A-ZĐ])")
_FIRST = re.compile(r"^((?:trước|chậm nhất|vào|định kỳ)\b[^.;:]*?\d[^.;:,]*),\s+(?=\S)", re.IGNORECASE)
_EACH = re.compile(r"\s+và\s+(?=(?:trước|chậm nhất)\b)|;\s+", re.IGNORECASE)
_CLAUSES = re.compile(r"(?<=\.)\s+|;\s+(?![^()]*\))")
_TO = re.compile(
    rf"(?:gửi(?:\s+báo\s+cáo)?(?:\s+về)?|về|báo cáo)\s+((?:{units.ONE}|Chính phủ|Thủ tướng)(?!\w)(?:\s+[\wĐ\-–]+)*?)"
    r"(?=\s+(?:để|tổng hợp|theo|trước|chậm|gồm|định kỳ)\b|\s*[,.;:()]|\s*$)"
)
# Where the sender may be named: a sentence begins, or a part of it, or «các …» with the head of its name.
_BEGINS = re.compile(
    r"(?:^|(?<=[,:]\s))(?:(?:Đề nghị|Yêu cầu|Giao)\s+)?"
    r"|(?<!\w)(?:(?:UBND|Ủy ban nhân dân|Thủ trưởng|Trưởng)\s+)?(?=(?:tất cả\s+)?các\s)",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\b(?:định kỳ|đề nghị|yêu cầu|giao)\b", re.IGNORECASE)
_TOWARD = re.compile(r"\b(?:về|gửi|cho|với|tại|theo|trong)\s+$", re.IGNORECASE)
# «Các phòng và đơn vị trực thuộc Sở», «các đơn vị, các ấp»: a second set with a name of its own.
_SECOND_SET = re.compile(
    r",\s+(?=(?:\w+\s+)?các\s|đơn vị trực thuộc\b)|\s+và\s+(?=(?:\w+\s+)?các\s|[a-zđ]+\s+\w+\s+\w)"
)


def read(body: str, unit: str, year: int, before: int) -> list[DraftReport]:
    """The reports that `body` says are owed, by `unit` where the sentence names nobody; they are numbered from `before`
    on."""
    if not re.search(r"báo cáo|tổng hợp", body, re.IGNORECASE):
        return []
    heading = _sets(unit)
    senders, to = heading, _to(body)
    owed: list[DraftReport] = []
    for clause in _CLAUSES.split(_CLOSING.sub("", body)):
        dated = [*_DATED.finditer(clause)]
        of_periods = [one for found in dated if (one := _of_period(clause, found, year))]
        rest = _DATED.sub("", clause) if of_periods else clause
        regular = _regular(rest, year) if not (of_periods or owed) or times(rest, year) else None
        others = [regular] if regular else _sent(rest, unit, year, goes_on=bool(owed))
        named, receives = _senders(clause), _to(clause)
        # «…; báo cáo năm gửi Sở trước ngày …» is no longer owed by those who report to the office that writes it.
        elsewhere = bool(owed) and receives not in ("", to)
        if _MANY.match(unit):
            senders = heading if not named or _MANY.match(named[0]) else named
        else:
            senders = named or (() if elsewhere else senders)
        to = receives or to
        owed += [_report(before + len(owed) + n, one, senders, to) for n, one in enumerate([*others, *of_periods])]
    return owed


@dataclass(frozen=True, slots=True)
class _Owed:
    title: str
    phrase: str
    meaning: Meaning


def _of_period(clause: str, found: re.Match[str], year: int) -> _Owed | None:
    """«quý I (ngày 05/3)», «báo cáo năm trước ngày 05/12»; None where no day of the year is meant («năm (12/14 xã)»,
    «hằng tháng (trước ngày 25)»). A day that no calendar has is asked about."""
    meaning = deadlines.read((found[2] or found[3]).strip()).meaning(year)
    again = _AGAIN.search(clause[: found.start()])
    if not meaning.due and (again or meaning.left or not meaning.doubts):
        return None
    period = re.sub(r"^(?:báo cáo\s+)?(?:cả\s+)?", "", squeeze(found[1]), flags=re.IGNORECASE)
    return _Owed(f"Báo cáo {period}", squeeze(found[0]), meaning)


def _regular(sentence: str, year: int) -> _Owed | None:
    """«Định kỳ hằng quý (trước ngày 20 của tháng cuối quý), …»; without days it is doubted."""
    sentence = re.sub(r"^.*?:\s+(?=Định kỳ)", "", sentence)
    if not re.match(r"định kỳ\b", sentence, re.IGNORECASE):
        return None
    said, regular = times(sentence, year), _REGULAR.match(sentence)
    if said:
        return _Owed("Báo cáo định kỳ", "; ".join(said), spoken(said, year))
    monthly = _ON_DAY.match(sentence)
    if monthly:
        return _Owed("Báo cáo định kỳ", squeeze(monthly[0]), spoken([f"{monthly[2]} {monthly[1]}"], year))
    if not regular:
        return None
    phrase = squeeze(regular[1]).rstrip(" ,")
    meaning = deadlines.read(phrase).meaning(year)
    if not re.search(r"\bngày\s+\d", phrase):
        doubt = Doubt("which_dates", {"words": phrase, "year": str(year)}, suggest=meaning.due)
        meaning = replace(meaning, due=(), doubts=(doubt,))
    return _Owed("Báo cáo định kỳ", phrase, meaning)


def _sent(sentence: str, unit: str, year: int, *, goes_on: bool) -> list[_Owed]:
    """«Các xã báo cáo kết quả về Sở trước ngày 15/12», «Trước ngày 10/6 và trước ngày 08/11, các xã gửi báo cáo»: what
    many send, or what is sent again and again, each day with its own «trước» by itself; with `goes_on` the sentence has
    named a report before. Where the sender does something else first, it is a task that he reports on."""
    sentence = _LABEL.sub("", sentence)
    first = _FIRST.match(sentence)
    sends = _SENDS.match(sentence[first.end() :] if first else sentence)
    said = times(sentence, year) if sends else []
    if not sends or not said:
        return []
    who = sends["who"] or unit
    every = _EVERY.search(sentence)
    if verbs.before_and_from(sends["who"] or "")[1] or not (every or goes_on or _MANY.match(who)):
        return []
    if every:
        return [_Owed("Báo cáo định kỳ", "; ".join(said), spoken(said, year))]
    days = _EACH.split("; ".join(said))
    return [_Owed("Báo cáo kết quả", day, spoken([day], year)) for day in days]


def _report(n: int, owed: _Owed, senders: tuple[str, ...], to: str) -> DraftReport:
    meaning = owed.meaning
    return DraftReport(
        f"R{n + 1}", owed.title, senders, to, owed.phrase, meaning.due, meaning.strict, meaning.time, meaning.doubts
    )


def _senders(clause: str) -> tuple[str, ...]:
    """Who reports, where the clause names them before what they do; of several, the first who sends."""
    told: list[tuple[str, str]] = []
    for begins in _BEGINS.finditer(clause):
        many = _MANY.match(clause, begins.start())
        before = re.split(r"[,:]\s", clause[: begins.start()])[-1]
        if many and (_TOWARD.search(before) or verbs.before_and_from(_ASKED.sub("", before))[1]):
            continue
        who, act = verbs.before_and_from(clause[begins.start() if many else begins.end() :])
        if act and (many or who[:1].isupper()) and units.is_told(" ".join(who.split()[:6])):
            told.append((who, act))
    return _sets(next((who for who, act in told if _SENDS.match(act)), told[0][0] if told else ""))


def _sets(words: str) -> tuple[str, ...]:
    """The units named, and where «các …» names several sets each by itself; «các sở, ban, ngành» is one."""
    found = units.names(words, lead=True)[0]
    return tuple(part for name in found for part in (_SECOND_SET.split(name) if _MANY.match(name) else [name]))


def _to(body: str) -> str:
    found = _TO.search(body)
    return squeeze(found[1]) if found else ""
