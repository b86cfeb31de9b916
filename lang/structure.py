"""From the items of a phrase to its structure: which times are dues, which are starts, and which only name a report."""

from dataclasses import dataclass, replace

from lang.phrases import END, EVERY_MONTH, HALVES, Count, Hour, Item, Mark, Time, Times, Weekday

JOINTS = ("comma", "and", "or", "to", "")
OPENERS = ("before", "by", "from", "to", "after")
SPAN_MONTHS = {"month": 12, "quarter": 4, "half": 2, "year": 1}


@dataclass(frozen=True, slots=True)
class Due:
    """One due time: from `start` (if a range was written) to `time`; `strict`: «trước»; `joint` ties it to the one before."""

    time: Time
    start: Time | None = None
    strict: bool = False
    joint: str = ""
    opener: str = ""
    inside: bool = False  # in brackets


@dataclass(frozen=True, slots=True)
class Structure:
    """What a phrase says. `said` are the kinds of small words in it; `doubts` are codes that need no date to be seen."""

    dues: tuple[Due, ...] = ()
    starts: tuple[Time, ...] = ()
    counts: tuple[Count, ...] = ()
    often: tuple[Times, ...] = ()
    hour: Hour | None = None
    weekday: int | None = None
    said: frozenset[str] = frozenset()
    limit: Time | None = None
    doubts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()

    @property
    def recurring(self) -> bool:
        return bool(self.often or self.said & {"weekly", "daily", "periodic"} or any(d.time.repeats for d in self.dues))


