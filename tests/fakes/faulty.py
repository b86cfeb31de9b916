"""A server in a thread of its own, over real HTTP on 127.0.0.1, whose answers and lines can be spoilt: what every fake
messenger is built on."""

import asyncio
import random
import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Mapping
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

K = TypeVar("K", bound=str)


class Faulty(ABC, Generic[K]):
    """`kinds` are the ways in which a call can go wrong; `fail` and `flaky` say when; `calls` counts by method. Which
    is the method of most calls, `usual` says."""

    kinds: tuple[str, ...] = ()
    usual = "sendMessage"

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._queued: deque[tuple[str, K, Mapping[str, Any]]] = deque()
        self._odds: dict[str, dict[K, float]] = {}
        self._dice = random.Random(0)
        self._closing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lines: dict[tuple[str, int], asyncio.Transport] = {}
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(self._app(), http=self._protocol(), lifespan="off", log_config=None, access_log=False)
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    @abstractmethod
    def _app(self) -> Starlette: ...

    @abstractmethod
    def _wake(self) -> None:
        """Whoever waits in the server's loop is woken."""

    @property
    def control(self) -> str:
        return f"{self._url}/control"

    def serve(self) -> None:
        """In this thread, until the process ends."""
        self._server.run([self._socket])

    def start(self) -> Self:
        self._thread.start()
        patience = monotonic() + 10
        while not self._server.started and monotonic() < patience:
            sleep(0.005)
        if not self._server.started:
            raise TimeoutError(f"{type(self).__name__} did not start")
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

    def fail(self, kind: K, *, times: int = 1, method: str = "", **more: Any) -> None:
        """The next `times` calls of `method` go wrong in this way, before any that `flaky` draws. `more` is what this
        kind needs to know."""
        if kind not in self.kinds:
            raise ValueError(kind)
        self._queued.extend([(method or self.usual, kind, more)] * times)

    def flaky(self, seed: int, odds: Mapping[K, float], *, method: str = "") -> None:
        """From now on calls of `method` go wrong with these probabilities (0 to 1, their sum at most 1)."""
        self._dice = random.Random(seed)
        self._odds[method or self.usual] = dict(odds)

    def _news(self) -> None:
        if self._loop:
            self._loop.call_soon_threadsafe(self._wake)

    def _fault(self, method: str) -> tuple[K | None, Mapping[str, Any]]:
        for queued in self._queued:
            if queued[0] == method:
                self._queued.remove(queued)
                return queued[1], queued[2]
        drawn = self._dice.random() if method in self._odds else 1.0
        for kind, chance in self._odds.get(method, {}).items():
            drawn -= chance
            if drawn < 0:
                return kind, {}
        return None, {}

    async def _break(self, request: Request, kind: str, answer: bytes) -> Response:
        """Spoil an answer, or the line that it would travel."""
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
