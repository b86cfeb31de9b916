"""When a thing is due: from the words of a plan, or of a person, to dates.

Two steps, so that the same words can be read in any year: `read` makes the structure (no clock, no year),
`Phrase.meaning` its dates in the plan's year. A date that is not certain carries a doubt.
"""

from dataclasses import dataclass
from datetime import datetime

from lang import relative
from lang.dates import Meaning, resolve
from lang.doubts import words as doubt_words
from lang.grammar import Grammar
from lang.phrases import Structure
from lang.spoken_days import day_words, day_words_with_year, hour_words, short_day
from lang.structure import build
from lang.tokens import cut

__all__ = [
    "Meaning",
    "Phrase",
    "as_json",
    "day_words",
    "day_words_with_year",
    "hour_words",
    "read",
    "short_day",
    "typed",
]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A time phrase understood, before any year or clock is known. `words` as written, on one line."""

    words: str
    structure: Structure

    def meaning(self, year: int) -> Meaning:
        """Its dates in a plan of `year`."""
        return resolve(self.structure, year, self.words)


def read(phrase: str) -> Phrase:
    """Understand `phrase`. Never raises: words that mean nothing give a structure that means nothing, and doubts."""
    pieces = cut(phrase)
    structure = build(Grammar(pieces.tokens).items(), smudged=pieces.smudged)
    return Phrase(pieces.text, structure)


def typed(words: str, now: datetime) -> Meaning:
    """Understand what a person types at `now` (aware, on the office's own clock): «mai», «thứ sáu tuần sau», «15/4».

    A day without its year is the next such day; a doubt if it might be the one just past.
    """
    phrase = read(words)
    return relative.typed(phrase.structure, phrase.words, now)


def as_json(meaning: Meaning) -> dict[str, object]:
    """A meaning as `nhacviec when --json` prints it."""
    return {
        "kind": meaning.kind,
        "due": [day.isoformat() for day in meaning.due],
        "start": meaning.start.isoformat() if meaning.start else None,
        "strict_before": meaning.strict,
        "time": meaning.time.strftime("%H:%M") if meaning.time else None,
        "doubts": [
            {"code": doubt.code, "text": doubt_words(doubt), "dates": [day.isoformat() for day in doubt.dates]}
            for doubt in meaning.doubts
        ],
    }
