"""The bot is removed, comes back, a topic is closed, a group moves: handled, journaled, and on one short list."""

from itertools import count
from typing import Literal

from sqlmodel import col, select

from bot.hearing import decide
from channels import Address, Incoming, Sender
from storage.models import Chat, Delivery, DeliveryState, Event, Heard
from storage.outbox import Words, owe
from tests.handlers.conftest import ROUTER, Conversation

_numbers = count(1)
Kind = Literal["added", "removed", "moved", "closed", "opened"]


def happens(
    office: Conversation, event: Kind, room: str, who: str = "Minh", to: str = "", thread: str = ""
) -> list[str]:
    """What the bot says when this happens to it in `room`."""
    heard = Heard(channel="terminal", update=f"event{next(_numbers)}", body="", received_at=office.now)
    office.session.add(heard)
    office.session.flush()
    address, sender = Address(room, thread), Sender(who.casefold(), who)
    incoming = Incoming("terminal", heard.update, address, False, sender, title=room, event=event, moved_to=to)
    decide(office.session, ROUTER, heard.id or 0, incoming, office.now, None)
    office.session.flush()
    said = office.session.exec(select(Delivery).where(col(Delivery.slot).startswith(f"{heard.id}:")))
    return [one.text or "" for one in said]


def chat(office: Conversation, room: str) -> Chat:
    return office.session.exec(select(Chat).where(Chat.external == room)).one()


def journal(office: Conversation, room: str) -> list[tuple[str, str]]:
    query = select(Event).where(Event.chat_id == chat(office, room).id, col(Event.action).startswith("chat_"))
    return [(event.action, event.about) for event in office.session.exec(query.order_by(col(Event.id)))]


def test_removed_and_added_again(office: Conversation) -> None:
    owe(office.session, chat(office, "QLVH").id or 0, "plan", "x", office.now, Words("một"))
    assert happens(office, "removed", "QLVH") == []
    assert not chat(office, "QLVH").active
    owed = select(Delivery.state).where(Delivery.chat_id == chat(office, "QLVH").id, Delivery.slot == "x")
    assert office.session.exec(owed).one() is DeliveryState.FAILED
    (told,) = office.say("Lan", "mất kết nối")
    assert told.splitlines()[-2:] == [
        "Cần xem lại",
        "Nhóm Phòng Quản lý Văn hóa: Nhắc Việc đã ra khỏi nhóm từ thứ Năm 01/6. Thêm lại vào nhóm là được.",
    ]
    assert happens(office, "added", "QLVH") == [
        "Nhắc Việc đã trở lại nhóm. Nhóm vẫn nhận việc của: Phòng Quản lý Văn hóa."
    ]
    assert chat(office, "QLVH").active
    assert journal(office, "QLVH") == [("chat_off", "removed"), ("chat_on", "")]
    assert "Cần xem lại" not in office.say("Lan", "mất kết nối")[0]


def test_removing_the_bot_is_nothing_that_a_person_takes_back(office: Conversation) -> None:
    office.say("Minh", "xong 70")
    happens(office, "removed", "QLVH", "Minh")
    assert office.say("Minh", "hoàn tác") == ["Đã hoàn tác: ghi kết quả việc 70."]


def test_a_group_is_removed_with_its_topics(office: Conversation) -> None:
    topic = Chat(
        channel="terminal", external="QLVH", thread="7", private=False, office_id=chat(office, "QLVH").office_id
    )
    office.session.add(topic)
    happens(office, "removed", "QLVH")
    assert not topic.active
    happens(office, "added", "QLVH")
    assert topic.active


def test_a_topic_is_closed_and_opened(office: Conversation) -> None:
    happens(office, "closed", "QLVH")
    (told,) = office.say("Lan", "mất kết nối")
    assert told.endswith("Nhóm Phòng Quản lý Văn hóa: chủ đề đã đóng từ thứ Năm 01/6. Mở lại chủ đề là được.")
    happens(office, "opened", "QLVH")
    assert journal(office, "QLVH") == [("chat_off", "topic_closed"), ("chat_on", "")]


def test_a_group_that_moves_keeps_its_unit(office: Conversation) -> None:
    happens(office, "moved", "QLVH", to="QLVH mới")
    assert chat(office, "QLVH mới").active
    assert journal(office, "QLVH mới") == [("chat_moved", "")]
    assert office.say("Minh", "/viec", "QLVH mới")[0].startswith("Phòng Quản lý Văn hóa")


def test_a_stranger_removes_the_bot_from_a_group_nobody_linked(office: Conversation) -> None:
    assert happens(office, "removed", "Nhóm lạ", "Khách") == []
    assert journal(office, "Nhóm lạ") == []
    assert happens(office, "added", "Nhóm lạ", "Khách")[0].startswith("Nhắc Việc là hệ thống tự động")
