"""kill -9 of the program, and of PostgreSQL under it: what was acknowledged is there, once.

This says nothing about a power cut: a killed process leaves what it wrote with the operating system.
"""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.browser.site import toc
from tests.factories import make_member, make_programme
from tests.factories.bonds import DIPLOMA, Bond, declaration, make_bond, make_count
from tests.factories.indicators import make_count as make_counting
from tests.factories.indicators import make_indicator
from tests.killing import App, Postgres, Write, Writers, until, writers
from toc.domain.people import Role
from toc.models import migrating
from toc.models.bonds import Payment
from toc.models.database import Database
from toc.models.indicators import Measurement
from toc.models.people import User
from toc.services import bonds, cashflow
from toc.services.people import hash_password

pytestmark = pytest.mark.serial

PASSWORD = "kersen-in-de-boom-van-zes"
ROUNDS = 3
WORKERS, FUNDERS = 4, 2
OUTCOMES = 20
"""Of each funder: more than one can approve before the last kill."""

FEW = 10
"""Answers that come between two kills, so that every kill finds people at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A real database with a programme in which several people have work to do."""

    url: str
    folder: Path
    programme_id: UUID
    indicator_id: UUID
    workers: tuple[str, ...]
    funders: tuple[str, ...]
    outcomes: tuple[UUID, ...]

    def measurements(self, worker: int) -> Iterator[Write]:
        """Count something on each day; no two workers write about the same day."""
        page = f"/p/{self.programme_id}/indicators/{self.indicator_id}/measurements/new"
        for number in range(worker, 5000, WORKERS):
            day = date(2010, 1, 1) + timedelta(days=number)
            yield Write(
                page=page,
                types={"on": day.isoformat(), "value": str(number)},
                about=(day, Decimal(number)),
                goes_to=f"/indicators/{self.indicator_id}",
            )

    def approvals(self, funder: int) -> Iterator[Write]:
        """Approve each outcome that waits for this funder."""
        for outcome_id in self.outcomes[funder::FUNDERS]:
            yield Write(
                page=f"/p/{self.programme_id}/outcomes/{outcome_id}/approve",
                types={"confirmed": "1"},
                about=outcome_id,
                goes_to="/payments/{id}",
            )


def prepare(url: str, folder: Path) -> Case:
    """Make the database, the programme and its people, and outcomes that only wait for a funder."""
    migrating.upgrade(url)
    database = Database(url)
    hashed = hash_password(PASSWORD)

    def person(session: Session, role: Role) -> User:
        user = make_member(session, programme, role)
        user.password = hashed
        return user

    with database.writing() as session:
        programme = make_programme(session)
    with database.writing(programme.id) as session:
        indicator = make_indicator(session, definition=make_counting())
        bond = make_bond(session, programme, lines=[replace(DIPLOMA, cap=None)], cap=None)
        case = Case(
            url=url,
            folder=folder,
            programme_id=programme.id,
            indicator_id=indicator.id,
            workers=tuple(person(session, Role.WORKER).email for _ in range(WORKERS)),
            funders=tuple(person(session, Role.FUNDER).email for _ in range(FUNDERS)),
            outcomes=tuple(_verified(session, bond, day) for day in range(FUNDERS * OUTCOMES)),
        )
    database.dispose()
    return case


def _verified(session: Session, bond: Bond, number: int) -> UUID:
    day = date(2025, 1, 1) + timedelta(days=number)
    measurement = make_count(session, bond.indicator, day, 48)
    declared = declaration(bond, [measurement], starts_on=day, ends_on=day, achieved=Decimal(48))
    outcome = bonds.declare(session, bond.parties.works, declared)
    bonds.verify(session, bond.parties.evaluates, outcome.id)
    return outcome.id


@contextmanager
def everybody_writes(case: Case, app: App) -> Iterator[Writers]:
    """All workers and funders at work."""
    with writers(app.address) as people:
        for number, email in enumerate(case.workers):
            people.add(email, PASSWORD, case.measurements(number))
        for number, email in enumerate(case.funders):
            people.add(email, PASSWORD, case.approvals(number))
        people.begin()
        yield people


def wait_for_a_moment(people: Writers, random: Random) -> None:
    """Wait until many things were written and some are being written; then for a moment by chance."""
    so_far = len(people.acknowledged)

    def busy() -> bool:
        people.check()
        return len(people.acknowledged) >= so_far + FEW

    until(busy, "nobody writes", each=0.01)
    time.sleep(random.uniform(0, 0.3))
    until(lambda: people.sending() > 1, "nobody sends", each=0.001)
    time.sleep(random.uniform(0, 0.004))


Written = Counter[tuple[str, object]]
"""How often each thing was written: the id that the form carried, and what it was about."""


