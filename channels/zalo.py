"""Zalo, by its Bot Platform, over httpx alone: the one library that there is loses a rejected send without a word.

What the platform does not have is not here either: buttons, editing, deleting, files. Facts and guesses about it:
docs/zalo.md.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any

import httpx

from channels import (
    FILE_LIMIT,
    Address,
    File,
    Finding,
    Incoming,
    Keep,
    Later,
    Never,
    Pace,
    Rate,
    Raw,
    Reply,
    Shape,
    Why,
    listed,
    printed,
    split,
    units,
)
from channels.pushing import carries_secret, secret_of
from channels.trust import trusted
from channels.zalo_failures import ApiError, NoJson, api_error, failure, named
from channels.zalo_findings import NONE_SET, findings, web_address
from channels.zalo_parts import Style, parts
from channels.zalo_pushed import HEADER, raws
from channels.zalo_updates import NAME, calling, raw_of, told

log = logging.getLogger(__name__)

LIMIT, NARROW = 1900, 650
"""UTF-16 units of a message: Zalo says 2,000 characters, and not what it counts; so many are less even in bytes."""
PACE = Pace(overall=(Rate(5, 1),), private=(Rate(1, 1),), group=(Rate(1, 1), Rate(20, 60)))
"""No number is published; whoever asks too fast is refused by what stands before Zalo."""
BETWEEN = 1.0
"""Seconds between two parts of a message that is too long for one."""
DOWNLOAD = 60.0
"""Seconds that a picture may take to arrive."""
SOONEST, SLOWEST = 1.0, 60.0
"""Seconds between two tries to fetch updates: doubled from the first to at most the second."""
REGISTERED_FOR = 600.0
"""Seconds after which it is looked whether Zalo still has our web address."""
FIRST_AGAIN, LAST_AGAIN = 60.0, 21_600.0
"""Seconds between two registrations of it, of which Zalo takes few in a day: each time four times as many."""
TIMED_OUT = 408


class ZaloChannel:
    """One bot on Zalo. `shown` is its name as people see it in a chat, by which they call it; without one it is what
    Zalo says. `plain`: nothing is bold. `monthly`: the messages that its plan has in a month, 0: as many as there are.

    `poll_timeout` is how long (seconds) Zalo holds a request for an update open, `timeout` how long an answer to any
    other request is waited for. With a `webhook`, a web address at which `pushed` is asked, Zalo is not polled: what
    comes while nobody polls is lost."""

    name = NAME

    def __init__(
        self,
        token: str,
        base_url: str = "https://bot-api.zaloplatforms.com/bot",
        *,
        shown: str = "",
        webhook: str = "",
        plain: bool = False,
        monthly: int = 0,
        poll_timeout: int = 30,
        timeout: float = 10.0,
    ) -> None:
        self.shape = Shape(buttons=False, limit=LIMIT, takes_files=False, pace=PACE, monthly=monthly)
        self._token, self._url, self._webhook, self._plain = token, f"{base_url}{token}", webhook, plain
        self._poll_timeout, self._timeout = poll_timeout, timeout
        self._shown = " ".join(shown.removeprefix("@").split())
        self._names: tuple[str, ...] = (self._shown,) if self._shown else ()
        self._met = False
        self._secure = not base_url.startswith("http://")
        self._http = httpx.AsyncClient(verify=trusted(), timeout=timeout)
        self._held: list[Raw] = []
        self._doubted = False
        self.told_at: datetime | None = None
        """When Zalo last answered, by the clock of what stands before it; None where that did not say."""

    async def listen(self, keep: Keep) -> None:
        """Fetch one, keep it, ask for the next, for ever. Zalo forgets an update when it hands it over; what could not
        be kept is offered again, also by a later call."""
        if self._webhook:
            return await self._stay_registered()
        wait, known = SOONEST, set[type[Exception]]()
        while True:
            try:
                if not self._held:
                    await self._meet()
                    self._held = await self._fetch()
                if self._held:
                    await keep(self._held)
                    self._held = []
            except Exception as error:
                if type(error) not in known:
                    log.warning("zalo: no updates for now: %s", named(error))
                known.add(type(error))
                await asyncio.sleep(wait)
                wait = min(wait * 2, SLOWEST)
                continue
            wait, known = SOONEST, set()

    async def _fetch(self) -> list[Raw]:
        """The next update, if there is one."""
        asked_at = monotonic()
        try:
            result = await self._ask("getUpdates", {"timeout": str(self._poll_timeout)}, self._poll_timeout)
        except ApiError as refused:
            if refused.code in NONE_SET:  # a web address set elsewhere keeps updates from us
                await self._take_down()
            if refused.code != TIMED_OUT:
                raise
            result = None
        except NoJson as refused:
            if refused.status != TIMED_OUT:
                raise
            result = None
        if result:
            return [raw_of(result, self._names)]
        if monotonic() - asked_at < SOONEST:
            await asyncio.sleep(SOONEST)  # whoever answers at once that there is nothing is not asked without end
        return []

    async def _stay_registered(self) -> None:
        """See to it that Zalo knows our web address; somebody may have taken it away by hand."""
        wait, again, set_at = SOONEST, 0.0, -LAST_AGAIN
        while True:
            try:
                await self._meet()
                known = await web_address(self._ask)
                if (known != self._webhook or self._doubted) and monotonic() - set_at >= again:
                    set_at, again = monotonic(), min(max(again * 4, FIRST_AGAIN), LAST_AGAIN)
                    self._doubted = False
                    await self._register()
            except Exception as error:
                log.warning("zalo: no webhook for now: %s", named(error))
                await asyncio.sleep(wait)
                wait = min(wait * 2, SLOWEST)
                continue
            wait = SOONEST
            await asyncio.sleep(REGISTERED_FOR)

    async def _register(self) -> None:
        done = await self._ask("setWebhook", {"url": self._webhook, "secret_token": secret_of(self._token)})
        seen = (done or {}).get("verification") or {}
        if not seen.get("ok", True):
            log.warning("zalo: it does not reach our web address: %s", seen.get("outcome"))

    async def _take_down(self) -> None:
        try:
            await self._ask("deleteWebhook")
        except ApiError as refused:
            if refused.code not in NONE_SET:
                raise

    def admits(self, headers: Mapping[str, str], *, empty: bool) -> bool:
        """See `Pushed.admits`."""
        admitted = empty or carries_secret(headers, HEADER, self._token)
        self._doubted |= not admitted  # Zalo may know the secret of a token that was taken back
        return admitted

    async def pushed(self, body: bytes) -> Sequence[Raw]:
        """See `Pushed.pushed`."""
        return raws(body, self._names)

    def decode(self, body: str) -> Incoming | None:
        return told(body, self._names)

    async def download(self, file: File) -> File:
        """See `Channel.download`. `File.handle` is a public web address, which is good for a while only."""
        if file.content is not None or file.size > FILE_LIMIT or not file.handle:
            return file
        if not file.handle.startswith("https://" if self._secure else ("https://", "http://")):
            raise Never(f"{Why.REFUSED}: not https", chat_gone=False)
        content, plain = bytearray(), {"accept-encoding": "identity"}
        try:
            async with asyncio.timeout(DOWNLOAD), self._http.stream("GET", file.handle, headers=plain) as answer:
                if answer.status_code in (400, 401, 403, 404, 410) or answer.is_redirect:
                    raise Never(f"{Why.REFUSED}: HTTP {answer.status_code}", chat_gone=False)
                if answer.status_code != httpx.codes.OK:
                    raise Later(None, f"{Why.AWAY}: HTTP {answer.status_code}")
                async for part in answer.aiter_raw():
                    content += part
                    if len(content) > FILE_LIMIT:
                        return replace(file, size=FILE_LIMIT + 1)
        except (Never, Later):
            raise
        except Exception as error:
            raise Later(None, f"{Why.AWAY}: {named(error)}") from None
        return replace(file, size=len(content), content=bytes(content))

    async def send(self, to: Address, reply: Reply) -> str:
        """See `Channel.send`. A failure in a later part speaks of the whole: it will be said again from its start."""
        call = ""
        if reply.in_group and reply.actions:
            await self._know_its_name()
            call = calling(self._names, private=False)
        picture = reply.picture if reply.picture and reply.picture.url else None
        body = reply.text if picture else listed(reply.text, reply.picture or reply.file)
        text = printed(body, reply.actions, call)
        said = list(parts(text, reply.bold, LIMIT, len(body)))
        if not said and picture is None:
            raise Never(f"{Why.REFUSED}: nothing to say", chat_gone=False)
        last = said.pop() if said else ("", [])
        for part, styles in said:
            await self._say(to, part, styles)
            await asyncio.sleep(BETWEEN)
        return await (self._show(to, picture, *last) if picture else self._say(to, *last))

    async def forget(self, incoming: Incoming) -> None:
        """A bot on Zalo cannot delete."""

    async def check(self) -> list[Finding]:
        return await findings(self._ask, self._shown, self._webhook)

    async def close(self) -> None:
        await self._http.aclose()

    async def _meet(self) -> None:
        """Ask once who the bot is; where Zalo is polled, take away a web address that keeps updates from us."""
        if self._met:
            return
        self._names = self._called(await self._ask("getMe"))
        if not self._webhook:
            await self._take_down()
        self._met = True

    def _called(self, me: Any) -> tuple[str, ...]:
        """By which names the bot may be called, the one that people see first."""
        names = (self._shown, *(str((me or {}).get(key) or "") for key in ("display_name", "account_name")))
        return tuple(dict.fromkeys(name for name in names if name))

    async def _know_its_name(self) -> None:
        """Raises `Later`: nothing was said yet."""
        if self._names:
            return
        try:
            await self._meet()
        except Exception as error:
            why = failure(error)
            raise why if isinstance(why, Later) else Later(None, f"{Why.AWAY}: {named(error)}") from None

    async def _say(self, to: Address, text: str, styles: list[Style]) -> str:
        """Say something with what is bold in it; plain, where Zalo does not take that: the words count."""
        asked: dict[str, Any] = {"chat_id": to.chat, "text": text}
        if styles and not self._plain:
            try:
                return await self._send("sendMessage", {**asked, "text_styles": styles})
            except Never as refused:
                if Why.of(refused.reason) is Why.TOO_LONG:
                    return await self._in_pieces(to, text, refused)
                if Why.of(refused.reason) is not Why.REFUSED:
                    raise
                log.warning("zalo: said without its marks: %s", refused.reason)
        try:
            return await self._send("sendMessage", asked)
        except Never as refused:
            if Why.of(refused.reason) is not Why.TOO_LONG:
                raise
            return await self._in_pieces(to, text, refused)

    async def _in_pieces(self, to: Address, text: str, refused: Never) -> str:
        """Say plainly, in as many messages as that takes, what Zalo finds too long."""
        said = ""
        for piece in split(text, NARROW, units):
            if piece == text:
                raise refused
            said = await self._send("sendMessage", {"chat_id": to.chat, "text": piece})
        return said

    async def _show(self, to: Address, picture: File, text: str, styles: list[Style]) -> str:
        """Send a picture with `text` under it; say where it lies, where Zalo does not take it."""
        asked = {"chat_id": to.chat, "photo": picture.url} | ({"caption": text} if text else {})
        try:
            return await self._send("sendPhoto", asked)
        except Never as refused:
            if refused.chat_gone:
                raise
            log.warning("zalo: a picture was not taken: %s", refused.reason)
        *before, last = parts(listed(text, picture), (), LIMIT, 0)
        for part, _styles in before:
            await self._say(to, part, [])
            await asyncio.sleep(BETWEEN)
        return await self._say(to, last[0], styles if not before else [])

    async def _send(self, method: str, asked: Mapping[str, Any]) -> str:
        """Make one request that says something; the id of the message, empty where Zalo gives none."""
        try:
            result = await self._ask(method, asked)
        except Exception as error:
            raise failure(error) from None
        return str(result.get("message_id") or "") if isinstance(result, dict) else ""

    async def _ask(self, method: str, asked: Mapping[str, Any] | None = None, hold: float = 0.0) -> Any:
        """The result of one request, which Zalo may hold open for so many seconds. Raises `ApiError`, `NoJson` and what
        httpx raises."""
        answer = await self._http.post(
            f"{self._url}/{method}",
            content=json.dumps(asked or {}),
            headers={"content-type": "application/json"},
            timeout=hold + self._timeout,
        )
        with suppress(ValueError):
            self.told_at = parsedate_to_datetime(answer.headers.get("date", ""))
        try:
            found = answer.json()
        except ValueError:
            raise NoJson(answer.status_code) from None
        if not isinstance(found, dict) or "ok" not in found:
            raise NoJson(answer.status_code)
        if not found["ok"]:
            raise api_error(found, answer.status_code)
        return found.get("result")
