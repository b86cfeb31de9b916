"""Every dialogue of `tests/dialogues/`: the same words on both databases and on every channel.

A channel never sees the database: so one channel plays on both, and every other on one of them."""

from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.hands import Hands, TerminalHands
from bot.play import Dialogue, Player, compare, parse
from plans import Draft, Unreadable, child
from storage.db import Database
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo import FakeZalo
from tests.hands import TelegramHands, WebHands, ZaloHands

FOLDER = Path(__file__).parent / "dialogues"
FILES = sorted(FOLDER.glob("*.txt"))
WHERE = [
    ("terminal", "sqlite"),
    ("terminal", "postgresql"),
    ("telegram", "postgresql"),
    ("web", "sqlite"),
    ("zalo", "sqlite"),
]


@pytest.fixture(scope="module", autouse=True)
def _documents_are_read_once() -> Iterator[None]:
    """A document is read in a process of its own, which takes a second; reading has its own tests, and so has what is
    said while it takes long."""
    read = child.read

    @cache
    def outcome(content: bytes, name: str, year: int | None) -> Draft | Unreadable:
        try:
            return read(content, name, year)
        except Unreadable as error:
            return error

    def read_once(content: bytes, name: str, year: int | None = None) -> Draft:
        found = outcome(content, name, year)
        if isinstance(found, Unreadable):
            raise found
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(child, "read", read_once)
        patched.setattr("bot.thinking.STILL_READING", ())
        patched.setattr("channels.zalo.BETWEEN", 0.0)
        yield


@pytest.fixture(scope="session")
def fake_telegram() -> Iterator[FakeTelegram]:
    fake = FakeTelegram().start()
    yield fake
    fake.stop()


@pytest.fixture(scope="session")
def fake_zalo() -> Iterator[FakeZalo]:
    fake = FakeZalo(queues=True).start()
    yield fake
    fake.stop()


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def file(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture
def dialogue(file: Path) -> Dialogue:
    return parse(file.read_text("utf-8"))


@pytest.fixture
async def hands(request: pytest.FixtureRequest, dialogue: Dialogue) -> AsyncIterator[Hands]:
    if request.param == "terminal":
        yield TerminalHands()
        return
    if request.param == "telegram":
        everything = dialogue.head.get("hears") == "everything"
        yield TelegramHands(request.getfixturevalue("fake_telegram"), everything)
        return
    if request.param == "zalo":
        yield ZaloHands(request.getfixturevalue("fake_zalo"))
        return
    people = WebHands()
    await people.start()
    yield people
    await people.stop()


@pytest.mark.parametrize(("hands", "databases"), WHERE, indirect=True)
async def test_dialogue(dialogue: Dialogue, file: Path, hands: Hands, database: Database) -> None:
    said = await Player(dialogue, hands, database, file.parent).play()
    difference = compare(dialogue, said)
    assert not difference, f"\n{difference}"


def test_there_are_dialogues() -> None:
    assert len(FILES) >= 25
