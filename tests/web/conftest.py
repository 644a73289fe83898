"""A client that reads pages as a person would, and checks every page it gets."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from tests.factories import make_programme
from tests.web.reader import Reader
from toc.app import create_app
from toc.models.database import Database
from toc.models.programmes import Programme
from toc.settings import Settings


class Compiled(BytecodeCache):
    """Templates that an earlier test compiled, for the applications of the tests after it."""

    _kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    """The application on a database that forgets."""
    settings = Settings(instance=tmp_path, secret_key="only-for-tests-and-long-enough-0123456789")
    app = create_app(settings, database)
    # Each page is checked for its token instead (Reader); a test of forgery turns this on again.
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=True)
    app.jinja_env.bytecode_cache = Compiled()
    return app


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
