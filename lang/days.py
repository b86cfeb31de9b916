"""From tokens to the times and small words they spell: the grammar of how Vietnamese names a time."""

from dataclasses import replace
from functools import cache

from lang.numbers import in_words
from lang.phrases import (
    END,
    EVERY_MONTH,
    HALVES,
    QUARTER_ENDS,
    QUARTER_STARTS,
    Count,
    Item,
    Mark,
    Time,
    Weekday,
)
from lang.tokens import Token

NEXT = ("tiep theo", "ke tiep", "lien ke", "lien sau", "sau do", "sau", "toi")
THIS = ("nay", "bao cao", "ke hoach", "do")
FIRST = ("dau tien", "dau", "thu nhat")
LAST = ("cuoi cung", "cuoi")
EACH = ("hang", "moi", "tung")
UNITS = {
    "ngay": "day",
    "tuan": "week",
    "thang": "month",
    "quy": "quarter",
    "nam": "year",
    "gio": "hour",
    "phut": "minute",
}
PERIODS = {
    "month": Time("month", months=EVERY_MONTH, recurring=True),
    "quarter": Time("quarter", months=QUARTER_ENDS, since=1, recurring=True),
    "half": Time("half", months=HALVES, since=1, recurring=True),
    "year": Time("year", months=(12,), since=1, recurring=True),
}
JOINTS = {
    ",": "comma", ";": "comma", "va": "and", "&": "and", "+": "and", "-": "to", "→": "to", "÷": "to", "~": "to",
    "den": "to", "hoac": "or",
}  # fmt: skip
NOWHERE = Token("end", "", "", (), 0, False)


@cache
def _words(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())


