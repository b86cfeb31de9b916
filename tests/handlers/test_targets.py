"""Targets in chat: who may see and measure them, how they are called, what is never recorded."""

import re
from collections.abc import Sequence

import pytest
from sqlmodel import select

from storage.models import Office, Plan, PlanStatus, Reading, Target
from tests.handlers.conftest import AGREED, Conversation


def readings(office: Conversation) -> list[float]:
    return sorted(office.session.exec(select(Reading.value)))


def another_plan(office: Conversation, *targets: tuple[str, str, str, str, float | None, float | None, str]) -> Plan:
    """A live plan with targets (section, text, lead, op, value, the most, unit)."""
    owner = office.session.exec(select(Office)).one()
    plan = Plan(
        office_id=owner.id or 0,
        number=owner.next_plan,
        title="Kế hoạch thử",
        year=2023,
        source_name="thu.txt",
        source_hash="x",
        status=PlanStatus.LIVE,
        received_at=AGREED,
    )
    owner.next_plan += 1
    office.session.add(plan)
    office.session.flush()
    for position, (section, text, lead, op, value, most, unit) in enumerate(targets):
        office.session.add(
            Target(
                office_id=owner.id or 0,
                plan_id=plan.id or 0,
                position=position,
                section=section,
                text=text,
                lead=lead,
                op=op,
                value=value,
                value_max=most,
                unit=unit,
            )
        )
    office.session.flush()
    return plan


# Target 1.6 is led by Bảo tàng tỉnh. Who, in which group («» in private), and whether they may record a reading of it.
GRID: Sequence[tuple[str, str, bool]] = (
    ("Khánh", "", True),  # focal officer of the unit
    ("Khánh", "BT", True),
    ("Minh", "BT", True),  # whoever is in the unit's group: the messenger vouches for its members
    ("Người mới", "BT", True),
    ("Lan", "", True),  # admin and coordinator
    ("Lan", "BT", True),
    ("Lan", "Sở", True),
    ("Lan", "QLVH", False),  # nothing of another unit in a unit's group
    ("Minh", "", False),
    ("Hùng", "", False),
    ("Thu", "", False),  # a leader sees and does not record
    ("Thu", "Sở", False),
    ("Khánh", "Sở", False),  # a role in one unit counts in private and in its own group
    ("Khánh", "QLVH", False),
    ("Người lạ", "", False),
)


@pytest.mark.parametrize(("who", "room", "may"), GRID)
def test_who_may_record_a_reading(office: Conversation, who: str, room: str, may: bool) -> None:
    said = office.say(who, "/chitieu 1.6 = 35%", room)
    assert len(said) == 1
    assert readings(office) == ([35.0] if may else [])


@pytest.mark.parametrize(
    ("who", "room", "sections"),
    [
        ("Thu", "", {"1.6", "4.4", "5.3", "6.3"}),
        ("Minh", "Sở", {"1.6", "4.4", "5.3", "6.3"}),
        ("Khánh", "", {"1.6"}),
        ("Thu", "BT", {"1.6"}),
        ("Lan", "TV", set()),
        ("Minh", "", set()),
    ],
)
def test_who_sees_which(office: Conversation, who: str, room: str, sections: set[str]) -> None:
    (said,) = office.say(who, "/chitieu", room)
    assert set(re.findall(r"^(?:\w+: )?(\d\.\d) «", said, re.MULTILINE)) == sections


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("chỉ tiêu 1.6 = 87,5%", 87.5),
        ("chỉ tiêu 1.6 87,5", 87.5),
        ("CHI TIEU 1.6: 7,2", 7.2),
        ("chỉ tiêu 1.6 là 90 %", 90),
        ("chỉ tiêu 1.6=38.25%", 38.25),
        ("/chitieu 1.6 - 35%", 35),
        ("chỉ tiêu mục 1.6 hiện nay đạt 35 phần trăm ạ.", 35),
        ("chỉ tiêu KH1 1.6 = 35%", 35),
        ("chỉ tiêu KH1, dòng 1.6 = 35%", 35),
        ("chỉ tiêu 1.6 = 120% đúng", 120),
        ("chỉ tiêu 1.6 = 120%", None),
        ("chỉ tiêu 1.6 = 1.234%", None),
        ("chỉ tiêu 1.6 = -5%", None),
        ("chỉ tiêu 1.6 = 35% đúng không", None),
        ("chỉ tiêu 1.6 = 35%?", None),
        ("chỉ tiêu 1.6 đạt 35% chưa", None),
        ("chỉ tiêu 1.6 chưa đạt 35%", None),
        ("chỉ tiêu 1.6 không phải 35%", None),
        ("chỉ tiêu 1.6 gần 35%", None),
        ("chỉ tiêu 1.6 = 35% hay 36%", None),
        ("chỉ tiêu 1.6 = 35 hiện vật", None),
        ("chỉ tiêu 1.6 = 35/100", None),
        ("chỉ tiêu 1.6 = 35 30/6", None),
        ("chỉ tiêu 1.6 (2) = 35%", None),
        ("chỉ tiêu KH2 1.6 = 35%", None),
        ("chỉ tiêu 16 = 35%", None),
        ("chỉ tiêu 1.61 = 35%", None),
        ("chỉ tiêu = 35%", None),
    ],
)
def test_what_is_recorded(office: Conversation, words: str, value: float | None) -> None:
    assert len(office.say("Khánh", words)) == 1
    assert readings(office) == ([] if value is None else [value])


