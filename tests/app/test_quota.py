"""A messenger that counts a bot's messages by the month: the digest is what is kept when it runs short, nothing is
lost, and nothing is tried again and again."""

from datetime import date

import pytest
from sqlmodel import select

from bot.app import App
from channels import Later, Shape, Why
from channels.zalo import ZaloChannel
from storage.db import Database
from storage.models import DeliveryState, Traffic
from tests.app.office import Living, at
from tests.fakes.zalo import FakeZalo

QUOTA = Later(None, f"{Why.QUOTA}: 429", all_wait=True)
TURN = "2023-04-03"
"""The first working day of April; the 1st is a Saturday."""
MOST = 600
on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
"""The rule is the same everywhere; two tests show the tables on both."""


async def at_the_end_of_march(database: Database, left: int | None = None, now: str = "2023-03-29 09:00") -> Living:
    """Wednesday: QLVH has something due tomorrow, the day after, and on the Monday after that; `left` messages of the
    month are left. 28 digests may still be needed: fourteen groups, two mornings."""
    living = Living(database, now)
    living.messenger.shape = Shape(monthly=MOST)
    living.start()
    await living.open(("QLVH", "2023-03-30"), ("QLVH", "2023-03-31"), ("QLVH", TURN), ("TV", "2023-12-01"))
    await living.say("lan", "lan", "/start")
    living.messenger.said.clear()
    living.messenger.attempts.clear()
    if left is not None:
        leaves(living, left)
    return living


def leaves(living: Living, left: int) -> None:
    with living.database.begin() as session:
        (row,) = session.exec(select(Traffic)).all()
        row.heard = MOST - row.said - left


def used(living: Living) -> list[tuple[date, int, int]]:
    return [(row.month, row.heard, row.said) for row in living.rows(Traffic)]  # type: ignore[attr-defined]


def allows(living: Living, most: int) -> None:
    """The office pays for more, which is known when the program starts anew."""
    living.messenger.shape = Shape(monthly=most)
    living.start()


def heard(living: Living, chat: str) -> list[str]:
    said = living.messenger.heard_by(chat)
    living.messenger.said = [one for one in living.messenger.said if one[0] != chat]
    return said


async def test_counted_both_ways_and_a_redelivered_one_once(database: Database) -> None:
    living = await at_the_end_of_march(database)
    assert used(living) == [(date(2023, 3, 1), 1, 1)]
    update = living.messenger.update("lan", "lan", "việc 1")
    await living.hands_in(update, update)
    await living.hands_in(update)
    await living.app.settle()
    assert used(living) == [(date(2023, 3, 1), 2, 2)]
    await living.goes_to("2023-04-01 00:00")
    await living.say("lan", "lan", "việc 1")
    assert used(living)[-1] == (date(2023, 4, 1), 1, 1)


@on_sqlite
async def test_a_message_in_parts_counts_as_many(database: Database) -> None:
    living = await at_the_end_of_march(database)
    living.messenger.shape = Shape(limit=400, monthly=MOST)
    living.start()
    (said,) = await living.say("lan", "lan", "/trogiup")
    assert 400 < len(said) < 800
    assert used(living) == [(date(2023, 3, 1), 2, 3)]


@on_sqlite
async def test_where_nothing_counts_nothing_is_counted(database: Database) -> None:
    living = Living(database)
    await living.open()
    await living.say("lan", "lan", "việc 1")
    assert used(living) == []


@on_sqlite
async def test_the_admin_is_told_once_in_office_hours(database: Database) -> None:
    living = await at_the_end_of_march(database, 121, now="2023-03-29 18:00")
    await living.say("minh", "minh", "việc 1")
    await living.goes_to("2023-03-29 18:01")
    assert heard(living, "lan") == []
    await living.goes_to("2023-03-30 07:00")
    assert heard(living, "lan") == [
        "Memory sắp hết tin của tháng 3\n"
        "Đến thứ Năm 30/3 đã dùng 481 trong 600 tin, tính cả tin đến và tin đi.\n"
        "Với mức này thì đủ tháng.\n"
        "Khi gần hết, bản tin sáng được giữ lại; tin khác chờ bản tin hoặc chờ đến 01/4.\n"
        "Xem: /tinhtrang"
    ]
    living.start()
    await living.say("minh", "minh", "việc 1")
    await living.goes_to("2023-03-31 07:00")
    assert heard(living, "lan") == []


@on_sqlite
async def test_what_is_pushed_waits_for_the_next_digest(database: Database) -> None:
    living = await at_the_end_of_march(database, 29)
    await living.say("lan", "lan", "giao QLVH Rà soát hồ sơ hạn 20/4")
    assert heard(living, "QLVH") == []
    await living.goes_to("2023-03-30 08:00")
    (digest,) = heard(living, "QLVH")
    assert digest.splitlines()[0] == "Phòng Quản lý Văn hóa, thứ Năm 30/3"
    assert "Tin chờ" in digest
    assert "Rà soát hồ sơ" in digest
    await living.goes_to(f"{TURN} 08:00")
    assert not [text for text in heard(living, "QLVH") if "giao việc" in text], (
        "what a digest carried is not said again"
    )


