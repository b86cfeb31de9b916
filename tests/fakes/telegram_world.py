"""What Telegram knows: people, chats, messages, and what of it a bot is told. No network here, see `telegram.py`.

Written from core.telegram.org/bots/api and core.telegram.org/bots/features#privacy-mode. Ids are as large as the real
ones, and message ids repeat between supergroups as they do there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, NamedTuple

from tests.fakes.telegram_rules import ApiError, bold, buttons, cut, entities, number, read, units

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PICTURE_LIMIT = 10 * 1024 * 1024
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
DEFAULT_UPDATES = ("message", "edited_message", "channel_post", "callback_query", "my_chat_member")
FIRST_SECOND = 1_672_531_200
"""The date that messages carry, in seconds since 1970: they are numbered from here on, no clock is read."""


class Said(NamedTuple):
    """A message somebody wrote: its id, and whether the bot is told of it."""

    message_id: int
    reached: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the bot that Telegram accepted, as the `seq`-th of all. `by`: see `base_url_of`."""

    seq: int
    chat: int
    thread: int | None
    message_id: int
    text: str
    bold: tuple[str, ...]
    buttons: tuple[str, ...]
    file: str = ""
    """The name of the file that went with it; its content is in `World.received`."""
    picture: bool = False
    by: str = ""


@dataclass
class Chat:
    id: int
    kind: str
    title: str
    bot: str = "member"
    """The bot's status here; in a private chat «kicked» means blocked."""
    topics: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    moved_to: int | None = None
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)


