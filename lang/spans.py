"""The stretch of days that people ask about: «quý 2», «tháng 6», «tuần sau», «6 tháng đầu năm», «năm 2023».

What a written period is, the time grammar says; here is only what counts from the day on which it is said, and how a
stretch is named again.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from rapidfuzz.distance import DamerauLevenshtein

from lang.dates import last_of
from lang.deadlines import read as read_phrase
from lang.deadlines import typed
from lang.fold import fold
from lang.numbers import ROMAN
from lang.phrases import Due, Time
from lang.ranges import NoRange, Range
from lang.spoken_days import day_words, day_words_with_year, short_day, short_day_with_year
from lang.text import _

LONGEST = 60
SHORTEST_SLIP = 4
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
_MONTHS = {"thang": 1, "quy": 3, "nam": 12}
_AHEAD = {"nay": 0, "": 0, "sau": 1, "toi": 1, "tiep theo": 1, "ke tiep": 1}
_AHEAD |= {"truoc": -1, "vua qua": -1, "vua roi": -1, "roi": -1, "qua": -1, "ngoai": -1}
_WHICH = "|".join(sorted(filter(None, _AHEAD), key=len, reverse=True))
_RELATIVE = re.compile(rf"(?:trong |ca )?(tuan|thang|quy|nam) ({_WHICH})|trong (tuan|thang|quy|nam)")
_YEAR = re.compile(rf"\bnam ({_WHICH})$")
_SMALL = frozenset(("trong", "ca", "han", "ky", "vao", "nay"))
_PART = re.compile(r"\b(?:dau|giua|cuoi)\b")
_FIRST_MONTHS = re.compile(r"\b(?:\d{1,2} ?(?:thang|t|quy) (?:dau|cuoi)|nua dau)(?: cua)? nam\b")
_DAY_WORDS = frozenset(
    ("hom", "bua", "nay", "sang", "trua", "chieu", "toi", "mai", "ngay", "kia", "tuan", "chu", "nhat")
)
_DAY_WORDS |= frozenset(("thu", "hai", "ba", "tu", "nam", "sau", "bay", "2", "3", "4", "5", "6", "7"))
_BARE = ("tuan", "thang", "quy", "nam")
_KNOWN_DOUBTS = frozenset(("half_or_length", "two_digit_year"))
_SLIPS = ("thang", "tuan")
_ROMAN = {value: letters.upper() for letters, value in ROMAN.items() if value <= 4}


def read(words: str, now: datetime) -> Range:
    """The days that `words` name, said at `now` (office-local); without a year, those of this year. Raises `NoRange`
    for words that name none, or say more than that."""
    said = fold(words).strip(" .,;:?!")
    if not said or said in _BARE or len(said) > LONGEST or _PART.search(_FIRST_MONTHS.sub("", said)):
        raise NoRange
    for way in (said, mended := _mended(said)):
        if relative := _RELATIVE.fullmatch(way):
            return _relative(relative[1] or relative[3], _AHEAD[relative[2] or ""], now.date())
    year = _YEAR.sub(lambda year: f"nam {now.year + _AHEAD[year[1]]}", mended)
    for way in (words, year):  # with its marks «tháng năm» is May
        try:
            return _written(way, now)
        except NoRange:
            continue
    raise NoRange


def _mended(said: str) -> str:
    """«thnag 6» is «tháng 6»: a slip in the word before a number, or before «này», «sau»."""
    words = said.split()
    for i, word in enumerate(words[:-1]):
        numbered = words[i + 1][0].isdigit() or words[i + 1] in ROMAN or words[i + 1] in _AHEAD
        if not numbered or len(word) < SHORTEST_SLIP:
            continue
        near = [name for name in _SLIPS if DamerauLevenshtein.distance(word, name) == 1]
        words[i] = near[0] if len(near) == 1 else word
    return " ".join(words)


def _relative(unit: str, ahead: int, today: date) -> Range:
    if unit == "tuan":
        monday = today - today.weekday() * DAY + ahead * WEEK
        return Range(monday, monday + 6 * DAY)
    step = _MONTHS[unit]
    first = (today.year * 12 + today.month - 1) // step * step + ahead * step
    return _months(first, first + step - 1)


def _months(first: int, last: int) -> Range:
    """From one month to another, each counted since year 0."""
    end = last // 12, last % 12 + 1
    return Range(date(first // 12, first % 12 + 1, 1), date(*end, last_of(*end)))


def _written(said: str, now: datetime) -> Range:
    phrase = read_phrase(said)
    structure = phrase.structure
    dues = structure.dues
    if not dues or structure.strays or {fold(word) for word in structure.words} - _SMALL:
        return _day(fold(said), now)
    if structure.counts or structure.counted or structure.starts or structure.hour:
        raise NoRange
    years = [time.year for due in dues for time in (due.time, due.start) if time and time.year is not None]
    year = min(years, default=now.year)
    meaning = phrase.meaning(year)
    if {doubt.code for doubt in meaning.doubts} - _KNOWN_DOUBTS or meaning.strict or len(meaning.due) != len(dues):
        raise NoRange
    found = [_of(due, year) for due in dues]
    return _joined(found)


def _of(due: Due, year: int) -> Range:
    if due.opener and due.start is None:
        raise NoRange  # «đến tháng 6» does not say from when
    first, last = _ends(due.start or due.time, due.time.year or year)[0], _ends(due.time, year)[1]
    if first > last:
        raise NoRange
    return Range(first, last)


def _ends(time: Time, year: int) -> tuple[date, date]:
    """The first and the last day of what `time` names."""
    if len(time.months) != 1 or time.unit == "workday":
        raise NoRange
    year = time.year or year
    month = time.months[0]
    if time.exact:
        if not 1 <= time.day <= last_of(year, month):
            raise NoRange
        return date(year, month, time.day), date(year, month, time.day)
    return date(year, time.since or month, 1), date(year, month, last_of(year, month))


def _joined(parts: Sequence[Range]) -> Range:
    """«quý I, II»: one stretch, where each part begins when the one before is over."""
    whole = parts[0]
    for part in parts[1:]:
        if part.since != whole.until + DAY:
            raise NoRange
        whole = Range(whole.since, part.until)
    return whole


def _day(said: str, now: datetime) -> Range:
    """«hôm nay», «thứ Sáu tuần sau»."""
    if set(said.split()) - _DAY_WORDS:
        raise NoRange
    meaning = typed(said, now)
    if meaning.kind != "date" or meaning.doubts or meaning.strict or meaning.time or len(meaning.due) != 1:
        raise NoRange
    if meaning.left or read_phrase(said).structure.counts:
        raise NoRange
    return Range(meaning.due[0], meaning.due[0])


def words(span: Range, today: date) -> str:
    """A stretch with its days: «quý II (01/4 - 30/6)», «tuần sau (05/6 - 11/6)»; what has no name is its days."""
    if span.since == span.until:
        return day_words(span.since) if span.since.year == today.year else day_words_with_year(span.since)
    days = f"{short_day(span.since)} - {short_day(span.until)}"
    name = _named(span, today) or _week(span, today)
    if name:
        return f"{name} ({days})"
    if span.since.year == span.until.year == today.year:
        return _("từ {since} đến {until}", since=short_day(span.since), until=short_day(span.until))
    since, until = short_day_with_year(span.since), short_day_with_year(span.until)
    return _("từ {since} đến {until}", since=since, until=until)


def sentence(span: Range, today: date) -> str:
    """How a stretch is typed so that `read` finds the same days again, this week and later: «tháng 6», «quý II/2024»,
    «05/6 - 11/6»."""
    if name := _typed_name(span, today):
        return name
    parts = dict.fromkeys((span.since, span.until))
    same = span.since.year == span.until.year == today.year
    return " - ".join(f"{day:%d}/{day.month}" + ("" if same else f"/{day.year}") for day in parts)


def _shape(span: Range) -> tuple[str, int]:
    """What kind of period of one year it is, and which."""
    since, until = span.since, span.until
    months = (since.month, until.month)
    if since.year != until.year or since.day != 1 or until.day != last_of(until.year, until.month):
        return "", 0
    if months == (1, 12):
        return "year", since.year
    if months == (7, 12):
        return "last", 6
    if months in ((1, 6), (1, 9)):
        return "first", until.month
    if since.month % 3 == 1 and until.month == since.month + 2:
        return "quarter", until.month // 3
    return ("month", until.month) if since.month == until.month else ("", 0)


def _named(span: Range, today: date) -> str:
    kind, n = _shape(span)
    year = span.until.year if span.until.year != today.year else None
    match kind:
        case "year":
            return _("năm {year}", year=n)
        case "last":
            return _("6 tháng cuối năm {year}", year=year) if year else _("6 tháng cuối năm")
        case "first":
            return _("{n} tháng đầu năm {year}", n=n, year=year) if year else _("{n} tháng đầu năm", n=n)
        case "quarter":
            which = _ROMAN[n]
            return _("quý {which}/{year}", which=which, year=year) if year else _("quý {which}", which=which)
        case "month":
            return _("tháng {n}/{year}", n=n, year=year) if year else _("tháng {n}", n=n)
    return ""


def _typed_name(span: Range, today: date) -> str:
    kind, n = _shape(span)
    year = "" if span.until.year == today.year else span.until.year
    match kind:
        case "year":
            return f"năm {n}"
        case "last":
            return f"6 tháng cuối năm {year}".strip()
        case "first":
            return f"{n} tháng đầu năm {year}".strip()
        case "quarter":
            return f"quý {_ROMAN[n]}" + (f"/{year}" if year else "")
        case "month":
            return f"tháng {n}" + (f"/{year}" if year else "")
    return ""


def _week(span: Range, today: date) -> str:
    if span.since.weekday() or span.until - span.since != 6 * DAY:
        return ""
    ahead = (span.since - (today - today.weekday() * DAY)).days // 7
    return {0: _("tuần này"), 1: _("tuần sau"), -1: _("tuần trước")}.get(ahead, "")
