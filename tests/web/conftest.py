"""A client that reads pages as a person would, and checks every page it gets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.factories import make_programme
from tests.web.applications import Shared, make_app
from tests.web.reader import Reader
from tests.web.world import World
from toc.models import migrating
from toc.models.database import Database
from toc.models.programmes import Programme


@pytest.fixture(scope="session")
def shared() -> Shared:
    """The one application of this worker."""
    return Shared()


@pytest.fixture
def app(shared: Shared, database: Database, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database that forgets; what a test changes of it is taken back."""
    with shared.lent(database, tmp_path) as app:
        yield app


@pytest.fixture
def programme(database: Database) -> Programme:
    """An empty programme."""
    with database.writing() as session:
        return make_programme(session)


@pytest.fixture
def reader(app: Flask, database: Database) -> Iterator[Reader]:
    """A visitor; `reader.sign_in(user)` makes somebody of them."""
    with app.test_client() as client:
        yield Reader(client, database)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo on SQLite, made once per worker: `world.reading` takes back whatever a test changes in it.

    SQLite alone, because tests in it are about who may see which page and what stands there, which does not
    depend on the database; that every query gives the same on both is shown by tests/db and the other tests
    here.
    """
    url = f"sqlite:///{tmp_path_factory.mktemp('world') / 'toc.db'}"
    migrating.upgrade(url)
    database = Database(url)
    yield World(database)
    database.dispose()


@pytest.fixture(scope="session")
def application(world: World, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application in that world."""
    return make_app(world.database, tmp_path_factory.mktemp("instance"))
