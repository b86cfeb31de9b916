"""Zalo: what arrives, what leaves and what goes wrong, with each thing that nobody has measured either way."""

import asyncio
import json
import logging
import unicodedata
from typing import Any, get_args

import pytest

from channels import FILE_LIMIT, Address, File, Later, Never, Reply, SendFailed, Unknown, Why
from channels.zalo import ZaloChannel
from channels.zalo_failures import ApiError, failure
from channels.zalo_parts import parts
from tests.channels.conftest import Ear
from tests.channels.puppet_zalo import ZaloPuppet
from tests.fakes.zalo import FakeZalo, Kind
from tests.patience import until

LAN = {"id": 4600519, "display_name": "Lan", "is_bot": False}
ROOM = {"id": "zgr-f8a7101d77709e2ec761", "chat_type": "GROUP"}
ALONE = {"id": 4600519, "chat_type": "PRIVATE"}
CALL = "@Bot Nhắc Việc"


def update(kind: str = "text", chat: Any = ROOM, **content: Any) -> dict[str, Any]:
    message = {"from": LAN, "chat": chat, "message_id": "2d75", "date": 1_750_316_131_602, **content}
    return {"event_name": f"message.{kind}.received", "message": message}


@pytest.fixture
def channel() -> ZaloChannel:
    return ZaloChannel("1459232241454765289:secretsecretsecret", "http://127.0.0.1:9/bot", shown="Bot Nhắc Việc")


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.zalo.SOONEST", 0.01)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (f"{CALL} xong 12", "xong 12"),
        (f"{CALL}, xong 12", "xong 12"),
        (f"nhờ {CALL}: xong 12", "nhờ xong 12"),
        (f"xong 12 {CALL}", "xong 12"),
        (f"{CALL}\nxong 12\nxong 14", "xong 12\nxong 14"),
        ("@BOT NHẮC  VIỆC xong 12", "xong 12"),
        (unicodedata.normalize("NFD", f"{CALL} đã nộp 12"), "đã nộp 12"),
        (f"{CALL} xong 12 😀", "xong 12 😀"),
        ("@Bot Nhắc Việcx xong 12", "@Bot Nhắc Việcx xong 12"),
        ("lan@Bot Nhắc Việc", "lan@Bot Nhắc Việc"),
        ("xong 12", "xong 12"),
    ],
)
def test_its_name_is_taken_off_wherever_it_stands(channel: ZaloChannel, typed: str, text: str) -> None:
    said = channel.decode(json.dumps(update(text=typed)))
    assert said is not None
    assert (said.text, said.addressed, said.private, said.call) == (text, True, False, CALL)
    assert (said.address, said.sender.id, said.quotes) == (Address(ROOM["id"]), "4600519", False)


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("field", ["photo", "photo_url"])
def test_a_photo_in_either_field_and_envelope(channel: ZaloChannel, wrapped: bool, field: str) -> None:
    event = update("image", **{field: "https://x/1.jpg"}, caption=f"{CALL} xong 12")
    said = channel.decode(json.dumps({"ok": True, "result": event} if wrapped else event))
    assert said is not None
    assert (said.text, [file.handle for file in said.files]) == ("xong 12", ["https://x/1.jpg"])


@pytest.mark.parametrize("kind", ["sticker", "voice", "unsupported"])
def test_what_zalo_keeps_from_bots_is_told_in_private_only(channel: ZaloChannel, kind: str) -> None:
    said = channel.decode(json.dumps(update(kind, ALONE)))
    assert said is not None
    assert (said.event, said.private, said.text, said.call) == ("unread", True, "", "")
    assert channel.decode(json.dumps(update(kind, ROOM))) is None


@pytest.mark.parametrize("chat", [ALONE, {"id": 4600519}])
def test_a_private_chat_has_the_id_of_its_person(channel: ZaloChannel, chat: Any) -> None:
    said = channel.decode(json.dumps(update(chat=chat, text="việc")))
    assert said is not None
    assert (said.private, said.address) == (True, Address("4600519"))


@pytest.mark.parametrize(
    "event",
    [
        update(text="xong 12") | {"event_name": "message.reaction.received"},
        update(text=" "),
        update(text="xong 12", **{"from": {**LAN, "is_bot": True}}),
    ],
)
def test_what_says_nothing_to_us(channel: ZaloChannel, event: Any) -> None:
    assert channel.decode(json.dumps(event)) is None


# What leaves


