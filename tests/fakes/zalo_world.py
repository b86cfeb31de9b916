"""What Zalo knows: people, groups, messages, and what of it a bot is told. No network here, see `zalo.py`.

Written from ZALO.md, section 6. Ids are opaque text; a private chat has the id of its person.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

from tests.fakes.zalo_rules import QUOTA, TEXT_LIMIT, ApiError, Guesses, bold, size

FIRST_MILLISECOND = 1_672_531_200_000
"""The date that messages carry: they are numbered from here on, no clock is read."""


class Said(NamedTuple):
    """A message somebody wrote: its id, and whether the bot is told of it."""

    message_id: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the bot that Zalo accepted, as the `seq`-th of all. `by`: see `base_url_of`."""

    seq: int
    chat: str
    message_id: str
    text: str
    bold: tuple[str, ...]
    photo: str = ""
    by: str = ""


class World:
    """People and groups around one bot. `news` is called whenever there is something to tell it, `media` is the web
    address under which pictures lie."""

    def __init__(self, shown: str, guesses: Guesses, media: str, news: Callable[[], None]) -> None:
        self.shown, self.guesses, self._media, self._news = shown, guesses, media, news
        self.me = {"id": "1459232241454765289", "account_name": "bot.VDKyGxQvc", "account_type": "BASIC"}
        self.sent: list[Sent] = []
        self.waiting: deque[dict[str, Any]] = deque()
        self.listened: Callable[[], bool] = lambda: False
        """Whether somebody polls now, or a webhook is set."""
        self.webhook = self.webhook_secret = ""
        self.counted = 0
        self.lost = 0
        self.media: dict[str, bytes] = {}
        self._people: dict[str, str] = {}
        self._groups: dict[str, str] = {}
        """The bot's state in each, by id: member, removed."""
        self._blocked: set[str] = set()
        self._serial = count(1)

    # What people do

    def person(self, name: str) -> str:
        """The id of somebody who has opened a conversation with the bot; the same one each time."""
        if name not in self._people:
            self._people[name] = f"{0x3F00_0000_0000_0000_0000 + next(self._serial) * 7919:020x}"
        return self._people[name]

    def group(self, _title: str = "") -> str:
        """A new group with the bot in it. No bot gets to know its title."""
        id = f"zgr-{0xF8A7_0000_0000_0000_0000 + next(self._serial) * 7919:020x}"
        self._groups[id] = "member"
        return id

    def remove(self, group: str) -> None:
        """The bot is put out of a group, and not told."""
        self._groups[group] = "removed"

    def block(self, person: str) -> None:
        self._blocked.add(person)

    def say(
        self, who: str, text: str, chat: str = "", *, mention: bool = False, replies: bool = False, id: str = ""
    ) -> Said:
        """`who` writes in a group, or to the bot alone. `mention`: picking the bot from the list of members, which puts
        its name first; a name that is merely typed does nothing. `replies`: to a message of the bot."""
        words = f"@{self.shown} {text}".rstrip() if mention else text
        return self._tell("text", who, chat, mention or replies, id, text=words)

    def show(self, who: str, content: bytes, chat: str = "", *, caption: str = "", mention: bool = False) -> Said:
        """`who` sends a picture; in a group the bot must be called in its own caption."""
        key = f"{next(self._serial)}.jpg"
        self.media[key] = content
        words = f"@{self.shown} {caption}".rstrip() if mention else caption
        more = {"caption": words} if words else {}
        url = {self.guesses.photo: f"{self._media}/{key}"}
        return self._tell("image", who, chat, mention, message_type="CHAT_PHOTO", **url, **more)

    def stick(self, who: str, chat: str = "", *, replies: bool = False) -> Said:
        more = {"sticker": "0e078a2fb66a5f34067b", "url": "https://stickers.example/1"}
        return self._tell("sticker", who, chat, replies, **more)

    def speak(self, who: str, chat: str = "", *, replies: bool = False) -> Said:
        """A voice message."""
        return self._tell("voice", who, chat, replies, voice_url=f"{self._media}/x.aac", message_type="CHAT_VOICE")

    def send_file(self, who: str, chat: str = "", *, replies: bool = False) -> Said:
        """A file, a link card, somebody protected: the bot learns that there was something."""
        return self._tell("unsupported", who, chat, replies)

    def garble(self) -> None:
        """An update of a kind that nobody foresaw."""
        self._put({"event_name": "message.text.received", "message": {"message_id": "?", "chat": []}})

    def _tell(self, kind: str, who: str, chat: str, addressed: bool, id: str = "", **content: Any) -> Said:
        group, n = chat if chat and chat != who else "", next(self._serial)
        name = next(name for name, known in self._people.items() if known == who)
        message = {
            "from": {"id": who, "display_name": name, "is_bot": False},
            "chat": {"id": group or who, "chat_type": "GROUP" if group else "PRIVATE"},
            "message_id": id or f"{0x2D75_0000_0000_0000_0000 + n * 104_729:020x}",
            "date": FIRST_MILLISECOND + n,
            **content,
        }
        reached = (addressed and self._groups[group] == "member") if group else who not in self._blocked
        if reached:
            self._put({"event_name": f"message.{kind}.received", "message": message})
        return Said(str(message["message_id"]), reached)

    def _put(self, event: dict[str, Any]) -> None:
        if not self.listened() and not self.guesses.queues:
            self.lost += 1
            return
        if self.guesses.counts_heard:
            self.counted += 1
        self.waiting.append(event)
        self._news()

    # What the bot asks

    def bot(self) -> dict[str, Any]:
        name = {"display_name": self.shown} if self.guesses.display_name else {}
        return {**self.me, "can_join_groups": self.guesses.can_join_groups, **name}

    def send(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """sendMessage: the accepted message. Raises ApiError."""
        chat, text = self._open(asked), str(asked.get("text") or "")
        self._fits(text, "text")
        if not text.strip():
            raise ApiError(400, "Bad request: The text must not be empty")
        styles = asked.get("text_styles")
        if styles and not self.guesses.styles:
            raise ApiError(400, "Bad request: The text_styles is invalid")
        return self._accept(chat, text, tuple(bold(text, styles)) if styles else (), "", asked)

    def picture(self, asked: Mapping[str, Any], fetched: bool = True) -> dict[str, Any]:
        """sendPhoto: the accepted message. Raises ApiError. `fetched`: there is something at its web address."""
        chat, url, caption = self._open(asked), str(asked.get("photo") or ""), str(asked.get("caption") or "")
        if not url:
            raise ApiError(400, "Bad request: The photo must not be empty")
        if not url.startswith(("http://", "https://")):
            raise ApiError(400, "Bad request: The photo must start with http:// or https://")
        if not fetched or any(f"//{host}/" in url for host in self.guesses.refused_hosts):
            raise ApiError(400, "Bad request: The photo URL is invalid")
        self._fits(caption, "caption")
        return {**self._accept(chat, caption, (), url, asked), "message_type": "CHAT_PHOTO"}

    def _fits(self, text: str, what: str) -> None:
        if size(text, self.guesses.unit) > TEXT_LIMIT:
            raise ApiError(400, f"Bad request: The {what} is too long, at most {TEXT_LIMIT} characters")

    def _open(self, asked: Mapping[str, Any]) -> str:
        """The chat, if the bot may write there."""
        chat = str(asked.get("chat_id") or "")
        if not chat:
            raise ApiError(400, "Bad request: The chat_id must not be empty")
        if self._groups.get(chat) == "removed":
            raise ApiError(*self.guesses.removed)
        if chat in self._blocked:
            raise ApiError(400, "Bad request: The bot was blocked by the user")
        if chat not in self._groups and chat not in self._people.values():
            raise ApiError(400, "Bad request: The chat_id is invalid")
        if self.guesses.quota and self.counted >= self.guesses.quota:
            raise ApiError(429, QUOTA)
        return chat

    def _accept(
        self, chat: str, text: str, in_bold: tuple[str, ...], photo: str, asked: Mapping[str, Any]
    ) -> dict[str, Any]:
        n, self.counted = next(self._serial), self.counted + 1
        id = f"{0x8259_0000_0000_0000_0000 + n * 104_729:020x}"
        self.sent.append(Sent(len(self.sent) + 1, chat, id, text, in_bold, photo, str(asked.get("by", ""))))
        return {"message_id": id, "date": FIRST_MILLISECOND + n} if self.guesses.message_ids else {}
