"""Where in its row a goal stands: close to what it is linked with, and never over its neighbour."""

from collections.abc import Sequence

PASSES = 6
"""How often all rows are gone through; after a few the picture hardly changes."""

BEND_WEIGHT = 4
"""A bend pulls this much harder than a goal, so that a long line stays straight. Our own choice."""


def _nearest_in_order(wanted: Sequence[float], weights: Sequence[float], room: float) -> list[float]:
    """Return places that never fall, within [0, room], as near as can be to the wanted ones.

    Nearest is by the weighted sum of squares; neighbours that want to stand the other way round share one
    place, their weighted mean.

    Source: pool adjacent violators; Barlow, Bartholomew, Bremner & Brunk, "Statistical inference under order
    restrictions" (1972).
    """
    blocks: list[tuple[float, float, int]] = []  # place, weight, how many
    for want, heavy in zip(wanted, weights, strict=True):
        place, weight, count = want, heavy, 1
        while blocks and blocks[-1][0] > place:
            other, its_weight, its_count = blocks.pop()
            place = (place * weight + other * its_weight) / (weight + its_weight)
            weight, count = weight + its_weight, count + its_count
        blocks.append((place, weight, count))
    return [min(max(place, 0.0), room) for place, _, count in blocks for _ in range(count)]


def centres(
    order: Sequence[Sequence[int]], linked: Sequence[Sequence[int]], widths: Sequence[int], gap: int
) -> list[int]:
    """Return the horizontal centre of everything in the rows, in whole pixels from the left.

    No row is wider than the fullest one needs, and between two neighbours there is always at least the gap.

    Args:
        order: what stands in each row, from left to right.
        linked: of each, what it is linked with in the rows next to it.
        widths: of each, in whole even pixels; 0 for a bend.
        gap: between neighbours, in pixels.
    """
    packed: list[list[int]] = []  # centres when everything stands as far left as it can
    lengths: list[int] = []
    for row in order:
        right = -gap
        centres_of_row = []
        for one in row:
            centres_of_row.append(right + gap + widths[one] // 2)
            right += gap + widths[one]
        packed.append(centres_of_row)
        lengths.append(right)
    widest = max(lengths, default=0)
    centre = [0.0] * len(widths)
    for row, tight, length in zip(order, packed, lengths, strict=True):
        for one, left in zip(row, tight, strict=True):
            centre[one] = left + (widest - length) / 2
    weights = [float(len(linked[one]) or 1) * (1 if size else BEND_WEIGHT) for one, size in enumerate(widths)]
    top_down = list(zip(order, packed, lengths, strict=True))[::-1]
    for turn in range(PASSES):
        for row, tight, length in top_down if turn % 2 == 0 else top_down[::-1]:
            wanted = [
                (
                    sum(centre[other] for other in linked[one]) / len(linked[one])
                    if linked[one]
                    else centre[one]
                )
                - left
                for one, left in zip(row, tight, strict=True)
            ]
            moved = _nearest_in_order(wanted, [weights[one] for one in row], widest - length)
            for one, left, place in zip(row, tight, moved, strict=True):
                centre[one] = left + round(place)
    return [round(place) for place in centre]
