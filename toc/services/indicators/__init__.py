"""Indicators: what is counted for a goal, what was measured, and how it stands."""

from toc.services.indicators.defining import add_indicator, definition_of, locked, new_edition
from toc.services.indicators.locking import (
    PeriodDraft,
    PeriodView,
    check_days,
    hold_periods,
    locks,
    periods,
    set_period,
)
from toc.services.indicators.measuring import (
    Entry,
    correct_measurement,
    live_by_day,
    part_values,
    record_measurement,
    take_back,
)
from toc.services.indicators.reading import (
    counts,
    due,
    get_indicator,
    goal_statuses,
    judgement,
    overview,
    sites,
)
from toc.services.indicators.values import EditionView, IndicatorView, LogImportView, Measured, Whole
from toc.services.indicators.whole import entered_by, get_measurement, get_whole, log_import, series

__all__ = [
    "EditionView",
    "Entry",
    "IndicatorView",
    "LogImportView",
    "Measured",
    "PeriodDraft",
    "PeriodView",
    "Whole",
    "add_indicator",
    "check_days",
    "correct_measurement",
    "counts",
    "definition_of",
    "due",
    "entered_by",
    "get_indicator",
    "get_measurement",
    "get_whole",
    "goal_statuses",
    "hold_periods",
    "judgement",
    "live_by_day",
    "locked",
    "locks",
    "log_import",
    "new_edition",
    "overview",
    "part_values",
    "periods",
    "record_measurement",
    "series",
    "set_period",
    "sites",
    "take_back",
]
