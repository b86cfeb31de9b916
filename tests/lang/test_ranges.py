"""From one day to another, as people type it."""

from datetime import date, datetime

import pytest

from lang.ranges import NoRange, Range, read, several

NOW = datetime(2023, 6, 5, 9, 0)  # noqa: DTZ001  (an office's wall clock; a Monday)

READ = {
    "10-14/6": ("2023-06-10", "2023-06-14"),
    "10/6-14/6": ("2023-06-10", "2023-06-14"),
    "10/6 - 14/6/2023": ("2023-06-10", "2023-06-14"),
    "từ 10/6 đến 14/6": ("2023-06-10", "2023-06-14"),
    "từ ngày 10/6 đến hết ngày 14/6": ("2023-06-10", "2023-06-14"),
    "tu 10 den 14/6": ("2023-06-10", "2023-06-14"),
    "từ 28/6 đến 02/7": ("2023-06-28", "2023-07-02"),
    "28/12 - 03/1": ("2023-12-28", "2024-01-03"),
    "28/12/2023 đến 03/01/2024": ("2023-12-28", "2024-01-03"),
    "28/12/2023 - 03/01": ("2023-12-28", "2024-01-03"),
    "01/6 đến 09/6": ("2023-06-01", "2023-06-09"),
    "02/01": ("2024-01-02", "2024-01-02"),
    "10/6": ("2023-06-10", "2023-06-10"),
    "ngày 10/6": ("2023-06-10", "2023-06-10"),
    "05/6": ("2023-06-05", "2023-06-05"),
    "10, 11/6": ("2023-06-10", "2023-06-11"),
    "10 và 11/6": ("2023-06-10", "2023-06-11"),
    "hôm nay": ("2023-06-05", "2023-06-05"),
    "mai": ("2023-06-06", "2023-06-06"),
    "ngày mai": ("2023-06-06", "2023-06-06"),
    "mai đến 09/6": ("2023-06-06", "2023-06-09"),
    "thứ Tư đến thứ Sáu": ("2023-06-07", "2023-06-09"),
}
NOT_READ = ["", "Lan", "14-10/6", "31/6", "10, 12/6", "28-02/7", "30/2 đến 03/3", "nghỉ mát", "12", "tuần sau", "01/6"]


@pytest.mark.parametrize("words", READ)
def test_a_range(words: str) -> None:
    since, until = READ[words]
    assert read(words, NOW) == Range(date.fromisoformat(since), date.fromisoformat(until))


@pytest.mark.parametrize("words", NOT_READ)
def test_no_range(words: str) -> None:
    with pytest.raises(NoRange):
        read(words, NOW)


def test_what_is_over_is_said_to_be_over() -> None:
    with pytest.raises(NoRange) as said:
        read("20-30/5", NOW)
    assert said.value.past


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("05/6, 07/6", ["2023-06-05", "2023-06-07"]),
        ("05/6 06/6 07/6", ["2023-06-05", "2023-06-06", "2023-06-07"]),
        ("14, 15/6 và 20-22/6", ["2023-06-14", "2023-06-15", "2023-06-20"]),
        ("02/01, 05/01/2026", ["2026-01-02", "2026-01-05"]),
        ("02/01/2026 05/01/2026", ["2026-01-02", "2026-01-05"]),
        ("10 - 12/6", ["2023-06-10"]),
        ("30/12, 02/01/2024", ["2023-12-30", "2024-01-02"]),
        ("30, 31/12 và 02/01/2024", ["2023-12-30", "2023-12-31", "2024-01-02"]),
        ("29/12, 31/12, 02/01/2024, 03/01/2024", ["2023-12-29", "2023-12-31", "2024-01-02", "2024-01-03"]),
    ],
)
def test_several_one_after_the_other(words: str, days: list[str]) -> None:
    assert [one.since.isoformat() for one in several(words, NOW)] == days


@pytest.mark.parametrize("words", ["31, 1/1", "31, 1/1/2024", "15/8, 05/6/2024"])
def test_a_day_that_would_come_after_the_one_behind_it_is_not_guessed(words: str) -> None:
    with pytest.raises(NoRange):
        several(words, NOW)


@pytest.mark.parametrize(("words", "day"), [("31/02/2024", "31/02"), ("05/6, 31/6", "31/6"), ("30/2 đến 03/3", "30/2")])
def test_a_day_that_no_calendar_has_is_named(words: str, day: str) -> None:
    with pytest.raises(NoRange) as said:
        several(words, NOW)
    assert said.value.no_such_day == day
