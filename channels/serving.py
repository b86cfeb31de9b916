"""One way to serve a page or a webhook in the running loop; signals stay with whoever owns the process."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: ASGIApp, at: socket.socket, *, before_end: Callable[[], None] = lambda: None) -> None:
    """Serve `app` until cancelled; then `before_end` is called and what is being answered is finished, for a second."""
    server = _Server(
        uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[at]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        before_end()
        await serving
