"""Each party's own tree, kept as it was given, and how its goals went into the tree of everybody."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from toc.domain.goals import Level, Standing
from toc.domain.merging import Relation
from toc.models.base import Base, InProgramme, Made, Revised, belongs_to, has_many


class PartyGoal(InProgramme, Revised, Made, Base):
    """A goal in the own tree of one party. Only the evaluator and the party's own respondents see it."""

    group_id, group = belongs_to("StakeholderGroup")
    number: Mapped[int]
    """Counts per party: the third goal of S2 is S2.3."""
    wording: Mapped[str]
    explanation: Mapped[str] = mapped_column(default="")
    level: Mapped[Level | None]
    standing: Mapped[Standing] = mapped_column(default=Standing.STATED)
    importance: Mapped[int | None]
    """1 to 5, as is feasibility."""
    feasibility: Mapped[int | None]

    sources: Mapped[list["PartyGoalSource"]] = has_many("PartyGoalSource", "party_goal")
    relations: Mapped[list["GoalRelation"]] = has_many("GoalRelation", "party_goal")

    __rules__ = (
        sa.UniqueConstraint("programme_id", "group_id", "number"),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name="importance_range"),
        sa.CheckConstraint("feasibility BETWEEN 1 AND 5", name="feasibility_range"),
    )


class PartyGoalSource(InProgramme, Made, Base):
    """A statement that a party's own goal rests on."""

    party_goal_id, party_goal = belongs_to("PartyGoal")
    statement_id, statement = belongs_to("Statement")

    __rules__ = (sa.UniqueConstraint("programme_id", "party_goal_id", "statement_id"),)


class PartyLink(InProgramme, Revised, Made, Base):
    """Why one own goal should lead to another, as the party sees it."""

    lower_id, lower = belongs_to("PartyGoal")
    upper_id, upper = belongs_to("PartyGoal")
    mechanism: Mapped[str] = mapped_column(default="")
    assumption: Mapped[str] = mapped_column(default="")
    condition: Mapped[str] = mapped_column(default="")
    confidence: Mapped[int | None]
    """0 to 4."""

    __rules__ = (
        sa.UniqueConstraint("programme_id", "lower_id", "upper_id"),
        sa.CheckConstraint("lower_id <> upper_id", name="no_self_link"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 4", name="confidence_range"),
    )


class GoalRelation(InProgramme, Revised, Made, Base):
    """What a party's own goal is to a goal of all, who decided that, and why."""

    party_goal_id, party_goal = belongs_to("PartyGoal")
    goal_id, goal = belongs_to("Goal")
    relation: Mapped[Relation]
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(default="")
    """Who decided, in words: "evaluator and municipality"."""

    __rules__ = (sa.UniqueConstraint("programme_id", "party_goal_id", "goal_id"),)
