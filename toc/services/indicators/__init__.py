"""Indicators: what is counted for a goal, what was measured, and how it stands."""

from toc.services.indicators.defining import add_indicator, definition_of, locked, new_edition
from toc.services.indicators.measuring import Entry, correct_measurement, live_by_day, record_measurement
from toc.services.indicators.reading import due, get_indicator, goal_statuses, judgement, overview
from toc.services.indicators.values import EditionView, IndicatorView, LogImportView, Measured, Whole
from toc.services.indicators.whole import entered_by, get_measurement, get_whole, log_import, series

__all__ = [
    "EditionView",
    "Entry",
    "IndicatorView",
    "LogImportView",
    "Measured",
    "Whole",
    "add_indicator",
    "correct_measurement",
    "definition_of",
    "due",
    "entered_by",
    "get_indicator",
    "get_measurement",
    "get_whole",
    "goal_statuses",
    "judgement",
    "live_by_day",
    "locked",
    "log_import",
    "new_edition",
    "overview",
    "record_measurement",
    "series",
]
