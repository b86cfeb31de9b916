"""Deciding one message, inside its one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from channels import Incoming
from handlers import Router
from handlers.membership import introduction
from handlers.talk import Answered, Links, Talk
from lang.moments import local
from lang.spoken_days import day_words, hour_words
from lang.text import SOURCE, _, speaking
from schedules import hours
from schedules.quota import turn
from storage import albums, inbox, outbox, people
from storage.models import Chat, Delivery, Office, Person
from storage.outbox import Words
from storage.rights import Right, rights_of


def decide(
    session: Session,
    router: Router,
    heard: int,
    incoming: Incoming,
    now: datetime,
    thought: Any,
    others: Sequence[int] = (),
    links: Links | None = None,
) -> None:
    """Answer a message: its replies are owed to its chat when the transaction ends. A message answered before is a
    no-op. `others`: what was heard beside it and is answered with it. `links`: how files come there, if not in the
    chat."""
    if not inbox.answer(session, heard, now):
        return
    for other in others:
        inbox.answer(session, other, now)
    chat, office, person = _who(session, incoming, now)
    rights: Sequence[Right] = ()
    if person and office and person.office_id == office.id:
        rights = rights_of(session, person.id or 0, local(now, office.zone).date())
    talk = Talk(session, incoming, now, chat, office, person, rights, heard, thought=thought, links=links)
    with speaking(_locale(chat, office)):
        answered = router.answer(talk)
        if talk.held and office is not None and hours.is_closed(office, now):
            answered = _and_when(answered, min(talk.held), office)
        elif talk.held and office is not None and max(talk.held) >= turn(now):
            answered = _and(answered, _with_the_digest(max(talk.held), office))
        answered = _introduced(session, chat, incoming, answered)
    _owe(session, chat, heard, now, answered)


def excuse(
    session: Session,
    heard: int,
    incoming: Incoming,
    now: datetime,
    sentence: str | None,
    others: Sequence[int] = (),
    *,
    secret: bool = False,
) -> list[str]:
    """Say no, or (without a sentence) that something went wrong inside; nothing else is changed, but nothing more is
    taken of the same album. The contents of it that waited."""
    if not inbox.answer(session, heard, now, secret=secret):
        return []
    for other in others:
        inbox.answer(session, other, now, secret=secret)
    chat, office, person = _who(session, incoming, now)
    let_go: list[str] = []
    if incoming.album:
        person_id = person.id if person else None
        let_go = albums.close(albums.remember(session, chat.id or 0, incoming.album, person_id, now))
    with speaking(_locale(chat, office)):
        said = sentence or _(
            "Có lỗi trong hệ thống nên chưa làm được. Xin gửi lại sau ít phút; quản trị xem được nhật ký lỗi."
        )
        introduced = _introduced(session, chat, incoming, Words(said))
    _owe(session, chat, heard, now, introduced)
    return let_go


def ask_patience(session: Session, heard: int, incoming: Incoming, now: datetime, *, again: bool) -> None:
    """Say that a long document is being read; `again`, that it still is. Not which: nothing of a classified one is
    kept."""
    chat, office, _person = _who(session, incoming, now)
    with speaking(_locale(chat, office)):
        said = _("Đang đọc tệp, xin chờ ít giây.")
        if again:
            said = _("Vẫn đang đọc: tệp dài hoặc là ảnh chụp cần vài phút. Đọc xong sẽ báo tại đây.")
    outbox.owe(session, chat.id or 0, "reading", f"heard:{heard}:{again:d}", now, Words(said))


def storable(incoming: Incoming) -> Incoming:
    """The message without what no database takes as text: NUL, and halves of characters."""

    def clean(text: str) -> str:
        return text.replace("\0", "").encode("utf-8", "replace").decode()

    return replace(
        incoming,
        sender=replace(incoming.sender, name=clean(incoming.sender.name)),
        text=clean(incoming.text),
        files=tuple(replace(file, name=clean(file.name)) for file in incoming.files),
        title=clean(incoming.title),
        album=clean(incoming.album),
    )


def _who(session: Session, incoming: Incoming, now: datetime) -> tuple[Chat, Office | None, Person | None]:
    chat = people.chat_at(
        session,
        incoming.channel,
        incoming.address.chat,
        incoming.address.thread,
        private=incoming.private,
        title=incoming.title,
    )
    person = people.person_of(session, incoming.channel, incoming.sender.id)
    if chat.private:
        here = person if person and person.left_at is None else None
        chat.person_id, chat.office_id = (here.id, here.office_id) if here else (None, None)
        outbox.switch_on(session, chat, now, chat.person_id)
    office_id = chat.office_id or (person.office_id if person and not chat.private else None)
    return chat, session.get(Office, office_id) if office_id else None, person


def _and_when(answered: Answered, at: datetime, office: Office) -> Answered:
    """The answer, saying that the others hear of it when the office opens."""
    here = local(at, office.zone)
    when = {"hour": hour_words(here.time()), "day": day_words(here.date())}
    return _and(answered, _("Ngoài giờ làm việc: các nơi liên quan được báo lúc {hour} {day}.", **when))


def _with_the_digest(at: datetime, office: Office) -> str:
    """That others hear of it with a digest, for few messages are left this month."""
    day = day_words(local(at, office.zone).date())
    return _("Sắp hết tin của tháng: các nơi liên quan được báo cùng bản tin sáng, chậm nhất {day}.", day=day)


def _and(answered: Answered, line: str) -> Answered:
    """The answer, where there is one, with a line more."""
    said: list[Words] = [answered] if isinstance(answered, Words) else list(answered or [])
    return [*said[:-1], replace(said[-1], text=f"{said[-1].text}\n{line}")] if said else answered


def _introduced(session: Session, chat: Chat, incoming: Incoming, answered: Answered) -> Answered:
    """The answer; what is the first thing said in a group that is not linked yet begins with who speaks there."""
    said: list[Words] = [answered] if isinstance(answered, Words) else list(answered or [])
    if chat.private or chat.office_id is not None or incoming.event != "said" or not said:
        return answered
    before = select(Delivery.id).where(Delivery.chat_id == chat.id, Delivery.kind == "reply").limit(1)
    if session.exec(before).first() is not None:
        return answered
    line = introduction(incoming) + "\n"
    first = said[0]
    bold = tuple((start + len(line), length) for start, length in first.bold)
    return [replace(first, text=line + first.text, bold=bold), *said[1:]]


def _locale(chat: Chat, office: Office | None) -> str:
    return chat.locale or (office.locale if office else SOURCE)


def _owe(session: Session, chat: Chat, heard: int, now: datetime, answered: Answered) -> None:
    said: Sequence[Words] = [answered] if isinstance(answered, Words) else answered or []
    for number, words in enumerate(said):
        outbox.owe(session, chat.id or 0, outbox.SECRET if words.secret else "reply", f"{heard}:{number}", now, words)
