"""Photos and files sent at once arrive one by one, the words with one of them: the others go where that one goes, in
silence, whenever they come."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from handlers import shown
from handlers.asked import replied_to
from handlers.shown import Shown
from handlers.talk import Needs, Refused, Talk
from lang.text import _
from storage import albums, deadlines, evidence
from storage.models import Album, Event, EvidenceKind

SOON = timedelta(minutes=15)


def is_known(talk: Talk) -> bool:
    """Whether this is the rest of an album that was spoken of before: it is put where the others are."""
    incoming = talk.incoming
    if not incoming.album or incoming.text.strip() or talk.office is None or talk.person is None:
        return False
    album = albums.find(talk.session, talk.chat.id or 0, incoming.album)
    if album is None or album.person_id != talk.person.id:
        return False
    if not album.closed:
        if talk.thought is None:
            raise Needs(shown.think, keeps=True)
        _add(talk, album, talk.thought)
    return True


def _add(talk: Talk, album: Album, files: Sequence[Shown]) -> None:
    if not album.codes:
        albums.wait(album, [asdict(file) for file in files])
        return
    for item in deadlines.by_codes(talk.session, talk.here.id or 0, album.codes, lock=True).values():
        if len(evidence.files(talk.session, item.deadline)) + len(files) > shown.MOST_FILES:
            said = {"code": item.deadline.code, "n": shown.MOST_FILES}
            raise Refused(_("Việc {code} đã có đủ {n} tệp, nên các tệp còn lại chưa được lưu.", **said))
        for file in files:
            kind = EvidenceKind(file.kind)
            shown.show(talk, item.deadline, kind, name=file.name, hash=file.hash, size=file.size)
    event = talk.write("album", " ".join(map(str, album.codes)))
    album.later = [*album.later, event.id or 0]


def keep(talk: Talk, files: Sequence[Shown], known: int | None) -> int:
    """These files wait until it is answered what they are for; by what they are found again."""
    album = talk.session.get_one(Album, known) if known else _remembered(talk)
    albums.wait(album, [asdict(file) for file in files])
    talk.session.flush()
    return album.id or 0


def waiting(talk: Talk, known: int | None) -> tuple[Shown, ...]:
    """The files that wait in an album: in a `known` one, or in the one this message is of."""
    album = talk.session.get(Album, known) if known else None
    if album is None and talk.incoming.album:
        album = albums.find(talk.session, talk.chat.id or 0, talk.incoming.album)
    return tuple(Shown(**file) for file in album.files) if album is not None else ()


def asked_about(talk: Talk, code: int) -> int | None:
    """The files that were asked about, where «xong 12» answers that: as a reply to the question or soon after."""
    if talk.incoming.files:
        return None
    replied = replied_to(talk)
    for question in talk.questions():
        answers = talk.now - question.asked_at <= SOON or (replied and replied.made_at == question.asked_at)
        if question.kind == "done" and answers and code in [value for _label, value in question.choices]:
            found: int | None = question.subject.get("album")
            return found
    return None


def settle(talk: Talk, known: int | None, codes: Sequence[int], event: Event) -> None:
    """The files of this message, and those that waited, are shown for these deadlines; the rest will be too."""
    if known or talk.incoming.album:
        album = talk.session.get_one(Album, known) if known else _remembered(talk)
        if not album.codes:
            albums.settle(album, codes, event)
        for question in talk.questions():
            if question.subject.get("album") == album.id:
                question.closed_at = talk.now


def _remembered(talk: Talk) -> Album:
    name = talk.incoming.album or f"message {talk.incoming.id}"
    return albums.remember(talk.session, talk.chat.id or 0, name, talk.actor().id, talk.now)
