"""What a failed request to Zalo means. Its answers are JSON with an `error_code`, mostly inside HTTP 200; what stands
before it (a proxy, a firewall) answers with an HTTP status and a page::

429 "quota" in JSON              Later QUOTA, for every chat
429 otherwise, JSON or a page    Later BUSY, for every chat, a minute
401 in JSON; 401, 404 as a page  Later TOKEN: refused at the door
other 3xx, 4xx as a page         Later AWAY: it did not get as far as Zalo; but 408 Unknown
400, 403, 404 in `CHAT_LOST`     Never, the chat
403, 408, 5xx in JSON            Unknown; 403 is what Zalo calls an internal server error
400 in `TOO_LONG`                Never TOO_LONG, this message
other 4xx in JSON                Never REFUSED, this message
ConnectError, ConnectTimeout, PoolTimeout
                                 Later AWAY: the request never left
everything else                  Unknown: a broken line, a page with 5xx, an answer that cannot be read
"""

from typing import Any

from httpx import ConnectError, ConnectTimeout, PoolTimeout

from channels import Later, Never, SendFailed, Unknown, Why

A_MINUTE = 60.0
AN_HOUR = 3600.0
"""After a month's messages are spent it is asked this often whether there are more."""
CHAT_LOST = (
    (Why.BLOCKED, ("blocked", "has not interacted", "not followed")),
    (Why.REMOVED, ("kicked", "removed from", "not a member", "not in the group", "not in group", "left the group")),
    (Why.GONE, ("chat not found", "user not found", "group not found", "invalid chat", "chat_id is invalid")),
    (Why.GONE, ("chat_id is not", "user_id is invalid", "deactivated", "chat does not exist", "user does not exist")),
    (Why.MUTED, ("no permission to send", "not allowed to send", "no rights to send")),
)
"""How Zalo may word that a whole chat is closed to us. Guesses: no answer to a bot that was put out is on record."""
TOO_LONG = ("too long", "exceeds", "at most 2000", "maximum length", "max length", "length must")
SHOWN = 120
"""Characters of Zalo's own words that a reason keeps."""


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(code)
        self.code, self.description = code, description


class NoJson(Exception):
    """An answer that is not Zalo's: no JSON, or JSON of another shape."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def api_error(answer: dict[str, Any], status: int) -> ApiError:
    """The refusal in an answer; its code comes as a number or as text, under two names."""
    try:
        code = int(answer.get("error_code", answer.get("errorCode", 0)) or status)
    except (TypeError, ValueError):
        code = status
    return ApiError(code, str(answer.get("description") or ""))


def failure(error: Exception) -> SendFailed:
    """The table at the top of this file. Each reason begins with a `Why`."""
    name = named(error)
    if isinstance(error, ApiError):
        return _refusal(error, name)
    if isinstance(error, NoJson):
        return _page(error.status, name)
    if isinstance(error, ConnectError | ConnectTimeout | PoolTimeout):
        return Later(None, f"{Why.AWAY}: {name}")
    return Unknown(f"{Why.UNSURE}: {name}")


def _refusal(error: ApiError, name: str) -> SendFailed:
    words = error.description.casefold()
    if error.code == 429:
        if "quota" in words:
            return Later(AN_HOUR, f"{Why.QUOTA}: {name}", all_wait=True)
        return Later(A_MINUTE, f"{Why.BUSY}: {name}", all_wait=True)
    if error.code == 401:
        return Later(None, f"{Why.TOKEN}: {name}")
    lost = next((why for why, said in CHAT_LOST if any(part in words for part in said)), None)
    if lost is not None and error.code in (400, 403, 404):
        return Never(f"{lost}: {name}")
    if error.code in (403, 408) or not 400 <= error.code < 500:
        return Unknown(f"{Why.UNSURE}: {name}")
    why = Why.TOO_LONG if any(part in words for part in TOO_LONG) else Why.REFUSED
    return Never(f"{why}: {name}", chat_gone=False)


def _page(status: int, name: str) -> SendFailed:
    if status == 429:
        return Later(A_MINUTE, f"{Why.BUSY}: {name}", all_wait=True)
    if status in (401, 404):
        return Later(None, f"{Why.TOKEN}: {name}")
    if 300 <= status < 500 and status != 408:
        return Later(None, f"{Why.AWAY}: {name}")
    return Unknown(f"{Why.UNSURE}: {name}")


def named(error: Exception) -> str:
    """An error as far as it can be shown: others may quote an address with the token, or what people said."""
    if isinstance(error, ApiError):
        return f"{error.code} {error.description[:SHOWN]}".rstrip()
    return f"HTTP {error.status}" if isinstance(error, NoJson) else type(error).__name__
