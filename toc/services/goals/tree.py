"""The whole tree as values for drawing, in a constant number of statements."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals import (
    Edge,
    Level,
    LinkStatus,
    ReviewedGoal,
    ReviewedLink,
    Stance,
    TreeReview,
    review_tree,
)
from toc.domain.goals.rules import sees_hidden
from toc.domain.privacy import disclose
from toc.models.evidence import Study
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalLink
from toc.models.interviews import StakeholderGroup
from toc.models.programmes import Programme
from toc.services.goals.reading import is_current


@dataclass(frozen=True, slots=True)
class TreeGoal:
    """A goal in the tree."""

    id: UUID
    number: int
    wording: str
    level: Level | None
    is_primary: bool
    released: bool
    has_study: bool
    """A study of it was recorded; without one its evidence is at most on the first rung."""
    holders: tuple[tuple[UUID, Stance], ...] = ()
    """Who said something about it, in the order of the parties."""

    @property
    def code(self) -> str:
        """How people name it: G12."""
        return code(CodeKind.GOAL, self.number)


@dataclass(frozen=True, slots=True)
class TreeLink:
    """A link in the tree."""

    id: UUID
    lower_id: UUID
    upper_id: UUID
    mechanism: str
    assumption: str
    is_key: bool
    confidence: int | None
    status: LinkStatus
    source: str

    @property
    def edge(self) -> Edge:
        """The link as the graph knows it."""
        return Edge(self.lower_id, self.upper_id)


@dataclass(frozen=True, slots=True)
class TreeParty:
    """A party in the tree."""

    id: UUID
    number: int
    name: str

    @property
    def code(self) -> str:
        """How people name it: S2."""
        return code(CodeKind.GROUP, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """All that a picture or a list of the tree needs.

    Attributes:
        goals: those that the reader may know of, by code.
        links: those between them, by the codes of their goals.
        parties: by code.
        hidden: how many goals the reader does not see; None when there are too few to say.
    """

    goals: tuple[TreeGoal, ...]
    links: tuple[TreeLink, ...]
    parties: tuple[TreeParty, ...]
    hidden: int | None = None

    def review(self) -> TreeReview:
        """Return what the tree still misses, as far as the reader sees it."""
        return review_tree(
            (ReviewedGoal(id=goal.id, level=goal.level) for goal in self.goals),
            (
                ReviewedLink(
                    lower=link.lower_id,
                    upper=link.upper_id,
                    is_key=link.is_key,
                    mechanism=link.mechanism,
                    assumption=link.assumption,
                    confidence=link.confidence,
                    source=link.source,
                    status=link.status,
                )
                for link in self.links
            ),
        )


def tree(session: Session, act: Act) -> Tree:
    """Return the tree as this reader may see it, in four statements, however big it is."""
    programme_id = session.info["programme_id"]
    parties, holders = _parties(session, programme_id)
    studied = exists().where(Study.programme_id == Goal.programme_id, Study.goal_id == Goal.id)
    rows = session.execute(
        select(
            Goal.id,
            Goal.code,
            GoalEdition.wording,
            GoalEdition.level,
            Goal.is_primary,
            Goal.released,
            studied,
        )
        .join(GoalEdition, is_current())
        .where(Goal.programme_id == programme_id)
        .order_by(Goal.code)
    ).all()
    everything = sees_hidden(act.roles)
    goals = tuple(
        TreeGoal(*row, holders=tuple(holders.get(row.id, ()))) for row in rows if everything or row.released
    )
    numbers = {goal.id: goal.number for goal in goals}
    links = [
        TreeLink(*row)
        for row in session.execute(
            select(
                GoalLink.id,
                GoalLink.lower_id,
                GoalLink.upper_id,
                GoalLink.mechanism,
                GoalLink.assumption,
                GoalLink.is_key,
                GoalLink.confidence,
                GoalLink.status,
                GoalLink.source,
            ).where(GoalLink.programme_id == programme_id)
        )
        if row.lower_id in numbers and row.upper_id in numbers
    ]
    links.sort(key=lambda link: (numbers[link.lower_id], numbers[link.upper_id]))
    return Tree(
        goals=goals,
        links=tuple(links),
        parties=parties,
        hidden=_hidden(session, programme_id, len(rows) - len(goals)),
    )


def _hidden(session: Session, programme_id: UUID, count: int) -> int | None:
    threshold = session.get_one(Programme, programme_id).small_number_threshold
    return disclose(count, count, threshold=threshold).count


def _parties(
    session: Session, programme_id: UUID
) -> tuple[tuple[TreeParty, ...], dict[UUID, list[tuple[UUID, Stance]]]]:
    rows = session.execute(
        select(
            StakeholderGroup.id,
            StakeholderGroup.code,
            StakeholderGroup.name,
            GoalHolder.goal_id,
            GoalHolder.stance,
        )
        .outerjoin(
            GoalHolder,
            and_(
                GoalHolder.programme_id == StakeholderGroup.programme_id,
                GoalHolder.group_id == StakeholderGroup.id,
            ),
        )
        .where(StakeholderGroup.programme_id == programme_id)
        .order_by(StakeholderGroup.code)
    )
    parties: dict[UUID, TreeParty] = {}
    holders: dict[UUID, list[tuple[UUID, Stance]]] = {}
    for group_id, number, name, goal_id, stance in rows:
        parties.setdefault(group_id, TreeParty(group_id, number, name))
        if goal_id is not None:
            holders.setdefault(goal_id, []).append((group_id, stance))
    return tuple(parties.values()), holders
