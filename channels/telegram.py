"""Telegram, on the bare Bot of python-telegram-bot and an update loop of our own.

The library's polling confirms an update before anybody has stored it, and one update that it cannot decode blocks all
the others (measured on 22.8); so updates are fetched raw here, kept, and only then confirmed by the next offset.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
)
from telegram.request import HTTPXRequest, RequestData

from channels import (
    FILE_LIMIT,
    MEGABYTE,
    Address,
    File,
    Finding,
    Incoming,
    Keep,
    Later,
    Never,
    NotTaken,
    Pace,
    Rate,
    Raw,
    Reply,
    Shape,
    Why,
    printed,
    units,
)
from channels.pushing import carries_secret, secret_of
from channels.telegram_failures import failure, named, seconds, wrong_marks
from channels.telegram_parts import Entity, keyboard, parts
from channels.telegram_pushed import HEADER, MOST_CONNECTIONS, raws
from channels.telegram_updates import NAME, Me, body_of, told
from channels.trust import trusted
from lang.text import _

log = logging.getLogger(__name__)

ALLOWED = ("message", "callback_query", "my_chat_member")
BUTTON_BYTES = 64
BUTTONS = 100
CAPTION = 1024
PICTURE_LIMIT = 10 * MEGABYTE
"""Bytes of a picture to be looked at; a larger one goes as a file."""
NOT_MODIFIED = "message is not modified"
UPLOAD = 60.0
"""Seconds for which a file may be on its way up."""
PACE = Pace(overall=(Rate(30, 1),), private=(Rate(1, 1),), group=(Rate(1, 1), Rate(20, 60)))
BETWEEN = 1.0
"""Seconds between two parts of a message that is too long for one: what a chat is sent keeps its pace."""
REGISTERED_FOR = 600.0
"""Seconds after which it is looked whether Telegram still has our web address."""
SOONEST, SLOWEST = 1.0, 60.0
"""Seconds between two tries to fetch updates: doubled from the first to at most the second."""


class TelegramChannel:
    """One bot on Telegram. `poll_timeout` is how long (seconds) Telegram holds a request for updates open, `timeout`
    how long an answer to any other request is waited for. With a `webhook`, a web address at which `pushed` is asked,
    Telegram is not polled."""

    name = NAME
    shape = Shape(buttons=True, limit=4096, file_limit=50 * MEGABYTE, pace=PACE)

    def __init__(
        self,
        token: str,
        base_url: str = "https://api.telegram.org/bot",
        *,
        menu: Sequence[tuple[str, str]] = (),
        webhook: str = "",
        poll_timeout: int = 30,
        timeout: float = 10.0,
    ) -> None:
        trust = {"verify": trusted()}
        self._polls = _Line(1, read_timeout=poll_timeout + timeout, pool_timeout=timeout, httpx_kwargs=trust)
        self._calls = _Line(8, read_timeout=timeout, media_write_timeout=UPLOAD, httpx_kwargs=trust)
        self._read_timeout = timeout
        self._bot = Bot(
            token,
            base_url=base_url,
            base_file_url=base_url.removesuffix("/bot") + "/file/bot",
            request=self._calls,
            get_updates_request=self._polls,
        )
        self._poll_timeout = poll_timeout
        self._me: Me | None = None
        self._menu, self._webhook = tuple(menu), webhook
        self._answering: set[asyncio.Task[None]] = set()

    async def listen(self, keep: Keep) -> None:
        """Fetch, keep, confirm, for ever. Each raw update also carries `me`, so that it can be decoded by anyone."""
        if self._webhook:
            return await self._stay_registered()
        offset, wait = 0, SOONEST
        known: set[type[Exception]] = set()
        while True:
            try:
                me = await self._meet()
                updates = await self._fetch(offset)
                if updates:
                    await keep([Raw(str(one["update_id"]), body_of(one, me)) for one in updates])
            except Exception as error:
                if type(error) not in known:
                    log.warning("telegram: no updates for now: %s", named(error))
                known.add(type(error))
                await asyncio.sleep(max(wait, seconds(error)))
                wait = min(wait * 2, SLOWEST)
                continue
            wait, known = SOONEST, known & {Conflict}
            if updates:
                offset = updates[-1]["update_id"] + 1
                self._answer([one for one in updates if "callback_query" in one])

    async def _stay_registered(self) -> None:
        """See to it that Telegram knows our web address; somebody may have taken it away by hand."""
        wait, known = SOONEST, False
        while True:
            try:
                await self._meet()
                if not known or (await self._bot.get_webhook_info()).url != self._webhook:
                    secret = secret_of(self._bot.token)
                    await self._bot.set_webhook(
                        self._webhook, secret_token=secret, allowed_updates=ALLOWED, max_connections=MOST_CONNECTIONS
                    )
            except Exception as error:
                log.warning("telegram: no webhook for now: %s", named(error))
                await asyncio.sleep(max(wait, seconds(error)))
                wait = min(wait * 2, SLOWEST)
                continue
            wait, known = SOONEST, True
            await asyncio.sleep(REGISTERED_FOR)

    def admits(self, headers: Mapping[str, str], *, empty: bool) -> bool:
        """See `Pushed.admits`. Telegram sends no request without its secret."""
        return carries_secret(headers, HEADER, self._bot.token)

    async def pushed(self, body: bytes) -> Sequence[Raw]:
        """See `Pushed.pushed`."""
        try:
            me = await self._meet()
        except Exception as error:
            log.warning("telegram: an update is not taken now: %s", named(error))
            raise NotTaken(503) from None
        found = raws(body, me)
        self._answer(
            [one for one in map(json.loads, (raw.body for raw in found if raw.id.isdigit())) if "callback_query" in one]
        )
        return found

    def decode(self, body: str) -> Incoming | None:
        return told(body, self._me)

    async def download(self, file: File) -> File:
        if file.content is not None or file.size > FILE_LIMIT:
            return file
        try:
            found = await self._bot.get_file(file.handle)
            size = found.file_size or file.size
            if size > FILE_LIMIT:
                return replace(file, size=size)
            content = bytes(await found.download_as_bytearray())
        except (BadRequest, Forbidden) as error:
            if "too big" in error.message.casefold():
                return replace(file, size=max(file.size, FILE_LIMIT + 1))
            raise Never(named(error), chat_gone=False) from None
        except Exception as error:
            raise Later(seconds(error) or None, named(error)) from None
        return replace(file, size=len(content), content=content)

    async def send(self, to: Address, reply: Reply) -> str:
        """See `Channel.send`. A failure in a later part speaks of the whole: it will be said again from its start."""
        fit = [action for action in reply.actions if len(action.encode()) <= BUTTON_BYTES][:BUTTONS]
        text = printed(reply.text, [action for action in reply.actions if action not in fit])
        said = list(parts(text, reply.bold, self.shape.limit))
        file = reply.picture or reply.file
        if not said and file is None:
            raise Never(f"{Why.REFUSED}: nothing to say", chat_gone=False)
        fits = not said or units(said[-1][0]) <= CAPTION
        last = said.pop() if said and (file is None or fits) else ("", [])
        for part, bold in said:
            await self._say(to, part, bold, [])
            await asyncio.sleep(BETWEEN)
        if file is None:
            return await self._stands(to, reply, *last, fit)
        if file is reply.picture and file.size <= PICTURE_LIMIT:
            try:
                return await self._show(to, file, *last, fit, as_picture=True)
            except _NoPicture:
                pass
        return await self._show(to, file, *last, fit, as_picture=False)

    async def forget(self, incoming: Incoming) -> None:
        kind, _colon, message = incoming.id.rpartition(":")
        if kind == incoming.address.chat:
            with suppress(TelegramError):
                await self._bot.delete_message(kind, int(message))

    async def check(self) -> list[Finding]:
        token = _("Telegram: mã kết nối của bot")
        try:
            me = await self._bot.get_me()
            webhook = await self._bot.get_webhook_info()
        except InvalidToken:
            return [Finding(token, False, _("Telegram không nhận mã này; xin lấy lại mã ở @BotFather"))]
        except Exception as error:
            return [Finding(token, False, _("chưa hỏi được Telegram ({error})", error=named(error)))]
        joins = bool(me.can_join_groups)
        private = not me.can_read_all_group_messages
        return [
            Finding(token, True, _("đang dùng bot @{name}", name=me.username or "")),
            Finding(
                _("Telegram: vào nhóm"),
                joins,
                _("được phép") if joins else _("bị chặn; xin mở bằng lệnh /setjoingroups ở @BotFather"),
            ),
            Finding(
                _("Telegram: chế độ riêng tư"),
                True,
                _("đang bật: trong nhóm, bot chỉ nghe lệnh có dấu /, lời trả lời bot, lời gọi tên bot và nút bấm")
                if private
                else _("đang tắt: bot nghe mọi lời trong nhóm"),
            ),
            self._webhook_found(webhook.url),
        ]

    def _webhook_found(self, known: str) -> Finding:
        about, well = _("Telegram: webhook"), known == self._webhook
        if well:
            return Finding(about, True, _("đúng địa chỉ PUBLIC_URL") if known else _("không đặt"))
        if self._webhook:
            return Finding(about, False, _("chưa đúng địa chỉ PUBLIC_URL; bot sẽ đăng ký khi khởi động"))
        return Finding(about, False, _("đang đặt, nên chưa lấy được tin; bot sẽ gỡ khi khởi động"))

    async def close(self) -> None:
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)
        await asyncio.gather(self._polls.shutdown(), self._calls.shutdown())

    async def _meet(self) -> Me:
        if self._me is None:
            user = await self._bot.get_me()
            if not self._webhook:
                await self._bot.delete_webhook()
            if self._menu:
                await self._bot.set_my_commands(self._menu)
            self._me = Me(user.id, user.username or "")
        return self._me

    async def _fetch(self, offset: int) -> list[dict[str, Any]]:
        """The waiting updates from `offset` on; asking for it confirms all before it."""
        asked = {"offset": offset, "timeout": self._poll_timeout, "allowed_updates": json.dumps(ALLOWED)}
        result: Any = await self._polls.post(f"{self._bot.base_url}/getUpdates?{urlencode(asked)}")
        return list(result)

    def _answer(self, updates: list[dict[str, Any]]) -> None:
        """Stop the little clock on each pressed button. A press is soon forgotten, so an error does not matter."""

        async def one(update: dict[str, Any]) -> None:
            try:
                await self._bot.answer_callback_query(update["callback_query"]["id"])
            except (TelegramError, LookupError, TypeError) as error:
                log.info("telegram: a press was not answered: %s", named(error))

        for update in updates:
            task = asyncio.create_task(one(update))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _say(self, to: Address, text: str, bold: list[Entity], actions: list[str], instead_of: str = "") -> str:
        """Send a message of words alone: most are, so it goes without the library's objects, which cost as much again
        as the request."""
        asked = {"chat_id": to.chat, "text": text, "link_preview_options": '{"is_disabled": true}'}
        if instead_of:
            asked["message_id"] = instead_of
        elif to.thread:
            asked["message_thread_id"] = to.thread
        method = "editMessageText" if instead_of else "sendMessage"
        if actions:
            asked["reply_markup"] = keyboard(actions)

        def call(marks: list[Entity] | None) -> Awaitable[int]:
            more = {"entities": json.dumps(marks)} if marks else {}
            return self._calls.ask(f"{self._bot.base_url}/{method}", asked | more)

        return await self._marked(bold, call)

    async def _stands(self, to: Address, reply: Reply, text: str, bold: list[Entity], actions: list[str]) -> str:
        """Say something that may take the place of what was said before, and be pinned."""
        if reply.instead_of:
            try:
                return await self._say(to, text, bold, actions, reply.instead_of)
            except Never as refused:
                if refused.chat_gone:
                    raise
                if NOT_MODIFIED in refused.reason:
                    return reply.instead_of
        message = await self._say(to, text, bold, actions)
        if reply.pinned:
            with suppress(TelegramError):  # without the right to pin, or an answer: it was said all the same
                await self._bot.pin_chat_message(to.chat, int(message), disable_notification=True)
        return message

    async def _show(
        self, to: Address, file: File, text: str, bold: list[Entity], actions: list[str], *, as_picture: bool
    ) -> str:
        """Send a file with `text` under it. Raises `_NoPicture` for what Telegram does not show as one."""
        content = file.content
        if content is None:
            raise Never(f"{Why.REFUSED}: no content", chat_gone=False)
        more: dict[str, Any] = {
            "caption": text or None,
            "filename": file.name,
            "reply_markup": keyboard(actions) if actions else None,
            "read_timeout": 3 * self._read_timeout,
        }
        if not as_picture:
            more["disable_content_type_detection"] = True
        show = self._bot.send_photo if as_picture else self._bot.send_document
        thread = int(to.thread) if to.thread else None

        async def call(marks: list[Entity] | None) -> int:
            asked = more | {"message_thread_id": thread, "caption_entities": marks}
            return (await show(to.chat, content, **asked)).message_id

        try:
            return await self._marked(bold, call)
        except Never as refused:
            if refused.chat_gone or not as_picture:
                raise
            raise _NoPicture from None

    async def _marked(self, bold: list[Entity], call: Callable[[list[Entity] | None], Awaitable[int]]) -> str:
        """Say something with what is bold in it; plain, where Telegram does not take the marks: the words count."""
        try:
            return await self._send(lambda: call(bold or None))
        except Never as refused:
            if not bold or not wrong_marks(refused):
                raise
            log.warning("telegram: said without its marks: %s", refused.reason)
        return await self._send(lambda: call(None))

    async def _send(self, call: Callable[[], Awaitable[int]]) -> str:
        """Make one request that says something; the id of the message."""
        try:
            return str(await call())
        except Exception as error:
            raise failure(error) from None


class _NoPicture(Exception):
    """Telegram does not take this as a picture; it may as a file."""


class _Form(NamedTuple):
    """What a request asks of the library's own."""

    json_parameters: dict[str, str]
    multipart_data: None = None
    contains_files: bool = False


class _Line(HTTPXRequest):
    """The HTTP line. The library's own logs every answer that it cannot parse, people's words included."""

    async def ask(self, url: str, asked: dict[str, str]) -> int:
        """Make a request with these parameters, each as it goes over the line; the id of the message in the answer."""
        answer: Any = await self.post(url, cast(RequestData, _Form(asked)))
        return int(answer["message_id"])

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise TelegramError("an answer that is not JSON") from None
        if not isinstance(answer, dict):
            raise TelegramError("an answer of another shape")
        return answer
