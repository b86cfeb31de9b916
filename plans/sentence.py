"""What a sentence of an official paper tells somebody to do: who, with whom, what, and by when."""

import re
from dataclasses import dataclass, replace

from lang import deadlines
from lang.deadlines import Meaning
from lang.doubts import Doubt
from plans import units, verbs
from plans.pages import squeeze

_DAY = (
    r"(?:(?:(?:các\s+)?ngày\s+)?\d{1,2}\s*[/.]\s*\d{1,2}(?:\s*[/.]\s*\d{4})?(?![\d/])"
    r"|ngày\s+\d{1,2}\s+tháng\s+\d{1,2}(?:\s+năm\s+\d{4})?"
    r"|ngày\s+\d{1,2}\s+(?:của\s+)?(?:h[àằ]ng\s+tháng|mỗi\s+tháng|tháng\s+(?:cuối|đầu|tiếp)[^,;.)]*))"
)
_MONTH = r"(?:(?:cuối|đầu|giữa)\s+)?tháng\s+\d{1,2}(?:\s*/\s*\d{4}|\s+năm\s+\d{4})?"
_QUARTER = r"(?:(?:cuối|đầu)\s+)?quý\s+(?:IV|I{1,3}|[1-4])\b(?:\s*/\s*\d{4}|\s+năm\s+\d{4})?"
_HALF = r"0?[69]\s+tháng\s+(?:đầu|cuối)\s+năm(?:\s+\d{4})?"
_HOUR = r"(?:\d{1,2}\s*(?:h|giờ)\s*(?:\d{2}(?:\s*phút)?)?,?\s*)?"
_PERIOD = rf"(?:{_DAY}|{_MONTH}|{_QUARTER}|{_HALF}|năm\s+20\d\d)"
_NEXT = rf"(?:(?:ngày\s+)?\d{{1,2}}\s*/\s*\d{{1,2}}(?:\s*/\s*\d{{4}})?(?![\d/])|{_MONTH}|{_QUARTER})"
_LIST = rf"{_PERIOD}(?:\s*(?:,|;|,?\s+và)\s+{_NEXT})*"
_AFTER = r"\d+\s+(?:ngày(?:\s+làm\s+việc)?|tuần|tháng)"
_SAID = re.compile(
    r"(?:\bbắt đầu\s+)?"
    rf"(?:\btừ\s+{_HOUR}{_PERIOD}\s*(?:đến|-|–)\s*(?:hết\s+)?{_HOUR}{_PERIOD}"
    rf"|\b(?:trước|chậm nhất(?:\s+là)?(?:\s+(?:trước|đến|vào))?|muộn nhất(?:\s+là)?|không muộn hơn|đến hết|bắt đầu từ"
    rf"|trong|vào|dự kiến(?:\s+(?:trong|vào|trước))?)\s+{_HOUR}{_LIST}"
    rf"|\b(?:chậm nhất(?:\s+là)?|trong(?:\s+(?:thời\s+hạn|vòng))?|sau)\s+{_AFTER}\s+(?:kể từ|tính từ|sau|trước|từ)\b"
    r"[^.;,]+)"
    rf"|\b(?:hoàn thành|xong|thời\s+(?:gian|hạn)(?:\s+\w+){{0,2}}\s*:)\s+(?P<bare>{_HOUR}{_LIST})",
    re.IGNORECASE,
)
# What stands before a day that is no deadline: a paper's date, a law's effect, a comparison (DOMAIN 6.12).
_OTHER_DAY = re.compile(
    r"(?:hiệu lực(?: thi hành)?(?: kể)?|giai đoạn|nhiệm kỳ|so với|kết quả|ban hành|phát sinh|tổ chức|được ký|thành lập"
    r"|số liệu(?: được)?(?: tính| chốt)?(?: đến| từ)?|chốt)\s*$",
    re.IGNORECASE,
)
_JOINED = 30
_LONGEST = 30

_OPENING = re.compile(r"^(?:Giao|Đề nghị|Yêu cầu|Phân công|Đối với)\s+(?:cho\s+)?|^(?:Lưu ý|Chú ý)\s*:\s*")
_PERSON = re.compile(
    r"^(?:(?:Các\s+)?[Đđ]ồng chí\s+)?Phó\s+(?=Giám|Chủ|Trưởng|Chánh|Cục|Vụ|Viện|Ban)|^(?:Các\s+)?[Đđ]ồng chí\s+",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?P<who>[^.;:]{3,160}?),?\s+(?:là cơ quan\s+|làm đầu mối,?\s+)?chủ trì"
    r"(?:,?\s+(?:trong\s+)?(?:phối hợp|cùng)(?:\s+chặt chẽ)?(?:\s+với)?\s+(?P<others>.*))?",
    re.DOTALL,
)
_WITH = re.compile(r"^(?:Chủ trì,?\s+)?[Pp]hối hợp(?:\s+chặt chẽ)?\s+với\s+(?P<others>.*)", re.DOTALL)
_DUTY = re.compile(r"^(?:có|chịu)\s+trách nhiệm\b")


