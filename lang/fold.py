"""Folding: the one form in which words are compared, whoever typed them and on whatever keyboard."""

import unicodedata

DASHES = "‐‑‒–—―−﹣－"
DOUBLE_QUOTES = "“”„‟«»″"
SINGLE_QUOTES = "‘’‚‛′`´"


def _bare_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return "d" if base in "đð" else base


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        letter = chr(code).lower()
        table[code] = _bare_letter(letter[0]) if letter.isalpha() else chr(code)
    for mark in range(0x300, 0x370):
        table[mark] = None
    table |= dict.fromkeys(map(ord, DASHES), "-")
    table |= dict.fromkeys(map(ord, DOUBLE_QUOTES), '"')
    table |= dict.fromkeys(map(ord, SINGLE_QUOTES), "'")
    table |= dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), None)
    return table


_TABLE = _table()


def fold(text: str) -> str:
    """`text` in small letters without diacritics, đ as d, one kind of quote and dash, single spaces, trimmed.

    Both ways of placing a tone mark and both Unicode forms (NFC, NFD) fold to the same words:
    «Tiến độ», «TIẾN ĐỘ», «tien do» → «tien do». Folding twice changes nothing.
    """
    folded = text.lower().translate(_TABLE)
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded).lower().translate(_TABLE)
    return " ".join(folded.split())
