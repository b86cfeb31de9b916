"""Files that cannot be taken, sent by somebody who may send them: one clear sentence, and nothing of them is left."""

import asyncio
import logging
import os
import tempfile
import threading
from base64 import b64encode
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url

from bot import sample
from bot.thinking import LONG_DOCUMENT
from channels import FILE_LIMIT
from storage.db import Database, Unavailable
from storage.models import Chat, Delivery, Event, Heard, Person, Plan, Question, Task
from storage.outbox import Words
from tests.app.office import Living
from tests.app.test_hearing import with_command
from tests.patience import until
from tests.plans.as_docx import as_docx
from tests.plans.test_refusals import bomb, ole

PLAN = (
    "UBND TỈNH BÌNH MINH\n\nSố: 05/KH-SVHTTDL\n\nBình Minh, ngày 06 tháng 01 năm 2023\n\nKẾ HOẠCH\n\n"
    "Công tác văn thư năm 2023\n\nStt\tNội dung\tĐơn vị chủ trì\tSản phẩm\tThời gian\n"
    "1\tLập danh mục hồ sơ\tVăn phòng\tDanh mục\tQuý II/2023\n"
    "2\tChỉnh lý tài liệu\tThanh tra\tBáo cáo\tTháng 8/2023\n"
)
SECRET = "Văn bản có dấu chỉ độ mật nên không được nhận qua kênh này, và không có gì được lưu lại."


def heavy() -> bytes:
    return b"x" * (FILE_LIMIT + 10 * 1024 * 1024)


FILES = {
    "empty": (b"", "Tệp không có nội dung."),
    "blank": (b" \n\t\r\n" * 50, "Tệp không có nội dung."),
    "old Word": (ole("WordDocument"), "Đây là tệp Word kiểu cũ (.doc)."),
    "encrypted": (ole("EncryptedPackage"), "Tệp có đặt mật khẩu."),
    "30 MB": (heavy(), "Tệp lớn hơn 20 MB."),
    "zip bomb": (bomb(), "Tệp giải nén ra quá lớn."),
    "no table": ("Kính gửi các đơn vị,\n\nMời họp lúc 8 giờ ngày 05/6/2023.\n".encode(), "Không tìm thấy bảng"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + os.urandom(500), "Loại tệp này chưa đọc được."),
    "noise": (b"PK\x03\x04" + os.urandom(5000), "Tệp bị hỏng"),
}


@pytest.fixture
async def living(database: Database) -> Living:
    living = Living(database, "2023-01-09 08:30")
    await living.open()
    return living


@pytest.mark.parametrize("name", FILES)
async def test_one_clear_sentence_and_nothing_stored(living: Living, name: str) -> None:
    content, begins = FILES[name]
    said = await living.say("lan", "lan", "năm 2023", file=(f"{name}.docx", content))
    assert len(said) == 1
    assert said[0].startswith(begins)
    assert len(said[0]) < 200
    assert "\n" not in said[0]
    assert living.rows(Task) == []
    assert len(living.rows(Plan)) == 1, "the one that the office has"
    assert all(heard.body == "" for heard in living.rows(Heard))  # type: ignore[attr-defined]
    assert (await living.say("lan", "lan", "/viec")) != [], "and the bot goes on"


async def test_a_good_plan_is_read_by_the_same_road(living: Living) -> None:
    said = await living.say("lan", "lan", "", file=("kh.docx", as_docx(PLAN)))
    assert said[0].startswith("KH2 ")
    assert [task.title for task in living.rows(Task)] == ["Lập danh mục hồ sơ", "Chỉnh lý tài liệu"]  # type: ignore[attr-defined]


async def test_a_file_from_somebody_who_may_not_send_it_is_not_even_read(living: Living) -> None:
    said = await living.say("minh", "minh", "", file=("kh.docx", as_docx(PLAN)))
    assert said == ["Anh/chị chưa được gửi kế hoạch. Người gửi được: Văn phòng, quản trị."]
    assert living.rows(Task) == []


def kept_files(database: Database) -> list[Path]:
    """The files in which the database keeps rows. PostgreSQL's write-ahead log is not among them: it cannot be
    emptied."""
    if database.is_sqlite:
        path = Path(make_url(database.url).database or "")
        return sorted(path.parent.glob(f"{path.name}*"))
    with database.engine.connect() as connection:
        folder = connection.exec_driver_sql("SHOW data_directory").scalar()
        number = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar()
        connection.rollback()
        flush = connection.execution_options(isolation_level="AUTOCOMMIT")
        flush.exec_driver_sql("CHECKPOINT")
    return sorted((Path(str(folder)) / "base" / str(number)).iterdir())


def holds(database: Database, *markers: str) -> list[str]:
    """The files that hold any of these words, in the forms in which they may have been kept."""
    forms = [form for marker in markers for form in (marker.encode(), b64encode(marker.encode()).rstrip(b"=")[:-2])]
    return [file.name for file in kept_files(database) if any(form in file.read_bytes() for form in forms)]


