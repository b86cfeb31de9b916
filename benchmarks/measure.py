"""Measuring, so that every benchmark says its figure the same way."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `target` is the most that `value` may be; a miss is printed, never hidden."""

    what: str
    value: float
    unit: str
    target: float
    detail: str = ""

    def __str__(self) -> str:
        met = "met" if self.value <= self.target else "MISSED"
        most = f"(at most {self.target:g}{self.unit}: {met})"
        return f"{self.what}: {self.value:.2f}{self.unit} {most} {self.detail}".rstrip()


def seconds(work: Callable[[], object], times: int = 7) -> float:
    """The median time of `work`, after one run that does not count."""
    work()
    taken = []
    for _ in range(times):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken)
