"""Intervals: how sure one can be of a share that was counted in a group."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

Z_95: Final = Decimal("1.959963984540054")
"""Of a normal distribution 95 % lies within so many standard deviations."""

_ENOUGH: Final = Context(prec=50, rounding=ROUND_HALF_EVEN)
_MILLIONTH: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From where to where a share may lie; both ends are fractions in [0, 1], rounded to six decimals."""

    low: Decimal
    high: Decimal


def wilson(part: Decimal | int, whole: Decimal | int, *, z: Decimal = Z_95) -> Interval | None:
    """Return the score interval of a proportion.

    It stays within 0 and 1, is never empty, and says something of 0 of 20 and of 20 of 20 as well; there its
    outer end is exactly 0 or 1. Computed with 50 decimal digits, so that it is the same on every machine.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22
    (1927), 209-212; recommended in R. G. Newcombe, Two-sided confidence intervals for the single proportion,
    Statistics in Medicine 17 (1998), 857-872, as method 3.

    Args:
        part: how many; 0 <= part <= whole.
        whole: of how many.
        z: how many standard deviations wide on each side; more than 0.

    Returns:
        None of a whole of nobody: nothing is known then.

    Raises:
        ValueError: a part that the whole cannot have, or a z that is not above 0.
    """
    count, group, width = Decimal(part), Decimal(whole), Decimal(z)
    if not 0 <= count <= group:
        raise ValueError(f"{part} of {whole}")
    if not width > 0:
        raise ValueError(f"{z} standard deviations")
    if not group:
        return None
    act = _ENOUGH
    square = act.multiply(width, width)
    below = act.multiply(2, act.add(group, square))
    middle = act.add(act.multiply(2, count), square)
    inner = act.divide(act.multiply(act.multiply(4, count), act.subtract(group, count)), group)
    reach = act.multiply(width, act.sqrt(act.add(square, inner)))
    return Interval(
        low=_rounded(act.divide(act.subtract(middle, reach), below)) if count else Decimal(0),
        high=_rounded(act.divide(act.add(middle, reach), below)) if count < group else Decimal(1),
    )


def _rounded(share: Decimal) -> Decimal:
    return share.quantize(_MILLIONTH, context=_ENOUGH)
