"""Days: «ngày 5, 6 tháng 7», «20 hàng tháng», «ngày cuối cùng của quý», «thứ Sáu»."""

from abc import ABC, abstractmethod
from dataclasses import replace

from lang.numbers import ROMAN
from lang.phrases import END, EVERY_MONTH, HALVES, QUARTER_ENDS, QUARTER_STARTS, Count, Item, Mark, Time, Weekday
from lang.reader import FIRST, LAST, NEXT, THIS, Reader


class Days(Reader, ABC):
    """Each method reads one construct at `i`, or returns nothing and leaves `i` alone."""

    @abstractmethod
    def written(self) -> list[Item]: ...

    @abstractmethod
    def period(self) -> list[Item]: ...

    @abstractmethod
    def count(self, value: int, unit: str) -> Count: ...

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
            return self._at_an_end("day", day)
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
            self.month_at = self.i  # its year is read by `dated`
            return (self.at().values[0],)
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
            ends = after.kind in ("end", "mark") or after.text in ("va", "hang", "moi", "theo")
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
        if self.take("cua tuan", "trong tuan", "hang tuan", "moi tuan"):
            return [Mark("weekly")]
        return self._at_an_end("workday", day)

    def _at_an_end(self, unit: str, day: int) -> list[Item]:
        """«ngày cuối cùng của tháng», «… của quý II/2026», «ngày làm việc đầu tiên của năm»: day 1, 2 … or the END."""
        self.take("cua", "trong")
        if self.sees("quy", "hang quy", "moi quy", "nam"):
            back = self.i
            self.take("hang", "moi")
            periods = self.period()
            time = periods[0] if periods else None
            if isinstance(time, Time) and time.unit in ("quarter", "year"):
                first = 11 if time.unit == "year" else 2
                months = time.months if day == END else tuple(month - first for month in time.months)
                return [replace(time, unit=unit, day=day, months=months, since=0, bare=False), *periods[1:]]
            self.i = back
        return [self.dated(Time(unit, day, self.months_of() or ()))]

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

    def week(self) -> list[Item]:
        """«tuần đầu (của) tháng 6», «tuần 2 tháng 6», «tuần cuối tháng»; else only that it is a matter of weeks."""
        self.i += 1
        back = self.i
        number = 0
        if self.take(*LAST):
            number = 5
        elif self.take(*FIRST):
            number = 1
        else:
            self.take("thu")
            number, size = self.number(loose=True)
            if self.at().text in ROMAN:
                number, size = ROMAN[self.at().text], 1
            self.i += size
        self.take("cua", "trong")
        if number and 1 <= number <= 5 and self.at().text in ("thang", "hang", "moi"):
            months = self.months_of()
            day = END if number == 5 else 7 * number
            if months is not None:
                time = Time("day", day, months, doubts=() if day == END else ("vague_part",))
                return [self.dated(time)]
        if number and self.at(-1).text in ("3",):
            return [Mark("weekly", "tuần")]
        self.i = back
        if self.take(*NEXT, *THIS, "truoc") or self.at(-2).text in ("/", "cua"):
            return [Mark("weekly", "tuần")]
        return []
