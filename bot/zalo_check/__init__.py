"""`nhacviec zalo-check`: what nobody could tell of Zalo's Bot Platform, asked of a real bot together with one person
who has a phone and a group. It can be stopped at any time and goes on where it was."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from pathlib import Path

from bot.settings import Settings
from bot.zalo_check.asking import Check, Stopped, Waits
from bot.zalo_check.questions import QUESTIONS
from bot.zalo_check.records import Records
from bot.zalo_check.wire import Hook, Wire
from channels.pushing import secret_of
from channels.terminal import keyboard
from channels.zalo import ZaloChannel
from lang.moments import local
from lang.text import _
from schedules.clock import Clock, SystemClock

FOLDER = "zalo-check"
DONE, STOPPED, UNUSABLE = 0, 1, 2


def zalo_check(settings: Settings, folder: Path | None, only: Collection[int], webhook: bool) -> int:
    """The exit code."""
    try:
        return asyncio.run(examine(settings, folder, only, webhook, keyboard(), print))
    except KeyboardInterrupt:
        print(_("Đã dừng. Chạy lại lệnh này để làm tiếp."))
        return STOPPED


async def examine(
    settings: Settings,
    folder: Path | None,
    only: Collection[int],
    webhook: bool,
    typed: AsyncIterator[str],
    tell: Callable[[str], None],
    *,
    waits: Waits | None = None,
    clock: Clock | None = None,
) -> int:
    """Ask the questions that are open, or `only` these, with the person who types and is told. `webhook`: also those
    that need a public web address."""
    token = settings.zalo_token.get_secret_value()
    address = settings.webhook(ZaloChannel.name)
    if not token or (webhook and not address):
        tell(_("Chưa có PUBLIC_URL trong .env.") if token else _("Chưa có ZALO_TOKEN trong .env."))
        return UNUSABLE
    clock = clock or SystemClock()
    secret = secret_of(token)
    records = Records(folder or _folder(settings, clock), (token, token.partition(":")[2], secret))
    wire = Wire(settings.zalo_url, token)
    hook = Hook(settings.server_host, settings.server_port) if webhook else None
    check = Check(wire, records, typed, tell, settings.zalo_name, waits or Waits(), hook, address, secret)
    try:
        await _begin(check)
        for question in QUESTIONS:
            if (question.number in only) if only else not records.answered(question.number):
                await question.put(check)
    except Stopped:
        tell(_("Đã dừng. Chạy lại lệnh này để làm tiếp."))
    finally:
        await wire.close()
        titles = {question.number: _(question.title) for question in sorted(QUESTIONS, key=lambda one: one.number)}
        page = records.page(titles, local(clock.now(), "Asia/Ho_Chi_Minh"))
    left = [number for number in titles if not records.answered(number)]
    tell(_("Đã ghi vào {page}.", page=page))
    if left:
        tell(_("Còn câu {numbers}.", numbers=", ".join(map(str, left))))
    return STOPPED if set(only or left) & set(left) else DONE


def _folder(settings: Settings, clock: Clock) -> Path:
    """The newest one that is there, else one of today."""
    parent = settings.data_dir.resolve() / FOLDER
    there = sorted(path for path in parent.glob("20??-??-??") if path.is_dir())
    return there[-1] if there else parent / f"{local(clock.now(), 'Asia/Ho_Chi_Minh'):%Y-%m-%d}"


async def _begin(check: Check) -> None:
    """Say what it takes, and see to it that what people write comes to us."""
    sent, heard = sum(one.sent for one in QUESTIONS), sum(one.heard for one in QUESTIONS)
    check.tell(
        _(
            "Kiểm tra Zalo với bot thật: cần một điện thoại, một nhóm có bot, khoảng 30 phút. Cả mười một câu gửi nhiều"
            " nhất {sent} tin và nhận khoảng {heard} tin, tính vào hạn mức của tháng; trước mỗi câu có hỏi lại."
            " Ctrl-C để dừng, chạy lại để làm tiếp.",
            sent=sent,
            heard=heard,
        )
    )
    check.tell(_("Ghi vào {folder}.", folder=check.records.folder))
    if not await check.agrees(_("Bot đã dừng chưa? Hai chương trình cùng hỏi tin thì mỗi bên chỉ được một phần.")):
        raise Stopped
    known = (await check.call(0, "webhook", "getWebhookInfo")).result.get("url")
    if known:
        if not await check.agrees(_("Zalo đang đẩy tin đến một địa chỉ. Gỡ để hỏi tin? Bot đăng ký lại khi chạy.")):
            raise Stopped
        await check.call(0, "webhook", "deleteWebhook")
