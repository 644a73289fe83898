"""Indicators as pages see them, each in a fixed number of statements."""

from collections.abc import Collection
from dataclasses import fields, replace
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
from toc.models.indicators import Indicator, IndicatorEdition, LogImport, Measurement
from toc.models.people import User
from toc.services.errors import NotFound
from toc.services.indicators.values import EditionView, IndicatorView, LogImportView, Measured, Whole

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


def _indicators(session: Session, *more: Any) -> Select[Any]:  # noqa: ANN401 - further columns
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


def _definition(row: Any) -> Definition:  # noqa: ANN401 - a row
    return Definition(**{name: getattr(row, name) for name in DEFINITION})


def _view(row: Any, latest: tuple[UUID, Reading] | None, on: date) -> IndicatorView:  # noqa: ANN401 - a row
    definition = _definition(row)
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
    return {row.indicator_id: (row.id, _reading(row)) for row in rows}


def _reading(row: Any) -> Reading:  # noqa: ANN401 - a row
    return Reading(on=row.on, value=row.value, numerator=row.numerator, denominator=row.denominator)


# --- Many indicators ----------------------------------------------------------------------------------------


def overview(session: Session, on: date, *, act: Act | None = None) -> list[IndicatorView]:
    """Return all indicators by code, in two statements.

    Args:
        session: of a programme.
        on: the day of the judgements.
        act: who looks; without one the indicators of hidden goals are among them (`released` is false).
    """
    query = _indicators(session).join(IndicatorEdition, _is_current()).order_by(Indicator.code)
    if act is not None and not sees_hidden(act.roles):
        query = query.where(Goal.released.is_(True))
    latest = _latest(session, on)
    return [_view(row, latest.get(row.id), on) for row in session.execute(query)]


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
        _indicators(session).join(IndicatorEdition, _is_current()).where(Indicator.id == indicator_id)
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
    return _view(row, latest.get(indicator_id), act.on)


def judgement(session: Session, indicator_id: UUID, on: date) -> Judgement:
    """Return how an indicator stands on a day, in two statements.

    Raises:
        NotFound: there is none in this programme.
    """
    row = session.execute(
        _indicators(session).join(IndicatorEdition, _is_current()).where(Indicator.id == indicator_id)
    ).first()
    if row is None:
        raise NotFound
    latest = _latest(session, on, Measurement.indicator_id == indicator_id)
    return _view(row, latest.get(indicator_id), on).judgement


def editions(session: Session, act: Act, indicator_id: UUID) -> tuple[IndicatorView, tuple[EditionView, ...]]:
    """Return an indicator without its readings, and its editions, newest first, in one statement.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this reader.
    """
    measured_for = aliased(GoalEdition)
    rows = session.execute(
        _indicators(
            session,
            Indicator.edition.label("current"),
            IndicatorEdition.reason,
            IndicatorEdition.created_at,
            User.name.label("by"),
            measured_for.number.label("goal_edition"),
        )
        .join(
            IndicatorEdition,
            and_(
                IndicatorEdition.programme_id == Indicator.programme_id,
                IndicatorEdition.indicator_id == Indicator.id,
            ),
        )
        .join(
            measured_for,
            and_(
                measured_for.programme_id == IndicatorEdition.programme_id,
                measured_for.id == IndicatorEdition.goal_edition_id,
            ),
        )
        .outerjoin(User, User.id == IndicatorEdition.created_by_id)
        .where(Indicator.id == indicator_id)
        .order_by(IndicatorEdition.number.desc())
    ).all()
    if not rows or not (rows[0].released or sees_hidden(act.roles)):
        raise NotFound
    views = tuple(
        EditionView(
            number=row.number,
            definition=_definition(row),
            reason=row.reason,
            at=row.created_at,
            by=row.by or "",
            goal_edition=row.goal_edition,
        )
        for row in rows
    )
    return _view(rows[0], None, act.on), views


