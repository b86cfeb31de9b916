"""What only the whole phrase can settle: a year or month said once for all, periods that only name a report."""

from collections.abc import Iterable
from dataclasses import replace

from lang.phrases import EVERY_MONTH, HALVES, Due, Time

CYCLES = ("month", "quarter", "half", "year")
LISTED = ("comma", "and", "or", "to", "open")


def settle(dues: list[Due], said: Iterable[str], monthly: bool = False) -> tuple[list[Due], list[str]]:
    """The dues that remain when each knows its months and year, and the doubts that no single one carries.

    `said` are the kinds of small words in the phrase; `monthly`: a day without a month is of every month
    («02 kỳ/tháng (ngày 15 và ngày 30)»).
    """
    if monthly and not any(due.time.months for due in dues):
        dues = [replace(due, time=replace(due.time, months=EVERY_MONTH, recurring=True)) for due in dues]
    dues = _narrow_days(_share_years(_share_months(dues)))
    return _periodic(_drop_labels(dues, said), said)


def since(dues: list[Due], start: Time) -> list[Due]:
    """What recurs, only from `start` on: «hàng tháng, từ tháng 4/2026»."""
    first = start.since or start.months[0] if start.months else 1
    return [_in_months(due, first, 12, start.year) if due.time.repeats else due for due in dues]


def within(dues: list[Due], limit: Time) -> list[Due]:
    """What recurs, only in the months of `limit`: «hàng tháng … trong các tháng cuối năm»."""
    return [_in_months(due, limit.months[0], limit.months[-1], None) for due in dues if not due.time.limit]


def _in_months(due: Due, first: int, last: int, year: int | None) -> Due:
    months = tuple(month for month in due.time.months if first <= month <= last)
    return replace(due, time=replace(due.time, months=months, year=due.time.year or year))


def _share_months(dues: list[Due]) -> list[Due]:
    """A day without a month takes those beside it: «Trong tháng 6, chậm nhất ngày 20», «ngày 15 (tháng 6, 12)»."""
    shared = list(dues)
    while (i := next((i for i, due in enumerate(shared) if not due.time.months), -1)) >= 0:
        due = shared[i]
        months = _months_beside(shared, i)
        donor = months[0].time if months else _donor(shared, i)
        if donor is None:
            break  # no month is named at all
        named = tuple(other.time.months[0] for other in months) or donor.months
        time = replace(
            due.time,
            months=tuple(sorted(set(named))),
            year=next((other.time.year for other in months if other.time.year), donor.year),
            shift=donor.shift,
            recurring=donor.recurring or (not months and len(donor.months) > 1),
            doubts=due.time.doubts + donor.doubts,
        )
        shared[i] = replace(due, time=time, joint=min(months, key=shared.index).joint if months else due.joint)
        shared = [other for other in shared if other not in months]
    return shared


def _months_beside(dues: list[Due], i: int) -> list[Due]:
    """The months listed right before or right after day `i`, which alone they belong to."""
    before: list[Due] = []
    for at in range(i - 1, -1, -1):
        if not _one_month(dues[at]) or (dues[at + 1].joint not in (*LISTED, "time", "start")):
            break
        before.insert(0, dues[at])
    if before:
        return before
    after: list[Due] = []
    for due in dues[i + 1 :]:
        if not _one_month(due) or due.joint not in LISTED or due.opener:
            break
        after.append(due)
    return after


def _one_month(due: Due) -> bool:
    return due.time.unit == "month" and len(due.time.months) == 1 and not (due.start or due.time.bare)


def _donor(dues: list[Due], i: int) -> Time | None:
    """«Hàng tháng (trước ngày 20)», «ngày 10/6 và ngày 20»."""
    for other in dues[:i][::-1] + dues[i + 1 :]:
        time = other.time
        if time.unit in ("month", "day") and time.months and (time.recurring or len(time.months) in (1, 12)):
            return time
    return None


def _narrow_days(dues: list[Due]) -> list[Due]:
    """Periods beside brackets name or narrow a day: «15/3 (quý I)», «ngày 15 tháng cuối quý (quý I, II, III)»."""
    kept: list[Due] = []
    i = 0
    while i < len(dues):
        due, i = dues[i], i + 1
        if due.inside and due.time.exact and len(due.time.months) > 1:  # «Quý I, II, III (ngày 15 tháng cuối quý)»
            named: set[int] = set()
            while kept and _period(kept[-1]) and kept[-1].time.months[-1] in due.time.months:
                named.add(kept.pop().time.months[-1])
            due = replace(due, time=replace(due.time, months=tuple(sorted(named)) or due.time.months))
        after = i
        while after < len(dues) and dues[after].inside and not due.inside and _period(dues[after]):
            after += 1
        names = dues[i:after]
        if not (due.time.exact and due.time.months and names):
            kept.append(due)
            continue
        year = next((name.time.year for name in names if name.time.year), None)
        due = replace(due, time=replace(due.time, year=due.time.year or year))  # «trước 20/11 (năm 2027)»
        ends = {name.time.months[-1] for name in names}
        if len(due.time.months) > 1 and ends <= set(due.time.months):
            due = replace(due, time=replace(due.time, months=tuple(sorted(ends))))
        elif not all(_names(name.time, [due.time]) for name in names):
            kept.append(due)
            continue
        kept.append(due)
        i = after
    return kept


