"""A picture on one page of paper: title and day above, legend below, and the picture as large as fits."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from toc.charts import fonts
from toc.charts.shapes import Disc, Entry, Ink, Path, Rect, Shape, Sheet, Words
from toc.charts.tree_svg import INK, MUTED, flow, moved
from toc.domain.goals.wrapping import wrap


class Paper(StrEnum):
    """A size of paper, lying."""

    A3 = "a3"
    A4 = "a4"


_MM: Final = 72 / 25.4
SIZES: Final = {Paper.A3: (420, 297), Paper.A4: (297, 210)}
"""Width and height in millimetres."""

_AROUND: Final = 10 * _MM
_TITLE: Final = 16.0
_ABOUT: Final = 10.0
_MOST_SCALE: Final = 1.0
"""A pixel is at most a point: a tree of three goals does not fill the page."""
_LEGEND_SIZES: Final = (8.0, 7.0, 6.0, 5.0, 4.0)
_PIXELS: Final = 14
"""The size of letters that labels are measured at."""
_ROW: Final = 22
_MOST_LEGEND: Final = 0.3
"""Part of the page that the legend may take."""
_MOST_NOTES: Final = 4

_drawing = Lock()
"""The fonts of ReportLab are shared by all files of a process, so one is written at a time."""


def tree_pdf(sheet: Sheet, paper: Paper) -> bytes:
    """Return a PDF of one page, with its fonts in it."""
    with _drawing:
        written = io.BytesIO()
        width, height = (side * _MM for side in SIZES[paper])
        canvas = Canvas(
            written, pagesize=(width, height), invariant=1, lang=sheet.language, initialFontName="Helvetica"
        )
        canvas.setTitle(sheet.title)
        canvas.setSubject(sheet.about)
        _Page(canvas, height).draw(sheet, width)
        canvas.showPage()
        canvas.save()
        return written.getvalue()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where pixels go: the point of the page for (0, 0), counted from its top, and points per pixel."""

    left: float
    top: float
    scale: float


class _Page:
    """One page; its own y grows upwards, that of shapes downwards."""

    def __init__(self, canvas: Any, height: float) -> None:  # noqa: ANN401 - ReportLab has no types
        self.canvas = canvas
        self.height = height

    def draw(self, sheet: Sheet, width: float) -> None:
        """Draw the whole page."""
        room = width - 2 * _AROUND
        top = _AROUND + _TITLE
        self._line(sheet.title, _AROUND, top, room, size=_TITLE, bold=True, colour=INK)
        top += _ABOUT * 1.5
        self._line(sheet.about, _AROUND, top, room, size=_ABOUT, bold=False, colour=MUTED)
        top += 8
        foot = self._foot(sheet, room)
        scale = min(_MOST_SCALE, room / sheet.width, (self.height - foot - top) / sheet.height)
        left = _AROUND + (room - sheet.width * scale) / 2
        self._shapes(sheet.shapes, _Place(left, top, scale))

    def _line(
        self, text: str, x: float, y: float, room: float, *, size: float, bold: bool, colour: str
    ) -> None:
        """Write one line, in smaller letters where it would not fit."""
        wide = fonts.width(text, size, bold=bold)
        size = size * min(1.0, room / wide) if wide else size
        words = Words(x=0, y=0, text=text, size=size, colour=colour, is_bold=bold)
        self._shapes([words], _Place(x, y, 1))

    def _foot(self, sheet: Sheet, room: float) -> float:
        """Write legend and notes at the foot of the page; return how much of it they take."""
        rows, notes, scale = self._fitting(sheet, room)
        tall = (len(rows) + len(notes)) * _ROW * scale
        top = self.height - _AROUND - tall
        for number, row in enumerate(rows):
            at = _Place(_AROUND, top + number * _ROW * scale, scale)
            for left, entry in row:
                self._shapes(list(moved(entry.shapes, left, 0)), at)
                words = Words(x=left + 36, y=15, text=entry.label, size=_PIXELS, colour=INK)
                self._shapes([words], at)
        for number, note in enumerate(notes, start=len(rows)):
            words = Words(x=0, y=15, text=note, size=_PIXELS, colour=MUTED)
            self._shapes([words], _Place(_AROUND, top + number * _ROW * scale, scale))
        return tall + _AROUND + 6

    def _fitting(self, sheet: Sheet, room: float) -> tuple[list[list[tuple[float, Entry]]], list[str], float]:
        """Return the legend in rows, the notes in lines and points per pixel: the largest that leave room."""
        most = self.height * _MOST_LEGEND
        found: list[tuple[list[list[tuple[float, Entry]]], list[str], float]] = []
        for size in _LEGEND_SIZES:
            scale = size / _PIXELS
            rows = flow(sheet.legend, room / scale)
            notes = [line for note in sheet.notes for line in wrap(note, room / scale, _MOST_NOTES).lines]
            found.append((rows, notes, scale))
            if (len(rows) + len(notes)) * _ROW * scale <= most:
                break
        rows, notes, scale = found[-1]
        return rows[: int(most / (_ROW * scale))], notes, scale

    def _shapes(self, shapes: Sequence[Shape], place: _Place) -> None:
        for shape in shapes:
            if isinstance(shape, Words):
                self._words(shape, place)
            else:
                self._form(shape, place)

    def _at(self, x: float, y: float, place: _Place) -> tuple[float, float]:
        return place.left + x * place.scale, self.height - place.top - y * place.scale

    def _form(self, shape: Rect | Disc | Path, place: _Place) -> None:
        self._ink(shape.ink, place.scale)
        how = {"stroke": int(bool(shape.ink.stroke)), "fill": int(bool(shape.ink.fill))}
        scale = place.scale
        if isinstance(shape, Rect):
            x, y = self._at(shape.x, shape.y + shape.height, place)
            self.canvas.roundRect(
                x, y, shape.width * scale, shape.height * scale, shape.radius * scale, **how
            )
        elif isinstance(shape, Disc):
            self.canvas.circle(*self._at(shape.x, shape.y, place), shape.radius * scale, **how)
        else:
            self.canvas.drawPath(self._path(shape, place), **how)

    def _path(self, shape: Path, place: _Place) -> Any:  # noqa: ANN401 - as __init__
        path = self.canvas.beginPath()
        does = {"M": path.moveTo, "L": path.lineTo, "C": path.curveTo, "Z": path.close}
        for name, at in shape.steps:
            points = zip(at[::2], at[1::2], strict=True)
            does[name](*(value for x, y in points for value in self._at(x, y, place)))
        return path

    def _ink(self, ink: Ink, scale: float) -> None:
        if ink.fill:
            self.canvas.setFillColor(HexColor(ink.fill))
        if ink.stroke:
            self.canvas.setStrokeColor(HexColor(ink.stroke))
        self.canvas.setLineWidth(ink.width * scale)
        self.canvas.setDash([length * scale for length in ink.dash])
        self.canvas.setLineCap(int(ink.is_round))
        self.canvas.setLineJoin(1)

    def _words(self, words: Words, place: _Place) -> None:
        size = words.size * place.scale
        x, y = self._at(words.x, words.y, place)
        wide = fonts.width(words.text, size, bold=words.is_bold)
        x -= {"start": 0.0, "middle": wide / 2, "end": wide}[words.anchor]
        text = self.canvas.beginText(x, y)
        text.setFillColor(HexColor(words.colour))
        for run in fonts.runs(words.text, bold=words.is_bold):
            text.setFont(run.font, size)
            text.textOut(run.text)
        self.canvas.drawText(text)
