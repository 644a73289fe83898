"""Reviewing: what becomes of a value that somebody submitted, and which periods are closed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from toc.domain.errors import DomainError
from toc.domain.indicators.readings import ReviewStep, check_day

DECISIONS: Final = frozenset({ReviewStep.RETURNED, ReviewStep.APPROVED})
"""Steps that decide; that somebody saw a value decides nothing."""


class State(StrEnum):
    """Where a value stands that was submitted."""

    SUBMITTED = "submitted"
    """Nobody decided about it yet. It counts."""
    RETURNED = "returned"
    """Back to who entered it, with a remark. It does not count until it is corrected or approved."""
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One thing that a reviewer did.

    Attributes:
        step: what.
        by: who; None for a command.
        at: when.
    """

    step: ReviewStep
    by: UUID | None
    at: datetime


def state_of(reviews: Iterable[Review]) -> State:
    """Return where a value stands by what reviewers did with it: the latest decision counts."""
    latest = max(
        (review for review in reviews if review.step in DECISIONS),
        key=lambda review: review.at,
        default=None,
    )
    if latest is None:
        return State.SUBMITTED
    return State.RETURNED if latest.step is ReviewStep.RETURNED else State.APPROVED


def check_step(
    step: ReviewStep, *, by: UUID | None, entered_by: UUID | None, state: State, remark: str
) -> None:
    """Refuse a decision that says nothing, or that somebody takes about what they entered themselves.

    Args:
        step: what the reviewer wants to do.
        by: who reviews; None for a command.
        entered_by: who entered the value; None for a command.
        state: where the value stands.
        remark: what its author has to know.

    Raises:
        DomainError: ``review.own`` also for having seen it, ``review.remark_missing`` when it is returned
            without a word, ``review.decided`` when it stands so already.
    """
    if by is not None and by == entered_by:
        raise DomainError("review.own")
    if step is ReviewStep.RETURNED and not remark.strip():
        raise DomainError("review.remark_missing")
    if (step, state) in {
        (ReviewStep.RETURNED, State.RETURNED),
        (ReviewStep.APPROVED, State.APPROVED),
    }:
        raise DomainError("review.decided")


def moment_after(at: datetime, reviews: Iterable[Review]) -> datetime:
    """Return the moment of a decision that comes after those taken before, also within one microsecond."""
    latest = max((review.at for review in reviews), default=None)
    return at if latest is None or at > latest else latest + timedelta(microseconds=1)


# --- Periods ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """That a period was closed, or opened again.

    Attributes:
        starts_on: its first day.
        ends_on: its last day, included.
        is_locked: closed, or open again.

    Raises:
        DomainError: ``period.order``, ``date.out_of_range``.
    """

    starts_on: date
    ends_on: date
    is_locked: bool

    def __post_init__(self) -> None:
        check_day(self.starts_on)
        check_day(self.ends_on)
        if self.ends_on < self.starts_on:
            raise DomainError("period.order")

    def has(self, on: date) -> bool:
        """Tell whether a day lies in it."""
        return self.starts_on <= on <= self.ends_on


def lock_of(locks: Iterable[Lock], on: date) -> Lock | None:
    """Return what closes a day: the latest lock that touches it decides.

    Args:
        locks: in the order in which they were made.
        on: the day.

    Returns:
        None when the day is open.
    """
    found: Lock | None = None
    for lock in locks:
        if lock.has(on):
            found = lock if lock.is_locked else None
    return found


def check_open(locks: Iterable[Lock], days: Collection[date]) -> None:
    """Refuse a change of a closed day.

    Args:
        locks: in the order in which they were made.
        days: every day whose values would change: that of the new value, and that of the one it replaces.

    Raises:
        DomainError: ``period.locked``, with ``on``, ``starts_on`` and ``ends_on``.
    """
    every = tuple(locks)
    for on in sorted(days):
        lock = lock_of(every, on)
        if lock is not None:
            raise DomainError("period.locked", on=on, starts_on=lock.starts_on, ends_on=lock.ends_on)
