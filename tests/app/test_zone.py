"""The office moves to another time zone, in the database and without a word: nothing is said twice, nothing is lost."""

import pytest
from sqlmodel import select

from storage.db import Database
from storage.models import DeliveryState, Office
from tests.app.office import Living, at


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/London", "America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize("moved", ["2023-03-03 07:30", "2023-03-03 08:30", "2023-03-03 23:00"])
async def test_another_zone(database: Database, zone: str, moved: str) -> None:
    """A task due on Wednesday calls on that day and on five working days after it."""
    living = Living(database, "2023-03-01 07:00")
    await living.open(("QLVH", "2023-03-01"))
    await living.say("lan", "lan", "nhắc QLVH quá hạn ngày 1,2,3,4,5")
    await living.passes(at(moved))
    with living.database.begin() as session:
        session.exec(select(Office)).one().zone = zone
    await living.passes(at("2023-03-09 23:30"))
    said = [one.slot for one in living.deliveries("QLVH", "digest") if one.state is DeliveryState.SENT]
    assert said == [f"2023-03-{day:02}" for day in (1, 2, 3, 6, 7, 8)]
