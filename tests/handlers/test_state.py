"""`tình trạng`: the long list is turned page by page, a unit sees its own group, and what failed is said in words."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from channels import Why
from storage import outbox, pulse
from storage.models import Appointment, Chat, Delivery, DeliveryState, Told
from storage.units import Directory
from tests.handlers.conftest import Conversation

HEAD = "tình trạng lúc 9h thứ Năm 01/6"


def chat(office: Conversation, external: str) -> Chat:
    return office.session.exec(select(Chat).where(Chat.external == external)).one()


def close(office: Conversation, *externals: str) -> None:
    for one in externals:
        outbox.switch_off(office.session, chat(office, one), office.now, Why.REMOVED)
    office.session.flush()


def digest(office: Conversation, external: str, state: DeliveryState, why: str, day: date = date(2023, 6, 1)) -> None:
    """The digest of that day, owed an hour ago."""
    before = office.now - timedelta(hours=1)
    owed = {"chat_id": chat(office, external).id or 0, "kind": "digest", "slot": day.isoformat()}
    settled = None if state is DeliveryState.WAITING else office.now
    again = office.now + timedelta(minutes=5)
    office.session.add(Delivery(**owed, state=state, why=why, made_at=before, try_at=again, settled_at=settled))
    office.session.flush()


def lines(said: list[str]) -> list[str]:
    (one,) = said
    return one.splitlines()


def test_a_list_longer_than_a_phone_goes_on_page_by_page(office: Conversation) -> None:
    groups = ["VP", "TTr", "TCPC", "KHTC", "QLVH", "TDTT", "QLDL", "NSVH", "TTVH", "BT", "TV", "HLTT", "CMN"]
    close(office, *groups)
    first = lines(office.say("Lan", "tình trạng"))
    second = lines(office.say("Lan", "xem thêm"))
    assert first[0] == second[0] == f"Toàn Sở, {HEAD}"
    assert (len(first), len(second)) == (12, 8)
    assert first[-1] == "và 7 mục khác: /tinhtrang trang 2"
    shown = [line for line in first + second if "Nhắc Việc đã ra khỏi nhóm" in line]
    assert len(set(shown)) == len(groups) == len(shown)
    assert lines(office.say("Lan", "/tinhtrang trang 2")) == second
    assert office.say("Lan", "xem thêm") == ["Không còn danh sách nào đang xem dở. Gõ /viec để xem từ đầu."]
    assert office.say("Lan", "tình trạng trang 3") == ["Không có trang 3. Gõ /tinhtrang để xem từ đầu."]


def test_groups_with_the_same_story_are_named_in_one_line(office: Conversation) -> None:
    for one in ("QLVH", "TV", "BT"):
        digest(office, one, DeliveryState.WAITING, f"{Why.AWAY}: NetworkError (ConnectError)")
    digest(office, "TTVH", DeliveryState.FAILED, f"{Why.REFUSED}: BadRequest")
    pulse.beat(office.session, office.now - timedelta(minutes=20))
    assert lines(office.say("Lan", "tình trạng")) == [
        f"Toàn Sở, {HEAD}",
        "Bản tin sáng: 10 nhóm nhận bình thường.",
        "Chờ gửi: 3 tin, từ 8h (chưa kết nối được với dịch vụ nhắn tin), gửi lại lúc 9h05.",
        "Hôm nay không gửi được 1 tin: dịch vụ nhắn tin không nhận nội dung này.",
        "Đồng hồ nhắc việc dừng từ 8h40. Xin báo quản trị máy chủ.",
        "Cần xem lại",
        "QLVH, BT, TV: bản tin 01/6 chưa gửi được (chưa kết nối được với dịch vụ nhắn tin); Nhắc Việc tự gửi lại.",
        "Nhóm Trung tâm Văn hóa tỉnh: bản tin 01/6 không gửi được (dịch vụ nhắn tin không nhận nội dung này); "
        "bản tin sau kèm đủ.",
    ]


def test_a_unit_sees_its_own_group_and_nothing_of_others(office: Conversation) -> None:
    digest(office, "QLVH", DeliveryState.SENT, "")
    digest(office, "TV", DeliveryState.WAITING, f"{Why.BUSY}: RetryAfter")
    close(office, "BT")
    said = lines(office.say("Minh", "tình trạng"))
    assert said[:3] == [
        f"Phòng Quản lý Văn hóa, {HEAD}",
        "Bản tin gần nhất: 9h hôm nay.",
        "Không có tin chờ gửi. Hôm nay mọi tin đều gửi được.",
    ]
    assert lines(office.say("Hùng", "/tinhtrang", "QLVH")) == said
    assert "yêu cầu chờ" in lines(office.say("Liên", "tình trạng"))[1]


def test_a_digest_of_another_day_that_was_told_since_is_no_trouble(office: Conversation) -> None:
    digest(office, "QLVH", DeliveryState.FAILED, "day_over", date(2023, 5, 30))
    assert any("bản tin 30/5 không gửi được" in line for line in lines(office.say("Lan", "tình trạng")))
    query = select(Appointment).where(Appointment.kind == "digest", Appointment.subject_id == chat(office, "QLVH").id)
    office.session.exec(query).one().told_to = date(2023, 5, 31)
    office.session.flush()
    assert "Cần xem lại" not in office.say("Lan", "tình trạng")[0]


@pytest.mark.parametrize("state", [DeliveryState.WAITING, DeliveryState.FAILED])
def test_whoever_hears_what_has_risen_is_known_to_have_missed_it(office: Conversation, state: DeliveryState) -> None:
    """No unit is heard in the head's private chat."""
    office.say("Hùng", "/start")
    digest(office, "hùng", state, f"{Why.BUSY}: RetryAfter")
    assert any(line.startswith("Hùng: bản tin 01/6") for line in lines(office.say("Lan", "tình trạng")))


def test_in_the_office_group_nobody_but_that_group_is_spoken_of(office: Conversation) -> None:
    close(office, "QLVH")
    digest(office, "TV", DeliveryState.WAITING, f"{Why.BUSY}: RetryAfter")
    said = office.say("Lan", "/tinhtrang", "Sở")[0]
    assert "Văn hóa" not in said
    assert "Thư viện" not in said


def test_in_a_group_nobody_is_named_for_what_became_of_their_private_chat(office: Conversation) -> None:
    office.say("Hùng", "/start")
    unit = Directory(office.session, chat(office, "hùng").office_id or 0).one("QLVH")
    assert unit is not None
    told = Told(chat_id=chat(office, "hùng").id or 0, unit_id=unit.id or 0, day=date(2023, 5, 31))
    office.session.add(told)
    outbox.switch_off(office.session, chat(office, "hùng"), office.now, Why.BLOCKED)
    office.session.flush()
    assert "Hùng đã chặn" in office.say("Lan", "/tinhtrang QLVH")[0]
    for room in ("Sở", "QLVH"):
        said = office.say("Lan", "/tinhtrang QLVH", room)[0]
        assert said.startswith("Phòng Quản lý Văn hóa")
        assert "Hùng" not in said
