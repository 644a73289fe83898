"""Which single measurements a reader may see: never more than the days, groups and sites that are shown."""

from uuid import UUID

from toc.domain.indicators.readings import Kind
from toc.domain.indicators.seeing import Standing
from toc.services.indicators import Measured, Whole
from toc.web.said import Said, not_shown

_OF_NOBODY = frozenset({Kind.YES_NO, Kind.NARRATIVE})


def visible(whole: Whole, standing: Standing, said: Said) -> frozenset[UUID]:
    """Return the measurements whose numbers may be shown.

    Who does not work with the numbers sees those of the whole programme that count now, on the days that are
    shown. What was corrected differs by a few people from what counts, and what a site counted stands in the
    table of sites, where its neighbours protect it.
    """
    definition = whole.view.definition
    every = frozenset(one.id for one in whole.measurements)
    if said.small.sees_all or not definition.counts_people or definition.kind in _OF_NOBODY:
        return every
    hidden = {day.on for day in standing.days if day.cell.is_hidden}
    return frozenset(
        one.id
        for one in whole.measurements
        if one.counts and one.site_id is None and one.reading.on not in hidden
    )


def value_of(one: Measured, whole: Whole, shown: frozenset[UUID], said: Said) -> str:
    """Return what a measurement says, or that it is not shown."""
    return said.counted(one.reading, whole.view.definition) if one.id in shown else not_shown()
