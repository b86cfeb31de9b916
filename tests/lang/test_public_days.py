"""Public holidays of years that nobody has announced yet."""

import subprocess
import sys
from datetime import date

import pytest

from lang import public_days
from lang.workdays import national

LAW_2028 = {
    date(2028, 1, 3): "Tết Dương lịch",  # 01/01 is a Saturday
    date(2028, 1, 25): "Tết Nguyên đán",
    date(2028, 1, 26): "Tết Nguyên đán",
    date(2028, 1, 27): "Tết Nguyên đán",
    date(2028, 4, 4): "Giỗ Tổ Hùng Vương",
    date(2028, 5, 1): "Quốc tế Lao động 01/5",
    date(2028, 9, 1): "Quốc khánh",
}


@pytest.mark.parametrize("day", LAW_2028)
def test_a_year_beyond_the_known_ones_is_expected(day: date) -> None:
    calendar = national()
    assert not calendar.works(day)
    assert calendar.expects(day)
    assert public_days.name(day) == LAW_2028[day]


def test_what_is_known_wins() -> None:
    calendar = national()
    assert not calendar.works(date(2026, 1, 2))
    assert calendar.works(date(2026, 1, 10))
    assert not calendar.expects(date(2026, 1, 2))
    assert calendar.expects(date(2026, 8, 31))
    assert date(2026, 8, 22) in calendar.expected_work
    assert not calendar.works(date(2026, 8, 22))


def test_working_days_are_counted_over_new_year_2028() -> None:
    days = [date(2027, 12, 30), date(2027, 12, 31), date(2028, 1, 3), date(2028, 1, 4)]
    assert national().between(days[0], days[-1]) == 2
    assert national().later(days[0], 2) == days[-1]


def test_the_library_is_not_loaded_for_a_known_year() -> None:
    look = (
        "import sys; from datetime import date; from lang.workdays import national; national().works(date(2026, 1, 2))"
    )
    subprocess.run([sys.executable, "-c", f"{look}; assert 'holidays' not in sys.modules"], check=True)
