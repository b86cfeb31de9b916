"""How it stands with what the bot says: who did not get a morning digest, what waits to be said, what failed today,
whether the reminder clock runs. `tình trạng` shows it; whoever keeps the bot is told what of it cannot wait."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, func, select

from channels import Why
from lang.moments import local, moment
from lang.spoken_days import day_words, hour_words, short_day
from lang.text import N_, _, many
from schedules import allowance, policy, reach, told
from storage import people, pulse
from storage.models import Appointment, Chat, Delivery, DeliveryState, Office, Told, Unit
from storage.outbox import OWED

LATE = timedelta(minutes=15)
"""After which what is due and has not been said is late."""
UNDER_WAY = timedelta(minutes=1)
"""What was owed less long ago is simply being said."""
MOST_NAMES = 12

_WHY: dict[str, str] = {
    Why.BLOCKED: N_("người nhận đã chặn Nhắc Việc"),
    Why.GONE: N_("tài khoản hoặc nhóm không còn"),
    Why.REMOVED: N_("Nhắc Việc đã ra khỏi nhóm"),
    Why.TOPIC_CLOSED: N_("chủ đề đã đóng"),
    Why.TOPIC_GONE: N_("chủ đề không còn"),
    Why.MUTED: N_("Nhắc Việc không có quyền gửi tin"),
    Why.TOO_LONG: N_("tin dài quá mức cho phép"),
    Why.REFUSED: N_("dịch vụ nhắn tin không nhận nội dung này"),
    Why.BUSY: N_("dịch vụ nhắn tin yêu cầu chờ"),
    Why.QUOTA: N_("đã hết số tin của tháng"),
    Why.TOKEN: N_("mã kết nối của bot không được nhận, xin xem lại mã"),
    Why.AWAY: N_("chưa kết nối được với dịch vụ nhắn tin"),
    Why.UNSURE: N_("đường truyền ngắt giữa chừng"),
    "day_over": N_("hết giờ làm việc của ngày"),
    "too_old": N_("quá ba ngày chưa gửi được"),
    "attempts": N_("đã gửi nhiều lần chưa rõ đến nơi"),
    "moved": N_("nhóm đổi địa chỉ"),
    "pace": N_("đang chờ đến lượt"),
    "": N_("đang chờ đến lượt"),
}
_OURS = "program"
_OTHERWISE = N_("trục trặc của chương trình, xem nhật ký máy chủ")
"""Why something was not said, in people's words; of anything else the log tells more."""


def why_words(why: str) -> str:
    """Why a delivery failed or waits, in people's words."""
    return _(_WHY.get(why.partition(":")[0], _OTHERWISE))


def _few(places: Sequence[str]) -> str:
    shown, rest = ", ".join(places[:MOST_NAMES]), len(places) - MOST_NAMES
    return _("{places} và {n} nơi khác", places=shown, n=rest) if rest > 0 else shown


@dataclass(frozen=True, slots=True)
class Late:
    """A morning digest that did not arrive: whose, of which day."""

    delivery: Delivery
    chat: Chat

    @property
    def day(self) -> date:
        return date.fromisoformat(self.delivery.slot)

    @property
    def failed(self) -> bool:
        return self.delivery.state is DeliveryState.FAILED


