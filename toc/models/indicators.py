"""Indicators with their editions, the measurements taken, and the files they were imported from."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.indicators import Direction, Frequency, Kind, MeasurementSource
from toc.models.base import Base, InProgramme, Made, Revised, belongs_to, has_many


class Indicator(InProgramme, Revised, Made, Base):
    """What is counted for a goal; how, stands in its editions."""

    code: Mapped[int]
    goal_id, goal = belongs_to("Goal")
    edition: Mapped[int] = mapped_column(default=1)
    """Number of the current edition."""

    editions: Mapped[list["IndicatorEdition"]] = has_many("IndicatorEdition", "indicator", order_by="number")
    measurements: Mapped[list["Measurement"]] = has_many("Measurement", "indicator", order_by="on")

    __rules__ = (sa.UniqueConstraint("programme_id", "code"),)


class IndicatorEdition(InProgramme, Made, Base):
    """A numbered, unchangeable definition of an indicator; measurements point to one."""

    __append_only__ = True

    indicator_id, indicator = belongs_to("Indicator")
    goal_edition_id, goal_edition = belongs_to("GoalEdition")
    number: Mapped[int]
    name: Mapped[str]
    definition: Mapped[str] = mapped_column(default="")
    kind: Mapped[Kind]
    unit: Mapped[str] = mapped_column(default="")
    direction: Mapped[Direction]
    is_cumulative: Mapped[bool] = mapped_column(default=True)
    """Whether a value counts from the start, or for its own period."""
    counts_people: Mapped[bool] = mapped_column(default=True)
    """Whether participants are counted, so that small numbers are protected."""
    frequency: Mapped[Frequency]
    collection: Mapped[str] = mapped_column(default="")
    """Source of the figures and how they are collected."""
    baseline_value: Mapped[Decimal | None]
    baseline_on: Mapped[date | None]
    target_value: Mapped[Decimal | None]
    target_on: Mapped[date | None]
    desired_value: Mapped[Decimal | None]
    """More than feasible would be this."""
    minimum_value: Mapped[Decimal | None]
    """Less than this would be a failure."""
    reason: Mapped[str] = mapped_column(default="")
    """Why this edition was made; empty for the first."""

    __rules__ = (sa.UniqueConstraint("programme_id", "indicator_id", "number"),)


class LogImport(InProgramme, Made, Base):
    """A file of measurements that was read as a whole; the file itself is not kept."""

    indicator_id, indicator = belongs_to("Indicator")
    sha256: Mapped[str] = mapped_column(sa.String(64))
    """Of the file as it came."""
    read_as: Mapped[str]
    """Which columns were read, and how numbers and days are written: canonical JSON."""
    rows_added: Mapped[int]
    rows_corrected: Mapped[int]
    rows_unchanged: Mapped[int]

    __rules__ = (sa.UniqueConstraint("programme_id", "indicator_id", "sha256", "read_as"),)


class Measurement(InProgramme, Made, Base):
    """What was counted for an indicator on a day; a correction is a new row that supersedes the old one."""

    __append_only__ = True

    indicator_id, indicator = belongs_to("Indicator")
    edition_id, edition = belongs_to("IndicatorEdition")
    on: Mapped[date] = mapped_column("measured_on")
    version: Mapped[int] = mapped_column(default=1)
    """1 for the first value of that day, 2 for its first correction."""
    value: Mapped[Decimal]
    numerator: Mapped[Decimal | None]
    denominator: Mapped[Decimal | None]
    source: Mapped[MeasurementSource]
    log_import_id, log_import = belongs_to("LogImport", optional=True)
    source_row: Mapped[int | None]
    """Line of the imported file."""
    supersedes_id, supersedes = belongs_to("Measurement", optional=True, unique=True)
    note: Mapped[str] = mapped_column(default="")

    __rules__ = (sa.UniqueConstraint("programme_id", "indicator_id", "measured_on", "version"),)
