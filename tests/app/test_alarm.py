"""A morning digest that does not arrive: whoever keeps the bot is told, once, where it can be heard; /tinhtrang shows
it meanwhile, and the next digest carries what it held."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from bot.app import App
from channels import Address, Later, Never, Reply, Why
from schedules import alarm, reminders
from storage.db import Database
from storage.models import Account, Appointment, Chat, DeliveryState, Person
from tests.app.messenger import Messenger
from tests.app.office import Living, at

BUSY = Later(300, f"{Why.BUSY}: RetryAfter")
HEAD = "Bản tin sáng chưa đến, thứ Tư 01/3"
END = "Xem tất cả: /tinhtrang"


@pytest.fixture
async def living(database: Database) -> Living:
    """On Wednesday 1 March QLVH and TV have something due; Lan has spoken with the bot in private."""
    living = Living(database, "2023-03-01 07:00")
    await living.open(("QLVH", "2023-03-02"), ("TV", "2023-03-10"))
    await living.say("lan", "lan", "/start")
    living.messenger.said.clear()
    return living


def fail(messenger: Messenger, *chats: str, how: Callable[[], Exception] = lambda: BUSY) -> None:
    """From now on nothing arrives in these chats; with none, everything arrives again."""

    async def before(to: Address, _reply: Reply) -> None:
        if to.chat in chats:
            raise how()

    messenger.before = before


async def a_quarter_past(living: Living) -> None:
    """It is 08:15; what is tried in the same moment has another minute."""
    await living.goes_to("2023-03-01 08:15")
    await living.goes_to("2023-03-01 08:16")


def heard(living: Living, chat: str) -> list[str]:
    said = living.messenger.heard_by(chat)
    living.messenger.said = [one for one in living.messenger.said if one[0] != chat]
    return said


async def test_told_once_with_the_reason_after_a_quarter_of_an_hour(living: Living) -> None:
    fail(living.messenger, "QLVH")
    await living.goes_to("2023-03-01 08:00")
    await living.goes_to("2023-03-01 08:14")
    assert heard(living, "lan") == []
    await a_quarter_past(living)
    assert heard(living, "lan") == [
        f"{HEAD}\nNhóm Phòng Quản lý Văn hóa: bản tin 01/3 chưa gửi được (dịch vụ nhắn tin yêu cầu chờ); "
        f"Nhắc Việc tự gửi lại.\n{END}"
    ]
    for hour in ("08:20", "08:40", "10:00", "16:00"):
        await living.goes_to(f"2023-03-01 {hour}")
    assert heard(living, "lan") == []
    assert [one.state for one in living.deliveries("lan", alarm.KIND)] == [DeliveryState.SENT]


async def test_groups_with_the_same_story_share_a_line(living: Living) -> None:
    fail(living.messenger, "QLVH", "TV", "Sở")
    await living.goes_to("2023-03-01 08:00")
    await a_quarter_past(living)
    assert heard(living, "lan") == [
        f"{HEAD}\nNhóm toàn cơ quan, QLVH, TV: bản tin 01/3 chưa gửi được (dịch vụ nhắn tin yêu cầu chờ); "
        f"Nhắc Việc tự gửi lại.\n{END}"
    ]


async def test_nothing_when_it_arrived_meanwhile(living: Living) -> None:
    fail(living.messenger, "QLVH", "lan")
    await living.goes_to("2023-03-01 08:00")
    await a_quarter_past(living)
    fail(living.messenger)
    await living.goes_to("2023-03-01 09:30")
    assert living.messenger.heard_by("QLVH") != []
    await living.goes_to("2023-03-01 09:31")
    assert heard(living, "lan") == []
    assert [one.state for one in living.deliveries("lan", alarm.KIND)] == [DeliveryState.SILENT]


async def test_told_a_minute_later_when_it_was_just_being_tried(living: Living) -> None:
    """Nobody knows yet, when the two are tried at once, whether the digest will arrive."""
    fail(living.messenger, "QLVH", "lan")
    await living.goes_to("2023-03-01 08:00")
    await a_quarter_past(living)
    fail(living.messenger, "QLVH")
    await living.goes_to("2023-03-01 09:30")
    assert heard(living, "lan") == []
    await living.goes_to("2023-03-01 09:31")
    assert [text.splitlines()[0] for text in heard(living, "lan")] == [HEAD]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_while_that_is_waited_for_whoever_is_told_is_answered(living: Living) -> None:
    """The digest stands behind a message that is not said: it is about to be tried all the time."""
    fail(living.messenger, "QLVH", how=lambda: Later(86_400, f"{Why.BUSY}: RetryAfter"))
    await living.say("QLVH", "minh", "/viec")
    await living.goes_to("2023-03-01 08:00")
    for minute in range(15, 20):
        await living.goes_to(f"2023-03-01 08:{minute}")
        [answer] = await living.say("lan", "lan", "/viec")
        assert not answer.startswith(HEAD)
    heard(living, "lan")
    await living.goes_to("2023-03-01 08:20")
    assert [text.splitlines()[0] for text in heard(living, "lan")] == [HEAD]


async def test_nothing_when_all_arrived(living: Living) -> None:
    await living.goes_to("2023-03-01 08:00")
    await a_quarter_past(living)
    assert living.deliveries(kind=alarm.KIND) == []
    assert not [one for one in living.rows(Appointment) if isinstance(one, Appointment) and one.kind == alarm.KIND]


async def test_a_message_that_does_not_arrive_either_is_no_reason_for_another(living: Living) -> None:
    fail(living.messenger, "QLVH", "lan", how=lambda: Never(f"{Why.REFUSED}: BadRequest", chat_gone=False))
    await living.goes_to("2023-03-01 08:00")
    for hour in ("08:15", "08:30", "09:00", "12:00", "17:00"):
        await living.goes_to(f"2023-03-01 {hour}")
    assert len([chat for chat, _text in living.messenger.attempts if chat == "lan"]) == 2, "the greeting, and this"
    assert [one.state for one in living.deliveries("lan", alarm.KIND)] == [DeliveryState.FAILED]


async def test_not_after_the_office_has_closed(living: Living) -> None:
    fail(living.messenger, "QLVH")
    await living.goes_to("2023-03-01 17:20")
    await living.goes_to("2023-03-01 17:36")
    assert living.deliveries(kind=alarm.KIND) == []


async def test_nor_when_it_could_not_be_said_while_it_was_open(living: Living) -> None:
    fail(living.messenger, "QLVH", "lan")
    await living.goes_to("2023-03-01 08:00")
    await a_quarter_past(living)
    fail(living.messenger)
    await living.goes_to("2023-03-01 17:40")
    assert heard(living, "lan") == []
    assert [one.why for one in living.deliveries("lan", alarm.KIND)] == ["day_over"]


async def test_a_chat_that_closed_is_told_with_the_way_back_and_not_again_next_morning(living: Living) -> None:
    fail(living.messenger, "QLVH", how=lambda: Never(f"{Why.REMOVED}: Forbidden"))
    await living.goes_to("2023-03-01 08:00")
    await living.goes_to("2023-03-01 08:01")
    heard(living, "lan")  # whom to ring up in its place
    await a_quarter_past(living)
    assert heard(living, "lan") == [
        f"{HEAD}\nNhóm Phòng Quản lý Văn hóa: Nhắc Việc đã ra khỏi nhóm từ thứ Tư 01/3. "
        f"Thêm lại vào nhóm là được.\n{END}"
    ]
    await living.goes_to("2023-03-02 08:00")
    assert not any(text.startswith("Mất kết nối") for text in heard(living, "lan"))


async def test_on_another_messenger_where_there_is_one(living: Living) -> None:
    other = Messenger("other")
    living.app = App(living.database, living.clock, living.router, [living.messenger, other])
    with living.database.begin() as session:
        lan = session.exec(select(Person).where(Person.name == "Lan")).one()
        session.add(Account(person_id=lan.id or 0, channel="other", external="lan2"))
        there = {"channel": "other", "external": "lan2", "private": True}
        older = Chat(office_id=lan.office_id, person_id=lan.id, **there)
        session.add(older)
    with living.database.begin() as session:  # the conversation on the same messenger is the newer one
        here = session.exec(select(Chat).where(Chat.external == "lan")).one()
        here.person_id = None
        session.add(Chat(office_id=here.office_id, person_id=lan.id, channel="memory", external="lan3", private=True))
    fail(living.messenger, "QLVH")
    await living.goes_to("2023-03-01 08:00")
    await a_quarter_past(living)
    assert [text.splitlines()[0] for text in other.heard_by("lan2")] == [HEAD]
    assert living.messenger.heard_by("lan3") == []


async def test_a_second_digest_of_the_day_is_looked_after_too(living: Living) -> None:
    """TV's first digest is late at 08:15; Liên, who hears in its place from 08:20 on, is late at 08:35."""
    await living.say("liên", "liên", "/start")
    fail(living.messenger, "TV", "liên")
    await living.goes_to("2023-03-01 08:00")
    await a_quarter_past(living)
    assert "Nhóm Thư viện tỉnh" in heard(living, "lan")[-1]
    living.clock.move(at("2023-03-01 08:20"))
    await living.hands_in(living.messenger.update("TV", "liên", "", event="removed"))
    await living.app.settle()
    await living.goes_to("2023-03-01 08:21")
    await living.goes_to("2023-03-01 08:36")
    await living.goes_to("2023-03-01 08:37")
    (told,) = heard(living, "lan")
    assert told.splitlines()[1].startswith("Liên: bản tin 01/3 chưa gửi được")


