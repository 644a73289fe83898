"""Coding: what a passage of an interview is about, and how a text is cut so that marks can be shown in it."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from toc.domain.interviews import Passage, is_taken_back, sentences


class CodeUse(StrEnum):
    """What an entry of the codebook stands for, when it is not a goal."""

    ASSUMPTION = "assumption"
    CONDITION = "condition"
    CONFLICT = "conflict"
    SIDE_EFFECT = "side_effect"
    HARM = "harm"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text.

    Attributes:
        start: place of its first character, in code points from 0.
        end: place after its last character.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence that is marked the same throughout.

    Attributes:
        start: place of its first character.
        end: after its last character.
        marks: numbers of the marks over it, the shortest first; each is a place in the sequence of marks.
        hit: whether it is part of what was searched for.
        gone: whether its speaker took it back.
    """

    start: int
    end: int
    marks: tuple[int, ...]
    hit: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, cut in pieces, with the white space that follows it left out."""

    passage: Passage
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a text.

    Attributes:
        speaker: who begins to speak in it; "" when nobody new does.
        sentences: of which at least one.
        begins: numbers of the marks that begin in it, in order.
    """

    speaker: str
    sentences: tuple[Sentence, ...]
    begins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Where somebody begins to speak in a text of several."""

    start: int
    speaker: str


def paragraphs(
    text: str, marks: Sequence[Span] = (), *, turns: Iterable[Turn] = (), search: str = ""
) -> tuple[Paragraph, ...]:
    """Cut a text into lines, sentences and pieces, so that every mark is a row of whole pieces.

    Marks may overlap and lie inside each other. Put together again, the pieces of a sentence are the
    sentence, word for word.

    Args:
        text: a whole answer or transcript.
        marks: passages of it.
        turns: who speaks where.
        search: words to find, whatever their capitals; "" for none.
    """
    found = _hits(text, search)
    edges = sorted({edge for span in (*marks, *found) for edge in (span.start, span.end)})
    order = sorted(range(len(marks)), key=lambda number: (marks[number].start, marks[number].end))
    starts = [marks[number].start for number in order]
    speaking = sorted(turns, key=lambda turn: turn.start)
    said, begun = 0, 0
    open_marks: list[int] = []
    out = []
    for line in _lines(text):
        parts = []
        for passage in sentences(text[line.start : line.end]):
            at = Passage(start=passage.start + line.start, end=passage.end + line.start, text=passage.text)
            until = bisect_left(starts, at.end)
            open_marks = [n for n in (*open_marks, *order[begun:until]) if marks[n].end > at.start]
            begun = max(begun, until)
            parts.append(Sentence(at, _pieces(text, at, edges, marks, open_marks, found)))
        if not parts:
            continue
        first, last = parts[0].passage.start, parts[-1].passage.end
        speaker = ""
        while said < len(speaking) and speaking[said].start < last:
            speaker, said = speaking[said].speaker, said + 1
        begins = order[bisect_left(starts, first) : bisect_left(starts, last)]
        out.append(Paragraph(speaker, tuple(parts), tuple(begins)))
    return tuple(out)


def _lines(text: str) -> Iterable[Span]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield Span(start, start + len(line))
        start += len(line)


def _hits(text: str, search: str) -> list[Span]:
    """Return where the words stand, whatever their capitals; letter by letter, so that places stay true."""
    wanted = [_small(letter) for letter in " ".join(search.split())]
    if not wanted:
        return []
    within = "".join(_small(letter) for letter in text)
    words, found, at = "".join(wanted), [], 0
    while (at := within.find(words, at)) >= 0:
        found.append(Span(at, at + len(words)))
        at += len(words)
    return found


def _small(letter: str) -> str:
    """Return a letter as a small one, if that is one letter too; white space as a space."""
    small = letter.lower()
    return " " if letter.isspace() else small if len(small) == 1 else letter


def _pieces(
    text: str,
    passage: Passage,
    edges: Sequence[int],
    marks: Sequence[Span],
    over: Sequence[int],
    hits: Sequence[Span],
) -> tuple[Piece, ...]:
    inner = edges[bisect_left(edges, passage.start + 1) : bisect_left(edges, passage.end)]
    pieces = []
    for start, end in pairwise((passage.start, *inner, passage.end)):
        covering = [n for n in over if marks[n].start <= start and end <= marks[n].end]
        covering.sort(key=lambda number: marks[number].end - marks[number].start)
        at = bisect_left(hits, end, key=lambda span: span.start) - 1
        pieces.append(
            Piece(
                start,
                end,
                tuple(covering),
                hit=at >= 0 and hits[at].end > start,
                gone=is_taken_back("".join(text[start:end].split())),
            )
        )
    return tuple(pieces)


def utf16_places(text: str, places: Iterable[int]) -> list[int]:
    """Return places as a browser counts them, in UTF-16 units: a character beyond U+FFFF is two.

    Args:
        text: the whole text.
        places: in code points.
    """
    beyond = [place for place, letter in enumerate(text) if letter > "\uffff"]
    return [place + bisect_left(beyond, place) for place in places]
