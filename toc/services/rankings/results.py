"""What comes out of a round, as everybody may see it.

Answers of participants are statistics on participants: of a party of too few nothing is shown, and all that
is computed over parties rests on what is shown, so that no difference gives the rest away. Which parties are
not shown does not tell why: somebody who did not answer is nobody's business.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toc.domain import agreement as domain
from toc.domain.acts import Act
from toc.domain.agreement import Best
from toc.domain.codes import CodeKind, code
from toc.domain.goals.rules import sees_hidden
from toc.domain.interviews import ConsentState, RespondentKind, consent_state
from toc.domain.rankings import RankingMethod
from toc.models.interviews import Respondent, StakeholderGroup
from toc.models.programmes import Programme
from toc.models.rankings import Ranking, RankingAnswer, RankingScore
from toc.services import indicators
from toc.services.errors import NotFound
from toc.services.interviews.loading import all_consents
from toc.services.rankings.rounds import RankingView, ranking_view, ranking_views

_BEST = {RankingMethod.RANK: Best.LOWEST, RankingMethod.WEIGH: Best.HIGHEST}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyResult:
    """A party of which something may be shown."""

    id: UUID
    number: int
    name: str
    view: domain.PartyView

    @property
    def code(self) -> str:
        """How people name it: S2."""
        return code(CodeKind.GROUP, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a round comes to.

    Attributes:
        ranking: the round.
        parties: those that are shown, by code.
        withheld: names of the others that have respondents, whether they answered or not.
        threshold: respondents that a party of participants needs.
        respondents: how many answers all of this rests on.
        agreement: of these respondents together.
        between: goals that at least two parties ranked, widest gap first.
        clashes: pairs of parties, strongest conflict first.
        importance: per goal, from 0 to 1, over parties.
        mismatch: where importance and measuring part, among the goals of the round.
    """

    ranking: RankingView
    parties: tuple[PartyResult, ...]
    withheld: tuple[str, ...]
    threshold: int
    respondents: int
    agreement: domain.Agreement
    between: tuple[domain.Between, ...]
    clashes: tuple[domain.Conflict, ...]
    importance: dict[UUID, Fraction]
    mismatch: domain.Mismatch


@dataclass(frozen=True, slots=True)
class _Party:
    id: UUID
    number: int
    name: str
    participants: int


def may_see_result(ranking: RankingView, act: Act, *, answered: bool = True) -> bool:
    """Tell whether somebody may see what comes out: all when the round is closed, before that its evaluator.

    Args:
        ranking: the round.
        act: who looks.
        answered: who came by a personal link answered; others' answers stay unseen until then.
    """
    if act.respondent is not None and act.user is None:
        return answered and not ranking.is_open
    return not ranking.is_open or sees_hidden(act.roles)


def result(session: Session, act: Act, ranking_id: UUID, *, answered: bool = True) -> Result:
    """Return what a round comes to, in a fixed number of statements.

    Raises:
        NotFound: there is no such round, or its result is not yet there for this reader.
    """
    ranking = ranking_view(session, ranking_id)
    if not may_see_result(ranking, act, answered=answered):
        raise NotFound
    threshold = session.get_one(Programme, session.info["programme_id"]).small_number_threshold
    parties = _parties(session)
    exempt = {party.id for party in parties if not party.participants}
    given = _rankings(session, ranking)
    views = domain.party_views(given, least=threshold, exempt=exempt)
    shown = {view.party: view for view in views if view.spreads}
    judged = tuple(_as_shown(given, shown))
    importance = domain.importance(shown.values())
    measured = {one.goal_id for one in indicators.overview(session, act.on, act=act) if one.latest}
    return Result(
        ranking=ranking,
        parties=tuple(
            PartyResult(id=party.id, number=party.number, name=party.name, view=shown[party.id])
            for party in parties
            if party.id in shown
        ),
        withheld=tuple(party.name for party in parties if party.id not in shown),
        threshold=threshold,
        respondents=len(judged),
        agreement=domain.agreement(judged),
        between=domain.between(shown.values()),
        clashes=domain.conflicts(shown.values()),
        importance=importance,
        mismatch=domain.mismatch(importance, measured & {goal.id for goal in ranking.goals}),
    )


def latest_result(session: Session, act: Act) -> Result | None:
    """Return what the newest closed round comes to; None when none is closed."""
    closed = ranking_views(session, Ranking.closed_at.is_not(None))
    return result(session, act, closed[0].id) if closed else None


def _parties(session: Session) -> list[_Party]:
    """Return the parties that have respondents, with how many of these are participants."""
    rows = session.execute(
        select(
            StakeholderGroup.id,
            StakeholderGroup.code,
            StakeholderGroup.name,
            func.count().filter(Respondent.kind == RespondentKind.PARTICIPANT),
        )
        .join(Respondent.group)
        .where(Respondent.programme_id == session.info["programme_id"])
        .group_by(StakeholderGroup.id, StakeholderGroup.code, StakeholderGroup.name)
        .order_by(StakeholderGroup.code)
    )
    return [_Party(*row) for row in rows]


def _rankings(session: Session, ranking: RankingView) -> list[domain.Ranking]:
    """Return the answers about goals that everybody may see, of who still agrees to be asked."""
    here = session.info["programme_id"]
    among = (RankingAnswer.programme_id == here, RankingAnswer.ranking_id == ranking.id)
    given = all_consents(session, Respondent.id.in_(select(RankingAnswer.respondent_id).where(*among)))
    goals = {goal.id for goal in ranking.goals}
    scores: dict[UUID, dict[UUID, float]] = {}
    party: dict[UUID, UUID] = {}
    for respondent_id, group_id, goal_id, score in session.execute(
        select(Respondent.id, Respondent.group_id, RankingScore.goal_id, RankingScore.score)
        .join(RankingScore.answer)
        .join(RankingAnswer.respondent)
        .where(*among)
        .order_by(Respondent.code)
    ):
        if goal_id in goals and consent_state(given[respondent_id]) is ConsentState.GIVEN:
            scores.setdefault(respondent_id, {})[goal_id] = score
            party[respondent_id] = group_id
    best = _BEST[ranking.method]
    return [
        domain.Ranking(party=party[respondent_id], scores=said, best=best)
        for respondent_id, said in scores.items()
    ]


def _as_shown(
    given: Iterable[domain.Ranking], shown: dict[UUID, domain.PartyView]
) -> Iterable[domain.Ranking]:
    """Yield the answers of parties that are shown, about goals that are shown of them."""
    for one in given:
        if one.party not in shown:
            continue
        goals = {spread.goal for spread in shown[one.party].spreads}
        scores = {goal: score for goal, score in one.scores.items() if goal in goals}
        if scores:
            yield domain.Ranking(party=one.party, scores=scores, best=one.best)
