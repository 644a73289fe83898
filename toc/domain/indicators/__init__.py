"""Indicators: what is counted for a goal, what was aimed at, and whether it is on its way.

A measured value has at most six decimals and is kept as it was counted: a proportion keeps its part and its
whole. Whether an indicator is on its way is one comparison of the latest value with one aim, so that it can
be said in a sentence.
"""

from toc.domain.indicators.definition import Definition
from toc.domain.indicators.disclosing import SmallNumbers
from toc.domain.indicators.periods import MOST_PERIODS, Frequency, PeriodTarget, cut
from toc.domain.indicators.places import Place
from toc.domain.indicators.readings import (
    FIRST_DAY,
    LAST_DAY,
    MOST,
    Kind,
    MeasurementSource,
    Reading,
    Recorded,
    ReviewStep,
    check_day,
    check_measured_on,
    checked,
    measured,
    ratio,
    series,
)
from toc.domain.indicators.rollup import ROLLUP_KEYS, RolledUp, SiteReading, median_level, roll_up
from toc.domain.indicators.seeing import judge
from toc.domain.indicators.targets import (
    CLOSING,
    GRACE,
    STATUS_KEYS,
    Direction,
    Judgement,
    Status,
    Target,
    asked_until,
    due_on,
    expected,
    fold,
    status,
    way_covered,
)
from toc.domain.indicators.units import unit_of

__all__ = [
    "CLOSING",
    "FIRST_DAY",
    "GRACE",
    "LAST_DAY",
    "MOST",
    "MOST_PERIODS",
    "ROLLUP_KEYS",
    "STATUS_KEYS",
    "Definition",
    "Direction",
    "Frequency",
    "Judgement",
    "Kind",
    "MeasurementSource",
    "PeriodTarget",
    "Place",
    "Reading",
    "Recorded",
    "ReviewStep",
    "RolledUp",
    "SiteReading",
    "SmallNumbers",
    "Status",
    "Target",
    "asked_until",
    "check_day",
    "check_measured_on",
    "checked",
    "cut",
    "due_on",
    "expected",
    "fold",
    "judge",
    "measured",
    "median_level",
    "ratio",
    "roll_up",
    "series",
    "status",
    "unit_of",
    "way_covered",
]
