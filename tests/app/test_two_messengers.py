"""An office on two messengers: people and units are told once, where they want it, and answered where they spoke."""

import re
from typing import Any

import pytest

from bot.app import App
from channels import Address, Never, Reply, Why
from storage.db import Database
from tests.app.messenger import Messenger
from tests.app.office import Living

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


class Both(Living):
    """The sample office on Telegram; `zalo` is there too. Names in `zalo` are the same as in the other."""

    def __init__(self, database: Database, now: str) -> None:
        self.zalo = Messenger("zalo")
        super().__init__(database, now)

    def start(self, **more: Any) -> App:
        self.messenger.name = "telegram"
        self.app = App(self.database, self.clock, self.router, [self.messenger, self.zalo], **more)
        return self.app

    async def on_zalo(self, chat: str, who: str, text: str) -> list[str]:
        before = len(self.zalo.heard_by(chat))
        await self.app.take("zalo", [self.zalo.update(chat, who, text)])
        await self.app.settle()
        return self.zalo.heard_by(chat)[before:]

    async def join(self, who: str) -> list[str]:
        """Somebody links an account on Zalo, alone."""
        (said,) = await self.say(who, who, "kết nối thêm")
        code = re.findall(r": (\w{5}-\w{5})", said)[0]
        return await self.on_zalo(who, who, f"/start {code}")

    def heard(self) -> list[tuple[str, str]]:
        """What was said since it was asked last: (messenger and chat, first line)."""
        found = [
            (f"{one.name} {chat}", text.splitlines()[0])
            for one in (self.messenger, self.zalo)
            for chat, text in one.said
        ]
        self.messenger.said.clear()
        self.zalo.said.clear()
        return found


@pytest.fixture
async def both(database: Database) -> Both:
    """Lan, who is the admin, speaks with the bot on both; QLVH has a group on both, linked on Telegram first. Something
    of QLVH is due on Wednesday, on Thursday, on Friday and on Monday."""
    both = Both(database, "2023-03-01 07:10")
    await both.open(("QLVH", "2023-03-01"), ("QLVH", "2023-03-02"), ("QLVH", "2023-03-03"), ("QLVH", "2023-03-06"))
    await both.say("lan", "lan", "/start")
    await both.join("lan")
    (linked,) = await both.on_zalo("phòng", "lan", "/start QLVH")
    assert linked.splitlines()[-1] == (
        "Phòng Quản lý Văn hóa đang nhận tin ở nhóm trên Telegram, nhóm này hỏi thì trả lời. "
        "Muốn nhận tin ở đây: /nhanoday"
    )
    both.heard()
    return both


def fails(both: Both, chat: str, error: Exception) -> None:
    """From now on nothing can be said in a chat on Telegram."""

    async def before(to: Address, _reply: Reply) -> None:
        if to.chat == chat:
            raise error

    both.messenger.before = before


DIGEST = "Phòng Quản lý Văn hóa, thứ {}"


async def test_a_unit_is_told_once_and_answered_where_it_asks(both: Both) -> None:
    await both.goes_to("2023-03-01 08:00")
    assert [one for one in both.heard() if "QLVH" in one[0] or "phòng" in one[0]] == [
        ("telegram QLVH", DIGEST.format("Tư 01/3"))
    ]
    assert (await both.on_zalo("phòng", "minh", "việc 1"))[0].startswith("1 Việc thứ 1")
    await both.on_zalo("lan", "lan", "giao QLVH Rà soát hồ sơ hạn 20/4")
    assert [where for where, _line in both.heard()] == ["telegram QLVH", "zalo phòng", "zalo lan"]


async def test_the_unit_chooses_the_other_and_takes_it_back(both: Both) -> None:
    await both.goes_to("2023-03-01 08:00")
    both.heard()
    await both.on_zalo("phòng", "lan", "nhắn ở đây")
    assert both.heard() == [
        ("telegram QLVH", "Từ nay Phòng Quản lý Văn hóa nhận tin ở nhóm trên Zalo. Hỏi ở đâu thì vẫn trả lời ở đó."),
        ("zalo phòng", "Từ nay Phòng Quản lý Văn hóa nhận tin ở nhóm trên Zalo. Hỏi ở đâu thì vẫn trả lời ở đó."),
    ]
    await both.goes_to("2023-03-01 09:00")
    assert both.heard() == [], "who was told this morning is not told again"
    await both.goes_to("2023-03-02 08:00")
    assert [one for one in both.heard() if "QLVH" in one[0] or "phòng" in one[0]] == [
        ("zalo phòng", DIGEST.format("Năm 02/3"))
    ]
    assert await both.on_zalo("phòng", "lan", "hoàn tác") == [
        "Đã hoàn tác: chọn nơi nhận tin của Phòng Quản lý Văn hóa."
    ]
    both.heard()
    await both.goes_to("2023-03-03 08:00")
    assert [one for one in both.heard() if "QLVH" in one[0] or "phòng" in one[0]] == [
        ("telegram QLVH", DIGEST.format("Sáu 03/3"))
    ]
    assert (await both.say("QLVH", "lan", "báo qua Zalo"))[0].startswith("Từ nay Phòng Quản lý Văn hóa nhận tin ở")


