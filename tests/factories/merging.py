"""Own trees of parties, and what their goals are to goals of all."""

from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.factories.goals import EVALUATOR
from toc.domain.merging import Relation
from toc.models.goals import Goal
from toc.models.interviews import StakeholderGroup, Statement
from toc.models.merging import GoalRelation, PartyGoal, PartyLink
from toc.services import merging
from toc.services.merging import OwnDraft, OwnLinkDraft, RelationDraft


def make_own_goal(
    session: Session,
    group: StakeholderGroup,
    wording: str = "A job for a year",
    *,
    statements: Iterable[Statement] = (),
    **says: object,
) -> PartyGoal:
    """A goal in the own tree of a party."""
    draft = OwnDraft(wording=wording, **says)  # type: ignore[arg-type] # named by the test
    ids = [one.id for one in statements]
    return merging.add_own_goal(session, EVALUATOR, uuid4(), group.id, draft, ids)


def make_own_link(session: Session, lower: PartyGoal, upper: PartyGoal, **says: object) -> PartyLink:
    """A link in an own tree."""
    draft = OwnLinkDraft(**says)  # type: ignore[arg-type] # named by the test
    return merging.add_link(session, EVALUATOR, uuid4(), lower_id=lower.id, upper_id=upper.id, draft=draft)


def decision(relation: Relation = Relation.SAME) -> RelationDraft:
    """A decision with who took it and why."""
    return RelationDraft(relation=relation, reason="They mean the same.", decided_by="The evaluator")


def make_relation(
    session: Session, own: PartyGoal, goal: Goal, relation: Relation = Relation.SAME
) -> GoalRelation:
    """What an own goal is to a goal of all."""
    return merging.relate(session, EVALUATOR, uuid4(), own.id, goal.id, decision(relation))
