"""What follows «tiến độ», «quá hạn», «việc»: units and days, in any order."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sample import UNITS
from tests.handlers.conftest import Conversation

PERIODS = (
    "quý 2", "quý II", "quy iv/2022", "tháng 6", "thang 5", "t3", "tuần này", "tuần sau", "6 tháng đầu năm", "năm nay",
    "năm 2024", "10-14/6", "từ 01/5 đến 15/5", "quý trước", "trong tháng 12", "hôm nay",
)  # fmt: skip
SHORT = {short: name for short, name, _kind in UNITS}
CALLED = {
    "phòng du lịch": "Phòng Quản lý Du lịch",
    "phong quan ly van hoaa": "Phòng Quản lý Văn hóa",
    "Phòng QLVH": "Phòng Quản lý Văn hóa",
    "phòng ndvh": "",
    "quản lý văn hóa": "Phòng Quản lý Văn hóa",
    "bảo tàng": "Bảo tàng tỉnh",
    "trung tam van hoa": "Trung tâm Văn hóa tỉnh",
    "thu vien tinhh": "Thư viện tỉnh",
    "phòng VH": "",
    "văn hóa": "",
    "đoàn": "",
    "công trình": "",
}
"""How people call units for short; what may be several, or none, is asked about."""

anything = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def head(answer: str) -> str:
    return answer.splitlines()[0]


@anything
@given(
    command=st.sampled_from(["tiến độ", "/viec", "quá hạn"]),
    unit=st.sampled_from([*SHORT, *SHORT.values()]),
    period=st.sampled_from(PERIODS),
)
def test_the_order_does_not_matter(office: Conversation, command: str, unit: str, period: str) -> None:
    first, second = (office.say("Thu", f"{command} {said}") for said in (f"{unit} {period}", f"{period} {unit}"))
    assert first == second
    assert head(first[0]).startswith(SHORT.get(unit, unit))
    assert "(" in head(first[0]) or "/" in head(first[0])


@anything
@given(unit=st.sampled_from(list(SHORT)), period=st.sampled_from(PERIODS), command=st.sampled_from(["việc", "quá hạn"]))
def test_the_button_asks_for_the_same(office: Conversation, command: str, unit: str, period: str) -> None:
    shown = office.answers("Thu", f"tiến độ {unit} {period}")[0]
    again = [action for action in shown.actions if action.startswith("/viec" if command == "việc" else "/quahan")]
    if again:
        assert office.say("Thu", again[0]) == office.say("Thu", f"{command} {unit} {period}")
        assert len(again[0].encode()) <= 64


@pytest.mark.parametrize("said", CALLED)
def test_a_unit_for_short(office: Conversation, said: str) -> None:
    answer = office.say("Thu", f"tiến độ {said} năm nay")[0]
    if CALLED[said]:
        assert head(answer) == f"{CALLED[said]}, năm 2023 (01/1 - 31/12)"
    else:
        assert answer.startswith(f"Chưa rõ «{said}»")


@pytest.mark.parametrize("who", ["Minh", "Hùng"])
@pytest.mark.parametrize("said", ["phòng VH", "văn hóa", "QLVH", "của tôi", "phòng em", "cả phòng", "của đơn vị mình"])
def test_of_those_in_sight_it_is_the_one(office: Conversation, who: str, said: str) -> None:
    answer = office.say(who, f"việc {said} quý 1")[0]
    if said == "cả phòng":
        assert "Chưa rõ" in answer or head(answer).startswith("Phòng Quản lý Văn hóa")
    else:
        assert head(answer) == "Phòng Quản lý Văn hóa, quý I (01/1 - 31/3)"


@pytest.mark.parametrize("command", ["tiến độ", "việc", "quá hạn"])
@pytest.mark.parametrize(
    "said", ["QLDL", "QLDL quý 2", "tháng 5 phòng du lịch", "phòng quản lý du lịch", "QLVH và TTVH"]
)
def test_out_of_sight(office: Conversation, command: str, said: str) -> None:
    for room in ("", "QLVH"):
        assert office.say("Minh", f"{command} {said}", room)[0].startswith("Ở đây chỉ xem được việc của đơn vị mình.")


@pytest.mark.parametrize("command", ["tiến độ", "việc", "quá hạn"])
@pytest.mark.parametrize(
    "said", ["quý 5", "tháng 13", "31/6", "công trình tháng 5", "tháng 5 chậm quá", "QLVH chậm quá"]
)
def test_neither_unit_nor_days(office: Conversation, command: str, said: str) -> None:
    for room in ("", "QLVH"):
        answer = office.say("Minh", f"{command} {said}", room)
        assert answer[0].startswith("Chưa rõ «")
        assert "quý II" in answer[0]
    assert office.say("Minh", f"{command} {said}", "QLVH", addressed=False) == []


@pytest.mark.parametrize("said", ["tiến độ tháng 5", "quá hạn quý I", "việc tuần sau", "còn việc gì tuần này"])
def test_overheard_with_a_period(office: Conversation, said: str) -> None:
    assert head(office.say("Minh", said, "QLVH", addressed=False)[0]).startswith("Phòng Quản lý Văn hóa, ")


@pytest.mark.parametrize(
    "said",
    [
        "việc mai", "việc hôm nay", "tuần này", "tuần sau họp", "tiến độ công trình quý 2",
        "quá hạn tháng 5 rồi", "thêm", "tiếp", "thêm người nữa", "tiếp tục họp", "việc tuần sau tính sau", "xem thêm",
    ],
)  # fmt: skip
def test_overheard_chatter(office: Conversation, said: str) -> None:
    assert office.say("Minh", said, "QLVH", addressed=False) == []


def test_a_list_goes_on_for_each_person_in_each_chat(office: Conversation) -> None:
    office.say("An", "việc")
    office.say("Thu", "việc")
    office.say("An", "việc tháng 12", "TTVH")
    office.say("An", "xong")
    assert "Gõ /viec để xem từ đầu" in office.say("An", "xem thêm", "TTVH")[0]
    assert office.say("An", "xem thêm") == office.say("An", "việc trang 2")
    assert office.say("Thu", "thêm nữa đi") == office.say("Thu", "/viec trang 2")
    office.later(days=3, minutes=1)
    assert "Gõ /viec để xem từ đầu" in office.say("Thu", "xem thêm")[0]


def test_every_page_is_short_and_nothing_is_lost(office: Conversation) -> None:
    found: list[str] = []
    answer = office.say("Thu", "việc")[0]
    while "Gõ /viec" not in answer:
        lines = answer.splitlines()
        assert len(lines) <= 12
        found += [line for line in lines[1:] if ", " in line or ": " in line]
        answer = office.say("Thu", "xem thêm")[0]
    rows = [line for line in found if not line.startswith("và ")]
    assert len(rows) == len(set(rows))
    folded = sum(int(line.split(" đơn vị)")[0].split("(")[-1]) for line in rows if " đơn vị)" in line)
    alone = len([line for line in rows if " đơn vị)" not in line])
    assert folded + alone == 25 + 71 + 6
