"""What `nhacviec doctor` says of a bot on Zalo, over real HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.doctor import examine
from bot.settings import Settings
from schedules import quota
from schedules.clock import HandClock, SystemClock
from storage import traffic
from storage.db import Database
from tests.bot.test_doctor import line, lines, settings
from tests.fakes.zalo import TOKEN, FakeZalo

PUBLIC = "https://nhacviec.example.gov.vn"


@pytest.fixture
def fake() -> Iterator[FakeZalo]:
    fake = FakeZalo(verifies=False).start()
    yield fake
    fake.stop()


@pytest.fixture
def given(fake: FakeZalo, tmp_path: Path) -> Settings:
    return settings(data_dir=tmp_path, zalo_token=SecretStr(TOKEN), zalo_url=fake.base_url)


async def said(given: Settings, capsys: pytest.CaptureFixture[str], minutes: float = 0) -> list[str]:
    """The lines about Zalo."""
    await examine(given, HandClock(SystemClock().now() + timedelta(minutes=minutes)))
    return [one for one in lines(capsys) if "Zalo" in one]


async def test_a_bot_that_is_well(fake: FakeZalo, given: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert await said(given, capsys) == [
        "  Zalo: mã kết nối của bot: đang dùng bot Bot Nhắc Việc",
        "  Zalo: vào nhóm: được phép",
        "  Zalo: tên gọi trong nhóm: @Bot Nhắc Việc",
        "  Zalo: cách nhận tin: hỏi tin liên tục; có thể mất tin khi chương trình không chạy"
        " (đặt PUBLIC_URL thì không)",
        "  Zalo: đồng hồ: khớp với đồng hồ của máy này",
    ]
    assert fake.calls.keys() == {"getMe", "getWebhookInfo"}


async def test_no_token(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await said(settings(data_dir=tmp_path), capsys) == ["  Zalo: chưa đặt ZALO_TOKEN"]


@pytest.mark.parametrize("how", ["body", "status", "page", "404 page"])
async def test_a_token_that_zalo_does_not_take(
    fake: FakeZalo, given: Settings, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    fake.guesses.wrong_token = how  # type: ignore[assignment]
    wrong = TOKEN[:-5] + "WRONG"
    given.zalo_token = SecretStr(wrong)
    first, *others = await said(given, capsys)
    assert [one[:12] for one in others] == ["  Zalo: đồng"]
    assert first == "! Zalo: mã kết nối của bot: Zalo không nhận mã này; xin lấy lại mã ở Zalo Bot Manager"


async def test_zalo_out_of_reach(given: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    given.zalo_url = "http://127.0.0.1:9/bot"
    (only,) = await said(given, capsys)
    assert only.startswith("! Zalo: mã kết nối của bot: chưa hỏi được Zalo (")


async def test_groups_it_may_not_join(fake: FakeZalo, given: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    fake.guesses.can_join_groups = False
    assert line(await said(given, capsys), "vào nhóm").startswith("! Zalo: vào nhóm: chưa được")


@pytest.mark.parametrize(
    ("display", "ours", "theirs", "seen"),
    [
        (True, "Bot Sở", "Bot Nhắc Việc", "! {}: ZALO_NAME là «Bot Sở», Zalo hiện «Bot Nhắc Việc»; xin sửa ZALO_NAME"),
        (True, "bot nhắc  việc", "Bot Nhắc Việc", "  {}: @Bot Nhắc Việc"),
        (True, "", "Bot Sở", "  {}: @Bot Sở"),
        (False, "Bot Sở", "", "  {}: @Bot Sở; Zalo không cho biết tên, xin so với tên hiện trong nhóm"),
        (False, "", "", "! {}: chưa biết; xin ghi tên bot hiện trong Zalo vào ZALO_NAME"),
    ],
)
async def test_the_name_by_which_it_is_called(
    fake: FakeZalo,
    given: Settings,
    capsys: pytest.CaptureFixture[str],
    display: bool,
    ours: str,
    theirs: str,
    seen: str,
) -> None:
    fake.guesses.display_name, fake.world.shown = display, theirs
    given.zalo_name = ours
    assert line(await said(given, capsys), "tên gọi") == seen.format("Zalo: tên gọi trong nhóm")


@pytest.mark.parametrize(
    ("public", "known", "seen"),
    [
        (PUBLIC, f"{PUBLIC}/hook/zalo", "  {}: Zalo đẩy tin đến nhacviec.example.gov.vn"),
        (PUBLIC, "", "! {}: Zalo chưa có địa chỉ PUBLIC_URL; bot sẽ đăng ký khi khởi động"),
        (
            PUBLIC,
            "https://cu.example.vn/z?khoa=1",
            "! {}: Zalo đang đẩy tin đến cu.example.vn, khác PUBLIC_URL; bot sẽ đăng ký lại khi khởi động",
        ),
        (
            "",
            "https://cu.example.vn/z?khoa=1",
            "! {}: Zalo đang đẩy tin đến cu.example.vn; bot sẽ gỡ khi khởi động",
        ),
    ],
)
async def test_how_what_people_write_reaches_us(
    fake: FakeZalo, given: Settings, capsys: pytest.CaptureFixture[str], public: str, known: str, seen: str
) -> None:
    fake.world.webhook = known
    given.public_url = public
    assert line(await said(given, capsys), "nhận tin") == seen.format("Zalo: cách nhận tin")


@pytest.mark.parametrize(
    ("minutes", "seen"),
    [
        (1.5, "  {}: khớp với đồng hồ của máy này"),
        (5, "! {}: đồng hồ của máy này nhanh hơn 5 phút"),
        (-60, "! {}: đồng hồ của máy này chậm hơn 60 phút"),
    ],
)
async def test_its_clock_and_ours(
    given: Settings, capsys: pytest.CaptureFixture[str], minutes: float, seen: str
) -> None:
    assert line(await said(given, capsys, minutes), "Zalo: đồng hồ") == seen.format("Zalo: đồng hồ")


async def test_how_much_of_the_month_is_used(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    now = SystemClock().now()
    month = quota.month_of(now)
    for heard, seen in ((300, "  {}: 1.300 trong 3.000 tin"), (1100, "! {}: 2.400 trong 3.000 tin")):
        with database.begin() as session:
            traffic.count(session, "zalo", month, 3000, heard=heard, said=1000 if heard == 300 else 0)
        await examine(settings(database.url), HandClock(now))
        assert line(lines(capsys), "Zalo: tháng").startswith(seen.format(f"Zalo: tháng {month.month}"))
