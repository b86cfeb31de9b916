"""What goes wrong between us and Telegram, over a real line: nothing lost, nothing doubled that was not Unknown."""

import asyncio
import logging
import signal
import subprocess
import sys
import traceback
from collections.abc import Sequence
from functools import partial
from typing import get_args

import httpx
import pytest

from channels import Address, File, Later, Moved, Never, Raw, Reply, SendFailed, Unknown, Why
from channels.telegram import TelegramChannel
from tests.channels.conftest import Ear
from tests.channels.puppets import TelegramPuppet
from tests.fakes.telegram import FakeTelegram, Kind
from tests.patience import PATIENCE, until

OUTCOMES: dict[Kind, tuple[type[SendFailed], bool]] = {
    "too_many": (Later, False),
    "unauthorized": (Later, False),
    "not_found": (Later, False),
    "bad_request": (Never, False),
    "bad_marks": (Never, False),
    "too_long": (Never, False),
    "forbidden": (Never, False),
    "too_large": (Never, False),
    "error_before": (Unknown, False),
    "error_after": (Unknown, True),
    "hang_before": (Unknown, False),
    "hang_after": (Unknown, True),
    "close_before": (Unknown, False),
    "close_after": (Unknown, True),
    "reset_before": (Unknown, False),
    "reset_after": (Unknown, True),
    "half_after": (Unknown, True),
    "garbage_after": (Unknown, True),
}
"""Each fault: what `send` raises, and whether Telegram had accepted the message."""

SECRET = Reply("12 Báo cáo rà soát")


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.telegram.SOONEST", 0.01)
    monkeypatch.setattr("channels.telegram.BETWEEN", 0.01)


@pytest.fixture
async def thu(telegram: TelegramPuppet) -> Address:
    return await telegram.private(await telegram.person("Thu"))


def test_every_fault_is_asked_about() -> None:
    assert set(OUTCOMES) == set(get_args(Kind))


@pytest.mark.parametrize("kind", OUTCOMES)
async def test_a_fault_of_sending(telegram: TelegramPuppet, thu: Address, kind: Kind) -> None:
    raised, accepted = OUTCOMES[kind]
    telegram.fake.fail(kind)
    with pytest.raises(SendFailed) as failed:
        await telegram.channel.send(thu, SECRET)
    assert type(failed.value) is raised
    assert len(telegram.fake.world.sent) == accepted
    shown = "".join(traceback.format_exception(failed.value)) + repr(failed.value)
    assert telegram.fake.token.partition(":")[2] not in shown
    assert "rà soát" not in shown


async def test_too_many_is_for_every_chat(telegram: TelegramPuppet, thu: Address) -> None:
    telegram.fake.fail("too_many", retry_after=7)
    with pytest.raises(Later) as first:
        await telegram.channel.send(thu, Reply("Quá hạn 12"))
    assert (first.value.after, first.value.all_wait) == (7.0, True)


NEVER = {
    "bad_request": (Why.REFUSED, False),
    "too_long": (Why.TOO_LONG, False),
    "too_large": (Why.TOO_LONG, False),
    "blocked": (Why.BLOCKED, True),
    "no account": (Why.GONE, True),
    "no group": (Why.GONE, True),
    "no such chat": (Why.GONE, True),
    "kicked": (Why.REMOVED, True),
    "muted": (Why.MUTED, True),
    "lost topic": (Why.TOPIC_GONE, True),
    "closed topic": (Why.TOPIC_CLOSED, True),
}


@pytest.mark.parametrize("how", NEVER)
async def test_a_chat_that_is_closed_is_told_from_a_message_that_is_refused(telegram: TelegramPuppet, how: str) -> None:
    with pytest.raises(Never) as failed:
        await telegram.channel.send(await telegram.fail(how), Reply("Quá hạn 12"))
    assert (Why.of(failed.value.reason), failed.value.chat_gone) == NEVER[how]
    assert telegram.fake.world.sent == []