@pytest.mark.parametrize(
    "words",
    [
        "chỉ tiêu 2023 là 90%",
        "chỉ tiêu 1.6 khó quá",
        "chỉ tiêu 1.6 = 35% là nhiều lắm",
        "chỉ tiêu 90% thì chịu",
        "chỉ tiêu của mình thế nào",
        "các chỉ tiêu năm nay cao quá",
        "chỉ tiêu 1.9",
    ],
)
def test_talk_overheard_in_a_group_is_left_alone(office: Conversation, words: str) -> None:
    assert office.say("Khánh", words, "BT", addressed=False) == []
    assert readings(office) == []


def test_a_score(office: Conversation) -> None:
    another_plan(office, ("9.1", "Chỉ số cải cách hành chính đạt 7/8,5 điểm", "Bảo tàng tỉnh", "=", 7, 8.5, "điểm"))
    assert "7/8,5 điểm; chưa có số đo" in office.say("Khánh", "chỉ tiêu")[0]
    for words in ("9/8,5 điểm", "8,6", "7,5/10 điểm", "90%"):
        office.say("Khánh", f"chỉ tiêu 9.1 = {words}")
    assert readings(office) == []
    assert "chưa đạt" in office.say("Khánh", "chỉ tiêu 9.1 = 6,9/8,5 điểm")[0]
    assert "7,2 điểm, đạt" in office.say("Khánh", "chi tieu 9.1: 7,2 điểm")[0]
    assert readings(office) == [6.9, 7.2]


def test_a_target_without_a_figure_takes_no_reading(office: Conversation) -> None:
    another_plan(office, ("9.2", "Thu hút bạn đọc cao hơn năm trước", "Bảo tàng tỉnh", "qualitative", None, None, ""))
    assert "không ghi con số" in office.say("Khánh", "chỉ tiêu 9.2 = 5")[0]
    assert readings(office) == []


def test_two_plans_with_targets_in_rows_of_one_number(office: Conversation) -> None:
    plan = another_plan(office, ("1.6", "Tối thiểu 20% hồ sơ", "Bảo tàng tỉnh", ">=", 20, None, "%"))
    first, second = "KH1 1.6 «", f"KH{plan.number} 1.6 «"
    listed = office.say("Khánh", "chỉ tiêu")[0]
    assert first in listed
    assert second in listed
    (asked,) = office.answers("Khánh", "chỉ tiêu 1.6 = 25%")
    assert readings(office) == []
    assert asked.actions == ["chỉ tiêu KH1 1.6 = 25%", f"chỉ tiêu KH{plan.number} 1.6 = 25%"]
    assert ": 25%, đạt" in office.say("Khánh", "2")[0]
    assert "chưa đạt" in office.say("Khánh", asked.actions[0])[0]


def test_a_long_list_fits_a_phone_and_every_target_is_on_one_page(office: Conversation) -> None:
    names = [f"9.{n}" for n in range(1, 41)]
    another_plan(office, *((name, "Tối thiểu 20% hồ sơ lưu trữ " * 4, "", ">=", 20, None, "%") for name in names))
    shown: list[str] = []
    words = "/chitieu"
    for _page in range(10):
        (page,) = office.answers("Thu", words)
        assert len((page.text or "").split("\n")) <= 12
        shown += re.findall(r"^(?:\w+: )?(\d\.\d+) «", page.text or "", re.MULTILINE)
        if not page.actions:
            break
        (words,) = page.actions
        assert len(words.encode()) <= 64
    assert shown == ["1.6", "4.4", "5.3", "6.3", *names]


def test_many_readings_fit_a_phone(office: Conversation) -> None:
    for n in range(9):
        office.say("Khánh", f"chỉ tiêu 1.6 = {n}")
        office.later(days=1)
    (said,) = office.say("Khánh", "chỉ tiêu 1.6")
    lines = said.split("\n")
    assert len(lines) <= 12
    assert [line.split("%")[0] for line in lines if "người ghi" in line] == ["8", "7", "6", "5", "4"]
    assert "và 4 số đo trước đó." in lines


def test_taken_back_where_its_own_message_stands(office: Conversation) -> None:
    office.say("Khánh", "chỉ tiêu 1.6 = 30%")
    said = office.question_from("Khánh")
    office.later(minutes=5)
    office.say("Khánh", "chỉ tiêu 1.6 = 31%")
    office.say("Khánh", "hoàn tác", reply_to=said)
    assert readings(office) == [31.0]
    office.say("Khánh", "hoàn tác")
    assert readings(office) == []
