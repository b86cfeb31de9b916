"""A PDF as lines and grids."""

from plans import Unreadable
from plans.pages import Content


def read(content: bytes) -> Content:
    raise Unreadable("damaged")
