"""Whose certificates a messenger's client believes."""

from functools import cache
from ssl import SSLContext

from httpx import create_ssl_context


@cache
def trusted() -> SSLContext:
    """Made once: reading the certificates takes longer than all the rest of making a channel."""
    return create_ssl_context()
