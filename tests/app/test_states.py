"""Every way in which Telegram refuses, over real HTTP: each ends in its state in the database, `tình trạng` says so in
words, and what opens a chat again does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot import sample
from bot.app import App
from channels import Address, Why
from channels.telegram import TelegramChannel
from handlers import load
from schedules.clock import HandClock
from storage import outbox
from storage.db import Database
from storage.models import Chat, Delivery
from storage.outbox import Words
from tests.app.office import at
from tests.fakes.telegram import FakeTelegram, Kind
from tests.patience import PATIENCE, until

TEXT = "Quá hạn\n12 Báo cáo rà soát"
LONG = "\n".join(f"{n} Báo cáo rà soát thủ tục hành chính" for n in range(300))
LOOK = "Cần xem lại"
MINUTE = timedelta(minutes=1)


class Telegram:
    """The sample office on Telegram: TV meets in a topic of a forum, the others in groups; Minh hears in private, Lan
    keeps the bot."""

    def __init__(self, database: Database, fake: FakeTelegram) -> None:
        self.fake, self.world, self.database = fake, fake.world, database
        self.clock = HandClock(at("2023-03-01 09:00"))
        self.channel = TelegramChannel(fake.token, fake.base_url, poll_timeout=5, timeout=5.0)
        self.app = App(database, self.clock, load(), [self.channel])
        self.lan, self.minh = self.world.person("Lan"), self.world.person("Minh")
        self.groups = {short: self.world.group(title) for short, title in sample.rooms().items() if short != "TV"}
        self.qlvh = self.groups["QLVH"]
        self.forum = self.world.group("Thư viện", supergroup=True)
        self.topic = self.world.topic(self.forum, "Thư viện tỉnh")

    async def open(self) -> None:
        await self.app.within(self._open)

    def _open(self, session: Session) -> None:
        accounts = {one.name: str(self.world.person(one.name)) for one in sample.everybody()}
        groups = {short: Address(str(group)) for short, group in self.groups.items()}
        groups["TV"] = Address(str(self.forum), str(self.topic))
        private = {"Lan": Address(str(self.lan)), "Minh": Address(str(self.minh))}
        sample.make(session, self.channel.name, accounts, groups, self.clock.now(), private)

    async def owe(self, external: int, text: str) -> None:
        """It has been owed for two minutes, and now it is tried."""

        def owe(session: Session) -> None:
            chat = session.exec(select(Chat).where(Chat.external == str(external))).one()
            outbox.owe(session, chat.id or 0, "plan", "x", self.clock.now() - 2 * MINUTE, Words(text, ((0, 7),)))

        await self.app.within(owe)
        await self.app.settle()

    async def outcome(self) -> tuple[str, Why | None, bool]:
        """The state of the delivery, why, and whether its chat is open."""

        def look(session: Session) -> tuple[str, Why | None, bool]:
            query = select(Delivery, Chat).join(Chat, Chat.id == Delivery.chat_id)  # type: ignore[arg-type]
            delivery, chat = session.exec(query.where(Delivery.kind == "plan", Delivery.slot == "x")).one()
            return delivery.state.value, Why.of(delivery.why), chat.active

        return await self.app.within(look)

    async def state(self) -> list[str]:
        """Lan asks: what she is told, without the head."""
        await self.app.tick()
        before = len(self.world.sent)
        self.world.say(self.lan, "/tinhtrang")
        async with asyncio.timeout(PATIENCE):
            while not (said := [one.text for one in self.world.sent[before:] if one.chat == self.lan]):
                await asyncio.sleep(0.02)
                await self.app.settle()
        return said[-1].splitlines()[1:]


@pytest.fixture
async def telegram(database: Database) -> AsyncIterator[Telegram]:
    async with FakeTelegram() as fake:
        telegram = Telegram(database, fake)
        await telegram.open()
        yield telegram
        await telegram.channel.close()


@dataclass(frozen=True)
class Case:
    """What Telegram does when something is said to `to`; how that delivery ends, and what is said of it. `heal` opens
    the chat again."""

    does: Callable[[Telegram], object]
    ends: tuple[str, Why | None, bool]
    says: tuple[str, ...]
    to: Callable[[Telegram], int] = lambda telegram: telegram.qlvh
    text: str = TEXT
    heal: Callable[[Telegram], object] | None = None


def faults(kind: Kind, times: int = 1) -> Callable[[Telegram], object]:
    return lambda telegram: telegram.fake.fail(kind, times=times)


def minh(telegram: Telegram) -> int:
    return telegram.minh


def forum(telegram: Telegram) -> int:
    return telegram.forum


WELL = ("Không có tin chờ gửi. Hôm nay mọi tin đều gửi được.",)
TOKEN = "Chờ gửi: 1 tin, từ 8h58 (mã kết nối của bot không được nhận, xin xem lại mã), gửi lại lúc 9h02."
ONE = "Hôm nay không gửi được 1 tin: "
CASES = {
    "a group became a supergroup": Case(
        lambda t: t.world.migrate(t.qlvh, t.minh),
        ("sent", None, True),
        WELL,
    ),
    "blocked": Case(
        lambda t: t.world.kick(t.minh, t.minh),
        ("failed", Why.BLOCKED, False),
        (
            f"{ONE}người nhận đã chặn Nhắc Việc.",
            LOOK,
            "Minh đã chặn Nhắc Việc từ thứ Tư 01/3. Người đó mở lại hội thoại là được.",
        ),
        to=minh,
        heal=lambda t: t.world.add_bot(t.minh, t.minh),
    ),
    "the account is gone": Case(
        lambda t: t.world.delete(t.minh),
        ("failed", Why.GONE, False),
        (
            f"{ONE}tài khoản hoặc nhóm không còn.",
            LOOK,
            "Minh: tài khoản không còn từ thứ Tư 01/3. Cấp mã mới: mã Minh",
        ),
        to=minh,
    ),
    "the group is gone": Case(
        lambda t: t.world.delete(t.qlvh),
        ("failed", Why.GONE, False),
        (
            f"{ONE}tài khoản hoặc nhóm không còn.",
            LOOK,
            "Nhóm Phòng Quản lý Văn hóa: nhóm không còn từ thứ Tư 01/3. Gõ /start trong nhóm mới.",
        ),
    ),
    "put out of the group": Case(
        lambda t: t.world.kick(t.qlvh, t.minh),
        ("failed", Why.REMOVED, False),
        (
            f"{ONE}Nhắc Việc đã ra khỏi nhóm.",
            LOOK,
            "Nhóm Phòng Quản lý Văn hóa: Nhắc Việc đã ra khỏi nhóm từ thứ Tư 01/3. Thêm lại vào nhóm là được.",
        ),
        heal=lambda t: t.world.add_bot(t.qlvh, t.minh),
    ),
    "may not write": Case(
        lambda t: t.world.mute(t.qlvh),
        ("failed", Why.MUTED, False),
        (
            f"{ONE}Nhắc Việc không có quyền gửi tin.",
            LOOK,
            "Nhóm Phòng Quản lý Văn hóa: không gửi được tin từ thứ Tư 01/3. Cho Nhắc Việc quyền gửi tin.",
        ),
        heal=lambda t: (t.world.mute(t.qlvh, muted=False), t.world.say(t.minh, "/viec", t.qlvh)),
    ),
    "the topic was closed": Case(
        lambda t: t.world.close_topic(t.forum, t.topic, t.minh, told=False),
        ("failed", Why.TOPIC_CLOSED, False),
        (
            f"{ONE}chủ đề đã đóng.",
            LOOK,
            "Nhóm Thư viện tỉnh: chủ đề đã đóng từ thứ Tư 01/3. Mở lại chủ đề là được.",
        ),
        to=forum,
        heal=lambda t: t.world.open_topic(t.forum, t.topic, t.minh),
    ),
    "the topic is gone": Case(
        lambda t: t.world.lose_topic(t.forum, t.topic),
        ("failed", Why.TOPIC_GONE, False),
        (
            f"{ONE}chủ đề không còn.",
            LOOK,
            "Nhóm Thư viện tỉnh: chủ đề không còn từ thứ Tư 01/3. Gõ /start trong chủ đề mới.",
        ),
        to=forum,
    ),
    "longer than one message": Case(lambda t: None, ("sent", None, True), WELL, text=LONG),
    "too long all the same": Case(
        faults("too_long"), ("failed", Why.TOO_LONG, True), (f"{ONE}tin dài quá mức cho phép.",)
    ),
    "marks that are not taken": Case(faults("bad_marks"), ("sent", None, True), WELL),
    "refused": Case(
        faults("bad_request"),
        ("failed", Why.REFUSED, True),
        (f"{ONE}dịch vụ nhắn tin không nhận nội dung này.",),
    ),
    "401": Case(
        faults("unauthorized"),
        ("waiting", Why.TOKEN, True),
        (TOKEN,),
    ),
    "404": Case(
        faults("not_found"),
        ("waiting", Why.TOKEN, True),
        (TOKEN,),
    ),
    "500": Case(
        faults("error_before"),
        ("unknown", Why.UNSURE, True),
        ("Chờ gửi: 1 tin, từ 8h58 (đường truyền ngắt giữa chừng), gửi lại lúc 9h02.",),
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_refusal_ends_in_its_state_and_is_shown(telegram: Telegram, name: str) -> None:
    case = CASES[name]
    case.does(telegram)
    await telegram.owe(case.to(telegram), case.text)
    assert await telegram.outcome() == case.ends
    listening = asyncio.create_task(
        telegram.channel.listen(lambda raws: telegram.app.take(telegram.channel.name, raws))
    )
    try:
        said = await telegram.state()
        assert [line for line in case.says if line not in said] == [], said
        assert (LOOK in said) == (LOOK in case.says), said
        if case.heal is not None:
            case.heal(telegram)
            await until(lambda: not telegram.world.waiting())
            await telegram.app.settle()
            assert LOOK not in await telegram.state()
            assert (await telegram.outcome())[2]
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_it_was_said_as_a_whole_where_that_takes_several_messages(telegram: Telegram) -> None:
    await telegram.owe(telegram.qlvh, LONG)
    parts = [one.text for one in telegram.world.sent]
    assert len(parts) == 3
    assert "\n".join(parts) == LONG


async def test_a_wait_is_kept_by_all_and_then_it_is_said(telegram: Telegram) -> None:
    telegram.fake.fail("too_many", retry_after=1)
    await telegram.owe(telegram.qlvh, TEXT)
    assert await telegram.outcome() == ("waiting", Why.BUSY, True)
    listening = asyncio.create_task(
        telegram.channel.listen(lambda raws: telegram.app.take(telegram.channel.name, raws))
    )
    try:
        said = await telegram.state()
        assert "Chờ gửi: 1 tin, từ 8h58 (dịch vụ nhắn tin yêu cầu chờ), gửi lại lúc 9h." in said
        telegram.clock.move(telegram.clock.now() + MINUTE)
        await telegram.app.settle()
        assert (await telegram.state())[1] == WELL[0]
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert (await telegram.outcome())[0] == "sent"