@dataclass(frozen=True, slots=True)
class Order:
    """Who is told, who helps, and the sentence without them where it begins with them. `lead` is () where the sentence
    names nobody."""

    lead: tuple[str, ...]
    coordinating: tuple[str, ...]
    work: str


def order(sentence: str) -> Order:
    """Take apart «Giao Sở A chủ trì, phối hợp với Sở B kiểm tra …», «Sở A kiểm tra …», «Phối hợp với Sở B kiểm tra …».

    The words of the work are never cut where a sentence only says with whom, or «có trách nhiệm»."""
    rest = _OPENING.sub("", sentence)
    leading = _LEADING.match(rest)
    if leading and _names_unit(leading["who"]):
        others, work = verbs.before_and_from(leading["others"] or rest[leading.end() :])
        lead = units.names(leading["who"], lead=True)[0]
        if leading["others"] is None:
            return Order(lead, (), rest[leading.end() :].lstrip(" ,:") or sentence)
        return Order(lead, units.names(others)[0], work) if work else Order(lead, (), sentence)
    helping = _WITH.match(sentence)
    if helping:
        others, work = verbs.before_and_from(helping["others"])
        return Order((), units.names(others)[0] if work else (), sentence)
    who, work = verbs.before_and_from(rest)
    # «Thanh tra, kiểm tra doanh nghiệp …» begins with two acts, not with a unit; «Lãnh đạo, chỉ đạo …» too.
    acts = who == "Lãnh đạo" or (rest[len(who) :].startswith(",") and verbs.opens(who.lower()))
    if who and work and _names_unit(who) and ":" not in who and not acts:
        with_whom = _WITH.match(work)
        helpers, does = verbs.before_and_from(with_whom["others"]) if with_whom else ("", "")
        names = units.names(helpers)[0] if does else ()
        return Order(units.names(who, lead=True)[0], names, sentence if _DUTY.match(work) else work)
    return Order((), (), sentence)


def _names_unit(words: str) -> bool:
    """Whether the words begin with a unit's name and are no whole sentence."""
    first = _PERSON.sub("", words)
    return len(words.split()) <= _LONGEST and units.is_told(" ".join(first.split()[:6]))


def times(sentence: str, year: int) -> list[str]:
    """The times by which the work of `sentence` is to be done, as written; neighbours as one. Days of cited papers are
    none, nor are years gone by; the plan's own `year` is one only where the sentence ends with it."""
    out: list[str] = []
    end = -_JOINED - 1
    for found in _SAID.finditer(sentence):
        said = found["bare"] or found[0]
        whole = re.fullmatch(r"(?:(?:trong|vào)\s+)?năm\s+(20\d\d)", said, re.IGNORECASE)
        within = bool(sentence[found.end() :].strip(" .;"))
        if _OTHER_DAY.search(sentence[: found.start()]) or (whole and int(whole[1]) < year + within):
            continue
        if out and found.start() - end <= _JOINED and not re.search(r"[.;]", sentence[end : found.start()]):
            out[-1] = squeeze(out[-1] + sentence[end : found.end()])
        else:
            out.append(squeeze(said))
        end = found.end()
    return out


def meaning(phrases: list[str], year: int) -> Meaning:
    """The meaning of all of `phrases`, each read by itself: the dates of all, the doubts of all; what only some of them
    say (a day at all, an hour, «trước») is doubted."""
    read = [deadlines.read(phrase).meaning(year) for phrase in phrases]
    dated = [one for one in read if one.due]
    doubts = tuple(doubt for one in read for doubt in one.doubts)
    if len(read) == 1 or not dated:
        return replace(read[0], doubts=doubts)
    days = tuple(sorted({day for one in dated for day in one.due}))
    hours, said = {one.time for one in dated}, {"words": "; ".join(phrases), "year": str(year)}
    if len(dated) < len(read) or len(hours) > 1:
        doubts = (*doubts, Doubt("unsure", said, days, days))
    if len({one.strict for one in dated}) > 1:
        doubts = (*doubts, Doubt("mixed_before", said, days))
    return Meaning(
        "date",
        days,
        strict=all(one.strict for one in dated),
        time=hours.pop() if len(hours) == 1 else None,
        doubts=doubts,
    )
