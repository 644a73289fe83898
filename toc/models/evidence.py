"""Evidence and studies on a goal, what evaluators attest, and the assessments they sign."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.evidence import Design, Effect, Scale, recorded
from toc.models.base import Base, InProgramme, Made, Revised, Word, belongs_to, refers_to


class EvidenceItem(InProgramme, Made, Base):
    """A document, publication or observation for or against a goal or link."""

    __append_only__ = True

    goal_id, goal = belongs_to("Goal")
    goal_edition_id, goal_edition = belongs_to("GoalEdition")
    title: Mapped[str]
    source: Mapped[str]
    """Who published it, where and when; with a page if there is one."""
    url: Mapped[str] = mapped_column(default="")
    finding: Mapped[str]
    """What it says about this goal."""
    supports: Mapped[bool]
    """False: it speaks against."""


class Study(InProgramme, Revised, Made, Base):
    """A study of a goal, with the effect it found; typed in here with its source."""

    code: Mapped[int]
    goal_id, goal = belongs_to("Goal")
    goal_edition_id, goal_edition = belongs_to("GoalEdition")
    indicator_edition_id, indicator_edition = belongs_to("IndicatorEdition", optional=True)
    title: Mapped[str]
    source: Mapped[str]
    """Publication, report or file that the figures were taken from."""
    design: Mapped[Design]
    measured_on: Mapped[date]
    """When the outcomes were measured."""
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """By the names of `toc.domain.evidence.recorded`: those of `Study`, and the effect as estimate, low,
    high, confidence and higher_is_better beside them; absent means not recorded."""
    entered_by_id: Mapped[UUID | None] = refers_to("User", optional=True)
    signed_by_id: Mapped[UUID | None] = refers_to("User", optional=True)
    signed_at: Mapped[datetime | None]
    signoff_revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str] = mapped_column(default="")

    __rules__ = (sa.UniqueConstraint("programme_id", "code"),)

    @property
    def effect(self) -> Effect | None:
        """The effect that it found, with its interval."""
        return recorded.effect(self.facts)

    @property
    def scale(self) -> Scale:
        """In what the effect is expressed."""
        return Scale(self.facts.get("scale", Scale.SHARE))

    @property
    def unit(self) -> str:
        """The unit of an effect that is a number."""
        return str(self.facts.get("unit", ""))

    @property
    def is_signed(self) -> bool:
        """Whether a signature stands under it that was not taken back."""
        return self.signed_at is not None and self.signoff_revoked_at is None


class StudyTransfer(InProgramme, Made, Base):
    """An evaluator says that a study of an earlier edition of its goal holds for a later one too, and why."""

    __append_only__ = True

    study_id, study = belongs_to("Study")
    goal_edition_id, goal_edition = belongs_to("GoalEdition")
    reason: Mapped[str]

    __rules__ = (sa.UniqueConstraint("programme_id", "study_id", "goal_edition_id"),)


class Attestation(InProgramme, Base):
    """What an evaluator says of one criterion of the ladder, and why; of two the later counts."""

    __append_only__ = True

    goal_id, goal = belongs_to("Goal")
    study_id, study = belongs_to("Study", optional=True)
    criterion: Mapped[Word]
    met: Mapped[bool]
    reason: Mapped[str]
    by_id: Mapped[UUID | None] = refers_to("User", optional=True)
    at: Mapped[datetime]


class GoalReview(InProgramme, Revised, Made, Base):
    """What the review of level 1 records for a goal: named facts that the tree itself cannot show."""

    goal_id, goal = belongs_to("Goal", unique=True)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """By the names of `TreeFacts`, `ReplicationFacts` and `ScalingFacts`, in {"tree": {...}, ...}."""
    signed_by_id: Mapped[UUID | None] = refers_to("User", optional=True)
    """The evaluator who reviewed the whole of level 1."""
    signed_at: Mapped[datetime | None]
    signoff_revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str] = mapped_column(default="")

    @property
    def is_signed(self) -> bool:
        """Whether a signature stands under it that was not taken back."""
        return self.signed_at is not None and self.signoff_revoked_at is None


class AssessmentRecord(InProgramme, Base):
    """A rung that was signed: what it rests on is kept with it, so that a later difference shows."""

    __append_only__ = True

    goal_id, goal = belongs_to("Goal")
    goal_edition_id, goal_edition = belongs_to("GoalEdition")
    rung: Mapped[int]
    statuses: Mapped[list[str]] = mapped_column(sa.JSON)
    inputs: Mapped[str]
    """Canonical JSON of the evidence that it was derived from."""
    sha256: Mapped[str] = mapped_column(sa.String(64))
    ladder_version: Mapped[Word]
    signed_by_id: Mapped[UUID] = refers_to("User")
    at: Mapped[datetime]

    __rules__ = (sa.CheckConstraint("rung BETWEEN 0 AND 5", name="rung_range"),)
