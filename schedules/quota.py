"""What may still be said where a messenger counts a bot's messages by the month. Pure; the words of it are in
docs/reminders.md."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

from lang.moments import local, moment

ZONE = "Asia/Ho_Chi_Minh"
"""By whose clock the messengers that count begin a month."""
WARN_AT = 80
"""Per cent of a month's messages after which whoever keeps the bot is told."""


class What(Enum):
    """What a message is to its readers; the first are kept longest."""

    DIGEST = "digest"
    ANSWER = "answer"  # somebody waits for it, or no later digest can say it
    PUSHED = "pushed"  # all else: the next digest may carry it


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of a month on one messenger. `used`: messages both ways; of `most`; `reserve`: digests still to be
    expected. `refused`: the messenger itself says that there are no more."""

    used: int
    most: int
    reserve: int
    refused: bool = False

    @property
    def left(self) -> int:
        return 0 if self.refused else max(self.most - self.used, 0)

    @property
    def is_short(self) -> bool:
        """Whether all that is left is kept for digests."""
        return self.left <= self.reserve

    @property
    def is_much_used(self) -> bool:
        """Whether it is time to tell whoever keeps the bot."""
        return self.used * 100 >= self.most * WARN_AT

    def allows(self, what: What, messages: int = 1) -> bool:
        """Whether a message that becomes so many may be said: a digest while there are any; an answer while half of
        what the digests need stays; anything else while all of it stays."""
        kept = {What.DIGEST: 0, What.ANSWER: self.reserve // 2, What.PUSHED: self.reserve}[what]
        return self.left - messages >= kept

    def after(self, messages: int) -> "Room":
        """What is left when so many more were said."""
        return Room(self.used + messages, self.most, self.reserve, self.refused)


def month_of(now: datetime) -> date:
    """The first day of the month that it is."""
    return local(now, ZONE).date().replace(day=1)


def turn(now: datetime) -> datetime:
    """The first moment of the next month."""
    return moment((month_of(now) + timedelta(days=31)).replace(day=1), time.min, ZONE)


def runs_out(used: int, most: int, now: datetime) -> date | None:
    """The day on which a month's messages are used up if it goes on as it did; None: not in this month."""
    begins, ends = moment(month_of(now), time.min, ZONE), turn(now)
    if not used or now <= begins:
        return None
    at = begins + (now - begins) * (most / used)
    return local(at, ZONE).date() if at < ends else None
