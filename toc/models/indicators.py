"""Indicators with their editions and targets, the measurements taken, and how they were reviewed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.exchange.sources import Fetch, SourceKind
from toc.domain.indicators import Direction, Frequency, Kind, MeasurementSource, ReviewStep
from toc.models.base import Base, InProgramme, Made, Revised, Word, belongs_to, has_many, refers_to


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
    other_name: Mapped[str] = mapped_column(default="")
    """In the other of the two languages; empty: not translated. So is the definition below."""
    other_definition: Mapped[str] = mapped_column(default="")
    numerator: Mapped[str] = mapped_column(default="")
    """Of a proportion: what is counted of the whole."""
    denominator: Mapped[str] = mapped_column(default="")
    """Of a proportion: the whole."""
    instrument: Mapped[str] = mapped_column(default="")
    """The questionnaire or scale that it is measured with, and its version."""
    pitfalls: Mapped[str] = mapped_column(default="")
    influence: Mapped[str] = mapped_column(default="")
    """Who could influence the figure, and how: a risk."""
    responsible_id: Mapped[UUID | None] = refers_to("User", optional=True)
    """Who sees to it that it is measured."""
    external_codes: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)
    """Codes of others: {"scheme": "sdg", "code": "8.6"}; identifiers only, their texts are not ours."""
    breakdowns: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    """In which groups a value falls apart: {"key": ..., "name": ..., "options": [{"key": ..., "name": ...}]}.

    "unknown" comes with each and is not named.
    """
    scale_lowest: Mapped[Decimal | None]
    scale_highest: Mapped[Decimal | None]
    """Of a score: the ends of its scale."""
    levels: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """Of an ordinal score: names of its levels, lowest first."""
    rule: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """How it is computed from participants (`toc.domain.participants`); None: somebody logs it."""
    library_key: Mapped[Word] = mapped_column(default="")
    """Which indicator of the starter library it was made from; empty: our own."""

    targets: Mapped[list["IndicatorTarget"]] = has_many("IndicatorTarget", "edition", order_by="ends_on")

    __rules__ = (sa.UniqueConstraint("programme_id", "indicator_id", "number"),)


class IndicatorTarget(InProgramme, Base):
    """What is aimed at in one period of an edition; without any, the target of the edition alone counts."""

    __append_only__ = True

    edition_id, edition = belongs_to("IndicatorEdition")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day, included: the day that the value is due of."""
    value: Mapped[Decimal]

    __rules__ = (
        sa.UniqueConstraint("programme_id", "edition_id", "ends_on"),
        sa.CheckConstraint("ends_on >= starts_on", name="period_order"),
    )


class LogSource(InProgramme, Revised, Made, Base):
    """Where logs come from, how their columns are read, and whether they are fetched by themselves."""

    name: Mapped[str]
    kind: Mapped[SourceKind] = mapped_column(default=SourceKind.TABLE)
    mapping: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    """How a file of this source is read, as `toc.domain.exchange` stores it; remembered."""
    fetch: Mapped[Fetch] = mapped_column(default=Fetch.NEVER)
    address: Mapped[str] = mapped_column(default="")
    """The folder that is watched, or the https address."""
    token: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    """What the address asks for, encrypted with the secret key of the installation."""
    every_hours: Mapped[int] = mapped_column(default=24)
    fetched_at: Mapped[datetime | None]
    fetch_error: Mapped[Word] = mapped_column(default="")
    """Key of the sentence that says why the last time came to nothing."""
    closed_at: Mapped[datetime | None]

    __rules__ = (sa.UniqueConstraint("programme_id", "name"),)


