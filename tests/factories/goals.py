"""Goals, links and what they rest on."""

from collections.abc import Iterable
from datetime import date
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, act_of, number
from toc.domain.goals import Level, Standing
from toc.domain.interviews import Audience, Mode, RespondentKind
from toc.domain.people import Helix, Role
from toc.models.goals import Goal, GoalLink
from toc.models.interviews import (
    Answer,
    Guide,
    GuideEdition,
    Interview,
    Respondent,
    StakeholderGroup,
    Statement,
)
from toc.services import goals as service
from toc.services.goals import GoalDraft, Held, LinkDraft

EVALUATOR = act_of(None, Role.EVALUATOR)


def make_party(session: Session, name: str = "", *, is_beneficiary: bool = False) -> StakeholderGroup:
    """A stakeholder group."""
    this = number()
    group = StakeholderGroup(
        id=uuid4(),
        code=this,
        name=name or f"Party {this}",
        helix=Helix.GOVERNMENT,
        is_beneficiary=is_beneficiary,
        created_at=NOW,
    )
    session.add(group)
    session.flush()
    return group


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


def make_link(session: Session, lower: Goal, upper: Goal, **says: object) -> GoalLink:
    """A link between two goals."""
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
    *texts: str,
    kind: RespondentKind = RespondentKind.SPOKESPERSON,
    audience: Audience = Audience.PARTIES,
) -> list[Statement]:
    """What one respondent of a party said in one interview."""
    this = number()
    made = {"created_at": NOW}
    respondent = Respondent(id=uuid4(), code=this, group_id=group.id, kind=kind, language="en", **made)
    guide = session.scalar(select(Guide).where(Guide.programme_id == group.programme_id, Guide.kind == kind))
    if guide is None:
        guide = Guide(id=uuid4(), kind=kind, **made)
        session.add(guide)
        session.flush()
        session.add(
            GuideEdition(
                id=guide.id,
                guide_id=guide.id,
                number=1,
                questions=[{"key": "problem", "nl": "Wat?", "en": "What?"}],
                **made,
            )
        )
    session.add(respondent)
    session.flush()
    interview = Interview(
        id=uuid4(),
        code=this,
        respondent_id=respondent.id,
        guide_edition_id=guide.id,
        mode=Mode.HELD,
        held_on=date(2025, 6, 1),
        submitted_at=NOW,
        **made,
    )
    session.add(interview)
    session.flush()
    answer = Answer(id=uuid4(), interview_id=interview.id, question="problem", text=" ".join(texts))
    session.add(answer)
    session.flush()
    statements = []
    start = 0
    for text in texts:
        statement = Statement(
            id=uuid4(),
            code=number(),
            interview_id=interview.id,
            answer_id=answer.id,
            starts_at=start,
            ends_at=start + len(text),
            text=text,
            audience=audience,
            decided_at=NOW,
            **made,
        )
        start += len(text) + 1
        session.add(statement)
        statements.append(statement)
    session.flush()
    return statements
