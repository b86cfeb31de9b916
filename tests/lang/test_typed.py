"""What people type, counted from Wednesday 31/5/2023, nine in the morning."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lang.deadlines import typed

NOW = datetime(2023, 5, 31, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

MOMENTS = st.integers(-1000, 10000).map(lambda days: NOW + timedelta(days=days))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("hôm nay", "2023-05-31"),
        ("mai", "2023-06-01"),
        ("chiều mai", "2023-06-01"),
        ("ngày kia", "2023-06-02"),
        ("thứ sáu", "2023-06-02"),
        ("thu 6", "2023-06-02"),
        ("thứ sáu tuần sau", "2023-06-09"),
        ("thứ Hai tuần tới", "2023-06-05"),
        ("chủ nhật", "2023-06-04"),
        ("trong 3 ngày", "2023-06-03"),
        ("3 ngày nữa", "2023-06-03"),
        ("2 tuần", "2023-06-14"),
        ("1 tháng nữa", "2023-06-30"),
        ("5 ngày làm việc", "2023-06-07"),
        ("cuối tháng", "2023-05-31"),
        ("cuối tháng sau", "2023-06-30"),
        ("tháng sau", "2023-06-30"),
        ("cuối quý", "2023-06-30"),
        ("quý sau", "2023-09-30"),
        ("cuối năm", "2023-12-31"),
        ("20/6", "2023-06-20"),
        ("20-6", "2023-06-20"),
        ("20.6", "2023-06-20"),
        ("ngày 20", "2023-06-20"),
        ("ngày 31", "2023-05-31"),
        ("ngày 5 tháng sau", "2023-06-05"),
        ("10/1", "2024-01-10"),
        ("29/2", "2024-02-29"),
        ("tháng 6", "2023-06-30"),
        ("ngày 30/6/2023", "2023-06-30"),
        ("30/6/2022", "2022-06-30"),
        ("đến 20/6 vì chờ số liệu", "2023-06-20"),
    ],
)
def test_a_day_that_needs_no_question(words: str, day: str) -> None:
    meaning = typed(words, NOW)
    assert (meaning.due, meaning.doubts) == ((date.fromisoformat(day),), ())


@pytest.mark.parametrize(
    ("words", "day", "code"),
    [
        ("thứ tư", "2023-05-31", "today_or_next"),
        ("thứ hai tuần này", "2023-05-29", "backward_day"),
        ("cuối tuần", "2023-06-02", "vague_part"),
        ("30/5", "2024-05-30", "which_year"),
        ("đầu tháng sau", "2023-06-10", "vague_part"),
    ],
)
def test_a_day_that_is_asked_about(words: str, day: str, code: str) -> None:
    meaning = typed(words, NOW)
    assert meaning.due == (date.fromisoformat(day),)
    assert [doubt.code for doubt in meaning.doubts] == [code]
    assert meaning.doubts[0].dates == meaning.due


def test_the_day_just_past_is_offered() -> None:
    assert typed("30/5", NOW).doubts[0].suggest == (date(2023, 5, 30),)


@pytest.mark.parametrize("words", ["31/6", "29/02/2023", "ngày 31/9/2023", "32/5"])
def test_a_day_that_does_not_exist(words: str) -> None:
    meaning = typed(words, NOW)
    assert meaning.due == ()
    assert [doubt.code for doubt in meaning.doubts] == ["no_such_day"]


def test_hours() -> None:
    assert (typed("17h ngày 15/6", NOW).due, typed("17h ngày 15/6", NOW).time) == ((date(2023, 6, 15),), time(17))
    assert (typed("17h", NOW).due, typed("17h", NOW).time) == ((date(2023, 5, 31),), time(17))
    today = typed("trước 16h hôm nay", NOW)
    assert (today.due, today.time, today.strict) == ((date(2023, 5, 31),), time(16), True)
    assert typed("5 giờ chiều mai", NOW).time == time(17)


def test_before() -> None:
    assert typed("trước thứ sáu", NOW).strict
    assert typed("trước 20/6", NOW).strict
    assert not typed("20/6", NOW).strict


@given(st.text(), MOMENTS)
def test_no_words_raise(words: str, now: datetime) -> None:
    typed(words, now)


@given(MOMENTS)
def test_a_day_without_its_year_is_never_past(now: datetime) -> None:
    assert typed("15/4", now).due[0] >= now.date()
