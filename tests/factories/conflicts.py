"""Conflicts in the register."""

from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.factories.findings import EVALUATOR
from tests.factories.goals import make_goal
from tests.factories.interviews import make_group
from toc.domain.conflicts import ConflictKind, Ending
from toc.models.conflicts import GoalConflict
from toc.models.goals import Goal
from toc.models.interviews import StakeholderGroup
from toc.services import conflicts
from toc.services.conflicts import ConflictDraft

ABOUT = "The one wants speed, the other rest."


def make_conflict(
    session: Session,
    goals: Iterable[Goal] | None = None,
    parties: Iterable[StakeholderGroup] | None = None,
    *,
    about: str = ABOUT,
    kind: ConflictKind = ConflictKind.VALUE,
    ending: Ending | None = None,
) -> GoalConflict:
    """An open conflict of two parties about a goal."""
    given = [make_goal(session)] if goals is None else goals
    groups = [make_group(session), make_group(session)] if parties is None else parties
    draft = ConflictDraft(
        kind=kind,
        about=about,
        goal_ids=frozenset(goal.id for goal in given),
        positions={group.id: f"What {group.name} wants" for group in groups},
        ending=ending or Ending(),
    )
    return conflicts.add_conflict(session, EVALUATOR, uuid4(), draft)
