"""A database that the migrations built, and a view of it that forgets everything after each test."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import ORMExecuteState, Session

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
        self.times_written = 0
        """How often somebody asked for a session for writing."""

    def read_session(self, programme_id: UUID | None = None) -> Session:
        """Return a session that cannot write, although its connection can."""
        session = super().read_session(programme_id)
        event.listen(session, "before_flush", _refuse)
        event.listen(session, "do_orm_execute", _refuse_to_change)
        return session

    def write_session(self, programme_id: UUID | None = None) -> Session:
        """Return a session for writing."""
        self.times_written += 1
        return super().write_session(programme_id)

    def _session(self, engine: Engine, programme_id: UUID | None) -> Session:
        del engine
        return Session(
            self.connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={"programme_id": programme_id},
        )


def _refuse(session: Session, *_: object) -> None:
    raise AssertionError(f"written in a session for reading: {[*session.new, *session.dirty]}")


def _refuse_to_change(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise AssertionError(f"written in a session for reading: {state.statement}")


@contextmanager
def forgetful(database: Database) -> Iterator[ForgetfulDatabase]:
    """Give a view of the database whose changes are all taken back."""
    with database.engine.connect() as connection:
        transaction = connection.begin()
        try:
            yield ForgetfulDatabase(connection)
        finally:
            transaction.rollback()
