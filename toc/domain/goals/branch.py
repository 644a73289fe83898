"""Which part of a big tree to draw: a picture of everything would be a picture of nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from toc.domain.goals.graph import Order, known

MOST_DRAWN = 150
"""The most goals in one picture; the rest is listed.

Source: our own trial with trees of 50, 500 and 2,000 goals. With 500 goals even the best layout leaves over a
thousand crossing lines, and with 2,000 the picture cannot be read at all.
"""


@dataclass(frozen=True, slots=True)
class Branch:
    """What to draw and what to list, each in the order in which the goals came."""

    drawn: tuple[UUID, ...]
    listed: tuple[UUID, ...]


def branch(
    goals: Sequence[UUID],
    order: Order,
    root: UUID | None = None,
    depth: int | None = None,
    most: int = MOST_DRAWN,
) -> Branch:
    """Choose the goals to draw, nearest to the root first.

    With a root: the root, what is a means to it, and what it is a means to; not what only shares an end or a
    means with it. Without one, a tree of at most ``most`` goals is drawn whole, and of a bigger one what
    stands nearest below its ends.

    Args:
        goals: every goal of the tree.
        order: every link.
        root: one of the goals, or None.
        depth: how many links away from the root, or from the ends; None: as far as there is room.
        most: how many goals to draw at most.
    """
    them = known(goals, order)
    if root is None:
        starts = [goal for goal in goals if not them.above[goal]]
        if depth is None and len(goals) <= most:
            starts = list(goals)
        steps = [(starts, them.below)]
    else:
        steps = [([root], them.below), ([root], them.above)]
    drawn = dict.fromkeys(start for starts, _ in steps for start in starts)
    seen = [set(starts) for starts, _ in steps]
    distance = 0
    while any(starts for starts, _ in steps) and len(drawn) < most and distance != depth:
        distance += 1
        for side, (starts, directions) in enumerate(steps):
            further = dict.fromkeys(there for here in starts for there in directions[here])
            fresh = [there for there in further if there not in seen[side]]
            seen[side].update(fresh)
            drawn.update(dict.fromkeys(fresh))
            steps[side] = (fresh, directions)
    chosen = frozenset(list(drawn)[:most])
    return Branch(
        drawn=tuple(goal for goal in goals if goal in chosen),
        listed=tuple(goal for goal in goals if goal not in chosen),
    )
