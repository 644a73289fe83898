"""Outcomes: declared by a worker, verified by an evaluator or returned with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from toc.domain import bonds as domain
from toc.domain.acts import Act
from toc.domain.bonds import BadOutcome, Counted, RungTooLow, counted
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.evidence import canonical, derive, digest
from toc.domain.ids import derived
from toc.domain.indicators import Kind, Reading, checked
from toc.domain.people import Step, may_take
from toc.models.bonds import (
    BondContract,
    ContractEdition,
    ContractLine,
    Outcome,
    OutcomeDecision,
    OutcomeMeasurement,
)
from toc.models.evidence import Study
from toc.models.indicators import IndicatorEdition, Measurement
from toc.services import audit, evidence
from toc.services.bonds.locks import lock_programme
from toc.services.bonds.paying import (
    calculate,
    check_step,
    decisions_of,
    outcome_with_terms,
    terms_of,
)
from toc.services.codes import next_code
from toc.services.errors import Conflict, NotFound
from toc.services.indicators import counts

MOST_PEOPLE = 10**9
"""The largest number of people or claims."""

NEEDS_STUDY = 2
"""The rung from which a contract can only be met with a study."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a worker declares.

    Attributes:
        id: of the outcome that it makes.
        line_id: of a line of the current edition of a contract.
        starts_on, ends_on: the period, both days included.
        achieved: units; under a rate card the claims.
        measurement_ids: where it was counted; at least one, of the line's indicator and in the period.
        participants, persons, already_claimed, prerequisite_met, deducted: see `toc.domain.bonds.Outcome`.
    """

    id: UUID
    line_id: UUID
    starts_on: date
    ends_on: date
    achieved: Decimal
    measurement_ids: tuple[UUID, ...]
    participants: int | None = None
    persons: int | None = None
    already_claimed: int = 0
    prerequisite_met: int | None = None
    deducted: Decimal = Decimal(0)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What there is to count in a period.

    Attributes:
        measurements: of the line's indicator in the period that were not corrected since, earliest first.
        counted: what they come to; None when they cannot be added up.
        counted_in: those that it rests on: the last one of a running total or of a proportion, else all.
    """

    measurements: tuple[Measurement, ...]
    counted: Counted | None
    counted_in: tuple[Measurement, ...]


def open_lines(session: Session) -> list[ContractLine]:
    """Return the lines that outcomes can be declared under: of the current edition of every contract."""
    return list(
        session.scalars(
            select(ContractLine)
            .join(ContractLine.contract_edition)
            .join(ContractEdition.contract)
            .where(
                ContractLine.programme_id == session.info["programme_id"],
                ContractEdition.number == BondContract.edition,
            )
            .order_by(BondContract.code, ContractLine.position)
            .options(
                joinedload(ContractLine.contract_edition).joinedload(ContractEdition.contract),
                joinedload(ContractLine.indicator_edition).joinedload(IndicatorEdition.indicator),
            )
        )
    )


def open_line(session: Session, line_id: UUID) -> ContractLine:
    """Return one of the `open_lines`.

    Raises:
        NotFound: there is no such line, or its edition was followed by another.
    """
    for line in open_lines(session):
        if line.id == line_id:
            return line
    raise NotFound


def measured(session: Session, line: ContractLine, starts_on: date, ends_on: date) -> Measured:
    """Return what was measured for a line in a period, and what that counts to.

    Args:
        session: of a programme.
        line: with its edition of the indicator.
        starts_on: first day.
        ends_on: last day, included.
    """
    of_indicator = (
        select(Measurement)
        .where(
            Measurement.programme_id == session.info["programme_id"],
            Measurement.indicator_id == line.indicator_edition.indicator_id,
            Measurement.site_id.is_(None),  # of sites alone nobody agreed what they come to
            counts(),
        )
        .order_by(Measurement.on, Measurement.version)
    )
    within = session.scalars(of_indicator.where(Measurement.on.between(starts_on, ends_on))).all()
    before = session.scalars(
        of_indicator.where(Measurement.on < starts_on)
        .order_by(None)
        .order_by(Measurement.on.desc(), Measurement.version.desc())
        .limit(1)
    ).one_or_none()
    indicator = line.indicator_edition
    last_counts = indicator.is_cumulative or indicator.kind is Kind.PROPORTION
    return Measured(
        measurements=tuple(within),
        counted_in=tuple(within[-1:] if last_counts else within),
        counted=counted(
            indicator.kind,
            [_reading(one) for one in within],
            before=None if before is None else _reading(before),
            running_total=indicator.is_cumulative,
        ),
    )


