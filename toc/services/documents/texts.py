"""What is read from a document: its text, and where in it pages begin and people speak."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from toc.domain.errors import DomainError
from toc.domain.transcripts import Turn


class MediaType(StrEnum):
    """The kinds of document that can be read, by the name that the internet has for them."""

    TEXT = "text/plain"
    HTML = "text/html"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ODT = "application/vnd.oasis.opendocument.text"
    VTT = "text/vtt"
    SRT = "application/x-subrip"


class Page(NamedTuple):
    """Where a page begins.

    Attributes:
        start: place of its first character in the text, in code points from 0.
        number: counts the pages of the file from 1, whatever is printed on them.
    """

    start: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    r"""The text of a document.

    Attributes:
        text: in composed letters (Unicode NFC), lines end in ``\n``, no other control signs than tabs.
        media_type: what the file is by its content, whatever its name says.
        turns: who says what, in the order of the text; empty where nobody is marked as speaker.
        pages: for a PDF one for each page, also for those without text; else empty.
        title: as the document itself says, on one line; None when it has none.
        warnings: keys of sentences about what may differ from what its maker sees.
    """

    text: str
    media_type: MediaType
    turns: tuple[Turn, ...] = ()
    pages: tuple[Page, ...] = ()
    title: str | None = None
    warnings: tuple[str, ...] = ()


_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\u00ad\ufeff\ufffe\uffff]")
# Composing takes time with the square of the marks on one letter: a million marks would take hours.
# So a longer run of what may compose (from U+0300 on) is composed in pieces.
_WITH_MARKS = re.compile("[^\x00-\x20]?[\u0300-\U0010ffff]{1,100}")


def clean(text: str) -> str:
    r"""Return a text with ``\n`` for every end of line, composed letters, and without signs that nobody sees.

    Left out are control signs, soft hyphens and byte order marks; also NUL, which no database takes.
    """
    text = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))
    return _WITH_MARKS.sub(lambda word: unicodedata.normalize("NFC", word[0]), text)


def one_line(text: str, most: int) -> str | None:
    """Return a title on one line, cut after so many characters; None when there is nothing to read."""
    return " ".join(clean(text[: 10 * most]).split())[:most].rstrip() or None


def check_length(characters: int, most: int) -> None:
    """Refuse a text with more characters than this.

    Raises:
        DomainError: ``document.too_long``, with ``most``.
    """
    if characters > most:
        raise DomainError("document.too_long", most=most)


_BLANK = re.compile(r"[^\S\u00a0]+")


class Lines:
    """Gathers the text of a document from its pieces, and stops as soon as there is too much of it."""

    def __init__(self, most: int) -> None:
        """Begin with nothing; more characters than ``most`` are refused."""
        self._most = most
        self._pieces: list[str] = []
        self._length = 0
        self._blank = False
        """Between the last piece and the next one stands a blank, if they are on one line."""
        self._begun = False
        """Something stands on the line, or in the cell, that is being written."""

    def _add(self, piece: str) -> None:
        self._length += len(piece)
        check_length(self._length, self._most)
        self._pieces.append(piece)
        self._begun = piece != "\n"

    def exact(self, piece: str) -> None:
        """Add a piece with all its blanks.

        Raises:
            DomainError: ``document.too_long``, as all others here.
        """
        if piece:
            self._settle()
            self._add(piece)

    def blanks(self, count: int) -> None:
        """Add so many blanks, without making them first: a file may ask for a thousand million."""
        check_length(self._length + count, self._most)
        self.exact(" " * count)

    def flowing(self, piece: str) -> None:
        """Add a piece in which any number of blanks and line ends counts as one blank."""
        words = _BLANK.sub(" ", piece)
        self._blank = self._blank or words.startswith(" ")
        if words.strip(" "):
            self.exact(words.strip(" "))
            self._blank = words.endswith(" ")

    def _settle(self) -> None:
        """Write the blank that is due."""
        if self._blank and self._begun:
            self._add(" ")
        self._blank = False

    def end_line(self) -> None:
        """End the line, also an empty one."""
        self._blank = False
        self._add("\n")

    def fresh_line(self) -> None:
        """End the line if something stands on it."""
        self._blank = False
        if self._begun:
            self._add("\n")

    def next_cell(self) -> None:
        """Go on behind a tab on the same line, though the cell before has ended its own."""
        self._blank = False
        if self._pieces and self._pieces[-1] == "\n":
            self._pieces.pop()
            self._length -= 1
        self._add("\t")
        self._begun = False

    def text(self) -> str:
        """Return the whole, without blanks at the ends of lines and without more than one empty line."""
        lines = (line.rstrip() for line in clean("".join(self._pieces)).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
