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

    def make(self, settings: Settings, menu: Menu = ()) -> Messenger:
        """The channel, which is pushed to where the office has a web address."""
        return self.build(settings, self.token(settings), settings.webhook(self.title.lower()), menu)

    def token(self, settings: Settings) -> str:
        """The bot's token there; empty where the office has no bot there."""
        secret: SecretStr = getattr(settings, self.setting)
        return secret.get_secret_value()


def _telegram(settings: Settings, token: str, webhook: str, menu: Menu) -> Messenger:
    from channels.telegram import TelegramChannel

    return TelegramChannel(token, settings.telegram_url, menu=menu, webhook=webhook)


def _zalo(settings: Settings, token: str, webhook: str, _menu: Menu) -> Messenger:
    from channels.zalo import ZaloChannel

    return ZaloChannel(
        token,
        settings.zalo_url,
        shown=settings.zalo_name,
        webhook=webhook,
        plain=settings.zalo_plain,
        monthly=settings.zalo_monthly,
    )


MESSENGERS = (Known("Telegram", "telegram_token", _telegram), Known("Zalo", "zalo_token", _zalo))


def used(settings: Settings) -> list[Known]:
    """Those the office has a token for."""
    return [one for one in MESSENGERS if one.token(settings)]
