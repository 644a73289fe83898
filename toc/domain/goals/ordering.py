"""In which row a goal is drawn, how long links are led through the rows between, and how many lines cross.

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


def by_row(pieces: Pieces) -> list[list[int]]:
    """Return what stands in each row, lowest row first, in the order in which it was given."""
    order: list[list[int]] = [[] for _ in range(max(pieces.row, default=-1) + 1)]
    for one, row in enumerate(pieces.row):
        order[row].append(one)
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