class World:
    """People and chats around one bot. `news` is called whenever there is something to tell it."""

    def __init__(self, token: str, username: str, privacy: bool, news: Callable[[], None]) -> None:
        self.privacy, self._news = privacy, news
        self.me = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Nhắc Việc", "username": username}
        self.sent: list[Sent] = []
        self.received: dict[int, bytes] = {}
        """What came with the bot's messages, by their `seq`."""
        self.answered: list[str] = []
        self.webhook = self.webhook_secret = ""
        self.commands: list[dict[str, str]] = []
        self.deleted: list[tuple[int, int]] = []
        self._people: dict[str, int] = {}
        self._chats: dict[int, Chat] = {}
        self._files: dict[str, tuple[str, int, bytes]] = {}
        self._presses: set[str] = set()
        self._updates: list[dict[str, Any]] = []
        self._confirmed = 0
        self._allowed: tuple[str, ...] = DEFAULT_UPDATES
        self._update_ids, self._message_ids, self._people_ids = count(870_000_001), count(1001), count(5_300_000_001)
        self._seconds, self._serial = count(FIRST_SECOND), count(1)

    # What a test does

    def person(self, name: str, *, opened: bool = True) -> int:
        """Somebody of that name, the same one each time; with `opened` the bot may write to them."""
        if name not in self._people:
            self._people[name] = next(self._people_ids)
            if opened:
                self._chats[self._people[name]] = Chat(self._people[name], "private", name)
        return self._people[name]

    def group(self, title: str, *, supergroup: bool = False, bot: str = "member") -> int:
        """A new group; its id. `bot` is the bot's status in it: member, administrator, left."""
        n = next(self._serial)
        id, kind = (-1_002_000_000_000 - n, "supergroup") if supergroup else (-4_900_000_000 - n, "group")
        self._chats[id] = Chat(id, kind, title, bot)
        return id

    def topic(self, chat: int, title: str) -> int:
        """A new topic in a supergroup; its thread id."""
        message = self._message(self._chats[chat], {"first_name": title, "id": 1}, forum_topic_created={"name": title})
        self._chats[chat].topics.add(message["message_id"])
        return int(message["message_id"])

    def lose_topic(self, chat: int, thread: int) -> None:
        self._chats[chat].topics.remove(thread)

    def close_topic(self, chat: int, thread: int, who: int, *, told: bool = True) -> None:
        """`who` closes a topic; `told`: the bot gets to know."""
        self._chats[chat].closed.add(thread)
        if told:
            self._topic_is(chat, thread, who, "closed")

    def open_topic(self, chat: int, thread: int, who: int) -> None:
        self._chats[chat].closed.remove(thread)
        self._topic_is(chat, thread, who, "reopened")

    def _topic_is(self, chat: int, thread: int, who: int, what: str) -> None:
        more = {"message_thread_id": thread, "is_topic_message": True, f"forum_topic_{what}": {}}
        self._tell(message=self._message(self._chats[chat], self._user(who), **more))

    def delete(self, chat: int) -> None:
        """A group, or (`chat` is a person) an account, is no more. The bot is not told."""
        self._chats[chat].bot = "deleted"

    def mute(self, chat: int, *, muted: bool = True) -> None:
        """The members of a group may not write there, the bot is one of them. It is not told."""
        self._chats[chat].bot = "restricted" if muted else "member"

    def say(
        self,
        who: int,
        text: str,
        chat: int | None = None,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
        **content: Any,
    ) -> Said:
        """`who` writes in `chat`, or to the bot alone. `content` are further fields of the message."""
        where = self._chats[who if chat is None else chat]
        if text:
            content |= {"text": text, "entities": list(entities(text))}
        if thread is not None:
            content |= {"message_thread_id": thread, "is_topic_message": True}
            content["reply_to_message"] = where.messages[thread]
        if reply_to is not None:
            content["reply_to_message"] = where.messages[reply_to]
        message = self._message(where, self._user(who), **content)
        reached = self._reaches(where, message)
        if reached:
            self._tell(message=message)
        return Said(message["message_id"], reached)

    def send_file(
        self,
        who: int,
        name: str,
        content: bytes,
        chat: int | None = None,
        *,
        caption: str = "",
        photo: bool = False,
        reply_to: int | None = None,
        size: int | None = None,
        album: str = "",
    ) -> Said:
        """`who` sends a document or a photo. `size` makes it pretend to be larger than its content. `album`: it is one
        of several that are sent at once under that name."""
        key = f"AgAD{next(self._serial):06}"
        size = len(content) if size is None else size
        self._files[key] = (name, size, content)
        file = {"file_id": key, "file_unique_id": key, "file_size": size}
        fields: dict[str, Any] = {"document": {**file, "file_name": name, "mime_type": "application/octet-stream"}}
        if photo:
            small = {**file, "file_id": "small", "file_size": 1}
            fields = {"photo": [{**small, "width": 90, "height": 51}, {**file, "width": 1280, "height": 720}]}
        if caption:
            fields |= {"caption": caption, "caption_entities": list(entities(caption))}
        if album:
            fields["media_group_id"] = album
        return self.say(who, "", chat, reply_to=reply_to, **fields)

    def send_album(
        self,
        who: int,
        files: Sequence[tuple[str, bytes]],
        chat: int | None = None,
        *,
        caption: str = "",
        photo: bool = False,
        reply_to: int | None = None,
    ) -> list[Said]:
        """`who` sends several documents or photos at once: each is a message, the caption stands under the first."""
        album = str(next(self._serial) * 13_000_000_007)
        captions = [caption, *("" for _file in files[1:])]
        return [
            self.send_file(who, name, content, chat, caption=words, photo=photo, reply_to=reply_to, album=album)
            for (name, content), words in zip(files, captions, strict=True)
        ]

    def press(self, who: int, message_id: int, data: str, chat: int | None = None) -> None:
        """`who` presses the button that carries `data`; raises LookupError where there is none."""
        message = self._chats[who if chat is None else chat].messages[message_id]
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        if not any(button["callback_data"] == data for row in rows for button in row):
            raise LookupError(f"no such button: {data}")
        press = str(next(self._update_ids) * 4096)
        self._presses.add(press)
        self._tell(callback_query={"id": press, "from": self._user(who), "message": message, "data": data})

    def add_bot(self, chat: int, who: int) -> None:
        self._membership(chat, who, "member")

    def kick(self, chat: int, who: int) -> None:
        """`who` removes the bot from a group; in a private chat (`chat` is `who`), blocks it."""
        self._membership(chat, who, "kicked")

    def migrate(self, chat: int, who: int) -> int:
        """The group becomes a supergroup; its new id."""
        old = self._chats[chat]
        new = self._chats[self.group(old.title, supergroup=True, bot=old.bot)]
        old.moved_to = new.id
        self._tell(message=self._message(old, self._user(who), migrate_to_chat_id=new.id))
        self._tell(message=self._message(new, self._user(who), migrate_from_chat_id=old.id))
        return new.id

    def garble(self) -> None:
        """An update of a kind that nobody foresaw."""
        self._tell(message={"message_id": "?", "chat": []})

    # What the bot asks

    def confirm(self, offset: int, allowed: tuple[str, ...]) -> None:
        self._confirmed = max(self._confirmed, offset)
        self._allowed = allowed or self._allowed

    def waiting(self, limit: int = 100) -> list[dict[str, Any]]:
        """Updates not yet confirmed, of the kinds the bot asked for."""
        updates = [one for one in self._updates if one["update_id"] >= self._confirmed]
        return [one for one in updates if any(kind in one for kind in self._allowed)][:limit]

    def bot(self) -> dict[str, Any]:
        return {**self.me, "can_join_groups": True, "can_read_all_group_messages": not self.privacy}

    def send(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """sendMessage: the accepted message. Raises ApiError."""
        chat = self._open(str(asked.get("chat_id", "")))
        self._thread(chat, asked)
        text = str(asked.get("text", ""))
        if not text.strip():
            raise ApiError(400, "Bad Request: message text is empty")
        if units(text) > 4096:
            raise ApiError(400, "Bad Request: message is too long")
        marks = read(asked.get("entities"), [])
        return self._accept(chat, asked, text, marks, {"text": text, "entities": marks})

    def show(self, kind: str, asked: Mapping[str, Any], name: str, file: bytes) -> dict[str, Any]:
        """sendDocument and sendPhoto: the accepted message. Raises ApiError."""
        chat = self._open(str(asked.get("chat_id", "")))
        self._thread(chat, asked)
        if len(file) > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        if not file:
            raise ApiError(400, "Bad Request: file must be non-empty")
        if kind == "photo" and len(file) > PICTURE_LIMIT:
            raise ApiError(400, "Bad Request: PHOTO_SAVE_FILE_INVALID")
        if kind == "photo" and not file.startswith(PICTURES):
            raise ApiError(400, "Bad Request: IMAGE_PROCESS_FAILED")
        text = str(asked.get("caption", ""))
        if units(text) > 1024:
            raise ApiError(400, "Bad Request: message caption is too long")
        marks = read(asked.get("caption_entities"), [])
        content = {"caption": text, "caption_entities": marks, kind: {"file_id": "sent", "file_size": len(file)}}
        if kind == "photo":
            content[kind] = [{"file_id": "sent", "file_unique_id": "sent", "width": 90, "height": 51}]
        else:
            content[kind] |= {"file_unique_id": "sent", "file_name": name}
        return self._accept(chat, asked, text, marks, content, (name, kind == "photo"), file)

    def _thread(self, chat: Chat, asked: Mapping[str, Any]) -> int | None:
        thread = number(asked.get("message_thread_id"))
        if thread is not None and thread not in chat.topics:
            raise ApiError(400, "Bad Request: message thread not found")
        if thread in chat.closed and chat.bot != "administrator":
            raise ApiError(400, "Bad Request: TOPIC_CLOSED")
        return thread

    def _accept(
        self,
        chat: Chat,
        asked: Mapping[str, Any],
        text: str,
        marks: Any,
        content: dict[str, Any],
        named: tuple[str, bool] = ("", False),
        file: bytes | None = None,
    ) -> dict[str, Any]:
        thread = self._thread(chat, asked)
        keyboard = read(asked.get("reply_markup"), {}).get("inline_keyboard", [])
        in_bold = tuple(bold(text, marks))
        on_buttons = tuple(buttons(keyboard))
        content |= {"reply_markup": {"inline_keyboard": keyboard}} if keyboard else {}
        if thread is not None:
            content |= {"message_thread_id": thread, "is_topic_message": True}
        message = self._message(chat, self.me, **content)
        seq = len(self.sent) + 1
        sent = Sent(seq, chat.id, thread, message["message_id"], text, in_bold, on_buttons, *named)
        self.sent.append(replace(sent, by=str(asked.get("by", ""))))
        if file is not None:
            self.received[seq] = file
        return message

    def answer_press(self, press: str) -> None:
        if press not in self._presses:
            raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self._presses.remove(press)
        self.answered.append(press)

    def file(self, key: str) -> dict[str, Any]:
        if key not in self._files:
            raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = self._files[key][1]
        if size > DOWNLOAD_LIMIT:
            raise ApiError(400, "Bad Request: file is too big")
        return {"file_id": key, "file_unique_id": key, "file_size": size, "file_path": f"documents/{key}"}

    def content(self, path: str) -> bytes:
        """The bytes behind a `file_path`; raises LookupError."""
        return self._files[path.removeprefix("documents/")][2]

    # How it hangs together

    def _open(self, chat_id: str) -> Chat:
        """The chat, if the bot may write there."""
        found = number(chat_id)
        if found in self._people.values() and found not in self._chats:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        if found not in self._chats:
            raise ApiError(400, "Bad Request: chat not found")
        chat = self._chats[found]
        if chat.moved_to is not None:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, description, migrate_to_chat_id=chat.moved_to)
        if chat.bot in ("kicked", "left"):
            what = "blocked by the user" if chat.kind == "private" else f"kicked from the {chat.kind} chat"
            raise ApiError(403, f"Forbidden: bot was {what}")
        if chat.bot == "deleted":
            raise ApiError(403, f"Forbidden: {'user is deactivated' if found > 0 else 'the group chat was deleted'}")
        if chat.bot == "restricted":
            raise ApiError(400, "Bad Request: not enough rights to send text messages to the chat")
        return chat

    def _reaches(self, chat: Chat, message: dict[str, Any]) -> bool:
        """Privacy mode: in a group only what begins with a command, calls the bot by name or replies to it."""
        if chat.bot in ("kicked", "left"):
            return False
        if chat.kind == "private" or not self.privacy or chat.bot == "administrator":
            return True
        text = message.get("text", message.get("caption", ""))
        marked = message.get("entities", message.get("caption_entities", []))
        words = [(one["type"], one["offset"], cut(text, one["offset"], one["length"])) for one in marked]
        name = f"@{self.me['username']}".casefold()
        commands = (word.casefold() for kind, at, word in words if kind == "bot_command" and at == 0)
        to_us = any("@" not in word or word.endswith(name) for word in commands)
        called = any(kind == "mention" and word.casefold() == name for kind, _at, word in words)
        return to_us or called or message.get("reply_to_message", {}).get("from") == self.me

    def _membership(self, chat: int, who: int, status: str) -> None:
        where = self._chats[chat]
        before, where.bot = where.bot, status
        self._tell(
            my_chat_member={
                "chat": _shown(where),
                "from": self._user(who),
                "date": next(self._seconds),
                "old_chat_member": {"user": self.me, "status": before},
                "new_chat_member": {"user": self.me, "status": status},
            }
        )

    def _message(self, chat: Chat, sender: Mapping[str, Any], **content: Any) -> dict[str, Any]:
        nth = len(chat.messages) + 1 if chat.kind == "supergroup" else next(self._message_ids)
        message = {"message_id": nth, "from": sender, "chat": _shown(chat), "date": next(self._seconds), **content}
        chat.messages[nth] = message
        return message

    def _tell(self, **what: Any) -> None:
        self._updates.append({"update_id": next(self._update_ids), **what})
        self._news()

    def _user(self, who: int) -> dict[str, Any]:
        name = next(name for name, id in self._people.items() if id == who)
        return {"id": who, "is_bot": False, "first_name": name, "language_code": "vi"}


def _shown(chat: Chat) -> dict[str, Any]:
    name = "first_name" if chat.kind == "private" else "title"
    return {"id": chat.id, "type": chat.kind, name: chat.title} | ({"is_forum": True} if chat.topics else {})
