"""The public holidays of a year, as the `holidays` library reckons them from the law and the moon.

The library takes about a second to load, so nobody loads it before a year is asked for."""

from datetime import date
from functools import cache

from lang.text import N_

TET = N_("Tết Nguyên đán")
_NAMES = (
    ("Tết Dương lịch", N_("Tết Dương lịch")),
    ("Tết", TET),
    ("Hùng Vương", N_("Giỗ Tổ Hùng Vương")),
    ("Chiến thắng", N_("Ngày Chiến thắng 30/4")),
    ("Lao động", N_("Quốc tế Lao động 01/5")),
    ("Quốc khánh", N_("Quốc khánh")),
    ("Văn hóa Việt Nam", N_("Ngày Văn hóa Việt Nam")),
)
"""What the library says, and how it is said here; the first that fits."""


@cache
def of(year: int) -> dict[date, str]:
    """The days off of a year by law, those on a Saturday or Sunday and those given instead of them too, each with its
    name (marked for translation; empty where the library knows none)."""
    from holidays.countries.vietnam import Vietnam

    found = Vietnam(years=year, language="vi")  # type: ignore[no-untyped-call]
    return {day: next((name for part, name in _NAMES if part in said), "") for day, said in sorted(found.items())}


def name(day: date) -> str:
    """What a holiday is called, marked for translation; empty for any other day."""
    return of(day.year).get(day, "")
