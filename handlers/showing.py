"""`minh chứng 12`: the files and photos kept for a deadline come back, where that deadline may be seen."""

from collections.abc import Sequence

from handlers import reading
from handlers.authority import Action
from handlers.deciding import name_of
from handlers.done import add_files
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from handlers.work import visible
from lang.moments import local
from lang.spoken_days import day_words, day_words_with_year
from lang.text import _
from schedules.views import paper_words, short
from storage import evidence
from storage.deadlines import Item
from storage.models import Evidence, EvidenceKind
from storage.outbox import Kept, Words

_LONGEST = 80
"""Letters of a file's name as it is said."""


def run(talk: Talk) -> Answered:
    code = reading.code(talk.words)
    if code is None:
        if not talk.incoming.addressed or talk.words:
            raise NotMine
        raise Refused(_("Xin kèm mã việc, ví dụ: minh chứng 12. Xem mã việc: /viec"))
    if talk.incoming.files:
        return add_files(talk, code)
    item = visible(talk, code)
    kept = evidence.distinct(talk.session, item.deadline)
    if not kept:
        return _none(talk, item)
    return [_one(talk, item, shown, number, len(kept)) for number, shown in enumerate(kept, 1)]


def _one(talk: Talk, item: Item, shown: Evidence, number: int, of: int) -> Words:
    said = {"code": item.deadline.code, "title": short(item.task.title), "name": short(shown.name, _LONGEST)}
    if of > 1:
        head = _("{code} {title}, tệp {n}/{of}: {name}", n=number, of=of, **said)
    else:
        head = _("{code} {title}: {name}", **said)
    sent = local(shown.at, talk.here.zone).date()
    day = day_words(sent) if sent.year == talk.today.year else day_words_with_year(sent)
    by = _("Người gửi: {name}, {day}.", name=name_of(talk, shown.person_id), day=day)
    file = Kept(shown.hash, shown.name or _("tệp"), shown.kind is EvidenceKind.PHOTO)
    return Words(f"{head}\n{by}", about=(item.deadline.code,), file=file)


def _none(talk: Talk, item: Item) -> Words:
    deadline = item.deadline
    lines = [_("Việc {code} chưa có tệp nào được lưu.", code=deadline.code)]
    papers: Sequence[str] = [
        paper_words(one.name, one.day, talk.today)
        for one in evidence.of(talk.session, deadline)
        if one.kind is EvidenceKind.DOCUMENT
    ]
    if papers:
        lines.append(_("Văn bản đã ghi: {papers}.", papers="; ".join(papers)))
    return Words("\n".join(lines), about=(deadline.code,))


COMMAND = Command(
    name="minh chứng",
    slash="minhchung",
    says=("xem minh chứng", "tệp", "xem tệp", "tệp kèm theo", "tệp đính kèm"),
    help="",
    example="minh chứng 12",
    place=3.7,
    action=Action.SEE,
    run=run,
    takes_codes=True,
    fits=lambda name, words: reading.code(words) is not None,
    changes=False,
)
