"""How much loss to follow-up a comparison can bear: the attrition boundary of the What Works Clearinghouse.

Source: WWC Standards Handbook, version 4.1, Table II.1, as transcribed in an R package. Overall attrition is
    rounded to a whole percent (half a percent upwards); there is no interpolation; a difference on the
    boundary is low.
"""

from decimal import ROUND_HALF_UP, Decimal

# Largest difference, in tenths of a percentage point, for an overall attrition of 0, 1, 2 ... percent.
# Beyond the end of a row attrition is high whatever the difference.
# fmt: off
_CAUTIOUS = (
    57, 58, 59, 59, 60, 61, 62, 63, 63, 63,
    63, 62, 62, 61, 60, 59, 59, 58, 57, 55,
    54, 53, 52, 51, 49, 48, 47, 45, 44, 43,
    41, 40, 38, 36, 35, 33, 32, 31, 29, 28,
    26, 25, 23, 21, 20, 18, 16, 15, 13, 12,
    10, 9, 7, 6, 4, 3, 2, 0,
)
_OPTIMISTIC = (
    100, 101, 102, 103, 104, 105, 107, 108, 109, 109,
    109, 109, 109, 108, 108, 107, 106, 105, 103, 102,
    100, 99, 97, 95, 94, 92, 90, 88, 86, 84,
    82, 80, 78, 76, 74, 72, 70, 67, 65, 63,
    60, 58, 56, 53, 51, 49, 46, 44, 42, 39,
    37, 35, 32, 30, 28, 26, 23, 21, 19, 16,
    14, 11, 9, 7, 5, 3,
)
# fmt: on


def _percent(share: float) -> Decimal:
    """Return the share as a percentage, without the noise of binary fractions in the last digits."""
    return Decimal(repr(round(share * 100, 6)))


def largest_difference(overall: float, *, optimistic: bool) -> float | None:
    """Return the largest difference in attrition that still counts as low, a fraction.

    None means that attrition is high whatever the difference.

    Args:
        overall: attrition of both groups together, a fraction in 0 to 1.
        optimistic: use the optimistic boundary (attrition is unlikely to be related to the programme).
    """
    row = _OPTIMISTIC if optimistic else _CAUTIOUS
    percent = int(_percent(overall).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return row[percent] / 1000 if percent < len(row) else None


def is_low(overall: float, differential: float, *, optimistic: bool) -> bool:
    """Whether attrition is low on the chosen boundary.

    Args:
        overall: attrition of both groups together, a fraction.
        differential: difference in attrition between the groups, a fraction, without sign.
        optimistic: use the optimistic boundary instead of the cautious one.
    """
    limit = largest_difference(overall, optimistic=optimistic)
    return limit is not None and _percent(differential) <= _percent(limit)
