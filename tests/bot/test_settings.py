"""Settings: all mistakes at once, in words, and never a value."""

from pathlib import Path

import pytest

from bot.settings import BadSettings, Settings, load

TOKEN = "7300000001:AAFakeFakeFakeFakeFakeFakeFakeFakeFak"
ZALO = "1459232241454765289:giaGiaGIAgia-Gia_gia.gia"
NAMES = (
    "TELEGRAM_TOKEN",
    "ZALO_TOKEN",
    "ZALO_URL",
    "ZALO_NAME",
    "ZALO_PLAIN",
    "ZALO_MONTHLY",
    "DATABASE_URL",
    "DATA_DIR",
    "WEB_PORT",
    "LEASE_SECONDS",
    "ATTEMPTS",
    "IN_FLIGHT",
    "TICK_SECONDS",
    "LOG_LEVEL",
)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_nothing_set(tmp_path: Path) -> None:
    settings = load()
    assert settings.telegram_token.get_secret_value() == ""
    assert settings.database() == f"sqlite:///{tmp_path / 'data' / 'nhacviec.db'}"
    assert (settings.web_port, settings.lease_seconds, settings.attempts, settings.log_level) == (8080, 120, 8, "INFO")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_env_is_read_as_editors_write_it(encoding: str) -> None:
    """Also with the mark that Windows' Notepad puts at the beginning."""
    zalo = f"ZALO_TOKEN={ZALO}\nZALO_NAME=Bot Sở VH\nZALO_PLAIN=true\nZALO_MONTHLY=0\n"
    Path(".env").write_text(f"TELEGRAM_TOKEN={TOKEN}\nOFFICE_NAME=Sở Văn hóa\n{zalo}DATA_DIR=kho\n", encoding)
    settings = load()
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.zalo_token.get_secret_value() == ZALO
    assert (settings.zalo_name, settings.zalo_plain, settings.zalo_monthly) == ("Bot Sở VH", True, 0)
    assert settings.office_name == "Sở Văn hóa"
    assert settings.data_dir == Path("kho")


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("WEB_PORT=9001\n", "utf-8")
    monkeypatch.setenv("WEB_PORT", "9002")
    assert load().web_port == 9002


def test_a_line_left_empty_is_a_line_left_out() -> None:
    Path(".env").write_text("".join(f"{name}=\n" for name in NAMES), "utf-8")
    assert load().web_port == 8080
    assert load().data_dir == Path("data")


def test_the_example_is_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    example = Path(__file__).parents[2] / ".env.example"
    default = load()
    Path(".env").write_text(example.read_text("utf-8"), "utf-8")
    assert load() == default


def test_every_setting_an_office_may_set_is_in_the_example() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text("utf-8")
    named = {line.partition("=")[0] for line in example.splitlines() if "=" in line and not line.startswith("#")}
    assert named == {name.upper() for name in Settings.model_fields} - {"FAILPOINT"}


BAD = {
    "TELEGRAM_TOKEN": "mã-sai-bí-mật",
    "ZALO_TOKEN": "1459232241454765289:",
    "ZALO_PLAIN": "có-lẽ",
    "ZALO_MONTHLY": "-3000",
    "DATABASE_URL": "mysql://ai:hoa-mai-7@máy/kho",
    "WEB_PORT": "tám-nghìn",
    "LEASE_SECONDS": "-1",
    "ATTEMPTS": "0",
    "IN_FLIGHT": "0",
    "TICK_SECONDS": "nan",
    "LOG_LEVEL": "ồn-ào",
}


def test_all_mistakes_at_once_and_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in BAD.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as raised:
        load()
    lines = str(raised.value).splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == sorted(BAD)
    for value in (*BAD.values(), "hoa-mai-7"):
        if value not in ("0", "-1"):
            assert value not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("value", ["1e400", "inf", "nan", "0", "-5"])
@pytest.mark.parametrize("name", ["LEASE_SECONDS", "TICK_SECONDS"])
def test_seconds_that_are_none(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=name):
        load()


@pytest.mark.parametrize(
    "url", ["sqlite:///x.db", "postgres://u:p@h/d", "postgresql://h/d", "postgresql+psycopg://h/d"]
)
def test_databases_that_can_be_used(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert load().database() == url


@pytest.mark.parametrize("url", ["mysql://h/d", "postgresql", "kho dữ liệu", "sqlite", "postgresql://h:cổng/d"])
def test_databases_that_cannot(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(BadSettings, match="DATABASE_URL"):
        load()


def test_a_file_that_is_no_text() -> None:
    Path(".env").write_bytes(b"OFFICE_NAME=S\xf0\xff V\x00n h\xe3a\n")
    with pytest.raises(BadSettings, match=r"\.env"):
        load()


def test_secrets_do_not_show() -> None:
    Path(".env").write_text(
        f"TELEGRAM_TOKEN={TOKEN}\nZALO_TOKEN={ZALO}\nDATABASE_URL=postgresql://u:mật@h/d\n", "utf-8"
    )
    for shown in (repr(load()), str(load()), load().model_dump_json()):
        assert "AAFake" not in shown
        assert "giaGia" not in shown
        assert "mật" not in shown
