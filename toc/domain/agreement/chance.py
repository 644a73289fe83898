"""The exact chance of a concordance at least as strong, when every judge ranks at random.

The statistic does not change when goals change names together, so that it is enough to follow the sorted
sums of ranks: judge after judge is added, equal sums are taken together. This enumerates every arrangement of
every judge without writing each down, with ties and without.

Source: Kendall and Babington Smith (1939), The problem of m rankings, Annals of Mathematical Statistics 10,
275-287, who tabulate this distribution without ties for small panels.
"""

from collections import Counter
from collections.abc import Sequence
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

MOST_ROWS = 1_000_000
"""Sums of ranks that may be looked at for one exact chance: about a fifth of a second. Ours.

Without ties it lets through 3 goals with 99 judges, 4 with 22, 5 with 8, 6 with 3, and 7 to 9 with 2;
ties make it less work.
"""


def _arrangements(
    values: tuple[int, ...], known: dict[tuple[int, ...], NDArray[np.int32]]
) -> NDArray[np.int32]:
    """Return every different order of the values, which are sorted: (orders, values)."""
    if not values:
        return np.zeros((1, 0), dtype=np.int32)
    if values not in known:
        parts = []
        for value in dict.fromkeys(values):
            at = values.index(value)
            rest = _arrangements(values[:at] + values[at + 1 :], known)
            parts.append(np.column_stack([np.full(len(rest), value, dtype=np.int32), rest]))
        known[values] = np.concatenate(parts)
    return known[values]


def _number_of_arrangements(values: Sequence[int]) -> int:
    return factorial(len(values)) // prod(factorial(count) for count in Counter(values).values())


def _merged(
    sums: NDArray[np.int32], weights: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Take equal rows together: sums (rows, goals), weights (rows,)."""
    base = int(sums.max()) + 1
    keys = np.zeros(len(sums), dtype=np.int64)
    first = keys
    for column in sums.T:
        _, first, keys = np.unique(keys * base + column, return_index=True, return_inverse=True)
    return sums[first], np.bincount(keys, weights=weights).astype(np.float64)


def upper_tail(judges: Sequence[Sequence[int]]) -> float | None:
    """Return the chance of rank sums that lie at least as far apart as these.

    Args:
        judges: at least two; of each the ranks of the same goals in the same order, doubled so that the
            rank of a tie is a whole number too.

    Returns:
        P(sum of squared rank sums >= observed), given the ties of each judge; None where that would take more
        than `MOST_ROWS`.
    """
    observed = sum(sum(ranks) ** 2 for ranks in zip(*judges, strict=True))
    # One judge may stand still, since only the others' orders beside it matter: the one with most orders.
    still, *others = sorted(
        (tuple(sorted(ranks)) for ranks in judges), key=_number_of_arrangements, reverse=True
    )
    sums = np.array([still], dtype=np.int32)
    weights = np.ones(1)
    room = MOST_ROWS
    known: dict[tuple[int, ...], NDArray[np.int32]] = {}
    for values in others:
        sums.sort(axis=1)
        sums, weights = _merged(sums, weights)
        number = _number_of_arrangements(values)
        room -= len(sums) * number
        if room < 0:
            return None
        orders = _arrangements(values, known)
        sums = (sums[:, np.newaxis, :] + orders[np.newaxis, :, :]).reshape(-1, len(values))
        weights = np.repeat(weights / number, number)
    return min(float(weights[np.square(sums, dtype=np.int64).sum(axis=1) >= observed].sum()), 1.0)
