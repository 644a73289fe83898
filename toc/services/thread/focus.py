"""From any thing on the thread to the goals that it serves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from toc.domain.thread import BeadKind
from toc.models.bonds import (
    ContractLine,
    Outcome,
    Payment,
)
from toc.models.evidence import Study
from toc.models.goals import Goal, GoalSource
from toc.models.indicators import Indicator, Measurement
from toc.services.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """What a thing narrows its thread to."""

    goals: tuple[UUID, ...]
    statement: UUID | None = None
    indicator: UUID | None = None
    measurement: UUID | None = None
    study: UUID | None = None
    line: UUID | None = None
    saving: UUID | None = None
    outcome: UUID | None = None


def _one(session: Session, *columns: Any, where: Iterable[ColumnElement[bool]]) -> Any:  # noqa: ANN401 - a row
    row = session.execute(select(*columns).where(*where)).first()
    if row is None:
        raise NotFound
    return row


def _of(session: Session, table: Any, subject_id: UUID) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 - a table
    return (table.programme_id == session.info["programme_id"], table.id == subject_id)


def _from_statement(session: Session, subject_id: UUID) -> Focus:
    goals = session.scalars(
        select(GoalSource.goal_id)
        .join(GoalSource.goal)
        .where(GoalSource.programme_id == session.info["programme_id"], GoalSource.statement_id == subject_id)
        .order_by(Goal.code)
    )
    return Focus(goals=tuple(goals), statement=subject_id)


def _from_goal(session: Session, subject_id: UUID) -> Focus:
    del session
    return Focus(goals=(subject_id,))


def _from_indicator(session: Session, subject_id: UUID) -> Focus:
    row = _one(session, Indicator.goal_id, where=_of(session, Indicator, subject_id))
    return Focus(goals=(row.goal_id,), indicator=subject_id)


def _from_measurement(session: Session, subject_id: UUID) -> Focus:
    row = session.execute(
        select(Indicator.goal_id, Measurement.indicator_id)
        .join(Measurement.indicator)
        .where(*_of(session, Measurement, subject_id))
    ).first()
    if row is None:
        raise NotFound
    return Focus(goals=(row.goal_id,), indicator=row.indicator_id, measurement=subject_id)


def _from_study(session: Session, subject_id: UUID) -> Focus:
    row = _one(session, Study.goal_id, where=_of(session, Study, subject_id))
    return Focus(goals=(row.goal_id,), study=subject_id)


def _from_outcome(session: Session, subject_id: UUID) -> Focus:
    row = session.execute(
        select(ContractLine.goal_id, ContractLine.id)
        .join(Outcome.contract_line)
        .where(*_of(session, Outcome, subject_id))
    ).first()
    if row is None:
        raise NotFound
    return Focus(goals=(row.goal_id,), line=row.id, outcome=subject_id)


def _from_payment(session: Session, subject_id: UUID) -> Focus:
    row = _one(session, Payment.outcome_id, where=_of(session, Payment, subject_id))
    return _from_outcome(session, row.outcome_id)


def _from_saving(session: Session, subject_id: UUID) -> Focus:
    rows = session.execute(
        select(ContractLine.goal_id, ContractLine.id)
        .where(
            ContractLine.programme_id == session.info["programme_id"], ContractLine.saving_id == subject_id
        )
        .order_by(ContractLine.position)
    ).all()
    if not rows:
        raise NotFound
    return Focus(goals=tuple(dict.fromkeys(row.goal_id for row in rows)), saving=subject_id)


FOCUS: dict[BeadKind, Callable[[Session, UUID], Focus]] = {
    BeadKind.STATEMENT: _from_statement,
    BeadKind.GOAL: _from_goal,
    BeadKind.INDICATOR: _from_indicator,
    BeadKind.MEASUREMENT: _from_measurement,
    BeadKind.EFFECT: _from_study,
    BeadKind.OUTCOME: _from_outcome,
    BeadKind.SAVING: _from_saving,
    BeadKind.PAYMENT: _from_payment,
}
"""Per kind of thing, what it narrows the thread to."""
