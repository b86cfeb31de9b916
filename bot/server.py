"""The one HTTP server that the world may reach: where messengers push their updates, and where links lead.

An update is confirmed with 200 only when it is stored; one that came before is stored once. Put a reverse proxy that
speaks TLS before it: messengers push to https only.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.trouble import told
from channels import NotTaken, Pushed, Raw
from channels.serving import serve

log = logging.getLogger(__name__)

BODY_LIMIT = 1024 * 1024
"""Bytes of one update; Telegram's largest are some ten thousand."""
SLOWEST_BODY = 10.0
"""Seconds that a request may take to arrive."""
AT_ONCE = 64
"""Requests of messengers under way; of more they are told to come again."""

Take = Callable[[str, Sequence[Raw]], Awaitable[None]]


class Server:
    """Serves `channels` at /hook/<name> on `host` and `port`, and what `more` has; `take` stores what they are pushed.
    0 takes any free port. Raises OSError when somebody else has it."""

    def __init__(
        self, take: Take, channels: Iterable[Pushed], host: str, port: int, more: Sequence[Route] = ()
    ) -> None:
        self._take = take
        self._channels = {channel.name: channel for channel in channels}
        self._under_way = 0
        self._socket = socket.create_server((host, port), backlog=256)
        self.port: int = self._socket.getsockname()[1]
        self.app = Starlette(
            routes=[
                Route("/hook/{name}", self._pushed, methods=["POST"]),
                Route("/alive", self._alive),
                *more,
            ]
        )

    async def run(self) -> None:
        """Serve until cancelled; what is being taken in then is finished."""
        await serve(self.app, self._socket)

    async def _alive(self, _request: Request) -> Response:
        return PlainTextResponse("ok")

    async def _pushed(self, request: Request) -> Response:
        channel = self._channels.get(request.path_params["name"])
        if channel is None:
            raise HTTPException(404)
        empty = "transfer-encoding" not in request.headers and request.headers.get("content-length", "0") == "0"
        if not channel.admits(request.headers, empty=empty):
            return Response(status_code=403)
        if self._under_way >= AT_ONCE:
            return Response(status_code=503)
        self._under_way += 1
        try:
            return await self._taken(channel, b"" if empty else await _body(request))
        finally:
            self._under_way -= 1

    async def _taken(self, channel: Pushed, body: bytes) -> Response:
        try:
            raws = await channel.pushed(body)
            if raws:
                await self._take(channel.name, raws)
        except NotTaken as not_taken:
            return Response(status_code=not_taken.status)
        except Exception as error:  # not stored, so not confirmed: the messenger sends it again
            log.error("an update of %s was not stored: %s", channel.name, told(error))
            return Response(status_code=503)
        return Response()


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            async for part in request.stream():
                body += part
                if len(body) > BODY_LIMIT:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    return bytes(body)
