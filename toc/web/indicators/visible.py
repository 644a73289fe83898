"""Which single measurements a reader may see: never more than the days, groups and sites that are shown."""

from uuid import UUID

from toc.services.indicators import Measured, Whole
from toc.services.indicators.disclosing import visible_of
from toc.web.said import Said, not_shown


def visible(whole: Whole, said: Said) -> frozenset[UUID]:
    """Return the measurements of an indicator whose numbers may be shown to a reader."""
    return visible_of(whole, said.small)


def value_of(one: Measured, whole: Whole, shown: frozenset[UUID], said: Said) -> str:
    """Return what a measurement says, or that it is not shown."""
    return said.counted(one.reading, whole.view.definition) if one.id in shown else not_shown()


def note_of(one: Measured, shown: frozenset[UUID], said: Said) -> str:
    """Return the note of a measurement; "" where its number is not shown.

    Why a value was corrected says by how few people it differed: that is for who works with the numbers.
    """
    is_reason = one.supersedes is not None and not said.small.sees_all
    return one.note if one.id in shown and not is_reason else ""
