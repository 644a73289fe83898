"""The order between goals: links from means to ends, which never go round in a circle.

Every function takes the links as they are and walks them without recursion, so that a long chain is no
problem. Links to goals that are not given are left out.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.goals.kinds import Level

END_LEVELS = frozenset({Level.OUTCOME, Level.IMPACT, None})
"""At these levels a goal may have nothing above it. None: a goal without a level may be an end too."""


Node = TypeVar("Node", bound=Hashable)
"""A goal: its id, or its number in the programme, which is quicker to compare."""


class Edge(NamedTuple):
    """The lower goal is a means to the upper one."""

    lower: UUID
    upper: UUID


@dataclass(frozen=True, slots=True)
class Neighbours(Generic[Node]):
    """Who stands directly above and below each goal, in the order of the links."""

    above: Mapping[Node, tuple[Node, ...]]
    below: Mapping[Node, tuple[Node, ...]]


Order = Iterable[tuple[Node, Node]] | Neighbours[Node]
"""The links, or what `neighbours` made of them, which who asks several things of a big tree does once."""


def neighbours(goals: Iterable[Node], edges: Iterable[tuple[Node, Node]]) -> Neighbours[Node]:
    """Return the neighbours of each of these goals; a link that is given twice counts once."""
    above: dict[Node, dict[Node, None]] = {goal: {} for goal in goals}
    below: dict[Node, dict[Node, None]] = {goal: {} for goal in above}
    for lower, upper in edges:
        ends_, means = above.get(lower), below.get(upper)
        if ends_ is not None and means is not None:
            ends_[upper] = None
            means[lower] = None
    return Neighbours(
        above={goal: tuple(those) for goal, those in above.items()},
        below={goal: tuple(those) for goal, those in below.items()},
    )


def _reached(starts: Iterable[Node], steps: Mapping[Node, Iterable[Node]]) -> dict[Node, Node | None]:
    """Return every goal that is reached, and from which one first; the starts come from none."""
    came_from: dict[Node, Node | None] = dict.fromkeys(starts)
    waiting = deque(came_from)
    while waiting:
        here = waiting.popleft()
        for there in steps.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return came_from


def _above(edges: Iterable[tuple[Node, Node]]) -> dict[Node, list[Node]]:
    above: dict[Node, list[Node]] = {}
    for lower, upper in edges:
        above.setdefault(lower, []).append(upper)
    return above


def known(goals: Iterable[Node], order: Order[Node]) -> Neighbours[Node]:
    """Return the neighbours, which the caller may have made before."""
    return order if isinstance(order, Neighbours) else neighbours(goals, order)


def _turned(edges: Iterable[tuple[Node, Node]]) -> Iterable[tuple[Node, Node]]:
    return ((upper, lower) for lower, upper in edges)


def ancestors(edges: Iterable[tuple[UUID, UUID]], goal: UUID) -> frozenset[UUID]:
    """Return the goals that this one is, in the end, a means to; not the goal itself."""
    return frozenset(_reached([goal], _above(edges))) - {goal}


def descendants(edges: Iterable[Edge], goal: UUID) -> frozenset[UUID]:
    """Return the goals that are, directly or not, a means to this one; not the goal itself."""
    return ancestors(_turned(edges), goal)


def _way(edges: Iterable[Edge], start: UUID, to: UUID) -> tuple[UUID, ...]:
    """Return a shortest way up from one goal to another, both included; empty when there is none."""
    came_from = _reached([start], _above(edges))
    if to not in came_from:
        return ()
    way: list[UUID] = []
    here: UUID | None = to
    while here is not None:
        way.append(here)
        here = came_from[here]
    return tuple(reversed(way))


def would_cycle(edges: Iterable[Edge], lower: UUID, upper: UUID) -> bool:
    """Return whether a link from lower to upper would make a goal a means to itself."""
    return bool(_way(edges, upper, lower))


def check_new_link(edges: Iterable[Edge], lower: UUID, upper: UUID) -> None:
    """Refuse a link that the tree cannot hold.

    Raises:
        DomainError: ``link.self`` for a goal to itself, ``link.duplicate`` when the link is there already,
            ``link.cycle`` when the upper goal is already a means to the lower one. All carry ``lower`` and
            ``upper``; a cycle also ``way``, the ids from upper to lower along the links that are there.
    """
    edges = tuple(edges)
    if lower == upper:
        raise DomainError("link.self", lower=lower, upper=upper)
    if (lower, upper) in edges:
        raise DomainError("link.duplicate", lower=lower, upper=upper)
    if way := _way(edges, upper, lower):
        raise DomainError("link.cycle", lower=lower, upper=upper, way=way)


def means_first(them: Neighbours[Node]) -> tuple[Node, ...]:
    """Return the goals so that each comes after everything below it.

    Goals on a cycle, and the goals above them, have no place in that order and are missing.
    """
    waits_for = {goal: len(below) for goal, below in them.below.items()}
    order = [goal for goal, count in waits_for.items() if count == 0]
    for goal in order:  # grows while it is read
        for upper in them.above[goal]:
            waits_for[upper] -= 1
            if waits_for[upper] == 0:
                order.append(upper)
    return tuple(order)


def going_round(goals: Iterable[Node], order: Order[Node]) -> frozenset[Node]:
    """Return the goals that lie on a cycle, or on a way from one cycle to another; none in a good tree."""
    goals = tuple(goals)
    them = known(goals, order)
    from_below = means_first(them)
    if len(from_below) == len(them.above):
        return frozenset()
    from_above = means_first(Neighbours(above=them.below, below=them.above))
    return frozenset(goals) - frozenset(from_below) - frozenset(from_above)


def ends(levels: Mapping[Node, Level | None], order: Order[Node]) -> frozenset[Node]:
    """Return the goals that are wanted for themselves.

    These have no goal above them and are an outcome, an impact, or were given no level.
    """
    above = known(levels, order).above
    return frozenset(goal for goal, level in levels.items() if not above[goal] and level in END_LEVELS)


def dead_ends(levels: Mapping[Node, Level | None], order: Order[Node]) -> frozenset[Node]:
    """Return the goals that lead nowhere: an input, activity or output with no goal above it."""
    above = known(levels, order).above
    return frozenset(goal for goal, level in levels.items() if not above[goal] and level not in END_LEVELS)


def reaching(targets: Collection[Node], order: Order[Node]) -> frozenset[Node]:
    """Return the goals from which some way up comes to one of the targets, the targets included."""
    below = order.below if isinstance(order, Neighbours) else _above(_turned(order))
    return frozenset(_reached(targets, below))


def reaching_an_end(levels: Mapping[Node, Level | None], order: Order[Node]) -> frozenset[Node]:
    """Return the goals from which some way up comes to an end, the ends included."""
    them = known(levels, order)
    return reaching(ends(levels, them), them)
