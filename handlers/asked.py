"""What people's words hold when something is to be granted, given back or put off: codes, a new day, a reason."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from handlers.reading import Listed, codes
from handlers.talk import Refused, Talk, pick
from lang import doubts
from lang.dates import reckon
from lang.deadlines import typed
from lang.fold import fold
from lang.spoken_days import day_words, day_words_with_year
from lang.text import _
from schedules import hours
from schedules.tell import Kind
from schedules.views import numbered, short
from storage.models import Delivery, Question
from storage.outbox import Words

LONGEST_REASON = 500
LATELY = timedelta(days=7)
_BEFORE = re.compile(r"^(?:(?:cho|các|cac|kết quả|ket qua|gia hạn|gia han)\s+)+", re.IGNORECASE)
_AT_END = re.compile(r"\b(?:việc|viec)\s+(\d{1,9})[\s.]*$", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?:(?:thêm|them|xin|khoảng|khoang|lùi|lui|muộn|muon|chậm|cham)\s+)*(\d{1,3})\s*"
    r"(ngày làm việc|ngay lam viec|ngày|ngay|tuần|tuan|tháng|thang)\b(?:\s+(?:nữa|nua))?",
    re.IGNORECASE,
)
_VERB = r"(?:(?:nộp|nop|gửi|gui|xong|bổ sung|bo sung|lùi|lui)\s+(?:lại\s+|lai\s+)?)?"
_OPENER = (
    r"(?:đến hết|den het|đến trước|den truoc|đến|den|tới|toi|sang|trước|truoc|chậm nhất|cham nhat|hạn mới|han moi"
    r"|hạn|han)(?:\s+(?:là|la))?\s+"
)
_DAY = (
    r"(?:(?:hết|het)\s+)?(?:(?:ngày|ngay)\s+)?(?:\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?(?!\d)"
    r"|(?<=ngày )\d{1,2}(?:\s+(?:tháng|thang)\s+\d{1,2}(?:\s+(?:năm|nam)\s+\d{4})?)?"
    r"|(?<=ngay )\d{1,2}(?:\s+(?:tháng|thang)\s+\d{1,2}(?:\s+(?:năm|nam)\s+\d{4})?)?"
    r"|(?:thứ|thu)\s+(?:hai|ba|tư|tu|năm|nam|sáu|sau|bảy|bay|[2-7])(?:\s+(?:tuần|tuan)\s+(?:này|nay|sau|tới|toi))?"
    r"|(?:hôm nay|hom nay|ngày mai|ngay mai|mai|ngày kia|ngay kia)"
    r"|(?:cuối|cuoi)\s+(?:tuần|tuan|tháng|thang|quý|quy)(?:\s+(?:này|nay|sau|tới|toi))?"
    r"|(?:tuần|tuan|tháng|thang)\s+(?:sau|tới|toi))"
)
_MARKED_DAY = re.compile(rf"{_VERB}(?P<said>{_OPENER}{_DAY})", re.IGNORECASE)
_BARE_DAY = re.compile(rf"(?P<said>{_DAY})", re.IGNORECASE)
_LAST_DAY = re.compile(rf"[\s,;.]+(?:và\s+|va\s+|xin\s+)?{_VERB}(?P<said>{_OPENER}{_DAY})[\s.]*$", re.IGNORECASE)
_WHY = re.compile(
    r"(?:^|[\s,;.])(?:vì|vi|do|bởi vì|bởi|lý do|ly do|lí do|tại|lý do là|ly do la)(?:\s*:\s*|\s+)(?P<why>\S.*)$"
    r"|:\s*(?P<after>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_WHY_IS_IT = re.compile(r"(?:^|\s)(?:vì sao|vi sao|tại sao|tai sao|do đâu|do dau)(?!\w).*$", re.IGNORECASE | re.DOTALL)
_FILLER = re.compile(
    r"(?:a|nhe|nha|oi|em|anh|chi|xin|cho|phep|duoc|nop|gui|muon|cham|lui|han|gia|them|toi|den|sang|voi|viec|nay|la|de"
    r"|lai|thoi|bo sung|va)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """`day` is what names a day, `amount` what counts some on («3», «ngay lam viec»), folded; `why` as typed. `loose`:
    words follow the codes that say neither when nor that they are a reason, or the codes do not come first; the number
    may be no code at all («bổ sung 2 ảnh»)."""

    codes: tuple[int, ...] = ()
    day: str = ""
    amount: tuple[int, str] | None = None
    why: str = ""
    loose: bool = False

    @property
    def dated(self) -> bool:
        return bool(self.day or self.amount)


def read(words: str, *, counts: bool = False) -> Asked:
    """Read what follows a command's name. `counts`: days may be counted («14 3 ngày»)."""
    words = words.strip()
    amount = _AMOUNT.match(words) if counts else None
    if amount is not None:
        words = words[amount.end() :].strip()  # «xin thêm 3 ngày cho việc 14»
    listed = codes(_BEFORE.sub("", words))
    loose = False
    if not listed.codes and (named := _AT_END.search(words)):  # «bổ sung phụ lục cho việc 12»
        listed, loose = Listed((int(named[1]),), words[: named.start()]), True
    rest = _WHY_IS_IT.sub("", listed.rest.strip(" ,.;")) if listed.codes else words
    why = _WHY.search(rest)
    reason = (why["why"] or why["after"]) if why else ""
    before = rest[: why.start()] if why else rest
    first = len(before)
    day = _MARKED_DAY.search(before) or _BARE_DAY.search(before)
    if day is not None:
        first, before = day.start(), before[: day.start()] + " " + before[day.end() :]
    elif counts and amount is None and (counted := _AMOUNT.search(before)):
        first, amount = counted.start(), counted
        before = before[: counted.start()] + " " + before[counted.end() :]
    elif amount is None and (day := _LAST_DAY.search(reason)):
        reason = reason[: day.start()]
    loose = loose or not _only_filler(before[:first])
    left = re.sub(r"\s+(?:cho|của|cua|ở|o)$", "", before.strip(" ,.;:-"))
    if not reason and not _only_filler(left):
        reason = left
    counted_on = (int(amount[1]), fold(amount[2])) if amount else None
    return Asked(listed.codes, day["said"] if day else "", counted_on, _plain(reason), loose and bool(listed.codes))


