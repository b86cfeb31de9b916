"""Files come and go on Zalo: what a person there writes, the page behind the link, what the bot then says, and where
what it says leads."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from channels.zalo import ZaloChannel
from storage.db import Database
from storage.models import Account
from tests.app.bare import found, serving
from tests.databases import Sqlite
from tests.fakes.zalo import FakeZalo
from tests.fakes.zalo_world import Sent
from tests.patience import until

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


@pytest.fixture
def database(_sqlite: Sqlite) -> Iterator[Database]:
    with _sqlite.fresh() as url:
        database = Database(url)
        yield database
        database.close()


async def test_a_report_goes_in_by_the_page_and_comes_back(database: Database, tmp_path: Path) -> None:
    async with FakeZalo(queues=True) as fake, serving(database, tmp_path) as here:
        minh, qlvh = fake.world.person("Minh"), fake.world.group()
        channel = ZaloChannel(fake.token, fake.base_url, poll_timeout=5)

        def moves(session: Session) -> None:
            """Whoever is known on the messenger of the tests is known on Zalo."""
            account = session.exec(select(Account).where(Account.external == "minh")).one()
            account.channel, account.external = channel.name, minh

        await here.living.app.within(moves)
        app = here.on(channel)
        stop = asyncio.Event()
        running = asyncio.create_task(app.run(stop, every=30, ticking=False))

        async def said(n: int) -> list[Sent]:
            await until(lambda: len(fake.world.sent) >= n)
            return fake.world.sent[-1:] if n == len(fake.world.sent) else []

        fake.world.send_file(minh)
        (kept,) = await said(1)
        assert kept.text.startswith("Nhắc Việc không nhận được tệp, tiếng nói hay nhãn dán gửi ở đây.\nGửi tệp qua")
        fake.world.say(minh, "gửi tệp xong 1 số 45/BC-QLVH ngày 01/3")
        (given,) = await said(2)
        answer = await here.post(found([given.text])[0], ("bao_cao.docx", b"noi dung"), ("anh.png", PNG))
        assert answer.status_code == 200
        (done,) = await said(3)
        assert done.chat == minh
        assert done.text.startswith("Đã ghi nhận 1 Việc thứ 1.\nSố 45/BC-QLVH ngày 01/3, đúng hạn.\nĐã lưu 2 tệp")
        fake.world.say(minh, "minh chứng 1")
        await said(5)
        paper, picture = fake.world.sent[3:]
        assert "Tệp bao_cao.docx (1 KB): http://127.0.0.1:" in paper.text
        assert (await here.client.get(found([paper.text])[0])).content == b"noi dung"
        assert picture.photo.startswith(f"{here.base}/tep/")
        assert (await here.client.get(picture.photo)).content == PNG
        fake.world.say(minh, "gửi tệp", qlvh, mention=True)
        (refused,) = await said(6)
        assert refused.text.splitlines()[1].startswith("Nhóm này chưa được kết nối.")
        stop.set()
        await running
