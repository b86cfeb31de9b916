"""Which process serves a bot: of all that could, the one that holds its lock."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from storage.locks import ASKED, SURE, Lock

log = logging.getLogger(__name__)


class Hold:
    """Whether this process serves a bot. Without a lock it does: nobody else is there. `term`: for the how manieth
    time."""

    def __init__(self, name: str, lock: Lock | None) -> None:
        self._name, self._lock = name, lock
        self._sure_until = 0.0
        self.term = int(lock is None)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lock") if lock else None

    @property
    def sure(self) -> bool:
        """Whether it may listen and speak. Not when it has been asleep for longer than a lock is left to a silent
        process: so this is asked before everything that two processes must not do beside each other."""
        return self._lock is None or monotonic() < self._sure_until

    async def gained(self) -> None:
        """Return when this process has the lock."""
        is_told = False
        while self._lock is not None and not await self._ask(self._lock.take):
            if not is_told:
                log.info("%s: another process serves it, this one waits", self._name)
            is_told = True
            await asyncio.sleep(self._lock.lease * ASKED)
        self.term += self._lock is not None

    async def lost(self) -> None:
        """Return when it has it no longer."""
        if self._lock is None:
            await asyncio.get_running_loop().create_future()
            return
        while self.sure:
            await asyncio.sleep(self._lock.lease * ASKED)
            await self._ask(self._lock.held)
        log.warning("%s: the lock is lost", self._name)

    async def let_go(self) -> None:
        """Let another process have it, at once."""
        self._sure_until = 0.0
        if self._lock is not None and self._thread is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._lock.let_go)
            self._thread.shutdown(wait=False)

    async def _ask(self, question: Callable[[], bool]) -> bool:
        """Ask the lock; an answer that takes longer than it would be believed for is none."""
        assert self._lock is not None
        asked_at, believed = monotonic(), self._lock.lease * SURE
        try:
            answering = asyncio.get_running_loop().run_in_executor(self._thread, question)
            answer = await asyncio.wait_for(answering, believed)
        except TimeoutError:
            answer = False
        self._sure_until = asked_at + believed if answer else 0.0
        return answer
