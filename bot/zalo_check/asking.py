"""Asking Zalo and the person beside the phone, each in turn."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Any
from unicodedata import normalize

from bot.zalo_check.records import Records
from bot.zalo_check.wire import Answer, Hook, Wire
from channels.zalo_updates import calling
from lang.text import _

MEMBERS = "members"


class Stopped(Exception):
    """The person has left."""


@dataclass(frozen=True, slots=True)
class Waits:
    """In seconds: how long Zalo holds a request, how long we wait for a person, how long nobody asks Zalo, how long our
    web address is down and how long it is looked for what came meanwhile."""

    poll: int = 30
    person: float = 180
    gap: float = 20
    away: float = 120
    back: float = 120


@dataclass(frozen=True, slots=True)
class Check:
    """What a question needs. `name` is what the bot is called; `hook` stands behind `address`, which is registered with
    `secret`."""

    wire: Wire
    records: Records
    typed: AsyncIterator[str]
    tell: Callable[[str], None]
    name: str
    waits: Waits
    hook: Hook | None
    address: str
    secret: str

    @property
    def called(self) -> str:
        """The bot's name as people write it."""
        return calling([self.name], private=False)

    async def ask(self, text: str) -> str:
        self.tell(text)
        try:
            return (await anext(self.typed)).strip()
        except StopAsyncIteration:
            raise Stopped from None

    async def agrees(self, text: str) -> bool:
        return (await self.ask(_("{question} [c/k]", question=text))).casefold().startswith(("c", "y"))

    async def call(
        self, question: int, step: str, method: str, asked: dict[str, Any] | None = None, *, token: str = ""
    ) -> Answer:
        """Ask Zalo and keep what it answers."""
        answer = await self.wire.ask(method, asked, token=token)
        self.records.keep(question, step, asdict(answer))
        return answer

    async def say(self, question: int, step: str, chat: str, text: str) -> Answer:
        return await self.call(question, step, "sendMessage", {"chat_id": chat, "text": text})

    async def expect(self, question: int, step: str, instruction: str, word: str) -> dict[str, Any] | None:
        """The update whose text has `word`, which the person was told to write; None when it does not come."""
        self.tell(instruction)
        while True:
            until = monotonic() + self.waits.person
            while monotonic() < until:
                event = await self.poll(question, step, word)
                if event is not None:
                    return event
            if not await self.agrees(_("Chưa thấy tin ấy đến. Chờ thêm?")):
                return None

    async def poll(self, question: int, step: str, word: str) -> dict[str, Any] | None:
        """One request for updates; the update if it has `word`."""
        answer = await self.wire.ask("getUpdates", {"timeout": str(self.waits.poll)}, hold=self.waits.poll)
        event = answer.event
        if not event:
            if answer.said.get("error_code") not in (408, "408"):
                self.records.keep(question, "khong-co-tin", asdict(answer))
            if answer.seconds < 1:
                await asyncio.sleep(1)
            return None
        self._meet(event)
        matches = word in _text(event)
        self.records.keep(question, step if matches else "tin-khac", asdict(answer))
        return event if matches else None

    def _meet(self, event: dict[str, Any]) -> None:
        message = event.get("message") or {}
        chat, sender = message.get("chat") or {}, str((message.get("from") or {}).get("id") or "")
        if str(chat.get("chat_type")).upper() == "GROUP":
            self.records.met["group"] = str(chat.get("id"))
            members = self.records.met.setdefault(MEMBERS, [])
            if sender not in members:
                members.append(sender)
        elif chat.get("id"):
            self.records.met["private"] = str(chat["id"])
        self.records.save()

    async def group(self, question: int) -> str:
        """A group with the bot; empty where there is none."""
        if "group" not in self.records.met:
            line = _("Gõ trong nhóm: {call} 0a", call=self.called)
            await self.expect(question, "nhom", line, "0a")
        return str(self.records.met.get("group", ""))

    async def private(self, question: int) -> str:
        """A private chat with the bot; empty where there is none."""
        if "private" not in self.records.met:
            await self.expect(question, "rieng", _("Nhắn riêng cho bot: 0b"), "0b")
        return str(self.records.met.get("private", ""))


def _text(event: dict[str, Any]) -> str:
    message = event.get("message") or {}
    return normalize("NFC", str(message.get("text") or message.get("caption") or "")).casefold()


@dataclass(frozen=True, slots=True)
class Question:
    """One of the eleven. `sent` and `heard` are the messages that it takes at most; `find` gives what was found, line
    by line, nothing where it stays open."""

    number: int
    title: str
    sent: int
    heard: int
    find: Callable[[Check], Awaitable[list[str]]]

    async def put(self, check: Check) -> None:
        """Ask it, unless the person does not want to now."""
        check.tell("")
        check.tell(_("Câu {n}. {title}", n=self.number, title=_(self.title)))
        if self.sent or self.heard:
            takes = _("Câu này gửi nhiều nhất {sent} tin, nhận {heard} tin. Làm?", sent=self.sent, heard=self.heard)
            if not await check.agrees(takes):
                return
        found = await self.find(check)
        for line in found:
            check.tell(f"  {line}")
        if found:
            check.records.answer(self.number, found)
