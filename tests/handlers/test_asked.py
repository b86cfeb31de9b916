"""What stands around «gia hạn», «trả lại», «duyệt»: codes, a day or a count of days, a reason."""

from datetime import date

import pytest

from handlers.asked import Asked, read, reason_of
from tests.handlers.conftest import Conversation

EXTENSIONS = {
    "14 đến 20/6 vì chờ số liệu": ((14,), "đến 20/6", None, "chờ số liệu"),
    "14 vì chờ số liệu đến 20/6": ((14,), "đến 20/6", None, "chờ số liệu"),
    "14 den 20/6 vi cho so lieu": ((14,), "den 20/6", None, "cho so lieu"),
    "14 20/6 chờ số liệu": ((14,), "20/6", None, "chờ số liệu"),
    "14 đến ngày 20 tháng 6 do chờ số liệu nhé": ((14,), "đến ngày 20 tháng 6", None, "chờ số liệu"),
    "14 đến thứ sáu tuần sau: chờ số liệu": ((14,), "đến thứ sáu tuần sau", None, "chờ số liệu"),
    "việc 14 tới ngày 20/6 do chờ số liệu ạ": ((14,), "tới ngày 20/6", None, "chờ số liệu"),
    "14, 15 và 16 đến 20/6 vì chờ": ((14, 15, 16), "đến 20/6", None, "chờ"),
    "14 thêm 3 ngày vì chờ": ((14,), "", (3, "ngay"), "chờ"),
    "14 3 ngày vì chờ": ((14,), "", (3, "ngay"), "chờ"),
    "14 5 ngày làm việc do chờ": ((14,), "", (5, "ngay lam viec"), "chờ"),
    "3 ngày cho việc 14 vì chờ": ((14,), "", (3, "ngay"), "chờ"),
    "2 tuần cho việc 14": ((14,), "", (2, "tuan"), ""),
    "14": ((14,), "", None, ""),
    "": ((), "", None, ""),
}
RETURNS = {
    "12 vì thiếu phụ lục": ((12,), "", None, "thiếu phụ lục"),
    "12 13 vì thiếu phụ lục": ((12, 13), "", None, "thiếu phụ lục"),
    "12: thiếu phụ lục": ((12,), "", None, "thiếu phụ lục"),
    "12 thiếu phụ lục trước 20/6": ((12,), "trước 20/6", None, "thiếu phụ lục", True),
    "12 trước 20/6 vì thiếu phụ lục": ((12,), "trước 20/6", None, "thiếu phụ lục"),
    "12 vì thiếu phụ lục, nộp lại trước 20/6": ((12,), "trước 20/6", None, "thiếu phụ lục"),
    "12 vì số liệu ngày 05/6 chưa khớp": ((12,), "", None, "số liệu ngày 05/6 chưa khớp"),
    "phụ lục cho việc 12": ((12,), "", None, "phụ lục", True),
    "2 phiếu khảo sát": ((2,), "", None, "phiếu khảo sát", True),
    "2 vé máy bay": ((), "", None, "2 vé máy bay"),
    "2 cuộc họp vì trùng lịch": ((), "", None, "trùng lịch"),
    "3 trang đầu": ((), "", None, "3 trang đầu"),
    "12 và 3 trang đầu": ((12,), "", None, "3 trang đầu", True),
    "2 ngày nhé": ((), "", None, "2 ngày"),
    "12 tháng 6": ((), "", None, "12 tháng 6"),
    "12 ngày 20 tháng 6": ((12,), "ngày 20 tháng 6", None, ""),
    "12 30 tháng 6 vì thiếu": ((12,), "", None, "thiếu", True),
    "14 vì sao chậm": ((14,), "", None, ""),
    "14 đến 18/6": ((14,), "đến 18/6", None, ""),
    "12 nhé": ((12,), "", None, ""),
}


@pytest.mark.parametrize("words", EXTENSIONS)
def test_what_an_extension_asks(words: str) -> None:
    assert read(words, counts=True) == Asked(*EXTENSIONS[words])


@pytest.mark.parametrize("words", RETURNS)
def test_what_a_return_says(words: str) -> None:
    assert read(words) == Asked(*RETURNS[words])


@pytest.mark.parametrize("words", ["vì chờ số liệu", "chờ số liệu ạ", "do chờ số liệu.", "lý do: chờ số liệu"])
def test_a_reason_alone(words: str) -> None:
    assert reason_of(words) == "chờ số liệu"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("đến 08/6", "2023-06-08"),
        ("thêm 3 ngày", "2023-06-08"),
        ("thêm 3 ngày làm việc", "2023-06-08"),
        ("thêm 1 tuần", "2023-06-12"),
        ("thêm 1 tháng", "2023-07-05"),
        ("trước 12/6", "2023-06-09"),
        ("sang thứ sáu tuần sau", "2023-06-09"),
    ],
)
def test_the_day_that_is_asked_for(office: Conversation, said: str, day: str) -> None:
    """70 is due on Monday 05/6; it is Thursday 01/6."""
    office.say("Minh", f"gia hạn 70 {said} vì chờ số liệu")
    office.say("Lan", "duyệt 70")
    deadline = office.deadline(70)
    assert (deadline.due, deadline.first_due, deadline.extended) == (date.fromisoformat(day), date(2023, 6, 5), 1)


def test_what_is_counted_from_a_day_that_is_past_is_counted_from_today(office: Conversation) -> None:
    office.say("Minh", "gia hạn 58 thêm 5 ngày vì chờ số liệu")
    office.say("Lan", "duyệt 58")
    assert office.deadline(58).due == date(2023, 6, 6)