@pytest.mark.parametrize(
    ("kind", "why"),
    [("too_many", Why.BUSY), ("unauthorized", Why.TOKEN), ("not_found", Why.TOKEN), ("reset_after", Why.UNSURE)],
)
async def test_why_it_is_tried_again(telegram: TelegramPuppet, thu: Address, kind: Kind, why: Why) -> None:
    telegram.fake.fail(kind)
    with pytest.raises((Later, Unknown)) as failed:
        await telegram.channel.send(thu, SECRET)
    assert Why.of(failed.value.reason) is why


async def test_what_is_bold_is_said_plain_where_telegram_does_not_take_it(
    telegram: TelegramPuppet, thu: Address
) -> None:
    telegram.fake.fail("bad_marks")
    await telegram.channel.send(thu, Reply("Quá hạn\n12 Báo cáo rà soát", bold=((0, 7),), actions=("xong 12",)))
    assert [(one.text, one.bold, one.buttons) for one in telegram.fake.world.sent] == [
        ("Quá hạn\n12 Báo cáo rà soát", (), ("xong 12",))
    ]
    assert telegram.fake.calls["sendMessage"] == 2


async def test_what_is_bold_under_a_file_too(telegram: TelegramPuppet, thu: Address) -> None:
    telegram.fake.fail("bad_marks", method="sendDocument")
    file = File("bao_cao.pdf", 4, content=b"%PDF")
    await telegram.channel.send(thu, Reply("Quá hạn", bold=((0, 7),), file=file))
    assert [(one.text, one.bold, one.file) for one in telegram.fake.world.sent] == [("Quá hạn", (), "bao_cao.pdf")]


async def test_marks_are_tried_once_without(telegram: TelegramPuppet, thu: Address) -> None:
    telegram.fake.fail("bad_marks", times=2)
    with pytest.raises(Never) as failed:
        await telegram.channel.send(thu, Reply("Quá hạn", bold=((0, 7),)))
    assert not failed.value.chat_gone
    assert telegram.fake.calls["sendMessage"] == 2


async def test_a_stranger_cannot_be_written_to(telegram: TelegramPuppet) -> None:
    stranger = telegram.fake.world.person("Người lạ", opened=False)
    with pytest.raises(Never) as failed:
        await telegram.channel.send(Address(str(stranger)), Reply("Quá hạn 12"))
    assert failed.value.chat_gone


async def test_a_lost_topic_closes_that_address_and_never_falls_into_general(telegram: TelegramPuppet) -> None:
    with pytest.raises(Never) as failed:
        await telegram.channel.send(await telegram.fail("lost topic"), Reply("Quá hạn 12"))
    assert (Why.of(failed.value.reason), failed.value.chat_gone) == (Why.TOPIC_GONE, True)
    assert telegram.fake.world.sent == []


@pytest.mark.parametrize("where", [Address("không phải số"), Address("-1002000000001", "không phải số"), Address("")])
async def test_an_address_that_is_none(telegram: TelegramPuppet, where: Address) -> None:
    with pytest.raises(SendFailed):
        await telegram.channel.send(where, Reply("Quá hạn 12"))


async def test_nothing_to_say_is_refused_before_it_leaves(telegram: TelegramPuppet, thu: Address) -> None:
    with pytest.raises(Never) as failed:
        await telegram.channel.send(thu, Reply(" \n"))
    assert not failed.value.chat_gone
    assert telegram.fake.calls["sendMessage"] == 0


async def test_a_group_that_moved_hears_us_at_its_new_address(telegram: TelegramPuppet) -> None:
    with pytest.raises(Moved) as moved:
        await telegram.channel.send(await telegram.fail("migrated"), Reply("Quá hạn 12"))
    await telegram.channel.send(Address(moved.value.to), Reply("Quá hạn 12"))
    assert [str(one.chat) for one in telegram.fake.world.sent] == [moved.value.to]


async def test_nobody_at_the_other_end(telegram: TelegramPuppet, thu: Address) -> None:
    await telegram.stop()
    with pytest.raises(Later) as failed:
        await telegram.channel.send(thu, Reply("Quá hạn 12"))
    assert "ConnectError" in failed.value.reason


