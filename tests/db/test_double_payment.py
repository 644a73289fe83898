"""Twenty people approve the same sixty outcomes at once: each is paid once. And this test can fail."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, make_url, select
from sqlalchemy.orm import Session

from tests.factories import act_of, make_member, make_programme
from tests.factories.bonds import DIPLOMA, Bond, declaration, make_bond, make_count
from tests.postgres import own_database, server_url
from toc.domain.acts import Act
from toc.domain.people import Role, Step
from toc.models import migrating
from toc.models.bonds import OutcomeDecision, Payment
from toc.models.cashflow import LedgerTransfer
from toc.models.database import Database, sqlite_module
from toc.services import bonds, cashflow
from toc.services.bonds import paying

pytestmark = pytest.mark.serial

CLIENTS = 20
OUTCOMES = 60

UNIQUE = {
    "payment": "uq_payment_programme_id_outcome_id",
    "outcome_decision": "uq_outcome_decision_programme_id_outcome_id_step",
}
"""The keys by which the database itself refuses to pay for an outcome twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A real database with outcomes that wait for a funder, and the funders."""

    database: Database
    programme_id: UUID
    outcomes: tuple[UUID, ...]
    funders: tuple[Act, ...]


@pytest.fixture(params=["sqlite", "postgresql"])
def real(
    request: pytest.FixtureRequest, tmp_path: Path, testrun_uid: str, worker_id: str
) -> Iterator[Database]:
    """A migrated database that really commits."""
    if request.param == "sqlite":
        yield from _migrated(f"sqlite:///{tmp_path / 'toc.db'}")
        return
    name = f"pay_{testrun_uid[:8]}_{worker_id}_{uuid4().hex[:6]}"
    with server_url(testrun_uid) as admin, own_database(admin, name) as database:
        yield from _migrated(database.url)


def _migrated(url: str) -> Iterator[Database]:
    migrating.upgrade(url)
    database = Database(url)
    yield database
    database.dispose()


def verified_outcomes(database: Database, outcomes: int, clients: int) -> Case:
    """Outcomes of one day each, declared and verified, and as many funders as clients."""
    with database.writing() as session:
        programme = make_programme(session)
    with database.writing(programme.id) as session:
        bond = make_bond(session, programme, lines=[replace(DIPLOMA, cap=None)], cap=None)
        ids = tuple(_verified(session, bond, day) for day in range(outcomes))
        funders = [bond.parties.funder]
        funders += [make_member(session, programme, Role.FUNDER) for _ in range(clients - 1)]
        acts = tuple(act_of(funder, Role.FUNDER) for funder in funders)
    return Case(database=database, programme_id=programme.id, outcomes=ids, funders=acts)


def _verified(session: Session, bond: Bond, number: int) -> UUID:
    day = date(2025, 1, 1) + timedelta(days=number)
    measurement = make_count(session, bond.indicator, day, 48)
    declared = declaration(bond, [measurement], starts_on=day, ends_on=day, achieved=Decimal(48))
    outcome = bonds.declare(session, bond.parties.works, declared)
    bonds.verify(session, bond.parties.evaluates, outcome.id)
    return outcome.id


def approve_all(case: Case) -> tuple[list[tuple[UUID, UUID]], list[Exception]]:
    """Let every funder approve every outcome, each in an order of their own, all starting at once.

    Returns:
        (outcome, the payment that was shown) for every click, and what went wrong.
    """
    start = Barrier(len(case.funders))

    def click(number: int) -> tuple[list[tuple[UUID, UUID]], list[Exception]]:
        order = list(case.outcomes)
        Random(number).shuffle(order)  # noqa: S311 - an order, not a secret
        shown: list[tuple[UUID, UUID]] = []
        faults: list[Exception] = []
        start.wait()
        for outcome_id in order:
            try:
                with case.database.writing(case.programme_id) as session:
                    payment = bonds.approve(session, case.funders[number], outcome_id, id=uuid4())
                shown.append((outcome_id, payment.id))
            except Exception as error:  # noqa: BLE001 - whatever a client would see
                faults.append(error)
        return shown, faults

    with ThreadPoolExecutor(len(case.funders)) as pool:
        results = list(pool.map(click, range(len(case.funders))))
    return [one for shown, _ in results for one in shown], [one for _, faults in results for one in faults]


def check_paid_once(case: Case) -> None:
    """Fail when an outcome was paid for twice or not at all, or the ledger does not add up."""
    with case.database.read_session(case.programme_id) as session:
        payments = session.scalars(select(Payment)).all()
        times = Counter(payment.outcome_id for payment in payments)
        assert times == dict.fromkeys(case.outcomes, 1)
        assert sorted(payment.code for payment in payments) == list(range(1, len(case.outcomes) + 1))
        posted = session.scalars(select(LedgerTransfer.payment_id)).all()
        assert sorted(posted, key=str) == sorted((payment.id for payment in payments), key=str)
        assert cashflow.check(cashflow.posted(session)) is None
        assert all(bonds.is_right(payment) for payment in payments)


def test_twenty_clients_approve_sixty_outcomes_and_each_is_paid_once(real: Database) -> None:
    case = verified_outcomes(real, OUTCOMES, CLIENTS)
    shown, faults = approve_all(case)
    assert not faults
    assert len(shown) == CLIENTS * OUTCOMES
    # Whoever came second was shown the payment of the first.
    assert len(set(shown)) == OUTCOMES
    check_paid_once(case)


@contextmanager
def careless(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the service neither lock the programme nor see, before it pays, that somebody approved already."""
    look = paying.decisions_of

    def look_away_once(session: Session, outcome_id: UUID) -> paying.Decisions:
        seen = look(session, outcome_id)
        if session.info.get("toc_looked"):
            return seen  # a later look, after the database refused, sees everything
        session.info["toc_looked"] = True
        before: dict[Step, OutcomeDecision] = {
            step: one for step, one in seen.by_step.items() if step != Step.APPROVE
        }
        return paying.Decisions(by_step=before)

    with monkeypatch.context() as patch:
        patch.setattr(paying, "decisions_of", look_away_once)
        patch.setattr(paying, "lock_programme", lambda _: None)
        yield


