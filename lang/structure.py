"""From the items of a phrase to its structure: which times are dues, which are starts, which name an event."""

from dataclasses import replace

from lang.fold import fold
from lang.phrases import Count, Due, Hour, Item, Mark, Structure, Time, Times, Weekday
from lang.settling import settle, since, within
from lang.small_words import OWNERS, PAPERS

OPENERS = ("before", "by", "from", "to", "after")


class Builder:
    """Walks the items once, then settles what only the whole phrase can: labels, shared months and years, limits."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        self.items = items
        self.dues: list[Due] = []
        self.starts: list[Time] = []
        self.closings: list[Due] = []  # «chốt số liệu ngày 14/6»: due only if nothing else is
        self.pending: Time | None = None  # after «từ», until «đến» comes
        self.pending_joint = ""
        self.counts: list[Count] = []
        self.counted: list[tuple[Count, Time]] = []
        self.often: list[Times] = []
        self.hour: Hour | None = None
        self.weekday: int | None = None
        self.said: set[str] = set()
        self.doubts: list[str] = []
        self.words: list[str] = []
        self.strays: list[str] = []
        self.opener = ""
        self.apart = False  # a word stood after the last comma
        self.outside = ""  # the opener before brackets
        self.carried = False  # the opener stood before the last comma, and reaches over it
        self.joint = "start"
        self.swallow = ""  # an event's words: the times among them belong to its name
        self.inside = False
        self.vision = False
        self.label = False  # after «đối với»: the name of a report
        self.moved = False  # after «gia hạn đến»: what was due before is not any more

    def build(self) -> Structure:
        skip = ""
        for i, item in enumerate(self.items):
            if isinstance(item, Mark):
                if skip:
                    ends = ("close", "comma", "stop") if skip == "instead" else ("close",)
                    skip = "" if item.kind in ends else skip
                    continue
                instead = item.kind == "old" and item.text.startswith("thay")
                if instead or (item.kind in ("old", "wish") and self._bracketed(i)):
                    self.said.add(item.kind)
                    skip = "instead" if instead else item.kind
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
        if self.closings and not self.dues:
            self.dues = self.closings[-1:]
            self.doubts.append("closing")
        monthly = any(often.unit == "month" and often.every == 1 for often in self.often)
        self.dues, doubts = settle(self.dues, self.said, monthly)
        self.doubts += doubts
        if len(self.starts) == 1 and self.starts[0].unit != "year":
            self.dues = since(self.dues, self.starts[0])
        limit = next((d.time for d in self.dues if d.time.limit), None)
        if limit and len(self.dues) > 1:
            self.dues = within(self.dues, limit)
        return Structure(
            tuple(self.dues),
            tuple(self.starts),
            tuple(self.counts),
            tuple(self.counted),
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
            if self.carried:
                self.opener = ""
            self.apart = self.apart or self.joint == "comma"
            if self.joint in ("", "time"):
                self.joint = "words"
            return
        if kind == "closing":
            self.swallow = kind
            return
        if kind == "comma" and mark.text == ":" and self.swallow == "closing":
            return
        if kind == "done":
            self.words.append(mark.text)
            if not self.swallow:
                self.doubts.append("already")
            return
        if kind == "expected":
            self.swallow = ""  # «sau khi có hướng dẫn (dự kiến tháng 3/2026)»
            self.words.append(mark.text)
            return
        if kind == "moved":
            self.moved = bool(self.dues)
            return
        if kind == "old" and self.dues:
            self.doubts.append("unsure")
        if kind == "vision":
            self.swallow = "condition"
            self.words.append(mark.text)
            self.vision = True
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
            if self.swallow == "closing":
                return
            named = self.swallow and kind == "to" and (self.vision or isinstance(self.items[i - 1], Time))
            if named:
                return  # «theo Đề án giai đoạn 2022-2025, tầm nhìn đến năm 2030»
            self.swallow, self.label = "", False
            if kind == "to" and mark.text == "het" and self.opener == "to":
                return
            if not (self.opener == "to" and kind == "by"):
                self.opener = "before" if self.opener == "by" and kind == "before" else kind
                self.carried = False
            if kind == "to" and self.joint == "time":
                self.joint = "to"
            return
        self.said.add(kind)
        if kind in ("comma", "and", "or", "stop", "open", "close"):
            named = kind in ("and", "or") or (kind == "open" and self.swallow != "meeting")
            self.swallow = self.swallow if named else ""
            self.vision = False
            self.label = self.label and kind == "and"
            self.inside = kind == "open" or (self.inside and kind != "close")
            if self.dues or self.starts or kind != "comma":  # «Thời hạn: …»
                self.joint = kind
            self._limits(kind)
        elif kind == "for":
            self.label = True
        elif kind == "event":
            self.words.append(mark.text)

    def _limits(self, kind: str) -> None:
        """How far «trước» and «chậm nhất» reach: over a list, and past what stands in brackets."""
        limit = self.opener if self.opener in ("before", "by") else ""
        if kind == "open":
            self.outside = limit
            self.opener = "" if self.dues else limit  # «trước 16h thứ Sáu (19/6)»
        elif kind == "close":
            self.opener, self.outside = self.outside, ""
        elif kind in ("comma", "stop", "and"):
            self.carried = bool(self.dues)
            self.opener = limit if kind != "stop" or not self.dues else ""

    def _between_times(self, i: int) -> bool:
        before = self.items[i - 1] if i else None
        return isinstance(before, Time | Hour) and isinstance(self._next(i), Time | Hour | Mark)

    def _time(self, time: Time, i: int) -> None:
        before = self.items[i - 1] if i else None
        if isinstance(before, Mark) and before.kind == "paper" and time.exact:
            return  # «Nghị định số 106/2020/NĐ-CP ngày 10/9/2020»: the day of the paper, not of the work
        if self.label and not time.exact and (time.bare or time.recurring or (self.dues and time.year is None)):
            return
        if self.moved:
            self.dues.clear()
            self.moved = False
            self.doubts.append("moved")
        if isinstance(before, Count) and before.open:
            self.counts.remove(before)
            self.counted.append((before, time))
            return
        if self.swallow == "closing":
            self.closings.append(Due(time))
            return
        if not self.opener and time.exact and isinstance(before, Mark) and fold(before.text) in PAPERS:
            self.doubts.append("cited")
        if self.swallow == "condition" or (self.swallow == "meeting" and time.unit == "year"):
            if time.unit != "year" and not self.vision:
                self.doubts.append("cited")
            return
        if time.bare and isinstance(self._next(i), Time):
            return  # «KH tháng quý I/2023»
        joint, self.joint = self.joint, "time"
        self.apart = self.apart and joint == "comma"
        opener = self.opener
        if time.bare and time.unit == "year" and opener == "to":
            time = replace(time, bare=False)  # «đến hết năm»
        if opener == "from":
            if self.pending is not None:
                self.starts.append(self.pending)
            self.pending, self.pending_joint = time, joint
            self.opener = ""
            return
        if opener == "after":
            self.starts.append(time)
            self.opener = ""
            return
        if opener == "to" and self.pending is not None:
            start, self.pending = self.pending, None
            self._range(start, time, self.pending_joint)
        elif opener == "to" and joint == "to" and self._framed_by_year(time):
            self.dues[-1] = Due(replace(time, year=self.dues[-1].time.year))
        elif opener == "to" and joint == "to" and self.dues and not (self.dues[-1].time.recurring and not time.exact):
            last = self.dues.pop()
            self._range(last.time, time, last.joint, last.strict)
        else:
            named = not opener and not time.exact and self._owned(i)
            self.dues.append(Due(time, None, opener == "before", joint, opener, self.inside, self.apart, named))
        if opener not in ("before", "by"):
            self.opener = ""

    def _framed_by_year(self, time: Time) -> bool:
        """«Năm 2026 - Quý II»: the dash joins a year and its part, it is no range."""
        last = self.dues[-1] if self.dues else None
        return last is not None and last.time.unit == "year" != time.unit and last.time.year is not None is time.year

    def _owned(self, i: int) -> bool:
        before = self.items[i - 1] if i else None
        if isinstance(before, Mark) and before.kind == "report":
            return True
        return isinstance(before, Mark) and before.kind == "word" and fold(before.text) in OWNERS

    def _range(self, start: Time, end: Time, joint: str, strict: bool = False) -> None:
        if start.year is None and not start.shift and end.year is not None and start.unit != "year":
            later = bool(start.months and end.months and start.months[0] > end.months[-1])
            start = replace(start, year=end.year - later)
        elif end.year is None and start.year is not None and not end.recurring:
            turn = bool(start.months and end.months and end.months[-1] < start.months[0])
            end = replace(end, year=start.year + turn, doubts=end.doubts + (("which_year",) if turn else ()))
        elif start.year is None and end.year is None and _wraps(start, end):
            end = replace(end, shift=1, doubts=(*end.doubts, "which_year"))
        if not end.months and start.months:
            end = replace(end, months=start.months[-1:], year=start.year)
        if not start.months and end.months:
            start = replace(start, months=end.months)
        self.dues.append(Due(end, start, strict, joint, "to", self.inside))

    def _hour(self, hour: Hour, i: int) -> None:
        after = self.items[i + 1 : i + 3]
        until = len(after) == 2 and isinstance(after[0], Mark) and after[0].kind == "to" and isinstance(after[1], Hour)
        since = i > 1 and isinstance(self.items[i - 1], Mark) and isinstance(self.items[i - 2], Hour)
        if until or since:
            self.said.add("hours")  # «từ 7h30 đến 11h»: when it is held, not when it is due
            if (since and self.opener == "to") or (until and self.opener == "from"):
                self.opener = ""
            return
        if self.hour not in (None, hour) and self.pending is None:
            self.doubts.append("unsure")
        self.hour = hour if self.pending is not None else self.hour or hour


def _wraps(start: Time, end: Time) -> bool:
    """«từ tháng 11 đến tháng 3»: it ends in the year after."""
    backward = bool(start.months and end.months) and end.months[-1] < start.months[0]
    return backward and not (end.recurring or end.shift or start.shift or start.bare)


def build(items: tuple[Item, ...], smudged: bool = False) -> Structure:
    """The structure that `items` make together; `smudged`: letters had to be taken for digits to get them."""
    builder = Builder(items)
    if smudged:
        builder.doubts.append("smudged")
    return builder.build()