async def test_no_free_line(telegram: TelegramPuppet, thu: Address) -> None:
    """Every connection hangs: the next message surely did not leave."""
    channel = TelegramChannel(telegram.fake.token, telegram.fake.base_url, timeout=4.0)
    telegram.fake.fail("hang_before", times=8)
    hanging = [asyncio.create_task(channel.send(thu, Reply(f"Quá hạn {n}"))) for n in range(8)]
    await until(lambda: telegram.fake.calls["sendMessage"] == 8)
    with pytest.raises(Later) as failed:
        await channel.send(thu, Reply("Quá hạn 12"))
    assert "PoolTimeout" in failed.value.reason
    for one in hanging:
        one.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)
    await channel.close()


@pytest.mark.parametrize("seed", [1, 2])
async def test_on_a_faulty_line_nothing_is_lost_and_only_the_unknown_is_doubled(
    telegram: TelegramPuppet, thu: Address, seed: int
) -> None:
    """Later is said again, Unknown once more: as the outbox does."""
    before: dict[Kind, float] = {"unauthorized": 0.05, "error_before": 0.02, "reset_before": 0.02}
    after: dict[Kind, float] = {"error_after": 0.05, "reset_after": 0.05, "close_after": 0.05, "garbage_after": 0.05}
    telegram.fake.flaky(seed, before | after)
    texts, unknown, given_up = [f"xong {n}" for n in range(300)], 0, set[str]()
    for text in texts:
        for _ in range(20):
            try:
                await telegram.channel.send(thu, Reply(text))
            except Later:
                continue
            except Unknown:
                unknown += 1
                try:
                    await telegram.channel.send(thu, Reply(text))
                except SendFailed:
                    given_up.add(text)
            break
    accepted = [one.text for one in telegram.fake.world.sent]
    assert set(texts) - set(accepted) <= given_up
    assert 40 < unknown < 110
    assert 0 < len(accepted) - len(set(accepted)) <= unknown


async def test_a_faulty_line_loses_no_update(telegram: TelegramPuppet) -> None:
    lan = await telegram.person("Lan")
    kinds: list[Kind] = ["error_before", "garbage_after", "half_after", "reset_after", "close_before", "unauthorized"]
    for kind in kinds:
        telegram.fake.fail(kind, method="getUpdates")
    telegram.fake.fail("reset_before", method="getMe")
    telegram.fake.fail("too_many", method="getUpdates", retry_after=1)
    async with Ear(telegram.channel) as ear:
        for n in range(5):
            await telegram.say(lan, f"xong {n}")
        assert [(await ear.next()).text for _ in range(5)] == [f"xong {n}" for n in range(5)]
    assert telegram.fake.calls["getUpdates"] >= len(kinds) + 2


async def test_two_pollers_disturb_each_other_and_the_log_says_so_once(
    telegram: TelegramPuppet, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "channels")
    lan, second = await telegram.person("Lan"), TelegramChannel(telegram.fake.token, telegram.fake.base_url)
    async with Ear(telegram.channel) as one, Ear(second) as other:
        for n in range(4):
            await until(partial(lambda enough: telegram.fake.calls["getUpdates"] > enough, 3 * n + 2))
            await telegram.say(lan, f"xong {n}")
            await telegram.taken()
    assert len({raw.id for raw in one.raws + other.raws}) == 4
    await second.close()
    told = [record.getMessage() for record in caplog.records if "Conflict" in record.getMessage()]
    assert 1 <= len(told) <= 2


CHILD = """
import asyncio, sys
from channels.telegram import TelegramChannel

async def keep(raws):
    print(len(raws), flush=True)
    await asyncio.Event().wait()

asyncio.run(TelegramChannel(sys.argv[1], sys.argv[2]).listen(keep))
"""


