"""One indicator with all that was ever said and measured, in two statements; two more for parts and sites."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import Kind, MeasurementSource, Reading, ReviewStep, RolledUp, SiteReading, roll_up
from toc.domain.indicators.breakdowns import Part
from toc.domain.indicators.reviewing import State
from toc.models.goals import GoalEdition
from toc.models.indicators import (
    Indicator,
    IndicatorEdition,
    LogImport,
    Measurement,
    MeasurementPart,
    MeasurementReview,
    PeriodLock,
)
from toc.models.participants import Site
from toc.models.people import User
from toc.models.programmes import Origin, Programme
from toc.services.errors import NotFound
from toc.services.indicators.closing import NOTHING_CLOSED, closed_for, with_closed
from toc.services.indicators.counted import counts, returned
from toc.services.indicators.reading import (
    definition_in,
    get_indicator,
    indicators,
    open_on,
    reading_in,
    sites,
    view_of,
)
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

    One more where there are parts of breakdowns, one where sites count, and those of `closed_for` where
    something was computed.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this reader.
    """
    return _whole(session, act, Indicator.id == indicator_id, Measurement.indicator_id == indicator_id)


def _whole(session: Session, act: Act, which: ColumnElement[bool], of: ColumnElement[bool]) -> Whole:
    rows = _editions(session, act, which)
    measurements = measured_rows(session, of)
    places = sites(session) if any(one.site_id is not None for one in measurements) else ()
    days = _days(rows[0].kind, measurements, places)
    if any(one.source is MeasurementSource.COMPUTED for one in measurements):
        days = with_closed(days, closed_for(session, act).get(rows[0].id, NOTHING_CLOSED))
    now = next((day for day in reversed(days) if day.on <= act.on), None)
    marks = {row.Origin.id: row.Origin for row in rows if row.Origin is not None}
    return Whole(
        programme=rows[0].Programme,
        view=view_of(rows[0], None if now is None else (now, _id_of(measurements, now)), act.on),
        editions=_edition_views(rows),
        measurements=measurements,
        marks=tuple(marks.values()),
        days=days,
        sites={place.id: place.name for place in places},
    )


def _days(kind: Kind, measurements: Sequence[Measured], places: Collection[Site]) -> tuple[RolledUp, ...]:
    """Return what counts, one per day, earliest first; a site is waited for where sites count at all."""
    by_day: dict[date, list[SiteReading]] = {}
    for one in reversed(measurements):
        if one.counts:
            by_day.setdefault(one.reading.on, []).append(one.at_site)
    return tuple(
        day
        for on, each in by_day.items()
        for day in roll_up(
            kind, each, open_on(places, on) if any(one.site is not None for one in each) else ()
        )
    )


def _id_of(measurements: Sequence[Measured], day: RolledUp) -> UUID | None:
    """Return the measurement of the whole on a day, if there is one."""
    return next(
        (one.id for one in measurements if one.counts and one.reading.on == day.on and one.site_id is None),
        None,
    )


def after_lock() -> ColumnElement[bool]:
    """Return the condition by which a measurement came after its period was locked, or that of the old one.

    Also where the period was opened again meanwhile: what was closed has changed, and that must be seen.
    """
    old = aliased(Measurement)
    lock = aliased(PeriodLock)
    before = (
        lock.programme_id == Measurement.programme_id,
        lock.is_locked.is_(True),
        lock.created_at < Measurement.created_at,
    )
    its_own = exists().where(*before, Measurement.on.between(lock.starts_on, lock.ends_on))
    of_the_old = exists().where(
        *before,
        old.programme_id == Measurement.programme_id,
        old.id == Measurement.supersedes_id,
        old.on.between(lock.starts_on, lock.ends_on),
    )
    return or_(its_own, of_the_old)


def approved() -> ColumnElement[bool]:
    """Return the condition by which a reviewer approved a measurement; asked after `returned`."""
    return exists().where(
        MeasurementReview.programme_id == Measurement.programme_id,
        MeasurementReview.measurement_id == Measurement.id,
        MeasurementReview.step == ReviewStep.APPROVED,
    )


def state() -> ColumnElement[str]:
    """Return what a reviewer decided last about a measurement, as a value of `State`."""
    return case(
        (returned(), State.RETURNED.value),
        (approved(), State.APPROVED.value),
        else_=State.SUBMITTED.value,
    )


