"""`nhắn ở đây`: on which of several messengers a person, or in which group a unit, is told what the bot says by itself.
It answers wherever it is asked."""

from functools import partial

from handlers.authority import Action
from handlers.talk import Answered, Command, NotMine, Refused, Talk
from lang.fold import fold
from lang.text import _
from schedules import reminders
from schedules.allowance import called
from schedules.tell import Kind
from schedules.views import names
from storage import people
from storage.models import Chat
from storage.outbox import Words

_THROUGH = tuple(
    f"{verb} {by} {channel}"
    for verb in ("nhắn", "báo", "nhắc")
    for by in ("qua", "trên")
    for channel in ("Telegram", "Zalo")
)
_OVER_THERE = {fold(name): name.split()[-1].casefold() for name in _THROUGH}


def run(talk: Talk) -> Answered:
    where = _named(talk)
    if talk.chat.private:
        return _alone(talk, where)
    talk.need(Action.HERE)
    return _group(talk, where)


def fits(_name: str, words: str) -> bool:
    """Overheard in a group."""
    return not words


def _named(talk: Talk) -> str:
    """The messenger that was named; the one where this is said, where none was. Raises `NotMine`."""
    if talk.words.strip(" ."):
        raise NotMine
    return _OVER_THERE.get(talk.name, talk.chat.channel)


def _alone(talk: Talk, where: str) -> Words:
    """This person is told there from now on."""
    talk.here  # noqa: B018  (a stranger is told how to be added)
    chats = people.conversations(talk.session, talk.actor().id or 0)
    there = next((chat for chat in reversed(chats) if chat.channel == where), None)
    if where == talk.chat.channel:
        there = talk.chat
    if there is None:
        raise Refused(
            _("Chưa có hội thoại riêng với anh/chị trên {channel}. Thêm: kết nối thêm", channel=called(where))
        )
    if chats[-1].id == there.id:
        said = _("Anh/chị đang nhận tin trên {channel}.", channel=called(where))
        if len(chats) == 1:
            said += " " + _("Muốn nhận ở ứng dụng khác thì gõ: kết nối thêm")
        return Words(said)
    _choose(talk, there, chats)
    talk.write("told_here", talk.actor().name)
    text = _(
        "Từ nay Nhắc Việc nhắn riêng anh/chị trên {channel}. Hỏi ở đâu thì vẫn trả lời ở đó.\n"
        "Nhầm thì trả lời: hoàn tác",
        channel=called(where),
    )
    return Words(text, actions=("hoàn tác",))


def _group(talk: Talk, where: str) -> Words:
    """What this group shows is told in the group there from now on."""
    same = people.showing_the_same(talk.session, talk.chat)
    there = next((chat for chat in same if chat.channel == where and chat.active), None)
    if where == talk.chat.channel:
        there = talk.chat
    whose = _whose(talk)
    if there is None:
        raise Refused(_("{whose} chưa có nhóm trên {channel}.", whose=whose, channel=called(where)))
    quiet = people.quiet(talk.session, talk.here.id or 0)
    if there.id not in quiet:
        return Words(_("{whose} đang nhận tin ở nhóm trên {channel}.", whose=whose, channel=called(where)))
    others = [chat for chat in same if chat.active and chat.id not in quiet and chat.channel != where]
    _choose(talk, there, same)
    talk.write("told_here", whose)
    reminders.expect(talk.session, there, talk.here, talk.now)
    said = partial(_said, whose, where)
    for chat in others:
        if chat.id != talk.chat.id:
            talk.tell(chat.id or 0, Kind.ROLE, said)
    return Words(said().text + "\n" + _("Nhầm thì trả lời: hoàn tác"), actions=("hoàn tác",))


def _said(whose: str, where: str) -> Words:
    return Words(
        _(
            "Từ nay {whose} nhận tin ở nhóm trên {channel}. Hỏi ở đâu thì vẫn trả lời ở đó.",
            whose=whose,
            channel=called(where),
        )
    )


def _choose(talk: Talk, there: Chat, among: list[Chat]) -> None:
    talk.journal.touch(*among)
    for chat in among:
        if chat.channel != there.channel or chat.private:
            chat.chosen = False
    there.chosen = True
    talk.session.flush()
    talk.forget_units()


def _whose(talk: Talk) -> str:
    sight = talk.group_sight
    assert sight is not None  # the right was looked up for what this group shows
    return _("Toàn cơ quan") if sight.whole else names(talk.directory.by_id[unit] for unit in sight.units)


def where(talk: Talk, before: Chat) -> str:
    """What whoever has just linked a second account should know: where they are told things now, and how that is
    changed; `before` they were in that chat."""
    now = people.private_chat(talk.session, talk.actor().id or 0)
    if now is not None and now.id == before.id:
        return _("Tin riêng vẫn gửi trên {channel}. Muốn nhận ở đây: nhắn ở đây", channel=called(before.channel))
    return _("Từ nay tin riêng gửi ở đây. Muốn nhận như cũ: nhắn qua {channel}", channel=called(before.channel))


def elsewhere(talk: Talk) -> str:
    """What whoever has just linked this group should know: it is told nothing, for that is done on another messenger;
    empty where it is told."""
    if talk.chat.id not in people.quiet(talk.session, talk.here.id or 0):
        return ""
    same = people.showing_the_same(talk.session, talk.chat)
    there = next(chat for chat in people.on_one([chat for chat in same if chat.active]))
    return _(
        "{whose} đang nhận tin ở nhóm trên {channel}, nhóm này hỏi thì trả lời. Muốn nhận tin ở đây: /nhanoday",
        whose=_whose(talk),
        channel=called(there.channel),
    )


COMMAND = Command(
    name="nhắn ở đây",
    slash="nhanoday",
    says=("báo ở đây", "nhắc ở đây", "nhận tin ở đây", "gửi ở đây", *_THROUGH),
    help="",
    example="nhắn ở đây",
    place=17.1,
    action=Action.TALK,
    run=run,
    anyone=True,
    fits=fits,
)
