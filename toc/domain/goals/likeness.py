"""Goals that are worded alike and so may be one goal. It suggests; a person decides."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from typing import Final
from uuid import UUID

LEAST_ALIKE: Final = 0.80
"""Score from which two wordings are suggested as one goal.

Source: our own trial on the goals of the demo programmes, in Dutch and English: of their 432 pairs, all of
them different goals, the most alike scores 0.77, while goals that we said again in other words (another
order, singular and plural, a word more) scored 0.87 and up.
"""

LEAST_WORDS: Final = 2
"""Words of meaning that a wording must have: one word stands in too many others."""

MOST_PAIRS: Final = 500
"""Pairs that are suggested at once; who has gone through them asks again."""

_DUTCH = """
    de het een en of van in op aan te voor met om bij die dat er is zijn wordt worden hun zij ze zich hij wij
    we ons onze naar uit tot door over als ook dan deze dit heeft hebben kan kunnen
"""
_ENGLISH = """
    the a an and or of to for with by that there are be been being has have can their they them its it from as
    this which who at on into we our us
"""
STOP_WORDS: Final = frozenset(_DUTCH.split()) | frozenset(_ENGLISH.split())
"""Words without a meaning of their own, in Dutch and English.

"No", "not", "more" and "less" are none of them: they turn a goal into another.
"""

_WORD = re.compile(r"\w+")
_LOOKED_AT = 20 * MOST_PAIRS  # pairs that are put in order, so that a thousand equal goals stay within bounds
_ROWS = 500  # of the table of scores at a time, so that thousands of goals fit in memory
_PERCENT = 100


class Why(StrEnum):
    """Why two goals may be one."""

    SAME_WORDING = "same_wording"
    """Letter by letter, but for capitals, accents and punctuation."""
    SAME_WORDS = "same_words"
    """The same words of meaning, in any order."""
    CONTAINS = "contains"
    """One says all that the other says, and more: perhaps a narrower goal."""
    ALIKE = "alike"


@dataclass(frozen=True, slots=True)
class Alike:
    """Two goals that may be one.

    Attributes:
        first: of the two, the one that came first.
        second: the other.
        score: how alike they are, as a fraction.
        why: what is alike.
        shared: the words of meaning that both have, in the order of the first.
    """

    first: UUID
    second: UUID
    score: float
    why: Why
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Wording:
    id: UUID
    plain: str
    words: tuple[str, ...]


def likely_duplicates(
    goals: Sequence[tuple[UUID, str]],
    *,
    different: Collection[frozenset[UUID]] = (),
    least: float = LEAST_ALIKE,
) -> tuple[Alike, ...]:
    """Return the pairs of goals that are worded alike, the most alike first; at most `MOST_PAIRS`.

    Args:
        goals: id and wording of each.
        different: pairs of which somebody said that they are not the same; these are left out.
        least: score from which a pair is suggested, as a fraction.

    Source: the token set ratio of RapidFuzz, which looks at the words that two texts share and at what each
    has besides, in any order; on what is left without `STOP_WORDS`.
    """
    said = [_wording(goal, wording) for goal, wording in goals]
    pairs = (
        pair
        for pair in chain(_same(said), _alike(said, least))
        if frozenset({pair.first, pair.second}) not in different
    )
    found = list(islice(pairs, _LOOKED_AT))
    place = {goal: number for number, (goal, _) in enumerate(goals)}
    order = list(Why)
    found.sort(key=lambda pair: (order.index(pair.why), -pair.score, place[pair.first], place[pair.second]))
    return tuple(found[:MOST_PAIRS])


def _wording(goal: UUID, wording: str) -> _Wording:
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", wording.casefold()) if not unicodedata.combining(sign)
    )
    words = _WORD.findall(bare)
    return _Wording(goal, " ".join(words), tuple(word for word in words if word not in STOP_WORDS))


def _same(said: Sequence[_Wording]) -> Iterator[Alike]:
    """Yield each pair with the same wording; one without any words is like none."""
    alike: dict[str, list[_Wording]] = {}
    for one in said:
        if one.plain:
            alike.setdefault(one.plain, []).append(one)
    for group in alike.values():
        for number, first in enumerate(group):
            for second in group[number + 1 :]:
                yield Alike(first.id, second.id, 1.0, Why.SAME_WORDING, tuple(dict.fromkeys(first.words)))


def _alike(said: Sequence[_Wording], least: float) -> Iterator[Alike]:
    """Yield each pair with other wordings that score enough."""
    import numpy as np  # noqa: PLC0415 - only who looks for duplicates waits for it
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - likewise

    said = [one for one in said if len({*one.words}) >= LEAST_WORDS]
    texts = [" ".join(one.words) for one in said]
    for start in range(0, len(texts), _ROWS):
        scores = process.cdist(
            texts[start : start + _ROWS],
            texts[start:],
            scorer=fuzz.token_set_ratio,
            score_cutoff=least * _PERCENT,
            dtype=np.float32,
        )
        for row, column in np.argwhere(scores >= least * _PERCENT):
            first, second = said[start + row], said[start + column]
            if row < column and first.plain != second.plain:
                yield _pair(first, second, float(scores[row, column]) / _PERCENT)


def _pair(first: _Wording, second: _Wording, score: float) -> Alike:
    ours, theirs = {*first.words}, {*second.words}
    why = Why.SAME_WORDS if ours == theirs else Why.ALIKE
    if ours < theirs or theirs < ours:
        why = Why.CONTAINS
    shared = tuple(word for word in dict.fromkeys(first.words) if word in theirs)
    return Alike(first.id, second.id, round(score, 2), why, shared)