async def test_when_the_one_is_closed_the_other_is_told_the_same_day(both: Both) -> None:
    fails(both, "QLVH", Never(Why.REMOVED))
    await both.goes_to("2023-03-01 08:00")
    await both.goes_to("2023-03-01 08:01")
    told = [one for one in both.heard() if "QLVH" in one[0] or "phòng" in one[0]]
    assert told == [("zalo phòng", DIGEST.format("Tư 01/3"))]
    await both.goes_to("2023-03-02 08:00")
    told = [one for one in both.heard() if "QLVH" in one[0] or "phòng" in one[0]]
    assert told == [("zalo phòng", DIGEST.format("Năm 02/3"))]


async def test_a_person_is_told_where_they_choose(both: Both) -> None:
    await both.join("minh")
    both.heard()
    assert (await both.say("lan", "lan", "nhắn ở đây"))[0].startswith(
        "Từ nay Nhắc Việc nhắn riêng anh/chị trên Telegram."
    )
    assert await both.say("lan", "lan", "nhắn ở đây") == ["Anh/chị đang nhận tin trên Telegram."]
    both.heard()
    await both.goes_to("2023-03-03 08:00")
    assert {where for where, _line in both.heard() if "lan" in where} <= {"telegram lan"}
    assert await both.say("lan", "lan", "hoàn tác") == ["Đã hoàn tác: chọn nơi nhận tin của Lan."]
    assert (await both.say("lan", "lan", "nhắn qua zalo"))[0] == "Anh/chị đang nhận tin trên Zalo."
    assert (await both.say("hùng", "hùng", "nhắn qua zalo"))[0] == (
        "Chưa có hội thoại riêng với anh/chị trên Zalo. Thêm: kết nối thêm"
    )


async def test_who_links_alone_is_told_where(both: Both) -> None:
    said = await both.join("minh")
    assert said[0].splitlines()[-1] == "Từ nay tin riêng gửi ở đây. Muốn nhận như cũ: nhắn qua Telegram"
    assert [line for where, line in both.heard() if where == "telegram minh"][-1] == (
        "Tài khoản của anh/chị vừa được kết nối thêm ở một nơi khác. Nếu không phải anh/chị, xin báo quản trị."
    )


async def test_a_blocked_conversation_falls_back(both: Both) -> None:
    await both.say("lan", "lan", "nhắn ở đây")
    both.heard()
    fails(both, "lan", Never(Why.BLOCKED))
    await both.say("QLVH", "minh", "gia hạn 4 đến 10/3 vì chờ số liệu")
    assert [where for where, _line in both.heard() if "lan" in where] == []
    await both.say("QLVH", "minh", "gia hạn 3 đến 10/3 vì chờ số liệu")
    assert [where for where, _line in both.heard() if "lan" in where] == ["zalo lan"]


async def test_whoever_must_be_called_says_so_and_that_it_is_a_program(both: Both) -> None:
    """Also where the first thing it says in a group is that it may not."""
    both.zalo.calls = "@Bot Nhắc Việc"
    first, *_rest = (await both.on_zalo("mới", "khách", "việc"))[0].splitlines()
    assert first == (
        "Nhắc Việc là hệ thống tự động nhắc việc và thời hạn. Trong nhóm xin gọi trước: @Bot Nhắc Việc /viec."
    )
    assert "tự động" not in (await both.on_zalo("mới", "khách", "việc"))[0]
    linked = (await both.on_zalo("mới", "lan", "/start TV"))[0]
    assert "hệ thống tự động" in linked
    assert "Trong nhóm xin gọi trước: @Bot Nhắc Việc /viec." in linked
    assert "Trong nhóm xin gọi trước: @Bot Nhắc Việc /viec." in (await both.on_zalo("mới", "minh", "trợ giúp"))[0]
    assert "xin gọi trước" not in (await both.say("QLVH", "minh", "trợ giúp"))[0]
