"""What a chat may see, and how a deadline, a list, a page is worded. Digests and answers speak through here."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from lang.spoken_days import day_words, day_words_with_year, hour_words, short_day, short_day_with_year
from lang.text import _
from storage import people
from storage.deadlines import Item, was_late
from storage.models import Chat, Deadline, Office, Plan, Task, TaskKind, Unit
from storage.outbox import Words

MOST_LINES = 12
TITLE_LENGTH = 64
HEADING_LENGTH = 48
MOST_ACTIONS = 4


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose matters may be seen: of these units, in chart order. `whole`: the office as a whole."""

    units: tuple[int, ...]
    whole: bool


def sight_of_chat(session: Session, chat: Chat) -> Sight | None:
    """What a group may see, whoever asks there; None when it is not linked."""
    if chat.office_id is None:
        return None
    everyone = [unit.id or 0 for unit in people.units(session, chat.office_id)]
    return sight_of(chat, everyone, () if chat.whole_office else people.shown_units(session, chat.id or 0))


def sight_of(chat: Chat, everyone: Sequence[int], shown: Collection[int]) -> Sight | None:
    """The same of a linked group that shows these units, where `everyone` are those of its office in chart order."""
    if chat.whole_office:
        return Sight(tuple(everyone), True)
    return Sight(tuple(unit for unit in everyone if unit in shown), False) if shown else None


def told_to(session: Session, chat: Chat) -> Sight | None:
    """Of what a group is told; None when it is not linked, or is told on another messenger."""
    sight = sight_of_chat(session, chat)
    return None if sight is None or chat.id in people.quiet(session, chat.office_id or 0) else sight


@dataclass(frozen=True, slots=True)
class Block:
    """A section of a page: its title, its lines, each with its code if it has one, and what stands `after` them.
    `counted`: what does not fit is counted."""

    title: str
    lines: Sequence[tuple[str, int | None]]
    after: tuple[str, ...] = ()
    counted: bool = True

    @property
    def least(self) -> int:
        """How many lines are kept for it where much is to be said."""
        return (1 + min(2 if self.counted else 1, len(self.lines)) + len(self.after)) if self.lines else 0


@dataclass
class Page:
    """A message being written, line by line; what is over the budget of lines is counted, not shown."""

    most: int = MOST_LINES
    _lines: list[tuple[str, bool]] = field(default_factory=list)
    _left_out: int = 0
    actions: list[str] = field(default_factory=list)
    about: list[int] = field(default_factory=list)

    def head(self, text: str) -> None:
        self._lines.append((text, True))

    def line(self, text: str) -> None:
        self._lines.append((text, False))

    @property
    def length(self) -> int:
        return len(self._lines)

    def room(self, keep: int) -> int:
        """How many lines may still be written while `keep` stay free for what follows."""
        return self.most - keep - len(self._lines)

    def leave_out(self, n: int) -> None:
        """So many items did not fit."""
        self._left_out += n

    def items(
        self,
        title: str,
        items: Sequence[Item],
        today: date,
        *,
        prefix: str = "",
        keep: int = 1,
    ) -> None:
        """A titled list of deadlines, as many as fit while `keep` lines stay free for what follows."""
        self.listed(title, [(item_line(item, today, prefix=prefix), item.deadline.code) for item in items], keep=keep)

    def listed(self, title: str, lines: Sequence[tuple[str, int]], *, keep: int = 1) -> None:
        """The same of lines that are worded already, each with its code."""
        if not lines:
            return
        room = self.room(keep) - 1
        if room < 1:
            self._left_out += len(lines)
            return
        self.head(title)
        for line, code in lines[:room]:
            self.line(line)
            self.about.append(code)
        self._left_out += max(0, len(lines) - room)

    def block(self, block: Block, *, keep: int = 1, title: str = "") -> None:
        """A section, as much of it as fits while `keep` lines stay free for what follows. `title`: instead of its
        own."""
        room = self.room(keep + len(block.after)) - 1
        shown = block.lines[: max(0, room)]
        if block.counted:
            self._left_out += len(block.lines) - len(shown)
        if not shown:
            return
        self.head(title or block.title)
        for line, code in shown:
            self.line(line)
            self.about += [code] if code else []
        for line in block.after:
            self.line(line)

    def rest(self, command: str = "/viec") -> None:
        """«và 9 việc khác: /viec», when something did not fit."""
        if self._left_out:
            self.line(_("và {n} việc khác: {command}", n=self._left_out, command=command))

    def words(self) -> Words:
        text, spans = "", []
        for line, bold in self._lines:
            start = len(text) + (1 if text else 0)
            text = f"{text}\n{line}" if text else line
            if bold:
                spans.append((start, len(line)))
        return Words(text, tuple(spans), tuple(self.actions[:MOST_ACTIONS]), tuple(self.about))


def short(title: str, length: int = TITLE_LENGTH) -> str:
    """A title cut at a word, so that a line fits a phone."""
    title = " ".join(title.split()).rstrip(".;:")
    if len(title) <= length:
        return title
    return title[: title.rfind(" ", 0, length)].rstrip(" ,;:.") + "…"


