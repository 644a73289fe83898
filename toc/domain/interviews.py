"""Interviews: who speaks, what is asked, and who may read what was said."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from toc.domain.errors import DomainError


class RespondentKind(StrEnum):
    """In whose name somebody speaks; decides how well they are protected.

    A spokesperson speaks for an organisation, by name if they agree; a participant speaks for themselves and
    is protected.
    """

    SPOKESPERSON = "spokesperson"
    PARTICIPANT = "participant"


class Mode(StrEnum):
    """Where the words come from: who noted them, or from what they were read."""

    HELD = "held"
    """By an interviewer."""
    ALONE = "alone"
    """By the respondent, through a personal link."""
    PEER = "peer"
    """By somebody who is or was a participant too."""
    TRANSCRIPT = "transcript"
    """Read in from a file."""
    DOCUMENT = "document"
    """Not an interview: what a plan or report of the party says."""
    WORKSHOP = "workshop"
    """Cards that people wrote together in a room."""


BY_INTERVIEWER = frozenset({Mode.HELD, Mode.PEER})
"""Somebody else writes down the answers while they are given."""

NO_INTERVIEW = frozenset({Mode.DOCUMENT, Mode.WORKSHOP})
"""Kept as interviews are, but nobody was asked anything: counted apart."""

WITHOUT_CONSENT = frozenset({Mode.DOCUMENT, Mode.WORKSHOP})
"""A plan was written to be read; who joins a workshop agrees to how it goes at its door."""


class GuideVariant(StrEnum):
    """Which guide: the plain one, or one that first asks what already works."""

    PLAIN = "plain"
    APPRECIATIVE = "appreciative"


class Participation(StrEnum):
    """How far a group has a say, from lowest to highest: the six rungs of the ladder of participation.

    Source: the dossier, table 1, after Pretty (1995) and Préopper (1999).
    """

    RECIPIENT = "recipient"
    LISTENER = "listener"
    ADVISER = "adviser"
    CO_DECIDER = "co_decider"
    CO_PRODUCER = "co_producer"
    INITIATOR = "initiator"


class CheckVerdict(StrEnum):
    """What a respondent says of a goal that was drawn from their words."""

    AGREE = "agree"
    AMEND = "amend"
    REJECT = "reject"


class ConsentScope(StrEnum):
    """What is asked once, before an interview: may we talk, may we note; and what may be done besides."""

    INTERVIEW = "interview"
    NOTES = "notes"
    RECORDING = "recording"
    """May what you say be recorded, until it is written down."""
    ORIGINAL = "original"
    """May the file be kept."""
    GUARDIAN = "guardian"
    """May somebody younger than `AGE_OF_CONSENT` be interviewed; a parent or guardian answers."""


AGE_OF_CONSENT = 16
"""Years. Of who is younger, a parent or guardian agrees as well.

Source: article 5 of the Dutch Implementation Act of the GDPR (UAVG).
"""


class Guardian(StrEnum):
    """As who somebody agrees for a person who is younger; their name is not kept."""

    PARENT = "parent"
    GUARDIAN = "guardian"


Given = Mapping[ConsentScope, bool | None]
"""What somebody last answered to each question; one that was not asked is left out.

