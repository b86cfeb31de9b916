"""Measuring, so that every benchmark says its figure the same way."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


class NotInstalled(Exception):
    """What a figure is compared with is not there; says how to get it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `target` is the most that `value` may be, with `at_least` the least; a miss is printed,
    never hidden. `detail`: the absolute figures behind a ratio."""

    what: str
    value: float
    unit: str
    target: float
    detail: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target

    def __str__(self) -> str:
        bound = f"{'at least' if self.at_least else 'at most'} {self.target:g}{self.unit}"
        judged = f"{self.value:.2f}{self.unit} ({bound}: {'met' if self.met else 'MISSED'})"
        return f"{self.what}: {judged} {self.detail}".rstrip()


def seconds(work: Callable[[], object], times: int = 7) -> float:
    """The median time of `work`, after one run that does not count."""
    return side_by_side(work, times=times)[0]


def side_by_side(*works: Callable[[], object], times: int = 7) -> list[float]:
    """The median time of each of `works`, after one run that does not count. They take turns, so that whatever else the
    machine does slows all of them, and leaves their ratio."""
    taken: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    gc.collect()
    for _ in range(times):
        for work, times_of in zip(works, taken, strict=True):
            start = perf_counter()
            work()
            times_of.append(perf_counter() - start)
    return [median(times_of) for times_of in taken]


def milliseconds(*figures: float) -> str:
    """«1.20 ms against 0.60 ms»."""
    return " against ".join(f"{figure * 1000:.2f} ms" for figure in figures)
