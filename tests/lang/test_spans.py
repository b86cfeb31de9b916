"""The stretch of days that people ask about."""

from calendar import monthrange
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lang.ranges import NoRange, Range
from lang.spans import read, sentence, words
from lang.text import speaking

NOW = datetime(2023, 6, 1, 9, 0)  # noqa: DTZ001  (an office's wall clock; a Thursday)

READ = {
    "tuần này": ("2023-05-29", "2023-06-04"),
    "tuần sau": ("2023-06-05", "2023-06-11"),
    "tuan toi": ("2023-06-05", "2023-06-11"),
    "tuần trước": ("2023-05-22", "2023-05-28"),
    "trong tuần": ("2023-05-29", "2023-06-04"),
    "tháng này": ("2023-06-01", "2023-06-30"),
    "tháng sau": ("2023-07-01", "2023-07-31"),
    "tháng trước": ("2023-05-01", "2023-05-31"),
    "tháng 5": ("2023-05-01", "2023-05-31"),
    "Tháng Năm": ("2023-05-01", "2023-05-31"),
    "t5": ("2023-05-01", "2023-05-31"),
    "thang 2": ("2023-02-01", "2023-02-28"),
    "tháng 2/2024": ("2024-02-01", "2024-02-29"),
    "tháng 12 năm ngoái": ("2022-12-01", "2022-12-31"),
    "thnag 6": ("2023-06-01", "2023-06-30"),
    "trong tháng 6": ("2023-06-01", "2023-06-30"),
    "tháng 4, 5": ("2023-04-01", "2023-05-31"),
    "từ tháng 3 đến tháng 5": ("2023-03-01", "2023-05-31"),
    "quý 2": ("2023-04-01", "2023-06-30"),
    "quy II": ("2023-04-01", "2023-06-30"),
    "q2": ("2023-04-01", "2023-06-30"),
    "qúi 2": ("2023-04-01", "2023-06-30"),
    "quý này": ("2023-04-01", "2023-06-30"),
    "quý trước": ("2023-01-01", "2023-03-31"),
    "quý IV năm ngoái": ("2022-10-01", "2022-12-31"),
    "quý 2 năm sau": ("2024-04-01", "2024-06-30"),
    "quý 4/2022 đến quý 1/2023": ("2022-10-01", "2023-03-31"),
    "6 tháng đầu năm": ("2023-01-01", "2023-06-30"),
    "6 tháng": ("2023-01-01", "2023-06-30"),
    "nửa đầu năm": ("2023-01-01", "2023-06-30"),
    "9 tháng đầu năm": ("2023-01-01", "2023-09-30"),
    "6 tháng cuối năm 2022": ("2022-07-01", "2022-12-31"),
    "năm nay": ("2023-01-01", "2023-12-31"),
    "cả năm": ("2023-01-01", "2023-12-31"),
    "năm 2023": ("2023-01-01", "2023-12-31"),
    "năm ngoái": ("2022-01-01", "2022-12-31"),
    "năm sau": ("2024-01-01", "2024-12-31"),
    "hôm nay": ("2023-06-01", "2023-06-01"),
    "mai": ("2023-06-02", "2023-06-02"),
    "thứ Sáu tuần sau": ("2023-06-09", "2023-06-09"),
    "15/6": ("2023-06-15", "2023-06-15"),
    "10-14/6": ("2023-06-10", "2023-06-14"),
    "từ 01/5 đến 15/5": ("2023-05-01", "2023-05-15"),
    "26/12/2022 - 01/01/2023": ("2022-12-26", "2023-01-01"),
}
NOT_READ = [
    "", "quý 5", "quý 0", "tháng 13", "31/6", "29/2", "tháng", "quý", "năm", "tuần", "12", "cuối tháng", "đầu tuần sau",
    "cuối quý này", "nửa cuối năm", "đến tháng 6", "trước tháng 6", "từ tháng 6", "hàng tháng", "quý I và quý III",
    "công trình tháng 5", "tháng 5 chậm quá", "này để mai", "mai họp", "việc", "8h", "tháng 6 " * 30, "quý 2 tháng 6",
]  # fmt: skip


@pytest.mark.parametrize("said", READ)
def test_a_stretch(said: str) -> None:
    since, until = READ[said]
    assert read(said, NOW) == Range(date.fromisoformat(since), date.fromisoformat(until))


