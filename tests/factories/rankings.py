"""Rounds in which goals are ranked, with answers."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.factories.findings import EVALUATOR
from tests.factories.goals import make_goal
from tests.factories.interviews import make_respondent
from toc.domain.acts import Act
from toc.domain.interviews import RespondentKind
from toc.domain.people import Role
from toc.domain.rankings import RankingMethod
from toc.models.goals import Goal
from toc.models.interviews import Respondent, StakeholderGroup
from toc.models.rankings import Ranking
from toc.services import rankings
from toc.services.rankings import RankingDraft

WORDINGS = ("A job that lasts", "A place of my own", "Fewer debts", "People to count on")


def make_goals(session: Session, many: int = 3) -> list[Goal]:
    """Some outcomes."""
    return [make_goal(session, wording) for wording in WORDINGS[:many]]


def make_ranking(
    session: Session,
    goals: Iterable[Goal] | None = None,
    *,
    method: RankingMethod = RankingMethod.RANK,
    title: str = "What matters most?",
) -> Ranking:
    """A round that is open."""
    ids = tuple(goal.id for goal in (make_goals(session) if goals is None else goals))
    draft = RankingDraft(title=title, method=method, goal_ids=ids)
    return rankings.open_ranking(session, EVALUATOR, uuid4(), draft)


def alone(respondent: Respondent) -> Act:
    """What somebody does who came by a personal link."""
    return Act(at=NOW, on=NOW.date(), respondent=respondent.id, roles=frozenset({Role.STAKEHOLDER}))


def make_answer(
    session: Session, ranking: Ranking, respondent: Respondent, scores: Mapping[UUID, int]
) -> None:
    """What one respondent answers, alone."""
    rankings.answer(session, alone(respondent), ranking.id, respondent.id, scores, 0)


def make_answers(
    session: Session,
    ranking: Ranking,
    group: StakeholderGroup,
    order: Sequence[Goal],
    *,
    many: int = 1,
    kind: RespondentKind = RespondentKind.SPOKESPERSON,
) -> list[Respondent]:
    """So many respondents of a party who all rank goals in this order."""
    found = [make_respondent(session, group, kind=kind) for _ in range(many)]
    for respondent in found:
        places = {goal.id: place for place, goal in enumerate(order, start=1)}
        make_answer(session, ranking, respondent, places)
    return found
