"""The migrated schema is the declared one, on both databases; migrating keeps what is there."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import storage.models
from storage.db import Database
from storage.migrate import SCRIPTS, BrokenReferences, NewerDatabase, pending, revisions, upgrade
from tests.databases import PostgreSQL, Sqlite

TABLES = {name for name, thing in vars(storage.models).items() if getattr(thing, "__table__", None) is not None}


def seen(database: Database) -> dict[str, Any]:
    """What the server itself says its tables are."""
    inspector = sa.inspect(database.engine)

    def table(name: str) -> dict[str, Any]:
        return {
            "columns": {
                c["name"]: (str(c["type"].compile(database.engine.dialect)), c["nullable"], c["default"])
                for c in inspector.get_columns(name)
            },
            "key": inspector.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted(
                (c["name"] or "", tuple(c["column_names"])) for c in inspector.get_unique_constraints(name)
            ),
            "foreign": sorted(
                (c["name"] or "", tuple(c["constrained_columns"]), c["referred_table"], tuple(c["referred_columns"]))
                for c in inspector.get_foreign_keys(name)
            ),
            "indexes": sorted(
                (i["name"] or "", tuple(i["column_names"]), bool(i["unique"]), where(i, name))
                for i in inspector.get_indexes(name)
            ),
        }

    def where(index: Any, table: str) -> str:
        options = index.get("dialect_options", {})
        return str(options.get("postgresql_where", options.get("sqlite_where", "")))

    return {name: table(name) for name in inspector.get_table_names() if name != "alembic_version"}


def test_migrated_is_declared(databases: Sqlite | PostgreSQL, database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    with databases.fresh(migrated=False) as url:
        declared = Database(url)
        SQLModel.metadata.create_all(declared.engine)
        assert seen(database) == seen(declared)
        declared.close()
    assert set(seen(database)) == {name.lower() for name in TABLES}


def test_the_comparison_sees_partial_indexes_and_kinds_of_moments(database: Database) -> None:
    tables = seen(database)
    owed = next(index for index in tables["delivery"]["indexes"] if index[0] == "ix_delivery_owed")
    assert "waiting" in owed[3]
    moment = tables["delivery"]["columns"]["try_at"][0]
    assert moment == ("DATETIME" if database.is_sqlite else "TIMESTAMP WITH TIME ZONE")


def test_pending_before_and_after(empty_database: Database) -> None:
    assert pending(empty_database) == revisions()
    upgrade(empty_database)
    assert pending(empty_database) == []
    upgrade(empty_database)


def test_revisions_are_one_line() -> None:
    numbers = [name.split("_")[0] for name in revisions()]
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    for before, number in zip([None, *numbers], numbers, strict=False):
        (path,) = (SCRIPTS / "versions").glob(f"{number}_*.py")
        text = path.read_text("utf-8")
        follows = f'"{before}"' if before else None
        assert f'revision = "{number}"\ndown_revision = {follows}\n' in text


def test_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    with database.begin() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="9999"):
        upgrade(database)


def test_two_processes_migrate_at_once(databases: Sqlite | PostgreSQL) -> None:
    with databases.fresh(migrated=False) as url:
        both = [Database(url), Database(url)]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(upgrade, both))
        assert [pending(one) for one in both] == [[], []]
        for one in both:
            one.close()


def test_nothing_to_do_does_not_wait_for_alembic(database_url: str) -> None:
    program = (
        "import sys; from storage.db import Database; from storage.migrate import upgrade;"
        "upgrade(Database(sys.argv[1])); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, database_url], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


NEXT = '''"""A column more, a check on another: batch mode makes the table anew."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "{number}", "{before}"


def upgrade() -> None:
    with op.batch_alter_table("office", recreate="auto") as table:
        table.add_column(sa.Column("motto", sa.String(), nullable=False, server_default=""))
        table.alter_column("short_name", new_column_name="called")
    {more}
'''


def with_next(folder: Path, more: str = "") -> Path:
    """Our revisions and one after them, in a folder of their own."""
    scripts = folder / "migrations"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    last = revisions()[-1].split("_")[0]
    number = f"{int(last) + 1:04}"
    (scripts / "versions" / f"{number}_next.py").write_text(NEXT.format(number=number, before=last, more=more), "utf-8")
    return scripts


def populate(database: Database) -> None:
    with database.begin() as session:
        office = storage.models.Office(name="Sở Mẫu", short_name="Sở")
        session.add(office)
        session.flush()
        assert office.id is not None
        session.add_all(
            storage.models.Unit(
                office_id=office.id, name=f"Phòng {n}", position=n, kind=storage.models.UnitKind.DEPARTMENT
            )
            for n in range(3)
        )
        session.add(storage.models.Person(office_id=office.id, name="Lan"))


def counts(database: Database) -> tuple[int, ...]:
    with database.engine.connect() as connection:
        return tuple(
            connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in ("office", "unit", "person")
        )


def test_children_survive_a_table_made_anew(database: Database, tmp_path: Path) -> None:
    populate(database)
    scripts = with_next(tmp_path)
    assert len(pending(database, scripts)) == 1
    upgrade(database, scripts)
    assert counts(database) == (1, 3, 1)
    with database.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT name, called, motto FROM office")).one() == ("Sở Mẫu", "Sở", "")
    assert pending(database, scripts) == []
    with pytest.raises(sa.exc.IntegrityError), database.begin() as session:
        session.execute(sa.text("DELETE FROM office"))


def test_a_migration_that_loses_rows_changes_nothing(database: Database, tmp_path: Path) -> None:
    populate(database)
    scripts = with_next(tmp_path, more='op.execute("DELETE FROM office")')
    with pytest.raises((BrokenReferences, sa.exc.IntegrityError)):
        upgrade(database, scripts)
    assert counts(database) == (1, 3, 1)
    assert len(pending(database, scripts)) == 1
    with database.engine.connect() as connection:
        assert "motto" not in {column["name"] for column in sa.inspect(connection).get_columns("office")}
