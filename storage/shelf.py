"""The files that people show for results, kept in a folder by what they hold: no name of theirs is ever a path."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def name_of(content: bytes) -> str:
    """Under which name a content is kept: its SHA-256."""
    return hashlib.sha256(content).hexdigest()


class Shelf:
    """A folder of contents. Raises OSError where the disk does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """Keep a content, whole or not at all; the same again is kept once."""
        path = self._path(name_of(content))
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(path)
        return path.name

    def read(self, name: str) -> bytes | None:
        """A content by its name; None when it is not here."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def find(self, name: str) -> tuple[Path, int] | None:
        """Where a content lies, and its size in bytes; None when it is not here."""
        try:
            return self._path(name), self._path(name).stat().st_size
        except FileNotFoundError:
            return None

    def drop(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self._path(name).unlink()

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name
