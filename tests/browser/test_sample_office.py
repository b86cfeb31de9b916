"""The program as it is first met: `nhacviec` with no token, a real process, opened in a real browser."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.patience import PATIENCE

READY = re.compile(r"http://127\.0\.0\.1:\d+/")

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("office")
    ours = ("TELEGRAM_TOKEN", "ZALO_TOKEN", "DATABASE_URL")
    plain = {name: value for name, value in os.environ.items() if name not in ours}
    program = subprocess.Popen(
        [sys.executable, "-m", "bot"],
        cwd=Path(__file__).parents[2],
        env=plain | {"DATA_DIR": str(folder), "WEB_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert program.stdout is not None
    printed = []
    for line in program.stdout:
        printed.append(line)
        if found := READY.search(line):
            yield found[0]
            break
    else:
        pytest.fail("the program ended: " + "".join(printed))
    program.send_signal(signal.SIGINT)
    assert program.wait(PATIENCE) == 0


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    page = await browser.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    await page.goto(url)
    yield page


async def room(page: Page, name: str, who: str) -> None:
    await page.get_by_role("radio", name=who).check(force=True)
    await page.get_by_role("button", name=name).click()
    await expect(page.locator("#talk-title")).to_have_text(name)


async def say(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.locator("#text").press("Enter")


async def test_it_opens_at_a_morning_on_which_a_digest_has_just_arrived(page: Page) -> None:
    await expect(page.locator("#now")).to_contain_text("02/6/2023")
    newest = page.locator(".line").last
    await expect(newest.locator(".who")).to_have_text("Nhắc Việc")
    await expect(newest.locator(".words")).to_contain_text("thứ Sáu 02/6")
    await expect(newest.locator(".words")).to_contain_text("Sắp đến hạn")


async def test_a_focal_officer_closes_a_deadline_and_takes_it_back(page: Page) -> None:
    await room(page, "Phòng Quản lý Văn hóa", "Minh")
    await expect(page.locator(".line").last.locator(".words")).to_contain_text("72 Báo cáo 6 tháng, thứ Hai 05/6")
    await say(page, "xong 72 số 45/BC-QLVH ngày 31/5")
    answer = page.locator(".line").last.locator(".words")
    await expect(answer).to_contain_text("Đã ghi nhận 72 Báo cáo 6 tháng")
    await expect(answer).to_contain_text("45/BC-QLVH")
    await page.locator(".line").last.locator(".action", has_text="hoàn tác").click()
    await expect(page.locator(".line").last.locator(".words")).to_contain_text("Đã hoàn tác")


async def test_a_leader_sees_every_unit_and_an_officer_his_own(page: Page) -> None:
    await room(page, "Riêng với Nhắc Việc", "Thu")
    await say(page, "/tiendo")
    await expect(page.locator(".line").last.locator(".words")).to_contain_text("Toàn Sở, thứ Sáu 02/6")
    await room(page, "Riêng với Nhắc Việc", "Minh")
    await say(page, "tien do")
    answer = page.locator(".line").last.locator(".words")
    await expect(answer).to_contain_text("Phòng Quản lý Văn hóa, thứ Sáu 02/6")
    await expect(answer).not_to_contain_text("Phòng Quản lý Du lịch")


async def test_one_press_goes_to_the_next_reminder(page: Page) -> None:
    """Monday at 07:30 the leaders hear the week's summary, at 08:00 the units their digests."""
    for hour in ("07:30", "08:00"):
        await page.get_by_role("button", name="Đến lần nhắc kế tiếp").click()
        await expect(page.locator("#now")).to_contain_text("05/6/2023")
        await expect(page.locator("#now")).to_contain_text(hour)
    await room(page, "Thanh tra", "Lan")
    await expect(page.locator(".line").last.locator(".words")).to_contain_text("Thanh tra, thứ Hai 05/6")
