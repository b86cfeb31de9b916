"""The messengers an office may have a bot on: a new one is one file in `channels` and one line here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr

from bot.settings import Settings
from channels import Channel, Pushed

Menu = Sequence[tuple[str, str]]
"""Every command that help names, as (slash, what it does), for a messenger that shows them."""


class Messenger(Channel, Pushed, Protocol):
    """A channel that may be asked for updates or pushed them."""


@dataclass(frozen=True, slots=True)
class Known:
    """A messenger: what people call it, which setting holds its token, and how its channel is made from that and the
    address where it pushes updates (empty: it is asked for them)."""

    title: str
    setting: str
    build: Callable[[Settings, str, str, Menu], Messenger]

    def make(self, settings: Settings, menu: Menu = (), *, pushed: bool = True) -> Messenger:
        """The channel; `pushed`: to our web address, if the office has one."""
        hook = f"{settings.public_url.rstrip('/')}/hook/{self.title.lower()}" if settings.public_url and pushed else ""
        return self.build(settings, self.token(settings), hook, menu)

    def token(self, settings: Settings) -> str:
        """The bot's token there; empty where the office has no bot there."""
        secret: SecretStr = getattr(settings, self.setting)
        return secret.get_secret_value()


def _telegram(settings: Settings, token: str, webhook: str, menu: Menu) -> Messenger:
    from channels.telegram import TelegramChannel

    return TelegramChannel(token, settings.telegram_url, menu=menu, webhook=webhook)


MESSENGERS = (Known("Telegram", "telegram_token", _telegram),)


def used(settings: Settings) -> list[Known]:
    """Those the office has a token for."""
    return [one for one in MESSENGERS if one.token(settings)]
