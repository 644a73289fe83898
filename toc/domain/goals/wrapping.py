"""Goals in a few short lines: text in a picture does not wrap by itself, so it is measured here.

Widths are those of Atkinson Hyperlegible Next, weight 400, in thousandths of the type size and without
kerning, as Chromium measures them with the font files that the pages load. Where a reader's browser has only
a wider font (Noto Sans: 12 % wider) the boxes leave room for it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

TYPE_SIZE = 14
"""In pixels, as the style sheet of the tree sets it."""

MOST_LINES = 3
ELLIPSIS = "…"

_UNKNOWN = 1000
"""A character that the table does not know takes a whole em: too much in most scripts, seldom too little."""

_PICTURE = 1400
"""An emoji or other pictorial sign: 1.25 em in Noto Color Emoji, up to 1.37 em in Segoe UI Emoji."""

_KEYCAP = 800
"""What a digit gets wider by when U+20E3 makes it a key."""

_TAKES_NO_ROOM = frozenset({"Mn", "Me", "Cf"})
"""Unicode categories of accents set on another letter and of invisible characters."""

_BY_WIDTH = {
    160: "'",
    210: ",.:;",
    236: "\u2018\u2019\u201a",
    237: "|",
    240: "·",
    243: "`\u00b4",
    245: "j",
    252: "i\u0131",
    262: "l",
    280: " \u00a0",
    286: "!¡",
    296: "ł",
    299: "()",
    301: '"',
    314: "f",
    317: "[",
    326: "t",
    344: "]{}",
    349: "r",
    352: "°",
    362: "-\u2010\u2011",
    372: "_",
    387: "/\\",
    392: "I",
    399: "“”„",
    407: "1",
    438: "•",
    449: "y",
    450: "¿",
    460: "z",
    461: "v",
    471: "s",
    480: "?",
    481: "x",
    485: "*c",
    492: "k",
    504: "\u2013",
    510: "7",
    512: "J",
    525: "a",
    528: "§",
    532: "\u00d7",
    538: "e",
    540: "u",
    541: "L",
    548: "2oø",
    550: "hn",
    552: "F^",
    553: "<>",
    555: "~",
    558: "Tg",
    562: "«»",
    564: "dđ",
    565: "ð",
    566: "bpþ",
    569: "E",
    571: "Ł",
    574: "q",
    575: "Y",
    576: "3",
    579: "±",
    582: "ß",
    588: "5",
    592: "$PSÞ",
    593: "V",
    595: "9",
    598: "6",
    606: "+÷\u2212",
    607: "Z",
    610: "£",
    613: "B",
    614: "4R",
    615: "8",
    623: "X",
    626: "A",
    628: "=",
    631: "K",
    645: "C",
    648: "0",
    651: "#",
    664: "€",
    669: "D",
    670: ELLIPSIS,
    684: "w",
    689: "ÐĐ",
    690: "U",
    693: "N",
    694: "GH",
    714: "OØ",
    724: "Q",
    731: "&",
    778: "@",
    824: "M—",
    845: "m",
    856: "W",
    866: "æ",
    891: "Æ",
    919: "%",
    924: "œ",
    1006: "Œ",
    _KEYCAP: "\u20e3",
    8000: "\ufdfd",
}


class _Widths(dict[str, int]):
    """Width by character; an accented letter is as wide as the letter without its accent.

    A sign that stands for several letters, as some Arabic ones do for a whole sentence, is as wide as they.
    """

    def __missing__(self, character: str) -> int:
        base = unicodedata.normalize("NFD", character)[0]
        category = unicodedata.category(base)
        if category in _TAKES_NO_ROOM:
            return 0
        if base in self:
            return self[base]
        letters = unicodedata.normalize("NFKD", base)
        if len(letters) > 1:
            return sum(self[letter] for letter in letters)
        return _PICTURE if category == "So" else _UNKNOWN


_WIDTHS: Mapping[str, int] = MappingProxyType(
    _Widths({character: width for width, characters in _BY_WIDTH.items() for character in characters})
)


def width(text: str) -> float:
    """Return how wide a text is in pixels, at `TYPE_SIZE`."""
    return sum(_WIDTHS[character] for character in text) * TYPE_SIZE / 1000


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A text in lines, and whether some of it had to be left out."""

    lines: tuple[str, ...]
    is_shortened: bool = False


