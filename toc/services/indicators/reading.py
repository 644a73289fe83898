"""Indicators as pages see them, each in a fixed number of statements."""

from collections.abc import Collection
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import (
    Definition,
    Judgement,
    Reading,
    Status,
    fold,
    status,
)
from toc.models.goals import Goal, GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.services.errors import NotFound
from toc.services.indicators.values import IndicatorView

DEFINITION = tuple(field.name for field in fields(Definition))
"""Columns of an edition that make its definition."""


def _is_current() -> ColumnElement[bool]:
    return and_(
        IndicatorEdition.programme_id == Indicator.programme_id,
        IndicatorEdition.indicator_id == Indicator.id,
        IndicatorEdition.number == Indicator.edition,
    )


def _goal_now() -> ColumnElement[bool]:
    return and_(
        GoalEdition.programme_id == Goal.programme_id,
        GoalEdition.goal_id == Goal.id,
        GoalEdition.number == Goal.edition,
    )


def indicators(session: Session, *more: Any) -> Select[Any]:  # noqa: ANN401 - further columns
    """Indicators with their definitions; with `more` the caller says which editions."""
    return (
        select(
            Indicator.id,
            Indicator.code,
            Indicator.revision,
            Goal.id.label("goal_id"),
            Goal.code.label("goal_code"),
            GoalEdition.wording,
            Goal.released,
            IndicatorEdition.id.label("edition_id"),
            IndicatorEdition.number,
            *(getattr(IndicatorEdition, name) for name in DEFINITION),
            *more,
        )
        .select_from(Indicator)
        .join(Indicator.goal)
        .join(GoalEdition, _goal_now())
        .where(Indicator.programme_id == session.info["programme_id"])
    )


def definition_in(row: Any) -> Definition:  # noqa: ANN401 - a row
    """Return the definition that a row of `indicators` holds."""
    return Definition(**{name: getattr(row, name) for name in DEFINITION})


def view_of(row: Any, latest: tuple[UUID, Reading] | None, on: date) -> IndicatorView:  # noqa: ANN401 - a row
    """Return the indicator of a row of `indicators`, with its latest measurement, judged on a day."""
    definition = definition_in(row)
    return IndicatorView(
        id=row.id,
        code=code(CodeKind.INDICATOR, row.code),
        revision=row.revision,
        goal_id=row.goal_id,
        goal_code=code(CodeKind.GOAL, row.goal_code),
        goal_wording=row.wording,
        released=row.released,
        edition_id=row.edition_id,
        edition=row.number,
        definition=definition,
        latest=None if latest is None else latest[1],
        latest_id=None if latest is None else latest[0],
        judgement=status(definition.target, () if latest is None else (latest[1],), on),
    )


def _superseded() -> ColumnElement[bool]:
    newer = aliased(Measurement)
    return exists().where(
        newer.programme_id == Measurement.programme_id, newer.supersedes_id == Measurement.id
    )


def _latest(session: Session, on: date, *where: ColumnElement[bool]) -> dict[UUID, tuple[UUID, Reading]]:
    """Return the latest reading up to a day per indicator, with the id of its measurement."""
    place = func.row_number().over(
        partition_by=Measurement.indicator_id, order_by=(Measurement.on.desc(), Measurement.version.desc())
    )
    ranked = (
        select(
            Measurement.indicator_id,
            Measurement.id,
            Measurement.on.label("on"),
            Measurement.value,
            Measurement.numerator,
            Measurement.denominator,
            place.label("place"),
        )
        .where(
            Measurement.programme_id == session.info["programme_id"],
            Measurement.on <= on,
            ~_superseded(),
            *where,
        )
        .subquery()
    )
    rows = session.execute(select(ranked).where(ranked.c.place == 1))
    return {row.indicator_id: (row.id, reading_in(row)) for row in rows}


def reading_in(row: Any) -> Reading:  # noqa: ANN401 - a row
    """Return the reading that a row holds."""
    return Reading(on=row.on, value=row.value, numerator=row.numerator, denominator=row.denominator)


