"""Where links lead: a page that takes files into a chat, and the files that were kept.

Whoever has a link may use it as often as they like while it holds: of several files one is always forgotten, and a
messenger that shows what is behind a link looks before people do. Nothing is changed by looking, and a page that is
sent twice is taken once. Whether the person still works here, and sees there what they ask for, is looked up each time.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Protocol, TypeVar

from sqlmodel import Session, select
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from bot import link_page
from bot.keeping import picture_type
from bot.link_page import FILES, LONGEST_WORDS, MOST_BYTES, MOST_FILES, ONCE, WORDS
from bot.links import DOWNLOAD, UPLOAD, Altered, Download, Links, Upload
from bot.trouble import aside, told
from channels import FILE_LIMIT, MEGABYTE, Address, File, Incoming, Raw, Sender
from channels.uploads import raw
from handlers.send_file import place
from handlers.talk import Refused, Talk
from handlers.work import visible
from lang.moments import local
from lang.text import SOURCE, _, many, speaking
from schedules.clock import Clock
from storage import evidence, people
from storage.models import Chat, Office, Person
from storage.rights import rights_of
from storage.shelf import Shelf

T = TypeVar("T")
log = logging.getLogger(__name__)

AT_ONCE = 4
"""Uploads that may be arriving: each is in memory until it is stored."""
STALLED, SLOWEST = 30.0, 900.0
"""Seconds without a byte after which an upload is given up, and seconds that it may take in all."""
LEFT_OVER = 3 * MOST_BYTES
"""Bytes of what is too much that are still read, so that a browser comes to see why it was not taken."""
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
_PAGE = _HEADERS | {"Content-Security-Policy": link_page.CONTENT_POLICY, "X-Robots-Tag": "noindex"}
_FILE = _HEADERS | {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Robots-Tag": "noindex"}


class House(Protocol):
    """Who has transactions, a clock, an inbox, a shelf and links."""

    clock: Clock
    shelf: Shelf | None
    links: Links

    async def within(self, work: Callable[[Session], T]) -> T: ...

    async def take(self, name: str, raws: Sequence[Raw]) -> None: ...


@dataclass
class _Closed(Exception):
    """A link does not open, or what was sent is not taken: what the page says, in the language of its chat where that
    is known."""

    status: int
    title: str
    said: str
    more: str = ""
    locale: str = SOURCE


@dataclass(frozen=True, slots=True)
class _Place:
    """In whose name an upload goes where, in words, and how that chat speaks."""

    sender: str
    office: str
    zone: str
    chat: str
    locale: str


class _InMemory(MultiPartParser):
    """What may turn out to be classified is never written to a disk."""

    spool_max_size = 2 * MOST_BYTES
    max_part_size = 64 * 1024


class WebLinks:
    """`routes` for the server: what `Links` leads to. `arriving`: the uploads under way."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.arriving = 0
        self.routes = [
            Route(f"/{UPLOAD}/{{signed}}", _answering(self._form)),
            Route(f"/{UPLOAD}/{{signed}}", _answering(self._sent), methods=["POST"]),
            Route(f"/{UPLOAD}/{{signed}}/{{n:int}}", _answering(self._received)),
            Route(f"/{DOWNLOAD}/{{signed}}", _answering(self._file)),
        ]

    async def _form(self, request: Request) -> Response:
        link, to = await self._upload(request)
        with speaking(to.locale):
            page = link_page.form(
                office=to.office,
                sender=to.sender,
                place=to.chat,
                words=link.text,
                until=local(link.until, to.zone),
                once=token_urlsafe(9),
            )
        return HTMLResponse(page, headers=_PAGE)

    async def _sent(self, request: Request) -> Response:
        link, to = await self._upload(request)
        with speaking(to.locale):
            if self.arriving >= AT_ONCE:
                busy = _("Đang có nhiều người gửi tệp. Xin gửi lại sau ít phút.")
                raise _Closed(503, _not_taken(), busy, locale=to.locale)
            self.arriving += 1
            try:
                once, words, sent = await _form_of(request)
                update = await aside(lambda sent: _raw(link, once, words, sent), sent)
                await self.house.take(link.channel, [update])
            except _Closed as closed:
                closed.locale = to.locale
                raise
            except Exception as error:
                log.error("an upload was not stored: %s", told(error))
                later = _("Tệp chưa được ghi lại. Xin gửi lại sau ít phút.")
                raise _Closed(503, _not_taken(), later, locale=to.locale) from None
            finally:
                self.arriving -= 1
        there = f"{request.path_params['signed']}/{len(sent)}"
        return Response(status_code=303, headers=_HEADERS | {"Location": there})

    async def _received(self, request: Request) -> Response:
        """The page after the form: opened anew it sends nothing, while a browser that sends a form again may send empty
        files."""
        _link, to = await self._upload(request)
        with speaking(to.locale):
            n = min(request.path_params["n"], MOST_FILES)
            said = _("Nhắc Việc trả lời ở {place}. Anh/chị có thể đóng trang này.", place=to.chat)
            return HTMLResponse(link_page.told(many("Đã nhận {n} tệp", "Đã nhận {n} tệp", n), said), headers=_PAGE)

    async def _file(self, request: Request) -> Response:
        try:
            link = self.house.links.read_download(request.path_params["signed"])
        except Altered:
            raise _altered() from None
        if self.house.links.is_over(link):
            raise _over(f"minh chứng {link.code}")
        now, shelf = self.house.clock.now(), self.house.shelf
        await self.house.within(lambda session: _may_see(session, link, now))
        found = await aside(shelf.find, link.hash) if shelf is not None else None
        if found is None:
            raise _no_file()
        path, _size = found
        seen = await aside(picture_type, path) if link.picture else None
        return FileResponse(
            path,
            headers=_FILE,
            media_type=seen or "application/octet-stream",
            filename=link.name,
            content_disposition_type="inline" if seen else "attachment",
        )

    async def _upload(self, request: Request) -> tuple[Upload, _Place]:
        try:
            link = self.house.links.read_upload(request.path_params["signed"])
        except Altered:
            raise _altered() from None
        if self.house.links.is_over(link):
            raise _over("gửi tệp")
        return link, await self.house.within(lambda session: _place(session, link))


