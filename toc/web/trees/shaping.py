"""From the picture of a page to shapes that are a picture on their own: the same boxes, lines and signs."""

from collections.abc import Iterator, Mapping
from typing import Final

from toc.charts.shapes import (
    KEY_HEIGHT,
    KEY_WIDTH,
    Disc,
    Entry,
    Ink,
    Named,
    Path,
    Rect,
    Shape,
    Sheet,
    Step,
    Words,
    arrow,
    bar,
    curve,
    half_disc,
    polyline,
)
from toc.charts.tree_svg import moved
from toc.domain.goals.drawing import RADIUS, ROW_GAP
from toc.web.goals.pictures import DrawnGoal, DrawnLink, Picture
from toc.web.trees.inks import DOTS, TOKENS, ink, status_colour

_BAR: Final = 8
_NAME, _NOTE, _NUMBER, _MARK = 14.0, 12.5, 11.0, 14.0
_LOWER: Final = 0.36
"""How far below its middle the foot of a number stands, in letters."""
_ROUND: Final = 11
_ARROW: Final = 11
_MOVED: Final = "\N{UP DOWN ARROW}"
"""A mark that fonts seldom have, so that it is drawn."""
_STATUSES: Final = frozenset({"reached", "on_track", "behind", "no_data", "not_judged", "overdue", "harm"})


def sheet_of(picture: Picture, *, title: str, about: str, language: str, notes: tuple[str, ...]) -> Sheet:
    """Return a picture with what has to stand around it.

    Args:
        picture: as the page has it.
        title: above it.
        about: below the title.
        language: of its texts.
        notes: below the legend.
    """
    return Sheet(
        title=title,
        about=about,
        language=language,
        width=picture.drawing.width,
        height=picture.drawing.height,
        under=tuple(_lines(picture)),
        goals=tuple(Named(name=goal.label, shapes=tuple(_goal(goal))) for goal in picture.goals),
        over=tuple(shape for link in picture.links if link.number for shape in _sure(link)),
        legend=tuple(_entry(kind, str(label)) for kind, label in picture.legend),
        notes=notes,
    )


