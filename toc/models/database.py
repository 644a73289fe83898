"""Engines and sessions: one code path, SQLite embedded and PostgreSQL in production.

Reading and writing have sessions of their own. On SQLite a write session takes the write lock at once (BEGIN
IMMEDIATE), because a transaction that reads first and then writes fails or, worse, pays twice; a read session
cannot write at all.
"""

import sqlite3
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from types import ModuleType
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_MILLISECONDS = 30_000
"""How long a writer waits for another one on SQLite."""

LEAST_SQLITE = (3, 51, 3)
"""Earlier libraries may corrupt a database that several connections write in WAL mode.

Source: sqlite.org/wal.html, "the WAL-reset bug", fixed in 3.51.3 (13 March 2026).
"""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MILLISECONDS}",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "secure_delete=ON",
)
"""FULL: an acknowledged payment survives a power cut. Recursive triggers: REPLACE slips past none of them.

Secure delete: what is erased does not stay in the file, where it would be read without the program.
"""


class Superuser(Exception):
    """The application was about to run as a database account that may do anything, which it refuses."""


def sqlite_module() -> ModuleType:
    """Return the newest SQLite there is: the one of the package pysqlite3 where it is installed."""
    try:
        from pysqlite3 import dbapi2  # noqa: PLC0415 - a wheel for some platforms only
    except ImportError:
        return sqlite3
    module: ModuleType = dbapi2
    return module


def sqlite_version() -> tuple[int, ...]:
    """Return the version of the SQLite library in use."""
    return tuple(int(part) for part in str(sqlite_module().sqlite_version).split("."))


class _Queue:
    """Lets the writers of one process wait in line for SQLite's only write lock.

    SQLite itself lets each of them try again after ever longer pauses, so that who came first may come last.
    The line ends when the transaction does, a moment before its lock. Each process has its own line.
    """

    _HELD = "toc_writes"

    def __init__(self) -> None:
        self._lock = Lock()

    def enter(self, info: MutableMapping[Any, Any]) -> None:
        """Wait for one's turn; who waited too long tries SQLite itself, which says that it is busy."""
        if self._HELD not in info and self._lock.acquire(timeout=BUSY_MILLISECONDS / 1000):
            info[self._HELD] = True

    def leave(self, info: MutableMapping[Any, Any]) -> None:
        """Let the next one go, if this one holds the turn."""
        if info.pop(self._HELD, False):
            self._lock.release()


def begin_reading(connection: Connection) -> None:
    """See the data as they are at the first statement, and hold nobody up."""
    connection.exec_driver_sql("BEGIN")


def begin_writing(connection: Connection) -> None:
    """Take the write lock, and ask for it every millisecond as long as another process has it.

    SQLite's own pauses grow to a tenth of a second, in which others pass by.

    Raises:
        sqlalchemy.exc.OperationalError: another process had it for `BUSY_MILLISECONDS`, or it cannot be had.
    """
    busy = sqlite_module().OperationalError
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA busy_timeout=1")
    until = monotonic() + BUSY_MILLISECONDS / 1000
    try:
        while monotonic() < until:
            try:
                cursor.execute("BEGIN IMMEDIATE")
            except busy as error:
                if "locked" not in str(error):
                    break  # no other writer: waiting mends nothing
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for an error that says why
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.close()


def make_engine(url: str) -> Engine:
    """Return an engine with the settings that this program relies on.

    Raises:
        sqlalchemy.exc.ArgumentError: the address is not one.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, pool_size=10, max_overflow=20)
    engine = create_engine(address, module=sqlite_module(), pool_size=10, max_overflow=20)
    queue = _Queue()

    @event.listens_for(engine, "connect")
    def _set_pragmas(dbapi: Any, _: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's connection
        dbapi.isolation_level = None  # the driver no longer begins transactions of its own
        cursor = dbapi.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        how = connection.get_execution_options().get("toc_begin", "write")
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if how == 'read' else 'OFF'}")
        if how == "write":
            queue.enter(connection.info)
        if how != "single":
            begin = begin_writing if how == "write" else begin_reading
            begin(connection)

    @event.listens_for(engine, "commit")
    @event.listens_for(engine, "rollback")
    def _end(connection: Connection) -> None:
        queue.leave(connection.info)

    @event.listens_for(engine, "checkin")
    def _return(_: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's connection
        queue.leave(record.info)  # a transaction that did not begin has no end either

    return engine


class Database:
    """Where sessions come from.

    Attributes:
        engine: for writing; the other two share its connections.
        reading: for reading only.
        single: each statement is a transaction of its own.
    """

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        if self.engine.dialect.name == "sqlite":
            self.reading = self.engine.execution_options(toc_begin="read")
            self.single = self.engine.execution_options(toc_begin="single")
        else:
            # One view of the data for a whole page, as SQLite gives; who only reads never has to begin again.
            self.reading = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self.single = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def read_session(self, programme_id: UUID | None = None) -> Session:
        """Return a session that cannot write."""
        return self._session(self.reading, programme_id)

    def write_session(self, programme_id: UUID | None = None) -> Session:
        """Return a session that holds the only write lock on SQLite from its first statement on."""
        return self._session(self.engine, programme_id)

    def single_session(self) -> Session:
        """Return a session for Flask-Security: it reads, verifies a slow hash, then may write one row."""
        return self._session(self.single, None)

    def _session(self, engine: Engine, programme_id: UUID | None) -> Session:
        return Session(engine, expire_on_commit=False, info={"programme_id": programme_id})

    @contextmanager
    def writing(self, programme_id: UUID | None = None) -> Iterator[Session]:
        """Give a write session and commit it, or roll it back when something is raised."""
        with self.write_session(programme_id) as session, session.begin():
            yield session

    def check_account(self) -> None:
        """Refuse to run as a database superuser, whom neither triggers nor privileges stop.

        Raises:
            Superuser: it is one.
        """
        if self.engine.dialect.name == "sqlite":
            return
        with self.reading.connect() as connection:
            row = connection.execute(
                text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            ).scalar_one()
        if row:
            raise Superuser

    def dispose(self) -> None:
        """Close all connections, such as before a process forks."""
        self.engine.dispose()
