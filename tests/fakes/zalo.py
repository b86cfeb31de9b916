"""A Zalo Bot Platform of our own, over real HTTP on 127.0.0.1: the world of `zalo_world.py` behind its methods, what
nobody has measured as the switches of `zalo_rules.Guesses`, and faults.

In a test::

    async with FakeZalo() as fake:
        channel = ZaloChannel(fake.token, fake.base_url)
        lan = fake.world.person("Lan")
        fake.world.say(lan, "xong 12")
        fake.guesses.idle = "empty"
        fake.fail("close_after")

It runs in a thread of its own, so a bot in another process may be killed and started again beside it. For a test that
is itself another process, `python -m tests.fakes.zalo` prints one line of JSON (base_url, token, control) and then
serves; `POST <control>/<method>` with a JSON object of arguments calls that method of the world, or `fail`, `flaky`,
`guess`, `sent`, `waiting`, `calls`, `pushed`.
"""

import asyncio
import json
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, Literal, get_args

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.fakes.faulty import Faulty
from tests.fakes.zalo_rules import ApiError, Guesses, probe_outcome
from tests.fakes.zalo_world import World

TOKEN = "1459232241454765289:FakeFakeFakeFakeFakeFakeFakeFakeFakeFake"
SHOWN = "Bot Nhắc Việc"
AGENT = "Java/1.8.0_192"
NO_WEBHOOK = "Webhook has not been set"

Kind = Literal[
    "code",  # ok: false; `code`, `description`
    "too_many",  # HTTP 429 and a page, nothing done
    "bad_gateway",  # HTTP 502 and a page, nothing done
    "gateway_after",  # HTTP 504 and a page, done
    "internal_after",  # «403», done
    "timeout_after",  # 408, done
    "slow",  # answered after `seconds`
    "same_id",  # the id of the message before
    "hang_before",  # no answer ever
    "hang_after",
    "close_before",  # FIN
    "close_after",
    "reset_before",  # RST
    "reset_after",
    "half_after",  # FIN in the middle of the answer
    "garbage_after",  # 200 and no JSON
]
DOES = ("person", "group", "remove", "block", "say", "show", "stick", "speak", "send_file", "garble")
AFTER = {
    "internal_after": ApiError(403, "Internal server error"),
    "timeout_after": ApiError(408, "Request timeout"),
}


