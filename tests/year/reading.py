"""Takes a digest apart as a reader of the chat would: which codes stand under which heading, which numbers."""

import re
from dataclasses import dataclass, field
from datetime import date

from tests.year.oracle import Counts, Oracle, Owed, Sections

AGAIN = "(gửi lại)"
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
HEADINGS = {"Quá hạn": "overdue", "Đến hạn hôm nay": "today", "Sắp đến hạn": "soon"}
SECTIONS = (*HEADINGS.values(), "holiday")
HOLIDAY = "Rơi vào kỳ nghỉ từ "
HEAD = re.compile(
    r"^(?!Các tin đến ngoài giờ)(?P<who>.+), (?P<weekday>thứ \w+|Chủ nhật) (?P<day>\d\d?)/(?P<month>\d\d?)"
)
ITEM = re.compile(r"^(\d+) (.+)$")
DUE = re.compile(r", (?:hạn |chậm nhất )*(?:thứ \w+|Chủ nhật) \d\d?/")
MORE = re.compile(r"^và (\d+) việc khác: /viec")
ALL_YEAR = re.compile(r"^Cả năm\b\D*(\d+) việc")
REPORT = re.compile(
    r"^(?P<title>.+) \((?:chậm nhất )?(?:thứ \w+|Chủ nhật) (\d\d?)/(\d\d?).*\): "
    r"đã nhận (?P<sent>\d+) trong (?P<of>\d+) đơn vị"
)
MOST_LINES = 12


@dataclass
class Read:
    """A digest. `codes`: heading → the lines under it by code; `more`: how many are folded away at the end."""

    text: str
    day: date | None = None
    again: bool = False
    who: str = ""
    codes: dict[str, dict[int, str]] = field(default_factory=lambda: {name: {} for name in SECTIONS})
    more: int = 0
    all_year: int = 0
    reports: list[tuple[str, tuple[int, int], int, int]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def is_digest(text: str) -> bool:
    return bool(HEAD.match(text.removeprefix(AGAIN).lstrip()))


def read(text: str, year: int = 2023) -> Read:
    """`text` taken apart; lines that are nothing known are in `unread`."""
    out = Read(text, again=AGAIN in text)
    lines = text.replace(AGAIN, "").strip().split("\n")
    if head := HEAD.match(lines[0]):
        day = date(year, int(head["month"]), int(head["day"]))
        out.who, out.day = head["who"], day if WEEKDAYS[day.weekday()] == head["weekday"] else None
    heading = ""
    for line in (line.strip() for line in lines[1:]):
        if line in HEADINGS:
            heading = HEADINGS[line]
        elif line.startswith(HOLIDAY):
            heading = "holiday"
        elif heading and (item := ITEM.match(line)):
            out.codes[heading][int(item[1])] = item[2]
        elif more := MORE.match(line):
            out.more = int(more[1])
        elif year_line := ALL_YEAR.match(line):
            out.all_year = int(year_line[1])
        elif report := REPORT.match(line):
            named = (int(report[2]), int(report[3]))
            out.reports.append((report["title"], named, int(report["sent"]), int(report["of"])))
        elif counted := re.findall(r"(quá hạn|đến hạn hôm nay|sắp đến hạn):? (\d+)", line, re.IGNORECASE):
            out.counts = {HEADINGS[name.capitalize()]: int(n) for name, n in counted}
        elif line and not line.startswith("Trả lời:"):
            out.unread.append(line)
    return out


def differs(seen: Read, want: Sections | Counts, oracle: Oracle) -> str:
    """In words, what is wrong in `seen`; nothing when it says exactly what was expected."""
    wrong = [f"not understood: {line!r}" for line in seen.unread]
    if len(seen.text.split("\n")) > MOST_LINES + 1:
        wrong.append("longer than a phone shows")
    wrong += _counts(seen, want) if isinstance(want, Counts) else _sections(seen, want, oracle)
    return "; ".join(wrong)


def _sections(seen: Read, want: Sections, oracle: Oracle) -> list[str]:
    wrong = []
    expected = {"overdue": want.overdue, "today": want.today, "soon": want.soon, "holiday": want.holiday}
    left_out = 0
    for name, codes in expected.items():
        shown = seen.codes[name].keys()
        if left_out and shown:
            wrong.append(f"{name} is shown while something before it is folded away")
        if shown - codes:
            wrong.append(f"{name} shows {sorted(shown - codes)}, which do not belong there")
        left_out += len(codes - shown)
        if codes - shown and not seen.more:
            wrong.append(f"{name} lacks {sorted(codes - shown)}")
    if left_out != seen.more:
        wrong.append(f"{left_out} are folded away, {seen.more} said")
    if seen.all_year != want.all_year:
        wrong.append(f"the year's line says {seen.all_year}, not {want.all_year}")
    if seen.reports or seen.counts:
        wrong.append("counts in a unit's group")
    known = {o.code: o for o in oracle.owed}
    for lines in seen.codes.values():
        wrong += [_line(known[code], line, oracle) for code, line in lines.items() if code in known]
    return [words for words in wrong if words]


def _line(owed: Owed, line: str, oracle: Oracle) -> str:
    """Every line names its task, and a day of it with the right weekday."""
    title = owed.title.rstrip(".")
    named, rest = (line[: at.start()], line[at.start() :]) if (at := DUE.search(line)) else ("", "")
    if not named or not title.casefold().startswith(named.rstrip("…").strip().casefold()):
        return f"{owed.code} is worded {line!r}, its title is {owed.title!r}"
    days = {owed.due, oracle.aim(owed), oracle.last(owed)}
    told = {f"{WEEKDAYS[day.weekday()]} {day:%d}/{day.month:02d}" for day in days if day}
    told |= {f"{WEEKDAYS[day.weekday()]} {day:%d}/{day.month}" for day in days if day}
    return "" if any(day in rest for day in told) else f"{owed.code} is due {sorted(told)}, not {rest!r}"


def _counts(seen: Read, want: Counts) -> list[str]:
    wrong = []
    if any(seen.codes.values()) or seen.all_year or seen.more:
        wrong.append("more than counts in the office's group")
    said = tuple(seen.counts.get(name, 0) for name in HEADINGS.values())
    if said != (want.overdue, want.today, want.soon):
        wrong.append(f"counts {said}, not {(want.overdue, want.today, want.soon)}")
    reports = sorted((title, (due.day, due.month), sent, of) for title, due, sent, of in want.reports)
    shown = sorted(seen.reports)
    if [r[1:] for r in shown] != [r[1:] for r in reports]:
        wrong.append(f"reports {shown}, not {reports}")
    return wrong
