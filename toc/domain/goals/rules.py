"""What a goal must rest on, who sees a hidden one, and what a link rests on."""

from collections.abc import Collection
from enum import StrEnum

from toc.domain.errors import DomainError
from toc.domain.goals.belief import Belief, Support
from toc.domain.goals.kinds import KeyReason, Standing
from toc.domain.people import Role

LEAST_STATEMENTS = 2
"""Statements that an implicit goal needs when its respondent did not confirm it."""

LEAST_KEY_LINKS, MOST_KEY_LINKS = 5, 10
"""Key links that a tree should have. Our own choice, after Weiss (1997): test what is contested, central or
uncertain, not every link."""

_PAYERS = frozenset({Role.FUNDER, Role.INVESTOR})
_BEFORE_AFTER_RUNG, _COMPARISON_RUNG = 2, 3
_STRONG = 3


def check_sources(standing: Standing, *, statements: int, confirmed: bool) -> None:
    """Refuse an implicit goal that may be the evaluator's own idea.

    Args:
        standing: of the goal.
        statements: how many statements it rests on.
        confirmed: the respondent said that this is what they meant.

    Raises:
        DomainError: ``goal.implicit_needs_two``, with ``least`` and ``statements``.
    """
    if standing is Standing.IMPLICIT and not confirmed and statements < LEAST_STATEMENTS:
        raise DomainError("goal.implicit_needs_two", least=LEAST_STATEMENTS, statements=statements)


def check_key_link(*, is_key: bool, reason: KeyReason | None) -> None:
    """Refuse a key link of which nobody says why the evaluation should test it.

    Raises:
        DomainError: ``link.key_reason_missing``.
    """
    if is_key and reason is None:
        raise DomainError("link.key_reason_missing")


class KeyCount(StrEnum):
    """Whether a tree has as many key links as can be weighed, tested and documented well."""

    NONE = "none"
    FEW = "few"
    RIGHT = "right"
    MANY = "many"


def count_key_links(many: int) -> KeyCount:
    """Judge a number of key links: `LEAST_KEY_LINKS` to `MOST_KEY_LINKS` is right."""
    if not many:
        return KeyCount.NONE
    if many < LEAST_KEY_LINKS:
        return KeyCount.FEW
    return KeyCount.MANY if many > MOST_KEY_LINKS else KeyCount.RIGHT


def check_standing(before: Standing, after: Standing, *, released: bool) -> None:
    """Refuse to open a hidden goal by rewording it: only its owner's yes does that.

    Raises:
        DomainError: ``goal.release_first``.
    """
    if before is Standing.HIDDEN and after is not Standing.HIDDEN and not released:
        raise DomainError("goal.release_first")


def sees_hidden(roles: Collection[Role]) -> bool:
    """Tell whether somebody with these roles sees goals that their owner has not released.

    Only an evaluator does; who is funder or investor as well, reads as such (see `toc.domain.privacy`).
    """
    return Role.EVALUATOR in roles and _PAYERS.isdisjoint(roles)


def support(*, rung: int, has_source: bool) -> Support:
    """Return the best thing that a link rests on.

    Where an argument for the link comes from does not count here. An argument may be weak, may point to our
    own figures, which count by the rung they are on, or may be taken away by a counter-argument. Whoever
    reads in a source that the mechanism was found elsewhere names it as the source of the link: that is a
    judgement, made by somebody, and it stands where everybody sees it.

    Args:
        rung: of the evidence for its upper goal, 0 to 5.
        has_source: the mechanism was found in a source outside the programme.
    """
    if rung >= _COMPARISON_RUNG:
        return Support.COMPARISON
    if rung >= _BEFORE_AFTER_RUNG:
        return Support.BEFORE_AFTER
    return Support.LITERATURE if has_source else Support.BELIEF


class Strength(StrEnum):
    """How the line of a link is drawn."""

    BELIEF = "belief"
    """Nobody has found it yet, here or elsewhere."""
    SOME = "some"
    STRONG = "strong"


def strength(stated: int | None, rests_on: Support) -> Strength:
    """Return how strong a link is: what was stated counts, but no more than its support carries.

    Args:
        stated: confidence from 0 to 4; None when nobody said, then the support alone decides.
        rests_on: the best evidence for the link.
    """
    if rests_on.most_confidence <= Support.BELIEF.most_confidence:
        return Strength.BELIEF
    if stated is None:
        return Strength.STRONG if rests_on is Support.COMPARISON else Strength.SOME
    counts = Belief(stated=stated, support=rests_on).confidence
    return Strength.STRONG if counts >= _STRONG else Strength.SOME
