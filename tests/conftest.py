"""What every test may ask for: a database of each kind, a clock that is moved by hand."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import hypothesis
import pytest

from schedules.clock import HandClock
from storage.db import Database
from tests.databases import PostgreSQL, Sqlite

# In CI the same examples every time: a change is judged by what it did. Slow machines are no failure.
hypothesis.settings.register_profile("house", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("house")


LONG = ("tests/crash/", "tests/fault/", "tests/year/test_year.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: one that began last would run alone at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[PostgreSQL]:
    server = PostgreSQL()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Sqlite | PostgreSQL:
    """Where `fresh` databases come from; a test that asks for it runs once for each kind."""
    return request.getfixturevalue(f"_{request.param}")


@pytest.fixture
def database_url(databases: Sqlite | PostgreSQL) -> Iterator[str]:
    """A migrated database without rows, for this test only, by its URL; for a process of its own."""
    with databases.fresh() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database without rows, for this test only."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def empty_database(databases: Sqlite | PostgreSQL) -> Iterator[Database]:
    """A database without tables."""
    with databases.fresh(migrated=False) as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture
def clock() -> HandClock:
    """Stands at 08:00 of Wednesday 1 March 2023, office time."""
    return HandClock(datetime(2023, 3, 1, 8, tzinfo=timezone(timedelta(hours=7))))
