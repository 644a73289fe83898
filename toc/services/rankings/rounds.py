"""Rounds in which goals are ranked: opened, changed while nobody has answered, closed and opened again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.errors import DomainError
from toc.domain.goals import Level
from toc.domain.ids import derived
from toc.domain.rankings import MOST_GOALS, RankingMethod, check_goals
from toc.models.goals import Goal, GoalEdition
from toc.models.rankings import Ranking, RankingAnswer, RankingGoal
from toc.services import audit
from toc.services.errors import Conflict, NotFound, Stale
from toc.services.goals import GoalView, visible_goals
from toc.services.interviews import check_free_text


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingDraft:
    """What a round is to ask.

    Attributes:
        title: as respondents read it.
        method: how they say what matters most.
        goal_ids: which goals, in the order in which results list them.
    """

    title: str
    method: RankingMethod
    goal_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedGoal:
    """A goal that a round asks about, as it reads now.

    Attributes:
        retired: it was taken out of the tree since, so nobody is asked about it any more.
    """

    id: UUID
    number: int
    wording: str
    retired: bool

    @property
    def code(self) -> str:
        """How people name it: G12."""
        return code(CodeKind.GOAL, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingView:
    """A round as it stands.

    Attributes:
        closed_at: when it was closed; None while it is open.
        goals: those that everybody may see, in the order of the round.
        answers: how many respondents answered: for the evaluator alone.
        revision: to be carried by a form that edits it.
    """

    id: UUID
    title: str
    method: RankingMethod
    opened_at: datetime
    closed_at: datetime | None
    goals: tuple[RankedGoal, ...]
    answers: int
    revision: int

    @property
    def is_open(self) -> bool:
        """Whether respondents may answer."""
        return self.closed_at is None

    @property
    def to_rank(self) -> tuple[RankedGoal, ...]:
        """The goals that respondents are asked about."""
        return tuple(goal for goal in self.goals if not goal.retired)

    @property
    def draft(self) -> RankingDraft:
        """What it asks now."""
        return RankingDraft(
            title=self.title, method=self.method, goal_ids=tuple(goal.id for goal in self.goals)
        )


def ranking_views(session: Session, *where: ColumnElement[bool]) -> list[RankingView]:
    """Return the rounds of the programme, newest first, in three statements.

    A goal that is hidden stands in none of them, also not for who may see it: others answer about what is
    listed.
    """
    here = session.info["programme_id"]
    rows = session.scalars(
        select(Ranking)
        .where(Ranking.programme_id == here, *where)
        .order_by(Ranking.created_at.desc(), Ranking.id)
    ).all()
    ids = [row.id for row in rows]
    goals: dict[UUID, list[RankedGoal]] = {}
    for ranking_id, goal_id, number, wording, retired_at in session.execute(
        select(RankingGoal.ranking_id, Goal.id, Goal.code, GoalEdition.wording, Goal.retired_at)
        .join(RankingGoal.goal)
        .join(
            GoalEdition,
            (GoalEdition.programme_id == Goal.programme_id)
            & (GoalEdition.goal_id == Goal.id)
            & (GoalEdition.number == Goal.edition),
        )
        .where(RankingGoal.programme_id == here, RankingGoal.ranking_id.in_(ids), Goal.released.is_(True))
        .order_by(RankingGoal.number)
    ):
        goal = RankedGoal(id=goal_id, number=number, wording=wording, retired=retired_at is not None)
        goals.setdefault(ranking_id, []).append(goal)
    answers: dict[UUID, int] = {
        row.ranking_id: row.answers
        for row in session.execute(
            select(RankingAnswer.ranking_id, func.count().label("answers"))
            .where(RankingAnswer.programme_id == here, RankingAnswer.ranking_id.in_(ids))
            .group_by(RankingAnswer.ranking_id)
        )
    }
    return [
        RankingView(
            id=row.id,
            title=row.title,
            method=row.method,
            opened_at=row.created_at,
            closed_at=row.closed_at,
            goals=tuple(goals.get(row.id, ())),
            answers=answers.get(row.id, 0),
            revision=row.revision,
        )
        for row in rows
    ]


def ranking_view(session: Session, ranking_id: UUID) -> RankingView:
    """Return one round, in three statements.

    Raises:
        NotFound: there is none in this programme.
    """
    views = ranking_views(session, Ranking.id == ranking_id)
    if not views:
        raise NotFound
    return views[0]


def usual_goals(goals: Iterable[GoalView]) -> tuple[UUID, ...]:
    """Return which goals a round asks about when nobody says otherwise: impacts and outcomes.

    Args:
        goals: of the tree, by code.

    Returns:
        Those that everybody may see, primary outcomes first, as many as fit in a round.
    """
    ends = [goal for goal in goals if goal.released and goal.level in {Level.IMPACT, Level.OUTCOME}]
    ends.sort(key=lambda goal: (not goal.is_primary, goal.level is not Level.IMPACT, goal.number))
    return tuple(goal.id for goal in ends[:MOST_GOALS])


def _checked(session: Session, act: Act, draft: RankingDraft) -> RankingDraft:
    """Return a draft that may be asked.

    Raises:
        NotFound: a goal that is not in the tree, or not for this person.
        DomainError: ``ranking.title_missing``, ``ranking.hidden_goal``, or as `check_goals`.
    """
    if not draft.title.strip():
        raise DomainError("ranking.title_missing")
    check_free_text(draft.title)
    goal_ids = tuple(dict.fromkeys(draft.goal_ids))
    known = {goal.id: goal for goal in visible_goals(session, act)}
    if not known.keys() >= set(goal_ids):
        raise NotFound
    if not all(known[goal_id].released for goal_id in goal_ids):
        raise DomainError("ranking.hidden_goal")
    check_goals(goal_ids)
    return RankingDraft(title=draft.title, method=draft.method, goal_ids=goal_ids)


def _add_goals(session: Session, ranking_id: UUID, goal_ids: Sequence[UUID]) -> None:
    session.add_all(
        RankingGoal(
            id=derived(ranking_id, "goal", str(goal_id)),
            ranking_id=ranking_id,
            goal_id=goal_id,
            number=number,
        )
        for number, goal_id in enumerate(goal_ids, start=1)
    )


def open_ranking(session: Session, act: Act, ranking_id: UUID, draft: RankingDraft) -> Ranking:
    """Open a round. The same id twice opens one.

    Raises:
        NotFound: a goal that is not in the tree.
        DomainError: as `_checked` says.
    """
    row = session.get(Ranking, (session.info["programme_id"], ranking_id))
    if row is not None:
        return row
    draft = _checked(session, act, draft)
    row = Ranking(
        id=ranking_id,
        title=draft.title,
        method=draft.method,
        created_at=act.at,
        created_by_id=act.user,
    )
    session.add(row)
    session.flush()
    _add_goals(session, ranking_id, draft.goal_ids)
    audit.record(
        session,
        act,
        "ranking.open",
        "ranking",
        ranking_id,
        method=draft.method.value,
        goals=len(draft.goal_ids),
    )
    return row


def locked(session: Session, ranking_id: UUID) -> Ranking:
    """Return a round that nobody else changes, and in which nobody else answers, until all is done.

    Raises:
        NotFound: there is none in this programme.
    """
    row = session.get(
        Ranking, (session.info["programme_id"], ranking_id), with_for_update=True, populate_existing=True
    )
    if row is None:
        raise NotFound
    return row


def edit_ranking(session: Session, act: Act, ranking_id: UUID, draft: RankingDraft, revision: int) -> None:
    """Change what a round asks, as long as nobody has answered.

    Raises:
        NotFound: there is no such round, or a goal that is not in the tree.
        Stale: somebody else changed it since the form was made.
        Conflict: ``ranking.answered``.
        DomainError: as `_checked` says.
    """
    row = locked(session, ranking_id)
    now = ranking_view(session, ranking_id)
    if row.revision != revision:
        theirs = {"title": now.title, "method": now.method.value, "goal_ids": now.draft.goal_ids}
        raise Stale(theirs, row.revision)
    if now.answers:
        raise Conflict("ranking.answered")
    draft = _checked(session, act, draft)
    if draft == now.draft:
        return
    row.title, row.method = draft.title, draft.method
    row.revision += 1  # also when only its goals changed
    session.execute(
        delete(RankingGoal).where(
            RankingGoal.programme_id == session.info["programme_id"], RankingGoal.ranking_id == ranking_id
        )
    )
    _add_goals(session, ranking_id, draft.goal_ids)
    audit.record(session, act, "ranking.edit", "ranking", ranking_id, goals=len(draft.goal_ids))


def close_ranking(session: Session, act: Act, ranking_id: UUID) -> None:
    """Close a round: nobody answers any more, and its result is there for everybody.

    Raises:
        NotFound: there is no such round.
    """
    row = locked(session, ranking_id)
    if row.closed_at is None:
        row.closed_at = act.at
        audit.record(session, act, "ranking.close", "ranking", ranking_id)


def reopen_ranking(session: Session, act: Act, ranking_id: UUID) -> None:
    """Let respondents answer again, or change their answers.

    Raises:
        NotFound: there is no such round.
    """
    row = locked(session, ranking_id)
    if row.closed_at is not None:
        row.closed_at = None
        audit.record(session, act, "ranking.reopen", "ranking", ranking_id)
