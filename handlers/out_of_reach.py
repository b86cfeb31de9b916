"""`mất kết nối`: one short list of whom and what the bot cannot reach."""

from collections.abc import Sequence

from sqlmodel import col, select

from handlers.authority import Action
from handlers.membership import REMOVED, TOPIC_CLOSED
from handlers.roles_said import everybody, privately
from handlers.talk import Answered, Command, Talk
from lang.moments import local
from lang.spoken_days import day_words
from lang.text import _
from schedules.views import Page, names
from storage import people
from storage.models import Chat, ChatUnit, Event, Person, UnitKind

MOST_CHATS = 6
FEW_NAMES = 6
_THREAD_GONE = "thread"
_MOVED = "moved"


def run(talk: Talk) -> Answered:
    privately(talk)
    page = Page()
    page.head(_("Mất kết nối, {day}", day=day_words(talk.today)))
    closed = _closed(talk)
    for chat in closed[:MOST_CHATS]:
        page.line(_line(talk, chat))
    if len(closed) > MOST_CHATS:
        page.line(_("và {n} nơi khác.", n=len(closed) - MOST_CHATS))
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


def _closed(talk: Talk) -> list[Chat]:
    """Linked groups and people's private chats that are closed to us, and no other way to them is known."""
    query = select(Chat).where(Chat.office_id == talk.here.id, col(Chat.active).is_(False))
    found = talk.session.exec(query.where(Chat.inactive_why != _MOVED).order_by(col(Chat.id)))
    return [
        chat
        for chat in found
        if not chat.private or (chat.person_id and people.private_chat(talk.session, chat.person_id) is None)
    ]


def _line(talk: Talk, chat: Chat) -> str:
    since = _since(talk, chat)
    if chat.private:
        person = talk.session.get_one(Person, chat.person_id)
        return _("{name} đã chặn Nhắc Việc{since}. Người đó mở lại hội thoại là được.", name=person.name, since=since)
    shown = people.shown_units(talk.session, chat.id or 0)
    units = _("toàn cơ quan") if chat.whole_office else names(talk.directory.by_id[unit] for unit in shown)
    group = _("Nhóm {unit}", unit=units or chat.title)
    if chat.inactive_why == TOPIC_CLOSED:
        return _("{group}: chủ đề đã đóng{since}. Mở lại chủ đề là được.", group=group, since=since)
    if chat.inactive_why == _THREAD_GONE:
        return _("{group}: chủ đề không còn{since}. Gõ /start trong chủ đề mới.", group=group, since=since)
    if chat.inactive_why == REMOVED:
        return _("{group}: Nhắc Việc đã ra khỏi nhóm{since}. Thêm lại vào nhóm là được.", group=group, since=since)
    return _("{group}: không gửi được tin{since}. Cho Nhắc Việc quyền gửi tin.", group=group, since=since)


def _since(talk: Talk, chat: Chat) -> str:
    """« từ thứ Năm 01/6», as the journal tells it."""
    query = select(Event.at).where(Event.chat_id == chat.id, Event.action == "chat_off").order_by(col(Event.id).desc())
    at = talk.session.exec(query).first()
    return _(" từ {day}", day=day_words(local(at, talk.here.zone).date())) if at else ""


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
