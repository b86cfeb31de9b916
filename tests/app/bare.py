"""An office on a messenger that carries no files, with the server to which its links lead."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import select

from bot.app import App
from bot.link_page import FILES, ONCE, WORDS
from bot.links import Links
from bot.server import Server
from bot.web_links import WebLinks
from channels import Address, Channel, File, Incoming, Reply, Shape, listed
from channels.uploads import told
from storage.db import Database
from storage.models import Person
from storage.shelf import Shelf
from tests.app.messenger import Messenger
from tests.app.office import Living


class Bare(Messenger):
    """A messenger that carries no files, and in a group hears its name only; `closed` chats are the bot's no more."""

    shape = Shape(buttons=False, takes_files=False)

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[bool] = []
        """Of every file that the bot sent, whether it was to be looked at."""

    def decode(self, body: str) -> Incoming | None:
        incoming = told(self.name, json.loads(body)) or super().decode(body)
        return incoming and replace(incoming, call="" if incoming.private else "@Bot Nhắc Việc")

    async def download(self, file: File) -> File:
        return await super().download(file) if file.handle else file

    async def send(self, to: Address, reply: Reply) -> str:
        if reply.picture or reply.file:
            self.pictures.append(reply.picture is not None)
        return await super().send(to, replace(reply, text=listed(reply.text, reply.picture or reply.file)))


class Here:
    """The program on a messenger without files, and its server. A plan's one deadline, 1, is owed by QLVH."""

    def __init__(self, database: Database, folder: Path, *, public: bool = True) -> None:
        self.living = Living(database)
        self.living.messenger = Bare()
        self.living.start(shelf=Shelf(folder))
        self.web = WebLinks(self.living.app)
        self.server = Server(self.living.app.take, [], "127.0.0.1", 0, self.web.routes)
        self.base = f"http://127.0.0.1:{self.server.port}"
        self.living.app.links = self.links = Links(b"key", self.base if public else "", self.living.clock)
        self.client = httpx.AsyncClient(timeout=30, follow_redirects=True)

    def on(self, channel: Channel) -> App:
        """The program anew, on another messenger."""
        house = self.living.app
        self.web.house = app = App(
            house.database, house.clock, house.router, [channel], shelf=house.shelf, links=self.links
        )
        return app

    async def link(self, chat: str, who: str, text: str) -> str:
        """The link in what the bot answers."""
        return found(await self.living.say(chat, who, text))[0]

    async def post(self, link: str, *files: tuple[str, bytes], words: str | None = None) -> httpx.Response:
        """The page behind `link`, opened and sent with these files and, where none are given, the words in it."""
        page = (await self.client.get(link)).text
        filled = re.search(r"<textarea[^>]*>([^<]*)</textarea>", page)
        once = re.search(rf'name="{ONCE}" value="([^"]+)"', page)
        assert filled is not None
        assert once is not None
        data = {WORDS: filled[1] if words is None else words, ONCE: once[1]}
        return await self.client.post(link, data=data, files=[(FILES, file) for file in files])

    async def answered(self, chat: str, link: str, *files: tuple[str, bytes], words: str | None = None) -> list[str]:
        """What the bot says in `chat` to what is sent so."""
        before = len(self.living.messenger.heard_by(chat))
        answer = await self.post(link, *files, words=words)
        assert answer.status_code == 200, answer.text
        await self.living.app.settle()
        return self.living.messenger.heard_by(chat)[before:]

    async def change(self, table: type[Any], **changes: object) -> None:
        """Change every row of a table, those of Minh where it is about people."""

        def work(session: Any) -> None:
            rows = session.exec(select(table)).all()
            for row in rows:
                if table is not Person or row.name == "Minh":
                    for name, value in changes.items():
                        setattr(row, name, value)

        await self.living.app.within(work)


def found(said: list[str]) -> list[str]:
    return [link for text in said for link in re.findall(r"https?://\S+", text)]


@asynccontextmanager
async def serving(database: Database, folder: Path) -> AsyncIterator[Here]:
    """The office at work, its server too."""
    here = Here(database, folder)
    await here.living.open(("QLVH", "2023-03-03"))
    running = asyncio.create_task(here.server.run())
    yield here
    await here.client.aclose()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
