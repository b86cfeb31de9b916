"""The local web chat: one page in a browser on this machine, where one can be anybody of the office and move its clock.

Nothing leaves the machine: the server listens on 127.0.0.1 only, answers only requests addressed to that name (against
DNS rebinding) and takes words only from its own page (against cross-site requests); it loads nothing from outside.

A private conversation with the bot is the chat «me:<person>»; a room is the chat with the room's id, and the bot hears
everything said there. The page can also be what an office on Zalo gets (page/as_zalo.py): what the bot said is then
shown as it is there, and what it would not hear there does not reach it.
"""

import asyncio
import json
import logging
import re
import socket
from base64 import b64decode
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from channels import (
    FILE_LIMIT,
    Address,
    File,
    Finding,
    Incoming,
    Keep,
    Later,
    Never,
    Raw,
    Reply,
    Scene,
    Sender,
    Shape,
    Stage,
    page,
)
from channels.page import as_zalo
from channels.page.asking import body_of, files_of, moment_of, refusal, speaker
from channels.page.guard import Guard
from channels.page.sent_files import SentFiles
from channels.page.transcript import Line, Transcript
from channels.serving import serve
from channels.zalo import LIMIT
from lang.text import _

log = logging.getLogger(__name__)

HOST: Final = "127.0.0.1"
SHOWN = 300
"""How many of the newest lines of each chat a page is given."""
HEARTBEAT = 15.0
"""Seconds of silence after which open pages are told the office's time again."""

_MENTION = re.compile(r"(?<![\w@])@nhacviec\b[,:]?[^\S\n]*", re.IGNORECASE)