class FakeZalo(Faulty[Kind]):
    """The server. `world` is what there is; `guesses` how it behaves where nobody knows; `pushed` the answers that a
    webhook has given."""

    name = "zalo"
    kinds = get_args(Kind)

    def __init__(self, token: str = TOKEN, *, shown: str = SHOWN, **guesses: Any) -> None:
        self.token, self.guesses = token, Guesses(**guesses)
        self.pushed: list[int] = []
        self.registered = 0
        self._pollers: list[asyncio.Event] = []
        self._pushing: asyncio.Task[None] | None = None
        super().__init__()
        self.world = self.renewed(shown)

    def renewed(self, shown: str = SHOWN) -> World:
        """A world without anybody in place of the one that was."""
        self.world = World(shown, self.guesses, f"{self._url}/media", self._news)
        self.world.listened = lambda: bool(self._pollers or self.world.webhook)
        return self.world

    @property
    def base_url(self) -> str:
        """What a bot puts before its token."""
        return f"{self._url}/bot"

    def base_url_of(self, who: str) -> str:
        """The same for one of several processes, so that it can be told from the others: `Sent.by`."""
        return f"{self._url}/by/{who}/bot"

    @property
    def at_rest(self) -> bool:
        """Everything has been handed over, and whoever got it asks for more: it is kept there."""
        return not self.world.waiting and bool(self._pollers)

    def _wake(self) -> None:
        for poller in self._pollers:
            poller.set()
        if self.world.webhook and (self._pushing is None or self._pushing.done()):
            self._pushing = asyncio.create_task(self._push())

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/by/{who}/bot{token}/{method}", self._call, methods=["GET", "POST"]),
                Route("/media/{key:path}", self._media),
                Route("/control/{what}", self._controlled, methods=["POST"]),
            ]
        )

    async def _call(self, request: Request) -> Response:
        self._loop = asyncio.get_running_loop()
        method = request.path_params["method"]
        self.calls[method] += 1
        if request.path_params["token"] != self.token:
            return self._stranger()
        do = self._methods.get(method)
        kind, more = self._fault(method)
        if kind == "code":
            return self._refused(ApiError(int(more["code"]), str(more.get("description", ""))))
        if kind == "too_many":
            return HTMLResponse("<html><h1>429 Too Many Requests</h1>nginx</html>", 429)
        if kind == "bad_gateway":
            return HTMLResponse("<html><h1>502 Bad Gateway</h1>nginx</html>", 502)
        if kind == "slow":
            await asyncio.sleep(float(more["seconds"]))
        if kind and kind.endswith("_before"):
            return await self._break(request, kind, b"")
        try:
            if do is None:
                raise ApiError(404, "Not Found")
            answer = self._answered(await do(await _parameters(request)))
        except ApiError as error:
            return self._refused(error)
        return await self._spoilt(request, kind, answer) if kind else answer

    async def _spoilt(self, request: Request, kind: Kind, answer: Response) -> Response:
        if kind == "slow":
            return answer
        if kind in AFTER:
            return self._refused(AFTER[kind])
        if kind == "gateway_after":
            return HTMLResponse("<html><h1>504 Gateway Time-out</h1>nginx</html>", 504)
        if kind == "same_id":
            said = json.loads(bytes(answer.body))
            said["result"]["message_id"] = self.world.sent[-2].message_id
            return JSONResponse(said)
        return await self._break(request, kind, bytes(answer.body))

    def _stranger(self) -> Response:
        refused = self._refused(ApiError(401, "Unauthorized"))
        if self.guesses.wrong_token == "status":
            refused.status_code = 401
        elif self.guesses.wrong_token.endswith("page"):
            return HTMLResponse("<html>no such bot</html>", 404 if "404" in self.guesses.wrong_token else 401)
        return refused

    def _answered(self, result: Any) -> Response:
        """`result` None: none; a Response: as it is."""
        if isinstance(result, Response):
            return result
        code = {"error_code": 0} if self.guesses.success_code else {}
        return JSONResponse({"ok": True} | ({} if result is None else {"result": result}) | code)

    def _refused(self, error: ApiError) -> Response:
        key = "errorCode" if self.guesses.camel else error.key
        code = str(error.code) if self.guesses.text_codes else error.code
        return JSONResponse({"ok": False, "description": error.description, key: code})

    async def _media(self, request: Request) -> Response:
        """«to/<path>» leads elsewhere."""
        key = request.path_params["key"]
        if key.startswith("to/"):
            return RedirectResponse(f"/media/{key.removeprefix('to/')}")
        content = self.world.media.get(key)
        return Response(status_code=404) if content is None else Response(content, media_type="image/jpeg")

    async def _controlled(self, request: Request) -> Response:
        """The test's side of the wall."""
        self._loop = asyncio.get_running_loop()
        what = request.path_params["what"]
        given = json.loads(await request.body() or b"{}")
        if "content_base64" in given:
            given["content"] = b64decode(given.pop("content_base64"))
        if what in DOES:
            return JSONResponse(getattr(self.world, what)(**given))
        if what in ("fail", "flaky"):
            getattr(self, what)(**given)
            return JSONResponse(None)
        if what == "guess":
            for name, value in given.items():
                setattr(self.guesses, name, value)
            return JSONResponse(None)
        shown: dict[str, Callable[[], Any]] = {
            "sent": lambda: [asdict(one) for one in self.world.sent],
            "waiting": lambda: len(self.world.waiting),
            "calls": lambda: dict(self.calls),
            "pushed": lambda: self.pushed,
        }
        return JSONResponse(shown[what](**given))

    @property
    def _methods(self) -> dict[str, Callable[[Mapping[str, Any]], Awaitable[Any]]]:
        return {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "testWebhook": self._test_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendSticker": self._send_sticker,
            "sendVoice": self._send_voice,
            "sendChatAction": self._send_chat_action,
        }

    async def _get_me(self, _asked: Mapping[str, Any]) -> Any:
        return self.world.bot()

    async def _get_updates(self, asked: Mapping[str, Any]) -> Any:
        """Long polling: one update, which is then gone; two who poll share what comes."""
        if self.world.webhook and self.guesses.webhook_and_poll == "400":
            raise ApiError(400, "Bad request: Webhook is set")
        loop, mine = asyncio.get_running_loop(), asyncio.Event()
        until = loop.time() + (0.0 if self.guesses.impatient else float(asked.get("timeout") or 30))
        self._pollers.append(mine)
        leaving = asyncio.create_task(_left(asked["request"], mine))
        try:
            while self.world.webhook or not self.world.waiting:
                if self._closing or leaving.done() or loop.time() >= until:
                    return self._idle()
                mine.clear()
                try:
                    await asyncio.wait_for(mine.wait(), until - loop.time())
                except TimeoutError:
                    return self._idle()
            return self.world.waiting.popleft()
        finally:
            leaving.cancel()
            self._pollers.remove(mine)

    def _idle(self) -> Any:
        if self.guesses.idle == "page":
            return HTMLResponse("<html>408</html>", 408)
        if self.guesses.idle in ("empty", "none"):
            return {} if self.guesses.idle == "empty" else None
        refused = self._refused(ApiError(408, "Request timeout"))
        refused.status_code = 408 if self.guesses.idle == "status" else 200
        return refused

    async def _set_webhook(self, asked: Mapping[str, Any]) -> Any:
        url, secret = str(asked.get("url") or ""), str(asked.get("secret_token") or "")
        if not url.startswith(("https://", "http://127.0.0.1:")):
            raise ApiError(400, "Bad request: The url is invalid")
        if not 8 <= len(secret) <= 256:
            raise ApiError(400, "Bad request: The secret_token must be 8 to 256 characters")
        self.registered += 1
        if self.guesses.webhooks_a_day and self.registered > self.guesses.webhooks_a_day:
            raise ApiError(426, "Too many calls today", "errorCode")
        self.world.webhook, self.world.webhook_secret = url, secret
        self._wake()
        return {"url": url, "updated_at": 1_749_538_250_568, "verification": await self._probed(url)}

    async def _test_webhook(self, _asked: Mapping[str, Any]) -> Any:
        if not self.world.webhook:
            raise ApiError(404, NO_WEBHOOK)
        return await self._probed(self.world.webhook)

    async def _delete_webhook(self, _asked: Mapping[str, Any]) -> Any:
        if not self.world.webhook:
            raise ApiError(400, NO_WEBHOOK)
        self.world.webhook = ""
        return {"url": "", "updated_at": 1_749_538_250_568}

    async def _get_webhook_info(self, _asked: Mapping[str, Any]) -> Any:
        if not self.world.webhook:
            raise ApiError(404, NO_WEBHOOK)
        return {"url": self.world.webhook, "updated_at": 1_749_538_250_568}

    async def _probed(self, url: str) -> Any:
        """An empty request without a secret."""
        status: int | None = 200
        if self.guesses.verifies:
            try:
                async with httpx.AsyncClient(timeout=5) as zalo:
                    status = (await zalo.post(url, headers={"User-Agent": AGENT})).status_code
            except httpx.HTTPError:
                status = None
        return {"url": url, **probe_outcome(status)}

    async def _push(self) -> None:
        """Hand what waits to the webhook, once, whatever it answers."""
        async with httpx.AsyncClient(timeout=10) as zalo:
            while self.world.webhook and self.world.waiting:
                if self.guesses.reorder and len(self.world.waiting) > 1:
                    self.world.waiting.rotate(-1)
                event = self.world.waiting.popleft()
                body = json.dumps({"ok": True, "result": event} if self.guesses.wrapped else event, ensure_ascii=False)
                head = {"User-Agent": AGENT, "Content-Type": "application/json"}
                head |= {"X-Bot-Api-Secret-Token": self.world.webhook_secret}
                for _time in range(2 if self.guesses.twice else 1):
                    try:
                        answer = await zalo.post(self.world.webhook, content=body.encode(), headers=head)
                        self.pushed.append(answer.status_code)
                    except httpx.HTTPError:
                        self.pushed.append(0)

    async def _send_message(self, asked: Mapping[str, Any]) -> Any:
        return self.world.send(asked)

    async def _send_photo(self, asked: Mapping[str, Any]) -> Any:
        fetched = True
        if self.guesses.fetches:
            async with httpx.AsyncClient(timeout=5) as zalo:
                try:
                    fetched = (await zalo.get(str(asked.get("photo")))).status_code == httpx.codes.OK
                except (httpx.HTTPError, httpx.InvalidURL):
                    fetched = False
        return self.world.picture(asked, fetched)

    async def _send_sticker(self, asked: Mapping[str, Any]) -> Any:
        return self.world.send({**asked, "text": f"[{asked.get('sticker')}]"})

    async def _send_voice(self, asked: Mapping[str, Any]) -> Any:
        """To a group it says ok, and nobody hears it."""
        if str(asked.get("chat_id")).startswith("zgr-"):
            return {"message_id": f"{0:020x}", "date": 0}
        return self.world.send({**asked, "text": f"[{asked.get('voice_url')}]"})

    async def _send_chat_action(self, _asked: Mapping[str, Any]) -> Any:
        return None


async def _parameters(request: Request) -> dict[str, Any]:
    """From the address, and from a body of JSON or a form; one in parts is not read."""
    asked: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        try:
            asked |= json.loads(await request.body() or b"{}")
        except ValueError:
            raise ApiError(400, "Bad request") from None
    elif kind.startswith("application/x-www-form-urlencoded"):
        asked |= dict(await request.form())
    return asked | {"by": request.path_params.get("who", ""), "request": request}


async def _left(request: Request, waits: asyncio.Event) -> None:
    """Whoever asked has hung up: what comes now is not for him."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    waits.set()


if __name__ == "__main__":
    fake = FakeZalo()
    print(json.dumps({"base_url": fake.base_url, "token": fake.token, "control": fake.control}), flush=True)
    fake.serve()
