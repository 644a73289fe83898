"""Sparklines: the course of an indicator as a small line, places for a template to write down as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from toc.domain.indicators.targets import Target, expected

WIDTH: Final = 96
HEIGHT: Final = 28
_MARGIN = 4
MOST_POINTS: Final = 40
"""Points of a line; of more the latest are drawn."""


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A line in a picture of `WIDTH` by `HEIGHT`.

    Attributes:
        points: as SVG writes them: "4,20 52,11"; one point alone is a dot.
        last: the place of the latest value.
        aims: the line that was aimed at, as points; "" for none.
    """

    points: str
    last: tuple[int, int]
    aims: str


def sparkline(values: Sequence[tuple[date, Decimal]], target: Target | None) -> Sparkline | None:
    """Return values over time with what was aimed at, or None where there is nothing to draw.

    Args:
        values: that may be shown, earliest first.
        target: what was aimed at.
    """
    if not values:
        return None
    values = values[-MOST_POINTS:]
    first, last = values[0][0], values[-1][0]
    aims = [] if target is None else _aims(target, [on for on, _ in values])
    heights = [value for _, value in values] + [aim for _, aim in aims]
    low, high = min(heights), max(heights)
    days, span = (last - first).days, high - low

    def place(on: date, value: Decimal) -> tuple[int, int]:
        across = (on - first).days / days if days else 1.0
        up = float((value - low) / span) if span else 0.5
        return (
            round(_MARGIN + across * (WIDTH - 2 * _MARGIN)),
            round(HEIGHT - _MARGIN - up * (HEIGHT - 2 * _MARGIN)),
        )

    return Sparkline(
        points=_written([place(on, value) for on, value in values]),
        last=place(*values[-1]),
        aims=_written([place(on, aim) for on, aim in aims]) if len(aims) > 1 else "",
    )


def _aims(target: Target, days: Sequence[date]) -> list[tuple[date, Decimal]]:
    """Return the aims of the days; of a straight line its two ends are enough."""
    asked = days if target.periods else dict.fromkeys((days[0], days[-1]))
    found = [(on, expected(target, on)) for on in asked]
    return [(on, aim) for on, aim in found if aim is not None]


def _written(points: Sequence[tuple[int, int]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
