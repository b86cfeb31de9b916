"""What every table stands on."""

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import MetaData
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


KEPT = {"sqlite_autoincrement": True}
"""For a table whose rows the journal tells of: an id is never given out twice, on SQLite either."""


def choice(kind: type[StrEnum]) -> Any:
    """A column of `kind`'s values, checked by the program and kept as text, so that a new member needs no new type."""
    return sa.Enum(kind, native_enum=False, values_callable=lambda members: [m.value for m in members], length=20)
