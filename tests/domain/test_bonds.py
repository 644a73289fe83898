"""Bonds: what real and invented contracts pay, and what no contract may ever pay."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import TypedDict, Unpack, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from toc.domain.bonds import (
    BadOutcome,
    BadTerms,
    Calculation,
    Cliff,
    Contract,
    Counterfactual,
    CounterfactualKind,
    Direction,
    Key,
    Outcome,
    PersonClaims,
    PerUnit,
    RateCardLine,
    RungTooLow,
    Shortfall,
    Unit,
    WholeUnits,
    calculate,
    cliffs,
    payment_if_no_effect,
    recompute,
)
from toc.domain.errors import DomainError
from toc.domain.money import BadMoney, CurrencyMismatch, Money

type_of_line = PerUnit | RateCardLine


class ContractTerms(TypedDict, total=False):
    cap: Money | None
    person_cap: Money | None
    required_rung: int
    whole_units: WholeUnits
    shortfall: Shortfall


class Counted(TypedDict, total=False):
    rung: int
    paid_on_line: Money
    paid_on_contract: Money
    participants: int | None
    deducted: Decimal
    shortfall_brought: Decimal
    persons: int | None
    already_claimed: int
    prerequisite_met: int | None
    by_person: tuple[PersonClaims, ...]


def money(amount: str | int, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


def anyway(share: str, kind: CounterfactualKind = CounterfactualKind.HISTORICAL) -> Counterfactual:
    return Counterfactual(kind=kind, share=Decimal(share), source="assumption")


DIPLOMA = PerUnit(code="R1", price=money(2000), expected_anyway=anyway("0.25"))


def contract_of(*lines: type_of_line, currency: str = "EUR", **terms: Unpack[ContractTerms]) -> Contract:
    return Contract(code="B1", currency=currency, investment=money(0, currency), lines=lines, **terms)


def outcome_of(achieved: str | int, currency: str = "EUR", **counted: Unpack[Counted]) -> Outcome:
    nothing: Counted = {"rung": 0, "paid_on_line": money(0, currency), "paid_on_contract": money(0, currency)}
    return Outcome(achieved=Decimal(achieved), **(nothing | counted))


def paid(line: type_of_line, outcome: Outcome, **terms: Unpack[ContractTerms]) -> Money:
    return calculate(contract_of(line, currency=line.price.currency, **terms), line, outcome).net


# Worked examples


def test_only_what_goes_beyond_the_counterfactual_is_paid() -> None:
    # 48 of 96 pass, a quarter (24) would have anyway: 24 x 2,000 = 48,000; the cap allows 40,000.
    line = replace(DIPLOMA, cap=money(40000))
    calculation = calculate(contract_of(line), line, outcome_of(48, participants=96))
    assert calculation.gross == money(48000)
    assert calculation.net == money(40000)
    assert calculation.over == money(8000)
    assert [(cap.scope, cap.left, cap.over) for cap in calculation.caps] == [
        ("line", money(40000), money(8000))
    ]
    assert [step.key for step in calculation.steps] == list(Key)
    assert [(step.key.rsplit(".", 1)[1], int(step.result), step.unit) for step in calculation.steps] == [
        ("qualify", 48, "person"),
        ("deduct", 48, "person"),
        ("effect", 24, "person"),
        ("whole_units", 24, "person"),
        ("price", 48000, "EUR"),
        ("person_cap", 48000, "EUR"),
        ("line_cap", 40000, "EUR"),
        ("contract_cap", 40000, "EUR"),
        ("rounding", 40000, "EUR"),
    ]
    effect = {operand.name: (operand.number, operand.unit) for operand in calculation.steps[2].operands}
    assert effect == {
        "counted": (48, "person"),
        "share": (Decimal("0.25"), "share"),
        "participants": (96, "person"),
        "expected": (24, "person"),
        "shortfall_brought": (0, "person"),
    }


def test_what_was_paid_before_fills_the_caps() -> None:
    line = replace(DIPLOMA, cap=money(60000))
    before = outcome_of(48, participants=96, paid_on_line=money(20000), paid_on_contract=money(70000))
    calculation = calculate(contract_of(line, cap=money(100000)), line, before)
    assert calculation.net == money(30000)  # the line has room for 40,000, the contract for 30,000
    assert [(cap.scope, cap.left, cap.over) for cap in calculation.caps] == [
        ("line", money(40000), money(8000)),
        ("contract", money(30000), money(10000)),
    ]


def test_a_cap_that_was_already_exceeded_pays_nothing_more() -> None:
    above = outcome_of(48, participants=96, paid_on_line=money(70000), paid_on_contract=money(70000))
    assert paid(replace(DIPLOMA, cap=money(60000)), above) == money(0)
    assert paid(DIPLOMA, above, cap=money(60000)) == money(0)


def test_rounding_is_the_last_step_and_is_kept() -> None:
    line = PerUnit(code="R1", price=money("0.125"), unit=Unit.DAY)
    calculation = calculate(contract_of(line), line, outcome_of(3))  # 0.375, half-even to 0.38
    assert (calculation.gross, calculation.net, calculation.rounding) == (
        money("0.375"),
        money("0.38"),
        money("0.005"),
    )


def test_the_share_expected_anyway_is_not_rounded() -> None:
    # 0.333 x 10 = 3.33 expected, 4 - 3.33 = 0.67 x 1,000 = 670; rounding to 3 people first would pay 1,000.
    assert paid(
        PerUnit(code="R1", price=money(1000), expected_anyway=anyway("0.333")), outcome_of(4, participants=10)
    ) == money(670)


def test_a_shortfall_is_carried_to_the_next_outcome_unless_the_clause_says_lost() -> None:
    contract = contract_of(DIPLOMA)
    first = calculate(contract, DIPLOMA, outcome_of(20, participants=96))
    assert (first.net, int(first.shortfall)) == (money(0), 4)
    second = calculate(contract, DIPLOMA, outcome_of(30, participants=96, shortfall_brought=first.shortfall))
    assert (second.net, int(second.shortfall)) == (money(4000), 0)  # 30 - 24 - 4 = 2
    lost = contract_of(DIPLOMA, shortfall=Shortfall.LOST)
    assert calculate(lost, DIPLOMA, outcome_of(20, participants=96)).shortfall == 0
    assert paid(DIPLOMA, outcome_of(30, participants=96), shortfall=Shortfall.LOST) == money(12000)


def test_evidence_below_the_required_rung_is_refused_not_paid_with_zero() -> None:
    contract = contract_of(DIPLOMA, required_rung=3)
    with pytest.raises(RungTooLow) as error:
        calculate(contract, DIPLOMA, outcome_of(48, participants=96, rung=2))
    assert error.value.key == "bonds.rung_too_low"
    assert error.value.params == {"line": "R1", "rung": 2, "required": 3}
    assert calculate(contract, DIPLOMA, outcome_of(48, participants=96, rung=3)).net == money(48000)


def test_without_effect_a_net_line_pays_nothing_and_a_gross_line_pays_all() -> None:
    outcome = outcome_of(48, participants=96)
    assert payment_if_no_effect(contract_of(DIPLOMA), DIPLOMA, outcome) == money(0)
    gross = PerUnit(code="R1", price=money(2000))
    assert payment_if_no_effect(contract_of(gross), gross, outcome) == money(96000)


def test_cliffs_show_the_payment_beside_each_cap_and_the_rung() -> None:
    line = replace(DIPLOMA, cap=money(41000))
    contract = contract_of(line, cap=money(500000), required_rung=2)
    outcome = outcome_of(48, participants=96, paid_on_contract=money(465000))
    assert cliffs(contract, line, outcome) == (
        # 35,000 is left in the contract, so its room decides beside the cap of the line as well.
        Cliff("line", 20, money(35000), money(35000), money(35000)),
        Cliff("contract", 17, money(32000), money(34000), money(35000)),
        Cliff("rung", 2, money(0), money(35000), money(35000)),
    )
    assert cliffs(contract_of(DIPLOMA), DIPLOMA, outcome_of(48, participants=96)) == ()
    full = outcome_of(48, participants=96, paid_on_line=money(41000), paid_on_contract=money(41000))
    assert cliffs(contract_of(line), line, full) == (Cliff("line", 0, money(0), money(0), money(0)),)


def test_cliffs_of_a_cap_per_person() -> None:
    line = RateCardLine(code="a", price=money(3000))
    contract = contract_of(line, person_cap=money(8200))
    assert cliffs(contract, line, outcome_of(0, persons=0)) == (
        Cliff("person", 2, money(3000), money(6000), money(8200)),
    )


# Oracles: contracts whose published result the terms must reproduce


def test_denver_pays_for_days_in_stable_housing() -> None:
    """Denver Supportive Housing SIB, confidence 0.99: Urban Institute, July 2021, five payments."""
    line = PerUnit(code="housing", price=money("15.12", "USD"), cap=money(5290000, "USD"), unit=Unit.DAY)
    first = paid(line, outcome_of(258858, "USD"))
    assert first == money("3913932.96", "USD")
    fifth = outcome_of(41070, "USD", paid_on_line=first, paid_on_contract=first)
    assert paid(line, fifth) == money("620978.40", "USD")


def test_days_in_jail_are_deducted_before_the_price() -> None:
    """Synthetic: the deduction of the Denver terms with invented days."""
    line = PerUnit(code="housing", price=money("15.12", "USD"), unit=Unit.DAY)
    assert paid(line, outcome_of(300, "USD", deducted=Decimal(40))) == money("3931.20", "USD")


ROUND_1 = {
    "improved behaviour": 1300,
    "improved attendance": 800,
    "NQF L1": 700,
    "NQF L2": 2200,
    "NQF L3": 3300,
    "NQF L4+": 2000,
    "ESOL": 1200,
    "employment 13w": 2600,
    "employment 26w": 1000,
}
ROUND_2 = {
    "improved behaviour": 1300,
    "improved attendance": 1400,
    "improved attitude": 700,
    "NQF L1": 1100,
    "NQF L2": 3300,
    "NQF L3": 5100,
    "employment 13w": 3500,
    "employment 26w": 2000,
    "QCF entry level": 900,
    "basic skills": 900,
}
SIX = ("improved behaviour", "improved attendance", "NQF L1", "NQF L2", "employment 13w", "employment 26w")


def innovation_fund(card: dict[str, int], person_cap: int) -> Contract:
    lines = [
        RateCardLine(code=code, price=money(price, "GBP"), max_claims_per_person=1)
        for code, price in card.items()
    ]
    return contract_of(*lines, currency="GBP", person_cap=money(person_cap, "GBP"))


def card_paid(contract: Contract, claims: dict[str, tuple[str, ...]]) -> tuple[Money, Money]:
    """Return gross and net of what is paid for the outcomes of each person, one claim after the other."""
    gross = net = money(0, "GBP")
    for person, outcomes in claims.items():
        paid_for_person = money(0, "GBP")
        for code in outcomes:
            one = PersonClaims(person=person, claims=1, paid_on_contract=paid_for_person)
            outcome = outcome_of(1, "GBP", persons=1, by_person=(one,), paid_on_contract=net)
            calculation = calculate(contract, contract.line(code), outcome)
            gross += calculation.gross
            net += calculation.net
            paid_for_person += calculation.net
    return gross, net


@pytest.mark.parametrize(
    ("card", "cap", "claims", "gross", "payable"),
    [
        pytest.param(ROUND_1, 8200, {"p": SIX}, 8600, 8200, id="r1_person, confidence 0.95"),
        pytest.param(ROUND_2, 11700, {"p": (*SIX, "improved attitude")}, 13300, 11700, id="r2_person, 0.95"),
        pytest.param(ROUND_1, 8200, {"p": tuple(ROUND_1)}, 15100, 8200, id="r1_card_sum, 0.97"),
        pytest.param(
            ROUND_1, 8200, {"a": SIX, "b": ("NQF L1",)}, 9300, 8900, id="per person, not average, 0.95"
        ),
    ],
)
def test_the_innovation_fund_caps_each_person(
    card: dict[str, int], cap: int, claims: dict[str, tuple[str, ...]], gross: int, payable: int
) -> None:
    """DWP Innovation Fund, INDIGO-POJ-0139 and -0143: two rate cards, a cap per participant."""
    assert card_paid(innovation_fund(card, cap), claims) == (money(gross, "GBP"), money(payable, "GBP"))


def test_the_innovation_fund_rejects_a_second_claim_for_one_person() -> None:
    """DWP Innovation Fund, case `duplicate_claim`, confidence 0.9: a first qualification is paid once."""
    contract = innovation_fund(ROUND_1, 8200)
    twice = PersonClaims(person="p1", claims=2, paid_on_contract=money(0, "GBP"))
    outcome = outcome_of(2, "GBP", persons=1, by_person=(twice,))
    calculation = calculate(contract, contract.line("NQF L1"), outcome)
    assert (calculation.net, int(calculation.rejected)) == (money(700, "GBP"), 1)


# number of the metric, price, claims, persons, paid
REBOOT_WEST = [
    (1, 220, 527, 231, 115940),
    (2, 220, 453, 225, 99660),
    (3, 220, 482, 230, 106040),
    (4, 220, 466, 227, 102520),
    (5, 220, 202, 136, 44440),
    (6, 220, 145, 132, 31900),
    (7, 220, 121, 109, 26620),
    (8, 220, 106, 94, 23320),
    (9, 1760, 43, 41, 75680),
    (10, 4730, 33, 33, 156090),
    (11, 4730, 11, 10, 52030),
    (12, 660, 10, 10, 6600),
    (13, 2750, 4, 4, 11000),
    (14, 2750, 2, 2, 5500),
    (15, 4730, 3, 3, 14190),
    (16, 110, 29, 29, 3190),
    (17, 220, 19, 19, 4180),
    (18, 330, 6, 6, 1980),
    (19, 660, 126, 126, 83160),
    (20, 2750, 114, 114, 313500),
    (21, 2750, 102, 102, 280500),
    (22, 2750, 73, 73, 200750),
    (23, 2750, 41, 41, 112750),
]


def reboot_west(most: int | None) -> list[int]:
    lines = [
        RateCardLine(code=f"outcomemetric{number}", price=money(price, "GBP"), max_claims_per_person=most)
        for number, price, *_ in REBOOT_WEST
    ]
    contract = contract_of(*lines, currency="GBP")
    return [
        int(calculate(contract, line, outcome_of(claims, "GBP", persons=persons)).net.amount)
        for line, (_, _, claims, persons, _) in zip(lines, REBOOT_WEST, strict=True)
    ]


def test_care_leavers_were_paid_per_claim() -> None:
    """Care Leavers SIB Reboot West, INDIGO-POJ-0121, case `ledger_by_claims`, confidence 0.97."""
    assert reboot_west(most=None) == [row[-1] for row in REBOOT_WEST]
    assert sum(reboot_west(most=None)) == 1871540


def test_persons_are_not_claims() -> None:
    """As above, case `persons_are_not_claims`: one claim per person would have paid 254,210 less."""
    assert sum(reboot_west(most=1)) == 1617330
    assert sum(reboot_west(most=None)) - sum(reboot_west(most=1)) == 254210


@pytest.mark.parametrize(
    ("share", "people"),
    [("0.70", "176.40"), ("0.50", "126.00"), ("0.26", "65.52")],
    ids=["diploma", "job", "prolonged"],
)
def test_the_colour_kitchen_targets_are_fractions_of_people(share: str, people: str) -> None:
    """The Colour Kitchen Utrecht, case `targets_in_people`, confidence 0.95: 252 people; 70, 50 and 26 %."""
    assert anyway(share).expected(252) == Decimal(people)


def test_whether_a_fraction_of_a_person_is_paid_is_a_clause() -> None:
    """Synthetic price on the Colour Kitchen's 252 people, of whom 30 % (75.6) are expected anyway."""
    line = PerUnit(code="diploma", price=money(1000), expected_anyway=anyway("0.30"))
    outcome = outcome_of(252, participants=252)
    assert paid(line, outcome) == money(176400)
    assert paid(line, outcome, whole_units=WholeUnits.FLOOR) == money(176000)
    nearly = outcome_of(254, participants=254)  # 254 - 76.2 = 177.8 people: the floor, not the nearest
    assert paid(line, nearly, whole_units=WholeUnits.FLOOR) == money(177000)


