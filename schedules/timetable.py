"""APScheduler: ticks, and nothing else. What is due is in our tables, so a missed tick loses nothing."""

from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

EVERY = 5
"""Seconds between two ticks."""


def timetable(tick: Callable[[], Awaitable[None]], every: float = EVERY) -> AsyncIOScheduler:
    """A scheduler, not started yet, that calls `tick` every few seconds and never twice at once."""
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    scheduler.add_job(tick, "interval", seconds=every)
    return scheduler


def start_over(scheduler: AsyncIOScheduler, every: float) -> None:
    """Count the seconds from now on: it waits for the hour at which it wanted to go on, which a clock that was set back
    shows much later."""
    for job in scheduler.get_jobs():
        job.reschedule("interval", seconds=every)