class WebChannel:
    """A `Channel` whose messenger is one page. `chips` are (label, sentence) pairs shown under the input: pressing one
    says its sentence, and a sentence that ends in a space waits in the input for the rest («xong »). `locale` is the
    page's own language. `port` 0 takes any free one; `url` tells which. `zalo_name` is what
    the bot is called as on Zalo."""

    name = "web"
    shape = Shape(buttons=True, limit=100_000, file_limit=5 * FILE_LIMIT)

    def __init__(
        self,
        stage: Stage,
        transcript: Path | None = None,
        *,
        port: int = 0,
        chips: Sequence[tuple[str, str]] = (),
        locale: str = "vi",
        zalo_name: str = "Bot Nhắc Việc",
    ) -> None:
        self._call = f"@{zalo_name}"
        self.zalo = False
        self._stage, self._port, self._chips, self._locale = stage, port, tuple(chips), locale
        self._transcript = Transcript(transcript)
        self._sent = SentFiles(sent_files(transcript) if transcript else None)
        self._keep: Keep | None = None
        self._socket: socket.socket | None = None
        self._tabs: set[asyncio.Queue[tuple[str, Any] | None]] = set()
        self._moving = asyncio.Lock()

    @property
    def zalo(self) -> bool:
        """Whether the page is what an office on Zalo gets."""
        return self._zalo

    @zalo.setter
    def zalo(self, zalo: bool) -> None:
        self._zalo = zalo
        self.shape = replace(WebChannel.shape, buttons=False, limit=LIMIT) if zalo else WebChannel.shape

    @property
    def url(self) -> str:
        """Where the page is. The port is taken here at the latest; raises OSError when somebody else has it."""
        self._bound()
        return f"http://{HOST}:{self._port}/"

    @cached_property
    def app(self) -> Starlette:
        """The page and what it asks: GET / · /state · /events · /file/<message>, POST /say · /move · /like."""
        return Starlette(
            routes=[
                Route("/", self._page),
                *(Route(f"/{name}", self._asset) for name in page.ASSETS),
                Route("/state", self._state),
                Route("/events", self._events),
                Route("/file/{id}", self._file),
                Route("/say", self._say, methods=["POST"]),
                Route("/move", self._move, methods=["POST"]),
                Route("/like", self._like, methods=["POST"]),
            ],
            middleware=[Middleware(Guard, hosts=self._hosts, locale=self._locale)],
            exception_handlers={HTTPException: refusal},
        )

    async def listen(self, keep: Keep) -> None:
        """Serve the page until cancelled, in the running loop; signals stay with whoever owns the process."""
        self._keep = keep
        try:
            await serve(self.app, self._bound(), before_end=self._hang_up)
        finally:
            self._keep, self._socket = None, None

    def decode(self, body: str) -> Incoming | None:
        said = json.loads(body)
        room, text = said["room"], said["text"]
        if said.get("call"):
            called, text = True, as_zalo.without_call(text, said["call"])
        elif called := _MENTION.search(text) is not None:
            text = _MENTION.sub("", text).strip()
        return Incoming(
            channel=self.name,
            id=said["id"],
            address=Address(_chat(said["actor"]["id"], room)),
            private=room is None,
            sender=Sender(said["actor"]["id"], said["actor"]["name"]),
            text=text,
            files=tuple(
                File(f["name"], f["size"], content=None if f["content"] is None else b64decode(f["content"]))
                for f in said["files"]
            ),
            reply_to=said["reply_to"],
            addressed=room is None or called or text.startswith("/") or said["to_bot"] or said["pressed"],
            title=said["title"],
            call=said.get("call", ""),
            quotes=not self.zalo,
        )

    async def download(self, file: File) -> File:
        return file

    async def send(self, to: Address, reply: Reply) -> str:
        scene = await self._stage.scene()
        if to.chat not in {*(_chat(actor.id, None) for actor in scene.actors), *(room.id for room in scene.rooms)}:
            raise Never("no such chat")
        line = Line(uuid4().hex, to.chat, _iso(scene.now), "", "", reply.text, reply.bold, reply.actions)
        file = reply.picture or reply.file
        if file is not None:
            line = replace(line, files=((file.name, file.size),))
        try:
            if file is not None and file.content is not None:
                self._sent.keep(line.id, file.content)
            self._show(line)
        except OSError as failure:
            raise Later(reason=type(failure).__name__) from failure
        return line.id

    async def forget(self, incoming: Incoming) -> None:
        self._transcript.erase(incoming.id)
        self._push("gone", incoming.id)

    async def check(self) -> list[Finding]:
        try:
            seen = _("{url}, {n} tin đã lưu", url=self.url, n=len(self._transcript))
        except OSError:
            return [Finding(self.name, False, _("cổng {port} đang có chương trình khác dùng", port=self._port))]
        return [Finding(self.name, True, seen)]

    async def close(self) -> None:
        self._hang_up()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _hosts(self) -> frozenset[str]:
        return frozenset({f"{HOST}:{self._port}", f"localhost:{self._port}"})

    def _bound(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_server((HOST, self._port))
            # asyncio sets it only on sockets it makes itself; without it every answer waits 40 ms.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._port = self._socket.getsockname()[1]
        return self._socket

    def _show(self, line: Line) -> None:
        self._transcript.add(line)
        for shown in self._seen(line):
            self._push("line", asdict(shown))

    def _seen(self, line: Line) -> list[Line]:
        """The messages that a line is on the page."""
        return as_zalo.seen(line, self._call, f"{self.url}file/") if self.zalo else [line]

    def _shown(self, scene: Scene) -> dict[str, Any]:
        return _worded(scene) | {"zalo": self.zalo, "call": self._call}

    def _push(self, kind: str, what: Any) -> None:
        for tab in self._tabs:
            tab.put_nowait((kind, what))

    def _hang_up(self) -> None:
        for tab in self._tabs:
            tab.put_nowait(None)

    async def _page(self, request: Request) -> Response:
        return Response(page.html(self._locale, self._chips), media_type="text/html")

    async def _asset(self, request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        return Response(page.asset(name), media_type=page.ASSETS[name])

    async def _state(self, request: Request) -> Response:
        lines = [asdict(shown) for line in self._transcript.newest(SHOWN) for shown in self._seen(line)]
        return JSONResponse({"scene": self._shown(await self._stage.scene()), "lines": lines})

    async def _file(self, request: Request) -> Response:
        """A file that the bot sent, to be saved and never opened here, whatever it is."""
        line = self._transcript.get(request.path_params["id"])
        content = self._sent.read(line.id) if line is not None and not line.who and line.files else None
        if line is None or content is None:
            raise HTTPException(404, _("Tệp này không còn ở đây."))
        name = quote(line.files[0][0], safe="")
        return Response(
            content,
            media_type="application/octet-stream",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self._news(), media_type="text/event-stream")

    async def _news(self) -> AsyncIterator[str]:
        tab: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue()
        self._tabs.add(tab)
        try:
            yield "retry: 1000\n\n"
            while True:
                news: tuple[str, Any] | None = ("scene", None)
                with suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT):
                        news = await tab.get()
                if news is None:
                    return
                kind, what = news
                if kind != "scene":
                    yield _event(kind, what)
                if tab.empty():
                    yield _event("scene", self._shown(await self._stage.scene()))
        finally:
            self._tabs.discard(tab)

    async def _say(self, request: Request) -> Response:
        asked = await body_of(request)
        scene = await self._stage.scene()
        actor, room = speaker(scene, asked)
        text, taken = str(asked.get("text", "")).strip(), files_of(asked.get("files", []))
        if not text and not taken:
            raise HTTPException(400, _("Tin nhắn còn trống."))
        if taken and self.zalo:
            raise HTTPException(400, page.words()["no_files"])
        id, reply_to = uuid4().hex, as_zalo.whole(str(asked.get("reply_to", "")))
        replied = self._transcript.get(reply_to)
        call = self._call if self.zalo and room else ""
        to_bot = replied is not None and not replied.who
        body: dict[str, Any] = {
            "id": id,
            "actor": {"id": actor.id, "name": actor.name},
            "room": room.id if room else None,
            "title": room.title if room else "",
            "text": text,
            "reply_to": "" if self.zalo else reply_to,
            "to_bot": to_bot,
            "call": call,
            "pressed": bool(asked.get("pressed")),
            "files": taken,
        }
        chat, sent = _chat(actor.id, body["room"]), tuple((file["name"], file["size"]) for file in taken)
        line = Line(id, chat, _iso(scene.now), actor.id, actor.name, text, reply_to=reply_to, files=sent)
        line = replace(line, unheard=bool(call) and not to_bot and not as_zalo.calls(text, call))
        if self._keep is None:
            raise HTTPException(503, _("Chương trình đang tắt."))
        # Shown first: the answer may be there before `keep` returns, and must stand below what it answers.
        self._show(line)
        if line.unheard:
            return JSONResponse({"id": id})
        try:
            await self._keep([Raw(id, json.dumps(body, ensure_ascii=False))])
        except BaseException as failure:
            self._transcript.withdraw(line)
            self._push("gone", id)
            if not isinstance(failure, Exception):
                raise
            log.error("message %s was not kept: %s", id, type(failure).__name__)
            raise HTTPException(503, _("Tin này chưa được ghi lại. Xin gửi lại.")) from failure
        return JSONResponse({"id": id})

    async def _move(self, request: Request) -> Response:
        asked = (await body_of(request)).get("to")
        async with self._moving:
            scene = await self._stage.scene()
            to = None if asked is None else moment_of(asked, scene.now)
            if to is not None and to <= scene.now:
                raise HTTPException(
                    400, _("Đồng hồ chỉ đi tới. Xin chọn một lúc sau {now}.", now=f"{scene.now:%H:%M %d/%m/%Y}")
                )
            await self._stage.move(to)
            self._push("scene", None)
            return JSONResponse({"scene": self._shown(await self._stage.scene())})

    async def _like(self, request: Request) -> Response:
        self.zalo = (await body_of(request)).get("zalo") is True
        self._push("scene", None)
        return JSONResponse({"zalo": self.zalo})


def sent_files(transcript: Path) -> Path:
    """The folder beside a transcript with the files that the bot sent in it."""
    return transcript.with_suffix(".tep")


def _chat(actor: str, room: str | None) -> str:
    return f"me:{actor}" if room is None else room


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _worded(scene: Scene) -> dict[str, Any]:
    """The scene for the page; `next` in the office's own time, whatever zone the stage thinks in."""
    return {
        "now": _iso(scene.now),
        "next": scene.next and _iso(scene.next.astimezone(scene.now.tzinfo)),
        "actors": [asdict(actor) for actor in scene.actors],
        "rooms": [asdict(room) for room in scene.rooms],
    }


def _event(kind: str, what: Any) -> str:
    return f"event: {kind}\ndata: {json.dumps(what, ensure_ascii=False)}\n\n"
