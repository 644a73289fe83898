"""Findings that go back to the parties, and what they reply."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.indicators import Status
from toc.models.base import Base, InProgramme, Revised, belongs_to, has_many, refers_to


class Finding(InProgramme, Base):
    """What the evaluation found on a goal; published once, as it then stood."""

    __append_only__ = True

    code: Mapped[int]
    goal_id, goal = belongs_to("Goal")
    goal_edition_id, goal_edition = belongs_to("GoalEdition")
    text: Mapped[str]
    """In words for the parties who hold the goal."""
    status: Mapped[Status]
    """Of the goal, as computed on that day."""
    rung: Mapped[int]
    """Of its evidence, as derived on that day."""
    published_at: Mapped[datetime]
    published_by_id: Mapped[UUID | None] = refers_to("User", optional=True)

    replies: Mapped[list["Reply"]] = has_many("Reply", "finding", order_by="at")

    __rules__ = (sa.UniqueConstraint("programme_id", "code"),)


class Reply(InProgramme, Revised, Base):
    """What a respondent answers to a finding, and what was done with it."""

    finding_id, finding = belongs_to("Finding")
    respondent_id, respondent = belongs_to("Respondent")
    text: Mapped[str]
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    """What the evaluator did with it, in words for who replied."""
    resulting_edition_id, resulting_edition = belongs_to("GoalEdition", optional=True)
    """The feasible goal that it led to."""
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = refers_to("User", optional=True)

    __rules__ = (sa.UniqueConstraint("programme_id", "finding_id", "respondent_id"),)
