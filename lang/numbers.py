"""Numbers as Vietnamese writes them in words, and the Roman ones of quarters."""

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "iiii": 4}
ROMAN_MONTHS = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12,
}  # fmt: skip

_ONES = {
    "một": 1,
    "mốt": 1,
    "nhất": 1,
    "hai": 2,
    "nhì": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "lăm": 5,
    "nhăm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
}
# Without its mark «sau» is also «after», «nam» «south», «tu» «from»: numbers only where one must stand.
_UNMARKED = {"mot": 1, "hai": 2, "bon": 4, "tam": 8, "chin": 9, "muoi": 10}
_UNMARKED_LOOSE = _UNMARKED | {"nhat": 1, "ba": 3, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7}
# «mười năm» is ten years, fifteen is «mười lăm»; «hai mươi sau …» is twenty after.
_NEVER_LAST = {"năm", "nam", "sau", "mười", "muoi"}
_TENS = ("mươi", "mười", "muoi")
_STRICT, _LOOSE = _ONES | _UNMARKED, _ONES | _UNMARKED_LOOSE
_AFTER_TEN = {word: n for word, n in _LOOSE.items() if word not in _NEVER_LAST and n < 10}


def in_words(words: list[str], loose: bool = False) -> tuple[int, int]:
    """The number that `words` (small letters, marks kept) begin with, and how many of them it takes; (0, 0) if none.

    From 1 to 99. `loose`: a number must stand here, so an ambiguous word without its mark is one.
    """
    first = (_LOOSE if loose else _STRICT).get(words[0], 0) if words else 0
    if not first:
        return 0, 0
    if first == 10:
        unit = _AFTER_TEN.get(words[1], 0) if len(words) > 1 else 0
        return (10 + unit, 2) if unit else (10, 1)
    if len(words) > 1 and words[1] in _TENS:
        unit = _AFTER_TEN.get(words[2], 0) if len(words) > 2 else 0
        return (first * 10 + unit, 3) if unit else (first * 10, 2)
    return first, 1
