"""Outcomes and payments as pages list them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, and_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

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
from toc.models.evidence import Study
from toc.models.indicators import IndicatorEdition
from toc.models.people import User
from toc.models.savings import SavingEdition
from toc.services.errors import NotFound

_PAID = (Payment.id, Payment.code, Payment.on, Payment.net_minor, Payment.currency)
"""What lists show of a payment: not its calculation, which is long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidInList:
    """The payment of an outcome in a list."""

    id: UUID
    code: int
    on: date
    net: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeInList:
    """An outcome in a list."""

    row: Outcome
    line: ContractLine
    contract_id: UUID
    standing: Standing
    paid: PaidInList | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeView:
    """An outcome with the decisions about it."""

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
    contract_id: UUID | None = None,
    line: str | None = None,
    waiting: bool = False,
    before: int | None = None,
    limit: int | None = None,
) -> list[OutcomeInList]:
    """Return outcomes, newest first, in one statement.

    Args:
        session: of a programme.
        contract_id: only those of this contract, over all its editions.
        line: only those under this code.
        waiting: only those that wait for a decision.
        before: only those with a lower code.
        limit: how many at most.
    """
    verified, approved = _accepted(Step.VERIFY), _accepted(Step.APPROVE)
    query = (
        select(Outcome, ContractLine, ContractEdition.contract_id, verified, approved, *_PAID)
        .join(Outcome.contract_line)
        .join(ContractLine.contract_edition)
        .outerjoin(
            Payment, and_(Payment.programme_id == Outcome.programme_id, Payment.outcome_id == Outcome.id)
        )
        .where(Outcome.programme_id == session.info["programme_id"])
        .order_by(Outcome.code.desc())
    )
    if contract_id is not None:
        query = query.where(ContractEdition.contract_id == contract_id)
    if line is not None:
        query = query.where(ContractLine.line == line)
    if waiting:
        query = query.where(approved.is_(None), verified.is_distinct_from(False))  # noqa: FBT003 - SQL's false
    if before is not None:
        query = query.where(Outcome.code < before)
    if limit is not None:
        query = query.limit(limit)
    return [
        OutcomeInList(
            row=outcome,
            line=of,
            contract_id=contract,
            standing=standing(verified=was_verified, approved=was_approved),
            paid=_paid(*paid),
        )
        for outcome, of, contract, was_verified, was_approved, *paid in session.execute(query)
    ]


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


def payments_for(session: Session, saving_id: UUID) -> list[PaymentView]:
    """Return the payments whose line rests on a saving, newest first."""
    query = _payments(session).join(Payment.outcome).join(Outcome.contract_line)
    rows = session.scalars(query.where(ContractLine.saving_id == saving_id).order_by(Payment.code.desc()))
    return [_payment_view(row) for row in rows]


def get_payment(session: Session, payment_id: UUID) -> PaymentView:
    """Return a payment.

    Raises:
        NotFound: there is none.
    """
    row = session.scalars(_payments(session).where(Payment.id == payment_id)).one_or_none()
    if row is None:
        raise NotFound
    return _payment_view(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Who brought a paid outcome to its payment, by name; and what it was verified with."""

    declared_by: str
    verified_by: str
    approved_by: str
    rung: int
    study: Study | None


def trail(session: Session, outcome_id: UUID) -> Trail:
    """Return who declared, verified and approved an outcome that was paid, in one statement."""
    declarer, decider = aliased(User), aliased(User)
    rows = session.execute(
        select(OutcomeDecision, decider.name, declarer.name)
        .join(OutcomeDecision.outcome)
        .join(decider, decider.id == OutcomeDecision.by_id)
        .outerjoin(declarer, declarer.id == Outcome.created_by_id)
        .where(
            OutcomeDecision.programme_id == session.info["programme_id"],
            OutcomeDecision.outcome_id == outcome_id,
        )
        .options(joinedload(OutcomeDecision.study))
    ).all()
    by_step = {decision.step: (decision, name) for decision, name, _ in rows}
    verified, verified_by = by_step[Step.VERIFY]
    return Trail(
        declared_by=rows[0][2] or "",
        verified_by=verified_by,
        approved_by=by_step[Step.APPROVE][1],
        rung=verified.rung or 0,
        study=verified.study,
    )


def names(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of accounts by id."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _paid(id_: UUID | None, code: int, on: date, net_minor: int, currency: str) -> PaidInList | None:
    if id_ is None:
        return None
    return PaidInList(id=id_, code=code, on=on, net=Money.from_minor(net_minor, currency))


def _accepted(step: Step) -> ScalarSelect[bool]:
    return (
        select(OutcomeDecision.accepted)
        .where(
            OutcomeDecision.programme_id == Outcome.programme_id,
            OutcomeDecision.outcome_id == Outcome.id,
            OutcomeDecision.step == step,
        )
        .scalar_subquery()
    )


def _payments(session: Session) -> Select[Payment]:
    return (
        select(Payment)
        .where(Payment.programme_id == session.info["programme_id"])
        .options(
            joinedload(Payment.outcome).options(
                joinedload(Outcome.contract_line).options(
                    joinedload(ContractLine.saving).joinedload(SavingEdition.beneficiary),
                    joinedload(ContractLine.goal),
                    joinedload(ContractLine.indicator_edition),
                )
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
