"""`nhacviec play FILE`: plays a dialogue file in a fresh office. Its grammar: docs/dialogues.md."""

import asyncio
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, Protocol

from sqlmodel import Session, select

from bot import sample
from bot.app import App
from bot.hands import Hands, Heard
from bot.hearing import decide
from channels import Address, File, Incoming, Sender
from handlers import load
from handlers.start import new_code
from lang.moments import moment
from schedules.clock import HandClock
from schedules.deliveries import Outgoing
from storage import models
from storage.db import Database
from storage.models import Office, Plan, PlanStatus
from storage.shelf import Shelf

AGREED = "2023-01-09 08:30"
ANY = "«…»"
SILENCE = "(im lặng)"
HAPPENS: dict[str, Literal["added", "removed"]] = {"(đưa bot ra khỏi nhóm)": "removed", "(đưa bot vào nhóm)": "added"}
"""What people do to the bot and not every messenger lets hands do: the player tells the bot itself."""
CODE = "MÃ"
NOTHING = "-"

_MOMENT = re.compile(r"# (\d{4}-\d\d-\d\d \d\d:\d\d)\s*$")
_HEAD = re.compile(r"# (plan|agreed|hears|office|groups|unlinked|met): (.+)$")
_SPOKEN = re.compile(r"(?P<and>& )?(?P<who>[^\s@:>\[]+)(?:@(?P<room>[^\s:>\[]+))?(?: > (?P<to>[^:]+))?: ?(?P<text>.*)$")
_PRESSED = re.compile(r"(?P<and>& )?(?P<who>[^\s@:>\[]+)(?:@(?P<room>[^\s:>\[]+))? \[(?P<press>[^\]]+)\]$")
_FILE = re.compile(r"\[tệp ([^\]]+)\]\s*(.*)$", re.DOTALL)
_SHOWN_CODE = re.compile(rf"{CODE}\[([^\]]+)\]")
_BUTTONS = re.compile(r"(\[[^\]]+\] ?)+$")


class BadDialogue(Exception):
    """The file does not follow docs/dialogues.md."""


@dataclass
class Step:
    """One thing that happens: a moment, or people speaking at once; what the bot is to say after it; the lines as
    written."""

    lines: list[str]
    moment: datetime | None = None
    spoken: list[dict[str, str]] = field(default_factory=list)
    expected: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Dialogue:
    head: dict[str, str]
    opening: list[str]
    steps: list[Step]


def parse(text: str) -> Dialogue:
    """Read a dialogue file. Raises `BadDialogue` with the number of the line."""
    dialogue = Dialogue({}, [], [])
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        if said := _MOMENT.match(line):
            at = datetime.strptime(said[1], "%Y-%m-%d %H:%M")  # noqa: DTZ007  (an office's wall clock)
            dialogue.steps.append(Step([line], moment(at.date(), at.time(), sample.ZONE)))
        elif not dialogue.steps:
            if head := _HEAD.match(line):
                dialogue.head[head[1]] = head[2].strip()
            elif line and not line.startswith("#"):
                raise BadDialogue(f"{number}: a moment comes first, like «# 2023-03-03 08:00»")
            dialogue.opening.append(line)
        elif line.startswith("    "):
            _continue(dialogue.steps[-1], line[4:], number)
        elif not line or line.startswith("#") or line == SILENCE:
            dialogue.steps[-1].lines.append(line)
        else:
            _speak(dialogue, line, number)
    return dialogue


def _continue(step: Step, line: str, number: int) -> None:
    if step.expected:
        chat, text = step.expected[-1]
        step.expected[-1] = (chat, f"{text}\n{line}")
    elif step.spoken:
        step.spoken[-1]["text"] += f"\n{line}"
        step.lines.append(f"    {line}")
    else:
        raise BadDialogue(f"{number}: nothing to continue")


def _speak(dialogue: Dialogue, line: str, number: int) -> None:
    said = _PRESSED.match(line) or _SPOKEN.match(line)
    if said is None:
        raise BadDialogue(f"{number}: not understood: {line}")
    parts = {key: value or "" for key, value in said.groupdict().items()}
    if parts["who"] == "Bot":
        dialogue.steps[-1].expected.append((parts["room"], parts["text"]))
    elif parts["and"]:
        dialogue.steps[-1].spoken.append(parts)
        dialogue.steps[-1].lines.append(line)
    else:
        dialogue.steps.append(Step([line], spoken=[parts]))


def shown(heard: Heard) -> str:
    """A message of the bot as dialogue files write it: the file with it, its text, and its buttons on a last line."""
    buttons = " ".join(f"[{action}]" for action in heard.actions)
    text = f"[tệp {heard.file}] {heard.text}" if heard.file else heard.text
    return f"{text}\n{buttons}" if buttons else text


