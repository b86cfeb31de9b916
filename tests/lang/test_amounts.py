"""Amounts as people type them, and as they are written back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lang.amounts import Amount, amount_words, number_words, read, typed_words
from lang.text import speaking


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("87,5%", Amount(87.5, unit="%")),
        ("87.5 %", Amount(87.5, unit="%")),
        ("90", Amount(90)),
        ("91 phần trăm", Amount(91, unit="%")),
        ("91 PHAN TRAM", Amount(91, unit="%")),
        ("-5%", Amount(-5, unit="%")),
        ("–5%", Amount(-5, unit="%")),
        ("+5", Amount(5)),
        ("0,125", Amount(0.125)),
        ("0.125", Amount(0.125)),
        ("1.234 hồ sơ", Amount(1234, unit="ho so")),
        ("12.345.678,9 đồng", Amount(12345678.9, unit="dong")),
        ("61,4203", Amount(61.4203)),
        ("7,2/8,5 điểm", Amount(7.2, 8.5, "diem")),
        ("7,2 / 8,5", Amount(7.2, 8.5)),
        ("100%", Amount(100, unit="%")),
        ("３５%", None),
        ("5²%", None),
        ("1,234,567", None),
        ("1.23.4", None),
        ("12.", None),
        ("5 3", None),
        ("khoảng 40%", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_reading(words: str, amount: Amount | None) -> None:
    assert read(words) == amount


@pytest.mark.parametrize(("words", "value"), [("1,250", None), ("1.250", None), ("37.5", 37.5), ("37,25", 37.25)])
def test_in_another_language_a_mark_before_three_figures_is_not_sure(words: str, value: float | None) -> None:
    with speaking("en"):
        amount = read(words)
    assert (amount.value if amount else None) == value


def test_writing() -> None:
    assert [number_words(value) for value in (87.5, 100.0, 1234567.25, 0.7)] == ["87,5", "100", "1.234.567,25", "0,7"]
    assert amount_words(87.5, "%") == "87,5%"
    assert amount_words(30, "% GDP") == "30% GDP"
    assert amount_words(1250, "hồ sơ") == "1.250 hồ sơ"
    assert amount_words(3, "") == "3"
    with speaking("en"):
        assert amount_words(1250.5, "hồ sơ") == "1,250.5 hồ sơ"
        assert typed_words(1250.5, "%") == "1250,5%"


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["%", "điểm", "hồ sơ", ""]))
def test_what_is_written_is_read_back(value: float, unit: str) -> None:
    for words in (amount_words(float(value), unit), typed_words(float(value), unit)):
        amount = read(words)
        assert amount is not None
        assert amount.value == float(value)


@given(st.text(max_size=40))
def test_any_text_is_an_amount_or_none(words: str) -> None:
    amount = read(words)
    assert amount is None or any(letter.isdigit() for letter in words)
