"""A plan half confirmed: it goes on after a restart, and somebody else can finish it."""

from pathlib import Path

import pytest
from sqlmodel import Session, select

from storage.db import Database
from storage.models import Deadline, Person, Plan, PlanStatus, Role, RoleKind
from tests.app.office import Living

PLAN = Path(__file__).parents[1] / "dialogues" / "tep" / "nhieu_cho_ngo.txt"


@pytest.fixture
async def living(database: Database) -> Living:
    living = Living(database, "2023-01-17 08:30")
    await living.open()
    await living.app.within(_hung_is_admin)
    return living


def _hung_is_admin(session: Session) -> None:
    hung = session.exec(select(Person).where(Person.name == "Hùng")).one()
    session.add(Role(person_id=hung.id or 0, kind=RoleKind.ADMIN))


async def test_half_confirmed_it_outlives_a_restart(living: Living) -> None:
    said = await living.say("lan", "lan", "", file=("ke_hoach.txt", PLAN.read_bytes()))
    assert "3 dòng ghi năm khác năm 2023" in said[-1]
    living.start()
    said = await living.say("lan", "lan", "năm 2023")
    assert "dòng 1.1, hạn thứ Ba 28/2/2023" in said[0]
    assert "có phải Phòng Quản lý Văn hóa?" in said[-1]
    living.start()
    assert (await living.say("lan", "lan", "đúng"))[0] == "Đã ghi: «Phòng Qản lý Văn hóa» là Phòng Quản lý Văn hóa."


async def test_another_person_finishes_it_after_a_restart(living: Living) -> None:
    await living.say("lan", "lan", "", file=("ke_hoach.txt", PLAN.read_bytes()))
    await living.say("lan", "lan", "năm 2023")
    living.start()
    said = await living.say("hùng", "hùng", "hỏi KH2")
    assert "có phải Phòng Quản lý Văn hóa?" in said[0]
    for answer in ("1", "1", "1", "giao Bảo tàng tỉnh", "1", "cả năm"):
        said = await living.say("hùng", "hùng", answer)
    assert "Đã ghi: dòng 2.5, 2.6 làm cả năm 2023." in said
    # Lan did not see it: her question is settled by now, and she is told so and asked what is left.
    said = await living.say("lan", "lan", "1")
    assert said[0] == "Dòng 1.1, 1.3 đã được ghi trước đó."
    assert "2 dòng chỉ nêu số lần" in said[1]
    living.start()
    said = await living.say("hùng", "hùng", "đồng ý KH2")
    assert "Ban Quản lý làng nghề" in said[0]
    living.start()
    assert "đã có hiệu lực" in (await living.say("hùng", "hùng", "đúng"))[0]
    with living.database.begin() as session:
        plan = session.exec(select(Plan).where(Plan.number == 2)).one()
        assert plan.status is PlanStatus.LIVE
        assert session.exec(select(Deadline)).first() is not None
    # What is left open can still be settled, and the deadline follows.
    said = await living.say("lan", "lan", "KH2 2.7 đến 30/6")
    assert said[0].startswith("Đã ghi: dòng 2.7, hạn thứ Sáu 30/6/2023.")


async def test_who_may_not_settle_is_told_so(living: Living) -> None:
    await living.say("lan", "lan", "", file=("ke_hoach.txt", PLAN.read_bytes()))
    assert await living.say("minh", "minh", "hỏi KH2") == [
        "Việc này do quản trị hoặc Văn phòng thực hiện. Gõ /trogiup để xem những gì anh/chị làm được."
    ]
