"""The proof-reader: what a careful officer would ask about before a plan is agreed. Every rule is general."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from lang.fold import fold
from lang.workdays import Calendar, national
from plans import DraftReport, DraftTarget, DraftTask, Fault, units
from plans.outline import Node, skipped
from plans.targets import same_key

_WRITTEN_DAY = re.compile(
    r"(?<!tháng )(?<![\d/.])\d{1,2}\s*[/.]\s*\d{1,2}(?:\s*[/.]\s*\d{4})?(?![\d/])|ngày\s+\d{1,2}\s+tháng\s+\d{1,2}",
    re.IGNORECASE,
)
_REPORTING = re.compile(r"^bao cao\b|\bche do bao cao\b|\bbao cao dinh ky\b")
_BY_KIND = {"event": "event_needed", "recurring": "dates_unknown", "relative": "base_needed", "unknown": "time_unclear"}
_GRAVEST = ("year_mismatch", "no_such_day")
_MANY = 5


def check(
    tables: list[list[Node]],
    tasks: tuple[DraftTask, ...],
    repeated_leads: dict[str, str],
    asked: dict[str, frozenset[str]],
    reports: tuple[DraftReport, ...],
    targets: tuple[DraftTarget, ...],
    issued: date | None,
) -> tuple[Fault, ...]:
    """The faults in the order of the rows they stand at: rows, then reports, then the plan as a whole.

    `repeated_leads` are the units that a lead cell names twice, by ref; `asked` the roles that a row's
    table or block has a place for.
    """
    rows = [node for nodes in tables for node in nodes]
    found = [fault for nodes in tables for fault in _numbering(nodes)]
    for task in tasks:
        found += _task(task, repeated_leads.get(task.ref, ""), asked.get(task.ref, frozenset()), issued)
    order = {node.ref: i for i, node in enumerate(rows)}
    found.sort(
        key=lambda fault: min((order[ref] for ref in (fault.no, *fault.near) if ref in order), default=len(order))
    )
    found = [*_together(found), *_days_off(tasks)]
    for report in reports:
        found += _report(report)
    found += _same_rows(tasks)
    found += _same_targets(targets)
    return tuple(dict.fromkeys(found))


def _together(faults: list[Fault]) -> Iterator[Fault]:
    """One question for all the rows that one answer settles: the same event, or the day from which all count."""
    asked: dict[tuple[str, str], int] = {}
    out: list[Fault] = []
    for fault in faults:
        key = (fault.kind, fault.words if fault.kind == "event_needed" else "")
        if fault.kind in ("event_needed", "base_needed") and key in asked:
            first = out[asked[key]]
            out[asked[key]] = replace(first, near=(*first.near, fault.no))
        else:
            asked[key] = len(out)
            out.append(fault)
    yield from out


def _numbering(nodes: list[Node]) -> Iterator[Fault]:
    """Numbers skipped or written twice among the rows of one parent."""
    nodes = [node for node in nodes if node.ref]
    for ref, n in Counter(node.ref for node in nodes).items():
        if n > 1:
            yield Fault("number_repeated", ref)
    last: dict[tuple[str, str], Node] = {}
    for node in nodes:
        stem, own = _split(node)
        style = "1" if own.isdigit() else "a" if own.islower() else "A"
        before = last.get((stem, style))
        last[stem, style] = node
        for missing in _missing(_split(before)[1] if before else None, own):
            near = (before.ref, node.ref) if before else (node.ref,)
            yield Fault("number_skipped", stem + missing, near=near)


def _split(node: Node) -> tuple[str, str]:
    """«2.1.» and «a» of «2.1.a»; «B» and «3» of «B3»."""
    stem, dot, own = node.ref.rpartition(".")
    digits = own[len(own.rstrip("0123456789")) :]
    return (stem + dot + own.removesuffix(digits), digits) if digits else (stem + dot, own)


def _missing(last: str | None, own: str) -> list[str]:
    """What is missing between two neighbours of one style; before the first, one number may be."""
    if own.isdigit():
        gap = skipped(last or "0", own)
        return gap if last or len(gap) == 1 else []
    return skipped(last, own)[:_MANY] if last and own.islower() else []


def _task(task: DraftTask, again: str, columns: frozenset[str], issued: date | None) -> Iterator[Fault]:
    no = task.ref
    if task.product and units.reads_as_unit(task.product):
        yield Fault("columns_shifted", no, task.product)
    else:
        if "lead" in columns and not task.lead:
            yield Fault("lead_missing", no)
        yield from (Fault("lead_not_unit", no, name) for name in task.lead if not units.is_unit(name))
        yield from (Fault("coordinator_not_unit", no, name) for name in task.coordinating if not units.is_unit(name))
    if again:
        yield Fault("lead_repeated", no, again)
    for name in (part for phrase in task.coordinating for part in units.parts(phrase)):
        if any(units.same_unit(name, lead) for lead in task.lead):
            yield Fault("lead_also_coordinates", no, name)
    if "time" in columns and task.phrase is None:
        yield Fault("time_missing", no)
    if task.phrase is not None:
        yield from _time(task, task.phrase, issued)


def _time(task: DraftTask, phrase: str, issued: date | None) -> Iterator[Fault]:
    codes = [doubt.code for doubt in task.doubts]
    grave = next((code for code in _GRAVEST if code in codes), None)
    if grave:
        yield Fault(grave, task.ref, phrase)
    elif not task.due and task.kind in _BY_KIND:
        yield Fault(_BY_KIND[task.kind], task.ref, phrase)
    elif unclear_report(task.title, task.kind, phrase):
        yield Fault("report_date_unclear", task.ref, phrase)
    elif codes:
        yield Fault(codes[0], task.ref, phrase)
    elif issued and task.due and (min if task.kind == "date" else max)(task.due) < issued:
        yield Fault("due_before_signing", task.ref, phrase)


def unclear_report(title: str, kind: str, phrase: str) -> bool:
    """Whether a row owes periodic reports and does not write their days. A quarter's report is due before the quarter
    ends (NĐ 09/2019 Đ.8, Đ.12), so the period's last day is never taken for it."""
    return kind == "recurring" and bool(_REPORTING.search(fold(title))) and not _WRITTEN_DAY.search(phrase)


