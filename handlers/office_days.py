"""`lịch`: the office's days off and the days worked instead; `lịch nghỉ 02/01/2026`, `lịch làm …`, `lịch đổi …`: the
office decides otherwise; `lịch đúng 2027`: what was only expected is so."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from handlers import more, reading, ruling
from handlers.asked import capital
from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang import public_days, ranges
from lang.fold import fold
from lang.ranges import NoRange, Range
from lang.spoken_days import day_words, day_words_with_year
from lang.text import N_, _, many
from lang.workdays import DAY, SATURDAY, Calendar
from schedules.policies import OFF, WORKED, confirmed
from schedules.views import MOST_LINES, Page
from storage.models import Office
from storage.outbox import Words

FIRST_YEAR = 2021
YEARS_AHEAD = 2
MOST_DAYS = 31
PER_PAGE = MOST_LINES - 3
_FREE, _WORK, _SWAP, _SURE = "lich nghi", "lich lam", "lich doi", "lich dung"
_NAMES = {"lich lam viec": _WORK, "hoan doi ngay lam viec": _SWAP}
_YEAR = re.compile(r"(?:cua )?(?:nam )?(\d{4})")
_ANY_YEAR = ("", "tet", "le", "le tet", "nam nay", "nam", "ca nam", "co quan", "cua co quan")
_DATES = re.compile(
    r"(?:ngay |tu |den |den het |sang |lam bu |va |[\d/.,;→ -])*\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?[ .]*"
)
_JOINTS = re.compile(r"\s*(?:,?\s*\b(?:sang|thanh|lay|lam bu(?: vao)?|lam|bu|va|cho)\b(?: ngay)?|→|->|,|;|\s)\s*")


def run(talk: Talk) -> Answered:
    words, number = reading.page(talk.words)
    name = _NAMES.get(talk.name, talk.name)
    said = fold(words).strip(" .?:")
    year = _YEAR.fullmatch(said)
    if name == _SURE:
        return _sure(talk, int(year[1]) if year else None, said)
    if said in _ANY_YEAR or year:
        return _year(talk, int(year[1]) if year else talk.today.year, number)
    if said == "nam sau":
        return _year(talk, talk.today.year + 1, number)
    if name not in (_FREE, _WORK, _SWAP) or not _names_days(talk, said):
        raise NotMine
    talk.need(Action.RULE)
    if name == _SWAP:
        return _swap(talk, said)
    return free(talk, _days(talk, said)) if name == _FREE else _worked(talk, _days(talk, said))


def fits(name: str, words: str) -> bool:
    """Overheard in a group: days in so many figures, or the year that is confirmed."""
    said, name = fold(words), _NAMES.get(name, name)
    if name == _SURE:
        return bool(_YEAR.fullmatch(said))
    return name in (_FREE, _WORK, _SWAP) and bool(_DATES.fullmatch(said))


# which days


def _names_days(talk: Talk, said: str) -> bool:
    """Whether words are about days: written in figures, whatever they come to, or «mai», «thứ Hai»."""
    try:
        return any(letter.isdigit() for letter in said) or bool(ranges.several(said, talk.local))
    except NoRange:
        return False


def _days(talk: Talk, said: str) -> list[Range]:
    try:
        found = ranges.several(said, talk.local)
    except NoRange as none:
        if none.no_such_day:
            raise Refused(_("{day} không có trong lịch. Xin xem lại ngày.", day=none.no_such_day)) from None
        raise Refused(_past() if none.past else _unclear(talk)) from None
    return _possible(talk, found)


def _possible(talk: Talk, found: list[Range]) -> list[Range]:
    if any(one.since < talk.today for one in found):
        raise Refused(_past())
    if any(one.until.year > talk.today.year + YEARS_AHEAD for one in found):
        raise Refused(_("Lịch chỉ ghi được đến hết năm {year}.", year=talk.today.year + YEARS_AHEAD))
    if sum((one.until - one.since).days + 1 for one in found) > MOST_DAYS:
        raise Refused(_("Mỗi lần chỉ ghi được {n} ngày.", n=MOST_DAYS))
    return found


def _past() -> str:
    return _("Ngày này đã qua. Lịch chỉ sửa được từ hôm nay trở đi.")


def _unclear(talk: Talk) -> str:
    return _("Nhắc Việc chưa hiểu ngày. Xin ghi như: {example}", example=f"lịch nghỉ 02/01/{talk.today.year + 1}")


def _each(days: Sequence[Range]) -> list[date]:
    return sorted({one.since + n * DAY for one in days for n in range((one.until - one.since).days + 1)})


def _words(talk: Talk, days: Sequence[date]) -> str:
    """«thứ Sáu 02/01», «thứ Hai 16/02 đến thứ Sáu 20/02»; with the year where it is another than today's."""

    def said(day: date) -> str:
        return day_words(day) if day.year == talk.today.year else day_words_with_year(day)

    runs: list[list[date]] = []
    for day in days:
        if runs and day == runs[-1][-1] + DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = []
    for run_ in runs:
        if len(run_) < 3:
            parts += [said(day) for day in run_]
        else:
            parts.append(_("{since} đến {until}", since=said(run_[0]), until=said(run_[-1])))
    return ", ".join(parts)


