"""How much of the month is left on a messenger that counts a bot's messages: who is told that it runs short, and until
when what there is no room for waits."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from lang.amounts import number_words
from lang.moments import local, moment
from lang.spoken_days import day_words, short_day
from lang.text import _, speaking
from schedules import policy, quota, told
from schedules.policies import calendar_of, policy_of
from schedules.quota import Room, What
from storage import outbox, people, traffic
from storage.inbox import insert_new
from storage.models import Appointment, Chat, Delivery, Office, RoleKind, Traffic
from storage.outbox import Words
from storage.rights import holders

KIND = "quota"
"""The kind of what admins are told of it, and of that appointment, whose subject is the office."""
ANSWERS = frozenset({"reply", "reading", outbox.SECRET, told.ALARM, told.HOUR, KIND})
"""The kinds of what somebody waits for, or what no later digest can say; digests apart, all else is pushed."""
ASK_AGAIN = timedelta(days=1)
"""After which a messenger that said that there are no more is tried with one message: its month may begin otherwise."""
BEING_SAID = timedelta(hours=1)
"""For so long after its hour the morning's own digests are still to be expected."""
LATELY = timedelta(days=14)
"""A private chat that had a digest within so long is expected to have them."""


def what(kind: str, *, urgent: bool) -> What:
    """What a delivery of this kind is to its readers."""
    return What.DIGEST if kind == told.KIND else What.ANSWER if urgent or kind in ANSWERS else What.PUSHED


def count(session: Session, channel: str, most: int, now: datetime, *, heard: int = 0, said: int = 0) -> None:
    """So many messages came or went; when most of the month's are used, whoever keeps the bot is told soon."""
    row = traffic.count(session, channel, quota.month_of(now), most, heard, said)
    if said and row.refused_at is not None and row.refused_at + ASK_AGAIN <= now:
        row.refused_at = None
        traffic.release(session, channel, now)
    if row.warned_at is None and Room(row.heard + row.said, most, 0).is_much_used:
        row.warned_at = now
        offices = select(Chat.office_id).where(Chat.channel == channel, col(Chat.office_id).is_not(None)).distinct()
        for office_id in session.exec(offices).all():
            asked = Appointment(office_id=office_id or 0, kind=KIND, subject_id=office_id or 0, speaks_at=now)
            insert_new(session, Appointment, [asked.model_dump(exclude={"id"})])


def begin(session: Session, channel: str, most: int, now: datetime) -> None:
    """The program serves a channel from now on, which allows so many messages a month (0: they are not counted): what
    waited for the next month is looked at again."""
    month = quota.month_of(now)
    if not most and traffic.of(session, channel, month) is None:
        return
    traffic.count(session, channel, month, most)
    if until(session, channel, now) is not None:
        return
    traffic.release(session, channel, now)
    here = select(Chat.id).where(Chat.channel == channel)
    kept = select(Appointment).where(Appointment.kind == outbox.OPENING, col(Appointment.subject_id).in_(here))
    for one in session.exec(kept.where(Appointment.speaks_at >= quota.turn(now))):
        one.speaks_at = now


def refused(session: Session, channel: str, most: int, now: datetime) -> None:
    """The messenger says that it has no more messages for us this month."""
    row = traffic.count(session, channel, quota.month_of(now), most)
    row.refused_at, row.refused_of = now, most


def room(session: Session, channel: str, now: datetime) -> Room | None:
    """What is left there; None: nothing is counted."""
    row = traffic.of(session, channel, quota.month_of(now))
    return _room(session, row, now) if row is not None and row.most else None


def _room(session: Session, row: Traffic, now: datetime) -> Room:
    is_refused = row.refused_at is not None and now < row.refused_at + ASK_AGAIN and row.most <= row.refused_of
    return Room(row.heard + row.said, row.most, _reserve(session, row.channel, now), is_refused)


def try_again(session: Session, channel: str, now: datetime) -> datetime:
    """When what there is no room for is tried again: when the month turns, sooner where only the messenger says that
    there are no more."""
    row, turns = traffic.of(session, channel, quota.month_of(now)), quota.turn(now)
    if row is None or row.refused_at is None or (row.most and row.heard + row.said >= row.most):
        return turns
    return min(turns, max(row.refused_at + ASK_AGAIN, now))


def until(session: Session, channel: str, now: datetime) -> datetime | None:
    """When something may be pushed there again that a digest does not carry before; None: now."""
    found = room(session, channel, now)
    return quota.turn(now) if found is not None and found.is_short else None


