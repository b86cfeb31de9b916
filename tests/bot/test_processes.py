"""The program as a real process: that it is there, that it stops, what it remembers, what it writes down."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo import FakeZalo
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
URL = re.compile(r"http://127\.0\.0\.1:\d+/")


@contextmanager
def program(folder: Path, *words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    ours = ("TELEGRAM_TOKEN", "ZALO_TOKEN", "DATABASE_URL")
    plain = {name: value for name, value in os.environ.items() if name not in ours}
    started = subprocess.Popen(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=plain | {"PYTHONPATH": str(ROOT), "DATA_DIR": str(folder), "WEB_PORT": "0"} | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
            started.wait(10)
        if started.stdout is not None:
            started.stdout.close()


def until_ready(started: subprocess.Popen[str]) -> str:
    assert started.stdout is not None
    printed = []
    for line in started.stdout:
        printed.append(line)
        if found := URL.search(line):
            return found[0]
    raise AssertionError("it ended: " + "".join(printed))


def stops(started: subprocess.Popen[str], how: signal.Signals = signal.SIGINT) -> None:
    """It ends by itself when asked to, as one that has nothing to complain of."""
    started.send_signal(how)
    assert started.wait(PATIENCE) == 0


def state(url: str) -> dict[str, Any]:
    answer = httpx.get(f"{url}state", timeout=PATIENCE)
    answer.raise_for_status()
    return dict(answer.json())


def post(url: str, what: str, **asked: object) -> None:
    httpx.post(f"{url}{what}", json=asked, headers={"Origin": url.rstrip("/")}, timeout=PATIENCE).raise_for_status()


def test_the_local_chat_stops_when_asked_and_is_as_it_was_left(tmp_path: Path) -> None:
    """The first time it is stopped while the sample office is being made, which is then made anew."""
    with program(tmp_path) as started:
        assert started.stdout is not None
        started.stdout.readline()
        time.sleep(0.5)
        stops(started)
    with program(tmp_path) as started:
        url = until_ready(started)
        assert httpx.get(url, timeout=PATIENCE).status_code == 200
        made = state(url)
        actor = made["scene"]["actors"][0]["id"]
        post(url, "say", actor=actor, room=None, text="/viec", files=[])
        post(url, "move")
        post(url, "move", to="2023-06-20T21:05")
        left = state(url)
        stops(started)
    assert made["scene"]["now"].startswith("2023-06-0")
    assert left["scene"]["now"].startswith("2023-06-20T21:05")
    with program(tmp_path) as again:
        found = state(until_ready(again))
        stops(again, signal.SIGTERM)
    assert found["lines"] == left["lines"]
    assert found["scene"] == left["scene"]


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, program(tmp_path, "web", "--port", str(port(taken))) as other:
        assert other.wait(PATIENCE) == 2
        assert other.stdout is not None
        printed = other.stdout.read()
    assert "--port" in printed
    assert "Traceback" not in printed


def port(of: socket.socket) -> int:
    return int(of.getsockname()[1])


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    fake = FakeTelegram().start()
    yield fake
    fake.stop()


@pytest.fixture
def zalo() -> Iterator[FakeZalo]:
    fake = FakeZalo().start()
    yield fake
    fake.stop()


def waits(true: object, seconds: float = PATIENCE) -> None:
    give_up = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_at_debug_neither_the_token_nor_what_people_say(fake: FakeTelegram, tmp_path: Path) -> None:
    """On a line that breaks in every way a line can: errors quote addresses, and the token is in the address."""
    lan = fake.world.person("Lan")
    for kind in ("too_many", "error_before", "close_after", "reset_after", "half_after", "garbage_after"):
        fake.fail(kind, retry_after=0)  # type: ignore[arg-type]
    fake.fail("garbage_after", method="getUpdates")
    fake.fail("unauthorized", method="getMe")
    settings = {
        "TELEGRAM_TOKEN": fake.token,
        "TELEGRAM_URL": fake.base_url,
        "LOG_LEVEL": "DEBUG",
        "TICK_SECONDS": "0.2",
    }
    with program(tmp_path, "run", **settings) as started:
        for nth in range(8):
            fake.world.say(lan, f"lời-riêng-của-Lan {nth}")
        fake.world.garble()
        waits(lambda: len(fake.world.sent) >= 3)
        stops(started)
        assert started.stdout is not None
        printed = started.stdout.read()
    assert "DEBUG" in printed
    assert len(printed.splitlines()) > 20
    assert fake.token not in printed
    assert fake.token.partition(":")[2] not in printed
    assert "lời-riêng-của-Lan" not in printed
    assert json.dumps("lời-riêng-của-Lan")[1:-1] not in printed
    assert "chưa có trong danh sách" not in printed, "nor what the bot says"
    for left in tmp_path.iterdir():
        assert fake.token.partition(":")[2].encode() not in left.read_bytes()


def test_the_bot_stops_while_it_waits_for_updates(fake: FakeTelegram, tmp_path: Path) -> None:
    settings = {"TELEGRAM_TOKEN": fake.token, "TELEGRAM_URL": fake.base_url}
    with program(tmp_path, "run", **settings) as started:
        waits(lambda: fake.calls["getUpdates"] > 0)
        stops(started, signal.SIGTERM)
        assert started.stdout is not None
        printed = started.stdout.read()
    assert re.search(r"/start [A-Z0-9]{5}-[A-Z0-9]{5}\b", printed), "the code to claim the office with"
    assert "Nhắc Việc đang chạy trên Telegram." in printed
    assert "Traceback" not in printed


def test_one_program_on_two_messengers(fake: FakeTelegram, zalo: FakeZalo, tmp_path: Path) -> None:
    """Each is answered where they spoke; neither token is written down."""
    settings = {"TELEGRAM_TOKEN": fake.token, "TELEGRAM_URL": fake.base_url, "ZALO_TOKEN": zalo.token}
    settings |= {"ZALO_URL": zalo.base_url, "LOG_LEVEL": "DEBUG", "TICK_SECONDS": "0.2"}
    with program(tmp_path, "run", **settings) as started:
        fake.world.say(fake.world.person("Lan"), "việc")
        waits(lambda: zalo.calls["getUpdates"] > 0)
        zalo.world.say(zalo.world.person("Minh"), "việc")
        waits(lambda: fake.world.sent and zalo.world.sent)
        stops(started)
        assert started.stdout is not None
        printed = started.stdout.read()
    assert "Nhắc Việc đang chạy trên Telegram và Zalo." in printed
    assert fake.token.partition(":")[2] not in printed
    assert zalo.token.partition(":")[2] not in printed
    assert (len(fake.world.sent), len(zalo.world.sent)) == (1, 1)


def test_of_two_processes_one_serves_and_the_other_takes_over(
    fake: FakeTelegram, tmp_path: Path, database_url: str
) -> None:
    """When it is killed, and when it is told to stop; nothing is answered twice."""
    lan = fake.world.person("Lan")
    settings = {"TELEGRAM_TOKEN": fake.token, "TELEGRAM_URL": fake.base_url, "DATABASE_URL": database_url}
    settings |= {"TICK_SECONDS": "0.2", "LEASE_SECONDS": "2"}

    def answers(number: int) -> None:
        fake.world.say(lan, f"lời {number}")
        waits(lambda: len(fake.world.sent) >= number)

    def stands_by(one: subprocess.Popen[str]) -> None:
        assert one.stdout is not None
        assert any("this one waits" in line for line in one.stdout)

    with program(tmp_path, "run", **settings) as first:
        answers(1)
        with program(tmp_path, "run", **settings) as second:
            stands_by(second)
            first.kill()
            answers(2)
            with program(tmp_path, "run", **settings) as third:
                stands_by(third)
                stops(second, signal.SIGTERM)
                answers(3)
                stops(third, signal.SIGTERM)
    assert len(fake.world.sent) == 3