def _about(days: Sequence[date]) -> str:
    """How the journal names days."""
    return ", ".join(f"{day:%d/%m/%Y}" for day in days) if len(days) < 3 else f"{days[0]:%d/%m}–{days[-1]:%d/%m/%Y}"


# deciding


def free(talk: Talk, days: Sequence[Range]) -> Words:
    """The office does not work on these days."""
    talk.need(Action.RULE)
    calendar = talk.calendar
    every = _each(_possible(talk, list(days)))
    new = [day for day in every if calendar.works(day) or calendar.expects(day)]
    if not new:
        raise Refused(_already(talk, every, works=False))
    return ruling.decide(
        talk,
        "day_off",
        _about(new),
        lambda: _put(talk.here, new, works=False),
        lambda: _("Lịch cơ quan: nghỉ {days}.", days=_words(talk, new)),
    )


def _worked(talk: Talk, days: Sequence[Range]) -> Words:
    every = _each(days)
    new = [day for day in every if not talk.calendar.works(day)]
    if not new:
        raise Refused(_already(talk, every, works=True))
    return ruling.decide(
        talk,
        "day_worked",
        _about(new),
        lambda: _put(talk.here, new, works=True),
        lambda: _("Lịch cơ quan: làm việc {days}.", days=_words(talk, new)),
    )


def _already(talk: Talk, days: Sequence[date], *, works: bool) -> str:
    said = capital(_words(talk, days))
    if works:
        return _("{days} đã là ngày làm việc theo lịch.", days=said)
    return _("{days} đã là ngày nghỉ theo lịch.", days=said)


def _swap(talk: Talk, said: str) -> Words:
    parts = [part for part in _JOINTS.split(re.sub(r"\bngay\b", " ", said).strip()) if part]
    if len(parts) != 2:
        raise Refused(_("Xin ghi ngày nghỉ rồi ngày làm bù, ví dụ: lịch đổi 02/01/2026 10/01/2026"))
    days = [_each([one]) for one in _days(talk, ", ".join(parts))]
    if len(days) != 2 or any(len(one) != 1 for one in days) or days[0] == days[1]:
        raise Refused(_("Xin ghi ngày nghỉ rồi ngày làm bù, ví dụ: lịch đổi 02/01/2026 10/01/2026"))
    off, work = days
    calendar = talk.calendar
    if not calendar.works(off[0]) and not calendar.expects(off[0]):
        raise Refused(_already(talk, off, works=False))
    if calendar.works(work[0]):
        raise Refused(_already(talk, work, works=True))
    return ruling.decide(
        talk,
        "swap",
        _about([off[0], work[0]]),
        lambda: _exchange(talk.here, off[0], work[0]),
        lambda: _("Lịch cơ quan: nghỉ {off}, làm bù {work}.", off=_words(talk, off), work=_words(talk, work)),
    )


def _put(office: Office, days: Sequence[date], *, works: bool) -> None:
    """Write down that these days are worked, or not; what is so by the national calendar needs no word. One that was
    swapped is a day by itself now, and so is the other."""
    known, kept = confirmed(office.years), dict(office.days)
    for day in days:
        other = kept.pop(day.isoformat(), "").partition(" ")[2]
        if other in kept:
            kept[other] = kept[other].partition(" ")[0]
        if known.works(day) is not works or known.expects(day):
            kept[day.isoformat()] = WORKED if works else OFF
    office.days = kept


def _exchange(office: Office, off: date, work: date) -> None:
    _put(office, [off], works=False)
    _put(office, [work], works=True)
    said = {off.isoformat(): f"{OFF} {work.isoformat()}", work.isoformat(): f"{WORKED} {off.isoformat()}"}
    office.days = {**office.days, **said}


def _sure(talk: Talk, year: int | None, said: str) -> Words:
    talk.need(Action.RULE)
    if year is None and said:
        raise NotMine
    year = year or talk.today.year
    days = [day for day in _of_year(year) if talk.calendar.expects(day) and day.weekday() < SATURDAY]
    work = sorted(day for day in talk.calendar.expected_work if day.year == year)
    if not FIRST_YEAR <= year <= talk.today.year + YEARS_AHEAD or not days + work:
        raise Refused(_("Năm {year} không có ngày dự kiến nào chờ xác nhận. Xem: lịch {year}", year=year))

    def change() -> None:
        talk.here.years = sorted({*talk.here.years, year})

    def said_so() -> str:
        told = many(
            "Lịch cơ quan: {n} ngày nghỉ dự kiến năm {year} được xác nhận.",
            "Lịch cơ quan: {n} ngày nghỉ dự kiến năm {year} được xác nhận.",
            len(days),
            year=year,
        )
        if not days:
            told = _("Lịch cơ quan: lịch năm {year} được xác nhận.", year=year)
        return told + (" " + _("Làm bù {work}.", work=_words(talk, work)) if work else "")

    return ruling.decide(talk, "sure", str(year), change, said_so)