async def test_a_bot_killed_before_it_has_kept_is_told_again(telegram: TelegramPuppet) -> None:
    lan = await telegram.person("Lan")
    for n in range(10):
        await telegram.say(lan, f"xong {n}")
    bot = [sys.executable, "-c", CHILD, telegram.fake.token, telegram.fake.base_url]
    child = await asyncio.create_subprocess_exec(*bot, stdout=subprocess.PIPE)
    assert child.stdout
    assert await asyncio.wait_for(child.stdout.readline(), PATIENCE) == b"10\n"
    child.send_signal(signal.SIGKILL)
    await child.wait()
    async with Ear(telegram.channel) as ear:
        assert [(await ear.next()).text for _ in range(10)] == [f"xong {n}" for n in range(10)]


async def test_a_bot_stopped_after_it_has_kept_and_before_it_confirmed_knows_the_update_again(
    telegram: TelegramPuppet,
) -> None:
    lan, kept = await telegram.person("Lan"), list[Raw]()
    await telegram.say(lan, "xong 12")

    async def keep(raws: Sequence[Raw]) -> None:
        kept.extend(raws)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await telegram.channel.listen(keep)
    async with Ear(telegram.channel) as ear:
        await ear.next()
    assert [raw.id for raw in ear.raws] == [raw.id for raw in kept]


async def test_the_fake_serves_as_a_process_of_its_own() -> None:
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.fakes.telegram", stdout=subprocess.PIPE)
    assert child.stdout
    try:
        where = httpx.Response(200, content=await asyncio.wait_for(child.stdout.readline(), PATIENCE)).json()
        channel = TelegramChannel(where["token"], where["base_url"])
        async with httpx.AsyncClient(base_url=where["control"] + "/") as control, Ear(channel) as ear:

            async def do(what: str, **given: object) -> object:
                return (await control.post(what, json=given)).raise_for_status().json()

            lan = await do("person", name="Lan")
            await do("send_file", who=lan, name="a.txt", content_base64="YWJj", caption="văn bản")
            assert (await channel.download((await ear.next()).files[0])).content == b"abc"
            await do("fail", kind="error_after")
            with pytest.raises(Unknown):
                await channel.send(Address(str(lan)), Reply("Đã ghi nhận.", actions=("hoàn tác",)))
            sent = await do("sent")
        assert isinstance(sent, list)
        assert [(one["seq"], one["chat"], one["text"], one["buttons"]) for one in sent] == [
            (1, lan, "Đã ghi nhận.", ["hoàn tác"])
        ]
        await channel.close()
    finally:
        child.kill()
        await child.wait()


async def test_the_fake_refuses_what_telegram_refuses() -> None:
    async with FakeTelegram() as fake, httpx.AsyncClient(base_url=f"{fake.base_url}{fake.token}/") as api:
        lan = fake.world.person("Lan")

        async def refused(**asked: object) -> str:
            answer = (await api.post("sendMessage", json={"chat_id": lan, "text": "Quá hạn", **asked})).json()
            return str(answer.get("description", "accepted"))

        button = {"text": "x", "callback_data": "ấ" * 22}
        assert await refused(text="😀" * 2048) == "accepted"
        assert await refused(text="😀" * 2048 + "a") == "Bad Request: message is too long"
        assert await refused(text="  ") == "Bad Request: message text is empty"
        assert await refused(chat_id=7) == "Bad Request: chat not found"
        assert await refused(message_thread_id=3) == "Bad Request: message thread not found"
        assert await refused(entities=[{"type": "bold", "offset": 5, "length": 3}]) != "accepted"
        assert await refused(entities=[{"type": "bold", "offset": 0, "length": 1}] * 101) != "accepted"
        assert await refused(reply_markup={"inline_keyboard": [[button]]}) == "Bad Request: BUTTON_DATA_INVALID"
        assert (await api.get("noSuchMethod")).status_code == 404
        assert len(fake.world.sent) == 1
        form = await api.post("sendMessage", files={"chat_id": (None, str(lan)), "text": (None, "Đã nhận")})
        assert form.json()["result"]["text"] == "Đã nhận"
