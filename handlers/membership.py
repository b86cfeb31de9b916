"""The bot is added to a group or removed from it, the group gets a new address, a topic is closed or opened again."""

from handlers.talk import Answered, Talk
from lang.text import _
from schedules.views import names
from storage import outbox, people
from storage.outbox import Words

TOPIC_CLOSED = "topic_closed"
REMOVED = "removed"


def happened(talk: Talk) -> Answered:
    """What a change of the bot's place in a group means. None: nothing is said."""
    chat = talk.chat
    by = talk.person.id if talk.person else None
    match talk.incoming.event:
        case "added":
            for one in people.of_address(talk.session, chat):
                if one.inactive_why != TOPIC_CLOSED:
                    outbox.switch_on(talk.session, one, talk.now, by)
            return None if chat.private else _greeting(talk)
        case "removed":
            for one in people.of_address(talk.session, chat):
                outbox.switch_off(talk.session, one, talk.now, REMOVED, by)
        case "moved":
            people.move_chat(talk.session, chat, talk.incoming.moved_to, talk.now)
        case "closed":
            outbox.switch_off(talk.session, chat, talk.now, TOPIC_CLOSED, by)
        case "opened":
            outbox.switch_on(talk.session, chat, talk.now, by)
    return None


def _greeting(talk: Talk) -> Words:
    sight = talk.group_sight
    if sight is not None:
        shown = _("toàn cơ quan") if sight.whole else names(talk.directory.by_id[unit] for unit in sight.units)
        return Words(_("Nhắc Việc đã trở lại nhóm. Nhóm vẫn nhận việc của: {shown}.", shown=shown))
    return Words(
        _(
            "Nhắc Việc là hệ thống tự động nhắc việc và thời hạn. "
            "Để bắt đầu, quản trị của cơ quan gõ /start trong nhóm này."
        )
    )
