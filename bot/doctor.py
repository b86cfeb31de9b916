"""`nhacviec doctor`: is everything in order? One line each; what is not well begins with «!»."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from sqlmodel import Session, col, func, select

from bot.messengers import MESSENGERS, Known
from bot.settings import Settings
from channels import Channel, Finding
from lang.amounts import number_words
from lang.moments import local
from lang.text import _
from schedules import allowance, quota
from schedules.clock import Clock, SystemClock
from schedules.state import LATE, why_words
from storage import pulse, traffic
from storage.db import Database
from storage.migrate import pending
from storage.models import Chat, Delivery, DeliveryState, Office, Plan

OLDEST = 2026
"""A machine whose clock shows an earlier year has lost it."""
APART = timedelta(minutes=2)
"""How far our clock and a messenger's may be apart."""


async def examine(settings: Settings, clock: Clock | None = None) -> int:
    """Print every finding; 1 if something is not well."""
    clock = clock or SystemClock()
    findings = [Finding(_("Cài đặt"), True, _("đọc được"))]
    findings += _clock(clock)
    try:
        database = Database(settings.database())
        waiting = pending(database)
        findings.append(Finding(_("Cơ sở dữ liệu"), True, database.engine.dialect.name))
        if waiting:
            findings.append(Finding(_("Phiên bản dữ liệu"), False, _("còn {n} bước: nhacviec migrate", n=len(waiting))))
        else:
            findings.append(Finding(_("Phiên bản dữ liệu"), True, _("hiện tại")))
            with database.begin() as session:
                findings += _pulse(session, clock)
                findings += _office(session, clock)
                findings += _months(session, clock)
        database.close()
    except Exception as error:
        findings.append(Finding(_("Cơ sở dữ liệu"), False, type(error).__name__))
    for one in MESSENGERS:
        findings += await _messenger(one, settings, clock)
    for finding in findings:
        print(f"{' ' if finding.well else '!'} {finding.about}: {finding.seen}")
    return 0 if all(finding.well for finding in findings) else 1


@runtime_checkable
class Dated(Protocol):
    """A messenger that says what time it is: when it last answered, None where it did not say."""

    told_at: datetime | None


async def _messenger(one: Known, settings: Settings, clock: Clock) -> list[Finding]:
    if not one.token(settings):
        return [Finding(one.title, True, _("chưa đặt {setting}", setting=one.setting.upper()))]
    channel = one.make(settings)
    findings = await _channel(channel)
    if isinstance(channel, Dated) and channel.told_at is not None:
        findings.append(_apart(one.title, clock.now() - channel.told_at))
    return findings


def _apart(title: str, ahead: timedelta) -> Finding:
    """By how much our clock is ahead of a messenger's."""
    about, n = _("{channel}: đồng hồ", channel=title), round(abs(ahead) / timedelta(minutes=1))
    if abs(ahead) <= APART:
        return Finding(about, True, _("khớp với đồng hồ của máy này"))
    if ahead > timedelta():
        return Finding(about, False, _("đồng hồ của máy này nhanh hơn {n} phút", n=n))
    return Finding(about, False, _("đồng hồ của máy này chậm hơn {n} phút", n=n))


def _months(session: Session, clock: Clock) -> Iterator[Finding]:
    """How much of the month is used, where a messenger counts."""
    for row in traffic.all_of(session, quota.month_of(clock.now())):
        used = row.heard + row.said
        seen = _("{used} trong {most} tin, cả đến và đi", used=number_words(used), most=number_words(row.most))
        about = _("{channel}: tháng {month}", channel=allowance.called(row.channel), month=row.month.month)
        yield Finding(about, not quota.Room(used, row.most, 0).is_much_used, seen)


async def _channel(channel: Channel) -> list[Finding]:
    try:
        return await channel.check()
    finally:
        await channel.close()


def _clock(clock: Clock) -> Iterator[Finding]:
    now = clock.now()
    yield Finding(
        _("Đồng hồ"), now.year >= OLDEST, f"{local(now, 'Asia/Ho_Chi_Minh'):%H:%M %d/%m/%Y} (Asia/Ho_Chi_Minh)"
    )


def _pulse(session: Session, clock: Clock) -> Iterator[Finding]:
    last = pulse.last(session)
    if last is not None:
        seen = _("lần gần nhất {at}", at=f"{local(last, 'Asia/Ho_Chi_Minh'):%H:%M %d/%m/%Y}")
        yield Finding(_("Đồng hồ nhắc việc"), last >= clock.now() - LATE, seen)


def _office(session: Session, clock: Clock) -> Iterator[Finding]:
    now = clock.now()
    for office in session.exec(select(Office)):
        plans = session.exec(select(func.count()).select_from(Plan).where(Plan.office_id == office.id)).one()
        yield Finding(_("Cơ quan"), True, _("{name}, {plans} kế hoạch", name=office.name, plans=plans))
        query = select(Chat).where(Chat.office_id == office.id, col(Chat.private).is_(False))
        for chat in session.exec(query.order_by(col(Chat.id))):
            yield _group(session, chat, office, now)


def _group(session: Session, chat: Chat, office: Office, now: datetime) -> Finding:
    about = _("Nhóm {title}", title=chat.title or chat.external)
    if not chat.active:
        return Finding(about, False, _("không nhắn được ({why})", why=why_words(chat.inactive_why)))
    stuck = session.exec(
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.chat_id == chat.id, col(Delivery.state).in_((DeliveryState.WAITING, DeliveryState.UNKNOWN)))
        .where(Delivery.made_at < now - LATE)
    ).one()
    if stuck:
        return Finding(about, False, _("{n} tin chờ gửi quá 15 phút", n=stuck))
    last = session.exec(
        select(func.max(Delivery.settled_at)).where(Delivery.chat_id == chat.id, Delivery.state == DeliveryState.SENT)
    ).one()
    failed = session.exec(
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.chat_id == chat.id, Delivery.state == DeliveryState.FAILED)
    ).one()
    said = f"{local(last, office.zone):%H:%M %d/%m/%Y}" if last else _("chưa có")
    return Finding(about, True, _("tin gần nhất {said}, không gửi được {failed}", said=said, failed=failed))
