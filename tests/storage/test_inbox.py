"""The inbox: what came is kept once, in order, answered once, and emptied then."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from storage import inbox
from storage.db import Database
from storage.models import Heard
from tests.storage.rows import NOW


def test_a_redelivered_update_is_a_no_op(database: Database) -> None:
    with database.begin() as session:
        inbox.keep(session, "memory", [("7", "một")], NOW)
    with database.begin() as session:
        inbox.keep(session, "memory", [("7", "khác"), ("8", "hai"), ("8", "hai")], NOW + timedelta(hours=1))
        inbox.keep(session, "other", [("7", "ba")], NOW)
    with database.begin() as session:
        kept = [(row.channel, row.update, row.body) for row in session.exec(select(Heard).order_by(Heard.id))]  # type: ignore[arg-type]
        assert kept == [("memory", "7", "một"), ("memory", "8", "hai"), ("other", "7", "ba")]


def test_a_redelivered_update_stays_answered(database: Database) -> None:
    with database.begin() as session:
        inbox.keep(session, "memory", [("7", "một")], NOW)
        ((heard, _body),) = inbox.waiting(session, "memory", ())
        assert inbox.answer(session, heard, NOW)
    with database.begin() as session:
        inbox.keep(session, "memory", [("7", "một")], NOW)
        assert inbox.waiting(session, "memory", ()) == []
        assert session.exec(select(Heard.body)).all() == [""]


def test_updates_wait_in_the_order_they_came(database: Database) -> None:
    """Also where the messenger's own ids sort differently, as text does: 9 < 10."""
    came = [str(n) for n in range(1, 250)]
    with database.begin() as session:
        inbox.keep(session, "memory", [(id, f"lời {id}") for id in came], NOW)
        assert [body for _id, body in inbox.waiting(session, "memory", (), most=500)] == [f"lời {id}" for id in came]
        assert len(inbox.waiting(session, "memory", (), most=5)) == 5


def test_what_is_in_hand_is_not_handed_out_again(database: Database) -> None:
    with database.begin() as session:
        inbox.keep(session, "memory", [("1", "a"), ("2", "b"), ("3", "c")], NOW)
        first, second, third = (id for id, _body in inbox.waiting(session, "memory", ()))
        assert inbox.waiting(session, "memory", {second, third}) == [(first, "a")]


def test_an_update_is_answered_once(database: Database) -> None:
    with database.begin() as session:
        inbox.keep(session, "memory", [("1", "a")], NOW)
        ((heard, _body),) = inbox.waiting(session, "memory", ())
    with database.begin() as session:
        assert inbox.answer(session, heard, NOW, "ValueError")
    with database.begin() as session:
        assert not inbox.answer(session, heard, NOW)
        row = session.get_one(Heard, heard)
        assert (row.body, row.answered_at, row.set_aside) == ("", NOW, "ValueError")


def test_of_many_who_answer_at_once_one_does(database: Database) -> None:
    with database.begin() as session:
        inbox.keep(session, "memory", [("1", "a")], NOW)
        ((heard, _body),) = inbox.waiting(session, "memory", ())
    won: list[bool] = []
    at_once = threading.Barrier(4)

    def answer() -> None:
        mine = Database(database.url)
        at_once.wait()
        with mine.begin() as session:
            won.append(inbox.answer(session, heard, NOW))
        mine.close()

    threads = [threading.Thread(target=answer) for _nth in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(won) == [False, False, False, True]


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)  # SQLite has one writer: they cannot overlap
def test_what_is_kept_late_is_not_passed_over(database: Database) -> None:
    """Two keep at once: the one that began first may become visible after the one that began second."""
    began, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        mine = Database(database.url)
        with mine.begin() as session:
            inbox.keep(session, "memory", [("slow", "a")], NOW)
            began.set()
            go_on.wait(20)
        mine.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    began.wait(20)
    with database.begin() as session:
        inbox.keep(session, "memory", [("quick", "b")], NOW)
    with database.begin() as session:
        quick = inbox.waiting(session, "memory", ())
    go_on.set()
    thread.join(20)
    with database.begin() as session:
        slow = inbox.waiting(session, "memory", {id for id, _body in quick})
    assert [body for _id, body in quick] == ["b"]
    assert [body for _id, body in slow] == ["a"]
