"""Files shown for a result: what may be kept, looked at before the transaction."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from channels import FILE_LIMIT, Incoming
from handlers.plan_file import Secret
from handlers.talk import Refused, Talk
from lang.text import _
from plans import Unreadable, child, refusals
from plans.marks import classified, named
from storage.models import Deadline, Evidence, EvidenceKind
from storage.shelf import name_of

MOST_FILES = 10
"""For one deadline."""
_PHOTOS = (".jpg", ".jpeg", ".png", ".heic", ".webp")


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as it is kept."""

    hash: str
    size: int
    name: str
    kind: str


def think(incoming: Incoming) -> tuple[Shown, ...]:
    """What of the files is to be kept. Raises `Refused`, and `Secret` for a mark of secrecy in the words sent with
    them, in their names or in them."""
    said = unicodedata.normalize("NFC", incoming.text)
    names = [unicodedata.normalize("NFC", file.name) for file in incoming.files]
    if classified([said]) or any(map(named, (said, *names))):
        raise Secret(refusals.words(Unreadable("classified")))
    if any(file.content is None for file in incoming.files):
        limit = FILE_LIMIT // 1024 // 1024
        raise Refused(
            _("Tệp lớn hơn {limit} MB nên chưa ghi nhận. Xin gửi bản nhỏ hơn, hoặc ghi số văn bản.", limit=limit)
        )
    return tuple(_look(file.content or b"", name) for file, name in zip(incoming.files, names, strict=True))


def show(talk: Talk, deadline: Deadline, kind: EvidenceKind, **what: Any) -> None:
    """Write down that something is shown for a deadline."""
    made = Evidence(deadline_id=deadline.id or 0, kind=kind, at=talk.now, person_id=talk.actor().id or 0, **what)
    talk.session.add(made)
    talk.session.flush()
    talk.journal.made(made)


def is_photo(name: str) -> bool:
    return PurePosixPath(name.lower()).suffix in _PHOTOS


def _look(content: bytes, name: str) -> Shown:
    try:
        child.read(content, name)
    except Unreadable as error:
        if error.code == "classified":
            raise Secret(refusals.words(error)) from None
    kind = EvidenceKind.PHOTO if is_photo(name) else EvidenceKind.FILE
    return Shown(name_of(content), len(content), name[:200], kind.value)
