"""Effects with their intervals on one axis: places for a template to write down as SVG.

All lengths are whole units of a picture `WIDTH` wide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from toc.domain.evidence.facts import Effect

WIDTH = 320
MARGIN = 22
"""At both sides: room for half of the number below the outermost mark."""
MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the axis and the value that stands there."""

    x: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One interval: where it begins and ends, and where its estimate is, if that is known."""

    low: int
    high: int
    estimate: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Intervals on a shared axis.

    Attributes:
        lines: one per effect, in the order in which they came.
        marks: the values along the axis; 0 is one of them.
        zero: place of no change.
        width: of the picture.
    """

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    zero: int
    width: int = WIDTH


def _step(span: float) -> Decimal:
    """Return the smallest of 1, 2, 5, 10, 20 ... (or tenths ...) that covers the span in few steps."""
    power = Decimal(10) ** floor(log10(span / MOST_STEPS))
    return next(one * power for one in (1, 2, 5, 10) if float(one * power) * MOST_STEPS >= span * (1 - 1e-9))


def place(effects: Sequence[Effect]) -> Plot:
    """Place effects on one axis that holds no change as well."""
    least = min([0.0, *(effect.low for effect in effects)])
    most = max([0.0, *(effect.high for effect in effects)])
    step = _step(most - least) if most > least else Decimal(1)
    first, last = floor(least / float(step) + 1e-9), ceil(most / float(step) - 1e-9)
    last = max(last, first + 1)

    def x(value: float) -> int:
        share = (value / float(step) - first) / (last - first)
        return round(MARGIN + share * (WIDTH - 2 * MARGIN))

    return Plot(
        lines=tuple(
            Line(x(one.low), x(one.high), None if one.estimate is None else x(one.estimate))
            for one in effects
        ),
        marks=tuple(Mark(x(float(number * step)), number * step) for number in range(first, last + 1)),
        zero=x(0),
    )
