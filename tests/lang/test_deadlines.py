"""What the grammar promises whatever the words: never a raise, never a date that is not, never a silent guess."""

import sys
import unicodedata
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lang.deadlines import Meaning, as_json, day_words, day_words_with_year, hour_words, read, short_day
from lang.doubts import Doubt, words
from lang.text import speaking

YEARS = st.integers(2015, 2060)
DAYS = st.dates(date(2015, 1, 1), date(2060, 12, 31))
WORDS = """
ngày tháng năm quý tuần hàng mỗi trước sau từ đến hết cuối đầu giữa chậm nhất kể làm việc định kỳ cả các của và , ; . (
) - / hoặc 1 05 15 31 99 0 6 I II IV 2023 2026 15/6 31/2/2025 6/2025 16h30 thứ sáu hai mươi Tết khi theo kế hoạch báo
cáo một lần thường xuyên tiếp theo đề nghị cũ âm lịch học
"""
SPOKEN = st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join)


def mean(phrase: str, year: int = 2025) -> Meaning:
    return read(phrase).meaning(year)


def codes(meaning: Meaning) -> set[str]:
    return {doubt.code for doubt in meaning.doubts}


@settings(max_examples=400)
@given(st.text() | SPOKEN, st.integers(-5, 12000) | YEARS)
def test_no_words_and_no_year_raise(phrase: str, year: int) -> None:
    as_json(mean(phrase, year))


