"""People's hands on every channel, for the dialogue player: the puppets of `tests/channels/`, on shared servers."""

from channels import Address, Sender
from channels.telegram import TelegramChannel
from tests.channels.puppet_web import WebPuppet
from tests.channels.puppets import Buttoned, TelegramPuppet
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_world import World


class TelegramHands(TelegramPuppet):
    """People on a Telegram of their own behind a server that others used before. `everything`: the bot is an
    administrator of the groups, and hears all that is said there."""

    def __init__(self, fake: FakeTelegram, everything: bool) -> None:
        self.fake, self._everything = fake, everything
        self._rooms = {}
        fake.world = World(fake.token, "nhacviec_bot", True, fake._news)
        self.channel = TelegramChannel(fake.token, fake.base_url, poll_timeout=5, timeout=5.0)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def room(self, title: str) -> Address:
        if title not in self._rooms:
            status = "administrator" if self._everything else "member"
            self._rooms[title] = self.fake.world.group(title, supergroup=True, bot=status)
        return Address(str(self._rooms[title]))


class WebHands(WebPuppet):
    """People at the page of the local web chat."""

    async def press(self, who: Sender, on: Buttoned, sentence: str) -> None:
        room = None if on.address.chat.startswith("me:") else on.address.chat
        await self._post(who, sentence, room, on.id, pressed=True)

    async def taken(self) -> None:
        """A request is answered when what it said is kept."""
