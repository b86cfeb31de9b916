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
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from time import monotonic
from typing import Any, Literal, get_args

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.faulty import Faulty
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


class FakeTelegram(Faulty[Kind]):
    """The server. `world` is what there is; `fail` and `flaky` say what goes wrong, `limits` what is too
    much; `calls` counts by method."""

    name = "telegram"
    kinds = get_args(Kind)

    def __init__(self, token: str = TOKEN, *, privacy: bool = True, username: str = "nhacviec_bot") -> None:
        self.token = token
        self.world = World(token, username, privacy, self._news)
        self.edits = Edits(self.world)
        self.limits = Limits()
        self._poller: asyncio.Event | None = None
        super().__init__()

    @property
    def base_url(self) -> str:
        """What a bot puts before its token."""
        return f"{self._url}/bot"

    def base_url_of(self, who: str) -> str:
        """The same for one of several processes, so that it can be told from the others: `Sent.by`."""
        return f"{self._url}/by/{who}/bot"

    def _wake(self) -> None:
        if self._poller:
            self._poller.set()

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
        kind, more = self._fault(method)
        if kind == "too_many":
            retry_after = int(more.get("retry_after", 1))
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
        if kind == "error_after":
            return _refused(ApiError(500, "Internal Server Error"))
        return await self._break(request, kind, bytes(answer.body)) if kind else answer

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
    fake.serve()
