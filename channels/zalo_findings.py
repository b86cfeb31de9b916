"""What `nhacviec doctor` shows of a bot on Zalo: who it is, whether it may join groups, by which name people call it,
and how what they write reaches us."""

from collections.abc import Awaitable, Callable
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit

from channels import Finding, Why
from channels.zalo_failures import ApiError, failure, named
from lang.text import _

Ask = Callable[[str], Awaitable[Any]]
"""Gives the result of a method; raises as `ZaloChannel` does."""
NONE_SET = (400, 404)


async def findings(ask: Ask, shown: str, webhook: str) -> list[Finding]:
    """`shown` is the name by which people are told to call the bot, `webhook` the web address at which it is to be
    pushed; each empty where there is none. Does not raise."""
    token = _("Zalo: mã kết nối của bot")
    try:
        me = await ask("getMe")
        me = me if isinstance(me, dict) else {}
        known = await web_address(ask)
    except Exception as error:
        if Why.of(str(getattr(failure(error), "reason", ""))) is Why.TOKEN:
            return [Finding(token, False, _("Zalo không nhận mã này; xin lấy lại mã ở Zalo Bot Manager"))]
        return [Finding(token, False, _("chưa hỏi được Zalo ({error})", error=named(error)))]
    display = " ".join(normalize("NFC", str(me.get("display_name") or "")).split())
    called = display or str(me.get("account_name") or me.get("id") or "")
    return [
        Finding(token, True, _("đang dùng bot {name}", name=called)),
        _joins(me.get("can_join_groups")),
        _name(shown, display),
        _webhook(known, webhook),
    ]


async def web_address(ask: Ask) -> str:
    """The web address that Zalo pushes to; empty where none is set."""
    try:
        return str((await ask("getWebhookInfo") or {}).get("url") or "")
    except ApiError as refused:
        if refused.code not in NONE_SET:
            raise
    return ""


def _joins(may: Any) -> Finding:
    about = _("Zalo: vào nhóm")
    if may is None:
        return Finding(about, True, _("Zalo không cho biết; xin xem «Mời Bot vào nhóm» ở Zalo Bot Creator"))
    said = _("được phép") if may else _("chưa được; xin xem «Mời Bot vào nhóm» ở Zalo Bot Creator")
    return Finding(about, bool(may), said)


def _name(shown: str, display: str) -> Finding:
    about = _("Zalo: tên gọi trong nhóm")
    if shown and display and normalize("NFC", shown).casefold() != display.casefold():
        words = _("ZALO_NAME là «{ours}», Zalo hiện «{theirs}»; xin sửa ZALO_NAME", ours=shown, theirs=display)
        return Finding(about, False, words)
    if display:
        return Finding(about, True, f"@{display}")
    if shown:
        return Finding(about, True, _("@{name}; Zalo không cho biết tên, xin so với tên hiện trong nhóm", name=shown))
    return Finding(about, False, _("chưa biết; xin ghi tên bot hiện trong Zalo vào ZALO_NAME"))


def _webhook(known: str, wanted: str) -> Finding:
    about = _("Zalo: cách nhận tin")
    host = urlsplit(known).hostname or known
    if not wanted and not known:
        said = _("hỏi tin liên tục; có thể mất tin khi chương trình không chạy (đặt PUBLIC_URL thì không)")
        return Finding(about, True, said)
    if not wanted:
        return Finding(about, False, _("Zalo đang đẩy tin đến {host}; bot sẽ gỡ khi khởi động", host=host))
    if not known:
        return Finding(about, False, _("Zalo chưa có địa chỉ PUBLIC_URL; bot sẽ đăng ký khi khởi động"))
    if known != wanted:
        words = _("Zalo đang đẩy tin đến {host}, khác PUBLIC_URL; bot sẽ đăng ký lại khi khởi động", host=host)
        return Finding(about, False, words)
    return Finding(about, True, _("Zalo đẩy tin đến {host}", host=host))
