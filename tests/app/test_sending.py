"""What is owed is said, and what becomes of it when the messenger fails."""

import asyncio
import logging
from datetime import date, timedelta

import pytest
from sqlmodel import select

from channels import Address, Later, Moved, Never, Reply, SendFailed, Unknown
from schedules import deliveries, digest
from schedules.deliveries import Outgoing
from storage import outbox, people
from storage.db import Database
from storage.models import Appointment, Chat, Delivery, DeliveryState, Office
from storage.outbox import Words
from tests.app.office import Living, at
from tests.patience import PATIENCE, until

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def living(database: Database) -> Living:
    """On Wednesday 1 March QLVH has something due in 1, 3 and 7 working days, TV in 7."""
    living = Living(database, "2023-03-01 07:00")
    await living.open(("QLVH", "2023-03-02"), ("QLVH", "2023-03-06"), ("QLVH", "2023-03-10"), ("TV", "2023-03-10"))
    return living


def owe(living: Living, chat: str, *texts: str) -> None:
    with living.database.begin() as session:
        found = session.exec(select(Chat).where(Chat.external == chat)).one()
        for text in texts:
            outbox.owe(session, found.id or 0, "plan", text, living.clock.now(), Words(text, ((0, 2),)))


def state(living: Living, chat: str, kind: str = "plan") -> list[tuple[str, str]]:
    return [(delivery.state.value, delivery.why) for delivery in living.deliveries(chat, kind)]


async def test_later_is_said_later_and_unmarked(living: Living) -> None:
    living.messenger.fails.append(Later(None, "busy"))
    owe(living, "QLVH", "lời")
    await living.app.settle()
    (delivery,) = living.deliveries("QLVH")
    assert (delivery.state, delivery.attempts, delivery.in_flight) == (DeliveryState.WAITING, 1, False)
    assert delivery.try_at == living.clock.now() + 2 * MINUTE
    await living.goes_to("2023-03-01 07:01")
    assert living.messenger.said == []
    await living.goes_to("2023-03-01 07:02")
    assert living.messenger.said == [("QLVH", "lời")]
    (delivery,) = living.deliveries("QLVH")
    assert (delivery.state, delivery.message, delivery.settled_at) == (DeliveryState.SENT, "m1", living.clock.now())


async def test_later_keeps_the_order_of_its_chat_and_holds_no_other_up(living: Living) -> None:
    living.messenger.fails.append(Later(60, "busy"))
    owe(living, "QLVH", "một", "hai")
    owe(living, "TV", "ba")
    await living.app.settle()
    assert living.messenger.said == [("TV", "ba")]
    await living.goes_to("2023-03-01 07:01")
    assert living.messenger.heard_by("QLVH") == ["một", "hai"]


async def test_never_for_one_message(living: Living) -> None:
    living.messenger.fails.append(Never("too long", chat_gone=False))
    owe(living, "QLVH", "một", "hai")
    await living.app.settle()
    assert state(living, "QLVH") == [("failed", "too long"), ("sent", "")]
    assert living.messenger.said == [("QLVH", "hai")]


async def test_never_for_a_chat_switches_it_off(living: Living) -> None:
    living.messenger.fails.append(Never("kicked"))
    owe(living, "QLVH", "một", "hai")
    await living.app.settle()
    assert state(living, "QLVH") == [("failed", "kicked"), ("failed", "kicked")]
    await living.goes_to("2023-03-01 08:00")
    assert {chat for chat, _text in living.messenger.attempts} == {"QLVH", "TV", "Sở", "VP"}
    assert living.messenger.heard_by("QLVH") == []
    assert "Nhờ gọi điện\nPhòng Quản lý Văn hóa: " in living.messenger.heard_by("VP")[0], "nobody else can be told"
    assert living.deliveries("QLVH", "digest") == []


async def test_a_chat_that_answers_again_is_switched_on(living: Living) -> None:
    """Whoever may write there again needs no new linking: the answer that arrives proves it."""
    living.messenger.fails.append(Never("restricted"))
    owe(living, "QLVH", "một")
    await living.app.settle()
    await living.say("QLVH", "minh", "/viec")
    await living.goes_to("2023-03-01 08:00")
    assert living.messenger.heard_by("QLVH")[-1].startswith("Phòng Quản lý Văn hóa, thứ Tư 01/3")


