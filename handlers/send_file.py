"""`gửi tệp`, `gửi tệp xong 12`: a link to a page that takes files, where the messenger carries none."""

from sqlmodel import Session

from handlers.authority import Action
from handlers.talk import Answered, Command, Instead, Talk
from lang.moments import local
from lang.spoken_days import hour_words
from lang.text import N_, _
from schedules.views import names, short, sight_of_chat
from storage import outbox, people
from storage.models import Chat
from storage.outbox import Words

_LONGEST = 60
"""Letters of the sentence that goes with the files, as it is repeated."""


def run(talk: Talk) -> Answered:
    if talk.incoming.files:
        raise Instead(talk.words or ("gửi kế hoạch" if talk.may(Action.SEND_PLAN) else "xong"))
    if talk.links is None:
        sentence = short(talk.words, _LONGEST) or "xong 12"
        return Words(_("Ở đây gửi thẳng tệp được. Xin đính kèm tệp, lời nhắn là: {sentence}", sentence=sentence))
    return offer(talk, talk.words) or Words(_closed())


def offer(talk: Talk, sentence: str) -> Words | None:
    """A link by which this person sends files here with `sentence`; None where there are none.

    Whoever opens it acts in this person's name. So it is said to them alone where the bot can do that, and in a group
    only to whoever has no private conversation with it, with the name that it bears."""
    if talk.links is None or not talk.links.open:
        return None
    office = talk.here
    link, until = talk.links.upload(talk.incoming, office.id or 0, sentence)
    hour = local(until, office.zone).time()
    name = talk.person.name if talk.person else talk.incoming.sender.name

    def said(head: str, *more: str) -> Words:
        goes = _("Lời nhắn kèm tệp: {sentence}", sentence=short(sentence, _LONGEST)) if sentence else ""
        return Words("\n".join(line for line in (head, link, goes, *more) if line), secret=True)

    def said_alone() -> Words:
        told = {"place": place(talk.session, talk.chat), "hour": hour_words(hour)}
        return said(_("Gửi tệp vào {place} qua liên kết này, dùng được đến {hour}:", **told))

    if talk.chat.private:
        return said(_("Gửi tệp qua liên kết này, dùng được đến {hour}:", hour=hour_words(hour)))
    alone = people.private_chat(talk.session, talk.person.id or 0) if talk.person else None
    if alone is not None and alone.channel == talk.chat.channel:
        talk.tell(alone.id or 0, outbox.SECRET, said_alone, at_once=True)
        return Words(_("Đã gửi liên kết cho anh/chị {name} trong hội thoại riêng với Nhắc Việc.", name=name))
    head = _("Liên kết gửi tệp mang tên anh/chị {name}, dùng được đến {hour}:", name=name, hour=hour_words(hour))
    return said(head, _("Người khác gửi tệp thì xin gõ: {sentence}", sentence=talk.typed(COMMAND.name)))


def place(session: Session, chat: Chat) -> str:
    """What a chat is called by whoever is in it."""
    sight = None if chat.private else sight_of_chat(session, chat)
    if sight is None:
        return _("hội thoại riêng với Nhắc Việc") if chat.private else _("nhóm này")
    if sight.whole:
        return _("nhóm chung của cơ quan")
    units = [unit for unit in people.units(session, chat.office_id or 0) if unit.id in sight.units]
    return _("nhóm của {units}", units=names(units))


def unread(talk: Talk) -> Answered:
    """Somebody sent what the messenger keeps from bots; in a group it may have been meant for anybody."""
    if not talk.incoming.addressed:
        return None
    talk.need(COMMAND.action)
    said = _("Nhắc Việc không nhận được tệp, tiếng nói hay nhãn dán gửi ở đây.")
    link = offer(talk, "")
    return Words(f"{said}\n{link.text if link else _closed()}", secret=True)


def _closed() -> str:
    return _("Ở đây chưa gửi tệp được: máy chủ của cơ quan chưa có địa chỉ trên mạng. Xin báo quản trị của cơ quan.")


COMMAND = Command(
    name="gửi tệp",
    slash="guitep",
    says=("tải lên", "tải tệp lên", "tải tệp", "đính kèm", "đính kèm tệp", "nộp tệp", "liên kết gửi tệp"),
    help=N_("lấy liên kết để gửi tệp; lời nhắn thì gõ tiếp theo sau"),
    example="gửi tệp xong 12",
    place=3.9,
    action=Action.SEE,
    run=run,
    changes=False,
    by_link=True,
)
