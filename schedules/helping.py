"""What a co-operating unit is reminded of: its part in another unit's deadline, never counted and never overdue."""

from collections.abc import Mapping, Sequence
from datetime import date

from lang.spoken_days import day_words, day_words_with_year
from lang.text import _
from lang.workdays import Calendar
from schedules import policy
from schedules.policies import Policies
from schedules.policy import Part
from schedules.views import item_name
from storage.contributions import Share
from storage.models import Unit


def called(
    shares: Sequence[Share],
    units: Mapping[int, Unit],
    day: date,
    since: date,
    calendar: Calendar,
    policies: Policies,
) -> tuple[bool, list[tuple[str, int]]]:
    """What is to be sent soon of these shares, as lines with their codes, in the digest of `day`, the last one before
    it having been that of `since`; and whether it calls.

    It is called like a deadline that is due on its own day; the last time on the lead's last day."""
    mornings = policy.mornings(since, day, calendar)
    calls, lines = False, []
    for share in shares:
        assert share.item.deadline.last_day is not None
        days = policy.Days(share.day, share.item.deadline.last_day)
        how = policies.unit(share.unit_id)
        calls = calls or any(policy.called(days, morning, calendar, how) for morning in mornings)
        if policy.part(days, day, since, calendar, how) in (Part.TODAY, Part.SOON):
            lines.append((share_line(share, day, units), share.item.deadline.code))
    return calls and bool(lines), lines


def share_line(share: Share, today: date, units: Mapping[int, Unit]) -> str:
    """«12 Báo cáo rà soát TTHC, gửi QLVH chậm nhất thứ Tư 31/5»."""
    lead = units[share.item.deadline.unit_id]
    day = day_words(share.day) if share.day.year == today.year else day_words_with_year(share.day)
    name, unit = item_name(share.item), lead.called
    return _("{name}, gửi {unit} chậm nhất {day}", name=name, unit=unit, day=day)


def waiting_lines(shares: Sequence[Share], today: date, units: Mapping[int, Unit]) -> list[tuple[str, int]]:
    """What leads wait for, a line for each deadline: «12 Báo cáo TTHC, chờ TTr, KHTC (chậm nhất thứ Tư 31/5)»."""
    together: dict[int, list[Share]] = {}
    for share in shares:
        together.setdefault(share.item.deadline.code, []).append(share)
    lines = []
    for code, same in together.items():
        day = day_words(same[0].day) if same[0].day.year == today.year else day_words_with_year(same[0].day)
        who = ", ".join(units[one.unit_id].called for one in same)
        lines.append(
            (_("{name}, chờ {units} (chậm nhất {day})", name=item_name(same[0].item), units=who, day=day), code)
        )
    return lines
