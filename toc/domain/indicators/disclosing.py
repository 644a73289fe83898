"""Disclosing: which measurements a reader may see where few participants were counted."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from toc.domain.indicators.readings import Kind, Reading
from toc.domain.people import Role
from toc.domain.privacy import disclose

COUNTED: Final = frozenset({Kind.COUNT, Kind.PROPORTION})
"""Kinds whose reading says how many people there were; of a sum or a mean nobody can tell."""

_PAYERS = frozenset({Role.FUNDER, Role.INVESTOR})
_WORK_WITH_THEM = frozenset({Role.COORDINATOR, Role.WORKER, Role.EVALUATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallNumbers:
    """What a reader sees of small groups in one programme.

    Coordinator, worker and evaluator work with the numbers and see them all; who is funder or investor as
    well reads as such (see `toc.domain.privacy`).

    Attributes:
        threshold: people that a group must have before others see a number about it.
        own_totals_decided: the coordinator decided, on record, that this small programme shows its totals.
        roles: the reader's roles in the programme.
    """

    threshold: int
    own_totals_decided: bool
    roles: Collection[Role]

    @property
    def sees_all(self) -> bool:
        """Whether nothing is suppressed for this reader."""
        insider = not _WORK_WITH_THEM.isdisjoint(self.roles) and _PAYERS.isdisjoint(self.roles)
        return insider or self.own_totals_decided

    def shows(self, reading: Reading, kind: Kind, *, counts_people: bool) -> bool:
        """Tell whether the reader may see a reading: its group is its whole, or the count itself.

        Args:
            reading: of an indicator.
            kind: of that indicator.
            counts_people: whether it counts participants.

        Raises:
            DomainError: ``privacy.threshold_too_low``.
        """
        if self.sees_all or not counts_people or kind not in COUNTED:
            return True
        group = int(reading.value if reading.denominator is None else reading.denominator)
        return disclose(group, group, threshold=self.threshold).shown
