"""Savings: what an outcome saves, for whose budget, and how much of that is really money in hand.

Units come first: a saving is a price per unit times the units that a bond's counterfactual leaves over.
Social value is never a base for payment; only a cashable saving is.

Source: The SROI Network, A guide to Social Return on Investment (2012), for the chain; GMCA cost-benefit
guidance and HM Treasury, Supplementary Green Book guidance, for cashable shares and optimism bias.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from toc.domain.bonds import CounterfactualKind, Unit
from toc.domain.errors import DomainError
from toc.domain.money import MINOR_DIGITS, Money, exact, total

_SHARES = (
    "cashable_share",
    "deadweight",
    "displacement",
    "attribution_to_others",
    "dropoff",
    "optimism_bias",
)


class BadSaving(DomainError):
    """A saving contradicts itself, or lacks its source or the budget that it falls in."""


class DeadweightTwice(DomainError):
    """What would have happened anyway was taken off by the counterfactual and would be taken off again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What one unit saves in its first year.

    Attributes:
        per_unit: unit cost avoided, >= 0, at the prices of `price_year`.
        source: of the unit cost; never empty.
        beneficiary_budget: id of the party whose budget falls; often not the party that pays.
        cashable_share: the part that really leaves that budget; the rest frees capacity only.
        deadweight: share that would have happened anyway; 0 when a counterfactual took it off the units.
        displacement: share that moved a cost elsewhere.
        attribution_to_others: share that *others* caused (not the programme).
        attribution_reason: why others' share is taken off beside a counterfactual, which mostly holds it.
        dropoff: share lost each year after the first.
        optimism_bias: share taken off because such figures tend to be too good.
    """

    per_unit: Money
    unit: Unit
    source: str
    beneficiary_budget: str
    cashable_share: Decimal
    price_year: int
    deadweight: Decimal = Decimal(0)
    displacement: Decimal = Decimal(0)
    attribution_to_others: Decimal = Decimal(0)
    attribution_reason: str = ""
    dropoff: Decimal = Decimal(0)
    optimism_bias: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if self.per_unit < self.per_unit.zero():
            raise BadSaving("savings.negative_unit_cost")
        if not self.source.strip():
            raise BadSaving("savings.source_missing")
        if not self.beneficiary_budget.strip():
            raise BadSaving("savings.budget_missing")
        for name in _SHARES:
            _check_share(getattr(self, name), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a number of units saves in the first year, each amount rounded once from the exact figure.

    Attributes:
        units: payable or avoided units, with the denominator of the metric.
        total: after deadweight, displacement, others' share and optimism bias.
        cashable: the part of it that leaves the budget.
    """

    saving: Saving
    units: Decimal
    total: Money
    cashable: Money


def saved(saving: Saving, units: Decimal, *, counterfactual: CounterfactualKind) -> Saved:
    """Return what the units save in the first year.

    Example: 50 x 10,000 x (1 - 0.20) x (1 - 0.10) x (1 - 0.25) = 270,000.
    The shares are multiplied, never added.

    Args:
        saving: per unit.
        units: >= 0.
        counterfactual: how the units were made net; `NONE` when they are gross.

    Raises:
        DeadweightTwice: the units are net already. Deadweight is then refused, others' share needs a reason.
        BadSaving: units below zero.
    """
    if exact(units) < 0:
        raise BadSaving("savings.negative_units")
    if counterfactual is not CounterfactualKind.NONE:
        if saving.deadweight:
            raise DeadweightTwice("savings.deadweight_already_in_counterfactual", kind=counterfactual)
        if saving.attribution_to_others and not saving.attribution_reason.strip():
            raise DeadweightTwice("savings.attribution_already_in_counterfactual", kind=counterfactual)
    value = Fraction(saving.per_unit.amount) * Fraction(units)
    for name in ("deadweight", "displacement", "attribution_to_others", "optimism_bias"):
        value *= 1 - Fraction(getattr(saving, name))
    return Saved(
        saving=saving,
        units=units,
        total=_rounded(value, saving.per_unit.currency),
        cashable=_rounded(value * Fraction(saving.cashable_share), saving.per_unit.currency),
    )


def by_year(first: Money, dropoff: Decimal, years: int) -> tuple[Money, ...]:
    """Return a yearly value as it fades: 270,000 with a drop-off of 0.3 gives 189,000 and 132,300 next.

    Each year is rounded from the exact figure, not from the year before.

    Raises:
        BadSaving: the drop-off is not a share from 0 to 1.
    """
    _check_share(dropoff, "dropoff")
    kept = 1 - Fraction(dropoff)
    return tuple(_rounded(Fraction(first.amount) * kept**year, first.currency) for year in range(years))


def present_value(values: Sequence[Money], rate: Decimal, *, first_at_year: int = 1) -> Money:
    """Return the worth today of yearly values, rounded once.

    Args:
        values: one per year, in one currency, at least one.
        rate: discount rate as a fraction per year, above -1; a dated parameter of whoever asks, never a
            constant. A real rate goes with real values, a nominal rate with nominal values.
        first_at_year: years from now to the first value.

    Raises:
        BadSaving: no values, or a rate of -1 or lower.
        CurrencyMismatch: values in several currencies.

    Source: sum of value / (1 + rate)^year.
    """
    if not values or exact(rate) <= -1:
        raise BadSaving("savings.nothing_to_discount")
    currency = total(values, values[0].currency).currency
    growth = 1 + Fraction(rate)
    worth = sum(
        Fraction(value.amount) / growth ** (first_at_year + year) for year, value in enumerate(values)
    )
    return _rounded(Fraction(worth), currency)


def self_financing_ratio(savings: Iterable[Saved], *, payer: str, payment: Money) -> Fraction | None:
    """Return the payer's own cashable saving as a multiple of what it pays.

    Below 1 the payer pays more than it saves, which is to be said on the page. Savings in other budgets do
    not count ("wrong pockets"). None when nothing is paid.

    Raises:
        CurrencyMismatch: a saving of the payer in another currency than the payment.
    """
    own = total((one.cashable for one in savings if one.saving.beneficiary_budget == payer), payment.currency)
    return Fraction(own.amount) / Fraction(payment.amount) if payment else None


def _check_share(share: Decimal, field: str) -> None:
    if not 0 <= exact(share) <= 1:
        raise BadSaving("savings.share_outside_0_1", field=field)


def _rounded(amount: Fraction, currency: str) -> Money:
    # round() of a Fraction is exact and half-even; a Decimal could not hold a third.
    return Money.from_minor(round(amount * 10 ** MINOR_DIGITS[currency]), currency)