def test_the_buzinezzclub_pays_for_benefit_days_avoided() -> None:
    """Buzinezzclub Rotterdam, case `formula`: synthetic, the prices are not public (confidence 0.6)."""
    line = PerUnit(
        code="days",
        price=money("38.36"),
        cap=money(924800),
        unit=Unit.DAY,
        direction=Direction.LOWER_BETTER,
        expected_anyway=anyway("450"),
    )
    calculation = calculate(contract_of(line), line, outcome_of(160 * 360, participants=160))
    assert calculation.steps[2].result == 14400
    assert calculation.net == money("552384.00")


@pytest.mark.parametrize(("share", "due"), [("0.5", "133739.10"), ("0.2", "52009.65")])
def test_the_baseline_of_utah_decides_the_payment(share: str, due: str) -> None:
    """Utah preschool, cases `baseline_sensitivity`: synthetic, 0.95 of USD 2,607 per child-year avoided."""
    line = PerUnit(
        code="special education",
        price=money("2476.65", "USD"),
        direction=Direction.LOWER_BETTER,
        expected_anyway=anyway(share, CounterfactualKind.FIXED_ASSUMPTION),
    )
    assert paid(line, outcome_of(1, "USD", participants=110)) == money(due, "USD")


# Claims


def test_claims_above_the_maximum_per_person_are_rejected_and_reported() -> None:
    line = RateCardLine(code="a", price=money(100), max_claims_per_person=2)
    each = (
        PersonClaims(person="p1", claims=3),
        PersonClaims(person="p2", claims=1),
        PersonClaims(person="p3", claims=2, already_claimed=1),
        PersonClaims(person="p4", claims=1, already_claimed=5),
    )
    calculation = calculate(
        contract_of(line), line, outcome_of(7, persons=4, already_claimed=6, by_person=each)
    )
    assert (calculation.net, int(calculation.rejected)) == (money(400), 3)


