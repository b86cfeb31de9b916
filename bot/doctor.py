"""`nhacviec doctor`: is everything in order? One line each; what is not well begins with «!»."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from bot.settings import Settings
from channels import Channel, Finding
from lang.moments import local
from lang.text import _
from schedules.clock import Clock, SystemClock
from schedules.state import LATE, why_words
from storage import pulse
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
        database.close()
    except Exception as error:
        findings.append(Finding(_("Cơ sở dữ liệu"), False, type(error).__name__))
    findings += await _telegram(settings)
    findings += await _zalo(settings, clock)
    for finding in findings:
        print(f"{' ' if finding.well else '!'} {finding.about}: {finding.seen}")
    return 0 if all(finding.well for finding in findings) else 1


async def _telegram(settings: Settings) -> list[Finding]:
    token = settings.telegram_token.get_secret_value()
    if not token:
        return [Finding("Telegram", True, _("chưa đặt TELEGRAM_TOKEN"))]
    from channels.telegram import TelegramChannel

    return await _channel(TelegramChannel(token, settings.telegram_url, webhook=settings.webhook(TelegramChannel.name)))


async def _zalo(settings: Settings, clock: Clock) -> list[Finding]:
    token = settings.zalo_token.get_secret_value()
    if not token:
        return [Finding("Zalo", True, _("chưa đặt ZALO_TOKEN"))]
    from channels.zalo import ZaloChannel

    webhook = settings.webhook(ZaloChannel.name)
    channel = ZaloChannel(token, settings.zalo_url, shown=settings.zalo_name, webhook=webhook)
    findings = await _channel(channel)
    if channel.told_at is None:
        return findings
    apart = round((clock.now() - channel.told_at).total_seconds())
    about, well = _("Zalo: đồng hồ"), abs(apart) <= APART.total_seconds()
    if well:
        return [*findings, Finding(about, True, _("khớp với đồng hồ của máy này"))]
    words = _("đồng hồ của máy này nhanh hơn {n} phút") if apart > 0 else _("đồng hồ của máy này chậm hơn {n} phút")
    return [*findings, Finding(about, False, words.format(n=round(abs(apart) / 60)))]


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
