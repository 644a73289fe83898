"""The order within each row in which few lines cross, and which stays as it was when a tree changes a little.

Nothing here looks at a clock: what may be spent is counted in steps, so that every machine draws the same
picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from random import Random

import numpy as np
from numpy.typing import NDArray

from toc.domain.goals.ordering import Pieces, by_row, crossings

MOST_WORK = 60_000_000
"""What may be spent on one picture, in entries of a table looked at: a quarter of a second, more or less."""

_TURN = 4_000
"""What a turn costs besides the entries it looks at."""
_LOOK = 50
"""What it costs to look at one piece without a table: to sweep over it, to count what it crosses."""
_TIMES_FASTER = 20
"""A product of tables takes so many entries in the time of one."""

STARTS = 16
KICKS = 160
"""How many orders to begin with, and how often to disturb the best. More of either gains little: a trial with
trees of 50 and 150 goals, see docs/bench.md."""

SWEEPS = 12
"""The barycentre method seldom finds anything after this many."""

AFRESH = 0.6
"""An order that does without this share of the crossings of the one that readers know takes its place."""
FEWEST_GAINED = 10
"""And only when it does without this many: nobody finds the way in a new picture for the sake of a few."""

_WORTH_A_MOVE = 2
"""What stood in the earlier picture moves only when it saves more crossings than this."""

_LEAST_MOVED = 3
_MOVED_OF = 40
"""A kick moves this many pieces, and one more for every so many pieces in the picture. Our own trial."""

_BEFORE_NEXT = 1e-6
"""Of places that are equally good the nearest one counts."""

Order = list[list[int]]


def _depth_first(pieces: Pieces) -> Order:
    """Put in each row what is met first when walking down from the ends, branch by branch."""
    order: Order = [[] for _ in range(max(pieces.row, default=-1) + 1)]
    seen = [False] * len(pieces.row)
    waiting = [one for one, above in enumerate(pieces.above) if not above][::-1]
    while waiting:
        one = waiting.pop()
        if not seen[one]:
            seen[one] = True
            order[pieces.row[one]].append(one)
            waiting.extend(reversed(pieces.below[one]))
    return order


def _shuffled(pieces: Pieces, seed: int) -> Order:
    random = Random(seed)  # noqa: S311 - the same picture every time
    order = by_row(pieces)
    for row in order:
        random.shuffle(row)
    return order


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


def _known_first(pieces: Pieces, previous: Mapping[int, float]) -> tuple[Order, frozenset[int]]:
    """Return every row as it was, with what is new near what it is linked with; and what was there.

    A bend stands on the straight line between the goals of its link.
    """
    at = dict(previous)
    goals = len(pieces.row) - sum(len(chain) - 2 for chain in pieces.chains)
    linked: list[list[int]] = [[] for _ in range(goals)]
    for chain in pieces.chains:
        linked[chain[0]].append(chain[-1])
        linked[chain[-1]].append(chain[0])
    for goal in range(goals):
        if goal not in at:
            near = [at[other] for other in linked[goal] if other in at]
            at[goal] = sum(near) / len(near) if near else inf
    for chain in pieces.chains:
        start, end = at[chain[0]], at[chain[-1]]
        for number, bend in enumerate(chain[1:-1], start=1):
            part = number / (len(chain) - 1)
            at[bend] = start * (1 - part) + end * part
    order = [sorted(row, key=at.__getitem__) for row in by_row(pieces)]
    return order, frozenset(previous)


@dataclass(slots=True)
class _Untangler:
    """Works on the order of one picture, as long as there is work left to spend.

    Attributes:
        pieces: what to order.
        left: how much work may still be spent.
        upward: of each row, (one, what it leads to in the next row).
        place: of each piece, in its row.
    """

    pieces: Pieces
    left: float
    upward: list[NDArray[np.intp]] = field(init=False)
    place: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        self.upward = [
            np.array([(one, upper) for one in row for upper in self.pieces.above[one]], dtype=np.intp)
            for row in by_row(self.pieces)
        ]
        self.place = np.zeros(len(self.pieces.row), dtype=np.intp)

    def swept(self, start: Order) -> Order:
        """Return the best order that the barycentre method comes by, up and down through the rows in turn.

        The start counts too, because a sweep may make a good order worse.

        Source: Sugiyama, Tagawa & Toda, "Methods for visual understanding of hierarchical system structures"
        (1981).
        """
        pieces = self.pieces
        cost = _LOOK * len(pieces.row)
        best, fewest = start, crossings(pieces, start)
        order = list(start)
        for sweep in range(SWEEPS):
            if fewest == 0 or self.left < cost:
                break
            self.left -= cost
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

    def settled(
        self,
        order: Order,
        rows: frozenset[int] | None = None,
        known: frozenset[int] = frozenset(),
        price: float = 0,
    ) -> Order:
        """Move pieces within their rows as long as fewer lines cross for it.

        Of all moves in a row the one that gains most comes first.

        Args:
            order: where to begin.
            rows: which rows to look at; their neighbours follow when something moved. None: all.
            known: pieces that move only when it saves more crossings than the price.
            price: of a move; infinite: they stay.

        Source: sifting; Matuszewski, Schoenfeld & Molitor, "Using sifting for k-layer straightline crossing
        minimization" (1999), with the best move of a row in place of one piece after the other.
        """
        order = list(order)
        for line in order:
            self.place[line] = np.arange(len(line))
        waiting = set(range(len(order)) if rows is None else rows)
        upwards = True
        while waiting:
            for row in sorted(waiting, reverse=not upwards):
                waiting.discard(row)
                line = self._row_settled(order, row, known, price)
                if line != order[row]:
                    order[row] = line
                    self.place[line] = np.arange(len(line))
                    waiting.update(beside for beside in (row - 1, row + 1) if 0 <= beside < len(order))
            upwards = not upwards
        return order

    def _row_settled(self, order: Order, row: int, known: frozenset[int], price: float) -> list[int]:
        line, many = order[row], len(order[row])
        beside = sum(len(order[other]) for other in (row - 1, row + 1) if 0 <= other < len(order))
        making = many * beside * (2 + many / _TIMES_FASTER) + _TURN
        turn = 4 * many * many + _TURN
        if many == 1 or self.left < making + turn:
            return line
        self.left -= making
        more = self._more(order, row)
        prices = np.array([price if one in known else 0 for one in line])
        slots = np.arange(many + 1)
        far = np.abs(slots[:-1, None] + 0.5 - slots) * _BEFORE_NEXT
        while self.left >= turn:
            self.left -= turn
            # Standing in front of the slot-th one of the row, against standing in front of the first.
            than_first = np.zeros((many, many + 1))
            np.cumsum(more, axis=1, out=than_first[:, 1:])
            gains = than_first - np.diagonal(than_first, 1)[:, None] - far - prices[:, None]
            who, slot = divmod(int(gains.argmax()), many + 1)
            if gains[who, slot] < 0.5:  # noqa: PLR2004 - a whole crossing, but for the distance
                break
            new = [*range(who), *range(who + 1, many)]
            new.insert(slot - (slot > who), who)
            more = more[np.ix_(new, new)]
            line = [line[one] for one in new]
            prices = prices[new]
        return line

    def _more(self, order: Order, row: int) -> NDArray[np.float64]:
        """Return, of each two in a row, how many more lines cross when the first stands left."""
        many = len(order[row])
        crossed = np.zeros((many, many))
        for other, pairs, mine in ((row + 1, row, 0), (row - 1, row - 1, 1)):
            if 0 <= other < len(order) and len(self.upward[pairs]):
                ends = self.place[self.upward[pairs]]
                there = np.zeros((many, len(order[other])))
                there[ends[:, mine], ends[:, 1 - mine]] = 1
                further_left = np.cumsum(there, axis=1) - there
                crossed += there @ further_left.T
        return crossed - crossed.T

    def kicked(self, order: Order, random: Random) -> tuple[Order, frozenset[int]]:
        """Return an order with a few pieces somewhere else in their row, and which rows those are."""
        order = [list(row) for row in order]
        wide = [row for row, line in enumerate(order) if len(line) > 1]
        rows = [random.choice(wide) for _ in range(_LEAST_MOVED + len(self.pieces.row) // _MOVED_OF)]
        for row in rows:
            one = order[row].pop(random.randrange(len(order[row])))
            order[row].insert(random.randrange(len(order[row]) + 1), one)
        return order, frozenset(rows)


def best_order(
    pieces: Pieces, *, work: float = MOST_WORK, previous: Mapping[int, float] | None = None
) -> Order:
    """Return an order of each row, lowest row first, with few crossings.

    Tries several orders to begin with, moves single pieces as long as that helps, and then disturbs the best
    a little, again and again. Never worse than the given order or a walk down from the ends. With an earlier
    picture, its order stays, except for what is new and for moves that save several crossings; a wholly new
    order takes its place only when it does without many, see `AFRESH`.

    Args:
        pieces: the links, cut at the rows.
        work: how much to try, see `MOST_WORK`; 0: nothing.
        previous: where goals stood from left to right in an earlier picture; not all need be there.
    """
    able = _Untangler(pieces, work)
    kept = None
    if previous:
        start, known = _known_first(pieces, previous)
        start = able.settled(start, known=known, price=inf)
        kept = able.settled(start, known=known, price=_WORTH_A_MOVE)
    best = min((_depth_first(pieces), by_row(pieces)), key=lambda order: crossings(pieces, order))
    fewest = crossings(pieces, best)
    for number in range(STARTS):
        if fewest == 0 or able.left <= 0:
            break
        able.left -= _LOOK * len(pieces.row)
        starts = (_depth_first, by_row)
        start = starts[number](pieces) if number < len(starts) else _shuffled(pieces, number)
        order = able.settled(able.swept(start))
        count = crossings(pieces, order)
        if count < fewest:
            best, fewest = order, count
    random = Random(STARTS)  # noqa: S311 - the same picture every time
    for _ in range(KICKS):
        if fewest == 0 or able.left <= 0:
            break
        able.left -= 4 * _LOOK * len(pieces.row)
        order = able.settled(*able.kicked(best, random))
        count = crossings(pieces, order)
        if count <= fewest:
            best, fewest = order, count
    if kept is not None:
        now = crossings(pieces, kept)
        if fewest > AFRESH * now or now - fewest < FEWEST_GAINED:
            return kept
    return best