def test_counts_alone_suffice_where_they_leave_no_doubt() -> None:
    twice = RateCardLine(code="a", price=money(100), max_claims_per_person=2)
    assert paid(twice, outcome_of(4, persons=3)) == money(400)
    assert paid(twice, outcome_of(0, persons=0)) == money(0)
    with pytest.raises(BadOutcome) as error:
        paid(twice, outcome_of(4, persons=2))  # 2 and 2 would be paid whole, 3 and 1 would not
    assert error.value.key == "bonds.by_person_needed"
    once = RateCardLine(code="a", price=money(100), max_claims_per_person=1)
    assert paid(once, outcome_of(5, persons=3, already_claimed=1)) == money(200)
    assert paid(once, outcome_of(5, persons=3, already_claimed=3)) == money(0)


def test_a_cap_per_person_needs_the_claims_of_each() -> None:
    line = RateCardLine(code="a", price=money(100))
    contract = contract_of(line, person_cap=money(250))
    each = (
        PersonClaims(person="p1", claims=4, paid_on_contract=money(50)),
        PersonClaims(person="p2", claims=1, paid_on_contract=money(300)),
        PersonClaims(person="p3", claims=1, paid_on_contract=money(0)),
    )
    calculation = calculate(
        contract, line, outcome_of(6, persons=3, by_person=each, paid_on_contract=money(350))
    )
    assert calculation.net == money(300)  # 200 of 400, 0 of 100, 100 of 100
    assert [(cap.scope, cap.left, cap.over) for cap in calculation.caps] == [
        ("person", money(450), money(300))
    ]
    with pytest.raises(BadOutcome) as error:
        calculate(contract, line, outcome_of(6, persons=3))
    assert error.value.key == "bonds.by_person_needed"
    unknown = (PersonClaims(person="p1", claims=1),)
    with pytest.raises(BadOutcome) as error:
        calculate(contract, line, outcome_of(1, persons=1, by_person=unknown))
    assert error.value.key == "bonds.person_paid_needed"


