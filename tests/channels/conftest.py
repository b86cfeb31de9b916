"""Who listens on a channel while it is asked."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

import pytest

from channels import Channel, Incoming, Raw
from tests.channels.puppet_web import WebPuppet
from tests.channels.puppet_zalo import ZaloPuppet
from tests.channels.puppets import Puppet, TelegramPuppet, TerminalPuppet
from tests.patience import until

PUPPETS: dict[str, type[TelegramPuppet | TerminalPuppet | WebPuppet | ZaloPuppet]] = {
    "telegram": TelegramPuppet,
    "terminal": TerminalPuppet,
    "web": WebPuppet,
    "zalo": ZaloPuppet,
}
"""Every channel there is."""
P = TypeVar("P", bound=Puppet)


class Ear:
    """Keeps what a channel hands over, as the app does, and reads it in order. Listens inside `async with`."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.raws: list[Raw] = []
        self.broken: list[Raw] = []
        self._read = 0

    async def keep(self, raws: Sequence[Raw]) -> None:
        self.raws.extend(raws)

    async def next(self) -> Incoming:
        """The next thing that somebody said; what cannot be read is set aside in `broken`."""
        while True:
            await until(lambda: len(self.raws) > self._read)
            raw = self.raws[self._read]
            self._read += 1
            try:
                said = self.channel.decode(raw.body)
            except Exception:
                self.broken.append(raw)
                continue
            if said is not None:
                return said

    async def __aenter__(self) -> "Ear":
        self._task = asyncio.create_task(self.channel.listen(self.keep))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        (ended,) = await asyncio.gather(self._task, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError), ended


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the parts of a long message nobody is waited for."""
    monkeypatch.setattr("channels.telegram.BETWEEN", 0.0)
    monkeypatch.setattr("channels.zalo.BETWEEN", 0.0)


@pytest.fixture(params=PUPPETS)
async def puppet(request: pytest.FixtureRequest) -> AsyncIterator[Puppet]:
    made: Puppet = PUPPETS[request.param]()
    async for moved in _moved(made):
        yield moved


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramPuppet]:
    async for moved in _moved(TelegramPuppet()):
        yield moved


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloPuppet]:
    async for moved in _moved(ZaloPuppet()):
        yield moved


@pytest.fixture
async def ear(puppet: Puppet) -> AsyncIterator[Ear]:
    async with Ear(puppet.channel) as listening:
        yield listening


async def _moved(puppet: P) -> AsyncIterator[P]:
    await puppet.start()
    yield puppet
    await puppet.channel.close()
    await puppet.stop()
