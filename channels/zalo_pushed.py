"""Zalo's webhook: what it is registered with, and what one request to it holds. No network.

Zalo sends the secret that it was registered with along with every update; only the empty request with which it looks
whether somebody is there carries none.
"""

import json
from collections.abc import Sequence

from channels import Raw
from channels.pushing import unreadable
from channels.zalo_updates import raw_of

HEADER = "x-bot-api-secret-token"


def raws(body: bytes, names: Sequence[str]) -> Sequence[Raw]:
    """The update in a request; none in a probe. What cannot be read is known by its content and kept too, so that it is
    set aside, and once."""
    if not body:
        return []
    try:
        return [raw_of(json.loads(body), names)]
    except ValueError:
        return [unreadable(body)]
