"""What a cell of a workbook shows. A plan is read as it stands on the page, and that is the number format's doing: a
cell shown as «Tháng 6/2026» holds the 1st of June (DOMAIN 12.5)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|(?P<word>tháng|quý|năm|ngày)|(?P<skip>[_*].|\[[^\]]*\])'
    r"|am/pm|a/p|(?P<date>y+|m+|d+|h+|s+)|(?P<number>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
_SYSTEM = re.compile(r"\[\$-(?:x-sys|F8)", re.IGNORECASE)
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_DAY_ZERO = datetime.fromisoformat("1899-12-30")
_LAST_SERIAL = 2958465  # 31/12/9999
_SINCE_1904 = 1462  # how much later the other of the two calendars of a workbook begins
# Formats that a workbook only numbers (ECMA-376 part 1, 18.8.30), where they say more than the value does. Those of
# money have the sign of whatever country the computer is set to: their figure alone is read.
_NUMBERED = {
    **dict.fromkeys((3, 5, 6, 37, 38, 41, 42), "#,##0"),
    **dict.fromkeys((4, 7, 8, 39, 40, 43, 44), "#,##0.00"),
    1: "0", 2: "0.00", 9: "0%", 10: "0.00%", 48: "##0.0E+0",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0",
}  # fmt: skip
# Short dates written in the manner of whoever opens the file, beside 14.
_SHORT_DATE = {14, *range(27, 32), 36, *range(50, 59)}
_WITH_HOUR = 22


@dataclass(frozen=True, slots=True)
class Shown:
    """`text` as it stands on the page; `day`: the day it holds where that is shown in figures. `order` is set where day
    and month may have changed places: «us» written month first, «local» in whatever manner the computer had. `covered`:
    a merged cell on its left reaches over it."""

    text: str
    day: date | None = None
    order: str = ""
    covered: bool = False


def format_code(number: int, custom: dict[int, str]) -> str:
    """The code of a cell style's `numFmtId`. Dates of the computer's own manner are those of a Vietnamese one."""
    if number in custom:
        return custom[number]
    if number in _SHORT_DATE:
        return "[$-x-sysdate]dd/mm/yyyy"
    if number == _WITH_HOUR:
        return "[$-x-sysdate]dd/mm/yyyy h:mm"
    return _NUMBERED.get(number, "General")


def shown(value: float, code: str, since_1904: bool = False) -> Shown:
    """What `value` looks like under the number format `code`."""
    tokens = _tokens(code)
    if abs(value) >= 1e15 or not any(kind in ("date", "number") for kind, *_ in tokens):
        return Shown(_general(value))
    if any(kind == "number" for kind, *_ in tokens):
        return Shown(_number(value, tokens))
    days = value + _SINCE_1904 * since_1904
    if value < 0 or days > _LAST_SERIAL:
        return Shown(_general(value))
    if days < 60:
        days += 1  # the calendar of 1900 counts a 29th of February that never was
    held = _DAY_ZERO + timedelta(milliseconds=round(days * 86_400_000))
    return Shown(f"{held:%H:%M}") if value < 1 else moment(held, code)


def moment(held: datetime, code: str) -> Shown:
    """What `held` looks like under the date format `code`."""
    tokens = _tokens(code)
    letters = _letters(tokens)
    parts = [letter[0] for letter in letters if letter[0] in "dmy" and not letter.startswith("ddd")]
    american = parts[:2] == ["m", "d"]
    named = any(letter.startswith("mmm") for letter in letters)
    hour = f"{held.hour}h{held.minute:02d}" if "h" in "".join(letters) and (held.hour or held.minute) else ""
    if _SYSTEM.search(code) and "d" not in parts:
        parts = ["d", "m", "y"]
    if not parts:
        return Shown(f"{held:%H:%M}")
    if sorted(parts) == ["d", "m", "y"] and (hour or named or _SYSTEM.search(code)):
        text = f"{hour} ngày " * bool(hour) + f"{held:%d/%m/%Y}"
    elif named:
        text = "/".join(f"{held.year if p == 'y' else held.month if p == 'm' else held.day}" for p in sorted(parts))
        text = text if "d" in parts else f"Tháng {text}"
    elif american and held.day > 12:
        text = f"{held.day}/{held.month}" + f"/{held.year}" * ("y" in parts)
    else:
        text = _written(held, tokens, letters)
        text = f"Tháng {text}" if parts == ["m"] and text.isdigit() else text
    order = "local" if _SYSTEM.search(code) else "us" if american else ""
    ambiguous = not named and held.day <= 12 and held.day != held.month
    return Shown(text, held.date() if "d" in parts else None, order if ambiguous else "")


_Tokens = list[tuple[str, str, re.Match[str]]]


def _tokens(code: str) -> _Tokens:
    """The first section of `code` (the one for positive numbers) cut into what it is made of."""
    section = code.split(";", 1)[0].strip()
    if section.lower() not in ("general", "@"):
        section = re.sub("general", "0.##########", section, flags=re.IGNORECASE)
        return [(match.lastgroup or "", match[0], match) for match in _TOKEN.finditer(section)]
    return []


def _letters(tokens: _Tokens) -> list[str]:
    """The date letters in order, in small letters; an `m` that stands for minutes is «n»."""
    found = [text.lower() for kind, text, _ in tokens if kind == "date"]
    for i, letter in enumerate(found):
        beside_hour = (i and found[i - 1][0] == "h") or (i + 1 < len(found) and found[i + 1][0] == "s")
        if letter in ("m", "mm") and beside_hour:
            found[i] = "n" * len(letter)
    return found


def _written(held: datetime, tokens: _Tokens, letters: list[str]) -> str:
    """`held` token by token. A year without a day before it is written in full: «06/26» would be a day."""
    full = not any(letter in ("d", "dd") for letter in letters)
    values = {
        "y": f"{held.year}" if full else f"{held.year % 100:02d}",
        "yyyy": f"{held.year}",
        "m": f"{held.month}",
        "mm": f"{held.month:02d}",
        "d": f"{held.day}",
        "dd": f"{held.day:02d}",
        "ddd": _WEEKDAYS[held.weekday()],
    }
    values |= {"yy": values["y"], "yyy": values["yyyy"], "dddd": values["ddd"]}
    out: list[str] = []
    at = iter(letters)
    for kind, text, match in tokens:
        if kind == "date":
            out.append(values.get(next(at), ""))
        elif kind == "quoted":
            out.append(match["quoted"])
        elif kind == "escaped":
            out.append(match["escaped"])
        elif kind in ("word", "plain"):
            out.append(text)
    return "".join(out).strip(" :")


def _general(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else format(value, ".10g")


def _number(value: float, tokens: _Tokens) -> str:
    """A number with the words its format puts around it: «Tháng 6», «01», «90%». Thousands are left together."""
    pattern = next(text for kind, text, _ in tokens if kind == "number")
    around: list[list[str]] = [[], []]
    after = False
    for kind, text, match in tokens:
        if kind == "number":
            if after and around[1]:
                return _general(value)
            after = True
        elif kind in ("quoted", "escaped"):
            around[after].append(match[kind])
        elif kind in ("word", "plain"):
            around[after].append(text)
        elif kind == "date":
            return _general(value)
    whole, _, decimals = pattern[:20].partition(".")
    shares = "%" in "".join(around[1])
    exact = Decimal(repr(value)) * (100 if shares else 1)
    text = str(exact.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP))
    head, dot, tail = text.partition(".")
    least = decimals.count("0")
    tail = tail[:least] + tail[least:].rstrip("0")
    negative, head = head.startswith("-"), head.lstrip("-").zfill(whole.count("0"))
    figure = "-" * negative + head + (dot + tail if tail else "")
    return f"{''.join(around[0])}{figure}{''.join(around[1])}".strip()
