"""How words arrive, how they leave, how leaving fails: the contract every channel keeps.

A channel knows its messenger and nothing else: it hands over every raw update to be stored before it confirms
it, decodes what was stored into an `Incoming`, and says a `Reply` at an `Address`. What the messenger answers
becomes a message id or one of four failures; no foreign exception leaves a channel::

    SendFailed
    ├── Later     it surely did not arrive; say it again after a while
    ├── Never     this chat will not hear us any more (blocked, kicked, deleted), or never this message
    ├── Moved     the chat has a new address; say it there
    └── Unknown   the line broke after the request left: it may have been said
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from lang.text import _

MEGABYTE = 1024 * 1024
FILE_LIMIT = 20 * MEGABYTE
"""Bytes: what Telegram lets a bot download; a larger file arrives without its content."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where words go: a chat of the messenger, and a thread (topic) in it."""

    chat: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class File:
    """A file somebody sent, or that the bot sends. `handle` is the messenger's word for it; `content` is there once
    downloaded, and stays None where the file is larger than `FILE_LIMIT`. `name` is only ever shown, never used as a
    path; `path` is where what the bot sends lies on its own machine, `url` a web link to it, where there is one."""

    name: str
    size: int
    handle: str = ""
    content: bytes | None = None
    path: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that happened in a chat: somebody said something, or sent what the messenger keeps from bots
    («unread»), or the bot was added, removed, or the chat moved, or its topic was closed or opened again.

    `links` say «/start CODE» to the bot when they are opened, by a person and in a group chosen there; «{code}» stands
    in them; empty where the messenger has none.

    `album` is the messenger's word for what was sent at once and arrives as several of these, each with a file, the
    words with one of them; empty where that is one message. `edits`: the bot can change what it said there. `call`:
    the words that must stand in a message for the bot to hear it there («@Bot Nhắc Việc»); empty where it hears all
    that is meant for it. `quotes`: a reply says there what it answers, in `reply_to`."""

    channel: str
    id: str
    address: Address
    private: bool
    sender: Sender
    text: str = ""
    files: tuple[File, ...] = ()
    reply_to: str = ""
    addressed: bool = True
    title: str = ""
    event: Literal["said", "unread", "added", "removed", "moved", "closed", "opened"] = "said"
    moved_to: str = ""
    links: tuple[str, str] = ("", "")
    album: str = ""
    edits: bool = False
    call: str = ""
    quotes: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says. `bold` are spans (start, length) in code points of `text`. `actions` are sentences that
    someone could type, each at most 64 bytes: a button says its sentence; a channel without buttons prints them, and
    `in_group` before each the words without which the bot does not hear it there.

    With it goes a `picture`, to be looked at, or a `file`; not both. A channel without files prints what there is.
    Where the channel edits, it takes the place of the message `instead_of`, unless that is gone; `pinned`: one said
    anew is put where the chat sees it first, as far as the bot may do that."""

    text: str
    bold: tuple[tuple[int, int], ...] = ()
    actions: tuple[str, ...] = ()
    picture: File | None = None
    file: File | None = None
    instead_of: str = ""
    pinned: bool = False
    in_group: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """An update as the messenger gave it. `id` is unique for the bot, so that a redelivered one is known."""

    id: str
    body: str


Keep = Callable[[Sequence[Raw]], Awaitable[None]]
"""Stores raw updates; when it returns they are safe and may be confirmed to the messenger."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many messages within any so many seconds."""

    messages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a messenger lets one bot speak: in all, with one person, in one group; nothing said: as fast
    as it can."""

    overall: tuple[Rate, ...] = ()
    private: tuple[Rate, ...] = ()
    group: tuple[Rate, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """What a channel can do. `limit` counts the characters of one message as the messenger counts them; `file_limit`
    the bytes of the largest file it can send, 0: none; `takes_files`: whether people can send files to the bot there,
    or need a web link for that (`channels.uploads`). `pace` is kept by whoever sends, and `monthly`: the messages, both
    ways, that the messenger lets a bot have in a month, 0: as many as there are."""

    buttons: bool = True
    limit: int = 4096
    file_limit: int = 0
    takes_files: bool = True
    pace: Pace = Pace()
    monthly: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `nhacviec doctor`: what was looked at, whether it is well, what was seen."""

    about: str
    well: bool
    seen: str


class Why(StrEnum):
    """Why saying something failed, whatever the messenger calls it. The `reason` of a failure begins with one of these
    where it is known, and may go on with the messenger's own words after a colon."""

    BLOCKED = "blocked"  # a person does not want to hear us
    GONE = "gone"  # an account or a group is there no more
    REMOVED = "removed"  # we were put out of a group
    TOPIC_CLOSED = "topic_closed"
    TOPIC_GONE = "thread"
    MUTED = "muted"  # we may not write there
    TOO_LONG = "too_long"
    REFUSED = "refused"  # this message is not taken
    BUSY = "busy"  # we are asked to wait
    QUOTA = "quota"  # no more this month
    TOKEN = "token"  # the messenger does not know us
    AWAY = "away"  # nobody answers
    UNSURE = "unsure"  # the line broke: it may have been said

    @staticmethod
    def of(reason: str) -> "Why | None":
        """Which one a reason begins with."""
        word = reason.partition(":")[0]
        return next((why for why in Why if why == word), None)


class SendFailed(Exception):
    """Saying something failed. The text never holds message text, names or tokens."""


