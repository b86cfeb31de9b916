"""The outbox: taking is postponing, nothing is taken twice, a chat hears things in order."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import outbox
from storage.db import Database
from storage.models import Delivery, DeliveryState
from storage.outbox import Words
from tests.databases import Sqlite
from tests.storage import rows
from tests.storage.rows import NOW

LEASE = timedelta(minutes=2)


def owed(session: Session, chat: int, *slots: str, now: datetime = NOW) -> None:
    for slot in slots:
        outbox.owe(session, chat, "reply", slot, now, Words(f"lời {slot}"))


def take(session: Session, now: datetime = NOW, busy: tuple[int, ...] = ()) -> str | None:
    taken = outbox.take(session, "memory", now, LEASE, busy)
    return taken[0].slot if taken else None


def say(session: Session, slot: str, message: str = "m1") -> None:
    outbox.sent(session, [(by_slot(session, slot).id or 0, message)], NOW)


def put_back(session: Session, slot: str, now: datetime, after: float | None) -> None:
    delivery = by_slot(session, slot)
    outbox.put_back(session, delivery.id or 0, delivery.attempts, now, after, "busy")


def by_slot(session: Session, slot: str) -> Delivery:
    query = select(Delivery).where(Delivery.slot == slot)
    return session.exec(query.execution_options(populate_existing=True)).one()


def test_the_same_message_is_owed_once(database: Database) -> None:
    with database.begin() as session:
        chat = rows.chat(session).id or 0
        outbox.owe(session, chat, "reply", "1:0", NOW, Words("một", ((0, 3),), ("xong 1",), (1,)))
        outbox.owe(session, chat, "reply", "1:0", NOW, Words("hai"))
    with database.begin() as session:
        (delivery,) = session.exec(select(Delivery))
        assert (delivery.text, delivery.bold, delivery.actions, delivery.about) == ("một", [[0, 3]], ["xong 1"], [1])
        assert delivery.state is DeliveryState.WAITING


def test_taking_postpones_and_counts(database: Database) -> None:
    with database.begin() as session:
        owed(session, rows.chat(session).id or 0, "a")
    for nth, at in enumerate((NOW, NOW + LEASE, NOW + 2 * LEASE), 1):
        with database.begin() as session:
            assert take(session, at) == "a"
        with database.begin() as session:
            assert take(session, at + LEASE - timedelta(seconds=1)) is None
            assert by_slot(session, "a").attempts == nth


def test_a_taking_that_is_rolled_back_was_none(database: Database) -> None:
    with database.begin() as session:
        owed(session, rows.chat(session).id or 0, "a")

    def crash() -> None:
        with database.begin() as session:
            assert take(session) == "a"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    with database.begin() as session:
        assert by_slot(session, "a").attempts == 0
        assert take(session) == "a"


def test_what_is_owed_later_or_elsewhere_is_not_taken(database: Database) -> None:
    with database.begin() as session:
        owed(session, rows.chat(session, "other").id or 0, "elsewhere")
        owed(session, rows.chat(session).id or 0, "later", now=NOW + timedelta(seconds=1))
    with database.begin() as session:
        assert take(session) is None


def test_a_chat_hears_things_in_order(database: Database) -> None:
    with database.begin() as session:
        one, other = rows.chat(session), rows.chat(session)
        owed(session, one.id or 0, "a", "b")
        owed(session, other.id or 0, "c")
        assert [take(session), take(session), take(session)] == ["a", "c", None]
        say(session, "a")
        assert take(session) == "b"


def test_an_unknown_one_does_not_block_its_chat(database: Database) -> None:
    with database.begin() as session:
        chat = rows.chat(session)
        owed(session, chat.id or 0, "a", "b")
        first = by_slot(session, "a")
        assert take(session) == "a"
        first.state = DeliveryState.UNKNOWN
        session.flush()
        assert take(session) == "b"
        say(session, "b")
        session.flush()
        assert take(session, NOW + LEASE) == "a"


def test_many_are_taken_at_once_one_of_each_chat(database: Database) -> None:
    """Of a chat with something of unknown fate that is due again, and something that waits, one."""
    with database.begin() as session:
        chats = [rows.chat(session).id or 0 for _nth in range(5)]
        for chat in chats:
            owed(session, chat, f"{chat}:a", f"{chat}:b")
        first = outbox.take(session, "memory", NOW, LEASE, (), 9)
        outbox.unknown(session, first[0].delivery, NOW, LEASE, "cut")
        second = outbox.take(session, "memory", NOW + LEASE, LEASE, chats[1:4], 9)
    assert [one.slot for one in first] == [f"{chat}:a" for chat in chats]
    assert [(one.slot, one.was_unknown, one.unsure) for one in second] == [
        (f"{chats[0]}:a", True, 1),
        (f"{chats[4]}:a", False, 1),
    ]


def test_a_busy_chat_waits(database: Database) -> None:
    with database.begin() as session:
        one, other = rows.chat(session), rows.chat(session)
        owed(session, one.id or 0, "a")
        owed(session, other.id or 0, "b")
        assert take(session, busy=(one.id or 0,)) == "b"
        assert take(session, busy=(one.id or 0, other.id or 0)) is None


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.SILENT, DeliveryState.FAILED])
def test_what_is_settled_is_not_taken_again(database: Database, state: DeliveryState) -> None:
    with database.begin() as session:
        owed(session, rows.chat(session).id or 0, "a")
        take(session)
        a = by_slot(session, "a").id or 0
        if state is DeliveryState.SENT:
            outbox.sent(session, [(a, "m1")], NOW)
        else:
            outbox.settle(session, [a], state, NOW, "so")
        assert take(session, NOW + timedelta(days=30)) is None
        settled = by_slot(session, "a")
        message, why = ("m1", "") if state is DeliveryState.SENT else ("", "so")
        assert (settled.message, settled.why, settled.settled_at, settled.in_flight) == (message, why, NOW, False)


def test_put_back_waits_longer_each_time(database: Database) -> None:
    with database.begin() as session:
        owed(session, rows.chat(session).id or 0, "a")
    now, waits = NOW, []
    for _nth in range(8):
        with database.begin() as session:
            assert take(session, now) == "a"
            put_back(session, "a", now, None)
        with database.begin() as session:
            waits.append((by_slot(session, "a").try_at - now) // timedelta(minutes=1))
            now = by_slot(session, "a").try_at
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]


def test_put_back_keeps_to_the_wait_that_the_messenger_names(database: Database) -> None:
    with database.begin() as session:
        owed(session, rows.chat(session).id or 0, "a")
        take(session)
        put_back(session, "a", NOW, 7.5)
        session.flush()
        assert take(session, NOW + timedelta(seconds=7)) is None
        assert take(session, NOW + timedelta(seconds=7.5)) == "a"


def test_the_next_try_is_of_what_may_be_said(database: Database) -> None:
    """What waits behind a message that was put back cannot be said before it: it is no reason to wake."""
    with database.begin() as session:
        assert outbox.next_try(session, "memory") is None
        chat = rows.chat(session)
        owed(session, chat.id or 0, "a", "b")
        take(session)
        put_back(session, "a", NOW, 600)
        session.flush()
        assert outbox.next_try(session, "memory") == NOW + timedelta(minutes=10)
        owed(session, rows.chat(session, "other").id or 0, "c")
        owed(session, rows.chat(session).id or 0, "d", now=NOW + timedelta(minutes=1))
        assert outbox.next_try(session, "memory") == NOW + timedelta(minutes=1)


def test_switching_off_fails_what_the_chat_was_owed(database: Database) -> None:
    with database.begin() as session:
        chat, other = rows.chat(session), rows.chat(session)
        owed(session, chat.id or 0, "said", "waits", "unknown")
        owed(session, other.id or 0, "other")
        say(session, "said")
        by_slot(session, "unknown").state = DeliveryState.UNKNOWN
        session.flush()
        outbox.switch_off(session, chat, NOW, "kicked")
    with database.begin() as session:
        states = {delivery.slot: delivery.state.value for delivery in session.exec(select(Delivery))}
        assert states == {"said": "sent", "waits": "failed", "unknown": "failed", "other": "waiting"}
        assert take(session) == "other"
        whys = session.exec(select(Delivery.why).where(col(Delivery.state) == DeliveryState.FAILED)).all()
        assert whys == ["kicked", "kicked"]


def test_nothing_is_taken_twice_by_many(database: Database) -> None:
    """Four processes empty one outbox at once: each message is taken once, each chat hears its own in order."""
    with database.begin() as session:
        chats = [rows.chat(session).id or 0 for _nth in range(10)]
        for nth in range(6):
            for chat in chats:
                owed(session, chat, f"{chat}:{nth}")
    taken: list[str] = []
    patience = threading.Barrier(4)

    def work() -> None:
        mine = Database(database.url)
        patience.wait()
        idle = 0
        while idle < 3:
            with mine.begin() as session:
                found = outbox.take(session, "memory", NOW, LEASE, (), 3)
                idle = 0 if found else idle + 1
                taken.extend(one.slot for one in found)
                outbox.sent(session, [(one.delivery, "m") for one in found], NOW)
        mine.close()

    threads = [threading.Thread(target=work) for _nth in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.begin() as session:
        states = Counter(delivery.state for delivery in session.exec(select(Delivery)))
        while take(session):
            pass
        left = session.exec(select(Delivery.slot).where(Delivery.state == DeliveryState.WAITING)).all()
    assert states[DeliveryState.SENT] == len(taken) == len(set(taken))
    assert len(taken) + len(left) == 60
    assert len(taken) > 50, "almost all were taken by the four"
    for chat in chats:
        mine = [slot for slot in taken if slot.startswith(f"{chat}:")]
        assert mine == sorted(mine)


def plans_of(request: pytest.FixtureRequest, act: Callable[[Session], object]) -> list[str]:
    """How SQLite looks for deliveries while `act` is done."""
    sqlite: Sqlite = request.getfixturevalue("_sqlite")
    with sqlite.fresh() as url:
        database, plans = Database(url), []

        def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            if "FROM delivery" in statement:
                plans.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

        sa.event.listen(database.engine, "before_cursor_execute", explain)
        with database.begin() as session:
            act(session)
        database.close()
    return [plan for plan in plans if "delivery" in plan]


def test_who_looks_for_what_is_owed_looks_at_nothing_else(request: pytest.FixtureRequest) -> None:
    used = plans_of(
        request,
        lambda session: (outbox.take(session, "memory", NOW, LEASE, [1, 2]), outbox.next_try(session, "memory")),
    )
    assert len(used) == 4
    assert all("ix_delivery_owed" in plan or "ix_delivery_waits" in plan for plan in used), used


def test_what_was_told_of_a_command_is_found_by_its_index(request: pytest.FixtureRequest) -> None:
    used = plans_of(request, lambda session: outbox.told(session, "12:0"))
    assert len(used) == 1
    assert "ix_delivery_heard" in used[0]


def test_what_was_told_of_a_command_is_not_what_was_told_of_another(database: Database) -> None:
    with database.begin() as session:
        chat = rows.chat(session).id or 0
        for heard in ("1:0", "1:0", "1:1", "11:0", None):
            slot = f"{heard}:{len(session.exec(select(Delivery)).all())}"
            outbox.owe(session, chat, "changed", slot, NOW, Words(slot), heard=heard)
        assert [delivery.slot for delivery in outbox.told(session, "1:0")] == ["1:0:0", "1:0:1"]
        assert outbox.told(session, "") == []
