"""A message is answered once, whatever happens on the way."""

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlmodel import Session

from channels import Address, Raw, Reply
from handlers import Router, load
from handlers.authority import Action
from handlers.talk import Answered, Refused, Talk
from storage.db import Database
from storage.models import Account, Chat, Deadline, Heard, Office, Person
from storage.outbox import Words
from tests.app.messenger import Messenger
from tests.app.office import Living
from tests.patience import PATIENCE, until
from tests.storage import rows


def with_command(name: str, run: object, **more: object) -> Router:
    """The real router and one command more, which anybody may say."""
    router = load()
    like = next(command for command in router.commands if command.slash == "trogiup")
    given = {"name": name, "slash": "", "says": (), "example": name, "action": Action.TALK, "run": run, "anyone": True}
    command = replace(like, fits=lambda words: True, **given | more)  # type: ignore[arg-type]
    return Router([*router.commands, command], router.answers)


@pytest.fixture
async def living(database: Database) -> Living:
    living = Living(database)
    await living.open(("QLVH", "2023-03-02"), ("QLVH", "2023-03-03"), ("TV", "2023-03-03"))
    return living


def in_order(living: Living) -> list[Heard]:
    return sorted(living.rows(Heard), key=lambda heard: heard.id)  # type: ignore[attr-defined,return-value]


async def test_a_message_delivered_twice_is_answered_once(living: Living) -> None:
    update = living.messenger.update("QLVH", "minh", "/xong 1")
    await living.hands_in(update, update)
    await living.app.settle()
    await living.hands_in(update)
    await living.app.settle()
    assert len(living.messenger.said) == 1
    assert living.messenger.said[0][1].startswith("Đã ghi nhận 1 ")
    assert [heard.body for heard in in_order(living)] == [""]


async def test_a_message_kept_before_a_crash_is_answered_after_it(living: Living) -> None:
    await living.hands_in(
        living.messenger.update("QLVH", "minh", "/xong 1"), living.messenger.update("TV", "liên", "/xong 3")
    )
    living.start()
    await living.app.settle()
    assert {chat for chat, _text in living.messenger.said} == {"QLVH", "TV"}
    assert living.deadline(1).done_at is not None
    assert living.deadline(3).done_at is not None
    assert all(heard.answered_at and not heard.body for heard in in_order(living))


async def test_what_goes_wrong_is_rolled_back_and_said_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(talk: Talk) -> Answered:
        talk.here.name = "Sở khác"
        talk.session.flush()
        raise ValueError(talk.incoming.text)

    living = Living(database, router=with_command("thử hỏng", breaks))
    await living.open(("QLVH", "2023-03-02"))
    caplog.set_level(logging.DEBUG)
    said = await living.say("QLVH", "minh", "/thử hỏng bí-mật-nhỏ của Minh")
    assert len(said) == 1
    assert said[0].startswith("Có lỗi trong hệ thống")
    assert [office.name.split()[0:3] for office in living.rows(Office)] == [["Sở", "Văn", "hóa,"]]  # type: ignore[attr-defined]
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert "message 1 of memory" in errors[0].getMessage()
    assert "ValueError" in errors[0].getMessage()
    assert "bí-mật-nhỏ" not in caplog.text
    assert "\n" not in logging.Formatter("%(message)s").format(errors[0])
    assert (await living.say("QLVH", "minh", "/xong 1"))[0].startswith("Đã ghi nhận 1 ")


async def test_a_refusal_rolls_everything_back(database: Database) -> None:
    def refuses(talk: Talk) -> Answered:
        talk.here.name = "Sở khác"
        talk.actor()
        talk.tell(talk.chat.id or 0, "plan", lambda: Words("không ai được nghe"))
        talk.ask("done", {}, [("một", 1)])
        talk.session.flush()
        raise Refused("Không được.")

    living = Living(database, router=with_command("thử từ chối", refuses))
    await living.open(("QLVH", "2023-03-02"))
    people = len(living.rows(Person))
    assert await living.say("QLVH", "lạ", "/thử từ chối") == ["Không được."]
    assert living.rows(Office)[0].name.startswith("Sở Văn hóa")  # type: ignore[attr-defined]
    assert len(living.rows(Person)) == people
    assert living.deliveries(kind="plan") == []


