"""People's hands on every channel, for the dialogue player: the puppets of `tests/channels/`, on shared servers."""

import re

from channels import Address, File, Reply, Sender
from channels.telegram import TelegramChannel
from tests.channels.puppet_web import WebPuppet
from tests.channels.puppet_zalo import Handed, ZaloPuppet
from tests.channels.puppets import Buttoned, Heard, TelegramPuppet
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_world import World
from tests.fakes.zalo import FakeZalo
from tests.fakes.zalo_world import Sent

GOES_ON = re.compile(r"\d+ \([^)]+\)\n")
"""«12 (tiếp)» at the beginning of a part."""


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


class ZaloHands(ZaloPuppet):
    """People on a Zalo of their own behind a server that others used before. They read the parts of a message that was
    too long for one as one, and what may be answered from its last line; what they answer by they type."""

    def __init__(self, fake: FakeZalo) -> None:
        self.fake = fake
        self._rooms = {}
        fake.renewed()
        self.zalo = Handed(fake.token, fake.base_url, poll_timeout=5, timeout=5.0)
        self.channel = self.zalo

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

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
        """Nobody hands over at the upload page of a group what is not meant for the bot."""
        if not files or room is None or mention or reply_to:
            await super().say(who, text, room, files=files, reply_to=reply_to, mention=mention)

    async def heard(self) -> list[Heard]:
        by_id = {one.message_id: one for one in self.fake.world.sent}
        return [self._read([by_id[id] for id in ids], reply) for ids, reply in self.zalo.said]

    def _read(self, parts: list[Sent], reply: Reply) -> Heard:
        text = "\n".join([parts[0].text, *(GOES_ON.sub("", part.text, count=1) for part in parts[1:])])
        actions: tuple[str, ...] = ()
        if reply.actions and text.rpartition("\n")[2] != reply.text.rpartition("\n")[2]:
            text, _line, answers = text.rpartition("\n")
            call = f"@{self.fake.world.shown} " if reply.in_group else ""
            said = answers.partition(": ")[2].split(" / ")
            assert all(one.startswith(call) for one in said), answers
            actions = tuple(one.removeprefix(call) for one in said)
        elif reply.actions:  # the text itself says them
            actions = reply.actions
            assert set(actions) <= set(text.rpartition(": ")[2].split(" / ")), text
        file = reply.picture or reply.file
        if file is not None and (lies := f"{file.name} (") in text:
            text, _line, line = text.rpartition("\n")
            assert lies in line, text
        name = file.name if file else ""
        if reply.in_group:  # how to call the bot, which only Zalo must be told
            text = text.replace(f" Trong nhóm xin gọi trước: @{self.fake.world.shown} /viec.", "")
        return Heard(Address(parts[0].chat), text, actions, id=parts[-1].message_id, file=name)


class WebHands(WebPuppet):
    """People at the page of the local web chat."""

    async def press(self, who: Sender, on: Buttoned, sentence: str) -> None:
        room = None if on.address.chat.startswith("me:") else on.address.chat
        await self._post(who, sentence, room, on.id, pressed=True)

    async def taken(self) -> None:
        """A request is answered when what it said is kept."""
