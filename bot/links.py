"""Web addresses that carry a right for a while, for a messenger that carries no files: to send files into a chat in
somebody's name, and to fetch one that was kept.

What a link allows is written in it and signed, so that nothing is kept of it here, and every process of the bot knows
the links of every other. It allows no more than its bearer may do in the chat when it is used: that is looked up then.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from channels import Address, Incoming, Sender
from schedules.clock import Clock

UPLOAD, DOWNLOAD = "gui", "tep"
"""Where the links lead, and what their signatures are made for: none opens in another's place."""
UPLOAD_HOLDS = timedelta(minutes=30)
"""Time to find a file on the phone; who else gets hold of the link acts in a name that is not theirs."""
DOWNLOAD_HOLDS = timedelta(days=1)
"""What is sent in the afternoon is opened the next morning, and a messenger fetches a picture when somebody looks."""
LONGEST_SENTENCE = 200
"""Characters: the rest of a longer one is typed on the page. A link must fit into one message."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Who may send files where in whose name until when, and the sentence that is to go with them. No two are alike:
    `nonce`."""

    channel: str
    address: Address
    private: bool
    sender: Sender
    office: int
    text: str
    until: datetime
    nonce: str


@dataclass(frozen=True, slots=True)
class Download:
    """Which content on the shelf may be fetched until when: what was shown for the deadline `code` and was asked for in
    `chat` (its row). `picture`: to be looked at, not to be kept."""

    hash: str
    name: str
    picture: bool
    office: int
    chat: int
    code: int
    until: datetime


class Altered(Exception):
    """This is no link of ours."""


class Links:
    """Gives links under `base` (empty: the server has no public address, and there are none), and reads them. The same
    `key` signs in every process."""

    def __init__(self, key: bytes, base: str, clock: Clock) -> None:
        self._key, self._base, self._clock = key, base.rstrip("/"), clock

    @property
    def open(self) -> bool:
        """Whether the server can be reached, so that there are links."""
        return bool(self._base)

    def upload(self, incoming: Incoming, office: int, text: str) -> tuple[str, datetime]:
        """A link by which whoever said `incoming` sends files there, and until when it holds."""
        until = self._clock.now() + UPLOAD_HOLDS
        to, sender = incoming.address, incoming.sender
        of_chat = [incoming.channel, to.chat, to.thread, incoming.private, sender.id, sender.name]
        return self._link(UPLOAD, [*of_chat, office, text[:LONGEST_SENTENCE], _seconds(until), token_urlsafe(9)]), until

    def download(self, hash: str, name: str, *, picture: bool, office: int, chat: int, code: int) -> str:
        """A link to a content on the shelf."""
        until = self._clock.now() + DOWNLOAD_HOLDS
        return self._link(DOWNLOAD, [hash, name, picture, office, chat, code, _seconds(until)])

    def read_upload(self, signed: str) -> Upload:
        """What a link allows, or allowed. Raises `Altered`."""
        channel, chat, thread, private, account, name, office, text, until, nonce = self._read(UPLOAD, signed)
        sender = Sender(account, name)
        return Upload(channel, Address(chat, thread), private, sender, office, text, _moment(until), nonce)

    def read_download(self, signed: str) -> Download:
        """What a link allows, or allowed. Raises `Altered`."""
        hash, name, picture, office, chat, code, until = self._read(DOWNLOAD, signed)
        return Download(hash, name, picture, office, chat, code, _moment(until))

    def is_over(self, link: Upload | Download) -> bool:
        return link.until <= self._clock.now()

    def _link(self, use: str, what: list[Any]) -> str:
        return f"{self._base}/{use}/{self._signer(use).dumps(what)}"

    def _read(self, use: str, signed: str) -> list[Any]:
        try:
            return list(self._signer(use).loads(signed))
        except BadData:
            raise Altered from None

    def _signer(self, use: str) -> URLSafeSerializer:
        how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        plain = {"ensure_ascii": False}
        return URLSafeSerializer(self._key, salt=use, signer_kwargs=how, serializer_kwargs=plain)


def key_of(*tokens: str) -> bytes:
    """What links are signed with: the same in every process with the tokens of these bots, and no way back to them."""
    return hmac.new("\n".join(tokens).encode(), b"links", hashlib.sha256).digest()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
