"""Readings: what was measured on a day, exactly as it was counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, Inexact, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID

from toc.domain.errors import DomainError


class Kind(StrEnum):
    """What the value of an indicator is."""

    COUNT = "count"
    PROPORTION = "proportion"
    SUM = "sum"
    MEAN = "mean"
    MONEY = "money"
    YES_NO = "yes_no"
    ORDINAL = "ordinal"
    """Levels in an order, without a distance between them: their middle says something, a mean does not."""
    NARRATIVE = "narrative"
    """What somebody saw happen, in words; its value counts the accounts."""


class MeasurementSource(StrEnum):
    """How a measurement came in."""

    TYPED = "typed"
    IMPORTED = "imported"
    COMPUTED = "computed"
    """Counted by the program in what was recorded of participants."""


class ReviewStep(StrEnum):
    """What a reviewer did with a measurement that was submitted."""

    SEEN = "seen"
    RETURNED = "returned"
    """Back to who entered it, with a remark: it does not count until it is corrected or approved."""
    APPROVED = "approved"


MOST: Final = Decimal(9 * 10**9)
"""The largest measured value: in millionths it fits a BIGINT a thousand times, so that sums fit as well."""

FIRST_DAY: Final = date(1900, 1, 1)
"""The first day that a value or a target may be of."""

LAST_DAY: Final = date(2100, 12, 31)
"""The last day that a value or a target may be of, inclusive."""

_MILLION = 10**6
_MILLIONTH = Decimal("0.000001")
_EXACTLY = Context(prec=40, traps=[Inexact, InvalidOperation])


def measurable(number: object) -> Decimal:
    """Return the number without trailing zeros if it can be a measured value.

    Raises:
        DomainError: ``measurement.not_a_number`` (also for NaN, infinity and a float),
            ``measurement.too_large``, ``measurement.too_many_decimals``.
    """
    if not isinstance(number, Decimal) or not number.is_finite():
        raise DomainError("measurement.not_a_number")
    if number.copy_abs() > MOST:
        raise DomainError("measurement.too_large", most=MOST)
    try:
        exact = number.quantize(_MILLIONTH, context=_EXACTLY)
    except Inexact as error:
        raise DomainError("measurement.too_many_decimals", most=6) from error
    return _shortest(exact)


def _shortest(number: Decimal) -> Decimal:
    """Return the number without trailing zeros, exponent or minus zero, as the database gives it back."""
    if not number:
        return Decimal(0)
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize(_EXACTLY)


def rounded(number: Fraction) -> Decimal:
    """Return the fraction rounded half-even to six decimals."""
    return _shortest(Decimal(round(number * _MILLION)).scaleb(-6, _EXACTLY))


def check_day(on: date) -> None:
    """Refuse a day that no value and no target can be of.

    Raises:
        DomainError: ``date.out_of_range``, before `FIRST_DAY` or after `LAST_DAY`.
    """
    if not FIRST_DAY <= on <= LAST_DAY:
        raise DomainError("date.out_of_range", first=FIRST_DAY.year, last=LAST_DAY.year)


def ratio(numerator: Decimal, denominator: Decimal) -> Decimal:
    """Return which share of the whole the part is.

    Returns:
        A fraction in [0, 1], exact and then rounded half-even to six decimals: 1 of 3 is 0.333333.

    Raises:
        DomainError: ``measurement.denominator_zero``, ``measurement.negative``,
            ``measurement.part_exceeds_whole``, or one of the two is no measured value.
    """
    part, whole = measurable(numerator), measurable(denominator)
    if not whole:
        raise DomainError("measurement.denominator_zero")
    if part < 0 or whole < 0:
        raise DomainError("measurement.negative")
    if part > whole:
        raise DomainError("measurement.part_exceeds_whole", part=part, whole=whole)
    return rounded(Fraction(part) / Fraction(whole))


def checked(kind: Kind, value: Decimal) -> Decimal:
    """Return a value, baseline or target without trailing zeros if an indicator of this kind can have it.

    A count (of people, things or accounts) is whole and not negative, a proportion is a fraction in [0, 1]
    (never percent), yes is 1 and no is 0, a level is whole and 1 or more. A sum, a mean and an amount of
    money may be any number, negative too.

    Raises:
        DomainError: ``measurement.not_whole``, ``measurement.negative``, ``measurement.not_a_share``,
            ``measurement.not_yes_no``, ``measurement.not_a_level``, ``measurement.not_a_number``,
            ``measurement.too_large``, ``measurement.too_many_decimals``.
    """
    number = measurable(value)
    match kind:
        case Kind.COUNT | Kind.NARRATIVE if number < 0:
            raise DomainError("measurement.negative")
        case Kind.COUNT | Kind.NARRATIVE if number != number.to_integral_value():
            raise DomainError("measurement.not_whole", value=number)
        case Kind.PROPORTION if not 0 <= number <= 1:
            raise DomainError("measurement.not_a_share", value=number)
        case Kind.YES_NO if number not in {0, 1}:
            raise DomainError("measurement.not_yes_no", value=number)
        case Kind.ORDINAL if number < 1 or number != number.to_integral_value():
            raise DomainError("measurement.not_a_level", value=number)
        case _:
            return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was measured on one day.

    Attributes:
        on: the day the value is of.
        value: at most six decimals; trailing zeros are dropped.
        numerator: the part, if the value is a proportion.
        denominator: the whole of which the numerator is a part; both or neither.

    Raises:
        DomainError: ``date.out_of_range``, ``measurement.pair_half``, ``measurement.not_the_ratio`` when the
            value is not that of the pair, and what `ratio` refuses.
    """

    on: date
    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    def __post_init__(self) -> None:
        check_day(self.on)
        object.__setattr__(self, "value", measurable(self.value))
        if self.numerator is None and self.denominator is None:
            return
        if self.numerator is None or self.denominator is None:
            raise DomainError("measurement.pair_half")
        if self.value != ratio(self.numerator, self.denominator):
            raise DomainError("measurement.not_the_ratio", value=self.value)
        object.__setattr__(self, "numerator", measurable(self.numerator))
        object.__setattr__(self, "denominator", measurable(self.denominator))


