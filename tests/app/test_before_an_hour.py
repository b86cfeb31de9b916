"""The reminder before an hour: worded when it is said."""

import pytest

from channels import Later
from storage.db import Database
from tests.app.office import Living


@pytest.fixture
async def living(database: Database) -> Living:
    living = Living(database, "2023-03-01 07:00")
    await living.open(("QLVH", "2023-03-02"))
    return living


async def given_for_today(living: Living) -> None:
    """A task of QLVH with an hour, whose reminder comes due at 14:00 and does not get through."""
    assert "16h" in (await living.say("lan", "lan", "giao QLVH: nộp số liệu trước 16h hôm nay"))[0]
    await living.goes_to("2023-03-01 08:00")
    living.messenger.fails.append(Later(1800, "away"))
    await living.goes_to("2023-03-01 14:00")
    assert [one.state.value for one in living.deliveries("QLVH", "hour")] == ["waiting"]


async def test_a_reminder_before_an_hour_says_how_things_stand_then(living: Living) -> None:
    await given_for_today(living)
    await living.goes_to("2023-03-01 14:31")
    assert "sắp đến giờ hạn" in living.messenger.heard_by("QLVH")[-1].lower()


async def test_a_reminder_before_an_hour_is_not_said_after_the_result(living: Living) -> None:
    await given_for_today(living)
    await living.say("QLVH", "minh", "/xong 2")
    await living.goes_to("2023-03-01 14:31")
    assert [one.state.value for one in living.deliveries("QLVH", "hour")] == ["silent"]


async def test_a_reminder_before_an_hour_is_not_said_after_it(living: Living) -> None:
    await given_for_today(living)
    living.messenger.fails.append(Later(7200, "away"))
    await living.goes_to("2023-03-01 16:05")
    await living.goes_to("2023-03-01 18:10")
    assert [one.state.value for one in living.deliveries("QLVH", "hour")] == ["failed"]
    assert "sắp đến giờ hạn" not in "".join(living.messenger.heard_by("QLVH")).lower()