class LogImport(InProgramme, Made, Base):
    """A file of measurements or observations that was read as a whole."""

    indicator_id, indicator = belongs_to("Indicator", optional=True)
    """The only indicator that it is about, if there is one."""
    log_source_id, log_source = belongs_to("LogSource", optional=True)
    file_name: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(sa.String(64))
    """Of the file as it came."""
    read_as: Mapped[str]
    """Which columns were read, and how numbers and days are written: canonical JSON."""
    rows_added: Mapped[int]
    rows_corrected: Mapped[int]
    rows_unchanged: Mapped[int]
    rows_rejected: Mapped[int] = mapped_column(default=0)
    rows_missing: Mapped[int] = mapped_column(default=0)
    """Rows without a value: missing is not zero."""
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[UUID | None] = refers_to("User", optional=True)


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
    site_id, site = belongs_to("Site", optional=True)
    """Where it was counted; None: in the whole programme."""
    starts_on: Mapped[date | None]
    """The first day of the period that it counts, where it counts one; `on` is the last."""
    people: Mapped[int | None]
    """Of how many participants there is a value."""
    missing: Mapped[int | None]
    """Of how many there is none: missing is not zero."""
    narrative: Mapped[str] = mapped_column(default="")
    source_key: Mapped[str] = mapped_column(default="")
    """By which the source knows the row that it came from."""
    rests_on: Mapped[str] = mapped_column(default="")
    """Of a computed value: canonical JSON of the rule and of what it counted."""
    is_void: Mapped[bool] = mapped_column(default=False)
    """It takes back what it supersedes, and counts for nothing itself."""

    parts: Mapped[list["MeasurementPart"]] = has_many("MeasurementPart", "measurement")
    reviews: Mapped[list["MeasurementReview"]] = has_many("MeasurementReview", "measurement", order_by="at")

    __rules__ = (
        sa.Index(
            "uq_measurement_of_all",
            "programme_id",
            "indicator_id",
            "measured_on",
            "version",
            unique=True,
            sqlite_where=sa.text("site_id IS NULL"),
            postgresql_where=sa.text("site_id IS NULL"),
        ),
        sa.Index(
            "uq_measurement_of_site",
            "programme_id",
            "indicator_id",
            "site_id",
            "measured_on",
            "version",
            unique=True,
            sqlite_where=sa.text("site_id IS NOT NULL"),
            postgresql_where=sa.text("site_id IS NOT NULL"),
        ),
    )


class MeasurementPart(InProgramme, Base):
    """The part of a measurement that one group of a breakdown has; together they are the whole."""

    __append_only__ = True

    measurement_id, measurement = belongs_to("Measurement")
    breakdown: Mapped[Word]
    option: Mapped[Word]
    """Key of the group, or "unknown"."""
    value: Mapped[Decimal]
    numerator: Mapped[Decimal | None]
    denominator: Mapped[Decimal | None]
    people: Mapped[int | None]

    __rules__ = (sa.UniqueConstraint("programme_id", "measurement_id", "breakdown", "option"),)


class MeasurementFile(InProgramme, Made, Base):
    """What shows that a measurement is right: a photo, a document, a link."""

    measurement_id, measurement = belongs_to("Measurement")
    name: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    """Without what a camera writes into it: place, time, owner."""


class MeasurementReview(InProgramme, Base):
    """What a reviewer did with a submitted measurement; the latest decision counts."""

    __append_only__ = True

    measurement_id, measurement = belongs_to("Measurement")
    step: Mapped[ReviewStep]
    remark: Mapped[str] = mapped_column(default="")
    by_id: Mapped[UUID | None] = refers_to("User", optional=True)
    at: Mapped[datetime]


class MeasurementDraft(InProgramme, Revised, Made, Base):
    """What somebody is still entering; seen by them alone, counted nowhere, gone once it is submitted."""

    indicator_id, indicator = belongs_to("Indicator")
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """The fields as they were typed."""
    changed_at: Mapped[datetime]


class PeriodLock(InProgramme, Made, Base):
    """That the measurements of a period are closed, or open again; the latest that touches a day counts."""

    __append_only__ = True

    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day, included."""
    is_locked: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")

    __rules__ = (sa.CheckConstraint("ends_on >= starts_on", name="period_order"),)
