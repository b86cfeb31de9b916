"""A puppet moves people's hands on one channel: the channel suite and the dialogue player speak through it.

Whoever writes a channel writes its puppet beside it; the suite then asks that channel what it asks every other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from channels import Address, Channel, File, Sender, SendFailed


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the bot as a person sees it there: `text` with whatever the channel prints of the actions, the
    sentences on its buttons, the words in bold, and the id that a reply to it carries."""

    address: Address
    text: str
    actions: tuple[str, ...] = ()
    bold: tuple[str, ...] = ()
    id: str = ""


class Puppet(Protocol):
    """People and rooms of one messenger. What is said reaches `channel.listen`, if it reaches the bot there."""

    channel: Channel
    overhears: bool
    """Does plain talk in a room reach the bot (as not addressed)? Not on Telegram, where privacy mode is on."""
    failures: Mapping[str, type[SendFailed]]
    """Every way in which sending can fail here, by the name that `fail` takes, and what `send` must raise for it."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def person(self, name: str) -> Sender:
        """Somebody of that name who has opened a private conversation with the bot; the same one each time."""

    async def private(self, who: Sender) -> Address:
        """Where the bot answers `who` alone."""

    async def room(self, title: str) -> Address:
        """A group of that title with the bot in it; the same one each time."""

    async def say(
        self,
        who: Sender,
        text: str,
        room: Address | None = None,
        *,
        files: tuple[File, ...] = (),
        reply_to: str = "",
        mention: bool = False,
    ) -> None:
        """`who` says `text` in `room`, or in private; with `mention` the bot is called by name in it. Files come with
        their content. `reply_to` is the id of a message of the bot."""

    async def press(self, who: Sender, on: Heard, sentence: str) -> None:
        """`who` presses the button `sentence` under the message `on`; types it, where the channel has no buttons."""

    async def garble(self) -> None:
        """An update arrives that `decode` cannot read."""

    async def fail(self, how: str) -> Address:
        """Arrange that the next `send` to the returned address fails in the way `how` of `failures`."""

    async def heard(self) -> list[Heard]:
        """Everything the bot has said so far, in order."""
