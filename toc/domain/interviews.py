"""Interviews: who speaks, what is asked, and who may read what was said."""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise

from toc.domain.errors import DomainError


class RespondentKind(StrEnum):
    """In whose name somebody speaks; decides how well they are protected.

    A spokesperson speaks for an organisation, by name if they agree; a participant speaks for themselves and
    is protected.
    """

    SPOKESPERSON = "spokesperson"
    PARTICIPANT = "participant"


class Mode(StrEnum):
    """How an interview was done: held by an interviewer, or filled in alone."""

    HELD = "held"
    ALONE = "alone"


class ConsentScope(StrEnum):
    """What is asked once, before an interview: may we talk, may we note."""

    INTERVIEW = "interview"
    NOTES = "notes"


class Audience(StrEnum):
    """Who may read a statement, as its speaker decided.

    Nobody: the evaluator alone. Parties: everybody in the programme except funder and investor. Payer:
    everybody.
    """

    NOBODY = "nobody"
    PARTIES = "parties"
    PAYER = "payer"


class Attribution(StrEnum):
    """Whether the speaker's name may stand beside the statement."""

    ANONYMOUS = "anonymous"
    NAMED = "named"


GUIDE = (
    "part",
    "problem",
    "change",
    "own_wish",
    "typical_week",
    "why_it_works",
    "least_sure",
    "in_place",
    "not_for_whom",
    "others_want",
    "one_thing",
    "success",
    "feasible",
    "harm",
    "seen",
)
"""The questions to a spokesperson, open to specific, by key; their texts are in ``seed/guides.json``."""

PARTICIPANT_GUIDE = ("going_on", "wish", "helps_and_hinders", "worth_it")
"""The four open questions to a participant; their texts avoid the words goal and outcome."""

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'\u201d\u2019)\]]*\s+|[\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A part of an answer, as it was said.

    Attributes:
        start: place of its first character in the answer, counted in code points from 0.
        end: place after its last character.
        text: what stands between them, word for word.
    """

    start: int
    end: int
    text: str


def passage(answer: str, start: int, end: int) -> Passage:
    """Return the part of an answer between two places, without the white space around it.

    Args:
        answer: the whole answer.
        start: first character, in code points (see `code_points` for what a browser counts).
        end: after the last character.

    Raises:
        DomainError: ``passage.outside`` when the places do not lie in the answer in this order,
            ``passage.empty`` when nothing but white space stands between them.
    """
    if not 0 <= start <= end <= len(answer):
        raise DomainError("passage.outside", start=start, end=end, length=len(answer))
    text = answer[start:end]
    bare = text.strip()
    if not bare:
        raise DomainError("passage.empty")
    start += len(text) - len(text.lstrip())
    return Passage(start=start, end=start + len(bare), text=bare)


def sentences(answer: str) -> tuple[Passage, ...]:
    """Cut an answer into sentences, so that they can be marked without a mouse or JavaScript.

    A sentence ends at a full stop, question mark, exclamation mark or ellipsis that white space follows, or
    at the end of a line. An abbreviation cuts one sentence in two; whoever marks them can mark both.
    """
    cuts = [0, *(found.end() for found in _SENTENCE_END.finditer(answer)), len(answer)]
    return tuple(passage(answer, start, end) for start, end in pairwise(cuts) if answer[start:end].strip())


def code_points(text: str, utf16: int) -> int:
    """Return how many characters of a text come before a place that a browser counted.

    JavaScript counts in UTF-16 units, in which an emoji is two.

    Raises:
        DomainError: ``passage.outside`` when the place lies outside the text or inside a character.
    """
    ends = accumulate((1 + (character > "\uffff") for character in text), initial=0)
    for place, units in enumerate(ends):
        if units == utf16:
            return place
    raise DomainError("passage.outside", start=utf16, end=utf16, length=len(text))
