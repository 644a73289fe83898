"""What the tests of pages about interviews share."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_member
from tests.web.reader import Page
from toc.domain.goals import Standing
from toc.domain.interviews import RespondentKind
from toc.domain.people import Role
from toc.models.database import Database
from toc.models.goals import Goal, GoalEdition, GoalSource
from toc.models.interviews import (
    Statement,
)
from toc.models.programmes import Programme

Writing = Callable[[], AbstractContextManager[Session]]

SPOKESPERSON = RespondentKind.SPOKESPERSON

PARTIES = (Role.COORDINATOR, Role.WORKER, Role.VIEWER, Role.STAKEHOLDER)

PAYERS = (Role.FUNDER, Role.INVESTOR)

GROUP = {"name": "Jongeren", "helix": "citizens", "interest": "5", "influence": "", "wanted_interviews": "3"}


def member(database: Database, programme: Programme, *roles: Role) -> UUID:
    with database.writing(programme.id) as session:
        return make_member(session, programme, *roles).id


def one(database: Database, programme: Programme, table: type[Any]) -> Any:  # noqa: ANN401 - the only row of any table
    with database.read_session(programme.id) as session:
        return session.scalars(select(table)).one()


def at(programme: Programme, path: str) -> str:
    return f"/p/{programme.id}{path}"


def make_goal(session: Session, statement: Statement, *, wording: str = "Work") -> Goal:
    goal = Goal(id=uuid4(), code=1, created_at=NOW)
    session.add_all(
        [
            goal,
            GoalEdition(
                id=uuid4(), goal=goal, number=1, wording=wording, standing=Standing.STATED, created_at=NOW
            ),
            GoalSource(id=uuid4(), goal=goal, statement=statement, created_at=NOW),
        ]
    )
    session.flush()
    return goal


def sent(page: Page, address: str) -> dict[str, Any]:
    """Return a form whose fields come more than once."""
    (form,) = [each for each in page.find("form") if each.attrs.get("action") == address]
    values: dict[str, Any] = {}
    for field in form.query("input, textarea"):
        name = field.attrs.get("name")
        text = field.to_text() if field.name == "textarea" else field.attrs.get("value") or ""
        if field.name == "textarea" or name in {"key", "language"}:
            values.setdefault(name, []).append(text.strip())
        elif name:
            values[name] = text
    return values