class Months:
    """The same for many chats, at one moment: each channel is asked about once."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session, self._now = session, now
        self._until: dict[str, datetime | None] = {}

    def until(self, channel: str) -> datetime | None:
        if channel not in self._until:
            self._until[channel] = until(self._session, channel, self._now)
        return self._until[channel]


def _reserve(session: Session, channel: str, now: datetime) -> int:
    """How many digests are still to be expected there this month: one for each chat that has them and each working
    day."""
    groups = select(col(Chat.id), col(Chat.office_id)).join(Appointment, col(Appointment.subject_id) == Chat.id)
    groups = groups.where(Appointment.kind == told.KIND, Chat.channel == channel, col(Chat.active).is_(True))
    lately = select(Delivery.id).where(Delivery.chat_id == Chat.id, Delivery.kind == told.KIND)
    lately = lately.where(Delivery.slot >= (now - LATELY).date().isoformat())
    private = select(col(Chat.id), col(Chat.office_id)).where(Chat.channel == channel, col(Chat.private).is_(True))
    private = private.where(col(Chat.active).is_(True), lately.exists())
    chats: dict[int, set[int]] = {}
    for chat, office in [*session.exec(groups), *session.exec(private)]:
        chats.setdefault(office or 0, set()).add(chat or 0)
    for office, of in chats.items():
        of -= people.quiet(session, office)
    return sum(len(of) * _days_left(session.get_one(Office, office), now) for office, of in chats.items() if office)


def _days_left(office: Office, now: datetime) -> int:
    """The mornings of this month that are still to come, or are just being told."""
    calendar, how, ends = calendar_of(office), policy_of(office), quota.turn(now)
    first = local(now - BEING_SAID, office.zone).date()
    days = (first + timedelta(days=n) for n in range(32))
    at = (moment(day, how.at, office.zone) for day in days if calendar.works(day))
    return sum(now - BEING_SAID < morning < ends for morning in at)


def tell(session: Session, office: Office, now: datetime) -> None:
    """Each admin with a private conversation is told once a month and messenger that most of it is used."""
    for row in traffic.all_of(session, quota.month_of(now)):
        if row.warned_at is None or not _is_used(session, office, row.channel):
            continue
        admins = holders(session, office.id or 0, RoleKind.ADMIN, policy.office_day(now, office.zone))
        chats = (people.private_chat(session, one.id or 0) for one, _right in admins)
        for chat in {chat.id: chat for chat in chats if chat is not None}.values():
            with speaking(chat.locale or office.locale):
                said = _warning(row, now)
            outbox.owe(session, chat.id or 0, KIND, f"{row.channel}:{row.month}", now, said)


def _warning(row: Traffic, now: datetime) -> Words:
    used, today = row.heard + row.said, local(now, quota.ZONE).date()
    head = _("{channel} sắp hết tin của tháng {month}", channel=called(row.channel), month=row.month.month)
    lines = [
        head,
        _(
            "Đến {day} đã dùng {used} trong {most} tin, tính cả tin đến và tin đi.",
            day=day_words(today),
            used=number_words(used),
            most=number_words(row.most),
        ),
    ]
    ends = quota.runs_out(used, row.most, now)
    lines.append(_("Với mức này thì hết vào {day}.", day=day_words(ends)) if ends else _("Với mức này thì đủ tháng."))
    turns = short_day(local(quota.turn(now), quota.ZONE).date())
    lines.append(_("Khi gần hết, bản tin sáng được giữ lại; tin khác chờ bản tin hoặc chờ đến {day}.", day=turns))
    lines.append(_("Xem: /tinhtrang"))
    return Words("\n".join(lines), ((0, len(head)),), ("/tinhtrang",))


def lines(session: Session, office: Office, now: datetime) -> list[str]:
    """A line for each messenger of the office that counts: how much of the month is used, and what follows from it."""
    found = traffic.all_of(session, quota.month_of(now))
    return [_line(session, row, now) for row in found if _is_used(session, office, row.channel)]


def _line(session: Session, row: Traffic, now: datetime) -> str:
    left = _room(session, row, now)
    used = _(
        "{channel} tháng {month}: {used} trong {most} tin",
        channel=called(row.channel),
        month=row.month.month,
        used=number_words(left.used),
        most=number_words(left.most),
    )
    turns = short_day(local(quota.turn(now), quota.ZONE).date())
    if not left.left:
        return _("{used}, đã hết, gửi tiếp từ {day}.", used=used, day=turns)
    if left.is_short:
        return _("{used}, còn lại dành cho bản tin sáng; tin khác chờ đến {day}.", used=used, day=turns)
    return _("{used}, đủ đến hết tháng.", used=used)


def called(channel: str) -> str:
    """A messenger's name as people write it."""
    return channel.capitalize()


def _is_used(session: Session, office: Office, channel: str) -> bool:
    query = select(func.count()).where(Chat.channel == channel, Chat.office_id == office.id)
    return bool(session.exec(query).one())
