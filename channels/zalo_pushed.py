"""Zalo's webhook: what it is registered with, and what one request to it holds. No network.

Zalo sends the secret that it was registered with along with every update; only the empty request with which it looks
whether somebody is there carries none.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence

from channels import Raw
from channels.zalo_updates import raw_of, unreadable

HEADER = "x-bot-api-secret-token"


def secret_of(token: str) -> str:
    """What the webhook is registered with: the same in every process of this bot, and no way back to its token."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()


def from_zalo(headers: Mapping[str, str], token: str) -> bool:
    """Whether the request carries the secret."""
    return hmac.compare_digest(headers.get(HEADER, "").encode(), secret_of(token).encode())


def raws(body: bytes, names: Sequence[str]) -> Sequence[Raw]:
    """The update in a request; none in a probe. What cannot be read is known by its content and kept too, so that it is
    set aside, and once."""
    if not body:
        return []
    try:
        return [raw_of(json.loads(body), names)]
    except ValueError:
        return [unreadable(body.decode("utf-8", "replace"))]
