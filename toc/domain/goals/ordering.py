"""In which row a goal is drawn, and in which order within its row, so that few lines cross.

Inside this module a goal is a number: its place in the sequence that came in. Row 0 is the lowest.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from toc.domain.goals.kinds import Level

MOST_BENDS = 6000
"""Above this many passages through rows in between, long links are drawn straight: the picture is unreadable
either way, and the work would grow with the square of the tree. Our own choice."""

MANY_PIECES = 1000
"""A picture with more pieces of lines than this is swept `FEW_SWEEPS` times, a smaller one `SWEEPS` times."""

SWEEPS = 12
FEW_SWEEPS = 4


def rows_of(
    levels: Sequence[Level | None], order: Sequence[int], edges: Iterable[tuple[int, int]]
) -> list[int]:
    """Return the row of every goal: every link goes up by at least one row.

    Goals of one level stand together, as many rows deep as links between them ask, above the rows of every
    lower level; a link from a higher to a lower level pushes its upper goal up. A goal without a level stands
    in the lowest row that its links allow; or in the highest, under its ends, when that makes its lines
    shorter. Rows without goals do not exist.

    Args:
        levels: of each goal.
        order: all goals, each after everything below it.
        edges: (lower, upper).
    """
    below: list[list[int]] = [[] for _ in levels]
    above: list[list[int]] = [[] for _ in levels]
    for lower, upper in edges:
        below[upper].append(lower)
        above[lower].append(upper)
    depth = [0] * len(levels)
    for goal in order:
        same = (depth[lower] + 1 for lower in below[goal] if levels[lower] is levels[goal])
        depth[goal] = max(same, default=0)
    first: dict[Level | None, int] = {None: 0}
    free = 0
    for level in Level:
        first[level] = free
        free += max((depth[goal] + 1 for goal in order if levels[goal] is level), default=0)
    row = [0] * len(levels)
    for goal in order:
        row[goal] = max(first[levels[goal]], *(row[lower] + 1 for lower in below[goal]), 0)
    for goal in reversed(order):
        if levels[goal] is None and above[goal] and len(below[goal]) <= len(above[goal]):
            row[goal] = min(row[upper] for upper in above[goal]) - 1
    place = {used: place for place, used in enumerate(sorted(set(row)))}
    return [place[used] for used in row]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Links cut into pieces that each go from one row to the next.

    Attributes:
        row: of every goal, and after the goals of every bend, where a long link passes through a row.
        above: of each of them, what the pieces lead to in the next row up.
        below: likewise down.
        chains: of each link, its lower goal, its bends and its upper goal.
    """

    row: list[int]
    above: list[list[int]]
    below: list[list[int]]
    chains: list[list[int]]


def cut(row: Sequence[int], edges: Sequence[tuple[int, int]], most_bends: int = MOST_BENDS) -> Pieces:
    """Cut links that pass through rows into pieces; or none, if that made more than ``most_bends`` bends."""
    rows = list(row)
    bends = sum(row[upper] - row[lower] - 1 for lower, upper in edges)
    chains = []
    for lower, upper in edges:
        between = range(row[lower] + 1, row[upper]) if bends <= most_bends else range(0)
        chains.append([lower, *range(len(rows), len(rows) + len(between)), upper])
        rows.extend(between)
    above: list[list[int]] = [[] for _ in rows]
    below: list[list[int]] = [[] for _ in rows]
    for chain in chains:
        for one, next_ in pairwise(chain):
            if rows[next_] == rows[one] + 1:
                above[one].append(next_)
                below[next_].append(one)
    return Pieces(row=rows, above=above, below=below, chains=chains)


def _given_order(pieces: Pieces) -> list[list[int]]:
    order: list[list[int]] = [[] for _ in range(max(pieces.row, default=-1) + 1)]
    for one, row in enumerate(pieces.row):
        order[row].append(one)
    return order


def _depth_first(pieces: Pieces) -> list[list[int]]:
    """Put in each row what is met first when walking down from the ends, branch by branch."""
    order: list[list[int]] = [[] for _ in range(max(pieces.row, default=-1) + 1)]
    seen = [False] * len(pieces.row)
    waiting = [one for one, above in enumerate(pieces.above) if not above][::-1]
    while waiting:
        one = waiting.pop()
        if not seen[one]:
            seen[one] = True
            order[pieces.row[one]].append(one)
            waiting.extend(reversed(pieces.below[one]))
    return order


def crossings(pieces: Pieces, order: Sequence[Sequence[int]]) -> int:
    """Count the pairs of pieces that cross: of two that start left to right, the ends stand right to left.

    Source: counting inversions by insertion; Barth, Juenger & Mutzel, "Simple and efficient bilayer cross
    counting" (2002).
    """
    place = [0] * len(pieces.row)
    for row in order:
        for at, one in enumerate(row):
            place[one] = at
    count = 0
    for row in order:
        ends: list[int] = []
        for one in row:
            for end in sorted(place[upper] for upper in pieces.above[one]):
                count += len(ends) - bisect_right(ends, end)
                insort(ends, end)
    return count


def _reorder(row: Sequence[int], fixed: Sequence[int], neighbours: Sequence[Sequence[int]]) -> list[int]:
    """Order a row by the mean place of each one's neighbours in the fixed row next to it.

    What has no neighbours there stays where it is; equal means keep their order.
    """
    place = {one: at for at, one in enumerate(fixed)}
    mean = {
        one: sum(place[other] for other in neighbours[one]) / len(neighbours[one])
        for one in row
        if neighbours[one]
    }
    moved = iter(sorted(mean, key=mean.__getitem__))
    return [next(moved) if one in mean else one for one in row]


def best_order(pieces: Pieces, sweeps: int | None = None) -> list[list[int]]:
    """Return an order of each row, lowest row first, with few crossings.

    Starts from the better of the given order and a walk down from the ends; then goes up and down through
    the rows in turn. The start counts too, because a sweep may make a good order worse.

    Args:
        pieces: the links, cut at the rows.
        sweeps: how often to go through all rows; None: by the size of the picture. With 0 the start is
            returned.

    Source: Sugiyama, Tagawa & Toda, "Methods for visual understanding of hierarchical system structures"
    (1981), the barycentre method.
    """
    if sweeps is None:
        sweeps = FEW_SWEEPS if sum(map(len, pieces.above)) > MANY_PIECES else SWEEPS
    starts = [_depth_first(pieces), _given_order(pieces)]
    best = min(starts, key=lambda order: crossings(pieces, order))
    fewest = crossings(pieces, best)
    order = list(best)
    for sweep in range(sweeps):
        if fewest == 0:
            break
        if sweep % 2 == 0:
            for row in range(1, len(order)):
                order[row] = _reorder(order[row], order[row - 1], pieces.below)
        else:
            for row in reversed(range(len(order) - 1)):
                order[row] = _reorder(order[row], order[row + 1], pieces.above)
        count = crossings(pieces, order)
        if count < fewest:
            best, fewest = list(order), count
    return best
