"""`nhacviec read FILE`: what a plan says, printed; nothing is stored."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lang.deadlines import day_words_with_year, hour_words
from lang.text import _
from plans import Draft, DraftReport, DraftTask, Unreadable, child, container, faults, refusals, schema

REFUSED = 3
NO_FILE = 2


def show(path: Path, year: int | None = None, as_json: bool = False) -> tuple[int, str]:
    """The exit code and what to print: 0 and the plan, as an outline or as the schema «plan-expected/1»; `REFUSED` and
    one sentence that quotes nothing of the document; `NO_FILE` and one sentence."""
    try:
        with path.open("rb") as file:
            content = file.read(container.LARGEST + 1)
    except OSError:
        return NO_FILE, _("Không mở được tệp {path}.", path=path)
    try:
        draft = child.read(content, path.name, year)
    except Unreadable as error:
        return REFUSED, refusals.words(error)
    if as_json:
        return 0, json.dumps(schema.as_json(draft), ensure_ascii=False, indent=1)
    return 0, "\n".join(_outline(draft))


def _outline(draft: Draft) -> Iterator[str]:
    yield draft.title
    if draft.number or draft.issued:
        yield _(
            "Số {number}, {day}",
            number=draft.number if not draft.number.startswith("/") else _("(trống){number}", number=draft.number),
            day=_("ngày {day}", day=f"{draft.issued:%d/%m/%Y}") if draft.issued else _("chưa ghi ngày"),
        )
    if not draft.is_plan:
        yield _("Đây không phải kế hoạch: không có số, ngày, bảng nhiệm vụ. Chỉ liệt kê những gì đọc được.")
    yield _(
        "Năm {year}: {tasks} nhiệm vụ, {reports} báo cáo định kỳ, {targets} chỉ tiêu, {faults} chỗ cần xem lại.",
        year=draft.year,
        tasks=len(draft.tasks),
        reports=len(draft.reports),
        targets=len(draft.targets),
        faults=len(draft.faults),
    )
    titles = dict(draft.groups)
    said: set[str] = set()
    for task in draft.tasks:
        for n in range(1, task.ref.count(".") + 1):
            group = ".".join(task.ref.split(".")[:n])
            if group in titles and group not in said:
                said.add(group)
                yield f"\n{group} {titles[group]}"
        yield f"  {task.ref} {task.title}"
        yield f"      {_owed(task)}"
    if draft.narrative:
        yield "\n" + _("Việc giao trong lời văn")
        for task in draft.narrative:
            yield f"  {task.ref} {'; '.join(task.lead)}: {task.title}"
    if draft.reports:
        yield "\n" + _("Báo cáo định kỳ")
        for report in draft.reports:
            yield f"  {report.ref} {_report(report)}"
    if draft.faults:
        yield "\n" + _("Cần xem lại")
        for fault in draft.faults:
            yield f"  {faults.words(fault)}"


def _owed(task: DraftTask) -> str:
    lead = "; ".join(task.lead) or _("(chưa có đơn vị chủ trì)")
    when = task.phrase or _("(chưa có thời gian)")
    return f"{lead} | {when} | {_days(task)}"


def _report(report: DraftReport) -> str:
    return _(
        "{title}: {senders} gửi {to}, {phrase}, {days}",
        title=report.title,
        senders=", ".join(report.senders) or _("(chưa rõ)"),
        to=report.to or _("(chưa rõ)"),
        phrase=report.phrase,
        days=_days(report),
    )


def _days(owed: DraftTask | DraftReport) -> str:
    unsettled = {day for doubt in owed.doubts for day in doubt.dates}
    words = [_day(day, owed.strict) + (_(" (chưa chắc)") if day in unsettled else "") for day in owed.due]
    if len(words) > 4:
        words = [_("{n} hạn, từ {first} đến {last}", n=len(words), first=words[0], last=words[-1])]
    hour = f"{hour_words(owed.hour)} " if owed.hour else ""
    return hour + (", ".join(words) or _("chưa có hạn"))


def _day(day: date, strict: bool) -> str:
    words = day_words_with_year(day)
    return _("trước {day}", day=words) if strict else words
