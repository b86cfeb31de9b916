"""Folding: one form for comparing words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lang.fold import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Tiến  độ", "tien do"),
        ("ĐƯỜNG\n  Ở", "duong o"),
        ("Qúy II – “Hòa”, hoà", 'quy ii - "hoa", hoa'),
        ("’Xong’", "'xong'"),
        ("ｘｏｎｇ１２", "xong12"),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert fold(unicodedata.normalize("NFD", written)) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
