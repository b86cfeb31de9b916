"""Files that nobody would send, made from files that people do send: a seeded mutator, and what must hold of every
answer. Each input is told by its seed and number, and can be made again.

    uv run python -m tests.plans.fuzz --seconds 600 --workers 2 --seed 7 --keep finds [a folder of more documents]
"""

import argparse
import collections
import contextlib
import itertools
import json
import multiprocessing
import pickle
import random
import re
import resource
import signal
import time
import traceback
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from plans import Draft, Unreadable, child, faults, ocr, reader, refusals, schema
from tests.plans.as_docx import as_docx
from tests.plans.as_pdf import as_pdf
from tests.plans.as_xlsx import as_xlsx
from tests.plans.damage import marked, mutated

SAMPLE = (Path(__file__).parents[2] / "bot" / "sample" / "ke_hoach_2023.txt").read_text("utf-8")
SECONDS = 20
TWICE = 5
"""One input in so many is read a second time."""
MEMORY = 1500 * 1024 * 1024
_MAIL = re.compile(r"\w@\s?\w+\s?\.\s?\w")
_PHONE = re.compile(r"(?<![\d/.,\-+])(?<!\d )0[35789](?:[ .\-]?\d){8}(?![\d/])(?![ .,\-]\d)")
_TWICE = ("number_repeated", "same_row")
_CODES = set(re.findall(r"[a-z_]{5,}", (Unreadable.__doc__ or "").partition("Codes:")[2]))


def short(text: str, rows: int = 14) -> str:
    """`text` with only the first `rows` rows of its table, and its prose."""
    seen = itertools.count()
    return "\n".join(line for line in text.splitlines() if "\t" not in line or next(seen) < rows)


def seeds(texts: list[str]) -> list[bytes]:
    """Each text as every kind of file; a PDF's pages also without compression, so that a flipped letter is a letter."""
    made = []
    for text in texts:
        plain = partial(as_pdf, short(text, 8), merged=False)
        for form in (as_docx, as_xlsx, lambda text: as_pdf(short(text)), lambda _, p=plain: p(pageCompression=0)):
            try:
                made.append(form(text))  # type: ignore[operator]
            except (ValueError, IndexError, TypeError):
                continue  # these makers know tables of six columns only
        made += [text.encode()] * 2
    return made


def strings(thing: object) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict):
        yield from (text for value in thing.values() for text in strings(value))
    elif isinstance(thing, list):
        yield from (text for value in thing for text in strings(value))


def without_recognition() -> None:
    """What a broken font looks like is nobody's promise: pictures are told as scans, on every machine the same."""
    ocr.available = lambda: False  # type: ignore[assignment]


def examined(content: bytes) -> str:
    """«read» or the code of the refusal; AssertionError where an answer is not what a reader may say."""
    try:
        draft = reader.read(content, "x", 2023)
    except Unreadable as told:
        refused = told
    else:
        sound(draft)
        if zlib.crc32(content) % TWICE == 0:
            assert reader.read(content, "x", 2023) == draft, "not the same twice"
        return "read"
    assert refused.code in _CODES, refused.code
    assert refusals.words(refused)
    return refused.code


def sound(draft: Draft) -> None:
    """What holds of every draft, whatever it was read from."""
    assert child.answer(b"D" + pickle.dumps(draft), Draft) == draft
    told = schema.as_json(draft)
    json.dumps(told, ensure_ascii=False).encode("utf-8")
    for text in strings(told):
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text), "a control character"
        assert not _MAIL.search(text), "an e-mail address"
        assert not _PHONE.search(text), "a telephone number"
    assert all(faults.words(fault) for fault in draft.faults)
    for tasks in (draft.tasks, draft.narrative):
        assert all(task.ref for task in tasks), "a task without number"
        again = {ref for (ref, _), n in collections.Counter((task.ref, task.title) for task in tasks).items() if n > 1}
        owned = {no for fault in draft.faults if fault.kind in _TWICE for no in (fault.no, *fault.near)}
        assert again <= owned, "a row twice, and nobody told"
    for owed in (*draft.tasks, *draft.narrative, *draft.reports):
        assert all(1990 <= day.year <= 2110 for day in owed.due), "a year out of this world"
        assert list(owed.due) == sorted(set(owed.due)), "days out of order"