def measured_rows(session: Session, *where: ColumnElement[bool]) -> tuple[Measured, ...]:
    """Return measurements, latest day first and of a day the newest version first.

    Parts of breakdowns take a statement more.
    """
    newer = aliased(Measurement)
    rows: Sequence[Any] = session.execute(
        select(
            Measurement,
            IndicatorEdition.number,
            User.name.label("by"),
            newer.id.label("superseded_by"),
            Origin,
            Site.name.label("site"),
            state().label("state"),
            after_lock().label("after_lock"),
            _has_parts().label("has_parts"),
        )
        .join(Measurement.edition)
        .outerjoin(User, User.id == Measurement.created_by_id)
        .outerjoin(
            newer,
            and_(newer.programme_id == Measurement.programme_id, newer.supersedes_id == Measurement.id),
        )
        .outerjoin(Origin, _marked(Measurement))
        .outerjoin(Site, and_(Site.programme_id == Measurement.programme_id, Site.id == Measurement.site_id))
        .where(Measurement.programme_id == session.info["programme_id"], *where)
        .order_by(Measurement.on.desc(), Measurement.version.desc(), Site.name, Measurement.id, Origin.field)
    ).all()
    parts = _parts(session, *where) if any(row.has_parts for row in rows) else {}
    found: dict[UUID, Measured] = {}
    for row in rows:
        key = row.Measurement.id
        one = found.get(key) or _measured(row, parts.get(key, ()))
        found[key] = one if row.Origin is None else replace(one, marks=(*one.marks, row.Origin))
    return tuple(found.values())


def _has_parts() -> ColumnElement[bool]:
    return exists().where(
        MeasurementPart.programme_id == Measurement.programme_id,
        MeasurementPart.measurement_id == Measurement.id,
    )


def _parts(session: Session, *where: ColumnElement[bool]) -> dict[UUID, tuple[Part, ...]]:
    rows = session.scalars(
        select(MeasurementPart)
        .join(MeasurementPart.measurement)
        .where(MeasurementPart.programme_id == session.info["programme_id"], *where)
        .order_by(MeasurementPart.breakdown, MeasurementPart.option)
    )
    found: dict[UUID, tuple[Part, ...]] = {}
    for row in rows:
        found[row.measurement_id] = (*found.get(row.measurement_id, ()), part_in(row))
    return found


def part_in(row: MeasurementPart) -> Part:
    """Return the part that a row holds."""
    return Part(
        breakdown=row.breakdown,
        option=row.option,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        people=row.people,
    )


def _measured(found: Any, parts: tuple[Part, ...]) -> Measured:  # noqa: ANN401 - a row
    row: Measurement = found.Measurement
    return Measured(
        id=row.id,
        reading=reading_in(row),
        version=row.version,
        source=row.source,
        log_import_id=row.log_import_id,
        source_row=row.source_row,
        note=row.note,
        at=row.created_at,
        by=found.by or "",
        by_id=row.created_by_id,
        supersedes=row.supersedes_id,
        superseded_by=found.superseded_by,
        edition=found.number,
        site_id=row.site_id,
        site=found.site or "",
        starts_on=row.starts_on,
        people=row.people,
        missing=row.missing,
        narrative=row.narrative,
        parts=parts,
        is_void=row.is_void,
        state=State(found.state),
        after_lock=bool(found.after_lock),
        rests_on=row.rests_on,
    )


def series(session: Session, indicator_id: UUID) -> tuple[Reading, ...]:
    """Return the readings of the whole that count, one per day, earliest first, in one statement."""
    rows = session.scalars(
        select(Measurement)
        .where(
            Measurement.programme_id == session.info["programme_id"],
            Measurement.indicator_id == indicator_id,
            Measurement.site_id.is_(None),
            counts(),
        )
        .order_by(Measurement.on)
    )
    return tuple(reading_in(row) for row in rows)


def get_measurement(session: Session, act: Act, measurement_id: UUID) -> tuple[Measured, Whole]:
    """Return a measurement and the indicator that it belongs to, as `get_whole`.

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
    """Return a file that was imported with what came of it, and its indicator, in three statements.

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
    measurements = measured_rows(session, Measurement.log_import_id == import_id)
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
