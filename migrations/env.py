"""How Alembic reaches the database and compares it with the tables."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, event, make_url, pool
from sqlalchemy.engine import create_engine

from toc.models import Base
from toc.models.base import Exact, UtcDateTime
from toc.models.database import sqlite_module

PLAIN = {Exact: "sa.BigInteger()", UtcDateTime: "sa.DateTime(timezone=True)"}
"""How our own types are written in a migration, which never imports the package."""


def render_item(kind: str, item: Any, _: AutogenContext) -> str | bool:  # noqa: ANN401 - any part of a table
    """Write our types as plain ones."""
    return PLAIN.get(type(item), False) if kind == "type" else False


def migrate(connection: Connection) -> None:
    """Run the migrations on a connection; on SQLite the caller has turned foreign keys off."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"a migration broke foreign keys: {broken[:5]}")


def run() -> None:
    """Migrate the connection that the program gives, else a database of its own address."""
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    url = make_url(context.config.get_main_option("sqlalchemy.url") or "sqlite://")
    if url.get_backend_name() != "sqlite":
        with create_engine(url, poolclass=pool.NullPool).connect() as connection:
            migrate(connection)
            connection.commit()
        return
    engine = create_engine(url, module=sqlite_module(), poolclass=pool.NullPool)

    @event.listens_for(engine, "connect")
    def _prepare(dbapi: Any, _: Any) -> None:  # noqa: ANN401 - the driver's connection
        dbapi.isolation_level = None
        # Batch mode makes a table anew and drops the old one, which would cascade.
        dbapi.execute("PRAGMA foreign_keys=OFF")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        migrate(connection)
        connection.commit()


run()
