"""Goals of the parties, their editions, who holds them, and the links between them."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.goals import Level, LinkStatus, Stance, Standing
from toc.models.base import Base, InProgramme, Made, Revised, belongs_to, has_many


class Goal(InProgramme, Revised, Made, Base):
    """A goal in the tree. What it says stands in its editions; `edition` counts them."""

    code: Mapped[int]
    edition: Mapped[int] = mapped_column(default=1)
    """Number of the current edition."""
    is_primary: Mapped[bool] = mapped_column(default=False)
    """A primary outcome: the evidence ladder is climbed for it."""
    released: Mapped[bool] = mapped_column(default=True)
    """Whether parties other than its owner may see it; a hidden goal is not released."""
    visible_from: Mapped[int] = mapped_column(default=1)
    """Number of the first edition that others may read: what a goal said while it was hidden stays hidden."""

    editions: Mapped[list["GoalEdition"]] = has_many("GoalEdition", "goal", order_by="number")
    holders: Mapped[list["GoalHolder"]] = has_many("GoalHolder", "goal")
    sources: Mapped[list["GoalSource"]] = has_many("GoalSource", "goal")

    __rules__ = (sa.UniqueConstraint("programme_id", "code"),)


class GoalEdition(InProgramme, Made, Base):
    """A numbered, unchangeable wording of a goal; evidence and findings point to one."""

    __append_only__ = True

    goal_id, goal = belongs_to("Goal")
    number: Mapped[int]
    wording: Mapped[str]
    explanation: Mapped[str] = mapped_column(default="")
    level: Mapped[Level | None]
    standing: Mapped[Standing]
    confirmed: Mapped[bool] = mapped_column(default=False)
    """The respondent said that this is what they meant; an implicit goal needs that, or two statements."""
    for_whom: Mapped[str] = mapped_column(default="")
    by_when: Mapped[date | None]
    importance: Mapped[int | None]
    """1 to 5, as is feasibility: as the evaluator heard it."""
    feasibility: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why this edition was made; empty for the first."""

    __rules__ = (
        sa.UniqueConstraint("programme_id", "goal_id", "number"),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name="importance_range"),
        sa.CheckConstraint("feasibility BETWEEN 1 AND 5", name="feasibility_range"),
    )


class GoalHolder(InProgramme, Revised, Made, Base):
    """What one party thinks of one goal."""

    goal_id, goal = belongs_to("Goal")
    group_id, group = belongs_to("StakeholderGroup")
    stance: Mapped[Stance]
    importance: Mapped[int | None]

    __rules__ = (
        sa.UniqueConstraint("programme_id", "goal_id", "group_id"),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name="importance_range"),
    )


class GoalSource(InProgramme, Made, Base):
    """A statement that a goal rests on."""

    goal_id, goal = belongs_to("Goal")
    statement_id, statement = belongs_to("Statement")

    __rules__ = (sa.UniqueConstraint("programme_id", "goal_id", "statement_id"),)


class GoalLink(InProgramme, Revised, Made, Base):
    """Why a lower goal should lead to a higher one."""

    lower_id, lower = belongs_to("Goal")
    upper_id, upper = belongs_to("Goal")
    mechanism: Mapped[str] = mapped_column(default="")
    assumption: Mapped[str] = mapped_column(default="")
    condition: Mapped[str] = mapped_column(default="")
    is_key: Mapped[bool] = mapped_column(default=False)
    """One that the evaluation tests."""
    confidence: Mapped[int | None]
    """0 to 4."""
    status: Mapped[LinkStatus | None]
    """None until somebody says so: "untested" is itself a judgement."""
    source: Mapped[str] = mapped_column(default="")
    """An external source for the mechanism."""

    __rules__ = (
        sa.UniqueConstraint("programme_id", "lower_id", "upper_id"),
        sa.CheckConstraint("lower_id <> upper_id", name="no_self_link"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 4", name="confidence_range"),
    )
