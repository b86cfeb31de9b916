"""Zalo's webhook: what it is registered with, and what one request to it holds. No network.

Zalo sends the secret that it was registered with along with every update; only the empty request with which it looks
whether somebody is there carries none.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence

from channels import NotTaken, Raw
from channels.zalo_updates import raw_of, unreadable

HEADER = "x-bot-api-secret-token"
FORBIDDEN = 403


def secret_of(token: str) -> str:
    """What the webhook is registered with: the same in every process of this bot, and no way back to its token."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()


def from_zalo(headers: Mapping[str, str], token: str) -> bool:
    """Whether the request carries the secret."""
    return hmac.compare_digest(headers.get(HEADER, "").encode(), secret_of(token).encode())


def raws(headers: Mapping[str, str], body: bytes, token: str, names: Sequence[str]) -> Sequence[Raw]:
    """The update in a request; none in a probe. What cannot be read is known by its content and kept too, so that it is
    set aside, and once. Raises `NotTaken` unless the request carries the secret."""
    if not body:
        return []
    if not from_zalo(headers, token):
        raise NotTaken(FORBIDDEN)
    try:
        return [raw_of(json.loads(body), names)]
    except ValueError:
        return [unreadable(body.decode("utf-8", "replace"))]
