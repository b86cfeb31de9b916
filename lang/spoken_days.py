"""Writing days and hours the way the reader of the message writes them."""

from datetime import date, time

from lang.text import SOURCE, spoken

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def short_day(day: date) -> str:
    """«05/6»: the day has two digits, the month as many as it needs, as plans write it. English: «5 Jun»."""
    return f"{day.day:02}/{day.month}" if spoken() == SOURCE else _foreign(day, "d MMM")


def day_words(day: date) -> str:
    """«thứ Hai 05/6», «Chủ nhật 05/3»: the weekday is always said. English: «Mon 5 Jun»."""
    if spoken() == SOURCE:
        return f"{WEEKDAYS[day.weekday()]} {short_day(day)}"
    return _foreign(day, "EEE d MMM")


def day_words_with_year(day: date) -> str:
    """«thứ Hai 05/6/2023». English: «Mon 5 Jun 2023»."""
    if spoken() == SOURCE:
        return f"{day_words(day)}/{day.year}"
    return _foreign(day, "EEE d MMM y")


def short_day_with_year(day: date) -> str:
    """«05/6/2023». English: «5 Jun 2023»."""
    return f"{short_day(day)}/{day.year}" if spoken() == SOURCE else _foreign(day, "d MMM y")


def hour_words(hour: time) -> str:
    """«16h», «16h30». English: «16:30»."""
    if spoken() == SOURCE:
        return f"{hour.hour}h{hour.minute:02}" if hour.minute else f"{hour.hour}h"
    return f"{hour:%H:%M}"


def _foreign(day: date, pattern: str) -> str:
    # Vietnamese needs nothing of Babel, and loading it would be a third of the start of the child that reads plans.
    from babel.dates import format_date

    return format_date(day, pattern, locale=spoken())
