"""Single days on which everything goes wrong at once."""

from datetime import date, time

from storage.db import Database
from tests.year.faulty import Fate, Weather
from tests.year.living import Year

CALM = Weather(0, 0, 0, 0)
CALLED = date(2023, 2, 22)
"""Seven working days before the first report: every group is called."""


async def test_a_busy_messenger_is_tried_all_day(database: Database) -> None:
    """docs/reminders.md: «digests may be tried all day»; put back from 08:00 till past 16:00 they are said at 17:02."""
    year = Year(database, 3, CALM)
    year.out = set()
    year.busy(CALLED, time(16, 5))
    await year.live(CALLED)
    for chat, group in year.groups.items():
        if group.name == "Văn phòng":
            continue
        tries = [one for one in year.digests(chat) if one.at.date() == CALLED]
        assert [one.fate for one in tries[-1:]] == [Fate.SAID], f"{group.name}: last tried {tries[-1].at:%H:%M}"
        assert f"{tries[-1].at:%H:%M}" == "17:02"
