"""Writing days and hours the way the reader of the message writes them."""

from datetime import date, time

from babel.dates import format_date, format_time

from lang.text import SOURCE, spoken

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def short_day(day: date) -> str:
    """«05/6»: the day has two digits, the month as many as it needs, as plans write it. English: «5 Jun»."""
    return f"{day.day:02}/{day.month}" if spoken() == SOURCE else format_date(day, "d MMM", locale=spoken())


def day_words(day: date) -> str:
    """«thứ Hai 05/6», «Chủ nhật 05/3»: the weekday is always said. English: «Mon 5 Jun»."""
    if spoken() == SOURCE:
        return f"{WEEKDAYS[day.weekday()]} {short_day(day)}"
    return format_date(day, "EEE d MMM", locale=spoken())


def day_words_with_year(day: date) -> str:
    """«thứ Hai 05/6/2023». English: «Mon 5 Jun 2023»."""
    if spoken() == SOURCE:
        return f"{day_words(day)}/{day.year}"
    return format_date(day, "EEE d MMM y", locale=spoken())


def short_day_with_year(day: date) -> str:
    """«05/6/2023». English: «5 Jun 2023»."""
    return f"{short_day(day)}/{day.year}" if spoken() == SOURCE else format_date(day, "d MMM y", locale=spoken())


def hour_words(hour: time) -> str:
    """«16h», «16h30». English: «16:30»."""
    if spoken() == SOURCE:
        return f"{hour.hour}h{hour.minute:02}" if hour.minute else f"{hour.hour}h"
    return format_time(hour, "HH:mm", locale=spoken())
