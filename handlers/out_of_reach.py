"""`mất kết nối`: one short list of whom and what the bot cannot reach."""

from collections.abc import Sequence

from sqlmodel import col, select

from handlers.authority import Action
from handlers.roles_said import everybody, privately
from handlers.talk import Answered, Command, Talk
from lang.spoken_days import day_words
from lang.text import _
from schedules import reach
from schedules.views import Page
from storage import people
from storage.models import Chat, ChatUnit, UnitKind

FEW_NAMES = 6


def run(talk: Talk) -> Answered:
    privately(talk)
    page = Page()
    page.head(_("Mất kết nối, {day}", day=day_words(talk.today)))
    closed = reach.closed(talk.session, talk.here)
    reach.list_closed(talk.session, talk.here, closed, page)
    without = _without_group(talk)
    if without:
        page.line(_("Đơn vị chưa có nhóm: {names}. Cấp mã: mã nhóm và tên đơn vị.", names=_few_units(without)))
    linked = people.linked(talk.session, talk.here.id or 0)
    waiting = [one.name for one, roles in everybody(talk) if roles and one.id not in linked]
    if waiting:
        page.line(_("Người chưa kết nối: {names}. Cấp mã: mã và họ tên.", names=_few_people(waiting)))
    if not (closed or without or waiting):
        page.line(_("Mọi nhóm và mọi người đều đang kết nối."))
    return page.words()


def _few_units(listed: Sequence[str]) -> str:
    shown, rest = ", ".join(listed[:FEW_NAMES]), len(listed) - FEW_NAMES
    return _("{names} và {n} đơn vị khác", names=shown, n=rest) if rest > 0 else shown


def _few_people(listed: Sequence[str]) -> str:
    shown, rest = ", ".join(listed[:FEW_NAMES]), len(listed) - FEW_NAMES
    return _("{names} và {n} người khác", names=shown, n=rest) if rest > 0 else shown


def _without_group(talk: Talk) -> list[str]:
    query = select(ChatUnit.unit_id).join(Chat, col(Chat.id) == ChatUnit.chat_id).where(Chat.office_id == talk.here.id)
    served = set(talk.session.exec(query))
    inside = [unit for unit in talk.directory.open if unit.kind is not UnitKind.OUTSIDE]
    return [unit.name for unit in inside if unit.id not in served]


COMMAND = Command(
    name="mất kết nối",
    slash="matketnoi",
    says=("nhóm mất kết nối", "mất liên lạc"),
    help="",
    example="mất kết nối",
    place=26,
    action=Action.PEOPLE,
    run=run,
    changes=False,
)
