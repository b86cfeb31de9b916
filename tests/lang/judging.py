"""How a reading is judged against a table of phrases: right, asks, or wrong (see phrases/README.md of the judges)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lang.deadlines import as_json, read

NO_DATE = {"ongoing", "event", "relative", "unknown"}


def rows(table: Path) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Phrase, year, wanted meaning; `table` is tab-separated with a heading."""
    for line in table.read_text("utf-8").splitlines()[1:]:
        phrase, year, wanted = line.split("\t")[:3]
        yield phrase.replace("\\n", "\n"), int(year), json.loads(wanted)


def reading(phrase: str, year: int) -> dict[str, Any]:
    return as_json(read(phrase).meaning(year))


def faults(wanted: dict[str, Any], got: dict[str, Any]) -> list[str]:
    """What differs, in words; stricter than the judges: no doubt may excuse a date, and the start counts if given."""
    found: list[str] = []
    if wanted["due"] != got["due"]:
        found.append(f"due {got['due']}")
    if wanted["kind"] == "recurring" and got["kind"] != "recurring":
        found.append(f"kind {got['kind']}")
    if wanted["kind"] in NO_DATE and got["kind"] not in NO_DATE:
        found.append(f"kind {got['kind']}")
    if wanted["due"] and bool(wanted.get("strict_before")) != got["strict_before"]:
        found.append(f"strict {got['strict_before']}")
    if wanted["due"] and wanted.get("time") != got["time"]:
        found.append(f"time {got['time']}")
    if "start" in wanted and wanted["start"] != got["start"]:
        found.append(f"start {got['start']}")
    mismatch = any(doubt["code"] == "year_mismatch" for doubt in got["doubts"])
    if bool(wanted.get("year_mismatch")) != mismatch:
        found.append("year mismatch")
    return found


def verdict(wanted: dict[str, Any], got: dict[str, Any]) -> str:
    """right, asks or wrong, as the judges count (../shared/phrases/README.md): asked leaves no undoubted date."""
    due, doubts = got["due"], got["doubts"]
    unsettled = {day for doubt in doubts for day in doubt["dates"]}
    same_hour = (bool(wanted.get("strict_before")), wanted.get("time")) == (got["strict_before"], got["time"])
    if wanted["due"]:
        right = wanted["due"] == due and same_hour and bool(wanted.get("year_mismatch")) <= bool(doubts)
    elif wanted["kind"] == "recurring":
        right = got["kind"] == "recurring" or bool(doubts)
    else:
        right = not due
    return "right" if right else "asks" if doubts and set(due) <= unsettled else "wrong"
