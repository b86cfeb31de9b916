"""Single days on which everything goes wrong at once."""

from datetime import date, time

from storage.db import Database
from tests.year import sample_facts as facts
from tests.year.faulty import Fate, Weather
from tests.year.living import Year

CALM = Weather(0, 0, 0, 0)
CALLED = date(2023, 1, 13)
"""Seven working days, over Tết, before 31/01: two units owe something then, and the office's group hears of it."""


async def test_a_busy_messenger_is_tried_all_day(database: Database) -> None:
    """docs/reminders.md: «digests may be tried all day»; put back from 08:00 till past 16:00 they are said at 17:02."""
    year = Year(database, 3, CALM, talkative=False)
    year.out = set()
    year.busy(CALLED, time(16, 5))
    await year.live(CALLED)
    tries = {group.name: year.digests(chat) for chat, group in year.groups.items() if year.digests(chat)}
    assert tries.keys() == {"Toàn Sở", facts.CULTURE, facts.CENTRE}
    assert {(name, f"{one[-1].at:%H:%M}", one[-1].fate) for name, one in tries.items()} == {
        (name, "17:02", Fate.SAID) for name in tries
    }
    assert [f"{one.at:%H:%M}" for one in tries[facts.CULTURE]] == [
        "08:00", "08:02", "08:06", "08:14", "08:30", "09:02", "10:02", "11:02", "12:02",
        "13:02", "14:02", "15:02", "16:02", "17:02",
    ]  # fmt: skip
