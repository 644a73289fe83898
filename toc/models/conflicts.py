"""The register of conflicts between parties."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.conflicts import ConflictKind, ConflictState
from toc.models.base import Base, InProgramme, Made, Revised, belongs_to, has_many


class GoalConflict(InProgramme, Revised, Made, Base):
    """Something that parties differ about, with what could be done and what was decided."""

    code: Mapped[int]
    kind: Mapped[ConflictKind]
    about: Mapped[str]
    options: Mapped[str] = mapped_column(default="")
    state: Mapped[ConflictState] = mapped_column(default=ConflictState.OPEN)
    decision: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(default="")
    decided_on: Mapped[date | None]

    goals: Mapped[list["ConflictGoal"]] = has_many("ConflictGoal", "conflict")
    parties: Mapped[list["ConflictParty"]] = has_many("ConflictParty", "conflict")

    __rules__ = (sa.UniqueConstraint("programme_id", "code"),)


class ConflictGoal(InProgramme, Base):
    """A goal that a conflict is about."""

    conflict_id, conflict = belongs_to("GoalConflict")
    goal_id, goal = belongs_to("Goal")

    __rules__ = (sa.UniqueConstraint("programme_id", "conflict_id", "goal_id"),)


class ConflictParty(InProgramme, Revised, Base):
    """A party to a conflict, and what it wants."""

    conflict_id, conflict = belongs_to("GoalConflict")
    group_id, group = belongs_to("StakeholderGroup")
    position: Mapped[str] = mapped_column(default="")

    __rules__ = (sa.UniqueConstraint("programme_id", "conflict_id", "group_id"),)
