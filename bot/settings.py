"""Settings from the environment and `.env`, read once; every mistake is reported together; secrets are never
printed."""

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an office may set. `.env.example` says each in words."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    telegram_token: SecretStr = SecretStr("")
    telegram_url: str = "https://api.telegram.org/bot"
    database_url: SecretStr = SecretStr("")
    data_dir: Path = Path("data")
    office_name: str = "Cơ quan"
    web_port: int = Field(default=8080, ge=0, le=65535)
    lease_seconds: float = Field(default=120, gt=0)
    attempts: int = Field(default=8, ge=1)
    tick_seconds: float = Field(default=5, gt=0)
    failpoint: str = Field(default="", pattern=r"^([a-z_]+:[1-9][0-9]*)?$")

    def database(self, name: str = "nhacviec.db") -> str:
        """Where the database is: `DATABASE_URL`, else a file in the data folder."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir.resolve() / name}"


class BadSettings(Exception):
    """One line for every setting that cannot be used."""


def load() -> Settings:
    """Read the settings. Raises `BadSettings`, which names every mistake and no value."""
    try:
        return Settings()
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, at['loc'])).upper()}: {at['msg']}" for at in error.errors(include_input=False))
        raise BadSettings("\n".join(lines)) from None
