"""Which part of a big tree to draw: a picture of everything would be a picture of nothing."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic

from toc.domain.goals.graph import Node, Order, known

MOST_DRAWN = 150
"""The most goals in one picture; the rest is listed.

Source: our own trial with trees of 50, 500 and 2,000 goals. With 500 goals even the best layout leaves over a
thousand crossing lines, and with 2,000 the picture cannot be read at all.
"""


@dataclass(frozen=True, slots=True)
class Branch(Generic[Node]):
    """What to draw and what to list, each in the order in which the goals came.

    Attributes:
        drawn: goals that have a box.
        listed: the others.
        folded: of each drawn goal below which goals are left out, how many: those that some way down from it
            comes to without passing another drawn goal. A goal that is left out below two boxes counts at
            both.
    """

    drawn: tuple[Node, ...]
    listed: tuple[Node, ...]
    folded: Mapping[Node, int] = field(default_factory=lambda: MappingProxyType({}))


Steps = Mapping[Node, Iterable[Node]]


def _level(
    starts: Iterable[Node], below: Steps[Node], seen: set[Node], expanded: Collection[Node]
) -> list[Node]:
    """Return those of the starts that are new, each expanded one with its means right behind it."""
    level: list[Node] = []
    waiting = deque(starts)
    while waiting:
        here = waiting.popleft()
        if here not in seen:
            seen.add(here)
            level.append(here)
            if here in expanded:
                waiting.extendleft(reversed(list(below[here])))
    return level


def _folded(walked: Iterable[Node], below: Steps[Node], drawn: frozenset[Node]) -> dict[Node, int]:
    """Count what is left out right below each of these goals.

    On a circle, which no good tree has, it may count too few.
    """
    # What is left out below a goal is a number with a bit for each: what two goals share is not walked twice.
    left_out = {goal: place for place, goal in enumerate(goal for goal in below if goal not in drawn)}
    means = [[left_out[one] for one in below[goal] if one in left_out] for goal in left_out]
    under: list[int | None] = [None] * len(means)
    folded: dict[Node, int] = {}
    for goal in walked:
        first = [left_out[one] for one in below[goal] if one in left_out]
        waiting = list(first)
        while waiting:
            here = waiting.pop()
            if here < 0:  # all that is below it is known now
                under[~here] = _with_all_below(means[~here], under)
            elif under[here] is None:
                under[here] = 0
                waiting.append(~here)
                waiting.extend(means[here])
        if first:
            folded[goal] = _with_all_below(first, under).bit_count()
    return folded


def _with_all_below(goals: Iterable[int], under: Sequence[int | None]) -> int:
    found = 0
    for one in goals:
        found |= 1 << one | (under[one] or 0)
    return found


def branch(
    goals: Sequence[Node],
    order: Order[Node],
    root: Node | None = None,
    depth: int | None = None,
    most: int = MOST_DRAWN,
    *,
    collapsed: Collection[Node] = (),
    expanded: Collection[Node] = (),
) -> Branch[Node]:
    """Choose the goals to draw, nearest to the root first, and fold the rest.

    With a root: the root, what is a means to it, and what it is a means to; not what only shares an end or a
    means with it. Without one, a tree of at most ``most`` goals is drawn whole, and of a bigger one what
    stands nearest below its ends. What is left out below a drawn goal counts as folded there, whoever folded
    it; above the root nothing does.

    Args:
        goals: every goal of the tree.
        order: every link.
        root: one of the goals, or None.
        depth: how many links away from the root, or from the ends; None: as far as there is room.
        most: how many goals to draw at most.
        collapsed: below these the walk down does not go on. A goal is drawn all the same when it is a means
            to another goal that is drawn and not collapsed.
        expanded: the means of these come right after them, before all that is as far away: so who opens a
            goal in a big tree sees what is below it. A goal that is collapsed as well stays collapsed.
    """
    them = known(goals, order)
    shut, opened = frozenset(collapsed), frozenset(expanded)
    below = them.below if not shut else {goal: () if goal in shut else them.below[goal] for goal in goals}
    if root is None:
        starts = [goal for goal in goals if not them.above[goal]]
        if depth is None and len(goals) <= most and not shut:
            starts = list(goals)
        walks: list[tuple[Steps[Node], frozenset[Node]]] = [(below, opened)]
    else:
        starts = [root]
        walks = [(below, opened), (them.above, frozenset())]
    seen: list[set[Node]] = [set() for _ in walks]
    levels = [_level(starts, steps, met, ahead) for (steps, ahead), met in zip(walks, seen, strict=True)]
    drawn = dict.fromkeys(goal for level in levels for goal in level)
    distance = 0
    while any(levels) and len(drawn) < most and distance != depth:
        distance += 1
        for side, (steps, ahead) in enumerate(walks):
            further = (there for here in levels[side] for there in steps[here])
            levels[side] = _level(further, steps, seen[side], ahead)
            drawn.update(dict.fromkeys(levels[side]))
    chosen = frozenset(list(drawn)[:most])
    return Branch(
        drawn=tuple(goal for goal in goals if goal in chosen),
        listed=tuple(goal for goal in goals if goal not in chosen),
        folded=MappingProxyType(
            _folded((goal for goal in goals if goal in chosen and goal in seen[0]), them.below, chosen)
        ),
    )
