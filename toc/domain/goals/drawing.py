"""The goal tree as a picture: boxes and lines with their places, for a template to write down.

Means stand below ends. All lengths are whole pixels; y grows downwards, as in SVG. The same tree gives the
same picture every time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.goals.graph import Edge, means_first, neighbours
from toc.domain.goals.kinds import Level
from toc.domain.goals.ordering import best_order, crossings, cut, rows_of
from toc.domain.goals.placing import centres
from toc.domain.goals.wrapping import Wrapped, wrap

BOX_WIDTH = 200
GAP = 24
"""Between neighbours in a row."""
ROW_GAP = 56
"""Between rows: room for the lines to bend."""
MARGIN = 8
"""Around the picture: room for the outline of a box that has the focus."""

RADIUS = 7
"""Of the corners of a box."""
_BAR = 8
_TEXT_LEFT = 18
_TEXT_ROOM = 146
_TEXT_TOP = 24
"""From the top of a box to the foot of the letters of its first line."""
_LINE = 18
_FOOT = 38
"""What a box is higher than its lines of text; the dots of the parties stand in it."""
_SIGN_RIGHT, _SIGN_TOP = 19, 19
_DOTS_UP = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedGoal:
    """A goal that is to be drawn."""

    id: UUID
    text: str
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text in a box: where its first letter stands, and what it says."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The box of one goal.

    Attributes:
        id: of the goal.
        level: of the goal.
        row: 0 is the lowest.
        x: left side.
        y: top side.
        width: of the box.
        height: the same for all boxes in a row.
        lines: its text.
        is_shortened: the text did not fit and ends with an ellipsis.
    """

    id: UUID
    level: Level | None
    row: int
    x: int
    y: int
    width: int
    height: int
    lines: tuple[TextLine, ...]
    is_shortened: bool

    @property
    def bar(self) -> str:
        """The SVG path of the bar at the left, which shows the level."""
        side = self.height - 2 * RADIUS
        return (
            f"M{self.x + _BAR} {self.y}h{RADIUS - _BAR}a{RADIUS} {RADIUS} 0 0 0-{RADIUS} {RADIUS}"
            f"v{side}a{RADIUS} {RADIUS} 0 0 0 {RADIUS} {RADIUS}h{_BAR - RADIUS}z"
        )

    @property
    def sign(self) -> tuple[int, int]:
        """The centre of the sign at the right, which shows the status."""
        return self.x + self.width - _SIGN_RIGHT, self.y + _SIGN_TOP

    @property
    def dots(self) -> tuple[int, int]:
        """The centre of the first of the dots at the foot, which show the parties."""
        return self.x + _TEXT_LEFT + 5, self.y + self.height - _DOTS_UP


@dataclass(frozen=True, slots=True)
class Curve:
    """The line of one link, from the top of its lower goal to the bottom of its upper goal.

    Attributes:
        lower: id of the means.
        upper: id of the end.
        points: start; where it enters and leaves each row that it passes between the boxes; end.
        path: the same as an SVG path, curved between the rows.
    """

    lower: UUID
    upper: UUID
    points: tuple[tuple[int, int], ...]

    @property
    def path(self) -> str:
        """The SVG path."""
        parts = [f"M{self.points[0][0]} {self.points[0][1]}"]
        for (x, y), (to_x, to_y) in pairwise(self.points):
            middle = (y + to_y) // 2
            curved = f"C{x} {middle} {to_x} {middle} {to_x} {to_y}"
            parts.append(curved if x != to_x else f"V{to_y}")
        return "".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture of a tree.

    Attributes:
        width: of the whole, margins included.
        height: likewise.
        boxes: the upper row first, each row from left to right: the order in which to read them.
        curves: one per link, in the order of the links.
        crossings: pairs of lines that cross between two rows; long links only as far as they are led between
            the boxes.
    """

    width: int
    height: int
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    crossings: int


def _box(goal: PlacedGoal, text: Wrapped, *, row: int, centre: int, top: int, height: int) -> Box:
    left = centre - BOX_WIDTH // 2
    return Box(
        id=goal.id,
        level=goal.level,
        row=row,
        x=left,
        y=top,
        width=BOX_WIDTH,
        height=height,
        lines=tuple(
            TextLine(left + _TEXT_LEFT, top + _TEXT_TOP + _LINE * number, line)
            for number, line in enumerate(text.lines)
        ),
        is_shortened=text.is_shortened,
    )


def layout(goals: Sequence[PlacedGoal], edges: Iterable[Edge], *, sweeps: int | None = None) -> Drawing:
    """Draw a tree.

    Args:
        goals: what to draw, each id once.
        edges: their links; a link to a goal that is not drawn is left out, and one given twice drawn once.
        sweeps: how hard to try against crossing lines, see `best_order`; None: by the size of the tree.

    Raises:
        DomainError: ``tree.cycle`` when some goal is, in the end, a means to itself.
    """
    number = {goal.id: place for place, goal in enumerate(goals)}
    them = neighbours(number, edges)
    order = [number[goal] for goal in means_first(them)]
    if len(order) < len(goals):
        raise DomainError("tree.cycle")
    links = [(number[lower], number[upper]) for lower in number for upper in them.above[lower]]
    pieces = cut(rows_of([goal.level for goal in goals], order, links), links)
    rows = best_order(pieces, sweeps)
    widths = [BOX_WIDTH if one < len(goals) else 0 for one in range(len(pieces.row))]
    linked = [above + below for above, below in zip(pieces.above, pieces.below, strict=True)]
    centre = [MARGIN + place for place in centres(rows, linked, widths, GAP)]
    texts = [wrap(goal.text, _TEXT_ROOM) for goal in goals]
    heights = [
        _FOOT + _LINE * max(1, *(len(texts[one].lines) for one in row if one < len(goals))) for row in rows
    ]
    height = MARGIN + sum(heights) + ROW_GAP * (len(rows) - 1) + MARGIN if rows else 2 * MARGIN
    bottoms = [height - MARGIN - up for up in accumulate((tall + ROW_GAP for tall in heights), initial=0)]
    tops = [bottom - tall for bottom, tall in zip(bottoms, heights, strict=False)]
    curves = []
    for chain in pieces.chains:
        inner = ((centre[bend], y[pieces.row[bend]]) for bend in chain[1:-1] for y in (bottoms, tops))
        start, end = chain[0], chain[-1]
        points = (
            (centre[start], tops[pieces.row[start]]),
            *inner,
            (centre[end], bottoms[pieces.row[end]]),
        )
        curves.append(Curve(goals[start].id, goals[end].id, points))
    return Drawing(
        width=max((centre[one] + widths[one] // 2 for one in range(len(centre))), default=MARGIN) + MARGIN,
        height=height,
        boxes=tuple(
            _box(
                goals[one],
                texts[one],
                row=row,
                centre=centre[one],
                top=tops[row],
                height=heights[row],
            )
            for row in reversed(range(len(rows)))
            for one in rows[row]
            if one < len(goals)
        ),
        curves=tuple(curves),
        crossings=crossings(pieces, rows),
    )
