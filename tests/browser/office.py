"""A small office behind the local web chat, and a page open on it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from channels import Actor, Address, Incoming, Raw, Reply, Room
from channels.web import WebChannel
from tests.channels.puppet_web import FakeStage
from tests.patience import PATIENCE

SAID_BACK = "Đã nghe"


@dataclass
class Office:
    """A channel being listened to, with a cast, three groups, and a bot that answers whoever addresses it."""

    stage: FakeStage
    channel: WebChannel
    heard: asyncio.Queue[Incoming] = field(default_factory=asyncio.Queue)
    silent: bool = False
    broken: bool = False

    async def keep(self, raws: Sequence[Raw]) -> None:
        if self.broken:
            raise ConnectionError
        for raw in raws:
            incoming = self.channel.decode(raw.body)
            assert incoming is not None
            self.heard.put_nowait(incoming)
            if incoming.addressed and not self.silent:
                await self.says(incoming.address.chat, SAID_BACK)

    async def says(self, chat: str, text: str, *actions: str, bold: str = "") -> str:
        spans = ((text.index(bold), len(bold)),) if bold else ()
        return await self.channel.send(Address(chat), Reply(text, spans, actions))

    async def hears(self) -> Incoming:
        """What was said next."""
        async with asyncio.timeout(PATIENCE):
            return await self.heard.get()


class SpeakingStage(FakeStage):
    """When its clock moves, the bot says a digest in the heritage group."""

    office: Office

    async def move(self, to: datetime | None = None) -> None:
        await super().move(to)
        await self.office.says("disan", f"Lượt nhắc {self.shown.now:%d/%m}")


@asynccontextmanager
async def running(transcript: Path | None = None) -> AsyncIterator[Office]:
    stage = SpeakingStage()
    stage.cast(Actor("lan", "Lan", "Chuyên viên Văn phòng"), Actor("minh", "Minh", "Đầu mối Phòng Di sản"))
    stage.cast(Actor("thu", "Thu", "Phó Giám đốc"))
    stage.rooms(Room("disan", "Phòng Di sản", "Nhóm của đơn vị"), Room("baotang", "Bảo tàng"), Room("all", "Toàn Sở"))
    chips = [("Việc tuần này", "việc"), ("Ghi kết quả", "xong "), *((f"Tiến độ {n}", "tiến độ") for n in range(5))]
    stage.office = office = Office(stage, WebChannel(stage, transcript, chips=chips))
    listening = asyncio.create_task(office.channel.listen(office.keep))
    try:
        yield office
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def opened(browser: Browser, office: Office, **how: object) -> Page:
    """The page, open at its last line; anything it complains of or asks from elsewhere fails the test."""
    page = await browser.new_page(**how)  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE * 1000)
    page.on("pageerror", lambda error: pytest.fail(f"the page failed: {error}"))
    await page.goto(office.channel.url)
    await expect(page.locator("#now")).not_to_be_empty()
    return page
