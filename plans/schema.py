"""A draft as the schema «plan-expected/1»: what `nhacviec read --json` prints."""

from collections.abc import Iterable
from datetime import date

from lang.doubts import Doubt, words
from plans import Draft, DraftReport, DraftTarget, DraftTask

SCHEMA = "plan-expected/1"


def as_json(draft: Draft) -> dict[str, object]:
    """Dates as YYYY-MM-DD, read literally; an empty cell is null; a number left blank begins with «(trống)»."""
    return {
        "schema": SCHEMA,
        "document": {
            "title": draft.title,
            "issuer": draft.issuer,
            "number": f"(trống){draft.number}" if draft.number.startswith("/") else draft.number or None,
            "date": draft.issued.isoformat() if draft.issued else None,
            "year": draft.year,
            "is_plan": draft.is_plan,
        },
        "groups": [{"no": no, "title": title} for no, title in draft.groups],
        "tasks": [_task(task) for task in draft.tasks],
        "narrative_tasks": [_task(task) for task in draft.narrative],
        "reports": [_report(report) for report in draft.reports],
        "targets": [_target(n, target) for n, target in enumerate(draft.targets, 1)],
        "faults": [{"kind": fault.kind, "no": fault.no, "words": fault.words} for fault in draft.faults],
    }


def _days(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _doubts(doubts: Iterable[Doubt]) -> list[dict[str, object]]:
    return [{"code": doubt.code, "text": words(doubt), "dates": _days(doubt.dates)} for doubt in doubts]


def _task(task: DraftTask) -> dict[str, object]:
    return {
        "no": task.ref,
        "title": task.title,
        "lead": list(task.lead),
        "coordinating": list(task.coordinating),
        "product": task.product,
        "time_phrase": task.phrase,
        "kind": task.kind,
        "due": _days(task.due),
        "start": task.start.isoformat() if task.start else None,
        "strict_before": task.strict,
        "time": task.hour.strftime("%H:%M") if task.hour else None,
        "doubts": _doubts(task.doubts),
    }


def _report(report: DraftReport) -> dict[str, object]:
    return {
        "id": report.ref,
        "name": report.title,
        "from": list(report.senders),
        "to": report.to,
        "phrase": report.phrase,
        "due": _days(report.due),
        "strict_before": report.strict,
        "doubts": _doubts(report.doubts),
    }


def _figure(value: float | None) -> float | None:
    return int(value) if value is not None and value.is_integer() else value


def _target(n: int, target: DraftTarget) -> dict[str, object]:
    return {
        "id": f"T{n}",
        "section": target.section,
        "text": target.text,
        "op": target.op,
        "value": _figure(target.value),
        "value_max": _figure(target.value_max),
        "unit": target.unit,
        "by": target.by.isoformat() if target.by else None,
        "lead": target.lead,
    }
