"""The golden thread of one thing: everything that hangs together with it, in a fixed number of statements."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import Reading as Measured
from toc.domain.money import Money
from toc.domain.people import Step
from toc.domain.privacy import Reading
from toc.domain.thread import BeadKind, Chain, Item, Say
from toc.models.bonds import (
    ContractEdition,
    ContractLine,
    Outcome,
    OutcomeDecision,
    OutcomeMeasurement,
    Payment,
)
from toc.models.evidence import Study
from toc.models.goals import Goal, GoalEdition, GoalSource
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.models.savings import SavingEdition
from toc.services import interviews
from toc.services.errors import NotFound
from toc.services.indicators import definition_of

MOST_CHOICES = 12
"""How many things one bead offers to choose from; the page of the goal lists all."""

COMPARED = 3
"""The rung from which a contract asks for an effect with a comparison group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Focus:
    """What a thing narrows its thread to."""

    goals: tuple[UUID, ...]
    statement: UUID | None = None
    indicator: UUID | None = None
    measurement: UUID | None = None
    study: UUID | None = None
    line: UUID | None = None
    saving: UUID | None = None
    outcome: UUID | None = None


def chain(session: Session, act: Act, kind: BeadKind, subject_id: UUID) -> Chain:
    """Return what hangs together with one thing.

    Args:
        session: of a programme.
        act: who looks; decides which words they may read.
        kind: of thing.
        subject_id: its id.

    Raises:
        NotFound: there is no such thing in this programme.
    """
    focus = _FOCUS[kind](session, subject_id)
    goals = _goals(session, act, focus.goals)
    # What hangs on a goal that is hidden from this reader is hidden with it; what a contract pays for is not.
    seen = replace(focus, goals=tuple(goal.id for goal in goals if goal.id is not None))
    money = _Money(session, seen if focus.outcome is None and focus.saving is None else focus)
    focus = seen
    if focus.outcome is not None:
        # A payment rests on the indicator and the study that its own outcome was verified with.
        focus = replace(focus, indicator=money.indicator, study=money.study)
    items = {
        BeadKind.STATEMENT: _statements(session, act, focus),
        BeadKind.GOAL: goals,
        BeadKind.INDICATOR: _indicators(session, focus),
        BeadKind.MEASUREMENT: _measurements(session, focus),
        BeadKind.EFFECT: _studies(session, focus),
        BeadKind.OUTCOME: money.outcomes,
        BeadKind.SAVING: money.savings,
        BeadKind.PAYMENT: money.payments,
    }
    return Chain(kind=kind, id=subject_id, items=items, required=money.required, waiting=money.waiting)


# --- From a thing to the goal it serves ---------------------------------------------------------------------


def _one(session: Session, *columns: Any, where: Iterable[ColumnElement[bool]]) -> Any:  # noqa: ANN401 - a row
    row = session.execute(select(*columns).where(*where)).first()
    if row is None:
        raise NotFound
    return row


def _of(session: Session, table: Any, subject_id: UUID) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 - a table
    return (table.programme_id == session.info["programme_id"], table.id == subject_id)


def _from_statement(session: Session, subject_id: UUID) -> _Focus:
    goals = session.scalars(
        select(GoalSource.goal_id)
        .join(GoalSource.goal)
        .where(GoalSource.programme_id == session.info["programme_id"], GoalSource.statement_id == subject_id)
        .order_by(Goal.code)
    )
    return _Focus(goals=tuple(goals), statement=subject_id)


def _from_goal(session: Session, subject_id: UUID) -> _Focus:
    del session
    return _Focus(goals=(subject_id,))


def _from_indicator(session: Session, subject_id: UUID) -> _Focus:
    row = _one(session, Indicator.goal_id, where=_of(session, Indicator, subject_id))
    return _Focus(goals=(row.goal_id,), indicator=subject_id)


def _from_measurement(session: Session, subject_id: UUID) -> _Focus:
    row = session.execute(
        select(Indicator.goal_id, Measurement.indicator_id)
        .join(Measurement.indicator)
        .where(*_of(session, Measurement, subject_id))
    ).first()
    if row is None:
        raise NotFound
    return _Focus(goals=(row.goal_id,), indicator=row.indicator_id, measurement=subject_id)


