"""What is pushed into other chats outside office hours, or over the day's budget, waits and is said as one message;
nothing of it is lost."""

from collections.abc import Awaitable, Callable

import pytest
from sqlmodel import select

from channels import Address, Never, Reply, Unknown
from schedules import deliveries, hours
from schedules.deliveries import Outgoing
from storage import people
from storage.db import Database
from storage.models import Chat, DeliveryState
from tests.app.office import Living

FRIDAY_NIGHT, MONDAY = "2023-03-03 20:00", "2023-03-06 07:00"
SAID = {DeliveryState.SENT}
ON_ONE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


async def at_night(database: Database, *given: str) -> Living:
    living = Living(database, FRIDAY_NIGHT)
    await living.open()
    for title in given:
        await living.say("lan", "lan", f"giao QLVH {title} hạn 30/3")
    return living


def fails(error: Exception) -> Callable[[Address, Reply], Awaitable[None]]:
    async def before(to: Address, _reply: Reply) -> None:
        if to.chat == "QLVH":
            raise error

    return before


async def untroubled(_to: Address, _reply: Reply) -> None: ...


async def test_the_night_is_told_as_one_message_at_seven(database: Database) -> None:
    living = await at_night(database, "một", "hai")
    assert living.messenger.heard_by("QLVH") == []
    assert len(living.messenger.heard_by("lan")) == 2, "whoever speaks is answered"
    await living.goes_to("2023-03-04 09:00")
    await living.goes_to("2023-03-06 06:59")
    assert living.messenger.heard_by("QLVH") == []
    await living.goes_to(MONDAY)
    [said] = living.messenger.heard_by("QLVH")
    assert said.split("\n")[0] == "Các tin đến ngoài giờ và tin chờ, thứ Hai 06/3"
    assert [line[:1] for line in said.split("\n")].count("1") == [line[:1] for line in said.split("\n")].count("2") == 1
    assert {one.state for one in living.deliveries("QLVH")} == SAID
    await living.goes_to("2023-03-06 09:00")
    assert len(living.messenger.heard_by("QLVH")) == 1


async def test_many_are_counted_where_twelve_lines_do_not_hold_them(database: Database) -> None:
    living = await at_night(database, *(f"việc khác {n}" for n in range(14)))
    await living.goes_to(MONDAY)
    [said] = living.messenger.heard_by("QLVH")
    assert len(said.split("\n")) <= 12
    assert "việc khác: /viec" in said
    assert {one.state for one in living.deliveries("QLVH")} == SAID


async def test_what_is_taken_back_before_is_not_said(database: Database) -> None:
    living = await at_night(database, "một")
    await living.say("lan", "lan", "hoàn tác")
    await living.goes_to(MONDAY)
    assert living.messenger.heard_by("QLVH") == []


async def test_what_is_for_today_is_said_at_once(database: Database) -> None:
    living = Living(database, "2023-03-04 09:00")
    await living.open()
    await living.say("lan", "lan", "giao QLVH trực báo trước 16h hôm nay")
    assert len(living.messenger.heard_by("QLVH")) == 1


@pytest.mark.parametrize("error", [Never("no", chat_gone=False), Unknown("broken")])
async def test_what_did_not_arrive_is_said_the_next_morning(database: Database, error: Exception) -> None:
    living = await at_night(database, "một", "hai")
    living.messenger.before = fails(error)
    await living.goes_to(MONDAY)
    await living.goes_to("2023-03-06 07:10")
    living.messenger.before = untroubled
    before = len(living.messenger.heard_by("QLVH"))
    await living.goes_to("2023-03-06 08:00")
    said = living.messenger.heard_by("QLVH")[before:]
    assert [text.split("\n")[0] for text in said] == ["Các tin đến ngoài giờ và tin chờ, thứ Hai 06/3"]
    held = [one for one in living.deliveries("QLVH") if one.kind == "given"]
    assert {one.state for one in held} == SAID


async def test_a_chat_that_closed_shows_them_as_failed(database: Database) -> None:
    living = await at_night(database, "một", "hai")
    living.messenger.before = fails(Never("gone", chat_gone=True))
    await living.goes_to(MONDAY)
    assert {one.state for one in living.deliveries("QLVH")} == {DeliveryState.FAILED}


async def test_eight_a_day_and_the_rest_with_the_next_morning(database: Database) -> None:
    living = Living(database, "2023-03-06 09:00")
    await living.open()
    for n in range(11):
        await living.say("lan", "lan", f"giao QLVH việc thứ {n} hạn 30/3")
    assert len(living.messenger.heard_by("QLVH")) == 8
    await living.goes_to("2023-03-07 07:59")
    assert len(living.messenger.heard_by("QLVH")) == 8
    await living.goes_to("2023-03-07 08:00")
    assert len(living.messenger.heard_by("QLVH")) == 9


@ON_ONE
async def test_what_cannot_be_worded_is_kept_for_the_next_morning(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: object) -> None:
        raise ValueError

    living = await at_night(database, "một", "hai")
    with monkeypatch.context() as broken:
        broken.setitem(deliveries.COMPOSERS, hours.TOGETHER, breaks)
        await living.goes_to(MONDAY)
    assert [one.why for one in living.deliveries("QLVH", hours.TOGETHER)] == ["ValueError"]
    await living.goes_to("2023-03-06 08:00")
    assert len(living.messenger.heard_by("QLVH")) == 1
    assert {one.state for one in living.deliveries("QLVH", "given")} == SAID


