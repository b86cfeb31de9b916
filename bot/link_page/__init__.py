"""The pages behind links: no script, nothing from outside, made for a phone. Every sentence is in the language being
spoken."""

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from html import escape
from importlib.resources import files

from channels import FILE_LIMIT, MEGABYTE, page
from lang.spoken_days import hour_words
from lang.text import _, spoken

MOST_FILES = 10
MOST_BYTES = 2 * FILE_LIMIT
"""Of all files sent at once: a plan, or the photos of an event."""
LONGEST_WORDS = 2000
FILES, WORDS, ONCE = "tep", "loi", "lan"
"""The fields of the form; the last is another each time the page is opened."""

_STYLE = files(__name__).joinpath("page.css").read_text("utf-8")
_ALLOWED = f"'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
CONTENT_POLICY = (
    f"default-src 'none'; style-src {_ALLOWED}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def form(*, office: str, sender: str, place: str, words: str, until: datetime, once: str) -> str:
    """The page that takes files: for which office, in whose name and where, `words` in its text field. `until` on the
    office's wall clock; `once` tells this page from every other."""
    return _page(
        "form.html",
        title=_("Gửi tệp cho Nhắc Việc"),
        office_is=_("Cơ quan"),
        office=office,
        sender_is=_("Người gửi"),
        sender=sender,
        place_is=_("Trả lời ở"),
        place=place,
        choose=_("Chọn tệp hoặc ảnh"),
        limits=limits(),
        words_are=_("Lời nhắn"),
        words=words,
        longest=str(LONGEST_WORDS),
        example=_("Ví dụ: xong 12 số 45/BC-QLVH ngày 03/6"),
        send=_("Gửi"),
        patience=_("Tệp lớn cần vài phút. Xin giữ trang mở đến khi có báo đã nhận."),
        until=_("Liên kết này dùng được đến {hour}.", hour=hour_words(until.time())),
        files_field=FILES,
        words_field=WORDS,
        once_field=ONCE,
        once=once,
    )


def told(title: str, said: str, more: str = "") -> str:
    """A page that says one thing, and what to do next."""
    return _page("told.html", title=title, said=said, more=more)


def limits() -> str:
    """How much may be sent at once."""
    each, whole = FILE_LIMIT // MEGABYTE, MOST_BYTES // MEGABYTE
    return _(
        "Nhiều nhất {n} tệp một lần, mỗi tệp {each} MB, tất cả {whole} MB. Không gửi văn bản có dấu chỉ độ mật.",
        n=MOST_FILES,
        each=each,
        whole=whole,
    )


def _page(name: str, **slots: str) -> str:
    main = _filled(name, {key: escape(words) for key, words in slots.items()})
    words = {"bot": _("Nhắc Việc"), "about": _("Hệ thống tự động nhắc việc và thời hạn"), "title": slots["title"]}
    frame = {key: escape(said) for key, said in words.items()}
    mark = page.asset("mark.svg").replace("<svg ", '<svg aria-hidden="true" ', 1)
    return _filled("frame.html", frame | {"lang": spoken(), "style": _STYLE, "mark": mark, "main": main})


def _filled(name: str, slots: Mapping[str, str]) -> str:
    text = files(__name__).joinpath(name).read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda slot: slots[slot[1]], text)
