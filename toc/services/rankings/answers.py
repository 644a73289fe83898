"""What one respondent answers in a round: alone by personal link, or a spokesperson beside an interviewer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.ids import derived
from toc.domain.interviews import ConsentState, RespondentKind, check_consent, consent_state
from toc.domain.rankings import own_order, scores_of
from toc.models.interviews import Respondent, StakeholderGroup
from toc.models.people import PersonalLink
from toc.models.rankings import Ranking, RankingAnswer, RankingScore
from toc.services import audit, people
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.interviews import get_respondent
from toc.services.interviews.loading import all_consents, check_own, given_consents
from toc.services.rankings.rounds import RankedGoal, RankingView, locked, ranking_view


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A round as a respondent finds it in their list: open, or closed after they answered."""

    id: UUID
    title: str
    is_open: bool
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAnswer:
    """A round as one respondent sees it, with what they answered.

    Attributes:
        ranking: the round.
        goals: what is asked about, in the order that is theirs.
        scores: place or points per goal; goals left out are not in it.
        at: when they answered; None when they did not.
        revision: of the answer, to be carried by the form; 0 when there is none.
    """

    ranking: RankingView
    goals: tuple[RankedGoal, ...]
    scores: Mapping[UUID, int]
    at: datetime | None
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who may answer, as the evaluator sees them.

    Attributes:
        name: of a spokesperson; "" for a participant.
        group: their party.
        answered_at: when they answered; None when they did not.
        taken: an interviewer wrote it down for them.
        may_take: an interviewer may: they speak for a party and have no personal link that works.
    """

    id: UUID
    number: int
    name: str
    group: str
    answered_at: datetime | None
    taken: bool
    may_take: bool


def _agreed(session: Session, respondent_id: UUID) -> bool:
    return consent_state(given_consents(session, respondent_id)) is ConsentState.GIVEN


def asked(session: Session, act: Act) -> list[Asked]:
    """Return the rounds for who came by a personal link: open ones, and closed ones that they answered.

    Who did not agree to be asked anything is asked nothing.
    """
    if act.respondent is None or not _agreed(session, act.respondent):
        return []
    mine = and_(
        RankingAnswer.programme_id == Ranking.programme_id,
        RankingAnswer.ranking_id == Ranking.id,
        RankingAnswer.respondent_id == act.respondent,
    )
    rows = session.execute(
        select(Ranking.id, Ranking.title, Ranking.closed_at, RankingAnswer.id)
        .outerjoin(RankingAnswer, mine)
        .where(
            Ranking.programme_id == session.info["programme_id"],
            Ranking.closed_at.is_(None) | RankingAnswer.id.is_not(None),
        )
        .order_by(Ranking.created_at, Ranking.id)
    )
    return [
        Asked(id=id_, title=title, is_open=closed_at is None, answered=answer_id is not None)
        for id_, title, closed_at, answer_id in rows
    ]


def own_answer(session: Session, act: Act, ranking_id: UUID) -> OwnAnswer:
    """Return a round for who came by a personal link.

    Raises:
        NotFound: there is no such round, or they did not agree to be asked anything.
    """
    if act.respondent is None or not _agreed(session, act.respondent):
        raise NotFound
    return _answer_of(session, ranking_id, act.respondent)


def taken_answer(session: Session, act: Act, ranking_id: UUID, respondent_id: UUID) -> OwnAnswer:
    """Return a round for an interviewer who sits beside a spokesperson.

    Raises:
        NotFound: there is no such round or respondent.
        Conflict: as `_check_taking` says.
    """
    _check_taking(session, act, respondent_id)
    return _answer_of(session, ranking_id, respondent_id)


def _answer_of(session: Session, ranking_id: UUID, respondent_id: UUID) -> OwnAnswer:
    ranking = ranking_view(session, ranking_id)
    goals = {goal.id: goal for goal in ranking.to_rank}
    row = _row(session, ranking_id, respondent_id)
    scores = {} if row is None else _scores(session, row.id)
    return OwnAnswer(
        ranking=ranking,
        goals=tuple(goals[goal_id] for goal_id in own_order(goals, respondent_id)),
        scores={goal_id: score for goal_id, score in scores.items() if goal_id in goals},
        at=None if row is None else row.at,
        revision=0 if row is None else row.revision,
    )


def _row(session: Session, ranking_id: UUID, respondent_id: UUID) -> RankingAnswer | None:
    return session.scalar(
        select(RankingAnswer).where(
            RankingAnswer.programme_id == session.info["programme_id"],
            RankingAnswer.ranking_id == ranking_id,
            RankingAnswer.respondent_id == respondent_id,
        )
    )


def _scores(session: Session, answer_id: UUID) -> dict[UUID, int]:
    rows = session.execute(
        select(RankingScore.goal_id, RankingScore.score).where(
            RankingScore.programme_id == session.info["programme_id"], RankingScore.answer_id == answer_id
        )
    )
    return {row.goal_id: row.score for row in rows}


def _check_taking(session: Session, act: Act, respondent_id: UUID) -> None:
    """Refuse to answer for somebody who can do it alone.

    Raises:
        NotFound: there is no such respondent.
        Conflict: ``ranking.participant_alone``, ``ranking.has_link``.
    """
    respondent = get_respondent(session, respondent_id)
    if respondent.kind is not RespondentKind.SPOKESPERSON:
        raise Conflict("ranking.participant_alone")
    if people.link_of(session, respondent_id, act.at) is not None:
        raise Conflict("ranking.has_link")


def answer(
    session: Session,
    act: Act,
    ranking_id: UUID,
    respondent_id: UUID,
    typed: Mapping[UUID, int],
    revision: int,
) -> RankingAnswer:
    """Keep what a respondent answers; until the round closes another answer replaces it.

    Args:
        session: of the programme, for writing.
        act: the respondent, or who sits beside a spokesperson.
        ranking_id: which round.
        respondent_id: whose answer.
        typed: place or points per goal; goals left out are not in it.
        revision: of the answer that the form was made from; 0 for none.

    Raises:
        NotFound: no such round or respondent, a goal that is not asked about, or somebody else's link.
        Stale: another answer of theirs came in since; `theirs` is by id of the goal.
        Conflict: ``ranking.closed``, or as `_check_taking` says.
        DomainError: ``consent.waiting``, ``consent.refused``, or as `scores_of`.
    """
    check_own(act, respondent_id)
    if act.user is not None:
        _check_taking(session, act, respondent_id)
    round_ = locked(session, ranking_id)
    check_consent(given_consents(session, respondent_id))
    if round_.closed_at is not None:
        raise Conflict("ranking.closed")
    if not typed.keys() <= {goal.id for goal in ranking_view(session, ranking_id).to_rank}:
        raise NotFound
    scores = scores_of(round_.method, typed)
    row = _row(session, ranking_id, respondent_id)
    if row is None:
        row = RankingAnswer(
            id=derived(ranking_id, "answer", str(respondent_id)),
            ranking_id=ranking_id,
            respondent_id=respondent_id,
            at=act.at,
            taken_by_id=act.user,
        )
        session.add(row)
        session.flush()
    else:
        kept = _scores(session, row.id)
        if kept == scores:
            return row
        if row.revision != revision:
            raise Stale({str(goal_id): score for goal_id, score in kept.items()}, row.revision)
        row.at, row.taken_by_id = act.at, act.user
        row.revision += 1  # also when it is the same moment
        _drop_scores(session, row.id)
    session.add_all(
        RankingScore(id=derived(row.id, str(goal_id)), answer_id=row.id, goal_id=goal_id, score=score)
        for goal_id, score in scores.items()
    )
    audit.record(session, act, "ranking.answer", "ranking", ranking_id, respondent=str(respondent_id))
    return row


def _drop_scores(session: Session, answer_id: UUID) -> None:
    session.execute(
        delete(RankingScore).where(
            RankingScore.programme_id == session.info["programme_id"], RankingScore.answer_id == answer_id
        )
    )


def take_back(session: Session, act: Act, ranking_id: UUID) -> None:
    """Erase the answer of who came by a personal link, also after the round was closed.

    Raises:
        NotFound: there is no such round, or nobody came by a link.
    """
    if act.respondent is None:
        raise NotFound
    locked(session, ranking_id)
    row = _row(session, ranking_id, act.respondent)
    if row is None:
        return
    _drop_scores(session, row.id)
    session.delete(row)
    audit.record(session, act, "ranking.take_back", "ranking", ranking_id, respondent=str(act.respondent))


def participants(session: Session, act: Act, ranking_id: UUID) -> list[Participant]:
    """Return who may answer and whether they did, for the evaluator alone; in four statements.

    Who did not agree to be asked anything is left out, unless they answered before.
    """
    here = session.info["programme_id"]
    given = all_consents(session)
    linked = set(
        session.scalars(
            select(PersonalLink.respondent_id).where(
                PersonalLink.programme_id == here,
                PersonalLink.revoked_at.is_(None),
                PersonalLink.expires_at > act.at,
            )
        )
    )
    answered = {
        row.respondent_id: row
        for row in session.scalars(
            select(RankingAnswer).where(
                RankingAnswer.programme_id == here, RankingAnswer.ranking_id == ranking_id
            )
        )
    }
    rows = session.execute(
        select(Respondent, StakeholderGroup.name)
        .join(Respondent.group)
        .where(Respondent.programme_id == here)
        .order_by(StakeholderGroup.code, Respondent.code)
    )
    return [
        Participant(
            id=one.id,
            number=one.code,
            name=one.name,
            group=group,
            answered_at=answered[one.id].at if one.id in answered else None,
            taken=one.id in answered and answered[one.id].taken_by_id is not None,
            may_take=one.kind is RespondentKind.SPOKESPERSON and one.id not in linked,
        )
        for one, group in rows
        if one.id in answered or consent_state(given[one.id]) is ConsentState.GIVEN
    ]
