"""Which measurements count: nothing took their place, they take nothing back, and they were not returned."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased

from toc.domain.indicators import MeasurementSource, ReviewStep
from toc.models.indicators import Measurement, MeasurementReview


def superseded(one: Any = Measurement) -> ColumnElement[bool]:  # noqa: ANN401 - the table or an alias of it
    """Return the condition by which another row took the place of a measurement."""
    newer = aliased(Measurement)
    return exists().where(newer.programme_id == one.programme_id, newer.supersedes_id == one.id)


def returned(one: Any = Measurement) -> ColumnElement[bool]:  # noqa: ANN401 - as above
    """Return the condition by which the latest decision on a measurement sends it back to who entered it."""
    back, later = aliased(MeasurementReview), aliased(MeasurementReview)
    approved_since = exists().where(
        later.programme_id == back.programme_id,
        later.measurement_id == back.measurement_id,
        later.step == ReviewStep.APPROVED,
        later.at > back.at,
    )
    return exists().where(
        back.programme_id == one.programme_id,
        back.measurement_id == one.id,
        back.step == ReviewStep.RETURNED,
        ~approved_since,
    )


@cache
def counts() -> ColumnElement[bool]:
    """Return the condition by which a measurement counts, approved or not.

    Nothing took its place, it takes nothing back, and it was not returned. Made once: that takes longer than
    to ask it.
    """
    return and_(Measurement.is_void.is_(False), ~superseded(), ~returned())


def is_computed() -> ColumnElement[bool]:
    """Return the condition by which a measurement was computed from participants."""
    return Measurement.source == MeasurementSource.COMPUTED
