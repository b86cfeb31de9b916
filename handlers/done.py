"""`xong 12`: a unit's people record its results, with the issued document where there is one."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import select

from handlers import reading
from handlers.authority import Action
from handlers.reading import Said
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.work import no_such, one
from lang.text import N_, _
from schedules.views import MOST_ACTIONS, item_line, result_words, sentence, short
from storage import deadlines
from storage.deadlines import Item
from storage.models import Delivery, Person, Question, TaskKind
from storage.outbox import Words

MOST_CHOICES = 8
MOST_AT_ONCE = 10
WEAK = frozenset({"x", "ok", "song", "xog"})
"""Names that are said without meaning a result: nothing but codes may follow them, and alone they say nothing."""


def run(talk: Talk) -> Answered:
    return record(talk, nothing=False)


def record(talk: Talk, *, nothing: bool) -> Answered:
    """Record results by code, by row number, by the message replied to, or ask which one is meant."""
    said = reading.result(talk.words, talk.today)
    nothing = nothing or said.nothing
    if not said.codes and not said.ref:
        if talk.name in WEAK or said.against or not said.plain:
            raise NotMine
        return _bare(talk, said, nothing)
    if said.against == "asked" and len(said.codes) == 1:
        return one(talk, said.codes[0])
    if said.against == "not done":
        raise Refused(_("Câu này có vẻ nói việc chưa xong, nên chưa ghi nhận. Khi đã xong, xin gõ: xong và mã việc."))
    if said.against or (talk.name in WEAK and not said.plain):
        raise Refused(_unclear(said))
    if said.ref:
        items = [
            item
            for ref in dict.fromkeys((said.ref, said.ref.replace("d", "đ")))  # typed without marks, d may be đ
            for item in deadlines.by_ref(talk.session, talk.here.id or 0, ref, _mine(talk))
        ]
        if not items:
            raise Refused(_("Không có việc nào đang mở ở dòng {ref}. Xem mã việc: /viec", ref=said.ref))
        if len(items) > 1:
            return _ask(talk, items, said, nothing)
        return close(talk, [items[0].deadline.code], said, nothing)
    if talk.name in WEAK and not talk.incoming.addressed and not _any_open(talk, said.codes):
        raise NotMine
    return close(talk, said.codes, said, nothing)


def _any_open(talk: Talk, codes: Sequence[int]) -> bool:
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes)
    return any(_why_not(talk, code, item) is None for code, item in found.items())


def _unclear(said: Said) -> str:
    if len(said.codes) > 1:
        return _("Câu này chưa rõ, nên chưa ghi nhận. Xin ghi từng việc, ví dụ: xong {code}", code=said.codes[0])
    meant = " ".join(map(str, said.codes)) or said.ref
    return _(
        "Câu này chưa rõ, nên chưa ghi nhận. Nếu việc {meant} đã xong, xin gõ: xong {meant}, "
        "có văn bản thì thêm «số 45/BC-VP ngày 03/6».",
        meant=meant,
    )


def fits(name: str, words: str) -> bool:
    """Overheard in a group: only what names its deadlines and says nothing else that matters."""
    found = reading.Said(plain=False)
    try:
        found = reading.result(words, date.max)
    except Refused:
        return True
    if name in WEAK and not found.plain:
        return False
    return bool(found.codes or found.ref) and found.against in ("", "not done")


def _mine(talk: Talk) -> tuple[int, ...]:
    return talk.units_for(Action.CLOSE).units


def _bare(talk: Talk, said: Said, nothing: bool) -> Answered:
    """«xong», «nộp rồi»: about the one deadline of the message replied to; else it is asked which one."""
    replied: Sequence[int] = ()
    if talk.incoming.reply_to:
        query = select(Delivery.about).where(
            Delivery.chat_id == talk.chat.id, Delivery.message == talk.incoming.reply_to
        )
        replied = talk.session.exec(query).first() or ()
    if len(replied) == 1:
        return close(talk, replied, said, nothing)
    items = deadlines.open_items(talk.session, talk.here.id or 0, _mine(talk))
    near = [item for item in items if item.deadline.code in replied] or [
        item for item in items if item.deadline.kind in (TaskKind.DATED, TaskKind.REPORT)
    ]
    if not near:
        raise Refused(_("Anh/chị không có việc nào đang chờ kết quả. Xem việc: /viec"))
    return _ask(talk, near, said, nothing)


def _ask(talk: Talk, items: Sequence[Item], said: Said, nothing: bool) -> Words:
    shown = items[:MOST_CHOICES]
    subject = {"document": said.document, "day": said.day.isoformat() if said.day else None, "nothing": nothing}
    talk.ask("done", subject, [(str(item.deadline.code), item.deadline.code) for item in shown])
    codes = tuple(item.deadline.code for item in shown)
    lines = [item_line(item, talk.today) for item in shown]
    lines.append(_("Trả lời bằng mã việc đứng đầu dòng, ví dụ: {code}", code=codes[0]))
    plain = not said.document and not nothing
    actions = tuple(f"xong {code}" for code in codes[:MOST_ACTIONS]) if plain else ()
    return Words("\n".join([_("Anh/chị ghi kết quả việc nào?"), *lines]), actions=actions, about=codes)


def answer_done(talk: Talk, question: Question, words: str) -> Answered:
    code = reading.code(words)
    if code is None or code not in [value for _label, value in question.choices]:
        raise NotMine
    subject = question.subject
    day = date.fromisoformat(subject["day"]) if subject["day"] else None
    return close(talk, [code], Said((code,), "", subject["document"], day), subject["nothing"])


def close(talk: Talk, codes: Sequence[int], said: Said, nothing: bool) -> Words:
    """Record the results of these deadlines; each that cannot be recorded is answered with its reason."""
    if len(codes) > MOST_AT_ONCE:
        raise Refused(_("Xin ghi kết quả mỗi lần không quá {n} việc.", n=MOST_AT_ONCE))
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
        lines.append(sentence(_("Đã ghi nhận {code} {title}", code=deadline.code, title=short(item.task.title))))
        how = result_words(deadline, talk.today)
        lines.append(f"{how[:1].upper()}{how[1:]}." if how else "")
    talk.write("done", " ".join(str(item.deadline.code) for item in closed))
    if len(closed) > 1:
        lines = [f"{recorded} {how}".strip() for recorded, how in zip(lines[::2], lines[1::2], strict=True)]
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
    help=N_("ghi kết quả; thêm được «số 45/BC-VP ngày 03/6»"),
    example="xong 12",
    place=5,
    action=Action.CLOSE,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=fits,
)
ANSWERS = {"done": answer_done}