LIST = """Phòng Di sản
Quá hạn
12 Báo cáo rà soát thủ tục hành chính
hạn thứ Ba
14 Kế hoạch
Sắp đến hạn
15 Đề án"""
BOLD = ((0, 12), (13, 7), (LIST.index("Sắp"), 11))
CUTS = {
    200: [LIST],
    60: [
        "Phòng Di sản\nQuá hạn\n12 Báo cáo rà soát thủ tục hành chính",
        "12 (tiếp)\nhạn thứ Ba\n14 Kế hoạch\nSắp đến hạn\n15 Đề án",
    ],
    30: [
        "Phòng Di sản\nQuá hạn",
        "12 Báo cáo rà soát thủ tục",
        "12 (tiếp)\nhành chính",
        "12 (tiếp)\nhạn thứ Ba",
        "14 Kế hoạch\nSắp đến hạn",
        "15 Đề án",
    ],
}


@pytest.mark.parametrize("limit", CUTS)
def test_a_part_begins_with_the_code_of_what_goes_on_in_it(limit: int) -> None:
    cut = list(parts(LIST, BOLD, limit, len(LIST)))
    assert [part for part, _styles in cut] == CUTS[limit]
    in_bold = [part[one["start"] : one["start"] + one["len"]] for part, found in cut for one in found]  # type: ignore[index,operator,misc]
    assert in_bold == ["Phòng Di sản", "Quá hạn", "Sắp đến hạn"]


def test_the_answers_under_a_list_belong_to_none_of_its_items() -> None:
    answers = "Trả lời: xong 12 / xong 14"
    cut = [part for part, _styles in parts(f"12 Báo cáo\n{answers}", (), 26, 10)]
    assert cut == ["12 Báo cáo", answers]


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("styles", [False, True])
async def test_the_words_count_more_than_the_marks(zalo: ZaloPuppet, plain: bool, styles: bool) -> None:
    zalo.fake.guesses.styles = styles
    lan = await zalo.private(await zalo.person("Lan"))
    channel = ZaloChannel(zalo.fake.token, zalo.fake.base_url, plain=plain)
    await channel.send(lan, Reply("😀 Quá hạn 12", ((2, 7),)))
    await channel.close()
    (heard,) = await zalo.heard()
    assert (heard.text, heard.bold) == ("😀 Quá hạn 12", ("Quá hạn",) if styles and not plain else ())
    assert zalo.fake.calls["sendMessage"] == (1 if styles or plain else 2)


@pytest.mark.parametrize("unit", ["utf-16", "code point", "byte"])
async def test_whatever_two_thousand_characters_are(zalo: ZaloPuppet, unit: str) -> None:
    zalo.fake.guesses.unit = unit  # type: ignore[assignment]
    lines = [f"{n} Báo cáo kết quả rà soát thủ tục hành chính số {n} 😀" for n in range(100, 200)]
    lan = await zalo.private(await zalo.person("Lan"))
    id = await zalo.channel.send(lan, Reply("\n".join(lines), ((0, 3),)))
    heard = await zalo.heard()
    assert [line for one in heard for line in one.text.split("\n")] == lines
    assert heard[-1].id == id


async def test_a_picture_goes_by_its_web_address_or_as_a_link(zalo: ZaloPuppet) -> None:
    room = await zalo.room("Phòng Di sản")
    for host in ("example.org", "upload.wikimedia.org"):
        picture = File("bieu_do.png", 2048, url=f"https://{host}/bieu_do.png")
        await zalo.channel.send(room, Reply("Tiến độ quý I", actions=("tiến độ",), picture=picture, in_group=True))
    shown, linked = zalo.fake.world.sent
    assert (shown.photo, shown.text) == ("https://example.org/bieu_do.png", f"Tiến độ quý I\nTrả lời: {CALL} tiến độ")
    assert linked.photo == ""
    assert linked.text.endswith("Tệp bieu_do.png (2 KB): https://upload.wikimedia.org/bieu_do.png")


async def test_without_its_name_nothing_is_printed_that_would_not_be_heard(zalo: ZaloPuppet) -> None:
    room = await zalo.room("Phòng Di sản")
    zalo.fake.fail("bad_gateway", method="getMe")
    with pytest.raises(Later):
        await zalo.channel.send(room, Reply("12 Báo cáo", actions=("xong 12",), in_group=True))
    await zalo.channel.send(room, Reply("12 Báo cáo", actions=("xong 12",), in_group=True))
    assert [one.text for one in await zalo.heard()] == [f"12 Báo cáo\nTrả lời: {CALL} xong 12"]


@pytest.mark.parametrize(("says", "call"), [(True, CALL), (False, "@bot.VDKyGxQvc")])
async def test_its_name_is_the_set_one_else_what_zalo_says(zalo: ZaloPuppet, says: bool, call: str) -> None:
    zalo.fake.guesses.display_name = says
    minh, room = await zalo.person("Minh"), await zalo.room("Phòng Di sản")
    async with Ear(zalo.channel) as ear:
        await zalo.say(minh, "xong 12", room, mention=True)
        said = await ear.next()
    assert said.call == call
    assert said.text == ("xong 12" if says else f"{CALL} xong 12")


