"""`xong 12`: a unit's people record its results, with the issued document where there is one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk, pick
from handlers.work import no_such
from lang.fold import fold
from lang.spoken_days import day_words_with_year
from lang.text import N_, _
from schedules.views import due_words, item_line, short
from storage import deadlines
from storage.deadlines import Item
from storage.models import Deadline, Delivery, Person, Question, TaskKind
from storage.outbox import Words

MOST_CHOICES = 8
HALF_A_YEAR = 183

_CODES = re.compile(r"^(?:(?:việc|viec|mã|ma|số|so)\s+)?(\d+(?:\s*(?:,|và|va|;)?\s*\d+)*)(?![\w./])", re.IGNORECASE)
_REF = re.compile(r"^(\d+(?:\.[\dA-Za-zđĐ]+)+)\b")
_DOCUMENT = re.compile(
    r"\b(?:số|so)\s*:?\s*([\w.\-]+/[\w.\-&]+)(?:\s*,?\s*(?:ngày|ngay)\s+([\d/.\-]+))?", re.IGNORECASE
)
_NOT_DONE = re.compile(r"\b(chua|khong|gan|sap|dang|cho|khoan|dung|neu|bao gio|khi nao|huy|nham)\b|\?")


@dataclass(frozen=True, slots=True)
class Said:
    """What «xong …» says: codes or a plan's row number, and the issued document."""

    codes: tuple[int, ...] = ()
    ref: str = ""
    document: str = ""
    day: date | None = None


def understood(words: str, today: date) -> Said:
    """Read what follows «xong». Refuses words that say it is not done after all, and days that cannot be."""
    document = _DOCUMENT.search(words)
    rest = words if document is None else (words[: document.start()] + " " + words[document.end() :])
    if _NOT_DONE.search(fold(rest)):
        raise Refused(_("Câu này có vẻ nói việc chưa xong, nên chưa ghi nhận. Khi đã xong, xin gõ: xong và mã việc."))
    day = _day(document[2].strip(" ./-"), today) if document and document[2] else None
    number = document[1].rstrip(".,") if document else ""
    rest = rest.strip()
    if ref := _REF.match(rest):
        return Said(ref=ref[1], document=number, day=day)
    codes = _CODES.match(rest)
    found = tuple(dict.fromkeys(int(code) for code in re.findall(r"\d+", codes[1]))) if codes else ()
    return Said(found, "", number, day)


def _day(words: str, today: date) -> date:
    """The day on an issued document: without a year, the latest such day that is not in the future."""
    numbers = [int(number) for number in re.findall(r"\d+", words)]
    if len(numbers) not in (2, 3):
        raise Refused(
            _("Nhắc Việc chưa đọc được ngày «{words}» của văn bản. Xin ghi như: ngày 03/6/2023.", words=words)
        )
    year = numbers[2] if len(numbers) == 3 else today.year
    year += 2000 if year < 100 else 0
    try:
        day = date(year, numbers[1], numbers[0])
        if len(numbers) == 2 and (day - today).days > HALF_A_YEAR:
            day = day.replace(year=year - 1)
    except ValueError:
        raise Refused(_("Không có ngày {words}. Xin xem lại ngày của văn bản.", words=words)) from None
    if day > today:
        raise Refused(_("Ngày {day} của văn bản chưa tới. Xin xem lại ngày của văn bản.", day=day_words_with_year(day)))
    return day


def run(talk: Talk) -> Answered:
    return record(talk, nothing=False)


def record(talk: Talk, *, nothing: bool) -> Answered:
    """Record results by code, by row number, by the message replied to, or ask which one is meant."""
    said = understood(talk.words, talk.today)
    if said.ref:
        return _one_of(talk, deadlines.by_ref(talk.session, talk.here.id or 0, said.ref, _mine(talk)), said, nothing)
    if said.codes:
        return close(talk, said.codes, said, nothing=nothing)
    if fold(talk.words).strip(" .,") not in ("", "roi", "a", "roi a", "nhe", "viec nay", "viec nay roi"):
        raise NotMine
    return _one_of(talk, _meant(talk), said, nothing)


def _mine(talk: Talk) -> tuple[int, ...]:
    return talk.units_for(Action.CLOSE).units


def _meant(talk: Talk) -> list[Item]:
    """What a bare «xong» can be about: the deadlines of the message replied to, else all that is open and has a day."""
    codes: Sequence[int] = ()
    if talk.incoming.reply_to:
        query = select(Delivery.about).where(
            Delivery.chat_id == talk.chat.id, Delivery.message == talk.incoming.reply_to
        )
        codes = talk.session.exec(query).first() or ()
    items = deadlines.open_items(talk.session, talk.here.id or 0, _mine(talk))
    if codes:
        return [item for item in items if item.deadline.code in codes]
    return [item for item in items if item.deadline.kind in (TaskKind.DATED, TaskKind.REPORT)]


