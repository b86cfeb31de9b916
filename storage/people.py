"""Questions about offices, units, people and chats."""

from sqlmodel import Session, col, select

from storage import outbox
from storage.models import Account, Chat, ChatUnit, Office, Person, Role, RoleKind, Unit


def chat_at(session: Session, channel: str, external: str, thread: str, *, private: bool, title: str) -> Chat:
    """The chat of that address, remembered from now on."""
    chat = session.exec(
        select(Chat).where(Chat.channel == channel, Chat.external == external, Chat.thread == thread)
    ).first()
    if chat is None:
        chat = Chat(channel=channel, external=external, thread=thread, private=private, title=title)
        session.add(chat)
        session.flush()
    elif title and chat.title != title:
        chat.title = title
    return chat


def person_of(session: Session, channel: str, external: str) -> Person | None:
    return session.exec(
        select(Person)
        .join(Account, col(Account.person_id) == Person.id)
        .where(Account.channel == channel, Account.external == external)
    ).first()


def private_chat(session: Session, person_id: int) -> Chat | None:
    """Where something can be said to this person alone: the newest private conversation that is open to us."""
    query = select(Chat).where(Chat.person_id == person_id, col(Chat.private).is_(True), col(Chat.active).is_(True))
    return session.exec(query.order_by(col(Chat.id).desc())).first()


def meet(session: Session, office_id: int, name: str, channel: str, external: str) -> Person:
    """Remember somebody who acts for the first time."""
    person = Person(office_id=office_id, name=name)
    session.add(person)
    session.flush()
    session.add(Account(person_id=person.id or 0, channel=channel, external=external))
    session.flush()
    return person


def names(session: Session, office_id: int) -> list[str]:
    """What the people of an office are called."""
    return list(session.exec(select(Person.name).where(Person.office_id == office_id)))


def units(session: Session, office_id: int) -> list[Unit]:
    """All units of an office in the order of its organisation chart."""
    return list(
        session.exec(select(Unit).where(Unit.office_id == office_id).order_by(col(Unit.position), col(Unit.id)))
    )


def shown_units(session: Session, chat_id: int) -> list[int]:
    """Whose matters a unit's group shows."""
    return list(session.exec(select(ChatUnit.unit_id).where(ChatUnit.chat_id == chat_id)))


def link(session: Session, chat: Chat, office_id: int, unit_ids: list[int], *, whole_office: bool) -> None:
    """Say whose matters a group shows from now on; whatever it showed before it shows no more."""
    for row in session.exec(select(ChatUnit).where(ChatUnit.chat_id == chat.id)):
        session.delete(row)
    session.flush()
    chat.office_id, chat.whole_office, chat.active, chat.inactive_why = office_id, whole_office, True, ""
    session.add_all(ChatUnit(chat_id=chat.id or 0, unit_id=unit) for unit in unit_ids)
    session.flush()


def groups(session: Session, office_id: int) -> list[Chat]:
    """The linked groups of an office that can be spoken to."""
    return list(
        session.exec(
            select(Chat)
            .where(Chat.office_id == office_id, col(Chat.private).is_(False), col(Chat.active).is_(True))
            .order_by(col(Chat.id))
        )
    )


def unclaimed(session: Session) -> list[Office]:
    """Offices without an admin."""
    claimed = select(Person.office_id).join(Role, col(Role.person_id) == Person.id).where(Role.kind == RoleKind.ADMIN)
    return list(session.exec(select(Office).where(col(Office.id).not_in(claimed))))


def move_chat(session: Session, chat: Chat, to: str) -> None:
    """A chat lives on under another id. Should that id be known already, the chat with the history is the one kept."""
    query = select(Chat).where(Chat.channel == chat.channel, Chat.external == to, Chat.thread == chat.thread)
    known = session.exec(query.where(col(Chat.id) != chat.id)).first()
    if known is not None:
        outbox.hand_over(session, known.id or 0, chat.id or 0)
        known.external = f"{known.external}#{known.id}"
        known.active, known.inactive_why = False, "moved"
        session.flush()
    chat.external = to
    session.flush()
