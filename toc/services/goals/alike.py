"""Goals that are worded alike: which they are, and which of them somebody said are not the same."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.errors import DomainError
from toc.domain.goals import Stance
from toc.domain.goals.likeness import Why, likely_duplicates
from toc.domain.ids import derived
from toc.models.goals import Goal, GoalDistinction, GoalHolder, GoalSource
from toc.models.interviews import StakeholderGroup, Statement
from toc.models.people import User
from toc.services import audit
from toc.services.errors import NotFound
from toc.services.goals.reading import visible_goals
from toc.services.goals.values import GoalView

_WORD = re.compile(r"\w{3,}")
_MOST_NEAR = 200
"""Goals that a new wording is compared with: those with which it shares most words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeGoal:
    """One of two goals that may be one.

    Attributes:
        goal: as it stands now.
        holders: names of the parties that want it, by code.
        statements: how many it rests on.
    """

    goal: GoalView
    holders: tuple[str, ...]
    statements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikePair:
    """Two goals that may be one, the one that came first before the other.

    Attributes:
        score: how alike they are, as a fraction.
        why: what is alike.
        shared: the words that both have.
    """

    one: AlikeGoal
    other: AlikeGoal
    score: float
    why: Why
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distinction:
    """Two goals that are not the same, as somebody said."""

    id: UUID
    one: GoalView
    other: GoalView
    by: str
    at: datetime


def alike(session: Session, act: Act) -> tuple[AlikePair, ...]:
    """Return the pairs of goals that are worded alike, the most alike first, in four statements.

    Without those of which somebody said that they are not the same, and without goals that this reader may
    not know of.
    """
    goals = {goal.id: goal for goal in visible_goals(session, act)}
    different = {frozenset({row.one_id, row.other_id}) for row in _distinctions(session)}
    found = likely_duplicates([(goal.id, goal.wording) for goal in goals.values()], different=different)
    holders, statements = _holders(session), statement_counts(session)

    def side(goal_id: UUID) -> AlikeGoal:
        return AlikeGoal(
            goal=goals[goal_id],
            holders=tuple(holders.get(goal_id, ())),
            statements=statements.get(goal_id, 0),
        )

    return tuple(
        AlikePair(
            one=side(pair.first),
            other=side(pair.second),
            score=pair.score,
            why=pair.why,
            shared=pair.shared,
        )
        for pair in found
    )


def looks_like(session: Session, act: Act, wording: str) -> tuple[GoalView, ...]:
    """Return the goals that are worded as this one would be, the most alike first, in one statement."""
    words = _words(wording)
    goals = visible_goals(session, act)
    near = sorted(goals, key=lambda goal: -len(words & _words(goal.wording)))[:_MOST_NEAR]
    new = UUID(int=0)
    by_id = {goal.id: goal for goal in near}
    pairs = likely_duplicates([(new, wording), *((goal.id, goal.wording) for goal in near)])
    return tuple(by_id[pair.second] for pair in pairs if pair.first == new)


def _words(wording: str) -> frozenset[str]:
    return frozenset(_WORD.findall(wording.casefold()))


def told_apart(session: Session, act: Act) -> tuple[Distinction, ...]:
    """Return the pairs of which somebody said that they are not the same, the newest first."""
    goals = {goal.id: goal for goal in visible_goals(session, act)}
    rows = session.execute(
        select(GoalDistinction, User.name)
        .outerjoin(User, User.id == GoalDistinction.created_by_id)
        .where(GoalDistinction.programme_id == session.info["programme_id"])
        .order_by(GoalDistinction.created_at.desc(), GoalDistinction.id)
    )
    return tuple(
        Distinction(
            id=row.id, one=goals[row.one_id], other=goals[row.other_id], by=by or "", at=row.created_at
        )
        for row, by in rows
        if row.one_id in goals and row.other_id in goals
    )


def tell_apart(session: Session, act: Act, one_id: UUID, other_id: UUID) -> GoalDistinction:
    """Say that two goals are not the same, so that they are no longer suggested; saying it twice is once.

    Raises:
        NotFound: one of them is not there, or hidden from this person.
        DomainError: ``goal.merge_self``.
    """
    if one_id == other_id:
        raise DomainError("goal.merge_self")
    if not {one_id, other_id} <= {goal.id for goal in visible_goals(session, act)}:
        raise NotFound
    first, second = _in_order(one_id, other_id)
    distinction_id = derived(first, "distinction", str(second))
    made = session.get(GoalDistinction, (session.info["programme_id"], distinction_id))
    if made is not None:
        return made
    made = GoalDistinction(
        id=distinction_id, one_id=first, other_id=second, created_at=act.at, created_by_id=act.user
    )
    session.add(made)
    audit.record(session, act, "goal.tell_apart", "goal", first, other=str(second))
    return made


def _in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Return the two in the order of the table; both databases order ids by their hexadecimal digits."""
    return (one, other) if one.hex < other.hex else (other, one)


def forget_distinction(session: Session, act: Act, distinction_id: UUID) -> None:
    """Take back that two goals are not the same; when that was done already, nothing changes."""
    made = session.get(GoalDistinction, (session.info["programme_id"], distinction_id))
    if made is None:
        return
    one, other = made.one_id, made.other_id
    session.delete(made)
    audit.record(session, act, "goal.forget_distinction", "goal", one, other=str(other))


def _distinctions(session: Session) -> Iterable[GoalDistinction]:
    return session.scalars(
        select(GoalDistinction).where(GoalDistinction.programme_id == session.info["programme_id"])
    )


def _holders(session: Session) -> dict[UUID, list[str]]:
    rows = session.execute(
        select(GoalHolder.goal_id, StakeholderGroup.name)
        .join(
            StakeholderGroup,
            and_(
                StakeholderGroup.programme_id == GoalHolder.programme_id,
                StakeholderGroup.id == GoalHolder.group_id,
            ),
        )
        .where(GoalHolder.programme_id == session.info["programme_id"], GoalHolder.stance == Stance.SUPPORTS)
        .order_by(StakeholderGroup.code)
    )
    found: dict[UUID, list[str]] = {}
    for goal_id, name in rows:
        found.setdefault(goal_id, []).append(name)
    return found


def statement_counts(session: Session, goal_id: UUID | None = None) -> Mapping[UUID, int]:
    """Return how many statements each goal rests on, without those that were withdrawn; in one statement.

    Args:
        session: of a programme.
        goal_id: only of this one; a goal that rests on none is left out.
    """
    query = (
        select(GoalSource.goal_id, func.count())
        .join(Goal, and_(Goal.programme_id == GoalSource.programme_id, Goal.id == GoalSource.goal_id))
        .join(
            Statement,
            and_(Statement.programme_id == GoalSource.programme_id, Statement.id == GoalSource.statement_id),
        )
        .where(
            GoalSource.programme_id == session.info["programme_id"],
            Goal.retired_at.is_(None),
            Statement.withdrawn_at.is_(None),
        )
        .group_by(GoalSource.goal_id)
    )
    if goal_id is not None:
        query = query.where(GoalSource.goal_id == goal_id)
    return {row[0]: row[1] for row in session.execute(query)}
