"""Goals, links and what they rest on."""

from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, number
from tests.factories.interviews import make_interview, make_respondent, make_statement
from toc.domain.goals import KeyReason, Level, Stance, Standing
from toc.domain.interviews import Audience, RespondentKind
from toc.domain.people import Role
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalLink
from toc.models.interviews import StakeholderGroup, Statement
from toc.services import goals as service
from toc.services.goals import GoalDraft, Held, LinkDraft

EVALUATOR = act_of(None, Role.EVALUATOR)


def make_goal(
    session: Session,
    wording: str = "Young people keep a job",
    *,
    level: Level | None = Level.OUTCOME,
    standing: Standing = Standing.STATED,
    holders: Iterable[StakeholderGroup | Held] = (),
    statements: Iterable[Statement] = (),
    is_primary: bool = False,
    **says: object,
) -> Goal:
    """A goal with its first edition; parties that are given support it."""
    return service.add_goal(
        session,
        EVALUATOR,
        uuid4(),
        GoalDraft(wording=wording, level=level, standing=standing, **says),  # type: ignore[arg-type] # named by the test
        holders=[one if isinstance(one, Held) else Held(group_id=one.id) for one in holders],
        statement_ids=[one.id for one in statements],
        is_primary=is_primary,
    )


def make_many_goals(
    session: Session,
    many: int,
    *,
    level: Level | None = Level.ACTIVITY,
    holder: StakeholderGroup | None = None,
) -> list[Goal]:
    """Goals that differ in their wording alone, written at once; their codes go on after 1000 per call."""
    made = {"created_at": NOW}
    first = 1000 * number()
    goals = [Goal(id=uuid4(), code=first + place, **made) for place in range(1, many + 1)]
    session.add_all(goals)
    session.flush()
    for place, goal in enumerate(goals, start=1):
        session.add(
            GoalEdition(
                id=uuid4(),
                goal_id=goal.id,
                number=1,
                wording=f"Means number {place}",
                level=level,
                standing=Standing.STATED,
                **made,
            )
        )
        if holder is not None:
            session.add(
                GoalHolder(id=uuid4(), goal_id=goal.id, group_id=holder.id, stance=Stance.SUPPORTS, **made)
            )
    session.flush()
    return goals


def make_link(session: Session, lower: Goal, upper: Goal, **says: object) -> GoalLink:
    """A link between two goals; a key link is central unless the test says otherwise."""
    if says.get("is_key"):
        says.setdefault("key_reason", KeyReason.CENTRAL)
    return service.link_goals(
        session,
        EVALUATOR,
        uuid4(),
        lower_id=lower.id,
        upper_id=upper.id,
        draft=LinkDraft(**says),  # type: ignore[arg-type] # named by the test
    )


def make_statements(
    session: Session,
    group: StakeholderGroup,
    *sentences: str,
    kind: RespondentKind = RespondentKind.SPOKESPERSON,
    audience: Audience = Audience.PARTIES,
) -> list[Statement]:
    """What one respondent of a party said in one interview: each sentence a statement."""
    respondent = make_respondent(session, group, kind=kind)
    interview = make_interview(session, respondent, text=" ".join(sentences))
    return [
        make_statement(session, interview, sentence=place, audience=audience)
        for place in range(len(sentences))
    ]
