"""Settings from the environment and `.env`, read once; every mistake is reported together; secrets are never
printed."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from lang.text import N_, _

DAY = 86_400


class Settings(BaseSettings):
    """What an office may set. `.env.example` says each in words; a line left empty is a line left out.

    `utf-8-sig`: Notepad writes a mark before the first line."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8-sig", env_ignore_empty=True, extra="ignore"
    )

    telegram_token: SecretStr = SecretStr("")
    telegram_url: str = "https://api.telegram.org/bot"
    zalo_token: SecretStr = SecretStr("")
    zalo_url: str = "https://bot-api.zaloplatforms.com/bot"
    zalo_name: str = "Bot Nhắc Việc"
    zalo_plain: bool = False
    zalo_monthly: int = Field(default=3000, ge=0)
    database_url: SecretStr = SecretStr("")
    data_dir: Path = Path("data")
    office_name: str = "Cơ quan"
    web_port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = Field(default="", pattern=r"^(https://[^/?#\s]+(/[^?#\s]*)?|http://127\.0\.0\.1:\d+)?$")
    server_host: str = "127.0.0.1"
    server_port: int = Field(default=8081, ge=0, le=65535)
    lease_seconds: float = Field(default=120, gt=0, le=DAY)
    attempts: int = Field(default=8, ge=1)
    in_flight: int = Field(default=4, ge=1, le=100)
    tick_seconds: float = Field(default=5, gt=0, le=DAY)
    healthcheck_url: SecretStr = SecretStr("")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    failpoint: str = Field(default="", pattern=r"^([a-z_]+:[1-9][0-9]*)?$")

    @field_validator("telegram_token")
    @classmethod
    def _is_a_token(cls, token: SecretStr) -> SecretStr:
        if not re.fullmatch(r"(\d{5,}:[\w-]{30,})?", token.get_secret_value(), re.ASCII):
            raise ValueError
        return token

    @field_validator("zalo_token")
    @classmethod
    def _is_a_token_of_zalo(cls, token: SecretStr) -> SecretStr:
        if not re.fullmatch(r"(\d{5,}:[\w.~+=:-]{8,})?", token.get_secret_value(), re.ASCII):
            raise ValueError
        return token

    @field_validator("database_url")
    @classmethod
    def _is_one_of_ours(cls, url: SecretStr) -> SecretStr:
        try:
            kind = make_url(url.get_secret_value() or "sqlite://").drivername
        except (ArgumentError, ValueError):
            kind = ""
        if kind not in ("sqlite", "postgres", "postgresql", "postgresql+psycopg"):
            raise ValueError
        return url

    @field_validator("healthcheck_url")
    @classmethod
    def _is_an_address(cls, url: SecretStr) -> SecretStr:
        if not re.fullmatch(r"(https?://[^\s/]+\S*)?", url.get_secret_value()):
            raise ValueError
        return url

    def webhook(self, channel: str) -> str:
        """The web address at which a messenger finds us; empty where there is none."""
        return f"{self.public_url.rstrip('/')}/hook/{channel}" if self.public_url else ""

    def database(self, name: str = "nhacviec.db") -> str:
        """Where the database is: `DATABASE_URL`, else a file in the data folder."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir.resolve() / name}"


WANTED = {
    "telegram_token": N_("mã bot như @BotFather cho, dạng 123456789:AA…"),
    "zalo_token": N_("mã bot như Zalo Bot Manager gửi, dạng 1234567890:abc…"),
    "zalo_plain": N_("true hoặc false"),
    "zalo_monthly": N_("một số từ 0 trở lên, 0 là không đếm"),
    "database_url": N_("để trống, hoặc sqlite:///tệp, hoặc postgresql://tên:mật-khẩu@máy/tên-cơ-sở-dữ-liệu"),
    "web_port": N_("một số từ 0 đến 65535"),
    "public_url": N_("địa chỉ https:// mà từ ngoài vào được, hoặc để trống"),
    "server_port": N_("một số từ 0 đến 65535"),
    "lease_seconds": N_("một số giây, lớn hơn 0, nhiều nhất một ngày"),
    "attempts": N_("một số từ 1 trở lên"),
    "in_flight": N_("một số từ 1 đến 100"),
    "tick_seconds": N_("một số giây, lớn hơn 0, nhiều nhất một ngày"),
    "healthcheck_url": N_("để trống, hoặc một địa chỉ bắt đầu bằng https:// hay http://"),
    "log_level": N_("DEBUG, INFO, WARNING hoặc ERROR"),
}


class BadSettings(Exception):
    """One line for every setting that cannot be used."""


def load() -> Settings:
    """Read the settings. Raises `BadSettings`, which names every mistake and no value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = dict.fromkeys(str(at["loc"][0]).lower() for at in error.errors(include_input=False))
        lines = [
            _("{name}: cần {what}", name=name.upper(), what=_(WANTED[name])) if name in WANTED else name.upper()
            for name in wrong
        ]
        raise BadSettings("\n".join(lines)) from None
    except UnicodeDecodeError:
        raise BadSettings(_(".env: không phải văn bản UTF-8")) from None
