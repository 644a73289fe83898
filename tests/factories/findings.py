"""Findings for tests, with who said what they are about."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.factories import NOW, act_of
from tests.factories.goals import make_goal
from tests.factories.interviews import make_group, make_interview, make_respondent, make_statement
from toc.domain.acts import Act
from toc.domain.goals import Standing
from toc.domain.people import Role, token_hash
from toc.models.findings import Finding
from toc.models.goals import Goal
from toc.models.interviews import Respondent
from toc.models.people import PersonalLink
from toc.services import findings

EVALUATOR = act_of(None, Role.EVALUATOR)


def by_link(respondent: Respondent) -> Act:
    """What somebody does who came by a personal link."""
    return Act(at=NOW, on=NOW.date(), respondent=respondent.id, roles=frozenset({Role.STAKEHOLDER}))


class Told:
    """A goal drawn from one person's words, held by their group, with a finding on it."""

    def __init__(self, session: Session, *, standing: Standing = Standing.STATED) -> None:
        self.group = make_group(session)
        self.speaker = make_respondent(session, self.group)
        self.other = make_respondent(session, self.group)
        self.stranger = make_respondent(session)
        for listener in (self.other, self.stranger):
            make_interview(session, listener)
        self.statement = make_statement(session, make_interview(session, self.speaker))
        self.goal: Goal = make_goal(
            session, "I keep my job", standing=standing, holders=[self.group], statements=[self.statement]
        )
        self.finding: Finding = findings.publish(
            session, EVALUATOR, uuid4(), self.goal.id, "Half of you did."
        )


def make_lasting_link(session: Session, respondent: Respondent, token: str = "") -> PersonalLink:
    """A personal link that works on any day a test may run."""
    link = PersonalLink(
        id=uuid4(),
        programme_id=session.info["programme_id"],
        respondent_id=respondent.id,
        token_hash=token_hash(token or uuid4().hex),
        expires_at=datetime(2100, 1, 1, tzinfo=UTC),
        created_at=NOW,
    )
    session.add(link)
    session.flush()
    return link
