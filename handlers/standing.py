"""What else is to be said of one deadline: who accepted it, why it came back, its extensions and reasons, who knows."""

from datetime import datetime

from handlers.asked import said_day
from handlers.deciding import name_of
from handlers.talk import Talk
from lang.moments import local
from lang.text import _
from storage import approvals
from storage.deadlines import Item
from storage.models import ExtensionState


def more_lines(talk: Talk, item: Item) -> list[str]:
    """A line for each of these that there is, for the page of one deadline."""
    deadline = item.deadline
    lines = []
    if deadline.accepted_at is not None:
        name, day = name_of(talk, deadline.accepted_by), _on(talk, deadline.accepted_at)
        lines.append(_("Đã duyệt: {name}, {day}.", name=name, day=day))
    if deadline.returned:
        lines.append(_("Đã trả lại {n} lần, lần cuối vì: {why}.", n=deadline.returned, why=deadline.return_why))
    if deadline.extended and deadline.first_due is not None:
        first = said_day(talk, deadline.first_due)
        lines.append(_("Đã gia hạn lần {n}, hạn đầu tiên {day}.", n=deadline.extended, day=first))
    if item.asked is not None and deadline.done_at is None:
        lines.append(_asked(talk, item))
    elif (last := approvals.last_decided(talk.session, deadline.id or 0)) and last.state is ExtensionState.REFUSED:
        lines.append(_("Xin gia hạn đến {day} không được duyệt.", day=said_day(talk, last.day)))
    if (reason := approvals.last_reason(talk.session, deadline.id or 0)) is not None:
        asker = name_of(talk, reason.asked_by)
        if reason.answered_at is None:
            due = said_day(talk, reason.due)
            lines.append(_("Anh/chị {name} hỏi lý do, trả lời chậm nhất {day}.", name=asker, day=due))
        else:
            lines.append(_("Lý do đã nêu: {why}.", why=reason.answer))
    if deadline.received_at is not None and deadline.done_at is None:
        name, day = name_of(talk, deadline.received_by), _on(talk, deadline.received_at)
        lines.append(_("Đã nhận việc: {name}, {day}.", name=name, day=day))
    return lines


def _asked(talk: Talk, item: Item) -> str:
    asked = item.asked
    assert asked is not None
    day = said_day(talk, asked.day)
    line = _("Xin gia hạn đến {day}, chờ ý kiến; lý do: {why}.", day=day, why=asked.why)
    return _("{line} Xin sau khi đã quá hạn.", line=line) if asked.late else line


def _on(talk: Talk, at: datetime) -> str:
    return said_day(talk, local(at, talk.here.zone).date())
