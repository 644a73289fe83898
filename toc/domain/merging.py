"""From the trees of the parties to one: how a goal of one party stands to a goal of all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.goals.graph import Edge, neighbours
from toc.domain.goals.kinds import Stance, Standing


class Relation(StrEnum):
    """What a party's own goal is to a goal in the tree of everybody."""

    SAME = "same"
    NARROWER = "narrower"
    BROADER = "broader"
    MEANS_FOR = "means_for"
    CONFLICTS = "conflicts"
    INDEPENDENT = "independent"


PLACING = frozenset({Relation.SAME, Relation.NARROWER, Relation.BROADER})
"""With these an own goal stands in the tree of everybody, in some form; with the others it does not yet."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a relation does to the goal of all, besides standing there.

    Attributes:
        stance: what the party is recorded to think of it, where nothing is recorded yet; None: nothing.
        statements: the goal of all rests from then on on what the own goal rests on too.
    """

    stance: Stance | None = None
    statements: bool = False


_CONSEQUENCES = {
    Relation.SAME: Consequence(Stance.SUPPORTS, statements=True),
    Relation.NARROWER: Consequence(Stance.SUPPORTS, statements=True),
    Relation.BROADER: Consequence(Stance.SUPPORTS),
    Relation.MEANS_FOR: Consequence(),
    Relation.CONFLICTS: Consequence(Stance.OPPOSES),
    Relation.INDEPENDENT: Consequence(),
}


def consequence(relation: Relation, standing: Standing, *, released: bool) -> Consequence:
    """Return what follows when an own goal gets a relation to a goal of all.

    Args:
        relation: of the own goal to the other.
        standing: of the own goal. Who holds a goal that everybody sees, everybody sees: so of a hidden own
            goal nothing is said there about the party.
        released: everybody may see the goal of all.
    """
    follows = _CONSEQUENCES[relation]
    if standing is Standing.HIDDEN and released:
        return Consequence(statements=follows.statements)
    return follows


def check_decision(reason: str, decided_by: str) -> None:
    """Refuse a decision without who took it and why.

    Raises:
        DomainError: ``merging.reason_missing``, ``merging.decided_by_missing``; with ``field``.
    """
    if not reason.strip():
        raise DomainError("merging.reason_missing", field="reason")
    if not decided_by.strip():
        raise DomainError("merging.decided_by_missing", field="decided_by")


class Line(NamedTuple):
    """A goal in a nested list.

    Attributes:
        depth: 0 for what leads to nothing higher.
        again: it stands above already, with all that leads to it.
    """

    goal: UUID
    depth: int
    again: bool


def nested(goals: Sequence[UUID], links: Iterable[Edge]) -> list[Line]:
    """Return a tree as a nested list: ends first, below each goal what leads to it.

    Args:
        goals: in the order in which they stand beside each other.
        links: between them; without circles.
    """
    order = {goal: place for place, goal in enumerate(goals)}
    them = neighbours(goals, links)
    waiting = [(goal, 0) for goal in reversed(goals) if not them.above[goal]]
    lines: list[Line] = []
    seen: set[UUID] = set()
    while waiting:
        goal, depth = waiting.pop()
        lines.append(Line(goal, depth, goal in seen))
        if goal not in seen:
            seen.add(goal)
            below = sorted(them.below[goal], key=order.__getitem__, reverse=True)
            waiting.extend((one, depth + 1) for one in below)
    return lines
