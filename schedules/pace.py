"""How fast a bot may speak: what was said lately is remembered, and what would be too much waits."""

from collections import deque
from collections.abc import Callable
from sys import maxsize

from channels import Pace, Rate

TURN = 10.0
"""Seconds for which a chat that has just heard something lets others go first."""
FORGOTTEN_AFTER = 60.0
"""Seconds between two clearings of the chats of which nothing has to be remembered any more."""


class Pacer:
    """Keeps the limits of a messenger for one bot, so that it never has to refuse. A message counts from the moment it
    leaves until a whole window after its answer: however long it was on the road, the messenger sees no more in any
    window than it allows. `now`: seconds of a clock that nobody sets."""

    def __init__(self, pace: Pace, now: Callable[[], float]) -> None:
        self._pace, self._now = pace, now
        self._overall = _Window(pace.overall)
        self._chats: dict[int, _Window] = {}
        self._closed: dict[int, float] = {}
        self._heard_at: dict[int, float] = {}
        self._silent_until = self._cleared_at = now()

    def pause(self, seconds: float) -> None:
        """Nothing more may be said for so long."""
        self._silent_until = max(self._silent_until, self._now() + seconds)

    def room(self) -> int:
        """How many messages may leave now, over all chats."""
        now = self._now()
        return 0 if now < self._silent_until else self._overall.room(now)

    def full(self) -> set[int]:
        """The chats in which nothing may be said now."""
        now = self._now()
        if now >= self._cleared_at + FORGOTTEN_AFTER:
            self._chats = {chat: window for chat, window in self._chats.items() if window.matters(now)}
            self._cleared_at = now
        self._closed = {chat: opens for chat, opens in self._closed.items() if opens > now}
        return set(self._closed)

    def lately(self) -> set[int]:
        """The chats that have just heard something: where not everything can be said at once, they come last, so that
        all come to their end together and none waits for another."""
        if not self._pace.overall:
            return set()
        now = self._now()
        self._heard_at = {chat: at for chat, at in self._heard_at.items() if at > now - TURN}
        return set(self._heard_at)

    def opens(self) -> float | None:
        """Seconds until more may be said than now; None when only an answer, or nothing, is waited for."""
        now = self._now()
        if now < self._silent_until:
            return self._silent_until - now
        if not self._overall.room(now):
            return self._overall.opens(now)
        return min((opens - now for opens in self._closed.values() if opens > now), default=None)

    def wait(self, chat: int, messages: int) -> float:
        """Seconds after which so many messages may be said at once in a chat that is not full; 0: now."""
        window = self._chats.get(chat)
        return (window.opens(self._now(), messages) or 0.0) if window else 0.0

    def begin(self, chat: int, messages: int, *, private: bool) -> None:
        """So many messages leave for a chat."""
        self._overall.on_way += messages
        rates = self._pace.private if private else self._pace.group
        if rates:
            self._chats.setdefault(chat, _Window(rates)).on_way += messages

    def end(self, chat: int, messages: int, at: float | None = None) -> None:
        """They arrived, or did not, at that moment, else now."""
        now = self._now()
        at = now if at is None else at
        self._overall.end(messages, at)
        window = self._chats.get(chat)
        if window is not None:
            window.end(messages, at)
            self._heard_at[chat] = at
            opens = window.opens(now)
            if opens:
                self._closed[chat] = now + opens


class _Window:
    """The messages that count against some rates: those on their way, and when the others ended."""

    def __init__(self, rates: tuple[Rate, ...]) -> None:
        self.rates, self.on_way = rates, 0
        self._ended: deque[float] = deque()
        self._longest = max((rate.seconds for rate in rates), default=0.0)

    def end(self, messages: int, at: float) -> None:
        self.on_way -= messages
        if self.rates:
            self._ended.extend([at] * messages)

    def matters(self, now: float) -> bool:
        while self._ended and self._ended[0] <= now - self._longest:
            self._ended.popleft()
        return bool(self.on_way or self._ended)

    def room(self, now: float) -> int:
        """How many more may leave now."""
        if not self.rates or not self.matters(now):
            return min((rate.messages for rate in self.rates), default=maxsize)
        return max(0, min(rate.messages - self.on_way - len(self._since(now, rate)) for rate in self.rates))

    def opens(self, now: float, messages: int = 1) -> float | None:
        """Seconds until so many may leave, or as many as ever may; None when an answer must come first."""
        self.matters(now)
        waits = 0.0
        for rate in self.rates:
            lately = self._since(now, rate)
            too_many = self.on_way + len(lately) + min(messages, rate.messages) - rate.messages
            if too_many > len(lately):
                return None
            if too_many > 0:
                waits = max(waits, lately[too_many - 1] + rate.seconds - now)
        return waits

    def _since(self, now: float, rate: Rate) -> list[float]:
        return [at for at in self._ended if at > now - rate.seconds]
