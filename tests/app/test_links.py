"""Files come and go by web links where the messenger carries none: over real HTTP, in time and too late, altered, by
people who have left, too large, too many, classified."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from bot import link_page
from bot.link_page import FILES, LONGEST_WORDS, MOST_BYTES, MOST_FILES, ONCE, WORDS
from bot.links import Links
from bot.web_links import AT_ONCE
from channels import FILE_LIMIT, Address, Incoming, Sender
from plans import child, reader
from storage.db import Database, Unavailable
from storage.models import Chat, Delivery, Evidence, Heard, Office, Person, Plan
from tests.app.bare import Here, found, serving
from tests.app.office import at
from tests.app.test_bad_files import PLAN, SECRET
from tests.databases import Sqlite
from tests.patience import until

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
MARKED = "UBND TỈNH BÌNH MINH\n\nMẬT\n\nBÁO CÁO\n\nNội dung không ai được thấy.\n".encode()


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are looked into in a process of its own, which takes a second and has its own tests."""
    monkeypatch.setattr(child, "read", reader.read)


@pytest.fixture
def database(_sqlite: Sqlite) -> Iterator[Database]:
    """What is looked up has its own tests on both."""
    with _sqlite.fresh() as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture
async def here(database: Database, tmp_path: Path) -> AsyncIterator[Here]:
    async with serving(database, tmp_path) as here:
        yield here


async def test_evidence_is_sent_through_a_link_and_comes_back_by_one(here: Here) -> None:
    said = await here.living.say("minh", "minh", "gửi tệp xong 1 số 45/BC-QLVH ngày 01/3")
    assert said[0].startswith("Gửi tệp qua liên kết này, dùng được đến 8h30:\nhttp://127.0.0.1:")
    assert said[0].endswith("\nLời nhắn kèm tệp: xong 1 số 45/BC-QLVH ngày 01/3")
    (said_,) = await here.answered("minh", found(said)[0], ("báo cáo.txt", b"noi dung"), ("ảnh.png", PNG))
    assert said_.startswith("Đã ghi nhận 1 Việc thứ 1.\nSố 45/BC-QLVH ngày 01/3, đúng hạn.\nĐã lưu 2 tệp kèm theo.")
    shown = await here.living.say("minh", "minh", "minh chứng 1")
    assert [text.splitlines()[-1].partition(":")[0] for text in shown] == [
        "Tệp báo cáo.txt (1 KB)",
        "Tệp ảnh.png (1 KB)",
    ]
    text, picture = [await here.client.get(link) for link in found(shown)]
    assert (text.status_code, text.content) == (200, b"noi dung")
    assert text.headers["content-disposition"] == "attachment; filename*=utf-8''b%C3%A1o%20c%C3%A1o.txt"
    assert text.headers["content-type"] == "application/octet-stream"
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert picture.headers["content-disposition"].startswith("inline")
    for answer in (text, picture):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert here.living.messenger.pictures == [False, True]  # type: ignore[attr-defined]
    head = await here.client.head(found(shown)[1])
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(PNG)))


async def test_a_plan_is_sent_through_the_link_that_its_command_gives(here: Here) -> None:
    link = await here.link("lan", "lan", "/kehoach")
    said = await here.answered("lan", link, ("ke_hoach.txt", PLAN.encode()))
    assert any(text.startswith("KH2 ") for text in said)
    assert len(here.living.rows(Plan)) == 2


async def test_the_page_says_for_whom_it_is_and_asks_for_nothing_from_outside(here: Here) -> None:
    answer = await here.client.get(await here.link("minh", "minh", 'gửi tệp xong 1 "<b>"'))
    page = answer.text
    assert "Sở Văn hóa, Thể thao và Du lịch tỉnh Bình Minh" in page
    assert "<dd>Minh</dd>" in page
    assert "<dd>hội thoại riêng với Nhắc Việc</dd>" in page
    assert "xong 1 &quot;&lt;b&gt;&quot;</textarea>" in page
    assert "dùng được đến 8h30" in page
    assert re.findall(r"(?:src|href|action)=|<script|url\(|@import|{{", page) == []
    assert answer.headers["content-security-policy"] == link_page.CONTENT_POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert (await here.client.head(answer.request.url)).status_code == 200
    assert len(await here.living.app.within(lambda session: session.exec(select(Heard)).all())) == 1, (
        "looking is no act"
    )