def get_whole(session: Session, act: Act, indicator_id: UUID) -> Whole:
    """Return an indicator with its editions and all its measurements, in two statements.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this reader.
    """
    view, said = editions(session, act, indicator_id)
    measurements = _measurements(session, Measurement.indicator_id == indicator_id)
    latest = next((one for one in measurements if one.counts and one.reading.on <= act.on), None)
    judged = status(view.definition.target, () if latest is None else (latest.reading,), act.on)
    if latest is not None:
        view = replace(view, latest=latest.reading, latest_id=latest.id)
    return Whole(view=replace(view, judgement=judged), editions=said, measurements=measurements)


def _measurements(session: Session, *where: ColumnElement[bool]) -> tuple[Measured, ...]:
    newer = aliased(Measurement)
    rows = session.execute(
        select(Measurement, IndicatorEdition.number, User.name, newer.id)
        .join(Measurement.edition)
        .outerjoin(User, User.id == Measurement.created_by_id)
        .outerjoin(
            newer,
            and_(newer.programme_id == Measurement.programme_id, newer.supersedes_id == Measurement.id),
        )
        .where(Measurement.programme_id == session.info["programme_id"], *where)
        .order_by(Measurement.on.desc(), Measurement.version.desc())
    )
    return tuple(_measured(*row) for row in rows)


def _measured(row: Measurement, edition: int, by: str | None, superseded_by: UUID | None) -> Measured:
    return Measured(
        id=row.id,
        reading=_reading(row),
        version=row.version,
        source=row.source,
        log_import_id=row.log_import_id,
        source_row=row.source_row,
        note=row.note,
        at=row.created_at,
        by=by or "",
        supersedes=row.supersedes_id,
        superseded_by=superseded_by,
        edition=edition,
    )


def series(session: Session, indicator_id: UUID) -> tuple[Reading, ...]:
    """Return the readings of an indicator that count, one per day, earliest first, in one statement."""
    found = _measurements(session, Measurement.indicator_id == indicator_id)
    return tuple(one.reading for one in reversed(found) if one.counts)


def get_measurement(session: Session, act: Act, measurement_id: UUID) -> tuple[Measured, Whole]:
    """Return a measurement and the indicator that it belongs to, in three statements.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this reader.
    """
    indicator_id = session.scalar(
        select(Measurement.indicator_id).where(
            Measurement.programme_id == session.info["programme_id"], Measurement.id == measurement_id
        )
    )
    if indicator_id is None:
        raise NotFound
    whole = get_whole(session, act, indicator_id)
    return next(one for one in whole.measurements if one.id == measurement_id), whole


def log_import(session: Session, act: Act, import_id: UUID) -> tuple[LogImportView, IndicatorView]:
    """Return a file that was imported with what came of it, and its indicator, in four statements.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this reader.
    """
    row = session.execute(
        select(LogImport, User.name)
        .outerjoin(User, User.id == LogImport.created_by_id)
        .where(LogImport.programme_id == session.info["programme_id"], LogImport.id == import_id)
    ).first()
    if row is None:
        raise NotFound
    found, by = row
    view = get_indicator(session, act, found.indicator_id)
    measurements = _measurements(session, Measurement.log_import_id == import_id)
    lines = [(one.source_row or 0, one) for one in measurements]
    return LogImportView(
        id=found.id,
        indicator_id=found.indicator_id,
        sha256=found.sha256,
        read_as=found.read_as,
        added=found.rows_added,
        corrected=found.rows_corrected,
        unchanged=found.rows_unchanged,
        at=found.created_at,
        by=by or "",
        rows=tuple(sorted(lines, key=lambda line: line[0])),
    ), view


def entered_by(
    session: Session, *, goal_id: UUID | None = None, indicator_id: UUID | None = None
) -> frozenset[UUID]:
    """Return everybody who entered or imported measurements, corrected ones too, in one statement.

    Who uploads does not sign (`toc.domain.people.may_sign`).

    Args:
        session: of a programme.
        goal_id: only those of indicators of this goal.
        indicator_id: only those of this indicator.
    """
    query = select(Measurement.created_by_id).where(
        Measurement.programme_id == session.info["programme_id"], Measurement.created_by_id.is_not(None)
    )
    if indicator_id is not None:
        query = query.where(Measurement.indicator_id == indicator_id)
    if goal_id is not None:
        query = query.join(Measurement.indicator).where(Indicator.goal_id == goal_id)
    return frozenset(session.scalars(query.distinct()))
