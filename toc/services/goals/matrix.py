"""The matrix of goals and parties, as its reader may see it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals.grounds import is_thin
from toc.domain.goals.joining import Opinion
from toc.domain.goals.matrix import Row
from toc.domain.goals.rules import sees_hidden
from toc.domain.interviews import NO_INTERVIEW, RespondentKind
from toc.domain.privacy import LEAST_QUOTED
from toc.models.goals import GoalHolder
from toc.models.interviews import Interview, Respondent, StakeholderGroup
from toc.services.goals.alike import statement_counts
from toc.services.goals.checks import agreements
from toc.services.goals.reading import visible_goals
from toc.services.goals.values import GoalView


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixParty:
    """A party in the matrix.

    Attributes:
        heard: somebody of it completed an interview; who was not heard is told to the evaluator alone.
        closed: so few of its participants were heard that what it thinks would say what one of them said.
    """

    id: UUID
    number: int
    name: str
    heard: bool
    closed: bool

    @property
    def code(self) -> str:
        """How people name it: S2."""
        return code(CodeKind.GROUP, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Goals beside parties.

    Attributes:
        parties: by code.
        rows: by code of the goal; what a closed party thinks is left out.
        goals: the goals by id.
        thin: implicit goals that may be the evaluator's own idea; for who sees hidden goals only.
    """

    parties: tuple[MatrixParty, ...]
    rows: tuple[Row, ...]
    goals: Mapping[UUID, GoalView]
    thin: frozenset[UUID]


def matrix(session: Session, act: Act) -> Matrix:
    """Return the matrix, in five statements at most, however big it is.

    Who is no evaluator does not see what a party thinks of which one or two participants were heard: that
    would be what those people said.
    """
    everything = sees_hidden(act.roles)
    parties = _parties(session, everything=everything)
    open_ = {party.id for party in parties if not party.closed}
    opinions: dict[UUID, dict[UUID, Opinion]] = {}
    rows = session.execute(
        select(
            GoalHolder.goal_id,
            GoalHolder.group_id,
            GoalHolder.stance,
            GoalHolder.importance,
            GoalHolder.feasibility,
        ).where(GoalHolder.programme_id == session.info["programme_id"])
    )
    for goal_id, group_id, *opinion in rows:
        if group_id in open_:
            opinions.setdefault(goal_id, {})[group_id] = Opinion(*opinion)
    goals = visible_goals(session, act)
    return Matrix(
        parties=parties,
        rows=tuple(
            Row(
                id=goal.id,
                number=goal.number,
                text=goal.wording,
                level=goal.level,
                opinions=opinions.get(goal.id, {}),
            )
            for goal in goals
        ),
        goals={goal.id: goal for goal in goals},
        thin=thin_goals(session, goals) if everything else frozenset(),
    )


def thin_goals(session: Session, goals: Collection[GoalView]) -> frozenset[UUID]:
    """Return which of these goals are implicit and may be the evaluator's own idea, in two statements."""
    statements = statement_counts(session)
    agreed = agreements(session, {goal.id: goal.wording for goal in goals})
    return frozenset(
        goal.id
        for goal in goals
        if is_thin(
            goal.standing,
            statements=statements.get(goal.id, 0),
            confirmed=goal.confirmed,
            agreed=agreed.get(goal.id, 0),
        )
    )


def closed_parties(session: Session, act: Act | None) -> frozenset[UUID]:
    """Return the parties of which this reader does not see what they think, in one statement at most.

    Args:
        session: of the programme.
        act: who looks; None: everybody, as in a version of the tree.
    """
    if act is not None and sees_hidden(act.roles):
        return frozenset()
    return frozenset(party.id for party in _parties(session, everything=False) if party.closed)


def _parties(session: Session, *, everything: bool) -> tuple[MatrixParty, ...]:
    protected = case((Respondent.kind == RespondentKind.PARTICIPANT, Respondent.id))
    rows = session.execute(
        select(
            StakeholderGroup.id,
            StakeholderGroup.code,
            StakeholderGroup.name,
            func.count(Interview.id),
            func.count(case((Interview.id.is_not(None), protected)).distinct()),
        )
        .outerjoin(
            Respondent,
            and_(
                Respondent.programme_id == StakeholderGroup.programme_id,
                Respondent.group_id == StakeholderGroup.id,
            ),
        )
        .outerjoin(
            Interview,
            and_(
                Interview.programme_id == Respondent.programme_id,
                Interview.respondent_id == Respondent.id,
                Interview.submitted_at.is_not(None),
                Interview.mode.not_in(NO_INTERVIEW),
            ),
        )
        .where(StakeholderGroup.programme_id == session.info["programme_id"])
        .group_by(StakeholderGroup.id, StakeholderGroup.code, StakeholderGroup.name)
        .order_by(StakeholderGroup.code)
    )
    return tuple(
        MatrixParty(
            id=group_id,
            number=number,
            name=name,
            heard=interviews > 0 or not everything,
            closed=not everything and 0 < people < LEAST_QUOTED,
        )
        for group_id, number, name, interviews, people in rows
    )
