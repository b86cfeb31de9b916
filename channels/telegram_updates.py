"""What a raw Telegram update says: plain JSON to `Incoming`, with no library in between.

The meaning of every field is in core.telegram.org/bots/api#update.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from channels import Address, File, Incoming, Sender

NAME = "telegram"
CONTENT = frozenset(
    {"text", "caption", "document", "photo", "voice", "video", "video_note", "audio", "sticker", "poll"}
)
"""A message with none of these is a service message, or nothing that the bot could answer."""
TOPIC: dict[str, Literal["closed", "opened"]] = {"forum_topic_closed": "closed", "forum_topic_reopened": "opened"}
_NOBODY = {"id": 0, "first_name": ""}
INSIDE = frozenset({"member", "administrator", "creator"})


class Me(NamedTuple):
    """The bot itself, from getMe."""

    id: int
    username: str


def body_of(update: dict[str, Any], me: Me) -> str:
    """A raw update with who the bot is, so that it can be decoded by anyone."""
    return json.dumps({**update, "me": me}, ensure_ascii=False)


def told(body: str, me: Me | None) -> Incoming | None:
    """See `Channel.decode`. The bot's own name is taken out of the text; a command for another bot says nothing.

    `me` is used where the update does not carry its own."""
    update = json.loads(body)
    me = Me(*update["me"]) if "me" in update else me
    if me is None:
        raise ValueError("an update before the bot knows its own name")
    found = None
    if "message" in update:
        found = _message(update["message"], me)
    elif "callback_query" in update:
        found = _press(update["callback_query"])
    elif "my_chat_member" in update:
        found = _membership(update["my_chat_member"], str(update["update_id"]))
    home = f"https://t.me/{me.username}"
    return replace(found, links=(f"{home}?start={{code}}", f"{home}?startgroup={{code}}")) if found else None


def _message(message: dict[str, Any], me: Me) -> Incoming | None:
    chat = message["chat"]
    if "migrate_to_chat_id" in message:
        sender = Sender(str(chat["id"]), chat.get("title", ""))
        return replace(_incoming(message, sender), event="moved", moved_to=str(message["migrate_to_chat_id"]))
    for key, event in TOPIC.items():
        if key in message:
            return replace(_incoming(message, _sender(message.get("from", _NOBODY))), event=event)
    if chat["type"] == "channel" or message.get("is_automatic_forward") or not CONTENT & message.keys():
        return None
    sender_ = message.get("from")
    if sender_ is None or sender_.get("is_bot"):
        return None
    text = message.get("text", message.get("caption", ""))
    command = re.match(r"/\w+(?:@(\w+))?", text)
    if command and command[1]:
        if command[1].casefold() != me.username.casefold():
            return None
        text = text[: command.start(1) - 1] + text[command.end() :]
    bare, named = re.subn(rf"(?<!\w)@{re.escape(me.username)}(?!\w)[,:]?[ \t]?", "", text, flags=re.IGNORECASE)
    replied = message.get("reply_to_message", {})
    if "forum_topic_created" in replied:  # every message of a topic "replies" to the message that opened it
        replied = {}
    to_bot = replied.get("from", {}).get("id") == me.id
    said = _incoming(message, _sender(sender_))
    return replace(
        said,
        text=bare.strip() if named else text,
        files=tuple(_files(message)),
        album=message.get("media_group_id", ""),
        reply_to=str(replied.get("message_id", "")),
        addressed=said.private or bool(command or named or to_bot),
    )


def _press(press: dict[str, Any]) -> Incoming | None:
    message = press.get("message")
    if message is None or "data" not in press or press["from"].get("is_bot"):
        return None
    said = _incoming(message, _sender(press["from"]))
    return replace(said, id=f"press:{press['id']}", text=press["data"], reply_to=str(message["message_id"]))


def _membership(change: dict[str, Any], update_id: str) -> Incoming | None:
    event: dict[tuple[bool, bool], Literal["added", "removed"]] = {(False, True): "added", (True, False): "removed"}
    change_ = (_inside(change["old_chat_member"]), _inside(change["new_chat_member"]))
    if change["chat"]["type"] == "channel" or change_ not in event:
        return None
    said = _incoming(change, _sender(change["from"]))
    return replace(said, id=f"member:{update_id}", event=event[change_])


def _inside(member: dict[str, Any]) -> bool:
    return member["status"] in INSIDE or (member["status"] == "restricted" and bool(member.get("is_member")))


def _incoming(message: dict[str, Any], sender: Sender) -> Incoming:
    chat = message["chat"]
    thread = str(message["message_thread_id"]) if message.get("is_topic_message") else ""
    return Incoming(
        channel=NAME,
        id=f"{chat['id']}:{message.get('message_id', '')}",
        address=Address(str(chat["id"]), thread),
        private=chat["type"] == "private",
        sender=sender,
        title=chat.get("title", ""),
        edits=True,
    )


def _sender(user: dict[str, Any]) -> Sender:
    return Sender(str(user["id"]), f"{user['first_name']} {user.get('last_name', '')}".strip())


def _files(message: dict[str, Any]) -> Iterator[File]:
    if document := message.get("document"):
        yield File(document.get("file_name", ""), document.get("file_size", 0), document["file_id"])
    if sizes := message.get("photo"):
        largest = max(sizes, key=lambda size: size["width"] * size["height"])
        yield File("photo.jpg", largest.get("file_size", 0), largest["file_id"])