@dataclass
class Later(SendFailed):
    """It surely did not arrive. `after` is the messenger's own wait in seconds, if it named one; `all_wait`: nothing
    may be said anywhere for so long."""

    after: float | None = None
    reason: str = ""
    all_wait: bool = False


@dataclass
class Never(SendFailed):
    """No use trying again. `chat_gone` says that the chat as a whole is closed to us, not only this message."""

    reason: str = ""
    chat_gone: bool = True


@dataclass
class Moved(SendFailed):
    """The chat lives on under another id."""

    to: str = ""


@dataclass
class Unknown(SendFailed):
    """The request left, no answer came: it may have been said."""

    reason: str = ""


class Channel(Protocol):
    """A messenger."""

    name: str
    shape: Shape

    async def listen(self, keep: Keep) -> None:
        """Receive raw updates until cancelled; confirm each to the messenger only after `keep` has returned."""

    def decode(self, body: str) -> Incoming | None:
        """What a raw update says; None for one that says nothing to us. May raise: the update is then set aside."""

    async def download(self, file: File) -> File:
        """`file` with its content; unchanged if it is larger than `FILE_LIMIT`. Raises `Later` or `Never`."""

    async def send(self, to: Address, reply: Reply) -> str:
        """Say `reply` there, in several parts if it is too long; the id of the (last) message. Raises `SendFailed`."""

    async def forget(self, incoming: Incoming) -> None:
        """Take what somebody sent out of the chat, as far as the messenger lets a bot do that. Does not raise."""

    async def check(self) -> list[Finding]:
        """What `nhacviec doctor` shows of this channel. Does not raise."""

    async def close(self) -> None: ...


@dataclass
class NotTaken(Exception):
    """What came to our web address is not taken in; `status` is the HTTP status that says so."""

    status: int


class Pushed(Protocol):
    """A messenger that may push its updates to a web address of ours instead of being asked for them."""

    name: str

    def admits(self, headers: Mapping[str, str], *, empty: bool) -> bool:
        """Whether a request to the web address comes from the messenger, by what stands before its body; `empty`: it
        has none."""

    async def pushed(self, body: bytes) -> Sequence[Raw]:
        """The raw updates in one request that was admitted; none for a probe. Raises `NotTaken` for what cannot be
        taken now."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody one can be in the local chat. `role` is worded for people."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Room:
    """A group of the local chat. Everybody may speak in it."""

    id: str
    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the local chat shows around the conversation."""

    now: datetime
    next: datetime | None
    actors: tuple[Actor, ...] = field(default_factory=tuple)
    rooms: tuple[Room, ...] = field(default_factory=tuple)


class Stage(Protocol):
    """What the local web chat needs beyond talking; implemented in `bot/`."""

    async def scene(self) -> Scene:
        """Who one can be, where one can speak, the office's time now (aware) and when the bot next has something to
        say."""

    async def move(self, to: datetime | None = None) -> None:
        """Move the clock forward to `to`, or to the next moment at which the bot speaks; returns when it has spoken."""


def printed(text: str, actions: Sequence[str], call: str = "") -> str:
    """`text` and under it the sentences that answer it, for a channel (or for an action) that has no button. `call`
    stands before each where the bot does not hear it otherwise; where none has to, and the text itself ends with them,
    they are not said twice."""
    said = [f"{call} {action}" if call else action for action in actions]
    if set(said) <= set(text.rpartition("\n")[2].rpartition(": ")[2].split(" / ")):
        return text
    return "\n".join([text, _("Trả lời: {actions}", actions=" / ".join(said))]) if actions else text


def listed(text: str, file: File | None) -> str:
    """`text` and under it what file there is and where it lies, or that nobody can get at it from here; for a channel
    that sends none."""
    if file is None:
        return text
    words, where = f"{file.name} ({size_words(file.size)})", file.url or file.path
    if where:
        lies = _("Tệp {file}: {path}", file=words, path=where)
    else:
        lies = _("Tệp {file}: chưa tải về được, máy chủ của cơ quan chưa có địa chỉ trên mạng.", file=words)
    return "\n".join(line for line in (text, lies) if line)


def size_words(size: int) -> str:
    """«12 KB», «3 MB»."""
    return f"{round(size / MEGABYTE)} MB" if size >= MEGABYTE else f"{max(1, round(size / 1024))} KB"


def messages(reply: Reply, shape: Shape) -> int:
    """How many messages `reply` becomes, at most."""
    text = printed(reply.text, reply.actions)
    words = len(split(text, shape.limit, units)) if len(text) > shape.limit // 2 else 1
    return words + bool(text and (reply.picture or reply.file))


def units(text: str) -> int:
    """The length of `text` in UTF-16 code units, in which messengers count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int, size: Callable[[str], int] = len) -> list[str]:
    """`text` in parts of at most `limit` (as `size` counts), cut at line ends, else at spaces, else anywhere."""
    parts: list[str] = []
    rest = text
    while size(rest) > limit:
        cut = _longest(rest, limit, size)
        at = max(rest.rfind("\n", 0, cut + 1), 0) or max(rest.rfind(" ", 0, cut + 1), 0) or cut
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip("\n ") if rest[at : at + 1] in ("\n", " ") else rest[at:]
    return [*parts, rest] if rest or not parts else parts


def _longest(text: str, limit: int, size: Callable[[str], int]) -> int:
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= limit else (low, middle - 1)
    return low
