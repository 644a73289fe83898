"""How sure we are that a link holds, and never surer than what it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from toc.domain.errors import DomainError

MOST_CONFIDENCE = 4
"""Confidence is a whole number from 0 (no idea) to this."""


class Support(StrEnum):
    """The best thing a link rests on."""

    NOTHING = "nothing"
    BELIEF = "belief"
    """Somebody thinks so."""
    LITERATURE = "literature"
    """It was found elsewhere, in research that was published."""
    BEFORE_AFTER = "before_after"
    """Our own measurements before and after."""
    COMPARISON = "comparison"
    """Our own measurements beside those of a comparison group."""

    @property
    def most_confidence(self) -> int:
        """The highest confidence that this can carry. Our own scale, not taken from literature."""
        return _CARRIES[self]


_CARRIES = {
    Support.NOTHING: 1,
    Support.BELIEF: 1,
    Support.LITERATURE: 2,
    Support.BEFORE_AFTER: 3,
    Support.COMPARISON: 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """How sure somebody is of a link, beside what the link rests on.

    What was stated is kept as it was said; what counts follows from it, so that it falls when evidence is
    withdrawn and rises again when evidence comes.

    Attributes:
        stated: 0 to `MOST_CONFIDENCE`.
        support: the best evidence for the link.

    Raises:
        DomainError: ``link.bad_confidence``, with ``stated`` and ``most``.
    """

    stated: int
    support: Support

    def __post_init__(self) -> None:
        """Refuse a number outside the scale."""
        if not 0 <= self.stated <= MOST_CONFIDENCE:
            raise DomainError("link.bad_confidence", stated=self.stated, most=MOST_CONFIDENCE)

    @property
    def confidence(self) -> int:
        """The confidence that counts: what was stated, but no more than the support carries."""
        return min(self.stated, self.support.most_confidence)

    @property
    def is_capped(self) -> bool:
        """Whether more was stated than the support carries."""
        return self.confidence < self.stated


def path_confidence(beliefs: Iterable[Belief]) -> int | None:
    """Return the confidence of a path: that of its weakest link, never a product. None without links."""
    return min((belief.confidence for belief in beliefs), default=None)
