"""The board of a group on Telegram, over real HTTP: put up, pinned, changed when something changes, put up anew."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from bot import sample
from bot.app import App
from channels import Address, Later, Reply
from channels.telegram import TelegramChannel
from handlers import load
from lang.workdays import national
from schedules import board
from schedules.clock import HandClock
from schedules.deliveries import Outgoing
from storage import deadlines
from storage.db import Database
from storage.models import Chat, DeliveryState, Task, TaskKind
from storage.units import Directory
from tests.app.office import Living, at
from tests.fakes.telegram import FakeTelegram

MINUTE = timedelta(minutes=1)


class Groups:
    """The sample office on Telegram; its unit QLVH has one task, due on 05/6."""

    def __init__(self, database: Database, fake: FakeTelegram) -> None:
        self.fake, self.world, self.edits = fake, fake.world, fake.edits
        self.clock = HandClock(at("2023-06-01 09:00"))
        self.channel = TelegramChannel(fake.token, fake.base_url, poll_timeout=1, timeout=5.0)
        self.app = App(database, self.clock, load(), [self.channel], outgoing=Outgoing(paced=False))
        self.groups = {short: self.world.group(title) for short, title in sample.rooms().items()}
        self.group = self.groups["QLVH"]
        self.minh = self.world.person("Minh")

    async def open(self) -> None:
        await self.app.within(self._open)

    def _open(self, session: Session) -> None:
        accounts = {one.name: str(self.world.person(one.name)) for one in sample.everybody()}
        groups = {short: Address(str(group)) for short, group in self.groups.items()}
        office = sample.make(session, self.channel.name, accounts, groups, self.clock.now())
        task = Task(office_id=office.id or 0, ref="", title="Báo cáo rà soát", kind=TaskKind.DATED)
        session.add(task)
        session.flush()
        unit = Directory(session, office.id or 0).one("QLVH")
        assert unit is not None
        deadlines.new(session, office, task, unit.id or 0, date(2023, 6, 5), national())

    async def say(self, text: str, chat: int | None = None, reply_to: int | None = None) -> None:
        """Minh says something, and what follows from it at once happens."""
        self.world.say(self.minh, text, self.group if chat is None else chat, reply_to=reply_to)
        for update in self.world.waiting():
            raws = await self.channel.pushed(json.dumps(update).encode())
            await self.app.take("telegram", raws)
            self.world.confirm(update["update_id"] + 1, ("message",))
        await self.app.settle()
        await self.goes_on(timedelta())

    async def goes_on(self, by: timedelta = MINUTE) -> None:
        self.clock.move(self.clock.now() + by)
        await self.app.tick()
        await self.app.settle()

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.world.sent if one.chat == self.group]


@pytest.fixture
async def groups(database: Database) -> AsyncIterator[Groups]:
    async with FakeTelegram() as fake:
        groups = Groups(database, fake)
        await groups.open()
        yield groups
        await groups.channel.close()


async def test_it_is_put_up_pinned_and_changed_in_its_place(groups: Groups) -> None:
    groups.world._chats[groups.group].bot = "administrator"
    await groups.say("/bang")
    answer, board = groups.texts
    assert "Bảng việc của nhóm" in answer
    assert board.splitlines() == [
        "Bảng việc Phòng Quản lý Văn hóa",
        "Sắp đến hạn",
        "1 Báo cáo rà soát, thứ Hai 05/6",
        "Cập nhật lúc 9h thứ Năm 01/6",
    ]
    message = groups.world.sent[-1].message_id
    assert groups.edits.pinned == [(groups.group, message)]
    for _minute in range(3):
        await groups.goes_on()
    assert groups.edits.edited == [], "nothing has changed"
    await groups.say("/xong 1")
    await groups.goes_on()
    (edited,) = groups.edits.edited
    assert edited.message_id == message
    assert edited.text.splitlines() == [
        "Bảng việc Phòng Quản lý Văn hóa",
        "Không có việc quá hạn hay sắp đến hạn.",
        "Cập nhật lúc 9h04 thứ Năm 01/6",
    ]
    assert len(groups.texts) == 3, "the result was acknowledged, and nothing rang"


async def test_a_reply_to_it_is_about_what_it_shows_now(groups: Groups) -> None:
    await groups.say("/bang")
    message = groups.world.sent[-1].message_id
    minh, groups.minh = groups.minh, groups.world.person("Lan")
    await groups.say("/giao QLVH rà soát hồ sơ hạn 6/6", groups.minh)
    groups.minh = minh
    await groups.goes_on()
    (edited,) = groups.edits.edited
    assert "\n2 Rà soát hồ sơ, " in edited.text
    await groups.say("/xong", reply_to=message)
    assert groups.texts[-1].startswith("Anh/chị ghi kết quả việc nào?\n1 ")


async def test_a_new_day_is_another_board(groups: Groups) -> None:
    await groups.say("/bang")
    await groups.goes_on(timedelta(days=5))
    await groups.goes_on()
    assert "Quá hạn\n1 Báo cáo rà soát, hạn thứ Hai 05/6" in groups.edits.edited[-1].text


async def test_one_that_is_gone_is_put_up_anew(groups: Groups) -> None:
    await groups.say("/bang")
    groups.edits.delete(groups.group, groups.world.sent[-1].message_id)
    await groups.say("/xong 1")
    await groups.goes_on()
    assert groups.edits.edited == []
    assert groups.texts[-1].startswith("Bảng việc")
    assert groups.edits.pinned == [], "the bot may not pin there, and says it all the same"


async def test_in_the_group_of_the_whole_office_it_counts(groups: Groups) -> None:
    groups.minh = groups.world.person("Lan")
    await groups.say("/bang", groups.groups["Sở"])
    board = groups.world.sent[-1].text
    assert "Quá hạn 0, đến hạn hôm nay 0, sắp đến hạn 1." in board
    assert "Báo cáo rà soát" not in board


async def test_taken_away_it_stays_as_it_is(groups: Groups) -> None:
    await groups.say("/bang")
    await groups.say("/bang bỏ")
    assert groups.texts[-1].startswith("Bảng không cập nhật nữa")
    await groups.say("/xong 1")
    await groups.goes_on()
    assert groups.edits.edited == []
    await groups.say("/bang bỏ")
    assert groups.texts[-1] == "Nhóm này không có bảng."


async def test_an_edit_of_which_nobody_knows_whether_it_arrived_is_made_again(groups: Groups) -> None:
    await groups.say("/bang")
    groups.fake.fail("error_after", method="editMessageText")
    await groups.say("/xong 1")
    await groups.goes_on()
    await groups.goes_on(3 * MINUTE)
    assert "Không có việc" in groups.edits.edited[-1].text
    assert len([text for text in groups.texts if text.startswith("Bảng việc P")]) == 1


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_what_happens_in_an_outage_is_one_edit_later(database: Database) -> None:
    living = Living(database, "2023-03-01 09:00")
    await living.open(("QLVH", "2023-03-02"))

    async def away(to: Address, _reply: Reply) -> None:
        if to.chat == "QLVH":
            raise Later(600)

    with database.begin() as session:
        board.put_up(session, session.exec(select(Chat).where(Chat.external == "QLVH")).one(), living.clock.now())
    living.messenger.before = away
    for minute in range(1, 4):
        await living.say("lan", "lan", f"giao QLVH việc thứ {minute} hạn 6/3")
        await living.goes_to(f"2023-03-01 09:0{minute}")
    assert [one.state for one in living.deliveries("QLVH", board.KIND)] == [DeliveryState.WAITING]
    living.messenger.before = None
    await living.goes_to("2023-03-01 09:30")
    await living.goes_to("2023-03-01 09:31")
    [said] = [text for text in living.messenger.heard_by("QLVH") if text.startswith("Bảng việc")]
    assert said.count("Việc thứ") == 4
