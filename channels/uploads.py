"""What came by a web link instead of through the messenger: how it lies in the channel's inbox beside the messenger's
own updates, and what it says there.

    {"upload": {"id": …, "chat": …, "thread": …, "private": …, "sender": {"id": …, "display_name": …}, "text": …,
                "files": [{"name": …, "size": …, "content": base64, or null where the file is larger than the limit}]}}
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from channels import FILE_LIMIT, Address, File, Incoming, Raw, Sender


def raw(id: str, address: Address, private: bool, sender: Sender, text: str, files: Sequence[File]) -> Raw:
    """`sender` sends `files` to a chat with `text`. The same `id` again is known. The content of a file larger than
    `FILE_LIMIT` does not travel."""
    upload = {
        "id": f"upload:{id}",
        "chat": address.chat,
        "thread": address.thread,
        "private": private,
        "sender": {"id": sender.id, "display_name": sender.name},
        "text": text,
        "files": [_packed(file) for file in files],
    }
    return Raw(f"upload:{id}", json.dumps({"upload": upload}, ensure_ascii=False))


def told(channel: str, update: Mapping[str, Any]) -> Incoming | None:
    """What a decoded update of the inbox says, None for one that is the messenger's own. It is said to the bot,
    wherever it is said."""
    sent = update.get("upload")
    if sent is None:
        return None
    return Incoming(
        channel=channel,
        id=sent["id"],
        address=Address(sent["chat"], sent["thread"]),
        private=sent["private"],
        sender=Sender(sent["sender"]["id"], sent["sender"]["display_name"]),
        text=sent["text"],
        files=tuple(_unpacked(file) for file in sent["files"]),
    )


def _packed(file: File) -> dict[str, Any]:
    fits = file.content is not None and len(file.content) <= FILE_LIMIT
    content = b64encode(file.content).decode() if fits and file.content is not None else None
    return {"name": file.name, "size": file.size, "content": content}


def _unpacked(file: Mapping[str, Any]) -> File:
    content = None if file["content"] is None else b64decode(file["content"])
    return File(file["name"], file["size"], content=content)
