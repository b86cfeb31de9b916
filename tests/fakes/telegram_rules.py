"""What Telegram accepts in a message, and how it counts and marks text."""

import json
import re
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import Any


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Limits:
    """What Telegram takes from one bot: `overall` and `chat` within any second, `group` within any minute; 0: as much
    as comes. `refused` counts what was too much."""

    overall: int = 0
    chat: int = 0
    group: int = 0
    refused: int = 0
    _taken: dict[tuple[str, float], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, chat: str, now: float) -> None:
        """A message comes in. Raises ApiError 429 where it is one too many."""
        windows = [(("", 1.0), self.overall), ((chat, 1.0), self.chat)]
        if chat.startswith("-"):
            windows.append(((chat, 60.0), self.group))
        wait = 0.0
        for key, most in windows:
            taken = self._taken[key]
            while taken and taken[0] <= now - key[1]:
                taken.popleft()
            if most and len(taken) >= most:
                wait = max(wait, taken[-most] + key[1] - now)
        if wait:
            self.refused += 1
            raise ApiError(429, f"Too Many Requests: retry after {ceil(wait)}", retry_after=ceil(wait))
        for key, _most in windows:
            self._taken[key].append(now)


def entities(text: str) -> Iterator[dict[str, Any]]:
    """Commands and mentions as Telegram marks them: commands are ASCII."""
    for kind, pattern in (
        ("bot_command", r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?(?!\w)"),
        ("mention", r"(?<!\w)@\w+"),
    ):
        for found in re.finditer(pattern, text):
            yield {"type": kind, "offset": units(text[: found.start()]), "length": units(found[0])}


def bold(text: str, entities: Any) -> Iterator[str]:
    if len(entities) > 100:
        raise ApiError(400, "Bad Request: too many entities")
    for one in entities:
        if one["offset"] < 0 or one["length"] < 1 or one["offset"] + one["length"] > units(text):
            raise ApiError(400, "Bad Request: entity is out of the text")
        if one["type"] == "bold":
            yield cut(text, one["offset"], one["length"])


def buttons(keyboard: Any) -> Iterator[str]:
    buttons = [button for row in keyboard for button in row]
    if len(buttons) > 100 or any(len(row) > 8 for row in keyboard):
        raise ApiError(400, "Bad Request: reply markup is too long")
    for button in buttons:
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
        if not button["text"]:
            raise ApiError(400, "Bad Request: text buttons are empty")
        yield button["callback_data"]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def number(value: Any) -> int | None:
    return int(value) if re.fullmatch(r"-?\d+", str(value)) else None


def read(value: Any, empty: Any) -> Any:
    """A parameter that is JSON inside a form, or was JSON all along."""
    return json.loads(value) if isinstance(value, str) and value else (value or empty)
