"""What people can say: one file per command, and the router that finds the command in what was said.

The order: a command by its longest known name, an open question of this person in this chat, else a helpful
sentence in private and silence in a group.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from channels import Incoming
from handlers.membership import happened
from handlers.talk import Answer, Answered, Command, NotMine, Refused, Talk, open_questions
from lang.fold import fold
from lang.text import _
from storage.models import Question

_WORD = re.compile(r"\S+")
_CODES = re.compile(r"^(?:việc|viec)?\s*((?:\d+(?:\.\S+)?(?:\s*,\s*|\s+và\s+|\s+))+)(?=\D)", re.IGNORECASE)
SHORTEST_SLIP = 4
"""A name shorter than this is not recognised with a letter wrong: too many words are near it."""


class TwoCommands(Exception):
    """Two commands claim the same words."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a message goes: a command and the words after its name."""

    command: Command
    words: str


class Needs(Exception):
    """The command must think first, outside the transaction."""

    def __init__(self, think: Callable[[Incoming], Any]) -> None:
        super().__init__()
        self.think = think


class Router:
    """Every command and every kind of question, by what people say."""

    def __init__(self, commands: Iterable[Command], answers: dict[str, Answer]) -> None:
        self.commands = sorted(commands, key=lambda command: command.name)
        self.answers = answers
        self._names: dict[tuple[str, ...], Command] = {}
        for command in self.commands:
            for name in {fold(said) for said in (command.name, command.slash, *command.says) if said}:
                if self._names.setdefault(tuple(name.split()), command) is not command:
                    raise TwoCommands(name)
        self._longest = max(len(name) for name in self._names)

    def route(self, text: str) -> Route | None:
        """The command that `text` names, by the longest name it begins with; «12 xong» is «xong 12»."""
        found = self._named(text)
        if found is not None:
            return found
        if codes := _CODES.match(text):
            found = self._named(text[codes.end() :])
            if found is not None and found.command.takes_codes:
                return Route(found.command, f"{codes[1].strip()} {found.words}".strip())
        return self._slip(text)

    def _named(self, text: str) -> Route | None:
        spans = [match.span() for match in _WORD.finditer(text)][: self._longest]
        folded = [fold(text[start:end]).strip(".,:;?!…\"'()") for start, end in spans]
        if folded:
            folded[0] = folded[0].removeprefix("/")
        for length in range(len(spans), 0, -1):
            command = self._names.get(tuple(folded[:length]))
            if command is not None:
                return Route(command, text[spans[length - 1][1] :].strip(" \t:,.?\n"))
        return None

    def _slip(self, text: str) -> Route | None:
        """A name with one letter wrong, where exactly one command is that near."""
        spans = [match.span() for match in _WORD.finditer(text)][: self._longest]
        folded = [fold(text[start:end]).strip("/.,:;?!") for start, end in spans]
        for length in range(len(spans), 0, -1):
            said = " ".join(folded[:length])
            if len(said) < SHORTEST_SLIP or said.isdigit():
                continue
            near = [
                command
                for name, command in self._names.items()
                if len(name) == length and DamerauLevenshtein.distance(said, " ".join(name), score_cutoff=1) <= 1
                if len(" ".join(name)) >= SHORTEST_SLIP
            ]
            if len({command.name for command in near}) == 1:
                return Route(near[0], text[spans[length - 1][1] :].strip(" \t:,.?\n"))
        return None

    def answer(self, talk: Talk) -> Answered:
        """What the bot answers to a message, or None for silence. Raises `Refused`, and `Needs` to think first."""
        if talk.incoming.event != "said":
            return happened(talk)
        said = talk.incoming.text.strip()
        route = self.route(said)
        if route is not None and (talk.incoming.addressed or route.command.fits(route.words)):
            try:
                return self._run(talk, route)
            except NotMine:
                pass
        if said and (answered := self._question(talk, said)) is not None:
            return answered[0]
        if talk.incoming.files:
            taker = next(command for command in self.commands if command.takes_files)
            if talk.incoming.addressed:
                return self._run(talk, Route(taker, said))
        if not talk.incoming.addressed:
            return None
        return self._lost(talk)

    def _run(self, talk: Talk, route: Route) -> Answered:
        command = route.command
        if not command.anyone:
            talk.need(command.action)
        if command.think is not None and talk.thought is None:
            raise Needs(command.think)
        talk.words = route.words
        return command.run(talk)

    def _question(self, talk: Talk, said: str) -> tuple[Answered] | None:
        for question in open_questions(talk.session, talk.chat, talk.person.id if talk.person else None, talk.now):
            try:
                return (self._take(talk, question, said),)
            except NotMine:
                continue
        return None

    def _take(self, talk: Talk, question: Question, said: str) -> Answered:
        answered = self.answers[question.kind](talk, question, said)
        question.closed_at = talk.now
        return answered

    def _lost(self, talk: Talk) -> Answered:
        if talk.office is None:
            talk.here  # noqa: B018  (says who may add this person or link this group)
        raise Refused(
            _("Nhắc Việc chưa hiểu câu này. Thử: /viec, /tiendo, xong 12, hoặc /trogiup để xem tất cả các lệnh.")
        )


def load() -> Router:
    """The router over every command file of this folder: each has a `COMMAND`, and `ANSWERS` if it asks questions."""
    commands: list[Command] = []
    answers: dict[str, Answer] = {}
    for module in iter_modules(__path__):
        loaded = import_module(f"{__name__}.{module.name}")
        if hasattr(loaded, "COMMAND"):
            commands.append(loaded.COMMAND)
        answers |= getattr(loaded, "ANSWERS", {})
    return Router(commands, answers)
