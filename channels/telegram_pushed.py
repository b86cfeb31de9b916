"""Telegram's webhook: what it is registered with, and what one request to it holds. No network, no library.

Telegram sends the secret that it was registered with along with every request (core.telegram.org/bots/api#setwebhook).
"""

import json
from collections.abc import Sequence

from channels import Raw
from channels.pushing import unreadable
from channels.telegram_updates import Me, body_of

HEADER = "x-telegram-bot-api-secret-token"
MOST_CONNECTIONS = 20
"""Requests that Telegram may have under way at once."""


def raws(body: bytes, me: Me) -> Sequence[Raw]:
    """The update in a request. One that has no number is kept too: else it would be sent again for ever."""
    try:
        update = json.loads(body)
        return [Raw(str(int(update["update_id"])), body_of(update, me))]
    except (ValueError, LookupError, TypeError):
        return [unreadable(body)]
