"""What people can say: one file per command, and the router that finds the command in what was said.

The order: a choice of an open question of this person in this chat, a command by its longest known name, any other
answer to such a question, what people tell in their own words, else a helpful sentence to whoever addressed the bot and
silence to everybody else.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from handlers import albums, reading
from handlers.asked import all_replied_to, replied_to
from handlers.membership import happened
from handlers.reading import clean, code
from handlers.talk import Answer, Answered, Command, Instead, Needs, NotMine, Refused, Reply, Talk, names_choice
from lang.fold import fold
from lang.text import _
from storage.models import Question
from storage.outbox import Words

_WORD = re.compile(r"\S+")
_NUMBER_FIRST = re.compile(r"(?:(?:việc|viec)\s+)?\d", re.IGNORECASE)
_GLUED = re.compile(r"^(/?)(?:([^\W\d_]+)(\d.*)|(\d+)([^\W\d_].*))$", re.DOTALL)
_COUPLED = re.compile(r"/[a-z]\w*", re.IGNORECASE)
_EDGES = ".,:;?!…\"'()[]«»-"
_POLITE = re.compile(
    r"(?:xin )?cam on(?: nhieu)?(?: a)?|(?:da )?vang(?: a)?|da|(?:da )?ro(?: roi)?|(?:da )?nhan(?: duoc)?(?: roi)?"
    r"|(?:ok|oke|okie|duoc)(?: a| roi)?"
)
SHORTEST_SLIP = 4
"""A name shorter than this is not recognised with a letter wrong: too many words are near it."""
LONG_NAME = 7
"""A name shorter than this is recognised with a letter wrong only where its first letter is right."""
_CUTS = re.compile(r"\n+|[;,]\s*|\.\s+|\s+(?:và|va|còn|con)\s+", re.IGNORECASE)
MOST_PARTS = 10
LONGEST_ACTION = 64
"""Bytes of a sentence on a button."""
OVERHEARD_ANSWER = timedelta(minutes=15)
"""In a group a question may be answered for so long without addressing the bot."""


class TwoCommands(Exception):
    """Two commands claim the same words."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a message goes: a command, its name as said (folded) and the words after it. `slip`: the name has a letter
    wrong, this is the one it is near."""

    command: Command
    name: str
    words: str
    slip: bool = False


class Router:
    """Every command and every kind of question, by what people say."""

    def __init__(
        self, commands: Iterable[Command], answers: dict[str, Answer], replies: dict[str, Reply] | None = None
    ) -> None:
        self.commands = sorted(commands, key=lambda command: command.place)
        self.answers, self.replies = answers, replies or {}
        self._names: dict[tuple[str, ...], Command] = {}
        for command in self.commands:
            for name in {fold(said) for said in (command.name, command.slash, *command.says) if said}:
                if self._names.setdefault(tuple(name.split()), command) is not command:
                    raise TwoCommands(name)
        self._longest = max(len(name) for name in self._names)

    def route(self, text: str) -> Route | None:
        """The command that `text` names, by the longest name it begins with; «12 xong» is «xong 12», and so is
        «xong12»."""
        text = clean(text)
        return self._exact(text) or self._slip(text)

    def _exact(self, text: str) -> Route | None:
        return self._found(text) or self._unglued(text)

    def _found(self, text: str) -> Route | None:
        if _NUMBER_FIRST.match(text):
            first, rest = reading.first(text)
            found = self._named(rest) if first else None
            if found is not None and found.command.takes_codes:
                return replace(found, words=f"{first} {found.words}".strip())
        return self._named(text)

    def _unglued(self, text: str) -> Route | None:
        glued = _GLUED.match(text)
        if glued is None:
            return None
        slash, name, code, first, rest = glued.groups()
        found = self._found(f"{slash}{name} {code}" if name else f"{first} {rest}")
        return found if found and found.command.takes_codes else None

    def _words(self, text: str) -> tuple[list[int], list[str]]:
        """Where each of the first words ends, and the words folded, bare of what stands around them."""
        spans = [match.span() for match in _WORD.finditer(text)][: self._longest]
        folded = [fold(text[start:end]).strip(_EDGES) for start, end in spans]
        if folded:
            folded[0] = folded[0].removeprefix("/")
        return [end for _start, end in spans], folded

    def _named(self, text: str) -> Route | None:
        ends, folded = self._words(text)
        for length in range(len(ends), 0, -1):
            command = self._names.get(tuple(folded[:length]))
            if command is not None:
                return Route(command, " ".join(folded[:length]), _after(text, ends[length - 1]))
        return None

    def _slip(self, text: str) -> Route | None:
        """A name with one letter wrong, where exactly one command is that near."""
        ends, folded = self._words(text)
        for length in range(len(ends), 0, -1):
            said = " ".join(folded[:length])
            if len(said) < SHORTEST_SLIP or not said[0].isalpha():
                continue
            near = {
                " ".join(name): command
                for name, command in self._names.items()
                if len(name) == length and len(" ".join(name)) >= SHORTEST_SLIP
                if said[0] == name[0][0] or len(said) >= LONG_NAME
                if DamerauLevenshtein.distance(said, " ".join(name), score_cutoff=1) <= 1
            }
            if len({command.name for command in near.values()}) == 1:
                name, command = next(iter(near.items()))
                return Route(command, name, _after(text, ends[length - 1]), slip=True)
        return None

    def answer(self, talk: Talk) -> Answered:
        """What the bot answers to a message, or None for silence. Raises `Refused`, and `Needs` to think first."""
        if talk.incoming.event != "said":
            return happened(talk)
        if albums.is_known(talk):
            return None
        said = clean(talk.incoming.text)
        parts = self._parts(said) if not talk.incoming.files else [said]
        return self._each(talk, parts) if len(parts) > 1 else self._one(talk, said)

    def _parts(self, said: str) -> list[str]:
        """«xong 12, gia hạn 14 đến 20/6 vì …»: several commands about deadlines, each with its codes."""
        parts: list[str] = []
        start = 0
        for cut in (*_CUTS.finditer(said), None):
            rest = said[cut.end() :] if cut else ""
            if cut is not None and not self._about_codes(rest, apart=bool(set(cut[0]) & {"\n", ";"})):
                continue
            parts.append(said[start : cut.start() if cut else len(said)].strip(" ,;.\n"))
            start = cut.end() if cut else len(said)
        return parts if len(parts) <= MOST_PARTS and self._about_codes(said) else [said]

    def _about_codes(self, text: str, *, apart: bool = True) -> bool:
        """Whether `text` is a command with codes. Not `apart`: after «xong 1 và» «việc 58» is one more code."""
        route = self._exact(text)
        if route is None or not route.command.takes_codes or not route.words[:1].isdigit():
            return False
        return len(route.name) > 1 and not route.command.whole and (apart or route.command.changes)

    def _each(self, talk: Talk, parts: Sequence[str]) -> Answered:
        """Every part is done or answered by itself: one that is refused holds up no other."""
        said: list[Words] = []
        for number, part in enumerate(parts):
            talk = replace(talk, incoming=replace(talk.incoming, text=part), part=number)
            try:
                with talk.session.begin_nested():
                    answered = self._one(talk, part)
            except Refused as refused:
                answered = Words(refused.sentence)
            said += [answered] if isinstance(answered, Words) else answered or []
        return said

    def _one(self, talk: Talk, said: str) -> Answered:
        addressed = talk.incoming.addressed
        if (answered := self._question(talk, said, choices=True)) is not None:
            return answered[0]
        route = self._exact(said)
        fits = route is not None and (addressed or route.command.fits(route.name, route.words))
        if route is not None and fits and (answered := self._try(talk, route, said)) is not None:
            return answered[0]
        answered = (self._question(talk, said) or self._reply(talk, said)) if said else None
        if answered is None and (said or talk.incoming.reply_to or talk.incoming.files):
            answered = self._own_words(talk, said)
        if answered is not None:
            return answered[0]
        if not addressed:
            return None
        slip = self._slip(said) if route is None else None
        if slip is not None and (answered := self._try(talk, slip, said)) is not None:
            return answered[0]
        if talk.incoming.files:
            taker = next(command for command in self.commands if command.takes_files)
            return self._run(talk, Route(taker, fold(taker.name), said))
        return self._lost(talk, said)

    def _try(self, talk: Talk, route: Route, said: str) -> tuple[Answered] | None:
        """What the command answers, None when the words are not for it. Somebody without the right to it may have said
        something else that only begins with its name."""
        if not route.command.anyone and not talk.may(route.command.action):
            answered = self._own_words(talk, said)
            if answered is not None:
                return answered
        return _unless_not_mine(talk, self._run, talk, route)

    def _run(self, talk: Talk, route: Route) -> Answered:
        command = route.command
        if route.slip and command.changes:
            return _offered(command, route.words)
        if not command.anyone:
            talk.need(command.action)
        if command.think is not None and talk.incoming.files and talk.thought is None:
            raise Needs(command.think)
        talk.name, talk.words = route.name, route.words
        try:
            return command.run(talk)
        except Instead as meant:
            other = self._exact(meant.sentence)
            if other is None:
                raise NotMine from None
            return self._run(talk, other)

    def _question(self, talk: Talk, said: str, *, choices: bool = False) -> tuple[Answered] | None:
        """What an open question makes of `said`; `choices`: only of what is one of its choices and nothing else, and is
        no reply to another message than asked it."""
        questions = talk.questions()
        replied = replied_to(talk) if choices and questions else None
        for question in questions:
            if choices and not names_choice(question, said.removeprefix("/")):
                continue
            if replied is not None and replied.made_at != question.asked_at:
                continue
            if not talk.incoming.addressed and talk.now - question.asked_at > OVERHEARD_ANSWER:
                continue
            answered = _unless_not_mine(talk, self._take, talk, question, said)
            if answered is not None:
                return answered
        return None

    def _reply(self, talk: Talk, said: str) -> tuple[Answered] | None:
        """Words that are no command, said in reply to a message of a kind that asks for words, or that carried one."""
        for kind in dict.fromkeys(one.kind for one in all_replied_to(talk)):
            reply = self.replies.get(kind)
            answered = _unless_not_mine(talk, reply, talk, said) if reply is not None else None
            if answered is not None:
                return answered
        return None

    def _own_words(self, talk: Talk, said: str) -> tuple[Answered] | None:
        for command in self.commands:
            if command.hears is not None:
                answered = _unless_not_mine(talk, command.hears, talk, said)
                if answered is not None:
                    return answered
        return None

    def _take(self, talk: Talk, question: Question, said: str) -> Answered:
        answered = self.answers[question.kind](talk, question, said.removeprefix("/"))
        question.closed_at = talk.now
        return answered

    def _lost(self, talk: Talk, said: str) -> Answered:
        """Addressed, and not understood. Another bot's command, thanks and «đã nhận» need no answer."""
        folded = fold(said).strip(_EDGES)
        if _POLITE.fullmatch(folded) or (not talk.chat.private and _COUPLED.fullmatch(said)):
            return None
        if talk.office is None:
            talk.here  # noqa: B018  (says who may add this person or link this group)
        if talk.missing is not None:
            return talk.missing
        number = code(said.removeprefix("/"))
        if number is not None:
            raise Refused(
                _(
                    "Hiện không có câu hỏi nào chờ anh/chị trả lời bằng số. "
                    "Xem việc {code}: việc {code}. Ghi kết quả: xong {code}.",
                    code=number,
                )
            )
        if talk.answered_before(said):
            raise Refused(_("Câu hỏi này không còn chờ trả lời."))
        raise Refused(
            _("Nhắc Việc chưa hiểu câu này. Thử: /viec, /tiendo, xong 12, hoặc /trogiup để xem tất cả các lệnh.")
        )


