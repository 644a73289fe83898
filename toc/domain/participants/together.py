"""One entry for many participants at once: who gets it, who has it already, and of whom it cannot be.

Nothing happens to a participant before the day of entry, whatever way it comes in. Whether somebody had left
is trusted of what is entered for one at a time, not of what is entered for a whole list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.participants.kinds import Moment

MOST_TOGETHER: Final = 500
"""As many participants as one entry is made for."""

MOST_SCORES: Final = 1_000
"""As many scores as one page has fields for."""


class Coming(StrEnum):
    """What comes of an entry for one of those it is made for."""

    NEW = "new"
    THERE = "there"
    """It was recorded already."""
    REFUSED = "refused"
    OPEN = "open"
    """Nothing was filled in: missing is not zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """One participant for whom something is entered.

    Attributes:
        why: what refuses it; None unless `coming` is `REFUSED`.
    """

    id: UUID
    code: str
    coming: Coming
    why: DomainError | None = None


def many_of(takes: Sequence[Takes], coming: Coming) -> int:
    """Return for how many of them this comes of it."""
    return sum(one.coming is coming for one in takes)


def is_before_entry(on: date, entered_on: date | None, moment: Moment | None) -> bool:
    """Tell whether a day of an event or a score is before the day of entry and should not be.

    Args:
        on: the day.
        entered_on: the day of entry, None where it is not known.
        moment: of a score; one taken "before" may be older than the entry.
    """
    return entered_on is not None and on < entered_on and moment is not Moment.BEFORE


def check_entered(on: date, entered_on: date | None, moment: Moment | None = None) -> None:
    """Refuse an event or a score of one participant on a day before their entry, as `is_before_entry` says.

    Raises:
        DomainError: ``observation.before_entry``, with ``on``: the day of entry.
    """
    if is_before_entry(on, entered_on, moment):
        raise DomainError("observation.before_entry", on=entered_on)


def refusal(
    on: date,
    entered_on: date | None,
    left_on: date | None,
    *,
    moment: Moment | None = None,
    follows_up: bool = False,
) -> DomainError | None:
    """Return why a day cannot be one of a participant; None where it can.

    Args:
        on: the day of the event or the score.
        entered_on: the day of entry, None where it is not known.
        left_on: the last day of taking part, inclusive; None where somebody takes part, or it is not known.
        moment: of a score; one taken "before" may be older than the entry.
        follows_up: whether it is about the time after somebody left as well, such as a job that was kept.

    Returns:
        ``together.before_entry`` with ``on``: the day of entry; ``together.after_exit`` with ``on``: the last
        day.
    """
    if is_before_entry(on, entered_on, moment):
        return DomainError("together.before_entry", on=entered_on)
    if left_on is not None and on > left_on and not follows_up:
        return DomainError("together.after_exit", on=left_on)
    return None
