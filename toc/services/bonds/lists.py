"""Outcomes and payments as pages list them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from toc.domain.bonds import Standing, standing
from toc.domain.money import Money
from toc.domain.people import Step
from toc.models.bonds import (
    ContractEdition,
    ContractLine,
    Outcome,
    OutcomeDecision,
    OutcomeMeasurement,
    Payment,
)
from toc.models.indicators import IndicatorEdition
from toc.models.people import User
from toc.models.savings import SavingEdition
from toc.services.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """An outcome in a list."""

    row: Outcome
    line: ContractLine
    standing: Standing
    decisions: Mapping[Step, OutcomeDecision]
    payment: Payment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """A payment in a list."""

    row: Payment
    outcome: Outcome
    line: ContractLine
    net: Money


def outcomes(
    session: Session,
    *,
    line: ContractLine | None = None,
    waiting: bool = False,
    before: int | None = None,
    limit: int | None = None,
) -> list[OutcomeView]:
    """Return outcomes, newest first, in two statements.

    Args:
        session: of a programme.
        line: only those under its code, over all editions of its contract.
        waiting: only those that wait for a decision.
        before: only those with a lower code.
        limit: how many at most.
    """
    query = (
        select(Outcome, Payment)
        .join(Outcome.contract_line)
        .outerjoin(
            Payment, and_(Payment.programme_id == Outcome.programme_id, Payment.outcome_id == Outcome.id)
        )
        .where(Outcome.programme_id == session.info["programme_id"])
        .order_by(Outcome.code.desc())
        .options(
            joinedload(Outcome.contract_line).joinedload(ContractLine.indicator_edition),
            selectinload(Outcome.decisions),
        )
    )
    if line is not None:
        query = query.join(ContractLine.contract_edition).where(
            ContractEdition.contract_id == line.contract_edition.contract_id, ContractLine.line == line.line
        )
    if waiting:
        query = query.where(
            Payment.id.is_(None),
            ~select(OutcomeDecision.id)
            .where(
                OutcomeDecision.programme_id == Outcome.programme_id,
                OutcomeDecision.outcome_id == Outcome.id,
                OutcomeDecision.accepted.is_(False),
            )
            .exists(),
        )
    if before is not None:
        query = query.where(Outcome.code < before)
    if limit is not None:
        query = query.limit(limit)
    return [_outcome_view(outcome, payment) for outcome, payment in session.execute(query)]


def get_outcome(session: Session, outcome_id: UUID) -> OutcomeView:
    """Return an outcome with its measurements, decisions, studies and payment.

    Raises:
        NotFound: there is none.
    """
    found = session.execute(
        select(Outcome, Payment)
        .outerjoin(
            Payment, and_(Payment.programme_id == Outcome.programme_id, Payment.outcome_id == Outcome.id)
        )
        .where(Outcome.programme_id == session.info["programme_id"], Outcome.id == outcome_id)
        .options(
            joinedload(Outcome.contract_line).options(
                joinedload(ContractLine.contract_edition).joinedload(ContractEdition.contract),
                joinedload(ContractLine.goal),
                joinedload(ContractLine.indicator_edition).joinedload(IndicatorEdition.indicator),
                joinedload(ContractLine.saving).joinedload(SavingEdition.beneficiary),
            ),
            selectinload(Outcome.decisions).options(joinedload(OutcomeDecision.study)),
            selectinload(Outcome.measurements).options(joinedload(OutcomeMeasurement.measurement)),
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return _outcome_view(*found)


def payments(session: Session, *, before: int | None = None, limit: int | None = None) -> list[PaymentView]:
    """Return payments, newest first, in one statement.

    Args:
        session: of a programme.
        before: only those with a lower code.
        limit: how many at most.
    """
    query = _payments(session).order_by(Payment.code.desc())
    if before is not None:
        query = query.where(Payment.code < before)
    if limit is not None:
        query = query.limit(limit)
    return [_payment_view(row) for row in session.scalars(query)]


def get_payment(session: Session, payment_id: UUID) -> PaymentView:
    """Return a payment.

    Raises:
        NotFound: there is none.
    """
    row = session.scalars(_payments(session).where(Payment.id == payment_id)).one_or_none()
    if row is None:
        raise NotFound
    return _payment_view(row)


def paid_by_day(session: Session) -> list[tuple[date, int]]:
    """Return what was paid on each day, in minor units of the programme's currency, earliest first."""
    rows = session.execute(
        select(Payment.on, func.sum(Payment.net_minor))
        .where(Payment.programme_id == session.info["programme_id"])
        .group_by(Payment.on)
        .order_by(Payment.on)
    )
    return [(on, int(minor)) for on, minor in rows]


def names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of accounts by id."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _payments(session: Session) -> Select[Payment]:
    return (
        select(Payment)
        .where(Payment.programme_id == session.info["programme_id"])
        .options(
            joinedload(Payment.outcome)
            .joinedload(Outcome.contract_line)
            .options(
                joinedload(ContractLine.saving).joinedload(SavingEdition.beneficiary),
                joinedload(ContractLine.goal),
                joinedload(ContractLine.indicator_edition),
            ),
            joinedload(Payment.contract_edition).joinedload(ContractEdition.contract),
        )
    )


def _payment_view(row: Payment) -> PaymentView:
    return PaymentView(
        row=row,
        outcome=row.outcome,
        line=row.outcome.contract_line,
        net=Money.from_minor(row.net_minor, row.currency),
    )


def _outcome_view(outcome: Outcome, payment: Payment | None) -> OutcomeView:
    decisions = {decision.step: decision for decision in outcome.decisions}

    def decided(step: Step) -> bool | None:
        return decisions[step].accepted if step in decisions else None

    return OutcomeView(
        row=outcome,
        line=outcome.contract_line,
        standing=standing(verified=decided(Step.VERIFY), approved=decided(Step.APPROVE)),
        decisions=decisions,
        payment=payment,
    )
