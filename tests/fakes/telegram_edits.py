"""Messages of the bot that are changed and pinned: core.telegram.org/bots/api#editmessagetext and #pinchatmessage."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram_rules import ApiError, bold, read, units
from tests.fakes.telegram_world import World


@dataclass(frozen=True, slots=True)
class Edited:
    """A message of the bot as it reads now."""

    chat: int
    message_id: int
    text: str
    bold: tuple[str, ...]


class Edits:
    """What was changed and pinned, in order."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.edited: list[Edited] = []
        self.pinned: list[tuple[int, int]] = []

    def delete(self, chat: int, message_id: int) -> None:
        """Somebody deletes a message."""
        del self._world._chats[chat].messages[message_id]

    def edit(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        chat = self._world._open(str(asked.get("chat_id", "")))
        message = chat.messages.get(int(asked["message_id"]))
        if message is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        if message["from"] != self._world.me:
            raise ApiError(400, "Bad Request: message can't be edited")
        text, marks = str(asked.get("text", "")), read(asked.get("entities"), [])
        if units(text) > 4096:
            raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
        keyboard = read(asked.get("reply_markup"), {}).get("inline_keyboard", [])
        before = (message.get("text"), message.get("reply_markup", {}).get("inline_keyboard", []))
        if before == (text, keyboard):
            same = "specified new message content and reply markup are exactly the same"
            raise ApiError(400, f"Bad Request: message is not modified: {same}")
        message |= {"text": text, "entities": marks, "reply_markup": {"inline_keyboard": keyboard}}
        self.edited.append(Edited(chat.id, message["message_id"], text, tuple(bold(text, marks))))
        return message

    def pin(self, asked: Mapping[str, Any]) -> bool:
        chat = self._world._open(str(asked.get("chat_id", "")))
        if chat.kind != "private" and chat.bot != "administrator":
            raise ApiError(400, "Bad Request: not enough rights to manage pinned messages in the chat")
        self.pinned.append((chat.id, int(asked["message_id"])))
        return True