@pytest.mark.parametrize("said", NOT_READ)
def test_none(said: str) -> None:
    with pytest.raises(NoRange):
        read(said, NOW)


years = st.integers(1950, 2150)
moments = st.datetimes(datetime(1950, 1, 1), datetime(2150, 12, 31))  # noqa: DTZ001


def days(year: int, first: int, last: int) -> Range:
    return Range(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


@given(now=moments, year=years, month=st.integers(1, 12))
def test_every_month_of_every_year(now: datetime, year: int, month: int) -> None:
    assert read(f"tháng {month}/{year}", now) == days(year, month, month)
    assert read(f"thang {month:02} nam {year}", now) == days(year, month, month)
    assert read(f"tháng {month}", now) == days(now.year, month, month)


@given(now=moments, year=years, quarter=st.integers(1, 4))
def test_every_quarter_of_every_year(now: datetime, year: int, quarter: int) -> None:
    roman = ["I", "II", "III", "IV"][quarter - 1]
    for name in (f"quý {quarter}", f"quý {roman}", f"quy {roman.lower()}"):
        assert read(f"{name}/{year}", now) == days(year, 3 * quarter - 2, 3 * quarter)
        assert read(name, now) == days(now.year, 3 * quarter - 2, 3 * quarter)


@given(now=moments, year=years)
def test_every_year(now: datetime, year: int) -> None:
    assert read(f"năm {year}", now) == days(year, 1, 12)
    assert read(f"6 tháng đầu năm {year}", now) == days(year, 1, 6)
    assert read(f"6 tháng cuối năm {year}", now) == days(year, 7, 12)


@given(now=moments)
def test_what_counts_from_today(now: datetime) -> None:
    today = now.date()
    week = read("tuần này", now)
    assert (week.since.weekday(), week.until.weekday()) == (0, 6)
    assert week.since <= today <= week.until
    assert (week.until - week.since).days == 6
    for unit in ("tuần", "tháng", "quý", "năm"):
        before, here, after = (read(f"{unit} {which}", now) for which in ("trước", "này", "sau"))
        assert here.since <= today <= here.until
        assert before.until + timedelta(days=1) == here.since
        assert here.until + timedelta(days=1) == after.since


@given(now=moments, first=st.dates(date(1950, 1, 1), date(2150, 1, 1)), length=st.integers(0, 800))
def test_what_is_typed_on_a_button_is_read_again(now: datetime, first: date, length: int) -> None:
    span = Range(first, first + timedelta(days=length))
    assert read(sentence(span, now.date()), now) == span


@given(now=moments, said=st.sampled_from(sorted(READ)))
def test_what_is_read_is_typed_on_a_button(now: datetime, said: str) -> None:
    try:
        span = read(said, now)
    except NoRange:
        return
    assert read(sentence(span, now.date()), now) == span
    assert words(span, now.date())


@given(st.text(alphabet=st.sampled_from("tháng quý năm tuần nay sau 0123456789/- IVXđầu cuối"), max_size=40))
def test_never_breaks(said: str) -> None:
    try:
        found = read(said, NOW)
    except NoRange:
        return
    assert found.since <= found.until


NAMED = {
    "quý 2": "quý II (01/4 - 30/6)",
    "quý 2/2024": "quý II/2024 (01/4 - 30/6)",
    "tháng 5": "tháng 5 (01/5 - 31/5)",
    "tuần sau": "tuần sau (05/6 - 11/6)",
    "12-18/6": "từ 12/6 đến 18/6",
    "6 tháng cuối năm": "6 tháng cuối năm (01/7 - 31/12)",
    "năm 2022": "năm 2022 (01/1 - 31/12)",
    "mai": "thứ Sáu 02/6",
    "15/6/2024": "thứ Bảy 15/6/2024",
    "26/12/2022 - 01/01/2023": "từ 26/12/2022 đến 01/1/2023",
}


@pytest.mark.parametrize("said", NAMED)
def test_named_with_its_days(said: str) -> None:
    assert words(read(said, NOW), NOW.date()) == NAMED[said]


def test_named_in_english() -> None:
    with speaking("en"):
        assert words(read("quý 2", NOW), NOW.date()) == "quarter II (1 Apr - 30 Jun)"