def _only_filler(words: str) -> bool:
    return all(map(_FILLER.fullmatch, re.findall(r"[^\W_]+", fold(words))))


def certain(words: str, *, counts: bool = False) -> bool:
    """Overheard in a group: it begins with codes, and nothing follows but a reason that says it is one, or a day."""
    said = read(words, counts=counts)
    return bool(said.codes) and not said.loose


def is_reason(words: str) -> bool:
    """Whether words say of themselves that they are a reason: «vì chờ số liệu»."""
    return _WHY.match(words.strip()) is not None


def picked_day(question: Question, words: str) -> str:
    """The answer to a question about a day: the value of the choice named, a day as words, or the words themselves
    where they name a day. Raises `NotMine` else."""
    if _BARE_DAY.search(words) and not words.strip(" .").isdecimal():
        return words.strip()
    chosen = str(pick(question, words))
    return f"{date.fromisoformat(chosen):%d/%m/%Y}" if chosen[:1].isdigit() else chosen


def reason_of(words: str) -> str:
    """What a person gives as a reason when asked for nothing else: «vì chờ số liệu ạ»."""
    why = _WHY.match(words.strip())
    return _plain((why["why"] or why["after"]) if why else words)


def _plain(reason: str) -> str:
    reason = re.sub(r"(?:\s+(?:ạ|nhé|nha|nhe))+[ .]*$", "", " ".join(reason.split()))
    return reason.strip(" .,;:-")[:LONGEST_REASON]


def new_day(talk: Talk, asked: Asked, base: date, code: int) -> date:
    """The day that is asked for instead of `base`. Refuses one that cannot be told for sure, or is not after both
    `base` and yesterday. «trước 20/6» is the working day before. A day off is not refused here: `is_off`."""
    if asked.amount is not None:
        day = _counted_on(talk, *asked.amount, max(base, talk.today))
    else:
        meaning = typed(asked.day, talk.local)
        past = [day for doubt in meaning.doubts if doubt.code == "which_year" for day in doubt.suggest]
        if past:
            raise Refused(_too_early(talk, past[0], base, code))
        if meaning.doubts and meaning.doubts[0].code != "not_understood":
            raise Refused(doubts.words(meaning.doubts[0]))
        if meaning.doubts or len(meaning.due) != 1:
            raise Refused(_("Nhắc Việc chưa hiểu ngày «{words}». Xin ghi ngày như 20/6.", words=short(asked.day, 40)))
        day = meaning.due[0]
        if meaning.strict:
            day = talk.calendar.on_or_before(day - timedelta(days=1))
    if day <= base or day < talk.today:
        raise Refused(_too_early(talk, day, base, code))
    return day


