"""What is kept is kept once, whole, under no name of its sender's; what nobody shows for anything does not stay."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import Session

from bot.keeping import keeping, with_file
from bot.links import Links
from channels import MEGABYTE, Address, File, Incoming, Later, Reply, Sender, Shape
from schedules.clock import HandClock
from schedules.deliveries import Ready
from storage.db import Database
from storage.models import Evidence, EvidenceKind, Person
from storage.outbox import Kept
from storage.shelf import Shelf, name_of
from tests.storage import rows

NO_LINKS = Links(b"", "", HandClock(rows.NOW))


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def sent(*contents: bytes) -> Incoming:
    files = tuple(File("../../bao cao.docx", len(content), content=content) for content in contents)
    return Incoming("terminal", "1", Address("minh"), True, Sender("minh", "Minh"), files=files)


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert name_of(b"one") == "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    assert shelf.keep(b"one") == shelf.keep(b"one") == name_of(b"one")
    assert shelf.read(name_of(b"one")) == b"one"
    assert kept(tmp_path) == [name_of(b"one")]
    shelf.drop(name_of(b"one"))
    shelf.drop(name_of(b"one"))
    assert shelf.read(name_of(b"one")) is None


@pytest.mark.parametrize("fails", [False, True])
async def test_what_nobody_shows_goes(database: Database, tmp_path: Path, *, fails: bool) -> None:
    async def within(work: Callable[[Session], Any]) -> Any:
        return database.run(work)

    keeper: Any = SimpleNamespace(shelf=Shelf(tmp_path), within=within, clock=HandClock(rows.NOW))
    try:
        async with keeping(keeper, sent(b"held", b"loose")):
            assert len(kept(tmp_path)) == 2
            database.run(shown)
            if fails:
                raise ValueError
    except ValueError:
        assert fails
    assert kept(tmp_path) == [name_of(b"held")]


def shown(session: Session) -> None:
    """Somebody shows «held» for a result."""
    office, units = rows.office(session)
    task = rows.task(session, rows.plan(session, office), [units[0].name], ["2023-06-05"])
    owed = rows.deadline(session, office, task, units[0])
    minh = Person(office_id=office.id or 0, name="Minh")
    session.add(minh)
    session.flush()
    row = {"deadline_id": owed.id or 0, "kind": EvidenceKind.FILE, "at": rows.NOW, "person_id": minh.id or 0}
    session.add(Evidence(hash=name_of(b"held"), **row))


FILES, NO_FILES = Shape(file_limit=2 * MEGABYTE), Shape()


def ready(content: bytes, *, picture: bool = False, locale: str = "vi") -> Ready:
    kept = Kept(name_of(content), "Báo cáo.docx", picture)
    row: Any = None  # what is read is not asked of the row that it was taken from
    return Ready(row, Reply("70 Báo cáo", actions=("việc 70",)), locale, file=kept)


@pytest.mark.parametrize("picture", [False, True])
async def test_what_is_sent_is_read_from_the_shelf(tmp_path: Path, *, picture: bool) -> None:
    shelf = Shelf(tmp_path)
    shelf.keep(b"one")
    reply = await with_file(shelf, NO_LINKS, ready(b"one", picture=picture), FILES)
    file = reply.picture if picture else reply.file
    assert (reply.picture if not picture else reply.file) is None
    assert file is not None
    assert (file.name, file.size, file.content) == ("Báo cáo.docx", 3, b"one")
    assert (reply.text, reply.actions) == ("70 Báo cáo", ("việc 70",))


async def test_a_channel_without_files_is_told_where_it_lies(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.keep(b"one")
    file = (await with_file(shelf, NO_LINKS, ready(b"one"), NO_FILES)).file
    assert file is not None
    assert (file.size, file.content) == (3, None)
    assert file.path == str(tmp_path / name_of(b"one")[:2] / name_of(b"one"))


@pytest.mark.parametrize("shape", [FILES, NO_FILES])
async def test_a_file_that_is_gone_is_a_sentence(tmp_path: Path, shape: Shape) -> None:
    for shelf in (Shelf(tmp_path), None):
        reply = await with_file(shelf, NO_LINKS, ready(b"one"), shape)
        assert (reply.file, reply.picture) == (None, None)
        assert reply.text == "70 Báo cáo\nTệp này không còn trong kho lưu."
    there = await with_file(Shelf(tmp_path), NO_LINKS, ready(b"one", locale="en"), shape)
    assert there.text == "70 Báo cáo\nThis file is no longer in the store."


async def test_a_file_too_large_for_the_messenger_is_a_sentence(tmp_path: Path) -> None:
    shelf, large = Shelf(tmp_path), bytes(2 * MEGABYTE + 1)
    shelf.keep(large)
    reply = await with_file(shelf, NO_LINKS, ready(large), FILES)
    assert (reply.file, reply.text) == (None, "70 Báo cáo\nTệp này lớn hơn 2 MB nên không gửi được ở đây.")
    shelf.keep(large[1:])
    assert (await with_file(shelf, NO_LINKS, ready(large[1:]), FILES)).file is not None


async def test_a_disk_that_does_not_answer_is_asked_again(tmp_path: Path) -> None:
    name = name_of(b"one")
    (tmp_path / name[:2] / name).mkdir(parents=True)  # what cannot be read as a file
    with pytest.raises(Later):
        await with_file(Shelf(tmp_path), NO_LINKS, ready(b"one"), FILES)
