"""What the tests of services about goals share."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import act_of
from tests.factories.goals import (
    EVALUATOR,
)
from toc.domain.people import Role
from toc.models.audit import AuditEvent
from toc.models.goals import Goal
from toc.services import goals as service

VIEWER = act_of(None, Role.VIEWER)


def view(session: Session, goal: Goal) -> service.GoalView:
    return service.get_goal(session, EVALUATOR, goal.id)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))
