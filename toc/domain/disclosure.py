"""Disclosure: which numbers of a table may be shown, so that no small group follows by subtraction.

A group below the threshold is suppressed; and because rows and columns have totals, other numbers have to
be suppressed beside it. What a reader can work out of the numbers that stay is known exactly: the table is
a network in which each number is a flow from its row to its column, and a suppressed number can take every
value that a flow around the network allows. Source: L. H. Cox, Network models for complementary cell
suppression, JASA 90 (1995), 1453-1462.

A row alone is suppressed by `toc.domain.privacy.disclose_row`.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

from toc.domain.privacy import (
    DEFAULT_THRESHOLD,
    SUPPRESSED,
    Disclosed,
    DisclosedRow,
    check_threshold,
    disclose,
    disclose_row,
)

# --- A network ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Arc:
    """One number of the table: a flow from a node to another."""

    tail: int
    head: int
    count: int
    hidden: bool
    is_cell: bool


class _Network:
    """The numbers of a table with those that are suppressed."""

    def __init__(self, nodes: int, arcs: list[_Arc]) -> None:
        self.arcs = arcs
        self.at: list[list[int]] = [[] for _ in range(nodes)]
        for place, arc in enumerate(arcs):
            self.at[arc.tail].append(place)
            self.at[arc.head].append(place)

    def most_more(self, place: int, enough: int) -> int:
        """Return by how much a suppressed number could be more, as far as a reader knows; at most enough."""
        arc = self.arcs[place]
        return self._flow(arc.head, arc.tail, place, enough)

    def most_less(self, place: int, enough: int) -> int:
        """Return by how much it could be less; at most enough."""
        arc = self.arcs[place]
        return self._flow(arc.tail, arc.head, place, min(arc.count, enough))

    def _flow(self, source: int, sink: int, without: int, enough: int) -> int:
        """Return how much can go around a number through others that are suppressed."""
        change = dict.fromkeys(range(len(self.arcs)), 0)
        found = 0
        while found < enough:
            path = self._way(source, sink, without, change)
            if path is None:
                break
            room = enough - found
            for place, forward in path:
                if not forward:
                    room = min(room, self.arcs[place].count + change[place])
            for place, forward in path:
                change[place] += room if forward else -room
            found += room
        return found

    def _way(
        self, source: int, sink: int, without: int, change: dict[int, int]
    ) -> list[tuple[int, bool]] | None:
        came: dict[int, tuple[int, int, bool]] = {source: (source, -1, True)}
        queue = deque([source])
        while queue and sink not in came:
            node = queue.popleft()
            for place in self.at[node]:
                arc = self.arcs[place]
                if not arc.hidden or place == without:
                    continue
                forward = arc.tail == node
                other = arc.head if forward else arc.tail
                if other in came or (not forward and arc.count + change[place] <= 0):
                    continue
                came[other] = (node, place, forward)
                queue.append(other)
        if sink not in came:
            return None
        path, node = [], sink
        while node != source:
            node, place, forward = came[node]
            path.append((place, forward))
        return path

    def cheapest_cover(self, place: int, need: int) -> list[int]:
        """Return cells to suppress so that a number can be so much more; the fewest people in them together.

        Empty when no single way around it has so much room.
        """
        arc = self.arcs[place]
        costs: dict[int, int] = {arc.head: 0}
        came: dict[int, tuple[int, int]] = {}
        queue = [(0, arc.head)]
        done: set[int] = set()
        while queue:
            cost, node = heappop(queue)
            if node in done:
                continue
            done.add(node)
            for each in self.at[node]:
                one = self.arcs[each]
                forward = one.tail == node
                other = one.head if forward else one.tail
                free = one.hidden or one.is_cell
                if each == place or other in done or not free or (not forward and one.count < need):
                    continue
                more = cost + (0 if one.hidden else one.count + 1)
                if more < costs.get(other, more + 1):
                    costs[other], came[other] = more, (node, each)
                    heappush(queue, (more, other))
        if arc.tail not in came:
            return []
        found, node = [], arc.tail
        while node != arc.head:
            node, each = came[node]
            if not self.arcs[each].hidden:
                found.append(each)
        return found


# --- Rows and columns ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DisclosedTable:
    """A table with its totals, as it may leave the program.

    Attributes:
        cells: row by row.
        rows: the total of each row.
        columns: the total of each column.
        total: of everything.
    """

    cells: tuple[tuple[Disclosed, ...], ...]
    rows: tuple[Disclosed, ...]
    columns: tuple[Disclosed, ...]
    total: Disclosed


def disclose_table(
    cells: Sequence[Sequence[int]],
    *,
    threshold: int = DEFAULT_THRESHOLD,
    own_totals_decided: bool = False,
    hidden_rows: Iterable[int] = (),
    hidden_columns: Iterable[int] = (),
) -> DisclosedTable:
    """Suppress small groups in a table of rows and columns, and what would give them away by subtraction.

    The totals of rows are suppressed as `disclose_row` does, and so are those of columns; where they were
    shown elsewhere, they are what is shown here too. Of the cells those below the threshold go, the empty
    ones as well, and then the cheapest others, until every suppressed number could be another one and could
    reach the threshold (or the whole table, where its coordinator decided to show that although it is
    smaller), as far as a reader can tell from all that is shown.

    Args:
        cells: how many participants each has, row by row; all rows equally long.
        threshold: people that a group must have.
        own_totals_decided: as in `disclose`; concerns the total of all alone.
        hidden_rows: places of totals that are not shown elsewhere either.
        hidden_columns: the same of columns.

    Raises:
        DomainError: ``privacy.threshold_too_low``.
        ValueError: a negative count, or rows that differ in length.
    """
    wide = len(cells[0]) if cells else 0
    if any(len(row) != wide for row in cells):
        raise ValueError("rows of different lengths are no table")
    row_sums = [sum(row) for row in cells]
    column_sums = [sum(column) for column in zip(*cells, strict=True)]
    decided = {"threshold": threshold, "own_totals_decided": own_totals_decided}
    over, under = disclose_row(row_sums, **decided), disclose_row(column_sums, **decided)  # type: ignore[arg-type] # two names
    if any(cell < 0 for row in cells for cell in row):
        raise ValueError("a group has no negative number of people")
    rows = [one.shown and place not in {*hidden_rows} for place, one in enumerate(over.cells)]
    columns = [one.shown and place not in {*hidden_columns} for place, one in enumerate(under.cells)]
    total = over.total.shown and under.total.shown
    network = _network(cells, rows, columns, total=total, threshold=threshold)
    least = threshold if not total else min(threshold, sum(row_sums))
    _cover(network, least)
    shown = iter([SUPPRESSED if arc.hidden else Disclosed(arc.count) for arc in network.arcs])
    return DisclosedTable(
        cells=tuple(tuple(next(shown) for _ in row) for row in cells),
        rows=tuple(next(shown) for _ in rows),
        columns=tuple(next(shown) for _ in columns),
        total=next(shown),
    )


def _network(
    cells: Sequence[Sequence[int]], rows: list[bool], columns: list[bool], *, total: bool, threshold: int
) -> _Network:
    """Return the table as a network: everybody flows through a row and a column, and back as the total."""
    start, end = len(rows) + len(columns), len(rows) + len(columns) + 1
    arcs = [
        _Arc(row, len(rows) + column, count, count < threshold, is_cell=True)
        for row, counts in enumerate(cells)
        for column, count in enumerate(counts)
    ]
    arcs += [_Arc(start, row, sum(counts), not rows[row], is_cell=False) for row, counts in enumerate(cells)]
    arcs += [
        _Arc(len(rows) + column, end, sum(counts), not columns[column], is_cell=False)
        for column, counts in enumerate(zip(*cells, strict=True))
    ]
    arcs.append(_Arc(end, start, sum(map(sum, cells)), not total, is_cell=False))
    return _Network(end + 1, arcs)


def _cover(network: _Network, least: int) -> None:
    """Suppress cells until every suppressed number is safe."""
    while True:
        weak = next((place for place in _hidden(network) if not _is_safe(network, place, least)), None)
        if weak is None:
            return
        need = max(least - network.arcs[weak].count, 1)
        more = network.cheapest_cover(weak, need) or network.cheapest_cover(weak, 1) or _smallest(network)
        if not more:
            # All cells are suppressed and a total still tells one: the totals go as well.
            more = [place for place, arc in enumerate(network.arcs) if not arc.hidden]
        if not more:
            return
        for place in more:
            network.arcs[place].hidden = True


def _hidden(network: _Network) -> list[int]:
    return [place for place, arc in enumerate(network.arcs) if arc.hidden]


def _is_safe(network: _Network, place: int, least: int) -> bool:
    count = network.arcs[place].count
    more = network.most_more(place, max(least - count, 1))
    if count + more < least:
        return False
    return bool(more) or bool(network.most_less(place, 1))


def _smallest(network: _Network) -> list[int]:
    shown = [(arc.count, place) for place, arc in enumerate(network.arcs) if arc.is_cell and not arc.hidden]
    return [min(shown)[1]] if shown else []


# --- Periods ------------------------------------------------------------------------------------------------


def disclose_periods(
    counts: Sequence[int],
    *,
    threshold: int = DEFAULT_THRESHOLD,
    is_cumulative: bool,
    own_totals_decided: bool = False,
) -> tuple[Disclosed, ...]:
    """Suppress small groups in what was counted in one period after the other.

    Each period is a group of its own, unless what is counted counts from the start: then who came, or left,
    between two of the numbers that are shown is a group as well, and it must reach the threshold. The latest
    number that may be shown is, and earlier ones give way to it. A reader who kept the page of an earlier day
    has that number too: no page can take it back.

    Args:
        counts: people in each period, the earliest first; each >= 0.
        threshold: people that a group must have.
        is_cumulative: whether a number counts from the start, or for its own period.
        own_totals_decided: as in `disclose`: then nothing is suppressed.

    Raises:
        DomainError: ``privacy.threshold_too_low``.
        ValueError: a negative count.
    """
    known = [
        disclose(count, count, threshold=threshold, own_totals_decided=own_totals_decided) for count in counts
    ]
    if not is_cumulative or own_totals_decided:
        return tuple(known)
    later: int | None = None
    for place in reversed(range(len(counts))):
        if not known[place].shown:
            continue
        if later is None or counts[place] == later or abs(counts[place] - later) >= threshold:
            later = counts[place]
        else:
            known[place] = SUPPRESSED
    return tuple(known)


def disclose_groups(
    periods: Sequence[Sequence[int]], *, threshold: int = DEFAULT_THRESHOLD, is_cumulative: bool
) -> tuple[DisclosedRow, ...]:
    """Suppress small groups in a breakdown that was counted in one period after the other.

    Where each period counts for itself, each is a row of its own. Where numbers count from the start, the
    same groups are suppressed in all periods: those that are small in one, or grew or shrank by a small
    number between two; and then the smallest others, until the suppressed ones are at least two and together
    small in no period, nor in what came or left between two. A reader learns of them only what they are
    together, and each of them could be all of it.

    Args:
        periods: of each shown period the people in each group, the earliest first; the groups in the same
            order, each >= 0; their sum is the total of the period, which is shown.
        threshold: people that a group must have.
        is_cumulative: as in `disclose_periods`, whose suppressed periods are not among these.

    Returns:
        Per period its groups and its total.

    Raises:
        DomainError: ``privacy.threshold_too_low``.
        ValueError: a negative count.
    """
    check_threshold(threshold)
    if not is_cumulative or not periods:
        return tuple(disclose_row(groups, threshold=threshold) for groups in periods)
    if any(count < 0 for groups in periods for count in groups):
        raise ValueError("a group has no negative number of people")
    series = list(zip(*periods, strict=True))
    hidden = {place for place, counts in enumerate(series) if not _stays_large(counts, threshold)}
    others = sorted(set(range(len(series))) - hidden, key=lambda place: (max(series[place]), place))
    while hidden and others and not _hides(series, hidden, threshold):
        hidden.add(others.pop(0))
    if hidden and not _hides(series, hidden, threshold):
        hidden = set(range(len(series)))
    return tuple(
        DisclosedRow(
            tuple(SUPPRESSED if place in hidden else Disclosed(count) for place, count in enumerate(groups)),
            SUPPRESSED
            if len(groups) == 1 and hidden
            else disclose(sum(groups), sum(groups), threshold=threshold),
        )
        for groups in periods
    )


def _stays_large(counts: Sequence[int], threshold: int) -> bool:
    """Tell whether a group is large in each period, and so is what came to it or left it, if anybody did."""
    steps = (abs(later - earlier) for earlier, later in pairwise(counts))
    return min(counts) >= threshold and all(not step or step >= threshold for step in steps)


def _hides(series: Sequence[Sequence[int]], hidden: set[int], threshold: int) -> bool:
    together = [sum(counts) for counts in zip(*(series[place] for place in hidden), strict=True)]
    return len(hidden) > 1 and _stays_large(together, threshold)