FEW_CLIENTS, FEW_OUTCOMES = 6, 10


def test_the_database_alone_prevents_a_second_payment(
    real: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = verified_outcomes(real, FEW_OUTCOMES, FEW_CLIENTS)
    with real.writing(case.programme_id) as session:
        # The first payment begins the count of codes, which only the lock on the programme makes safe.
        bonds.approve(session, case.funders[0], case.outcomes[0], id=uuid4())
    with careless(monkeypatch):
        shown, faults = approve_all(case)
    assert not faults
    assert len(set(shown)) == FEW_OUTCOMES
    check_paid_once(case)


def test_without_the_unique_keys_outcomes_are_paid_twice_and_the_check_sees_it(
    real: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test of the test: what protects is named above, and taking it away shows."""
    case = verified_outcomes(real, FEW_OUTCOMES, FEW_CLIENTS)
    drop_unique_keys(real)
    with careless(monkeypatch):
        approve_all(case)
    with real.read_session(case.programme_id) as session:
        assert len(session.scalars(select(Payment.id)).all()) > FEW_OUTCOMES
        ledger = cashflow.check(cashflow.posted(session))
        assert ledger is not None
        assert ledger.key == "cashflow.posted_twice"
    with pytest.raises(AssertionError):
        check_paid_once(case)


def drop_unique_keys(database: Database) -> None:
    """Take the two keys away."""
    url = make_url(database.engine.url)
    database.dispose()
    is_sqlite = url.get_backend_name() == "sqlite"
    # A plain engine: on SQLite the table is made anew, which foreign keys would not survive.
    engine = create_engine(url, module=sqlite_module()) if is_sqlite else create_engine(url)
    with engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        for table, key in UNIQUE.items():
            with operations.batch_alter_table(table) as batch:
                batch.drop_constraint(key, type_="unique")
    engine.dispose()