@ON_ONE
async def test_what_was_tried_too_often_is_kept_for_the_next_morning(database: Database) -> None:
    living = await at_night(database, "một", "hai")
    living.start(outgoing=Outgoing(attempts=1))
    living.messenger.before = fails(Unknown("cut"))
    await living.goes_to(MONDAY)
    living.messenger.before = untroubled
    await living.goes_to("2023-03-06 07:02")
    assert [one.why for one in living.deliveries("QLVH", hours.TOGETHER)] == ["attempts"]
    await living.goes_to("2023-03-06 08:00")
    assert len(living.messenger.heard_by("QLVH")) == 1
    assert {one.state for one in living.deliveries("QLVH", "given")} == SAID


@ON_ONE
async def test_what_waits_for_a_group_that_moves_is_said_at_its_new_address(database: Database) -> None:
    """The group of the library turns out to live where that of QLVH was thought to be: it is the one that is kept."""
    living = await at_night(database, "một", "hai")
    with living.database.begin() as session:
        library = session.exec(select(Chat).where(Chat.external == "TV")).one()
        people.move_chat(session, library, "QLVH", living.clock.now())
    await living.goes_to(MONDAY)
    assert len(living.messenger.heard_by("QLVH")) == 1
    assert {one.state for one in living.deliveries("QLVH", "given")} == SAID


@ON_ONE
@pytest.mark.parametrize("twice", [False, True])
async def test_what_may_have_been_read_is_said_to_be_taken_back(database: Database, twice: bool) -> None:
    """Nobody knows whether the message arrived: said again it leaves out what no longer holds."""
    living = await at_night(database, "một", "hai")
    living.messenger.before = fails(Unknown("cut"))
    await living.goes_to(MONDAY)
    if twice:
        await living.goes_to("2023-03-06 07:02")
    living.messenger.before = untroubled
    await living.say("lan", "lan", "hoàn tác")
    assert [text.split("\n")[0] for text in living.messenger.heard_by("QLVH")] == ["Đã hoàn tác: giao việc 2."]
    await living.goes_to("2023-03-06 08:00")
    [said] = living.messenger.heard_by("QLVH")[1:]
    assert ("một" in said.casefold(), "hai" in said.casefold()) == (True, False)


@ON_ONE
async def test_one_message_is_one_however_much_it_carried(database: Database) -> None:
    living = Living(database, "2023-03-06 06:00")
    await living.open()
    for n in range(8):
        await living.say("lan", "lan", f"giao QLVH việc thứ {n} hạn 30/3")
    await living.say("lan", "lan", "hoàn tác")
    await living.goes_to(MONDAY)
    await living.goes_to("2023-03-06 09:00")
    for n in range(7):
        await living.say("lan", "lan", f"giao QLVH việc sau {n} hạn 30/3")
    assert len(living.messenger.heard_by("QLVH")) == 8
    await living.say("lan", "lan", "giao QLVH việc thứ chín hạn 30/3")
    assert len(living.messenger.heard_by("QLVH")) == 8


@ON_ONE
async def test_it_waits_no_longer_than_until_the_office_opens_after_all(database: Database) -> None:
    """The Saturday turns out to be worked."""
    living = await at_night(database, "một", "hai")
    await living.goes_to("2023-03-04 09:00")
    await living.say("lan", "lan", "lịch làm 04/03/2023")
    await living.goes_to("2023-03-04 09:01")
    assert len(living.messenger.heard_by("QLVH")) == 1


@ON_ONE
async def test_what_is_over_the_budget_waits_for_the_next_morning_whatever_is_decided(database: Database) -> None:
    living = Living(database, "2023-03-06 09:00")
    await living.open()
    for n in range(9):
        await living.say("lan", "lan", f"giao QLVH việc thứ {n} hạn 30/3")
    await living.say("lan", "lan", "lịch làm 11/03/2023")
    await living.goes_to("2023-03-07 07:59")
    assert len(living.messenger.heard_by("QLVH")) == 8
    await living.goes_to("2023-03-07 08:00")
    assert len(living.messenger.heard_by("QLVH")) == 9


@ON_ONE
@pytest.mark.parametrize("missed", [True, False])
async def test_a_decision_leaves_the_weeks_summary_where_it_was(database: Database, missed: bool) -> None:
    """The program was down all Monday, or Thu came to the office after that."""
    living = Living(database, "2023-03-03 08:00")
    await living.open(("QLVH", "2023-03-20"))
    if not missed:
        await living.goes_to("2023-03-06 07:30")
    await living.say("thu", "thu", "/start")
    await living.goes_to("2023-03-06 19:00")
    await living.say("lan", "lan", "lịch làm 11/03/2023")
    await living.goes_to("2023-03-07 07:30")
    said = [one for one in living.messenger.heard_by("thu") if one.startswith("Kính gửi")]
    assert len(said) == missed
