"""Documents that interviews were read from: whose words stand where, and on which page."""

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from toc.domain.errors import DomainError
from toc.domain.transcripts import Turn


class Part(NamedTuple):
    """A turn, and whether it holds words of the respondent.

    Attributes:
        start: place of its first character, in code points from 0.
        end: place after its last character.
        speaker: the name before it.
        own: the respondent speaks, not the interviewer or somebody else.
    """

    start: int
    end: int
    speaker: str
    own: bool


class Span(NamedTuple):
    """A piece of a text, from a character to before another one, in code points from 0."""

    start: int
    end: int


_ASKING = re.compile(
    r"(?:interview(?:er|ster)|moderator|facilitator|gespreksleider|begeleider|onderzoeker|researcher"
    r"|evaluator|vraag|question|int|mod|[iqv])\.?(?:\s?#?\d{1,3}[a-z]?)?",
    re.IGNORECASE,
)


def asks(speaker: str) -> bool:
    """Tell whether somebody is called as those who ask the questions are: a guess, which people mend."""
    return _ASKING.fullmatch(speaker.strip()) is not None


def parts(turns: Iterable[Turn], own: Collection[str] | None) -> tuple[Part, ...]:
    """Return the turns of a transcript with whose words each holds.

    Args:
        turns: as they were found.
        own: the speakers whose words are the respondent's; None when the names were no speakers at all, so
            that the whole text is theirs.

    Returns:
        In the order of the text; none when the whole text is the respondent's.

    Raises:
        DomainError: ``document.whose`` when nothing would be left of the respondent.
    """
    if own is None:
        return ()
    found = tuple(Part(*turn, turn.speaker in own) for turn in turns)
    if found and not any(part.own for part in found):
        raise DomainError("document.whose")
    return found


def own_spans(marked: Sequence[Part]) -> tuple[Span, ...]:
    """Return where the respondent speaks; turns of theirs that follow on each other are one piece."""
    spans = []
    for own, run in groupby(marked, key=lambda part: part.own):
        together = list(run)
        if own:
            spans.append(Span(together[0].start, together[-1].end))
    return tuple(spans)


def own_words(text: str, marked: Sequence[Part], start: int, end: int) -> Span | None:
    """Return what of a passage is the respondent's own: all of it but the name before their words.

    Args:
        text: of the transcript.
        marked: the turns; none when the whole text is theirs.
        start: first character of the passage, without white space around it.
        end: after its last character.

    Returns:
        None when somebody else says part of it, or nobody any of it.
    """
    if not marked:
        return Span(start, end)
    for span in own_spans(marked):
        line = text.rfind("\n", 0, span.start) + 1
        if line <= start and span.start < end <= span.end:
            return Span(max(start, span.start), end)
    return None


def page_of(pages: Sequence[tuple[int, int]], start: int) -> int | None:
    """Return the number of the page on which a character stands.

    Args:
        pages: (place of the first character, number) of each page, in order; none for a text without pages.
        start: place of the character.

    Returns:
        None for a text without pages; a page without text holds nothing.
    """
    return max(((begins, number) for begins, number in pages if begins <= start), default=(0, None))[1]


def code_for_names(
    text: str, turns: Sequence[Turn], own: Collection[str], code: str
) -> tuple[str, tuple[Turn, ...]]:
    """Put a participant's code in the place of their names, before their words and in headings.

    What they say is left as it was said, also where a name occurs in it.

    Args:
        text: of the transcript.
        turns: who says what in it.
        own: the names of the participant.
        code: what stands in their place.

    Returns:
        The text, and the turns in it.
    """
    pieces: list[str] = []
    moved: list[Turn] = []
    last = shift = 0
    for turn in turns:
        before = _coded(text[last : turn.start], own, code)
        shift += len(before) - (turn.start - last)
        pieces += [before, text[turn.start : turn.end]]
        moved.append(
            Turn(turn.start + shift, turn.end + shift, code if turn.speaker in own else turn.speaker)
        )
        last = turn.end
    return "".join([*pieces, _coded(text[last:], own, code)]), tuple(moved)


def times_named(text: str, turns: Sequence[Turn], name: str) -> int:
    """Return how often a name occurs in what is said, whoever says it."""
    return sum(len(_written(name).findall(text, turn.start, turn.end)) for turn in turns)


def _coded(text: str, names: Iterable[str], code: str) -> str:
    for name in names:
        text = _written(name).sub(code, text)
    return text


def _written(name: str) -> re.Pattern[str]:
    """Return how a name may stand in a text: with any blanks, in capitals or not, as words of their own."""
    words = r"\s+".join(re.escape(word) for word in name.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def cut(text: str, most: int) -> tuple[Span, ...]:
    """Cut a long text in pieces to read one after the other, each of whole lines where that can be.

    Args:
        text: all of it.
        most: characters of a piece, > 0.

    Returns:
        At least one piece; together they are the whole text.
    """
    spans = []
    start = 0
    while len(text) - start > most:
        end = text.rfind("\n", start, start + most) + 1 or start + most
        spans.append(Span(start, end))
        start = end
    return (*spans, Span(start, len(text)))