def _lines(picture: Picture) -> Iterator[Shape]:
    curves = (*picture.drawing.curves, *picture.drawing.feedback)
    for link, line in zip(picture.links, curves, strict=True):
        steps = curve(line.points, ROW_GAP // 2)
        how = ink(link.look)
        yield Path(steps=steps, ink=how)
        if link.is_feedback:
            yield arrow(steps, _ARROW, how.stroke)


def _sure(link: DrawnLink) -> Iterator[Shape]:
    yield Disc(x=link.x, y=link.y, radius=10, ink=ink("tree__sure"))
    yield _number(link.x, link.y, link.number, TOKENS["ink"])


def _goal(goal: DrawnGoal) -> Iterator[Shape]:
    box = goal.box
    look = goal.look + (" tree__box--current" if goal.is_root or goal.is_on_path else "")
    yield Rect(x=box.x, y=box.y, width=box.width, height=box.height, radius=RADIUS, ink=ink(look))
    yield Path(steps=bar(box.x, box.y, box.height, width=_BAR, radius=RADIUS), ink=ink(goal.bar))
    for line in box.lines:
        yield Words(x=line.x, y=line.y, text=line.text, size=_NAME, colour=TOKENS["ink"])
    x, y = box.sign
    if goal.sign:
        yield from moved(tuple(_sign(goal.sign)), goal.sign_x, goal.sign_y)
    if goal.rung:
        yield Disc(x=x, y=y, radius=_ROUND, ink=ink(f"tree__rung tree__rung--{goal.rung}"))
        light = goal.rung in {"3", "4", "5"}
        yield _number(x, y, goal.rung, TOKENS["on-brand" if light else "ink"])
    if goal.mark:
        yield from moved(tuple(_mark(goal.mark)), x, y)
    for dot in goal.dots:
        yield Disc(x=dot.x, y=dot.y, radius=dot.radius, ink=ink(dot.look))
        if dot.number:
            yield _number(
                dot.x, dot.y, dot.number, TOKENS["ink" if "--open" in dot.number_look else "on-brand"]
            )
    yield from _foot(goal)


def _foot(goal: DrawnGoal) -> Iterator[Shape]:
    y = goal.level_y
    if goal.level:
        yield Words(x=goal.level_x, y=y, text=goal.level, size=_NOTE, colour=TOKENS["muted"], anchor="end")
    if goal.note:
        yield Words(x=goal.note_x, y=y, text=goal.note, size=_NOTE, colour=TOKENS["ink"], is_bold=True)
    if goal.more:
        yield Words(x=goal.more_x, y=y, text=goal.more, size=_NOTE, colour=TOKENS["muted"])
    if goal.fold and goal.fold.text.startswith("+"):  # how many goals are folded below it
        fold, frame = goal.fold, Ink(fill=TOKENS["card"], stroke=TOKENS["line-strong"], width=1.4)
        yield Rect(x=fold.left, y=fold.top, width=fold.width, height=24, radius=12, ink=frame)
        yield _number(fold.x, fold.y, fold.text, TOKENS["ink"], 13)


def _number(x: float, y: float, text: str, colour: str, size: float = _NUMBER) -> Words:
    return Words(x=x, y=y + _LOWER * size, text=text, size=size, colour=colour, is_bold=True, anchor="middle")


def _mark(mark: str) -> Iterator[Shape]:
    """Yield a mark around (0, 0)."""
    yield Disc(x=0, y=0, radius=_ROUND, ink=ink("tree__mark"))
    if mark != _MOVED:
        yield _number(0, 0, mark, TOKENS["ink"], _MARK)
        return
    how = Ink(stroke=TOKENS["ink"], width=1.8, is_round=True)
    for steps in (
        polyline((0, -6), (0, 6)),
        polyline((-3, -3), (0, -6), (3, -3)),
        polyline((-3, 3), (0, 6), (3, 3)),
    ):
        yield Path(steps=steps, ink=how)


def _sign(status: str) -> Iterator[Shape]:
    """Yield the sign of a status in a room of 20 by 20, as `ui.sign` draws it."""
    colour = status_colour(status)

    def line(steps: tuple[Step, ...], width: float) -> Path:
        return Path(steps=steps, ink=Ink(stroke=colour, width=width, is_round=True))

    def ring(radius: float) -> Disc:
        return Disc(x=10, y=10, radius=radius, ink=Ink(stroke=colour, width=2.2))

    if status == "reached":
        yield line(polyline((4, 10.5), (8.2, 15), (16, 5.5)), 2.6)
    elif status == "on_track":
        yield ring(7)
        yield Path(steps=half_disc(10, 10, 7), ink=Ink(fill=colour))
    elif status == "behind":
        yield line(polyline((10, 3.5), (10, 11.5)), 3)
        yield Disc(x=10, y=16, radius=1.9, ink=Ink(fill=colour))
    elif status == "no_data":
        yield ring(6.5)
    elif status == "not_judged":
        yield ring(7)
        yield line(polyline((8, 7.2), (8, 12.8)), 2)
        yield line(polyline((12, 7.2), (12, 12.8)), 2)
    elif status == "overdue":
        yield ring(7)
        yield line(polyline((10, 6), (10, 10.4), (13, 12.4)), 2.2)
    else:
        yield line(polyline((5, 5), (15, 15)), 2.8)
        yield line(polyline((15, 5), (5, 15)), 2.8)


_LINES: Final[Mapping[str, Ink]] = {
    "line-strong": Ink(stroke=TOKENS["line-strong"], width=4),
    "line-belief": Ink(stroke=TOKENS["line-strong"], width=2, dash=(5, 5)),
    "line-key": Ink(stroke=TOKENS["ink"], width=2),
    "line-refuted": Ink(stroke=TOKENS["harm"], width=2, dash=(2, 4)),
    "line-feedback": Ink(stroke=TOKENS["ink"], width=2, dash=(1, 6), is_round=True),
    "line-thread": Ink(stroke=TOKENS["accent"], width=4),
}


def _entry(kind: str, label: str) -> Entry:
    """Return an entry of the legend; a mark is told before its label."""
    middle_x, middle_y = KEY_WIDTH / 2, KEY_HEIGHT / 2
    if kind == "mark":
        mark, _, word = label.partition(" ")
        return Entry(shapes=tuple(moved(tuple(_mark(mark)), middle_x, middle_y)), label=word)
    if kind in _STATUSES:
        return Entry(shapes=tuple(moved(tuple(_sign(kind)), middle_x - 10, 0)), label=label)
    if kind in _LINES:
        return Entry(
            shapes=(Path(steps=polyline((1, middle_y), (KEY_WIDTH - 1, middle_y)), ink=_LINES[kind]),),
            label=label,
        )
    if kind == "hidden":
        frame = Ink(fill=TOKENS["card"], stroke=TOKENS["line-strong"], width=1.5, dash=(6, 4))
        return Entry(shapes=(Rect(x=3, y=3, width=22, height=14, radius=3, ink=frame),), label=label)
    return Entry(shapes=(Disc(x=middle_x, y=middle_y, radius=6, ink=_key(kind)),), label=label)


def _key(kind: str) -> Ink:
    """Return the dot of a party, or of what parties can think."""
    what, _, which = kind.rpartition("-")
    if what == "dot":
        return Ink(fill=DOTS[int(which) - 1], stroke=DOTS[int(which) - 1])
    dash = (2.5, 2.0) if which == "neutral" else ()
    return Ink(fill=TOKENS["card"], stroke=TOKENS["ink"], width=2, dash=dash)
