"""What Zalo's messages are made of: a text cut into those that it takes, and what is bold in them.

People answer a list by its codes («xong 12»). Where a message ends inside such an item, the next begins with its code
again, so that it too can be answered."""

import re
from collections.abc import Iterator

from channels import split, units
from lang.text import _

Style = dict[str, int | list[str]]
BOLD = ["b"]
STYLES = 100

_ITEM = re.compile(r"(\d{1,6}) \S")


def parts(text: str, bold: tuple[tuple[int, int], ...], limit: int, body: int) -> Iterator[tuple[str, list[Style]]]:
    """`text` in messages of at most `limit` UTF-16 units, each with what is bold in it. From `body` (code points) on
    stands nothing that belongs to an item."""
    at = 0
    while text[at:].strip():
        code = _unfinished(text, at, bold) if 0 < at < body else ""
        again = _("{code} (tiếp)", code=code) + "\n" if code else ""
        part = split(text[at:], limit - units(again), units)[0]
        start = text.index(part, at)
        at = start + len(part)
        if part.strip():
            yield again + part, _styles(text, start, at, bold, units(again))
        while text[at : at + 1] in ("\n", " ") and at < len(text):
            at += 1


def _styles(text: str, start: int, end: int, bold: tuple[tuple[int, int], ...], before: int) -> list[Style]:
    spans = ((max(first, start), min(first + length, end)) for first, length in bold)
    found = [(units(text[start:first]), units(text[first:last])) for first, last in spans if first < last]
    return [{"start": before + at, "len": length, "st": BOLD} for at, length in found[:STYLES]]


def _unfinished(text: str, at: int, bold: tuple[tuple[int, int], ...]) -> str:
    """The code of the item that goes on at `at`; empty where something new begins there."""
    start = text.rfind("\n", 0, at) + 1
    if not text[start:at].strip() and (_begins(text, start) or _is_heading(text, start, bold)):
        return ""
    while True:
        if item := _begins(text, start):
            return item
        if start == 0 or _is_heading(text, start, bold) or text[start - 2 : start] == "\n\n":
            return ""
        start = text.rfind("\n", 0, start - 1) + 1


def _begins(text: str, start: int) -> str:
    found = _ITEM.match(text, start)
    return found[1] if found else ""


def _is_heading(text: str, start: int, bold: tuple[tuple[int, int], ...]) -> bool:
    """Whether the whole line is bold."""
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    return any(first <= start and end <= first + length for first, length in bold)
