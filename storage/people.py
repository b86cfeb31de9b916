"""Questions about offices, units, people and chats."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache

from sqlalchemy import bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from lang.fold import fold
from storage import outbox
from storage.journal import Journal
from storage.models import Account, Appointment, Chat, ChatUnit, Office, Person, Role, RoleKind, Unit


def chat_at(session: Session, channel: str, external: str, thread: str, *, private: bool, title: str) -> Chat:
    """The chat of that address, remembered from now on."""
    chat = session.exec(_chat_at(), params={"channel": channel, "external": external, "thread": thread}).first()
    if chat is None:
        chat = Chat(channel=channel, external=external, thread=thread, private=private, title=title)
        session.add(chat)
        session.flush()
    elif title and chat.title != title:
        chat.title = title
    return chat


def person_of(session: Session, channel: str, external: str) -> Person | None:
    return session.exec(_person_of(), params={"channel": channel, "external": external}).first()


@cache
def _chat_at() -> SelectOfScalar[Chat]:
    here = Chat.channel == bindparam("channel"), Chat.external == bindparam("external")
    return select(Chat).where(*here, Chat.thread == bindparam("thread"))


@cache
def _person_of() -> SelectOfScalar[Person]:
    query = select(Person).join(Account, col(Account.person_id) == Person.id)
    return query.where(Account.channel == bindparam("channel"), Account.external == bindparam("external"))


def at_work(session: Session, office_id: int) -> list[Person]:
    """Everybody who works in the office, in the order in which they were met."""
    query = select(Person).where(Person.office_id == office_id, col(Person.left_at).is_(None))
    return list(session.exec(query.order_by(col(Person.id))))


def roles_today(session: Session, office_id: int, day: date) -> dict[int, list[Role]]:
    """The roles of everybody who works in the office that are not over on that day, by person; somebody without any
    has none. Some may begin later."""
    query = select(Role).join(Person, col(Person.id) == Role.person_id)
    query = query.where(Person.office_id == office_id, col(Person.left_at).is_(None))
    query = query.where(col(Role.until).is_(None) | (col(Role.until) >= day))
    found: dict[int, list[Role]] = defaultdict(list)
    for role in session.exec(query.order_by(col(Role.id))):
        found[role.person_id].append(role)
    return found


def named(session: Session, office_id: int, words: str) -> list[Person]:
    """Who works here under that name: the whole name, else the last words of it. Somebody who was only heard in a
    group does not stand in the way of somebody who has a role."""
    said = fold(words).split()
    everybody = [(fold(person.name).split(), person) for person in at_work(session, office_id)]
    found = [person for name, person in everybody if name == said]
    found = found or [person for name, person in everybody if said and name[-len(said) :] == said]
    if len(found) > 1:
        holders = set(session.exec(select(Role.person_id).where(col(Role.person_id).in_([one.id for one in found]))))
        found = [person for person in found if person.id in holders] or found
    return found


def linked(session: Session, office_id: int) -> set[int]:
    """Who of an office has an account on some messenger."""
    query = select(Account.person_id).join(Person, col(Person.id) == Account.person_id)
    return set(session.exec(query.where(Person.office_id == office_id)))


def private_chat(session: Session, person_id: int) -> Chat | None:
    """Where something can be said to this person alone: of the private conversations that are open to us the one they
    chose, else the newest."""
    return next(reversed(conversations(session, person_id)), None)


def conversations(session: Session, person_id: int) -> list[Chat]:
    """The private conversations with a person that are open to us; where they are told things is the last."""
    query = select(Chat).where(Chat.person_id == person_id, col(Chat.private).is_(True), col(Chat.active).is_(True))
    return list(session.exec(query.order_by(col(Chat.chosen), col(Chat.id))))


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
    return list(session.exec(_units(), params={"office": office_id}))


@cache
def _units() -> SelectOfScalar[Unit]:
    return select(Unit).where(Unit.office_id == bindparam("office")).order_by(col(Unit.position), col(Unit.id))


def shown_units(session: Session, chat_id: int) -> list[int]:
    """Whose matters a unit's group shows."""
    return list(with_former(session, session.exec(select(ChatUnit.unit_id).where(ChatUnit.chat_id == chat_id))))


def shown_by_group(session: Session, office_id: int) -> dict[int, list[int]]:
    """The same of every group of an office, by chat."""
    query = select(ChatUnit.chat_id, ChatUnit.unit_id).join(Chat, col(Chat.id) == ChatUnit.chat_id)
    found: dict[int, list[int]] = defaultdict(list)
    for chat, unit in session.exec(query.where(Chat.office_id == office_id)):
        found[chat].append(unit)
    former = mergers(session, office_id)
    for units in found.values():
        for unit in units:  # grows while it is gone through: what was merged into one that was merged counts too
            units += [one for one in former.get(unit, ()) if one not in units]
    return found


def groups_by_unit(session: Session, office_id: int) -> dict[int, list[Chat]]:
    """The groups in which a unit is told things, by unit: those that show its matters and can be spoken to, on one
    messenger; of a merged unit those of its heir too."""
    query = select(ChatUnit.unit_id, Chat).join(Chat, col(Chat.id) == ChatUnit.chat_id)
    query = query.where(Chat.office_id == office_id, col(Chat.private).is_(False), col(Chat.active).is_(True))
    shown: dict[int, dict[int, Chat]] = defaultdict(dict)
    for unit, chat in session.exec(query.where(col(Chat.whole_office).is_(False))):
        shown[unit][chat.id or 0] = chat
    heirs = {former: into for into, units in mergers(session, office_id).items() for former in units}
    for former in heirs:
        heir: int | None = heirs[former]
        while heir is not None:
            shown[former] |= shown.get(heir, {})
            heir = heirs.get(heir)
    return {unit: on_one([chats[id] for id in sorted(chats)]) for unit, chats in shown.items()}


