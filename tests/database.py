"""A database that the migrations built, and a view of it that forgets everything after each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from toc.models.database import Database


class ForgetfulDatabase(Database):
    """All sessions share one connection, inside a transaction that is rolled back in the end.

    A commit only ends a savepoint. Sessions must therefore be closed in the opposite order of their opening,
    which a request that uses one session does.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.engine = connection.engine
        self.reading = self.single = connection.engine.execution_options()

    def _session(self, engine: Engine, programme_id: UUID | None) -> Session:
        del engine
        return Session(
            self.connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={"programme_id": programme_id},
        )


@contextmanager
def forgetful(database: Database) -> Iterator[ForgetfulDatabase]:
    """Give a view of the database whose changes are all taken back."""
    with database.engine.connect() as connection:
        transaction = connection.begin()
        try:
            yield ForgetfulDatabase(connection)
        finally:
            transaction.rollback()
