"""What the bot cannot reach: groups that it was put out of, topics that were closed, people who blocked it."""

from datetime import date, datetime

from sqlmodel import Session, col, func, select

from lang.moments import local
from lang.spoken_days import day_words
from lang.text import _, speaking
from schedules.views import Page, names
from storage import outbox, people
from storage.models import Chat, Delivery, DeliveryState, Event, Office, Person, RoleKind, Unit
from storage.rights import holders

KIND = "out_of_reach"
"""The kind of what admins are told of it, and of that appointment, whose subject is the office."""
TOPIC_CLOSED = "topic_closed"
REMOVED = "removed"
MOST_CHATS = 6
_THREAD_GONE = "thread"
_MOVED = "moved"


def closed(session: Session, office: Office) -> list[Chat]:
    """Linked groups and people's private chats that are closed to us, and no other way to them is known."""
    query = select(Chat).where(Chat.office_id == office.id, col(Chat.active).is_(False))
    found = session.exec(query.where(Chat.inactive_why != _MOVED).order_by(col(Chat.id)))
    return [
        chat
        for chat in found
        if not chat.private or (chat.person_id and people.private_chat(session, chat.person_id) is None)
    ]


def closed_line(session: Session, office: Office, chat: Chat) -> str:
    """What is closed, since when, and what opens it again."""
    event = _closed_by(session, chat)
    since = _(" từ {day}", day=day_words(local(event.at, office.zone).date())) if event else ""
    if chat.private:
        person = session.get_one(Person, chat.person_id)
        return _("{name} đã chặn Nhắc Việc{since}. Người đó mở lại hội thoại là được.", name=person.name, since=since)
    shown = [session.get_one(Unit, unit) for unit in people.shown_units(session, chat.id or 0)]
    units = _("toàn cơ quan") if chat.whole_office else names(shown)
    group = _("Nhóm {unit}", unit=units or chat.title)
    if chat.inactive_why == TOPIC_CLOSED:
        return _("{group}: chủ đề đã đóng{since}. Mở lại chủ đề là được.", group=group, since=since)
    if chat.inactive_why == _THREAD_GONE:
        return _("{group}: chủ đề không còn{since}. Gõ /start trong chủ đề mới.", group=group, since=since)
    if chat.inactive_why == REMOVED:
        return _("{group}: Nhắc Việc đã ra khỏi nhóm{since}. Thêm lại vào nhóm là được.", group=group, since=since)
    return _("{group}: không gửi được tin{since}. Cho Nhắc Việc quyền gửi tin.", group=group, since=since)


def tell_admins(session: Session, office: Office, today: date, now: datetime) -> None:
    """Each admin with a private conversation is owed what has closed since they were told last, and still is."""
    broken = [(event.id or 0, chat) for chat in closed(session, office) if (event := _closed_by(session, chat))]
    chats = (
        people.private_chat(session, one.id or 0)
        for one, _all in holders(session, office.id or 0, RoleKind.ADMIN, today)
    )
    for chat in {chat.id: chat for chat in chats if chat is not None}.values():
        told = _told(session, chat)
        new = [one for event, one in broken if event > told]
        if not new:
            continue
        with speaking(chat.locale or office.locale):
            page = Page()
            page.head(_("Mất kết nối, {day}", day=day_words(today)))
            list_closed(session, office, new, page)
            page.line(_("Xem tất cả: mất kết nối"))
            page.actions = ["mất kết nối"]
            slot = f"{max(event for event, _chat in broken):012}"
            outbox.owe(session, chat.id or 0, KIND, slot, now, page.words())


def list_closed(session: Session, office: Office, chats: list[Chat], page: Page) -> None:
    """The first of these, a line each, and how many more there are."""
    for chat in chats[:MOST_CHATS]:
        page.line(closed_line(session, office, chat))
    if len(chats) > MOST_CHATS:
        page.line(_("và {n} nơi khác.", n=len(chats) - MOST_CHATS))


def _told(session: Session, chat: Chat) -> int:
    """Up to which event an admin was told; what failed was not."""
    query = select(func.max(Delivery.slot)).where(Delivery.chat_id == chat.id, Delivery.kind == KIND)
    return int(session.exec(query.where(Delivery.state != DeliveryState.FAILED)).one() or 0)


def _closed_by(session: Session, chat: Chat) -> Event | None:
    """How the journal tells it."""
    query = select(Event).where(Event.chat_id == chat.id, Event.action == "chat_off").order_by(col(Event.id).desc())
    return session.exec(query).first()
