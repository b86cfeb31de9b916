"""Photos sent at once arrive one by one: they go where the one with words goes, whenever they come, with one answer."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot import sample
from channels import Raw
from plans import Draft, Unreadable, child
from storage.db import Database
from storage.models import Album, Deadline, Evidence, Plan
from storage.shelf import Shelf, name_of
from tests.app.office import Living

PHOTOS = [b"\xff\xd8\xff" + bytes([n]) * 40 for n in range(12)]


@pytest.fixture(autouse=True)
def _a_photo_is_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking into a file takes a process of its own, and has its own tests."""
    read = child.read

    def quickly(content: bytes, name: str, year: int | None = None) -> Draft:
        if name.endswith(".jpg"):
            raise Unreadable("damaged")
        return read(content, name, year)

    monkeypatch.setattr(child, "read", quickly)


class Office(Living):
    """Two deadlines of QLVH, codes 1 and 2; a shelf in `folder`."""

    folder: Path

    async def begin(self, folder: Path) -> None:
        self.folder = folder
        self.again()
        await self.open(("QLVH", "2023-03-10"), ("QLVH", "2023-03-20"))

    def again(self, gathering: float = 0.0) -> None:
        self.start(shelf=Shelf(self.folder), gathering=gathering)

    def parts(self, words: str, n: int, *, first: int = 0, who: str = "minh", album: str = "a1") -> list[Raw]:
        """`n` photos, `words` under the first."""
        return [self.part(words if number == 0 else "", first + number, who, album) for number in range(n)]

    def part(self, words: str, number: int, who: str = "minh", album: str = "a1") -> Raw:
        return self.messenger.update(who, who, words, file=(f"{number}.jpg", PHOTOS[number]), album=album)

    async def hears(self, *raws: Raw, who: str = "minh") -> list[str]:
        """These arrive in one batch; what the bot then says."""
        before = len(self.messenger.heard_by(who))
        await self.hands_in(*raws)
        await self.app.settle()
        return self.messenger.heard_by(who)[before:]

    def shown(self) -> list[tuple[int, str]]:
        """What is shown for which code."""
        with self.database.begin() as session:
            query = select(Deadline.code, Evidence.name).join(Evidence, Evidence.deadline_id == Deadline.id)  # type: ignore[arg-type]
            return sorted(session.exec(query.where(Evidence.withdrawn == False)).all())  # noqa: E712

    def kept(self) -> set[str]:
        return {path.name for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Office:
    made = Office(database)
    await made.begin(tmp_path)
    return made


def all_of(n: int, code: int = 1) -> list[tuple[int, str]]:
    return sorted((code, f"{number}.jpg") for number in range(n))


async def test_what_arrives_together_is_one_message(office: Office) -> None:
    (said,) = await office.hears(*office.parts("xong 1", 4))
    assert "Đã lưu 4 tệp kèm theo." in said
    assert office.shown() == all_of(4)
    assert office.kept() == {name_of(photo) for photo in PHOTOS[:4]}


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("batches", [[[0], [1, 2]], [[0, 1], [2]], [[0], [1], [2]]])
async def test_the_rest_may_come_later(office: Office, batches: list[list[int]], *, restart: bool) -> None:
    parts, said = office.parts("xong 1", 3), []
    for batch in batches:
        said += await office.hears(*(parts[number] for number in batch))
        if restart:
            office.again()
    assert len(said) == 1
    assert office.shown() == all_of(3)


@pytest.mark.parametrize("restart", [False, True])
async def test_the_rest_may_come_before(office: Office, *, restart: bool) -> None:
    parts = office.parts("xong 1", 3)
    (asked,) = await office.hears(*parts[1:])
    assert asked.startswith("2 tệp này cho kết quả việc nào?")
    assert office.kept() == {name_of(photo) for photo in PHOTOS[1:3]}
    if restart:
        office.again()
    (said,) = await office.hears(parts[0])
    assert "Đã lưu 3 tệp kèm theo." in said
    assert office.shown() == all_of(3)
    assert await office.say("minh", "minh", "2") != [said], "the question is answered"
    assert office.shown() == all_of(3)


@pytest.mark.parametrize("answer", ["1", "xong 1"])
async def test_without_words_it_is_asked_once(office: Office, answer: str) -> None:
    parts, said = office.parts("", 3), []
    for part in parts:
        said += await office.hears(part)
    assert [one.splitlines()[0] for one in said] == ["Tệp này cho kết quả việc nào?"]
    assert office.shown() == []
    (done,) = await office.say("minh", "minh", answer)
    assert "Đã lưu 3 tệp kèm theo." in done
    assert office.shown() == all_of(3)
    assert await office.hears(office.part("", 3)) == []
    assert office.shown() == all_of(4)


async def test_what_is_delivered_twice_is_there_once(office: Office) -> None:
    parts = office.parts("xong 1", 3)
    await office.hears(*parts[:2])
    assert await office.hears(*parts, *parts) == []
    office.again()
    assert await office.hears(*parts) == []
    assert office.shown() == all_of(3)


async def test_taken_back_is_all_of_it_and_nothing_comes_after(office: Office) -> None:
    parts = office.parts("xong 1", 4)
    await office.hears(parts[0])
    await office.hears(parts[1], parts[2])
    assert (await office.say("minh", "minh", "hoàn tác"))[0].startswith("Đã hoàn tác: ghi kết quả việc 1.")
    assert office.shown() == []
    assert await office.hears(parts[3]) == []
    assert office.shown() == []
    assert office.deadline(1).done_at is None


async def test_what_is_refused_is_refused_once_and_leaves_nothing(office: Office) -> None:
    parts, said = office.parts("xong 99", 3), []
    for part in parts:
        said += await office.hears(part)
    assert said == ["Không có việc 99. Xem mã việc: /viec"]
    assert (office.shown(), office.kept()) == ([], set())


async def test_what_waited_goes_when_the_rest_is_marked_secret(office: Office) -> None:
    parts = office.parts("xong 1 MẬT", 3)
    await office.hears(*parts[1:])
    assert len(office.kept()) == 2
    (said,) = await office.hears(parts[0])
    assert said.startswith("Văn bản có dấu chỉ độ mật")
    assert (office.shown(), office.kept()) == ([], set())
    assert all(album.files == [] for album in office.rows(Album))  # type: ignore[attr-defined]


async def test_too_many_are_told_of_once(office: Office) -> None:
    said = await office.hears(*office.parts("xong 1", 9))
    for number in range(9, 12):
        said += await office.hears(office.part("", number))
    assert len(said) == 2
    assert said[1] == "Việc 1 đã có đủ 10 tệp, nên các tệp còn lại chưa được lưu."
    assert office.shown() == all_of(10)


async def test_each_one_with_words_of_its_own_is_a_message_of_its_own(office: Office) -> None:
    parts = [office.part("xong 1", 0), office.part("", 1), office.part("xong 2", 2)]
    said = await office.hears(*parts)
    assert [one.splitlines()[0] for one in said] == ["Đã ghi nhận 1 Việc thứ 1.", "Đã ghi nhận 2 Việc thứ 2."]
    assert office.shown() == [(1, "0.jpg"), (1, "1.jpg"), (2, "2.jpg")]


async def test_one_document_closes_several(office: Office) -> None:
    parts = office.parts("xong 1 2", 2)
    await office.hears(parts[0])
    assert await office.hears(parts[1]) == []
    assert office.shown() == sorted(all_of(2, 1) + all_of(2, 2))


async def test_plans_sent_at_once_are_read_one_by_one(office: Office) -> None:
    more: dict[str, Any] = {"album": "a2"}
    sent = [
        office.messenger.update("lan", "lan", "", file=(f"{n}.txt", sample.plan() + b"\n" * n), **more) for n in (1, 2)
    ]
    await office.hears(*sent, who="lan")
    assert sorted(plan.number for plan in office.rows(Plan)) == [1, 2, 3]  # type: ignore[attr-defined]


async def test_what_nobody_answers_is_let_go(office: Office) -> None:
    await office.hears(*office.parts("", 2))
    assert len(office.kept()) == 2
    office.clock.move(office.clock.now().replace(day=9))
    await office.hears(*office.parts("xong 1", 1, first=5, album="a9"))
    assert office.kept() == {name_of(PHOTOS[5])}


async def test_a_moment_is_waited_for_the_rest(office: Office) -> None:
    office.again(gathering=0.5)
    parts = office.parts("xong 1", 3)
    await office.hands_in(parts[0])
    settling = asyncio.create_task(office.app.settle())
    await asyncio.sleep(0)
    await office.hands_in(*parts[1:])
    await office.app._read_inbox(office.app._lines["memory"])
    await settling
    (said,) = office.messenger.heard_by("minh")
    assert "Đã lưu 3 tệp kèm theo." in said
    assert office.shown() == all_of(3)
