"""One request to Zalo and its answer as it came over the line, whatever it is; and the other way round, what Zalo sends
to a web address of ours."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from channels.serving import serve
from channels.trust import trusted
from channels.zalo_failures import api_error
from channels.zalo_updates import event_of
from lang.text import _

HEADERS = ("content-type", "date", "server", "retry-after", "user-agent", "x-bot-api-secret-token")
"""Those that are kept."""
METHODS = ["GET", "POST", "PUT", "HEAD"]
PATIENCE = 20.0
"""Seconds for an answer, beside those for which Zalo holds it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`broke` names what went wrong where none came; `seconds` is how long it took."""

    method: str
    asked: Mapping[str, Any]
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: float = 0.0
    broke: str = ""

    @property
    def said(self) -> dict[str, Any]:
        """Its JSON; nothing where it is none."""
        try:
            said = json.loads(self.body)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}

    @property
    def ok(self) -> bool:
        return self.said.get("ok") is True

    @property
    def result(self) -> dict[str, Any]:
        result = self.said.get("result")
        return result if isinstance(result, dict) else {}

    @property
    def event(self) -> dict[str, Any]:
        """The update in it; nothing where there is none."""
        try:
            event = event_of(self.said)
        except (KeyError, TypeError):
            return {}
        return event if "event_name" in event else {}

    @property
    def words(self) -> str:
        """In one line."""
        if self.broke:
            return _("không có trả lời ({error})", error=self.broke)
        if not self.said:
            return _("HTTP {status}, không phải JSON: {body}", status=self.status, body=self.body[:60])
        if self.ok:
            return _("HTTP {status}, nhận", status=self.status)
        refused = api_error(self.said, self.status)
        return _(
            "HTTP {status}, không nhận: {code} «{words}»",
            status=self.status,
            code=refused.code,
            words=refused.description,
        )


class Wire:
    """Asks Zalo as one bot."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base, self._token = base_url, token
        self._http = httpx.AsyncClient(verify=trusted(), timeout=PATIENCE)

    async def ask(
        self, method: str, asked: Mapping[str, Any] | None = None, *, hold: float = 0.0, token: str = ""
    ) -> Answer:
        """Does not raise. `token`: another one than ours."""
        asked, began = asked or {}, monotonic()
        try:
            answer = await self._http.post(
                f"{self._base}{token or self._token}/{method}",
                content=json.dumps(asked),
                headers={"content-type": "application/json"},
                timeout=hold + PATIENCE,
            )
        except httpx.HTTPError as error:
            return Answer(method, asked, seconds=monotonic() - began, broke=type(error).__name__)
        kept = {name: value for name, value in answer.headers.items() if name in HEADERS}
        return Answer(method, asked, answer.status_code, kept, answer.text, monotonic() - began)

    async def close(self) -> None:
        await self._http.aclose()


@dataclass
class Hook:
    """What Zalo sends to `host`:`port`, while it is `open`; every request is answered 200."""

    host: str
    port: int
    came: list[dict[str, Any]] = field(default_factory=list)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Raises OSError when somebody else has the port."""
        at = socket.create_server((self.host, self.port))
        app = Starlette(routes=[Route("/{path:path}", self._take, methods=METHODS)])
        serving = asyncio.create_task(serve(app, at))
        try:
            yield
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    async def _take(self, request: Request) -> Response:
        kept = {name: value for name, value in request.headers.items() if name in HEADERS}
        body = (await request.body()).decode("utf-8", "replace")
        self.came.append({"method": request.method, "path": request.url.path, "headers": kept, "body": body})
        return Response()
