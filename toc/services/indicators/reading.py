"""Indicators as pages see them, each in a fixed number of statements."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals.rules import sees_hidden
from toc.domain.indicators import (
    Definition,
    Judgement,
    Kind,
    Reading,
    RolledUp,
    SiteReading,
    Status,
    fold,
    judge,
    roll_up,
)
from toc.domain.indicators.breakdowns import LEVEL, levels_in
from toc.models.goals import Goal, GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition, Measurement, MeasurementPart
from toc.models.participants import Site
from toc.models.programmes import Programme
from toc.services.errors import NotFound
from toc.services.indicators.closing import Closed, closed_for, with_closed
from toc.services.indicators.counted import counts
from toc.services.indicators.editions import JUDGED, columns, definition_from, goal_now, is_current
from toc.services.indicators.values import IndicatorView

COUNTED_COLUMNS: Final = (
    Measurement.site_id,
    Measurement.on.label("on"),
    Measurement.value,
    Measurement.numerator,
    Measurement.denominator,
    Measurement.people,
    Measurement.missing,
)
"""What is asked of a measurement to know what was counted where, and of how many people."""


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
            *(Programme.ends_on.label("programme_ends_on"), *columns(), *more),
        )
        .select_from(Indicator)
        .join(Programme, Programme.id == Indicator.programme_id)
        .join(Indicator.goal)
        .join(GoalEdition, goal_now())
        .where(Indicator.programme_id == session.info["programme_id"])
    )


def definition_in(row: Any) -> Definition:  # noqa: ANN401 - a row
    """Return the definition that a row of `indicators` holds."""
    return definition_from(row)


def view_of(row: Any, day: "Latest | None", on: date) -> IndicatorView:  # noqa: ANN401 - a row
    """Return the indicator of a row of `indicators`, with its latest day, judged on a day."""
    definition = definition_in(row)
    now, latest_id = day or (None, None)
    latest = None if now is None else now.reading
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
        latest=latest,
        latest_id=latest_id,
        now=now,
        judgement=judge(definition, now, on, row.programme_ends_on),
    )


# --- What counts --------------------------------------------------------------------------------------------


Latest = tuple[RolledUp, UUID | None]
"""The latest day of an indicator, and the id of its measurement where the whole was counted."""


def _latest(session: Session, on: date, *where: ColumnElement[bool]) -> dict[UUID, Latest]:
    """Return the latest day with values up to a day, per indicator, its sites taken together.

    One statement; where sites counted, one more for the sites and one for levels.
    """
    last = func.max(Measurement.on).over(partition_by=Measurement.indicator_id)
    ranked = (
        select(
            Measurement.indicator_id,
            Measurement.id,
            *COUNTED_COLUMNS,
            IndicatorEdition.kind,
            last.label("last"),
        )
        .join(
            IndicatorEdition,
            and_(
                IndicatorEdition.programme_id == Measurement.programme_id,
                IndicatorEdition.id == Measurement.edition_id,
            ),
        )
        .where(
            Measurement.programme_id == session.info["programme_id"],
            Measurement.on <= on,
            counts(),
            *where,
        )
        .subquery()
    )
    rows = session.execute(select(ranked).where(ranked.c.on == ranked.c.last)).all()
    by_site = any(row.site_id is not None for row in rows)
    places = sites(session) if by_site else ()
    ordinal = [row.id for row in rows if row.kind is Kind.ORDINAL] if by_site else []
    levels = levels_of(session, ordinal)
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.indicator_id, []).append(row)
    return {indicator_id: _together(each, places, levels) for indicator_id, each in found.items()}


def _together(
    rows: Collection[Any], places: Collection[Site], levels: Mapping[UUID, tuple[int, ...]]
) -> Latest:
    kind, on = next((row.kind, row.on) for row in rows)
    by_site = any(row.site_id is not None for row in rows)
    (day,) = roll_up(
        kind,
        [site_reading(row, levels.get(row.id, ())) for row in rows],
        open_on(places, on) if by_site else (),
    )
    return day, next((row.id for row in rows if row.site_id is None), None)


def site_reading(row: Any, levels: tuple[int, ...] = ()) -> SiteReading:  # noqa: ANN401 - a row
    """Return what a row says of one site, or of the whole."""
    return SiteReading(
        site=row.site_id, reading=reading_in(row), people=row.people, missing=row.missing, levels=levels
    )


def sites(session: Session) -> tuple[Site, ...]:
    """Return the sites of the programme by name, closed ones too."""
    return tuple(
        session.scalars(
            select(Site).where(Site.programme_id == session.info["programme_id"]).order_by(Site.name, Site.id)
        )
    )


def open_on(places: Collection[Site], on: date) -> tuple[UUID, ...]:
    """Return the sites that were open on a day: they are expected to have a value of it, others are not.

    Args:
        places: of the programme.
        on: the day; the first and the last day of a site are among its days.
    """
    return tuple(
        place.id for place in places if (place.starts_on or date.min) <= on <= (place.ends_on or date.max)
    )


def levels_of(session: Session, measurement_ids: Collection[UUID]) -> dict[UUID, tuple[int, ...]]:
    """Return the people on each level, lowest first, of measurements of an ordinal score."""
    if not measurement_ids:
        return {}
    rows = session.execute(
        select(MeasurementPart.measurement_id, MeasurementPart.option, MeasurementPart.value).where(
            MeasurementPart.programme_id == session.info["programme_id"],
            MeasurementPart.measurement_id.in_(measurement_ids),
            MeasurementPart.breakdown == LEVEL,
        )
    )
    found: dict[UUID, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.measurement_id, {})[row.option] = int(row.value)
    return {measurement_id: levels_in(options) for measurement_id, options in found.items()}


def reading_in(row: Any) -> Reading:  # noqa: ANN401 - a row
    """Return the reading that a row holds."""
    return Reading(on=row.on, value=row.value, numerator=row.numerator, denominator=row.denominator)


# --- Many indicators ----------------------------------------------------------------------------------------


def overview(
    session: Session, on: date, *, act: Act | None = None, goal_id: UUID | None = None
) -> list[IndicatorView]:
    """Return the indicators of a goal, or all of the programme, by code; in two statements.

    And in those of `closed_for`, where it is said who looks.

    Args:
        session: of a programme.
        on: the day of the judgements.
        act: who looks; without one the indicators of hidden goals are among them (`released` is false).
        goal_id: of which goal alone; None: of all.
    """
    query = indicators(session).join(IndicatorEdition, is_current()).order_by(Indicator.code)
    if act is not None and not sees_hidden(act.roles):
        query = query.where(Goal.released.is_(True))
    where: tuple[ColumnElement[bool], ...] = ()
    if goal_id is not None:
        query = query.where(Goal.id == goal_id)
        where = (_is_about(session, (goal_id,)),)
    latest = _latest(session, on, *where)
    closings = {} if act is None else closed_for(session, act)
    return [
        view_of(row, _with_closed(latest.get(row.id), closings.get(row.id)), on)
        for row in session.execute(query)
    ]


def _with_closed(latest: Latest | None, closings: Closed | None) -> Latest | None:
    if latest is None or closings is None:
        return latest
    day, measurement_id = latest
    return with_closed((day,), closings)[0], measurement_id


def _is_about(session: Session, goal_ids: Collection[UUID]) -> ColumnElement[bool]:
    """Return the condition by which a measurement is of an indicator of these goals."""
    return Measurement.indicator_id.in_(
        select(Indicator.id).where(
            Indicator.programme_id == session.info["programme_id"], Indicator.goal_id.in_(goal_ids)
        )
    )


def goal_statuses(session: Session, on: date, goal_ids: Collection[UUID] | None = None) -> dict[UUID, Status]:
    """Return how goals stand by their indicators, in two statements.

    Args:
        session: of a programme.
        on: the day of the judgements.
        goal_ids: which goals; all of the programme when None.

    Returns:
        A status for each goal; one without an indicator is not measurable.
    """
    query = (
        select(Goal.id.label("goal_id"), Indicator.id, *columns(JUDGED))
        .select_from(Goal)
        .outerjoin(Indicator, and_(Indicator.programme_id == Goal.programme_id, Indicator.goal_id == Goal.id))
        .outerjoin(IndicatorEdition, is_current())
        .where(Goal.programme_id == session.info["programme_id"])
    )
    where: tuple[ColumnElement[bool], ...] = ()
    if goal_ids is not None:
        query = query.where(Goal.id.in_(goal_ids))
        where = (_is_about(session, goal_ids),)
    latest = _latest(session, on, *where)
    found: dict[UUID, list[Status]] = {}
    for row in session.execute(query):
        statuses = found.setdefault(row.goal_id, [])
        if row.id is None:
            continue
        _, _, *judged = row
        now = latest[row.id][0] if row.id in latest else None
        statuses.append(_standing(tuple(map(_hashable, judged)), now, on))
    return {goal_id: fold(statuses) for goal_id, statuses in found.items()}


_STANDINGS: Final = 4096
"""Indicators of which a process remembers how they stand: it is asked far more often than it changes."""


@lru_cache(maxsize=_STANDINGS)
def _standing(judged: tuple[Any, ...], day: RolledUp | None, on: date) -> Status:
    """Return how an indicator stands; all that it depends on is given.

    Args:
        judged: what its columns `JUDGED` hold.
        day: the latest with a value.
        on: the day of the judgement.
    """
    definition = definition_from(SimpleNamespace(**dict(zip(JUDGED, judged, strict=True))), JUDGED)
    return judge(definition, day, on, None).status


def _hashable(value: Any) -> Any:  # noqa: ANN401 - of any column
    return tuple(value) if isinstance(value, list) else value


# --- One indicator ------------------------------------------------------------------------------------------


def _one(session: Session, act: Act, indicator_id: UUID) -> Any:  # noqa: ANN401 - a row
    row = session.execute(
        indicators(session).join(IndicatorEdition, is_current()).where(Indicator.id == indicator_id)
    ).first()
    if row is None or not (row.released or sees_hidden(act.roles)):
        raise NotFound
    return row


def get_indicator(session: Session, act: Act, indicator_id: UUID) -> IndicatorView:
    """Return an indicator as it stands today, in two statements and those of `closed_for`.

    Raises:
        NotFound: there is none in this programme, or its goal is hidden from this reader.
    """
    row = _one(session, act, indicator_id)
    latest = _latest(session, act.on, Measurement.indicator_id == indicator_id).get(indicator_id)
    return view_of(row, _with_closed(latest, closed_for(session, act).get(indicator_id)), act.on)


def judgement(session: Session, indicator_id: UUID, on: date) -> Judgement:
    """Return how an indicator stands on a day, in two statements.

    Raises:
        NotFound: there is none in this programme.
    """
    row = session.execute(
        indicators(session).join(IndicatorEdition, is_current()).where(Indicator.id == indicator_id)
    ).first()
    if row is None:
        raise NotFound
    latest = _latest(session, on, Measurement.indicator_id == indicator_id)
    return view_of(row, latest.get(indicator_id), on).judgement
