"""A document becomes a draft plan: bytes in, drafts and doubts out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lang import deadlines
from lang.doubts import Doubt
from plans import (
    Draft,
    DraftTarget,
    DraftTask,
    Fault,
    Unreadable,
    container,
    marks,
    narrative,
    proof,
    rows,
    table,
    targets,
    units,
    whole,
)
from plans import text as plain
from plans.head import head
from plans.outline import ROMAN, Node, goes_on, outline
from plans.pages import Content, Line, Piece, Row, changed, mended, squeeze

_APPENDIX = re.compile(r"^phụ lục\s+(?:số\s+)?([IVX]+|\d+)\b", re.IGNORECASE)
_SECTION = re.compile(r"^([IVX]+|[A-D])\s*[.\-–)]\s+\S")
_BLANK = re.compile(r"[\s.…_–\-/x]*$")
_YEARS = range(2000, 2100)
_SKIPPED = 3


def _content(content: bytes) -> Content:
    # A child reads one document: loading what the other formats need would be most of its start.
    match container.kind(content):
        case "docx":
            from plans import docx

            return docx.read(content)
        case "xlsx":
            from plans import xlsx

            return xlsx.read(content)
        case "pdf":
            from plans import pdf

            return pdf.read(content)
    return Content(plain.pieces(plain.decoded(content)))


def read(content: bytes, name: str, year: int | None = None) -> Draft:
    """What the document `content` says. The kind of file is judged by its content; `name` is what it was called, only
    looked at for a mark of secrecy.

    `year` is the plan's year where the sender said it; else the title or the signing date must tell it.
    Raises Unreadable with one of the codes of `plans.refusals`; a classified document leaves nothing in the error.
    """
    told = _content(content)
    if marks.named(name) or marks.classified([*_texts(told.pieces), *told.stamps]):
        raise Unreadable("classified")
    pieces = [
        piece if isinstance(piece, Line) else table.upright(piece)
        for piece in changed(mended(told.pieces), marks.stripped)
    ]
    if not pieces:
        raise Unreadable("empty")
    top = head(pieces)
    year = year or top.year
    if year is None or year not in _YEARS:
        raise Unreadable("year_unknown")
    sheets = list(_sheets(pieces))
    of_sheets = [tuple(sheet.tasks(year)) for sheet in sheets]
    tasks = tuple(task for of_sheet in of_sheets for task in of_sheet)
    prose = narrative.read(pieces, year, top.issuer if top.official else None)
    in_titles = tuple(_targets(tasks))
    aims = (*in_titles, *(target for sheet in sheets for target in sheet.targets()), *prose.targets)
    groups = tuple((node.ref, node.entry.title) for sheet in sheets for node in sheet.nodes if node.group and node.ref)
    if not (tasks or prose.tasks or prose.duties or prose.reports or aims):
        raise Unreadable("no_table")
    owed, duties = (tasks, prose.duties) if tasks else ((*prose.tasks, *prose.duties), ())
    columns = frozenset(
        role for sheet in sheets for role in (*sheet.where.at, *(["lead"] if sheet.where.marks else []))
    )
    faults = proof.check(
        [sheet.nodes for sheet in sheets],
        owed,
        {ref: again for sheet in sheets for ref, again in sheet.repeated_leads().items()},
        {task.ref: columns for task in tasks} or dict.fromkeys(prose.blocks, frozenset(("lead", "time"))),
        prose.reports,
        in_titles,
        top.issued,
    )
    counts = [len(of_sheet) for of_sheet in of_sheets]
    faults = (
        *faults,
        *whole.check(
            pieces,
            prose.items,
            owed,
            frozenset(
                (len(groups), len(tasks), *counts, *(len([n for n in s.nodes if len(n.path) == 1]) for s in sheets))
            ),
            top.title,
            whole.signed(top.issued, top.month),
        ),
    )
    if told.boxed:
        faults = (*faults, Fault("text_boxes", ""))
    faults = (*faults, *map(_stripped, told.faults))
    return Draft(
        title=top.title,
        issuer=top.issuer,
        number=top.number,
        issued=top.issued,
        year=year,
        is_plan=top.official or bool(tasks),
        groups=groups if tasks else (*groups, *prose.groups),
        tasks=owed,
        narrative=duties,
        reports=prose.reports,
        targets=aims,
        faults=faults,
    )


def _stripped(fault: Fault) -> Fault:
    return replace(fault, words=marks.stripped(fault.words), near=tuple(map(marks.stripped, fault.near)))


def _texts(pieces: list[Piece]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Line):
            yield piece.text
        else:
            yield from (cell for row in piece.rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A task table with its outline, and the section of the document it stands in."""

    nodes: list[Node]
    where: table.Columns
    section: str
    smudged: frozenset[str]
    """What stands in cells of time with a figure that was hard to read, and in pieces of such cells."""

    def tasks(self, year: int) -> Iterator[DraftTask]:
        for node in self.nodes:
            if not node.group and not self.where.of_targets:
                yield self._task(node, year)

    def targets(self) -> Iterator[DraftTarget]:
        """The rows of a table of targets; a heading that itself names a figure is one too."""
        heading = ""
        for node in self.nodes if self.where.of_targets else ():
            heading = node.entry.title if node.path[-1][:1] in "IVX" else heading
            if node.entry.product:
                yield targets.of_row(node.ref, node.entry, heading, self.where.by)

    def repeated_leads(self) -> dict[str, str]:
        return {
            node.ref: again for node in self.nodes if not node.group if (again := units.names(node.entry.lead, True)[1])
        }

    def _task(self, node: Node, year: int) -> DraftTask:
        entry = node.entry
        phrase = None if _BLANK.match(entry.time) else entry.time
        counted = self.where.in_days and phrase is not None and phrase.isdigit()
        meaning = deadlines.read(f"{phrase} ngày" if counted else phrase or "").meaning(year)
        doubts = meaning.doubts if phrase else ()
        if phrase and meaning.due and proof.unclear_report(entry.title, meaning.kind, phrase):
            doubts = (*doubts, Doubt("report_date_unclear", {"words": phrase, "year": str(year)}, meaning.due))
        if (entry.runs or entry.lent) and meaning.due and not doubts:
            doubts = (Doubt("unsure", {"words": phrase or "", "year": str(year)}, meaning.due, meaning.due[-1:]),)
        if entry.swapped and meaning.due:
            other = tuple(day.replace(day=day.month, month=day.day) for day in meaning.due if day.day <= 12)
            doubts = (*doubts, Doubt("day_or_month", {"words": phrase or ""}, meaning.due, other))
        hard = phrase and meaning.due and any(words in phrase for words in self.smudged)
        if hard and all(doubt.code != "smudged" for doubt in doubts):
            doubts = (*doubts, Doubt("smudged", {"words": phrase or "", "year": str(year)}, meaning.due))
        parent = node.ref.rpartition(".")[0]
        return DraftTask(
            ref=node.ref,
            title=entry.title,
            lead=units.names(entry.lead, lead=True)[0],
            coordinating=units.names(entry.coordinating)[0],
            product=entry.product or None,
            phrase=phrase,
            kind=meaning.kind if phrase else "unknown",
            due=meaning.due if phrase else (),
            start=meaning.start if phrase else None,
            strict=meaning.strict,
            hour=meaning.time,
            doubts=doubts,
            section=", ".join(part for part in (self.section, parent) if part),
        )