@pytest.mark.parametrize("guess", [{"message_ids": False}, {"success_code": False}, {"text_codes": True}])
async def test_a_success_is_one_however_it_is_told(zalo: ZaloPuppet, guess: dict[str, Any]) -> None:
    for name, value in guess.items():
        setattr(zalo.fake.guesses, name, value)
    id = await zalo.channel.send(await zalo.private(await zalo.person("Lan")), Reply("12 Báo cáo"))
    assert bool(id) == ("message_ids" not in guess)
    assert len(zalo.fake.world.sent) == 1


# What goes wrong


DONE = {"gateway_after", "internal_after", "timeout_after", "hang_after", "close_after", "reset_after", "half_after",
        "garbage_after"}  # fmt: skip
"""Faults after which Zalo has the message."""


@pytest.mark.parametrize("kind", [kind for kind in get_args(Kind) if kind not in ("code", "slow", "same_id")])
async def test_what_may_have_been_said_is_unknown(zalo: ZaloPuppet, kind: Kind) -> None:
    lan = await zalo.private(await zalo.person("Lan"))
    zalo.fake.fail(kind)
    with pytest.raises(SendFailed) as failed:
        await zalo.channel.send(lan, Reply("12 Báo cáo rà soát"))
    assert len(zalo.fake.world.sent) == (kind in DONE)
    assert isinstance(failed.value, Unknown) or kind == "too_many"
    assert zalo.fake.token.partition(":")[2] not in f"{failed.value!r}"


@pytest.mark.parametrize(
    ("code", "description", "expected"),
    [
        (429, "Quota exceeded", Later(3600, "quota: 429 Quota exceeded", all_wait=True)),
        (429, "Too many requests", Later(60, "busy: 429 Too many requests", all_wait=True)),
        (401, "Unauthorized", Later(None, "token: 401 Unauthorized")),
        (403, "Internal server error", Unknown("unsure: 403 Internal server error")),
        (403, "The bot was removed from the group", Never("removed: 403 The bot was removed from the group")),
        (408, "Request timeout", Unknown("unsure: 408 Request timeout")),
        (500, "", Unknown("unsure: 500")),
        (404, "Not Found", Never("refused: 404 Not Found", chat_gone=False)),
        (404, "Chat not found", Never("gone: 404 Chat not found")),
        (400, "Bad request: The text is too long", Never("too_long: 400 Bad request: The text is too long", False)),
        (400, "Bad request: The chat_id must not be empty",
         Never("refused: 400 Bad request: The chat_id must not be empty", chat_gone=False)),
    ],
)  # fmt: skip
def test_what_a_refusal_means(code: int, description: str, expected: SendFailed) -> None:
    assert failure(ApiError(code, description)) == expected


@pytest.mark.parametrize("guess", [{}, {"text_codes": True}, {"camel": True}])
async def test_a_code_is_read_however_it_is_written(zalo: ZaloPuppet, guess: dict[str, Any]) -> None:
    zalo.fake.guesses.quota = 1
    for name, value in guess.items():
        setattr(zalo.fake.guesses, name, value)
    lan = await zalo.private(await zalo.person("Lan"))
    await zalo.channel.send(lan, Reply("12 Báo cáo"))
    with pytest.raises(Later) as failed:
        await zalo.channel.send(lan, Reply("12 Báo cáo"))
    assert (Why.of(failed.value.reason), failed.value.all_wait) == (Why.QUOTA, True)


@pytest.mark.parametrize("how", ["body", "status", "page", "404 page"])
async def test_a_wrong_token_is_kept_to_itself(how: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "channels")
    async with FakeZalo(wrong_token=how) as fake:
        channel = ZaloChannel("1459232241454765290:secretsecretsecret", fake.base_url, poll_timeout=1)
        with pytest.raises(Later) as failed:
            await channel.send(Address(fake.world.person("Lan")), Reply("12 Báo cáo"))
        async with Ear(channel):
            await until(lambda: fake.calls["getMe"] > 1)
        await channel.close()
    assert Why.of(failed.value.reason) is Why.TOKEN
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("channels")]
    assert len(ours) == 1
    assert "secret" not in f"{ours} {failed.value!r}"


async def test_nobody_answers() -> None:
    channel = ZaloChannel("1:secret", "http://127.0.0.1:9/bot")
    with pytest.raises(Later) as failed:
        await channel.send(Address("1"), Reply("12 Báo cáo"))
    assert (Why.of(failed.value.reason), failed.value.all_wait) == (Why.AWAY, False)
    await channel.close()


