"""A Bot API of our own, over real HTTP on 127.0.0.1: the world of `telegram_world.py` behind its methods, and faults.

In a test::

    async with FakeTelegram() as fake:
        channel = TelegramChannel(fake.token, fake.base_url)
        lan = fake.world.person("Lan")
        fake.world.say(lan, "xong 12")
        fake.fail("error_after")

It runs in a thread of its own, so a bot in another process may be killed and started again beside it. For a test that
is itself another process, `python -m tests.fakes.telegram` prints one line of JSON (base_url, token, control) and then
serves; `POST <control>/<method>` with a JSON object of arguments calls that method of the world, or `fail`, `flaky`,
`limits`, `sent`, `waiting`, `calls`, `refused`.
"""

import asyncio
import json
import random
import socket
import struct
import threading
from base64 import b64decode
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Literal, Self, get_args

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.fakes.telegram_edits import Edits
from tests.fakes.telegram_rules import ApiError, Limits
from tests.fakes.telegram_world import World

TOKEN = "7300000001:AAFakeFakeFakeFakeFakeFakeFakeFakeFak"

Kind = Literal[
    "too_many",  # 429 with retry_after
    "bad_request",  # 400
    "bad_marks",  # 400, its entities
    "too_long",  # 400, its text
    "unauthorized",  # 401
    "not_found",  # 404
    "forbidden",  # 403
    "too_large",  # 413
    "error_before",  # 500, nothing done
    "error_after",  # 500, done
    "hang_before",  # no answer ever
    "hang_after",
    "close_before",  # FIN
    "close_after",
    "reset_before",  # RST
    "reset_after",
    "half_after",  # FIN in the middle of the answer
    "garbage_after",  # 200 and no JSON
]
REFUSALS = {
    "bad_request": (400, "Bad Request: something is wrong with it"),
    "bad_marks": (400, "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 8"),
    "too_long": (400, "Bad Request: message is too long"),
    "unauthorized": (401, "Unauthorized"),
    "not_found": (404, "Not Found"),
    "forbidden": (403, "Forbidden: bot was blocked by the user"),
    "too_large": (413, "Request Entity Too Large"),
    "error_before": (500, "Internal Server Error"),
}
DOES = (
    "person",
    "group",
    "topic",
    "lose_topic",
    "close_topic",
    "open_topic",
    "delete",
    "mute",
    "say",
    "send_file",
    "send_album",
    "press",
    "add_bot",
    "kick",
    "migrate",
    "garble",
)


