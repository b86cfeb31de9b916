"""The page of the local web chat: its files, and every sentence in it."""

import json
import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from lang.text import _, speaking

ASSETS = {
    "page.css": "text/css",
    "attaching.js": "text/javascript",
    "bubbles.js": "text/javascript",
    "like.js": "text/javascript",
    "page.js": "text/javascript",
    "parts.js": "text/javascript",
    "picker.js": "text/javascript",
    "mark.svg": "image/svg+xml",
}
"""The files that the page loads, with their types."""


def html(locale: str, chips: Sequence[tuple[str, str]]) -> str:
    """The page in `locale`, with `chips` (label, sentence) under its input."""
    with speaking(locale):
        said = words()
    given = json.dumps({"words": said, "chips": chips}, ensure_ascii=False).replace("<", "\\u003c")
    slots = {key: escape(word) for key, word in said.items()} | {"lang": locale, "given": given}
    return re.sub(r"\{\{(\w+)\}\}", lambda slot: slots[slot[1]], asset("index.html"))


def asset(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")


def words() -> dict[str, str]:
    """Every sentence of the page, in the language being spoken; the names in braces are filled in by the page."""
    return {
        "bot": _("Nhắc Việc"),
        "trial": _("Dùng thử trên máy này, không gửi gì ra ngoài"),
        "trial_more": _("Cơ quan mẫu trên máy này: mọi người, mọi nhóm và mọi tin nhắn đều ở lại trên máy."),
        "trial_how": _(
            "Bấm nút dưới tin hoặc gõ câu trả lời; chọn người khác ở «Anh/chị là» để nói bằng tên người ấy;"
            " bấm «Đến lần nhắc kế tiếp» để xem lời nhắc sau."
        ),
        "office_time": _("Giờ cơ quan"),
        "moment": _("{weekday} {date}/{year}, {time}"),
        "moment_short": _("{weekday} {date}, {time}"),
        "day": _("{weekday} {date}/{year}"),
        "monday": _("thứ Hai"),
        "tuesday": _("thứ Ba"),
        "wednesday": _("thứ Tư"),
        "thursday": _("thứ Năm"),
        "friday": _("thứ Sáu"),
        "saturday": _("thứ Bảy"),
        "sunday": _("Chủ nhật"),
        "next": _("Đến lần nhắc kế tiếp"),
        "no_next": _("Chưa có lần nhắc nào sắp tới"),
        "moving": _("Đang chuyển đồng hồ…"),
        "pick": _("Chọn ngày giờ"),
        "pick_more": _("Đồng hồ chỉ đi tới. Những lời nhắc trên đường đi đều được nói đúng lúc của chúng."),
        "pick_label": _("Chuyển đến"),
        "pick_go": _("Chuyển đồng hồ"),
        "tomorrow": _("Ngày mai"),
        "in_a_week": _("Sau 1 tuần"),
        "in_a_month": _("Sau 1 tháng"),
        "cancel": _("Thôi"),
        "skip": _("Đến ô nhập"),
        "you_are": _("Anh/chị là"),
        "talks": _("Hội thoại"),
        "private": _("Riêng với Nhắc Việc"),
        "private_about": _("Chỉ anh/chị {name} và Nhắc Việc"),
        "back": _("Người và hội thoại"),
        "unread": _("{n} tin chưa đọc"),
        "no_lines": _("Chưa có tin nào"),
        "no_lines_private": _("Thử một câu có sẵn dưới ô nhập, hoặc gửi tệp kế hoạch."),
        "no_lines_room": _("Tin của nhóm sẽ hiện ở đây."),
        "write_private": _("Nhắn cho Nhắc Việc"),
        "write_room": _("Nhắn vào nhóm"),
        "as": _("Nói với tư cách {name}, {role}"),
        "keys": _("Enter để gửi, Shift+Enter để xuống dòng"),
        "call": _("Gọi trong nhóm: @nhacviec, hoặc trả lời tin của Nhắc Việc"),
        "call_zalo": _("Gọi trong nhóm: {call}, hoặc trả lời tin của bot"),
        "trial_zalo": _(
            "Trên Zalo không có nút: gõ câu trả lời in dưới tin; trong nhóm câu ấy bắt đầu bằng tên bot;"
            " bấm «Đến lần nhắc kế tiếp» để xem lời nhắc sau."
        ),
        "like": _("Xem như"),
        "like_full": _("Đầy đủ"),
        "like_zalo": _("Zalo"),
        "like_more": _(
            "Cơ quan dùng Zalo nhận được gì: không có nút, tệp đi bằng liên kết, trong nhóm phải gọi tên bot."
        ),
        "like_on": _("Đang xem như trên Zalo: không có nút; trong nhóm bot chỉ nghe tin có {call}."),
        "like_off": _("Đang xem đầy đủ: có nút, gửi được tệp."),
        "unheard": _("Tin này không đến bot: trong nhóm Zalo, bot chỉ nghe tin có «{call}» hoặc tin trả lời bot."),
        "put_call": _("Thêm {call}"),
        "send_file": _("gửi tệp"),
        "no_files": _("Trên Zalo tệp không đến được bot. Xin gõ «gửi tệp» để nhận liên kết gửi tệp."),
        "chips": _("Câu có sẵn"),
        "attach": _("Đính kèm tệp"),
        "drop": _("Thả tệp vào đây để gửi"),
        "send": _("Gửi"),
        "reply": _("Trả lời"),
        "replying": _("Trả lời {name}"),
        "no_reply": _("Bỏ trả lời"),
        "no_file": _("Bỏ tệp {name}"),
        "too_large": _("Tệp {name} lớn hơn 20 MB: chỉ tên tệp được gửi."),
        "failed": _("Chưa gửi được. Xin thử lại sau ít giây."),
        "lost": _("Mất liên lạc với chương trình, đang nối lại…"),
        "moved": _("{moment}: {n} tin mới ở {m} hội thoại"),
        "moved_silent": _("{moment}: không có gì cần nhắc"),
        "below": _("Xem tin mới"),
    }
