"""Assembling: what the rows of a log say of an indicator, a site and a day becomes one measurement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from toc.domain.errors import DomainError
from toc.domain.exchange.ground import KnownIndicator
from toc.domain.exchange.rows import MILLIONTHS
from toc.domain.indicators import Kind, Reading, measured, median_level
from toc.domain.indicators.breakdowns import LEVEL, Part, levels_in, part_of


class Piece(NamedTuple):
    """What one row says; numbers in millionths."""

    option: str
    value: int | None
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True, slots=True)
class Assembled:
    """A measurement that several rows make.

    Attributes:
        reading: of everybody.
        parts: of the groups.
        people: of an ordinal score.
        narrative: of an indicator that is told in words.
    """

    reading: Reading
    parts: tuple[Part, ...] = ()
    people: int | None = None
    narrative: str = ""


def together(
    indicator: KnownIndicator, on: date, today: date, pieces: Mapping[str, Sequence[Piece]]
) -> Assembled:
    """Return the measurement that rows make which fall apart in several ways, each of them the whole.

    Args:
        indicator: that they are of.
        on: the day.
        today: the last day that a value can be of.
        pieces: by the key of the breakdown; under "" one without groups.

    Raises:
        DomainError: ``breakdown.sums_differ``, and what `assemble` refuses.
    """
    keys = sorted(pieces)
    first, *others = made = [assemble(indicator, key, on, today, pieces[key]) for key in keys]
    for key, other in zip(keys[1:], others, strict=True):
        if other.reading != first.reading:
            raise DomainError("breakdown.sums_differ", breakdown=key, other=keys[0])
    return replace(first, parts=tuple(part for one in made for part in one.parts))


def assemble(
    indicator: KnownIndicator, breakdown: str, on: date, today: date, pieces: Sequence[Piece]
) -> Assembled:
    """Return the measurement that rows make: one row alone, or the groups of a breakdown together.

    Args:
        indicator: that they are of.
        breakdown: key of the breakdown of their groups; "" when there is one row.
        on: the day.
        today: the last day that a value can be of.
        pieces: at least one, each of another group.

    Raises:
        DomainError: ``measurement.level_not_there``, ``breakdown.kind_without``, ``breakdown.not_there``,
            ``breakdown.option_not_there``, and what `measured` refuses.
    """
    if indicator.kind is Kind.ORDINAL:
        return _levels(indicator, breakdown, on, today, pieces)
    if indicator.kind is Kind.NARRATIVE:
        return _told(on, today, pieces)
    if not breakdown:
        (piece,) = pieces
        return Assembled(_measured(indicator, on, today, piece))
    if indicator.kind not in {Kind.COUNT, Kind.SUM, Kind.MONEY, Kind.PROPORTION}:
        raise DomainError("breakdown.kind_without", breakdown=breakdown)
    if breakdown not in indicator.breakdowns:
        raise DomainError("breakdown.not_there", breakdown=breakdown)
    known = indicator.breakdowns[breakdown] | {"unknown"}
    if any(piece.option not in known for piece in pieces):
        raise DomainError("breakdown.option_not_there", breakdown=breakdown)
    whole = Piece(
        "",
        _sum([piece.value for piece in pieces]),
        _sum([piece.numerator for piece in pieces]),
        _sum([piece.denominator for piece in pieces]),
    )
    parts = tuple(
        part_of(
            indicator.kind,
            breakdown,
            piece.option,
            value=None if piece.numerator is not None else _decimal(piece.value),
            numerator=_decimal(piece.numerator),
            denominator=_decimal(piece.denominator),
        )
        for piece in sorted(pieces)
    )
    return Assembled(_measured(indicator, on, today, whole), parts)


def _told(on: date, today: date, pieces: Sequence[Piece]) -> Assembled:
    """Return an account in words; it stands where others have their group."""
    (piece,) = pieces
    if not piece.option:
        raise DomainError("measurement.narrative_missing")
    return Assembled(
        measured(Kind.NARRATIVE, on=on, today=today, value=_decimal(piece.value)), narrative=piece.option
    )


def _sum(numbers: Sequence[int | None]) -> int | None:
    found = [number for number in numbers if number is not None]
    return sum(found) if found else None


def _measured(indicator: KnownIndicator, on: date, today: date, piece: Piece) -> Reading:
    return measured(
        indicator.kind,
        on=on,
        today=today,
        value=None if piece.numerator is not None else _decimal(piece.value),
        numerator=_decimal(piece.numerator),
        denominator=_decimal(piece.denominator),
    )


def _levels(
    indicator: KnownIndicator, breakdown: str, on: date, today: date, pieces: Sequence[Piece]
) -> Assembled:
    """Return the people on each level, with the middle one as the value."""
    known = [str(level) for level in range(1, indicator.levels + 1)]
    people = {piece.option: (piece.value or 0) // MILLIONTHS for piece in pieces}
    if breakdown != LEVEL or not people.keys() <= set(known):
        raise DomainError("measurement.level_not_there")
    parts = tuple(Part(breakdown=LEVEL, option=key, value=Decimal(people.get(key, 0))) for key in known)
    value = Decimal(median_level(levels_in(people)))
    return Assembled(measured(indicator.kind, on=on, today=today, value=value), parts, sum(people.values()))


def _decimal(millionths: int | None) -> Decimal | None:
    return None if millionths is None else Decimal(millionths) / MILLIONTHS
