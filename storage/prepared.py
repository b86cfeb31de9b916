"""Statements for the busiest road: put together once, then handed to the driver as they are."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlmodel import Session

Rows = list[tuple[Any, ...]]
Process = Callable[[Any], Any] | None


class Prepared:
    """`write` makes the statement, for SQLite or not; it is written once for each kind of database. Parameters by their
    names; rows are plain tuples. SQLAlchemy's own way builds anew each time what it knows of a statement, which costs
    more than the statement."""

    def __init__(self, write: Callable[[bool], sa.Select[Any] | sa.UpdateBase]) -> None:
        self._write = write
        self._written: dict[str, _Written] = {}

    def run(self, session: Session, asked: Mapping[str, Any]) -> Rows:
        connection = session.connection()
        written = self._for(connection)
        result = connection.exec_driver_sql(written.text, written.bound(asked))
        return written.read(result.cursor.fetchall()) if written.columns else []

    def run_many(self, session: Session, asked: Sequence[Mapping[str, Any]]) -> None:
        connection = session.connection()
        written = self._for(connection)
        connection.exec_driver_sql(written.text, [written.bound(one) for one in asked])

    def _for(self, connection: Connection) -> "_Written":
        dialect = connection.dialect
        if dialect.name not in self._written:
            self._written[dialect.name] = _Written(self._write(dialect.name == "sqlite"), dialect)
        return self._written[dialect.name]


class _Written:
    """A statement in one database's words, and how values go in and come out."""

    def __init__(self, statement: sa.Select[Any] | sa.UpdateBase, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text: str = compiled.string
        self._constants: dict[str, Any] = {}
        self._binds: list[tuple[str, Process]] = []
        for name in compiled.positiontup or compiled.bind_names.values():
            bind = compiled.binds[name]
            process = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if not bind.required:
                self._constants[name] = process(bind.effective_value) if process else bind.effective_value
            self._binds.append((name, None if name in self._constants else process))
        self._by_position = bool(compiled.positional)
        self.columns = list(statement.exported_columns)
        self._processes: list[Process] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in self.columns
        ]

    def bound(self, asked: Mapping[str, Any]) -> Any:
        values: dict[str, Any] = {}
        for name, process in self._binds:
            value = self._constants[name] if name in self._constants else asked[name]
            values[name] = process(value) if process else value
        return tuple(values[name] for name, _process in self._binds) if self._by_position else values

    def read(self, rows: Sequence[Sequence[Any]]) -> Rows:
        processes = self._processes
        return [
            tuple(process(value) if process else value for process, value in zip(processes, row, strict=True))
            for row in rows
        ]
