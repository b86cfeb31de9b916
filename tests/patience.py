"""Waiting in tests: a busy machine is no failure, something that never happens is one."""

import asyncio
from collections.abc import Callable

PATIENCE = 60
"""Seconds after which what should have happened will not."""


async def until(true: Callable[[], bool]) -> None:
    """Wait for something to become true; raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110  (what is waited for has no event)
            await asyncio.sleep(0.005)
