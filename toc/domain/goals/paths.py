"""Ways through the tree: what a goal rests on, what it serves, and the weakest link between two goals."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from toc.domain.goals.belief import Belief, path_confidence
from toc.domain.goals.graph import Edge, ancestors, descendants

Sure = Mapping[Edge, Belief | None]
"""How sure somebody is of each link of the order; None: nobody said, which is less than any number."""

_UNSAID = -1


class Reach(StrEnum):
    """Which way to look from a goal."""

    BELOW = "below"
    """Everything that it rests on."""
    ABOVE = "above"
    """Everything that it serves."""
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Path:
    """A way up from one goal to another.

    Attributes:
        goals: from the lower to the upper one, both included.
        confidence: of the way, 0 to 4: that of its weakest link; None when nobody said how sure that is.
        weakest: every link of the way that is no surer than that, from below.
    """

    goals: tuple[UUID, ...]
    confidence: int | None
    weakest: tuple[Edge, ...]


def reached(edges: Iterable[Edge], goal: UUID, reach: Reach) -> frozenset[UUID]:
    """Return what a goal rests on, serves, or both; not the goal itself."""
    edges = tuple(edges)
    below = descendants(edges, goal) if reach is not Reach.ABOVE else frozenset()
    above = ancestors(edges, goal) if reach is not Reach.BELOW else frozenset()
    return below | above


def between(edges: Iterable[Edge], lower: UUID, upper: UUID) -> frozenset[UUID]:
    """Return every goal on some way up from one goal to another, both included; empty when there is none."""
    edges = tuple(edges)
    above = ancestors(edges, lower) | {lower}
    return (descendants(edges, upper) | {upper}) & above if upper in above else frozenset()


def strongest_path(sure: Sure, lower: UUID, upper: UUID) -> Path | None:
    """Return the way up whose weakest link is the surest; of several such the shortest.

    Of a chain it is the weakest link that counts, and of several ways the best one.

    Args:
        sure: every link of the order.
        lower: where the way begins.
        upper: another goal, where it ends.

    Returns:
        The way; None when there is none, or when both are one goal.
    """
    if lower == upper:
        return None
    weights = {edge: _UNSAID if belief is None else belief.confidence for edge, belief in sure.items()}
    for least in sorted(set(weights.values()), reverse=True):
        goals = _shortest((edge for edge, weight in weights.items() if weight >= least), lower, upper)
        if goals:
            return _told(sure, weights, goals)
    return None


def _told(sure: Sure, weights: Mapping[Edge, int], goals: tuple[UUID, ...]) -> Path:
    way = [Edge(*pair) for pair in pairwise(goals)]
    least = min(weights[edge] for edge in way)
    beliefs = [belief for edge in way if (belief := sure[edge]) is not None]
    return Path(
        goals=goals,
        confidence=None if least == _UNSAID else path_confidence(beliefs),
        weakest=tuple(edge for edge in way if weights[edge] == least),
    )


def _shortest(edges: Iterable[Edge], lower: UUID, upper: UUID) -> tuple[UUID, ...]:
    """Return a shortest way up, both ends included; empty when there is none."""
    above: dict[UUID, list[UUID]] = {}
    for low, high in edges:
        above.setdefault(low, []).append(high)
    came_from: dict[UUID, UUID] = {}
    waiting = deque([lower])
    while waiting and upper not in came_from:
        here = waiting.popleft()
        for there in above.get(here, ()):
            if there not in came_from and there != lower:
                came_from[there] = here
                waiting.append(there)
    if upper not in came_from:
        return ()
    way = [upper]
    while way[-1] != lower:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))


def links_among(edges: Iterable[Edge], goals: Collection[UUID]) -> frozenset[Edge]:
    """Return the links of which both goals are among these."""
    return frozenset(edge for edge in edges if edge.lower in goals and edge.upper in goals)
