"""What people type in a chat: times counted from the moment they speak."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as Hour

from lang.dates import DAY, Meaning, last_of, resolve
from lang.doubts import Doubt
from lang.fold import fold
from lang.phrases import Count, Structure, Time
from lang.workdays import national

FRIDAY = 4
RECENT = timedelta(days=90)  # a day this little ago, without its year, may be the past one that is meant
_NEXT = r"(?:sau|toi|ke tiep|tiep theo)"
_TODAY = re.compile(r"\b(?:hom nay|bua nay|(?:sang|trua|chieu|toi) nay|trong ngay)\b")
_AFTER_TOMORROW = re.compile(r"\b(?:ngay (?:kia|mot)|mot)\b")
_TOMORROW = re.compile(r"\bmai\b")
_NEXT_WEEK = re.compile(rf"\btuan {_NEXT}\b|\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|cn) {_NEXT}\b")
_THIS_WEEK = re.compile(r"\b(?:tuan(?: nay)?)\b")
_EVERY_WEEK = re.compile(r"\b(?:hang|moi|tung) tuan\b")
_EVERY_PERIOD = re.compile(r"\b(?:hang|moi|tung) (?:thang|quy|nam)\b")
_DAY_OF_WEEK = re.compile(r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\b")
_DAYS_OF_WEEK = ("hai 2", "ba 3", "tu 4", "nam 5", "sau 6", "bay 7", "nhat")
_PERIOD = re.compile(r"(?<!\d )(?<!hang )(?<!moi )\b(thang|quy|nam)(?: (nay|sau|toi|ke tiep|tiep theo))?$")
_DAY_OF = re.compile(r"\b(\d{1,2}) (?:cua )?thang (nay|sau|toi|ke tiep|tiep theo)$")


def typed(said: Structure, words: str, now: datetime) -> Meaning:
    """The meaning of `said`, written as `words`, at `now` (aware, office-local)."""
    today = now.date()
    if _EVERY_WEEK.search(fold(words)):
        return _every_week(said, words, today)
    found = _from_today(said, fold(words), now)
    if found is None:
        return _next_such(said, words, today)
    day, codes = found
    args = {"words": words, "year": str(today.year), "left": ""}
    hour = _hour(said)
    if day is None:
        return Meaning("unknown", doubts=tuple(Doubt(code, args) for code in codes))
    if any(character.isdigit() for stray in said.strays for character in stray):
        codes = (*codes, "not_understood")
    doubts = tuple(Doubt(code, args, (day,)) for code in codes)
    if any(isinstance(count, Count) and count.unit == "hour" for count in said.counts):
        hour = (now + timedelta(hours=said.counts[0].n)).time().replace(second=0, microsecond=0)
    strict = "before" in {due.opener for due in said.dues} or fold(words).startswith("truoc ")
    return Meaning("date", (day,), None, strict, hour, doubts, "")


def _every_week(said: Structure, words: str, today: date) -> Meaning:
    """«thứ Sáu hàng tuần»: from today to the end of the year; without a day of the week, as a plan would mean it."""
    text = fold(words)
    named = {day.split()[-1] for day in _DAY_OF_WEEK.findall(text)}
    several = len(named) > 1 and re.search(r"\bden\b", text)
    if not named or several or said.dues or said.starts or said.counts or said.strays or said.often:
        return resolve(said, today.year, words)
    weekdays = {n for n, names in enumerate(_DAYS_OF_WEEK) if named & set(names.split())}
    left = (today + n * DAY for n in range((date(today.year, 12, 31) - today).days + 1))
    due = tuple(day for day in left if day.weekday() in weekdays)
    return Meaning("recurring", due, None, "truoc" in text.split(), _hour(said), (), "")


def _hour(said: Structure) -> Hour | None:
    hour = said.hour
    return Hour(hour.hour, hour.minute) if hour and hour.hour < 24 and hour.minute < 60 else None


def _from_today(said: Structure, text: str, now: datetime) -> tuple[date | None, tuple[str, ...]] | None:
    """The day that `text` counts from today, with the doubts about it; None when it is not of that kind."""
    today = now.date()
    if _EVERY_PERIOD.search(text):
        return None
    dated = any(due.time.exact and due.time.months and not due.time.repeats for due in said.dues)
    if dated:
        return None
    if _TODAY.search(text):
        return today, ()
    if _AFTER_TOMORROW.search(text) and not said.counts and not said.dues:
        return today + 2 * DAY, ()
    if _TOMORROW.search(text):
        return today + DAY, ()
    if said.weekday is not None and not said.said & {"weekly_each"}:
        return _weekday(said.weekday, text, today)
    if day_of := _DAY_OF.search(text):
        return _day_in(int(day_of[1]), _months_on(today, 0 if day_of[2] == "nay" else 1))
    if said.counts:
        return _counted(said.counts[0], now)
    if "tuan" in text.split() and not said.dues:
        friday = today - today.weekday() * DAY + FRIDAY * DAY
        return friday + (7 * DAY if _NEXT_WEEK.search(text) else 0 * DAY), ("vague_part",)
    if period := _PERIOD.search(text):
        ahead = 0 if period[2] in (None, "nay") else 1
        return _period(period[1], ahead, text, today)
    bare = [due.time for due in said.dues if due.time.exact and not due.time.months]
    if len(bare) == 1 and len(said.dues) == 1:
        month = _months_on(today, 0 if bare[0].day >= today.day else 1)
        return _day_in(bare[0].day, month)
    if said.hour and not said.dues and not said.starts:
        hour = _hour(said)
        if hour is None:
            return None, ("no_such_hour",)
        return (today, ()) if hour > now.time() else (today + DAY, ("vague_part",))
    return None


def _weekday(weekday: int, text: str, today: date) -> tuple[date, tuple[str, ...]]:
    monday = today - today.weekday() * DAY
    if _NEXT_WEEK.search(text):
        return monday + (7 + weekday) * DAY, ()
    if _THIS_WEEK.search(text):
        day = monday + weekday * DAY
        return day, ("backward_day",) if day < today else ()
    ahead = (weekday - today.weekday()) % 7
    return (today + ahead * DAY, ()) if ahead else (today, ("today_or_next",))


def _counted(count: Count, now: datetime) -> tuple[date | None, tuple[str, ...]] | None:
    today = now.date()
    if count.base or count.open or count.since or not 0 < count.n <= 3660:
        return None
    if count.unit == "hour":
        return (now + timedelta(hours=count.n)).date(), ()
    if count.working and count.unit == "day":
        return national().later(today, count.n), ()
    if count.unit in ("day", "week"):
        return today + count.n * (7 if count.unit == "week" else 1) * DAY, ()
    months = count.n * {"month": 1, "quarter": 3, "year": 12}.get(count.unit, 0)
    year, month = _months_on(today, months)
    return date(year, month, min(today.day, last_of(year, month))), ()


def _months_on(today: date, months: int) -> tuple[int, int]:
    n = today.year * 12 + today.month - 1 + months
    return n // 12, n % 12 + 1


def _day_in(day: int, month: tuple[int, int]) -> tuple[date | None, tuple[str, ...]]:
    if not 1 <= day <= last_of(*month):
        return None, ("no_such_day",)
    return date(*month, day), ()


def _period(unit: str, ahead: int, text: str, today: date) -> tuple[date, tuple[str, ...]]:
    """The last day of this or the next month, quarter, year; its beginning and middle are vague."""
    step = {"thang": 1, "quy": 3, "nam": 12}[unit]
    first = (today.month - 1) // step * step - (today.month - 1) + ahead * step
    if re.search(r"\b(?:dau|giua) (?:thang|quy|nam)\b", text):
        early = "dau" in text.split()
        if unit == "thang":
            year, month = _months_on(today, first)
            return date(year, month, 10 if early else 20), ("vague_part",)
        year, month = _months_on(today, first + (step // 4 if early else step // 2 - (unit == "nam")))
    else:
        year, month = _months_on(today, first + step - 1)
        return date(year, month, last_of(year, month)), ()
    return date(year, month, last_of(year, month)), ("vague_part",)


def _next_such(said: Structure, words: str, today: date) -> Meaning:
    """A written date: in its own year, or the next one that is not yet past."""
    years = [time.year for time in _times(said) if time.year is not None]
    if years:
        return resolve(said, min(years), words)
    meaning = resolve(said, today.year, words)
    if not meaning.due or meaning.due[-1] >= today or meaning.kind == "recurring":
        return _leap(said, words, today, meaning)
    later = resolve(said, today.year + 1, words)
    if today - meaning.due[-1] > RECENT:
        return later
    args = {"words": words, "year": str(today.year), "left": ""}
    return replace(later, doubts=(*later.doubts, Doubt("which_year", args, later.due, meaning.due)))


def _leap(said: Structure, words: str, today: date, meaning: Meaning) -> Meaning:
    """«29/2» typed in a common year may still mean the leap year that comes next."""
    if meaning.due or not any(time.day == 29 and time.months == (2,) for time in _times(said)):
        return meaning
    later = resolve(said, today.year + 1, words)
    return later if later.due else meaning


def _times(said: Structure) -> list[Time]:
    return [due.time for due in said.dues] + [due.start for due in said.dues if due.start] + list(said.starts)
