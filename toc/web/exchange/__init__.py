"""The import of logs; its routes belong to the blueprint of indicators."""

from toc.web.exchange import results, steps
from toc.web.indicators import indicators

__all__ = ["indicators", "results", "steps"]
