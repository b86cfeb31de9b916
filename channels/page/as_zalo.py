"""What the page is to an office on Zalo: there the bot has no buttons, sends no files and no long messages, and in a
group hears only who calls it by name or answers it, never which of its messages was answered."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from channels import File, listed, printed, split, units
from channels.page.transcript import Line
from lang.text import SOURCE, speaking

NAME = "Bot Nhắc Việc"
LIMIT = 1_900
"""UTF-16 code units of one message."""


def seen(line: Line, call: str, files: str) -> list[Line]:
    """The messages that one of the page is on Zalo; the last has its id. `files` and the id are where its file is."""
    if line.who:
        return [line]
    with speaking(SOURCE):
        text = line.text
        for name, size in line.files:
            text = listed(text, File(name, size, url=files + line.id))
        text = printed(text, line.actions, "" if line.chat.startswith("me:") else call)
    *before, last = list(_parts(text, line.bold))
    whole = replace(line, actions=(), files=())
    return [
        *(replace(whole, id=f"{line.id}.{n}", text=part, bold=bold) for n, (part, bold) in enumerate(before, 1)),
        replace(whole, text=last[0], bold=last[1]),
    ]


def whole(id: str) -> str:
    """The message that one on Zalo is, or is a part of."""
    return id.partition(".")[0]


def calls(text: str, call: str) -> bool:
    """Whether the bot is called by its name in `text`."""
    return _call(call).search(text) is not None


def without_call(text: str, call: str) -> str:
    return _call(call).sub(" ", text).strip()


@cache
def _call(call: str) -> re.Pattern[str]:
    name = r"\s+".join(map(re.escape, call.split()))
    return re.compile(rf"[^\S\n]*(?<![\w@]){name}(?!\w)[,:]?[^\S\n]*", re.IGNORECASE)


def _parts(text: str, bold: tuple[tuple[int, int], ...]) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
    """`text` in messages, each with what is bold in it. `split` drops white space at the cuts, so each is looked up."""
    at = 0
    for part in split(text, LIMIT, units):
        start = text.index(part, at)
        at = start + len(part)
        spans = ((max(first, start), min(first + length, at)) for first, length in bold)
        yield part, tuple((first - start, end - first) for first, end in spans if first < end)
