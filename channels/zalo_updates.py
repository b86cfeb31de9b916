"""What a raw Zalo update says: plain JSON to `Incoming`. No network.

Nobody publishes a schema that the wire keeps to: an update comes bare or inside `{"ok": true, "result": …}`, a photo as
`photo` or as `photo_url`; both are read. In a group Zalo hands over only what calls the bot by its shown name or
replies to it, without saying which; the name stands in the text as people see it, spaces and all.

What somebody handed over by a web link is an update too: see `channels.uploads`.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from channels import Address, File, Incoming, Raw, Sender, uploads
from channels.pushing import unreadable

NAME = "zalo"
UNREAD = frozenset({"message.sticker.received", "message.voice.received", "message.unsupported.received"})
"""What Zalo tells of without its content: a file arrives as the last of these."""
SAID = frozenset({"message.text.received", "message.image.received"})


def event_of(update: Any) -> dict[str, Any]:
    """The event in an update, bare or wrapped. Raises what a wrong shape raises."""
    event = update if "event_name" in update else update["result"]
    if not isinstance(event, dict):
        raise TypeError
    return event


def raw_of(update: Any, names: Sequence[str]) -> Raw:
    """What is kept of an update: under the message's own id, and with the `names` by which the bot is called. One that
    cannot be read is known by its content: it is kept too, so that it is set aside, and once."""
    try:
        event = event_of(update)
        message = event["message"]
        id = f"{message['chat']['id']}:{message['message_id']}"
        return Raw(id, json.dumps({**event, "called": list(names)}, ensure_ascii=False))
    except (LookupError, TypeError):
        return unreadable(json.dumps(update, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace"))


def told(body: str, names: Sequence[str]) -> Incoming | None:
    """See `Channel.decode`. `names` are used where the update does not carry its own."""
    update = json.loads(body)
    if (sent := uploads.told(NAME, update)) is not None:
        return replace(sent, call=calling(names, private=sent.private), quotes=False)
    event = event_of(update)
    message, names = event["message"], update.get("called") or names
    sender, chat, kind = message["from"], message["chat"], event["event_name"]
    private = _is_private(chat, str(sender["id"]))
    if sender.get("is_bot") or kind not in SAID | UNREAD or (kind in UNREAD and not private):
        return None
    photo = message.get("photo") or message.get("photo_url") or ""
    text = unicodedata.normalize("NFC", message.get("text") or message.get("caption") or "")
    if kind in SAID and not text.strip() and not photo:
        return None
    return Incoming(
        channel=NAME,
        id=f"{chat['id']}:{message['message_id']}",
        address=Address(str(chat["id"])),
        private=private,
        sender=Sender(str(sender["id"]), str(sender.get("display_name") or "")),
        text=without(text, names) if kind in SAID else "",
        files=(File("photo.jpg", 0, str(photo)),) if photo and kind in SAID else (),
        event="unread" if kind in UNREAD else "said",
        call=calling(names, private=private),
        quotes=False,
    )


def calling(names: Sequence[str], *, private: bool) -> str:
    """What must stand in a message for the bot to hear it: its shown name, the first of its `names`."""
    return "" if private or not names else f"@{names[0]}"


def without(text: str, names: Sequence[str]) -> str:
    """`text` with the bot's name taken off wherever it stands, as Zalo writes it: «@Bot Nhắc Việc»."""
    found = False
    for name in sorted(names, key=len, reverse=True):
        words = r"\s+".join(map(re.escape, unicodedata.normalize("NFC", name).split()))
        text, times = re.subn(rf"(?<!\w)@{words}(?!\w)[,:]?[^\S\n]?", "", text, flags=re.IGNORECASE)
        found = found or bool(times)
    return text.strip() if found else text


def _is_private(chat: dict[str, Any], sender: str) -> bool:
    kind = chat.get("chat_type")
    return str(kind).upper() != "GROUP" if kind else str(chat["id"]) == sender
