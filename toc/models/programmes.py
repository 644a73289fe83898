"""Programmes: one intervention for one target group, with the organisations around it."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toc.domain.people import Part
from toc.domain.programmes import OriginKind
from toc.models.base import Base, Currency, InProgramme, Made, Revised, Word, refers_to
from toc.models.people import Organisation


class Programme(Revised, Base):
    """One intervention for one target group; the unit of access and of sharing."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    target_group: Mapped[str] = mapped_column(default="")
    target_size: Mapped[str] = mapped_column(default="")
    """How many people, where and when, in words."""
    current_situation: Mapped[str] = mapped_column(default="")
    """What exists now for these people."""
    better_because: Mapped[str] = mapped_column(default="")
    """Why the programme should do better than what exists now."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    """The last day, included."""
    currency: Mapped[Currency] = mapped_column(default="EUR")
    language: Mapped[Word] = mapped_column(default="nl")
    small_number_threshold: Mapped[int] = mapped_column(default=10)
    own_totals_decided: Mapped[bool] = mapped_column(default=False)
    """The coordinator decided, on record, that this small programme shows its own totals."""
    second_factor_required: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = refers_to("User", optional=True)


class Partner(InProgramme, Made, Base):
    """What an organisation is in a programme: funder, provider, evaluator, investor or partner."""

    organisation_id: Mapped[UUID] = refers_to("Organisation")
    part: Mapped[Part]

    organisation: Mapped[Organisation] = relationship()

    __rules__ = (sa.UniqueConstraint("programme_id", "organisation_id", "part"),)


class Origin(InProgramme, Base):
    """Where a figure or text comes from: a fact with its source, or invented for the demo."""

    subject_kind: Mapped[Word]
    """Table of the row that it is about."""
    subject_id: Mapped[UUID]
    field: Mapped[Word] = mapped_column(default="")
    """Column of that row; empty for the whole of it."""
    kind: Mapped[OriginKind]
    source: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")

    __rules__ = (sa.UniqueConstraint("programme_id", "subject_kind", "subject_id", "field"),)


class Counter(Base):
    """The last short code of a kind that was given out in a programme (G12)."""

    programme_id: Mapped[UUID] = mapped_column(sa.ForeignKey("programme.id"), primary_key=True)
    kind: Mapped[Word] = mapped_column(primary_key=True)
    last: Mapped[int]
