"""Indicators: what is counted for a goal, what was aimed at, and whether it is on its way."""

from enum import StrEnum


class Kind(StrEnum):
    """What the value of an indicator is."""

    COUNT = "count"
    PROPORTION = "proportion"
    SUM = "sum"
    MEAN = "mean"
    MONEY = "money"
    YES_NO = "yes_no"


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"


class Status(StrEnum):
    """How an indicator, or a goal, stands on a day."""

    REACHED = "reached"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NO_DATA = "no_data"
    OVERDUE = "overdue"
    NOT_MEASURABLE = "not_measurable"


class Frequency(StrEnum):
    """How often a value is due."""

    ONCE = "once"
    YEARLY = "yearly"
    HALF_YEARLY = "half_yearly"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"


class MeasurementSource(StrEnum):
    """How a measurement came in."""

    TYPED = "typed"
    IMPORTED = "imported"
