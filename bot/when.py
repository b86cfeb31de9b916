"""`nhacviec when`: how a time phrase is understood, for people who check the grammar and for programs."""

import json
from collections.abc import Iterable
from typing import Any, TextIO

from lang import doubts
from lang.deadlines import as_json, day_words_with_year, hour_words, read
from lang.text import _


def answer(phrase: str, year: int) -> dict[str, Any]:
    """What `phrase` means in a plan of `year`, as the command prints it."""
    return as_json(read(phrase).meaning(year))


def batch(lines: Iterable[str], out: TextIO) -> None:
    """One answer per line for every line that is not blank; a line is {"phrase": …, "year": …}."""
    for line in lines:
        if line.strip():
            asked = json.loads(line)
            out.write(json.dumps(answer(asked["phrase"], asked["year"]), ensure_ascii=False) + "\n")


def show(phrase: str, year: int, as_json: bool) -> str:
    """`phrase` as JSON, or worded: its days with their weekdays, and what is in doubt."""
    if as_json:
        return json.dumps(answer(phrase, year), ensure_ascii=False)
    meaning = read(phrase).meaning(year)
    days = ", ".join(day_words_with_year(day) for day in meaning.due) or _("chưa có hạn")
    before = _("trước {days}", days=days) if meaning.strict else days
    hour = f"{hour_words(meaning.time)} " if meaning.time else ""
    return "\n".join([f"{hour}{before}", *(doubts.words(doubt) for doubt in meaning.doubts)])