def _from_study(session: Session, subject_id: UUID) -> _Focus:
    row = _one(session, Study.goal_id, where=_of(session, Study, subject_id))
    return _Focus(goals=(row.goal_id,), study=subject_id)


def _from_outcome(session: Session, subject_id: UUID) -> _Focus:
    row = session.execute(
        select(ContractLine.goal_id, ContractLine.id)
        .join(Outcome.contract_line)
        .where(*_of(session, Outcome, subject_id))
    ).first()
    if row is None:
        raise NotFound
    return _Focus(goals=(row.goal_id,), line=row.id, outcome=subject_id)


def _from_payment(session: Session, subject_id: UUID) -> _Focus:
    row = _one(session, Payment.outcome_id, where=_of(session, Payment, subject_id))
    return _from_outcome(session, row.outcome_id)


def _from_saving(session: Session, subject_id: UUID) -> _Focus:
    rows = session.execute(
        select(ContractLine.goal_id, ContractLine.id)
        .where(
            ContractLine.programme_id == session.info["programme_id"], ContractLine.saving_id == subject_id
        )
        .order_by(ContractLine.position)
    ).all()
    if not rows:
        raise NotFound
    return _Focus(goals=tuple(dict.fromkeys(row.goal_id for row in rows)), saving=subject_id)


_FOCUS: dict[BeadKind, Callable[[Session, UUID], _Focus]] = {
    BeadKind.STATEMENT: _from_statement,
    BeadKind.GOAL: _from_goal,
    BeadKind.INDICATOR: _from_indicator,
    BeadKind.MEASUREMENT: _from_measurement,
    BeadKind.EFFECT: _from_study,
    BeadKind.OUTCOME: _from_outcome,
    BeadKind.SAVING: _from_saving,
    BeadKind.PAYMENT: _from_payment,
}


# --- The beads ----------------------------------------------------------------------------------------------


def _statements(session: Session, act: Act, focus: _Focus) -> tuple[Item, ...]:
    if focus.goals:
        found = interviews.readable_statements(session, act, goal_id=focus.goals[0])
    elif focus.statement is not None:
        found = interviews.readable_statements(session, act, statement_id=focus.statement)
    else:
        found = []
    full = [one for one in found if one.reading is Reading.FULL]
    items = tuple(
        Item(
            id=one.id,
            code=code(CodeKind.STATEMENT, one.code),
            says=(Say(key="thread.quote", params={"text": one.text}),),
        )
        for one in full
    )
    counted = {one.group_id: one for one in found if one.reading is Reading.AGGREGATE}
    if not counted or not focus.goals:  # how many said it is counted per goal
        return items
    said = interviews.aggregate(session, act, focus.goals[0])
    return items + tuple(
        Item(id=None, says=(Say(key="thread.said_by", params={"said": one.said, "asked": one.asked}),))
        for one in said
        if one.group_id in counted
    )


def _goals(session: Session, act: Act, goal_ids: Sequence[UUID]) -> tuple[Item, ...]:
    rows = session.execute(
        select(Goal.id, Goal.code, Goal.released, GoalEdition.wording, GoalEdition.level)
        .join(
            GoalEdition,
            and_(
                GoalEdition.programme_id == Goal.programme_id,
                GoalEdition.goal_id == Goal.id,
                GoalEdition.number == Goal.edition,
            ),
        )
        .where(Goal.programme_id == session.info["programme_id"], Goal.id.in_(goal_ids))
        .order_by(Goal.code)
    )
    return tuple(
        Item(
            id=row.id,
            code=code(CodeKind.GOAL, row.code),
            says=(
                Say(key="thread.text", params={"text": row.wording}),
                *(() if row.level is None else (Say(key="thread.level", params={"level": row.level}),)),
            ),
        )
        for row in rows
        if row.released or sees_hidden(act.roles)
    )


def _indicators(session: Session, focus: _Focus) -> tuple[Item, ...]:
    query = (
        select(Indicator.id, Indicator.code, IndicatorEdition)
        .join(
            IndicatorEdition,
            and_(
                IndicatorEdition.programme_id == Indicator.programme_id,
                IndicatorEdition.indicator_id == Indicator.id,
                IndicatorEdition.number == Indicator.edition,
            ),
        )
        .where(Indicator.programme_id == session.info["programme_id"])
        .order_by(Indicator.code)
    )
    if focus.indicator is not None:
        query = query.where(Indicator.id == focus.indicator)
    else:
        query = query.where(Indicator.goal_id.in_(focus.goals))
    items = []
    for id_, number, edition in session.execute(query):
        says = [Say(key="thread.text", params={"text": edition.name})]
        if edition.target_value is not None:
            says.append(Say(key="thread.target", params={"definition": definition_of(edition)}))
        items.append(Item(id=id_, code=code(CodeKind.INDICATOR, number), says=tuple(says)))
    return tuple(items)


