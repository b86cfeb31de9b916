"""The net under the grammar: readings that hold together badly are asked about, whatever the words were.

Each rule looks at the structure only, never at particular words: two times of which one lies inside the other, a rule
beside a single day, days written one after another with nothing between them. What the grammar understood as a label,
a list or a range never comes here in such a shape.
"""

from collections.abc import Iterator
from itertools import product

from lang.phrases import Count, Due, Structure, Time

_MOST = 40  # periods in one phrase: whoever names more does not name when something is due


def suspicions(said: Structure) -> Iterator[str]:
    """Codes of doubts about the structure as a whole."""
    once = [due for due in said.dues if not due.time.repeats]
    if len({due.strict and due.time.exact for due in said.dues}) == 2:
        yield "mixed_before"
    if said.said & {"weekly", "daily"} and once:
        yield "which_dates"
    cycles = [d.time for d in said.dues if d.time.recurring and (len(d.time.months) > 1 or d.time.unit == "year")]
    mixed = bool(once and cycles)
    times = {due.time for due in once if due.time.months and not due.start}
    periods = {time for time in times if not time.exact}
    inside = len(periods) > _MOST or any(_inside(big, small) for big, small in product(periods, times))
    touching = any(due.joint == "time" and due.time.exact for due in said.dues)
    counted = any(_unused(count, said.dues, once) for count in said.counts)
    alternative = "or" in said.said and "event" in said.said and once
    if mixed or inside or touching or counted or alternative:
        yield "unsure"


def _unused(count: Count, dues: tuple[Due, ...], once: list[Due]) -> bool:
    """«trước 15/6 một tuần»: a length beside a date may move it; «trong 02 ngày 15 - 16/6» only says it again."""
    if count.base:
        return bool(dues)
    return bool(once) and count.unit in ("day", "week", "hour") and not any(due.start for due in once)


def _inside(big: Time, small: Time) -> bool:
    """One lies within the other, and neither was taken as naming it; a half year beside its year is a list."""
    if small.unit in ("half", "months") and big.unit == "year":
        return False
    if (big.year and small.year and big.year != small.year) or big.shift != small.shift:
        return False
    if small.exact:
        return not set(small.months).isdisjoint(_months(big))
    return set(small.months) <= set(_months(big)) and len(_months(small)) < len(_months(big))


def _months(time: Time) -> range:
    return range(time.since or time.months[0], time.months[-1] + 1)