class Reader:
    """One pass over the tokens. Each `_method` reads one construct at `i`, or returns nothing and leaves `i` alone."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.i = 0
        self.before: Item | None = None  # the item read last

    def written(self) -> list[Item]:
        raise NotImplementedError

    def period(self) -> list[Item]:
        raise NotImplementedError

    def count(self, value: int, unit: str) -> Count:
        raise NotImplementedError

    # looking and taking

    def at(self, ahead: int = 0) -> Token:
        i = self.i + ahead
        return self.tokens[i] if 0 <= i < len(self.tokens) else NOWHERE

    def sees(self, *phrases: str, ahead: int = 0) -> str:
        """The first of `phrases` that stands here."""
        first = self.at(ahead).text
        for phrase in phrases:
            if not phrase.startswith(first) or not first:
                continue
            words = _words(phrase)
            if words[0] == first and all(self.at(ahead + n).text == words[n] for n in range(1, len(words))):
                return phrase
        return ""

    def take(self, *phrases: str) -> str:
        found = self.sees(*phrases)
        if found:
            self.i += found.count(" ") + 1
        return found

    def take_next(self) -> str:
        """«sau», «tới», «tiếp theo»; never «tối thiểu»."""
        return "" if self.at().raw in ("tối", "sáu") else self.take(*NEXT)

    def unit(self, ahead: int = 0) -> str:
        """The unit of time named here, unless its marks say it is another word."""
        token = self.at(ahead)
        if (
            token.text == "ngay"
            and token.raw == "ngay"
            and self.sees("trong", "sau", "khi", "tu", "lap", ahead=ahead + 1)
        ):
            return ""
        return "" if token.raw in ("quỹ", "thắng", "tuân") else UNITS.get(token.text, "")

    def number(self, ahead: int = 0, loose: bool = False) -> tuple[int, int]:
        """The number here and how many tokens it takes; (0, 0) if none."""
        token = self.at(ahead)
        if token.kind == "number" and len(token.text) <= 4:
            return token.values[0], 1
        if token.kind != "word":
            return 0, 0
        if token.text == "nam" and not loose and not self.unit(ahead + 1):
            return 0, 0
        return in_words([self.at(ahead + n).raw for n in range(3)], loose)

    # years

    def year_tail(self, comma: bool = False) -> tuple[int | None, int, bool, tuple[str, ...]] | None:
        """«/2023», «năm 2023», «năm sau», «hằng năm» after a time: year, shift, recurring, doubts."""
        back = self.i
        if self.at().kind == "my":  # «tháng 6/2025» after a day: its month was read by `months_of`
            self.i += 1
            return self.at(-1).values[1], 0, False, ()
        while self.take("/", ".", "-", "cua", "trong", "vao", "thuoc") or (comma and self.take(",")):
            pass
        found = self._year_words(back)
        if found is None:
            self.i = back
        return found

    def _day_follows(self) -> bool:
        """«báo cáo năm trước ngày 15/12»: the «trước» is the day's."""
        after = self.at(1)
        return self.at().text == "truoc" and (
            after.text in ("ngay", "mung", "thang", "khi") or after.kind not in ("word", "end")
        )

    def _year_words(self, back: int) -> tuple[int | None, int, bool, tuple[str, ...]] | None:
        each = self.take("hang nam", "moi nam", "cac nam", "tung nam")
        if each and self.at().kind != "year" and not self.sees("tiep theo", "sau", "ke tiep"):
            return None, 0, True, ()
        named = bool(each) or bool(self.take("nam"))
        if self.at().kind == "year":
            year = self.at().values[0]
            self.i += 1
            return year, 0, False, ()
        if not named:
            short = self.at()
            if short.kind == "number" and short.glued and len(short.text) == 2 and self.at(-1).text == "/":
                self.i += 1
                return 2000 + short.values[0], 0, False, ("two_digit_year",)
            return None
        if each:
            return None
        if self.take_next():
            return None, 1, False, ("which_year",)
        if not self._day_follows() and self.take("truoc", "lien truoc"):
            return None, -1, False, ("which_year",)
        if self.take("thuoc ky bao cao", "thuc hien bao cao", "trong ky bao cao"):
            return None, 0, True, ()
        if self.take(*THIS):
            return None, 0, False, ()
        return None

    def dated(self, time: Time) -> Time:
        """`time` with the year that follows it, if any does."""
        apart = 2 if self.sees(", nam") else 1  # «Quý I, năm 2025», «15/6, 2025»
        comma = time.unit in ("day", "workday", "month", "quarter") and self.at(apart).kind == "year"
        tail = self.year_tail(comma and self.at().text == ",")
        if tail is None:
            return time
        year, shift, recurring, doubts = tail
        if time.exact and shift > 0:  # a rule for every year: the day that falls in the plan's own year
            shift, recurring = 0, True
        return replace(time, year=year, shift=shift, recurring=time.recurring or recurring, doubts=time.doubts + doubts)

    # days

    def day(self) -> list[Item]:
        """What follows «ngày»: written dates, «5, 6 tháng 7», «20 hàng tháng», «cuối tháng», «làm việc cuối cùng …»."""
        if self.at().kind in ("dmy", "dm", "dot"):
            return self.written()
        if self.take("lam viec"):
            return self._working_day()
        for word in ("chu nhat", "thu"):
            if self.sees(word) and (weekday := self.weekday()):
                return weekday
        self.take("mung", "mong")
        if self.sees(*LAST, *FIRST):
            day = END if self.take(*LAST) else (self.take(*FIRST) and 1) or 1
            self.take("cua")
            months = self.months_of()
            return [self.dated(Time("day", day, months if months is not None else ()))]
        ordinal = bool(self.take("thu"))
        value, size = self.number(loose=ordinal)
        if not size or (value > 31 and not ordinal):
            if ordinal:
                self.i -= 1
            return []
        self.i += size
        if self._duration_follows():
            return [self.count(value, "day")]
        return self.listed_days(value)

    def _duration_follows(self) -> bool:
        return bool(self.sees("ke tu", "tinh tu"))

    def listed_days(self, first: int) -> list[Item]:
        """Days of one month after the first number: «5, 6 tháng 7», «1 - 5 hàng tháng», «5-6/6/2023»."""
        if self._dashed_month(first):
            self.i += 2
            return [self.dated(Time("day", first, (self.at(-1).values[0],)))]
        days: list[tuple[str, int]] = [("", first)]
        while True:
            joint, size = self.joint()
            if not joint:
                break
            back, ahead = self.i, self.at(size)
            self.i += size
            if joint != "to" or self.sees("ngay"):
                self.take("ngay", "ngay mung", "ngay mong", "mung", "mong")
            ahead = self.at()
            if ahead.kind in ("dm", "dmy") and joint in ("and", "to", "comma", "or") and len(days) < 9:
                end = self.written()
                last = end[0]
                assert isinstance(last, Time)
                shared = [replace(last, day=day, doubts=()) for _, day in days]
                return [*self._joined([(j, t) for (j, _), t in zip(days, shared, strict=True)]), Mark(joint), *end]
            value, width = self.number()
            if (
                not width
                or value > 31
                or (self.unit(width) not in ("", "month"))
                or self.at(width).text in ("lan", "dot")
            ):
                self.i = back
                break
            self.i += width
            days.append((joint, value))
        months = self.months_of()
        shape = self.dated(Time("day", first, months or ()))
        return self._joined([(joint, replace(shape, day=day)) for joint, day in days])

    def _dashed_month(self, day: int) -> bool:
        """«20-6»: a range of days would not run backward, so the second number is the month."""
        month = self.at(1)
        return (
            self.at().text == "-"
            and self.at().glued
            and month.kind == "number"
            and month.glued
            and 1 <= month.values[0] <= 12
            and month.values[0] < day <= 31
            and self.at(2).text not in ("/", "thang", "hang")
        )

    @staticmethod
    def _joined(times: list[tuple[str, Time]]) -> list[Item]:
        items: list[Item] = []
        for joint, time in times:
            items += [Mark(joint), time] if joint else [time]
        return items

    def joint(self) -> tuple[str, int]:
        """A word that joins two members of a list, and its length."""
        token = self.at()
        kind = JOINTS.get(token.text, "")
        if token.text == ";" and not (self.at(1).kind in ("number", "my") and self.at(2).text in (";", "/", "")):
            kind = ""
        if kind == "comma" and self.at(1).text in ("va", "hoac"):
            return ("and" if self.at(1).text == "va" else "or"), 2
        return kind, 1 if kind else 0

    def months_of(self) -> tuple[int, ...] | None:
        """The months of a day: «tháng 6», «hàng tháng», «của tháng cuối quý», «tháng tiếp theo»; None if unsaid."""
        back = self.i
        self.take("cua", "vao", "trong", "thuoc", "o")
        named = self.sees("cac thang") and (self.number(ahead=2)[1] or self.sees("cac thang cuoi", "cac thang dau"))
        if self.take("hang thang", "moi thang", "tung thang") or (not named and self.take("cac thang")):
            return EVERY_MONTH
        if not self.take("thang", "thang cua", "cac thang") or self.sees("nay"):  # «tháng này»: nobody knows which
            self.i = back
            return None
        value, size = self.number(loose=True)
        if self.at().kind == "my":
            return (self.at().values[0],)  # its year is read by `dated`
        if self.at().text == "sau" and self.at().raw == "sau" and size == 1:
            size = 0
        if self.at().text == "nam" and (self.at(1).kind == "year" or self.sees(*NEXT, *THIS, ahead=1)):
            size = 0
        if size and value >= 1:
            self.i += size
            return (value, *self._more_months(value))
        return self._month_class(back)

    def _more_months(self, last: int) -> tuple[int, ...]:
        """The rest of «ngày 10 tháng 3, 6 và 12», «… và tháng 12»; never of «ngày 5 tháng 6, 10 tháng 12»."""
        months: list[int] = []
        while True:
            joint, size = self.joint()
            named = self.at(size).text == "thang"
            month = self.at(size + named)
            after = self.at(size + named + 1)
            ends = after.kind in ("end", "mark") or after.text in ("va", "hang", "moi")
            year = after.text == "nam" and self.at(size + named + 2).kind == "year"
            if joint not in ("comma", "and") or month.kind != "number" or not (ends or year):
                return tuple(months)
            if not last < month.values[0] <= 12:
                return tuple(months)
            last = month.values[0]
            months.append(last)
            self.i += size + named + 1

    def _month_class(self, back: int) -> tuple[int, ...] | None:
        """After «tháng»: «cuối (của) quý», «đầu quý sau», «tiếp theo (của kỳ báo cáo)», «cuối năm» …"""
        place = "last" if self.take(*LAST, "thu ba") else "first" if self.take(*FIRST) else ""
        place = place or ("middle" if self.take("giua", "thu hai") else "")
        after = "" if place or self._day_follows() else self.take(*NEXT, "truoc", *THIS)
        mark = self.i
        while self.take("cua", "sau", "trong", "moi", "hang", "tung", "cac", "ky bao cao cua", "mot", "ket thuc"):
            pass
        if not place and not after:
            self.i = mark
            return EVERY_MONTH
        period = self.take("quy", "ky bao cao", "ky", "nam", "thang", "6 thang", "06 thang")
        if period == "nam" and self.at().kind == "year":
            self.i -= 1
        elif period:
            self.take("bao cao", "lien truoc", *NEXT, *THIS)
        else:
            self.i = mark
        if place:
            if period == "nam":
                return (12,) if place == "last" else (1,) if place == "first" else (6,)
            if period in ("6 thang", "06 thang"):
                return HALVES if place == "last" else (1, 7)
            if period == "thang" or not period:
                self.i = back
                return None
            return {"last": QUARTER_ENDS, "first": QUARTER_STARTS, "middle": (2, 5, 8, 11)}[place]
        if after and period == "quy":
            return QUARTER_STARTS
        return EVERY_MONTH

    def _working_day(self) -> list[Item]:
        """After «ngày làm việc»: «cuối cùng của tháng», «thứ 5 của tháng», «đầu tiên của quý»."""
        if self.take(*LAST):
            day = END
        elif self.take(*FIRST):
            day = 1
        elif self.take("thu"):
            day, size = self.number(loose=True)
            self.i += size
        else:
            return [Mark("event", "ngày làm việc")] if self.take_next() else []
        self.take("cua", "trong")
        if self.take("tuan", "hang tuan", "moi tuan"):
            return [Mark("weekly")]
        if self.sees("quy", "hang quy", "moi quy", "nam"):
            back = self.i
            self.take("hang", "moi")
            periods = self.period()
            if periods and isinstance(periods[0], Time):
                months = periods[0].months or QUARTER_ENDS
                if day != END:
                    months = tuple(m - (11 if periods[0].unit == "year" else 2) for m in months)
                return [replace(periods[0], unit="workday", day=day, months=months, bare=False)]
            self.i = back
        return [self.dated(Time("workday", day, self.months_of() or ()))]

    def weekday(self) -> list[Item]:
        """«thứ Sáu», «thứ 5», «chủ nhật», «ngày thứ hai»; never «ngày thứ hai mươi» or «ngày thứ 5 của tháng»."""
        back = self.i
        if self.take("chu nhat"):
            return [Weekday(6)]
        if not self.take("thu") or self.at(-1).raw not in ("thứ", "thu", "thử"):
            self.i = back
            return []
        value, size = self.number(loose=True)
        if size and self.at(-2).text in ("hop", "hoi", "lan", "khoa"):
            self.i += size
            return [Mark("word", "thứ")]  # «kỳ họp thứ 5»
        if not 2 <= value <= 7 or size != 1:
            self.i = back
            return []
        self.i += 1
        if self.sees("cua thang", "trong thang", "cua quy", "ke tu", "tinh tu", "thang"):
            self.i = back
            return []
        return [Weekday(value - 2)]