def _answering(route: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """`route`, with a page for a link that does not open."""

    async def answer(request: Request) -> Response:
        try:
            return await route(request)
        except _Closed as closed:
            with speaking(closed.locale):
                page = link_page.told(closed.title, closed.said, closed.more)
            return HTMLResponse(page, closed.status, headers=_PAGE)

    return answer


def _altered() -> _Closed:
    said = _("Liên kết này không do Nhắc Việc đưa ra, hoặc đã bị sửa hay chép thiếu.")
    return _Closed(403, _not_open(), said, _("Xin mở lại từ tin nhắn của Nhắc Việc."))


def _over(sentence: str) -> _Closed:
    said = _("Liên kết này đã hết hạn.")
    return _Closed(410, _not_open(), said, _("Để có liên kết mới, nhắn cho Nhắc Việc: {sentence}", sentence=sentence))


def _elsewhere(sentence: str) -> _Closed:
    said = _("Người hoặc nhóm nhận liên kết này không còn thuộc cơ quan, nên liên kết không dùng được nữa.")
    return _Closed(403, _not_open(), said, _("Nếu cần, nhắn cho Nhắc Việc: {sentence}", sentence=sentence))


def _not_open() -> str:
    return _("Liên kết không dùng được")


def _not_taken() -> str:
    return _("Chưa nhận được tệp")


def _place(session: Session, link: Upload) -> _Place:
    """Where the files go, if whoever the link was given to may still speak there. Raises `_Closed`."""
    query = select(Chat).where(Chat.channel == link.channel, Chat.external == link.address.chat)
    chat = session.exec(query.where(Chat.thread == link.address.thread)).first()
    office = session.get(Office, link.office)
    person = people.person_of(session, link.channel, link.sender.id)
    if chat is None or office is None or not _belongs(chat, office, person):
        raise _elsewhere("gửi tệp")
    locale = chat.locale or office.locale
    with speaking(locale):
        name = person.name if person else link.sender.name
        return _Place(name, office.name, office.zone, place(session, chat), locale)


def _belongs(chat: Chat, office: Office, person: Person | None) -> bool:
    """Whether this person (None: nobody that is known) speaks in this chat for this office today."""
    if person is not None and (person.left_at is not None or person.office_id != office.id):
        return False
    return person is not None if chat.private else chat.active and chat.office_id == office.id


def _may_see(session: Session, link: Download, now: datetime) -> None:
    """Raises `_Closed` unless the file is shown for a deadline that may be seen in that chat now."""
    chat, office = session.get(Chat, link.chat), session.get(Office, link.office)
    person = session.get(Person, chat.person_id) if chat is not None and chat.private and chat.person_id else None
    if chat is None or office is None or not _belongs(chat, office, person):
        raise _elsewhere(f"minh chứng {link.code}")
    asked = Incoming(chat.channel, "", Address(chat.external, chat.thread), chat.private, Sender("", ""))
    rights = rights_of(session, person.id or 0, local(now, office.zone).date()) if person else ()
    try:
        item = visible(Talk(session, asked, now, chat, office, person, rights, 0), link.code)
    except Refused as refused:
        raise _Closed(403, _not_open(), refused.sentence) from None
    if link.hash not in {one.hash for one in evidence.files(session, item.deadline)}:
        raise _no_file()


def _no_file() -> _Closed:
    return _Closed(404, _not_open(), _("Tệp này không còn trong kho lưu."))


async def _form_of(request: Request) -> tuple[str, str, list[File]]:
    """The page that was sent: what tells it from others, its words and its files. Raises `_Closed`."""
    unread = _Closed(400, _not_taken(), _("Trang gửi một yêu cầu không đọc được."), link_page.limits())
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise unread
    parser = _InMemory(request.headers, _in_time(request), max_files=MOST_FILES + 1, max_fields=8)
    try:
        async with asyncio.timeout(SLOWEST):
            form = await parser.parse()
    except (MultiPartException, ClientDisconnect):
        raise unread from None
    except TimeoutError:
        slow = _("Tệp tới quá chậm nên đã thôi nhận. Xin thử lại nơi có mạng tốt hơn.")
        raise _Closed(408, _not_taken(), slow) from None
    once, words = form.get(ONCE, ""), form.get(WORDS, "")
    found = [one for one in form.getlist(FILES) if isinstance(one, UploadFile) and one.filename]
    sent = [File(_name(one), one.size or 0, content=await _content(one)) for one in found]
    await form.close()
    if not isinstance(once, str) or not isinstance(words, str):
        raise unread
    if not sent:
        raise _Closed(400, _not_taken(), _("Xin chọn ít nhất một tệp."), link_page.limits())
    if len(sent) > MOST_FILES or len(words) > LONGEST_WORDS:
        raise _Closed(413, _not_taken(), _("Nhiều tệp hoặc nhiều chữ hơn mức nhận một lần."), link_page.limits())
    return once, words.replace("\r\n", "\n").strip(), sent


def _name(file: UploadFile) -> str:
    return (file.filename or "").replace("\\", "/").rpartition("/")[2][-255:]


async def _content(file: UploadFile) -> bytes | None:
    return await file.read() if (file.size or 0) <= FILE_LIMIT else None


async def _in_time(request: Request) -> AsyncGenerator[bytes, None]:
    """The body of a request. Raises `_Closed` for one that is too large, TimeoutError for one that stalls."""
    size, parts = 0, request.stream()
    while True:
        try:
            async with asyncio.timeout(STALLED):
                part = await anext(parts)
        except StopAsyncIteration:
            break
        size += len(part)
        if size > LEFT_OVER:
            break
        if size <= MOST_BYTES + MEGABYTE:
            yield part
    if size > MOST_BYTES + MEGABYTE:
        raise _Closed(413, _not_taken(), _("Các tệp lớn hơn mức nhận một lần."), link_page.limits())


def _raw(link: Upload, once: str, words: str, sent: Sequence[File]) -> Raw:
    """What is stored: known again when the same page is sent twice with the same files, and not when another page has
    them, which may have been taken back between."""
    digest = sha256()
    for part in (link.nonce, once, words, *(one.name for one in sent)):
        digest.update(sha256(part.encode("utf-8", "replace")).digest())
    for one in sent:
        digest.update(sha256(one.content or str(one.size).encode()).digest())
    return raw(digest.hexdigest()[:32], link.address, link.private, link.sender, words, sent)
