"""The migrations build the tables of the models on both databases, and take them back."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    Enum,
    Executable,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator

from toc.domain.audit import INSTANCE, empty
from toc.models import Base, migrating, triggers
from toc.models.audit import InstanceHead
from toc.models.base import APPEND_ONLY, Exact, UtcDateTime
from toc.models.database import Database, make_engine


@pytest.fixture
def connection(storage: Database) -> Iterator[Connection]:
    """A connection to a migrated database; what it changes is taken back."""
    with storage.engine.connect() as connection:
        yield connection


def tables(url: str) -> set[str]:
    engine = make_engine(url)
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def trigger_names(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    return set(connection.scalars(text(query)))


def test_they_go_up_and_down_and_up_again(empty_url: str) -> None:
    wanted = set(Base.metadata.tables)
    assert tables(empty_url) == set()
    migrating.upgrade(empty_url)
    assert tables(empty_url) == wanted
    migrating.downgrade(empty_url)
    assert tables(empty_url) == set()
    migrating.upgrade(empty_url)
    assert tables(empty_url) == wanted
    database = Database(empty_url)
    with database.read_session() as session:
        head = session.get_one(InstanceHead, 1)
        assert (head.sequence, head.hash) == (0, empty(INSTANCE).hash)
    assert migrating.current(database.engine) == migrating.newest()
    with database.engine.connect() as connection:
        assert trigger_names(connection) == triggers.names(connection.dialect.name)
    database.dispose()


def test_going_up_twice_changes_nothing(empty_url: str) -> None:
    migrating.upgrade(empty_url)
    migrating.upgrade(empty_url)
    assert tables(empty_url) == set(Base.metadata.tables)


def test_an_empty_database_has_no_revision(empty_url: str) -> None:
    engine = make_engine(empty_url)
    assert migrating.current(engine) is None
    engine.dispose()


def test_they_build_what_the_models_say(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    assert compare_metadata(context, Base.metadata) == []


def test_a_database_has_exactly_the_triggers_that_are_expected(connection: Connection) -> None:
    assert trigger_names(connection) == triggers.names(connection.dialect.name)


def literals(check: str) -> set[str]:
    """The words and numbers that a rule compares with, which each database writes in its own way."""
    return {
        word or number for word, number in re.findall(r"'([^']*)'|\b(\d+)\b", re.sub(r"\(\d+\)", "", check))
    }


def test_the_checks_of_the_database_are_those_of_the_models(connection: Connection) -> None:
    # Alembic compares no CHECK constraints: a new member of an enumeration would be refused by the database.
    inspector = inspect(connection)
    for table in Base.metadata.tables.values():
        wanted = {
            str(rule.name): literals(str(rule.sqltext.compile(compile_kwargs={"literal_binds": True})))
            for rule in table.constraints
            if isinstance(rule, CheckConstraint)
        }
        found = {
            str(rule["name"]): literals(rule["sqltext"])
            for rule in inspector.get_check_constraints(table.name)
        }
        assert found == wanted, table.name


def test_the_steps_stand_in_one_line_and_never_import_the_package() -> None:
    scripts = ScriptDirectory.from_config(migrating.config())
    assert len(scripts.get_heads()) == 1
    for script in scripts.walk_revisions():
        source = script.module.__file__
        assert source
        with open(source, encoding="utf-8") as file:  # noqa: PTH123 - the path is alembic's own
            assert not re.search(r"^\s*(from|import) toc\b", file.read(), re.MULTILINE), source


# --- The triggers really refuse -----------------------------------------------------------------------------

VALUES: dict[type[object], object] = {
    UUID: UUID(int=1),
    UtcDateTime: datetime(2025, 9, 1, tzinfo=UTC),
    Exact: Decimal(1),
    date: date(2025, 9, 1),
    int: 1,
    bool: True,
    str: "x",
}


def any_row(table: Table) -> dict[str, object]:
    """Values of the right types, whatever the keys and checks say."""
    row: dict[str, object] = {}
    for column in table.columns:
        kind = column.type
        if isinstance(kind, Enum):
            row[column.name] = kind.enums[0]
        elif isinstance(kind, JSON):
            row[column.name] = {}
        else:
            row[column.name] = VALUES[type(kind) if isinstance(kind, TypeDecorator) else kind.python_type]
    return row


@pytest.fixture
def lenient(connection: Connection) -> Iterator[Connection]:
    """A connection on which a row needs no others, and whose rows are taken back."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        yield connection
        connection.rollback()
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=OFF")
        return
    inspector = inspect(connection)
    for table in APPEND_ONLY:
        for constraint in (*inspector.get_foreign_keys(table), *inspector.get_check_constraints(table)):
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {constraint['name']}")
    yield connection


@pytest.mark.parametrize("name", sorted(APPEND_ONLY))
def test_a_row_that_was_added_stays_as_it_is(name: str, lenient: Connection) -> None:
    table = Base.metadata.tables[name]
    row = any_row(table)
    lenient.execute(insert(table).values(row))
    attacks: list[Executable] = [update(table).values(row), delete(table)]
    if lenient.dialect.name == "sqlite":
        attacks.append(insert(table).prefix_with("OR REPLACE").values(row))
    else:
        attacks.append(text(f"TRUNCATE {name} CASCADE"))
    for attack in attacks:
        with pytest.raises(DBAPIError, match=f"{name} is append-only"), lenient.begin_nested():
            lenient.execute(attack)
    assert lenient.scalar(select(func.count()).select_from(table)) == 1