class FakeTelegram:
    """The server. `world` is what there is; `fail` and `flaky` say what goes wrong, `limits` what is too
    much; `calls` counts by method."""

    def __init__(self, token: str = TOKEN, *, privacy: bool = True, username: str = "nhacviec_bot") -> None:
        self.token = token
        self.world = World(token, username, privacy, self._news)
        self.edits = Edits(self.world)
        self.calls: Counter[str] = Counter()
        self.limits = Limits()
        self._queued: deque[tuple[str, Kind, int]] = deque()
        self._odds: dict[str, dict[Kind, float]] = {}
        self._dice = random.Random(0)
        self._poller: asyncio.Event | None = None
        self._closing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lines: dict[tuple[str, int], asyncio.Transport] = {}
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(self._app(), http=self._protocol(), lifespan="off", log_config=None, access_log=False)
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    @property
    def base_url(self) -> str:
        """What a bot puts before its token."""
        return f"{self._url}/bot"

    def base_url_of(self, who: str) -> str:
        """The same for one of several processes, so that it can be told from the others: `Sent.by`."""
        return f"{self._url}/by/{who}/bot"

    @property
    def control(self) -> str:
        return f"{self._url}/control"

    def start(self) -> Self:
        self._thread.start()
        patience = monotonic() + 10
        while not self._server.started and monotonic() < patience:
            sleep(0.005)
        if not self._server.started:
            raise TimeoutError("the fake Telegram did not start")
        return self

    def stop(self) -> None:
        self._closing = True
        self._news()
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(10)

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.start)

    async def __aexit__(self, _type: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        await asyncio.to_thread(self.stop)

    def fail(self, kind: Kind, *, times: int = 1, method: str = "sendMessage", retry_after: int = 1) -> None:
        """The next `times` calls of `method` go wrong in this way, before any that `flaky` draws."""
        if kind not in get_args(Kind):
            raise ValueError(kind)
        self._queued.extend([(method, kind, retry_after)] * times)

    def flaky(self, seed: int, odds: Mapping[Kind, float], *, method: str = "sendMessage") -> None:
        """From now on calls of `method` go wrong with these probabilities (0 to 1, their sum at most 1)."""
        self._dice = random.Random(seed)
        self._odds[method] = dict(odds)

    def _news(self) -> None:
        if self._loop:
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        if self._poller:
            self._poller.set()

    def _fault(self, method: str) -> tuple[Kind | None, int]:
        for queued in self._queued:
            if queued[0] == method:
                self._queued.remove(queued)
                return queued[1], queued[2]
        drawn = self._dice.random() if method in self._odds else 1.0
        for kind, chance in self._odds.get(method, {}).items():
            drawn -= chance
            if drawn < 0:
                return kind, 1
        return None, 0

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/by/{who}/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download),
                Route("/control/{what}", self._controlled, methods=["POST"]),
            ]
        )

    async def _call(self, request: Request) -> Response:
        self._loop = asyncio.get_running_loop()
        method = request.path_params["method"]
        self.calls[method] += 1
        do = self._methods.get(method)
        if request.path_params["token"] != self.token or do is None:
            return _refused(ApiError(404, "Not Found") if do is None else ApiError(401, "Unauthorized"))
        asked = await _parameters(request) | {"by": request.path_params.get("who", "")}
        kind, retry_after = self._fault(method)
        if kind == "too_many":
            wait = f"Too Many Requests: retry after {retry_after}"
            return _refused(ApiError(429, wait, retry_after=retry_after))
        if kind in REFUSALS:
            return _refused(ApiError(*REFUSALS[kind]))
        if kind and kind.endswith("_before"):
            return await self._break(request, kind, b"")
        try:
            if method.startswith("send"):
                self.limits.take(str(asked.get("chat_id", "")), monotonic())
            answer = _answered(await do(asked))
        except ApiError as error:
            return _refused(error)
        return await self._break(request, kind, bytes(answer.body)) if kind else answer

    async def _break(self, request: Request, kind: Kind, answer: bytes) -> Response:
        """Spoil an answer, or the line that it would travel."""
        if kind == "error_after":
            return _refused(ApiError(500, "Internal Server Error"))
        if kind == "garbage_after":
            return Response(answer[: len(answer) // 2], media_type="application/json")
        if kind.startswith("hang"):
            while (await request.receive())["type"] != "http.disconnect":
                pass
            return Response()
        client = request.scope["client"]
        line = self._lines[(client[0], client[1])]
        if kind == "half_after":
            head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(answer)}\r\n\r\n"
            line.write(head.encode() + answer[: len(answer) // 2])
        if kind.startswith("reset"):
            line.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.abort()
        else:
            line.close()
        return Response()

    async def _download(self, request: Request) -> Response:
        if request.path_params["token"] != self.token:
            return _refused(ApiError(401, "Unauthorized"))
        try:
            return Response(self.world.content(request.path_params["path"]), media_type="application/octet-stream")
        except LookupError:
            return _refused(ApiError(404, "Not Found"))

    async def _controlled(self, request: Request) -> Response:
        """The test's side of the wall."""
        what = request.path_params["what"]
        given = json.loads(await request.body() or b"{}")
        if "content_base64" in given:
            given["content"] = b64decode(given.pop("content_base64"))
        if what in DOES:
            return JSONResponse(getattr(self.world, what)(**given))
        if what in ("fail", "flaky"):
            getattr(self, what)(**given)
            return JSONResponse(None)
        if what == "limits":
            self.limits = Limits(**given)
            return JSONResponse(None)
        shown: dict[str, Callable[[], Any]] = {
            "sent": lambda: [asdict(one) for one in self.world.sent],
            "waiting": lambda: len(self.world.waiting()),
            "calls": lambda: dict(self.calls),
            "refused": lambda: self.limits.refused,
        }
        return JSONResponse(shown[what](**given))

    @property
    def _methods(self) -> dict[str, Callable[[Mapping[str, Any]], Awaitable[Any]]]:
        return {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "sendMessage": self._send_message,
            "sendDocument": partial(self._send_file, "document"),
            "sendPhoto": partial(self._send_file, "photo"),
            "answerCallbackQuery": self._answer_callback_query,
            "getFile": self._get_file,
            "getWebhookInfo": self._get_webhook_info,
            "editMessageText": self._edit_message_text,
            "pinChatMessage": self._pin_chat_message,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "setMyCommands": self._set_my_commands,
            "deleteMessage": self._delete_message,
        }

    async def _get_me(self, _asked: Mapping[str, Any]) -> Any:
        return self.world.bot()

    async def _get_updates(self, asked: Mapping[str, Any]) -> Any:
        """Long polling; of two pollers the newer one wins, the other is told 409."""
        if self.world.webhook:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        allowed = asked.get("allowed_updates") or "[]"
        self.world.confirm(int(asked.get("offset", 0)), tuple(_list(allowed)))
        loop, mine = asyncio.get_running_loop(), asyncio.Event()
        until = loop.time() + float(asked.get("timeout", 0))
        self._wake()
        self._poller = mine
        while not (waiting := self.world.waiting(int(asked.get("limit", 100)))) and loop.time() < until:
            try:
                await asyncio.wait_for(mine.wait(), until - loop.time())
            except TimeoutError:
                break
            mine.clear()
            if self._closing:
                break
            if self._poller is not mine:
                raise ApiError(409, "Conflict: terminated by other getUpdates request")
        return waiting

    async def _send_message(self, asked: Mapping[str, Any]) -> Any:
        return self.world.send(asked)

    async def _send_file(self, kind: str, asked: Mapping[str, Any]) -> Any:
        file = asked[kind]
        return self.world.show(kind, asked, str(file.filename), await file.read())

    async def _answer_callback_query(self, asked: Mapping[str, Any]) -> Any:
        self.world.answer_press(str(asked.get("callback_query_id")))
        return True

    async def _get_file(self, asked: Mapping[str, Any]) -> Any:
        return self.world.file(str(asked.get("file_id")))

    async def _get_webhook_info(self, _asked: Mapping[str, Any]) -> Any:
        waiting = len(self.world.waiting())
        return {"url": self.world.webhook, "has_custom_certificate": False, "pending_update_count": waiting}

    async def _edit_message_text(self, asked: Mapping[str, Any]) -> Any:
        return self.edits.edit(asked)

    async def _pin_chat_message(self, asked: Mapping[str, Any]) -> Any:
        return self.edits.pin(asked)

    async def _set_webhook(self, asked: Mapping[str, Any]) -> Any:
        self.world.webhook, self.world.webhook_secret = str(asked["url"]), str(asked.get("secret_token", ""))
        self.world.confirm(0, tuple(_list(asked.get("allowed_updates") or "[]")))
        return True

    async def _delete_webhook(self, _asked: Mapping[str, Any]) -> Any:
        self.world.webhook = ""
        return True

    async def _set_my_commands(self, asked: Mapping[str, Any]) -> Any:
        self.world.commands = _list(asked.get("commands", "[]"))
        return True

    async def _delete_message(self, asked: Mapping[str, Any]) -> Any:
        self.world.deleted.append((int(asked["chat_id"]), int(asked["message_id"])))
        return True

    def _protocol(self) -> type[H11Protocol]:
        """uvicorn's, remembering the transport of each client, so that a line can be cut. asyncio sets no TCP_NODELAY
        on a socket from `create_server`: every answer would wait 40 ms."""
        lines = self._lines

        class Protocol(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                lines[transport.get_extra_info("peername")] = transport

        return Protocol


def _list(value: Any) -> list[Any]:
    return list(json.loads(value)) if isinstance(value, str) else list(value)


async def _parameters(request: Request) -> dict[str, Any]:
    """From the address and from a body in any of the three forms that Telegram takes."""
    asked: dict[str, Any] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        asked |= json.loads(await request.body())
        return asked
    return asked | dict(await request.form())


def _answered(result: Any) -> JSONResponse:
    return JSONResponse({"ok": True, "result": result})


def _refused(error: ApiError) -> JSONResponse:
    answer = {"ok": False, "error_code": error.code, "description": error.description}
    return JSONResponse(answer | ({"parameters": error.parameters} if error.parameters else {}), error.code)


if __name__ == "__main__":
    fake = FakeTelegram()
    print(json.dumps({"base_url": fake.base_url, "token": fake.token, "control": fake.control}), flush=True)
    fake._server.run([fake._socket])