async def test_what_only_has_the_name_of_a_picture_is_a_file(here: Here) -> None:
    await here.answered("minh", await here.link("minh", "minh", "gửi tệp xong 1"), ("anh.jpg", b"<script>"))
    link = await here.link("minh", "minh", "minh chứng 1")
    assert here.living.messenger.pictures == [False]  # type: ignore[attr-defined]
    answer = await here.client.get(link)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_where_files_come_by_link_the_bot_says_so(here: Here) -> None:
    assert "gửi tệp xong 12: lấy liên kết" in (await here.living.say("minh", "minh", "trợ giúp"))[0]
    said = await here.living.say("lan", "lan", "nhân sự")
    assert "kèm lời nhắn «nhân sự». Ở đây tệp gửi qua liên kết, xin gõ: gửi tệp\n" in said[0]
    await here.living.say("minh", "minh", "/ngonngu en")
    page = (await here.client.get(await here.link("minh", "minh", "gửi tệp"))).text
    assert '<html lang="en">' in page
    assert "<h1>Send files to Nhắc Việc</h1>" in page


async def test_a_page_sent_twice_is_taken_once_and_a_link_may_be_used_again(here: Here) -> None:
    link = await here.link("minh", "minh", "gửi tệp xong 1")
    data, files = {WORDS: "xong 1", ONCE: "x"}, [(FILES, ("a.txt", b"a"))]
    for _time in range(2):
        assert (await here.client.post(link, data=data, files=files)).status_code == 200
    await here.living.app.settle()
    assert len(here.living.rows(Evidence)) == 1
    await here.living.say("minh", "minh", "hoàn tác")
    assert (await here.answered("minh", link, ("a.txt", b"a")))[0].startswith("Đã ghi nhận 1 ")


async def test_a_link_holds_for_its_time(here: Here) -> None:
    upload = await here.link("minh", "minh", "gửi tệp xong 1")
    await here.living.goes_to("2023-03-01 08:29")
    await here.answered("minh", upload, ("a.txt", b"a"))
    download = found(await here.living.say("minh", "minh", "minh chứng 1"))[0]
    await here.living.goes_to("2023-03-01 08:30")
    for answer in (await here.client.get(upload), await here.client.post(upload, files=[(FILES, ("b.txt", b"b"))])):
        assert answer.status_code == 410
        assert "Liên kết này đã hết hạn." in answer.text
        assert "nhắn cho Nhắc Việc: gửi tệp<" in answer.text
    await here.living.goes_to("2023-03-02 08:28")
    assert (await here.client.get(download)).status_code == 200
    await here.living.goes_to("2023-03-02 08:29")
    answer = await here.client.get(download)
    assert answer.status_code == 410
    assert "nhắn cho Nhắc Việc: minh chứng 1<" in answer.text


async def test_an_altered_link_opens_nothing(here: Here) -> None:
    upload = await here.link("minh", "minh", "gửi tệp xong 1")
    await here.answered("minh", upload, ("a.txt", b"a"))
    download = found(await here.living.say("minh", "minh", "minh chứng 1"))[0]
    foreign = Links(b"another key", here.base, here.living.clock)
    incoming = Incoming("memory", "1", Address("minh"), True, Sender("minh", "Minh"))
    for link in (
        *(_with_another_letter(link, nth) for link in (upload, download) for nth in (-10, -60)),
        upload[:-20],
        download.replace("/tep/", "/gui/"),
        upload.replace("/gui/", "/tep/"),
        foreign.upload(incoming, 1, "xong 1")[0],
        f"{here.base}/tep/x",
    ):
        answer = await here.client.get(link)
        assert answer.status_code == 403, link
        assert "không do Nhắc Việc đưa ra" in answer.text
    assert (await here.client.post(upload[:-20], files=[(FILES, ("a.txt", b"a"))])).status_code == 403


def _with_another_letter(link: str, nth: int) -> str:
    return link[:nth] + ("B" if link[nth] == "A" else "A") + link[nth + 1 :]


