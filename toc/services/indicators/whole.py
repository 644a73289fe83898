"""One indicator with all that was ever said and measured, in two statements."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import Reading
from toc.models.goals import GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition, LogImport, Measurement
from toc.models.people import User
from toc.models.programmes import Origin, Programme
from toc.services.errors import NotFound
from toc.services.indicators.reading import definition_in, get_indicator, indicators, reading_in, view_of
from toc.services.indicators.values import EditionView, IndicatorView, LogImportView, Measured, Whole


def _editions(session: Session, act: Act, where: ColumnElement[bool]) -> Sequence[Any]:
    measured_for = aliased(GoalEdition)
    rows = session.execute(
        indicators(
            session,
            IndicatorEdition.reason,
            IndicatorEdition.created_at,
            User.name.label("by"),
            measured_for.number.label("goal_edition"),
            Programme,
            Origin,
        )
        .join(Programme, Programme.id == Indicator.programme_id)
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
        .outerjoin(Origin, _marked(Indicator))
        .where(where)
        .order_by(IndicatorEdition.number.desc(), Origin.field)
    ).all()
    if not rows or not (rows[0].released or sees_hidden(act.roles)):
        raise NotFound
    return rows


def _marked(table: type[Indicator | Measurement]) -> ColumnElement[bool]:
    """Return the condition by which a mark of origin is about a row, or a column of it."""
    return and_(
        Origin.programme_id == table.programme_id,
        Origin.subject_kind == table.__tablename__,
        Origin.subject_id == table.id,
    )


def _edition_views(rows: Sequence[Any]) -> tuple[EditionView, ...]:
    """Return the editions, each once: a row stands there for each mark too."""
    return tuple(
        EditionView(
            number=row.number,
            definition=definition_in(row),
            reason=row.reason,
            at=row.created_at,
            by=row.by or "",
            goal_edition=row.goal_edition,
        )
        for row in {row.number: row for row in rows}.values()
    )


def get_whole(session: Session, act: Act, indicator_id: UUID) -> Whole:
    """Return an indicator with its editions and all its measurements, in two statements.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this reader.
    """
    return _whole(session, act, Indicator.id == indicator_id, Measurement.indicator_id == indicator_id)


def _whole(session: Session, act: Act, which: ColumnElement[bool], of: ColumnElement[bool]) -> Whole:
    rows = _editions(session, act, which)
    measurements = _measurements(session, of)
    latest = next((one for one in measurements if one.counts and one.reading.on <= act.on), None)
    marks = {row.Origin.id: row.Origin for row in rows if row.Origin is not None}
    return Whole(
        programme=rows[0].Programme,
        view=view_of(rows[0], None if latest is None else (latest.id, latest.reading), act.on),
        editions=_edition_views(rows),
        measurements=measurements,
        marks=tuple(marks.values()),
    )


def _measurements(session: Session, *where: ColumnElement[bool]) -> tuple[Measured, ...]:
    newer = aliased(Measurement)
    rows: Sequence[Any] = session.execute(
        select(Measurement, IndicatorEdition.number, User.name, newer.id, Origin)
        .join(Measurement.edition)
        .outerjoin(User, User.id == Measurement.created_by_id)
        .outerjoin(
            newer,
            and_(newer.programme_id == Measurement.programme_id, newer.supersedes_id == Measurement.id),
        )
        .outerjoin(Origin, _marked(Measurement))
        .where(Measurement.programme_id == session.info["programme_id"], *where)
        .order_by(Measurement.on.desc(), Measurement.version.desc(), Origin.field)
    ).all()
    found: dict[UUID, Measured] = {}
    for row, edition, by, superseded_by, mark in rows:
        one = found.get(row.id) or _measured(row, edition, by, superseded_by)
        found[row.id] = one if mark is None else replace(one, marks=(*one.marks, mark))
    return tuple(found.values())


def _measured(row: Measurement, edition: int, by: str | None, superseded_by: UUID | None) -> Measured:
    return Measured(
        id=row.id,
        reading=reading_in(row),
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
    """Return a measurement and the indicator that it belongs to, in two statements.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this reader.
    """
    asked = aliased(Measurement)
    indicator_id = (
        select(asked.indicator_id)
        .where(asked.programme_id == session.info["programme_id"], asked.id == measurement_id)
        .scalar_subquery()
    )
    whole = _whole(session, act, Indicator.id == indicator_id, Measurement.indicator_id == indicator_id)
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
