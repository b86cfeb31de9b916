"""What a machine lacks: its tests are left out aloud, and fail where nothing may be lacking."""

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Leave the test out, or fail it on the build machine; `what` says what is missing and what was not tried."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    print(what)
    pytest.skip(what)
