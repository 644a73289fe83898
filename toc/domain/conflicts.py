"""Conflicts between parties: what kind they are and how they ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from toc.domain.errors import DomainError

LEAST_PARTIES = 2
"""Parties without which there is nothing to differ about."""


class ConflictKind(StrEnum):
    """What parties differ about."""

    VALUE = "value"
    PRIORITY = "priority"
    CAUSAL_BELIEF = "causal_belief"
    RESOURCES = "resources"
    WORDING = "wording"


class ConflictState(StrEnum):
    """How a conflict stands."""

    OPEN = "open"
    DECIDED = "decided"
    AGREED_TO_DIFFER = "agreed_to_differ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a conflict stands, and how it came to that.

    Attributes:
        state: open, or how it ended.
        decision: what was decided; needed when it was decided.
        by: who decided, or agreed to differ.
        on: the day of it.
    """

    state: ConflictState = ConflictState.OPEN
    decision: str = ""
    by: str = ""
    on: date | None = None

    def check(self, today: date) -> None:
        """Refuse an end without what belongs to it, and a decision on something open.

        Args:
            today: the last day, inclusive, on which it can have ended.

        Raises:
            DomainError: ``conflict.still_open``, ``conflict.decision_missing``, ``conflict.by_missing``,
                ``conflict.day_missing``, ``conflict.in_the_future``; each with ``field``.
        """
        if self.state is ConflictState.OPEN:
            if self.decision or self.by or self.on:
                raise DomainError("conflict.still_open", field="state")
            return
        if self.state is ConflictState.DECIDED and not self.decision:
            raise DomainError("conflict.decision_missing", field="decision")
        if not self.by:
            raise DomainError("conflict.by_missing", field="decided_by")
        if self.on is None:
            raise DomainError("conflict.day_missing", field="decided_on")
        if self.on > today:
            raise DomainError("conflict.in_the_future", field="decided_on")


def check_about(goals: Collection[UUID], parties: Collection[UUID]) -> None:
    """Refuse a conflict about nothing, or of one party with itself.

    Raises:
        DomainError: ``conflict.no_goal``, ``conflict.few_parties``, with ``least``; each with ``field``.
    """
    if not goals:
        raise DomainError("conflict.no_goal", field="goals")
    if len(set(parties)) < LEAST_PARTIES:
        raise DomainError("conflict.few_parties", field="parties", least=LEAST_PARTIES)
