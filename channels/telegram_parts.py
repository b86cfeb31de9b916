"""A text cut into the messages that Telegram takes, which counts in UTF-16 code units."""

from collections.abc import Iterator

from channels import split, units


def parts(text: str, bold: tuple[tuple[int, int], ...], limit: int) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """`text` in messages of at most `limit`, each with the (offset, length) of what is bold in it. `split` drops white
    space at the cuts, so each part is looked up."""
    at = 0
    for part in split(text, limit, units):
        if not part.strip():
            continue
        start = text.index(part, at)
        at = start + len(part)
        spans = ((max(first, start), min(first + length, at)) for first, length in bold)
        yield part, [(units(text[start:first]), units(text[first:end])) for first, end in spans if first < end]