def declare(session: Session, act: Act, declaration: Declaration) -> Outcome:
    """Declare what was achieved under a line in a period.

    A period that overlaps with an earlier one of the same line is refused, also when two people declare at
    once, unless the earlier one was returned: what was achieved is paid for once.

    Raises:
        NotFound: the line is not one of the current edition.
        BadOutcome: ``bonds.period_order``, ``bonds.period_not_over``, ``bonds.too_many`` (field),
            ``bonds.no_measurements``, ``bonds.other_measurements``, ``bonds.more_claimed_than_declared``
            (most), or what the terms themselves refuse (see `toc.domain.bonds`).
        Conflict: ``bonds.period_taken`` (code).
        DomainError: the person may not declare, see `toc.domain.people.may_take`.
    """
    lock_programme(session)
    existing = session.get(Outcome, (session.info["programme_id"], declaration.id))
    if existing is not None:
        return existing
    line = open_line(session, declaration.line_id)
    _check(act, declaration)
    earlier = _of_line(session, line)
    overlapping = [
        one
        for one, returned in earlier
        if not returned and one.starts_on <= declaration.ends_on and declaration.starts_on <= one.ends_on
    ]
    if overlapping:
        raise Conflict("bonds.period_taken", code=code(CodeKind.OUTCOME, overlapping[0].code))
    before = sum((one.achieved for one, returned in earlier if not returned), Decimal(0))
    if declaration.already_claimed > before:
        raise BadOutcome("bonds.more_claimed_than_declared", most=before)
    measurements = measured(session, line, declaration.starts_on, declaration.ends_on).measurements
    if not declaration.measurement_ids:
        raise BadOutcome("bonds.no_measurements")
    if not {one.id for one in measurements}.issuperset(declaration.measurement_ids):
        raise BadOutcome("bonds.other_measurements")
    same_period = [
        one
        for one, _ in earlier
        if (one.starts_on, one.ends_on) == (declaration.starts_on, declaration.ends_on)
    ]
    outcome = Outcome(
        id=declaration.id,
        contract_line_id=line.id,
        starts_on=declaration.starts_on,
        ends_on=declaration.ends_on,
        attempt=len(same_period) + 1,
        achieved=checked(Kind.SUM, declaration.achieved),
        participants=declaration.participants,
        persons=declaration.persons,
        already_claimed=declaration.already_claimed,
        prerequisite_met=declaration.prerequisite_met,
        deducted=checked(Kind.SUM, declaration.deducted),
        note=declaration.note,
        created_at=act.at,
        created_by_id=act.user,
    )
    outcome.contract_line = line
    # The terms judge the figures now, as if the evidence were the best there is, not first when it is paid.
    calculate(session, outcome, domain.TOP_RUNG)
    outcome.code = next_code(session, CodeKind.OUTCOME)
    session.add(outcome)
    session.flush()
    session.add_all(
        OutcomeMeasurement(
            id=derived(outcome.id, "measurement", str(id_)), outcome_id=outcome.id, measurement_id=id_
        )
        for id_ in dict.fromkeys(declaration.measurement_ids)
    )
    audit.record(session, act, "outcome.declare", "outcome", outcome.id, line=str(line.id))
    return outcome


def studies_of(session: Session, goal_id: UUID) -> Sequence[Study]:
    """Return the studies of a goal, newest first."""
    return session.scalars(
        select(Study)
        .where(Study.programme_id == session.info["programme_id"], Study.goal_id == goal_id)
        .order_by(Study.measured_on.desc(), Study.code)
    ).all()


