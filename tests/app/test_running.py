"""How the program begins and ends: what is in flight is finished, nothing new is begun, errors come out."""

import asyncio
import threading

import pytest

from channels import Address, Keep, Reply
from channels.terminal import TerminalChannel
from handlers.talk import Answered, Talk
from storage.db import Database
from storage.models import Heard
from storage.outbox import Words
from tests.app.messenger import Messenger
from tests.app.office import Living, at
from tests.app.test_hearing import with_command
from tests.app.test_sending import owe
from tests.patience import PATIENCE, until


@pytest.fixture
async def living(database: Database) -> Living:
    living = Living(database, "2023-03-01 07:00")
    await living.open(("QLVH", "2023-03-02"), ("TV", "2023-03-03"))
    return living


async def test_what_is_in_flight_is_finished_and_nothing_more_begun(living: Living) -> None:
    stop = asyncio.Event()

    async def slow(to: Address, reply: Reply) -> None:
        await stop.wait()
        await asyncio.sleep(0.1)

    living.messenger.before = slow
    for chat in ("QLVH", "TV", "BT", "VP", "TTVH", "KHTC"):
        owe(living, chat, "một", "hai")
    running = asyncio.create_task(living.app.run(stop, every=5, ticking=False))
    await until(lambda: len(living.messenger.attempts) == 4)
    stop.set()
    await asyncio.wait_for(running, PATIENCE)
    assert len(living.messenger.attempts) == len(living.messenger.said) == 4
    assert living.messenger.closed
    assert sorted(delivery.state.value for delivery in living.deliveries()) == ["sent"] * 4 + ["waiting"] * 8


async def test_a_sending_that_hangs_is_not_waited_for(living: Living) -> None:
    async def hangs(to: Address, reply: Reply) -> None:
        await asyncio.Event().wait()

    living.messenger.before = hangs
    owe(living, "QLVH", "lời")
    stop = asyncio.Event()
    running = asyncio.create_task(living.app.run(stop, every=5, ticking=False))
    await until(lambda: living.messenger.attempts != [])
    stop.set()
    await asyncio.wait_for(running, PATIENCE)
    living.messenger.before = None
    living.start()
    await living.goes_to("2023-03-01 07:02")
    assert ("QLVH", "(gửi lại)\nlời") in living.messenger.said


async def test_what_is_being_read_is_left_for_the_next_start(database: Database) -> None:
    """Reading a document may take many seconds: stopping does not wait for it, and the message is not lost."""
    go_on, began = threading.Event(), threading.Event()

    def think(incoming: object) -> str:
        began.set()
        go_on.wait(4 * PATIENCE)
        return "đọc xong"

    def ponder(talk: Talk) -> Answered:
        return Words(str(talk.thought))

    living = Living(database, router=with_command("nghĩ đi", ponder, think=think))
    await living.open(("QLVH", "2023-03-02"))
    stop = asyncio.Event()
    running = asyncio.create_task(living.app.run(stop, every=5, ticking=False))
    living.messenger.arrives(living.messenger.update("QLVH", "minh", "/nghĩ đi", file=("a.txt", b"a")))
    living.messenger.arrives(living.messenger.update("QLVH", "minh", "/viec"))
    await until(began.is_set)
    await until(lambda: len(living.rows(Heard)) == 2)
    stop.set()
    await asyncio.wait_for(running, PATIENCE)
    assert living.messenger.said == []
    go_on.set()
    living.start()
    await living.app.settle()
    assert living.messenger.heard_by("QLVH")[0] == "đọc xong"
    assert len(living.messenger.heard_by("QLVH")) == 2


class Deaf(Messenger):
    async def listen(self, keep: Keep) -> None:
        await asyncio.sleep(0.05)
        raise LookupError("no such messenger")


async def test_a_channel_that_cannot_listen_ends_the_program(living: Living) -> None:
    living.messenger = Deaf()
    living.start()
    with pytest.raises(LookupError):
        await living.app.run(asyncio.Event(), every=5, ticking=False)
    assert living.messenger.closed


async def test_the_last_words_are_answered_before_the_end(database: Database) -> None:
    """Ctrl-D in the terminal, or the end of a file: what was typed before is answered."""

    async def lines() -> object:
        for line in ("/viec", "xin chào", "/trogiup"):
            yield line

    said: list[str] = []
    living = Living(database)
    await living.open()
    living.messenger = TerminalChannel(lines(), said.append)  # type: ignore[assignment,arg-type]
    living.start()
    await asyncio.wait_for(living.app.run(asyncio.Event(), every=5, ticking=False), PATIENCE)
    assert len(said) == 3


async def test_it_ticks_by_itself(living: Living) -> None:
    living.clock.move(at("2023-03-01 08:00"))
    stop = asyncio.Event()
    running = asyncio.create_task(living.app.run(stop, every=0.05))
    await until(lambda: living.messenger.heard_by("QLVH") != [])
    stop.set()
    await running
    assert len(living.messenger.heard_by("QLVH")) == 1


async def test_a_tick_that_fails_is_followed_by_the_next(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    from schedules import reminders

    whole, failures = reminders.tick, iter([True, True])

    def tick(*given: object) -> int:
        if next(failures, False):
            raise ValueError
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(reminders, "tick", tick)
    living.clock.move(at("2023-03-01 08:00"))
    stop = asyncio.Event()
    running = asyncio.create_task(living.app.run(stop, every=0.05))
    await until(lambda: living.messenger.heard_by("QLVH") != [])
    stop.set()
    await running
