"""What the Zalo Bot Platform accepts and how it answers; where nobody has measured it, the guess is a switch."""

from dataclasses import dataclass
from typing import Any, Literal

TEXT_LIMIT = 2000
QUOTA = "Quota exceeded"


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, key: str = "error_code") -> None:
        super().__init__(description)
        self.code, self.description, self.key = code, description, key


@dataclass
class Guesses:
    """How this Zalo behaves where the real one may behave either way. A channel works with each."""

    display_name: bool = True
    """getMe says the name that people see."""
    can_join_groups: bool = True
    wrong_token: Literal["body", "status", "page", "404 page"] = "body"
    """401 inside HTTP 200, as an HTTP status too, or a page of whatever stands before Zalo."""
    idle: Literal["body", "status", "empty", "none", "page"] = "body"
    """How a poll ends that had nothing: 408 inside HTTP 200, as an HTTP status too, an empty result, none at all, or
    HTTP 408 with a page."""
    impatient: bool = False
    """A poll that has nothing does not wait."""
    queues: bool = False
    """What comes while nobody polls is kept for the next poll."""
    wrapped: bool = False
    """What is pushed comes inside `{"ok": true, "result": …}`."""
    photo: Literal["photo", "photo_url"] = "photo_url"
    unit: Literal["utf-16", "code point", "byte"] = "utf-16"
    """What the 2,000 characters of a text are."""
    text_codes: bool = False
    """`error_code` is text."""
    camel: bool = False
    """It is called `errorCode`."""
    success_code: bool = True
    """A success carries `error_code: 0`."""
    styles: bool = True
    """`text_styles` are taken."""
    message_ids: bool = True
    """A success says the id of the message."""
    webhook_and_poll: Literal["400", "idle"] = "400"
    """What a poll gets while a webhook is set."""
    twice: bool = False
    """Every update is pushed two times."""
    reorder: bool = False
    """Of two that wait to be pushed the later one goes first."""
    quota: int = 0
    """Messages a month, 0: as many as come."""
    counts_heard: bool = False
    """What people write counts too."""
    removed: tuple[int, str] = (400, "Bad request: The bot is not a member of the group")
    """What a bot gets that was put out of a group."""
    refused_hosts: tuple[str, ...] = ("upload.wikimedia.org",)
    """Pictures from there are not taken."""
    fetches: bool = False
    """A picture that cannot be fetched is not taken."""
    verifies: bool = True
    """Registering a web address looks whether somebody is there."""
    webhooks_a_day: int = 0
    """Registrations taken, 0: as many as come."""


def size(text: str, unit: str) -> int:
    if unit == "utf-16":
        return units(text)
    return len(text.encode()) if unit == "byte" else len(text)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, start: int, length: int) -> str:
    return text.encode("utf-16-le")[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")


def bold(text: str, styles: Any) -> list[str]:
    """The words that are bold. Raises ApiError for what is no style."""
    if not isinstance(styles, list):
        raise ApiError(400, "Bad request: The text_styles is invalid")
    for one in styles:
        if one["start"] < 0 or one["len"] < 1 or one["start"] + one["len"] > units(text):
            raise ApiError(400, "Bad request: The text_styles is out of the text")
    return [cut(text, one["start"], one["len"]) for one in styles if "b" in one["st"]]


def probe_outcome(status: int | None) -> dict[str, Any]:
    """What registering a web address says of it; `status` None: nobody answered."""
    if status == 200:
        return {"ok": True, "outcome": "webhook.ok", "hint": "Your endpoint responded successfully."}
    known = {403: "webhook.http.403", 404: "webhook.http.404", None: "webhook.err.conn"}
    other = "webhook.http.5xx" if status and status >= 500 else "webhook.http.other"
    return {"ok": False, "outcome": known.get(status, other), "hint": "Check your endpoint."}