async def test_unknown_is_said_once_more_and_marked(living: Living) -> None:
    living.messenger.fails.append(Unknown("cut"))
    owe(living, "QLVH", "lời")
    seen: list[Reply] = []

    async def look(to: Address, reply: Reply) -> None:
        seen.append(reply)

    living.messenger.before = look
    await living.app.settle()
    assert state(living, "QLVH") == [("unknown", "cut")]
    await living.goes_to("2023-03-01 07:01")
    assert len(seen) == 1
    await living.goes_to("2023-03-01 07:02")
    assert [reply.text for reply in seen] == ["lời", "(gửi lại)\nlời"]
    ((start, length),) = seen[1].bold
    assert seen[1].text[start : start + length] == "lờ"
    assert state(living, "QLVH") == [("sent", "")]


async def test_unknown_twice_is_given_up(living: Living) -> None:
    living.messenger.fails.extend([Unknown("cut"), Unknown("cut again")])
    owe(living, "QLVH", "lời")
    await living.app.settle()
    await living.goes_to("2023-03-01 07:02")
    assert state(living, "QLVH") == [("failed", "cut again")]
    await living.goes_to("2023-03-01 07:59")
    assert len(living.messenger.attempts) == 2


async def test_unknown_holds_up_nothing_in_its_chat(living: Living) -> None:
    living.messenger.fails.append(Unknown("cut"))
    owe(living, "QLVH", "một", "hai")
    await living.app.settle()
    assert living.messenger.said == [("QLVH", "hai")]


async def test_moved_is_said_at_the_new_address(living: Living) -> None:
    living.messenger.fails.append(Moved("QLVH mới"))
    owe(living, "QLVH", "lời")
    await living.app.settle()
    assert living.messenger.said == [("QLVH mới", "lời")]
    assert state(living, "QLVH mới") == [("sent", "")]
    await living.goes_to("2023-03-01 08:00")
    assert living.messenger.heard_by("QLVH mới")[-1].startswith("Phòng Quản lý Văn hóa")


async def test_moved_to_where_somebody_has_spoken_already(living: Living) -> None:
    """The new group was met before the old one was known to have moved there: it is one group, and hears everything."""
    living.messenger.fails.append(Later(60, "busy"))
    await living.say("QLVH mới", "minh", "/viec")
    assert living.messenger.said == []
    living.messenger.fails.append(Moved("QLVH mới"))
    owe(living, "QLVH", "lời")
    await living.app.settle()
    await living.goes_to("2023-03-01 07:02")
    assert {chat for chat, _text in living.messenger.said} == {"QLVH mới"}
    assert len(living.messenger.said) == 2, "the answer to /viec and the message"
    assert (await living.say("QLVH mới", "minh", "/xong 1"))[0].startswith("Đã ghi nhận 1 ")


