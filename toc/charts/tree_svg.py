"""The page around a picture that is to be one SVG file: title above, legend and notes below."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from toc.charts.shapes import KEY_WIDTH, Entry, Path, Shape, Sheet, Step, Words
from toc.domain.goals.wrapping import width as width_of
from toc.domain.goals.wrapping import wrap

INK: Final = "#1c2a26"
MUTED: Final = "#52615b"
_LEAST_WIDTH: Final = 640
_AROUND: Final = 16
_TITLE: Final = 20
_SIZE: Final = 14
_LINE: Final = 22
_BETWEEN: Final = 22
_AFTER_KEY: Final = 8
MOST_LABEL: Final = 320
"""Pixels of a label of the legend, at 14 pixels a letter; a longer one is cut."""


@dataclass(frozen=True, slots=True)
class Page:
    """A picture with all around it, as shapes.

    Attributes:
        left, top: where the picture itself begins.
        around: the shapes of title, legend and notes.
    """

    width: float
    height: float
    left: float
    top: float
    around: tuple[Shape, ...]


def page(sheet: Sheet) -> Page:
    """Return the page of a picture, as wide as it needs."""
    width = max(sheet.width, _LEAST_WIDTH) + 2 * _AROUND
    top = _AROUND + _TITLE + _LINE + 10
    foot = top + sheet.height + 12
    around: list[Shape] = [
        Words(
            x=_AROUND,
            y=_AROUND + _TITLE,
            text=cut(sheet.title, (width - 2 * _AROUND) * _SIZE / _TITLE),
            size=_TITLE,
            colour=INK,
            is_bold=True,
        ),
        Words(
            x=_AROUND,
            y=_AROUND + _TITLE + _LINE,
            text=cut(sheet.about, width - 2 * _AROUND),
            size=_SIZE,
            colour=MUTED,
        ),
    ]
    rows = flow(sheet.legend, width - 2 * _AROUND)
    for number, row in enumerate(rows):
        for left, entry in row:
            around.extend(moved(entry.shapes, _AROUND + left, foot + number * _LINE))
            around.append(
                Words(
                    x=_AROUND + left + KEY_WIDTH + _AFTER_KEY,
                    y=foot + number * _LINE + 15,
                    text=entry.label,
                    size=_SIZE,
                    colour=INK,
                )
            )
    foot += len(rows) * _LINE
    for note in sheet.notes:
        for line in wrap(note, width - 2 * _AROUND, 4).lines:
            foot += _LINE
            around.append(Words(x=_AROUND, y=foot, text=line, size=_SIZE, colour=MUTED))
    return Page(width, foot + _AROUND, _AROUND + (width - 2 * _AROUND - sheet.width) / 2, top, tuple(around))


def cut(text: str, room: float) -> str:
    """Return a text in one line of so many pixels, in letters of 14, with an ellipsis where it was cut."""
    return wrap(text, room, 1).lines[0] if text.strip() else ""


def flow(entries: Sequence[Entry], room: float) -> list[list[tuple[float, Entry]]]:
    """Return the entries of a legend in rows, each with its left side; labels that are too long are cut."""
    rows: list[list[tuple[float, Entry]]] = []
    left = room + 1.0
    for one in entries:
        entry = replace(one, label=cut(one.label, min(MOST_LABEL, room - KEY_WIDTH - _AFTER_KEY)))
        wide = KEY_WIDTH + _AFTER_KEY + width_of(entry.label)
        if left + wide > room:
            rows.append([])
            left = 0.0
        rows[-1].append((left, entry))
        left += wide + _BETWEEN
    return rows


def moved(shapes: Sequence[Shape], right: float, down: float) -> Iterator[Shape]:
    """Yield shapes at another place."""
    for shape in shapes:
        if isinstance(shape, Path):
            yield replace(shape, steps=tuple(_moved(step, right, down) for step in shape.steps))
        else:
            yield replace(shape, x=shape.x + right, y=shape.y + down)


def _moved(step: Step, right: float, down: float) -> Step:
    name, at = step
    return name, tuple(value + (down if place % 2 else right) for place, value in enumerate(at))
