"""What every messenger's webhook needs: the secret by which it is known, and a name for what cannot be read."""

import hashlib
import hmac
from collections.abc import Mapping

from channels import Raw


def secret_of(token: str) -> str:
    """What a webhook is registered with: the same in every process of this bot, and no way back to its token."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()


def carries_secret(headers: Mapping[str, str], name: str, token: str) -> bool:
    """Whether a request carries the secret in the header of that name."""
    return hmac.compare_digest(headers.get(name, "").encode(), secret_of(token).encode())


def unreadable(body: bytes) -> Raw:
    """What came and is no update: known by its content, so that it is kept, set aside, and that once."""
    return Raw("sha256:" + hashlib.sha256(body).hexdigest(), body.decode("utf-8", "replace").replace("\0", ""))
