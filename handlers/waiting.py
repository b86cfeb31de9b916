"""Telling that a result waits to be accepted."""

from collections.abc import Sequence

from handlers.asked import capital
from handlers.deciding import others_who_decide
from handlers.talk import Talk
from handlers.telling import tell_deciders
from lang.text import _
from schedules.tell import Ear, Kind
from schedules.views import item_line, result_words
from storage.deadlines import Item
from storage.outbox import Words


def tell_waiting(talk: Talk, items: Sequence[Item]) -> list[str]:
    """Tell whoever accepts them which of these recorded results wait, and say in a line of the answer for whom."""
    waiting = [item for item in items if item.waits]
    if not waiting:
        return []
    tell_deciders(talk, Kind.WAITING, waiting, lambda ear, some: to_decider(talk, ear, some))
    who = others_who_decide(talk, waiting[0])
    if len(waiting) == len(items):
        return [_("Chờ {who} duyệt.", who=who)]
    codes = ", ".join(str(item.deadline.code) for item in waiting)
    return [_("Việc {codes} chờ {who} duyệt.", codes=codes, who=who)]


def to_decider(talk: Talk, ear: Ear, items: Sequence[Item]) -> Words:
    units = list(dict.fromkeys(talk.directory.by_id[item.deadline.unit_id].name for item in items))
    lines = [_("{to}{unit} báo kết quả, chờ duyệt", to=ear.opening, unit=", ".join(units))]
    for item in items:
        line = item_line(item, talk.today, prefix=_("hạn "))
        how = result_words(item.deadline, talk.today)
        lines.append(f"{line}: {how}" if how else line)
    codes = [item.deadline.code for item in items]
    said = " ".join(map(str, codes))
    lines.append(_("Trả lời: duyệt {codes} / trả lại {code} vì …", codes=said, code=codes[0]))
    return Words(capital("\n".join(lines)), actions=() if ear.relayed else (f"duyệt {said}",), about=tuple(codes))