def _days_off(tasks: tuple[DraftTask, ...]) -> Iterator[Fault]:
    """Days written in the table that are days off: one question for all of them (SPEECH: one doubt per kind)."""
    calendar = national()
    at = [
        (task.ref, task.phrase)
        for task in tasks
        if task.phrase and _WRITTEN_DAY.search(task.phrase) and not task.hour and not task.doubts
        if any(_missed(calendar, day, task.strict) for day in task.due)
    ]
    if at:
        yield Fault("due_on_day_off", at[0][0], at[0][1], near=tuple(ref for ref, _ in at[1:]))


def _missed(calendar: Calendar, day: date, strict: bool) -> bool:
    """Whether a day that is written is a day off; one before which the work must be done, only where the day before it
    is off too."""
    return not calendar.works(day) and not (strict and calendar.works(day - timedelta(days=1)))


def _report(report: DraftReport) -> Iterator[Fault]:
    calendar = national()
    written = _WRITTEN_DAY.search(report.phrase)
    if not report.senders:
        yield Fault("lead_missing", report.ref)
    if not report.due:
        grave = (doubt.code for doubt in report.doubts if doubt.code in _GRAVEST)
        yield Fault(next(grave, "report_date_unclear"), report.ref, report.phrase)
    elif any(_missed(calendar, day, report.strict) for day in report.due):
        yield Fault("due_on_day_off", report.ref, written[0] if written else report.phrase)
    yield from (Fault(doubt.code, report.ref, report.phrase) for doubt in report.doubts if report.due)


def _same_rows(tasks: tuple[DraftTask, ...]) -> Iterator[Fault]:
    first: dict[tuple[object, ...], str] = {}
    for task in tasks:
        key = (fold(task.title), task.lead, task.phrase)
        if len(task.title) > 12 and key in first and first[key] != task.ref:
            yield Fault("same_row", task.ref, first[key])
        first.setdefault(key, task.ref)


def _same_targets(targets: tuple[DraftTarget, ...]) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for target in targets:
        key = same_key(target)
        if len(key) > 24 and first.get(key, target.section) != target.section:
            yield Fault("same_target", target.section, first[key])
        first.setdefault(key, target.section)