def test_a_prerequisite_must_be_met_by_all_who_claim() -> None:
    first = RateCardLine(code="13w", price=money(2600))
    second = RateCardLine(code="26w", price=money(1000), prerequisite="13w")
    contract = contract_of(first, second)
    assert calculate(contract, second, outcome_of(3, persons=3, prerequisite_met=3)).net == money(3000)
    for met in (2, None):
        with pytest.raises(BadOutcome) as error:
            calculate(contract, second, outcome_of(3, persons=3, prerequisite_met=met))
        assert error.value.key == "bonds.prerequisite_not_met"


# Terms and outcomes that contradict themselves

PLAIN = PerUnit(code="R1", price=money(10))
CARD = RateCardLine(code="C1", price=money(10))
ONE = PersonClaims(person="p1", claims=1)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"code": " "}, "bonds.code_missing"),
        ({"lines": ()}, "bonds.no_lines"),
        ({"lines": (PLAIN, PLAIN)}, "bonds.code_twice"),
        ({"required_rung": 6}, "bonds.no_such_rung"),
        ({"required_rung": -1}, "bonds.no_such_rung"),
        ({"investment": money(-1)}, "bonds.bad_investment"),
        ({"cap": money("0.001")}, "bonds.bad_contract_cap"),
        ({"cap": money(-1)}, "bonds.bad_contract_cap"),
        ({"cap": money(1, "USD")}, "money.currency_mismatch"),
        ({"currency": "USD", "investment": money(1, "USD")}, "money.currency_mismatch"),
        ({"lines": (CARD,), "person_cap": money("0.5"), "currency": "JPY"}, "money.currency_mismatch"),
        ({"lines": (CARD,), "person_cap": money("0.001")}, "bonds.bad_person_cap"),
        ({"person_cap": money(1)}, "bonds.person_cap_needs_gross_rate_card"),
        (
            {"lines": (replace(CARD, expected_anyway=anyway("1")),), "person_cap": money(1)},
            "bonds.person_cap_needs_gross_rate_card",
        ),
        ({"lines": (replace(CARD, prerequisite="C9"),)}, "bonds.no_such_prerequisite"),
        ({"lines": (replace(CARD, prerequisite="C1"),)}, "bonds.prerequisite_circle"),
        (
            {"lines": (replace(CARD, prerequisite="C2"), replace(CARD, code="C2", prerequisite="C1"))},
            "bonds.prerequisite_circle",
        ),
    ],
)
def test_a_contract_that_contradicts_itself_is_refused(changes: dict[str, object], key: str) -> None:
    terms = {"code": "B1", "currency": "EUR", "investment": money(0), "lines": (PLAIN,)} | changes
    with pytest.raises(DomainError) as error:
        Contract(**terms)  # type: ignore[arg-type]
    assert error.value.key == key


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"code": ""}, "bonds.code_missing"),
        ({"price": money(0)}, "bonds.price_not_positive"),
        ({"cap": money("0.005")}, "bonds.bad_line_cap"),
        ({"cap": money(1, "USD")}, "money.currency_mismatch"),
        ({"expected_anyway": anyway("1.01")}, "bonds.share_above_one"),
        ({"direction": Direction.LOWER_BETTER}, "bonds.avoided_without_counterfactual"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused(changes: dict[str, object], key: str) -> None:
    with pytest.raises(DomainError) as error:
        replace(PLAIN, **changes)  # type: ignore[arg-type]
    assert error.value.key == key


@pytest.mark.parametrize(
    ("kind", "share", "source", "key"),
    [
        (CounterfactualKind.NONE, Decimal(0), "clause 3", "bonds.share_without_counterfactual"),
        (CounterfactualKind.RCT_ITT, None, "study", "bonds.share_missing"),
        (CounterfactualKind.DID, Decimal("-0.1"), "study", "bonds.share_negative"),
        (CounterfactualKind.MATCHED, Decimal("0.1"), " ", "bonds.share_without_source"),
        (CounterfactualKind.MATCHED, Decimal("NaN"), "study", "money.not_a_number"),
    ],
)
def test_a_counterfactual_has_a_share_and_a_source(
    kind: CounterfactualKind, share: Decimal | None, source: str, key: str
) -> None:
    with pytest.raises(DomainError) as error:
        Counterfactual(kind=kind, share=share, source=source)
    assert error.value.key == key


def test_a_maximum_of_claims_is_at_least_one() -> None:
    with pytest.raises(BadTerms) as error:
        replace(CARD, max_claims_per_person=0)
    assert error.value.key == "bonds.max_claims_not_positive"


@pytest.mark.parametrize(
    ("counted", "key"),
    [
        ({"achieved": -1}, "bonds.negative_count"),
        ({"participants": -1}, "bonds.negative_count"),
        ({"persons": -1}, "bonds.negative_count"),
        ({"already_claimed": -1}, "bonds.negative_count"),
        ({"prerequisite_met": -1}, "bonds.negative_count"),
        ({"deducted": Decimal(-1)}, "bonds.negative_count"),
        ({"shortfall_brought": Decimal(-1)}, "bonds.negative_count"),
        ({"rung": 6}, "bonds.no_such_rung"),
        ({"paid_on_line": money(-1)}, "bonds.negative_paid"),
        ({"paid_on_line": money(1)}, "bonds.paid_on_line_above_contract"),
        ({"deducted": Decimal(6)}, "bonds.deducted_above_achieved"),
        ({"paid_on_line": money(0, "USD")}, "money.currency_mismatch"),
    ],
)
def test_an_outcome_that_contradicts_itself_is_refused(counted: dict[str, object], key: str) -> None:
    with pytest.raises(DomainError) as error:
        outcome_of(**({"achieved": 5} | counted))  # type: ignore[arg-type]
    assert error.value.key == key


@pytest.mark.parametrize(
    ("line", "counted", "key"),
    [
        (DIPLOMA, {}, "bonds.participants_needed"),
        (DIPLOMA, {"participants": 4}, "bonds.more_than_participants"),
        (PLAIN, {"persons": 5}, "bonds.claims_only_on_rate_card"),
        (PLAIN, {"by_person": (ONE,)}, "bonds.claims_only_on_rate_card"),
        (PLAIN, {"prerequisite_met": 5}, "bonds.claims_only_on_rate_card"),
        (PLAIN, {"already_claimed": 5}, "bonds.claims_only_on_rate_card"),
        (PLAIN, {"shortfall_brought": Decimal(1)}, "bonds.no_shortfall_to_bring"),
        (CARD, {}, "bonds.persons_needed"),
        (CARD, {"persons": 6}, "bonds.persons_needed"),
        (CARD, {"persons": 0}, "bonds.persons_needed"),
        (CARD, {"achieved": "1.5", "persons": 1}, "bonds.part_of_a_claim"),
        (CARD, {"persons": 5, "participants": 4}, "bonds.more_than_participants"),
        (CARD, {"persons": 1, "by_person": (ONE,)}, "bonds.by_person_differs"),
        (
            CARD,
            {"achieved": 1, "persons": 1, "already_claimed": 1, "by_person": (ONE,)},
            "bonds.by_person_differs",
        ),
        (CARD, {"achieved": 2, "persons": 2, "by_person": (ONE, ONE)}, "bonds.by_person_differs"),
        (
            CARD,
            {"achieved": 2, "persons": 2, "by_person": (replace(ONE, claims=2),)},
            "bonds.by_person_differs",
        ),
        (
            replace(CARD, max_claims_per_person=1),
            {"persons": 1, "deducted": Decimal(2)},
            "bonds.deducted_above_achieved",
        ),
    ],
)
def test_an_outcome_that_does_not_fit_its_line_is_refused(
    line: type_of_line, counted: dict[str, object], key: str
) -> None:
    outcome = outcome_of(**({"achieved": 5} | counted))  # type: ignore[arg-type]
    with pytest.raises(BadOutcome) as error:
        paid(line, outcome)
    assert error.value.key == key


def test_a_shortfall_that_the_clause_lost_cannot_be_brought() -> None:
    outcome = outcome_of(48, participants=96, shortfall_brought=Decimal(1))
    with pytest.raises(BadOutcome) as error:
        paid(DIPLOMA, outcome, shortfall=Shortfall.LOST)
    assert error.value.key == "bonds.no_shortfall_to_bring"


def test_a_deduction_cannot_be_laid_upon_persons() -> None:
    each = (replace(ONE, claims=5, paid_on_contract=money(0)),)
    outcome = outcome_of(5, persons=1, by_person=each, deducted=Decimal(1))
    with pytest.raises(BadOutcome) as error:
        paid(CARD, outcome, person_cap=money(100))
    assert error.value.key == "bonds.deduction_with_person_cap"


@pytest.mark.parametrize(
    ("changes", "key"),
    [({"claims": 0}, "bonds.person_without_claims"), ({"already_claimed": -1}, "bonds.negative_count")],
)
def test_claims_of_a_person_are_counted_from_one(changes: dict[str, int], key: str) -> None:
    with pytest.raises(BadOutcome) as error:
        replace(ONE, **changes)  # type: ignore[arg-type]
    assert error.value.key == key


def test_only_a_line_of_the_contract_can_be_paid() -> None:
    for line in (replace(DIPLOMA, price=money(1)), replace(DIPLOMA, code="R2")):
        with pytest.raises(BadTerms) as error:
            calculate(contract_of(DIPLOMA), line, outcome_of(1, participants=96))
        assert error.value.key == "bonds.no_such_line"


def test_currencies_are_never_mixed() -> None:
    """I-10: what was paid before must be in the currency of the contract."""
    with pytest.raises(CurrencyMismatch):
        paid(DIPLOMA, outcome_of(48, "USD", participants=96))
    each = (replace(ONE, paid_on_contract=money(0, "USD")),)
    with pytest.raises(CurrencyMismatch):
        paid(CARD, outcome_of(1, persons=1, by_person=each), person_cap=money(100))


def test_an_amount_too_large_to_hold_is_refused() -> None:
    with pytest.raises(BadMoney) as error:
        paid(replace(PLAIN, price=money(90_000_000_000_000), unit=Unit.DAY), outcome_of(2))
    assert error.value.key == "money.too_large"


# Properties

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


# Stored calculations


def stored_example() -> dict[str, object]:
    each = (PersonClaims(person="p1", claims=2, paid_on_contract=money(0)),)
    line = RateCardLine(code="C1", price=money("100.50"), max_claims_per_person=3)
    contract = contract_of(line, DIPLOMA, cap=money(1000))
    return calculate(contract, line, outcome_of(2, persons=1, by_person=each)).as_dict()


def test_a_stored_calculation_that_was_tampered_with_is_found() -> None:
    stored = stored_example()
    stored["net"] = {"amount": "301", "currency": "EUR"}
    read = Calculation.from_dict(stored)
    assert recompute(read) != read
    assert recompute(read).net == money(201)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"rules": 2}, "bonds.unknown_rules"),
        ({"rules": None}, "bonds.unknown_rules"),
        ({"net": None}, "bonds.unreadable"),
        ({"net": {"amount": "201.00", "currency": "EUR"}}, "bonds.unreadable"),  # not the one way to write it
        ({"net": {"amount": "NaN", "currency": "EUR"}}, "bonds.unreadable"),
        ({"rejected": "1e999999999"}, "bonds.unreadable"),
        ({"rejected": 0}, "bonds.unreadable"),
        ({"line": 3}, "bonds.unreadable"),
        ({"steps": [{"key": "bonds.step.guess"}]}, "bonds.unreadable"),
        ({"contract": {}}, "bonds.unreadable"),
        ({"added": "a field"}, "bonds.unreadable"),
    ],
)
def test_what_is_not_a_calculation_cannot_be_read(changes: dict[str, object], key: str) -> None:
    with pytest.raises(BadTerms) as error:
        Calculation.from_dict(stored_example() | changes)
    assert error.value.key == key


def test_a_count_in_a_stored_calculation_is_a_whole_number() -> None:
    stored = stored_example()
    outcome = cast("dict[str, object]", stored["outcome"])
    for wrong in (True, "1", 1.0):
        with pytest.raises(BadTerms):
            Calculation.from_dict(stored | {"outcome": outcome | {"rung": wrong}})


def test_the_canonical_text_is_stable() -> None:
    """The hash of a signed payment must not change with a new version of the program."""
    line = PerUnit(code="R1", price=money("12.50"))
    calculation = calculate(contract_of(line), line, outcome_of(2))
    assert calculation.fingerprint == "4bd30368ad26f499bc0ed1851dc45fbc326281e28de40e94505c439a67b135f3"
