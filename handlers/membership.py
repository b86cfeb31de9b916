"""The bot is added to a group or removed from it, or the group gets a new address."""

from handlers.talk import Answered, Talk
from lang.text import _
from storage import outbox, people
from storage.outbox import Words


def happened(talk: Talk) -> Answered:
    """What a change of the bot's place in a group means. None: nothing is said."""
    chat = talk.chat
    match talk.incoming.event:
        case "added":
            chat.active, chat.inactive_why = True, ""
            if chat.private:
                return None
            return Words(
                _(
                    "Nhắc Việc là hệ thống tự động nhắc việc và thời hạn. "
                    "Để bắt đầu, quản trị của cơ quan gõ /start trong nhóm này."
                )
            )
        case "removed":
            outbox.switch_off(talk.session, chat, talk.now, "removed")
        case "moved":
            people.move_chat(talk.session, chat, talk.incoming.moved_to)
    return None