class Slow(BaseException):
    """Too long for a reader."""


def _slow(*_: object) -> None:
    raise Slow


@contextlib.contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, _slow)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def one(seed: str, number: int, files: list[bytes]) -> tuple[str, bytes, str]:
    """The input `number` made and read: (what came of it, the input, the traceback of a find)."""
    chance = random.Random(f"{seed}-{number}")
    content = chance.choice(files)
    if chance.random() < 0.07:
        told = marked(chance, content)
        if told is not None:
            try:
                reader.read(told, "x", 2023)
            except Unreadable as refused:
                return refused.code, told, "" if refused.code == "classified" else f"a mark, refused as {refused.code}"
            except Exception:
                return "broken", told, traceback.format_exc()
            return "find", told, "a mark was taken in"
    content = mutated(chance, content)
    try:
        with no_longer_than(2 * SECONDS):
            return examined(content), content, ""
    except (Exception, Slow) as error:
        return "slow" if isinstance(error, Slow) else "find", content, traceback.format_exc()


def _worker(seed: str, start: int, step: int, until: float, texts: list[str], told: Any, at: Any) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    without_recognition()
    files = seeds(texts)
    for number in itertools.count(start, step):
        if time.monotonic() > until:
            return
        at.value = number
        begun = time.monotonic()
        came, content, trace = one(seed, number, files)
        told.put((number, came, time.monotonic() - begun, content if trace else len(content), trace))


def run(seconds: float, workers: int, seed: str, texts: list[str], keep: Path | None, start: int = 0) -> int:
    """Makes and reads inputs; prints what came of them and every find once. Returns the number of kinds of find."""
    told: Any = multiprocessing.Queue()
    until = time.monotonic() + seconds
    came: collections.Counter[str] = collections.Counter()
    finds: dict[str, tuple[int, str]] = {}
    slowest = (0.0, -1)
    running = []
    for n in range(workers):
        at: Any = multiprocessing.Value("l", -1)
        args = (seed, start + n, workers, until, texts, told, at)
        running.append([multiprocessing.Process(target=_worker, args=args), at, args])
        running[-1][0].start()
    while any(process.is_alive() for process, *_ in running) or not told.empty():
        try:
            number, result, took, content, trace = told.get(timeout=1)
        except Exception:
            for each in running:
                process, at, args = each
                if process.exitcode not in (None, 0):
                    finds[f"died {process.exitcode}"] = (at.value, "")
                    print("DIED", process.exitcode, "at", at.value, flush=True)
                    each[0] = multiprocessing.Process(target=_worker, args=(seed, at.value + workers, *args[2:]))
                    each[0].start()
            continue
        came[result] += 1
        slowest = max(slowest, (took, number))
        if trace:
            frames = re.findall(r'File "[^"]*?([\w.]+/[\w.]+)", line (\d+)', trace)
            own = "; ".join(f"{file}:{line}" for file, line in frames if file.startswith("plans/") or "lang/" in file)
            key = f"{own[-90:]} {trace.strip().splitlines()[-1][:90]}" if result != "slow" else f"slow {own[-60:]}"
            if key not in finds:
                finds[key] = (number, trace)
                print(f"FIND {number} {result} {took:.1f} s: {key}", flush=True)
                if keep:
                    keep.mkdir(exist_ok=True, parents=True)
                    (keep / f"{seed}-{number}.bin").write_bytes(content)
                    (keep / f"{seed}-{number}.txt").write_text(trace, "utf-8", "backslashreplace")
    print(
        f"seed {seed}: {sum(came.values())} inputs in {seconds:.0f} s by {workers} workers; {dict(came.most_common())}"
    )
    print(f"slowest {slowest[0]:.1f} s (input {slowest[1]}); {len(finds)} kinds of find")
    return len(finds)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", nargs="*", type=Path)
    asked.add_argument("--seconds", type=float, default=600)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--seed", default="1")
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--start", type=int, default=0)
    said = asked.parse_args()
    files = [file for folder in said.folder for file in sorted(folder.iterdir()) if file.suffix in (".txt", ".md")]
    texts = [SAMPLE, short(SAMPLE), *(file.read_text("utf-8") for file in files)]
    raise SystemExit(1 if run(said.seconds, said.workers, said.seed, texts, said.keep, said.start) else 0)


if __name__ == "__main__":
    main()
