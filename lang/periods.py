"""Months, quarters, halves, years; what recurs; the beginning, middle and end of a period."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace

from lang.days import Days
from lang.numbers import ROMAN, ROMAN_MONTHS
from lang.phrases import END, EVERY_MONTH, Item, Mark, Time
from lang.reader import EACH, FIRST, LAST, NEXT, PERIODS, THIS
from lang.small_words import NOT_TIMES

# Of a month. Its middle is the 15th by law (Điều 145 BLDS 2015); its beginning, the 1st, is too early for a deadline.
_VAGUE = {"dau": 10, "giua": 15, "nua dau": 15, "thuong tuan": 10, "trung tuan": 20}


ONWARD = tuple(
    f"{some} {unit} {after}"
    for some in ("cac", "nhung")
    for unit in ("nam", "quy", "thang")
    for after in ("tiep theo", "sau do", "sau", "ke tiep", "toi", "tiep", "lien ke")
)


class Periods(Days):
    def period(self) -> list[Item]:
        """A month, a quarter, a half, a year, «hàng tháng», «cuối quý», «tuần đầu tháng 6»."""
        back = self.i
        text = self.at().text
        found: list[Item] = []
        if text in ("dau", "giua", "cuoi", "nua", "thuong", "trung", "ha"):
            found = self._part()
        elif text in EACH or text in ("cac", "nhung", "theo", "ca", "suot", "quanh", "trong"):
            found = self._each()
        elif text == "tuan" and self.at().raw != "tuân":
            found = self.week()
        elif text == "thang" and self.unit():
            self.i += 1
            found = self._months()
        elif text in ("quy", "qui") and self.at().raw != "quỹ":
            self.i += 1
            found = self._quarters()
        elif (text == "nam" and self.at().raw != "nam") or (text == "nam" and self.at(-1).text != "viet"):
            self.i += 1
            found = self._year()
        if not found:
            self.i = back
        return found

    # months

    def _months(self) -> list[Item]:
        """After «tháng»: «6», «6/2025», «3, 6, 9 và 12/2023», «3 - 6», «giêng», «cuối quý», «sau»."""
        if self.take("nam") and (self.at().kind == "year"):
            self.i -= 1
            return [Mark("word", "tháng")]  # «ngày    tháng    năm 2026»: the blanks of a draft
        if self.at(-1).text == "nam":
            self.i -= 1
        first = self._bracketed(self._month) or self._month()
        if first is None and self._times_at(self.number()[1]):
            return self._so_often("month")
        if first is None:
            back = self.i
            named = self.sees(*LAST, *FIRST, *NEXT, *THIS, "giua", "thu hai", "thu ba", "truoc")
            named = "" if self._day_follows() else named
            months = self._month_class(back) if named else None
            if months is None:
                self.i = back
                return self._per("month") or [self.dated(Time("month", months=EVERY_MONTH, bare=True))]
            return [Time("month", months=months, recurring=True, doubts=("which_month",) * (len(months) == 12))]
        return self._list(first, self._month, "month")

    def months_listed(self) -> list[Item]:
        """«6, 7, 8/2026», «6-8/2026»."""
        first = self._month()
        return [] if first is None else self._list(first, self._month, "month")

    def _month(self) -> Time | None:
        token = self.at()
        if token.kind == "my":
            self.i += 1
            return Time("month", months=(token.values[0],), since=token.values[0], year=token.values[1])
        if token.kind == "dm":
            self.i += 1
            first, second = token.values
            if second >= 20 and second > 12:
                return Time("month", months=(first,), since=first, year=2000 + second, doubts=("two_digit_year",))
            return Time("day", first, (second,), doubts=("day_or_months",))
        if token.kind == "dmy":
            self.i += 1
            return Time("day", token.values[0], (token.values[1],), year=token.values[2], doubts=("day_or_months",))
        if token.text in ("gieng", "chap"):
            self.i += 1
            month = 1 if token.text == "gieng" else 12
            return self.dated(Time("month", months=(month,), since=month, doubts=("lunar",)))
        if number := ROMAN_MONTHS.get(token.text):
            self.i += 1
            return self.dated(Time("month", months=(number,), since=number))
        value, size = self.number(loose=True)
        if (token.text == "sau" and token.raw == "sau") or (token.text == "ba" and self.at(1).text == "cuoi"):
            return None
        if not size or not 1 <= value <= 99 or self._times_at(size):
            return None
        self.i += size
        doubts = ("which_month",) if token.raw == "nam" else ()
        return self.dated(Time("month", months=(value,), since=value, doubts=doubts))

    def _bracketed(self, member: Callable[[], Time | None]) -> Time | None:
        """«Quý (II) 2026»: the number in brackets, its year after them."""
        back = self.i
        if self.take("("):
            found = member()
            if found is not None and found.year is None and self.take(")"):
                return self.dated(found)
        self.i = back
        return None

    def _list(self, first: Time, member: Callable[[], Time | None], unit: str) -> list[Item]:
        """`first` and whatever is joined to it without its unit being said again: «I, II và III/2023»."""
        items: list[Item] = [first]
        while True:
            joint, size = self.joint()
            if not joint or not self._member_at(size, unit):
                return items
            back = self.i
            self.i += size
            if unit == "month":
                self.take("thang")
            else:
                self.take("quy")
            found = member()
            if found is None:
                self.i = back
                return items
            items += [Mark(joint), found]

    def _member_at(self, ahead: int, unit: str) -> bool:
        token = self.at(ahead)
        if token.text in (("thang", "quy")[unit == "quarter"],):
            ahead += 1
            token = self.at(ahead)
        if token.kind == "my":
            return unit == "month" or token.values[0] <= 4
        if unit == "quarter" and token.text in ROMAN:
            return True
        if token.kind != "number" or not 1 <= token.values[0] <= (4 if unit == "quarter" else 12):
            return False
        after = self.at(ahead + 1)
        if after.text == "nam":
            return self.at(ahead + 2).kind == "year" or self.sees(*NEXT, *THIS, ahead=ahead + 2) != ""
        return after.kind != "word" or after.text in (
            "va",
            "hoac",
            "den",
            "hang",
            "moi",
            "cua",
            "trong",
            "la",
            "thi",
            "theo",
        )

    # quarters

    def _quarters(self) -> list[Item]:
        """After «quý»: «II/2023», «2», «I - III», «I, II và III», «sau», or the kind of report."""
        if self.at().text in (":", ".") and self.at(1).text in ROMAN:
            self.i += 1
        first = self._bracketed(self._quarter) or self._quarter()
        if first is not None:
            return self._list(first, self._quarter, "quarter")
        if self._times_at(self.number()[1]):
            return self._so_often("quarter")
        unsure = self.at(-1).kind == "short" or (self.at(-1).raw in ("quy", "quỳ", "quỷ") and self.at().kind == "word")
        if unsure and self.at().text not in ("nay", "sau", "toi", "truoc"):
            return []
        if self.at().kind == "number" and self.at().text in ("11", "111"):
            number = len(self.at().text)
            self.i += 1
            time = Time("quarter", months=(3 * number,), since=3 * number - 2, doubts=("smudged",))
            return [self.dated(time)]
        if self.at().kind == "number" and self.at(1).text not in ("lan", "dot"):
            return []
        if not self._day_follows() and (self.take_next() or self.take("nay", "truoc")):
            return [Mark("stray", "quý " + self.at(-1).raw)]
        self.take("mot lan", "/ lan")
        return self._per("quarter") or [self.dated(Time("quarter", months=(3, 6, 9, 12), since=1, bare=True))]

    def _quarter(self) -> Time | None:
        token = self.at()
        number = ROMAN.get(token.text, 0)
        size = 1
        if not number and token.kind == "my":
            number, doubts = (2, ("smudged",)) if token.values[0] == 11 else (token.values[0], ())
            if not 1 <= number <= 4:
                return None
            self.i += 1
            return Time("quarter", months=(3 * number,), since=3 * number - 2, year=token.values[1], doubts=doubts)
        if not number and token.kind == "dm" and token.values[0] <= 4 and token.values[1] >= 20:
            self.i += 1
            number = token.values[0]
            return Time(
                "quarter",
                months=(3 * number,),
                since=3 * number - 2,
                year=2000 + token.values[1],
                doubts=("two_digit_year",),
            )
        if not number:
            number, size = self.number(loose=True)
            if token.text in ("sau", "nam"):
                return None
        if not 1 <= number <= 4 or self._times_at(size):
            return None
        self.i += size
        return self.dated(Time("quarter", months=(3 * number,), since=3 * number - 2))

    # years

    def _year(self) -> list[Item]:
        """After «năm»: «2025», «sau», «học …», or the kind of report."""
        if self.at().kind == "year":
            return self.written_year()
        if self.take("hoc", "tai chinh"):
            return [Mark("school", "năm " + self.at(-1).raw)]
        if self.sees("tiep theo", "sau do") and self.at(-2).text in ("cac", "nhung"):
            return []
        if self.at(0).text in ("ngay", "tuan", "thang") and self.at(1).text in ("lam", "ke", "sau", "tinh"):
            unit_word = self.at().text
            self.i += 1
            return [self.count(5, {"ngay": "day", "tuan": "week", "thang": "month"}[unit_word])]
        if self.take_next():
            return [Time("year", months=(12,), since=1, shift=1, doubts=("which_year",))]
        if not self._day_follows() and self.take("truoc"):
            return [Time("year", months=(12,), since=1, shift=-1, doubts=("which_year",))]
        if self.take("nay", "ke hoach"):
            return [Time("year", months=(12,), since=1)]
        self.take("bao cao")
        return self._per("year") or [Time("year", months=(12,), since=1, bare=True)]

    def written_year(self) -> list[Item]:
        year = self.at()
        torn = ("not_understood",) * (year.glued and self.at(-1).text == "/")  # «H/2026»: the rest of a date
        self.i += 1
        return [Time("year", months=(12,), since=1, year=year.values[0], doubts=torn)]

    # what recurs

    def _each(self) -> list[Item]:
        """«hàng tháng», «các quý», «mỗi năm», «các tháng cuối năm», «cả năm», «2025 và những năm tiếp theo»."""
        if self.take("ca nam", "trong nam", "suot nam", "quanh nam", "trong ca nam", "trong suot nam"):
            if self.sees(*NEXT, *THIS) or self.at().text in ("tai", "hoc"):
                return self._year()
            return [self.dated(Time("year", months=(12,), since=1))]
        word = self.at().text
        if word in ("trong", "ca", "suot", "quanh"):
            return []
        if self.take(*ONWARD):
            return [Mark("onward", "các năm tiếp theo")]
        if self.take("cac nam", "nhung nam"):
            return [] if self.at().kind != "year" else self.written_year()
        self.i += 1
        if self.sees(*NOT_TIMES):
            return []
        if self.take("quy") or (word != "theo" and self.take("qui")):
            if self.at(-1).raw == "quỹ":
                return []
            if self.at().text in ROMAN or (word in ("cac", "theo") and self.at().kind == "number"):
                return self._quarters()
            if self.take("con lai", "cuoi nam"):
                return [Mark("stray", "các quý")]
            return self._so_often("quarter")
        if self.take("thang"):
            if word == "cac" and self.at().kind in ("number", "my"):
                return self._months()
            if word == "cac" and self.take("cuoi nam", "cuoi cua nam", "con lai", "con lai cua nam"):
                return [
                    self.dated(Time("month", months=tuple(range(7, 13)), since=7, limit=True, doubts=("which_months",)))
                ]
            if word == "cac" and self.take("dau nam"):
                return [
                    self.dated(Time("month", months=tuple(range(1, 7)), since=1, limit=True, doubts=("which_months",)))
                ]
            return self._so_often("month")
        if (self.take("nam") and self.at(-1).raw != "nam") or (self.at(-1).text == "nam" and word in EACH):
            if self.at().kind == "year" and word == "theo":
                return self.written_year()
            return self._so_often("year")
        number, size = self.number()
        if (
            word in EACH
            and size
            and number not in (6, 9)
            and self.unit(size) in ("month", "year", "week", "day", "quarter")
        ):
            unit = self.unit(size)
            self.i += size + 1
            return self.every(number, unit)
        if self.take("6 thang", "06 thang", "nua nam") or (self.at().raw == "sáu" and self.take("sau thang")):
            return [self.dated(PERIODS["half"])]
        if self.take("9 thang", "09 thang"):
            return [self.dated(Time("months", months=(9,), since=1, recurring=True))]
        if self.sees("thu", "chu nhat") and word in EACH:
            weekday = self.weekday()
            return [*weekday, Mark("weekly")] if weekday else []
        if word in EACH and self.take("tuan"):
            return [Mark("weekly", word + " tuần")]
        if self.take("ngay trong tuan") or (word in EACH and self.take("ngay")):
            return [Mark("daily", word + " ngày")]
        if word == "cac" and self.take("ngay"):
            return self.day()
        return []

    def _times_at(self, ahead: int) -> bool:
        """«quý 1 lần»: the number counts times; in «tháng 5 đợt 1» it does not."""
        counted = self.at(ahead).text in ("lan", "dot") and not self.sees("lan luot", ahead=ahead)
        return counted and self.at(ahead + 1).kind != "number"

    def _per(self, unit: str) -> list[Item]:
        """«02 tin, bài/tháng»: a word, a stroke, the unit."""
        return [PERIODS[unit]] if self.at(-2).text == "/" and self.at(-3).kind == "word" else []

    def _so_often(self, unit: str) -> list[Item]:
        """«hằng năm», or «mỗi năm hai lần»: how often, not when."""
        back = self.i
        self.take("it nhat", "toi thieu")
        times, size = self.number()
        self.i += size
        if size and self.take("lan", "dot", "ky"):
            return self.every(1, unit, times)
        self.i = back
        return [PERIODS["year"] if unit == "year" else self.dated(PERIODS[unit])]

    @abstractmethod
    def every(self, every: int, unit: str, times: int = 1) -> list[Item]: ...

    # parts of a period

    def _part(self) -> list[Item]:
        """«cuối quý IV», «đầu tháng 6», «giữa năm», «nửa đầu tháng 6», «trung tuần tháng 7», «cuối tháng»."""
        if self.take("nua nam mot lan", "nua nam 1 lan", "nua nam / lan"):
            return [PERIODS["half"]]
        part = self.take("nua dau", "nua cuoi", "thuong tuan", "trung tuan", "ha tuan", "dau", "giua", "cuoi")
        if not part:
            return []
        self.take("cua", "moi", "hang")
        each = self.at(-1).text in ("moi", "hang")
        unit = {"thang": "month", "quy": "quarter", "nam": "year"}.get(self.at().text, "")
        if not unit or self.at().raw == "quỹ":
            return []
        self.i += 1
        found = {"month": self._months, "quarter": self._quarters, "year": self._year}[unit]()
        if not found:
            return []
        time = found[-1]
        if not isinstance(time, Time):
            return found
        if time.bare:  # no number was said: «cuối tháng», «cuối quý», «cuối năm»
            months = {"month": (), "quarter": (3, 6, 9, 12), "year": (12,)}[unit]
            time = replace(time, bare=False, months=EVERY_MONTH if each and unit == "month" else months, recurring=each)
            if unit == "month":
                time = replace(time, unit="day", day=END, recurring=each)
            elif unit == "quarter" and not each:
                time = replace(time, doubts=(*time.doubts, "which_quarter"))
        return [*found[:-1], self._narrowed(time, part)]

    @staticmethod
    def _narrowed(time: Time, part: str) -> Time:
        if part in ("cuoi", "nua cuoi", "ha tuan"):
            return time
        vague = (*time.doubts, "vague_part")
        if time.unit in ("month", "day"):
            return replace(time, unit="day", day=_VAGUE[part], doubts=vague)
        early = part in ("dau", "nua dau")
        back = {"quarter": 2 if early else 1, "year": 9 if early else 6}.get(time.unit, 0)
        back = 6 if (time.unit, part) == ("year", "nua dau") else back
        months = tuple(month - back for month in time.months)
        return replace(time, months=months, doubts=time.doubts if part == "nua dau" and back == 6 else vague)
