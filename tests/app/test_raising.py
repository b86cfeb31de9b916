"""How far what a unit does not answer rises, as the office wants it."""

import pytest

from storage.db import Database
from tests.app.office import Living

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


async def test_a_step_that_the_office_leaves_out_is_nobodys_fault(database: Database) -> None:
    living = Living(database, "2023-03-01 07:00")
    await living.open(("QLVH", "2023-03-01"))
    [said] = await living.say("lan", "lan", "quy ước báo lên không, 1, không")
    assert said.startswith("Quy ước từ nay: quá hạn chưa trả lời thì báo Văn phòng sau 1 ngày làm việc.\n")
    for who in ("hùng", "thu"):
        await living.say(who, who, "/start")
    await living.goes_to("2023-03-02 08:00")
    assert living.messenger.heard_by("lan")[-1].splitlines() == [
        "Anh/chị Lan, Phòng Quản lý Văn hóa",
        "1 Việc thứ 1",
        "hạn thứ Tư 01/3, chưa ghi nhận kết quả.",
        "Nếu đã nộp: xong 1 thay QLVH kèm số văn bản.",
    ]
    heard = {who: len(living.messenger.heard_by(who)) for who in ("hùng", "thu")}
    for day in ("03", "06", "07", "08", "09"):
        await living.goes_to(f"2023-03-{day} 08:00")
    assert len(living.messenger.heard_by("hùng")) == heard["hùng"]
    assert all("chưa ghi nhận" not in text for text in living.messenger.heard_by("thu"))


async def test_it_is_said_in_so_many_words(database: Database) -> None:
    living = Living(database, "2023-03-01 07:00")
    await living.open()
    for typed, words in (
        (": trưởng đơn vị 1 ngày, Văn phòng 3 ngày, lãnh đạo không", "Văn phòng thêm 3 ngày"),
        (" 1, không, 5 ngày làm việc", "lãnh đạo thêm 5 ngày"),
    ):
        [said] = await living.say("lan", "lan", f"quy ước báo lên{typed}")
        assert said.startswith(
            f"Quy ước từ nay: quá hạn chưa trả lời thì báo trưởng đơn vị sau 1 ngày làm việc, {words}.\n"
        )
    [said] = await living.say("lan", "lan", "quy ước báo lên không")
    assert said.startswith("Quy ước từ nay: quá hạn chưa trả lời thì không báo lên.\n")
    [said] = await living.say("lan", "lan", "quy ước báo lên 0, 2, 3")
    assert said == "Xin ghi một số từ 1 đến 20."
