"""Phrases written before the grammar was mended for them, and what must hold of every phrase however it is dressed.

`phrases_unseen.tsv` holds five rounds, each written with its meaning before it was run; `round` says which.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.lang.judging import reading, rows, verdict

HERE = Path(__file__).parent
UNSEEN = list(rows(HERE / "phrases_unseen.tsv"))
ALL = UNSEEN + list(rows(HERE / "phrases.tsv"))

DRESSES: dict[str, Callable[[str], str]] = {
    "NFD": lambda phrase: unicodedata.normalize("NFD", phrase),
    "capitals": str.upper,
    "double spaces": lambda phrase: phrase.replace(" ", "  "),
    "hard spaces": lambda phrase: phrase.replace(" ", "\u00a0"),
    "wrapped": lambda phrase: phrase.replace(" ", "\n", 1),
    "long dashes": lambda phrase: phrase.replace("-", "–"),
    "full stop": lambda phrase: phrase + ".",
    "brackets": lambda phrase: f"({phrase})",
    "heading": lambda phrase: f"Thời gian: {phrase}",
    "remark": lambda phrase: f"{phrase} theo quy định",
    "paper": lambda phrase: f"{phrase} (theo Kế hoạch số 12/KH-UBND ngày 15/01/2026)",
}

# In the order of the year and apart from each other: what each falls due on.
TIMES = {
    "tháng 1/2026": "2026-01-31",
    "trước ngày 10/02/2026": "2026-02-10",
    "hết tháng 3": "2026-03-31",
    "chậm nhất ngày 30/4/2026": "2026-04-30",
    "tháng 5 năm 2026": "2026-05-31",
    "15/6": "2026-06-15",
    "từ 01/7 đến 15/7/2026": "2026-07-15",
    "quý IV": "2026-12-31",
    "tháng 1 năm 2027": "2027-01-31",
}
CLAUSES = (
    "{0}; {1}",
    "{0} và {1}",
    "- {0}\n- {1}",
    "Kế hoạch: {0}; báo cáo: {1}",
    "{0} ban hành kế hoạch, {1} tổng kết",
    "Cấp tỉnh {0}, cấp xã {1}",
    "Đợt 1: {0}; đợt 2: {1}",
)


@pytest.mark.parametrize(("phrase", "year", "wanted"), UNSEEN, ids=lambda value: str(value)[:40])
def test_an_unseen_phrase_is_never_read_wrong_without_a_doubt(phrase: str, year: int, wanted: dict[str, Any]) -> None:
    got = reading(phrase, year)
    assert verdict(wanted, got) != "wrong", got


def test_most_unseen_phrases_are_read_exactly() -> None:
    tally = Counter(verdict(wanted, reading(phrase, year)) for phrase, year, wanted in UNSEEN)
    assert tally["right"] >= 0.94 * tally.total(), tally


@pytest.mark.parametrize("dress", DRESSES)
def test_no_dress_makes_a_reading_wrong(dress: str) -> None:
    for phrase, year, wanted in ALL:
        worn = DRESSES[dress](phrase)
        assert verdict(wanted, reading(worn, year)) != "wrong", worn


@pytest.mark.parametrize("clauses", CLAUSES)
def test_two_times_in_a_cell_are_both_kept_or_asked_about(clauses: str) -> None:
    for one, other in combinations(TIMES, 2):
        phrase = clauses.format(one, other)
        got = reading(phrase, 2026)
        assert (
            verdict({"kind": "date", "due": [TIMES[one], TIMES[other]]}, {**got, "strict_before": False}) != "wrong"
        ), phrase


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("Trình trước 20/5/2026, ban hành trong tháng 6/2026", "mixed_before"),
        ("trước 15/6/2026 một tuần", "unsure"),
        ("Hàng tuần trong tháng 6/2026", "which_dates"),
        ("Tháng 6/2026, hoàn thành ngày 15/6/2026", "unsure"),
        ("Hàng tháng; 15/6/2026", "unsure"),
        ("ngày 1 5/6/2026", "unsure"),
        ("Khi có yêu cầu hoặc trước 30/6/2026", "unsure"),
        ("Số liệu tính đến 31/5/2026", "closing"),
        ("Đã hoàn thành ngày 12/3/2026", "already"),
        ("15/6/2026 (gia hạn đến 30/6/2026)", "moved"),
        ("Công văn ngày 15/6/2026 của Sở Nội vụ", "cited"),
        ("Ngày .../6/2026", "not_understood"),
        ("tháng 5, 11 tổ chức hội nghị", "not_understood"),
        ("Tr ước ngày 15/6/2026", "not_understood"),
        ("15/6/2036", "year_mismatch"),
    ],
)
def test_what_holds_together_badly_is_asked_about(phrase: str, code: str) -> None:
    got = reading(phrase, 2026)
    assert code in {doubt["code"] for doubt in got["doubts"]}
    assert set(got["due"]) <= {day for doubt in got["doubts"] for day in doubt["dates"]}


def test_a_school_year_and_the_lunar_calendar_give_no_date_of_their_own() -> None:
    for phrase in ("năm học 2026 - 2027", "mùng 10/3 âm lịch", "tháng Chạp năm 2026"):
        got = reading(phrase, 2026)
        assert (got["due"], bool(got["doubts"])) == ([], True)
