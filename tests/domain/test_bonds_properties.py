"""Bonds: what no contract may ever pay."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import cast

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.contracts import contract_of, money, outcome_of, paid, type_of_line
from toc.domain.bonds import (
    Calculation,
    Contract,
    Counterfactual,
    CounterfactualKind,
    Direction,
    Outcome,
    PersonClaims,
    PerUnit,
    RateCardLine,
    Shortfall,
    Unit,
    WholeUnits,
    calculate,
    cliffs,
    payment_if_no_effect,
    recompute,
)
from toc.domain.money import Money

shares = st.decimals(0, 1, places=4)

caps = st.none() | st.integers(0, 10**9).map(lambda cents: Money.from_minor(cents, "EUR"))

prices = st.decimals("0.0001", 10000, places=4).map(lambda amount: Money(amount, "EUR"))

kinds = st.sampled_from([kind for kind in CounterfactualKind if kind is not CounterfactualKind.NONE])

counterfactuals = st.just(Counterfactual()) | st.builds(
    Counterfactual, kind=kinds, share=shares, source=st.just("clause 4")
)


@st.composite
def unit_cases(draw: st.DrawFn) -> tuple[Contract, PerUnit, Outcome]:
    """A contract of one per-unit line, and an outcome that fits it."""
    term = draw(counterfactuals)
    directions = list(Direction) if term.is_net else [Direction.HIGHER_BETTER]
    line = PerUnit(
        code="R1",
        price=draw(prices),
        cap=draw(caps),
        expected_anyway=term,
        unit=Unit.DAY,
        direction=draw(st.sampled_from(directions)),
    )
    contract = contract_of(
        line,
        cap=draw(caps),
        required_rung=draw(st.integers(0, 5)),
        whole_units=draw(st.sampled_from(WholeUnits)),
        shortfall=draw(st.sampled_from(Shortfall)),
    )
    carries = term.is_net and contract.shortfall is Shortfall.CARRIED
    achieved = draw(st.decimals(0, 5000, places=3))
    on_line = draw(st.integers(0, 10**8))
    outcome = Outcome(
        achieved=achieved,
        rung=draw(st.integers(contract.required_rung, 5)),
        participants=draw(st.integers(0, 5000)),
        deducted=draw(st.decimals(0, achieved, places=3)),
        shortfall_brought=draw(st.decimals(0, 100, places=3)) if carries else Decimal(0),
        paid_on_line=Money.from_minor(on_line, "EUR"),
        paid_on_contract=Money.from_minor(on_line + draw(st.integers(0, 10**8)), "EUR"),
    )
    return contract, line, outcome


@st.composite
def claim_cases(draw: st.DrawFn) -> tuple[Contract, RateCardLine, Outcome]:
    """A contract of one rate-card line with a cap per person, and the claims of some persons."""
    line = RateCardLine(
        code="C1",
        price=draw(prices),
        cap=draw(caps),
        max_claims_per_person=draw(st.none() | st.integers(1, 4)),
    )
    contract = contract_of(line, cap=draw(caps), person_cap=draw(caps))
    each = tuple(
        PersonClaims(
            person=f"p{number}",
            claims=draw(st.integers(1, 6)),
            already_claimed=draw(st.integers(0, 6)),
            paid_on_contract=Money.from_minor(draw(st.integers(0, 10**6)), "EUR"),
        )
        for number in range(draw(st.integers(0, 6)))
    )
    outcome = outcome_of(
        sum(one.claims for one in each),
        persons=len(each),
        already_claimed=sum(one.already_claimed for one in each),
        by_person=each,
        paid_on_contract=sum((cast("Money", one.paid_on_contract) for one in each), money(0)),
    )
    return contract, line, outcome


cases = unit_cases() | claim_cases()


@given(case=cases)
def test_a_calculation_is_made_again_to_the_same_cents(case: tuple[Contract, type_of_line, Outcome]) -> None:
    """I-2, also after it was stored as text and in whatever order its keys came back."""
    calculation = calculate(*case)
    assert recompute(calculation) == calculation
    stored = json.loads(calculation.canonical(), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    read = Calculation.from_dict(stored)
    assert read == calculation
    assert (read.canonical(), read.fingerprint) == (calculation.canonical(), calculation.fingerprint)
    assert recompute(read).fingerprint == calculation.fingerprint


@given(case=cases)
def test_a_payment_is_never_negative_nor_above_a_cap_and_nothing_is_dropped(
    case: tuple[Contract, type_of_line, Outcome],
) -> None:
    """I-3."""
    contract, line, outcome = case
    calculation = calculate(contract, line, outcome)
    assert calculation.net >= money(0)
    assert calculation.net.is_rounded
    for cap, before in ((line.cap, outcome.paid_on_line), (contract.cap, outcome.paid_on_contract)):
        if cap is not None:
            assert calculation.net <= max(cap - before, money(0))
    assert all(cap.over >= money(0) for cap in calculation.caps)
    assert calculation.net + calculation.over == calculation.gross + calculation.rounding
    assert abs(calculation.rounding) * 2 <= money("0.01")
    assert calculation.gross == line.price * calculation.steps[3].result
    assert calculation.shortfall == 0 or calculation.gross == money(0)


@given(case=unit_cases(), more=st.decimals(0, 1000, places=3))
def test_a_better_outcome_never_pays_less(case: tuple[Contract, PerUnit, Outcome], more: Decimal) -> None:
    """I-4: more units where more is better, fewer where fewer is."""
    contract, line, outcome = case
    lower = line.direction is Direction.LOWER_BETTER
    assume(not lower or outcome.achieved - more >= outcome.deducted)
    better = replace(outcome, achieved=outcome.achieved - more if lower else outcome.achieved + more)
    assert calculate(contract, line, better).net >= calculate(contract, line, outcome).net


@given(case=claim_cases(), claims=st.integers(1, 6))
def test_one_more_person_never_makes_the_payment_less(
    case: tuple[Contract, RateCardLine, Outcome], claims: int
) -> None:
    contract, line, outcome = case
    another = PersonClaims(person="another", claims=claims, paid_on_contract=money(0))
    better = replace(
        outcome,
        achieved=outcome.achieved + claims,
        persons=len(outcome.by_person) + 1,
        by_person=(*outcome.by_person, another),
    )
    assert calculate(contract, line, better).net >= calculate(contract, line, outcome).net


@given(case=claim_cases(), data=st.data())
def test_the_order_of_the_persons_does_not_matter(
    case: tuple[Contract, RateCardLine, Outcome], data: st.DataObject
) -> None:
    contract, line, outcome = case
    shuffled = replace(outcome, by_person=tuple(data.draw(st.permutations(outcome.by_person))))
    one, other = calculate(contract, line, outcome), calculate(contract, line, shuffled)
    assert (one.net, one.caps, one.steps) == (other.net, other.caps, other.steps)


@given(
    units=st.lists(st.integers(0, 500), min_size=1, max_size=6),
    cents=st.integers(1, 10**6),
    cap=caps,
    data=st.data(),
)
def test_instalments_of_a_gross_line_pay_the_same_in_any_order(
    units: list[int], cents: int, cap: Money | None, data: st.DataObject
) -> None:
    line = PerUnit(code="R1", price=Money.from_minor(cents, "EUR"), cap=cap, unit=Unit.DAY)

    def all_paid(order: list[int]) -> Money:
        so_far = money(0)
        for achieved in order:
            so_far += paid(line, outcome_of(achieved, paid_on_line=so_far, paid_on_contract=so_far))
        return so_far

    assert (
        all_paid(units) == all_paid(data.draw(st.permutations(units))) == paid(line, outcome_of(sum(units)))
    )


@given(case=unit_cases())
def test_without_effect_a_net_line_pays_nothing(case: tuple[Contract, PerUnit, Outcome]) -> None:
    contract, line, outcome = case
    expected = line.expected_anyway.expected(outcome.participants or 0)
    same = replace(outcome, achieved=expected + outcome.deducted)
    if line.expected_anyway.is_net:
        assert (
            calculate(contract, line, same).net == payment_if_no_effect(contract, line, outcome) == money(0)
        )
    else:
        assert payment_if_no_effect(contract, line, outcome) == calculate(contract, line, outcome).net


@given(case=unit_cases())
def test_a_cap_pays_whole_units_up_to_its_cliff(case: tuple[Contract, PerUnit, Outcome]) -> None:
    """I-5: no unit beyond the cliff of a cap is paid whole."""
    contract, line, outcome = case
    for cliff in cliffs(contract, line, outcome):
        assert cliff.below <= cliff.at <= cliff.above
        if cliff.scope == "rung":
            assert cliff.below == money(0)
        else:
            assert cliff.above - cliff.at <= line.price + money("0.01")
            assert cliff.at <= line.price * cliff.threshold + money("0.005")