`ConsentScope.GUARDIAN` stands in it only when a guardian has to agree: None until one was asked.
"""


ASKED_BEFORE = frozenset({ConsentScope.INTERVIEW, ConsentScope.NOTES})
"""What somebody has to agree to before there is an interview; a no to anything else refuses that alone."""


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

TAKEN_BACK = "…"
"""Stands for each character that a speaker took back: nothing is left, other passages keep their place."""

_TAKEN_BACK = re.compile(rf"{TAKEN_BACK}{{2,}}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'\u201d\u2019)\]]*\s+|[\r\n]+")


class ConsentState(StrEnum):
    """Whether somebody may be interviewed."""

    WAITING = "waiting"
    GIVEN = "given"
    REFUSED = "refused"


def consent_state(given: Given) -> ConsentState:
    """Return whether somebody may be interviewed: only when yes was said to everything that is asked.

    That is by themselves and, where one has to agree, by their guardian.
    """
    states = {own_consent(given), guardian_consent(given) or ConsentState.GIVEN}
    for state in (ConsentState.REFUSED, ConsentState.WAITING):
        if state in states:
            return state
    return ConsentState.GIVEN


def own_consent(given: Given) -> ConsentState:
    """Return what somebody said themselves to everything that is asked before an interview."""
    return _state(given.get(scope) for scope in ASKED_BEFORE)


def guardian_consent(given: Given) -> ConsentState | None:
    """Return what their guardian said; None when none has to agree."""
    return _state([given[ConsentScope.GUARDIAN]]) if ConsentScope.GUARDIAN in given else None


def _state(answers: Iterable[bool | None]) -> ConsentState:
    found = set(answers)
    if False in found:
        return ConsentState.REFUSED
    return ConsentState.WAITING if None in found else ConsentState.GIVEN


def check_consent(given: Given) -> None:
    """Refuse to talk with, or to note anything of, somebody who did not agree to it.

    Raises:
        DomainError: ``consent.waiting`` before they were asked, ``consent.refused`` when they said no;
            ``consent.guardian_waiting`` and ``consent.guardian_refused``, likewise of their guardian.
    """
    state = own_consent(given)
    if state is not ConsentState.GIVEN:
        raise DomainError(f"consent.{state}")
    guardian = guardian_consent(given)
    if guardian not in {None, ConsentState.GIVEN}:
        raise DomainError(f"consent.guardian_{guardian}")


def check_respondent(kind: RespondentKind, *, name: str, email: str) -> None:
    """Refuse a participant who can be recognised, and a spokesperson without a name.

    Raises:
        DomainError: ``respondent.participant_unnamed``, ``respondent.name_needed``.
    """
    if kind is RespondentKind.PARTICIPANT and (name or email):
        raise DomainError("respondent.participant_unnamed")
    if kind is RespondentKind.SPOKESPERSON and not name:
        raise DomainError("respondent.name_needed")


def check_attribution(speaker: RespondentKind, attribution: Attribution) -> None:
    """Refuse to put a participant's name beside what they said, also when they would agree.

    Raises:
        DomainError: ``statement.participant_unnamed``.
    """
    if speaker is RespondentKind.PARTICIPANT and attribution is not Attribution.ANONYMOUS:
        raise DomainError("statement.participant_unnamed")


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
    units = text[: max(utf16, 0)].encode("utf-16-le")
    try:
        if 0 <= 2 * utf16 <= len(units):
            return len(units[: 2 * utf16].decode("utf-16-le"))
    except UnicodeDecodeError:
        pass  # half of a character
    raise DomainError("passage.outside", start=utf16, end=utf16, length=len(text))


def overlapping(one: Passage, others: Iterable[Passage]) -> Passage | None:
    """Return the first of the others that shares a character with this passage, or None.

    What a speaker takes back does not go on in another quote: see `left_of`.
    """
    return next((other for other in others if one.start < other.end and other.start < one.end), None)


def take_back(answer: str, start: int, end: int) -> str:
    """Return an answer without what stood between two places; everything else keeps its place."""
    return answer[:start] + TAKEN_BACK * (end - start) + answer[end:]


def is_taken_back(text: str) -> bool:
    """Tell whether nothing is left of a passage."""
    return not text.strip(TAKEN_BACK)


def shorten(answer: str) -> str:
    """Return an answer as people read it: each gap that was left as one sign."""
    return _TAKEN_BACK.sub(f"[{TAKEN_BACK}]", answer)


def left_of(answer: str, start: int, end: int) -> str:
    """Return what a passage still says after words that it shared with another were taken back.

    Args:
        answer: as it is now, with gaps.
        start: first character of the passage; its place did not change.
        end: after its last character.

    Returns:
        Its words with each gap as one sign; "" when nothing is left of it.
    """
    words = answer[start:end]
    return "" if is_taken_back("".join(words.split())) else shorten(words)


def passages_again(answer: str, marked: Sequence[Passage]) -> tuple[Passage, ...]:
    """Find passages in an answer that was changed after they were marked; each still is word for word.

    Passages that share characters are found together: they cannot move apart.

    Args:
        answer: as it is now.
        marked: where each stood and what it said there, in the order in which they began.

    Returns:
        Where each stands now: the first place after the passages before it.

    Raises:
        DomainError: ``answer.quote_gone``, with ``number`` of the first in `marked` that is no longer there,
            or not in this order.
    """
    found: list[Passage] = []
    at = 0
    while len(found) < len(marked):
        number = len(found)
        first = marked[number]
        together, words = [first], first.text
        for other in marked[number + 1 :]:
            if other.start >= first.start + len(words):
                break
            together.append(other)
            words += other.text[first.start + len(words) - other.start :]
        start = answer.find(words, at)
        if start < 0:
            raise DomainError("answer.quote_gone", number=number)
        at = start + len(words)
        moved = start - first.start
        found += [replace(each, start=each.start + moved, end=each.end + moved) for each in together]
    return tuple(found)
