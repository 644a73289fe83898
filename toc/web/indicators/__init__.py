"""Indicators: what is due, how each stands, and the forms that define and measure."""

from toc.web.indicators import (
    compare,
    defining,
    library,
    listing,
    locking,
    measuring,
    results,
    reviewing,
    showing,
    today,
)
from toc.web.indicators.blueprint import indicators

__all__ = [
    "compare",
    "defining",
    "indicators",
    "library",
    "listing",
    "locking",
    "measuring",
    "results",
    "reviewing",
    "showing",
    "today",
]
