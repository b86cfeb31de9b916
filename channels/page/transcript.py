"""What was said in the local web chat, so that a page opened again shows it."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the page shows it. `who` is the actor's id, empty for the bot; `at` the office's time, ISO 8601
    with its offset; `bold` spans in code points; `files` (name, bytes) pairs. `unheard`: it did not reach the bot."""

    id: str
    chat: str
    at: str
    who: str
    name: str
    text: str
    bold: tuple[tuple[int, int], ...] = ()
    actions: tuple[str, ...] = ()
    reply_to: str = ""
    files: tuple[tuple[str, int], ...] = ()
    unheard: bool = False


class Transcript:
    """What was said, in order, kept as JSON lines in a file when one is given. A torn line is passed over."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lines: dict[str, Line] = {}
        self._before = ""
        if path is not None and path.exists():
            *whole, torn = path.read_text("utf-8", errors="replace").split("\n")
            self._before = "\n" if torn else ""
            for text in (*whole, torn):
                with suppress(ValueError, TypeError, KeyError, AttributeError):
                    self._take(json.loads(text))

    def add(self, line: Line) -> None:
        """Raises OSError when the file cannot be written; the line is then not kept."""
        self._write(asdict(line))
        self._lines[line.id] = line

    def withdraw(self, line: Line) -> None:
        self._write({"gone": line.id})
        self._lines.pop(line.id, None)

    def erase(self, id: str) -> None:
        """Leave nothing of a line, in the file either: whatever of it was written is written over."""
        self._lines.pop(id, None)
        if self._path is None or not self._path.exists():
            return
        kept = [line for line in self._path.read_text("utf-8").splitlines(keepends=True) if id not in line]
        with self._path.open("r+", encoding="utf-8") as file:
            size = self._path.stat().st_size
            file.write("".join(kept))
            rest = file.tell()
            file.write(" " * (size - rest))
            file.truncate(rest)

    def get(self, id: str) -> Line | None:
        return self._lines.get(id)

    def newest(self, of_each: int) -> list[Line]:
        """The newest lines of every chat, `of_each` of each at most, in the order they were said."""
        counts: dict[str, int] = {}
        newest: list[Line] = []
        for line in reversed(self._lines.values()):
            counts[line.chat] = counts.get(line.chat, 0) + 1
            if counts[line.chat] <= of_each:
                newest.append(line)
        return newest[::-1]

    def __len__(self) -> int:
        return len(self._lines)

    def _take(self, record: dict[str, Any]) -> None:
        if "gone" in record:
            self._lines.pop(record["gone"], None)
            return
        spans = {key: tuple((a, b) for a, b in record.pop(key)) for key in ("bold", "files")}
        line = Line(**record | spans | {"actions": tuple(record["actions"])})
        self._lines[line.id] = line

    def _write(self, record: dict[str, Any]) -> None:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(self._before + json.dumps(record, ensure_ascii=False) + "\n")
            self._before = ""
