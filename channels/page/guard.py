"""Who may talk to the local web chat's server: its own page, and nobody else."""

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lang.text import speaking

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """Answers only our own page: by the name in the request (DNS rebinding), by its origin (cross-site requests)."""

    def __init__(self, app: ASGIApp, hosts: Callable[[], frozenset[str]], locale: str) -> None:
        self._app, self._hosts, self._locale = app, hosts, locale

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        ours = headers.get("host", "") in self._hosts()
        if scope["method"] not in ("GET", "HEAD"):
            ours = ours and headers.get("origin") == f"http://{headers['host']}"
        if ours:
            with speaking(self._locale):
                await self._app(scope, receive, answer)
        else:
            await Response(status_code=403)(scope, receive, answer)
