"""The reader in a child process with limits on memory and time: a hostile file costs one refused message."""

import contextlib
import os
import pickle
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from plans import Draft, Roster, Unreadable

T = TypeVar("T")

MB = 1024 * 1024
_ROOT = Path(__file__).resolve().parent.parent
# What a draft and a roster are made of: nothing else may come out of the child.
_MODULES = {"plans", "lang.doubts"}
_BUILTIN = {("datetime", "date"), ("datetime", "time")}
_READ, _REFUSED = b"D", b"R"


def read(
    content: bytes, name: str, year: int | None = None, seconds: float | None = None, memory_mb: int = 1024
) -> Draft:
    """`plans.reader.read` in a new process of at most `memory_mb` of address space and `seconds` of waiting: by default
    20, more for a PDF, whose pages are slow to take apart and slower to recognise.

    Blocks: call it from a thread in an async program. Raises Unreadable; a child that dies or takes too long is
    `took_too_long`, one that stumbles over the file is `damaged`.
    """
    return answer(_said(("plan", content, name, year), seconds or _seconds(content), memory_mb), Draft)


def roster(content: bytes, name: str, seconds: float = 20, memory_mb: int = 1024) -> Roster:
    """`plans.roster.read` in a process like that of `read`."""
    return answer(_said(("roster", content, name, None), seconds, memory_mb), Roster)


def _said(asked: tuple[str, bytes, str, int | None], seconds: float, memory_mb: int) -> bytes:
    path = os.pathsep.join(part for part in (str(_ROOT), os.environ.get("PYTHONPATH", "")) if part)
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "plans.child", str(memory_mb), str(int(seconds) + 1)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    ) as child:
        try:
            said, _ = child.communicate(pickle.dumps(asked), timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            raise Unreadable("took_too_long") from None
    if child.returncode or not said:
        raise Unreadable("took_too_long")
    return said


def _seconds(content: bytes) -> float:
    if not content.lstrip().startswith(b"%PDF-"):
        return 20
    return 240 if shutil.which("tesseract") else 60


def answer(said: bytes, kind: type[T]) -> T:
    """What the child wrote, or its refusal raised. Nothing but the types of a draft and a roster is unpickled."""
    told = _Careful(BytesIO(said[1:])).load()
    if said[:1] == _REFUSED:
        code, args = told
        raise Unreadable(code, **args)
    if not isinstance(told, kind):
        raise Unreadable("damaged")
    return told


class _Careful(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _BUILTIN or (module in _MODULES and "." not in name):
            return super().find_class(module, name)
        raise Unreadable("damaged")


def _limit(memory_mb: int, seconds: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MB, memory_mb * MB))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _main() -> None:
    out = sys.stdout.buffer
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    what, content, name, year = pickle.load(sys.stdin.buffer)
    try:
        if what == "roster":
            from plans import roster as people

            said = _READ + pickle.dumps(people.read(content, name))
        else:
            from plans import reader

            said = _READ + pickle.dumps(reader.read(content, name, year))
    except Unreadable as error:
        said = _REFUSED + pickle.dumps((error.code, error.args_))
    except MemoryError:
        raise SystemExit(2) from None
    except Exception:
        # Whatever went wrong, its message may quote the document: only the code leaves the child.
        said = _REFUSED + pickle.dumps(("damaged", {}))
    out.write(said)
    out.flush()


if __name__ == "__main__":
    _main()
