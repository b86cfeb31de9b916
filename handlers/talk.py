"""What a command is given and what it gives back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any, Protocol

from sqlalchemy import bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from channels import Incoming
from handlers.authority import Action, Scope, Standing, scope, standing_of
from lang.fold import fold
from lang.moments import local
from lang.text import _, speaking
from lang.workdays import Calendar
from schedules import hours
from schedules.allowance import Months
from schedules.policies import Policies, calendar_of
from schedules.tell import Ears
from schedules.views import Sight, short, sight_of_chat
from storage import outbox, people
from storage.journal import Journal
from storage.models import Chat, Event, Office, Person, Question, Unit
from storage.outbox import Words
from storage.rights import Right
from storage.units import Directory

ANSWER_WITHIN = timedelta(days=3)
OFFICE_WIDE = (Standing.COORDINATOR, Standing.DEPUTY, Standing.LEADER, Standing.ADMIN)
"""Roles that count in every group of the office."""


class Refused(Exception):
    """The answer is no: nothing is changed, and the sentence is the reply."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class NotMine(Exception):
    """The words fit a command's name but not the command: somebody else may understand them. Where nobody does,
    `sentence` tells whoever addressed the bot what was missing, and `actions` what may have been meant."""

    def __init__(self, sentence: str = "", actions: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.missing = Words(sentence, actions=actions) if sentence else None


class Instead(Exception):
    """The person means this sentence: it is answered in the place of what was said."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Needs(Exception):
    """The command must think first, outside the transaction. `keeps`: what was sent is kept when `think` lets it."""

    def __init__(self, think: Callable[[Incoming], Any], *, keeps: bool = False) -> None:
        super().__init__()
        self.think, self.keeps = think, keeps


class Apart(Exception):
    """What was sent at once are messages of their own after all."""


class Links(Protocol):
    """Web addresses by which files come where the messenger carries none."""

    @property
    def open(self) -> bool:
        """Whether there are any: the server may have no public address."""

    def upload(self, incoming: Incoming, office: int, text: str) -> tuple[str, datetime]:
        """One by which whoever said `incoming` sends files there with `text`, and until when it holds."""


@dataclass
class Talk:
    """One message being answered, inside its one transaction. `name` is the command's name as said (folded), `words`
    what follows it, as typed; `thought` what the command's `think` found out before the transaction; `part` counts the
    commands that one message says, `told` the messages to other chats. `missing`: what was missing in them for whoever
    looked at them first. `held`: when those are told to whom it waits; the commands of one message share it. `links`:
    where files come by web link; None where people send them in the chat."""

    session: Session
    incoming: Incoming
    now: datetime
    chat: Chat
    office: Office | None
    person: Person | None
    rights: Sequence[Right]
    heard: int
    name: str = ""
    words: str = ""
    thought: Any = None
    part: int = 0
    links: Links | None = None
    missing: Words | None = field(default=None, init=False)
    journal: Journal = field(init=False)
    told: int = field(default=0, init=False)
    held: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journal = Journal(self.session)

    @property
    def here(self) -> Office:
        """The office this is about. Refuses where there is none."""
        if self.office is not None:
            return self.office
        if self.chat.private:
            raise Refused(_("Anh/chị chưa có trong danh sách của cơ quan. Xin liên hệ Văn phòng để được thêm."))
        raise Refused(_("Nhóm này chưa được kết nối. Quản trị gõ /start trong nhóm để kết nối."))

    @cached_property
    def local(self) -> datetime:
        """Now, on the office's wall clock."""
        return local(self.now, self.here.zone)

    @property
    def today(self) -> date:
        return self.local.date()

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_of(self.here)

    @cached_property
    def policies(self) -> Policies:
        return Policies(self.session, self.here)

    @cached_property
    def directory(self) -> Directory:
        return Directory(self.session, self.here.id or 0)

    @cached_property
    def ears(self) -> Ears:
        return Ears(self.session, self.here, self.today)

    def typed(self, sentence: str) -> str:
        """`sentence` as somebody has to type it here for the bot to hear it."""
        return f"{self.incoming.call} {sentence}".strip()

    def by_link(self, sentence: str = "gửi tệp") -> str:
        """What goes after words that ask for a file: how it is sent where the messenger carries none; else nothing."""
        if self.links is None or not self.links.open:
            return ""
        return " " + _("Ở đây tệp gửi qua liên kết, xin gõ: {sentence}", sentence=self.typed(sentence))

    def unit(self, words: str) -> Unit:
        """The unit that goes by this name. Refuses, and offers those whose name these words may be a slip for."""
        found = self.directory.one(words)
        if found is None:
            raise Refused(self.no_unit(words))
        return found

    def no_unit(self, words: str) -> str:
        """That no unit of the office goes by this name (or several, with commas), and which ones are near."""
        said = _("Cơ quan chưa có đơn vị «{name}».", name=short(words, 40))
        near = [unit.name for part in words.split(",") for unit in self.directory.nearest(part.strip())]
        return said + " " + _("Có phải {near}?", near=_(" hay ").join(near)) if near else said

    def forget_units(self) -> None:
        """The units have changed: the directory, and who hears what, is read again when it is next asked."""
        self.__dict__.pop("directory", None)
        self.__dict__.pop("ears", None)

    def forget_rules(self) -> None:
        """The office's calendar or somebody's policy has changed: they are read again when they are next asked."""
        self.__dict__.pop("calendar", None)
        self.__dict__.pop("policies", None)

    @cached_property
    def group_sight(self) -> Sight | None:
        return None if self.chat.private else sight_of_chat(self.session, self.chat)

    def standings(self) -> set[Standing]:
        """As whom this person speaks here."""
        found = {standing_of(right.kind, right.units) for right in self.rights if self._counts(right)}
        if self.group_sight is not None:
            found.add(Standing.OFFICE_GROUP if self.group_sight.whole else Standing.UNIT_GROUP)
        return found

    def _counts(self, right: Right) -> bool:
        """A role in one unit counts in private and in that unit's own group, no further."""
        if self.chat.private or standing_of(right.kind, right.units) in OFFICE_WIDE:
            return True
        sight = self.group_sight
        return sight is not None and not sight.whole and bool(set(right.units or ()) & set(sight.units))

    def units_for(self, action: Action) -> Sight:
        """The units for which this person may do `action` here: in a group never for more than the group shows."""
        if not self.chat.private and self.group_sight is None:
            return Sight((), False)
        everyone = tuple(unit.id or 0 for unit in self.directory.units)
        here = self.group_sight or Sight(everyone, True)
        if scope(action, self.standings()) is Scope.OFFICE or (action is Action.SEE and self.group_sight is not None):
            return here
        mine: set[int] = set()
        if not here.whole and scope(action, [Standing.UNIT_GROUP]) is not Scope.NONE:
            mine.update(here.units)
        for right in self.rights:
            if self._counts(right) and scope(action, [standing_of(right.kind, right.units)]) is not Scope.NONE:
                mine.update(right.units or ())
        return Sight(tuple(unit for unit in here.units if unit in mine), False)

    def may(self, action: Action) -> bool:
        return scope(action, self.standings()) is not Scope.NONE

    def need(self, action: Action) -> None:
        """Refuse unless this person may do `action` here at all."""
        unlinked = self.office is not None and not self.chat.private and self.group_sight is None
        if unlinked and action is not Action.LINK and (action is not Action.TALK or not self.may(action)):
            raise Refused(_("Nhóm này chưa được kết nối. Quản trị gõ /start trong nhóm để kết nối."))
        if not self.may(action):
            self.here  # noqa: B018  (an unknown person or group is told that first)
            raise Refused(_NO_RIGHT[action]() if action in _NO_RIGHT else _no_right())

    def actor(self) -> Person:
        """The person who acts; somebody who speaks in a linked group for the first time is remembered."""
        if self.person is None:
            sender = self.incoming.sender
            self.person = people.meet(self.session, self.here.id or 0, sender.name, self.incoming.channel, sender.id)
        return self.person

    def write(self, action: str, about: str) -> Event:
        """Write what was changed into the journal, in this person's name. `about` is kept as it is: no translation."""
        here, actor = self.here.id or 0, self.actor().id
        return self.journal.write(here, self.now, actor, self.chat.id, action, about, heard=self._said_here)

    def ask(self, kind: str, subject: dict[str, Any], choices: Sequence[tuple[str, Any]]) -> None:
        """Remember a question put to this person here; it takes the place of one that is still open."""
        person = self.actor().id
        for old in open_questions(self.session, self.chat, person, self.now):
            old.closed_at = self.now
        self.session.add(
            Question(
                chat_id=self.chat.id or 0,
                person_id=person,
                kind=kind,
                subject=subject,
                choices=[[words, value] for words, value in choices],
                asked_at=self.now,
                expires_at=self.now + ANSWER_WITHIN,
            )
        )

    def questions(self) -> list[Question]:
        """What this person may still answer here."""
        return open_questions(self.session, self.chat, self.person.id if self.person else None, self.now)

    def answered_before(self, said: str) -> bool:
        """Whether `said` is a choice, by its own words, of the last question put to this person here, now closed."""
        if self.person is None:
            return False
        query = select(Question).where(Question.chat_id == self.chat.id, Question.person_id == self.person.id)
        last = self.session.exec(query.order_by(col(Question.id).desc())).first()
        return last is not None and not said.isdecimal() and names_choice(last, said)

    @property
    def _said_here(self) -> str:
        """Which command of which message this is: what it tells others and its event carry the same."""
        return f"{self.heard}:{self.part}"

    @cached_property
    def _months(self) -> Months:
        return Months(self.session, self.now)

    def tell(self, chat_id: int, kind: str, say: Callable[[], Words], *, at_once: bool = False) -> None:
        """Owe a message to another chat; `say` is called in that chat's language. Outside office hours it waits, and
        where that chat has heard much today already, unless it is to be said `at_once`."""
        chat = self.session.get_one(Chat, chat_id)
        with speaking(chat.locale or self.here.locale):
            words = say()
        slot = f"heard:{self._said_here}:{self.told}"
        until = None if at_once else hours.waits_until(self.session, self.here, chat, kind, self.now, self._months)
        hold = until is not None
        said = self._said_here
        outbox.owe(self.session, chat_id, kind, slot, self.now, words, heard=said, hold=hold, urgent=at_once)
        if until is not None:
            hours.expect(self.session, self.here, chat_id, until)
            self.held.append(until)
        self.told += 1

    def tell_person(self, person_id: int, kind: str, say: Callable[[], Words]) -> bool:
        """Owe a message to a person alone; False where they have no private conversation with the bot."""
        chat = people.private_chat(self.session, person_id)
        if chat is not None:
            self.tell(chat.id or 0, kind, say)
        return chat is not None


def _no_right() -> str:
    return _("Việc này do quản trị hoặc Văn phòng thực hiện. Gõ /trogiup để xem những gì anh/chị làm được.")


_NO_RIGHT: dict[Action, Callable[[], str]] = {
    Action.AGREE_PLAN: lambda: _("Chỉ quản trị được đồng ý hoặc bỏ kế hoạch."),
    Action.SEND_PLAN: lambda: _("Anh/chị chưa được gửi kế hoạch. Người gửi được: Văn phòng, quản trị."),
    Action.ACCEPT: lambda: _("Anh/chị chưa được duyệt kết quả. Người duyệt được: Văn phòng, lãnh đạo."),
    Action.STATE: lambda: _("Anh/chị chưa được xem tình trạng gửi tin. Người xem được: Văn phòng, quản trị."),
    Action.EXPLAIN: lambda: _("Anh/chị chưa được hỏi lý do. Người hỏi được: lãnh đạo."),
    Action.WATCH: lambda: _("Anh/chị chưa được xem danh sách này. Người xem được: lãnh đạo."),
    Action.ASSIGN: lambda: _("Anh/chị chưa được giao việc. Người giao được: Văn phòng, lãnh đạo, trưởng đơn vị."),
    Action.RULE: lambda: _("Anh/chị chưa được đổi lịch và quy ước của cơ quan. Người đổi được: Văn phòng, quản trị."),
    Action.REMIND: lambda: _(
        "Anh/chị chưa được đổi lịch nhắc. Người đổi được: Văn phòng, quản trị; của một đơn vị: đầu mối, trưởng đơn vị."
    ),
    Action.BOARD: lambda: _("Anh/chị chưa được đặt bảng. Người đặt được: đầu mối, trưởng đơn vị, Văn phòng, quản trị."),
    Action.HERE: lambda: _("Anh/chị chưa được chọn nơi nhận tin. Người chọn được: đầu mối, trưởng đơn vị, quản trị."),
    Action.LINK: lambda: _("Chỉ quản trị được kết nối nhóm."),
    Action.PEOPLE: lambda: _("Chỉ quản trị được xem và sửa nhân sự, đơn vị, vai trò."),
}


def open_questions(session: Session, chat: Chat, person_id: int | None, now: datetime) -> list[Question]:
    """What was asked in this chat and this person may still answer, the newest first."""
    return list(session.exec(_open_questions(), params={"chat": chat.id, "person": person_id, "now": now}))


@cache
def _open_questions() -> SelectOfScalar[Question]:
    query = select(Question).where(Question.chat_id == bindparam("chat"), col(Question.closed_at).is_(None))
    mine = col(Question.person_id).is_(None) | (col(Question.person_id) == bindparam("person"))
    return query.where(Question.expires_at > bindparam("now"), mine).order_by(col(Question.id).desc())


Answered = Words | Sequence[Words] | None


@dataclass(frozen=True, slots=True)
class Command:
    """What people can say: one file in `handlers/` declares one.

    `name` is the printed form, `says` what else is understood (with or without marks and capitals), `slash` the form
    for Telegram's menu, `help` one line (marked with `N_`; empty: another command's line speaks of this one), `example`
    something a person could type, `place` where it stands in /trogiup. `run` answers inside the transaction; `think`,
    where there is one, looks at the files before it. `fits` says whether a name and the words after it can be meant for
    the bot when nobody addressed it in a group. `anyone` may try: the command looks the right up itself, for what
    exactly it is about. `hears` looks at what no command's name and no open question explains, for what is said in
    people's own words; it raises `NotMine` for what is not for it. `changes`: it is not run on a name with a letter
    wrong, the right sentence is offered. `whole`: what follows its codes is one sentence with wishes of its own, never
    cut into several commands. `by_link`: it is told of where files come by web link only."""

    name: str
    says: tuple[str, ...]
    help: str
    example: str
    action: Action
    run: Callable[[Talk], Answered]
    place: float
    slash: str = ""
    takes_codes: bool = False
    takes_files: bool = False
    by_link: bool = False
    think: Callable[[Incoming], Any] | None = None
    fits: Callable[[str, str], bool] = lambda name, words: False
    anyone: bool = False
    hears: Callable[[Talk, str], Answered] | None = None
    changes: bool = True
    whole: bool = False


def alone(*names: str) -> Callable[[str, str], bool]:
    """`fits` for one of these names with nothing after it."""
    folded = {fold(name) for name in names}
    return lambda name, words: name in folded and not words


Answer = Callable[[Talk, Question, str], Answered]
"""Takes a person's words as the answer to a question that its handler asked; raises `NotMine` when they are none."""


Reply = Callable[[Talk, str], Answered]
"""Takes words said in reply to a message that asked for some; raises `NotMine` when they are none."""


def names_choice(question: Question, words: str) -> bool:
    """Whether `words` are nothing but one of its choices, by number or by its own words."""
    said = fold(words).strip(" .)")
    return any(said in (str(number), fold(label)) for number, (label, _value) in enumerate(question.choices, 1))


def pick(question: Question, words: str) -> Any:
    """The value of the choice that `words` name by number or by their own words. Raises `NotMine`."""
    said = fold(words).strip(" .)")
    for number, (label, value) in enumerate(question.choices, 1):
        if said in (str(number), fold(label)):
            return value
    if said.isdecimal() and len(said) < 4:
        raise NotMine(_("Không có lựa chọn {words}. Xin trả lời bằng số trong danh sách.", words=said))
    raise NotMine