def written(case: Case) -> tuple[Written, Written]:
    """Return which measurements and which payments the database holds; fail when these do not add up."""
    database = Database(case.url)
    with database.read_session(case.programme_id) as session:
        rows = session.scalars(select(Measurement).where(Measurement.indicator_id == case.indicator_id))
        measured: Written = Counter((str(row.id), (row.on, row.value)) for row in rows)
        payments = session.scalars(select(Payment)).all()
        paid: Written = Counter((str(row.id), row.outcome_id) for row in payments)
        assert all(bonds.is_right(row) for row in payments)
        assert cashflow.check(cashflow.posted(session)) is None
        if session.get_bind().dialect.name == "sqlite":
            assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
            assert not session.execute(text("PRAGMA foreign_key_check")).all()
    database.dispose()
    return measured, paid


def check_kept(case: Case, acknowledged: list[tuple[str, object]]) -> None:
    """Fail when something that was acknowledged is not there, or anything is there twice."""
    measured, paid = written(case)
    there = measured + paid
    lost = [one for one in acknowledged if one not in there]
    assert not lost, f"lost: {lost}"
    about = Counter(subject for _, subject in there.elements())
    assert set(about.values()) <= {1}, "twice"


def check_all(case: Case, people: Writers) -> None:
    """Fail unless the database holds what was acknowledged, each once, and nothing else."""
    people.finish()
    measured, paid = written(case)
    assert measured + paid == Counter(people.acknowledged)
    # What got no answer was sent again with the same id until it did.
    assert set(people.unclear) <= {id_ for id_, _ in people.acknowledged}
    assert people.unclear, "no kill came while somebody was writing"
    assert paid, "no payment was approved"
    toc("audit", "verify", folder=case.folder, TOC_DATABASE_URL=case.url)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The case on SQLite, for each test to copy."""
    folder = tmp_path_factory.mktemp("prepared")
    return prepare(f"sqlite:///{folder / 'toc.db'}", folder)


@pytest.fixture
def case(prepared: Case, tmp_path: Path) -> Case:
    """The case on SQLite, of this test alone."""
    for file in prepared.folder.glob("toc.db*"):
        shutil.copy(file, tmp_path)
    return replace(prepared, folder=tmp_path, url=f"sqlite:///{tmp_path / 'toc.db'}")


def test_what_was_acknowledged_survives_that_the_program_is_killed(case: Case) -> None:
    random = Random(1)  # noqa: S311 - moments, not secrets
    app = App(case.folder, TOC_DATABASE_URL=case.url)
    with app.running(), everybody_writes(case, app) as people:
        for _ in range(ROUNDS):
            wait_for_a_moment(people, random)
            app.kill()
            # Before anything of the program runs again.
            check_kept(case, people.acknowledged)
            app.start()
        check_all(case, people)


CARELESS = """
from threading import Timer
from sqlalchemy.orm import Session
from toc.cli import main

commit, close = Session.commit, Session.close

def promise(session):
    session.info["promised"] = True

def do_it_later(session):
    if session.info.pop("promised", False):
        Timer(0.2, lambda: (commit(session), close(session))).start()
    else:
        close(session)

Session.commit, Session.close = promise, do_it_later
main()
"""
"""The program, but it answers first and commits a moment later."""


def test_a_program_that_answers_before_it_commits_is_caught(case: Case) -> None:
    """The test of the test."""
    app = App(case.folder, command=("-c", CARELESS), TOC_DATABASE_URL=case.url)
    with app.running(), writers(app.address) as people:
        people.add(case.workers[0], PASSWORD, case.measurements(0))
        people.begin()
        until(lambda: len(people.acknowledged) >= 1, "nobody writes", each=0.001)
        app.kill()
        with pytest.raises(AssertionError, match="lost"):
            check_kept(case, people.acknowledged)


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of this test alone. Not in pytest's folder: run by root, it is another user."""
    folder = Path(tempfile.mkdtemp(prefix="toc-kill-"))
    server = Postgres(folder)
    with server.running():
        yield server
    shutil.rmtree(folder)


def sorry(people: Writers) -> Callable[[], bool]:
    """Tell whether somebody was shown, from now on, the page that says that the database does not answer."""
    before = len(people.pages)

    def seen() -> bool:
        people.check()
        pages = people.pages[before:]
        assert all("<h1" in page for page in pages)
        return bool(pages)

    return seen


def test_what_was_acknowledged_survives_that_postgresql_is_killed(postgres: Postgres, tmp_path: Path) -> None:
    case = prepare(postgres.make_database("toc_kill", PASSWORD), tmp_path)
    with Database(case.url).reading.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(text(f"SHOW {setting}")).scalar_one() == "on"
    random = Random(2)  # noqa: S311 - moments, not secrets
    app = App(tmp_path, TOC_DATABASE_URL=case.url)
    with app.running(), everybody_writes(case, app) as people:
        for _ in range(ROUNDS):
            wait_for_a_moment(people, random)
            postgres.kill()
            until(sorry(people), "nobody is told that the database does not answer")
            postgres.start()
            check_kept(case, people.acknowledged)
        # The program was not touched: it finds its way back by itself.
        wait_for_a_moment(people, random)
        check_all(case, people)
    assert "Traceback" not in app.log()
