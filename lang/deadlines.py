"""When a thing is due: from the words of a plan, or of a person, to dates."""

from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as Hour

from lang.doubts import Doubt
from lang.spoken_days import day_words, day_words_with_year, hour_words, short_day

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
class Meaning:
    kind: str
    due: tuple[date, ...] = ()
    start: date | None = None
    strict: bool = False
    time: Hour | None = None
    doubts: tuple[Doubt, ...] = ()
    left: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """The structure of a time phrase: what its words say, before any year or clock is known."""

    words: str

    def meaning(self, year: int) -> Meaning:
        return Meaning("unknown", left=self.words)


def read(phrase: str) -> Phrase:
    return Phrase(phrase)


def typed(words: str, now: datetime) -> Meaning:
    return read(words).meaning(now.year)


def as_json(meaning: Meaning) -> dict[str, object]:
    return {"kind": meaning.kind, "due": [day.isoformat() for day in meaning.due]}