@pytest.mark.parametrize("error", [RuntimeError("lời"), SendFailed("lời"), OSError("lời")])
async def test_an_error_that_is_no_channels_may_have_said_it(
    living: Living, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    living.messenger.fails.append(error)
    owe(living, "QLVH", "lời")
    owe(living, "TV", "khác")
    await living.app.settle()
    assert [one[0] for one in state(living, "QLVH")] == ["unknown"]
    assert living.messenger.said == [("TV", "khác")]
    assert "lời" not in caplog.text


async def test_attempts_are_capped_where_nobody_knows_what_became_of_them(living: Living) -> None:
    """A process that dies in every sending must not become a machine that says the same thing for ever."""

    async def dies(to: Address, reply: Reply) -> None:
        raise asyncio.CancelledError

    living.messenger.before = dies
    owe(living, "QLVH", "lời")
    for minute in range(0, 30, 2):
        living.start(outgoing=Outgoing(attempts=3))
        await living.goes_to(f"2023-03-01 07:{minute:02}")
    assert [text for _chat, text in living.messenger.attempts] == ["lời", "(gửi lại)\nlời", "(gửi lại)\nlời"]
    assert state(living, "QLVH") == [("failed", "attempts")]


async def test_a_messenger_that_is_away_is_tried_all_day_and_not_for_ever(living: Living) -> None:
    living.start(outgoing=Outgoing(attempts=3))
    living.messenger.fails.extend([Later(None, "away")] * 500)
    owe(living, "QLVH", "lời")
    for hour in range(7, 24):
        await living.goes_to(f"2023-03-01 {hour:02}:00")
        assert state(living, "QLVH") == [("waiting", "away")]
    assert len(living.messenger.attempts) > 16
    for hour in range(48):
        day, at = divmod(hour, 24)
        await living.goes_to(f"2023-03-0{day + 2} {at:02}:00")
    assert len(living.messenger.attempts) > 60
    await living.goes_to("2023-03-04 06:59")
    assert state(living, "QLVH") == [("waiting", "away")]
    await living.goes_to("2023-03-04 09:00")
    assert state(living, "QLVH") == [("failed", "too_old")]


async def test_tries_that_surely_did_not_arrive_are_no_reason_to_give_up_one_of_unknown_fate(living: Living) -> None:
    living.start(outgoing=Outgoing(attempts=3))
    living.messenger.fails.extend([*[Later(60, "away")] * 10, Unknown("cut")])
    owe(living, "QLVH", "lời")
    for minute in range(30):
        await living.goes_to(f"2023-03-01 07:{minute:02}")
    assert state(living, "QLVH") == [("sent", "")]
    assert living.messenger.said[-1] == ("QLVH", "(gửi lại)\nlời")


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_nor_one_whose_fate_was_unknown_before_them(living: Living) -> None:
    living.start(outgoing=Outgoing(attempts=3))
    living.messenger.fails.extend([Unknown("cut"), *[Later(60, "away")] * 10])
    owe(living, "QLVH", "lời")
    for minute in range(0, 60, 2):
        await living.goes_to(f"2023-03-01 07:{minute:02}")
    assert state(living, "QLVH") == [("sent", "")]
    assert living.messenger.said[-1] == ("QLVH", "(gửi lại)\nlời")


async def test_one_in_flight_per_chat_and_four_in_all(living: Living) -> None:
    four = asyncio.Event()

    async def slow(to: Address, reply: Reply) -> None:
        if living.messenger.most_in_flight[""] == 4:
            four.set()
        await asyncio.wait_for(four.wait(), PATIENCE)
        await asyncio.sleep(0.02)  # for a fifth one to come

    living.messenger.before = slow
    for chat in ("QLVH", "TV", "BT", "TTVH", "VP", "KHTC"):
        owe(living, chat, "một", "hai")
    await living.app.settle()
    assert len(living.messenger.said) == 12
    most = living.messenger.most_in_flight
    assert most.pop("") == 4
    assert set(most.values()) == {1}
    for chat in most:
        assert living.messenger.heard_by(chat) == ["một", "hai"]


async def test_one_in_flight_per_chat_also_when_an_unknown_one_comes_due(living: Living) -> None:
    async def slow(to: Address, reply: Reply) -> None:
        await asyncio.sleep(0.02)

    living.messenger.fails.append(Unknown("cut"))
    owe(living, "QLVH", "một")
    await living.app.settle()
    living.messenger.before = slow
    owe(living, "QLVH", "hai", "ba")
    await living.goes_to("2023-03-01 07:05")
    assert len(living.messenger.said) == 3
    assert living.messenger.most_in_flight["QLVH"] == 1


async def test_a_chat_that_hangs_holds_no_other_up(living: Living) -> None:
    """While one sending waits for its messenger, others are heard and answered."""
    go_on = asyncio.Event()

    async def hangs(to: Address, reply: Reply) -> None:
        if to.chat == "TV":
            await go_on.wait()

    living.messenger.before = hangs
    owe(living, "TV", "lời")
    stop = asyncio.Event()
    running = asyncio.create_task(living.app.run(stop, every=30, ticking=False))
    await until(lambda: living.messenger.attempts != [])
    for nth in range(3):
        living.messenger.arrives(living.messenger.update("QLVH", "minh", "/viec"))
        await until(lambda nth=nth: len(living.messenger.heard_by("QLVH")) == nth + 1)  # type: ignore[misc]
    assert living.messenger.heard_by("TV") == []
    go_on.set()
    stop.set()
    await running
    assert living.messenger.heard_by("TV") == ["lời"]


async def test_a_digest_that_cannot_be_said_today_is_carried_by_the_next(living: Living) -> None:
    """TV is called on 1 March only (7 working days before the 10th); all that day the messenger is away."""
    living.messenger.fails.extend([Later(None, "away")] * 500)
    await living.goes_to("2023-03-01 08:00")
    for hour in range(9, 18):
        await living.goes_to(f"2023-03-01 {hour:02}:00")
    await living.goes_to("2023-03-01 17:31")
    assert living.messenger.said == []
    living.messenger.fails.clear()
    await living.goes_to("2023-03-01 19:30")
    assert living.messenger.said == []
    assert {one for chat in ("QLVH", "TV", "Sở") for one in state(living, chat, "digest")} == {("failed", "day_over")}
    await living.goes_to("2023-03-02 08:00")
    assert len(living.messenger.heard_by("TV")) == 1
    assert "Việc thứ 4" in living.messenger.heard_by("TV")[0]
    await living.goes_to("2023-03-03 08:00")
    assert len(living.messenger.heard_by("TV")) == 1, "5 working days before: not called, and nothing left to carry"


async def test_yesterdays_digest_does_not_hold_up_todays(living: Living) -> None:
    living.messenger.fails.extend([Later(86_400 * 3, "flood")] * 3)
    await living.goes_to("2023-03-01 08:00")
    assert living.messenger.said == []
    await living.goes_to("2023-03-02 08:00")
    assert len(living.messenger.heard_by("QLVH")) == 1
    assert len(living.messenger.heard_by("TV")) == 1
    assert state(living, "TV", "digest") == [("failed", "day_over"), ("sent", "")]


async def test_a_digest_that_cannot_be_worded_fails_alone(
    living: Living, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = deliveries.COMPOSERS[digest.KIND]

    def compose(session: object, chat: Chat, *more: object) -> Words | None:
        if chat.external == "QLVH":
            raise ValueError("Việc thứ 1")
        return whole(session, chat, *more)  # type: ignore[arg-type]

    monkeypatch.setitem(deliveries.COMPOSERS, digest.KIND, compose)
    await living.goes_to("2023-03-01 08:00")
    assert state(living, "QLVH", "digest") == [("failed", "ValueError")]
    assert len(living.messenger.heard_by("TV")) == 1
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert "Việc thứ" not in caplog.text
    monkeypatch.setitem(deliveries.COMPOSERS, digest.KIND, whole)
    await living.goes_to("2023-03-02 08:00")
    assert "Việc thứ 3" in living.messenger.heard_by("QLVH")[0], "called on the 1st only: the next digest carries it"


async def test_a_bad_appointment_is_set_aside_alone(living: Living, caplog: pytest.LogCaptureFixture) -> None:
    """An office whose zone nobody knows: the others hear their digests, and it is looked at again."""
    with living.database.begin() as session:
        office = Office(name="Sở lạc múi giờ", zone="Asia/Nowhere")
        session.add(office)
        session.flush()
        chat = people.chat_at(session, "memory", "lạc", "", private=False, title="")
        people.link(session, chat, office.id or 0, [], whole_office=True)
        session.add(
            Appointment(
                office_id=office.id or 0,
                kind=digest.KIND,
                subject_id=chat.id or 0,
                speaks_at=living.clock.now() - timedelta(days=1),
            )
        )
        bad = chat.id
    await living.goes_to("2023-03-01 08:00")
    assert len(living.messenger.heard_by("QLVH")) == 1
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    with living.database.begin() as session:
        moved = session.exec(select(Appointment.speaks_at).where(Appointment.subject_id == bad)).one()
        assert living.clock.now() < moved <= living.clock.now() + timedelta(days=1)


async def test_an_outage_of_days_is_one_message(living: Living) -> None:
    await living.goes_to("2023-03-01 08:00")
    before = len(living.messenger.heard_by("QLVH"))
    living.start()
    await living.goes_to("2023-03-08 10:20")
    assert len(living.messenger.heard_by("QLVH")) == before + 1
    assert living.messenger.heard_by("QLVH")[-1].startswith("Phòng Quản lý Văn hóa, thứ Tư 08/3")
    assert state(living, "QLVH", "digest") == [("sent", ""), ("sent", "")]


async def test_a_restart_in_the_evening_says_nothing_till_morning(living: Living) -> None:
    await living.goes_to("2023-03-01 20:00")
    assert living.messenger.said == []
    await living.goes_to("2023-03-02 08:00")
    assert "Việc thứ 4" in living.messenger.heard_by("TV")[0], "what was missed on the 1st is carried"


async def test_two_programs_on_one_database_say_a_digest_once(living: Living) -> None:
    first, second = living.app, living.start()
    living.clock.move(at("2023-03-01 08:00"))
    await asyncio.gather(first.tick(), second.tick())
    await asyncio.gather(first.settle(), second.settle())
    assert [len(living.deliveries(chat, "digest")) for chat in ("QLVH", "TV", "Sở")] == [1, 1, 1]
    assert len(living.messenger.heard_by("QLVH")) == len(living.messenger.heard_by("TV")) == 1


async def test_a_group_with_nothing_to_hear_is_owed_nothing(living: Living) -> None:
    await living.goes_to("2023-03-01 08:00")
    with living.database.begin() as session:
        owed = session.exec(select(Chat.external).join(Delivery).where(Delivery.kind == digest.KIND)).all()
        told = session.exec(select(Appointment.told_to).where(Appointment.kind == digest.KIND)).all()
    assert sorted(owed) == ["QLVH", "Sở", "TV"]
    assert told == [date(2023, 3, 1)] * 14, (
        "eleven unit groups had nothing to hear; what is not told comes the next time"
    )
