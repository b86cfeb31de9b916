"""Amounts as people type and read them: «87,5%», «1.234 hồ sơ», «7,2/8,5 điểm».

Vietnamese writes a decimal comma and a point between thousands. A point before anything but three figures can only be
a decimal one («87.5»), which is how some keyboards write it.
"""

import re
from dataclasses import dataclass

from babel.numbers import format_decimal

from lang.fold import fold
from lang.text import SOURCE, spoken

_NUMBER = r"(?:[1-9]\d{0,2}(?:\.\d{3}){1,4}(?:,\d{1,6})?|\d{1,12}(?:[.,]\d{1,6})?)"
_AMOUNT = re.compile(rf"(?P<sign>[-+]?)(?P<value>{_NUMBER})(?:\s*/\s*(?P<of>{_NUMBER}))?\s*(?P<unit>[^\d\s.,/][^\d]*)?")
_EITHER_WAY = re.compile(r"\d[.,]\d{3}(?!\d)")
_PERCENT = "phan tram"


@dataclass(frozen=True, slots=True)
class Amount:
    """`value`; `out_of`: the 8,5 of «7,2/8,5 điểm»; `unit` what stands after it, folded, «phần trăm» as «%»."""

    value: float
    out_of: float | None = None
    unit: str = ""


def read(words: str) -> Amount | None:
    """The amount that `words` are, all of them; None when they are something else.

    Where another language is spoken, «1,250» and «1.250» may be meant either way: they are nothing sure."""
    said = _AMOUNT.fullmatch(fold(words))
    if spoken() != SOURCE and _EITHER_WAY.search(words):
        return None
    if said is None or any(letter.isnumeric() and not letter.isascii() for letter in words):  # «5²» folds to 52
        return None
    unit = (said["unit"] or "").strip().replace(_PERCENT, "%")
    value = _number(said["value"])
    return Amount(-value if said["sign"] == "-" else value, _number(said["of"]) if said["of"] else None, unit)


def _number(words: str) -> float:
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", words):
        words = words.replace(".", "")
    return float(words.replace(",", "."))


def number_words(value: float) -> str:
    """«87,5», «1.234». English: «87.5», «1,234»."""
    return format_decimal(value, format="#,##0.######", locale=spoken())


def amount_words(value: float, unit: str = "") -> str:
    """«87,5%», «30% GDP», «3 sáng kiến»."""
    return with_unit(number_words(value), unit)


def typed_words(value: float, unit: str = "") -> str:
    """An amount inside a sentence that is typed back to the bot: the same in every language, thousands not parted."""
    return with_unit(format_decimal(value, format="0.######", locale=SOURCE), unit)


def with_unit(number: str, unit: str) -> str:
    """A number already written, or several («35-40»), with its unit."""
    return f"{number}{unit}" if unit.startswith("%") else f"{number} {unit}".rstrip()
