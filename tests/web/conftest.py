"""A client that reads pages as a person would, and checks every page it gets."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.factories import NOW, make_programme
from tests.once import Once
from tests.web.applications import Shared, make_app
from tests.web.hearing import Writing, member
from tests.web.reader import Reader
from tests.web.world import World
from toc.domain.people import Role
from toc.models import migrating
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.services import demo


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


@pytest.fixture
def evaluator(database: Database, programme: Programme, reader: Reader) -> Reader:
    """The evaluator, reading English."""
    return reader.use("en").sign_in(member(database, programme, Role.EVALUATOR))


@pytest.fixture
def writing(database: Database, programme: Programme) -> Writing:
    """What is done before the page is opened: `with writing() as session`."""
    return lambda: database.writing(programme.id)


@pytest.fixture(scope="session")
def demo_file(once: Once) -> Path:
    """A SQLite database with the demo in it, to copy."""

    def make(folder: Path) -> None:
        url = f"sqlite:///{folder / 'toc.db'}"
        migrating.upgrade(url)
        database = Database(url)
        demo.load_demo(database, NOW)
        database.dispose()
        assert [one.name for one in folder.iterdir()] == ["toc.db"], "what was written is in the file itself"

    return once.made("world", make) / "toc.db"


@pytest.fixture(scope="session")
def world(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo on SQLite, one of each worker: `world.reading` takes back whatever a test changes in it.

    SQLite alone, because tests in it are about who may see which page and what stands there, which does not
    depend on the database; that every query gives the same on both is shown by tests/db and the other tests
    here.
    """
    file = shutil.copy(demo_file, tmp_path_factory.mktemp("world"))
    database = Database(f"sqlite:///{file}")
    yield World(database)
    database.dispose()


@pytest.fixture(scope="session")
def application(world: World, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application in that world."""
    return make_app(world.database, tmp_path_factory.mktemp("instance"))
