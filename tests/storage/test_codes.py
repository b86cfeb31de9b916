"""One-time codes: what they are made of, and that nothing but their hash is kept."""

from datetime import UTC, datetime

from sqlmodel import Session, select

from storage import codes, outbox
from storage.db import Database
from storage.models import Delivery, Invite, Person
from storage.outbox import Words
from tests.storage import rows

NOW = datetime(2023, 6, 1, 2, tzinfo=UTC)


def test_a_code_is_long_and_has_no_look_alikes() -> None:
    made = {codes.fresh() for _ in range(500)}
    assert len(made) == 500
    assert all(len(code.replace("-", "")) >= 8 for code in made)
    assert not set("".join(made)) & set("01258BILOSZ")
    assert all(codes.spelled(code.lower().replace("-", " ")) == code.replace("-", "") for code in made)
    assert [codes.spelled(words) for words in ("", "abc", "KKKKK-KKKKO", "KKKKKKKKKKK")] == [None] * 4


def _person(session: Session, office_id: int) -> int:
    person = Person(office_id=office_id, name="Mai")
    session.add(person)
    session.flush()
    return person.id or 0


def test_only_the_hash_is_kept_and_a_new_code_voids_the_old(database: Database) -> None:
    with database.begin() as session:
        office, _units = rows.office(session)
        mai = _person(session, office.id or 0)
        first = codes.invite(session, office, NOW, person=mai)
        second = codes.invite(session, office, NOW, person=mai)
        kept = session.exec(select(Invite).order_by(Invite.id)).all()  # type: ignore[arg-type]
        assert all(code.replace("-", "") not in str(one.model_dump()) for one in kept for code in (first, second))
        assert [one.void_at is None for one in kept] == [False, True]
        assert [one.id for one in codes.waiting(session, office.id or 0, NOW)] == [kept[1].id]
        assert codes.waiting(session, office.id or 0, NOW + codes.GOOD_FOR) == []


def test_five_wrong_codes_are_followed_by_a_pause(database: Database) -> None:
    with database.begin() as session:
        counted = [codes.wrong(session, "telegram", "7", NOW) for _ in range(5)]
        assert counted == [False, False, False, False, True]
        assert codes.paused(session, "telegram", "7", NOW)
        assert not codes.paused(session, "telegram", "8", NOW)
        assert not codes.paused(session, "telegram", "7", NOW + codes.PAUSE)


def test_a_message_with_a_code_is_forgotten_once_it_is_said(database: Database) -> None:
    with database.begin() as session:
        chat = rows.chat(session).id or 0
        outbox.owe(session, chat, outbox.SECRET, "1:0", NOW, Words("Mai: KKKKK-KKKKK", secret=True))
        delivery = session.exec(select(Delivery)).one()
        outbox.sent(session, [(delivery.id or 0, "m1")], NOW)
        session.refresh(delivery)
        assert delivery.text == ""
