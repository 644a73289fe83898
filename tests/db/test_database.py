"""Engines and sessions: what each may do, on both databases."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread, Timer
from time import monotonic
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tests.factories import make_organisation, make_programme
from tests.postgres import Database as Accounts
from toc.models.database import (
    BUSY_MILLISECONDS,
    LEAST_SQLITE,
    Database,
    Superuser,
    begin_writing,
    sqlite_module,
    sqlite_version,
)
from toc.models.people import Organisation
from toc.models.programmes import Programme


@pytest.fixture
def programme_id(separate: Database) -> UUID:
    """A programme that other connections see too."""
    with separate.writing() as session:
        return make_programme(session).id


def rename(session: Session, programme_id: UUID, name: str) -> None:
    session.execute(update(Programme).where(Programme.id == programme_id).values(name=name))


def test_a_session_for_reading_cannot_write(separate: Database, programme_id: UUID) -> None:
    with separate.read_session() as session:
        programme = session.get_one(Programme, programme_id)
        programme.name = "Another"
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            session.flush()
    with separate.read_session() as session, pytest.raises(DBAPIError, match=r"readonly|read-only"):
        session.execute(text("DELETE FROM audit_head"))


def test_a_connection_that_read_can_write_afterwards(separate: Database, programme_id: UUID) -> None:
    # The pool hands out the same connections for both.
    for _ in range(3):
        with separate.read_session() as session:
            session.get_one(Programme, programme_id)
        with separate.writing() as session:
            rename(session, programme_id, "Renamed")
        with separate.single_session() as session:
            rename(session, programme_id, "Renamed again")
            session.commit()


def test_a_session_for_reading_has_one_view_of_the_data(separate: Database, programme_id: UUID) -> None:
    names = select(Programme.name)
    with separate.read_session() as session:
        before = session.scalar(names)
        with separate.writing() as other:
            rename(other, programme_id, "Renamed meanwhile")
        assert session.scalar(names) == before
    with separate.read_session() as session:
        assert session.scalar(names) == "Renamed meanwhile"


def test_each_statement_of_a_single_session_stands_by_itself(separate: Database, programme_id: UUID) -> None:
    # Flask-Security reads, verifies a slow hash, and writes: no lock may be held while it does.
    with separate.single_session() as session:
        session.scalar(select(Programme.name))
        with separate.writing() as other:
            rename(other, programme_id, "Renamed meanwhile")
        assert session.scalar(select(Programme.name)) == "Renamed meanwhile"


def test_what_is_raised_takes_the_change_back(separate: Database, programme_id: UUID) -> None:
    def break_down() -> None:
        with separate.writing() as session:
            rename(session, programme_id, "Half done")
            raise KeyError

    with pytest.raises(KeyError):
        break_down()
    with separate.read_session() as session:
        assert session.scalar(select(Programme.name)) != "Half done"


def test_on_sqlite_a_session_for_writing_holds_the_lock_from_its_first_statement(
    separate: Database, programme_id: UUID
) -> None:
    if separate.engine.dialect.name != "sqlite":
        # PostgreSQL locks rows: two people write in two programmes at the same time.
        with separate.writing() as one, separate.writing() as other:
            rename(one, programme_id, "Renamed")
            make_organisation(other)
        return
    assert separate.engine.url.database
    stranger = sqlite_module().connect(separate.engine.url.database, timeout=0)
    with separate.write_session() as session:
        session.scalar(select(Programme.name))  # only reads, and yet
        with pytest.raises(sqlite_module().OperationalError, match="locked"):
            stranger.execute("UPDATE programme SET name = ''")
    stranger.execute("UPDATE programme SET name = ''")
    stranger.rollback()
    with separate.read_session() as session:
        session.scalar(select(Programme.name))
        stranger.execute("UPDATE programme SET name = ''")  # who reads holds nobody up
        stranger.rollback()
    stranger.close()


def test_a_writer_waits_for_the_one_before(separate: Database, programme_id: UUID) -> None:
    begun, order = Event(), []

    def second() -> None:
        begun.wait()
        with separate.writing() as session:
            session.get_one(Programme, programme_id, with_for_update=True)
            order.append("second")

    thread = Thread(target=second)
    thread.start()
    with separate.writing() as session:
        session.get_one(Programme, programme_id, with_for_update=True)
        begun.set()
        thread.join(timeout=0.3)
        assert thread.is_alive()
        order.append("first")
    thread.join(timeout=30)
    assert order == ["first", "second"]


def test_of_two_who_change_a_row_the_second_is_told(separate: Database, programme_id: UUID) -> None:
    with separate.read_session() as session:
        mine = session.get_one(Programme, programme_id)
    with separate.writing() as session:
        session.get_one(Programme, programme_id).name = "Theirs"
    mine.name = "Mine"
    with pytest.raises(StaleDataError), separate.writing() as session:
        session.add(mine)
    with separate.read_session() as session:
        kept = session.get_one(Programme, programme_id)
        assert (kept.name, kept.revision) == ("Theirs", 2)


def test_each_database_is_set_up_for_money(separate: Database) -> None:
    if separate.engine.dialect.name == "sqlite":
        engine, ask = separate.engine, "PRAGMA"
        wanted: dict[str, object] = {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "recursive_triggers": 1,
            "trusted_schema": 0,
            "secure_delete": 1,
            "busy_timeout": BUSY_MILLISECONDS,
        }
    else:
        engine, ask = separate.reading, "SHOW"
        wanted = {"transaction_isolation": "repeatable read", "transaction_read_only": "on"}
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"{ask} {name}").scalar() for name in wanted}
    assert found == wanted


def test_a_row_that_others_point_to_cannot_go(separate: Database, programme_id: UUID) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), separate.writing() as session:
        session.execute(delete(Programme).where(Programme.id == programme_id))


def test_the_library_is_one_without_the_fault_in_its_log() -> None:
    assert sqlite_version() >= LEAST_SQLITE


def test_without_the_package_the_standard_library_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pysqlite3", None)
    assert sqlite_module() is sqlite3


def test_a_superuser_of_postgresql_is_refused(postgres: Accounts) -> None:
    for url, refused in ((postgres.url, False), (postgres.admin_url, True)):
        database = Database(url)
        try:
            if refused:
                with pytest.raises(Superuser):
                    database.check_account()
            else:
                database.check_account()
        finally:
            database.dispose()


def test_sqlite_knows_no_superusers(tmp_path_factory: pytest.TempPathFactory) -> None:
    Database(f"sqlite:///{tmp_path_factory.mktemp('none') / 'toc.db'}").check_account()


def test_an_unreachable_server_raises_what_the_pages_catch() -> None:
    database = Database("postgresql+psycopg://toc:toc@127.0.0.1:1/toc")
    with pytest.raises(OperationalError), database.read_session() as session:
        session.get(Organisation, uuid4())


def _made(path: Path) -> Database:
    """A database that nobody uses yet."""
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        session.execute(text("CREATE TABLE thing (n INTEGER)"))
    return database


def _held(path: Path) -> sqlite3.Connection:
    """The write lock of another process: a connection of which the program knows nothing."""
    other: sqlite3.Connection = sqlite_module().connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    return other


def test_a_writer_waits_for_that_of_another_process(tmp_path: Path) -> None:
    database = _made(tmp_path / "waits.db")
    other = _held(tmp_path / "waits.db")
    Timer(0.2, other.rollback).start()
    for _ in range(2):  # and gives its turn back
        with database.writing() as session:
            assert session.execute(text("PRAGMA busy_timeout")).scalar_one() == BUSY_MILLISECONDS
    database.dispose()


def test_a_writer_that_waited_too_long_says_that_the_database_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = _made(tmp_path / "busy.db")
    other = _held(tmp_path / "busy.db")
    monkeypatch.setattr("toc.models.database.BUSY_MILLISECONDS", 50)
    for _ in range(2):
        with pytest.raises(OperationalError, match="BEGIN IMMEDIATE"), database.writing() as session:
            session.execute(text("SELECT 1"))
    other.rollback()
    with database.writing() as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1
    database.dispose()


def test_a_writer_does_not_wait_for_what_waiting_does_not_mend(tmp_path: Path) -> None:
    database = _made(tmp_path / "inside.db")
    began = monotonic()
    with database.reading.connect() as inside:
        inside.execute(text("SELECT 1"))
        with pytest.raises(OperationalError, match="readonly"):
            begin_writing(inside)
    assert monotonic() - began < BUSY_MILLISECONDS / 1000
    database.dispose()


def test_writers_of_one_process_come_in_turn(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'turns.db'}")
    with database.writing() as session:
        session.execute(text("CREATE TABLE count (n INTEGER)"))
        session.execute(text("INSERT INTO count VALUES (0)"))

    def add(_: int) -> None:
        with database.writing() as session:
            now = session.execute(text("SELECT n FROM count")).scalar_one()
            session.execute(text("UPDATE count SET n = :n"), {"n": now + 1})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(200)))
    with database.read_session() as session:
        assert session.execute(text("SELECT n FROM count")).scalar_one() == 200
    database.dispose()
