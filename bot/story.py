"""How the sample office came to the morning at which the local web chat opens: its people really say it, on the
page's own road."""

from base64 import b64encode
from importlib.resources import files

import httpx

from bot import sample
from bot.app import App
from bot.play import parse
from channels.web import WebChannel
from schedules.clock import HandClock

STORY = "story.txt"


async def tell(app: App, channel: WebChannel, url: str, clock: HandClock) -> None:
    """Play the story (a dialogue file without the bot's part) through a channel that is listening."""
    story = parse(files("bot.sample").joinpath(STORY).read_text("utf-8"))
    rooms = {short: short.casefold() for short in sample.rooms()}
    transport = httpx.ASGITransport(app=channel.app)
    async with httpx.AsyncClient(transport=transport, base_url=url, headers={"Origin": url.rstrip("/")}) as page:
        for step in story.steps:
            if step.moment:
                clock.move(step.moment)
                await app.tick()
                await app.settle()
            for said in step.spoken:
                asked = {"actor": said["who"].casefold(), "room": rooms[said["room"]] if said["room"] else None}
                plan = {"name": sample.PLAN, "size": 0, "content": b64encode(sample.plan()).decode()}
                is_file = said["text"] == "[tệp sample]"
                words = {"text": "", "files": [plan]} if is_file else {"text": said["text"], "files": []}
                answer = await page.post("/say", json=asked | words)
                answer.raise_for_status()
                await app.settle()
