"""A draft held against a `plan-expected/1` file: every difference as a line."""

from collections.abc import Iterator
from typing import Any

from plans import Draft, schema

CELLS = ("title", "lead", "coordinating", "product", "time_phrase", "due")


def differences(draft: Draft, expected: dict[str, Any]) -> Iterator[str]:
    """What is missing, what differs and what nobody asked for. Titles of narrative tasks and names of reports are the
    expected file's own words and are not compared."""
    said: dict[str, Any] = schema.as_json(draft)
    yield from _rows("group", said["groups"], expected["groups"], ("title",))
    yield from _rows("task", said["tasks"], expected["tasks"], CELLS)
    by_no = {task["no"]: task for task in said["tasks"]}
    for task in expected["tasks"]:
        got = by_no.get(task["no"], {})
        if bool(task.get("strict_before")) != got.get("strict_before"):
            yield f"task {task['no']}: strict_before {got.get('strict_before')}"
        if task["kind"] in ("window", "all_year") and task["due"] and task["start"] != got.get("start"):
            yield f"task {task['no']}: start {got.get('start')}, expected {task['start']}"
    for wanted, got in zip(expected["reports"], said["reports"], strict=False):
        for key in ("id", "phrase", "due", "from"):
            if wanted[key] != got[key]:
                yield f"report {wanted['id']}: {key} {got[key]}, expected {wanted[key]}"
        if bool(wanted.get("strict_before")) != got["strict_before"]:
            yield f"report {wanted['id']}: strict_before {got['strict_before']}"
    for key in ("reports", "targets", "narrative_tasks"):
        if len(said[key]) != len(expected[key]):
            yield f"{key}: {len(said[key])}, expected {len(expected[key])}"
    for wanted, got in zip(expected["targets"], said["targets"], strict=False):
        for key in ("section", "op", "value", "unit", "by", "lead"):
            if wanted[key] != got[key]:
                yield f"target {wanted['id']}: {key} {got[key]}, expected {wanted[key]}"
    for wanted, got in zip(expected["narrative_tasks"], said["narrative_tasks"], strict=False):
        if (wanted["no"], wanted["lead"]) != (got["no"], got["lead"]):
            yield f"narrative {wanted['no']}: {got['no']} {got['lead']}"
    for key in ("title", "issuer", "number", "date", "year"):
        if said["document"][key] != expected["document"][key]:
            yield f"document: {key} {said['document'][key]}, expected {expected['document'][key]}"
    wanted_faults = {(fault["kind"], fault["no"], fault["words"]) for fault in expected["faults"]}
    got_faults = {(fault["kind"], fault["no"], fault["words"]) for fault in said["faults"]}
    yield from (f"fault missing: {fault}" for fault in sorted(wanted_faults - got_faults))
    yield from (f"fault not asked for: {fault}" for fault in sorted(got_faults - wanted_faults))


def _rows(
    what: str, said: list[dict[str, Any]], expected: list[dict[str, Any]], keys: tuple[str, ...]
) -> Iterator[str]:
    if [row["no"] for row in said] != [row["no"] for row in expected]:
        yield f"{what}s: {[row['no'] for row in said]}"
    got = {row["no"]: row for row in said}
    for row in expected:
        for key in keys:
            if row["no"] in got and got[row["no"]][key] != row[key]:
                yield f"{what} {row['no']}: {key} {got[row['no']][key]!r}, expected {row[key]!r}"
