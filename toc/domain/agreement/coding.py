"""Do two coders read the same in the same interview? Cohen's kappa over statements and goals.

A decision is: does this statement belong to this goal, yes or no. Kappa corrects for the agreement that
coders would reach by chance, given how often each says yes.

Source: Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement
20, 37-46.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

KAPPA_MEANINGS = (
    (Fraction(0), "agreement.kappa.slight"),
    (Fraction(20, 100), "agreement.kappa.fair"),
    (Fraction(40, 100), "agreement.kappa.moderate"),
    (Fraction(60, 100), "agreement.kappa.substantial"),
    (Fraction(80, 100), "agreement.kappa.almost_perfect"),
)
"""Above which kappa which words hold; 0 itself is slight, below it is poor.

Source: Landis and Koch (1977), The measurement of observer agreement for categorical data, Biometrics 33,
159-174, who call the limits arbitrary but useful.
"""

POOR = "agreement.kappa.poor"

Decided = TypeVar("Decided", bound=Hashable)


class NoKappa(StrEnum):
    """Why there is no kappa: nothing to decide, or both coders constant, so that chance explains it all."""

    NO_UNITS = "agreement.kappa.undefined.no_units"
    NEVER_USED = "agreement.kappa.undefined.never_used"
    """Both coders said no every time."""
    ALWAYS_USED = "agreement.kappa.undefined.always_used"
    """Both coders said yes every time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa(Generic[Decided]):
    """How far two coders agree on yes or no.

    Attributes:
        decisions: how many each took.
        both: how often both said yes.
        neither: how often both said no.
        only_one: where the first coder alone said yes.
        only_other: where the second coder alone said yes.
        kappa: 1 full agreement, 0 no more than by chance, below 0 less than by chance.
        reason: why there is no kappa; observed agreement is then all there is.
    """

    decisions: int
    both: int
    neither: int
    only_one: tuple[Decided, ...]
    only_other: tuple[Decided, ...]
    kappa: float | None
    reason: NoKappa | None

    @property
    def observed(self) -> float | None:
        """Share of decisions on which they agree; None without decisions."""
        return (self.both + self.neither) / self.decisions if self.decisions else None

    @property
    def disagreements(self) -> tuple[Decided, ...]:
        """Where they disagree."""
        return self.only_one + self.only_other

    @property
    def meaning(self) -> str | None:
        """The key of the words for this kappa; None without a kappa."""
        if self.kappa is None:
            return None
        words = POOR if self.kappa < 0 else KAPPA_MEANINGS[0][1]
        for above, key in KAPPA_MEANINGS:
            if self.kappa > float(above):
                words = key
        return words


class Decision(NamedTuple):
    """Whether one statement belongs to one goal."""

    unit: UUID
    goal: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingAgreement:
    """Overall, and per goal.

    Attributes:
        overall: over all statements x goals.
        goals: per goal over the statements, in the order in which the goals came.
    """

    overall: Kappa[Decision]
    goals: Mapping[UUID, Kappa[UUID]]


def kappa(one: Collection[Decided], other: Collection[Decided], decided: Iterable[Decided]) -> Kappa[Decided]:
    """Return the agreement of two coders on a series of decisions.

    kappa = (observed - expected) / (1 - expected), with expected = the chance that both say yes or both
    say no when each says yes as often as they did, but anywhere.

    Args:
        one: where the first coder said yes.
        other: where the second coder said yes.
        decided: everything that both decided on, each once.
    """
    all_of_it = tuple(dict.fromkeys(decided))
    ones, others = set(one), set(other)
    only_one = tuple(unit for unit in all_of_it if unit in ones and unit not in others)
    only_other = tuple(unit for unit in all_of_it if unit in others and unit not in ones)
    n = len(all_of_it)
    both = sum(unit in ones and unit in others for unit in all_of_it)
    neither = n - both - len(only_one) - len(only_other)
    yes_one, yes_other = both + len(only_one), both + len(only_other)
    expected = yes_one * yes_other + (n - yes_one) * (n - yes_other)  # of n x n
    value, reason = None, None
    if not n:
        reason = NoKappa.NO_UNITS
    elif expected == n * n:
        reason = NoKappa.ALWAYS_USED if both else NoKappa.NEVER_USED
    else:
        value = float(Fraction(n * (both + neither) - expected, n * n - expected))
    return Kappa(
        decisions=n,
        both=both,
        neither=neither,
        only_one=only_one,
        only_other=only_other,
        kappa=value,
        reason=reason,
    )


def cohen_kappa(
    one: Mapping[UUID, Collection[UUID]],
    other: Mapping[UUID, Collection[UUID]],
    *,
    goals: Iterable[UUID] | None = None,
) -> CodingAgreement:
    """Return how far two coders of the same statements agree, per goal and overall.

    Args:
        one: per statement the goals that the first coder gave it; an empty collection where none fits.
        other: of the second coder. A statement that only one coder has counts as one to which the other
            gave no goal; leave out what a coder has not read yet.
        goals: those to decide on; without it all goals that either coder used. Goals that nobody used have no
            kappa and raise the overall agreement.
    """
    units = tuple(dict.fromkeys((*one, *other)))
    by_one, by_other = _yes(one), _yes(other)
    used = (decision.goal for decision in (*by_one, *by_other))
    decided_on = tuple(dict.fromkeys(used if goals is None else goals))
    return CodingAgreement(
        overall=kappa(by_one, by_other, (Decision(unit, goal) for unit in units for goal in decided_on)),
        goals={
            goal: kappa(
                {decision.unit for decision in by_one if decision.goal == goal},
                {decision.unit for decision in by_other if decision.goal == goal},
                units,
            )
            for goal in decided_on
        },
    )


def _yes(coded: Mapping[UUID, Collection[UUID]]) -> dict[Decision, None]:
    """Return what a coder said yes to, in the order in which it came."""
    return dict.fromkeys(Decision(unit, goal) for unit, those in coded.items() for goal in those)
