"""A picture as shapes with their colours: what SVG, PDF and PNG are all made from.

Lengths are pixels as in `toc.domain.goals.drawing`; y grows downwards. A colour is "#rrggbb", "" for none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

Step = tuple[str, tuple[float, ...]]
"""A step of a path: M or L with a point, C with two handles and a point, Z with nothing; all absolute."""

Anchor = Literal["start", "middle", "end"]
"""Which part of a text stands at its place."""

_CORNER: Final = 0.5523
"""How far the handles of a Bézier curve stand that is nearly a quarter of a circle, in radii."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """How a shape is drawn.

    Attributes:
        fill: colour inside.
        stroke: colour of the line.
        width: of the line.
        dash: lengths of dashes and gaps; none: one line.
        is_round: the ends of lines and dashes are round.
    """

    fill: str = ""
    stroke: str = ""
    width: float = 1
    dash: tuple[float, ...] = ()
    is_round: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    """A rectangle with round corners."""

    x: float
    y: float
    width: float
    height: float
    radius: float
    ink: Ink
    kind: str = "rect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """A circle."""

    x: float
    y: float
    radius: float
    ink: Ink
    kind: str = "disc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A line of straight and curved steps."""

    steps: tuple[Step, ...]
    ink: Ink
    kind: str = "path"

    @property
    def data(self) -> str:
        """The steps as SVG writes them."""
        return "".join(name + " ".join(f"{value:g}" for value in at) for name, at in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text; y is the foot of its letters."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    is_bold: bool = False
    anchor: Anchor = "start"
    kind: str = "words"


Shape = Rect | Disc | Path | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Shapes that are one thing, and what that is called for who does not see it."""

    name: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the legend.

    Attributes:
        shapes: the sign, in a room of `KEY_WIDTH` by `KEY_HEIGHT`.
        label: what it means.
    """

    shapes: tuple[Shape, ...]
    label: str


KEY_WIDTH: Final = 28
KEY_HEIGHT: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A picture with what has to stand around it to be understood on its own.

    Attributes:
        title: above it.
        about: below the title: which programme, which day.
        language: of its texts, as "nl".
        width: of the picture.
        height: likewise.
        under: lines that stand below the rest.
        goals: in the order in which to read them.
        over: what stands above the rest.
        legend: below the picture.
        notes: sentences below the legend.
    """

    title: str
    about: str
    language: str
    width: float
    height: float
    under: tuple[Shape, ...]
    goals: tuple[Named, ...]
    over: tuple[Shape, ...]
    legend: tuple[Entry, ...]
    notes: tuple[str, ...]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """All shapes of the picture, the lowest first."""
        return (*self.under, *(shape for goal in self.goals for shape in goal.shapes), *self.over)


def curve(points: Sequence[tuple[float, float]], over: float) -> tuple[Step, ...]:
    """Return the steps of a line that bends between its points, as `Curve.path` does.

    Args:
        points: at least one.
        over: how far above its ends a line goes that begins and ends equally high.
    """
    steps: list[Step] = [("M", points[0])]
    for (x, y), (to_x, to_y) in pairwise(points):
        middle = (y + to_y) / 2 if y != to_y else y - over
        steps.append(("C", (x, middle, to_x, middle, to_x, to_y)))
    return tuple(steps)


def arrow(steps: Sequence[Step], size: float, colour: str) -> Path:
    """Return the head of an arrow at the end of a curve, which comes in from above or from below."""
    handle, (x, y) = steps[-1][1][-3], steps[-1][1][-2:]
    back = y - size if handle <= y else y + size
    half = size / 2
    corners: tuple[Step, ...] = (("M", (x - half, back)), ("L", (x, y)), ("L", (x + half, back)), ("Z", ()))
    return Path(steps=corners, ink=Ink(fill=colour))


def bar(x: float, y: float, height: float, *, width: float, radius: float) -> tuple[Step, ...]:
    """Return the steps of a bar whose left corners are round."""
    near = radius * (1 - _CORNER)
    foot = y + height
    return (
        ("M", (x + width, y)),
        ("L", (x + radius, y)),
        ("C", (x + near, y, x, y + near, x, y + radius)),
        ("L", (x, foot - radius)),
        ("C", (x, foot - near, x + near, foot, x + radius, foot)),
        ("L", (x + width, foot)),
        ("Z", ()),
    )


def half_disc(x: float, y: float, radius: float) -> tuple[Step, ...]:
    """Return the steps of the left half of a disc."""
    far = radius * _CORNER
    return (
        ("M", (x, y - radius)),
        ("C", (x - far, y - radius, x - radius, y - far, x - radius, y)),
        ("C", (x - radius, y + far, x - far, y + radius, x, y + radius)),
        ("Z", ()),
    )


def polyline(*points: tuple[float, float]) -> tuple[Step, ...]:
    """Return the steps of straight lines from point to point."""
    return tuple(("L" if place else "M", point) for place, point in enumerate(points))
