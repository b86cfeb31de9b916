"""What the group of the Văn phòng hears beside its own, where no coordinator has a private conversation."""

import pytest

from channels import Address, Never, Reply, Why
from storage.db import Database
from tests.app.office import Living

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


async def test_at_the_hour_of_its_own(database: Database) -> None:
    """QLVH has no group any more and is to be rung up; the library's task has risen."""
    living = Living(database, "2023-03-01 07:00")
    await living.open(("QLVH", "2023-03-02"), ("TV", "2023-02-22"))
    await living.say("VP", "lan", "/nhac VP lúc 9h")
    await living.hands_in(living.messenger.update("QLVH", "hùng", "", event="removed"))
    before = len(living.messenger.heard_by("VP"))
    await living.goes_to("2023-03-01 08:00")
    await living.goes_to("2023-03-01 08:59")
    assert living.messenger.heard_by("VP")[before:] == []
    await living.goes_to("2023-03-01 09:00")
    [said] = living.messenger.heard_by("VP")[before:]
    assert "Chưa ghi nhận kết quả\nTV: 2 Việc thứ 2" in said
    assert "Nhờ gọi điện\nPhòng Quản lý Văn hóa: sắp đến hạn 1" in said
    await living.goes_to("2023-03-02 08:00")
    await living.goes_to("2023-03-02 08:59")
    assert len(living.messenger.heard_by("VP")) == before + 1
    await living.goes_to("2023-03-02 09:00")
    assert "đến hạn hôm nay 1" in living.messenger.heard_by("VP")[-1]


async def test_soon_when_a_group_closes_while_it_is_told(database: Database) -> None:
    living = Living(database, "2023-03-01 07:00")
    await living.open(("QLVH", "2023-03-02"))

    async def closed(to: Address, _reply: Reply) -> None:
        if to.chat == "QLVH":
            raise Never(f"{Why.REMOVED}: Forbidden")

    living.messenger.before = closed
    await living.goes_to("2023-03-01 08:00")
    await living.goes_to("2023-03-01 08:01")
    assert [text.splitlines()[:2] for text in living.messenger.heard_by("VP")] == [
        ["Văn phòng, thứ Tư 01/3", "Nhờ gọi điện"]
    ]
