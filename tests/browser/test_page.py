"""The local web chat in a real browser, over a stage and a bot made here."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from channels import FILE_LIMIT, Address
from tests.browser.office import SAID_BACK, Office, opened, running
from tests.channels.puppet_web import HANOI

DIGEST = "Phòng Di sản, thứ Năm 01/6\nQuá hạn\n12 Kiểm kê hiện vật, hạn thứ Ba 30/5"
PHONE = {"width": 390, "height": 780}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def office() -> AsyncIterator[Office]:
    async with running() as office:
        yield office


async def digest(office: Office) -> str:
    await office.says("all", "Toàn Sở, thứ Năm 01/6")
    return await office.says("disan", DIGEST, "xong 12", "việc", bold="Quá hạn")


async def test_it_opens_where_a_digest_has_just_arrived(browser: Browser, office: Office) -> None:
    await digest(office)
    asked: list[str] = []
    complaints: list[str] = []
    page = await browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(office.channel.url)
    newest = page.locator(".line").last
    await expect(newest).to_be_in_viewport()
    assert await newest.locator(".words").inner_text() == DIGEST
    assert await newest.locator(".words b").all_inner_texts() == ["Quá hạn"]
    assert await newest.locator(".action").all_inner_texts() == ["xong 12", "việc"]
    await expect(newest.locator(".stamp")).to_have_text("08:00")
    await expect(page.locator("#talk-title")).to_have_text("Phòng Di sản")
    assert (await page.locator("#now").inner_text()).replace("\xa0", " ") == "thứ Năm 01/6/2023, 08:00"
    await expect(page.locator("#next-at")).to_have_text("thứ Sáu 02/6, 08:00")
    await expect(page.get_by_text("không gửi gì ra ngoài")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "vi"
    assert asked
    assert {url for url in asked if not url.startswith(office.channel.url)} == set()
    assert complaints == []


async def test_of_several_digests_of_one_minute_the_fullest_is_open(browser: Browser, office: Office) -> None:
    await digest(office)
    await office.says("all", "Toàn Sở, thứ Năm 01/6")
    page = await opened(browser, office)
    await expect(page.locator("#talk-title")).to_have_text("Phòng Di sản")


async def test_one_press_goes_to_the_next_digest(browser: Browser, office: Office) -> None:
    await office.says("baotang", "Bảo tàng, thứ Năm 01/6")
    page = await opened(browser, office)
    await expect(page.locator("#talk-title")).to_have_text("Bảo tàng")
    await page.get_by_role("button", name="Đến lần nhắc kế tiếp").press("Enter")
    await expect(page.locator("#talk-title")).to_have_text("Phòng Di sản")
    await expect(page.locator(".line").last).to_contain_text("Lượt nhắc 02/06")
    await expect(page.locator(".line").last).to_be_in_viewport()
    await expect(page.locator("#note")).to_have_text("Thứ Sáu 02/6/2023, 08:00: 1 tin mới ở 1 hội thoại")
    await expect(page.locator("#now")).to_contain_text("02/6/2023")
    await expect(page.locator("#next")).to_be_focused()
    assert office.stage.moved == [None]


async def test_the_clock_goes_to_a_chosen_moment_and_only_forward(browser: Browser, office: Office) -> None:
    await digest(office)
    page = await opened(browser, office, timezone_id="America/New_York")
    await page.locator("#pick").click()
    await page.get_by_label("Chuyển đến").fill("2023-06-05T14:30")
    await expect(page.locator("#to-words")).to_have_text("Thứ Hai 05/6/2023, 14:30")
    await page.get_by_role("button", name="Chuyển đồng hồ").click()
    await expect(page.locator("#now")).to_contain_text("14:30")
    assert office.stage.moved == [datetime(2023, 6, 5, 14, 30, tzinfo=HANOI)]
    await page.evaluate("document.getElementById('picker-form').noValidate = true")
    await page.locator("#pick").click()
    await page.get_by_label("Chuyển đến").fill("2023-06-01T08:00")
    await page.get_by_role("button", name="Chuyển đồng hồ").click()
    await expect(page.locator("#note")).to_contain_text("Đồng hồ chỉ đi tới")
    assert len(office.stage.moved) == 1


async def test_a_person_speaks_in_a_group(browser: Browser, office: Office) -> None:
    await digest(office)
    office.silent = True
    page = await opened(browser, office)
    await page.get_by_role("radio", name="Minh").check(force=True)
    await page.locator("#text").fill("xong 12")
    await page.locator("#text").press("Enter")
    said = await office.hears()
    assert (said.address, said.private, said.title) == (Address("disan"), False, "Phòng Di sản")
    assert (said.sender.id, said.sender.name, said.text, said.addressed) == ("minh", "Minh", "xong 12", False)
    await expect(page.locator(".line.mine .words")).to_have_text("xong 12")
    await expect(page.locator("#text")).to_have_value("")
    await page.get_by_role("radio", name="Lan").check(force=True)
    line = page.locator(".line").last
    await expect(line.locator(".who")).to_have_text("Minh")
    await expect(page.locator(".line.mine")).to_have_count(0)


@pytest.mark.parametrize(
    ("typed", "text", "addressed"),
    [
        ("@nhacviec còn việc gì", "còn việc gì", True),
        ("còn việc gì, @NhacViec?", "còn việc gì, ?", True),
        ("/tiendo", "/tiendo", True),
        ("gửi a@nhacviec.vn", "gửi a@nhacviec.vn", False),
        ("nhắc việc cho cả phòng", "nhắc việc cho cả phòng", False),
    ],
)
async def test_in_a_group_the_bot_is_called(
    browser: Browser, office: Office, typed: str, text: str, addressed: bool
) -> None:
    await digest(office)
    page = await opened(browser, office)
    await page.locator("#text").fill(typed)
    await page.locator("#send").click()
    said = await office.hears()
    assert (said.text, said.addressed) == (text, addressed)
    await expect(page.locator(".line.mine .words")).to_have_text(typed)


async def test_a_button_says_its_sentence(browser: Browser, office: Office) -> None:
    id = await digest(office)
    page = await opened(browser, office)
    await page.get_by_role("button", name="xong 12").dblclick()
    said = await office.hears()
    assert (said.text, said.reply_to, said.addressed) == ("xong 12", id, True)
    await expect(page.locator(".line").last.locator(".words")).to_have_text(SAID_BACK)
    await expect(page.locator(".line.mine .words")).to_have_text("xong 12")
    assert office.heard.empty()


async def test_chips_say_or_begin_a_sentence(browser: Browser, office: Office) -> None:
    await digest(office)
    page = await opened(browser, office)
    await page.get_by_role("button", name="Ghi kết quả").click()
    await expect(page.locator("#text")).to_have_value("xong ")
    await page.keyboard.type("12")
    await page.keyboard.press("Enter")
    assert (await office.hears()).text == "xong 12"
    await page.get_by_role("button", name="Việc tuần này").click()
    said = await office.hears()
    assert (said.text, said.addressed) == ("việc", True)


async def test_clicking_a_message_answers_it(browser: Browser, office: Office) -> None:
    id = await digest(office)
    page = await opened(browser, office)
    await page.locator(".bubble").first.click()
    await expect(page.locator("#replying")).to_contain_text("Trả lời Nhắc Việc")
    await page.locator("#text").fill("đã rõ")
    await page.locator("#text").press("Enter")
    said = await office.hears()
    assert (said.text, said.reply_to, said.addressed) == ("đã rõ", id, True)
    await expect(page.locator("#replying")).to_be_hidden()
    await expect(page.locator(".line.mine .quote")).to_contain_text("Nhắc Việc")


async def test_files_arrive_whole_and_large_ones_by_name(browser: Browser, office: Office, tmp_path: Path) -> None:
    content = bytes(range(256)) * 40
    large = tmp_path / "bản quét.pdf"
    large.write_bytes(b"\0" * (FILE_LIMIT + 1))
    page = await opened(browser, office)
    await page.locator("#file").set_input_files(
        {"name": "Kế hoạch 2023.docx", "mimeType": "application/octet-stream", "buffer": content}
    )
    await page.locator("#send").click()
    said = await office.hears()
    assert said.private
    assert [(file.name, file.size, file.content) for file in said.files] == [("Kế hoạch 2023.docx", 10240, content)]
    await expect(page.locator(".line.mine .sent-file")).to_contain_text("Kế hoạch 2023.docx")
    await page.locator("#file").set_input_files(large)
    await expect(page.locator("#note")).to_contain_text("lớn hơn 20 MB")
    await page.locator("#send").click()
    said = await office.hears()
    assert [(file.name, file.size, file.content) for file in said.files] == [("bản quét.pdf", FILE_LIMIT + 1, None)]


async def test_lines_and_letters_are_kept(browser: Browser, office: Office) -> None:
    page = await opened(browser, office)
    await page.locator("#text").press_sequentially("gửi:")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("<b>số 45</b>")
    await page.keyboard.press("Enter")
    assert (await office.hears()).text == "gửi:\n<b>số 45</b>"
    assert await page.locator(".line.mine .words").inner_text() == "gửi:\n<b>số 45</b>"
    await office.says("me:lan", "𠀋 việc 12 {{bot}}", bold="việc 12")
    await expect(page.locator(".line").last.locator("b")).to_have_text("việc 12")
    assert await page.locator(".words").last.inner_text() == "𠀋 việc 12 {{bot}}"


async def test_what_is_unread_is_counted_until_it_is_opened(browser: Browser, office: Office) -> None:
    await digest(office)
    page = await opened(browser, office)
    office_group = page.get_by_role("button", name="Toàn Sở")
    await expect(office_group.locator(".count")).to_contain_text("1 tin chưa đọc")
    await office.says("all", "Đã nhận 8 trong 12 đơn vị.")
    await office.says("me:thu", "Kính gửi anh/chị Thu.")
    await expect(office_group.locator(".count")).to_contain_text("2 tin chưa đọc")
    await expect(page.locator(".person", has_text="Thu").locator(".count")).to_contain_text("1 tin chưa đọc")
    await expect(page.locator(".person", has_text="Minh").locator(".count")).to_have_count(0)
    await office_group.click()
    await expect(office_group.locator(".count")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_role("button", name="Toàn Sở")).to_be_visible()
    await expect(office_group.locator(".count")).to_have_count(0)


async def test_what_was_said_before_the_first_visit_is_not_unread(browser: Browser, office: Office) -> None:
    await office.says("all", "Toàn Sở, thứ Năm 01/6")
    await office.stage.move(datetime(2023, 6, 5, 8, 0, tzinfo=HANOI))
    await office.says("baotang", "Bảo tàng, thứ Hai 05/6")
    page = await opened(browser, office)
    group = {name: page.get_by_role("button", name=name) for name in ("Toàn Sở", "Phòng Di sản")}
    await expect(page.locator("#talk-title")).to_have_text("Bảo tàng")
    await expect(group["Phòng Di sản"].locator(".count")).to_contain_text("1 tin chưa đọc")
    await expect(group["Toàn Sở"].locator(".count")).to_have_count(0)
    await expect(group["Toàn Sở"].locator(".tail")).to_have_text("01/6")
    await expect(group["Phòng Di sản"].locator(".tail")).to_contain_text("08:00")


async def test_what_one_page_says_the_other_shows_and_speaks(browser: Browser, office: Office) -> None:
    await digest(office)
    first, second = await opened(browser, office), await opened(browser, office)
    await second.get_by_role("radio", name="Minh").check(force=True)
    await first.locator("#text").fill("chờ số liệu cấp huyện")
    await first.locator("#text").press("Enter")
    await expect(second.locator(".line").last.locator(".words")).to_have_text("chờ số liệu cấp huyện")
    await expect(second.locator("[aria-live=polite]")).to_have_text("Lan: chờ số liệu cấp huyện")


async def test_the_conversation_outlives_the_program(browser: Browser, tmp_path: Path) -> None:
    transcript = tmp_path / "chat" / "transcript.jsonl"
    async with running(transcript) as office:
        await digest(office)
        page = await opened(browser, office)
        await page.locator("#text").fill("/việc")
        await page.locator("#text").press("Enter")
        await expect(page.locator(".line").last.locator(".words")).to_have_text(SAID_BACK)
    await expect(page.locator("#lost")).to_be_visible()
    async with running(transcript) as office:
        page = await opened(browser, office)
        assert await page.locator(".words").all_inner_texts() == [DIGEST, "/việc", SAID_BACK]
        assert await page.locator(".words b").all_inner_texts() == ["Quá hạn"]


async def test_everything_is_reached_by_keyboard(browser: Browser, office: Office) -> None:
    await digest(office)
    page = await opened(browser, office)
    await page.get_by_role("radio", name="Lan").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("radio", name="Minh")).to_be_focused()
    await expect(page.get_by_role("radio", name="Minh")).to_be_checked()
    reached = set()
    for _ in range(20):
        await page.keyboard.press("Tab")
        reached.add(await page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
    assert {"xong 12", "việc", "text", "file", "send", "Việc tuần này"} <= reached
    assert any(name.startswith("Toàn Sở") for name in reached)
    unnamed = "[...document.querySelectorAll('button, input, textarea')].filter(node => !node.computedName)"
    assert await page.evaluate(f"'computedName' in Element.prototype ? {unnamed}.length : 0") == 0


async def test_a_phone_shows_the_digest_then_the_list(browser: Browser, office: Office) -> None:
    await digest(office)
    page = await opened(browser, office, viewport=PHONE)
    await expect(page.locator(".line").last).to_be_in_viewport()
    await expect(page.locator("#next")).to_be_in_viewport(ratio=1)
    await expect(page.locator("#send")).to_be_in_viewport(ratio=1)
    await expect(page.locator("#side")).to_be_hidden()
    await page.get_by_role("button", name="Người và hội thoại").click()
    await expect(page.locator("#side")).to_be_visible()
    await page.get_by_role("button", name="Toàn Sở").click()
    await expect(page.locator("#side")).to_be_hidden()
    await expect(page.locator("#talk-title")).to_have_text("Toàn Sở")
    await page.locator("#text").fill("/tiendo")
    await page.locator("#send").click()
    assert (await office.hears()).address == Address("all")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await page.evaluate(wide) == 0


CONTRAST = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (under, colour) => {
    canvas.fillStyle = `rgb(${under.join(" ")})`; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = colour => colour.map(c => c / 255)
    .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0);
  const ground = node => {
    const under = node.parentElement ? ground(node.parentElement) : [255, 255, 255];
    return over(under, getComputedStyle(node).backgroundColor);
  };
  const poor = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
    if (!own || !node.checkVisibility({ opacityProperty: true }) || node.closest(".aloud, .face")) continue;
    const under = ground(node);
    const [a, b] = [light(over(under, getComputedStyle(node).color)), light(under)].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) poor.push(`${node.tagName}.${node.className} ${ratio.toFixed(2)}: ${node.textContent.trim()}`);
  }
  return poor;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_word_can_be_read_by_day_and_by_night(browser: Browser, office: Office, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: text stands out from its ground by at least 4.5 to 1."""
    await digest(office)
    page = await opened(browser, office, color_scheme=scheme, reduced_motion="reduce")
    await page.locator("#text").fill("/việc")
    await page.locator("#send").click()
    await expect(page.locator(".line").last.locator(".words")).to_have_text(SAID_BACK)
    await page.locator(".bubble").last.click()
    ground = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    red = int(re.findall(r"\d+", ground)[0])
    assert red > 200 if scheme == "light" else red < 50
    assert await page.evaluate(CONTRAST) == []


async def test_what_was_not_kept_stays_in_the_input(browser: Browser, office: Office) -> None:
    office.broken = True
    page = await opened(browser, office)
    await page.locator("#text").fill("xong 12")
    await page.locator("#text").press("Enter")
    await expect(page.locator("#note")).to_have_text("Tin này chưa được ghi lại. Xin gửi lại.")
    await expect(page.locator("#text")).to_have_value("xong 12")
    await expect(page.locator(".line")).to_have_count(0)
    office.broken = False
    await page.locator("#text").press("Enter")
    assert (await office.hears()).text == "xong 12"
    await expect(page.locator(".line.mine .words")).to_have_text(["xong 12"])
