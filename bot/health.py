"""The sign of life: after a good tick, once a minute, the moment is written down, and whoever watches over the program
from outside is told, as long as what is owed is being said."""

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import httpx
from sqlmodel import Session

from schedules.clock import Clock
from schedules.state import LATE
from storage import outbox, pulse

T = TypeVar("T")
log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
TIMEOUT = 10.0
"""Seconds for which the watcher's answer is waited for; nobody else waits."""


class Living(Protocol):
    """Who has a clock, and transactions."""

    clock: Clock

    async def within(self, work: Callable[[Session], T]) -> T: ...


class Health:
    """`url` is asked for with GET, and is a secret; empty: nobody watches."""

    def __init__(self, url: str = "") -> None:
        self._url, self._failing = url, False
        self._last: datetime | None = None
        self._asking: asyncio.Task[None] | None = None
        self._client: httpx.AsyncClient | None = None

    async def ticked(self, living: Living, channels: Collection[str]) -> None:
        """A tick went well. Nobody is told while something due on one of `channels` has not been taken for a while."""
        now = living.clock.now()
        if self._last is not None and abs(now - self._last) < EVERY:
            return
        oldest = await living.within(lambda session: _beat(session, channels, now))
        self._last = now
        if self._url and (oldest is None or oldest > now - LATE) and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        try:
            if self._client is None:
                self._client = httpx.AsyncClient(timeout=TIMEOUT)
            answer = await self._client.get(self._url)
            trouble = "" if answer.is_success else f"HTTP {answer.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            trouble = type(error).__name__
        if trouble and not self._failing:
            log.warning("the watcher of HEALTHCHECK_URL was not reached: %s", trouble)
        self._failing = bool(trouble)

    async def close(self) -> None:
        """Wait for nobody any more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()


def _beat(session: Session, channels: Collection[str], now: datetime) -> datetime | None:
    """Write down that the program lives; since when something due waits to be taken."""
    pulse.beat(session, now)
    return min((at for name in channels if (at := outbox.next_try(session, name)) is not None), default=None)
