"""What the measurements of a period count to, so that a worker need not add up what is recorded already."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from toc.domain.indicators import Kind, Reading
from toc.domain.money import EXACTLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted in a period.

    Attributes:
        achieved: units; below zero when a running total went down.
        participants: among how many people, where the measurements say so.
    """

    achieved: Decimal
    participants: int | None = None


def counted(
    kind: Kind, within: Sequence[Reading], *, before: Reading | None = None, running_total: bool = False
) -> Counted | None:
    """Return what the readings of a period count to.

    Example: a running total of 30 on the last day before the period and 48 at its end: 18 were added in it.

    Args:
        kind: of the indicator.
        within: readings of the period that count, earliest first.
        before: the last reading before the period; None when there is none.
        running_total: whether a value counts from the start of the programme, or for its own period.

    Returns:
        For a count or a sum what was added in the period; for a proportion the part and the whole of the last
        reading, because each is a new count of the group; None without readings, and for kinds that cannot be
        added up (a mean, an amount of money, yes or no).
    """
    if not within:
        return None
    last = within[-1]
    if kind is Kind.PROPORTION and last.numerator is not None and last.denominator is not None:
        whole = last.denominator == last.denominator.to_integral_value()
        return Counted(achieved=last.numerator, participants=int(last.denominator) if whole else None)
    if kind not in {Kind.COUNT, Kind.SUM}:
        return None
    if running_total:
        start = Decimal(0) if before is None else before.value
        return Counted(achieved=EXACTLY.subtract(last.value, start))
    return Counted(achieved=sum((reading.value for reading in within), Decimal(0)))