async def test_whoever_has_left_and_another_office_use_no_link(here: Here) -> None:
    upload = await here.link("minh", "minh", "gửi tệp xong 1")
    await here.answered("minh", upload, ("a.txt", b"a"))
    download = found(await here.living.say("minh", "minh", "minh chứng 1"))[0]
    await here.change(Person, left_at=at("2023-03-01 08:00"))
    for link in (upload, download):
        assert (await here.client.get(link)).status_code == 403
    await here.change(Person, left_at=None)
    assert (await here.client.get(upload)).status_code == 200
    other = Office(name="Sở khác")
    await here.living.app.within(lambda session: session.add(other))
    await here.change(Person, office_id=2)
    for link in (upload, download):
        answer = await here.client.get(link)
        assert answer.status_code == 403
        assert "không còn thuộc cơ quan" in answer.text
    await here.change(Person, office_id=1)
    await here.living.say("minh", "minh", "hoàn tác")
    assert (await here.client.get(download)).status_code == 404, "nothing is shown for it any more"


async def test_in_a_group_the_link_bears_a_name_and_acts_there(here: Here) -> None:
    (said,) = await here.living.say("QLVH", "minh", "gửi tệp xong 1")
    assert said.startswith("Liên kết gửi tệp mang tên anh/chị Minh, dùng được đến 8h30:\n")
    assert said.endswith("Người khác gửi tệp thì xin gõ: @Bot Nhắc Việc gửi tệp")
    link = found([said])[0]
    assert "<dd>nhóm của Phòng Quản lý Văn hóa</dd>" in (await here.client.get(link)).text
    assert (await here.answered("QLVH", link, ("a.txt", b"a")))[0].startswith("Đã ghi nhận 1 ")
    assert here.living.messenger.heard_by("minh") == []
    download = found(await here.living.say("QLVH", "minh", "minh chứng 1"))[0]
    assert (await here.client.get(download)).status_code == 200
    await here.change(Chat, active=False)
    for one in (link, download):
        assert (await here.client.get(one)).status_code == 403


async def test_to_whom_the_bot_speaks_alone_the_link_of_a_group_is_said_alone(here: Here) -> None:
    await here.living.say("minh", "minh", "/viec")
    (said,) = await here.living.say("QLVH", "minh", "gửi tệp")
    assert said == "Đã gửi liên kết cho anh/chị Minh trong hội thoại riêng với Nhắc Việc."
    alone = here.living.messenger.heard_by("minh")[-1]
    assert alone.startswith("Gửi tệp vào nhóm của Phòng Quản lý Văn hóa qua liên kết này, dùng được đến 8h30:\n")
    assert (await here.answered("QLVH", found([alone])[0], ("a.txt", b"a"), words="xong 1"))[0].startswith("Đã ghi")


async def test_who_may_not_do_it_in_the_chat_may_not_do_it_here(here: Here) -> None:
    link = await here.link("minh", "minh", "gửi tệp kế hoạch")
    said = await here.answered("minh", link, ("ke_hoach.txt", PLAN.encode()))
    assert said == ["Anh/chị chưa được gửi kế hoạch. Người gửi được: Văn phòng, quản trị."]
    (said_,) = await here.living.say("khách", "khách", "gửi tệp xong 1")
    assert said_.startswith("Anh/chị chưa có trong danh sách của cơ quan.")


async def test_a_file_over_the_limit_is_refused_in_the_chat_and_too_much_at_once_on_the_page(here: Here) -> None:
    link = await here.link("minh", "minh", "gửi tệp xong 1")
    (said,) = await here.answered("minh", link, ("lớn.pdf", bytes(FILE_LIMIT + 1)))
    assert said.startswith("Tệp lớn hơn 20 MB nên chưa ghi nhận.")
    heard = len(here.living.rows(Heard))
    for status, answer in (
        (413, await here.post(link, ("a.pdf", bytes(MOST_BYTES)), ("b.pdf", bytes(2 * 1024 * 1024)))),
        (413, await here.post(link, *[(f"{n}.txt", b"a") for n in range(MOST_FILES + 1)])),
        (400, await here.post(link, *[(f"{n}.txt", b"a") for n in range(MOST_FILES + 2)])),
        (413, await here.post(link, ("a.txt", b"a"), words="x" * (LONGEST_WORDS + 1))),
        (400, await here.client.post(link, data={WORDS: "xong 1"}, files=[("other", ("a.txt", b"a"))])),
        (400, await here.client.post(link, data={WORDS: "xong 1"})),
        (400, await here.client.post(link, content=b"{}", headers={"content-type": "multipart/form-data"})),
    ):
        assert answer.status_code == status
        assert "Chưa nhận được tệp" in answer.text
        assert "tất cả 40 MB" in answer.text
    assert len(here.living.rows(Heard)) == heard
    assert here.living.rows(Evidence) == []


