"""The tree of the database as one value: what a version freezes, a score is about and a file holds."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, false, func, select
from sqlalchemy.orm import Session, aliased

from toc.domain.acts import Act
from toc.domain.codes import CodeKind, code
from toc.domain.goals.body import GoalBody, HolderBody, LinkBody, PartyBody, TreeBody, from_json
from toc.domain.goals.rules import sees_hidden
from toc.models.goals import Goal, GoalEdition, GoalHolder, GoalLink, GoalSource, TreeEdition
from toc.models.interviews import StakeholderGroup, Statement
from toc.services.errors import NotFound
from toc.services.goals.matrix import closed_parties
from toc.services.goals.reading import is_current

_OF_GOAL = tuple(name for name in GoalBody.FIELDS if name not in {"code", "statements"})
_OF_LINK = tuple(name for name in LinkBody.FIELDS if name not in {"lower", "upper"})
_ON_GOAL = {"id": Goal.id, "edition": Goal.edition, "is_primary": Goal.is_primary}


def tree_body(session: Session, act: Act | None) -> TreeBody:
    """Return the tree as it stands now, in five statements, however big it is.

    Goals that were taken out of the tree are left out, with their links.

    Args:
        session: of the programme.
        act: who looks. An evaluator gets every goal, and of each goal on how many statements it rests. All
            others, and None, get what every party may see: released goals, of which nobody counts the
            statements, because some of those may be meant for nobody's eyes but the evaluator's; and not what
            a party thinks of which one or two participants were heard.
    """
    programme_id: UUID = session.info["programme_id"]
    everything = act is not None and sees_hidden(act.roles)
    counts = _statements(session, programme_id, everything=everything)
    rows: Iterable[Any] = session.execute(
        select(Goal.code, *(_ON_GOAL.get(name, getattr(GoalEdition, name, None)) for name in _OF_GOAL))
        .join(GoalEdition, is_current())
        .where(
            Goal.programme_id == programme_id,
            Goal.retired_at.is_(None),
            Goal.released.is_(True) | everything,
        )
    )
    goals = {
        number: GoalBody(
            code=code(CodeKind.GOAL, number),
            statements=counts.get(number, 0),
            **dict(zip(_OF_GOAL, says, strict=True)),
        )
        for number, *says in rows
    }
    parties, holders = _parties(session, programme_id, goals, closed_parties(session, act))
    return TreeBody(
        goals=tuple(goals.values()),
        links=_links(session, programme_id, goals),
        parties=parties,
        holders=holders,
    )


def _statements(session: Session, programme_id: UUID, *, everything: bool) -> dict[int, int]:
    """Return on how many statements goals rest, by number; of no goal when nobody counts."""
    rows: Iterable[Any] = session.execute(
        select(Goal.code, func.count())
        .join(GoalSource, and_(GoalSource.programme_id == Goal.programme_id, GoalSource.goal_id == Goal.id))
        .join(
            Statement,
            and_(
                Statement.programme_id == GoalSource.programme_id,
                Statement.id == GoalSource.statement_id,
                Statement.withdrawn_at.is_(None),
            ),
        )
        .where(Goal.programme_id == programme_id, *([] if everything else [false()]))
        .group_by(Goal.code)
    )
    return {number: count for number, count in rows}  # noqa: C416 - rows are no pairs to `dict`


def _links(session: Session, programme_id: UUID, goals: Mapping[int, GoalBody]) -> tuple[LinkBody, ...]:
    lower, upper = aliased(Goal), aliased(Goal)
    rows: Iterable[Any] = session.execute(
        select(lower.code, upper.code, *(getattr(GoalLink, name) for name in _OF_LINK))
        .join(lower, and_(lower.programme_id == GoalLink.programme_id, lower.id == GoalLink.lower_id))
        .join(upper, and_(upper.programme_id == GoalLink.programme_id, upper.id == GoalLink.upper_id))
        .where(GoalLink.programme_id == programme_id)
    )
    return tuple(
        LinkBody(lower=goals[low].code, upper=goals[high].code, **dict(zip(_OF_LINK, says, strict=True)))
        for low, high, *says in rows
        if low in goals and high in goals
    )


def _parties(
    session: Session, programme_id: UUID, goals: Mapping[int, GoalBody], closed: Collection[UUID]
) -> tuple[tuple[PartyBody, ...], tuple[HolderBody, ...]]:
    """Return every party, and what each of them, but for closed ones, thinks of these goals."""
    rows: Iterable[Any] = session.execute(
        select(
            StakeholderGroup.code,
            StakeholderGroup.name,
            Goal.code,
            GoalHolder.stance,
            GoalHolder.importance,
            GoalHolder.feasibility,
        )
        .outerjoin(
            GoalHolder,
            and_(
                GoalHolder.programme_id == StakeholderGroup.programme_id,
                GoalHolder.group_id == StakeholderGroup.id,
                GoalHolder.group_id.not_in(closed),
            ),
        )
        .outerjoin(Goal, and_(Goal.programme_id == GoalHolder.programme_id, Goal.id == GoalHolder.goal_id))
        .where(StakeholderGroup.programme_id == programme_id)
    )
    names: dict[str, str] = {}
    holders: list[HolderBody] = []
    for number, name, goal, stance, importance, feasibility in rows:
        party = code(CodeKind.GROUP, number)
        names[party] = name
        if goal in goals:
            holders.append(
                HolderBody(
                    goal=goals[goal].code,
                    party=party,
                    stance=stance,
                    importance=importance,
                    feasibility=feasibility,
                )
            )
    return tuple(PartyBody(code=party, name=name) for party, name in names.items()), tuple(holders)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A version of the tree of everybody: id, number, and when it was frozen."""

    id: UUID
    number: int
    at: datetime


def frozen(session: Session) -> list[Frozen]:
    """Return the versions of the tree of everybody, newest first, in one statement."""
    rows: Iterable[Any] = session.execute(
        select(TreeEdition.id, TreeEdition.number, TreeEdition.created_at)
        .where(TreeEdition.programme_id == session.info["programme_id"], TreeEdition.group_id.is_(None))
        .order_by(TreeEdition.number.desc())
    )
    return [Frozen(*row) for row in rows]


def frozen_body(session: Session, edition_id: UUID) -> TreeBody:
    """Return what a version of the tree of everybody said, in one statement.

    Raises:
        NotFound: there is no such version in this programme.
    """
    text = session.scalar(
        select(TreeEdition.body).where(
            TreeEdition.programme_id == session.info["programme_id"],
            TreeEdition.group_id.is_(None),
            TreeEdition.id == edition_id,
        )
    )
    body = None if text is None else from_json(text).body
    if body is None:
        raise NotFound
    return body