def on_one(groups: Sequence[Chat]) -> list[Chat]:
    """Of groups that show the same, the oldest first, those in which it is told: all on the messenger of the one that
    was chosen, else of the oldest. Whoever has groups on two messengers hears everything once."""
    first = next((group for group in groups if group.chosen), groups[0] if groups else None)
    return [group for group in groups if first and group.channel == first.channel]


def messengers(session: Session, office_id: int) -> set[str]:
    """On which messengers the office has groups that are open to us."""
    query = select(Chat.channel).where(Chat.office_id == office_id, col(Chat.private).is_(False))
    return set(session.exec(query.where(col(Chat.active).is_(True)).distinct()))


def quiet(session: Session, office_id: int) -> set[int]:
    """The linked groups that are open to us and told nothing, as what they show is told on another messenger."""
    if len(messengers(session, office_id)) < 2:
        return set()
    open_ = groups(session, office_id)
    told = on_one([group for group in open_ if group.whole_office])
    told += [group for of_unit in groups_by_unit(session, office_id).values() for group in of_unit]
    return {group.id or 0 for group in open_} - {group.id for group in told}


def showing_the_same(session: Session, chat: Chat) -> list[Chat]:
    """The groups, closed ones too, that show the whole office as this one does, or one of its units; it too."""
    query = select(Chat).where(Chat.office_id == chat.office_id, col(Chat.private).is_(False))
    if chat.whole_office:
        query = query.where(col(Chat.whole_office).is_(True))
    else:
        same = select(ChatUnit.chat_id).where(col(ChatUnit.unit_id).in_(shown_units(session, chat.id or 0)))
        query = query.where(col(Chat.id).in_(same), col(Chat.whole_office).is_(False))
    return list(session.exec(query.order_by(col(Chat.id))))


def private_chats(session: Session, office_id: int) -> dict[int, Chat]:
    """Where something can be said to each person of an office alone, as `private_chat` says it of one."""
    query = select(Chat).join(Person, col(Person.id) == Chat.person_id).where(Person.office_id == office_id)
    query = query.where(col(Chat.private).is_(True), col(Chat.active).is_(True))
    query = query.order_by(col(Chat.chosen), col(Chat.id))
    return {chat.person_id or 0: chat for chat in session.exec(query)}


def mergers(session: Session, office_id: int) -> dict[int, list[int]]:
    """The units that were merged into each unit."""
    query = select(Unit.merged_into, Unit.id).where(Unit.office_id == office_id, col(Unit.merged_into).is_not(None))
    found: dict[int, list[int]] = defaultdict(list)
    for into, unit in session.exec(query.order_by(col(Unit.id))):
        found[into or 0].append(unit or 0)
    return found


def with_former(session: Session, units: Iterable[int]) -> tuple[int, ...]:
    """These units and those that were merged into them, whose past is theirs."""
    found = list(units)
    added: Sequence[int] = found
    while added:
        merged = session.exec(select(Unit.id).where(col(Unit.merged_into).in_(added)).order_by(col(Unit.id)))
        added = [unit for unit in merged if unit is not None and unit not in found]
        found += added
    return tuple(found)


def link(session: Session, chat: Chat, office_id: int, unit_ids: list[int], *, whole_office: bool) -> None:
    """Say whose matters a group shows from now on; whatever it showed before it shows no more."""
    for row in session.exec(select(ChatUnit).where(ChatUnit.chat_id == chat.id)):
        session.delete(row)
    session.flush()
    chat.office_id, chat.whole_office, chat.active, chat.inactive_why = office_id, whole_office, True, ""
    chat.chosen = False
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


def move_chat(session: Session, chat: Chat, to: str, now: datetime) -> None:
    """A chat lives on under another id. Should that id be known already, the chat with the history is the one kept."""
    journal = Journal(session)
    query = select(Chat).where(Chat.channel == chat.channel, Chat.external == to, Chat.thread == chat.thread)
    known = session.exec(query.where(col(Chat.id) != chat.id)).first()
    if known is not None:
        journal.touch(known)
        outbox.hand_over(session, known.id or 0, chat.id or 0)
        _move_opening(session, known.id or 0, chat.id or 0)
        known.external = f"{known.external}#{known.id}"
        known.active, known.inactive_why = False, "moved"
        session.flush()
    journal.touch(chat)
    chat.chosen = chat.chosen or (known is not None and known.chosen)
    chat.external, chat.board_message = to, ""  # messages have other ids there
    session.flush()
    if chat.office_id is not None:
        journal.write(chat.office_id, now, None, chat.id, "chat_moved", "")


def _move_opening(session: Session, chat_id: int, to: int) -> None:
    """When a chat is told what is kept for it, the other one is, or sooner where that is arranged already."""
    query = select(Appointment).where(Appointment.kind == outbox.OPENING)
    found = {one.subject_id: one for one in session.exec(query.where(col(Appointment.subject_id).in_((chat_id, to))))}
    if chat_id in found and to in found:
        found[to].speaks_at = min(one.speaks_at for one in found.values())
        session.delete(found[chat_id])
    elif chat_id in found:
        found[chat_id].subject_id = to


def of_address(session: Session, chat: Chat) -> list[Chat]:
    """A group with all its topics."""
    query = select(Chat).where(Chat.channel == chat.channel, Chat.external == chat.external)
    return list(session.exec(query.order_by(col(Chat.id))))
