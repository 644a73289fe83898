"""Editions: how a definition is kept in its row and in those of its periods, and read from them again."""

from collections.abc import Callable, Collection
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, String, and_, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from toc.domain.ids import derived
from toc.domain.indicators import Definition, PeriodTarget
from toc.domain.indicators.breakdowns import breakdowns_in
from toc.domain.indicators.definition import breakdowns_as_stored
from toc.domain.indicators.external import as_stored, codes_in
from toc.models.goals import Goal, GoalEdition
from toc.models.indicators import Indicator, IndicatorEdition, IndicatorTarget

DEFINITION: Final = tuple(field.name for field in fields(Definition))
"""What an edition says, by name; all but the periods are columns of it."""

JUDGED: Final = (
    "kind",
    "direction",
    "frequency",
    "is_cumulative",
    "counts_people",
    "baseline_value",
    "baseline_on",
    "target_value",
    "target_on",
    "scale_lowest",
    "scale_highest",
    "levels",
    "periods",
)
"""What a definition needs to be judged."""

_PERIODS = "periods"
_BETWEEN, _WITHIN = ",", "|"
_MILLION = Decimal(10**6)


def is_current() -> ColumnElement[bool]:
    """Return how indicators and their current editions are joined."""
    return and_(
        IndicatorEdition.programme_id == Indicator.programme_id,
        IndicatorEdition.indicator_id == Indicator.id,
        IndicatorEdition.number == Indicator.edition,
    )


def goal_now() -> ColumnElement[bool]:
    """Return how goals and their current editions are joined."""
    return and_(
        GoalEdition.programme_id == Goal.programme_id,
        GoalEdition.goal_id == Goal.id,
        GoalEdition.number == Goal.edition,
    )


def columns(names: Collection[str] = DEFINITION) -> list[Any]:
    """Return what to select of editions, so that `definition_from` reads a definition from the row.

    The periods come along as one text per edition, so that no list of indicators needs a question for each.
    """
    return [_periods() if name == _PERIODS else getattr(IndicatorEdition, name) for name in names]


def _periods() -> Any:  # noqa: ANN401 - a column
    said = (
        cast(IndicatorTarget.starts_on, String)
        + _WITHIN
        + cast(IndicatorTarget.ends_on, String)
        + _WITHIN
        + cast(type_coerce(IndicatorTarget.value, BigInteger), String)
    )
    return (
        select(func.aggregate_strings(said, _BETWEEN))
        .where(
            IndicatorTarget.programme_id == IndicatorEdition.programme_id,
            IndicatorTarget.edition_id == IndicatorEdition.id,
        )
        .correlate(IndicatorEdition)
        .scalar_subquery()
        .label(_PERIODS)
    )


def _periods_in(said: str | None) -> tuple[PeriodTarget, ...]:
    """Return the periods that a text of `_periods` holds, by day."""
    found = [one.split(_WITHIN) for one in (said or "").split(_BETWEEN) if one]
    return tuple(
        PeriodTarget(
            starts_on=date.fromisoformat(starts),
            ends_on=date.fromisoformat(ends),
            value=Decimal(millionths) / _MILLION,
        )
        for starts, ends, millionths in sorted(found)
    )


def definition_from(row: Any, names: Collection[str] = DEFINITION) -> Definition:  # noqa: ANN401 - a row
    """Return the definition that a row with `columns` holds.

    Args:
        row: of a query.
        names: those that were selected; without a name it gets a dash for one.
    """
    return _definition({name: getattr(row, name) for name in names})


def definition_of(edition: IndicatorEdition) -> Definition:
    """Return what an edition says; asks for its periods."""
    periods = tuple(
        PeriodTarget(starts_on=one.starts_on, ends_on=one.ends_on, value=one.value) for one in edition.targets
    )
    return _definition({**_said(edition), _PERIODS: periods})


def measured_as(edition: IndicatorEdition) -> Definition:
    """Return what an edition measures, without its targets per period: enough to say a value in words."""
    return _definition({**_said(edition), _PERIODS: ()})


def _said(edition: IndicatorEdition) -> dict[str, Any]:
    return {name: getattr(edition, name) for name in DEFINITION if name != _PERIODS}


_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "external_codes": codes_in,
    "breakdowns": breakdowns_in,
    "levels": tuple,
}


def _definition(said: dict[str, Any]) -> Definition:
    known = {name: _READ[name](value) if name in _READ else value for name, value in said.items()}
    if not isinstance(known[_PERIODS], tuple):
        known[_PERIODS] = _periods_in(known[_PERIODS])
    return Definition(**{"name": "\u2013", **known})


def kept(definition: Definition) -> dict[str, Any]:
    """Return a definition as the columns of its edition hold it; its periods are rows of their own."""
    said = {name: getattr(definition, name) for name in DEFINITION if name != _PERIODS}
    return {
        **said,
        "external_codes": as_stored(definition.external_codes),
        "breakdowns": breakdowns_as_stored(definition.breakdowns),
        "levels": list(definition.levels),
        "rule": None if definition.rule is None else dict(definition.rule),
    }


def add_periods(session: Session, edition: IndicatorEdition, definition: Definition) -> None:
    """Add the periods of a definition to its new edition."""
    session.add_all(
        IndicatorTarget(
            id=derived(edition.id, "target", period.ends_on.isoformat()),
            edition_id=edition.id,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            value=period.value,
        )
        for period in definition.periods
    )
