"""Walking over the tokens of a phrase: what stands here, how many of it, which year follows."""

from dataclasses import replace
from functools import cache

from lang.numbers import in_words
from lang.phrases import EVERY_MONTH, HALVES, QUARTER_ENDS, Item, Time
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
        self.texts = tuple(token.text for token in tokens)
        self.i = 0
        self.before: Item | None = None  # the item read last
        self.read: list[Item] = []
        self.month_at = -1  # of a month and year in one token, the month is read, the year is not

    # looking and taking

    def at(self, ahead: int = 0) -> Token:
        i = self.i + ahead
        return self.tokens[i] if 0 <= i < len(self.tokens) else NOWHERE

    def sees(self, *phrases: str, ahead: int = 0) -> str:
        """The first of `phrases` that stands here."""
        first = self.at(ahead).text
        at = self.i + ahead
        for phrase in phrases:
            if not phrase.startswith(first):
                continue
            words = _words(phrase)
            if self.texts[at : at + len(words)] == words:
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

    def joint(self) -> tuple[str, int]:
        """A word that joins two members of a list, and its length."""
        token = self.at()
        kind = JOINTS.get(token.text, "")
        if token.text == ";" and not (self.at(1).kind in ("number", "my") and self.at(2).text in (";", "/", "")):
            kind = ""
        if kind == "comma" and self.at(1).text in ("va", "hoac"):
            return ("and" if self.at(1).text == "va" else "or"), 2
        return kind, 1 if kind else 0

    # years

    def year_tail(self, comma: bool = False) -> tuple[int | None, int, bool, tuple[str, ...]] | None:
        """«/2023», «năm 2023», «năm sau», «hằng năm» after a time: year, shift, recurring, doubts."""
        back = self.i
        if self.at().kind == "my" and self.month_at == self.i:  # «ngày 5 tháng 6/2025»
            self.i += 1
            return self.at(-1).values[1], 0, False, ()
        while (
            (self.at(1).kind == "year" and self.take("."))
            or self.take("/", "-", "cua", "trong", "vao", "thuoc")
            or (comma and self.take(","))
        ):
            pass
        found = self._year_words()
        if found is None:
            self.i = back
        return found

    def _day_follows(self) -> bool:
        """«báo cáo năm trước ngày 15/12»: the «trước» is the day's."""
        after = self.at(1)
        return self.at().text == "truoc" and (
            after.text in ("ngay", "mung", "thang", "khi") or after.kind not in ("word", "end")
        )

    def _year_words(self) -> tuple[int | None, int, bool, tuple[str, ...]] | None:
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