def _measurements(session: Session, focus: _Focus) -> tuple[Item, ...]:
    newer = aliased(Measurement)
    query = (
        select(Measurement, IndicatorEdition)
        .join(Measurement.edition)
        .where(Measurement.programme_id == session.info["programme_id"])
        .order_by(Measurement.on.desc(), Measurement.version.desc())
        .limit(MOST_CHOICES)
    )
    if focus.measurement is not None:
        query = query.where(Measurement.id == focus.measurement)
    elif focus.outcome is not None:
        # Also one that was corrected since: it is what was counted then.
        query = query.join(
            OutcomeMeasurement,
            and_(
                OutcomeMeasurement.programme_id == Measurement.programme_id,
                OutcomeMeasurement.measurement_id == Measurement.id,
            ),
        ).where(OutcomeMeasurement.outcome_id == focus.outcome)
    else:
        query = query.where(
            ~exists().where(
                newer.programme_id == Measurement.programme_id, newer.supersedes_id == Measurement.id
            )
        )
        if focus.indicator is not None:
            query = query.where(Measurement.indicator_id == focus.indicator)
        else:
            query = query.join(Measurement.indicator).where(Indicator.goal_id.in_(focus.goals))
    return tuple(
        Item(
            id=row.id,
            says=(
                Say(
                    key="thread.reading",
                    params={"reading": _reading(row), "definition": definition_of(edition)},
                ),
                Say(key="thread.day", params={"on": row.on}),
            ),
        )
        for row, edition in session.execute(query)
    )


def _reading(row: Measurement) -> Measured:
    return Measured(on=row.on, value=row.value, numerator=row.numerator, denominator=row.denominator)


def _studies(session: Session, focus: _Focus) -> tuple[Item, ...]:
    query = select(Study).where(Study.programme_id == session.info["programme_id"])
    if focus.study is not None:
        query = query.where(Study.id == focus.study)
    elif focus.outcome is not None:
        return ()
    else:
        query = query.where(Study.goal_id.in_(focus.goals))
    return tuple(
        _study_item(row) for row in session.scalars(query.order_by(Study.measured_on.desc(), Study.code))
    )


def _study_item(study: Study) -> Item:
    found = Say(
        key="thread.effect",
        params={"effect": study.effect, "scale": study.scale, "unit": study.unit},
    )
    title = Say(key="thread.text", params={"text": study.title})
    says = (title,) if study.effect is None else (found, title)
    return Item(id=study.id, code=code(CodeKind.STUDY, study.code), says=says)


