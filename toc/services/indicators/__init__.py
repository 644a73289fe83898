"""Indicators: what is counted for a goal, what was measured, and how it stands."""

from toc.services.indicators.reading import (
    due,
    editions,
    entered_by,
    get_indicator,
    get_measurement,
    get_whole,
    goal_statuses,
    judgement,
    log_import,
    overview,
    series,
)
from toc.services.indicators.values import EditionView, IndicatorView, LogImportView, Measured, Whole
from toc.services.indicators.writing import (
    Entry,
    add_indicator,
    correct_measurement,
    definition_of,
    live_by_day,
    locked,
    new_edition,
    record_measurement,
)

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
    "editions",
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