async def test_an_update_nobody_can_read_is_set_aside(living: Living, caplog: pytest.LogCaptureFixture) -> None:
    await living.hands_in(
        Raw("bad", '{"riêng": '),
        living.messenger.update("QLVH", "minh", "(nothing to us)"),
        living.messenger.update("QLVH", "minh", "/xong 1"),
    )
    await living.app.settle()
    assert len(living.messenger.said) == 1
    assert [(heard.body, heard.set_aside, bool(heard.answered_at)) for heard in in_order(living)] == [
        ("", "JSONDecodeError", True),
        ("", "", True),
        ("", "", True),
    ]
    assert "riêng" not in caplog.text


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"])
async def test_text_that_no_database_takes_costs_nothing(living: Living, bad: str) -> None:
    update = living.messenger.update(
        "mới", "lạ", f"/xong 1 số 4{bad}/BC-VP", name=f"Tên {bad}", title=f"Nhóm {bad}", file=(f"{bad}.txt", b"")
    )
    await living.hands_in(update, living.messenger.update("QLVH", "minh", f"/xong 1 {bad}"))
    await living.app.settle()
    assert {chat for chat, _text in living.messenger.said} == {"mới", "QLVH"}
    assert "Có lỗi" not in "".join(text for _chat, text in living.messenger.said)


async def test_a_raw_update_that_no_database_takes_is_kept_without_its_broken_letters(living: Living) -> None:
    """Otherwise it could never be confirmed, and would hold up all that come after it."""
    await living.hands_in(Raw("u\ud800", '{"text": "\ud800\0"}'), living.messenger.update("QLVH", "minh", "/xong 1"))
    await living.app.settle()
    assert len(living.messenger.said) == 1


async def test_two_who_close_the_same_at_once(living: Living) -> None:
    """One is recorded; the other is told who did."""
    await living.hands_in(
        living.messenger.update("QLVH", "minh", "/xong 1"), living.messenger.update("hùng", "hùng", "xong 1")
    )
    await living.app.settle()
    assert len(living.messenger.said) == 2
    ((_, won),) = [one for one in living.messenger.said if one[1].startswith("Đã ghi nhận 1 ")]
    ((_, lost),) = [one for one in living.messenger.said if one[1] != won]
    by = living.deadline(1).done_by
    (winner,) = (person.name for person in living.rows(Person) if person.id == by)  # type: ignore[attr-defined]
    assert winner in ("Minh", "Hùng")
    assert lost == f"Việc 1 đã được ghi nhận trước đó, người ghi: anh/chị {winner}."


class Meeting:
    """Makes a command's transactions meet: each of `n` waits, once, until the others have come as far."""

    def __init__(self, n: int) -> None:
        self._barrier = threading.Barrier(n)
        self.tries = 0

    def wait(self) -> None:
        self.tries += 1
        try:
            self._barrier.wait(5)
        except threading.BrokenBarrierError:
            return
        finally:
            self._barrier.abort()


def meeting_of_two(database: Database) -> Meeting:
    """SQLite has one writer at a time: there the two come one after the other."""
    return Meeting(1 if database.is_sqlite else 2)


async def test_a_stranger_in_two_groups_at_once_is_one_person(database: Database) -> None:
    meeting = meeting_of_two(database)

    def meets(talk: Talk) -> Answered:
        meeting.wait()
        return Words(talk.actor().name)

    living = Living(database, router=with_command("ai đây", meets))
    await living.open(("QLVH", "2023-03-02"))
    await living.hands_in(
        living.messenger.update("QLVH", "lạ", "/ai đây"), living.messenger.update("TV", "lạ", "/ai đây")
    )
    await living.app.settle()
    assert sorted(living.messenger.said) == [("QLVH", "Lạ"), ("TV", "Lạ")]
    assert [account.external for account in living.rows(Account)].count("lạ") == 1  # type: ignore[attr-defined]
    assert meeting.tries == (2 if database.is_sqlite else 3), "one of the two had to begin anew"


