"""The letters of PDF files: those of the pages, taken along in the file, and others where these have none."""

import io
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as EmbeddedFont

from toc import resources

_FILES: Final = (
    "atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2",
)
"""Of the pages, in the order in which a letter is looked for."""

_FALLBACK: Final = {False: "Vera.ttf", True: "VeraBd.ttf"}
"""Bitstream Vera, which comes with ReportLab."""

_WEIGHT: Final = {False: 400, True: 700}
_POSTSCRIPT_NAME: Final = 6
_UNKNOWN: Final = "?"
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


class Run(NamedTuple):
    """A stretch of text in one font."""

    font: str
    text: str


@cache
def _fonts(*, bold: bool) -> tuple[tuple[str, frozenset[int]], ...]:
    """Return the fonts of a weight, each with the characters that it has; made once per process."""
    found = []
    for place, name in enumerate(_FILES):
        file = resources.static() / "vendor" / "fonts" / name
        if file.is_file():  # an installation without its front-end files still writes PDF
            called = f"Toc{place}{'Bold' if bold else ''}"
            found.append(_registered(called, _static(str(file), called, bold=bold)))
    found.append(_registered(f"Vera{'Bold' if bold else ''}Toc", _FALLBACK[bold]))
    return tuple(found)


def _static(path: str, called: str, *, bold: bool) -> io.BytesIO:
    """Return one weight of a variable font of the web as TrueType, which PDF can hold.

    The parts of a font all have its name; in a PDF they need names of their own.
    """
    font = instancer.instantiateVariableFont(TTFont(path), {"wght": _WEIGHT[bold]})
    for record in font["name"].names:
        if record.nameID == _POSTSCRIPT_NAME:
            record.string = f"Atkinson{called}"
    font.flavor = None
    written = io.BytesIO()
    font.save(written)
    written.seek(0)
    return written


def _registered(name: str, source: Any) -> tuple[str, frozenset[int]]:  # noqa: ANN401 - a path or an open file
    font = EmbeddedFont(name, source)
    pdfmetrics.registerFont(font)
    return name, frozenset(font.face.charToGlyph)


@lru_cache(maxsize=4096)
def _font_of(character: str, *, bold: bool) -> str | None:
    return next((name for name, has in _fonts(bold=bold) if ord(character) in has), None)


def _drawable(text: str, *, bold: bool) -> Iterator[str]:
    """Yield what can be drawn: a letter without its accent rather than none, and else a question mark."""
    for character in unicodedata.normalize("NFC", text):
        if unicodedata.category(character) in _INVISIBLE:
            continue
        if _font_of(character, bold=bold):
            yield character
            continue
        plain = [
            one
            for one in unicodedata.normalize("NFKD", character)
            if not unicodedata.combining(one) and _font_of(one, bold=bold)
        ]
        if plain:
            yield from plain
        elif not unicodedata.combining(character):
            yield _UNKNOWN


def runs(text: str, *, bold: bool = False) -> tuple[Run, ...]:
    """Return a text in stretches of one font each; never fails, whatever the text holds."""
    found: list[Run] = []
    for character in _drawable(text, bold=bold):
        font = _font_of(character, bold=bold) or _fonts(bold=bold)[-1][0]
        if found and found[-1].font == font:
            found[-1] = Run(font, found[-1].text + character)
        else:
            found.append(Run(font, character))
    return tuple(found)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is, in the unit of its size."""
    return float(sum(pdfmetrics.stringWidth(run.text, run.font, size) for run in runs(text, bold=bold)))