def same(expected: str, said: str) -> bool:
    """Whether the bot said what was expected, `«…»` standing for any words and `[…]` for any buttons."""
    if expected.endswith("\n[…]"):
        expected = expected.removesuffix("\n[…]")
        head, _, last = said.rpartition("\n")
        said = head if _BUTTONS.match(last) else said
    pattern = ".*?".join(re.escape(part) for part in expected.split(ANY))
    return re.fullmatch(pattern, said, re.DOTALL) is not None


class Player:
    """Plays one dialogue through somebody's hands; `database` is empty and migrated."""

    def __init__(self, dialogue: Dialogue, hands: Hands, database: Database, folder: Path) -> None:
        self.dialogue, self.hands, self.database, self.folder = dialogue, hands, database, folder
        start = next((step.moment for step in dialogue.steps if step.moment), None)
        if start is None:
            raise BadDialogue("there is no moment")
        self.clock = HandClock(start)
        self._shelf = TemporaryDirectory()
        shelf, hasty = Shelf(Path(self._shelf.name)), Outgoing(paced=False)
        self.app = App(database, self.clock, load(), [hands.channel], outgoing=hasty, shelf=shelf, gathering=0)
        self._people: dict[str, Sender] = {}
        self._chats: dict[str, Address] = {}
        seen = dialogue.head.get("groups")
        self._unseen = set(sample.rooms()) - set(re.split(r",\s*", seen)) if seen else set()
        self._read = 0
        self._code = ""

    async def play(self) -> list[list[tuple[str, str]]]:
        """What the bot said after each step, as (chat, message)."""
        name = self.hands.channel.name
        listening = asyncio.create_task(self.hands.channel.listen(lambda raws: self.app.take(name, raws)))
        try:
            await self._open()
            return [await self._step(step) for step in self.dialogue.steps]
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await self.hands.channel.close()
            self._shelf.cleanup()

    async def _open(self) -> None:
        for member in sample.everybody():
            await self._person(member.name)
        for short, title in sample.rooms().items():
            self._chats[short] = await self.hands.room(title)
        if self.dialogue.head.get("office") == "empty":
            self._code = await self.app.within(_empty_office)
            return
        start = self.clock.now()
        plan = self.dialogue.head.get("plan")
        if plan:
            at = datetime.strptime(self.dialogue.head.get("agreed", AGREED), "%Y-%m-%d %H:%M")  # noqa: DTZ007
            self.clock = self.app.clock = HandClock(moment(at.date(), at.time(), sample.ZONE))
        accounts = {person: sender.id for person, sender in self._people.items()}
        name = self.hands.channel.name
        unlinked = re.split(r",\s*", self.dialogue.head.get("unlinked", ""))
        groups = {short: address for short, address in self._chats.items() if short not in unlinked}
        await self.app.within(lambda session: sample.make(session, name, accounts, groups, self.clock.now()))
        before = [("Lan", said) for said in (f"[tệp {plan}]", "đồng ý KH1") if plan]
        met = self.dialogue.head.get("met", "")
        for who, said in before + [(name, "/start") for name in re.split(r",\s*", met) if name]:
            await self._say({"who": who, "room": "", "text": said, "to": ""})
            await self._quiet()
        if plan and not await self.app.within(_has_plan):
            raise BadDialogue(f"the plan {plan} could not be read and agreed")
        self._read = len(await self.hands.heard())
        self.clock.move(start)

    async def _person(self, name: str) -> Sender:
        if name not in self._people:
            self._people[name] = await self.hands.person(name)
            self._chats.setdefault(name, await self.hands.private(self._people[name]))
        return self._people[name]

    async def _step(self, step: Step) -> list[tuple[str, str]]:
        if step.moment:
            self.clock.move(step.moment)
            await self.app.tick()
        if any(self._typed(parts) == NOTHING for parts in step.spoken):
            return list(step.expected)
        for parts in step.spoken:
            await self._say(parts, wants_answer=bool(step.expected))
        await self._quiet()
        names = {address: name for name, address in reversed(self._chats.items())}
        heard = list(await self.hands.heard())[self._read :]
        self._read += len(heard)
        said = [(names.get(one.address, one.address.chat), shown(one)) for one in heard]
        return [(chat, text) for chat, text in said if chat not in self._unseen]

    async def _quiet(self) -> None:
        await self.hands.taken()
        await self.app.settle()

    async def _say(self, parts: dict[str, str], *, wants_answer: bool = True) -> None:
        who = await self._person(parts["who"])
        room = self._room(parts["room"]) if parts["room"] else None
        if sentence := parts.get("press"):
            on = await self._last(room or self._chats[parts["who"]], lambda one: sentence in one.actions, sentence)
            await self.hands.press(who, on, sentence)
            return
        if (event := HAPPENS.get(parts["text"])) and room is not None:
            await self.app.within(lambda session: self._happens(session, event, who, room))
            return
        text, files = self._attached(self._typed(parts))
        for name in re.findall(_SHOWN_CODE, text):
            text = text.replace(f"{CODE}[{name}]", await self._code_of(name))
        mention = re.search(r"(?<!\w)@bot\b ?", text) is not None
        text = re.sub(r"(?<!\w)@bot\b ?", "", text).replace(CODE, self._code) if mention or self._code else text
        if room is not None and self.hands.must_call:
            mention = mention or wants_answer or text.startswith("/")
        reply_to = ""
        if (words := parts.get("to")) and self.hands.quotes:
            on = await self._last(room or self._chats[parts["who"]], lambda one: words in one.text, words)
            reply_to = on.id
        await self.hands.say(who, text, room, files=files, reply_to=reply_to, mention=mention)

    def _typed(self, parts: dict[str, str]) -> str:
        """What somebody types, who replies or, where a reply does not say what it answers, cannot."""
        typed = parts.get("text", "")
        if not parts.get("to"):
            return typed
        quoting, _bar, alone = typed.partition(" | ")
        return alone if alone and not self.hands.quotes else quoting

    def _happens(self, session: Session, event: Literal["added", "removed"], who: Sender, room: Address) -> None:
        now, name = self.clock.now(), self.hands.channel.name
        heard = models.Heard(channel=name, update=f"{event} {now.isoformat()}", body="", received_at=now)
        session.add(heard)
        session.flush()
        incoming = Incoming(name, heard.update, room, private=False, sender=who, event=event)
        decide(session, self.app.router, heard.id or 0, incoming, now, None)

    async def _code_of(self, name: str) -> str:
        """The code that the bot showed last on a line that begins with `name`."""
        for one in reversed(await self.hands.heard()):
            for line in one.text.splitlines():
                if line.startswith(f"{name}:") and (code := re.search(r"\b[A-Z\d]{5}-[A-Z\d]{5}\b", line)):
                    return code[0]
        raise BadDialogue(f"the bot has shown no code of {name}")

    def _room(self, name: str) -> Address:
        if name not in self._chats:
            raise BadDialogue(f"no group is called {name}")
        return self._chats[name]

    async def _last(self, address: Address, fits: "Fits", words: str) -> Heard:
        for one in reversed(await self.hands.heard()):
            if one.address == address and fits(one):
                return one
        raise BadDialogue(f"the bot has not said «{words}» there")

    def _attached(self, text: str) -> tuple[str, tuple[File, ...]]:
        files: list[File] = []
        while sent := _FILE.match(text):
            name, text = sent[1].strip(), sent[2]
            content = sample.plan() if name == "sample" else (self.folder / name).read_bytes()
            named = sample.PLAN if name == "sample" else Path(name).name
            files.append(File(named, len(content), content=content))
        return text, tuple(files)