def _period(due: Due) -> bool:
    return not (due.time.exact or due.start) and len(due.time.months) == 1


def _open_year(time: Time) -> bool:
    return not (time.year or time.shift or time.recurring or time.bare) and bool(time.months)


def _share_years(dues: list[Due]) -> list[Due]:
    """«tháng 3, 6 và 9/2025»: the year stands once, at the end; «tháng 11/2025, tháng 12»: or at the beginning."""
    dues = list(dues)
    for i in range(len(dues) - 2, -1, -1):
        here, there = dues[i].time, dues[i + 1].time
        if dues[i + 1].joint not in LISTED[:4] or not there.year or not _open_year(here):
            continue
        same_sort = there.unit != "year" or here.unit == "year"
        if same_sort and here.months[-1] <= there.months[-1]:
            dues[i] = replace(dues[i], time=replace(here, year=there.year))
    for i in range(1, len(dues)):
        before, here = dues[i - 1].time, dues[i].time
        if dues[i].joint not in LISTED or not _open_year(here):
            continue
        if not before.year:
            if _turns(before, here) and dues[i].joint != "open":
                dues[i] = replace(dues[i], time=replace(here, shift=1, doubts=(*here.doubts, "which_year")))
            continue
        turn = (
            here.months[-1] < before.months[-1] and dues[i].joint != "open" and not here.exact and before.unit != "year"
        )
        doubts = (*here.doubts, "which_year") if turn else here.doubts
        dues[i] = replace(dues[i], time=replace(here, year=before.year + turn, doubts=doubts))
    return dues


def _turns(before: Time, here: Time) -> bool:
    """«tháng 11, 12, 01»: the list passes into the next year."""
    same_sort = before.unit == here.unit and here.unit in ("month", "quarter")
    return same_sort and (bool(before.shift) or _open_year(before)) and here.months[-1] < before.months[-1]


def _drop_labels(dues: list[Due], said: Iterable[str]) -> list[Due]:
    """«quý I (ngày 05/3)», «báo cáo năm (trước ngày 05/12)»: a period beside a day inside it names the report."""
    drop: set[int] = set()
    finer = any(due.time.unit != "year" for due in dues)
    for i, due in enumerate(dues):
        clause = due.joint in ("comma", "stop") and (i + 1 == len(dues) or dues[i + 1].joint in ("comma", "stop"))
        if due.named and due.time.unit == "year" and not due.time.bare and finer and not clause:
            drop.add(i)  # «xây dựng Kế hoạch năm 2027 trong tháng 12/2026»
        if _finer(dues, i):
            drop.add(i - 1)
        if due.time.exact:
            drop |= _labels_before(dues, i) | _labels_after(dues, i)
    recurring = any(dues[i].time.recurring for i in drop)
    rest = [due.time for i, due in enumerate(dues) if i not in drop]
    halves = any(time.bare and time.unit in ("half", "months", "quarter") for time in rest)
    listed_year = [
        due.time for due in dues if due.time.unit == "year" and (not due.time.year or due.joint in LISTED[:2])
    ]
    explicit = any(
        not (time.bare or time.recurring or time.limit) and not (halves and time in listed_year) for time in rest
    )  # in «6 tháng, cả năm» the year is a period like the others
    until = any(due.opener == "to" and due.time.unit == "year" for due in dues)
    listed = "periodic" in said or any(due.time.recurring for due in dues)
    years = any(due.start and due.time.unit == "year" for due in dues)
    for i, due in enumerate(dues):
        time = due.time
        if (
            time.unit == "year"
            and time.recurring
            and explicit
            and not years
            and not until
            and due.joint not in ("and", "comma")
        ):
            drop.add(i)
            recurring = True
        elif time.bare and explicit and not listed and not ("report" in said and due.joint in ("comma", "and", "stop")):
            drop.add(i)
    kept = [_closed_up(dues, i, drop) for i in range(len(dues)) if i not in drop]
    return [replace(due, time=replace(due.time, recurring=True)) for due in kept] if recurring else kept


def _closed_up(dues: list[Due], i: int, drop: set[int]) -> Due:
    """A due whose label went is tied to the one before the label: «báo cáo năm trước 15/12»."""
    first = i
    while first - 1 in drop and dues[first].joint == "time":
        first -= 1
    return replace(dues[i], joint=dues[first].joint)


