"""`nhacviec when`: how a time phrase is understood, for people who check the grammar and for programs."""

import json
from collections.abc import Iterable
from typing import Any, TextIO

from lang.deadlines import as_json, read


def answer(phrase: str, year: int) -> dict[str, Any]:
    """What `phrase` means in a plan of `year`, as the command prints it."""
    return as_json(read(phrase).meaning(year))


def batch(lines: Iterable[str], out: TextIO) -> None:
    """One answer per line for every line that is not blank; a line is {"phrase": …, "year": …}."""
    for line in lines:
        if line.strip():
            asked = json.loads(line)
            out.write(json.dumps(answer(asked["phrase"], asked["year"]), ensure_ascii=False) + "\n")
