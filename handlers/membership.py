"""The bot is added to a group or removed from it, the group gets a new address, a topic is closed or opened again; and
something is sent that the messenger keeps from bots."""

from channels import Incoming, Why
from handlers import send_file
from handlers.talk import Answered, Talk
from lang.text import _
from schedules import reminders
from schedules.views import names
from storage import outbox, people
from storage.models import Chat
from storage.outbox import Words


def introduction(incoming: Incoming) -> str:
    """Who speaks here, for those who have not heard of it yet."""
    return _("Nhắc Việc là hệ thống tự động nhắc việc và thời hạn.") + call_first(incoming)


def call_first(incoming: Incoming) -> str:
    """After a sentence: how the bot is called where it hears nothing else; nothing where it hears commands."""
    if not incoming.call:
        return ""
    return " " + _("Trong nhóm xin gọi trước: {sentence}.", sentence=f"{incoming.call} /viec")


def happened(talk: Talk) -> Answered:
    """What something other than words means. None: nothing is said."""
    chat = talk.chat
    match talk.incoming.event:
        case "added":
            for one in people.of_address(talk.session, chat):
                if Why.of(one.inactive_why) is not Why.TOPIC_CLOSED:
                    _open(talk, one)
            return None if chat.private else _greeting(talk)
        case "removed":
            for one in people.of_address(talk.session, chat):
                _close(talk, one, Why.REMOVED)
        case "moved":
            people.move_chat(talk.session, chat, talk.incoming.moved_to, talk.now)
        case "unread":
            return send_file.unread(talk)
        case "closed":
            _close(talk, chat, Why.TOPIC_CLOSED)
        case "opened":
            _open(talk, chat)
    return None


def _open(talk: Talk, chat: Chat) -> None:
    is_back = not chat.active and not chat.private and chat.office_id is not None
    outbox.switch_on(talk.session, chat, talk.now, talk.person.id if talk.person else None)
    if is_back:
        reminders.expect(talk.session, chat, talk.here, talk.now, back=True)


def _close(talk: Talk, chat: Chat, why: str) -> None:
    """Whoever hears in its place from now on may have something to hear today."""
    outbox.switch_off(talk.session, chat, talk.now, why, talk.person.id if talk.person else None)
    if talk.office is not None:
        reminders.hurry(talk.session, talk.office, talk.now)


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