class State:
    """How it stands in these chats; None: in the whole office."""

    def __init__(self, session: Session, office: Office, now: datetime, chats: Collection[int] | None = None) -> None:
        self.session, self.office, self.now, self.chats = session, office, now, chats
        self.today = policy.office_day(now, office.zone)

    @cached_property
    def late(self) -> list[Late]:
        """The last digest of each chat that has not heard it although it should have; of closed ones see `reach`.
        Before today, of chats in which a unit is heard: what has risen to somebody is said again by itself."""
        heard_to = self._heard_to()
        since = (self.today - policy.LONGEST_CATCH_UP).isoformat()
        query = select(Delivery, Chat).join(Chat, col(Chat.id) == Delivery.chat_id)
        query = query.where(self._here(), col(Chat.active).is_(True), Delivery.kind == told.KIND)
        query = query.where(Delivery.slot >= since, col(Delivery.state).in_((*OWED, DeliveryState.FAILED)))
        found = self.session.exec(query.order_by(Delivery.slot))
        latest = {chat.id or 0: Late(delivery, chat) for delivery, chat in found}
        return [one for id, one in sorted(latest.items()) if self._missed(one, heard_to.get(id, one.day))]

    def _missed(self, late: Late, heard_to: date) -> bool:
        counts = late.day == self.today or late.day > heard_to
        return counts and (late.failed or late.delivery.made_at <= self.now - LATE)

    @cached_property
    def aside(self) -> list[Appointment]:
        """Mornings for which nothing could be owed, for a fault of the program's own; they are tried again."""
        query = select(Appointment).where(Appointment.office_id == self.office.id, Appointment.set_aside != "")
        query = query.where(col(Appointment.kind).in_((told.KIND, told.MORNING))).order_by(col(Appointment.id))
        found = self.session.exec(query)
        return [one for one in found if self.chats is None or (one.kind == told.KIND and one.subject_id in self.chats)]

    def troubles(self) -> list[str]:
        """A line for each morning that somebody missed."""
        return [*self.late_lines(self.late), *self.aside_lines(self.aside)]

    def summary(self) -> list[str]:
        """A line each on: who hears, what waits, what failed, what is used of a month, the clock, what comes next."""
        if self.chats is None:
            month = allowance.lines(self.session, self.office, self.now)
            return [self._hearers(), *self._under_way(), *month, self._clock(), *self._next()]
        return [self._last(), *self._under_way(), self._clock(), *self._next()]

    def late_lines(self, late: Sequence[Late]) -> list[str]:
        """What did not arrive, why, and what becomes of it: a line for all with the same story."""
        last = self._last_said([one.chat.id or 0 for one in late])
        together: dict[tuple[date, bool, str], list[Late]] = {}
        for one in late:
            together.setdefault((one.day, one.failed, why_words(one.delivery.why)), []).append(one)
        lines = []
        for (day, failed, why), same in together.items():
            named = {"day": short_day(day), "why": why, "where": self._places(same)}
            if failed:
                line = _("{where}: bản tin {day} không gửi được ({why}); bản tin sau kèm đủ.", **named)
            else:
                line = _("{where}: bản tin {day} chưa gửi được ({why}); Nhắc Việc tự gửi lại.", **named)
            if len(same) == 1 and (said := last.get(same[0].chat.id or 0)):
                line += " " + self._heard_last(said)
            lines.append(line)
        return lines

    def aside_lines(self, aside: Sequence[Appointment]) -> list[str]:
        """Whose morning could not be prepared, and when that is tried again."""
        together: dict[str, list[str]] = {}
        for one in aside:
            together.setdefault(self._at(one.speaks_at), []).append(self._whose(one, alone=len(aside) == 1))
        said = _("{where}: chưa soạn được bản tin ({why}); thử lại lúc {at}.")
        return [said.format(where=_few(where), why=why_words(_OURS), at=at) for at, where in together.items()]

    def _whose(self, appointment: Appointment, *, alone: bool) -> str:
        if appointment.kind == told.MORNING:
            return _("Đơn vị chưa có nhóm")
        chat = self.session.get_one(Chat, appointment.subject_id)
        return reach.place(self.session, chat) if alone else self._called(chat)

    def closed_lines(self, chats: Sequence[Chat]) -> list[str]:
        """What is closed to us, what opens it, and what was heard there last."""
        last = self._last_said([chat.id or 0 for chat in chats])
        lines = []
        for chat in chats:
            line = reach.closed_line(self.session, self.office, chat)
            said = last.get(chat.id or 0)
            lines.append(f"{line} {self._heard_last(said)}" if said else line)
        return lines

    def _heard_last(self, said: datetime) -> str:
        return _("Bản tin gần nhất: {day}.", day=day_words(local(said, self.office.zone).date()))

    def now_words(self) -> str:
        """«8h05 thứ Tư 01/3»."""
        hour = hour_words(local(self.now, self.office.zone).time().replace(second=0, microsecond=0))
        return _("{hour} {day}", hour=hour, day=day_words(self.today))

    def _places(self, late: Sequence[Late]) -> str:
        if len(late) == 1:
            return reach.place(self.session, late[0].chat)
        return _few([self._called(one.chat) for one in late])

    def _called(self, chat: Chat) -> str:
        """A chat as short as it can be named beside others."""
        if chat.private or chat.whole_office:
            return reach.place(self.session, chat)
        units = [self.session.get_one(Unit, unit) for unit in people.shown_units(self.session, chat.id or 0)]
        return units[0].called if units else chat.title

    def _here(self) -> ColumnElement[bool]:
        here = col(Chat.office_id) == self.office.id
        return here if self.chats is None else here & col(Chat.id).in_(self.chats)

    def _heard_to(self) -> dict[int, date]:
        """Up to which day each chat that has a morning digest heard it or had nothing to hear."""
        groups = select(Appointment.subject_id, col(Appointment.told_to)).where(Appointment.kind == told.KIND)
        groups = groups.where(Appointment.office_id == self.office.id)
        private = select(Told.chat_id, func.min(Told.day)).join(Unit, col(Unit.id) == Told.unit_id)
        private = private.where(Unit.office_id == self.office.id).group_by(col(Told.chat_id))
        found = [*self.session.exec(groups), *self.session.exec(private)]
        return {chat: day for chat, day in found if day is not None and (self.chats is None or chat in self.chats)}

    def _hearers(self) -> str:
        missed = people.quiet(self.session, self.office.id or 0) | {one.chat.id for one in self.late}
        missed |= {one.subject_id for one in self.aside if one.kind == told.KIND}
        query = select(Chat).where(self._here(), col(Chat.active).is_(True), col(Chat.id).in_(self._heard_to()))
        well = [chat for chat in self.session.exec(query) if chat.id not in missed]
        groups = sum(not chat.private for chat in well)
        counted = [many("{n} nhóm", "{n} nhóm", groups)] if groups else []
        if len(well) > groups:
            counted.append(many("{n} người", "{n} người", len(well) - groups))
        if not counted:
            return _("Bản tin sáng: chưa có nơi nào nhận được.")
        return _("Bản tin sáng: {who} nhận bình thường.", who=_(" và ").join(counted))

    def _last(self) -> str:
        said = max(self._last_said(self.chats or ()).values(), default=None)
        if said is None:
            return _("Chưa có bản tin nào ở đây.")
        at = self._at(said)
        if policy.office_day(said, self.office.zone) == self.today:
            at = _("{hour} hôm nay", hour=at)
        return _("Bản tin gần nhất: {at}.", at=at)

    def _last_said(self, chats: Collection[int]) -> dict[int, datetime]:
        query = select(Delivery.chat_id, func.max(Delivery.settled_at)).where(col(Delivery.chat_id).in_(chats))
        query = query.where(Delivery.kind == told.KIND, Delivery.state == DeliveryState.SENT)
        return {chat: at for chat, at in self.session.exec(query.group_by(col(Delivery.chat_id))) if at is not None}

    def _under_way(self) -> list[str]:
        waiting, failed = self._waiting(), self._failed()
        if not waiting and not failed:
            return [_("Không có tin chờ gửi. Hôm nay mọi tin đều gửi được.")]
        return [waiting or _("Không có tin chờ gửi."), *([failed] if failed else [])]

    def _waiting(self) -> str:
        """How many wait, since when, why the most of them, when they are tried again."""
        query = select(Delivery.why, func.count(), func.min(Delivery.made_at), func.min(Delivery.try_at))
        query = query.join(Chat, col(Chat.id) == Delivery.chat_id).where(self._here(), col(Delivery.state).in_(OWED))
        query = query.where(Delivery.made_at <= self.now - UNDER_WAY).group_by(col(Delivery.why))
        found = self.session.exec(query).all()
        if not found:
            return ""
        since, why = min(row[2] for row in found), max(found, key=lambda row: row[1])[0]
        said = {"at": self._at(since), "why": why_words(why)}
        n = sum(row[1] for row in found)
        line = many("Chờ gửi: {n} tin, từ {at} ({why})", "Chờ gửi: {n} tin, từ {at} ({why})", n, **said)
        again = min(row[3] for row in found)
        return _("{line}, gửi lại lúc {hour}.", line=line, hour=self._at(again)) if again > self.now else f"{line}."

    def _failed(self) -> str:
        begins = moment(self.today, time(0), self.office.zone)
        query = select(Delivery.why, func.count()).join(Chat, col(Chat.id) == Delivery.chat_id)
        query = query.where(self._here(), Delivery.state == DeliveryState.FAILED, col(Delivery.settled_at) >= begins)
        whys: Counter[str] = Counter()
        for why, n in self.session.exec(query.group_by(col(Delivery.why))):
            whys[why_words(why)] += n
        if not whys:
            return ""
        said = ", ".join(f"{why} {n}" if len(whys) > 1 else why for why, n in whys.most_common())
        n = sum(whys.values())
        return many("Hôm nay không gửi được {n} tin: {why}.", "Hôm nay không gửi được {n} tin: {why}.", n, why=said)

    def _clock(self) -> str:
        last = pulse.last(self.session)
        if last is None:
            return _("Đồng hồ nhắc việc chưa chạy.")
        if last < self.now - LATE:
            return _("Đồng hồ nhắc việc dừng từ {at}. Xin báo quản trị máy chủ.", at=self._at(last))
        return _("Đồng hồ nhắc việc đang chạy, lần gần nhất {at}.", at=self._at(last))

    def _next(self) -> list[str]:
        query = select(func.min(Appointment.speaks_at)).where(Appointment.office_id == self.office.id)
        mine: ColumnElement[bool] = col(Appointment.kind).in_((told.KIND, told.MORNING))
        if self.chats is not None:
            groups = and_(col(Appointment.kind) == told.KIND, col(Appointment.subject_id).in_(self.chats))
            mine = groups if self.session.exec(query.where(groups)).one() else col(Appointment.kind) == told.MORNING
        at = self.session.exec(query.where(mine, Appointment.speaks_at > self.now)).one()
        return [_("Bản tin tiếp theo: {at}, nếu có việc cần nhắc.", at=self._at(at))] if at else []

    def _at(self, at: datetime) -> str:
        """«8h05», of another day «8h05 thứ Ba 28/2»."""
        here = local(at, self.office.zone)
        hour = hour_words(here.time().replace(second=0, microsecond=0))
        if here.date() == self.today:
            return hour
        return _("{hour} {day}", hour=hour, day=day_words(here.date()))
