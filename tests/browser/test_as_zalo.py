"""The page as an office on Zalo gets it, in a real browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from channels import Address, File, Reply
from tests.browser.office import SAID_BACK, Office, opened, running
from tests.browser.test_page import CONTRAST, PHONE, digest

CALL = "@Bot Nhắc Việc"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def office() -> AsyncIterator[Office]:
    async with running() as office:
        yield office


async def on_zalo(browser: Browser, office: Office, **how: object) -> Page:
    await digest(office)
    office.channel.zalo = True
    return await opened(browser, office, **how)


async def test_the_switch_is_turned_by_keyboard_and_every_page_turns(browser: Browser, office: Office) -> None:
    await digest(office)
    page, other = await opened(browser, office), await opened(browser, office)
    await page.get_by_role("group", name="Xem như").get_by_role("radio", name="Đầy đủ").focus()
    await page.keyboard.press("ArrowRight")
    for one in (page, other):
        await expect(one.get_by_role("radio", name="Zalo")).to_be_checked()
        await expect(one.locator(".action")).to_have_count(0)
        await expect(one.locator(".words").last).to_contain_text(f"Trả lời: {CALL} xong 12 / {CALL} việc")
        assert await one.locator(".words b").all_inner_texts() == ["Quá hạn"]
    await expect(page.locator("#note")).to_contain_text("Đang xem như trên Zalo")
    await expect(page.get_by_role("radio", name="Zalo")).to_be_focused()
    await page.reload()
    await expect(page.get_by_role("radio", name="Zalo")).to_be_checked()
    await page.get_by_role("radio", name="Đầy đủ").check(force=True)
    await expect(page.locator(".action")).to_have_text(["xong 12", "việc"])
    await expect(page.locator(".words").last).not_to_contain_text("Trả lời")


async def test_what_is_not_heard_says_so_and_offers_the_name(browser: Browser, office: Office) -> None:
    page = await on_zalo(browser, office)
    await page.locator("#text").fill("xong 12")
    await page.locator("#text").press("Enter")
    hint = page.locator(".line.mine .unheard")
    await expect(hint).to_contain_text(f"Tin này không đến bot: trong nhóm Zalo, bot chỉ nghe tin có «{CALL}»")
    await expect(page.locator("[aria-live=polite]")).to_contain_text("Tin này không đến bot")
    await hint.get_by_role("button").click()
    await expect(page.locator("#text")).to_have_value(f"{CALL} xong 12")
    await page.locator("#text").press("Enter")
    said = await office.hears()
    assert (said.text, said.addressed, said.call) == ("xong 12", True, CALL)
    await expect(page.locator(".words").last).to_have_text(SAID_BACK)
    await page.get_by_role("radio", name="Đầy đủ").check(force=True)
    await expect(page.locator(".line")).to_have_count(4)
    await expect(page.locator(".unheard")).to_have_count(0)


async def test_sentences_at_hand_begin_with_the_name_in_a_group_only(browser: Browser, office: Office) -> None:
    page = await on_zalo(browser, office)
    chips = page.locator("#chips")
    await page.locator("#text").fill("còn gì")
    await chips.get_by_role("button", name=CALL).click()
    await expect(page.locator("#text")).to_have_value(f"{CALL} còn gì")
    await chips.get_by_role("button", name="Ghi kết quả").click()
    await expect(page.locator("#text")).to_have_value(f"{CALL} xong ")
    await chips.get_by_role("button", name="Việc tuần này").click()
    said = await office.hears()
    assert (said.text, said.call) == ("việc", CALL)
    await page.get_by_role("button", name="Riêng với Nhắc Việc").click()
    await expect(chips.get_by_role("button", name=CALL)).to_have_count(0)
    await chips.get_by_role("button", name="Việc tuần này").click()
    said = await office.hears()
    assert (said.text, said.call, said.private) == ("việc", "", True)


async def test_a_file_is_not_attached_but_asked_for(browser: Browser, office: Office) -> None:
    page = await on_zalo(browser, office)
    await expect(page.locator("#file")).to_be_hidden()
    await page.get_by_role("button", name="gửi tệp").click()
    await expect(page.locator("#text")).to_have_value(f"{CALL} gửi tệp")
    await page.evaluate("""() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["x"], "kế hoạch.docx"));
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer }));
    }""")
    await expect(page.locator("#note")).to_contain_text("Trên Zalo tệp không đến được bot")
    await expect(page.locator("#files li")).to_have_count(0)


async def test_a_picture_is_a_link_that_is_followed(browser: Browser, office: Office) -> None:
    page = await on_zalo(browser, office)
    picture = File("tiến độ.png", 9, content=b"not a png")
    await office.channel.send(Address("disan"), Reply("Tiến độ", picture=picture))
    link = page.locator(".words a")
    await expect(link).to_have_attribute("href", f"{office.channel.url}file/{(await shown(page))[-1]}")
    async with page.expect_download() as downloading:
        await link.click()
    assert (await downloading.value).suggested_filename == "tiến độ.png"


async def shown(page: Page) -> list[str]:
    ids: list[str] = await page.evaluate("[...document.querySelectorAll('.line')].map(line => line.id.slice(2))")
    return ids


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_can_be_read_on_a_phone_by_day_and_by_night(browser: Browser, office: Office, scheme: str) -> None:
    page = await on_zalo(browser, office, viewport=PHONE, color_scheme=scheme, reduced_motion="reduce")
    await page.locator("#text").fill("xong 12")
    await page.locator("#send").click()
    await expect(page.locator(".unheard button")).to_be_in_viewport(ratio=1)
    for needed in (page.locator("#like"), page.locator("#next"), page.locator("#send-file"), page.locator("#send")):
        await expect(needed).to_be_in_viewport(ratio=1)
    assert await page.evaluate(CONTRAST) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(wide) == 0