# --- Many indicators ----------------------------------------------------------------------------------------


def overview(session: Session, on: date, *, act: Act | None = None) -> list[IndicatorView]:
    """Return all indicators by code, in two statements.

    Args:
        session: of a programme.
        on: the day of the judgements.
        act: who looks; without one the indicators of hidden goals are among them (`released` is false).
    """
    query = indicators(session).join(IndicatorEdition, _is_current()).order_by(Indicator.code)
    if act is not None and not sees_hidden(act.roles):
        query = query.where(Goal.released.is_(True))
    latest = _latest(session, on)
    return [view_of(row, latest.get(row.id), on) for row in session.execute(query)]


def due(session: Session, on: date) -> int:
    """Return how many indicators of released goals wait for a value on this day."""
    waiting = (view for view in overview(session, on) if view.released)
    return sum(view.judgement.due_on is not None and view.judgement.due_on <= on for view in waiting)


def goal_statuses(session: Session, on: date, goal_ids: Collection[UUID] | None = None) -> dict[UUID, Status]:
    """Return how goals stand by their indicators, in two statements.

    Args:
        session: of a programme.
        on: the day of the judgements.
        goal_ids: which goals; all of the programme when None.

    Returns:
        A status for each goal; one without an indicator is not measurable.
    """
    names = tuple(name for name in DEFINITION if name not in _NOT_JUDGED)
    query = (
        select(Goal.id.label("goal_id"), Indicator.id, *(getattr(IndicatorEdition, name) for name in names))
        .select_from(Goal)
        .outerjoin(Indicator, and_(Indicator.programme_id == Goal.programme_id, Indicator.goal_id == Goal.id))
        .outerjoin(IndicatorEdition, _is_current())
        .where(Goal.programme_id == session.info["programme_id"])
    )
    where: tuple[ColumnElement[bool], ...] = ()
    if goal_ids is not None:
        query = query.where(Goal.id.in_(goal_ids))
        where = (
            Measurement.indicator_id.in_(
                select(Indicator.id).where(
                    Indicator.programme_id == session.info["programme_id"], Indicator.goal_id.in_(goal_ids)
                )
            ),
        )
    latest = _latest(session, on, *where)
    found: dict[UUID, list[Status]] = {}
    for row in session.execute(query):
        statuses = found.setdefault(row.goal_id, [])
        if row.id is None:
            continue
        definition = Definition(name="-", **{name: getattr(row, name) for name in names})
        readings = (latest[row.id][1],) if row.id in latest else ()
        statuses.append(status(definition.target, readings, on).status)
    return {goal_id: fold(statuses) for goal_id, statuses in found.items()}


_NOT_JUDGED = frozenset({"name", "definition", "unit", "collection", "desired_value", "minimum_value"})


# --- One indicator ------------------------------------------------------------------------------------------


def _one(session: Session, act: Act, indicator_id: UUID) -> Any:  # noqa: ANN401 - a row
    row = session.execute(
        indicators(session).join(IndicatorEdition, _is_current()).where(Indicator.id == indicator_id)
    ).first()
    if row is None or not (row.released or sees_hidden(act.roles)):
        raise NotFound
    return row


def get_indicator(session: Session, act: Act, indicator_id: UUID) -> IndicatorView:
    """Return an indicator as it stands today, in two statements.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this reader.
    """
    row = _one(session, act, indicator_id)
    latest = _latest(session, act.on, Measurement.indicator_id == indicator_id)
    return view_of(row, latest.get(indicator_id), act.on)


def judgement(session: Session, indicator_id: UUID, on: date) -> Judgement:
    """Return how an indicator stands on a day, in two statements.

    Raises:
        NotFound: there is none in this programme.
    """
    row = session.execute(
        indicators(session).join(IndicatorEdition, _is_current()).where(Indicator.id == indicator_id)
    ).first()
    if row is None:
        raise NotFound
    latest = _latest(session, on, Measurement.indicator_id == indicator_id)
    return view_of(row, latest.get(indicator_id), on).judgement
