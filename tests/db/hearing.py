"""What the tests of services about interviews share."""

from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW
from toc.domain.acts import Act
from toc.domain.goals import Standing
from toc.domain.interviews import (
    RespondentKind,
)
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.base import Base
from toc.models.goals import Goal, GoalEdition, GoalSource
from toc.models.interviews import (
    Respondent,
    Statement,
)

PARTICIPANT, SPOKESPERSON = RespondentKind.PARTICIPANT, RespondentKind.SPOKESPERSON


def speaker(respondent: Respondent) -> Act:
    """What a respondent does by their personal link."""
    return Act(at=NOW, on=NOW.date(), respondent=respondent.id, roles=frozenset({Role.STAKEHOLDER}))


def rows(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def events(session: Session) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)))


def make_goal(session: Session, *statements: Statement, released: bool = True) -> Goal:
    code = rows(session, Goal) + 1
    goal = Goal(id=uuid4(), code=code, released=released, created_at=NOW)
    edition = GoalEdition(
        id=uuid4(), goal=goal, number=1, wording=f"Goal {code}", standing=Standing.STATED, created_at=NOW
    )
    session.add_all([goal, edition])
    session.add_all(
        GoalSource(id=uuid4(), goal=goal, statement=statement, created_at=NOW) for statement in statements
    )
    session.flush()
    return goal