class Builder:
    """Walks the items once, then settles what only the whole phrase can: labels, shared months and years, limits."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        self.items = items
        self.dues: list[Due] = []
        self.starts: list[Time] = []
        self.pending: Time | None = None  # after «từ», until «đến» comes
        self.counts: list[Count] = []
        self.often: list[Times] = []
        self.hour: Hour | None = None
        self.weekday: int | None = None
        self.said: set[str] = set()
        self.doubts: list[str] = []
        self.words: list[str] = []
        self.strays: list[str] = []
        self.opener = ""
        self.joint = "start"
        self.swallow = ""  # an event's words: the times among them belong to its name
        self.inside = False
        self.label = False  # after «đối với»: the name of a report

    def build(self) -> Structure:
        skip = ""
        for i, item in enumerate(self.items):
            if isinstance(item, Mark):
                if skip:
                    skip = "" if item.kind == "close" else skip
                    continue
                if item.kind in ("old", "wish") and self._bracketed(i):
                    self.said.add(item.kind)
                    skip = item.kind
                    continue
                self._mark(item, i)
            elif skip:
                if skip == "wish" and isinstance(item, Time):
                    self.doubts.append("proposed")
            elif isinstance(item, Time):
                self._time(item, i)
            elif isinstance(item, Hour):
                self._hour(item, i)
            elif isinstance(item, Weekday):
                self.weekday = item.day
            elif isinstance(item, Count):
                self.counts.append(item)
            else:
                self.often.append(item)
        if self.pending is not None:
            self.starts.append(self.pending)
        self._settle()
        limit = next((d.time for d in self.dues if d.time.limit), None)
        if limit and len(self.dues) > 1:
            self.dues = [
                replace(d, time=replace(d.time, months=tuple(m for m in d.time.months if m in limit.months)))
                for d in self.dues
                if not d.time.limit
            ]
        return Structure(
            tuple(self.dues),
            tuple(self.starts),
            tuple(self.counts),
            tuple(self.often),
            self.hour,
            self.weekday,
            frozenset(self.said),
            limit,
            tuple(dict.fromkeys(self.doubts)),
            tuple(self.words),
            tuple(self.strays),
        )

    def _bracketed(self, i: int) -> bool:
        return any(isinstance(item, Mark) and item.kind == "open" for item in self.items[max(0, i - 3) : i])

    def _next(self, i: int) -> Item | None:
        return self.items[i + 1] if i + 1 < len(self.items) else None

    # one item at a time

    def _mark(self, mark: Mark, i: int) -> None:
        kind = mark.kind
        if kind in ("word", "stray", "paper"):
            (self.strays if kind == "stray" else self.words).append(mark.text)
            if kind == "word" and mark.text == "trong":
                self.swallow = ""
            if self.joint in ("", "time"):
                self.joint = "words"
            return
        if kind in ("condition", "meeting"):
            if not (kind == "condition" and self.dues and self.joint == "comma"):
                self.swallow = kind
            self.said.add("event")
            self.words.append(mark.text)
            return
        if kind in OPENERS:
            if kind == "to" and mark.text in ("-", "") and not self._between_times(i):
                return
            self.swallow, self.label = "", False
            if kind == "to" and mark.text == "het" and self.opener == "to":
                return
            if not (self.opener == "to" and kind == "by"):
                self.opener = "before" if self.opener == "by" and kind == "before" else kind
            if kind == "to" and self.joint == "time":
                self.joint = "to"
            return
        self.said.add(kind)
        if kind in ("comma", "and", "or", "stop", "open", "close"):
            self.swallow = self.swallow if kind in ("and", "open", "or") else ""
            self.label = self.label and kind == "and"
            self.inside = kind == "open" or (self.inside and kind != "close")
            self.joint = kind
            if kind in ("stop", "open", "close") or (kind == "comma" and self.opener not in ("before", "by")):
                self.opener = ""
        elif kind == "for":
            self.label = True
        elif kind == "event":
            self.words.append(mark.text)

    def _between_times(self, i: int) -> bool:
        before = self.items[i - 1] if i else None
        return isinstance(before, Time | Hour) and isinstance(self._next(i), Time | Hour | Mark)

    def _time(self, time: Time, i: int) -> None:
        before = self.items[i - 1] if i else None
        if isinstance(before, Mark) and before.kind == "paper" and time.exact:
            return  # «Nghị định số 106/2020/NĐ-CP ngày 10/9/2020»: the day of the paper, not of the work
        if self.label and (time.bare or time.recurring) and not time.exact:
            return
        if self.swallow == "condition" or (self.swallow == "meeting" and time.unit == "year"):
            if time.unit != "year":
                self.doubts.append("cited")
            return
        if time.bare and isinstance(self._next(i), Time):
            return  # «KH tháng quý I/2023»
        joint, self.joint = self.joint, "time"
        opener = self.opener
        if opener == "from":
            if self.pending is not None:
                self.starts.append(self.pending)
            self.pending = time
            self.opener = ""
            return
        if opener == "after":
            self.starts.append(time)
            self.opener = ""
            return
        if opener == "to" and self.pending is not None:
            start, self.pending = self.pending, None
            self._range(start, time, "")
        elif opener == "to" and joint == "to" and self.dues:
            last = self.dues.pop()
            self._range(last.time, time, last.joint, last.strict)
        else:
            self.dues.append(Due(time, None, opener == "before", joint, opener, self.inside))
        if opener not in ("before", "by"):
            self.opener = ""

    def _range(self, start: Time, end: Time, joint: str, strict: bool = False) -> None:
        if start.year is None and not start.shift and end.year is not None and start.unit != "year":
            later = bool(start.months and end.months and start.months[0] > end.months[-1])
            start = replace(start, year=end.year - later)
        elif end.year is None and start.year is not None and not end.recurring:
            turn = bool(start.months and end.months and end.months[-1] < start.months[0])
            end = replace(end, year=start.year + turn, doubts=end.doubts + (("which_year",) if turn else ()))
        elif start.year is None and end.year is None and not end.recurring and start.months and end.months:
            if end.months[-1] < start.months[0] and not end.shift and not start.bare:
                end = replace(end, shift=1, doubts=(*end.doubts, "which_year"))
        if not start.months and end.months:
            start = replace(start, months=end.months)
        self.dues.append(Due(end, start, strict, joint, "to", self.inside))

    def _hour(self, hour: Hour, i: int) -> None:
        after = self.items[i + 1 : i + 3]
        until = len(after) == 2 and isinstance(after[0], Mark) and after[0].kind == "to" and isinstance(after[1], Hour)
        since = i > 1 and isinstance(self.items[i - 1], Mark) and isinstance(self.items[i - 2], Hour)
        if until or since:
            self.said.add("hours")  # «từ 7h30 đến 11h»: when it is held, not when it is due
            if since and self.opener == "to":
                self.opener = ""
            elif until and self.opener == "from":
                self.opener = ""
            return
        self.hour = self.hour or hour

    # what the whole phrase settles

    def _settle(self) -> None:
        self._share_months()
        self._share_years()
        self._drop_labels()
        self._periodic()

    def _share_months(self) -> None:
        """«Trong tháng 6, chậm nhất ngày 20»; «Hàng tháng (trước ngày 20)»: a day takes the month named beside it."""
        for i, due in enumerate(self.dues):
            if due.time.months:
                continue
            donors = [
                d for d in self.dues[:i][::-1] + self.dues[i + 1 :] if d.time.months and d.time.unit in ("month", "day")
            ]
            donors = [d for d in donors if d.time.recurring or len(d.time.months) in (1, 12)]
            if donors:
                donor = donors[0].time
                shared = replace(
                    due.time, months=donor.months, year=donor.year, shift=donor.shift, recurring=len(donor.months) > 1
                )
                self.dues[i] = replace(due, time=shared)

    def _share_years(self) -> None:
        """«tháng 3, 6 và 9/2025»: the year stands once, at the end; «tháng 11/2025, tháng 12»: or at the beginning."""
        for i in range(len(self.dues) - 2, -1, -1):
            here, there = self.dues[i], self.dues[i + 1]
            if (
                there.joint not in ("comma", "and", "or", "to")
                or here.time.year
                or here.time.shift
                or not there.time.year
            ):
                continue
            if here.time.recurring or here.time.bare or there.time.unit == "year" and here.time.unit != "year":
                continue
            if here.time.months and here.time.months[-1] <= there.time.months[-1]:
                self.dues[i] = replace(here, time=replace(here.time, year=there.time.year))
        for i in range(1, len(self.dues)):
            before, here = self.dues[i - 1], self.dues[i]
            if (
                here.joint not in ("comma", "and", "or", "open")
                or not before.time.year
                or here.time.year
                or here.time.shift
            ):
                continue
            if here.time.recurring or here.time.bare or not here.time.months:
                continue
            turn = here.time.months[-1] < before.time.months[-1] and not (here.joint == "open" or here.time.exact)
            time = replace(here.time, year=before.time.year + turn)
            if turn:
                time = replace(time, doubts=(*time.doubts, "which_year"))
            self.dues[i] = replace(here, time=time)

    def _drop_labels(self) -> None:
        """«quý I (ngày 05/3)», «báo cáo năm (trước ngày 05/12)»: a period beside a day inside it names the report."""
        drop: set[int] = set()
        for i, due in enumerate(self.dues):
            if not due.time.exact:
                continue
            group = [due]
            while i + len(group) < len(self.dues) and self.dues[i + len(group)].time.exact:
                group.append(self.dues[i + len(group)])
            for back in range(i - 1, -1, -1):
                label = self.dues[back]
                if label.time.exact:
                    break
                if self.dues[back + 1].joint == "and" and not (label.time.bare or label.time.recurring):
                    break
                if _names(label.time, group):
                    drop.add(back)
            for ahead in range(i + 1, len(self.dues)):
                label = self.dues[ahead]
                yearly = label.time.unit == "year" and (label.time.recurring or label.time.bare)
                if label.time.exact:
                    break
                if yearly or (label.time.unit == "month" and len(label.time.months) == 12 == len(due.time.months)):
                    drop.add(ahead)
        recurring = any(self.dues[i].time.recurring for i in drop)
        specific = [
            d for i, d in enumerate(self.dues) if i not in drop and not (d.time.unit == "year" and d.time.recurring)
        ]
        explicit = [d for d in specific if not (d.time.bare or d.time.recurring or d.time.limit)]
        listed = "periodic" in self.said or any(d.time.recurring for d in self.dues)
        for i, due in enumerate(self.dues):
            time = due.time
            if time.unit == "year" and time.recurring and explicit and due.joint not in ("and", "comma"):
                drop.add(i)
                recurring = True
            elif time.bare and explicit and not listed:
                drop.add(i)
        self.dues = [
            replace(d, time=replace(d.time, recurring=True)) if recurring else d
            for i, d in enumerate(self.dues)
            if i not in drop
        ]

    def _periodic(self) -> None:
        """What «định kỳ» and a list of kinds of reports make of the bare ones; a year or a stretch that narrows a cycle."""
        if len(self.dues) == 1 and self.dues[0].time.bare and self.dues[0].time.unit in ("month", "quarter"):
            if not self.said & {"report", "periodic"}:
                self.dues = []
                self.doubts.append("which_period")
                return
        cycles = [d for d in self.dues if d.time.recurring and d.time.unit in SPAN_MONTHS]
        bare = [d for d in self.dues if d.time.bare]
        halves = "periodic" in self.said or len(bare) > 1 or bool(cycles)
        settled: list[Due] = []
        for due in self.dues:
            time = due.time
            if time.bare:
                doubts = time.doubts
                if time.unit == "half" and time.year is None:
                    time = replace(time, months=HALVES if halves else (6,))
                    doubts = doubts if halves else (*doubts, "half_or_length")
                time = replace(time, bare=False, recurring=time.year is None, doubts=doubts)
            settled.append(replace(due, time=time))
        narrowing = [
            d
            for d in settled
            if not d.time.recurring and not d.time.exact and not d.time.limit and d.time.unit != "half"
        ]
        if cycles and narrowing and len(narrowing) == 1 and (narrowing[0].start or narrowing[0].time.unit == "year"):
            self._narrow(settled, narrowing[0])
            return
        self.dues = settled

    def _narrow(self, settled: list[Due], span: Due) -> None:
        """«hàng tháng, từ tháng 3 đến tháng 11/2023»; «hàng quý, năm 2025»."""
        if span.time.unit == "year" and span.start is None:
            self.dues = [
                replace(d, time=replace(d.time, year=d.time.year or span.time.year)) for d in settled if d is not span
            ]
            return
        first = span.start.since or span.start.months[0] if span.start and span.start.months else 1
        same_year = span.start is None or span.start.year in (None, span.time.year)
        if span.time.unit == "year" or not same_year:
            self.doubts.append("which_dates")
            self.dues = [d for d in settled if d is not span]
            return
        self.dues = [
            replace(
                d,
                time=replace(
                    d.time,
                    year=d.time.year or span.time.year,
                    months=tuple(m for m in d.time.months if first <= m <= span.time.months[-1]),
                ),
            )
            for d in settled
            if d is not span
        ]


def _names(label: Time, group: list[Due]) -> bool:
    """Whether `label` only names what falls due on the days of `group`."""
    times = [due.time for due in group]
    if label.recurring or label.bare:
        if label.unit == "month" and len(label.months) == 1:
            return False
        days = sum(len(time.months) for time in times)
        return days >= len(label.months) or (label.unit == "month" and days >= 12)
    first = times[0]
    if not first.months:
        return False
    if label.year and first.year and label.year != first.year:
        return first.year == label.year + 1 and first.months[0] == 1 and label.months[-1] == 12
    if "which_year" in first.doubts:
        return True
    begins = label.since or label.months[0]
    return len(first.months) == 1 and begins <= first.months[0] <= label.months[-1] + 1


def build(items: tuple[Item, ...], smudged: bool = False) -> Structure:
    """The structure that `items` make together; `smudged`: letters had to be taken for digits to get them."""
    builder = Builder(items)
    if smudged:
        builder.doubts.append("smudged")
    return builder.build()


__all__ = ["END", "EVERY_MONTH", "Due", "Structure", "build"]
