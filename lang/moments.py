"""Between moments (aware, UTC) and an office's own days and hours. Time zones appear here and nowhere else."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def local(moment: datetime, zone: str) -> datetime:
    """`moment` on the office's wall clock."""
    return moment.astimezone(ZoneInfo(zone))


def moment(day: date, hour: time, zone: str) -> datetime:
    """The moment when the office's wall clock shows `hour` on `day`."""
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