async def test_a_digest_that_the_program_cannot_prepare_is_told_of_too(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is owed then; it is tried again each hour."""
    kept = reminders.told.since
    (tv,) = [one.id for one in living.rows(Chat) if isinstance(one, Chat) and one.external == "TV"]

    def broken(appointment: Appointment | None, day: date) -> date:
        if appointment is not None and appointment.subject_id == tv:
            raise ZeroDivisionError
        return kept(appointment, day)

    monkeypatch.setattr(reminders.told, "since", broken)
    await living.goes_to("2023-03-01 08:00")
    await a_quarter_past(living)
    line = (
        "Nhóm Thư viện tỉnh: chưa soạn được bản tin (trục trặc của chương trình, xem nhật ký máy chủ); thử lại lúc {}."
    )
    assert heard(living, "lan") == [f"{HEAD}\n{line.format('9h')}\n{END}"]
    await living.goes_to("2023-03-01 09:00")
    await living.goes_to("2023-03-01 09:20")
    assert heard(living, "lan") == []
    (state,) = await living.say("lan", "lan", "tình trạng")
    assert state.splitlines()[1] == "Bản tin sáng: 13 nhóm nhận bình thường."
    assert state.splitlines()[-1] == line.format("10h")
    heard(living, "lan")
    monkeypatch.undo()
    await living.goes_to("2023-03-01 10:00")
    assert heard(living, "TV") != []
    (state,) = await living.say("lan", "lan", "tình trạng")
    assert "Cần xem lại" not in state


async def test_what_it_held_is_carried_by_the_next_and_shown_meanwhile(living: Living) -> None:
    fail(living.messenger, "TV")
    await living.goes_to("2023-03-01 08:00")
    await living.goes_to("2023-03-01 17:40")
    (state,) = await living.say("lan", "lan", "tình trạng")
    assert state.splitlines()[1:] == [
        "Bản tin sáng: 13 nhóm nhận bình thường.",
        "Không có tin chờ gửi.",
        "Hôm nay không gửi được 1 tin: hết giờ làm việc của ngày.",
        "Đồng hồ nhắc việc đang chạy, lần gần nhất 17h40.",
        "Bản tin tiếp theo: 8h thứ Năm 02/3, nếu có việc cần nhắc.",
        "Cần xem lại",
        "Nhóm Thư viện tỉnh: bản tin 01/3 không gửi được (hết giờ làm việc của ngày); bản tin sau kèm đủ.",
    ]
    fail(living.messenger)
    await living.goes_to("2023-03-02 08:00")
    (carried,) = heard(living, "TV")
    assert carried.splitlines() == ["Thư viện tỉnh, thứ Năm 02/3", "Sắp đến hạn", "2 Việc thứ 2, thứ Sáu 10/3"]
    (state,) = await living.say("lan", "lan", "tình trạng")
    assert "Cần xem lại" not in state
    assert "Bản tin sáng: 14 nhóm nhận bình thường." in state