def _one_of(talk: Talk, items: Sequence[Item], said: Said, nothing: bool) -> Answered:
    if not items:
        raise Refused(_("Không có việc nào đang mở khớp với câu này. Xem mã việc: /viec"))
    if len(items) == 1:
        return close(talk, [items[0].deadline.code], said, nothing=nothing)
    shown = items[:MOST_CHOICES]
    subject = {"document": said.document, "day": said.day.isoformat() if said.day else None, "nothing": nothing}
    talk.ask("done", subject, [(item_line(item, talk.today), item.deadline.code) for item in shown])
    lines = [f"{number}. {item_line(item, talk.today)}" for number, item in enumerate(shown, 1)]
    return Words("\n".join([_("Anh/chị ghi kết quả việc nào?"), *lines]), about=tuple(i.deadline.code for i in shown))


def answer_done(talk: Talk, question: Question, words: str) -> Answered:
    code = pick(question, words)
    subject = question.subject
    day = date.fromisoformat(subject["day"]) if subject["day"] else None
    return close(talk, [code], Said((code,), "", subject["document"], day), nothing=subject["nothing"])


def close(talk: Talk, codes: Sequence[int], said: Said, *, nothing: bool) -> Words:
    """Record the results of these deadlines; each that cannot be recorded is answered with its reason."""
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes, lock=True)
    closed = [found[code] for code in codes if code in found and _why_not(talk, code, found.get(code)) is None]
    reasons = [why for code in codes if (why := _why_not(talk, code, found.get(code))) is not None]
    if not closed:
        raise Refused("\n".join(reasons))
    person = talk.actor()
    lines = []
    for item in closed:
        deadline = item.deadline
        talk.journal.touch(deadline)
        deadline.done_at, deadline.done_by = talk.now, person.id
        deadline.done_day = None if deadline.to_confirm else talk.today
        deadline.document, deadline.document_day, deadline.nothing_to_report = said.document, said.day, nothing
        lines.append(_("Đã ghi nhận {code} {title}.", code=deadline.code, title=short(item.task.title)))
        lines.append(_how(deadline))
    talk.write("done", " ".join(str(item.deadline.code) for item in closed))
    lines += reasons
    lines.append(_("Nhầm thì trả lời: hoàn tác"))
    about = tuple(item.deadline.code for item in closed)
    return Words("\n".join(line for line in lines if line), actions=("hoàn tác",), about=about)


def _why_not(talk: Talk, code: int, item: Item | None) -> str | None:
    if item is None:
        return no_such(code)
    deadline = item.deadline
    allowed = deadline.unit_id in _mine(talk) or (deadline.to_confirm and talk.may(Action.SETTLE))
    if not allowed:
        return _("Anh/chị chưa được ghi kết quả việc {code}. Người ghi được: đầu mối đơn vị chủ trì.", code=code)
    if deadline.done_at is not None:
        who = talk.session.get(Person, deadline.done_by) if deadline.done_by else None
        name = who.name if who else ""
        return _("Việc {code} đã được ghi nhận trước đó, người ghi: {name}.", code=code, name=name)
    return None


def _how(deadline: Deadline) -> str:
    said = []
    if deadline.document:
        said.append(_("Số {number}", number=deadline.document))
    if deadline.document_day:
        said.append(_("ngày {day}", day=day_words_with_year(deadline.document_day)))
    if deadline.nothing_to_report:
        said.append(_("không phát sinh"))
    text = " ".join(said)
    if deadline.last_day is None or deadline.kind is TaskKind.ALL_YEAR or (deadline.to_confirm and not said):
        return f"{text}." if text else ""
    how = (
        _("sau hạn ({due})", due=due_words(deadline, deadline.last_day))
        if deadlines.was_late(deadline)
        else _("đúng hạn")
    )
    return f"{text}, {how}." if text else f"{how[:1].upper()}{how[1:]}."


COMMAND = Command(
    name="xong",
    slash="xong",
    says=(
        "x",
        "song",
        "xog",
        "xong việc",
        "xong rồi",
        "hoàn thành",
        "đã hoàn thành",
        "hoàn thành việc",
        "đã nộp",
        "đã gửi",
        "đã xong",
        "nộp rồi",
        "gửi rồi",
        "ok",
    ),
    help=N_("ghi kết quả việc 12; thêm được «số 45/BC-VP ngày 03/6»"),
    example="xong 12",
    action=Action.CLOSE,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=lambda words: bool(_CODES.match(words)),
)
ANSWERS = {"done": answer_done}
