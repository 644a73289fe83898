"""Paying for a verified outcome: the calculation, the one payment, and its entries in the ledger."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from toc.domain import bonds as domain
from toc.domain.acts import Act
from toc.domain.bonds import BadTerms, Calculation, Contract, Key, Shortfall
from toc.domain.bonds.stored import decode
from toc.domain.cashflow import Account
from toc.domain.codes import CodeKind
from toc.domain.errors import DomainError
from toc.domain.ids import derived
from toc.domain.money import Money
from toc.domain.people import Step, may_take
from toc.models.bonds import (
    ContractEdition,
    ContractLine,
    ContractParty,
    Outcome,
    OutcomeDecision,
    Payment,
)
from toc.services import audit, cashflow, evidence
from toc.services.bonds.locks import lock_programme
from toc.services.codes import next_code
from toc.services.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """How far an outcome is: the decisions about it, and its payment."""

    by_step: Mapping[Step, OutcomeDecision]
    payment: Payment | None = None

    @property
    def returned(self) -> bool:
        """Whether it went back to the worker."""
        return any(not decision.accepted for decision in self.by_step.values())

    def taken(self, outcome: Outcome) -> dict[Step, UUID]:
        """Return who took which step."""
        declared = {} if outcome.created_by_id is None else {Step.DECLARE: outcome.created_by_id}
        return declared | {step: decision.by_id for step, decision in self.by_step.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was paid under a contract before, over all its editions."""

    on_line: Money
    on_contract: Money
    shortfall: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What approving would do.

    Attributes:
        calculation: every step.
        no_effect: what would be paid if the programme had changed nothing.
        given, got: what each account gives and gets; empty when nothing is paid.
    """

    calculation: Calculation
    no_effect: Money
    given: Mapping[Account, Money]
    got: Mapping[Account, Money]


def terms_of(edition: ContractEdition) -> Contract:
    """Return the terms of an edition as the domain knows them.

    Raises:
        BadTerms: ``bonds.unreadable``, when the row does not hold what was agreed.
    """
    try:
        return cast("Contract", decode(Contract, edition.terms))
    except (LookupError, TypeError, ValueError, ArithmeticError, DomainError) as error:
        raise BadTerms("bonds.unreadable") from error


def calculation_of(payment: Payment) -> Calculation:
    """Return the calculation of a payment as it was stored.

    Raises:
        BadTerms: it cannot be read.
    """
    try:
        stored = json.loads(payment.calculation)
    except ValueError as error:
        raise BadTerms("bonds.unreadable") from error
    return Calculation.from_dict(stored)


def is_right(payment: Payment) -> bool:
    """Tell whether the payment is what its own terms and inputs give when computed again now."""
    try:
        calculation = calculation_of(payment)
        again = domain.recompute(calculation)
    except DomainError:
        return False
    return (
        again.canonical() == payment.calculation
        and again.fingerprint == payment.sha256
        and (again.net.minor, again.net.currency) == (payment.net_minor, payment.currency)
    )


def outcome_with_terms(session: Session, outcome_id: UUID, *, locked: bool = False) -> Outcome:
    """Return an outcome with its line, the contract edition and the parties.

    Raises:
        NotFound: there is none.
    """
    query = (
        select(Outcome)
        .where(Outcome.programme_id == session.info["programme_id"], Outcome.id == outcome_id)
        .options(
            joinedload(Outcome.contract_line).options(
                joinedload(ContractLine.contract_edition).options(
                    joinedload(ContractEdition.contract),
                    selectinload(ContractEdition.parties).options(joinedload(ContractParty.organisation)),
                ),
                joinedload(ContractLine.saving),
                joinedload(ContractLine.goal),
                joinedload(ContractLine.indicator_edition),
            )
        )
    )
    if locked:
        query = query.with_for_update(of=Outcome).execution_options(populate_existing=True)
    outcome = session.scalars(query).one_or_none()
    if outcome is None:
        raise NotFound
    return outcome


def decisions_of(session: Session, outcome_id: UUID) -> Decisions:
    """Return the decisions about an outcome and its payment."""
    programme_id = session.info["programme_id"]
    rows = session.scalars(
        select(OutcomeDecision).where(
            OutcomeDecision.programme_id == programme_id, OutcomeDecision.outcome_id == outcome_id
        )
    )
    payment = session.scalars(
        select(Payment).where(Payment.programme_id == programme_id, Payment.outcome_id == outcome_id)
    ).first()
    return Decisions(by_step={decision.step: decision for decision in rows}, payment=payment)


def paid_before(session: Session, contract_id: UUID, line: str, currency: str) -> Before:
    """Return what was paid on a contract and on one of its lines, and what the last payment left short.

    Args:
        session: of a programme.
        contract_id: the contract; all its editions count.
        line: code of the line.
        currency: of the contract.
    """
    programme_id = session.info["programme_id"]
    of_contract = (
        select(Payment.net_minor, ContractLine.line)
        .join(Payment.outcome)
        .join(Outcome.contract_line)
        .join(Payment.contract_edition)
        .where(Payment.programme_id == programme_id, ContractEdition.contract_id == contract_id)
    )
    sums = {
        code: int(amount)
        for code, amount in session.execute(
            of_contract.with_only_columns(ContractLine.line, func.sum(Payment.net_minor)).group_by(
                ContractLine.line
            )
        )
    }
    last = session.scalar(
        of_contract.with_only_columns(Payment)
        .where(ContractLine.line == line)
        .order_by(Payment.code.desc())
        .limit(1)
    )
    return Before(
        on_line=Money.from_minor(sums.get(line, 0), currency),
        on_contract=Money.from_minor(sum(sums.values()), currency),
        shortfall=Decimal(0) if last is None else calculation_of(last).shortfall,
    )


def calculate(session: Session, outcome: Outcome, rung: int) -> Calculation:
    """Return what the contract pays for a declared outcome, given all that was paid before it.

    Args:
        session: of a programme.
        outcome: as `outcome_with_terms` gives it.
        rung: of the evidence.

    Raises:
        RungTooLow, BadOutcome, BadTerms: see `toc.domain.bonds.calculate`.
    """
    line_row = outcome.contract_line
    edition = line_row.contract_edition
    contract = terms_of(edition)
    line = contract.line(line_row.line)
    before = paid_before(session, edition.contract_id, line.code, contract.currency)
    carries = contract.shortfall is Shortfall.CARRIED and line.expected_anyway.is_net
    return domain.calculate(
        contract,
        line,
        domain.Outcome(
            achieved=outcome.achieved,
            rung=rung,
            paid_on_line=before.on_line,
            paid_on_contract=before.on_contract,
            participants=outcome.participants,
            deducted=outcome.deducted,
            shortfall_brought=before.shortfall if carries else Decimal(0),
            persons=outcome.persons,
            already_claimed=outcome.already_claimed,
            prerequisite_met=outcome.prerequisite_met,
        ),
    )


def rung_of(session: Session, act: Act, outcome: Outcome, decision: OutcomeDecision) -> int:
    """Return the rung that a verified outcome counts with: at most what the evidence still carries."""
    now = evidence.assess(session, outcome.contract_line.goal_id, act.on).rung
    return min(now, decision.rung or 0)


def preview(session: Session, act: Act, outcome: Outcome, decisions: Decisions) -> Preview:
    """Return what approving a verified outcome would pay, step by step and to whom.

    Raises:
        Conflict: ``outcome.not_verified``.
        RungTooLow, BadOutcome, BadTerms: see `toc.domain.bonds.calculate`.
    """
    decision = decisions.by_step.get(Step.VERIFY)
    if decision is None or not decision.accepted:
        raise Conflict("outcome.not_verified")
    calculation = calculate(session, outcome, rung_of(session, act, outcome, decision))
    given: Mapping[Account, Money] = {}
    got: Mapping[Account, Money] = {}
    if calculation.net:
        weights = _weights(session, outcome, calculation)
        given, got = (cashflow.shares(calculation.net, one) for one in weights)
    contract = calculation.contract
    line = contract.line(calculation.line)
    return Preview(
        calculation=calculation,
        no_effect=domain.payment_if_no_effect(contract, line, calculation.outcome),
        given=given,
        got=got,
    )


def approve(session: Session, act: Act, outcome_id: UUID, *, id: UUID) -> Payment:  # noqa: A002 - the row's
    """Approve a verified outcome and pay for it: decision, payment and ledger entries together, or none.

    Whoever comes second, also in the same millisecond, gets the payment that is there already.

    Args:
        session: of a programme, for writing.
        act: the funder, and when.
        outcome_id: what is paid for.
        id: of the payment, as the form carried it.

    Raises:
        NotFound: there is no such outcome.
        Conflict: ``outcome.returned``, ``outcome.not_verified``.
        DomainError: the person may not approve, see `toc.domain.people.may_take`.
        RungTooLow, BadOutcome, BadTerms: see `toc.domain.bonds.calculate`.
    """
    lock_programme(session)
    outcome = outcome_with_terms(session, outcome_id, locked=True)
    decisions = decisions_of(session, outcome_id)
    if decisions.payment is not None:
        return decisions.payment
    check_step(Step.APPROVE, act, outcome, decisions)
    calculation = preview(session, act, outcome, decisions).calculation
    try:
        with session.begin_nested():
            payment = _pay(session, act, outcome, calculation, id)
    except IntegrityError as error:
        # The database itself refuses a second payment, should the look before ever have missed the first.
        there = decisions_of(session, outcome_id).payment
        if there is None:
            raise Conflict("form.sent_twice") from error  # the id is that of another row
        return there
    audit.record(
        session,
        act,
        "outcome.approve",
        "outcome",
        outcome.id,
        payment=str(payment.id),
        net_minor=payment.net_minor,
        currency=payment.currency,
        sha256=payment.sha256,
    )
    return payment


def check_step(step: Step, act: Act, outcome: Outcome, decisions: Decisions) -> None:
    """Refuse a step that is not this person's to take, or that the outcome is past.

    Raises:
        Conflict: ``outcome.returned``.
        DomainError: see `toc.domain.people.may_take`; ``outcome.account_needed`` without an account.
    """
    if act.user is None:
        raise DomainError("outcome.account_needed")
    if decisions.returned:
        raise Conflict("outcome.returned")
    may_take(step, act.user, taken=decisions.taken(outcome), roles=act.roles)


def payable_units(calculation: Calculation) -> Decimal:
    """Return the units that were left to be paid, before price and caps."""
    return next(step.result for step in calculation.steps if step.key is Key.WHOLE_UNITS)


def _weights(
    session: Session, outcome: Outcome, calculation: Calculation
) -> tuple[dict[Account, int], dict[Account, int]]:
    edition = outcome.contract_line.contract_edition
    given = cashflow.payers(
        session,
        edition.contract_id,
        edition.parties,
        calculation.net,
        capped=calculation.contract.cap is not None,
    )
    return given, cashflow.receivers(edition.parties)


def _pay(session: Session, act: Act, outcome: Outcome, calculation: Calculation, id: UUID) -> Payment:  # noqa: A002 - as approve
    by = cast("UUID", act.user)
    decision = OutcomeDecision(
        id=derived(id, "decision"),
        outcome_id=outcome.id,
        step=Step.APPROVE,
        accepted=True,
        by_id=by,
        at=act.at,
        rung=calculation.outcome.rung,
    )
    payment = Payment(
        id=id,
        code=next_code(session, CodeKind.PAYMENT),
        outcome_id=outcome.id,
        contract_edition_id=outcome.contract_line.contract_edition_id,
        calculation=calculation.canonical(),
        sha256=calculation.fingerprint,
        net_minor=calculation.net.minor,
        currency=calculation.net.currency,
        approved_by_id=by,
        approved_at=act.at,
        on=act.on,
    )
    session.add_all([decision, payment])
    session.flush()
    if calculation.net:
        given, got = _weights(session, outcome, calculation)
        cashflow.settle(session, act, payment, given=given, got=got)
    return payment
