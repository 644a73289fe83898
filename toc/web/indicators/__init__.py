"""Indicators: what is due, how each stands, and the forms that define and measure."""

from toc.web.indicators import defining, listing, measuring, showing
from toc.web.indicators.blueprint import indicators

__all__ = ["defining", "indicators", "listing", "measuring", "showing"]
