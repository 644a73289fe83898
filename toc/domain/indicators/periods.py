"""Periods: what is aimed at in each, and how they follow from a start and an end."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Final

from toc.domain.errors import DomainError
from toc.domain.indicators.readings import check_day, measurable


class Frequency(StrEnum):
    """How often a value is due."""

    ONCE = "once"
    YEARLY = "yearly"
    HALF_YEARLY = "half_yearly"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    OWN = "own"
    """On the last days of the periods that the targets name."""


MONTHS: Final = {
    Frequency.YEARLY: 12,
    Frequency.HALF_YEARLY: 6,
    Frequency.QUARTERLY: 3,
    Frequency.MONTHLY: 1,
}
"""Months between two values, where there is a rhythm."""

MOST_PERIODS: Final = 120
"""Periods of one indicator: ten years by the month."""

_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodTarget:
    """What is aimed at in one period.

    Attributes:
        starts_on: the first day.
        ends_on: the last day, inclusive: the day that the value is due of.
        value: in the unit of the indicator; a proportion is a fraction. Of a cumulative indicator what is to
            be reached from the start, else in this period alone.

    Raises:
        DomainError: ``period.end_before_start``, ``date.out_of_range``, or a number that is no measured
            value.
    """

    starts_on: date
    ends_on: date
    value: Decimal

    def __post_init__(self) -> None:
        check_day(self.starts_on)
        check_day(self.ends_on)
        if self.ends_on < self.starts_on:
            raise DomainError("period.end_before_start", start=self.starts_on)
        object.__setattr__(self, "value", measurable(self.value))


def in_order(periods: Iterable[PeriodTarget]) -> tuple[PeriodTarget, ...]:
    """Return periods by day.

    Raises:
        DomainError: ``period.too_many``, ``period.overlap`` with ``start`` of the later one.
    """
    found = tuple(sorted(periods, key=lambda period: period.starts_on))
    if len(found) > MOST_PERIODS:
        raise DomainError("period.too_many", most=MOST_PERIODS)
    for earlier, later in pairwise(found):
        if later.starts_on <= earlier.ends_on:
            raise DomainError("period.overlap", start=later.starts_on)
    return found


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month: 31 January, 28 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def cut(frequency: Frequency, start: date, end: date) -> tuple[tuple[date, date], ...]:
    """Cut the time from a start to an end into periods; the last one ends on the end.

    Args:
        frequency: how long each is; once is one period.
        start: the first day.
        end: the last day, inclusive.

    Returns:
        First and last day of each, without a gap between them.

    Raises:
        DomainError: ``period.end_before_start``, ``period.too_many``, ``date.out_of_range``, and
            ``period.no_rhythm`` when the days are one's own.
    """
    check_day(start)
    check_day(end)
    if end < start:
        raise DomainError("period.end_before_start", start=start)
    if frequency is Frequency.OWN:
        raise DomainError("period.no_rhythm")
    if frequency is Frequency.ONCE:
        return ((start, end),)
    step = MONTHS[frequency]
    starts: list[date] = []
    begins = start
    while begins <= end:
        if len(starts) == MOST_PERIODS:
            raise DomainError("period.too_many", most=MOST_PERIODS)
        starts.append(begins)
        begins = months_later(start, step * len(starts))
    ends = [*(following - _A_DAY for following in starts[1:]), end]
    return tuple(zip(starts, ends, strict=True))