def due_words(deadline: Deadline, today: date) -> str:
    """When a deadline is due, with its weekday; on a day off, both days that count are said."""
    if deadline.due is None or deadline.aim_day is None or deadline.last_day is None:
        return _("chưa có hạn")
    if deadline.kind is TaskKind.ALL_YEAR:
        return _("cả năm {year}", year=deadline.due.year)

    def words(day: date) -> str:
        return day_words(day) if day.year == today.year else day_words_with_year(day)

    if deadline.hour is not None:
        said = f"{hour_words(deadline.hour)} {words(deadline.due)}"
        return _("trước {day}", day=said) if deadline.strict else said
    if deadline.strict:
        return _("chậm nhất {day}", day=words(deadline.last_day))
    if deadline.aim_day != deadline.due:
        day, aim, last = words(deadline.due), words(deadline.aim_day), words(deadline.last_day)
        if today > deadline.aim_day:
            return _("{day} (ngày nghỉ, chậm nhất {last})", day=day, last=last)
        return _("{day} (ngày nghỉ: nên xong {aim}, chậm nhất {last})", day=day, aim=aim, last=last)
    return words(deadline.due)


def item_name(item: Item) -> str:
    """«12 Báo cáo rà soát TTHC»."""
    return f"{item.deadline.code} {short(item.task.title)}"


def item_line(item: Item, today: date, *, prefix: str = "") -> str:
    """«12 Báo cáo rà soát TTHC, thứ Ba 30/5»; `prefix` stands before the day («hạn »)."""
    line = f"{item_name(item)}, {prefix}{due_words(item.deadline, today)}"
    return "; ".join([line, *marks_of(item)])


def before_hour(item: Item, today: date, opening: str) -> Words:
    """Two hours before the hour of a deadline, to its unit."""
    code = item.deadline.code
    said = _("{to}sắp đến giờ hạn: {line}.", to=opening, line=item_line(item, today))
    hint = _("Đã xong thì trả lời: xong {code}", code=code)
    return Words(f"{said[:1].upper()}{said[1:]}\n{hint}", actions=(f"xong {code}",), about=(code,))


def marks_of(item: Item) -> list[str]:
    """What else is to be known of a deadline in a list: «gia hạn lần 1», «trả lại», «xin gia hạn đến 08/6»."""
    marks = [_("gia hạn lần {n}", n=item.deadline.extended)] if item.deadline.extended else []
    if item.deadline.returned and item.deadline.done_at is None:
        marks.append(_("trả lại để bổ sung"))
    if item.asked is not None:
        marks.append(_("xin gia hạn đến {day}", day=short_day(item.asked.day)))
    return marks


def paper_words(number: str, day: date | None, today: date) -> str:
    """An issued document: «số 45/BC-QLVH ngày 30/5»; may be empty."""
    parts = [_("số {number}", number=number)] if number else []
    if day:
        parts.append(_("ngày {day}", day=short_day(day) if day.year == today.year else short_day_with_year(day)))
    return " ".join(parts)


def result_words(deadline: Deadline, today: date) -> str:
    """A recorded result: «số 45/BC-QLVH ngày 30/5, đúng hạn»; may be empty."""
    document = paper_words(deadline.document, deadline.document_day, today)
    parts = [document] if document else []
    if deadline.nothing_to_report:
        parts.append(_("không phát sinh"))
    if (
        deadline.last_day is not None
        and deadline.kind is not TaskKind.ALL_YEAR
        and (deadline.document_day or deadline.done_day)
    ):
        late = was_late(deadline)
        parts.append(_("sau hạn {day}", day=day_words(deadline.last_day)) if late else _("đúng hạn"))
    return ", ".join(parts)


def few(listed: Sequence[str], most: int) -> str:
    """«1.2, 1.3, 7.1»; of more than `most` the first."""
    return ", ".join(listed[:most]) + ("…" if len(listed) > most else "")


def sentence(text: str) -> str:
    """`text` with a full stop, unless it was cut."""
    return text if text.endswith("…") else f"{text}."


def plan_line(task: Task, plan: Plan) -> str:
    """Where a deadline comes from: plan, section with its heading, row, the words as written."""
    phrase = f"«{task.phrase}»" if task.phrase else _("để trống")
    named = _("KH{number} {title}", number=plan.number, title=short(plan.title))
    if plan.document_number[:1].isdigit():
        document = {"number": plan.number, "document": plan.document_number}
        named = _("KH{number}, văn bản số {document}", **document)
        if plan.issued:
            named = _("KH{number}, văn bản số {document} ngày {day}", day=f"{plan.issued:%d/%m/%Y}", **document)
    if task.kind is TaskKind.REPORT:
        return _("{plan}, chế độ báo cáo, thời gian ghi {phrase}", plan=named, phrase=phrase)
    above = [title for no, title in plan.groups if task.ref.startswith(f"{no}.")]
    if task.section:
        named = _("{plan}, mục {section}", plan=named, section=task.section)
    if above:
        named += f" «{short(above[-1], HEADING_LENGTH)}»"
    return _("{plan}, dòng {ref}, thời gian ghi {phrase}", plan=named, ref=task.ref, phrase=phrase)


def numbered(labels: Iterable[str], width: int = 60) -> list[str]:
    """Choices as «1. Văn phòng · 2. Thanh tra», short ones sharing a line."""
    lines: list[str] = []
    for number, label in enumerate(labels, 1):
        choice = f"{number}. {label}"
        if lines and len(lines[-1]) + len(choice) + 3 <= width:
            lines[-1] += f" · {choice}"
        else:
            lines.append(choice)
    return lines


def names(units: Iterable[Unit]) -> str:
    """The units' names; one that was merged is not said beside the one it is part of."""
    shown = list(units)
    return ", ".join(unit.name for unit in shown if unit.merged_into is None or len(shown) == 1)


def office_words(office: Office) -> str:
    """«Toàn Sở»: how the whole office is named at the head of a page."""
    return _("Toàn {office}", office=office.short_name or office.name)
