"""The command line: what it prints, and its exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import service
from bot.__main__ import cli

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "bot" / "sample" / "ke_hoach_2023.txt"
DIALOGUE = """# 2023-03-01 08:00
Lan: /trogiup
Bot@Lan: {said}
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("TELEGRAM_TOKEN", "ZALO_TOKEN", "DATABASE_URL", "DATA_DIR", "WEB_PORT"):
        monkeypatch.delenv(name, raising=False)


def run(*words: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], input=stdin)


def test_read_a_plan() -> None:
    done = run("read", SAMPLE)
    assert done.exit_code == 0
    assert "1.1 Lập khung chương trình" in done.stdout
    assert "chỗ cần xem lại" in done.stdout


def test_read_a_plan_for_programs() -> None:
    done = run("read", SAMPLE, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["schema"] == "plan-expected/1"


def test_read_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "rong.docx").write_bytes(b"")
    done = run("read", tmp_path / "rong.docx")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr == "Tệp không có nội dung. Anh/chị kiểm tra rồi gửi lại.\n"
    gone = run("read", tmp_path / "khong_co.docx")
    assert gone.exit_code == 2
    assert gone.stderr.startswith("Không mở được tệp ")


def test_when() -> None:
    done = run("when", "Quý II", "--year", "2023")
    assert (done.exit_code, done.stdout) == (0, "thứ Sáu 30/6/2023\n")
    assert run("when", "Quý II").exit_code == 2
    assert run("when").exit_code == 2


def test_when_for_programs() -> None:
    told = json.loads(run("when", "trước ngày 05/12", "--year", "2023", "--json").stdout)
    assert told["due"] == ["2023-12-05"]


def test_when_in_a_batch() -> None:
    asked = [{"phrase": "Quý I", "year": 2023}, {"phrase": "31/6", "year": 2023}]
    done = run("when", "--batch", stdin="\n".join(map(json.dumps, asked)) + "\n\n")
    first, second = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 0
    assert first["due"] == ["2023-03-31"]
    assert second["due"] == []


def test_play(tmp_path: Path) -> None:
    good, bad, broken = tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "c.txt"
    good.write_text(DIALOGUE.format(said="«…»"), "utf-8")
    bad.write_text(DIALOGUE.format(said="Không phải thế."), "utf-8")
    broken.write_text("không có lúc nào\n", "utf-8")
    assert run("play", good).exit_code == 0
    different = run("play", bad)
    assert different.exit_code == 1
    assert "-Bot@Lan: Không phải thế." in different.stdout
    assert run("play", broken).exit_code == 2
    assert run("play", tmp_path / "d.txt").exit_code == 2
    assert run("play", good, bad).exit_code == 1


def test_play_and_record(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(DIALOGUE.format(said="Không phải thế."), "utf-8")
    assert run("play", file, "--record").exit_code == 0
    assert "Không phải thế." not in file.read_text("utf-8")
    assert run("play", file).exit_code == 0


def test_migrate_once(database_url: str, databases: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    done = run("migrate")
    assert (done.exit_code, done.stdout) == (0, "Cơ sở dữ liệu đã ở phiên bản hiện tại.\n")


def test_migrate_and_doctor(tmp_path: Path) -> None:
    ill = run("doctor")
    assert ill.exit_code == 1
    assert "nhacviec migrate" in ill.stdout
    done = run("migrate")
    assert done.exit_code == 0
    assert done.stdout.startswith("Đã chuyển ")
    assert (tmp_path / "data" / "nhacviec.db").exists()
    assert run("doctor").exit_code == 0


@pytest.mark.parametrize("command", ["doctor", "migrate", "run", "web"])
def test_bad_settings_are_said_and_nothing_is_begun(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WEB_PORT", "tám nghìn")
    monkeypatch.setenv("ATTEMPTS", "không")
    done = run(command)
    assert done.exit_code == 2
    assert "WEB_PORT" in done.stderr
    assert "ATTEMPTS" in done.stderr
    assert "tám nghìn" not in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["migrate", "run"])
def test_a_database_out_of_reach_is_said_in_one_sentence(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://ai:hoa-mai-7@/kho?host={tmp_path}&connect_timeout=2")
    monkeypatch.setenv("TELEGRAM_TOKEN", "7300000001:AAFakeFakeFakeFakeFakeFakeFakeFakeFak")
    done = run(command)
    assert done.exit_code == 1
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.stderr.startswith("Không mở được cơ sở dữ liệu")
    assert "hoa-mai-7" not in done.output
    assert len(done.stderr.splitlines()) == 1


def test_run_without_a_token() -> None:
    done = run("run")
    assert done.exit_code == 2
    assert "TELEGRAM_TOKEN" in done.stderr
    assert "ZALO_TOKEN" in done.stderr


@pytest.mark.parametrize(("words", "zalo"), [(["--port", "0"], False), (["--port", "0", "--zalo"], True)])
def test_the_web_chat_begins_as_on_zalo_when_asked(
    words: list[str], zalo: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(service, "web", lambda _settings, *how: asked.extend(how))
    assert run("web", *words).exit_code == 0
    assert asked == [0, zalo]


def test_zalo_check_without_a_token() -> None:
    done = run("zalo-check", "--only", "2")
    assert (done.exit_code, done.stdout) == (2, "Chưa có ZALO_TOKEN trong .env.\n")