class _Paid(NamedTuple):
    """A line that pays for a goal, with one outcome declared under it and what became of that."""

    line: ContractLine
    saving: SavingEdition | None
    edition: ContractEdition
    outcome: Outcome | None
    verified: OutcomeDecision | None
    returned: OutcomeDecision | None
    payment: Payment | None
    metric: IndicatorEdition

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide about the outcome."""
        return self.outcome is not None and self.returned is None and self.payment is None


class _Money:
    """Savings, outcomes and payments of the lines that pay for the goals, read at once."""

    def __init__(self, session: Session, focus: _Focus) -> None:
        verified, returned = aliased(OutcomeDecision), aliased(OutcomeDecision)
        query = (
            select(
                ContractLine,
                SavingEdition,
                ContractEdition,
                Outcome,
                verified,
                returned,
                Payment,
                IndicatorEdition,
            )
            .join(ContractLine.contract_edition)
            .join(ContractLine.indicator_edition)
            .outerjoin(ContractLine.saving)
            .outerjoin(
                Outcome,
                and_(
                    Outcome.programme_id == ContractLine.programme_id,
                    Outcome.contract_line_id == ContractLine.id,
                ),
            )
            .outerjoin(
                verified,
                and_(
                    verified.programme_id == Outcome.programme_id,
                    verified.outcome_id == Outcome.id,
                    verified.step == Step.VERIFY,
                ),
            )
            .outerjoin(
                returned,
                and_(
                    returned.programme_id == Outcome.programme_id,
                    returned.outcome_id == Outcome.id,
                    returned.accepted.is_(False),
                ),
            )
            .outerjoin(
                Payment, and_(Payment.programme_id == Outcome.programme_id, Payment.outcome_id == Outcome.id)
            )
            .where(
                ContractLine.programme_id == session.info["programme_id"],
                ContractLine.goal_id.in_(focus.goals),
            )
            .order_by(func.coalesce(Outcome.code, 0).desc(), ContractLine.position)
            .limit(5 * MOST_CHOICES)
        )
        if focus.saving is not None:
            query = query.where(ContractLine.saving_id == focus.saving)
        if focus.outcome is not None:
            query = query.where(Outcome.id == focus.outcome)
        self.rows = [_Paid(*row) for row in session.execute(query)]
        self.outcomes = self._unique(_outcome_item(row) for row in self.rows)
        self.savings = self._unique(_saving_item(row) for row in self.rows)
        self.payments = self._unique(_payment_item(row) for row in self.rows)

    @staticmethod
    def _unique(items: Iterable[Item | None]) -> tuple[Item, ...]:
        return tuple({item.id: item for item in items if item is not None}.values())[:MOST_CHOICES]

    @property
    def indicator(self) -> UUID:
        """The indicator of the one outcome that was asked for."""
        found: UUID = self.rows[0].metric.indicator_id
        return found

    @property
    def study(self) -> UUID | None:
        """The study that the one outcome was verified with."""
        verified = self.rows[0].verified
        found: UUID | None = None if verified is None else verified.study_id
        return found

    @property
    def required(self) -> frozenset[BeadKind] | None:
        """What the contract asks for, or None when none pays for these goals."""
        if not self.rows:
            return None
        asked = {BeadKind.OUTCOME, BeadKind.PAYMENT}
        if any(row.saving is not None for row in self.rows):
            asked.add(BeadKind.SAVING)
        if any(row.edition.terms["required_rung"] >= COMPARED for row in self.rows):
            asked.add(BeadKind.EFFECT)
        return frozenset(asked)

    @property
    def waiting(self) -> dict[BeadKind, Say]:
        """What the beads that do not exist yet wait for."""
        if not self.rows:
            return {kind: Say(key="thread.no_contract") for kind in (BeadKind.OUTCOME, BeadKind.PAYMENT)}
        open_ = [row for row in self.rows if row.is_open]
        waits = {BeadKind.OUTCOME: Say(key="thread.waits_for_worker")}
        if any(row.verified is not None and row.verified.accepted for row in open_):
            waits[BeadKind.PAYMENT] = Say(key="thread.waits_for_funder")
        elif open_:
            waits[BeadKind.PAYMENT] = Say(key="thread.waits_for_evaluator")
        return waits


def _outcome_item(row: _Paid) -> Item | None:
    outcome, decision = row.outcome, row.returned or row.verified
    if outcome is None:
        return None
    if decision is None:
        state = Say(key="thread.declared", params={"on": outcome.created_at.date()})
    else:
        state = Say(
            key="thread.verified" if decision.accepted else "thread.returned",
            params={"on": decision.at.date()},
        )
    counted = Say(key="thread.achieved", params={"achieved": outcome.achieved, "line": row.line.name})
    return Item(id=outcome.id, code=code(CodeKind.OUTCOME, outcome.code), says=(counted, state))


def _saving_item(row: _Paid) -> Item | None:
    saving = row.saving
    if saving is None:
        return None
    each = Money.from_minor(saving.per_unit_minor, saving.currency)
    return Item(
        id=saving.id,
        code=code(CodeKind.SAVING, saving.code),
        says=(
            Say(key="thread.per_unit", params={"amount": each, "unit": saving.unit}),
            Say(key="thread.text", params={"text": saving.name}),
        ),
    )


def _payment_item(row: _Paid) -> Item | None:
    payment = row.payment
    if payment is None:
        return None
    amount = Money.from_minor(payment.net_minor, payment.currency)
    return Item(
        id=payment.id,
        code=code(CodeKind.PAYMENT, payment.code),
        says=(
            Say(key="thread.amount", params={"amount": amount}),
            Say(key="thread.day", params={"on": payment.on}),
        ),
    )
