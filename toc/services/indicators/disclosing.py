"""Which single measurements a reader may see: one rule, for every page and file that shows them.

The rule itself is `toc.domain.indicators.seeing.see_measurements`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.indicators import Definition, Kind, RolledUp, SiteReading, SmallNumbers, roll_up
from toc.domain.indicators.disclosing import sees_all
from toc.domain.indicators.seeing import see_days, see_measurements
from toc.models.indicators import Indicator, IndicatorEdition, Measurement
from toc.models.participants import Site
from toc.models.programmes import Programme
from toc.services.indicators.closing import NOTHING_CLOSED, Closed, closed_for, with_closed
from toc.services.indicators.counted import counts, is_computed
from toc.services.indicators.editions import columns, definition_from, is_current
from toc.services.indicators.reading import COUNTED_COLUMNS, levels_of, open_on, site_reading, sites
from toc.services.indicators.values import Whole


def small_for(programme: Programme, act: Act) -> SmallNumbers:
    """Return what a person sees of small groups in a programme."""
    return SmallNumbers(
        threshold=programme.small_number_threshold,
        own_totals_decided=programme.own_totals_decided,
        roles=act.roles,
    )


def visible_of(whole: Whole, small: SmallNumbers) -> frozenset[UUID]:
    """Return the measurements of an indicator that a reader may see.

    Args:
        whole: as `get_whole` gives it.
        small: what the reader sees of small groups.
    """
    if small.sees_all or not whole.view.definition.counts_people:
        return frozenset(one.id for one in whole.measurements)
    counted = whole.series
    readings = _by_day(one.at_site for one in counted)
    shown = _shown(small, whole.view.definition, whole.days, readings, whole.sites)
    return frozenset(one.id for one in counted if (one.reading.on, one.site_id) in shown)


def may_see(session: Session, act: Act, measurement_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return which of these measurements somebody may see.

    For who works with the numbers that takes no statement. For others it takes two, one where the programme
    was not read before, one where sites count, one where sites count levels, and where something was
    computed those of `closed_for`.

    Args:
        session: of a programme.
        act: who looks.
        measurement_ids: of any indicators of the programme.
    """
    if sees_all(act.roles) or not measurement_ids:
        return frozenset(measurement_ids)
    place = session.info["programme_id"]
    small = small_for(session.get_one(Programme, place), act)
    of_these = select(Measurement.indicator_id).where(
        Measurement.programme_id == place, Measurement.id.in_(measurement_ids)
    )
    definitions: dict[UUID, Definition] = {
        row.id: definition_from(row)
        for row in session.execute(
            select(Indicator.id, *columns())
            .join(IndicatorEdition, is_current())
            .where(Indicator.programme_id == place, Indicator.id.in_(of_these))
        )
    }
    rows: Sequence[Any] = session.execute(
        select(
            Measurement.indicator_id,
            Measurement.id,
            *COUNTED_COLUMNS,
            counts().label("counts"),
            is_computed().label("is_computed"),
        )
        .where(Measurement.programme_id == place, Measurement.indicator_id.in_(of_these))
        .order_by(Measurement.indicator_id, Measurement.on)
    ).all()
    by_site = [row.id for row in rows if row.site_id is not None and row.counts]
    places = sites(session) if by_site else ()
    levels = levels_of(
        session, [id_ for id_ in by_site if Kind.ORDINAL in {one.kind for one in definitions.values()}]
    )
    closings = closed_for(session, act) if any(row.is_computed for row in rows) else {}
    seen: set[UUID] = set()
    for indicator_id, each in groupby(rows, key=lambda row: row.indicator_id):
        closed = closings.get(indicator_id, NOTHING_CLOSED)
        seen |= _visible(small, definitions[indicator_id], list(each), places, levels, closed)
    return frozenset(measurement_ids) & seen


def _visible(
    small: SmallNumbers,
    definition: Definition,
    rows: Sequence[Any],
    places: Sequence[Site],
    levels: Mapping[UUID, tuple[int, ...]],
    closed: Closed,
) -> set[UUID]:
    """Return which rows of one indicator may be seen; all of them, with what counts no more, are given."""
    if not definition.counts_people:
        return {row.id for row in rows}
    counted = [row for row in rows if row.counts]
    readings = _by_day(site_reading(row, levels.get(row.id, ())) for row in counted)
    days = with_closed(
        (
            day
            for on, each in readings.items()
            for day in roll_up(
                definition.kind,
                each,
                open_on(places, on) if any(one.site is not None for one in each) else (),
            )
        ),
        closed,
    )
    shown = _shown(small, definition, days, readings, {place.id: place.name for place in places})
    return {row.id for row in counted if (row.on, row.site_id) in shown}


def _by_day(readings: Iterable[SiteReading]) -> dict[date, list[SiteReading]]:
    found: dict[date, list[SiteReading]] = {}
    for one in readings:
        found.setdefault(one.reading.on, []).append(one)
    return found


def _shown(
    small: SmallNumbers,
    definition: Definition,
    days: Sequence[RolledUp],
    readings: Mapping[date, Sequence[SiteReading]],
    names: Mapping[UUID, str],
) -> frozenset[tuple[date, UUID | None]]:
    return see_measurements(small, definition, see_days(small, definition, days), readings, names)