def _of_year(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += DAY


# showing


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the year's calendar, about the days up to `until`."""

    until: date
    text: str


def _year(talk: Talk, year: int, number: int) -> Words:
    talk.need(Action.SEE)
    if not FIRST_YEAR <= year <= talk.today.year + YEARS_AHEAD:
        raise Refused(_("Lịch có từ năm {first} đến năm {last}.", first=FIRST_YEAR, last=talk.today.year + YEARS_AHEAD))
    lines = list(lines_of(talk.here, talk.calendar, year))
    if len(lines) > PER_PAGE:
        lines.sort(key=lambda line: line.until < talk.today)
    skipped = (number - 1) * PER_PAGE
    shown, left = lines[skipped : skipped + PER_PAGE], len(lines) - skipped - PER_PAGE
    if not shown:
        raise Refused(_("Không có trang {n}. Gõ {command} để xem từ đầu.", n=number, command=f"lịch {year}"))
    page = Page()
    page.head(_("Ngày nghỉ và làm bù năm {year}", year=year))
    for line in shown:
        page.line(line.text)
    following = f"lịch {year} trang {number + 1}" if left > 0 else ""
    if following:
        page.line(_("và {n} dòng khác, xem thêm: {command}", n=left, command=following))
        page.actions = [following]
    more.keep(talk, following)
    is_expected = any(talk.calendar.expects(day) and day.weekday() < SATURDAY for day in _of_year(year))
    if is_expected or any(day.year == year for day in talk.calendar.expected_work):
        hint = _("Dự kiến: cơ quan chưa xác nhận.")
        if talk.may(Action.RULE):
            hint += " " + _("Đúng thì gõ: {command}", command=f"lịch đúng {year}")
        page.line(hint)
    return page.words()


def lines_of(office: Office, calendar: Calendar, year: int) -> Iterator[Line]:
    """The days of a year that are not as its week would have them, in order: «thứ Hai 16/02 đến thứ Sáu 20/02: Tết
    Nguyên đán»."""
    found: list[Line] = []
    for span in _spans(calendar, year):
        since, until = span[0], span[-1]
        named = list(dict.fromkeys(_(name) for day in _around(calendar, span) if (name := public_days.name(day))))
        what = ", ".join(named) or _("nghỉ")
        swapped = _swapped(office, since)
        if len(span) == 1 and swapped:
            what = _("nghỉ, làm bù {day}", day=day_words(swapped))
        if calendar.expects(since):
            what = _("{what} (dự kiến)", what=what)
        days = ", ".join(day_words(day) for day in span)
        if len(span) > 2:
            days = _("{since} đến {until}", since=day_words(since), until=day_words(until))
        found.append(Line(until, f"{capital(days)}: {what}"))
    for day in sorted(calendar.work | calendar.expected_work):
        if day.year != year or (day.weekday() < SATURDAY and not public_days.name(day)):
            continue
        swapped = _swapped(office, day)
        if swapped is not None and swapped.year == year:
            continue
        what = _("làm bù cho {day}", day=day_words_with_year(swapped)) if swapped else _("làm việc")
        if day in calendar.expected_work:
            what = _("làm bù (dự kiến, chưa tính)")
        found.append(Line(day, f"{capital(day_words(day))}: {what}"))
    return iter(sorted(found, key=lambda line: line.until))


def _spans(calendar: Calendar, year: int) -> Iterator[list[date]]:
    """The days from Monday to Friday that are off, those together that follow each other over a weekend and are as
    sure as each other; a swapped one stands alone."""
    span: list[date] = []
    for day in _of_year(year):
        if day.weekday() >= SATURDAY:
            continue
        if calendar.works(day):
            if span:
                yield span
            span = []
            continue
        gap = (day - span[-1]).days if span else 0
        if span and (gap > 3 or calendar.expects(day) is not calendar.expects(span[0])):
            yield span
            span = []
        span.append(day)
    if span:
        yield span


def _around(calendar: Calendar, span: Sequence[date]) -> Iterator[date]:
    """The days of a span and the days off next to it, whose names they are given for."""
    day = span[0]
    while not calendar.works(day - DAY):
        day -= DAY
    while day <= span[-1] or not calendar.works(day):
        yield day
        day += DAY


def _swapped(office: Office, day: date) -> date | None:
    """The day that this one was swapped for."""
    other = office.days.get(day.isoformat(), "").partition(" ")[2]
    return date.fromisoformat(other) if other else None


COMMAND = Command(
    name="lịch",
    slash="lich",
    says=(
        "lịch năm",
        "lịch cơ quan",
        "lịch nghỉ lễ",
        "lịch nghỉ",
        "lịch làm",
        "lịch làm việc",
        "lịch đổi",
        "lịch đúng",
        "hoán đổi ngày làm việc",
    ),
    help=N_("xem ngày nghỉ, ngày làm bù; ghi: lịch nghỉ 02/01/2026, lịch làm …, lịch đổi …"),
    example="/lich",
    place=8.6,
    action=Action.SEE,
    run=run,
    fits=fits,
)
