"""Disclosing: which measurements a reader may see where few participants were counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from toc.domain.disclosure import disclose_groups, disclose_periods
from toc.domain.indicators.readings import Kind, Reading
from toc.domain.indicators.rollup import RolledUp
from toc.domain.people import Role
from toc.domain.privacy import disclose, disclose_row

COUNTED: Final = frozenset({Kind.COUNT, Kind.PROPORTION})
"""Kinds whose reading says how many people there were; of the others it has to be said beside it."""

_PAYERS = frozenset({Role.FUNDER, Role.INVESTOR})
_WORK_WITH_THEM = frozenset({Role.COORDINATOR, Role.WORKER, Role.EVALUATOR})


def group_of(reading: Reading, kind: Kind, people: int | None = None) -> int | None:
    """Return of how many people a reading is: the whole of a share, or the count itself.

    Args:
        reading: of an indicator that counts participants.
        kind: of that indicator.
        people: of how many there is a value, where that is said beside it.

    Returns:
        None when nobody can tell.
    """
    if kind in COUNTED:
        return int(reading.value if reading.denominator is None else reading.denominator)
    return people


def sees_all(roles: Collection[Role]) -> bool:
    """Tell whether nothing is suppressed for somebody with these roles in a programme."""
    return not _WORK_WITH_THEM.isdisjoint(roles) and _PAYERS.isdisjoint(roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallNumbers:
    """What a reader sees of small groups in one programme.

    Coordinator, worker and evaluator work with the numbers and see them all; who is funder or investor as
    well reads as such (see `toc.domain.privacy`).

    Attributes:
        threshold: people that a group must have before others see a number about it.
        own_totals_decided: the coordinator decided, on record, that this small programme shows its totals;
            breakdowns and sites stay suppressed.
        roles: the reader's roles in the programme.
    """

    threshold: int
    own_totals_decided: bool
    roles: Collection[Role]

    @property
    def sees_all(self) -> bool:
        """Whether nothing is suppressed for this reader."""
        return sees_all(self.roles)

    def shows(self, reading: Reading, kind: Kind, *, counts_people: bool, people: int | None = None) -> bool:
        """Tell whether the reader may see a reading of the whole programme, as far as that alone decides.

        Args:
            reading: of an indicator.
            kind: of that indicator.
            counts_people: whether it counts participants.
            people: of how many there is a value, where that is said beside it.

        Raises:
            DomainError: ``privacy.threshold_too_low``.
        """
        if self.sees_all or not counts_people:
            return True
        group = group_of(reading, kind, people)
        if group is None:
            return True
        return disclose(
            group, group, threshold=self.threshold, own_totals_decided=self.own_totals_decided
        ).shown

    def shown_days(
        self, days: Sequence[RolledUp], kind: Kind, *, counts_people: bool, is_cumulative: bool
    ) -> tuple[bool, ...]:
        """Tell which days of an indicator the reader may see; what came between two days is a group as well.

        Args:
            days: what counts, one per day, earliest first.
            kind: of the indicator.
            counts_people: whether it counts participants.
            is_cumulative: whether a value counts from the start.

        Raises:
            DomainError: ``privacy.threshold_too_low``.
        """
        if self.sees_all or not counts_people:
            return tuple(True for _ in days)
        groups = [None if day.reading is None else group_of(day.reading, kind, day.people) for day in days]
        return self.shown_course(groups, is_cumulative=is_cumulative)

    def shown_course(self, groups: Sequence[int | None], *, is_cumulative: bool) -> tuple[bool, ...]:
        """Tell the same of an indicator that counts participants, to a reader who does not see all.

        Args:
            groups: of how many people each day is, earliest first; None when nobody can tell.
            is_cumulative: whether a value counts from the start.

        Raises:
            DomainError: ``privacy.threshold_too_low``.
        """
        shown = iter(
            disclose_periods(
                [group for group in groups if group is not None],
                threshold=self.threshold,
                is_cumulative=is_cumulative,
                own_totals_decided=self.own_totals_decided,
            )
        )
        return tuple(group is None or next(shown).shown for group in groups)

    def shown_groups(
        self, days: Sequence[Sequence[int | None]], *, is_cumulative: bool
    ) -> tuple[tuple[bool, ...], ...]:
        """Tell which groups of which days a reader may see who does not see all.

        Args:
            days: of each day that is shown how many people each group has; None: it has no value of that day,
                or nobody can tell of how many.
            is_cumulative: whether a value counts from the start.

        Raises:
            DomainError: ``privacy.threshold_too_low``.
        """
        if not is_cumulative:
            return tuple(self._shown_in(groups) for groups in days)
        rows = disclose_groups(
            [[group or 0 for group in groups] for groups in days],
            threshold=self.threshold,
            is_cumulative=True,
        )
        return tuple(tuple(one.shown for one in row.cells) for row in rows)

    def _shown_in(self, groups: Sequence[int | None]) -> tuple[bool, ...]:
        row = disclose_row(
            [group for group in groups if group is not None],
            threshold=self.threshold,
            own_totals_decided=self.own_totals_decided,
        )
        shown = iter(row.cells)
        return tuple(group is not None and next(shown).shown for group in groups)
