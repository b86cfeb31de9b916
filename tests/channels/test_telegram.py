"""What only Telegram has: privacy mode, topics, membership, migration, other bots, a token to keep."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from channels import FILE_LIMIT, Address, File, Reply
from channels.masking import mask
from channels.telegram import TelegramChannel
from tests.channels.conftest import Ear
from tests.channels.puppets import TelegramPuppet
from tests.fakes.telegram import FakeTelegram
from tests.patience import until

ME = {"id": 7300000001, "is_bot": True, "first_name": "Nhắc Việc", "username": "nhacviec_bot"}
LAN = {"id": 5300000001, "is_bot": False, "first_name": "Lan", "last_name": "Nguyễn"}
ROOM = {"id": -1002000000001, "type": "supergroup", "title": "Phòng Di sản"}


def raw(**update: Any) -> str:
    return json.dumps({"update_id": 870000001, "me": [ME["id"], ME["username"]], **update})


def message(**content: Any) -> str:
    return raw(message={"message_id": 5, "date": 1672531200, "from": LAN, "chat": ROOM, **content})


@pytest.fixture
def channel() -> TelegramChannel:
    return TelegramChannel("7300000001:AAsecretsecretsecret", "http://127.0.0.1:9/bot")


@pytest.mark.parametrize(
    ("typed", "reaches", "text"),
    [
        ("/viec", True, "/viec"),
        ("/viec@nhacviec_bot tuần này", True, "/viec tuần này"),
        ("/VIEC@NhacViec_Bot", True, "/VIEC"),
        ("xong 12 @NhacViec_bot", True, "xong 12"),
        ("nhờ @nhacviec_bot, xong 12", True, "nhờ xong 12"),
        ("@nhacviec_bot\nxong 12", True, "xong 12"),
        ("😀 @nhacviec_bot xong 12", True, "😀 xong 12"),
        ("xong 12", False, ""),
        ("tiến độ /viec", False, ""),
        ("/viec@bot_khac", False, ""),
        ("@nhacviec_bot2 xong 12", False, ""),
        ("gửi lan@nhacviec_bot.vn", False, ""),
    ],
)
async def test_privacy_mode(telegram: TelegramPuppet, typed: str, reaches: bool, text: str) -> None:
    lan, room = await telegram.person("Lan"), await telegram.room("Phòng Di sản")
    assert telegram.fake.world.say(int(lan.id), typed, int(room.chat)).reached is reaches
    async with Ear(telegram.channel) as ear:
        if reaches:
            said = await ear.next()
            assert (said.text, said.addressed, said.address) == (text, True, room)
        await telegram.taken()
    assert len(ear.raws) == reaches


async def test_a_room_s_file_with_the_bot_s_name_in_its_caption(telegram: TelegramPuppet) -> None:
    lan, room = await telegram.person("Lan"), await telegram.room("Phòng Di sản")
    async with Ear(telegram.channel) as ear:
        await telegram.say(lan, "kế hoạch", room, files=(File("a.docx", 3, content=b"abc"),))
        await telegram.say(lan, "kế hoạch", room, files=(File("b.docx", 3, content=b"abc"),), mention=True)
        said = await ear.next()
    assert ([file.name for file in said.files], said.text, len(ear.raws)) == (["b.docx"], "kế hoạch", 1)


@pytest.mark.parametrize("text", ["xong 12", "@nhacviec_bot2 xong 12", "gửi lan@nhacviec_bot.vn", "xem /viec"])
def test_without_privacy_mode_other_talk_is_not_addressed(channel: TelegramChannel, text: str) -> None:
    said = channel.decode(message(text=text))
    assert said is not None
    assert (said.text, said.addressed) == (text, False)


@pytest.mark.parametrize(
    "body",
    [
        message(text="/viec@bot_khac"),
        message(text="xong 12", **{"from": {"id": 9, "is_bot": True, "first_name": "Bot khác"}}),
        message(new_chat_title="Phòng mới"),
        message(migrate_from_chat_id=-4900000001),
        message(text="xong 12", is_automatic_forward=True),
        message(text="xong 12", chat={"id": -1003, "type": "channel", "title": "Tin"}),
        raw(edited_message={"message_id": 5, "from": LAN, "chat": ROOM, "text": "xong 12"}),
        raw(channel_post={"message_id": 5, "chat": {"id": -1003, "type": "channel"}, "text": "xong 12"}),
        raw(my_chat_member={"chat": ROOM, "from": LAN} | {f"{x}_chat_member": {"status": s} for x, s in
                                                         (("old", "member"), ("new", "administrator"))}),
        raw(callback_query={"id": "1", "from": LAN, "data": "xong 12"}),
    ],
)  # fmt: skip
def test_what_says_nothing_to_us(channel: TelegramChannel, body: str) -> None:
    assert channel.decode(body) is None


def test_a_name_in_two_parts_and_the_largest_photo(channel: TelegramChannel) -> None:
    sizes = [{"file_id": id, "width": side, "height": side, "file_size": side} for id, side in
             (("s", 90), ("l", 1280), ("m", 320))]  # fmt: skip
    said = channel.decode(message(photo=sizes, caption="văn bản đến"))
    assert said is not None
    assert (said.sender.name, said.text) == ("Lan Nguyễn", "văn bản đến")
    assert [(file.handle, file.size) for file in said.files] == [("l", 1280)]


def test_an_update_from_before_the_bot_knew_its_name_is_not_misread(channel: TelegramChannel) -> None:
    with pytest.raises(ValueError, match="name"):
        channel.decode(json.dumps({"update_id": 1, "message": {"text": "/viec@ai_do"}}))


async def test_another_process_can_decode_what_was_kept(telegram: TelegramPuppet, channel: TelegramChannel) -> None:
    lan, room = await telegram.person("Lan"), await telegram.room("Phòng Di sản")
    async with Ear(telegram.channel) as ear:
        await telegram.say(lan, "/viec@nhacviec_bot", room)
        said = await ear.next()
    assert channel.decode(ear.raws[0].body) == said


@pytest.mark.parametrize(("service", "event"), [("forum_topic_closed", "closed"), ("forum_topic_reopened", "opened")])
def test_a_topic_that_is_closed_or_opened_is_told(channel: TelegramChannel, service: str, event: str) -> None:
    said = channel.decode(message(**{service: {}}, is_topic_message=True, message_thread_id=9))
    assert said is not None
    assert (said.event, said.address) == (event, Address(str(ROOM["id"]), "9"))


def test_a_code_has_a_link_for_a_person_and_for_a_group(channel: TelegramChannel) -> None:
    said = channel.decode(message(text="/start"))
    assert said is not None
    links = [link.format(code="KKKKK-KKKKK") for link in said.links]
    home = "https://t.me/nhacviec_bot"
    assert links == [f"{home}?start=KKKKK-KKKKK", f"{home}?startgroup=KKKKK-KKKKK"]


async def test_a_topic_is_an_address_of_its_own(telegram: TelegramPuppet) -> None:
    """Every message of a topic carries the message that opened it as if it replied to that, and the bot may have opened
    it: this addresses nobody."""
    world, lan, room = telegram.fake.world, await telegram.person("Lan"), await telegram.room("Sở")
    thread = world.topic(int(room.chat), "Phòng Di sản")
    world.privacy = False
    topic = Address(room.chat, str(thread))
    async with Ear(telegram.channel) as ear:
        await telegram.say(lan, "chiều nay họp", topic)
        said = await ear.next()
        assert (said.address, said.reply_to, said.addressed) == (topic, "", False)
        id = await telegram.channel.send(topic, Reply("Quá hạn 12"))
        assert (world.sent[-1].chat, world.sent[-1].thread) == (int(room.chat), thread)
        await telegram.say(lan, "xong", topic, reply_to=id)
        said = await ear.next()
        assert (said.address, said.reply_to, said.addressed) == (topic, id, True)


async def test_the_bot_is_added_removed_and_the_group_moves(telegram: TelegramPuppet) -> None:
    world, lan = telegram.fake.world, await telegram.person("Lan")
    group = world.group("Phòng Di sản", bot="left")
    async with Ear(telegram.channel) as ear:
        world.add_bot(group, int(lan.id))
        new = world.migrate(group, int(lan.id))
        world.kick(new, int(lan.id))
        world.kick(int(lan.id), int(lan.id))
        seen = [await ear.next() for _ in range(4)]
    assert [(one.event, one.address.chat, one.moved_to) for one in seen] == [
        ("added", str(group), ""),
        ("moved", str(group), str(new)),
        ("removed", str(new), ""),
        ("removed", lan.id, ""),
    ]
    assert [one.private for one in seen] == [False, False, False, True]
    assert (seen[0].title, seen[0].sender) == ("Phòng Di sản", lan)


@pytest.mark.parametrize("fault", [None, "error_before", "bad_request", "reset_before"])
async def test_a_press_is_answered_and_no_error_of_that_stops_the_ear(telegram: TelegramPuppet, fault: Any) -> None:
    lan = await telegram.person("Lan")
    if fault:
        telegram.fake.fail(fault, method="answerCallbackQuery")
    async with Ear(telegram.channel) as ear:
        await telegram.channel.send(await telegram.private(lan), Reply("12 Báo cáo", actions=("xong 12",)))
        await telegram.press(lan, (await telegram.heard())[-1], "xong 12")
        assert (await ear.next()).text == "xong 12"
        await until(lambda: telegram.fake.calls["answerCallbackQuery"] == 1)
        if not fault:
            await until(lambda: len(telegram.fake.world.answered) == 1)
        await telegram.say(lan, "hoàn tác")
        assert (await ear.next()).text == "hoàn tác"


async def test_a_file_larger_than_it_says(telegram: TelegramPuppet) -> None:
    lan = await telegram.person("Lan")
    telegram.fake.world.send_file(int(lan.id), "a.zip", b"abc", size=FILE_LIMIT + 1)
    async with Ear(telegram.channel) as ear:
        (file,) = (await ear.next()).files
    got = await telegram.channel.download(File(file.name, 3, file.handle))
    assert (got.content, got.size > FILE_LIMIT) == (None, True)
    assert telegram.fake.calls["getFile"] == 1


async def test_more_updates_than_one_answer_holds_come_once_and_in_order(telegram: TelegramPuppet) -> None:
    lan = await telegram.person("Lan")
    for n in range(250):
        await telegram.say(lan, f"xong {n}")
    async with Ear(telegram.channel) as ear:
        assert [(await ear.next()).text for _ in range(250)] == [f"xong {n}" for n in range(250)]
        await telegram.taken()
    assert len(ear.raws) == 250


async def test_many_buttons_and_many_bold_words_fit(telegram: TelegramPuppet) -> None:
    lan = await telegram.private(await telegram.person("Lan"))
    text = " ".join(["việc"] * 150)
    actions = tuple(f"xong {n}" for n in range(120))
    await telegram.channel.send(lan, Reply(text, tuple((5 * n, 4) for n in range(150)), actions))
    heard = (await telegram.heard())[-1]
    assert heard.bold == ("việc",) * 100
    assert heard.actions == actions[:100]
    assert heard.text == f"{text}\nTrả lời: {' / '.join(actions[100:])}"


async def test_a_webhook_is_seen_by_the_doctor_and_taken_away_by_listening(telegram: TelegramPuppet) -> None:
    world, lan = telegram.fake.world, await telegram.person("Lan")
    world.webhook = "https://example.org/hook"
    assert [one.well for one in await telegram.channel.check()] == [True, True, True, False]
    async with Ear(telegram.channel) as ear:
        await telegram.say(lan, "xong 12")
        assert (await ear.next()).text == "xong 12"
    assert all(one.well for one in await telegram.channel.check())


async def test_the_doctor_tells_privacy_mode(telegram: TelegramPuppet) -> None:
    on = [one.seen for one in await telegram.channel.check()]
    telegram.fake.world.privacy = False
    off = [one.seen for one in await telegram.channel.check()]
    assert [(was, now) for was, now in zip(on, off, strict=True) if was != now] == [
        (
            "đang bật: trong nhóm, bot chỉ nghe lệnh có dấu /, lời trả lời bot, lời gọi tên bot và nút bấm",
            "đang tắt: bot nghe mọi lời trong nhóm",
        )
    ]


async def test_the_doctor_and_the_ear_keep_a_refused_token_to_themselves(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "channels")
    async with FakeTelegram() as fake:
        for channel in (
            TelegramChannel("7300000002:AAsecretsecretsecret", fake.base_url),
            TelegramChannel("7300000002:AAsecretsecretsecret", "http://127.0.0.1:9/bot"),
        ):
            (found,) = await channel.check()
            assert not found.well
            assert "secret" not in f"{found}"
            async with Ear(channel):
                await asyncio.sleep(0.1)
            await channel.close()
    ours = [record.getMessage() for record in caplog.records if record.name == "channels.telegram"]
    assert len(ours) == 2
    assert "secret" not in "".join(ours)


@contextmanager
def logged(*filters: logging.Filter) -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, DEBUG included, as one handler with these filters writes it. Whoever ran the
    bot in this process before may have quietened httpx."""
    root, http, written = logging.getLogger(), logging.getLogger("httpx"), io.StringIO()
    handler, before, quiet = logging.StreamHandler(written), root.level, http.level
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    for one in filters:
        handler.addFilter(one)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    http.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        http.setLevel(quiet)