@on_sqlite
async def test_what_no_digest_carried_is_said_when_the_month_turns(database: Database) -> None:
    living = await at_the_end_of_march(database, 24)
    (answer,) = await living.say("lan", "lan", "giao TV Rà soát hồ sơ hạn 20/4")
    assert answer.splitlines()[-1] == (
        "Sắp hết tin của tháng: các nơi liên quan được báo cùng bản tin sáng, chậm nhất thứ Hai 03/4."
    )
    await living.say("lan", "lan", "giao TV Kiểm tra trần phòng đọc trước 16h hôm nay")
    assert len(heard(living, "TV")) == 1, "no later digest can say it"
    await living.goes_to("2023-03-29 14:00")
    assert len(heard(living, "TV")) == 1, "it is reminded of before its hour"
    await living.goes_to("2023-03-29 17:00")
    assert heard(living, "TV") == []
    living.start()
    await living.goes_to("2023-04-01 00:01")
    assert heard(living, "TV") == [], "the office is closed"
    await living.goes_to(f"{TURN} 07:00")
    assert [text for text in heard(living, "TV") if "Rà soát hồ sơ" in text]


@on_sqlite
@pytest.mark.parametrize("by", ["our own count", "the messenger"])
async def test_over_it_everything_waits_until_the_month_turns(database: Database, by: str) -> None:
    living = await at_the_end_of_march(database, 1 if by == "our own count" else 100)
    if by == "the messenger":
        living.messenger.fails.extend([QUOTA] * 50)
    await living.say("lan", "lan", "việc 1")
    await living.goes_to("2023-03-29 12:00")
    await living.say("lan", "lan", "tình trạng")
    await living.say("minh", "minh", "việc 2")
    await living.goes_to("2023-03-30 08:00")
    await living.goes_to("2023-03-31 08:00")
    await living.goes_to("2023-03-31 17:00")
    assert living.messenger.said == []
    tries = len(living.messenger.attempts)
    assert tries == 0 if by == "our own count" else 0 < tries <= 4 * 3, "once a day what is on its way at once"
    waits = living.deliveries("lan", "reply")[-1]
    assert (waits.state, waits.why) == (DeliveryState.WAITING, "quota")
    living.messenger.fails.clear()
    living.start()
    await living.goes_to("2023-04-01 00:00")
    said = heard(living, "lan")
    assert len([text for text in said if "sắp hết tin" not in text]) == 2
    await living.goes_to(f"{TURN} 08:00")
    (digest,) = heard(living, "QLVH")
    assert "Việc thứ 1" in digest
    assert "Việc thứ 3" in digest, "the mornings that nobody heard are in this one"


async def test_a_higher_number_frees_what_waits(database: Database) -> None:
    living = await at_the_end_of_march(database, 1)
    await living.say("minh", "minh", "việc 1")
    await living.say("lan", "lan", "giao TV Rà soát hồ sơ hạn 20/4")
    assert living.messenger.said == []
    allows(living, 3000)
    await living.goes_to("2023-03-29 10:00")
    await living.goes_to("2023-03-29 10:01")
    assert len(heard(living, "minh")) == 1
    assert len(heard(living, "TV")) == 1


@on_sqlite
async def test_the_state_says_how_much_is_left(database: Database) -> None:
    living = await at_the_end_of_march(database)

    async def line() -> list[str]:
        said = (await living.say("lan", "lan", "tình trạng"))[0]
        return [line for line in said.splitlines() if line.startswith("Memory")]

    assert await line() == ["Memory tháng 3: 3 trong 600 tin, đủ đến hết tháng."]
    leaves(living, 29)
    assert await line() == ["Memory tháng 3: 572 trong 600 tin, còn lại dành cho bản tin sáng; tin khác chờ đến 01/4."]
    allows(living, 2000)
    assert await line() == ["Memory tháng 3: 574 trong 2.000 tin, đủ đến hết tháng."]


@on_sqlite
async def test_zalo_itself_says_that_there_are_no_more(database: Database) -> None:
    """What the channel makes of it is no pause of the whole program: the desk knows how long a month is."""
    async with FakeZalo(queues=True, quota=1) as fake:
        living = Living(database, "2023-03-29 09:00")
        channel = ZaloChannel(fake.token, fake.base_url, monthly=3000, poll_timeout=1)
        living.app = App(database, living.clock, living.router, [channel])
        lan = fake.world.person("Lan")
        for _time in range(3):
            fake.world.say(lan, "việc")
            (raw,) = await channel._fetch()
            await living.app.take(channel.name, [raw])
            await living.app.settle()
        assert len(fake.world.sent) <= 1
        assert fake.calls["sendMessage"] <= 2, "asked once whether there are more"
        fake.guesses.quota = 0
        living.clock.move(at("2023-03-30 09:00"))
        await living.app.settle()
        assert len(fake.world.sent) == 3, "a day later it is asked again, for its month may begin otherwise"
        await channel.close()
