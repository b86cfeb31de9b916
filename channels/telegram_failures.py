"""What a failed send to Telegram means. The tree is `telegram.error`::

RetryAfter                      Later, for every chat
Forbidden                       Never: blocked, put out, deleted
ChatMigrated                    Moved
BadRequest                      Never; it is a NetworkError too, hence looked at first
"Request Entity Too Large"      Never, this message
InvalidToken                    Later: refused at the door (401, and 404, which a wrong address gives)
caused by ConnectError, ConnectTimeout, PoolTimeout
                                Later: the request never left
everything else                 Unknown
"""

from httpx import ConnectError, ConnectTimeout, PoolTimeout
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from channels import Later, Moved, Never, SendFailed, Unknown, Why

TOO_LARGE = "request entity too large"
FORBIDDEN = (
    (Why.BLOCKED, ("blocked by the user", "can't initiate conversation")),
    (Why.GONE, ("user is deactivated", "group chat was deleted")),
)
"""Why Telegram forbids; whatever else it says: the bot is not in that group."""
CHAT_LOST = (
    (Why.TOPIC_CLOSED, ("topic_closed",)),
    (Why.TOPIC_GONE, ("message thread not found", "topic_deleted", "topic_id_invalid")),
    (Why.GONE, ("chat not found", "user not found", "peer_id_invalid", "chat_id_invalid")),
    (Why.MUTED, ("chat_write_forbidden", "chat_restricted", "no rights to send", "not enough rights to send")),
)
"""How Telegram words that a whole chat is closed to us."""
TOO_LONG = ("message is too long", "message_too_long", "caption is too long")
MARKS = ("entit", "can't parse")
"""How it words that it does not take the bold spans of a text."""


def failure(error: Exception) -> SendFailed:
    """What a failed send means: the table at the top of this file. Each reason begins with a `Why`."""
    name = named(error)
    if isinstance(error, ChatMigrated):
        return Moved(str(error.new_chat_id))
    if isinstance(error, RetryAfter):
        return Later(seconds(error), f"{Why.BUSY}: {name}", all_wait=True)
    if isinstance(error, Forbidden):
        return Never(f"{_why(FORBIDDEN, error.message, Why.REMOVED)}: {name}")
    if isinstance(error, BadRequest):
        why = _why(CHAT_LOST, error.message, Why.REFUSED)
        if why is Why.REFUSED and any(words in error.message.casefold() for words in TOO_LONG):
            why = Why.TOO_LONG
        return Never(f"{why}: {name}", chat_gone=why not in (Why.REFUSED, Why.TOO_LONG))
    if isinstance(error, TelegramError) and TOO_LARGE in error.message.casefold():
        return Never(f"{Why.TOO_LONG}: {name}", chat_gone=False)
    if isinstance(error, InvalidToken):
        return Later(None, f"{Why.TOKEN}: {name}")
    if isinstance(error.__cause__, ConnectError | ConnectTimeout | PoolTimeout):
        return Later(None, f"{Why.AWAY}: {name}")
    return Unknown(f"{Why.UNSURE}: {name}")


def wrong_marks(refused: Never) -> bool:
    """Whether it may be the bold spans that Telegram did not take."""
    words = refused.reason.casefold()
    return not refused.chat_gone and any(mark in words for mark in MARKS)


def _why(table: tuple[tuple[Why, tuple[str, ...]], ...], message: str, else_: Why) -> Why:
    words = message.casefold()
    return next((why for why, said in table if any(part in words for part in said)), else_)


def named(error: Exception) -> str:
    """An error as far as it can be shown: other messages may quote an address with the token, or what people said."""
    if isinstance(error, Forbidden | BadRequest | Conflict):
        return f"{type(error).__name__}: {error.message.removeprefix(type(error).__name__ + ': ')}"
    cause = f" ({type(error.__cause__).__name__})" if error.__cause__ else ""
    return f"{type(error).__name__}{cause}"


def seconds(error: Exception) -> float:
    """The wait that Telegram asks for; 0 where it asks for none."""
    if not isinstance(error, RetryAfter):
        return 0.0
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()
