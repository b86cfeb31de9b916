"""`không duyệt 14`: an extension is not granted. A result that is not accepted goes back with a reason."""

from collections.abc import Sequence

from handlers import asked as read
from handlers import give_back
from handlers.accept import EXTENSION, why_not
from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.telling import tell_units
from handlers.work import no_such
from lang.text import _
from schedules.tell import Ear, Kind
from schedules.views import due_words, item_name
from storage import deadlines
from storage.deadlines import Item
from storage.models import ExtensionState
from storage.outbox import Words


def run(talk: Talk) -> Answered:
    said = read.read(talk.words)
    codes = said.codes or _replied(talk)
    if not codes:
        raise NotMine(_("Xin kèm mã việc, ví dụ: không duyệt 14 vì …"))
    found = deadlines.by_codes(talk.session, talk.here.id or 0, codes, lock=True)
    only_results = [item for item in found.values() if item.asked is None and item.waits]
    if only_results and len(only_results) == len(codes) and talk.name != "khong duyet gia han":
        return give_back.run(talk)
    whys = [no_such(code) if code not in found else why_not(talk, found[code], EXTENSION) for code in codes]
    refused = [found[code] for code, why in zip(codes, whys, strict=True) if not why]
    if not refused:
        raise Refused("\n".join(whys))
    return _refuse(talk, refused, said.why, [why for why in whys if why])


def fits(name: str, words: str) -> bool:
    return read.certain(words)


def meant(talk: Talk) -> bool:
    """Whether «không đồng ý» is about an extension or a result, not about a plan."""
    return bool(read.read(talk.words).codes or _replied(talk))


def _replied(talk: Talk) -> Sequence[int]:
    return read.replied_about(talk, Kind.EXTENSION, Kind.WAITING)


def _refuse(talk: Talk, items: Sequence[Item], why: str, answers: Sequence[str]) -> Words:
    person = talk.actor()
    lines = []
    for item in items:
        assert item.asked is not None
        talk.journal.touch(item.asked)
        item.asked.state, item.asked.answer = ExtensionState.REFUSED, why
        item.asked.decided_by, item.asked.decided_at = person.id, talk.now
        due = due_words(item.deadline, talk.today)
        lines.append(_("Không duyệt gia hạn {name}, hạn vẫn là {due}.", name=item_name(item), due=due))
    codes = tuple(item.deadline.code for item in items)
    talk.write("refuse", " ".join(map(str, codes)))
    tell_units(talk, Kind.DECIDED, items, lambda ear, some: _refused(talk, ear, some, why))
    lines += [*answers, _("Nhầm thì trả lời: hoàn tác")]
    return Words("\n".join(lines), actions=("hoàn tác",), about=codes)


def _refused(talk: Talk, ear: Ear, items: Sequence[Item], why: str) -> Words:
    lines = [
        _("{to}gia hạn không được duyệt, người quyết định: anh/chị {name}", to=ear.opening, name=talk.actor().name)
    ]
    for item in items:
        due = due_words(item.deadline, talk.today)
        lines.append(_("{name}, hạn vẫn là {due}", name=item_name(item), due=due))
    if why:
        lines.append(_("Lý do: {why}", why=why))
    return Words(read.capital("\n".join(lines)), about=tuple(item.deadline.code for item in items))


COMMAND = Command(
    name="không duyệt",
    slash="khongduyet",
    says=("không nhất trí", "không duyệt gia hạn", "không đồng ý gia hạn", "chưa đồng ý"),
    help="",
    example="không duyệt 14",
    place=7.5,
    action=Action.ACCEPT,
    run=run,
    takes_codes=True,
    anyone=True,
    fits=fits,
)