def _unless_not_mine(talk: Talk, answer: Callable[..., Answered], *said: Any) -> tuple[Answered] | None:
    """What `answer` makes of `said`; None where the words are not for it, what it missed in them being remembered."""
    try:
        return (answer(*said),)
    except NotMine as not_mine:
        talk.missing = talk.missing or not_mine.missing
        return None


def _after(text: str, end: int) -> str:
    return text[end:].strip(" \t:,.\n")


def _offered(command: Command, words: str) -> Words:
    """A letter is wrong in a sentence that would change something: the right one is offered, not taken."""
    sentence = " ".join(f"{command.name} {words}".split())
    if len(sentence.encode()) > LONGEST_ACTION:
        raise NotMine
    return Words(_("Có phải ý anh/chị là: {sentence}", sentence=sentence), actions=(sentence,))


def load() -> Router:
    """The router over every command file of this folder: each has a `COMMAND`, `ANSWERS` if it asks questions, and
    `REPLIES` if what it says in another chat may be replied to in free words."""
    commands: list[Command] = []
    answers: dict[str, Answer] = {}
    replies: dict[str, Reply] = {}
    for module in iter_modules(__path__):
        loaded = import_module(f"{__name__}.{module.name}")
        if hasattr(loaded, "COMMAND"):
            commands.append(loaded.COMMAND)
        answers |= getattr(loaded, "ANSWERS", {})
        replies |= getattr(loaded, "REPLIES", {})
    return Router(commands, answers, replies)
