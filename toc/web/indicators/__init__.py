"""Indicators: what is due, how each stands, and the forms that define and measure."""

from toc.web.indicators import defining, library, listing, locking, measuring, reviewing, showing, today
from toc.web.indicators.blueprint import indicators

__all__ = [
    "defining",
    "indicators",
    "library",
    "listing",
    "locking",
    "measuring",
    "reviewing",
    "showing",
    "today",
]
