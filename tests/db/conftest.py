"""Sessions for tests of services and tables."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_programme
from toc.models.database import Database
from toc.models.programmes import Programme


@pytest.fixture
def programme(database: Database) -> Programme:
    """An empty programme."""
    with database.writing() as session:
        return make_programme(session)


@pytest.fixture
def session(database: Database, programme: Programme) -> Iterator[Session]:
    """A session for writing in that programme."""
    with database.write_session(programme.id) as session:
        yield session
