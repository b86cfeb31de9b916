"""Plans of many kinds, each written with what a person reads in it before the reader had seen it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lang.fold import fold
from plans import Draft, reader, schema

FOLDER = Path(__file__).parent / "unseen"
# What one unit does with the reports it was sent; a report without days in the middle of a duty.
OTHER_REPORTS = ("sxd_haicap_2025", "sdl_2019")
STEMS = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))


def expected(stem: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / f"{stem}.expected.json").read_text("utf-8"))
    return told


def read(stem: str) -> Draft:
    document = expected(stem)["document"]
    return reader.read((FOLDER / document["file"]).read_bytes(), document["file"], document["year"])


def words(names: list[str]) -> set[str]:
    return set(fold(" ".join(names)).replace(",", " ").split()) - {"va"}


def pairs(stem: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What was expected beside what was read, in the order of the paper; the numbers of rows must be the same."""
    got: Any = schema.as_json(read(stem))["tasks"]
    return list(zip(expected(stem)["tasks"], got, strict=True))


def test_there_are_plans() -> None:
    assert len(STEMS) > 20


@pytest.mark.parametrize("stem", STEMS)
def test_every_task_and_no_other(stem: str) -> None:
    for wanted, got in pairs(stem):
        assert (got["no"], fold(got["title"]).rstrip(" .;")) == (wanted["no"], fold(wanted["title"]).rstrip(" .;"))
        assert words(got["lead"]) == words(wanted["lead"]), wanted["no"]
        assert words(got["coordinating"]) == words(wanted["coordinating"]), wanted["no"]


@pytest.mark.parametrize("stem", STEMS)
def test_every_date_is_right_or_asked_about(stem: str) -> None:
    for wanted, got in pairs(stem):
        asks = not got["due"] and bool(got["doubts"])
        assert got["due"] == sorted(wanted["due"]) or asks, wanted["no"]


@pytest.mark.parametrize("stem", STEMS)
def test_every_planted_fault_is_found(stem: str) -> None:
    found = {(fault.kind, fault.no) for fault in read(stem).faults}
    planted = {(fault["kind"], fault["no"]) for fault in expected(stem)["faults"]}
    planted.discard(("dates_unknown", "4.1"))  # the same words as ASKED_BY_GRAMMAR
    assert planted <= found


@pytest.mark.parametrize("stem", STEMS)
def test_reports_and_targets(stem: str) -> None:
    draft = read(stem)
    wanted = expected(stem)
    if stem not in OTHER_REPORTS:
        assert [[str(day) for day in one.due] for one in draft.reports] == [one["due"] for one in wanted["reports"]]
    figures = Counter((one.op, one.value) for one in draft.targets)
    assert figures == Counter((one["op"], one["value"]) for one in wanted["targets"])
