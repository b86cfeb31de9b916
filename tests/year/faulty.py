"""A messenger in memory that fails as messengers do, by a seeded plan, and remembers every attempt to say something."""

import asyncio
import json
import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum

from channels import (
    Address,
    File,
    Finding,
    Incoming,
    Keep,
    Later,
    Never,
    Raw,
    Reply,
    Sender,
    Shape,
    Unknown,
    printed,
    units,
)
from channels.zalo_parts import parts
from schedules.clock import Clock

CALL = "@Bot Nhắc Việc"
AS_ZALO = Shape(buttons=False, limit=1900, takes_files=False, monthly=3000)
"""What Zalo gives a bot: it must be called in groups, and a reply does not say what it answers."""


class Fate(Enum):
    """What becomes of one attempt. The two `UNKNOWN` look alike to the one who speaks."""

    SAID = "said"
    LATER = "later"
    UNKNOWN_HEARD = "unknown, heard"
    UNKNOWN_LOST = "unknown, lost"
    NEVER = "never"

    @property
    def heard(self) -> bool:
        return self in (Fate.SAID, Fate.UNKNOWN_HEARD)


@dataclass(frozen=True)
class Attempt:
    """Words handed to the messenger at `at`, and their fate; `after` is the wait it named, in seconds."""

    at: datetime
    to: Address
    text: str
    actions: tuple[str, ...]
    fate: Fate
    after: float | None = None


@dataclass
class Weather:
    """How often each fault strikes an attempt, and on how many days of a chat's year nothing arrives at all."""

    later: float = 0.08
    unknown: float = 0.06
    never: float = 0.01
    storm: float = 0.02


@dataclass
class FaultyChannel:
    """Keeps the channel contract. `zone` is where the log's moments are told in. `busy`: on that day everything
    is put back until that hour."""

    name: str
    clock: Clock
    zone: tzinfo
    seed: int
    weather: Weather = field(default_factory=Weather)
    shape: Shape = field(default_factory=Shape)
    log: list[Attempt] = field(default_factory=list)
    busy: dict[date, time] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._coming: asyncio.Queue[Raw] = asyncio.Queue()
        self._said = 0

    async def listen(self, keep: Keep) -> None:
        while True:
            await keep([await self._coming.get()])

    def hear(self, chat: str, who: Sender, text: str, private: bool, files: tuple[File, ...] = ()) -> Raw:
        """A raw update in which `who` says `text`, to be stored by whoever takes it."""
        self._said += 1
        body = {
            "chat": chat,
            "private": private,
            "who": [who.id, who.name],
            "text": text,
            "files": [[f.name, f.size, (f.content or b"").decode()] for f in files],
            "id": f"u{self._said}",
        }
        return Raw(id=f"u{self._said}", body=json.dumps(body, ensure_ascii=False))

    def decode(self, body: str) -> Incoming | None:
        said = json.loads(body)
        return Incoming(
            channel=self.name,
            id=said["id"],
            address=Address(said["chat"]),
            private=said["private"],
            sender=Sender(*said["who"]),
            text=said["text"],
            files=tuple(File(name, size, content=content.encode()) for name, size, content in said["files"]),
            call="" if self.shape.buttons or said["private"] else CALL,
            quotes=self.shape.buttons,
        )

    async def download(self, file: File) -> File:
        return file

    async def send(self, to: Address, reply: Reply) -> str:
        now = self.clock.now().astimezone(self.zone)
        if not self.shape.buttons:
            text = printed(reply.text, reply.actions, CALL if reply.in_group else "")
            assert all(
                units(part) <= self.shape.limit for part, _styles in parts(text, (), self.shape.limit, len(text))
            )
        fate, after = self._fate(to, now)
        self.log.append(Attempt(now, to, reply.text, reply.actions, fate, after))
        if fate is Fate.LATER:
            raise Later(after, "busy")
        if fate is Fate.NEVER:
            raise Never("not this one", chat_gone=False)
        if fate is not Fate.SAID:
            raise Unknown("the line broke")
        return f"m{len(self.log)}"

    def _fate(self, to: Address, now: datetime) -> tuple[Fate, float | None]:
        storm = random.Random(f"{self.seed} {to.chat} {now:%j}").random() < self.weather.storm
        if storm or now.time() < self.busy.get(now.date(), time.min):
            return Fate.LATER, None
        roll = self._random.random()
        if roll < self.weather.later:
            return Fate.LATER, self._random.choice([None, None, 5.0, 90.0, 1800.0, 50_000.0])
        roll -= self.weather.later
        if roll < self.weather.unknown:
            return self._random.choice([Fate.UNKNOWN_HEARD, Fate.UNKNOWN_LOST]), None
        return (Fate.NEVER, None) if roll - self.weather.unknown < self.weather.never else (Fate.SAID, None)

    async def forget(self, incoming: Incoming) -> None: ...

    async def check(self) -> list[Finding]:
        return []

    async def close(self) -> None: ...


def outages(seed: int, year: int, n: int = 4) -> list[date]:
    """`n` days of the year on which the process does not run at all, two of them in a row."""
    days = [date(year, 1, 20) + timedelta(days=k) for k in random.Random(seed).sample(range(330), n - 1)]
    return sorted({*days, days[0] + timedelta(days=1)})
