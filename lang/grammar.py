"""The whole grammar: from the tokens of a phrase to the items that a meaning is made of. No token is dropped."""

from functools import cached_property

from lang.numbers import ROMAN
from lang.periods import Periods
from lang.phrases import END, QUARTER_ENDS, QUARTER_STARTS, Count, Hour, Item, Mark, Time, Times
from lang.reader import EACH, FIRST, JOINTS, LAST, PERIODS, UNITS
from lang.small_words import BY_FIRST, NOT_TIMES, NOT_TIMES_BY_FIRST, NUMBERED, SPELT, TIMEISH, TIMEISH_AS_WRITTEN, TORN


class Grammar(Periods):
    def items(self) -> tuple[Item, ...]:
        """Everything the tokens say, in order; no token is dropped."""
        items = self.read
        while self.i < len(self.tokens):
            start = self.i
            found = self.something()
            if self.i == start:
                found = [self.word()]
                self.i = start + 1
            items += found
            self.before = items[-1]
        return tuple(items)

    def something(self) -> list[Item]:
        token = self.at()
        if token.kind == "skip":
            self.i += 1
            return [Mark("paper" if token.text[0] == "_" else "word", token.raw)]
        letters = self.at(-2) if self.at(-1).text == "." and self.at(-1).glued else self.at(-1)
        short = token.glued and letters.kind == "word" and len(letters.text) <= 2 and letters.text not in BY_FIRST
        if short and token.kind in ("my", "dm", "number"):
            self.i += 1
            return [Mark("stray", token.raw)]  # «H1/2026»
        if token.kind == "my" and self.at(-1).text in NUMBERED:
            self.i += 1
            return [Mark("word", token.raw)]  # «Đợt 1/2026»
        if token.kind in ("number", "year", "my", "dm", "dmy", "dot", "hour"):
            return self.written() or self.numbered()
        if any(self.take(phrase) for phrase in NOT_TIMES_BY_FIRST.get(token.text, ())):
            return [Mark("word", token.raw)]
        return self.period() or self.named() or self.mark() or self.numbered()

    def written(self) -> list[Item]:
        """A time written in digits: 15/6/2023, 15/6, 6/2025, 2025, 16h30."""
        token = self.at()
        values = token.values
        if token.kind == "hour":
            if self.sees("ke tu", "tinh tu", "sau khi", "tu khi", "tu thoi diem", ahead=1):
                self.i += 1
                return [self.count(values[0], "hour")]
            self.i += 1
            hour = values[0]
            if hour < 12 and self.sees("chieu", "toi"):
                hour += 12
            self.take("phut", "dung", "sang", "chieu", "toi")
            self.take("ngay") if self.at().text == "ngay" and self.unit(1) == "" and self.at(1).text != "thu" else ""
            if self.at(-1).text == "ngay":
                self.i -= 1
            return [Hour(hour, values[1] if len(values) > 1 else 0)]
        if token.kind == "dmy":
            self.i += 1
            return [Time("day", values[0], (values[1],), year=values[2])]
        if token.kind == "dm" or (token.kind == "dot" and self._date_expected()):
            self.i += 1
            if values[1] > 12 and values[0] <= 12 and values[1] >= 20 and token.kind == "dm":
                return [
                    Time(
                        "month", months=(values[0],), since=values[0], year=2000 + values[1], doubts=("two_digit_year",)
                    )
                ]
            return [self.dated(Time("day", values[0], (values[1],)))]
        if token.kind == "my":
            self.i += 1
            return [Time("month", months=(values[0],), since=values[0], year=values[1])]
        if token.kind == "year":
            return self.written_year()
        return []

    def _date_expected(self) -> bool:
        listed = self.at(1).text in JOINTS and self.at(2).kind in ("dot", "dmy")  # «30.6 và 31.12.2026»
        return listed or self.at(-1).text in ("ngay", "truoc", "den") or len(self.tokens) == 1 or self._opened()

    def _opened(self) -> bool:
        return isinstance(self.before, Mark) and self.before.kind in ("by", "before", "to", "from")

    # numbers

    def numbered(self) -> list[Item]:
        """A number that opens something: «20 tháng 12», «6 tháng đầu năm», «10 ngày làm việc kể từ …», «02 lần/năm»."""
        value, size = self.number()
        if not size:
            return []
        back = self.i
        unit = self.unit(size)
        if self.at().kind == "word" and not unit and self.at(size).text not in ("lan", "dot"):
            return []
        self.i += size
        if self.take("lan", "dot", "ky", "dip", "cuoc"):
            return self.often(value) or [Times(value, "") if value > 1 else Mark("word", self.at(-1).raw)]
        if self.take("buoi", "hoi nghi", "phien", "hoi thao", "lop", "khoa", "chuyen"):
            # «05 lớp/năm» is how much, like «02 tin, bài/tháng»; a period named after any of them is when.
            much = self.at(-1).text in ("lop", "khoa", "chuyen")
            found = self.often(value) if self.sees(*EACH, "trong", *(() if much else "/")) else []
            self.i = self.i if found else back
            return found
        if unit == "month":
            month = self.at(1)
            if month.kind in ("number", "my") and value <= 31 and self.at(2).text not in ("lan", "dot", "nam"):
                return self.listed_days(value)
            if month.kind in ("number",) and value <= 31 and self.at(2).text == "nam" and self.at(3).kind == "year":
                return self.listed_days(value)
        if unit in ("month", "year", "quarter", "week", "day", "hour"):
            self.i += 1
            return self.duration(value, unit)
        if value <= 31 and (self.sees("hang thang", "moi thang", "hang quy") or (self._opened() and self._ends_here())):
            return self.listed_days(value)
        if self._dashed_month(value):
            return self.listed_days(value)
        if value <= 31 and self.at().text in ("-", ",", "va", "den") and self._list_reaches_month():
            return self.listed_days(value)
        if value <= 12 and self.at().text in (*JOINTS, "/") and self._list_reaches_month("my"):
            self.i = back
            return self.months_listed()
        if 4 <= value <= 31 and self.sees("thang"):
            return self.listed_days(value)
        self.i = back
        return []

    def _ends_here(self) -> bool:
        return self.at().kind == "end" or self.at().text in (",", ";", ")", "va", "cua", "-", "den")

    def _list_reaches_month(self, written: str = "") -> bool:
        """«5-6/6/2023», «05 đến 10/6», «5, 6 tháng 7»: the numbers here end in a month, or in a token `written`."""
        ahead = self._list_ends[self.i] - self.i
        end = self.at(ahead)
        if written:
            return end.kind == written and self.at(-2).text not in NUMBERED
        return end.kind in ("dm", "dmy") or (
            self.at(ahead - 1).kind == "number" and end.text in ("thang", "hang", "moi")
        )

    @cached_property
    def _list_ends(self) -> list[int]:
        """For each token, and for the end, where the run of numbers and joints through it is over."""
        ends = [len(self.tokens)]
        for i in range(len(self.tokens) - 1, -1, -1):
            goes_on = self.texts[i] in ("-", ",", "va", "den", "ngay") or self.tokens[i].kind == "number"
            ends.append(ends[-1] if goes_on else i)
        return ends[::-1]

    def duration(self, value: int, unit: str) -> list[Item]:
        """After a number and a unit: a half year, how often, or how long."""
        if self.take("mot lan", "1 lan", "01 lan", "/ lan", "/ 1 lan", "/ 01 lan", "lan", "/ mot lan", "/ dot"):
            return self.every(value, unit)
        if times := self.number()[0] if self.at(self.number()[1]).text in ("lan", "dot") else 0:
            self.i += self.number()[1] + 1
            return self.every(value, unit, times)
        if unit == "day" and (days := self._days_at_an_end(value)):
            return days
        if unit == "quarter" and 1 <= value <= 4 and self.take("dau nam", "dau cua nam"):
            return [self.dated(Time("months", months=(3 * value,), since=1))]
        if unit == "month":
            if self.take("dau nam", "dau cua nam", "cua dau nam"):
                return [self.dated(Time("months", months=(min(value, 12),), since=1))]
            if self.take("cuoi nam", "cuoi cua nam"):
                return [self.dated(Time("months", months=(12,), since=max(13 - value, 1)))]
            listed = self.at(-3).text in JOINTS and self.at(-4).text == "thang"
            listed = listed or (self.at().text in JOINTS and self.at(1).kind == "number" and self.unit(2) == "month")
            if (value in (6, 9) or (value in (3, 12) and listed)) and not self._base_follows():
                return [self.dated(Time("half" if value == 6 else "months", months=(value,), since=1, bare=True))]
        if unit == "year" and value == 1 and not self._base_follows():
            return [Time("year", months=(12,), since=1, bare=True)]
        return [self.count(value, unit)]

    def _days_at_an_end(self, value: int) -> list[Item]:
        """«05 ngày đầu tháng», «10 ngày làm việc đầu quý», «03 ngày cuối tháng»: due on the last of them."""
        back = self.i
        unit = "workday" if self.take("lam viec") else "day"
        place = self.take("dau tien", "dau", "cuoi cung", "cuoi")
        self.take("cua", "moi", "hang")
        if place and self.take("quy"):
            months: tuple[int, ...] = QUARTER_STARTS if place.startswith("dau") else QUARTER_ENDS
        else:
            months = (self.months_of() or ()) if place and self.at().text in ("thang", "hang", "moi") else ()
        if not months or value > 31:
            self.i = back
            return []
        return [self.dated(Time(unit, value if place.startswith("dau") else END, months))]

    def _base_follows(self) -> bool:
        ahead = 2 if self.sees("lam viec") else 0
        if self._day_follows():
            return False
        return bool(self.sees("ke tu", "tinh tu", "sau", "tu", "truoc", "ke", "lam viec", ahead=ahead))

    def count(self, value: int, unit: str) -> Count:
        """«… ngày làm việc kể từ ngày nhận được hồ sơ»: what it counts from goes on to the end of the clause."""
        working = bool(self.take("lam viec"))
        if unit != "day" and unit != "hour" and self.sees("truoc ngay", "truoc") and self._day_follows():
            return Count(value, unit, working)
        joint = self.take("ke tu", "tinh tu", "ngay sau", "sau", "truoc", "tu", "trong")
        if not joint:
            return Count(value, unit, working)
        self.take("khi", "thoi diem")
        ahead = joint == "truoc"
        if self.sees("ngay") and self.at(1).kind in ("dmy", "dm"):
            self.i += 1
        if self.at().kind in ("dmy", "dm"):
            return Count(value, unit, working, ahead=ahead, open=True)
        words: list[str] = []
        folded: list[str] = []
        while self.at().kind != "end" and self.at().text not in (",", ";", "(", "."):
            if self.sees("cham nhat", "nhung khong qua", "va truoc"):
                break
            words.append(self.at().raw)
            folded.append(self.at().text)
            self.i += 1
        base = " ".join(words)
        said = " ".join(folded)
        since = ""
        if not ahead and said.removeprefix("ngay ").startswith(("ket thuc", "cuoi", "het")):
            pairs = zip(folded, (*folded[1:], ""), strict=True)
            named = [word for word, after in pairs if f"{word} {after}" not in NOT_TIMES]
            since = next((UNITS[word] for word in named if word in ("thang", "quy", "nam")), "")
            if any(word.isdigit() or word == "ky" for word in folded) and since != "quarter":
                since = ""  # «kết thúc 6 tháng đầu năm», «cuối kỳ báo cáo»
        return Count(value, unit, working, base, ahead, since)

    def often(self, value: int) -> list[Item]:
        """After «02 lần»: «/năm», «trong quý», «mỗi tháng»; nothing before a period that is named: «trong tháng 6»."""
        back = self.i
        within = self.take("/", "trong", "mot", "moi", "hang") == "trong"
        number, size = self.number()
        unit = self.unit(size) if size else self.unit()
        after = self.at(size + 1)
        named = after.kind in ("number", "year", "my", "dm", "dmy", "dot") or after.text in (*ROMAN, *FIRST, *LAST)
        if not unit or unit == "hour" or (within and named):
            self.i = back
            return []
        self.i += size + 1
        every = number if size else 1
        if every == 1 and self.at().kind == "year":
            self.i += 1
        return self.every(every, unit, value)

    def every(self, every: int, unit: str, times: int = 1) -> list[Item]:
        """«N tháng một lần»: the periods of the calendar when they are that long, else only how often."""
        if unit == "month" and every in (6, 12):
            every, unit = 1, "half" if every == 6 else "year"
        if unit == "quarter" and every == 2:
            every, unit = 1, "half"
        if times == 1 and every == 1 and unit in PERIODS:
            return [self.dated(PERIODS[unit])]
        if unit in ("week", "day") and times == every == 1:
            return [Mark("weekly" if unit == "week" else "daily")]
        return [Times(times, unit, every)]

    # small words

    def named(self) -> list[Item]:
        """«ngày …», «mùng 5», «thứ Sáu», numbers in words."""
        back = self.i
        if self.take("mung", "mong") or (self.at().text == "ngay" and self.unit() and self._step()):
            found = self.day()
        else:
            found = self.weekday()
        if not found:
            self.i = back
        return found

    def _step(self) -> bool:
        self.i += 1
        return True

    def mark(self) -> list[Item]:
        token = self.at()
        for phrase, kind in BY_FIRST.get(token.text, ()):
            if not self.sees(phrase) or token.raw not in SPELT.get(phrase, (token.raw,)):
                continue
            if phrase == "trong tuan" and self.at(2).text in ("dau", "cuoi", "thu"):
                continue  # «trong tuần đầu tháng 8»
            if kind == "same_day" and (
                self.at(2).kind not in ("mark", "end", "word") or self.at(2).text in ("lam", "mung")
            ):
                continue
            back = self.i
            self.take(phrase)
            if kind == "ongoing" and phrase == "hang ngay":
                kind = "daily"
            if kind == "event" and phrase == "theo" and self._pointer_or_time():
                kind = "word"
            if kind == "wish" and self.at(back - self.i - 1).text not in ("(", ",", ";", ""):
                kind = "word"
            return [Mark(kind, " ".join(t.raw for t in self.tokens[back : self.i]))]
        return []

    def _pointer_or_time(self) -> bool:
        return bool(self.sees("tung moc", "cac moc", "thoi han cu the sau", "thang", "quy", "tuan", "tung", "moc"))

    def _in_a_list(self) -> bool:
        """A number joined to a month or a quarter: one more of them, or a quantity; nobody knows."""
        last = self.read[-2] if len(self.read) > 1 else None
        listed = isinstance(last, Time) and last.unit in ("month", "quarter", "day")
        return listed and self.at(-1).text in JOINTS and self.at(1).kind == "word" and self.at().values[0] <= 31

    def word(self) -> Mark:
        """A word nobody needs, or one that may speak of a time and was not understood."""
        token = self.at()
        if token.kind in ("my", "dm", "dmy", "year", "hour"):
            return Mark("stray", token.raw)
        if token.kind in ("number", "dot"):
            if self._in_a_list():
                return Mark("stray", token.raw)  # «tháng 5, 11 lớp»
            bullet = self.at(1).text in (".", ")") and self.at(-1).text in ("", ";", ".", "(")
            harmless = (
                bullet
                or self.at(-1).text in NUMBERED
                or (self.at(1).kind == "word" and self.at(1).text not in TIMEISH and self.at(1).text not in JOINTS)
            )
            return Mark("word" if harmless else "stray", token.raw)
        if token.kind == "word" == self.at(1).kind and token.text + self.at(1).text in TORN:
            return Mark("stray", token.raw)
        dotted = token.text.startswith("..")
        if dotted and (self.at(-1).text in UNITS or self.at(1).text == "/" or self.at(1).kind in ("my", "dm", "year")):
            return Mark("stray", token.raw)  # «ngày …/6/2026»
        if token.text in ROMAN and self.at(-1).text not in NUMBERED and self.at(-1).kind != "end":
            return Mark("stray", token.raw)
        return Mark("stray" if token.raw in TIMEISH_AS_WRITTEN else "word", token.raw)