def verify(session: Session, act: Act, outcome_id: UUID, *, study_id: UUID | None = None) -> OutcomeDecision:
    """Accept a declared outcome, with the study that goes with it, and sign the rung of its goal's evidence.

    The same evaluator accepting twice makes one decision.

    Raises:
        NotFound: there is no such outcome, or no such study of its goal.
        Conflict: ``outcome.returned``.
        RungTooLow: the evidence does not reach what the contract asks for, yet.
        BadOutcome: ``outcome.study_needed``.
        DomainError: the person may not verify, see `toc.domain.people.may_take`.
    """
    lock_programme(session)
    outcome = outcome_with_terms(session, outcome_id, locked=True)
    decisions = decisions_of(session, outcome_id)
    done = decisions.by_step.get(Step.VERIFY)
    if done is not None and done.accepted and done.by_id == act.user:
        return done
    check_step(Step.VERIFY, act, outcome, decisions)
    line = outcome.contract_line
    required = terms_of(line.contract_edition).required_rung
    facts = evidence.facts(session, line.goal_id, act.on)
    rung = derive(facts).rung
    if rung < required:
        raise RungTooLow("bonds.rung_too_low", line=line.line, rung=rung, required=required)
    if study_id is not None and study_id not in {study.id for study in studies_of(session, line.goal_id)}:
        raise NotFound
    if study_id is None and required >= NEEDS_STUDY:
        raise BadOutcome("outcome.study_needed")
    signed = evidence.sign_assessment(
        session, act, derived(outcome_id, "assessment"), line.goal_id, digest(canonical(facts))
    )
    decision = OutcomeDecision(
        id=derived(outcome_id, Step.VERIFY),
        outcome_id=outcome_id,
        step=Step.VERIFY,
        accepted=True,
        by_id=cast("UUID", act.user),
        at=act.at,
        rung=rung,
        study_id=study_id,
        assessment_id=signed.id,
    )
    session.add(decision)
    audit.record(session, act, "outcome.verify", "outcome", outcome_id, rung=rung)
    return decision


def send_back(session: Session, act: Act, outcome_id: UUID, step: Step, reason: str) -> OutcomeDecision:
    """Return an outcome to the worker. That is final for this declaration; the period may be declared again.

    Args:
        session: of a programme, for writing.
        act: the evaluator or the funder, and when.
        outcome_id: what is returned.
        step: the step that is not taken: verify or approve.
        reason: what the worker should do.

    Raises:
        NotFound: there is no such outcome.
        BadOutcome: ``outcome.reason_needed``.
        Conflict: ``outcome.returned``, by somebody else.
        DomainError: the person may not take the step, see `toc.domain.people.may_take`.
    """
    lock_programme(session)
    outcome = outcome_with_terms(session, outcome_id, locked=True)
    decisions = decisions_of(session, outcome_id)
    done = decisions.by_step.get(step)
    if done is not None and not done.accepted and done.by_id == act.user:
        return done
    check_step(step, act, outcome, decisions)
    if not reason.strip():
        raise BadOutcome("outcome.reason_needed")
    decision = OutcomeDecision(
        id=derived(outcome_id, step),
        outcome_id=outcome_id,
        step=step,
        accepted=False,
        reason=reason,
        by_id=cast("UUID", act.user),
        at=act.at,
    )
    session.add(decision)
    audit.record(session, act, "outcome.return", "outcome", outcome_id, step=step.value)
    return decision


def _reading(measurement: Measurement) -> Reading:
    return Reading(
        on=measurement.on,
        value=measurement.value,
        numerator=measurement.numerator,
        denominator=measurement.denominator,
    )


def _check(act: Act, declaration: Declaration) -> None:
    if act.user is None:
        raise DomainError("outcome.account_needed")
    may_take(Step.DECLARE, act.user, taken={}, roles=act.roles)
    if declaration.starts_on > declaration.ends_on:
        raise BadOutcome("bonds.period_order")
    if declaration.ends_on > act.on:
        raise BadOutcome("bonds.period_not_over")
    for field in ("participants", "persons", "already_claimed", "prerequisite_met"):
        if (getattr(declaration, field) or 0) > MOST_PEOPLE:
            raise BadOutcome("bonds.too_many", field=field)


def _of_line(session: Session, line: ContractLine) -> list[tuple[Outcome, bool]]:
    """Return what was declared under a line, in all editions of its contract, and whether it was returned."""
    rows = session.scalars(
        select(Outcome)
        .join(Outcome.contract_line)
        .join(ContractLine.contract_edition)
        .where(
            Outcome.programme_id == session.info["programme_id"],
            ContractEdition.contract_id == line.contract_edition.contract_id,
            ContractLine.line == line.line,
        )
        .order_by(Outcome.code)
        .options(selectinload(Outcome.decisions))
    )
    return [(row, any(not decision.accepted for decision in row.decisions)) for row in rows]