def _counted_on(talk: Talk, n: int, what: str, start: date) -> date:
    if what == "ngay lam viec":
        return talk.calendar.later(start, n)
    return (reckon(start, n, {"tuan": "week", "thang": "month"}.get(what, "day")) or [start])[0]


def _too_early(talk: Talk, day: date, base: date, code: int) -> str:
    said = said_day(talk, day)
    if day < talk.today:
        return capital(_("{day} đã qua. Xin ghi ngày từ hôm nay trở đi.", day=said))
    due = said_day(talk, base)
    return capital(
        _("{day} không sau hạn hiện tại của việc {code} ({due}). Xin ghi ngày sau đó.", day=said, code=code, due=due)
    )


def said_day(talk: Talk, day: date) -> str:
    """«thứ Hai 05/6», with its year where that is another one."""
    return day_words(day) if day.year == talk.today.year else day_words_with_year(day)


def is_off(talk: Talk, day: date) -> bool:
    return not talk.calendar.works(day)


def day_off(talk: Talk, day: date) -> str:
    return capital(_("{day} là ngày nghỉ. Xin ghi một ngày làm việc.", day=said_day(talk, day)))


def offer_working_days(talk: Talk, kind: str, subject: dict[str, Any], day: date, after: date) -> Words:
    """A day off was named: the working days before and after it are offered, the question is of `kind`."""
    near = [talk.calendar.on_or_before(day), talk.calendar.on_or_after(day)]
    choices = [(said_day(talk, one), one.isoformat()) for one in near if one > after and one >= talk.today]
    talk.ask(kind, subject, choices)
    head = _("{day} là ngày nghỉ. Lấy ngày nào?", day=said_day(talk, day))
    lines = numbered([label for label, _iso in choices], 0)
    return Words("\n".join([capital(head), *lines, _("Trả lời bằng số đứng đầu dòng.")]))


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def replied_to(talk: Talk) -> Delivery | None:
    """The message of the bot that this one replies to; one that carried several others, itself."""
    found = all_replied_to(talk)
    if len(found) == 2 and found[-1].kind == hours.TOGETHER:  # the message that carried one, and that one
        return found[0]
    return found[-1] if found else None


def all_replied_to(talk: Talk) -> list[Delivery]:
    """The same with what it carried, or said before it was edited."""
    if not talk.incoming.reply_to:
        return []
    query = select(Delivery).where(Delivery.chat_id == talk.chat.id, Delivery.message == talk.incoming.reply_to)
    return list(talk.session.exec(query.order_by(col(Delivery.id))))


def lately_said(talk: Talk, kinds: Collection[str]) -> list[Delivery]:
    """The last message of such a kind that the bot said here within the last days, with all that it carried."""
    here = (Delivery.chat_id == talk.chat.id, col(Delivery.message) != "")
    recent = col(Delivery.settled_at) >= talk.now - LATELY
    last = select(Delivery.message).where(*here, recent, col(Delivery.kind).in_(kinds))
    message = talk.session.exec(last.order_by(col(Delivery.settled_at).desc(), col(Delivery.id).desc())).first()
    if message is None:
        return []
    query = select(Delivery).where(*here, Delivery.message == message)
    return list(talk.session.exec(query.order_by(col(Delivery.id))))


def codes_replied(talk: Talk) -> Sequence[int]:
    """The codes that the message replied to names."""
    replied = replied_to(talk)
    return tuple(replied.about) if replied else ()


def replied_about(talk: Talk, *kinds: Kind) -> tuple[int, ...]:
    """The codes that the message replied to names as one of these kinds, or as one that carried some of them; none of
    several for which it had no room."""
    found = all_replied_to(talk)
    named = [one for one in found if one.kind in kinds]
    if len(named) > 1 and not hours.in_full([one.text or "" for one in found if one.kind != hours.TOGETHER]):
        return ()
    return tuple(dict.fromkeys(code for one in named for code in one.about))