@dataclass
class _Found:
    """A task table as its pieces are met: its rows so far, and the numbers of those read to see how they go on."""

    rows: list[Row]
    where: table.Columns
    section: str
    appendix: str
    numbers: list[str] = field(default_factory=list)

    def takes(self, body: tuple[Row, ...], skips: int) -> bool:
        """Whether `body` goes on with the table; then its numbers are the table's."""
        if not self.numbers:
            self.numbers = self._read(tuple(self.rows))
        after = self._read(body)
        if goes_on(self.numbers, after, skips):
            self.numbers += after
            return True
        return False

    def _read(self, body: tuple[Row, ...]) -> list[str]:
        return [entry.no for entry in rows.entries(body, self.where) if entry.no]


def _sheets(pieces: list[Piece]) -> Iterator[_Sheet]:
    """Every task table. A table goes on with the one before it where it has no header and is as wide, or where it
    follows at once with the same header (a page ended there), and goes on with its numbers. Rows are cited by their
    annex or table where it is not the first, or where two tables use the same numbers."""
    section = appendix = ""
    found: list[_Found] = []
    between = False
    for piece in pieces:
        if isinstance(piece, Line):
            marked, named = _APPENDIX.match(piece.text), _SECTION.match(piece.text)
            appendix = _arabic(marked[1].upper()) if marked else appendix
            section = named[1] if named and len(piece.text) < 200 else section
            between = True
            continue
        told = table.columns(piece)
        last = found[-1] if found else None
        body = piece.rows[told[1] :] if told else piece.rows
        if last and told:
            same = not between and told[0].header == last.where.header
        else:
            same = last is not None and last.where.width == max(len(row.cells) for row in piece.rows)
        if last and same and last.takes(body, _SKIPPED if told else 0):
            last.rows.extend([replace(body[0], broken=True), *body[1:]] if told and body else body)
        elif told:
            found.append(_Found(list(body), told[0], section, appendix))
        between = False
    sheets = [(rows.entries(tuple(one.rows), one.where), one.where, one.section, one.appendix) for one in found]
    hard = [frozenset(_smudged(one.rows, one.where)) for one in found]
    tasks = [one for one in sheets if not one[1].of_targets]
    refs = [{node.ref for node in outline(entries) if not node.group} for entries, *_ in tasks]
    alike = sum(map(len, refs)) > len(set().union(*refs))
    annexed = any(
        one[3] not in ("", "1") and not (n and _runs_on(tasks[n - 1][0], one[0])) for n, one in enumerate(tasks)
    )
    for n, (entries, where, section, appendix) in enumerate(sheets, 1):
        prefix = f"PL{appendix}" if appendix and (annexed or alike) else f"B{n}" if alike else ""
        yield _Sheet(outline(entries, prefix), where, section, hard[n - 1])


def _smudged(body: list[Row], where: table.Columns) -> Iterator[str]:
    for row in body:
        for column in row.smudged & {where.at.get("time"), where.at.get("start")}:
            if column < len(row.cells) and row.cells[column]:
                yield squeeze(row.cells[column])


def _runs_on(before: list[rows.Entry], after: list[rows.Entry]) -> bool:
    """Whether a table takes up the numbers where the one before it stopped: 15, then 16."""
    one, two = (
        [int(no) for entry in found if (no := entry.no.rstrip(".)")).isdecimal() and len(no) < 9]
        for found in (before, after)
    )
    return bool(one and two) and two[0] == one[-1] + 1


def _arabic(number: str) -> str:
    return str(ROMAN.index(number) + 1) if number in ROMAN else number


def _targets(tasks: tuple[DraftTask, ...]) -> Iterator[DraftTarget]:
    for task in tasks:
        by = max(task.due) if task.due and not task.doubts else None
        yield from targets.read(task.title, task.ref, by, task.lead[0] if task.lead else "")
