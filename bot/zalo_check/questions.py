"""The eleven questions (docs/zalo.md), in the order in which they are put."""

import asyncio
from collections.abc import Iterator
from time import monotonic
from typing import Any

from bot.zalo_check.asking import MEMBERS, Check, Question
from lang.text import N_, _

LIMIT = 2000
ACCENTED, EMOJI = "á", "😀"
"""One character of 2 bytes and 1 UTF-16 unit; one of 4 bytes and 2 units."""
KNOWN = {"from", "chat", "text", "message_id", "date", "message_type", "chat_type"}


async def _limits(check: Check) -> list[str]:
    me = await check.call(1, "getMe", "getMe")
    said = [f"{key}: {value}" for key, value in me.result.items() if key != "id"] or [me.words]
    seen = await check.ask(
        _("Mở Zalo Bot Creator: gói nào, mấy người dùng, mấy nhóm, mấy tin một tháng, có «Mời Bot vào nhóm» không?")
    )
    return [*said, *([_("Zalo Bot Creator: {seen}", seen=seen)] if seen else [])]


async def _wrong_token(check: Check) -> list[str]:
    answer = await check.call(2, "getMe", "getMe", token="1:khong-dung-khong-dung-khong-dung")
    return [answer.words]


async def _unit(check: Check) -> list[str]:
    """In private: a wall of letters helps no group."""
    chat = await check.private(3)
    if not chat:
        return []
    told, taken = [], {}
    for step, letter, n in (
        ("2000-a", "a", LIMIT),
        ("2001-a", "a", LIMIT + 1),
        ("2000-dau", ACCENTED, LIMIT),
        ("1001-hinh", EMOJI, LIMIT // 2 + 1),
    ):
        answer = await check.say(3, step, chat, letter * n)
        taken[step] = answer.ok
        told.append(f"{n} «{letter}»: {answer.words}")
    return [*told, _meant(taken)]


def _meant(taken: dict[str, bool]) -> str:
    if not taken["2000-a"]:
        return _("ít hơn 2.000 ký tự")
    if taken["2001-a"]:
        return _("nhiều hơn 2.000 ký tự")
    if not taken["2000-dau"]:
        return _("đếm theo byte")
    return _("đếm theo ký tự") if taken["1001-hinh"] else _("đếm theo đơn vị UTF-16")


async def _replied(check: Check) -> list[str]:
    group = await check.group(4)
    if not group:
        return []
    sent = await check.say(4, "tin-cua-bot", group, _("Tin thử. Xin bấm giữ tin này, chọn Trả lời, và gõ: 4a"))
    if not sent.ok:
        return [sent.words]
    event = await check.expect(4, "tra-loi", _("Trong nhóm: trả lời tin của bot, không gọi tên bot, gõ: 4a"), "4a")
    if event is None:
        return [_("tin trả lời không đến bot")]
    quoted = str(sent.result.get("message_id") or "?")
    names = list(_paths(event, quoted))
    return [
        _("tin trả lời đến bot"),
        _("tin được trả lời nằm ở {names}", names=", ".join(names)) if names else _("không nói trả lời tin nào"),
        *_more(event),
    ]


def _paths(found: Any, value: str, at: str = "") -> Iterator[str]:
    """Where `value` stands in what came."""
    for key, inner in found.items() if isinstance(found, dict) else ():
        if isinstance(inner, dict):
            yield from _paths(inner, value, f"{at}{key}.")
        elif str(inner) == value:
            yield at + key


def _more(event: dict[str, Any]) -> list[str]:
    """Fields that no documentation has."""
    others = sorted(set(event.get("message") or {}) - KNOWN)
    return [_("trường chưa biết: {names}", names=", ".join(others))] if others else []


async def _called(check: Check) -> list[str]:
    told = []
    for step, line, word in (
        ("nguoi-hai", _("Nhờ người thứ hai gõ trong nhóm: {call} 5a", call=check.called), "5a"),
        ("giua-cau", _("Gõ trong nhóm, gọi tên bot ở giữa: nhờ {call} xem 5b", call=check.called), "5b"),
    ):
        event = await check.expect(5, step, line, word)
        text = (event or {}).get("message", {}).get("text")
        told.append(f"{word}: " + (_("đến bot, «{text}»", text=text) if event else _("không đến bot")))
    return told


async def _met_in_group(check: Check) -> list[str]:
    known = set(check.records.met.get(MEMBERS, ()))
    line = _("Nhờ người chưa từng nhắn riêng cho bot gõ trong nhóm: {call} 6a", call=check.called)
    event = await check.expect(6, "gap-trong-nhom", line, "6a")
    if event is None:
        return []
    sender = str(event["message"]["from"]["id"])
    answer = await check.say(6, "nhan-rieng", sender, _("Tin thử của Nhắc Việc. Xin bỏ qua."))
    arrived = await check.ask(_("Người ấy có nhận được tin riêng không?")) if answer.ok else ""
    new = _("lần đầu gặp") if sender not in known else _("đã gặp trong nhóm từ trước")
    return [f"{new}: {answer.words}", *([_("người ấy nói: {words}", words=arrived)] if arrived else [])]


async def _gap(check: Check) -> list[str]:
    await check.poll(8, "truoc", "8a")
    check.tell(_("Trong {n} giây tới không ai hỏi tin. Nhắn riêng cho bot ngay bây giờ: 8a", n=round(check.waits.gap)))
    await asyncio.sleep(check.waits.gap)
    if not await check.agrees(_("Đã nhắn 8a trong lúc ấy chưa?")):
        return []
    until, event = monotonic() + check.waits.person / 3, None
    while event is None and monotonic() < until:
        event = await check.poll(8, "sau", "8a")
    return [_("tin còn, đến ở lần hỏi sau") if event else _("tin mất")]


async def _counted(check: Check) -> list[str]:
    first = await check.ask(_("Zalo Bot Creator đang ghi đã dùng mấy tin và mấy người dùng?"))
    event = await check.expect(10, "nhan", _("Nhắn riêng cho bot: 10a"), "10a")
    second = await check.ask(_("Bây giờ ghi mấy tin?"))
    if event is None or not (first and second):
        return []
    answer = await check.say(10, "gui", str(event["message"]["chat"]["id"]), _("Tin thử của Nhắc Việc. Xin bỏ qua."))
    third = await check.ask(_("Bây giờ ghi mấy tin, mấy người dùng? Trong nhóm có mấy người chưa từng nhắn riêng?"))
    return [
        _("ban đầu: {words}", words=first),
        _("sau khi bot nhận một tin: {words}", words=second),
        _("sau khi bot gửi một tin ({answer}): {words}", answer=answer.words, words=third),
    ]


async def _pushed(check: Check) -> list[str]:
    if check.hook is None:
        check.tell(_("Cần địa chỉ công khai: đặt PUBLIC_URL, chạy nhacviec zalo-check --webhook."))
        return []
    came = check.hook.came
    try:
        async with check.hook.open():
            asked = {"url": check.address, "secret_token": check.secret}
            told = [(await check.call(7, "setWebhook", "setWebhook", asked)).words]
            polled = await check.call(11, "getUpdates", "getUpdates", {"timeout": "5"})
            check.records.answer(11, [polled.words])
            check.tell(_("Gõ trong nhóm: {call} 7a", call=check.called))
            told.append(_shape(await _came(check, "7a", check.waits.person)))
        check.tell(
            _("Máy chủ tắt {n} giây. Gõ ngay trong nhóm: {call} 7b", n=round(check.waits.away), call=check.called)
        )
        await asyncio.sleep(check.waits.away)
        async with check.hook.open():
            check.tell(_("Máy chủ đã mở lại, chờ {n} giây.", n=round(check.waits.back)))
            again = await _came(check, "7b", check.waits.back)
            told.append(_("tắt máy chủ: Zalo gửi lại") if again else _("tắt máy chủ: tin mất"))
        for one in came:
            check.records.keep(7, "den", one)
    except OSError:
        check.tell(_("Cổng {port} đang có chương trình khác dùng.", port=check.hook.port))
        return []
    finally:
        await check.call(7, "deleteWebhook", "deleteWebhook")
    return told


async def _came(check: Check, word: str, patience: float) -> dict[str, Any] | None:
    """The request with `word` that comes to our web address within so many seconds."""
    assert check.hook is not None
    until = monotonic() + patience
    while monotonic() < until:
        for one in check.hook.came:
            if word in one["body"]:
                return one
        await asyncio.sleep(0.1)
    return None


def _shape(one: dict[str, Any] | None) -> str:
    if one is None:
        return _("không có tin nào được đẩy đến")
    has = "x-bot-api-secret-token" in one["headers"]
    secret = _("có secret") if has else _("không có secret")
    wrapped = _("bọc trong result") if '"result"' in one["body"] else _("không bọc")
    return _("tin được đẩy đến: {wrapped}, {secret}", wrapped=wrapped, secret=secret)


async def _while_set(check: Check) -> list[str]:
    """Answered along with question 7."""
    found = check.records.answered(11)
    if not found:
        check.tell(_("Câu này được hỏi cùng câu 7."))
    return found


async def _removed(check: Check) -> list[str]:
    group = await check.group(9)
    if not group or not await check.agrees(_("Đưa bot ra khỏi nhóm thử. Xong chưa?")):
        return []
    answer = await check.say(9, "da-roi-nhom", group, _("Tin thử của Nhắc Việc. Xin bỏ qua."))
    check.tell(_("Có thể mời bot vào nhóm lại."))
    check.records.met.pop("group", None)
    return [answer.words]


QUESTIONS = (
    Question(1, N_("Bot vào được nhóm không, gói dịch vụ có giới hạn nào"), 0, 0, _limits),
    Question(2, N_("Mã bot sai thì Zalo trả lời thế nào"), 0, 0, _wrong_token),
    Question(3, N_("2.000 ký tự của một tin đếm theo đơn vị nào (tin gửi riêng)"), 4, 1, _unit),
    Question(4, N_("Trả lời tin của bot trong nhóm: có đến bot không, có nói trả lời tin nào không"), 1, 2, _replied),
    Question(5, N_("Người thứ hai gọi tên bot; tên bot ở giữa câu"), 0, 2, _called),
    Question(6, N_("Có nhắn riêng được cho người chỉ mới gặp trong nhóm không"), 1, 1, _met_in_group),
    Question(7, N_("Webhook: tin có bọc không; tắt máy chủ thì có gửi lại không"), 0, 2, _pushed),
    Question(8, N_("Giữa hai lần hỏi tin: tin còn hay mất"), 0, 1, _gap),
    Question(10, N_("Tin đến có tính vào số tin của tháng không, người trong nhóm có tính không"), 1, 1, _counted),
    Question(11, N_("Hỏi tin khi đang đặt webhook: Zalo báo lỗi gì"), 0, 0, _while_set),
    Question(9, N_("Bot bị đưa khỏi nhóm: gửi tin thì Zalo trả lời gì"), 1, 1, _removed),
)
"""The one that puts the bot out of its group is the last."""
