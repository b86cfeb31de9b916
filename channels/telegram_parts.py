"""What Telegram's messages are made of: a text cut into those that it takes, which counts in UTF-16 code units, what is
bold in them, and the buttons under them; as they go over the line."""

import json
from collections.abc import Iterator

from channels import split, units

Entity = dict[str, str | int]
ENTITIES = 100
ROW = 30
"""Characters of the buttons that share one row: about what a phone shows unshortened."""


def parts(text: str, bold: tuple[tuple[int, int], ...], limit: int) -> Iterator[tuple[str, list[Entity]]]:
    """`text` in messages of at most `limit`, each with what is bold in it. `split` drops white space at the cuts, so
    each part is looked up."""
    at = 0
    for part in split(text, limit, units):
        if not part.strip():
            continue
        start = text.index(part, at)
        at = start + len(part)
        spans = ((max(first, start), min(first + length, at)) for first, length in bold)
        found = ((units(text[start:first]), units(text[first:end])) for first, end in spans if first < end)
        bolds: list[Entity] = [{"type": "bold", "offset": offset, "length": length} for offset, length in found]
        yield part, bolds[:ENTITIES]


def keyboard(actions: list[str]) -> str:
    """A button for each of these sentences, side by side as long as they stay readable on a phone."""
    rows: list[list[str]] = []
    for action in actions:
        if rows and sum(map(len, rows[-1])) + len(action) <= ROW:
            rows[-1].append(action)
        else:
            rows.append([action])
    return json.dumps({"inline_keyboard": [[{"text": one, "callback_data": one} for one in row] for row in rows]})
