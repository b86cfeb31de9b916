"""What people type to say when reminders come."""

from typing import Any

import pytest
from sqlmodel import select

from handlers import remind
from handlers.remind import Wish
from storage.models import Office
from tests.handlers.conftest import Conversation

UNDERSTOOD: list[tuple[str, str, dict[str, Any] | None]] = [
    ("trước 10,5,2 ngày lúc 7h30", "", {"before": [10, 5, 2], "at": "07:30"}),
    ("truoc 2 5 10 ngay", "", {"before": [10, 5, 2]}),
    ("trước hạn 5 và 1 ngày làm việc", "", {"before": [5, 1]}),
    ("QLVH trước 5,1 ngày", "qlvh", {"before": [5, 1]}),
    ("Phòng Du lịch: trước 5, 1 ngày, lúc 9 giờ sáng", "phong du lich", {"before": [5, 1], "at": "09:00"}),
    ("KH1 trước 10,5 ngày", "kh1", {"before": [10, 5]}),
    ("quá hạn ngày 1,2,3, hằng tuần", "", {"after": [1, 2, 3], "weekly": True}),
    ("quá hạn ngày 1,3", "", {"after": [1, 3], "weekly": False}),
    ("quá hạn hằng tuần", "", {"weekly": True}),
    ("quá hạn ngày 1, không hằng tuần", "", {"after": [1], "weekly": False}),
    ("lúc 14h", "", {"at": "14:00"}),
    ("lúc 2h chiều", "", {"at": "14:00"}),
    ("như cơ quan", "", None),
    ("QLVH như cơ quan", "qlvh", None),
    ("như ban đầu", "", None),
]
NOT_UNDERSTOOD = [
    "trước khi họp nhé",
    "anh Minh nộp báo cáo trước 5/6",
    "mọi người mai họp lúc 8h ở phòng họp",
    "việc 12",
    "trước 5 ngày họp",
    "trước vài ngày",
]


@pytest.mark.parametrize(("words", "whose", "said"), UNDERSTOOD)
def test_understood(words: str, whose: str, said: dict[str, Any] | None) -> None:
    assert remind.read(words) == Wish(whose, said)


@pytest.mark.parametrize("words", NOT_UNDERSTOOD)
def test_not_understood(words: str) -> None:
    assert remind.read(words) is None


def test_a_unit_goes_back_to_the_office_and_the_office_to_the_beginning(office: Conversation) -> None:
    for who, said in (("Lan", "quy ước sắp đến hạn 5 ngày"), ("Lan", "nhắc lúc 7h"), ("Lan", "nhắc như ban đầu")):
        assert office.say(who, said)
    here = office.session.exec(select(Office)).one()
    assert here.policy == {"soon": 5}


def test_a_units_group_is_shown_its_own_reminders_whoever_speaks(office: Conversation) -> None:
    for said in ("/nhac cơ quan trước 6,2 ngày", "hoàn tác", "/nhac KH1 trước 6,2 ngày", "hoàn tác", "/lichnhac"):
        head, *lines = office.say("Lan", said, "QLVH")[0].splitlines()
        assert any("QLVH 3 việc" in line for line in lines), head
        assert not any(other in line for line in lines for other in ("Toàn Sở", "TTr", "nơi khác")), head
    assert "Toàn Sở" in office.say("Lan", "nhắc trước 6,2 ngày")[0]
