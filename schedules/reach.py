"""What the bot cannot reach: groups that it was put out of, topics that were closed, people who blocked it."""

from datetime import date, datetime

from sqlmodel import Session, col, func, select

from channels import Why
from lang.moments import local
from lang.spoken_days import day_words
from lang.text import _, speaking
from schedules import told
from schedules.views import Page, names
from storage import outbox, people
from storage.models import Chat, Delivery, DeliveryState, Event, Office, Person, RoleKind, Unit
from storage.rights import holders

KIND = "out_of_reach"
"""The kind of what admins are told of it, and of that appointment, whose subject is the office."""
MOST_CHATS = 6
MOVED = "moved"


def closed(session: Session, office: Office) -> list[Chat]:
    """Linked groups and people's private chats that are closed to us, and no other way to them is known."""
    query = select(Chat).where(Chat.office_id == office.id, col(Chat.active).is_(False))
    found = session.exec(query.where(Chat.inactive_why != MOVED).order_by(col(Chat.id)))
    return [
        chat
        for chat in found
        if not chat.private or (chat.person_id and people.private_chat(session, chat.person_id) is None)
    ]


def closed_line(session: Session, office: Office, chat: Chat) -> str:
    """What is closed, since when, and what opens it again."""
    event = _closed_by(session, chat)
    since = _(" từ {day}", day=day_words(local(event.at, office.zone).date())) if event else ""
    where, why = place(session, chat), Why.of(chat.inactive_why)
    if chat.private and why is Why.GONE:
        return _("{name}: tài khoản không còn{since}. Cấp mã mới: mã {name}", name=where, since=since)
    if chat.private:
        return _("{name} đã chặn Nhắc Việc{since}. Người đó mở lại hội thoại là được.", name=where, since=since)
    if why is Why.TOPIC_CLOSED:
        return _("{group}: chủ đề đã đóng{since}. Mở lại chủ đề là được.", group=where, since=since)
    if why is Why.TOPIC_GONE:
        return _("{group}: chủ đề không còn{since}. Gõ /start trong chủ đề mới.", group=where, since=since)
    if why is Why.REMOVED:
        return _("{group}: Nhắc Việc đã ra khỏi nhóm{since}. Thêm lại vào nhóm là được.", group=where, since=since)
    if why is Why.GONE:
        return _("{group}: nhóm không còn{since}. Gõ /start trong nhóm mới.", group=where, since=since)
    return _("{group}: không gửi được tin{since}. Cho Nhắc Việc quyền gửi tin.", group=where, since=since)


def place(session: Session, chat: Chat) -> str:
    """How a chat is called: «Nhóm Phòng Quản lý Văn hóa», or whose private conversation it is."""
    if chat.private:
        return session.get_one(Person, chat.person_id).name
    shown = [session.get_one(Unit, unit) for unit in people.shown_units(session, chat.id or 0)]
    units = _("toàn cơ quan") if chat.whole_office else names(shown)
    return _("Nhóm {unit}", unit=units or chat.title)


def tell_admins(session: Session, office: Office, today: date, now: datetime) -> None:
    """Each admin with a private conversation is owed what has closed since they were told last, and still is; not what
    they were told of because its digest did not arrive."""
    broken = [(event.id or 0, chat) for chat in closed(session, office) if (event := _closed_by(session, chat))]
    chats = (
        people.private_chat(session, one.id or 0)
        for one, _all in holders(session, office.id or 0, RoleKind.ADMIN, today)
    )
    for chat in {chat.id: chat for chat in chats if chat is not None}.values():
        before = _told(session, chat)
        new = [one for event, one in broken if event > before and not _alarmed(session, chat, one)]
        if not new:
            continue
        with speaking(chat.locale or office.locale):
            page = Page()
            page.head(_("Mất kết nối, {day}", day=day_words(today)))
            list_closed(session, office, new, page)
            page.line(_("Xem tất cả: /tinhtrang"))
            page.actions = ["/tinhtrang"]
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


def _alarmed(session: Session, chat: Chat, closed: Chat) -> bool:
    """Whether whoever hears in `chat` was told, since that other chat closed, that its digest did not arrive."""
    digests = select(Delivery.alarmed_at).where(Delivery.chat_id == closed.id, Delivery.kind == told.KIND)
    alarms = [told.alarm_slot(at) for at in session.exec(digests.where(col(Delivery.alarmed_at).is_not(None))) if at]
    said = select(func.max(Delivery.settled_at)).join(Chat, col(Chat.id) == Delivery.chat_id)
    said = said.where(Chat.person_id == chat.person_id, Delivery.kind == told.ALARM, col(Delivery.slot).in_(alarms))
    at, event = session.exec(said.where(Delivery.state == DeliveryState.SENT)).one(), _closed_by(session, closed)
    return at is not None and event is not None and at >= event.at


def _closed_by(session: Session, chat: Chat) -> Event | None:
    """How the journal tells it."""
    query = select(Event).where(Event.chat_id == chat.id, Event.action == "chat_off").order_by(col(Event.id).desc())
    return session.exec(query).first()
