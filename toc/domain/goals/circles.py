"""Which links of a tree that came in go round in a circle."""

from collections.abc import Hashable, Iterator, Sequence


def on_circles(links: Sequence[tuple[Hashable, Hashable]]) -> frozenset[int]:
    """Return the places of the links that lie on a circle, a link of a goal to itself included.

    In linear time and without recursion, so that a long chain is no problem.

    Args:
        links: from lower to upper, by any name of a goal.

    Source: Kosaraju's algorithm, as in Sharir (1981), on strongly connected components.
    """
    above: dict[Hashable, list[Hashable]] = {}
    below: dict[Hashable, list[Hashable]] = {}
    for lower, upper in links:
        above.setdefault(lower, []).append(upper)
        above.setdefault(upper, [])
        below.setdefault(upper, []).append(lower)
    part: dict[Hashable, Hashable] = {}
    for start in reversed(_left_in_order(above)):
        waiting = [start]
        while waiting:
            here = waiting.pop()
            if here not in part:
                part[here] = start
                waiting.extend(below.get(here, ()))
    return frozenset(place for place, (lower, upper) in enumerate(links) if part[lower] == part[upper])


def _left_in_order(steps: dict[Hashable, list[Hashable]]) -> list[Hashable]:
    """Return the goals in the order in which a walk in depth leaves them."""
    left: list[Hashable] = []
    seen: set[Hashable] = set()
    for start, first in steps.items():
        walk: list[tuple[Hashable, Iterator[Hashable]]] = [] if start in seen else [(start, iter(first))]
        seen.add(start)
        while walk:
            here, rest = walk[-1]
            there = next((one for one in rest if one not in seen), None)
            if there is None:
                left.append(here)
                walk.pop()
            else:
                seen.add(there)
                walk.append((there, iter(steps[there])))
    return left