# What arrives when Zalo is polled


@pytest.mark.parametrize("idle", ["body", "status", "empty", "none", "page"])
@pytest.mark.parametrize("impatient", [False, True])
async def test_however_a_poll_ends_that_had_nothing(idle: Any, impatient: bool) -> None:
    async with FakeZalo(queues=True, idle=idle, impatient=impatient) as fake:
        channel, lan = ZaloChannel(fake.token, fake.base_url, poll_timeout=1), fake.world.person("Lan")
        async with Ear(channel) as ear:
            if impatient:
                await until(lambda: fake.calls["getUpdates"] > 2)
            fake.world.say(lan, "xong 12")
            assert (await ear.next()).text == "xong 12"
        await channel.close()


@pytest.mark.parametrize("kind", ["too_many", "bad_gateway", "close_before", "reset_before"])
async def test_listening_goes_on_after_a_fault(zalo: ZaloPuppet, kind: Kind) -> None:
    zalo.fake.fail(kind, times=2, method="getUpdates")
    zalo.fake.fail(kind, method="getMe")
    async with Ear(zalo.channel) as ear:
        await until(lambda: zalo.fake.calls["getUpdates"] > 2)
        await zalo.say(await zalo.person("Lan"), "xong 12")
        assert (await ear.next()).text == "xong 12"


@pytest.mark.parametrize("answer", ["400", "idle"])
async def test_a_web_address_set_elsewhere_is_taken_away(answer: Any) -> None:
    """Before we begin; and later, where Zalo says that it is there."""
    async with FakeZalo(queues=True, webhook_and_poll=answer) as fake:
        channel, lan = ZaloChannel(fake.token, fake.base_url, poll_timeout=1), fake.world.person("Lan")
        fake.world.webhook = "https://example.org/z"
        async with Ear(channel) as ear:
            for nth in range(2 if answer == "400" else 1):
                await until(lambda: not fake.world.webhook)
                fake.world.say(lan, f"xong {nth}")
                assert (await ear.next()).text == f"xong {nth}"
                fake.world.webhook = "https://example.org/z" if nth == 0 and answer == "400" else ""
        await channel.close()


async def test_two_of_the_same_are_one(zalo: ZaloPuppet) -> None:
    lan = await zalo.person("Lan")
    async with Ear(zalo.channel) as ear:
        for _time in range(2):
            zalo.fake.world.say(lan.id, "xong 12", id="2d758cb5e222177a4e35")
        await until(lambda: len(ear.raws) == 2)
    assert {raw.id for raw in ear.raws} == {f"{lan.id}:2d758cb5e222177a4e35"}


async def test_plain_talk_in_a_group_and_a_typed_name_never_arrive(zalo: ZaloPuppet) -> None:
    minh, room = await zalo.person("Minh"), await zalo.room("Phòng Di sản")
    assert not zalo.fake.world.say(minh.id, "xong 12", room.chat).reached
    assert not zalo.fake.world.say(minh.id, f"{CALL} xong 12", room.chat).reached
    assert not zalo.fake.world.show(minh.id, b"jpg", room.chat, caption="xong 12").reached
    assert zalo.fake.world.show(minh.id, b"jpg", room.chat, caption="xong 12", mention=True).reached


# Pictures


async def test_a_picture_is_fetched_with_its_limit(zalo: ZaloPuppet, monkeypatch: pytest.MonkeyPatch) -> None:
    lan = await zalo.person("Lan")
    async with Ear(zalo.channel) as ear:
        zalo.fake.world.show(lan.id, b"jpg" * 100, caption="xong 12")
        (file,) = (await ear.next()).files
        got = await zalo.channel.download(file)
        assert (got.content, got.size, got.name) == (b"jpg" * 100, 300, "photo.jpg")
        monkeypatch.setattr("channels.zalo.FILE_LIMIT", 299)
        got = await zalo.channel.download(file)
        assert (got.content, got.size) == (None, 300)
    there = file.handle
    for gone in (there.replace("/media/", "/media/to/"), there + "x"):
        with pytest.raises(Never) as failed:
            await zalo.channel.download(File("photo.jpg", 0, gone))
        assert not failed.value.chat_gone
    with pytest.raises(Later):
        await zalo.channel.download(File("photo.jpg", 0, "http://127.0.0.1:9/x"))


async def test_only_what_lies_behind_https_is_fetched() -> None:
    channel = ZaloChannel("1:secret")
    with pytest.raises(Never):
        await channel.download(File("photo.jpg", 0, "http://127.0.0.1:9/x"))
    large = File("photo.jpg", FILE_LIMIT + 1, "https://127.0.0.1:9/x")
    assert await channel.download(large) == large
    await asyncio.gather(channel.close())