async def test_a_debug_run_with_the_mask_shows_no_token() -> None:
    secret = "AAverysecretverysecretverysecret"
    token = f"7300000003:{secret}"
    with logged() as bare, logged(mask(token)) as masked:
        async with FakeTelegram(token) as fake:
            lan = Address(str(fake.world.person("Lan")))
            channel = TelegramChannel(token, fake.base_url, poll_timeout=1, timeout=1.0)
            async with Ear(channel) as ear:
                fake.world.send_file(int(lan.chat), "a.txt", b"abc")
                await channel.download((await ear.next()).files[0])
                await channel.send(lan, Reply("Đã ghi nhận."))
            for kind in ("garbage_after", "error_after", "reset_after", "unauthorized"):
                fake.fail(kind)
                try:
                    await channel.send(lan, Reply("Đã ghi nhận."))
                except Exception:
                    logging.exception("failed")
            fake.fail("unauthorized", method="getMe")
            try:
                await channel._bot.initialize()
            except Exception:
                logging.exception("InvalidToken quotes it")
            logging.info("%r %s", channel._bot, channel._bot.base_url, stack_info=True)
            await channel.close()
    assert bare.getvalue().count(secret) > 10
    assert "The token `7300000003:***` was rejected" in masked.getvalue()
    assert "httpx INFO HTTP Request: POST" in masked.getvalue()
    assert secret not in masked.getvalue()


def test_the_mask_holds_for_a_record_that_cannot_be_formatted() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "%d tries with %s", ("7300000003:AAsecret",), None)
    assert mask("7300000003:AAsecret").filter(record)
    assert "AAsecret" not in record.getMessage()
    assert "7300000003:***" in record.getMessage()


async def test_a_message_is_taken_out_of_the_chat() -> None:
    async with FakeTelegram() as fake:
        channel = TelegramChannel(fake.token, fake.base_url)
        told = channel.decode(message(text="/viec"))
        assert told is not None
        await channel.forget(told)
        assert fake.world.deleted == [(ROOM["id"], 5)]
        fake.fail("bad_request")
        await channel.forget(told)
        await channel.close()


async def test_the_menu_is_offered_where_people_type() -> None:
    async with FakeTelegram() as fake:
        channel = TelegramChannel(fake.token, fake.base_url, menu=[("viec", "xem việc"), ("tiendo", "xem tiến độ")])
        async with Ear(channel):
            await until(lambda: bool(fake.world.commands))
        assert [one["command"] for one in fake.world.commands] == ["viec", "tiendo"]
