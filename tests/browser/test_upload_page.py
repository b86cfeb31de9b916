"""The page behind an upload link, in a real browser as wide as a phone."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from storage.db import Database
from tests.app.bare import Here, serving
from tests.databases import Sqlite

PHONE = {"width": 390, "height": 780}
SHOWN = os.environ.get("SCREENSHOTS", "")
"""A folder to which what is seen is written, for whoever wants to look."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def database(_sqlite: Sqlite) -> Iterator[Database]:
    with _sqlite.fresh() as url:
        database = Database(url)
        yield database
        database.close()


@pytest_asyncio.fixture(loop_scope="module")
async def here(database: Database, tmp_path: Path) -> AsyncIterator[Here]:
    async with serving(database, tmp_path) as here:
        yield here


async def test_somebody_sends_two_files_from_a_phone(browser: Browser, here: Here, tmp_path: Path) -> None:
    link = await here.link("minh", "minh", "gửi tệp xong 1 số 45/BC-QLVH ngày 01/3")
    complaints: list[str] = []
    page = await browser.new_page(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(link)
    await expect(page.get_by_text("Sở Văn hóa, Thể thao và Du lịch tỉnh Bình Minh")).to_be_visible()
    await expect(page.get_by_label("Lời nhắn")).to_have_value("xong 1 số 45/BC-QLVH ngày 01/3")
    await expect(page.get_by_role("button", name="Gửi")).to_be_in_viewport()
    files = {"bao_cao.txt": b"noi dung", "anh.png": b"\x89PNG\r\n\x1a\n"}
    sent = [{"name": name, "mimeType": "", "buffer": content} for name, content in files.items()]
    await page.get_by_label("Chọn tệp hoặc ảnh").set_input_files(sent)  # type: ignore[arg-type]
    if SHOWN:
        await page.screenshot(path=f"{SHOWN}/gui_tep.png", full_page=True)
    await page.get_by_role("button", name="Gửi").click()
    await expect(page.get_by_role("heading", name="Đã nhận 2 tệp")).to_be_visible()
    if SHOWN:
        await page.screenshot(path=f"{SHOWN}/da_nhan.png", full_page=True)
    await page.reload()
    await expect(page.get_by_role("heading", name="Đã nhận 2 tệp")).to_be_visible()
    await here.living.app.settle()
    said = here.living.messenger.heard_by("minh")
    assert len(said) == 2
    assert said[1].startswith("Đã ghi nhận 1 Việc thứ 1.\nSố 45/BC-QLVH ngày 01/3, đúng hạn.\nĐã lưu 2 tệp kèm theo.")
    assert complaints == []


async def test_a_link_that_is_over_says_what_to_write(browser: Browser, here: Here) -> None:
    link = await here.link("minh", "minh", "gửi tệp xong 1")
    await here.living.goes_to("2023-03-01 09:00")
    page = await browser.new_page(viewport=PHONE, color_scheme="dark")  # type: ignore[arg-type]
    await page.goto(link)
    await expect(page.get_by_role("heading", name="Liên kết không dùng được")).to_be_visible()
    await expect(page.get_by_text("nhắn cho Nhắc Việc: gửi tệp")).to_be_visible()
    if SHOWN:
        await page.screenshot(path=f"{SHOWN}/het_han.png", full_page=True)