async def test_of_a_classified_document_nothing_is_kept(here: Here, tmp_path: Path) -> None:
    link = await here.link("minh", "minh", "gửi tệp xong 1")
    assert await here.answered("minh", link, ("bao_cao.txt", MARKED)) == [SECRET]
    assert len(here.living.messenger.forgotten) == 1
    assert all(not heard.body for heard in here.living.rows(Heard))  # type: ignore[attr-defined]
    assert not any(files for _folder, _folders, files in os.walk(tmp_path))
    assert here.living.rows(Evidence) == []


async def test_what_cannot_be_stored_is_said_to_be_so(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    link = await here.link("minh", "minh", "gửi tệp xong 1")

    async def take(name: str, raws: object) -> None:
        raise Unavailable

    monkeypatch.setattr(here.living.app, "take", take)
    answer = await here.post(link, ("a.txt", b"a"))
    assert answer.status_code == 503
    assert "Xin gửi lại sau ít phút." in answer.text


async def test_uploads_that_stall_make_way_for_others(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    link = await here.link("minh", "minh", "gửi tệp xong 1")
    head = f"POST {link.removeprefix(here.base)} HTTP/1.1\r\nHost: here\r\nContent-Length: 99\r\n"
    begun = f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n".encode()

    async def stalls() -> bytes:
        reading, writing = await asyncio.open_connection("127.0.0.1", here.server.port)
        writing.write(begun)
        status = await reading.readline()
        writing.close()
        return status

    monkeypatch.setattr("bot.web_links.STALLED", 1.0)
    stalling = [asyncio.create_task(stalls()) for _n in range(AT_ONCE)]
    await until(lambda: here.web.arriving == AT_ONCE)
    answer = await here.post(link, ("a.txt", b"a"))
    assert answer.status_code == 503
    assert "Đang có nhiều người gửi tệp" in answer.text
    assert {(await one).split()[1] for one in stalling} == {b"408"}
    assert (await here.answered("minh", link, ("a.txt", b"a")))[0].startswith("Đã ghi nhận 1 ")


async def test_what_the_messenger_keeps_from_the_bot_is_answered_with_a_link(here: Here) -> None:
    messenger = here.living.messenger
    await here.living.hands_in(messenger.update("minh", "minh", "", event="unread"))
    await here.living.app.settle()
    (said,) = messenger.heard_by("minh")
    assert said.startswith("Nhắc Việc không nhận được tệp, tiếng nói hay nhãn dán gửi ở đây.\nGửi tệp qua liên kết này")
    assert (await here.answered("minh", found([said])[0], ("a.txt", b"a"), words="xong 1"))[0].startswith("Đã ghi nhận")


async def test_nothing_of_a_link_stays_with_what_was_said(here: Here) -> None:
    await here.living.say("minh", "minh", "gửi tệp xong 1")
    (one,) = here.living.rows(Delivery)
    assert one.text == ""  # type: ignore[attr-defined]


async def test_without_a_public_address_there_are_no_links(database: Database, tmp_path: Path) -> None:
    here = Here(database, tmp_path, public=False)
    await here.living.open(("QLVH", "2023-03-03"))
    none = "Ở đây chưa gửi tệp được: máy chủ của cơ quan chưa có địa chỉ trên mạng. Xin báo quản trị của cơ quan."
    assert await here.living.say("minh", "minh", "gửi tệp xong 1") == [none]
    assert (await here.living.say("lan", "lan", "/kehoach"))[0].startswith("Xin gửi tệp kế hoạch (.docx) kèm theo")
    await here.living.hands_in(here.living.messenger.update("minh", "minh", "", event="unread"))
    await here.living.app.settle()
    assert here.living.messenger.heard_by("minh")[-1].endswith(none)
    await here.living.say("minh", "minh", "xong 1", file=("+a.txt", b"a"))
    (said,) = await here.living.say("minh", "minh", "minh chứng 1")
    assert said.endswith("\nTệp a.txt (1 KB): chưa tải về được, máy chủ của cơ quan chưa có địa chỉ trên mạng.")
    await here.client.aclose()
