"""`nhacviec doctor`: is everything in order? One line each; what is not well begins with «!»."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.settings import Settings
from channels import Channel, Finding
from lang.moments import local
from lang.text import _
from schedules.clock import SystemClock
from schedules.state import LATE, why_words
from storage import pulse
from storage.db import Database
from storage.migrate import pending
from storage.models import Chat, Delivery, DeliveryState, Office, Plan

OLDEST = 2026
"""A machine whose clock shows an earlier year has lost it."""


async def examine(settings: Settings) -> int:
    """Print every finding; 1 if something is not well."""
    findings = [Finding(_("Cài đặt"), True, _("đọc được"))]
    findings += _clock()
    try:
        database = Database(settings.database())
        waiting = pending(database)
        findings.append(Finding(_("Cơ sở dữ liệu"), True, database.engine.dialect.name))
        if waiting:
            findings.append(Finding(_("Phiên bản dữ liệu"), False, _("còn {n} bước: nhacviec migrate", n=len(waiting))))
        else:
            findings.append(Finding(_("Phiên bản dữ liệu"), True, _("hiện tại")))
            with database.begin() as session:
                findings += _pulse(session)
                findings += _office(session)
        database.close()
    except Exception as error:
        findings.append(Finding(_("Cơ sở dữ liệu"), False, type(error).__name__))
    token = settings.telegram_token.get_secret_value()
    if token:
        from channels.telegram import TelegramChannel

        findings += await _channel(TelegramChannel(token, settings.telegram_url))
    else:
        findings.append(Finding("Telegram", True, _("chưa đặt TELEGRAM_TOKEN: chạy tại chỗ")))
    for finding in findings:
        print(f"{' ' if finding.well else '!'} {finding.about}: {finding.seen}")
    return 0 if all(finding.well for finding in findings) else 1


async def _channel(channel: Channel) -> list[Finding]:
    try:
        return await channel.check()
    finally:
        await channel.close()


def _clock() -> Iterator[Finding]:
    now = SystemClock().now()
    yield Finding(
        _("Đồng hồ"), now.year >= OLDEST, f"{local(now, 'Asia/Ho_Chi_Minh'):%H:%M %d/%m/%Y} (Asia/Ho_Chi_Minh)"
    )


def _pulse(session: Session) -> Iterator[Finding]:
    last = pulse.last(session)
    if last is not None:
        seen = _("lần gần nhất {at}", at=f"{local(last, 'Asia/Ho_Chi_Minh'):%H:%M %d/%m/%Y}")
        yield Finding(_("Đồng hồ nhắc việc"), last >= SystemClock().now() - LATE, seen)


def _office(session: Session) -> Iterator[Finding]:
    now = SystemClock().now()
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
