"""What respondents said of goals: the member check."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW
from toc.domain.interviews import CheckVerdict
from toc.models.goals import Goal, GoalEdition
from toc.models.interviews import GoalCheck, Interview, Statement
from toc.models.merging import PartyGoal, PartyGoalSource


def speaker_of(session: Session, statement: Statement) -> UUID:
    """The respondent who said it."""
    interview = session.get_one(Interview, (session.info["programme_id"], statement.interview_id))
    respondent: UUID = interview.respondent_id
    return respondent


def make_check(
    session: Session,
    statement: Statement,
    about: Goal | PartyGoal,
    verdict: CheckVerdict = CheckVerdict.AGREE,
    comment: str = "",
    *,
    minutes: int = 0,
) -> GoalCheck:
    """What the speaker of a statement says of a goal as it reads now, so many minutes after the others."""
    edition = None
    if isinstance(about, Goal):
        edition = session.scalars(
            select(GoalEdition).where(GoalEdition.goal_id == about.id, GoalEdition.number == about.edition)
        ).one()
    check = GoalCheck(
        id=uuid4(),
        respondent_id=speaker_of(session, statement),
        goal_edition_id=None if edition is None else edition.id,
        party_goal_id=about.id if edition is None else None,
        wording=about.wording if isinstance(about, PartyGoal) else edition.wording if edition else "",
        verdict=verdict,
        comment=comment,
        at=NOW + timedelta(minutes=minutes),
    )
    session.add(check)
    session.flush()
    return check


def make_party_goal(session: Session, group_id: UUID, wording: str, *statements: Statement) -> PartyGoal:
    """A goal in the own tree of a party, the first there."""
    goal = PartyGoal(id=uuid4(), group_id=group_id, number=1, wording=wording, created_at=NOW)
    session.add(goal)
    session.flush()
    for one in statements:
        session.add(PartyGoalSource(id=uuid4(), party_goal_id=goal.id, statement_id=one.id, created_at=NOW))
    session.flush()
    return goal
