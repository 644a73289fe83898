"""Indicators and measurements."""

from datetime import date
from decimal import Decimal

from toc.domain.indicators import Direction, Frequency, Kind
from toc.services.demo.content.words import Marked, Row, Text, Words


class Aim(Row):
    """A value on a day."""

    value: Decimal
    on: date


class Measurement(Marked):
    """What was counted on a day: a value, or a part of a whole."""

    on: date
    value: Decimal | None = None
    part: Decimal | None = None
    whole: Decimal | None = None
    note: Text = ""


class Indicator(Marked):
    """What is counted for a goal."""

    key: str
    goal: str
    name: Words
    definition: Text = ""
    kind: Kind
    unit: Text = ""
    direction: Direction
    cumulative: bool
    counts_people: bool = True
    frequency: Frequency
    collection: Text = ""
    baseline: Aim | None = None
    target: Aim | None = None
    desired: Decimal | None = None
    minimum: Decimal | None = None
    measurements: tuple[Measurement, ...]