@pytest.mark.parametrize("length", [0, 400_000], ids=["short", "long"])
async def test_nothing_of_a_classified_document_is_left(
    living: Living, length: int, caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its content came inside the raw update, as in the local chat and the terminal: it was in the database."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    caplog.set_level(logging.DEBUG)
    database = living.database
    marker = f"marker{uuid4().hex}"
    if not database.is_sqlite:  # uncompressed, so that it would be found
        with database.begin() as session:
            session.connection().exec_driver_sql("ALTER TABLE heard ALTER body SET STORAGE EXTERNAL")
    for nth in range(5):
        await living.say("QLVH", "minh", f"/viec {nth}")
    document = (
        PLAN.replace("UBND TỈNH", "MẬT\n\nUBND TỈNH") + f"3\t{marker} {'x' * length}\tVăn phòng\tBáo cáo\tQuý I\n"
    )
    await living.hands_in(living.messenger.update("lan", "lan", "", file=(f"+{marker}.txt", document.encode())))
    assert holds(database, marker), "it was there"
    await living.app.settle()
    assert living.messenger.heard_by("lan")[-1] == SECRET
    assert living.messenger.forgotten, "the channel was told to take it out of the chat"
    assert holds(database, marker) == []
    for table in (Heard, Delivery, Event, Question, Plan, Task, Chat, Person):
        assert marker not in "".join(row.model_dump_json() for row in living.rows(table))  # type: ignore[attr-defined]
    assert marker not in caplog.text
    assert os.listdir(tmp_path) == []


async def test_what_was_not_cleaned_before_the_end_is_cleaned_at_the_next_start(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies() -> None:
        raise Unavailable("gone")

    with monkeypatch.context() as away:
        away.setattr(living.database, "scrub", dies)
        await living.say("lan", "lan", "", file=("kh.txt", PLAN.replace("UBND TỈNH", "MẬT\n\nUBND TỈNH").encode()))
    assert living.messenger.heard_by("lan")[-1] == SECRET
    assert [heard.secret for heard in living.rows(Heard) if heard.secret] == [True]
    cleaned = []
    whole = living.database.scrub
    monkeypatch.setattr(living.database, "scrub", lambda: cleaned.append(whole()))
    living.start()
    stop = asyncio.Event()
    stop.set()
    await living.app.run(stop, every=5, ticking=False)
    assert cleaned == [None]
    assert not any(heard.secret for heard in living.rows(Heard))


async def test_people_s_words_are_not_logged(living: Living, caplog: pytest.LogCaptureFixture) -> None:
    """At any level: not by us, not by the database's library, which would show every row."""
    caplog.set_level(logging.DEBUG)
    said = await living.say("minh", "minh", "lời riêng của Minh")
    assert said != []
    assert "lời riêng" not in caplog.text
    assert said[0][:20] not in caplog.text


async def test_phone_numbers_and_addresses_of_a_plan_are_kept_nowhere(living: Living) -> None:
    plan = PLAN.replace(
        "\tVăn phòng\t", "\tVăn phòng (Nguyễn Văn A, 0912 345 678, a.nguyen@binhminh.gov.vn)\t"
    ).replace("Chỉnh lý tài liệu", "Chỉnh lý tài liệu, liên hệ 0274.3822.999 hoặc vanthu@binhminh.gov.vn")
    await living.say("lan", "lan", "", file=("kh.txt", plan.encode()))
    stored = "".join(
        row.model_dump_json()  # type: ignore[attr-defined]
        for table in (Heard, Delivery, Event, Question, Plan, Task)
        for row in living.rows(table)
    )
    assert "Chỉnh lý tài liệu" in stored
    for private in ("0912", "345 678", "a.nguyen@", "3822", "vanthu@"):
        assert private not in stored


async def test_a_long_document_is_said_to_be_read_before_the_answer(database: Database) -> None:
    office, plan = Living(database), sample.plan() + b"\n" * LONG_DOCUMENT
    await office.open()
    said = await office.say("lan", "lan", "", file=("ke_hoach.txt", plan))
    assert said[0] == "Đang đọc tệp, xin chờ ít giây."
    assert said[1].startswith("KH2 ")


async def test_what_takes_long_to_read_is_said_to_be_read_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def think(incoming: object) -> str:
        go_on.wait(20)
        return "đọc xong"

    monkeypatch.setattr("bot.thinking.STILL_READING", (0.05, 0.1))
    router = with_command("nghĩ đi", lambda talk: Words(str(talk.thought)), think=think)
    office = Living(database, router=router)
    await office.open()
    await office.hands_in(office.messenger.update("minh", "minh", "nghĩ đi", file=("a.pdf", b"a")))
    answering = asyncio.create_task(office.app.settle())
    await until(lambda: len(office.deliveries("minh", "reading")) == 2)
    go_on.set()
    await answering
    assert office.messenger.heard_by("minh") == [
        "Đang đọc tệp, xin chờ ít giây.",
        "Vẫn đang đọc: tệp dài hoặc là ảnh chụp cần vài phút. Đọc xong sẽ báo tại đây.",
        "đọc xong",
    ]