_PART = re.compile(r"[^-/\u2013]*[-/\u2013]+|[^-/\u2013]+")
"""A word may be broken after a hyphen, a dash or a slash."""


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Give what may not be broken, with what stands before it on the same line: a space or nothing."""
    for word in text.split():
        before = " "
        for part in _PART.findall(word):
            yield before, part
            before = ""


_JOINS = "\u200d"
"""What stands on both sides of this is one picture: a family, a flag."""


def _letters(text: str) -> list[str]:
    """Split a text into what a reader takes for one letter: with its accents, its colour of skin, its flag.

    Source: a short form of the Unicode Standard Annex 29, Unicode Text Segmentation.
    """
    if text.isascii():
        return list(text)
    letters: list[str] = []
    for character in text:
        last = letters[-1] if letters else ""
        belongs = (
            unicodedata.category(character) in _BELONGS
            or "\U0001f3fb" <= character <= "\U0001f3ff"
            or last.endswith(_JOINS)
            or (_is_half_a_flag(character) and _is_half_a_flag(last))
        )
        if last and belongs:
            letters[-1] += character
        else:
            letters.append(character)
    return letters


_BELONGS = frozenset({"Mn", "Me", "Mc", "Cf"})
"""Unicode categories of what is part of the letter before it."""


def _is_half_a_flag(letter: str) -> bool:
    return len(letter) == 1 and "\U0001f1e6" <= letter <= "\U0001f1ff"


_MOST_IN_LETTER = 16
"""Characters: room for every flag and family, and no tower of accents through the box above."""


def _tamed(text: str) -> str:
    """Return a text with an ellipsis for what a letter has too much of."""
    return "".join(
        letter if len(letter) <= _MOST_IN_LETTER else letter[:_MOST_IN_LETTER].rstrip(_JOINS) + ELLIPSIS
        for letter in _letters(text)
    )


_FEWEST_LEFT = 3


def _head(part: str, room: float) -> str:
    """Return as many letters of a part that is too wide as fit with a hyphen after them, one at least.

    Leaves `_FEWEST_LEFT` for the next line where it can. Of a letter that is wider than the room itself, such
    as a family of pictures, it returns the characters that fit.
    """
    room -= width("-")
    letters = _letters(part)
    if width(letters[0]) > room:
        letters = list(part)
    length, taken = 1, width(letters[0])
    while taken + width(letters[length]) <= room:
        taken += width(letters[length])
        length += 1
    return "".join(letters[: max(min(length, len(letters) - _FEWEST_LEFT), 1)])


def _hyphen(head: str, rest: str) -> str:
    """Return what a reader expects at the end of the line: nothing in numbers, pictures and Chinese."""
    last = _letters(head)[-1][0]
    in_a_word = last.isalpha() and rest[0].isalpha()
    return "-" if in_a_word and unicodedata.east_asian_width(last) not in {"W", "F"} else ""


def _lines(text: str, room: float) -> Iterator[str]:
    line = ""
    for before, whole in _parts(text):
        part = whole
        if line and width(line + before + part) <= room:
            line += before + part
            continue
        if line:
            yield line
        while width(part) > room and len(part) > 1:
            head = _head(part, room)
            part = part[len(head) :]
            yield head + _hyphen(head, part)
        line = part
    if line:
        yield line


def wrap(text: str, room: float, most_lines: int = MOST_LINES) -> Wrapped:
    """Break a text into lines of at most ``room`` pixels, between words where it can.

    A word that is wider than a line is broken, with a hyphen where one belongs. What does not fit in the
    lines is left out and an ellipsis says so; show the whole text elsewhere. A single character wider than
    the room stays whole.

    Args:
        text: any text; white space of all kinds becomes one space.
        room: width of a line in pixels, > 0.
        most_lines: >= 1.
    """
    whole = unicodedata.normalize("NFC", text)
    tamed = _tamed(whole)
    lines: list[str] = []
    for line in _lines(tamed, room):
        if len(lines) == most_lines:
            last = lines[-1].removesuffix("-").rstrip()
            kept = _letters(last) if len(_letters(last)) > 1 else list(last)
            while len(kept) > 1 and width("".join(kept).rstrip() + ELLIPSIS) > room:
                kept.pop()
            shown = "".join(kept)
            if last[len(shown) : len(shown) + 1].isalnum() and " " in shown.strip():
                shown = shown.rstrip().rpartition(" ")[0]  # half a word reads badly, aloud as well
            return Wrapped((*lines[:-1], shown.rstrip() + ELLIPSIS), is_shortened=True)
        lines.append(line)
    return Wrapped(tuple(lines), is_shortened=tamed != whole)
