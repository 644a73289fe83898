"""Bonds: what real and invented contracts pay."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.domain.contracts import DIPLOMA, anyway, contract_of, money, outcome_of, paid
from toc.domain.bonds import (
    BadOutcome,
    Cliff,
    Contract,
    CounterfactualKind,
    Direction,
    Key,
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
)
from toc.domain.money import Money

# --- Worked examples ----------------------------------------------------------------------------------------


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


# --- Oracles: contracts whose published result the terms must reproduce -------------------------------------


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


# --- Claims -------------------------------------------------------------------------------------------------


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
