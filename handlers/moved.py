"""`hạn đổi`: the deadlines that a decision about the office's days moved, the last one that moved any."""

from sqlmodel import col, select

from handlers import reading, ruling
from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk, alone
from lang.fold import fold
from lang.text import _
from storage.models import Event


def run(talk: Talk) -> Answered:
    words, number = reading.page(talk.words)
    if fold(words).strip(" .?"):
        raise NotMine
    taken_back = select(Event.takes_back).where(col(Event.takes_back).is_not(None))
    query = select(Event).where(Event.office_id == talk.here.id, col(Event.action).in_(ruling.ACTIONS))
    query = query.where(col(Event.takes_back).is_(None), col(Event.id).not_in(taken_back))
    ruled = talk.session.exec(query.order_by(col(Event.id).desc()))
    event = next((one for one in ruled if any(table == "deadline" for table, *_row in one.changes)), None)
    seen = talk.units_for(Action.SEE).units
    moved = [one for one in ruling.shifts(talk.session, event) if one.deadline.unit_id in seen] if event else []
    if not moved:
        raise Refused(_("Lần đổi lịch, quy ước gần nhất không làm hạn nào đổi ngày."))
    found = ruling.page(talk, _("Lần đổi lịch, quy ước gần nhất"), moved, number=number)
    if found.text.count("\n") < 2:
        raise Refused(_("Không có trang {n}. Gõ {command} để xem từ đầu.", n=number, command=ruling.AGAIN))
    return found


COMMAND = Command(
    name=ruling.AGAIN,
    slash="handoi",
    says=("hạn nào đổi", "việc nào đổi hạn", "những hạn đổi ngày"),
    help="",
    example="hạn đổi",
    place=8.65,
    action=Action.SEE,
    run=run,
    fits=alone(ruling.AGAIN, "hạn nào đổi"),
    changes=False,
)