def work(phrase: str) -> int:
    """How many calls it takes to read `phrase`: the same on every machine."""
    calls = 0

    def seen(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        mean(phrase)
    finally:
        sys.setprofile(before)
    return calls


LONG_WINDED = (
    *("th6", "qI ", "1,", "từ 1,", "2023/", "6, ", "quyiv ", "ngày 5, ", "1/6/2023 ", "Tháng tư ", "Quý I&II/2026 "),
    *("Hàng tháng (trước ngày 15) ", "ngày 5, quý II; ", "các mốc ", "11/2025 "),
)


@pytest.mark.parametrize("words", LONG_WINDED)
def test_a_text_four_times_as_long_takes_four_times_the_work(words: str) -> None:
    assert work((words * 2000)[:2000]) < 6 * work((words * 2000)[:500])


@settings(max_examples=400)
@given(SPOKEN)
def test_the_same_words_in_either_unicode_form_mean_the_same(phrase: str) -> None:
    composed = as_json(mean(unicodedata.normalize("NFC", phrase)))
    assert as_json(mean(unicodedata.normalize("NFD", phrase))) == composed


@pytest.mark.parametrize(("one", "other"), [("Qúy II/2025", "Quý II/2025"), ("tuỳ", "tùy"), ("Qúi III", "Quí III")])
def test_both_ways_of_placing_a_tone_mark_mean_the_same(one: str, other: str) -> None:
    assert (mean(one).kind, mean(one).due) == (mean(other).kind, mean(other).due)


@given(DAYS)
def test_a_day_it_writes_is_the_day_it_reads(day: date) -> None:
    forms = [
        f"ngày {day:%d/%m/%Y}",
        f"{day:%Y-%m-%d}",
        f"ngày {day.day} tháng {day.month} năm {day.year}",
        day_words_with_year(day),
    ]
    for form in forms:
        meaning = mean(form, day.year)
        assert (meaning.due, meaning.doubts, meaning.strict) == ((day,), (), False), form


@given(DAYS)
def test_a_day_it_writes_without_the_year_is_read_in_the_plan_s(day: date) -> None:
    for form in (day_words(day), short_day(day)):
        assert mean(form, day.year).due == (day,)


@given(st.integers(1, 99), st.integers(1, 99), YEARS)
def test_a_day_that_does_not_exist_is_asked_about(day: int, month: int, year: int) -> None:
    try:
        real = date(year, month, day)
    except ValueError:
        meaning = mean(f"ngày {day}/{month}/{year}", year)
        assert meaning.due == ()
        assert meaning.doubts
    else:
        assert mean(f"ngày {day}/{month}/{year}", year).due == (real,)


@given(SPOKEN, YEARS)
def test_a_number_it_could_not_place_is_never_passed_over(phrase: str, year: int) -> None:
    meaning = mean(f"{phrase} = 77", year)  # «kỳ 77» would be placed: it numbers a thing
    assert not meaning.due or meaning.doubts


def test_the_structure_is_read_once_and_dated_in_any_year() -> None:
    phrase = read("trước ngày 29 tháng 02")
    assert phrase.meaning(2024).due == (date(2024, 2, 29),)
    assert phrase.meaning(2025).due == ()
    assert codes(phrase.meaning(2025)) == {"no_such_day"}


def test_an_earlier_year_is_asked_about_with_the_plan_s_own_offered() -> None:
    (doubt,) = mean("Quý I/2024").doubts
    assert (doubt.code, doubt.dates, doubt.suggest) == ("year_mismatch", (date(2024, 3, 31),), (date(2025, 3, 31),))


def test_a_later_year_is_not() -> None:
    assert mean("Quý I/2027").doubts == ()
    assert mean("giai đoạn 2021 - 2025").doubts == ()


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("đầu tháng 6", "vague_part"),
        ("giữa năm 2025", "vague_part"),
        ("tháng 5 hoặc tháng 6", "either"),
        ("trước tháng 6", "before_period"),
        ("tháng l2/2025", "smudged"),
        ("Quý I - IIl", "smudged"),
        ("Quý I, lV/2025", "smudged"),
        ("thứ Hai ngày 15/8/2025", "weekday_mismatch"),
        ("từ 20/6 đến 10/6/2025", "backward"),
        ("trước 15/6, chậm nhất 20/12", "mixed_before"),
        ("ngày 20", "which_month"),
        ("năm học 2025 - 2026", "term"),
        ("10/3 âm lịch", "lunar"),
        ("báo cáo 6 tháng", "half_or_length"),
        ("quý I năm sau", "which_year"),
        ("ngày làm việc cuối cùng của tháng 6/2040", "holidays_unknown"),
        ("Quý II/2025, thường xuyên", "also_ongoing"),
        ("từ ngày 01/7/2025", "start_not_due"),
        ("từ quý II/2025", "no_end"),
        ("02 lần/năm", "which_dates"),
        ("trước 25h ngày 3/6", "no_such_hour"),
        ("quý III/2025 (đề xuất quý I/2026)", "proposed"),
    ],
)
def test_what_is_not_certain_is_asked(phrase: str, code: str) -> None:
    meaning = mean(phrase)
    assert code in codes(meaning)
    unsettled = {day for doubt in meaning.doubts for day in doubt.dates}
    assert set(meaning.due) <= unsettled


@pytest.mark.parametrize(
    "phrase", ["02 lần/năm", "trước tháng 6", "31/6", "Quý I/2020", "tháng 5 hoặc tháng 6", "xyz 3"]
)
def test_a_doubt_is_a_question_that_quotes_the_phrase(phrase: str) -> None:
    for doubt in mean(phrase).doubts:
        assert phrase in words(doubt)
        assert "{" not in words(doubt)


def test_a_doubt_nobody_worded_is_still_a_question() -> None:
    assert words(Doubt("something_new", {"words": "tháng ba"})).endswith("?")


def test_what_says_nothing_of_time_is_handed_back() -> None:
    assert "tập huấn" in mean("triển khai tập huấn trong quý III").left


def test_days_and_hours_in_both_languages() -> None:
    sunday = date(2023, 3, 5)
    assert (day_words(sunday), short_day(sunday)) == ("Chủ nhật 05/3", "05/3")
    assert day_words_with_year(date(2023, 6, 5)) == "thứ Hai 05/6/2023"
    assert (hour_words(time(16)), hour_words(time(7, 30))) == ("16h", "7h30")
    with speaking("en"):
        assert day_words(date(2023, 6, 5)) == "Mon 5 Jun"
        assert hour_words(time(16)) == "16:00"
