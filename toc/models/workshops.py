"""Workshops: people in a room write cards and put dots on them, each on a phone, without an account."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.workshops import Phase
from toc.models.base import Base, InProgramme, Made, Revised, belongs_to, has_many, refers_to


class Workshop(InProgramme, Revised, Made, Base):
    """One session with a facilitator."""

    code: Mapped[int]
    title: Mapped[str]
    phase: Mapped[Phase] = mapped_column(default=Phase.CARDS)
    dots: Mapped[int] = mapped_column(default=5)
    """How many each person may put, at most one on a card."""
    closed_at: Mapped[datetime | None]

    seats: Mapped[list["WorkshopSeat"]] = has_many("WorkshopSeat", "workshop")
    cards: Mapped[list["WorkshopCard"]] = has_many("WorkshopCard", "workshop", order_by="number")

    __rules__ = (
        sa.UniqueConstraint("programme_id", "code"),
        sa.CheckConstraint("dots >= 1", name="dots_range"),
    )


class WorkshopDoor(Base):
    """The short code by which people come in; whoever has it knows no programme yet."""

    code: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    programme_id: Mapped[UUID] = refers_to("Programme")
    workshop_id: Mapped[UUID] = mapped_column(index=True)
    """A workshop of that programme. Not a foreign key: this table knows no programme in its keys."""
    closes_at: Mapped[datetime]


class WorkshopSeat(InProgramme, Base):
    """One phone that joined under a party, and agreed to how a workshop goes."""

    workshop_id, workshop = belongs_to("Workshop")
    group_id, group = belongs_to("StakeholderGroup")
    joined_at: Mapped[datetime]
    consent: Mapped[str]
    """The text that they agreed to."""


class WorkshopCard(InProgramme, Revised, Base):
    """A goal that somebody wrote; becomes a statement with the workshop as its source."""

    workshop_id, workshop = belongs_to("Workshop")
    seat_id, seat = belongs_to("WorkshopSeat")
    number: Mapped[int]
    text: Mapped[str]
    at: Mapped[datetime]
    taken_back: Mapped[bool] = mapped_column(default=False)
    """By who wrote it; its words are erased when the workshop closes."""
    taken_off: Mapped[bool] = mapped_column(default=False)
    """By the facilitator, from the wall."""
    statement_id, statement = belongs_to("Statement", optional=True)

    __rules__ = (sa.UniqueConstraint("programme_id", "workshop_id", "number"),)


class WorkshopDot(InProgramme, Base):
    """A dot of one person on one card."""

    seat_id, seat = belongs_to("WorkshopSeat")
    card_id, card = belongs_to("WorkshopCard")

    __rules__ = (sa.UniqueConstraint("programme_id", "seat_id", "card_id"),)