async def test_plans_that_come_at_once_get_numbers_and_codes_of_their_own(database: Database) -> None:
    meeting = meeting_of_two(database)

    def sends(talk: Talk) -> Answered:
        office = talk.session.get_one(Office, talk.here.id)
        plan = rows.plan(talk.session, office)
        task = rows.task(talk.session, plan, ["Văn phòng"], ["2023-05-05"])
        rows.deadline(talk.session, office, task, talk.directory.units[0])
        return Words(str(plan.number))

    def meets(talk: Talk) -> Answered:
        talk.here  # noqa: B018
        meeting.wait()
        return sends(talk)

    living = Living(database, router=with_command("gửi đây", meets))
    await living.open()
    await living.hands_in(
        living.messenger.update("QLVH", "minh", "/gửi đây"), living.messenger.update("TV", "liên", "/gửi đây")
    )
    await living.app.settle()
    assert sorted(text for _chat, text in living.messenger.said) == ["2", "3"]
    assert sorted(deadline.code for deadline in living.rows(Deadline)) == [1, 2]  # type: ignore[attr-defined]


async def test_codes_said_in_opposite_order_at_once(living: Living) -> None:
    """Each locks what the other wants next."""
    for nth in range(10):
        await living.hands_in(
            living.messenger.update("QLVH", "minh", "/xong 1, 2"), living.messenger.update("hùng", "hùng", "xong 2, 1")
        )
        await living.app.settle()
        assert living.deadline(1).done_by == living.deadline(2).done_by, nth
        both = living.messenger.said[-2:]
        assert sorted(text.startswith("Đã ghi nhận") for _chat, text in both) == [False, True], both
        winner = "QLVH" if both[0][1].startswith("Đã") == (both[0][0] == "QLVH") else "hùng"
        await living.say(winner, {"QLVH": "minh"}.get(winner, "hùng"), "/hoàn tác")
        assert living.deadline(1).done_at is None


async def test_chats_in_parallel_each_in_order(database: Database) -> None:
    """One chat thinks for long: the others are answered meanwhile, its own messages wait for their turn."""
    go_on = threading.Event()

    def think(incoming: object) -> str:
        go_on.wait(10)
        return "nghĩ xong"

    def ponder(talk: Talk) -> Answered:
        return Words(str(talk.thought))

    living = Living(database, router=with_command("nghĩ đi", ponder, think=think))
    await living.open(("QLVH", "2023-03-02"), ("TV", "2023-03-03"))
    stop = asyncio.Event()
    running = asyncio.create_task(living.app.run(stop, every=0.05, ticking=False))
    for update in (
        living.messenger.update("QLVH", "minh", "/nghĩ đi", file=("a.txt", b"a")),
        living.messenger.update("QLVH", "minh", "/xong 1"),
        living.messenger.update("TV", "liên", "/xong 2"),
    ):
        living.messenger.arrives(update)
    await until(lambda: living.messenger.heard_by("TV") != [])
    assert living.messenger.heard_by("QLVH") == []
    go_on.set()
    await until(lambda: len(living.messenger.heard_by("QLVH")) == 2)
    stop.set()
    await running
    first, second = living.messenger.heard_by("QLVH")
    assert first == "nghĩ xong"
    assert second.startswith("Đã ghi nhận 1 ")


async def test_few_documents_are_read_at_once(database: Database) -> None:
    at_work, most, lock = 0, 0, threading.Lock()
    enough = threading.Event()

    def think(incoming: object) -> str:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
            if at_work == 2:
                enough.set()
        enough.wait(PATIENCE)
        time.sleep(0.02)  # for a third one to come
        with lock:
            at_work -= 1
        return "x"

    living = Living(database, router=with_command("nghĩ đi", lambda talk: Words("xong"), think=think))
    await living.open()
    await living.hands_in(
        *(living.messenger.update(f"g{n}", f"p{n}", "/nghĩ đi", file=("a.txt", b"a")) for n in range(8))
    )
    await living.app.settle()
    assert len(living.messenger.said) == 8
    assert most == 2


