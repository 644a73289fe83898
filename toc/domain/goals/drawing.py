"""The goal tree as a picture: boxes and lines with their places, for a template to write down.

Means stand below ends. All lengths are whole pixels; y grows downwards, as in SVG. The same tree gives the
same picture every time; a tree that changed a little gives nearly the same picture when it is told how the
earlier one looked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.goals.graph import Edge, means_first, neighbours
from toc.domain.goals.kinds import Level
from toc.domain.goals.ordering import Pieces, crossings, cut, rows_of
from toc.domain.goals.placing import centres
from toc.domain.goals.untangling import MOST_WORK, best_order
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

_FEEDBACK_LEFT = 150
"""Where on the top or foot of a box a feedback begins and ends: not where the links of the order do."""
_FEEDBACK_ROOM = ROW_GAP // 2
"""Above the picture, for feedbacks between two boxes of the highest row."""
_LANES = (0, 4, -4, 8, -8)
"""Feedbacks that pass between the same two boxes stand so far from the middle; more of them share a lane."""


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

    @property
    def foot(self) -> tuple[int, int]:
        """The middle of the lower side, where a sign can say how much is folded below."""
        return self.x + self.width // 2, self.y + self.height


@dataclass(frozen=True, slots=True)
class Curve:
    """The line of one link, from the top of its lower goal to the bottom of its upper goal.

    A feedback goes from lower to upper as well, wherever the two stand: also down, or over a row.

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
            middle = (y + to_y) // 2 if y != to_y else y - _FEEDBACK_ROOM
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
        feedback: one curve per feedback, in their order; not among the crossings.
    """

    width: int
    height: int
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    crossings: int
    feedback: tuple[Curve, ...] = ()

    @property
    def places(self) -> dict[UUID, int]:
        """Where each goal stands from left to right: what `layout` asks for to draw the next state alike."""
        return {box.id: box.x for box in self.boxes}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Where everything stands, as far as lines need to know.

    Attributes:
        pieces: of the links.
        order: what stands in each row, from left to right, lowest row first.
        widths: of each goal and bend.
        centre: likewise, from the left of the picture.
        tops: of the rows.
        bottoms: likewise.
    """

    pieces: Pieces
    order: Sequence[Sequence[int]]
    widths: Sequence[int]
    centre: Sequence[int]
    tops: Sequence[int]
    bottoms: Sequence[int]

    def link(self, chain: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """Return the points of a link: it passes where its bends stand."""
        row, start, end = self.pieces.row, chain[0], chain[-1]
        return (
            (self.centre[start], self.tops[row[start]]),
            *((self.centre[bend], y[row[bend]]) for bend in chain[1:-1] for y in (self.bottoms, self.tops)),
            (self.centre[end], self.bottoms[row[end]]),
        )

    def feedbacks(self, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], ...]]:
        """Yield the points of each feedback: between what stands in a row, near its straight line."""
        taken: Counter[tuple[int, int]] = Counter()
        row = self.pieces.row
        for start, end in pairs:
            leaves, enters = self.tops, self.bottoms
            if row[start] > row[end]:
                leaves, enters = enters, leaves
            step = 1 if row[start] < row[end] else -1
            begin, finish = (self.centre[one] - BOX_WIDTH // 2 + _FEEDBACK_LEFT for one in (start, end))
            points = [(begin, leaves[row[start]])]
            for passed in range(row[start] + step, row[end], step):
                share = (passed - row[start]) / (row[end] - row[start])
                wanted = begin + (finish - begin) * share
                gap = min((abs(x - wanted), x) for x in self._gaps(passed))[1]
                lane = _LANES[taken[passed, gap] % len(_LANES)]
                taken[passed, gap] += 1
                points += [(gap + lane, enters[passed]), (gap + lane, leaves[passed])]
            points.append((finish, (enters if row[start] != row[end] else leaves)[row[end]]))
            yield tuple(points)

    def _gaps(self, row: int) -> Iterator[int]:
        """Yield the middle between every two neighbours of a row, and beside the last one."""
        line = self.order[row]
        halves = [(self.centre[one], self.widths[one] // 2) for one in line]
        sides = [(middle - half, middle + half) for middle, half in halves]
        for (_, right), (left, _) in pairwise(sides):
            yield (right + left) // 2
        yield sides[-1][1] + GAP // 2


def layout(
    goals: Sequence[PlacedGoal],
    edges: Iterable[Edge],
    *,
    feedback: Iterable[Edge] = (),
    previous: Mapping[UUID, float] | None = None,
    work: float = MOST_WORK,
) -> Drawing:
    """Draw a tree.

    Args:
        goals: what to draw, each id once.
        edges: their links; a link to a goal that is not drawn is left out, and one given twice drawn once.
        feedback: links outside the order, from lower to upper; likewise. They change no place.
        previous: `Drawing.places` of an earlier state of this tree; what is still there keeps its order, see
            `best_order`. Ids of other goals are no matter.
        work: how hard to try against crossing lines, see `best_order`.

    Raises:
        DomainError: ``tree.cycle`` when some goal is, in the end, a means to itself.
    """
    number = {goal.id: place for place, goal in enumerate(goals)}
    edges = [edge for edge in dict.fromkeys(edges) if edge.lower in number and edge.upper in number]
    them = neighbours(number, edges)
    order = [number[goal] for goal in means_first(them)]
    if len(order) < len(goals):
        raise DomainError("tree.cycle")
    links = [(number[lower], number[upper]) for lower, upper in edges]
    pieces = cut(rows_of([goal.level for goal in goals], order, links), links)
    earlier = {number[goal]: x for goal, x in (previous or {}).items() if goal in number}
    rows = best_order(pieces, work=work, previous=earlier)
    widths = [BOX_WIDTH if one < len(goals) else 0 for one in range(len(pieces.row))]
    linked = [above + below for above, below in zip(pieces.above, pieces.below, strict=True)]
    centre = [MARGIN + place for place in centres(rows, linked, widths, GAP)]
    texts = [wrap(goal.text, _TEXT_ROOM) for goal in goals]
    heights = [
        _FOOT + _LINE * max(1, *(len(texts[one].lines) for one in row if one < len(goals))) for row in rows
    ]
    back = [
        (number[lower], number[upper])
        for lower, upper in dict.fromkeys(feedback)
        if lower in number and upper in number and lower != upper
    ]
    over = any(pieces.row[lower] == pieces.row[upper] == len(rows) - 1 for lower, upper in back)
    height = sum(heights) + ROW_GAP * max(len(rows) - 1, 0) + 2 * MARGIN + over * _FEEDBACK_ROOM
    bottoms = [height - MARGIN - up for up in accumulate((tall + ROW_GAP for tall in heights), initial=0)]
    tops = [bottom - tall for bottom, tall in zip(bottoms, heights, strict=False)]
    drawn = _Rows(pieces=pieces, order=rows, widths=widths, centre=centre, tops=tops, bottoms=bottoms)
    returning = [
        Curve(goals[lower].id, goals[upper].id, points)
        for (lower, upper), points in zip(back, drawn.feedbacks(back), strict=True)
    ]
    right = [centre[one] + widths[one] // 2 for one in range(len(centre))]
    return Drawing(
        width=max([MARGIN, *right, *(x for curve in returning for x, _ in curve.points)]) + MARGIN,
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
        curves=tuple(
            Curve(goals[chain[0]].id, goals[chain[-1]].id, drawn.link(chain)) for chain in pieces.chains
        ),
        crossings=crossings(pieces, rows),
        feedback=tuple(returning),
    )
