"""`nhacviec doctor` tells what is wrong, and its exit code says whether anything is."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import Session, select

from bot import sample
from bot.doctor import examine
from bot.settings import Settings
from channels import Address
from schedules.clock import SystemClock
from storage import outbox, pulse
from storage.db import Database
from storage.models import Chat, DeliveryState
from storage.outbox import Words
from tests.app.office import account
from tests.fakes.telegram import TOKEN, FakeTelegram


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    fake = FakeTelegram().start()
    yield fake
    fake.stop()


def settings(url: str = "", **more: object) -> Settings:
    given = {"database_url": SecretStr(url), **more}
    return Settings(_env_file=None, **given)  # type: ignore[arg-type, call-arg]


def office(session: Session) -> dict[str, Chat]:
    accounts = {member.name: account(member.name) for member in sample.everybody()}
    groups = {short: Address(short) for short in sample.rooms()}
    sample.make(session, "telegram", accounts, groups, SystemClock().now())
    return {chat.external: chat for chat in session.exec(select(Chat))}


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def line(shown: list[str], about: str) -> str:
    (found,) = [one for one in shown if about in one]
    return found


async def test_a_fresh_installation_is_well(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert await examine(settings(database.url)) == 0
    shown = lines(capsys)
    assert all(one.startswith("  ") for one in shown)
    assert line(shown, "Cơ sở dữ liệu").endswith(database.engine.dialect.name)
    assert "Phiên bản dữ liệu: hiện tại" in line(shown, "Phiên bản")
    assert "chưa đặt TELEGRAM_TOKEN" in line(shown, "Telegram")


async def test_pending_migrations(empty_database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert await examine(settings(empty_database.url)) == 1
    shown = lines(capsys)
    assert line(shown, "nhacviec migrate").startswith("! Phiên bản dữ liệu")


async def test_a_database_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await examine(settings(f"postgresql://ai:hoa-mai-7@/kho?host={tmp_path}&connect_timeout=2")) == 1
    shown = lines(capsys)
    assert line(shown, "Cơ sở dữ liệu").startswith("!")
    assert "hoa-mai-7" not in "".join(shown)


async def test_a_token_that_telegram_takes(
    fake: FakeTelegram, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await examine(settings(data_dir=tmp_path, telegram_token=SecretStr(TOKEN), telegram_url=fake.base_url))
    shown = lines(capsys)
    assert code == 1, "its database has to be migrated"
    assert "@nhacviec_bot" in line(shown, "mã kết nối")
    assert "đang bật" in line(shown, "chế độ riêng tư")
    assert [one for one in shown if one.startswith("!")] == [line(shown, "Phiên bản")]


async def test_privacy_mode_off_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_ears = FakeTelegram(privacy=False).start()
    await examine(settings(data_dir=tmp_path, telegram_token=SecretStr(TOKEN), telegram_url=open_ears.base_url))
    open_ears.stop()
    assert "đang tắt" in line(lines(capsys), "chế độ riêng tư")


async def test_a_token_that_telegram_does_not_take(
    fake: FakeTelegram, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = TOKEN[:-5] + "WRONG"
    given = settings(database.url, telegram_token=SecretStr(wrong), telegram_url=fake.base_url)
    assert await examine(given) == 1
    shown = lines(capsys)
    assert line(shown, "mã kết nối").startswith("!")
    assert wrong.partition(":")[2] not in "".join(shown)


@pytest.mark.parametrize(
    ("public", "known", "seen"),
    [
        ("", "", "  Telegram: webhook: không đặt"),
        (
            "",
            "https://cu.example.vn/t",
            "! Telegram: webhook: đang đặt, nên chưa lấy được tin; bot sẽ gỡ khi khởi động",
        ),
        ("https://a.example.vn", "", "! Telegram: webhook: chưa đúng địa chỉ PUBLIC_URL; bot sẽ đăng ký khi khởi động"),
        ("https://a.example.vn/", "https://a.example.vn/hook/telegram", "  Telegram: webhook: đúng địa chỉ PUBLIC_URL"),
    ],
)
async def test_where_telegram_pushes_to(
    fake: FakeTelegram, tmp_path: Path, capsys: pytest.CaptureFixture[str], public: str, known: str, seen: str
) -> None:
    fake.world.webhook = known
    given = settings(data_dir=tmp_path, telegram_token=SecretStr(TOKEN), telegram_url=fake.base_url, public_url=public)
    await examine(given)
    assert line(lines(capsys), "webhook") == seen


async def test_telegram_out_of_reach(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    given = settings(database.url, telegram_token=SecretStr(TOKEN), telegram_url="http://127.0.0.1:9/bot")
    assert await examine(given) == 1
    assert line(lines(capsys), "mã kết nối").startswith("!")


async def test_groups_each_with_its_last_message(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    now = SystemClock().now()
    with database.begin() as session:
        chats = office(session)
        for title in ("TV", "BT"):
            outbox.owe(session, chats[title].id or 0, "plan", "1", now, Words("lời"))
        said, not_said = outbox.take(session, "telegram", now, timedelta(minutes=2), most=2)
        outbox.sent(session, [(said.delivery, "m1")], now)
        outbox.settle(session, [not_said.delivery], DeliveryState.FAILED, now, "")
    assert await examine(settings(database.url)) == 0
    shown = lines(capsys)
    assert re.search(r"tin gần nhất \d\d:\d\d \d\d/\d\d/\d{4}, không gửi được 0", line(shown, "Nhóm Thư viện tỉnh"))
    assert "tin gần nhất chưa có, không gửi được 1" in line(shown, "Nhóm Bảo tàng tỉnh")


async def test_a_group_that_is_closed_to_us(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with database.begin() as session:
        outbox.switch_off(session, office(session)["TV"], SystemClock().now(), "removed: Forbidden: bot was kicked")
    assert await examine(settings(database.url)) == 1
    shown = lines(capsys)
    assert [one for one in shown if one.startswith("!")] == [line(shown, "Nhóm Thư viện tỉnh")]
    assert line(shown, "Nhóm Thư viện tỉnh").endswith("không nhắn được (Nhắc Việc đã ra khỏi nhóm)")


@pytest.mark.parametrize(("minutes", "well"), [(1, " "), (16, "!")])
async def test_a_clock_that_stands_still(
    database: Database, capsys: pytest.CaptureFixture[str], minutes: int, well: str
) -> None:
    with database.begin() as session:
        pulse.beat(session, SystemClock().now() - timedelta(minutes=minutes))
    await examine(settings(database.url))
    assert line(lines(capsys), "Đồng hồ nhắc việc").startswith(f"{well} Đồng hồ nhắc việc: lần gần nhất ")


async def test_a_message_that_has_waited_too_long(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    long_ago = SystemClock().now() - timedelta(minutes=16)
    with database.begin() as session:
        outbox.owe(session, office(session)["TV"].id or 0, "plan", "1", long_ago, Words("lời"))
    assert await examine(settings(database.url)) == 1
    shown = lines(capsys)
    assert line(shown, "Nhóm Thư viện tỉnh").startswith("!")
    assert "lời" not in "".join(shown)