def _finer(dues: list[Due], i: int) -> bool:
    """«Quý III (chậm nhất tháng 8)», «Năm 2026, quý II»: the one before only frames this period."""
    due, frame = dues[i], dues[i - 1].time
    order = ("month", "quarter", "half", "months", "year")
    if i == 0 or dues[i - 1].start or {due.time.unit, frame.unit} - set(order):
        return False
    told = due.inside or due.opener in ("by", "before") or (frame.unit == "year" and due.joint == "comma")
    within = order.index(due.time.unit) < order.index(frame.unit) and _names(frame, [due.time])
    return told and within and not (frame.bare or frame.recurring or due.time.bare or due.time.recurring)


def _labels_before(dues: list[Due], i: int) -> set[int]:
    if i == 0 or dues[i - 1].time.exact:
        return set()
    group = [dues[i].time]
    for due in dues[i + 1 :]:
        if not due.time.exact:
            break
        group.append(due.time)
    found: set[int] = set()
    for back in range(i - 1, -1, -1):
        label = dues[back].time
        after = dues[back + 1]
        own = (after.joint in ("and", "stop") or after.apart) and not (label.bare or label.recurring)
        if label.exact or own:
            break
        if _names(label, group, dues[back].named):
            found.add(back)
    return found


def _labels_after(dues: list[Due], i: int) -> set[int]:
    found: set[int] = set()
    for ahead in range(i + 1, len(dues)):
        label = dues[ahead].time
        if label.exact:
            break
        yearly = label.unit == "year" and (label.recurring or label.bare)
        if yearly or (label.unit == "month" and len(label.months) == 12 == len(dues[i].time.months)):
            found.add(ahead)
    return found


def _names(label: Time, days: list[Time], named: bool = False) -> bool:
    """Whether `label` only names what falls due on `days`; `named`: a plan or report of July may be due beside it."""
    first = days[0]
    if label.recurring or label.bare:
        if label.unit == "month" and len(label.months) == 1:
            return False
        return sum(len(day.months) for day in days) >= len(label.months)
    if not first.months or not label.months:
        return False
    if label.year and first.year and label.year != first.year:
        return first.year == label.year + 1 and first.months[0] == 1 and label.months[-1] == 12
    if "which_year" in first.doubts:
        return True
    begins = (label.since or label.months[0]) - named
    return any(len(day.months) == 1 and begins <= day.months[0] <= label.months[-1] + named for day in days)


def _periodic(dues: list[Due], said: Iterable[str]) -> tuple[list[Due], list[str]]:
    """What «định kỳ» and a list of kinds of reports make of the bare ones; a year or a stretch that narrows a cycle."""
    only = dues[0].time if len(dues) == 1 else None
    if only and only.bare and only.unit in ("month", "quarter") and not {"report", "periodic"} & set(said):
        return [], ["which_period"]
    cycles = any(due.time.recurring and due.time.unit in CYCLES for due in dues)
    halves = "periodic" in said or sum(due.time.bare for due in dues) > 1 or cycles
    settled = [
        replace(due, time=_unbared(due.time, halves, "report" in said)) if due.time.bare else due for due in dues
    ]
    narrowing = [
        due
        for due in settled
        if not (due.time.recurring or due.time.exact or due.time.limit or due.time.unit == "half")
    ]
    narrows = len(narrowing) == 1 and "stop" not in [due.joint for due in settled]
    part = narrows and narrowing[0].time.unit == "quarter" and narrowing[0].joint not in LISTED
    if cycles and narrows and (part or narrowing[0].start or narrowing[0].time.unit == "year"):
        return _narrow([due for due in settled if due is not narrowing[0]], narrowing[0])
    return settled, []


def _unbared(time: Time, halves: bool, reported: bool) -> Time:
    doubts = time.doubts
    months = time.months
    if time.unit == "months" and time.year is None and not (halves or reported):
        doubts = (*doubts, "half_or_length")
    if time.unit == "half" and time.year is None:
        months = HALVES if halves else (6,)
        doubts = doubts if halves else (*doubts, "half_or_length")
    return replace(time, bare=False, months=months, recurring=time.year is None, doubts=doubts)


def _narrow(dues: list[Due], span: Due) -> tuple[list[Due], list[str]]:
    """«hàng tháng, từ tháng 3 đến tháng 11/2023»; «hàng quý, năm 2025»."""
    year = span.time.year
    if span.opener == "to" and span.start is None:  # «hằng năm, đến năm 2030 đạt 100%»
        return dues, ["which_dates"]
    if span.start is None and span.time.unit == "quarter":  # «hằng tháng trong quý IV»
        return [_in_months(due, span.time.since, span.time.months[-1], year) for due in dues], []
    if span.start is None:
        return [replace(due, time=replace(due.time, year=due.time.year or year)) for due in dues], []
    if span.time.unit == "year" and span.start.year and year and all(due.time.unit == "year" for due in dues):
        years = range(span.start.year, min(year, span.start.year + 20) + 1)
        return [replace(due, time=replace(due.time, year=y)) for due in dues for y in years], ["which_dates"]
    if span.time.unit == "year" or span.start.year not in (None, year) or not span.start.months:
        return dues, ["which_dates"]
    return [_in_months(due, span.start.since or span.start.months[0], span.time.months[-1], year) for due in dues], []
