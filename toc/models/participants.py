"""Sites, cohorts, participants by their random code, instruments, and what was observed of participants."""

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.indicators import MeasurementSource
from toc.domain.participants import Arm, Moment, Subject
from toc.models.base import Base, InProgramme, Made, Revised, Word, belongs_to


class Site(InProgramme, Revised, Made, Base):
    """A place where the programme works; indicators are counted per site and rolled up."""

    name: Mapped[str]
    starts_on: Mapped[date | None]
    """The first day on which something is counted there; without one it was always there."""
    ends_on: Mapped[date | None]
    """The last day on which something is counted there, included; without one it is still open."""

    __rules__ = (sa.UniqueConstraint("programme_id", "name"),)


class Cohort(InProgramme, Revised, Made, Base):
    """Participants who start together."""

    name: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    """The last day, included."""

    __rules__ = (sa.UniqueConstraint("programme_id", "name"),)


class Participant(InProgramme, Revised, Made, Base):
    """Somebody who takes part, or is compared with; known by a random code and nothing else."""

    code: Mapped[Word]
    cohort_id, cohort = belongs_to("Cohort", optional=True)
    site_id, site = belongs_to("Site", optional=True)
    arm: Mapped[Arm] = mapped_column(default=Arm.INTERVENTION)
    entered_on: Mapped[date | None]
    left_on: Mapped[date | None]
    """The last day of taking part."""
    groups: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    """To which option of a breakdown somebody belongs, by the key of the breakdown; absent is unknown."""

    __rules__ = (sa.UniqueConstraint("programme_id", "code"),)


class Instrument(InProgramme, Made, Base):
    """A questionnaire in one version: its items and their scale, never its protected text."""

    __append_only__ = True

    name: Mapped[str]
    version: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")
    """Where it is published, and under what terms."""
    lowest: Mapped[Decimal]
    highest: Mapped[Decimal]
    higher_is_better: Mapped[bool] = mapped_column(default=True)
    is_ordinal: Mapped[bool] = mapped_column(default=True)
    """Whether its scores are levels without a distance: then no mean is shown."""
    items: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    """In order: {"key": ..., "name": ...}; empty for a single score."""

    __rules__ = (sa.UniqueConstraint("programme_id", "name", "version"),)


class Observation(InProgramme, Made, Base):
    """What happened to a participant on a day, or what they scored; a correction supersedes the old one.

    The id is derived from source, row key and column when it was imported, so that no row comes in twice.
    Rows go only when a participant is erased or an import is undone.
    """

    participant_id, participant = belongs_to("Participant")
    subject: Mapped[Subject]
    item: Mapped[Word] = mapped_column(default="")
    """Which item of the instrument; or the programme's own name of an event, as a key."""
    instrument_id, instrument = belongs_to("Instrument", optional=True)
    indicator_id, indicator = belongs_to("Indicator", optional=True)
    on: Mapped[date] = mapped_column("observed_on")
    moment: Mapped[Moment | None]
    value: Mapped[Decimal | None]
    """None: it happened."""
    note: Mapped[str] = mapped_column(default="")
    source: Mapped[MeasurementSource]
    source_key: Mapped[str] = mapped_column(default="")
    """By which the source knows the row; the same key again is the same row, or a newer version of it."""
    log_import_id, log_import = belongs_to("LogImport", optional=True)
    source_row: Mapped[int | None]
    """Line of the imported file."""
    supersedes_id, supersedes = belongs_to("Observation", optional=True, unique=True)
    is_void: Mapped[bool] = mapped_column(default=False)
    """It takes back what it supersedes, and counts for nothing itself."""
