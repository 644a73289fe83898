"""Savings: units first, shares multiplied, deadweight once, and whose budget it is."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toc.domain.bonds import CounterfactualKind, Unit
from toc.domain.errors import DomainError
from toc.domain.money import CurrencyMismatch, Money
from toc.domain.savings import (
    BadSaving,
    DeadweightTwice,
    Saving,
    by_year,
    present_value,
    saved,
    self_financing_ratio,
)


def money(amount: str | int, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


GROSS = CounterfactualKind.NONE
BENEFIT = Saving(
    per_unit=money(10000),
    unit=Unit.PERSON,
    source="unit cost of a year on benefit",
    beneficiary_budget="municipality",
    cashable_share=Decimal("0.6"),
    price_year=2018,
)


def test_the_chain_of_the_sroi_guide() -> None:
    """Oracle: case `sroi_impact`, confidence 0.95: 50 x 10,000 x 0.8 x 0.9 x 0.75."""
    line = replace(
        BENEFIT,
        deadweight=Decimal("0.20"),
        displacement=Decimal("0.10"),
        attribution_to_others=Decimal("0.25"),
    )
    result = saved(line, Decimal(50), counterfactual=GROSS)
    assert result.total == money(270000)
    assert result.cashable == money(162000)
    assert (result.saving, result.units) == (line, Decimal(50))


def test_a_saving_fades_by_its_drop_off() -> None:
    assert by_year(money(270000), Decimal("0.3"), 3) == (money(270000), money(189000), money(132300))
    # Exactly 0.05, 0.025, 0.0125 and 0.00625; half of each rounded year would end with 0.00.
    assert by_year(money("0.05"), Decimal("0.5"), 4) == (
        money("0.05"),
        money("0.02"),
        money("0.01"),
        money("0.01"),
    )
    assert by_year(money(1), Decimal(0), 0) == ()


@pytest.mark.parametrize(("rate", "worth"), [("0.035", "556630.11"), ("0.0225", "568589.38")])
def test_the_present_value_of_the_example(rate: str, worth: str) -> None:
    """Oracle: case `pv_green_book`, confidence 1.0; the Dutch rate from the text on discount rates."""
    values = by_year(money(270000), Decimal("0.3"), 3)
    assert present_value(values, Decimal(rate)) == money(worth)


def test_a_value_of_today_is_not_discounted() -> None:
    assert present_value([money(100)], Decimal("0.05"), first_at_year=0) == money(100)
    assert present_value([money(100)], Decimal(0)) == money(100)


@pytest.mark.parametrize("kind", [kind for kind in CounterfactualKind if kind is not GROSS])
def test_deadweight_is_taken_off_once(kind: CounterfactualKind) -> None:
    """Oracle: case `double_deadweight_guard`, confidence 1.0; I-14."""
    with pytest.raises(DeadweightTwice) as error:
        saved(replace(BENEFIT, deadweight=Decimal("0.20")), Decimal(50), counterfactual=kind)
    assert error.value.key == "savings.deadweight_already_in_counterfactual"
    assert error.value.params == {"kind": kind}


def test_the_share_of_others_beside_a_counterfactual_needs_a_reason() -> None:
    line = replace(BENEFIT, attribution_to_others=Decimal("0.5"))
    with pytest.raises(DeadweightTwice) as error:
        saved(line, Decimal(2), counterfactual=CounterfactualKind.DID)
    assert error.value.key == "savings.attribution_already_in_counterfactual"
    explained = replace(line, attribution_reason="the wage subsidy was for the treated only")
    assert saved(explained, Decimal(2), counterfactual=CounterfactualKind.DID).total == money(10000)
    assert saved(line, Decimal(2), counterfactual=GROSS).total == money(10000)


def test_amounts_are_rounded_once_from_the_exact_figure() -> None:
    line = replace(
        BENEFIT, per_unit=money("0.05"), cashable_share=Decimal("0.5"), optimism_bias=Decimal("0.1")
    )
    result = saved(line, Decimal(1), counterfactual=GROSS)  # 0.045 and 0.0225
    assert (result.total, result.cashable) == (money("0.04"), money("0.02"))


def test_only_the_payers_own_cashable_saving_finances_its_payment() -> None:
    own = saved(BENEFIT, Decimal(10), counterfactual=GROSS)  # cashable 60,000
    elsewhere = saved(
        replace(BENEFIT, beneficiary_budget="state", per_unit=money(1, "USD")),
        Decimal(10),
        counterfactual=GROSS,
    )
    both = [own, elsewhere]
    assert self_financing_ratio(both, payer="municipality", payment=money(80000)) == Fraction(3, 4)
    assert self_financing_ratio(both, payer="province", payment=money(80000)) == 0
    assert self_financing_ratio(both, payer="municipality", payment=money(0)) is None
    with pytest.raises(CurrencyMismatch):
        self_financing_ratio(both, payer="state", payment=money(80000))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"per_unit": money(-1)}, "savings.negative_unit_cost"),
        ({"source": " "}, "savings.source_missing"),
        ({"beneficiary_budget": ""}, "savings.budget_missing"),
        ({"cashable_share": Decimal("1.01")}, "savings.share_outside_0_1"),
        ({"deadweight": Decimal("-0.1")}, "savings.share_outside_0_1"),
        ({"displacement": Decimal(2)}, "savings.share_outside_0_1"),
        ({"attribution_to_others": Decimal(2)}, "savings.share_outside_0_1"),
        ({"dropoff": Decimal(2)}, "savings.share_outside_0_1"),
        ({"optimism_bias": Decimal(2)}, "savings.share_outside_0_1"),
        ({"cashable_share": Decimal("NaN")}, "money.not_a_number"),
    ],
)
def test_a_saving_that_contradicts_itself_is_refused(changes: dict[str, object], key: str) -> None:
    with pytest.raises(DomainError) as error:
        replace(BENEFIT, **changes)  # type: ignore[arg-type]
    assert error.value.key == key


def test_units_below_zero_save_nothing_and_are_refused() -> None:
    with pytest.raises(BadSaving) as error:
        saved(BENEFIT, Decimal(-1), counterfactual=GROSS)
    assert error.value.key == "savings.negative_units"


def test_a_discount_needs_values_and_a_rate_above_minus_one() -> None:
    for values, rate in (((), Decimal("0.03")), ((money(1),), Decimal(-1))):
        with pytest.raises(BadSaving) as error:
            present_value(values, rate)
        assert error.value.key == "savings.nothing_to_discount"
    with pytest.raises(CurrencyMismatch):
        present_value([money(1), money(1, "USD")], Decimal(0))


@pytest.mark.parametrize("share", [Decimal("-0.1"), Decimal("1.1")])
def test_a_drop_off_is_a_share(share: Decimal) -> None:
    with pytest.raises(BadSaving) as error:
        by_year(money(1), share, 2)
    assert error.value.key == "savings.share_outside_0_1"


shares = st.decimals(0, 1, places=6)


@given(
    units=st.decimals(0, 10000, places=6),
    cents=st.integers(0, 10**8),
    deadweight=shares,
    displacement=shares,
    others=shares,
    cashable=shares,
)
def test_a_saving_is_between_nothing_and_the_gross_value(
    units: Decimal, cents: int, deadweight: Decimal, displacement: Decimal, others: Decimal, cashable: Decimal
) -> None:
    line = replace(
        BENEFIT,
        per_unit=Money.from_minor(cents, "EUR"),
        deadweight=deadweight,
        displacement=displacement,
        attribution_to_others=others,
        cashable_share=cashable,
    )
    result = saved(line, units, counterfactual=GROSS)
    assert money(0) <= result.cashable <= result.total <= (line.per_unit * units).rounded()
    assert result.total <= saved(replace(line, displacement=Decimal(0)), units, counterfactual=GROSS).total


@given(
    cents=st.lists(st.integers(0, 10**9), min_size=1, max_size=10),
    rate=st.decimals(0, 1, places=4),
    more=st.decimals(0, 1, places=4),
)
def test_a_higher_rate_never_makes_later_money_worth_more(
    cents: list[int], rate: Decimal, more: Decimal
) -> None:
    values = [Money.from_minor(minor, "EUR") for minor in cents]
    assert present_value(values, rate + more) <= present_value(values, rate) <= sum(values[1:], values[0])
