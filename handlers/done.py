"""`xong 12`, «em nộp bc quý I rồi ạ»: a unit's people record its results, with the issued document if there is one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers import albums, matching, reading, shown
from handlers.asked import codes_replied
from handlers.authority import Action
from handlers.closing import Result, close, for_unit, why_not
from handlers.matching import Known, Match
from handlers.not_yet import note
from handlers.reading import Said
from handlers.talk import Answered, Apart, Command, Needs, NotMine, Refused, Talk
from handlers.work import one
from lang import told
from lang.text import N_, _, many
from lang.told import Means
from schedules.views import MOST_ACTIONS, item_line
from storage import deadlines, people
from storage.deadlines import Item
from storage.models import Question, TaskKind
from storage.outbox import Words
from storage.units import key

MOST_CHOICES = 8
WEAK = frozenset({"x", "ok", "song", "xog"})
"""Names that are said without meaning a result: nothing but codes may follow them, and alone they say nothing."""


def run(talk: Talk) -> Answered:
    return record(talk, nothing=False)


def record(talk: Talk, *, nothing: bool) -> Answered:
    """Record results by code, by row number, by the message replied to, or ask which one is meant."""
    said = reading.result(talk.words, talk.today)
    if not said.codes and not said.ref:
        if talk.name in WEAK or said.against or not said.plain:
            raise NotMine
        return _bare(talk, _result(talk, said, nothing))
    if said.against == "asked" and len(said.codes) == 1:
        return one(talk, said.codes[0])
    if said.against == "not done":
        raise Refused(_not_done())
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
            return _ask(talk, items, _result(talk, said, nothing))
        return close(talk, [items[0].deadline.code], _result(talk, said, nothing))
    if talk.name in WEAK and not talk.incoming.addressed and not _any_open(talk, said.codes):
        raise NotMine
    result = _result(talk, said, nothing)
    if len(said.codes) == 1:
        result = replace(result, album=albums.asked_about(talk, said.codes[0]))
    return close(talk, said.codes, result)


def _result(talk: Talk, said: Said, nothing: bool) -> Result:
    return Result(said.paper, nothing or said.nothing, for_unit(talk, said.paper))


def _any_open(talk: Talk, codes: Sequence[int]) -> bool:
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes)
    return any(why_not(talk, code, item, Result()) is None for code, item in found.items())


def _not_done() -> str:
    return _("Câu này có vẻ nói việc chưa xong, nên chưa ghi nhận. Khi đã xong, xin gõ: xong và mã việc.")


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
    try:
        found = reading.result(words, date.max)
    except Refused:
        return True
    if name in WEAK and not found.plain:
        return False
    return bool(found.codes or found.ref) and found.against in ("", "not done")


def _mine(talk: Talk) -> tuple[int, ...]:
    return talk.units_for(Action.CLOSE).units


def _bare(talk: Talk, result: Result) -> Answered:
    """«xong», «nộp rồi»: about the one deadline of the message replied to, or the only one open; else it is asked."""
    replied = codes_replied(talk)
    if len(replied) == 1:
        return close(talk, replied, result)
    return _ask_which(talk, replied, result)


def _ask_which(talk: Talk, replied: Sequence[int], result: Result) -> Answered:
    """Which of what is open is meant; with «xong» the only one is."""
    items = deadlines.open_items(talk.session, talk.here.id or 0, _mine(talk))
    if len(items) == 1 and talk.incoming.addressed and talk.incoming.text.strip():
        return close(talk, [items[0].deadline.code], result)
    near = [item for item in items if item.deadline.code in replied] or [
        item for item in items if item.deadline.kind in (TaskKind.DATED, TaskKind.REPORT)
    ]
    if not near:
        raise Refused(_("Anh/chị không có việc nào đang chờ kết quả. Xem việc: /viec"))
    return _ask(talk, near, result)


def hears(talk: Talk, said: str) -> Answered:
    """What is told in people's own words: «em nộp bc quý I rồi ạ». Unless the bot was addressed, only what can mean
    nothing else is taken. Raises `NotMine` for everything else."""
    if talk.office is not None and talk.incoming.files and not said:
        return _files_alone(talk)
    if talk.office is None or told.read(said).means is Means.OTHER:
        raise NotMine
    paper, rest = reading.paper(said, talk.today)
    items = {item.deadline.code: item for item in _known(talk, _mine(talk))}
    replied = codes_replied(talk)
    found = _matched(talk, rest, items, _mine(talk), replied)
    if found.unit is not None and talk.incoming.addressed:
        return _for_other(talk, found.unit, rest)
    if not talk.incoming.addressed and not (found.strong and found.means in (Means.DONE, Means.NOTHING)):
        raise NotMine
    match found.means:
        case Means.DONE | Means.NOTHING:
            result = Result(paper, found.means is Means.NOTHING, for_unit(talk, paper))
            if found.sure:
                return close(talk, found.codes, result)
            if found.codes:
                return _ask(talk, [items[code] for code in found.codes], result)
            if found.empty and (len(replied) == 1 or talk.chat.private):
                return _bare(talk, result)
        case Means.ASKED if found.sure and len(found.codes) == 1:
            return one(talk, found.codes[0])
        case Means.SIGNING if found.sure and len(found.codes) == 1:
            return note(talk, items[found.codes[0]], signing=True)
        case Means.SIGNING | Means.NOT_DONE if found.sure:
            raise Refused(_not_done())
    raise NotMine


def _files_alone(talk: Talk) -> Answered:
    """Files sent without a word: as a reply, or several at once, of which it is asked what they are for. A single one
    may be a plan, and so may each of several from somebody who sends plans."""
    replied = codes_replied(talk)
    if len(replied) == 1:
        return add_files(talk, replied[0])
    files = talk.incoming.files
    several = len(files) > 1 or bool(talk.incoming.album)
    if not several or not talk.incoming.addressed or not talk.may(Action.CLOSE):
        raise NotMine
    if talk.may(Action.SEND_PLAN) and not all(shown.is_photo(file.name) for file in files):
        raise Apart if talk.incoming.album else NotMine
    return _ask_which(talk, (), Result())


def add_files(talk: Talk, code: int) -> Answered:
    """Files sent for a deadline without saying that it is done: they belong to what was recorded, else it is asked."""
    item = deadlines.by_codes(talk.session, talk.here.id or 0, [code]).get(code)
    if item is not None and item.deadline.done_at is None and why_not(talk, code, item, Result()) is None:
        return _ask(talk, [item], Result())
    return close(talk, [code], Result())


def _known(talk: Talk, units: Sequence[int]) -> list[Item]:
    """What these units owe and what they have reported since last year."""
    since = date(talk.today.year - 1, 12, 1)
    return deadlines.open_items(talk.session, talk.here.id or 0, units) + deadlines.reported(
        talk.session, talk.here.id or 0, units, since
    )


def _matched(talk: Talk, said: str, items: dict[int, Item], units: Sequence[int], replied: Sequence[int] = ()) -> Match:
    known = [
        Known(
            item.deadline.code,
            item.task.title,
            item.task.phrase,
            item.task.product if item.deadline.kind is not TaskKind.REPORT else "",
            item.deadline.due,
            item.deadline.done_at is None,
        )
        for item in items.values()
    ]
    names = {
        key(name): unit.id or 0
        for unit in talk.directory.units
        for name in (unit.name, unit.short_name, *unit.aliases)
        if name
    }
    staff = people.names(talk.session, talk.here.id or 0)
    return matching.match(said, known, units=names, mine=units, people=staff, hinted=replied)


def _for_other(talk: Talk, unit: int, said: str) -> Answered:
    """«phòng QLVH đã nộp báo cáo quý I»: whoever may stand in for that unit is offered to."""
    if unit not in talk.units_for(Action.STAND_IN).units:
        raise NotMine
    items = {item.deadline.code: item for item in _known(talk, [unit])}
    found = _matched(talk, said, items, [unit])
    open_codes = [code for code in found.codes if items[code].deadline.done_at is None][:MOST_CHOICES]
    if found.means not in (Means.DONE, Means.NOTHING) or not open_codes:
        raise NotMine
    named = talk.directory.by_id[unit]
    sentences = [f"xong {code} thay {named.called}" for code in open_codes]
    lines = [item_line(items[code], talk.today) for code in open_codes]
    lines.append(_("Ghi thay đơn vị thì trả lời: {sentence}", sentence=sentences[0]))
    return Words("\n".join(lines), actions=tuple(sentences[:MOST_ACTIONS]), about=tuple(open_codes))


def _ask(talk: Talk, items: Sequence[Item], result: Result) -> Words:
    listed = items[:MOST_CHOICES]
    head = _("Anh/chị ghi kết quả việc nào?")
    if talk.incoming.files:
        if talk.thought is None:
            raise Needs(shown.think, keeps=True)
        result = replace(result, album=albums.keep(talk, talk.thought, None))
        n = len(albums.waiting(talk, result.album))
        head = many("Tệp này cho kết quả việc nào?", "{n} tệp này cho kết quả việc nào?", n)
    talk.ask("done", result.stored(), [(str(item.deadline.code), item.deadline.code) for item in listed])
    codes = tuple(item.deadline.code for item in listed)
    lines = [item_line(item, talk.today) for item in listed]
    lines.append(_("Trả lời bằng mã việc đứng đầu dòng, ví dụ: {code}", code=codes[0]))
    actions = tuple(f"xong {code}" for code in codes[:MOST_ACTIONS]) if replace(result, album=None) == Result() else ()
    return Words("\n".join([head, *lines]), actions=actions, about=codes)


def answer_done(talk: Talk, question: Question, words: str) -> Answered:
    code = reading.code(words)
    if code is None or code not in [value for _label, value in question.choices]:
        raise NotMine
    return close(talk, [code], Result.of(question.subject))


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
    hears=hears,
)
ANSWERS = {"done": answer_done}
