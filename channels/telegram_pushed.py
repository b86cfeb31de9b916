"""Telegram's webhook: what it is registered with, and what one request to it holds. No network, no library.

Telegram sends the secret that it was registered with along with every request (core.telegram.org/bots/api#setwebhook).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence

from channels import Raw
from channels.telegram_updates import Me, body_of

HEADER = "x-telegram-bot-api-secret-token"
MOST_CONNECTIONS = 20
"""Requests that Telegram may have under way at once."""


def secret_of(token: str) -> str:
    """What the webhook is registered with: the same in every process of this bot, and no way back to its token."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()


def from_telegram(headers: Mapping[str, str], token: str) -> bool:
    """Whether the request carries the secret."""
    return hmac.compare_digest(headers.get(HEADER, "").encode(), secret_of(token).encode())


def raws(body: bytes, me: Me) -> Sequence[Raw]:
    """The update in a request. One that has no number is known by its content: it is kept too, so that it is set aside
    once and not sent again for ever."""
    try:
        update = json.loads(body)
        return [Raw(str(int(update["update_id"])), body_of(update, me))]
    except (ValueError, LookupError, TypeError):
        return [Raw("sha256:" + hashlib.sha256(body).hexdigest(), body.decode("utf-8", "replace").replace("\0", ""))]