async def test_a_flood_is_answered_in_order(living: Living) -> None:
    updates = [living.messenger.update(f"p{n % 7}", f"p{n % 7}", f"lời {n}") for n in range(230)]
    await living.hands_in(*updates)
    await living.app.settle()
    assert len(living.messenger.said) == 230
    assert all(heard.answered_at for heard in in_order(living))


async def test_the_database_goes_away_for_a_moment(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message stays in the inbox and is answered when the database is back; the program lives on."""
    from sqlalchemy.exc import OperationalError

    whole, broken, refused = living.database.begin, threading.Event(), Counter[str]()

    def begin() -> object:
        if broken.is_set():
            refused["begin"] += 1
            raise OperationalError("SELECT", {}, Exception("gone"))
        return whole()

    monkeypatch.setattr(living.database, "begin", begin)
    stop = asyncio.Event()
    running = asyncio.create_task(living.app.run(stop, every=0.02, ticking=True))
    living.messenger.arrives(living.messenger.update("QLVH", "minh", "/viec"))
    await until(lambda: len(living.messenger.said) == 1)
    answer = living.router.answer

    def breaks(talk: Talk) -> Answered:
        """The message is kept, and then the database goes."""
        broken.set()
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(living.router, "answer", breaks)
    await living.hands_in(living.messenger.update("QLVH", "minh", "/xong 1"))
    await until(lambda: refused["begin"] >= 10)
    assert not running.done()
    monkeypatch.setattr(living.router, "answer", answer)
    broken.clear()
    await until(lambda: len(living.messenger.said) == 2)
    stop.set()
    await running
    assert living.messenger.said[1][1].startswith("Đã ghi nhận 1 ")


async def test_no_transaction_is_open_while_the_messenger_works(living: Living) -> None:
    """What a messenger does takes seconds: whoever waits for it holds no lock."""
    holders: list[int] = []
    seen: list[tuple[str, bool]] = []
    whole = living.database.begin

    @contextmanager
    def begin() -> Iterator[Session]:
        with whole() as session:
            holders.append(threading.get_ident())
            try:
                yield session
            finally:
                holders.remove(threading.get_ident())

    living.database.begin = begin  # type: ignore[method-assign]

    class Watching(Messenger):
        async def send(self, to: Address, reply: Reply) -> str:
            seen.append(("send", threading.get_ident() in holders))
            return await super().send(to, reply)

        async def download(self, file: object) -> object:  # type: ignore[override]
            seen.append(("download", threading.get_ident() in holders))
            return await super().download(file)  # type: ignore[arg-type]

    living.messenger = Watching()
    living.start()
    await living.say("lan", "lan", "", file=("rong.txt", b"   "))
    await living.say("QLVH", "minh", "/xong 1")
    assert seen == [("download", False), ("send", False), ("send", False)]


async def test_an_answer_is_kept_when_the_process_dies_before_saying_it(living: Living) -> None:
    """The answer is owed in the transaction that records the result."""

    async def dies(to: Address, reply: Reply) -> None:
        raise asyncio.CancelledError

    living.messenger.before = dies
    await living.hands_in(living.messenger.update("QLVH", "minh", "/xong 1"))
    await living.app.settle()
    assert living.messenger.said == []
    living.messenger.before = None
    living.start()
    await living.goes_to("2023-03-01 08:03")
    assert [text.startswith("(gửi lại)\nĐã ghi nhận 1 ") for _chat, text in living.messenger.said][:1] == [True]


async def test_chats_are_remembered_once(living: Living) -> None:
    groups = len(living.rows(Chat))
    for _nth in range(3):
        await living.say("QLVH", "minh", "/viec")
    assert len(living.rows(Chat)) == groups
