"""What is promised of speed, each figure beside its target; exit 1 if one is missed.

    uv run --group benchmark python -m benchmarks [--only N] [--json FILE]
    uv run python -m benchmarks crash [--kills N]

Without the group everything but #3 runs.
"""

import argparse
import json
import logging
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from time import perf_counter

from benchmarks import crash
from benchmarks.ground import Ground, ground
from benchmarks.measure import Figure, NotInstalled

MEASURED = {
    1: "sending.drained",
    2: "sending.paced",
    3: "dispatching.dispatched",
    4: "answering.against_raw",
    5: "answering.with_more_around",
    6: "digests.materialised",
    7: "hearing.messages_in",
    8: "starting.start",
    9: "starting.memory",
    10: "reading.figures",
}


def figures(number: int, here: Ground) -> Iterator[Figure]:
    module, _dot, name = MEASURED[number].partition(".")
    measure: Callable[[Ground], Iterator[Figure]] = getattr(import_module(f"benchmarks.{module}"), name)
    return measure(here)


def main() -> None:
    if sys.argv[1:2] == ["crash"]:
        raise SystemExit(crash.main(sys.argv[2:]))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", type=int, choices=MEASURED, action="append", help="measure this one alone")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    found: list[dict[str, object]] = []
    left_out: list[str] = []
    began = perf_counter()
    with ground() as here:
        for number in asked.only or MEASURED:
            start = perf_counter()
            try:
                for figure in figures(number, here):
                    print(f"#{number:<3}{figure}", flush=True)
                    found.append({"number": number, **asdict(figure), "met": figure.met})
            except NotInstalled as missing:
                print(f"#{number:<3}not measured: {missing}", flush=True)
                left_out.append(f"#{number}")
            print(f"    ({perf_counter() - start:.0f} s)", flush=True)
    seconds = perf_counter() - began
    missed = sum(not one["met"] for one in found)
    print(f"{len(found)} figures, {missed} missed, {', '.join(left_out) or 'none'} left out, {seconds:.0f} s")
    if asked.json:
        machine = {"python": platform.python_version(), "machine": platform.platform(), "seconds": round(seconds)}
        asked.json.write_text(json.dumps({**machine, "figures": found}, ensure_ascii=False, indent=1), "utf-8")
    raise SystemExit(1 if missed or left_out else 0)


if __name__ == "__main__":
    main()