class Fits(Protocol):
    def __call__(self, one: Heard, /) -> bool: ...


def _empty_office(session: Session) -> str:
    office = Office(name=sample.NAME, short_name="Sở")
    session.add(office)
    return new_code(office)


def _has_plan(session: Session) -> bool:
    return session.exec(select(Plan).where(Plan.status == PlanStatus.LIVE)).first() is not None


def compare(dialogue: Dialogue, said: list[list[tuple[str, str]]]) -> str:
    """The difference between what was expected and what the bot said; empty when there is none."""
    wanted, got = [], []
    for step, messages in zip(dialogue.steps, said, strict=True):
        left = list(messages)
        shown_as: list[tuple[str, str]] = []
        for chat, text in step.expected:
            found = next((one for one in left if one[0] == chat), None)
            if found is not None:
                left.remove(found)
                shown_as.append((chat, text) if same(text, found[1]) else found)
        wanted += [*step.lines, *_written(step.expected)]
        got += [*step.lines, *_written([*shown_as, *left])]
    return "\n".join(difflib.unified_diff(wanted, got, "expected", "said", lineterm="", n=4))


def record(dialogue: Dialogue, said: list[list[tuple[str, str]]]) -> str:
    """The dialogue file with what the bot said in it."""
    lines = list(dialogue.opening)
    for step, messages in zip(dialogue.steps, said, strict=True):
        body, after = list(step.lines), []
        while len(body) > 1 and (not body[-1] or body[-1].startswith("#")):
            after.append(body.pop())
        lines += [*body, *_written(messages), *reversed(after)]
    return "\n".join(lines).rstrip() + "\n"


def _written(messages: Sequence[tuple[str, str]]) -> Iterator[str]:
    for chat, text in messages:
        first, *rest = text.split("\n")
        yield f"Bot@{chat}: {first}"
        yield from (f"    {line}" for line in rest)