def check_measured_on(on: date, today: date) -> date:
    """Return the day if something can have been measured on it.

    Raises:
        DomainError: ``date.out_of_range``, ``measurement.in_future`` when it is after today.
    """
    check_day(on)
    if on > today:
        raise DomainError("measurement.in_future", on=on)
    return on


def measured(
    kind: Kind,
    *,
    on: date,
    today: date,
    value: Decimal | None = None,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
) -> Reading:
    """Return the reading of what somebody typed or imported.

    A proportion comes as its part and its whole, never as a share alone: without the whole nobody can tell
    whether the group is large enough to be shown. Every other kind comes as a value.

    Args:
        kind: of the indicator.
        on: the day the value is of.
        today: the last day that a value can be of, inclusive.
        value: for every kind but a proportion.
        numerator: the part, for a proportion.
        denominator: the whole, for a proportion.

    Raises:
        DomainError: ``measurement.value_missing``, ``measurement.value_unexpected``,
            ``measurement.pair_half``, ``measurement.pair_unexpected``, and what `check_measured_on`,
            `checked` and `ratio` refuse.
    """
    check_measured_on(on, today)
    if kind is Kind.PROPORTION:
        if value is not None:
            raise DomainError("measurement.value_unexpected")
        if numerator is None or denominator is None:
            raise DomainError("measurement.pair_half")
        share = ratio(numerator, denominator)
        return Reading(on=on, value=share, numerator=numerator, denominator=denominator)
    if numerator is not None or denominator is not None:
        raise DomainError("measurement.pair_unexpected")
    if value is None:
        raise DomainError("measurement.value_missing")
    return Reading(on=on, value=checked(kind, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A reading as it was recorded: a correction says which earlier one it replaces.

    Attributes:
        id: sorts by the moment of recording (UUIDv7).
        reading: what was measured.
        supersedes: id of the recorded reading that this one corrects.
    """

    id: UUID
    reading: Reading
    supersedes: UUID | None = None


def series(recorded: Iterable[Recorded]) -> tuple[Reading, ...]:
    """Return the readings that count, one per day, earliest first.

    A superseded reading does not count, whatever day its correction is of. Of two that remain for one day the
    one recorded last counts.
    """
    every = tuple(recorded)
    superseded = {each.supersedes for each in every}
    left = sorted((each for each in every if each.id not in superseded), key=lambda each: each.id)
    by_day = {each.reading.on: each.reading for each in left}
    return tuple(by_day[on] for on in sorted(by_day))
