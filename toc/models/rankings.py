"""Rankings of goals by respondents, each alone."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from toc.domain.rankings import RankingMethod
from toc.models.base import Base, InProgramme, Made, Revised, belongs_to, has_many, refers_to


class Ranking(InProgramme, Revised, Made, Base):
    """A round in which respondents rank or weigh some goals."""

    title: Mapped[str]
    method: Mapped[RankingMethod]
    closed_at: Mapped[datetime | None]

    goals: Mapped[list["RankingGoal"]] = has_many("RankingGoal", "ranking", order_by="number")
    answers: Mapped[list["RankingAnswer"]] = has_many("RankingAnswer", "ranking", order_by="at")


class RankingGoal(InProgramme, Base):
    """A goal that is asked about."""

    ranking_id, ranking = belongs_to("Ranking")
    goal_id, goal = belongs_to("Goal")
    number: Mapped[int]
    """Its place in the list; each respondent sees another order."""

    __rules__ = (sa.UniqueConstraint("programme_id", "ranking_id", "goal_id"),)


class RankingAnswer(InProgramme, Revised, Base):
    """What one respondent answered; may be changed until the round closes."""

    ranking_id, ranking = belongs_to("Ranking")
    respondent_id, respondent = belongs_to("Respondent")
    at: Mapped[datetime]
    taken_by_id: Mapped[UUID | None] = refers_to("User", optional=True)
    """Who wrote it down for a spokesperson; None: they gave it themselves, through the personal link."""

    scores: Mapped[list["RankingScore"]] = has_many("RankingScore", "answer")

    __rules__ = (sa.UniqueConstraint("programme_id", "ranking_id", "respondent_id"),)


class RankingScore(InProgramme, Revised, Base):
    """The rank or the points that one respondent gave one goal; a goal that they left out has none."""

    answer_id, answer = belongs_to("RankingAnswer")
    goal_id, goal = belongs_to("Goal")
    score: Mapped[int]

    __rules__ = (
        sa.UniqueConstraint("programme_id", "answer_id", "goal_id"),
        sa.CheckConstraint("score >= 0", name="score_range"),
    )
