"""Plans of many kinds, each written with what a person reads in it before the reader had seen it.

`unseen_differences.txt` holds what is known to be read otherwise, one line a difference; nothing else may differ, and
what is mended leaves the list."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lang.fold import fold
from plans import reader, schema

FOLDER = Path(__file__).parent / "unseen"
STEMS = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))
KNOWN = (Path(__file__).parent / "unseen_differences.txt").read_text("utf-8").splitlines()
# The only dated rows that are asked about instead.
ASKED = {("doan_thang_3_2026", "6")}


def expected(stem: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / f"{stem}.expected.json").read_text("utf-8"))
    return told


def said(stem: str) -> dict[str, Any]:
    document = expected(stem)["document"]
    return schema.as_json(reader.read((FOLDER / document["file"]).read_bytes(), document["file"], document["year"]))


def names(told: list[str]) -> str:
    return " | ".join(sorted(map(fold, told)))


def pairs(stem: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What was expected beside what was read, in the order of the paper; the numbers of rows must be the same."""
    return list(zip(expected(stem)["tasks"], said(stem)["tasks"], strict=True))


def differences(wanted: dict[str, Any], got: dict[str, Any]) -> Iterator[str]:
    """All that differs but the titles and dates of tasks, which may not."""
    for task, read in zip(wanted["tasks"], got["tasks"], strict=True):
        for key in ("lead", "coordinating"):
            if names(task[key]) != names(read[key]):
                yield f"task {task['no']}: {key} {names(read[key])}"
        if "strict_before" in task and task["strict_before"] != read["strict_before"]:
            yield f"task {task['no']}: strict_before {read['strict_before']}"
    yield from _reports(wanted["reports"], got["reports"])
    yield from _targets(wanted["targets"], got["targets"])
    planted, found = ({(fault["kind"], fault["no"]) for fault in told["faults"]} for told in (wanted, got))
    yield from (f"fault not found: {kind} {no}".rstrip() for kind, no in planted - found)
    yield from (f"fault not planted: {kind} {no}".rstrip() for kind, no in found - planted)


def _reports(wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> Iterator[str]:
    if len(wanted) != len(got):
        yield f"reports: {'; '.join(' '.join([report['phrase'], *report['due']]) for report in got)}"
        return
    for report, read in zip(wanted, got, strict=True):
        if report["due"] != read["due"]:
            yield f"report {report['id']}: due {read['due']}"
        if "from" in report and names(report["from"]) != names(read["from"]):
            yield f"report {report['id']}: from {names(read['from'])}"
        if "to" in report and fold(report["to"] or "") != fold(read["to"]):
            yield f"report {report['id']}: to {fold(read['to'])}"
        if "strict_before" in report and report["strict_before"] != read["strict_before"]:
            yield f"report {report['id']}: strict_before {read['strict_before']}"


def _targets(wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> Iterator[str]:
    """As sets, as those in rows come before those in sentences. A section may be told more closely («II.1» for «II»),
    and the day that a heading's year gives to all below it is counted, not listed."""

    def figure(target: dict[str, Any]) -> tuple[str, ...]:
        value = "" if target["value"] is None else f"{target['value']:g}"
        return target["op"], value, target.get("unit") or ""

    missed = list(wanted)
    undated = 0
    for read in got:
        same = [
            target for target in missed
            if figure(target) == figure(read) or ("unit" not in target and figure(target)[:2] == figure(read)[:2])
        ]  # fmt: skip
        if not same:
            yield f"target not expected: {' '.join(figure(read))}"
            continue
        target = next((one for one in same if _under(read["section"], one.get("section"))), same[0])
        missed.remove(target)
        words = " ".join(figure(target))
        if not _under(read["section"], target.get("section")):
            yield f"target {target['section']} {words}: section {read['section']}"
        if "by" in target and target["by"] != read["by"]:
            undated += read["by"] is None
            if read["by"] is not None:
                yield f"target {words}: by {read['by']}"
    yield from (f"target not read: {' '.join(figure(target))}" for target in missed)
    if undated:
        yield f"targets without a day: {undated}"


def _under(section: str, heading: str | None) -> bool:
    return heading is None or section == heading or section.startswith(f"{heading}.")


def test_there_are_plans() -> None:
    assert len(STEMS) > 20
    assert {line.partition(": ")[0] for line in KNOWN} <= set(STEMS)


@pytest.mark.parametrize("stem", STEMS)
def test_every_task_and_no_other(stem: str) -> None:
    for wanted, got in pairs(stem):
        assert (got["no"], fold(got["title"]).rstrip(" .;")) == (wanted["no"], fold(wanted["title"]).rstrip(" .;"))


@pytest.mark.parametrize("stem", STEMS)
def test_every_date_is_right_or_asked_about(stem: str) -> None:
    for wanted, got in pairs(stem):
        if (stem, wanted["no"]) in ASKED:
            assert not got["due"], wanted["no"]
            assert got["doubts"], wanted["no"]
        else:
            assert got["due"] == sorted(wanted["due"]), wanted["no"]


@pytest.mark.parametrize("stem", STEMS)
def test_nothing_else_differs_than_is_known(stem: str) -> None:
    known = Counter(line.removeprefix(f"{stem}: ") for line in KNOWN if line.startswith(f"{stem}: "))
    assert Counter(differences(expected(stem), said(stem))) == known
