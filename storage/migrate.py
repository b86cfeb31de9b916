"""Bringing a database to the shape that `storage.models` declares.

Revisions are numbered files, `migrations/versions/0001_….py`, one after another; there is no way back down. To make one
after a change of the tables: `python -m storage.migrate revision "what changed"`. Until the first release there is
only the first one: delete it before making it anew.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 0x4E68_6163
"""The key of PostgreSQL's advisory lock under which a database is migrated."""


class NewerDatabase(Exception):
    """The database was brought to a revision that this program does not know: a newer one has been here."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"the database is at revision {revision}, which this program does not know")
        self.revision = revision


class BrokenReferences(Exception):
    """After migrating, rows refer to rows that are not there. Nothing was changed."""


def revisions(scripts: Path = SCRIPTS) -> list[str]:
    """The names of all revisions, first to last; a name's first word is its number («0001_the_first_tables»)."""
    return sorted(path.stem for path in (scripts / "versions").glob("[0-9]*.py"))


def pending(database: Database, scripts: Path = SCRIPTS) -> list[str]:
    """The names of the revisions that `database` still lacks, first to last. Raises `NewerDatabase`.

    Reads one row and the names of the files; Alembic is not imported."""
    with database.engine.connect() as connection:
        return _lacking(connection, revisions(scripts))


def upgrade(database: Database, scripts: Path = SCRIPTS) -> None:
    """Run what is `pending`, all of it or nothing. Several processes may try at once: one does it, the others wait.

    Raises `NewerDatabase`, `BrokenReferences`."""
    if not pending(database, scripts):
        return
    from alembic import command

    with database.engine.connect() as connection:
        if database.is_sqlite:
            # Batch mode makes a table anew and drops the old one; with foreign keys on, the drop deletes every child.
            _foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                if not database.is_sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
                command.upgrade(_config(connection, scripts), "head")
                _keep_journal(connection)
                if database.is_sqlite:
                    _check_references(connection)
        finally:
            if database.is_sqlite:
                _foreign_keys(connection, "ON")


_KEPT = ("event", "eventabout")
_KEEP = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS {table}_is_not_changed BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the journal is only written on'); END",
        "CREATE TRIGGER IF NOT EXISTS {table}_is_not_deleted BEFORE DELETE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the journal is only written on'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION journal_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is only written on'; END $$",
        "DROP TRIGGER IF EXISTS {table}_is_kept ON {table}",
        "CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_kept()",
    ),
}
"""No event is changed or taken away, whoever asks the database for it. Said after every upgrade: SQLite loses the
triggers of a table that a migration makes anew."""


def _keep_journal(connection: Connection) -> None:
    for table in _KEPT:
        if sa.inspect(connection).has_table(table):
            for statement in _KEEP[connection.dialect.name]:
                connection.exec_driver_sql(statement.format(table=table))


def _lacking(connection: Connection, known: list[str]) -> list[str]:
    if not sa.inspect(connection).has_table("alembic_version"):
        return known
    stored = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    if stored is None:
        return known
    numbers = [name.split("_")[0] for name in known]
    if stored not in numbers:
        raise NewerDatabase(stored)
    return known[numbers.index(stored) + 1 :]


def _foreign_keys(connection: Connection, state: str) -> None:
    """Set on the driver's own connection: SQLite ignores it inside a transaction, which SQLAlchemy would open."""
    connection.connection.cursor().execute(f"PRAGMA foreign_keys={state}")


def _check_references(connection: Connection) -> None:
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost:
        raise BrokenReferences(", ".join(sorted({f"{row[0]} → {row[2]}" for row in lost})))


def _config(connection: Connection, scripts: Path) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def make_revision(message: str, scripts: Path = SCRIPTS) -> Path:
    """Write the next revision: what `storage.models` has beyond what the revisions so far make. For developers."""
    from alembic import command

    number = f"{len(revisions(scripts)) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        upgrade(database, scripts)
        with database.engine.begin() as connection:
            command.revision(_config(connection, scripts), message, autogenerate=True, rev_id=number)
        database.close()
    (path,) = (scripts / "versions").glob(f"{number}_*.py")
    # Alembic's marks around generated commands say "please adjust"; whoever commits the file has.
    path.write_text(re.sub(r"^ *# ### .*\n", "", path.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    for arguments in (["format", "--quiet"], ["check", "--fix", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, str(path)], check=True)
    return path


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["revision", message]:
            print(make_revision(message))
        case _:
            sys.exit('python -m storage.migrate revision "what changed"')
